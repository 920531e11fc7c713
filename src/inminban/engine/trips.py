"""Traders fetch goods for their stalls, past checkpoints where there are some (docs/model.md, 7.6 and 7.11)."""

from __future__ import annotations

from typing import Any

import numpy as np

from inminban.engine.daily import add, gaps, keeper_of, restock
from inminban.engine.household import note
from inminban.engine.inspection import flow_of, reaches
from inminban.engine.market import in_force
from inminban.engine.scales import ONE, SHARE, drawn, rule
from inminban.engine.state import AT_INSPECTORS, MONEY, RESTOCKED, TOLL, World


@rule
def stock_up(s: Any, w: World, x: Any, today: Any) -> None:
    """Traders of a segment fill their stalls up, before they spend."""
    c = w.columns
    if not gaps(c, s):
        return
    if not today.trips:
        restock(c, s, w.flows, x)
        return
    for k in range(c.stalls[s], c.stalls[s + 1]):
        gap = min(c.target[k] - c.open[k] - c.forbidden[k], (c.target[k] * x.restock) >> SHARE)
        if gap > 0:
            p = keeper_of(k, s, c)
            goods = carried((k, p), gap, c.tally[s], w, today)
            c.open[k] += goods
            c.cash[p] -= goods
            add(w.flows, RESTOCKED, c.tally[s], goods, int(goods > 0))


@rule
def carried(stall: Any, gap: Any, tally: Any, w: World, today: Any) -> Any:
    """Worth of goods that a trader brings home today; where there are checkpoints, it pays each of them."""
    (k, p), c = stall, w.columns
    number = on_the_road(k, w, today)
    if number < 0:
        return min(gap, c.cash[p])
    order = w.orders[number]
    key = w.daily[1 + (1 + 1 + 1) * w.lines.size + w.items.size + w.items.size + w.orders.size]
    if drawn(key, np.int64(c.index[p])) >> SHARE >= order.passing:
        return 0
    goods = min(gap, (c.cash[p] << SHARE) // (ONE + order.posts * order.toll))
    toll = order.posts * ((goods * order.toll) >> SHARE)
    c.cash[p] -= toll
    w.held[AT_INSPECTORS, w.items.size + MONEY] += toll
    order.taken += toll
    note(w.flows, flow_of(number, w) + TOLL, tally, toll)
    return goods


@rule
def on_the_road(k: Any, w: World, today: Any) -> Any:
    """First order in force with checkpoints that reaches a trader; −1 where there is none."""
    for number in range(today.orders):
        order = w.orders[number]
        if order.posts > 0 and in_force(order, today.t) and reaches(number, w.dealers[k]):
            return number
    return -1
