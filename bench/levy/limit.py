"""The limit kernel of the levy-year task, `e5`: what this machine does where nothing but speed is asked.

Single-precision floats with fast-math, a number of one mix, districts in a row without a district column, open claims
as a list of places and kg, loops over views from 0 that compile to vector code. Its totals are floats.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np

from levy.task import (
    DEFAULT,
    DEFAULT_CASH,
    DISTRICTS,
    EVERY,
    FIND,
    FIND_KG,
    FLOWS,
    GOODS,
    KEEPS,
    LIVING,
    MONTH,
    OWN_PRICE,
    Homes,
    means,
)

F, U = np.float32, np.uint32
TILE = 1024
# Terms as single-precision constants.
LIVE, CHANCE, KG, DAILY, HALF = F(LIVING), F(FIND), F(FIND_KG), F(1 / MONTH), F(0.5)
OWN_AT, KEPT, ODDS, PER_CASH, UNIT = F(OWN_PRICE), F(KEEPS), F(DEFAULT), F(1 / DEFAULT_CASH), F(2.0**-24)
NONE, WHOLE = F(0), F(1)
TERMS = np.array(GOODS, F)
M1, M2, STEP = U(0x7FEB352D), U(0x846CA68B), U(0x9E3779B9)
K = TypeVar("K", bound=Callable[..., Any])


def compiled(function: K) -> K:
    """Compile for speed alone."""
    return cast(K, numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")(function))


class Land(NamedTuple):
    """Columns of all households in order of district, the claims of each good, and districts: ends, prices, open."""

    members: Any
    income: Any
    cash: Any
    scrap: Any
    oil: Any
    arrears: Any
    who: Any
    owed: Any
    ends: Any
    price: Any
    open: Any


def land_of(given: Homes) -> Land:
    """Columns of households that stand in order of district."""
    n = len(given["cash"])
    return Land(
        members=given["members"].copy(),
        income=given["income"].copy(),
        cash=given["cash"].copy(),
        scrap=given["scrap"].copy(),
        oil=given["oil"].copy(),
        arrears=given["arrears"].copy(),
        who=np.full((len(GOODS), n), -1, np.int32),
        owed=np.full((len(GOODS), n), -1, F),
        ends=np.searchsorted(given["district"], np.arange(DISTRICTS + 1)).astype(np.int64),
        price=np.repeat(TERMS[:, 2], DISTRICTS).reshape(len(GOODS), DISTRICTS).copy(),
        open=np.zeros((len(GOODS), DISTRICTS), np.int64),
    )


@compiled
def mixed(x: Any) -> Any:
    """One mix of a 32-bit number; Numba widens each step, so that each is cut off."""
    x = U(x ^ (x >> U(16)))
    x = U(x * M1)
    x = U(x ^ (x >> U(15)))
    x = U(x * M2)
    return U(x ^ (x >> U(16)))


@compiled
def part(x: Any) -> Any:
    """A 32-bit number as a part of one."""
    return F(np.int32(x >> U(8))) * UNIT


@compiled
def get_by(key: Any, members: Any, income: Any, cash: Any, scrap: Any) -> None:
    """A day's income, living and finds of a district."""
    for i in range(cash.size):
        number = mixed(U(U(i) ^ key))
        left = cash[i] + income[i] * DAILY * (HALF + part(number)) - LIVE * F(members[i])
        cash[i] = max(left, NONE)
        luck = part(mixed(U(number + STEP)))
        scrap[i] += luck * KG if luck < CHANCE else NONE


@compiled
def judge(owed: Any, tiles: Any, terms: Any) -> Any:
    """Decide a tile of claims: what is left of them, of stock and cash, and what is defaulted; return the sums."""
    stock, cash, gone, numbers = tiles
    price, lieu = terms
    own, bought, paid, lost = NONE, NONE, NONE, NONE
    for q in range(owed.size):
        asked, held, purse = owed[q], stock[q], cash[q]
        number = mixed(numbers[q])
        limit = part(number) * purse
        use = min(held, asked)
        need, instead = price * (asked - use), lieu * asked
        either = WHOLE if instead <= limit else NONE
        dearer = WHOLE if need + OWN_AT * price * use > instead else NONE
        buys = (WHOLE if need <= limit else NONE) * (WHOLE - either * dearer)
        pays = either * (WHOLE - buys)
        risk = part(mixed(U(number + STEP))) * (WHOLE + purse * PER_CASH)
        fails = (WHOLE - buys) * (WHOLE - pays) * (WHOLE if risk < ODDS else NONE)
        cash[q] = purse - buys * need - pays * instead
        stock[q] = held - buys * use
        gone[q] = fails * asked
        owed[q] = asked * (WHOLE - buys) * (WHOLE - pays) * (WHOLE - fails)
        own += buys * use
        bought += buys * (asked - use)
        paid += pays * instead
        lost += fails * asked
    return own, bought, paid, lost


