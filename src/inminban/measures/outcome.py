"""What came of a run for households, offices and markets, draw by draw, with the orders and without them.

Shares lie between 0 and 1; money counts as the plan does, goods in base units, and a price is money a base unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from inminban.engine.inputs import CRACKDOWN, HOUSEHOLD, LEVY, PER, RELIEF, Ints, People, Plan
from inminban.engine.scales import INCOME, LOG, SHARE, TENTHS
from inminban.engine.simulate import WAYS, WITH, WITHOUT, Ran
from inminban.engine.state import (
    AT_COUNTY,
    AT_UNIT,
    FIXED_FLOWS,
    GROUPS,
    INSPECTED,
    ITEM_MOVES,
    LINE_FLOWS,
    LINE_MOVES,
    MONEY,
    OFFICE_BOUGHT,
    ORDER_FLOWS,
    RANSOM,
    REMITTED,
    RETURNED,
    SEIZED,
    TOLL,
    TRADER,
    UP_CASH,
)
from inminban.measures.setting import DAYS_A_MONTH
from inminban.model.households import LIVELIHOODS

Floats = npt.NDArray[np.float64]

ALL = "all"
TOLD = (ALL, *(f"tenth {n + 1}" for n in range(TENTHS)), *LIVELIHOODS)
NO_DAY = -1
MOST_DAYS = 5_000
QUOTIENT, SUM, MEDIAN, DAYS = range(4)
AGAIN = WAYS.index("again")
SETTLED = (*WAYS[: WAYS.index("asked")], "unpaid")
MINUTES_AN_HOUR = 60
ASKED, COST = WAYS.index("asked"), WAYS.index("cost")
COLUMNS = {
    "draw": pl.Int32,
    "measure": pl.String,
    "place": pl.String,
    "group": pl.String,
    "day": pl.Int32,
    "value": pl.Float64,
    "without": pl.Float64,
}


class Names(NamedTuple):
    """Names for a plan's numbers: the place, items, orders, and of every line its order and item."""

    place: str
    items: tuple[str, ...]
    orders: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]


class Part(NamedTuple):
    """What one area adds to a measure, with the orders and without them: sums, and what they are divided by.

    `how` is how areas come together. QUOTIENT: `above` over `below`, for each of `TOLD`. SUM: `above`. MEDIAN: of all
    households' values, in `groups`. DAYS: a value for each day, weighted by `below`, the area's households.
    """

    how: int
    above: Floats
    without: Floats | None = None
    below: Floats | None = None
    groups: Groups | None = None


Parts = dict[str, Part]


