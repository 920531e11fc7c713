"""The gate: whether a draw stands still without orders, and when too many do not (docs/model.md, 7.12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from inminban.engine.inputs import Draws
from inminban.engine.scales import INCOME, LOG
from inminban.engine.simulate import WAYS, Ran
from inminban.engine.state import STAPLES
from inminban.errors import InputError
from inminban.measures.setting import DAYS_A_MONTH
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

    `income` and `poor` are the medians of all households and of the poorest fifth, `asked` the mean of what levies ask;
    `prices` are those of the first day, in 1/65,536 of the money a base unit.
    """

    draw: int
    kinds: tuple[str, ...]
    reasons: tuple[str, ...]
    short: float
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
        return Passage(number, (DRY,), (f"{DRY} {' or '.join(planned.items[:STAPLES])}",), 0.0, 0.0, 0.0, 0.0, prices)
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
        float(np.median(means)) * month,
        float(np.median(means[: max(1, n // 5)])) * month,
        float(ran.ways[at, :, WAYS.index("asked")].mean()) / planned.parts,
        prices,
    )


def check_left_out(passed: Sequence[Passage], draws: int, overrides: Mapping[str, object]) -> None:
    """Refuse a run of `draws` draws with more than one in ten left out (and at least two), or with its only one."""
    gone = [p for p in passed if p.reasons]
    if not gone or (draws > 1 and (len(gone) < FEW or len(gone) * MOST_LEFT_OUT <= draws)):
        return
    counted = Counter(kind for p in gone for kind in p.kinds)
    told = ", ".join(f"{kind} ({count})" for kind, count in counted.most_common())
    symbols = ", ".join(dict.fromkeys(s for kind, _ in counted.most_common() for s in CHANGE[kind].split(", ")))
    mine = [s for s in overrides if not s.startswith("gate")]
    first = f"The scenario sets {', '.join(mine)}: look there first. " if mine else ""
    raise InputError(
        f"{len(gone)} of {draws} draws do not stand still without orders: {told}; the first, draw {gone[0].draw}: "
        f"{'; '.join(gone[0].reasons)}",
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
