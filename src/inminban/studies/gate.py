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
from inminban.studies.plan import Planned
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


def passages(ran: Ran, draws: Draws, planned: Planned, gate: Gate, numbers: Sequence[int]) -> list[Passage]:
    """Look at the draws of a batch at the gate."""
    return [passage(ran, draws, planned, gate, which) for which in enumerate(numbers)]


def passage(ran: Ran, draws: Draws, planned: Planned, gate: Gate, which: tuple[int, int]) -> Passage:
    """Look at one draw at the gate; `which` is its place in the batch and its number."""
    at, number = which
    prices = tuple(first_price(draws, at, item) for item in range(len(planned.items)))
    if ran.dry[at]:
        words = f"{DRY} {' or '.join(planned.items[:STAPLES])}"
        return Passage(number, (DRY,), (words,), 0.0, 0.0, 0.0, 0.0, 0.0, prices)
    n, faults = ran.mean.shape[1], list[tuple[str, str]]()
    for item in range(STAPLES):
        lowest, highest = (2 ** float((log - draws.log_price[at, item]) / 2**LOG) for log in ran.gate_logs[at, :, item])
        if lowest < 1 - gate.width or highest > 1 + gate.width:
            words = f"price of {planned.items[item]} between {lowest:.2f} and {highest:.2f} times the first"
            faults.append((PRICES, words))
    before, after = (float(np.median(cash)) for cash in ran.gate_cash[at])
    allowed = max(gate.width * before, float(np.median(ran.bill[at])))
    if abs(after - before) > allowed:
        faults.append((CASH, f"median cash goes from {before:,.0f} to {after:,.0f}"))
    short = float(ran.gate_short[at]) / (n * max(1, planned.plan.gate_days))
    if not gate.refused[0] <= short <= gate.refused[1]:
        faults.append((SHORT, f"{short:.0%} of household-days are short of food"))
    month = float(DAYS_A_MONTH) / (1 << INCOME) / planned.parts
    means = np.sort(ran.mean[at])
    return Passage(
        number,
        tuple(kind for kind, _ in faults),
        tuple(words for _, words in faults),
        short,
        informal_share(ran, at, prices),
        float(np.median(means)) * month,
        float(np.median(means[: max(1, n // 5)])) * month,
        float(ran.ways[at, :, WAYS.index("asked")].mean()) / planned.parts,
        prices,
    )


def informal_share(ran: Ran, at: int, prices: Sequence[int]) -> float:
    """Market income over market income, wages and rations at the first day's prices, of all but farmers."""
    flows = ran.flows[at, WITHOUT, :-1, :, :, 0].sum(axis=0)
    flows = flows[:, np.arange(GROUPS) // TENTHS != FARMER].sum(axis=1)
    rations = sum(int(flows[KIND + j]) * prices[j] >> SHARE for j in range(STAPLES))
    return float(flows[EARNED]) / max(1, int(flows[EARNED]) + int(flows[WAGE]) + rations)


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