class Groups:
    """The households of a draw, by tenth of income and by livelihood."""

    def __init__(self, group: Ints) -> None:
        self.group = group
        self.orders = [np.argsort((group % TENTHS).astype(np.uint8), kind="stable")]
        self.orders.append(np.argsort((group // TENTHS).astype(np.uint8), kind="stable"))
        self.counts = folded(np.bincount(group, minlength=GROUPS))

    def sums(self, values: npt.NDArray[np.generic]) -> Floats:
        """Sum for each of `TOLD`."""
        return folded(np.bincount(self.group, weights=values.astype(np.float64), minlength=GROUPS))

    def mean(self, values: npt.NDArray[np.generic]) -> Part:
        """Mean of a household."""
        return Part(QUOTIENT, self.sums(values), below=self.counts)

    def medians(self, given: npt.NDArray[np.generic]) -> Floats:
        """Median household."""
        values = given.astype(np.float64)
        found = [float(np.median(values))]
        parts = (self.counts[1 : TENTHS + 1], self.counts[TENTHS + 1 :])
        for order, counts in zip(self.orders, parts, strict=True):
            pieces = np.split(values[order], np.cumsum(counts).astype(int)[:-1])
            found += [float(np.median(piece)) if piece.size else np.nan for piece in pieces]
        return np.array(found)


def folded(values: npt.NDArray[np.generic]) -> Floats:
    """From the engine's groups to `TOLD`: all, tenths, livelihoods."""
    table = values.astype(np.float64).reshape(-1, TENTHS)
    return np.concatenate([[table.sum()], table.sum(axis=0), table.sum(axis=1)])


def over(above: npt.NDArray[np.generic], below: npt.NDArray[np.generic]) -> Floats:
    """Quotient, not a number where nothing is divided by."""
    found = np.full(above.shape, np.nan)
    np.divide(above, below, out=found, where=below != 0)
    return found


class Place(NamedTuple):
    """An area of a run: what came of its draws, their plan, names, its households and their need of calories.

    Without `people` entitlements of persons are left out, without `need` (one a draw) days of food.
    """

    ran: Ran
    plan: Plan
    names: Names
    people: Callable[[], People] | None = None
    need: Ints | None = None


def outcomes(places: Sequence[Place], numbers: Ints, whole: str = "", most_days: int = MOST_DAYS) -> pl.DataFrame:
    """Measure draws.

    Args:
        places: the areas of a run.
        numbers: the draws' numbers.
        whole: id of the place that several areas make up.
        most_days: rows by day are left out of single areas where there would be more a measure and draw.

    Returns:
        One row a draw, measure, place, group and day: `value` with the orders, `without` without them (null where the
        run without orders has no such thing); all areas together first, then each. A draw that was not run has no row.

    """
    frames = [pl.DataFrame(schema=COLUMNS)]
    for at, number in enumerate(numbers):
        if places[0].ran.dry[at]:
            continue
        found = [parts_of(place, at) for place in places]
        if len(places) == 1:
            frames.append(frame(found[0], int(number), whole or places[0].names.place))
            continue
        frames.append(frame(together(found), int(number), whole))
        by_day = len(places) * places[0].plan.days <= most_days
        for place, parts in zip(places, found, strict=True):
            kept = {name: part for name, part in parts.items() if by_day or part.how != DAYS}
            frames.append(frame(kept, int(number), place.names.place))
    return pl.concat(frames)


def parts_of(place: Place, at: int) -> Parts:
    """Measure one draw in one area."""
    ran, plan, names, people, need = place
    kinds, groups = set(plan.kind.tolist()), Groups(ran.group[at])
    found: Parts = {}
    if LEVY in kinds:
        found |= levies(groups, ran, plan, at)
    if entitling(plan).any():
        of = None if people is None else people()
        found |= relief(groups, (ran, plan, names, at), of, None if need is None else int(need[at]))
    if kinds & {LEVY, RELIEF}:
        found |= offices(ran, plan, names, at)
    if CRACKDOWN in kinds or plan.posts.any():
        found |= inspectors(groups, ran, plan, at)
    return found | everyone(groups, ran, plan, at) | prices(ran, plan, names, at)


def together(found: Sequence[Parts]) -> Parts:
    """Put the parts of all areas together; an area that lacks a measure adds nothing to it."""
    names = dict.fromkeys(name for parts in found for name in parts)
    return {name: joined([parts[name] for parts in found if name in parts]) for name in names}


def joined(parts: Sequence[Part]) -> Part:
    """Put the parts of one measure together."""
    how, with_all = parts[0].how, all(p.without is not None for p in parts)
    if how == MEDIAN:
        values = [np.concatenate([getattr(p, side) for p in parts]) for side in ("above", "without")[: 1 + with_all]]
        group = np.concatenate([p.groups.group for p in parts if p.groups is not None])
        return Part(how, values[0], values[1] if with_all else None, groups=Groups(group))
    if how == DAYS:
        weights = np.array([p.below[0] for p in parts if p.below is not None])[:, None]
        sides = [np.stack([p.above for p in parts]), np.stack([p.without for p in parts if p.without is not None])]
        means = [(side * weights).sum(axis=0) / weights.sum() for side in sides]
        return Part(how, means[0], means[1], np.full(1, weights.sum()))
    below = summed([p.below for p in parts]) if how == QUOTIENT else None
    return Part(how, summed([p.above for p in parts]), summed([p.without for p in parts]) if with_all else None, below)


def summed(columns: Sequence[Floats | None]) -> Floats:
    """Add columns up; what none of them has is not a number."""
    table = np.stack([c for c in columns if c is not None])
    return np.where(np.isnan(table).all(axis=0), np.nan, np.nansum(table, axis=0))


def frame(parts: Parts, draw: int, place: str) -> pl.DataFrame:
    """Return the measures of one draw and place as rows; what is not a number is left out."""
    measures, groups, days = list[str](), list[str](), list[int]()
    values, without = list[Floats](), list[Floats]()
    for measure, part in parts.items():
        value, other = worked_out(part, part.above), None if part.without is None else worked_out(part, part.without)
        told = np.isfinite(value)
        count = int(told.sum())
        measures += [measure] * count
        groups += [ALL] * count if part.how == DAYS else [g for g, kept in zip(TOLD, told, strict=False) if kept]
        days += range(count) if part.how == DAYS else [NO_DAY] * count
        values.append(value[told])
        without.append(np.full(count, np.nan) if other is None else other[told])
    columns = {
        "draw": np.full(len(measures), draw),
        "measure": measures,
        "place": [place] * len(measures),
        "group": groups,
        "day": np.array(days),
        "value": np.concatenate(values),
        "without": np.concatenate(without),
    }
    return pl.DataFrame(columns).cast(COLUMNS).with_columns(pl.col("without").fill_nan(None))  # type: ignore[arg-type]


def worked_out(part: Part, above: Floats) -> Floats:
    """Values of a measure on one side: the quotients, the medians, or as they stand."""
    if part.how == MEDIAN and part.groups is not None:
        return part.groups.medians(above)
    return over(above, part.below) if part.how == QUOTIENT and part.below is not None else above


def levies(groups: Groups, ran: Ran, plan: Plan, at: int) -> Parts:
    """How households settled what levies asked, and what it cost them."""
    ways = ran.ways[at].astype(np.float64)
    asked, cost = ways[:, ASKED], ways[:, COST]
    whole = groups.sums(asked)
    left, found = whole.copy(), Parts()
    for number, way in enumerate(WAYS[:ASKED]):
        part = groups.sums(ways[:, number])
        left -= part
        found[f"settled {way}"] = Part(QUOTIENT, part, below=whole)
    found["settled unpaid"] = Part(QUOTIENT, left, below=whole)
    found["asked"] = groups.mean(asked)
    if not plan.appeal[plan.kind == LEVY].all():
        found["asked for others"] = groups.mean(ways[:, AGAIN])
    found["cost"] = groups.mean(cost)
    found["cost days"] = Part(MEDIAN, cost / np.maximum(ran.bill[at], 1), groups=groups)
    month = np.maximum(ran.mean[at], 1) / (1 << INCOME) * float(DAYS_A_MONTH)
    found["cost income"] = Part(MEDIAN, cost / month, groups=groups)
    of_levies = plan.kind[plan.order] == LEVY
    found["not settled"] = groups.mean((ran.owed[at][:, of_levies] > 0).any(axis=1))
    labour = groups.sums(ran.minutes[at])
    return found | {"labour": Part(QUOTIENT, labour, below=groups.counts * MINUTES_AN_HOUR)}


def entitling(plan: Plan) -> npt.NDArray[np.bool_]:
    """Lines of relief that households are entitled to: all but those of shops."""
    found: npt.NDArray[np.bool_] = (plan.kind[plan.order] == RELIEF) & (plan.shop[plan.order] == 0)
    return found


Told = tuple[Ran, Plan, Names, int]


def relief(groups: Groups, told: Told, people: People | None, need: int | None) -> Parts:
    """What of relief reached households, against what they are entitled to."""
    ran, plan, names, at = told
    received = ran.received[at]
    lines = np.flatnonzero(entitling(plan))
    found = {"received any": groups.mean((received[:, lines] > 0).any(axis=1))}
    energy = np.zeros(len(received))
    got: dict[int, Floats] = {}
    due: dict[int, Floats] = {}
    for line in lines:
        item, units = int(plan.item[line]), units_of(people, int(plan.per[line]), len(received))
        got[item] = got.get(item, 0) + groups.sums(received[:, line])
        if units is not None:
            reached = 1 if people is None else 1 - (people.beyond >> plan.order[line] & 1)
            due[item] = due.get(item, 0) + groups.sums(units * reached * int(plan.amount[line]))
        if item < plan.kcal.size:
            energy += received[:, line] * float(plan.kcal[item])
    for item, sums in got.items():
        if item == plan.kcal.size:
            found["stipend"] = Part(QUOTIENT, sums, below=groups.counts)
        name = names.items[item] if item < len(names.items) else "stipend"
        if item in due:
            found[f"received {name}"] = Part(QUOTIENT, sums, below=due[item])
    if people is not None and need and any(item < plan.kcal.size and plan.kcal[item] > 0 for item in got):
        found["received food days"] = groups.mean(energy / (people.members * need))
    return found


def units_of(people: People | None, per: int, n: int) -> Ints | None:
    """How many times each household is entitled to an amount; None where that is not known."""
    if per == HOUSEHOLD:
        return np.ones(n, np.int64)
    columns = {"person": "members", "adult": "adults", "worker": "workers", "student": "students"}
    return None if people is None else getattr(people, columns[PER[per]])


def offices(ran: Ran, plan: Plan, names: Names, at: int) -> Parts:
    """What offices collected, passed up, bought and kept."""
    goods, held = plan.kcal.size, ran.held_closing[at, WITH]
    moves = ran.moves[at, WITH, :-1].sum(axis=0)[goods * ITEM_MOVES :].reshape(-1, LINE_MOVES)
    of_lines, found = plan.kind[plan.order], Parts()
    if (of_lines == LEVY).any():
        found["collected cash"] = one(moves[:, UP_CASH].sum())
        found["passed up cash"] = one(moves[:, REMITTED].sum())
        found["kept cash county"] = one(held[AT_COUNTY, goods + MONEY])
        for item in np.unique(plan.item[of_lines == LEVY]):
            found[f"bought by office {names.items[item]}"] = one(moves[plan.item == item, OFFICE_BOUGHT].sum())
    found["kept cash unit"] = one(held[AT_UNIT, goods + MONEY])
    for item in np.unique(plan.item[entitling(plan)]):
        if item < goods:
            found[f"kept goods {names.items[item]} unit"] = one(held[AT_UNIT, item])
    return found


def one(value: Any) -> Part:
    """A sum of all together."""
    return Part(SUM, np.array([float(value), *[np.nan] * (len(TOLD) - 1)]))


def inspectors(groups: Groups, ran: Ran, plan: Plan, at: int) -> Parts:
    """What inspectors took from traders and gave back, a trader, what was hidden, and what is left on stalls."""
    goods, lines, orders = plan.kcal.size, plan.item.size, plan.kind.size
    flows = ran.flows[at, WITH, :-1, FIXED_FLOWS + goods + lines * LINE_FLOWS :, :, 0].sum(axis=0)
    taken = flows.reshape(orders, ORDER_FLOWS, GROUPS).sum(axis=0)
    trading = np.arange(GROUPS) // TENTHS == TRADER
    traders = folded(np.bincount(groups.group, minlength=GROUPS) * trading)
    told = {"tolls": TOLL} if plan.posts.any() else {}
    found = Parts()
    if (plan.kind == CRACKDOWN).any():
        hidden, seen = folded(ran.watched[at, :, 0]), folded(ran.watched[at, :, 1])
        found["hidden"] = Part(QUOTIENT, hidden, below=seen)
        told = {"seized": SEIZED, "inspection bribes": INSPECTED, "returned": RETURNED, "ransoms": RANSOM} | told
    for name, flow in told.items():
        found[name] = Part(QUOTIENT, folded(taken[flow]), below=traders)
    stalls = [np.where(traders > 0, folded(ran.stall[at, arm]), np.nan) for arm in (WITH, WITHOUT)]
    return found | {"stalls": Part(SUM, stalls[0], stalls[1])}


def everyone(groups: Groups, ran: Ran, plan: Plan, at: int) -> Parts:
    """Days short of food, and cash at the end, in both arms."""
    days = [groups.sums(ran.short[at, arm]) for arm in (WITH, WITHOUT)]
    cash = [ran.cash[at, arm].astype(np.float64) for arm in (WITH, WITHOUT)]
    return {
        "days short": Part(QUOTIENT, days[0], days[1], groups.counts),
        "short": Part(QUOTIENT, days[0], days[1], groups.counts * plan.days),
        "cash": Part(MEDIAN, cash[0], cash[1], groups=groups),
    }


def prices(ran: Ran, plan: Plan, names: Names, at: int) -> Parts:
    """Prices of what is sold, in the morning of every day and after the last; several areas weigh by households."""
    found, households = Parts(), np.full(1, float(ran.group.shape[1]))
    for item, name in sold(plan, names):
        logs = ran.logs[at, :, :, item] / float(1 << LOG)
        of = np.exp2(logs) / float(1 << SHARE)
        found[f"price {name}"] = Part(DAYS, of[WITH], of[WITHOUT], below=households)
    return found


def sold(plan: Plan, names: Names) -> Iterator[tuple[int, str]]:
    """Items that a market sells, with their names."""
    for item in np.flatnonzero(plan.market):
        yield int(item), names.items[item]
