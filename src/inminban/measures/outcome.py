"""What came of a run for households, offices and markets, draw by draw, with the orders and without them.

Shares lie between 0 and 1; money counts as the plan does, goods in base units, and a price is money a base unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

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


class Rows:
    """Rows of one draw: a measure, whom it counts, the day, the value with the orders and without them."""

    def __init__(self) -> None:
        self.measures: list[str] = []
        self.groups: list[str] = []
        self.days: list[int] = []
        self.values: list[Floats] = []
        self.without: list[Floats] = []

    def add(self, measure: str, values: Floats, without: Floats | None = None) -> None:
        """Add a value for each of `TOLD`; what is not a number is left out."""
        kept = np.isfinite(values)
        self.measures += [measure] * int(kept.sum())
        self.groups += [name for name, keep in zip(TOLD, kept, strict=True) if keep]
        self.days += [NO_DAY] * int(kept.sum())
        self.values.append(values[kept])
        self.without.append(np.full(len(self.values[-1]), np.nan) if without is None else without[kept])

    def add_one(self, measure: str, value: float) -> None:
        """Add a value of all together."""
        self.add(measure, np.array([value, *[np.nan] * (len(TOLD) - 1)]))

    def add_days(self, measure: str, values: Floats, without: Floats) -> None:
        """Add a value for each day."""
        self.measures += [measure] * len(values)
        self.groups += [ALL] * len(values)
        self.days += range(len(values))
        self.values.append(values)
        self.without.append(without)

    def frame(self, draw: int, place: str) -> pl.DataFrame:
        """Return the rows as a table."""
        columns = {
            "draw": np.full(len(self.measures), draw),
            "measure": self.measures,
            "place": [place] * len(self.measures),
            "group": self.groups,
            "day": np.array(self.days),
            "value": np.concatenate(self.values),
            "without": np.concatenate(self.without),
        }
        return pl.DataFrame(columns).cast(COLUMNS).with_columns(pl.col("without").fill_nan(None))  # type: ignore[arg-type]


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

    def means(self, values: npt.NDArray[np.generic]) -> Floats:
        """Mean of a household."""
        return over(self.sums(values), self.counts)

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


def outcomes(
    ran: Ran, plan: Plan, names: Names, numbers: Ints, people: People | None = None, need: Ints | None = None
) -> pl.DataFrame:
    """Measure draws.

    Args:
        ran: what came of the draws.
        plan: what they share.
        names: names for the plan's numbers.
        numbers: the draws' numbers.
        people: the households, for whom entitlements of persons are reckoned; None leaves these out.
        need: calories that a person needs a day in each draw; None leaves out days of food.

    Returns:
        One row a draw, measure, group and day: `value` with the orders, `without` without them (null where the run
        without orders has no such thing). A draw that was not run has no row.

    """
    kinds = set(plan.kind.tolist())
    frames = [pl.DataFrame(schema=COLUMNS)]
    for at, number in enumerate(numbers):
        if ran.dry[at]:
            continue
        rows, groups = Rows(), Groups(ran.group[at])
        if LEVY in kinds:
            levies(rows, groups, ran, plan, at)
        if RELIEF in kinds:
            relief(rows, groups, (ran, plan, names, at), people, None if need is None else int(need[at]))
        if kinds & {LEVY, RELIEF}:
            offices(rows, ran, plan, names, at)
        if CRACKDOWN in kinds or plan.posts.any():
            inspectors(rows, groups, ran, plan, at)
        everyone(rows, groups, ran, plan, at)
        prices(rows, ran, plan, names, at)
        frames.append(rows.frame(int(number), names.place))
    return pl.concat(frames)


def levies(rows: Rows, groups: Groups, ran: Ran, plan: Plan, at: int) -> None:
    """How households settled what levies asked, and what it cost them."""
    ways = ran.ways[at].astype(np.float64)
    asked, cost = ways[:, ASKED], ways[:, COST]
    whole = groups.sums(asked)
    left = whole.copy()
    for number, way in enumerate(WAYS[:ASKED]):
        part = groups.sums(ways[:, number])
        left -= part
        rows.add(f"settled {way}", over(part, whole))
    rows.add("settled unpaid", over(left, whole))
    rows.add("asked", groups.means(asked))
    rows.add("cost", groups.means(cost))
    rows.add("cost days", groups.medians(cost / np.maximum(ran.bill[at], 1)))
    month = np.maximum(ran.mean[at], 1) / (1 << INCOME) * float(DAYS_A_MONTH)
    rows.add("cost income", groups.medians(cost / month))
    of_levies = plan.kind[plan.order] == LEVY
    rows.add("not settled", groups.means((ran.owed[at][:, of_levies] > 0).any(axis=1)))
    rows.add("labour", groups.means(ran.minutes[at]) / MINUTES_AN_HOUR)


Told = tuple[Ran, Plan, Names, int]


def relief(rows: Rows, groups: Groups, told: Told, people: People | None, need: int | None) -> None:
    """What of relief reached households, against what they are entitled to."""
    ran, plan, names, at = told
    received = ran.received[at]
    lines = np.flatnonzero(plan.kind[plan.order] == RELIEF)
    rows.add("received any", groups.means((received[:, lines] > 0).any(axis=1)))
    energy = np.zeros(len(received))
    got: dict[int, Floats] = {}
    due: dict[int, Floats] = {}
    for line in lines:
        item, units = int(plan.item[line]), units_of(people, int(plan.per[line]), len(received))
        got[item] = got.get(item, 0) + groups.sums(received[:, line])
        if units is not None:
            due[item] = due.get(item, 0) + groups.sums(units * int(plan.amount[line]))
        if item < plan.kcal.size:
            energy += received[:, line] * float(plan.kcal[item])
    for item, sums in got.items():
        if item == plan.kcal.size:
            rows.add("stipend", over(sums, groups.counts))
        name = names.items[item] if item < len(names.items) else "stipend"
        if item in due:
            rows.add(f"received {name}", over(sums, due[item]))
    if people is not None and need and any(item < plan.kcal.size and plan.kcal[item] > 0 for item in got):
        rows.add("received food days", groups.means(energy / (people.members * need)))


def units_of(people: People | None, per: int, n: int) -> Ints | None:
    """How many times each household is entitled to an amount; None where that is not known."""
    if per == HOUSEHOLD:
        return np.ones(n, np.int64)
    columns = {"person": "members", "adult": "adults", "worker": "workers", "student": "students"}
    return None if people is None else getattr(people, columns[PER[per]])


def offices(rows: Rows, ran: Ran, plan: Plan, names: Names, at: int) -> None:
    """What offices collected, passed up, bought and kept."""
    goods, held = plan.kcal.size, ran.held_closing[at, WITH]
    moves = ran.moves[at, WITH, :-1].sum(axis=0)[goods * ITEM_MOVES :].reshape(-1, LINE_MOVES)
    of_lines = plan.kind[plan.order]
    if (of_lines == LEVY).any():
        rows.add_one("collected cash", float(moves[:, UP_CASH].sum()))
        rows.add_one("passed up cash", float(moves[:, REMITTED].sum()))
        rows.add_one("kept cash county", float(held[AT_COUNTY, goods + MONEY]))
        for item in np.unique(plan.item[of_lines == LEVY]):
            bought = moves[plan.item == item, OFFICE_BOUGHT].sum()
            rows.add_one(f"bought by office {names.items[item]}", float(bought))
    rows.add_one("kept cash unit", float(held[AT_UNIT, goods + MONEY]))
    for item in np.unique(plan.item[of_lines == RELIEF]):
        if item < goods:
            rows.add_one(f"kept goods {names.items[item]} unit", float(held[AT_UNIT, item]))


def inspectors(rows: Rows, groups: Groups, ran: Ran, plan: Plan, at: int) -> None:
    """What inspectors took from traders and gave back, a trader, what was hidden, and what is left on stalls."""
    goods, lines, orders = plan.kcal.size, plan.item.size, plan.kind.size
    flows = ran.flows[at, WITH, :-1, FIXED_FLOWS + goods + lines * LINE_FLOWS :, :, 0].sum(axis=0)
    taken = flows.reshape(orders, ORDER_FLOWS, GROUPS).sum(axis=0)
    trading = np.arange(GROUPS) // TENTHS == TRADER
    traders = folded(np.bincount(groups.group, minlength=GROUPS) * trading)
    told = {"tolls": TOLL} if plan.posts.any() else {}
    if (plan.kind == CRACKDOWN).any():
        hidden, found = folded(ran.watched[at, :, 0]), folded(ran.watched[at, :, 1])
        rows.add("hidden", over(hidden, found))
        told = {"seized": SEIZED, "inspection bribes": INSPECTED, "returned": RETURNED, "ransoms": RANSOM} | told
    for name, flow in told.items():
        rows.add(name, over(folded(taken[flow]), traders))
    here = traders > 0
    stalls = [np.where(here, groups.sums(ran.stall[at, arm]), np.nan) for arm in (WITH, WITHOUT)]
    rows.add("stalls", *stalls)


def everyone(rows: Rows, groups: Groups, ran: Ran, plan: Plan, at: int) -> None:
    """Days short of food, and cash at the end, in both arms."""
    days = [groups.means(ran.short[at, arm]) for arm in (WITH, WITHOUT)]
    rows.add("days short", *days)
    rows.add("short", *(d / plan.days for d in days))
    rows.add("cash", *(groups.medians(ran.cash[at, arm]) for arm in (WITH, WITHOUT)))


def prices(rows: Rows, ran: Ran, plan: Plan, names: Names, at: int) -> None:
    """Prices of what is sold, in the morning of every day and after the last."""
    for item, name in sold(plan, names):
        logs = ran.logs[at, :, :, item] / float(1 << LOG)
        found = np.exp2(logs) / float(1 << SHARE)
        rows.add_days(f"price {name}", found[WITH], found[WITHOUT])


def sold(plan: Plan, names: Names) -> Iterator[tuple[int, str]]:
    """Items that a market sells, with their names."""
    for item in np.flatnonzero(plan.market):
        yield int(item), names.items[item]
