"""A day of the area: the market opens, households decide, goods are shared out, households settle, all closes."""

from __future__ import annotations

from typing import Any

from inminban.engine.daily import any_extra, buy, earn, eat_all, eat_and_spend, want
from inminban.engine.household import left_of
from inminban.engine.inputs import LEVY, RELIEF, START
from inminban.engine.inspection import face, fetch_out, give_back, hide, raid
from inminban.engine.levy import answer, begin_round
from inminban.engine.market import close_market, open_market
from inminban.engine.offices import arrive, hand_out, pass_up, sell_diverted, stock_shops
from inminban.engine.scales import BLOCK, Tables, rule
from inminban.engine.sharing import get, get_in_line, look_at, ration
from inminban.engine.state import World
from inminban.engine.trips import stock_up


@rule
def run_day(w: World, x: Any, today: Any, t: Tables) -> None:
    """One day of the area (docs/model.md, 3)."""
    open_market(w, x, today, t)
    begin(w, x, today)
    decide(w, x, today)
    ration(w, x, today)
    settle(w, x, today)
    for number in range(today.orders):
        order = w.orders[number]
        if order.kind == LEVY:
            pass_up(order, w, x, today)
        elif order.shop:
            stock_shops(order, w, x, today)
        elif order.kind == RELIEF:
            for place in range(order.first, order.last):
                sell_diverted(place, w, x, today)
    for j in range(w.items.size):
        item = w.items[j]
        if item.market:
            close_market(item, x)
        item.wanted = item.dug = 0


@rule
def begin(w: World, x: Any, today: Any) -> None:
    """Orders reach the place: rounds of levies begin, relief arrives. Note what households have to do with today."""
    today.levies = today.relief = today.raids = today.trips = today.returns = today.scarce = today.hungry = 0
    for number in range(today.orders):
        order = w.orders[number]
        if order.kind == LEVY:
            if order.next < w.rounds.shape[1] and w.rounds[number, order.next, START] == today.t:
                begin_round(number, w, x)
            if order.start <= today.t <= order.due:
                today.levies = 1
        elif order.kind == RELIEF:
            if today.t == order.start:
                arrive(order, w, today)
            if not order.shop and order.start <= today.t <= order.start + x.serve_days:
                today.relief = 1
        else:
            face(number, w, x, today)


@rule
def decide(w: World, x: Any, today: Any) -> None:
    """First part of the day: traders hide goods, relief is handed out, households earn, want food, answer levies.

    On a day without levies only those whose market day it is earn now; nobody asks what the others have.
    """
    if today.raids:
        hide(w, x, today)
    if today.relief:
        hand_out(w, x, today)
    c, wanted0, wanted1 = w.columns, 0, 0
    for s in range(c.group.size):
        at_market = left_of(c.offset[s], today.phase, x.market_every) == x.market_every
        if at_market or today.levies:
            earn(c, s, w.flows, x, today)
        if at_market:
            a, b = want(c, s, w.items, x, today)
            wanted0 += a
            wanted1 += b
    w.items[0].wanted += wanted0
    w.items[1].wanted += wanted1
    if today.levies:
        call_up(w, today)
        for first in range(0, today.acting, BLOCK):
            answer_some(first, min(first + BLOCK, today.acting), w, x, today)


@rule
def answer_some(first: Any, last: Any, w: World, x: Any, today: Any) -> None:
    """Let some of those called up answer."""
    look_at(first, last, w, today)
    for k in range(first, last):
        w.wanting[w.acting[k]] = 0
    for k in range(first, last):
        answer(w.acting[k], w, x, today)


@rule
def call_up(w: World, today: Any) -> None:
    """List the households that answer today: on their day, once more, and whoever still owes on the due day."""
    count = 0
    for k in range(today.again):
        count = called(w.again[k], count, w)
    today.again = 0
    for number in range(today.orders):
        order = w.orders[number]
        if order.kind != LEVY or not order.start <= today.t <= order.due:
            continue
        day = today.t - order.start
        if order.due == today.t:
            for i in range(w.place.size):
                if owes(i, order, w):
                    count = called(i, count, w)
            continue
        for k in range(w.turn_ends[order.levy, day], w.turn_ends[order.levy, day + 1]):
            if owes(w.turns[order.levy, k], order, w):
                count = called(w.turns[order.levy, k], count, w)
    today.acting = count


@rule
def owes(i: Any, order: Any, w: World) -> Any:
    """Whether a household has anything outstanding on a levy."""
    owed = 0
    for line in range(order.first, order.last):
        owed |= w.claims[i, line]
    return owed > 0


@rule
def called(i: Any, count: Any, w: World) -> Any:
    """Put a household on today's list, once."""
    if w.wanting[i]:
        return count
    w.wanting[i] = 1
    w.acting[count] = i
    return count + 1


@rule
def settle(w: World, x: Any, today: Any) -> None:
    """Second part of the day: households get what is granted, eat, restock and spend, and are inspected."""
    c = w.columns
    if today.hungry:
        get_in_line(w, x, today)
    else:
        get(w, x, today)
    today.acting = 0
    for s in range(c.group.size):
        at_market = left_of(c.offset[s], today.phase, x.market_every) == x.market_every
        if at_market and not today.hungry:
            buy(c, s, w.items, w.flows)
        elif not at_market and not today.levies:
            earn(c, s, w.flows, x, today)
        if c.stalls[s + 1] > c.stalls[s]:
            if today.raids:
                fetch_out(s, w)
            stock_up(s, w, x, today)
        if today.others and any_extra(c, c.ends[s], c.ends[s + 1]):
            eat_all(c, s, w, x, today)
        else:
            eat_and_spend(c, s, w.items, w.flows, x, today)
    if today.returns:
        give_back(w, x, today)
    if today.raids:
        raid(w, x, today)
