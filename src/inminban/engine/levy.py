"""How a household answers a levy (docs/model.md, 7.8): line by line the best way to find the goods, then what to do."""

from __future__ import annotations

from typing import Any

import numpy as np

from inminban.engine.household import index_of, minute_of, note, put_by, spending_of, stock_of, units
from inminban.engine.inputs import DUE, LEVY, OF_UNIT, ROUND_KIND, START, UNTIL
from inminban.engine.scales import (
    EXACT,
    INCOME,
    MOST_COST,
    MOST_MINUTES,
    SHARE,
    TOP_INDEX,
    drawn,
    further,
    pay,
    quotient,
    rule,
    up,
)
from inminban.engine.state import (
    BORROWED,
    BRIBE,
    CASH,
    FIXED_FLOWS,
    FORCED,
    LINE_FLOWS,
    OWN,
    World,
)

# Choices of a bundle and ways of a line, numbered as their noise is drawn.
GOODS_CHOICE, CASH_CHOICE, BRIBE_CHOICE, BORROW_CHOICE, UNPAID_CHOICE = range(1, 6)
OWN_WAY, GATHER_WAY, BUY_WAY = range(1, 4)
NEVER = -(1 << 62)


@rule
def flow_of(number: Any, flow: Any, items: Any) -> Any:
    """Place of a line's flow in the tally."""
    return FIXED_FLOWS + items.size + number * LINE_FLOWS + flow


@rule
def utility(number: Any, k: Any, cost: Any, spending: Any, x: Any, gumbel: Any) -> Any:
    """Utility of a way or choice: its noise less its cost relative to daily spending."""
    weighed = x.choice_scale * min(cost, MOST_COST)
    loss = quotient(weighed, spending) if weighed < EXACT else weighed // spending
    return np.int64(gumbel[further(number, k) >> TOP_INDEX]) - loss


@rule
def minutes_of(quantity: Any, rate: Any) -> Any:
    """Minutes that gathering a quantity takes at a yield (Q16 base units a minute)."""
    return min(MOST_MINUTES, up(quantity << SHARE, rate))


@rule
def time_cost(minutes: Any, minute: Any) -> Any:
    """Won that minutes are worth at the household's own wage."""
    return up(minutes * minute, 1 << INCOME)


@rule
def find_goods(i: Any, number: Any, w: World, x: Any) -> Any:
    """Choose how the household would find what is outstanding of a line; return the cost, -1 where there is no way."""
    line, family, owed = w.lines[number], w.families[i], w.claims[i, number]
    item, stock = w.items[line.good], stock_of(i, line.good, w)
    noise = drawn(w.daily[1 + number], index_of(i, w))
    value, spending = pay(item.price, owed), spending_of(family, x)
    own_cost = (value * x.own_price) >> SHARE
    own = utility(noise, OWN_WAY, own_cost, spending, x, w.gumbel) if stock > 0 else NEVER
    dig, dig_cost = NEVER, 0
    if item.rate >= 1:
        dig_cost = time_cost(minutes_of(owed, item.rate), minute_of(family, x))
        dig = utility(noise, GATHER_WAY, dig_cost, spending, x, w.gumbel)
    buy, buy_cost = NEVER, 0
    if item.market:
        buy_cost = value + time_cost(x.search_minutes, minute_of(family, x))
        buy = utility(noise, BUY_WAY, buy_cost, spending, x, w.gumbel)
    line.own = line.dig = line.buy = 0
    if max(own, dig, buy) == NEVER:
        return -1
    rest, cost = owed, buy_cost
    if own >= dig and own >= buy:
        line.own = min(owed, stock)
        rest = owed - line.own
        cost = own_cost
    elif dig >= buy:
        cost = dig_cost
    if rest > 0 and max(dig, buy) > NEVER:
        if dig >= buy:
            line.dig = rest
        else:
            line.buy = rest
    return cost


@rule
def value_of(i: Any, first: Any, last: Any, w: World, outstanding: Any) -> Any:
    """Value at the first day's prices of what a bundle asks, or of what is outstanding of it."""
    total = 0
    for number in range(first, last):
        line = w.lines[number]
        asked = line.amount * units(i, line.per, line.order, w)
        total += pay(w.items[line.good].first_price, w.claims[i, number] if outstanding else asked)
    return total


