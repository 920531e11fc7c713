"""Inspectors at stalls: they take a bribe or what is forbidden (docs/model.md, 7.11)."""

from __future__ import annotations

from typing import Any

import numpy as np

from inminban.engine.household import note
from inminban.engine.inputs import CRACKDOWN
from inminban.engine.market import in_force
from inminban.engine.scales import INCOME, ONE, SHARE, TENTHS, drawn, rule
from inminban.engine.state import (
    AT_INSPECTORS,
    FIXED_FLOWS,
    INSPECTED,
    LINE_FLOWS,
    MONEY,
    ORDER_FLOWS,
    SEIZED,
    STALL,
    TRADER,
    World,
)


@rule
def raid(w: World, x: Any, today: Any) -> None:
    """Every crackdown in force may reach every stall with forbidden goods."""
    first, c = 1 + (1 + 1 + 1) * w.lines.size + w.items.size + w.items.size, w.columns
    for s in range(c.group.size):
        if c.group[s] // TENTHS != TRADER:
            continue
        for p in range(c.ends[s], c.ends[s + 1]):
            for number in range(today.orders):
                order = w.orders[number]
                if c.forbidden[p] <= 0 or order.kind != CRACKDOWN or not in_force(order, today.t):
                    continue
                if drawn(w.daily[first + number], np.int64(c.index[p])) >> SHARE < x.inspect:
                    inspect(p, number, c.group[s], w, x)


@rule
def bargain(fine: Any, goods: Any, reward: Any, weight: Any) -> Any:
    """Bribe that inspector and trader agree on (the weight is Q16)."""
    return (weight * min(fine, goods) + (ONE - weight) * reward) >> SHARE


@rule
def inspect(p: Any, number: Any, group: Any, w: World, x: Any) -> None:
    """A stall with forbidden goods is inspected: a bribe is paid, or the goods are seized."""
    c, goods = w.columns, w.items.size
    at_stake = c.forbidden[p]
    fine = (x.fine_days * (w.families[w.who[p]].income >> INCOME)) >> SHARE
    reward = (x.reward * at_stake) >> SHARE
    bribe = bargain(fine, at_stake, reward, x.bargain)
    flow = FIXED_FLOWS + goods + w.lines.size * LINE_FLOWS + number * ORDER_FLOWS
    if reward < fine and bribe <= c.cash[p]:
        c.cash[p] -= bribe
        w.held[AT_INSPECTORS, goods + MONEY] += bribe
        note(w.flows, flow + INSPECTED, group, bribe)
    else:
        c.forbidden[p] = 0
        w.held[AT_INSPECTORS, goods + STALL] += at_stake
        note(w.flows, flow + SEIZED, group, at_stake)
