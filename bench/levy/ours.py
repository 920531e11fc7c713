"""The levy-year task in the engine's manner: whole numbers, exact totals, keyed numbers, rules of the engine.

From the package (`ENGINE`): `rule` and `entry` compile it, `number_under` draws, `pay` values goods at a price,
`quotient` divides, `keys` are those of a run, by day, area and purpose. Money is whole won, goods are whole grams,
prices stand in 2⁻¹⁶; segments are filled up to whole vectors, as in `engine/columns.py`; the loops are written as those
of `engine/daily.py`. Only here: the task's own rules, as the engine's model has others (meals, markets with supply,
ways and choices by utility); sums of 32 bits within a tile; claims as a list, which the engine keeps as columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from inminban.engine.scales import LOW_HALF, ONE, SHARE, entry, number_under, pay, quotient, rule
from inminban.model.randomness import keys, purpose
from levy.task import (
    BOUGHT,
    DEFAULT,
    DEFAULT_CASH,
    DEFAULTED,
    DISTRICTS,
    EVERY,
    FIND,
    FIND_KG,
    FLOWS,
    GOODS,
    KEEPS,
    LIEU,
    LIVING,
    MONTH,
    OWN,
    OWN_PRICE,
    STOCKS,
    Homes,
    means,
)

I4, I8, U4, U8 = np.int32, np.int64, np.uint32, np.uint64
GRAMS = 1000
VECTOR = 16
TILE = 4096  # households whose day's money stays below 2³²
NOISE = 12  # bits of a day's factor of income
HALF_DAY, NOISE_ONE, NOISE_LOW = 1 << (NOISE - 1), 1 << NOISE, (1 << NOISE) - 1
MOST_INCOME = 1 << 18  # won a day: times a factor below 1.5 in 2⁻¹² it stays below 2³¹
LIVE, LUCK, LUCK_GRAMS = round(LIVING), round(FIND * ONE), round(FIND_KG * GRAMS)
ROUND = ONE // 2
OWN_AT, KEPT = round(OWN_PRICE * ONE), round(KEEPS * ONE)
PER_CASH, RISK = round(DEFAULT_CASH), round(DEFAULT * DEFAULT_CASH * ONE)
# Whole-number terms of a good: grams asked, prices of a gram in 2⁻¹⁶: in lieu, usual, and what a gram a household adds.
TERMS = np.array([[g.asked * GRAMS, *(w * ONE / GRAMS for w in g[1:])] for g in GOODS]).round().astype(I8)
# Exact totals of a day and district: money earned, spent, grams found; then of each good, as below.
EARNED, SPENT, FOUND = range(3)
QUIET = 3
PAID, WAIVED = FLOWS, FLOWS + 1  # won paid for what was bought, grams given up for money
GOOD_FLOWS = FLOWS + 2
ENGINE = ("scales.rule", "scales.entry", "scales.number_under", "scales.pay", "scales.quotient", "randomness.keys")
PURPOSES = (purpose(200), *(purpose(201, g) for g in range(len(GOODS))))


class Land(NamedTuple):
    """Columns of all households by district, each filled up to whole vectors; the claims of each good; districts."""

    members: Any
    income: Any
    cash: Any
    scrap: Any
    oil: Any
    arrears: Any
    who: Any
    owed: Any
    ends: Any
    homes: Any
    price: Any
    open: Any


def land_of(given: Homes) -> Land:
    """Columns of households that stand in order of district; money in won, incomes a day, goods in grams."""
    counts = np.bincount(given["district"], minlength=DISTRICTS)
    ends = np.cumsum([0, *(-(-counts // VECTOR) * VECTOR)]).astype(I8)
    place = np.arange(counts.sum()) + np.repeat(ends[:-1] - (np.cumsum(counts) - counts), counts)

    def column(values: Any, scale: float = 1) -> Any:
        found = np.zeros(ends[-1], I4)
        found[place] = np.rint(values * scale)
        return found

    income = column(given["income"], 1 / MONTH)
    assert income.max() < MOST_INCOME
    return Land(
        members=column(given["members"]).astype(np.int8),
        income=income,
        cash=column(given["cash"]),
        scrap=column(given["scrap"], GRAMS),
        oil=column(given["oil"], GRAMS),
        arrears=column(given["arrears"], GRAMS),
        who=np.full((len(GOODS), ends[-1]), -1, I4),
        owed=np.full((len(GOODS), ends[-1]), -1, I4),
        ends=ends,
        homes=counts.astype(I8),
        price=np.repeat(TERMS[:, 2], DISTRICTS).reshape(len(GOODS), DISTRICTS).copy(),
        open=np.zeros((len(GOODS), DISTRICTS), I8),
    )


@rule
def get_by(c: Land, first: Any, last: Any, key: Any, sums: Any) -> None:
    """A day's income, living and finds of a district. Sums are of 32 bits within a tile, which is exact and fast."""
    members, income, cash, scrap = c.members, c.income, c.cash, c.scrap
    key0, key1 = key[0], key[1]
    for low in range(first, last, TILE):
        earned, spent, found = U4(0), U4(0), U4(0)
        for i in range(U8(low), U8(min(last, low + TILE))):
            number = U4(number_under(key0, key1, I8(i - U8(first))))
            got = I4(I4(income[i] * I4(HALF_DAY + I4(number & U4(NOISE_LOW)))) >> I4(NOISE))
            held = I4(cash[i] + got)
            gone = min(held, I4(LIVE * I4(members[i])))
            luck = I4(number >> U4(SHARE))
            grams = I4(I4(luck * I4(LUCK_GRAMS) + I4(ROUND)) >> I4(SHARE)) if luck < LUCK else I4(0)
            cash[i] = I4(held - gone)
            scrap[i] = I4(scrap[i] + grams)
            earned, spent, found = U4(earned + U4(got)), U4(spent + U4(gone)), U4(found + U4(grams))
        sums[EARNED] += I8(earned)
        sums[SPENT] += I8(spent)
        sums[FOUND] += I8(found)


