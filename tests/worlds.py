"""Random small worlds for the engine: some households, orders of every kind, and assumptions all over their ranges."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

import numpy as np

from inminban.engine.inputs import (
    ASKS,
    CRACKDOWN,
    LEVY,
    NO_ITEM,
    NO_ROUND,
    NOT_REPORTED,
    OF_UNIT,
    RELIEF,
    RESTRICTION,
    SCALAR_TYPE,
    SCALARS,
    Draws,
    People,
    Plan,
)

ONE = 65536
WON = (5.0, 2.3, 3.0, 1.5, 900.0)  # a base unit of each item


def ints(*values: float) -> np.ndarray:
    return np.array([int(v) for v in values], dtype=np.int64)


def row(*values: float) -> np.ndarray:
    return ints(*values)[None, :]


def people(rnd: random.Random, n: int) -> People:
    units = max(1, n // rnd.randint(5, 40))
    columns = []
    for i in range(n):
        members = rnd.randint(1, 6)
        adults = rnd.randint(1, members)
        workers = rnd.randint(0, adults)
        students = rnd.randint(0, members - adults)
        columns.append(
            (1000 + i, i * units // n, members, adults, workers, students, rnd.randint(0, 4), rnd.randint(0, 1), 0)
        )
    return People(*(ints(*column) for column in zip(*columns, strict=True)))


def world(seed: int, most: int = 60, days: int = 40) -> tuple[People, Plan, Draws]:
    """Two levies, a relief delivery with money, a crackdown and a restriction, over five items."""
    rnd = random.Random(seed)
    n = rnd.randint(20, most)
    whole = rnd.random() < 0.5
    plan = Plan(
        first_day=739000,
        days=days,
        burn_days=rnd.choice([30, 60]),
        mean_days=28,
        gate_days=rnd.choice([days - 5, days + 5]),
        area=rnd.choice([5, 2**31 - 1]),
        area_households=n * rnd.choice([1, 1, 5]),
        country_households=0,
        trade_days=7,
        kcal=ints(3610, 3630, 0, 0, rnd.choice([0, 4000])),
        market=ints(1, 1, 1, rnd.randint(0, 1), rnd.randint(0, 1)),
        kind=ints(LEVY, RELIEF, CRACKDOWN, RESTRICTION, LEVY),
        top=ints(rnd.randint(0, 2), rnd.randint(0, 2), 2, 2, rnd.randint(0, 2)),
        first_line=ints(0, 2, 5, 5, 5),
        last_line=ints(2, 5, 5, 5, 7),
        whole=ints(whole, 0, 0, 0, 0),
        cash=ints(30000 if whole else 0, 0, 0, 0, 0),
        cash_per=ints(rnd.choice([0, 0, 2]), 0, 0, 0, 0),
        closes=ints(0, 0, 0, rnd.randint(0, 1), 0),
        bans=ints(NO_ITEM, NO_ITEM, NO_ITEM, rnd.choice([NO_ITEM, 2, 3]), NO_ITEM),
        posts=ints(0, 0, 3, 2, 0),
        appeal=ints(0, 0, 0, 0, 0),
        shop=ints(0, 0, 0, 0, 0),
        order=ints(0, 0, 1, 1, 1, 4, 4),
        item=ints(2, 3, 0, 5, 2, 2, 0),
        amount=ints(7000, 2000, 10000, 3000, 100, 500, 1500),
        per=ints(0, rnd.randint(0, 4), 1, 0, 0, 1, rnd.randint(0, 4)),
        line_cash=ints(0 if whole else 20000, 0, 0, 0, 0, 0, rnd.choice([0, 5000])),
        line_cash_per=ints(0, 0, 0, 0, 0, 0, 1),
        supply=ints(*[NOT_REPORTED] * 2, rnd.choice([NOT_REPORTED, 200000]), NOT_REPORTED, 777, *[NOT_REPORTED] * 2),
        again=ints(0, 0, 0, 0, 0, 0, 0),
    )
    return people(rnd, n), plan, assumptions(rnd, n, days)


def rounds(of: dict[int, list[tuple[int, int, int, int]]], orders: int = 5) -> np.ndarray:
    """Rounds of levies by order, the others without."""
    found = np.full((1, orders, max(map(len, of.values()), default=1), 4), NO_ROUND, np.int64)
    for order, told in of.items():
        found[0, order, : len(told)] = told
    return found


def assumptions(rnd: random.Random, n: int, days: int) -> Draws:
    def share(low: float, high: float) -> int:
        return int(rnd.uniform(low, high) * ONE)

    scalars = np.zeros(1, SCALAR_TYPE)
    need = rnd.choice([1_900_000, 2_300_000])
    given = {
        "need_person": need,
        "sigma": share(0.3, 2.2),
        "wage_day": int(rnd.uniform(50, 400) * 256),
        "rice_least": share(0, 0.5),
        "rice_most": share(0.6, 1),
        "buffer_days": share(3, 45),
        "buffer_bills": share(1, 5),
        "work_minutes": rnd.randint(300, 700),
        "reserve_days": rnd.choice([0, share(0, 7)]),
        "market_every": rnd.randint(1, 10),
        "stall_days": share(5, 30),
        "restock": share(0.02, 0.2),
        "stock_days": share(0.2, 14),
        "price_memory": rnd.randint(3, 30),
        "price_speed": int(rnd.uniform(0.01, 0.3) * 2**32),
        "price_cap": int(0.1 * 2**32),
        "supply_elasticity": share(0, 1.5),
        "substitution": share(0.5, 4),
        "food_elasticity": share(0, 0.6),
        "food_floor": share(0.5, 0.8),
        "search_minutes": rnd.randint(0, 360),
        "choice_scale": rnd.choice([0, share(0.2, 10), 2**22]),
        "bribe_ratio": share(0.1, 1.5),
        "borrow_days": share(1, 60),
        "penalty": share(0.2, 5),
        "buying_days": rnd.randint(1, 10),
        "diversion": rnd.randint(0, 1),
        "serve_days": rnd.randint(1, 14),
        "fine_days": share(0.1, 60),
        "return_days": rnd.randint(1, 10),
    }
    for name in SCALARS:
        scalars[name] = given.get(name, share(0, 1))
    start, later = rnd.randint(0, 12), rnd.randint(10, days - 1)
    due, last = start + rnd.randint(0, 14), later + rnd.randint(0, 14)
    buying = given["buying_days"]
    bill = [-(-int(WON[j] * ONE) * need // (kcal << 8)) for j, kcal in ((0, 3610), (1, 3630))]
    common = [0, 0, rnd.choice([0, 100000]), rnd.choice([30000, 3000000]), 0]
    return Draws(
        scalars=scalars,
        log_price=row(*(int(math.log2(won * ONE) * 2**32) for won in WON)),
        elasticity=row(*(share(0, 1) for _ in range(5))),
        supply_day=row(0, 0, rnd.choice([2000, 40000]), 2000, 300),
        common=row(*common),
        yields=row(0, 0, share(0, 50), share(0, 50), 0),
        own_most=row(0, 0, 9000, 0, 0),
        income=row(*(int(rnd.uniform(3000, 30000) * 256) for _ in range(5))),
        ration=row(60, 240),
        harvest=row(80, 320),
        bill=row(*bill),
        to_trade=row(share(0, 0.5), 0),
        from_trade=row(0, share(0, 1)),
        start=row(start, rnd.randint(0, 12), 5, 10, later),
        due=row(due, 0, 0, 0, last),
        end=row(0, 0, rnd.randint(5, 60), rnd.randint(10, 60), 0),
        rounds=rounds({0: [(start, due, due + buying, ASKS)], 4: [(later, last, last + buying, ASKS)]}),
        posts=row(0, 0, 3, 2, 0),
        toll=row(0, 0, share(0, 0.1), share(0, 0.1), 0),
        passing=row(0, 0, share(0, 1), share(0, 1), 0),
        beta=row(*(int(ONE * (k + 0.5) / 4096) for k in range(4096))),
    )


# ------------------------------------------------------------------------------------------ all that may be ordered

Area = tuple[People, Plan, Draws]
Told = tuple[int, int, int, int]  # START, DUE, UNTIL, ROUND_KIND


@dataclass(frozen=True)
class Line:
    """A line of an order."""

    item: int
    amount: int
    per: int = 0
    cash: int = 0
    cash_per: int = 0
    supply: int = NOT_REPORTED
    again: int = 0


@dataclass(frozen=True)
class Ordered:
    """An order of a world, with its days."""

    kind: int
    lines: list[Line] = field(default_factory=list)
    top: int = 2
    whole: int = 0
    cash: int = 0
    cash_per: int = 0
    closes: int = 0
    bans: int = NO_ITEM
    posts: int = 0
    appeal: int = 0
    shop: int = 0
    start: int = 0
    due: int = 0
    end: int = 0
    rounds: list[Told] = field(default_factory=list)
    toll: int = 0
    passing: int = 0


@dataclass(frozen=True)
class Frame:
    """What all areas of a run share."""

    days: int
    burn_days: int
    gate_days: int
    trade_days: int
    kcal: np.ndarray
    market: np.ndarray
    scalars: np.ndarray

    def scalar(self, name: str) -> int:
        return int(self.scalars[name][0])


def share(rnd: random.Random, low: float, high: float) -> int:
    return int(rnd.uniform(low, high) * ONE)


def framed(rnd: random.Random, days: int) -> Frame:
    scalars = assumptions(rnd, 1, days).scalars
    changed = {
        "inspect": share(rnd, 0.01, rnd.choice([0.1, 0.3, 1])),
        "fine_days": share(rnd, 0.1, rnd.choice([1, 60])),
        "joint": share(rnd, 0.05, 1),
        "arrears": rnd.choice([0, ONE, share(rnd, 0, 1)]),
        "caution": rnd.choice([0, share(rnd, 0, 2.2)]),
        "revenue_target": share(rnd, 0.02, 1),
        "return_days": rnd.randint(1, 6),
        "ransom_share": share(rnd, 0.1, 0.9),
        "forbidden_share": share(rnd, 0.1, 0.9),
        "trade_speed": share(rnd, 0.05, 3),
        "trade_most": share(rnd, 0.1, 0.6),
    }
    for name, value in changed.items():
        scalars[name] = value
    return Frame(
        days=days,
        burn_days=rnd.choice([30, 60]),
        gate_days=rnd.choice([days - 5, days + 5]),
        trade_days=rnd.choice([3, 7]),
        kcal=ints(3610, 3630, 0, 0, rnd.choice([0, 4000])),
        market=ints(1, 1, 1, rnd.randint(0, 1), rnd.randint(0, 1)),
        scalars=scalars,
    )


def rounds_of(frame: Frame, start: int, due: int, every: int, term: int) -> list[Told]:
    """Rounds of a levy as docs/model.md, 7.8, has them: it returns every so many days, the unit has a term (or 0)."""
    starts = [start, *range(start + every, frame.days, every)] if every else [start]
    told, never = [], 2**31 - 1
    for k, s in enumerate(starts):
        limit = starts[k + 1] - 1 if k + 1 < len(starts) else never
        ends = min(due + s - start, limit)
        of_unit = min(ends + term, limit)
        joint = ends + 1 <= of_unit
        until = min((of_unit if joint else ends) + frame.scalar("buying_days"), limit)
        told.append((s, ends, -1 if joint else until, ASKS))
        if joint:
            told.append((ends + 1, of_unit, until, OF_UNIT))
    return told


def levy(rnd: random.Random, frame: Frame) -> Ordered:
    """A levy or an appeal, that returns or not, for which the people's unit answers or not."""
    start, appeal, lines = rnd.randint(0, frame.days // 2), rnd.random() < 0.25, []
    due, whole = start + rnd.randint(0, 12), rnd.random() < 0.4
    for item in rnd.sample([0, 2, 2, 3, 3, 4], 3):
        if item not in [line.item for line in lines]:
            amount, cash = rnd.choice([300, 1500, 7000]), 0 if whole else rnd.choice([0, 5000, 20000])
            lines.append(Line(item, amount, rnd.randint(0, 4), cash, rnd.randint(0, 4), again=int(rnd.random() < 0.6)))
    term = 0 if appeal else rnd.choice([0, 3, 7])
    told = rounds_of(frame, start, due, rnd.choice([0, 5, 7, 14]), term)
    return Ordered(
        LEVY,
        lines,
        top=rnd.randint(0, 2),
        whole=int(whole),
        cash=rnd.choice([9000, 30000]) if whole else 0,
        cash_per=rnd.randint(0, 4),
        appeal=int(appeal),
        start=start,
        due=due,
        rounds=told,
    )


def relief(rnd: random.Random, frame: Frame) -> Ordered:
    lines = [
        Line(0, 10000, 1, supply=rnd.choice([NOT_REPORTED, 200000])),
        Line(5, 3000),
        Line(2, 100, supply=777),
    ]
    return Ordered(RELIEF, lines, top=rnd.randint(0, 2), start=rnd.randint(0, frame.days // 2))


def shop(rnd: random.Random, frame: Frame) -> Ordered:
    lines = [Line(item, 0, supply=rnd.choice([5, 20000, 300000])) for item in rnd.sample(range(5), 2)]
    return Ordered(RELIEF, lines, top=rnd.randint(0, 2), shop=1, start=rnd.randint(0, frame.days - 1))


def forced(rnd: random.Random, frame: Frame, kind: int) -> Ordered:
    """A crackdown or restriction, often with checkpoints."""
    start = rnd.randint(0, frame.days // 2)
    posts = rnd.choice([0, 1, 3, 8])
    return Ordered(
        kind,
        top=rnd.randint(0, 2),
        closes=int(kind == RESTRICTION and rnd.random() < 0.6),
        bans=rnd.choice([NO_ITEM, 2, 3]) if kind == RESTRICTION else NO_ITEM,
        posts=posts,
        start=start,
        end=start + rnd.choice([rnd.randint(0, 10), rnd.randint(15, 40)]),
        toll=share(rnd, 0.005, 0.2) if posts else 0,
        passing=rnd.choice([ONE, share(rnd, 0.2, 1)]) if posts else 0,
    )


def some_orders(rnd: random.Random, frame: Frame) -> list[Ordered]:
    """A levy, and most of another, relief, shops, two crackdowns and two restrictions, in any order."""
    made = [levy(rnd, frame), relief(rnd, frame), shop(rnd, frame)]
    made += [forced(rnd, frame, kind) for kind in (CRACKDOWN, RESTRICTION, CRACKDOWN, RESTRICTION)]
    kept = [levy(rnd, frame), *(order for order in made if rnd.random() < 0.8)]
    rnd.shuffle(kept)
    return kept


def reach(rnd: random.Random, who: People, orders: int) -> np.ndarray:
    """Masks of the orders that do not reach a household: one order in two reaches all, others some or a group."""
    beyond = np.zeros(len(who.unit), np.int64)
    for o in range(orders):
        some = np.array([rnd.random() < 0.4 for _ in who.unit])
        outside = rnd.choice([None, None, None, some, who.livelihood != 1, who.residence == 0])
        if outside is not None:
            beyond |= outside.astype(np.int64) << o
    return beyond


def plan_of(frame: Frame, orders: list[Ordered], area: int, households: int) -> Plan:
    """The plan of an area that trades with no other."""
    lines = [(o, line) for o, order in enumerate(orders) for line in order.lines]
    last = np.cumsum([0, *(len(order.lines) for order in orders)])

    def of_orders(*names: str) -> dict[str, np.ndarray]:
        return {name: ints(*(getattr(order, name) for order in orders)) for name in names}

    def of_lines(name: str) -> np.ndarray:
        return ints(*(getattr(line, name) for _, line in lines))

    return Plan(
        first_day=739000,
        days=frame.days,
        burn_days=frame.burn_days,
        mean_days=28,
        gate_days=frame.gate_days,
        area=area,
        area_households=households,
        country_households=0,
        trade_days=frame.trade_days,
        kcal=frame.kcal,
        market=frame.market,
        **of_orders("kind", "top", "whole", "cash", "cash_per", "closes", "bans", "posts", "appeal", "shop"),
        first_line=ints(*last[:-1]),
        last_line=ints(*last[1:]),
        order=ints(*(o for o, _ in lines)),
        **{name: of_lines(name) for name in ("item", "amount", "per", "supply", "again")},
        line_cash=of_lines("cash"),
        line_cash_per=of_lines("cash_per"),
    )


def with_days(draws: Draws, orders: list[Ordered]) -> Draws:
    """The draws with the days, rounds and tolls of these orders."""
    names = ("start", "due", "end", "posts", "toll", "passing")
    told = {o: order.rounds for o, order in enumerate(orders) if order.rounds}
    return draws._replace(
        **{name: row(*(getattr(order, name) for order in orders)) for name in names},
        rounds=rounds(told, len(orders)),
    )


def written(rnd: random.Random, frame: Frame, most: int, orders: list[Ordered]) -> Area:
    """An area of some households in which these orders are given."""
    n = rnd.randint(min(20, most), most)
    trade = [rnd.choice([(share(rnd, 0, 0.8), 0), (0, share(rnd, 0, 0.5))]) for _ in range(2)]
    dear, need = [rnd.uniform(0.6, 1.6) * won for won in WON], frame.scalar("need_person")
    draws = assumptions(rnd, n, frame.days)._replace(
        scalars=frame.scalars.copy(),
        log_price=row(*(int(math.log2(won * ONE) * 2**32) for won in dear)),
        bill=row(*(-(-int(dear[j] * ONE) * need // (int(frame.kcal[j]) << 8)) for j in (0, 1))),
        to_trade=row(*(to for to, _ in trade)),
        from_trade=row(*(gone for _, gone in trade)),
        supply_day=row(0, 0, *(rnd.choice([300, 2000, 40000]) for _ in range(3))),
    )
    who = people(rnd, n)
    plan = plan_of(frame, orders, rnd.randint(0, 2**31 - 1), n * rnd.choice([1, 1, 5]))
    return who._replace(beyond=reach(rnd, who, len(orders))), plan, with_days(draws, orders)


def richer(seed: int, most: int = 60, days: int = 40) -> Area:
    """Levies that return and fall on the unit, appeals, shops, checkpoints, reach, and trade with the country."""
    rnd = random.Random(seed)
    frame = framed(rnd, days)
    who, plan, draws = written(rnd, frame, most, some_orders(rnd, frame))
    return who, plan._replace(country_households=plan.area_households * rnd.choice([1, 3, 50])), draws


def areas(seed: int, most: int = 30, days: int = 40) -> list[Area]:
    """Two to four areas, a whole country or part of one; sometimes one of them is closed for some days."""
    rnd = random.Random(seed)
    frame = framed(rnd, days)
    orders = [some_orders(rnd, frame) for _ in range(rnd.randint(2, 4))]
    if rnd.random() < 0.6:
        start = rnd.randint(5, days - 10)
        orders[0].append(Ordered(RESTRICTION, closes=1, start=start, end=start + rnd.randint(1, 12)))
    made = [written(rnd, frame, most, given) for given in orders]
    country = sum(plan.area_households for _, plan, _ in made) * rnd.choice([1, 1, 3, 50])
    return [(who, plan._replace(country_households=country), draws) for who, plan, draws in made]