@compiled
def answer(key: Any, claimed: Any, homes: Any, terms: Any, tiles: Any, sums: Any) -> Any:
    """Answer a district's open claims on a good, tile by tile, and close up the list; return how many stay open."""
    who, owed = claimed
    stock, cash, arrears = homes
    stocks, purses, gone, numbers = tiles
    kept = 0
    for start in range(0, who.size, TILE):
        places, claims = who[start : start + TILE], owed[start : start + TILE]
        for q in range(places.size):
            numbers[q] = U(U(places[q]) ^ key)
        for q in range(places.size):
            i = U(places[q])
            stocks[q], purses[q] = stock[i], cash[i]
        n = places.size
        found = judge(claims, tiles, terms)
        for flow in range(FLOWS):
            sums[flow] += found[flow]
        for q in range(n):
            i, left = U(places[q]), claims[q]
            if left == NONE:
                stock[i], cash[i] = stocks[q], purses[q]
                arrears[i] += gone[q]
            who[kept], owed[kept] = places[q], left
            kept += 1 if left > NONE else 0
    return kept


@compiled
def ask(who: Any, owed: Any, still: Any, asked: Any) -> None:
    """Everyone is asked for a good, on top of what is still open; lists stay in order, so it goes from the end."""
    last = still - 1
    for i in range(who.size - 1, -1, -1):
        before = NONE
        if last >= 0 and who[last] == i:
            before = owed[last]
            last -= 1
        who[i], owed[i] = i, before + asked


@compiled
def live(land: Land, districts: Any, days: Any, seed: Any, sums: Any) -> None:
    """Live through days in districts, one after the other; `sums` is by day, district, good and flow."""
    numbers = np.empty(TILE, U)
    stocks, purses, gone = np.empty(TILE, F), np.empty(TILE, F), np.empty(TILE, F)
    for d in range(districts[0], districts[1]):
        low, high = land.ends[d], land.ends[d + 1]
        members, income, cash = land.members[low:high], land.income[low:high], land.cash[low:high]
        scrap, oil, arrears = land.scrap[low:high], land.oil[low:high], land.arrears[low:high]
        for day in range(days[0], days[1]):
            key = mixed(U(U(seed) * STEP + U(day) * M2 + U(d) * M1))
            get_by(key, members, income, cash, scrap)
            for g in range(TERMS.shape[0]):
                who, owed, still = land.who[g, low:high], land.owed[g, low:high], land.open[g, d]
                if day % EVERY == 0:
                    ask(who, owed, still, TERMS[g, 0])
                    still = high - low
                key = mixed(U(key + STEP))
                price, usual = land.price[g, d], TERMS[g, 2]
                stock = scrap if g == 0 else oil
                given = (key, (who[:still], owed[:still]), (stock, cash, arrears), (price, TERMS[g, 1]))
                land.open[g, d] = answer(*given, (stocks, purses, gone, numbers), sums[day, d, g])
                bought = sums[day, d, g, 1] / F(max(1, high - low))
                land.price[g, d] = usual + KEPT * (price - usual) + TERMS[g, 3] * bought


def run(land: Land, span: tuple[int, int], seed: int, threads: ThreadPoolExecutor, parts: Any) -> Any:
    """Run the task; `span` is (days, days of a district in a row), `parts` are (first, last) districts for a thread."""
    days, together = span
    sums = np.zeros((days, DISTRICTS, len(GOODS), FLOWS), F)
    for day in range(0, days, together):
        now = (day, min(days, day + together))
        list(threads.map(lambda part, now=now: live(land, part, now, seed, sums), parts))
    return sums


def means_of(land: Land, sums: Any) -> dict[str, float]:
    """Means a household."""
    return means(sums, {"cash": land.cash, "scrap": land.scrap, "arrears": land.arrears})