@rule
def in_lieu(i: Any, order: Any, first: Any, w: World) -> Any:
    """Won that a bundle's cash in lieu comes to for the household; 0 where there is none."""
    o, line = w.orders[order], w.lines[first]
    if o.whole:
        return o.cash * units(i, o.cash_per, order, w)
    return line.cash * units(i, line.cash_per, order, w)


@rule
def hand_in_own(i: Any, number: Any, quantity: Any, w: World, x: Any, today: Any) -> None:
    """Hand in own stock."""
    line, family = w.lines[number], w.families[i]
    item = w.items[line.good]
    before = pay(item.first_price, w.claims[i, number])
    put_by(i, line.good, -quantity, w)
    w.claims[i, number] -= quantity
    family.own += before - pay(item.first_price, w.claims[i, number])
    family.cost += (pay(item.price, quantity) * x.own_price) >> SHARE
    line.handed_today += quantity
    note(w.flows, flow_of(number, OWN, w.items), w.tally[i], quantity)


@rule
def want_goods(i: Any, number: Any, dig: Any, buy: Any, w: World) -> Any:
    """Put what is to be gathered and bought among the day's wants; return the won set aside."""
    want, item = w.wants[i, number], w.items[w.lines[number].good]
    w.wanting[i] = 1
    want.dig = dig
    want.buy = buy
    item.dug += dig
    item.wanted += buy
    return pay(item.price, buy)


@rule
def clear(i: Any, first: Any, last: Any, w: World) -> None:
    """Nothing is owed any more of a bundle."""
    for number in range(first, last):
        w.claims[i, number] = 0


@rule
def pay_office(i: Any, first: Any, flow: Any, amount: Any, w: World, today: Any) -> None:
    """Give money to the people's unit: in lieu, forced or as a bribe."""
    order = w.orders[w.lines[first].order]
    w.columns.cash[w.place[i]] -= amount
    w.families[i].cost += amount
    if flow == BRIBE:
        order.bribe_today += amount
    else:
        order.cash_today += amount
    note(w.flows, flow_of(first, flow, w.items), w.tally[i], amount)


@rule
def borrow(i: Any, first: Any, rate: Any, w: World, x: Any, today: Any) -> None:
    """Get money against belongings; the loss on them is a cost."""
    w.columns.cash[w.place[i]] += rate
    w.families[i].cost += up(x.borrow_cost * rate, 1 << SHARE)
    note(w.flows, flow_of(first, BORROWED, w.items), w.tally[i], rate)


@rule
def goods_of(i: Any, first: Any, last: Any, w: World, x: Any) -> Any:
    """How a bundle's goods would be found: (cost or -1, won to buy with, whether all is sold, market value, lines)."""
    cost, cash, sold, value, outstanding = 0, 0, True, 0, 0
    for number in range(first, last):
        line = w.lines[number]
        owed = w.claims[i, number]
        if owed == 0:
            line.own = line.dig = line.buy = 0
            continue
        outstanding += 1
        item = w.items[line.good]
        found = find_goods(i, number, w, x)
        value += pay(item.price, owed)
        cash += pay(item.price, line.buy)
        sold = sold and item.market == 1
        cost = -1 if found < 0 or cost < 0 else cost + found
    return cost, cash, sold, value, outstanding


@rule
def answer_bundle(i: Any, span: Any, purse: Any, w: World, x: Any, today: Any) -> Any:
    """Answer one bundle; return the won set aside.

    `span` is (order, first line, line after the last); `purse` what the household could pay, and be forced to.
    """
    order, first, last = span
    goods, buy_cash, sold, market_value, outstanding = goods_of(i, first, last, w, x)
    if outstanding == 0:
        return 0
    lieu = in_lieu(i, order, first, w)
    value = value_of(i, first, last, w, True)
    rate = up(lieu * value, value_of(i, first, last, w, False)) if lieu > 0 else market_value
    choice = choose(i, span, (purse[0], goods, buy_cash, sold, lieu, rate), w, x, today)
    return act(i, (order, first, last, choice), (rate, value, lieu, purse[1]), w, x, today)


