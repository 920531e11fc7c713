"""One plain world for tests of directions: a few thousand households at central assumptions, changed one at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from inminban.engine.inputs import ASKS, LEVY, NO_ITEM, NOT_REPORTED, SCALAR_TYPE, Draws, People, Plan
from inminban.engine.simulate import Ran, run
from tests.worlds import ONE, ints

RICE, CORN, SCRAP, SEED = range(4)
PRICES = {RICE: 4.9, CORN: 2.4, SCRAP: 0.6, SEED: 3.0}  # won a gram
CENTRAL = {
    "need_person": 2_100_000,
    "sigma": 1.3 * 1.4427 * ONE,
    "paid_share": 0.5 * ONE,
    "wage_day": 100 * 256,
    "taste": 0.5 * ONE,
    "rice_least": 0.02 * ONE,
    "rice_most": 0.95 * ONE,
    "buffer_days": 20 * ONE,
    "buffer_bills": 4 * ONE,
    "spending_floor": 0.5 * ONE,
    "spend_rate": 0.15 * ONE,
    "work_minutes": 480,
    "market_every": 3,
    "stall_days": 15 * ONE,
    "forbidden_share": 0.2 * ONE,
    "restock": ONE / 15,
    "stock_days": 7 * ONE,
    "price_memory": 7,
    "price_speed": 0.08 * 1.4427 * 2**32,
    "price_cap": 0.05 * 1.4427 * 2**32,
    "supply_elasticity": 0.75 * ONE,
    "farm_share": 0.4 * ONE,
    "closed_income": 0.6 * ONE,
    "substitution": 2 * ONE,
    "food_elasticity": 0.3 * ONE,
    "food_floor": 0.5 * ONE,
    "short_line": 0.8 * ONE,
    "own_share": 0.4 * ONE,
    "own_price": 0.7 * ONE,
    "search_minutes": 180,
    "choice_scale": 4 * ONE,
    "bribe_ratio": 0.8 * ONE,
    "borrow_days": 20 * ONE,
    "borrow_cost": 0.4 * ONE,
    "hazard": 0.6 * ONE,
    "penalty": ONE,
    "force": 0.2 * ONE,
    "buying_days": 10,
    "remit_goods": 0.5 * ONE,
    "remit_cash": 0.5 * ONE,
    "diversion": 1,
    "none": 0.17 * ONE,
    "full": 0.24 * ONE,
    "siphon": ONE,
    "sold": 0.5 * ONE,
    "serve_days": 5,
    "inspect": 0.03 * ONE,
    "fine_days": 10 * ONE,
    "reward": 0.1 * ONE,
    "bargain": 0.5 * ONE,
    "caution": 0.7 * 1.4427 * ONE,
    "revenue_target": 0.3 * ONE,
    "eased": 0.3 * ONE,
    "return_days": 5,
    "returned": 0.4 * ONE,
    "ransom_share": 0.4 * ONE,
}


@dataclass(frozen=True)
class Asked:
    """One order: what it asks or gives of scrap and oilseed (or rice and corn), and what may be changed about it."""

    kind: int = LEVY
    items: tuple[int, int] = (SCRAP, SEED)
    amounts: tuple[int, int] = (7000, 2000)
    per: int = 0
    cash: int = 30000
    closes: int = 0
    posts: int = 0
    toll: float = 0
    passing: float = ONE
    start: int = 2
    due: int = 15
    end: int = 30
    central: dict[str, float] = field(default_factory=dict)
    dig: float = 25.0  # grams of scrap a minute


def households(n: int) -> People:
    rnd = np.random.default_rng(5)
    members = rnd.integers(1, 7, n)
    adults = np.maximum(1, members - rnd.integers(0, 3, n))
    workers = np.minimum(adults, rnd.integers(0, 3, n))
    columns = (
        np.arange(n),
        np.arange(n) // 30,
        members,
        adults,
        workers,
        members - adults,
        rnd.integers(0, 5, n),
        np.zeros(n),
        np.zeros(n),
    )
    return People(*(column.astype(np.int64) for column in columns))


def happen(asked: Asked, n: int = 2000, days: int = 45) -> Ran:
    """Run one draw of the plain world with the order."""
    return run(*plain(asked, n, days), np.arange(1), seed=1, how=(False, 1))


def plain(asked: Asked, n: int = 2000, days: int = 45) -> tuple[People, Plan, Draws]:
    """The plain world with the order, as the engine takes it."""
    return households(n), plan_of(asked, n, days), central(asked, n)


def plan_of(asked: Asked, n: int, days: int) -> Plan:
    return Plan(
        first_day=737000,
        days=days,
        burn_days=120,
        mean_days=28,
        gate_days=1,
        area=5,
        area_households=n,
        country_households=n,
        trade_days=7,
        kcal=ints(3610, 3630, 0, 0),
        market=ints(1, 1, 1, 1),
        kind=ints(asked.kind),
        top=ints(2),
        first_line=ints(0),
        last_line=ints(2),
        whole=ints(1),
        cash=ints(asked.cash),
        cash_per=ints(asked.per),
        closes=ints(asked.closes),
        bans=ints(NO_ITEM),
        posts=ints(asked.posts),
        appeal=ints(0),
        shop=ints(0),
        order=ints(0, 0),
        item=ints(*asked.items),
        amount=ints(*asked.amounts),
        per=ints(asked.per, asked.per),
        line_cash=ints(0, 0),
        line_cash_per=ints(0, 0),
        supply=ints(NOT_REPORTED, NOT_REPORTED),
        again=ints(0, 0),
    )


def central(asked: Asked, n: int) -> Draws:
    scalars = np.zeros(1, SCALAR_TYPE)
    for name, value in (CENTRAL | asked.central).items():
        scalars[name] = round(value)

    def row(*values: float) -> np.ndarray:
        return np.array([[round(value) for value in values]], dtype=np.int64)

    income = 590_000 / 30.4 * 256
    need = round(CENTRAL["need_person"])
    bill = [-(-int(PRICES[j] * ONE) * need // (kcal << 8)) for j, kcal in ((RICE, 3610), (CORN, 3630))]
    return Draws(
        scalars=scalars,
        log_price=row(*(np.log2(price * ONE) * 2**32 for price in PRICES.values())),
        elasticity=row(*[0.5 * ONE] * 2, *[0.7 * ONE] * 2),
        supply_day=row(0, 0, n * 40, n * 10),
        common=row(0, 0, 13500 * n, 0),
        yields=row(0, 0, asked.dig * ONE, 0),
        own_most=row(0, 0, 6000, 600),
        income=row(income, income, income / 2, income, income),
        ration=row(60, 240),
        harvest=row(80, 320),
        bill=row(*bill),
        to_trade=row(0, 0),
        from_trade=row(0, 0),
        start=row(asked.start),
        due=row(asked.due),
        end=row(asked.end),
        rounds=row(asked.start, asked.due, asked.due + round(scalars["buying_days"][0]), ASKS).reshape(1, 1, 1, 4),
        posts=row(asked.posts),
        toll=row(asked.toll),
        passing=row(asked.passing),
        beta=row(*(0.185 * ONE for _ in range(4096))),
    )
