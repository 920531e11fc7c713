"""Sharing out what is scarce, and what households do with what they are granted (docs/model.md, 7.7 and 7.8)."""

from __future__ import annotations

from typing import Any

import numpy as np

from inminban.engine.household import minute_of, note, take_food
from inminban.engine.levy import flow_of, minutes_of, time_cost
from inminban.engine.market import first_in_line, from_ground, from_sale, sell_outside
from inminban.engine.offices import buy_for_office, want_of_offices
from inminban.engine.scales import BLOCK, pay, rule
from inminban.engine.state import BOUGHT, BOUGHT_PAID, GATHERED, HANDED, LABOUR, STAPLES, World


@rule
def put_in_order(w: World, today: Any) -> None:
    """List those who answered and want something in the order of households."""
    count = 0
    for i in range(w.wanting.size):
        if w.wanting[i]:
            w.acting[count] = i
            count += 1
    today.acting = count


@rule
def get(w: World, x: Any, today: Any) -> None:
    """Let those who answered a levy have what is granted, in the order of households where something is scarce."""
    if today.scarce:
        put_in_order(w, today)
    for first in range(0, today.acting, BLOCK):
        last = min(first + BLOCK, today.acting)
        look_at(first, last, w, today)
        for k in range(first, last):
            i = w.acting[k]
            if w.wanting[i]:
                take_goods(i, w, x, today)


@rule
def look_at(first: Any, last: Any, w: World, today: Any) -> None:
    """Look at some of those on the list before they act.

    What they need lies all over memory: looked at for all of them first, the processor need not wait for one after the
    other. The three fields lie in all lines of memory that a family's record has.
    """
    seen = 0
    for k in range(first, last):
        i = w.acting[k]
        family, p = w.families[i], w.place[i]
        seen += family.income + family.asked + family.students
        seen += w.tally[i] + w.columns.cash[p] + w.columns.stock0[p] + w.columns.food0[p] + w.columns.index[p]
        for line in range(w.lines.size):
            seen += w.claims[i, line]
    today.seen = seen


@rule
def get_in_line(w: World, x: Any, today: Any) -> None:
    """Let all households have what is granted, one after the other, where food is scarce."""
    c, first, second = w.columns, w.items[0], w.items[1]
    for i in range(w.place.size):
        p = w.place[i]
        if w.wanting[i]:
            take_goods(i, w, x, today)
        elif c.food0[p] + c.food1[p] > 0:
            take_food(i, 0, from_sale(i, first, np.int64(c.food0[p])), w)
            take_food(i, 1, from_sale(i, second, np.int64(c.food1[p])), w)
            c.food0[p] = c.food1[p] = 0


@rule
def want_of(i: Any, j: Any, w: World) -> Any:
    """What a household wants to buy of an item."""
    c, p, want = w.columns, w.place[i], np.int64(0)
    if j == 0:
        want += c.food0[p]
    elif j == 1:
        want += c.food1[p]
    if w.wanting[i]:
        for number in range(w.lines.size):
            if w.lines[number].good == j:
                want += w.wants[i, number].buy
    return want


@rule
def dig_of(i: Any, j: Any, w: World) -> Any:
    """What a household wants to gather of an item."""
    want = np.int64(0)
    if w.wanting[i]:
        for number in range(w.lines.size):
            if w.lines[number].good == j:
                want += w.wants[i, number].dig
    return want


@rule
def take_goods(i: Any, w: World, x: Any, today: Any) -> None:
    """Get what is granted of every item, food first, then the lines of levies in order."""
    c, p = w.columns, w.place[i]
    for j in range(w.items.size):
        item = w.items[j]
        item.got = from_sale(i, item, want_of(i, j, w))
        item.spent = 0
        if j < STAPLES:
            item.spent = min(item.got, np.int64(c.food0[p] if j == 0 else c.food1[p]))
            take_food(i, j, item.spent, w)
            item.got -= item.spent
    c.food0[p] = c.food1[p] = w.wanting[i] = 0
    for number in range(w.lines.size):
        wanted, line = w.wants[i, number], w.lines[number]
        buy, dig = wanted.buy, wanted.dig
        if buy + dig == 0:
            continue
        item = w.items[line.good]
        wanted.buy = wanted.dig = 0
        bought = min(buy, item.got)
        paid = pay(item.price, item.spent + bought) - pay(item.price, item.spent)
        item.got -= bought
        item.spent += bought
        gathered = from_ground(i, item, dig)
        item.common -= gathered
        if gathered + bought > 0:
            hand_in(i, number, (gathered, bought, paid), w, x, today)
        if (gathered < dig or bought < buy) and w.repeats[i, w.orders[line.order].levy] != today.t + 1:
            w.repeats[i, w.orders[line.order].levy] = today.t + 1
            w.again[today.again] = i
            today.again += 1