@rule
def ways(owed: Any, held: Any, cash: Any, number: Any, price: Any, lieu: Any) -> Any:
    """What buying the rest and money in lieu cost, and whether a claim is bought, paid or defaulted."""
    use = min(held, owed)
    need, instead = pay(price, owed - use), pay(lieu, owed)
    limit = (number & LOW_HALF) * cash
    can_buy, can_pay = need << SHARE <= limit, instead << SHARE <= limit
    fails = (number >> SHARE) * (PER_CASH + cash) < RISK
    return use, need, instead, can_buy, can_pay, fails


@rule
def find(tile: Any, given: Any, prices: Any, key: Any) -> None:
    """Find which claims of a tile close today."""
    stocks, purses, shut = tile
    places, claims = given
    price, lieu = prices
    key0, key1, first = key
    for q in range(U8(claims.size)):
        number = number_under(key0, key1, I8(places[q]) - first)
        found = ways(I8(claims[q]), I8(stocks[q]), I8(purses[q]), number, price, lieu)
        shut[q] = found[3] | found[4] | found[5]


@rule
def answer(c: Land, g: Any, d: Any, key: Any, work: Any, sums: Any) -> None:
    """Answer a district's open claims on a good: find those that close, close up the list, close them."""
    first, n, prices = c.ends[d], c.open[g, d], (c.price[g, d], TERMS[g, 1])
    cash, arrears, stock = c.cash, c.arrears, c.scrap if g == 0 else c.oil
    who, owed = c.who[g, first : first + n], c.owed[g, first : first + n]
    stocks, purses, shut, places, asked = work
    keyed = (key[0], key[1], first)
    left = U8(0)
    for start in range(0, n, TILE):
        now, claims = who[start : start + TILE], owed[start : start + TILE]
        for q in range(U8(now.size)):
            i = U8(now[q])
            stocks[q], purses[q] = stock[i], cash[i]
        find((stocks, purses, shut), (now, claims), prices, keyed)
        done = U8(0)
        for q in range(U8(now.size)):
            i, claim, gone = now[q], claims[q], U8(shut[q])
            places[done], asked[done] = i, claim
            who[left], owed[left] = i, claim
            done += gone
            left += U8(1) - gone
        close((stock, cash, arrears), (places, asked, done), keyed, prices, sums)
    c.open[g, d] = left


@rule
def close(homes: Any, shut: Any, key: Any, prices: Any, sums: Any) -> None:
    """Close claims: what is bought, paid in lieu or defaulted, with exact totals."""
    stock, cash, arrears = homes
    places, asked, done = shut
    key0, key1, first = key
    own, bought, paid, waived, lost, spent = I8(0), I8(0), I8(0), I8(0), I8(0), I8(0)
    for q in range(done):
        i, owed = U8(places[q]), I8(asked[q])
        held, purse = I8(stock[i]), I8(cash[i])
        number = number_under(key0, key1, I8(i) - first)
        use, need, instead, can_buy, can_pay, _ = ways(owed, held, purse, number, prices[0], prices[1])
        cheaper = need + ((pay(prices[0], use) * OWN_AT) >> SHARE) <= instead
        buys = I8(can_buy & (cheaper | (not can_pay)))
        pays = I8(can_pay) & (1 - buys)
        fails = 1 - buys - pays
        stock[i] = held - buys * use
        cash[i] = purse - buys * need - pays * instead
        arrears[i] += fails * owed
        own += buys * use
        bought += buys * (owed - use)
        spent += buys * need
        paid += pays * instead
        waived += pays * owed
        lost += fails * owed
    for flow, amount in enumerate((own, bought, paid, lost, spent, waived)):
        sums[flow] += amount