@rule
def choose(i: Any, span: Any, sums: Any, w: World, x: Any, today: Any) -> Any:
    """Choose what to do about a bundle: the possible choice of the highest utility."""
    order, first, _ = span
    avail, goods, buy_cash, sold, lieu, rate = sums
    family, o = w.families[i], w.orders[order]
    spending = spending_of(family, x)
    bribe = (x.bribe_ratio * rate) >> SHARE
    limit = (x.borrow_days * (family.income >> INCOME)) >> SHARE
    days, whole = today.t - o.start + 1, o.due - o.start + 1
    risk = 0 if o.appeal else (((x.hazard * days // whole * x.penalty) >> SHARE) * rate) >> SHARE
    noise = drawn(w.daily[1 + w.lines.size + first], index_of(i, w))
    best, choice = utility(noise, UNPAID_CHOICE, risk, spending, x, w.gumbel), UNPAID_CHOICE
    for k in range(BORROW_CHOICE, 0, -1):
        possible, cost = goods >= 0 and (buy_cash == 0 or buy_cash <= avail), goods
        if k == CASH_CHOICE:
            possible, cost = lieu > 0 and rate <= avail, rate
        elif k == BRIBE_CHOICE:
            possible, cost = bribe <= avail, bribe
        elif k == BORROW_CHOICE:
            possible, cost = rate <= limit and (lieu > 0 or sold), rate + up(x.borrow_cost * rate, 1 << SHARE)
        if possible:
            u = utility(noise, k, cost, spending, x, w.gumbel)
            if u >= best:
                best, choice = u, k
    return choice


@rule
def act(i: Any, chosen: Any, sums: Any, w: World, x: Any, today: Any) -> Any:
    """Do what was chosen; return the won set aside to buy."""
    order, first, last, choice = chosen
    rate, value, lieu, forced = sums
    family, aside = w.families[i], 0
    if choice == GOODS_CHOICE:
        for number in range(first, last):
            line = w.lines[number]
            dig, buy = line.dig, line.buy
            if line.own > 0:
                hand_in_own(i, number, line.own, w, x, today)
            if dig + buy > 0:
                aside += want_goods(i, number, dig, buy, w)
    elif choice == BRIBE_CHOICE:
        pay_office(i, first, BRIBE, (x.bribe_ratio * rate) >> SHARE, w, today)
        family.bribe += value
        clear(i, first, last, w)
    elif choice == BORROW_CHOICE and lieu == 0:
        borrow(i, first, rate, w, x, today)
        for number in range(first, last):
            if w.claims[i, number] > 0:
                aside += want_goods(i, number, 0, w.claims[i, number], w)
    elif choice in (CASH_CHOICE, BORROW_CHOICE):
        if choice == BORROW_CHOICE:
            borrow(i, first, rate, w, x, today)
            family.borrowed += value
        else:
            family.cash += value
        pay_office(i, first, CASH, rate, w, today)
        clear(i, first, last, w)
    elif today.t == w.orders[order].due and not w.orders[order].appeal and lieu > 0 and rate <= forced:
        force(i, (first, last), (rate, value), w, x, today)
    return aside


@rule
def force(i: Any, span: Any, sums: Any, w: World, x: Any, today: Any) -> None:
    """Make a household that left a bundle unpaid on the due day pay the rate, with some probability."""
    first, last = span
    rate, value = sums
    if drawn(w.daily[1 + w.lines.size + w.lines.size + first], index_of(i, w)) >> SHARE < x.force:
        pay_office(i, first, FORCED, rate, w, today)
        w.families[i].cash += value
        clear(i, first, last, w)


@rule
def answer(i: Any, w: World, x: Any, today: Any) -> None:
    """Answer every levy whose day it is for the household, after setting the cost of its food aside."""
    c, p, aside = w.columns, w.place[i], 0
    reserve = (x.reserve_days * w.families[i].bill) >> SHARE
    food = pay(w.items[0].price, np.int64(c.food0[p])) + pay(w.items[1].price, np.int64(c.food1[p]))
    for order in range(today.orders):
        o = w.orders[order]
        if o.kind != LEVY or today.t < o.start or today.t > o.due:
            continue
        turn = turn_of(i, order, w)
        if today.t not in (o.due, o.start + turn, np.int64(w.repeats[i, o.levy])):
            continue
        step = max(1, o.last - o.first) if o.whole else 1
        for first in range(o.first, o.last, step):
            forced = c.cash[p] - food - aside
            purse = (forced - reserve, forced)
            aside += answer_bundle(i, (order, first, first + step), purse, w, x, today)


@rule
def begin_round(number: Any, w: World, x: Any) -> None:
    """Begin the next round of a levy: it asks, or what is left unpaid is asked again of the people's unit."""
    order, told = w.orders[number], w.rounds[number, w.orders[number].next]
    order.start, order.due, order.until = told[START], told[DUE], told[UNTIL]
    if told[ROUND_KIND] == OF_UNIT:
        for line in range(order.first, order.last):
            ask_others(line, w, x)
    else:
        ask(order, w, x)
    take_turns(number, w)
    order.next += 1


@rule
def ask(order: Any, w: World, x: Any) -> None:
    """Set what households owe on a levy; where it returns, a part of what they left unpaid comes on top."""
    for number in range(order.first, order.last):
        w.lines[number].asked = w.lines[number].handed = 0
    for i in range(w.place.size):
        family = w.families[i]
        for number in range(order.first, order.last):
            line, owed = w.lines[number], w.claims[i, number]
            if order.next == 0 or line.again:
                first_price = w.items[line.good].first_price
                kept = 0 if order.appeal else (owed * x.arrears) >> SHARE
                owed = line.amount * units(i, line.per, line.order, w) + kept
                w.claims[i, number] = owed
                family.asked += pay(first_price, owed) - pay(first_price, kept)
            line.asked += owed


@rule
def ask_others(number: Any, w: World, x: Any) -> None:
    """Ask a part of what debtors owe on a line of those in their people's unit who owe nothing."""
    line = w.lines[number]
    first_price = w.items[line.good].first_price
    for unit in range(w.units.size - 1):
        moved, members = 0, 0
        for i in range(w.units[unit], w.units[unit + 1]):
            owed = w.claims[i, number]
            moved += (owed * x.joint) >> SHARE
            members += int(owed == 0 and line.amount * units(i, line.per, line.order, w) > 0)
        if moved == 0 or members == 0:
            continue
        k = 0
        for i in range(w.units[unit], w.units[unit + 1]):
            owed, family = w.claims[i, number], w.families[i]
            if owed > 0:
                left = owed - ((owed * x.joint) >> SHARE)
                family.asked -= pay(first_price, owed) - pay(first_price, left)
                w.claims[i, number] = left
            elif line.amount * units(i, line.per, line.order, w) > 0:
                more = moved // members + int(k < moved % members)
                family.asked += pay(first_price, more)
                family.again += pay(first_price, more)
                w.claims[i, number] = more
                k += 1


@rule
def turn_of(i: Any, number: Any, w: World) -> Any:
    """Day of a levy's round on which a household answers."""
    order = w.orders[number]
    return drawn(w.once[1 + 1 + 1 + w.items.size + number], index_of(i, w)) % (order.due - order.start + 1)


@rule
def take_turns(number: Any, w: World) -> None:
    """Set the day of a round on which each household answers, and list households by that day."""
    order = w.orders[number]
    days = order.due - order.start + 1
    ends, turns = w.turn_ends[order.levy], w.turns[order.levy]
    for turn in range(days + 1):
        ends[turn] = 0
    for i in range(w.place.size):
        ends[turn_of(i, number, w) + 1] += 1
    for turn in range(1, days):
        ends[turn + 1] += ends[turn]
    for i in range(w.place.size - 1, -1, -1):
        turn = turn_of(i, number, w)
        ends[turn + 1] -= 1
        turns[ends[turn + 1]] = i
    for turn in range(days):
        ends[turn] = ends[turn + 1]
    ends[days] = w.place.size
