"""The market of an area: opening, sharing out what is scarce, closing (docs/model.md, 7.5 and 7.7)."""

from __future__ import annotations

from typing import Any

from inminban.engine.inputs import NO_ITEM, RESTRICTION
from inminban.engine.scales import INCOME, MOST_LOG, RATIO, SHARE, Tables, clip, drawn, factor, pay, price, rule
from inminban.engine.state import (
    AREAS,
    CAME,
    CAME_PAID,
    FARMS,
    ITEM_MOVES,
    LEFT,
    LEFT_PAID,
    MONEY,
    OUTSIDE,
    OUTSIDE_PAID,
    REST,
    SUPPLIED,
    World,
)
from inminban.engine.trade import arriving


@rule
def in_force(order: Any, t: Any) -> Any:
    """Whether a crackdown or restriction is in force on a day."""
    return order.start <= t <= order.end


@rule
def open_market(w: World, x: Any, today: Any, t: Tables) -> None:
    """Prices of the morning, yields of gathering, the day's supply and outside demand, the factors of 7.6."""
    items = w.items
    for j in range(items.size):
        item = items[j]
        item.rate = item.yields * item.common // item.first_common if item.first_common > 0 else 0
    today.closed = 0
    for number in range(today.orders):
        order = w.orders[number]
        if order.kind == RESTRICTION and in_force(order, today.t):
            today.closed = max(today.closed, order.closes)
            if order.bans != NO_ITEM:
                items[order.bans].rate = 0
    for j in range(items.size):
        open_item(j, w, x, today, t)
    first, second = items[0].log - items[0].first_log, items[1].log - items[1].first_log
    today.mix = factor(-((x.substitution * (first - second)) >> SHARE), t)
    today.appetite = max(x.food_floor, factor(-((x.food_elasticity * ((first + second) >> 1)) >> SHARE), t))


@rule
def open_item(j: Any, w: World, x: Any, today: Any, t: Tables) -> None:
    """Price, supply and outside demand of an item."""
    item = w.items[j]
    change = item.log - item.first_log
    item.price = price(item.log, t)
    item.outside_today = item.delivered = 0
    if item.market:
        base = (item.usual * x.farm_share) >> SHARE if today.closed else item.usual
        item.delivered = (base * factor((x.supply_elasticity * change) >> SHARE, t)) >> SHARE
        item.outside_today = (item.outside * factor(-((item.elasticity * change) >> SHARE), t)) >> SHARE
        w.held[FARMS, j] -= item.delivered
        w.moves[j * ITEM_MOVES + SUPPLIED] += item.delivered
        if not today.closed:
            trade(j, w, today)
        item.stock += item.delivered


@rule
def trade(j: Any, w: World, today: Any) -> None:
    """Goods leave for other areas out of the day's supply, and others arrive (7.14)."""
    item, money, first = w.items[j], w.items.size + MONEY, j * ITEM_MOVES
    left, came = min(item.exports, item.delivered), arriving(item.dealt, today.since, today.week)
    earned, paid = pay(item.price, left), pay(item.price, came)
    item.gone += left
    item.come += came
    item.delivered += came - left
    w.held[AREAS, j] += left - came
    w.held[AREAS, money] += paid - earned
    w.held[FARMS, money] += earned - paid
    w.moves[first + LEFT] += left
    w.moves[first + LEFT_PAID] += earned
    w.moves[first + CAME] += came
    w.moves[first + CAME_PAID] += paid


@rule
def granted(want: Any, before: Any, left: Any) -> Any:
    """What a household gets of its want when those served before it want `before`; `left` -1 is no limit."""
    return want if left < 0 else min(want, max(0, left - before))


@rule
def from_sale(i: Any, item: Any, want: Any) -> Any:
    """What the household at position i gets of its want to buy; its want joins the queue."""
    before = item.before - item.origin + (item.wanted if i < item.start else 0)
    item.before += want
    return granted(want, before, item.left)


@rule
def from_ground(i: Any, item: Any, want: Any) -> Any:
    """What the household at position i gets of its want to gather; its want joins the queue."""
    before = item.dig_before - item.dig_origin + (item.dug if i < item.dig_start else 0)
    item.dig_before += want
    return granted(want, before, item.dig_left)


@rule
def first_in_line(key: Any, n: Any) -> Any:
    """Position of the household that is served first."""
    return drawn(key, 0) % n


@rule
def sell_outside(j: Any, served: Any, w: World, today: Any) -> None:
    """Outside demand is served, and paid for."""
    paid, money = pay(w.items[j].price, served), w.items.size + MONEY
    w.items[j].stock -= served
    w.held[REST, j] += served
    w.held[REST, money] -= paid
    w.held[FARMS, money] += paid
    w.moves[j * ITEM_MOVES + OUTSIDE] += served
    w.moves[j * ITEM_MOVES + OUTSIDE_PAID] += paid


@rule
def close_market(item: Any, x: Any) -> None:
    """Move the averages and the price."""
    item.demand += ((item.demanded << INCOME) - item.demand) // x.price_memory
    item.supply += ((item.delivered << INCOME) - item.supply) // x.price_memory
    total = item.demand + item.supply
    if total > 0:
        excess = ((item.demand - item.supply) << RATIO) // total
        step = clip((x.price_speed * excess) >> RATIO, -x.price_cap, x.price_cap)
        item.log = clip(item.log + step, 0, MOST_LOG)
