"""What most households do on most days, a segment at once: earn, want food, buy, eat, spend (docs/model.md, 7.6).

The loops are over unsigned places and do nothing but arithmetic, so that they compile to vector code.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from inminban.engine.columns import Columns
from inminban.engine.household import basket, left_of, put_by, rice_share, spend, stock_of
from inminban.engine.scales import (
    INCOME,
    ONE,
    PENNY,
    RATIO,
    SHARE,
    inverse_of,
    narrow,
    number_under,
    pay,
    quotient,
    rule,
    share_of,
)
from inminban.engine.state import (
    EARNED,
    FIXED_FLOWS,
    FOOD,
    FOOD_PAID,
    KIND,
    RESTOCKED,
    SPENT,
    WAGE,
    World,
)


@rule
def add(flows: Any, flow: Any, tally: Any, amount: Any, times: Any) -> None:
    """Count postings of a flow."""
    cell = flows[flow, tally]
    cell.amount += amount
    cell.times += times


@rule
def gaps(c: Columns, s: Any) -> Any:
    """Whether any stall of a segment holds other than it should."""
    found = 0
    for k in range(np.uint64(c.stalls[s]), np.uint64(c.stalls[s + 1])):
        found |= c.open[k] + c.forbidden[k] != c.target[k]
    return found


@rule
def keeper_of(k: Any, s: Any, c: Columns) -> Any:
    """Place of the household whose stall this is, of a segment."""
    return c.ends[s] + k - c.stalls[s]


@rule
def earn(c: Columns, s: Any, flows: Any, x: Any, today: Any) -> None:
    """Wages, market income and what comes in kind, of a segment."""
    first, last, tally = c.ends[s], c.ends[s + 1], c.tally[s]
    if today.stalls and gaps(c, s):
        earn_at_stalls(c, s, flows, x, today)
        return
    key0, key1 = today.earn0, today.earn1
    closed, open_share = today.closed, x.closed_income
    wages, earned, kind0, kind1 = 0, 0, np.int64(0), np.int64(0)
    waged, sold, given0, given1 = 0, 0, 0, 0
    cash, wage, market, index = c.cash, c.wage, c.market, c.index
    stock0, stock1, in0, in1 = c.stock0, c.stock1, c.kind0, c.kind1
    for i in range(np.uint64(first), np.uint64(last)):
        number = number_under(key0, key1, np.int64(index[i]))
        a = (wage[i] + (number & PENNY)) >> INCOME
        b = market[i]
        if closed:
            b = (b * open_share) >> SHARE
        b = (b + ((number >> INCOME) & PENNY)) >> INCOME
        cash[i] += a + b
        wages += a
        earned += b
        waged += int(a > 0)
        sold += int(b > 0)
        got0, got1 = np.int64(in0[i]), np.int64(in1[i])
        stock0[i] += got0
        stock1[i] += got1
        kind0 += got0
        kind1 += got1
        given0 += int(got0 > 0)
        given1 += int(got1 > 0)
    add(flows, WAGE, tally, wages, waged)
    add(flows, EARNED, tally, earned, sold)
    add(flows, KIND, tally, kind0, given0)
    add(flows, KIND + 1, tally, kind1, given1)


@rule
def earn_at_stalls(c: Columns, s: Any, flows: Any, x: Any, today: Any) -> None:
    """Income of traders, some of whom have less on their stalls than they should."""
    for k in range(c.stalls[s], c.stalls[s + 1]):
        i = keeper_of(k, s, c)
        number = number_under(today.earn0, today.earn1, np.int64(c.index[i]))
        wage, market, goods = (c.wage[i] + (number & PENNY)) >> INCOME, c.market[i], c.open[k] + c.forbidden[k]
        if goods != c.target[k]:
            market = market * min(goods, c.target[k]) // c.target[k]
        if today.closed:
            market = (market * x.closed_income) >> SHARE
        market = (market + ((number >> INCOME) & PENNY)) >> INCOME
        c.cash[i] += wage + market
        add(flows, WAGE, c.tally[s], wage, int(wage > 0))
        add(flows, EARNED, c.tally[s], market, int(market > 0))


@rule
def want(c: Columns, s: Any, items: Any, x: Any, today: Any) -> Any:
    """Food that the households of a segment want on their market day; return the sums of both staples."""
    first, last, every = c.ends[s], c.ends[s + 1], x.market_every
    price0, kcal0, price1, kcal1 = items[0].price, narrow(items[0].kcal), items[1].price, narrow(items[1].kcal)
    appetite, mix = today.appetite, today.mix
    inverse0, inverse1 = inverse_of(kcal0), inverse_of(kcal1)
    cash, need, inkind, rice = c.cash, c.need, c.inkind, c.rice
    stock0, stock1, food0, food1, extra = c.stock0, c.stock1, c.food0, c.food1, c.extra
    wanted0, wanted1, poor, others = 0, 0, 0, extra.size > 0
    for i in range(np.uint64(first), np.uint64(last)):
        held = kcal0 * np.int64(stock0[i]) + kcal1 * np.int64(stock1[i])
        if others:
            held += extra[i]
        target = (np.int64(need[i]) * every * appetite) >> SHARE
        missing = max(0, target - held - (every - 1) * np.int64(inkind[i]))
        odds = (np.int64(rice[i]) * mix) >> SHARE
        share = quotient(odds << SHARE, max(1, odds + ONE - np.int64(rice[i])))
        part = (missing * share) >> SHARE
        a, b = share_of(part + kcal0 - 1, inverse0), share_of(missing - part + kcal1 - 1, inverse1)
        poor += int(pay(price0, a) + pay(price1, b) > cash[i])
        food0[i], food1[i] = a, b
        wanted0 += a
        wanted1 += b
    if poor > 0:
        wanted0, wanted1 = 0, 0
        for i in range(first, last):
            a, b = np.int64(food0[i]), np.int64(food1[i])
            if pay(price0, a) + pay(price1, b) > cash[i]:
                held = kcal0 * np.int64(stock0[i]) + kcal1 * np.int64(stock1[i])
                if others:
                    held += extra[i]
                target = (np.int64(need[i]) * every * appetite) >> SHARE
                missing = max(0, target - held - (every - 1) * np.int64(inkind[i]))
                share = rice_share(np.int64(rice[i]), mix)
                a, b = basket(missing, cash[i], share, (price0, kcal0), (price1, kcal1))
                food0[i], food1[i] = a, b
            wanted0 += a
            wanted1 += b
    return wanted0, wanted1


@rule
def buy(c: Columns, s: Any, items: Any, flows: Any) -> None:
    """Buy the food that a segment wants, where all of it is granted."""
    first, last, tally = c.ends[s], c.ends[s + 1], c.tally[s]
    price0, price1 = items[0].price, items[1].price
    cash, stock0, stock1, food0, food1 = c.cash, c.stock0, c.stock1, c.food0, c.food1
    got0, got1, paid0, paid1, times0, times1 = np.int64(0), np.int64(0), 0, 0, 0, 0
    for i in range(np.uint64(first), np.uint64(last)):
        a, b = np.int64(food0[i]), np.int64(food1[i])
        p, q = pay(price0, a), pay(price1, b)
        cash[i] -= p + q
        stock0[i] += a
        stock1[i] += b
        food0[i] = food1[i] = 0
        got0 += a
        got1 += b
        paid0 += p
        paid1 += q
        times0 += int(a > 0)
        times1 += int(b > 0)
    add(flows, FOOD, tally, got0, times0)
    add(flows, FOOD + 1, tally, got1, times1)
    add(flows, FOOD_PAID, tally, paid0, times0)
    add(flows, FOOD_PAID + 1, tally, paid1, times1)


@rule
def eat_and_spend(c: Columns, s: Any, items: Any, flows: Any, x: Any, today: Any) -> None:
    """Meals of a segment that has no food but the two staples, who goes short, and what is spent."""
    first, last, tally = c.ends[s], c.ends[s + 1], c.tally[s]
    left = left_of(c.offset[s], today.phase, x.market_every)
    kcal0, kcal1, line, rest = narrow(items[0].kcal), narrow(items[1].kcal), narrow(x.short_line), narrow(left - 1)
    rate, inverse = x.spend_rate, inverse_of(left)
    cash, buffer, need, inkind, short = c.cash, c.buffer, c.need, c.inkind, c.short
    stock0, stock1 = c.stock0, c.stock1
    eaten0, eaten1, spent, times0, times1, times = 0, 0, 0, 0, 0, 0
    for i in range(np.uint64(first), np.uint64(last)):
        a, b, must = np.int64(stock0[i]), np.int64(stock1[i]), np.int64(need[i])
        held = kcal0 * a + kcal1 * b
        meal = min(must, held, share_of(held + rest * np.int64(inkind[i]), inverse))
        share = narrow(quotient(meal << RATIO, max(1, held)))
        part0, part1 = (a * share) >> RATIO, (b * share) >> RATIO
        stock0[i], stock1[i] = a - part0, b - part1
        short[i] += int((kcal0 * narrow(part0) + kcal1 * narrow(part1)) << SHARE < must * line)
        gone = spend(cash[i], buffer[i], rate)
        cash[i] -= gone
        eaten0 += part0
        eaten1 += part1
        spent += gone
        times0 += int(part0 > 0)
        times1 += int(part1 > 0)
        times += int(gone > 0)
    add(flows, FIXED_FLOWS, tally, eaten0, times0)
    add(flows, FIXED_FLOWS + 1, tally, eaten1, times1)
    add(flows, SPENT, tally, spent, times)


@rule
def any_extra(c: Columns, first: Any, last: Any) -> Any:
    """Whether any household of a segment has other food than the two staples."""
    found = 0
    for i in range(np.uint64(first), np.uint64(last)):
        found |= c.extra[i]
    return found > 0


@rule
def eat_all(c: Columns, s: Any, w: World, x: Any, today: Any) -> None:
    """Meals and spending of a segment in which some have other food than the two staples."""
    tally, flows = c.tally[s], w.flows
    left = left_of(c.offset[s], today.phase, x.market_every)
    for p in range(c.ends[s], c.ends[s + 1]):
        i = w.who[p]
        if i < 0:
            continue
        must, held, eaten = np.int64(c.need[p]), c.extra[p], 0
        held += w.items[0].kcal * np.int64(c.stock0[p]) + w.items[1].kcal * np.int64(c.stock1[p])
        meal = min(must, held, (held + (left - 1) * np.int64(c.inkind[p])) // left)
        share = (meal << RATIO) // max(1, held)
        for j in range(w.items.size):
            if w.items[j].kcal > 0:
                part = (stock_of(i, j, w) * share) >> RATIO
                put_by(i, j, -part, w)
                eaten += w.items[j].kcal * part
                add(flows, FIXED_FLOWS + j, tally, part, int(part > 0))
        c.short[p] += int(eaten << SHARE < must * x.short_line)
        gone = spend(c.cash[p], c.buffer[p], x.spend_rate)
        c.cash[p] -= gone
        add(flows, SPENT, tally, gone, int(gone > 0))


@rule
def restock(c: Columns, s: Any, flows: Any, x: Any) -> None:
    """Traders fill their stalls up, before they spend."""
    for k in range(c.stalls[s], c.stalls[s + 1]):
        gap, p = c.target[k] - c.open[k] - c.forbidden[k], keeper_of(k, s, c)
        if gap > 0:
            goods = min(gap, (c.target[k] * x.restock) >> SHARE, c.cash[p])
            c.open[k] += goods
            c.cash[p] -= goods
            add(flows, RESTOCKED, c.tally[s], goods, int(goods > 0))
