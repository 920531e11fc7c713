"""What offices do with what passes through their hands: relief down, levies up (docs/model.md, 7.9 and 7.10)."""

from __future__ import annotations

from typing import Any

from inminban.engine.household import index_of, note, put_by, units
from inminban.engine.inputs import COUNTY, LEVY, NOT_REPORTED, RELIEF
from inminban.engine.levy import flow_of
from inminban.engine.scales import ONE, SHARE, TOP_INDEX, afford, drawn, further, pay, rule
from inminban.engine.state import (
    ARRIVED,
    AT_COUNTY,
    AT_UNIT,
    FARMS,
    ITEM_MOVES,
    LINE_MOVES,
    MONEY,
    OFFICE_BOUGHT,
    OFFICE_PAID,
    RELIEVED,
    REMITTED,
    REST,
    SERVED,
    SHELVED,
    SOLD,
    SOLD_PAID,
    UP,
    UP_CASH,
    World,
)


@rule
def move(number: Any, what: Any, amount: Any, w: World, today: Any) -> None:
    """Count a movement of a line that no household is part of."""
    w.moves[w.items.size * ITEM_MOVES + number * LINE_MOVES + what] += amount


@rule
def entitle(number: Any, w: World, x: Any, key: Any) -> None:
    """Reckon what a relief order entitles to in all, the share of it that arrives, and each people's unit's day."""
    order = w.orders[number]
    for place in range(order.first, order.last):
        line = w.lines[place]
        for i in range(w.families.size):
            line.due += line.amount * units(i, line.per, number, w)
        line.ratio = ONE
        if line.supply != NOT_REPORTED and line.due > 0:
            line.ratio = min(ONE, (line.supply << SHARE) // line.due)
    count = w.serve.shape[1]
    first = drawn(key, 0) % count
    for unit in range(count):
        w.serve[number, unit] = order.start + (unit - first) % count * x.serve_days // count


@rule
def arriving(line: Any) -> Any:
    """What arrives of a line: the reported supply, or all that is due."""
    return line.due if line.supply == NOT_REPORTED else line.supply


@rule
def arrive(order: Any, w: World, today: Any) -> None:
    """Relief reaches the county's depot."""
    for number in range(order.first, order.last):
        line = w.lines[number]
        amount = arriving(line)
        w.held[REST, line.good] -= amount
        w.held[AT_COUNTY, line.good] += amount
        move(number, ARRIVED, amount, w, today)


@rule
def last_hand(number: Any, x: Any, beta: Any) -> Any:
    """Share (Q16) of what is due that the last hand passes on to a household."""
    if x.diversion == 0:
        return ONE
    level = number >> SHARE
    if level < x.none:
        share = 0
    elif level < x.none + ((x.full * (ONE - x.none)) >> SHARE):
        share = ONE
    else:
        share = beta[further(number, 1) >> TOP_INDEX]
    return ONE - ((x.siphon * (ONE - share)) >> SHARE)


@rule
def hand_out(w: World, x: Any, today: Any) -> None:
    """Hand relief out in the people's units whose day it is."""
    for number in range(today.orders):
        if w.orders[number].kind == RELIEF and not w.orders[number].shop:
            key = w.once[1 + 1 + 1 + w.items.size + w.orders.size + number]
            for unit in range(w.serve.shape[1]):
                if w.serve[number, unit] == today.t:
                    for i in range(w.units[unit], w.units[unit + 1]):
                        relieve(i, number, key, w, x, today)


@rule
def relieve(i: Any, number: Any, key: Any, w: World, x: Any, today: Any) -> None:
    """Hand relief to a household."""
    order = w.orders[number]
    share = last_hand(drawn(key, index_of(i, w)), x, w.beta)
    for place in range(order.first, order.last):
        line = w.lines[place]
        due = (line.amount * units(i, line.per, number, w) * line.ratio) >> SHARE
        give = (due * share) >> SHARE
        if line.good == w.items.size:
            w.columns.cash[w.place[i]] += give
        else:
            put_by(i, line.good, give, w)
        w.claims[i, place] += give
        line.reached_today += due
        line.given_today += give
        note(w.flows, flow_of(place, RELIEVED, w.items), w.tally[i], give)


@rule
def sell_diverted(number: Any, w: World, x: Any, today: Any) -> None:
    """Relief leaves the depot; the last hand keeps what it did not give, and sells a part."""
    line, goods = w.lines[number], w.items.size
    j, kept = line.good, line.reached_today - line.given_today
    w.held[AT_COUNTY, j] -= line.reached_today
    w.held[AT_UNIT, j] += kept
    move(number, SERVED, line.reached_today, w, today)
    line.reached_today = line.given_today = 0
    if j == goods or not w.items[j].market:
        return
    sold = (kept * x.sold) >> SHARE
    paid = pay(w.items[j].price, sold)
    w.held[AT_UNIT, j] -= sold
    w.held[AT_UNIT, goods + MONEY] += paid
    w.held[FARMS, goods + MONEY] -= paid
    w.items[j].stock += sold
    w.items[j].delivered += sold
    move(number, SOLD, sold, w, today)
    move(number, SOLD_PAID, paid, w, today)


@rule
def stock_shops(order: Any, w: World, x: Any, today: Any) -> None:
    """Shops put the day's part of what arrived on sale: for tomorrow, as supply of today."""
    day = today.t - order.start
    if day < 0 or day >= x.serve_days:
        return
    for number in range(order.first, order.last):
        j = w.lines[number].good
        if j < w.items.size and w.items[j].market:
            arrived = arriving(w.lines[number])
            part = arrived * (day + 1) // x.serve_days - arrived * day // x.serve_days
            w.held[AT_COUNTY, j] -= part
            w.items[j].stock += part
            w.items[j].delivered += part
            move(number, SHELVED, part, w, today)


@rule
def want_of_offices(w: World, x: Any, today: Any) -> None:
    """What the county wants to buy today of every line, out of the cash it took (7.10)."""
    for number in range(w.lines.size):
        w.lines[number].office = 0
    for number in range(today.orders):
        order = w.orders[number]
        left = order.purse
        if order.kind != LEVY or today.t <= order.due or today.t > order.until:
            continue
        for place in range(order.first, order.last):
            line = w.lines[place]
            item = w.items[line.good]
            if item.market:
                want = ((x.remit_goods * (line.asked - line.handed)) >> SHARE) // x.buying_days
                line.office = min(want, afford(item.price, left))
                left -= pay(item.price, line.office)


@rule
def buy_for_office(number: Any, bought: Any, w: World, today: Any) -> None:
    """The county buys goods of a line with the cash of its order, and they go up."""
    line, money = w.lines[number], w.items.size + MONEY
    order, item = w.orders[line.order], w.items[line.good]
    paid = pay(item.price, bought)
    order.purse -= paid
    item.stock -= bought
    w.held[AT_COUNTY, money] -= paid
    w.held[FARMS, money] += paid
    w.held[order.top, line.good] += bought
    move(number, OFFICE_BOUGHT, bought, w, today)
    move(number, OFFICE_PAID, paid, w, today)


@rule
def pass_up(order: Any, w: World, x: Any, today: Any) -> None:
    """Goods and cash of the day go up; when a round is settled the county passes on a part of its cash."""
    money = w.items.size + MONEY
    for number in range(order.first, order.last):
        line = w.lines[number]
        line.handed += line.handed_today
        w.held[order.top, line.good] += line.handed_today
        move(number, UP, line.handed_today, w, today)
        line.handed_today = 0
    order.purse += order.cash_today
    w.held[AT_COUNTY, money] += order.cash_today
    w.held[AT_UNIT, money] += order.bribe_today
    move(order.first, UP_CASH, order.cash_today, w, today)
    order.cash_today = order.bribe_today = 0
    if today.t == order.until:
        part = (x.remit_cash * order.purse) >> SHARE
        order.purse -= part
        w.held[AT_COUNTY, money] -= part
        w.held[REST if order.top == COUNTY else order.top, money] += part
        move(order.first, REMITTED, part, w, today)