@rule
def ask(c: Land, g: Any, d: Any) -> None:
    """Everyone is asked for a good, on top of what is still open; the list stays in order, so it goes from the end."""
    who, owed, first, n = c.who[g], c.owed[g], c.ends[d], c.homes[d]
    last, asked = first + c.open[g, d] - 1, TERMS[g, 0]
    for i in range(first + n - 1, first - 1, -1):
        before = 0
        if last >= first and who[last] == i:
            before = owed[last]
            last -= 1
        who[i], owed[i] = i, before + asked
    c.open[g, d] = n


@entry
def live(c: Land, districts: Any, days: Any, keyed: Any, quiet: Any, sums: Any) -> None:
    """Live through days in districts, one after the other; totals are by day and district, of goods also by good."""
    work = np.empty(TILE, I4), np.empty(TILE, I4), np.empty(TILE, np.uint8), np.empty(TILE, I4), np.empty(TILE, I4)
    for d in range(districts[0], districts[1]):
        for day in range(days[0], days[1]):
            get_by(c, c.ends[d], c.ends[d + 1], keyed[day, d, 0], quiet[day, d])
            for g in range(sums.shape[2]):
                if day % EVERY == 0:
                    ask(c, g, d)
                answer(c, g, d, keyed[day, d, 1 + g], work, sums[day, d, g])
                usual = TERMS[g, 2]
                change = ((c.price[g, d] - usual) * KEPT) >> SHARE
                c.price[g, d] = (
                    usual + change + quotient(TERMS[g, 3] * sums[day, d, g, BOUGHT], GRAMS * max(1, c.homes[d]))
                )


def run(land: Land, span: tuple[int, int], seed: int, threads: ThreadPoolExecutor, parts: Any) -> Any:
    """Run the task; `span` is (days, days of a district in a row), `parts` are (first, last) districts for a thread."""
    days, together = span
    day, district, number = np.ix_(np.arange(days), np.arange(DISTRICTS), np.array(PURPOSES))
    keyed = keys(seed, 0, district, day, number).astype(I8)
    quiet = np.zeros((days, DISTRICTS, QUIET), I8)
    sums = np.zeros((days, DISTRICTS, len(GOODS), GOOD_FLOWS), I8)
    for start in range(0, days, together):
        now = (start, min(days, start + together))
        list(threads.map(lambda part, now=now: live(land, part, now, keyed, quiet, sums), parts))
    return quiet, sums


def means_of(land: Land, totals: Any) -> dict[str, float]:
    """Means a household."""
    n, units = int(land.homes.sum()), np.array([GRAMS, GRAMS, 1, GRAMS])
    ends = {"cash": land.cash, "scrap": land.scrap / GRAMS, "arrears": land.arrears / GRAMS}
    found = means(totals[1][..., :FLOWS] / units, ends)
    return {k: v * len(land.cash) / n for k, v in found.items()}


def held(land: Land) -> dict[str, int]:
    """All that is held: money, goods, arrears, and grams open of each good."""
    columns = {k: int(getattr(land, k).sum(dtype=I8)) for k in ("cash", *STOCKS, "arrears")}
    spans = [list(zip(land.ends, land.ends + n, strict=False)) for n in np.pad(land.open, ((0, 0), (0, 1)))]
    return columns | {f"open{g}": sum(int(land.owed[g, a:b].sum()) for a, b in spans[g]) for g in range(len(GOODS))}


def closes(before: Mapping[str, int], after: Mapping[str, int], totals: Any, asked: int) -> bool:
    """Whether what was held, came and went is what is held, to the won and gram, where everyone was asked so often."""
    (earned, spent, found), sums = (t.sum(axis=(0, 1)) for t in totals)
    gone = sums[:, OWN] + sums[:, BOUGHT] + sums[:, WAIVED] + sums[:, DEFAULTED]
    changes = {
        "cash": earned - spent - sums[:, PAID].sum() - sums[:, LIEU].sum(),
        "scrap": found - sums[0, OWN],
        "oil": -sums[1, OWN],
        "arrears": sums[:, DEFAULTED].sum(),
        **{f"open{g}": TERMS[g, 0] * asked - gone[g] for g in range(len(GOODS))},
    }
    return all(before[k] + change == after[k] for k, change in changes.items())