@rule
def hand_in(i: Any, number: Any, amounts: Any, w: World, x: Any, today: Any) -> None:
    """Hand in what was gathered and bought for a line; `amounts` is (gathered, bought, won paid)."""
    gathered, bought, paid = amounts
    line, owed, family, tally = w.lines[number], w.claims[i, number], w.families[i], w.tally[i]
    item, minutes = w.items[line.good], 0
    value = pay(item.first_price, owed)
    if gathered > 0:
        minutes = minutes_of(gathered, item.rate)
        owed -= gathered
        left = pay(item.first_price, owed)
        family.gathered += value - left
        family.cost += time_cost(minutes, minute_of(family, x))
        value = left
        note(w.flows, flow_of(number, GATHERED, w.items), tally, gathered)
    if bought > 0:
        minutes += x.search_minutes
        w.columns.cash[w.place[i]] -= paid
        owed -= bought
        family.bought += value - pay(item.first_price, owed)
        family.cost += paid + time_cost(x.search_minutes, minute_of(family, x))
        note(w.flows, flow_of(number, BOUGHT, w.items), tally, bought)
        note(w.flows, flow_of(number, BOUGHT_PAID, w.items), tally, paid)
    w.claims[i, number] = owed
    family.minutes += minutes
    line.handed_today += gathered + bought
    note(w.flows, flow_of(number, LABOUR, w.items), tally, minutes)
    note(w.flows, flow_of(number, HANDED, w.items), tally, gathered + bought)


@rule
def ration(w: World, x: Any, today: Any) -> None:
    """Let offices want, share the stock for sale and what can be gathered, and start the queues (7.7)."""
    want_of_offices(w, x, today)
    first = 1 + (1 + 1 + 1) * w.lines.size
    for j in range(w.items.size):
        item, offices = w.items[j], 0
        for number in range(w.lines.size):
            if w.lines[number].good == j:
                offices += w.lines[number].office
        item.left = item.dig_left = -1
        if item.market:
            share_out(j, offices, w, today)
            if item.left >= 0:
                today.scarce = 1
                today.hungry |= j < STAPLES
                line_up(j, w.daily[first + j], w, today)
        if item.dug > item.common:
            item.dig_left = item.common
            today.scarce = 1
            line_up_to_gather(j, w.daily[first + w.items.size + j], w, today)
        item.before = item.dig_before = 0


@rule
def share_out(j: Any, offices: Any, w: World, today: Any) -> None:
    """Share the stock for sale between outside demand, offices and households."""
    item = w.items[j]
    item.demanded = item.wanted + item.outside_today + offices
    outside, bought = item.outside_today, offices
    if item.demanded > item.stock:
        outside = item.stock * outside // item.demanded
        bought = item.stock * offices // item.demanded
        item.left = item.stock - outside - bought
    sell_outside(j, outside, w, today)
    for number in range(w.lines.size):
        if w.lines[number].good == j and w.lines[number].office > 0:
            part = min(w.lines[number].office, bought)
            bought -= part
            buy_for_office(number, part, w, today)
    item.stock -= item.wanted if item.left < 0 else min(item.left, item.wanted)


@rule
def line_up(j: Any, key: Any, w: World, today: Any) -> None:
    """Start the queue of those who buy at a household drawn by key; what is no staple only those buy who answer."""
    item = w.items[j]
    item.start, item.origin = first_in_line(key, w.place.size), 0
    if j < STAPLES:
        for i in range(item.start):
            item.origin += want_of(i, j, w)
    else:
        for k in range(today.acting):
            if w.acting[k] < item.start:
                item.origin += want_of(w.acting[k], j, w)


@rule
def line_up_to_gather(j: Any, key: Any, w: World, today: Any) -> None:
    """Start the queue of those who gather at a household drawn by key."""
    item = w.items[j]
    item.dig_start, item.dig_origin = first_in_line(key, w.place.size), 0
    for k in range(today.acting):
        if w.acting[k] < item.dig_start:
            item.dig_origin += dig_of(w.acting[k], j, w)
