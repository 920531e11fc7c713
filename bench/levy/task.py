"""The levy-year task of bench/levy_year.py: its terms, its households, and what all versions of it must agree on.

A household has members, a monthly income, cash, scrap and oil. Every day it earns (a 30th of its income, times 0.5 to
1.5), spends 1,100 won a member or what it has, and one day in ten finds up to 400 g of scrap. Every 90 days it is asked
for 7 kg of scrap and 2 kg of oil. Day by day it answers what is open of each good: its own stock first, the rest
bought at its district's price, or money in lieu of all; the cheaper of what a share of its cash (drawn anew) can pay,
its own stock counted at 60 % of its price. Where it can pay neither it defaults, with 3 % or, the richer, less; else
it waits. A district's price falls back to its usual one by a tenth a day, and rises with what was bought.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

DISTRICTS = 210
LIVING = 1100.0  # won a member and day
FIND = 0.1  # chance of a find
FIND_KG = 4.0  # times the number below it
EVERY = 90
OWN_PRICE = 0.6
KEEPS = 0.9
DEFAULT, DEFAULT_CASH = 0.03, 20_000.0
MONTH = 30


class Good(NamedTuple):
    """Terms of a good: kg asked, won a kg in lieu, usual price, won a kg that a kg bought by every household adds."""

    asked: float
    lieu: float
    usual: float
    push: float


GOODS = (Good(7.0, 20_000 / 7, 1_500.0, 700.0), Good(2.0, 10_000 / 2, 4_000.0, 4_000.0))
# What is added up of each good, in kg or won; `MEANS` are these of both goods, and what is held at the end.
OWN, BOUGHT, LIEU, DEFAULTED = range(4)
FLOWS = 4
NAMES = ("own", "bought", "lieu", "defaulted")
MEANS = (*(f"{n}_scrap" for n in NAMES), *(f"{n}_oil" for n in NAMES), "cash", "scrap", "arrears")
STOCKS = ("scrap", "oil")
Homes = dict[str, Any]


def homes(n: int, *, by_district: bool = False) -> Homes:
    """Households of the task, the same for each number of them."""
    draw = np.random.default_rng(1)
    members = np.minimum(1 + draw.poisson(3.0, n), 12)
    income = np.exp(0.5 * draw.standard_normal(n)) * 34_000 * members
    district = draw.integers(0, DISTRICTS, n)
    return {
        "members": members.astype(np.int8),
        "income": income.astype(np.float32),
        "cash": (0.3 * income).astype(np.float32),
        "scrap": draw.exponential(3.0, n).astype(np.float32),
        "oil": (draw.exponential(2.0, n) * (draw.random(n) < 0.3)).astype(np.float32),
        "district": np.sort(district) if by_district else district,
        "arrears": np.zeros(n, np.float32),
    }


def usual_prices() -> Any:
    """Prices by good and district as the task begins."""
    return np.repeat([[g.usual] for g in GOODS], DISTRICTS, axis=1)


def next_price(good: Good, price: Any, bought: Any, homes: Any) -> Any:
    """Prices of a good on the next day."""
    return good.usual + KEEPS * (price - good.usual) + good.push * bought / homes


def judged(
    good: Good, price: Any, owed: Any, held: Any, cash: Any, draws: tuple[Any, Any]
) -> tuple[Any, Any, Any, Any]:
    """Decide claims in arrays: flows (own, bought, in lieu, defaulted), won paid, kg defaulted, whether one closes."""
    use = np.minimum(held, owed)
    need, instead, limit = price * (owed - use), np.float32(good.lieu) * owed, draws[0] * cash
    can_buy, can_pay = need <= limit, instead <= limit
    buys = can_buy & (~can_pay | (need + np.float32(OWN_PRICE) * price * use <= instead))
    pays = can_pay & ~buys
    fails = ~(buys | pays) & (draws[1] * (1 + cash / np.float32(DEFAULT_CASH)) < DEFAULT)
    flows = buys * use, buys * (owed - use), pays * instead, fails * owed
    return flows, buys * need + flows[LIEU], flows[DEFAULTED], buys | pays | fails


class Done(NamedTuple):
    """What a version of the task took, in seconds, and its means a household (`MEANS`)."""

    seconds: float
    means: dict[str, float]


def means(totals: Any, held: Mapping[str, Any]) -> dict[str, float]:
    """Means a household: of totals by good and flow, and of what is held at the end."""
    n = len(held["cash"])
    flows = np.asarray(totals, np.float64).reshape(-1, len(GOODS) * FLOWS).sum(axis=0) / n
    ends = [float(np.mean(held[name], dtype=np.float64)) for name in ("cash", "scrap", "arrears")]
    return dict(zip(MEANS, [*flows.tolist(), *ends], strict=True))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the time of one call, and what it gives."""
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found
