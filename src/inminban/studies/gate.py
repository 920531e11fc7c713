"""The gate: whether a draw stands still without orders, and when too many do not (docs/model.md, 7.12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from inminban.engine.inputs import Draws
from inminban.engine.scales import INCOME, LOG, SHARE, TENTHS
from inminban.engine.simulate import WAYS, WITHOUT, Ran
from inminban.engine.state import EARNED, FARMER, GROUPS, KIND, STAPLES, WAGE
from inminban.errors import InputError
from inminban.measures.setting import DAYS_A_MONTH
from inminban.model.country import Country
from inminban.studies.assumptions import Gate
from inminban.studies.plan import Plans
from inminban.studies.tables import first_price

DRY = "nobody buys"
PRICES, CASH, SHORT = "price leaves the gate", "cash leaves the gate", "days short of food leave the gate"
CHANGE = {
    DRY: "rice_least, rice_most, taste",
    PRICES: "price_speed, stock_days, supply_elasticity, market_every",
    CASH: "spend_rate, buffer_days, burn_days",
    SHORT: "income_scale, income_median, ration, buffer_days",
}
MOST_LEFT_OUT = 10  # one draw in so many
FEW = 2


class Passage(NamedTuple):
    """One draw at the gate: why it is left out (kind and words), its share of household-days short, incomes a month.

    `informal` is the share of market income in what all but farmers earn and get as rations.

    `income` and `poor` are the medians of all households and of the poorest fifth, `asked` the mean of what levies ask;
    `prices` are those of the first day, in 1/65,536 of the money a base unit.
    """

    draw: int
    kinds: tuple[str, ...]
    reasons: tuple[str, ...]
    short: float
    informal: float
    income: float
    poor: float
    asked: float
    prices: tuple[int, ...]


def passages(
    plans: Plans, ran: Sequence[Ran], draws: Sequence[Draws], gate: Gate, numbers: Sequence[int]
) -> list[Passage]:
    """Look at the draws of a batch at the gate."""
    return [passage(plans, ran, draws, gate, which) for which in enumerate(numbers)]


def passage(plans: Plans, ran: Sequence[Ran], draws: Sequence[Draws], gate: Gate, which: tuple[int, int]) -> Passage:
    """Look at one draw at the gate; `which` is its place in the batch and its number.

    In a run of several areas, prices and cash may move in areas that hold at most one household in ten together.
    """
    at, number = which
    items = plans.one.items
    prices = [tuple(first_price(d, at, item) for item in range(len(items))) for d in draws]
    dry = [p.place for p, r in zip(plans.areas, ran, strict=True) if r.dry[at]]
    if dry:
        words = f"{DRY} {' or '.join(items[:STAPLES])}"
        return Passage(number, (DRY,), (words,), 0.0, 0.0, 0.0, 0.0, 0.0, prices[0])
    faults, households = list[tuple[str, str]](), sum(len(p.households) for p in plans.areas)
    for kind in (PRICES, CASH):
        told = [moved(kind, r, d, items, gate, at) for r, d in zip(ran, draws, strict=True)]
        failed = [(p, words) for p, words in zip(plans.areas, told, strict=True) if words]
        if sum(len(p.households) for p, _ in failed) * MOST_LEFT_OUT > households * (len(ran) > 1):
            places = f" ({failed[0][0].place} and {len(failed) - 1} more areas)" if len(ran) > 1 else ""
            faults += [(kind, words + places) for words in failed[0][1]]
    short = float(sum(r.gate_short[at] for r in ran)) / (households * max(1, plans.one.plan.gate_days))
    if not gate.refused[0] <= short <= gate.refused[1]:
        faults.append((SHORT, f"{short:.0%} of household-days are short of food"))
    month = float(DAYS_A_MONTH) / (1 << INCOME) / plans.one.parts
    means = np.sort(np.concatenate([r.mean[at] for r in ran]))
    asked = sum(int(r.ways[at, :, WAYS.index("asked")].sum()) for r in ran)
    return Passage(
        number,
        tuple(kind for kind, _ in faults),
        tuple(words for _, words in faults),
        short,
        informal_share(ran, at, prices),
        float(np.median(means)) * month,
        float(np.median(means[: max(1, households // 5)])) * month,
        asked / households / plans.one.parts,
        prices[0],
    )


def moved(kind: str, ran: Ran, draws: Draws, items: Sequence[str], gate: Gate, at: int) -> list[str]:
    """Tell in which ways the prices, or the cash, of an area leave the gate."""
    if kind == CASH:
        before, after = (float(cash) for cash in ran.gate_cash[at])
        allowed = max(gate.width * before, float(np.median(ran.bill[at])))
        return [f"median cash goes from {before:,.0f} to {after:,.0f}"] if abs(after - before) > allowed else []
    found = []
    for item in range(STAPLES):
        lowest, highest = (2 ** float((log - draws.log_price[at, item]) / 2**LOG) for log in ran.gate_logs[at, :, item])
        if lowest < 1 - gate.width or highest > 1 + gate.width:
            found.append(f"price of {items[item]} between {lowest:.2f} and {highest:.2f} times the first")
    return found


def informal_share(ran: Sequence[Ran], at: int, prices: Sequence[Sequence[int]]) -> float:
    """Market income over market income, wages and rations at the first day's prices, of all but farmers."""
    earned = rest = 0
    for one, first in zip(ran, prices, strict=True):
        flows = one.flows[at, WITHOUT, :-1, :, :, 0].sum(axis=0)
        flows = flows[:, np.arange(GROUPS) // TENTHS != FARMER].sum(axis=1)
        earned += int(flows[EARNED])
        rest += int(flows[WAGE]) + sum(int(flows[KIND + j]) * first[j] >> SHARE for j in range(STAPLES))
    return earned / max(1, earned + rest)


def check_left_out(passed: Sequence[Passage], draws: int, overrides: Mapping[str, object]) -> None:
    """Refuse a run of `draws` draws that stands on too few.

    That is one whose only draw is left out; one where prices or cash move in more than one draw in ten (and at least
    two); one where more than half are left out for any reason, hunger too far from what is known among them.
    """
    gone = [p for p in passed if p.reasons]
    moved = [p for p in gone if set(p.kinds) - {SHORT}]
    unsteady = len(moved) >= FEW and len(moved) * MOST_LEFT_OUT > draws
    if not gone or (draws > 1 and not unsteady and len(gone) * FEW <= draws):
        return
    counted = Counter(kind for p in gone for kind in p.kinds)
    told = ", ".join(f"{kind} ({count})" for kind, count in counted.most_common())
    symbols = ", ".join(dict.fromkeys(s for kind, _ in counted.most_common() for s in CHANGE[kind].split(", ")))
    mine = [s for s in overrides if not s.startswith("gate")]
    first = f"The scenario sets {', '.join(mine)}: look there first. " if mine else ""
    raise InputError(
        f"{len(gone)} of {draws} draws can’t serve, as they look without orders: {told}; the first, draw "
        f"{gone[0].draw}: {'; '.join(gone[0].reasons)}",
        field="parameters",
        hint=f"{first}Inputs that decide this: {symbols}",
    )


def remark(passed: Sequence[Passage], gate: Gate) -> list[str]:
    """Warn of draws whose share of household-days short of food is odd, though not refused."""
    odd = [p.short for p in passed if not p.reasons and not gate.short[0] <= p.short <= gate.short[1]]
    if not odd:
        return []
    found = f"in {len(odd)} of {len(passed)} draws {min(odd):.0%} to {max(odd):.0%} of household-days are short of food"
    return [f"{found} without any order; {gate.short[0]:.0%} to {gate.short[1]:.0%} are expected"]


def beside_known(passed: Sequence[Passage], country: Country) -> list[str]:
    """Say how the run without orders compares with published figures (`[[compare]]` of the country's settings).

    These are never inputs: they only tell how far the synthetic households are from what was seen.
    """
    good = [p for p in passed if not p.reasons]
    found = []
    for row in country.settings.get("compare", []):
        target = country.parameters[row["symbol"]]
        if not good or target.central is None:
            continue
        got, known = float(np.median([getattr(p, row["measure"]) for p in good])), float(target.central)
        away = abs(got - known) > row["within"]
        verdict = f"which is {'not ' if away else ''}near the {known:.0%} of"
        source = f"{target.meaning}, {target.context} ({target.source})"
        found.append(f"without orders, {row['words']} is {got:.0%} (median of draws), {verdict}: {source}")
    return found
