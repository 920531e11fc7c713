"""Random small worlds for the engine: some households, orders of every kind, and assumptions all over their ranges."""

from __future__ import annotations

import math
import random

import numpy as np

from inminban.engine.inputs import (
    ASKS,
    CRACKDOWN,
    LEVY,
    NO_ITEM,
    NO_ROUND,
    NOT_REPORTED,
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
    found = np.full((1, orders, max(map(len, of.values())), 4), NO_ROUND, np.int64)
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
