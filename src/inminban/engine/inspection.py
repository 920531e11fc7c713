"""Inspectors at stalls: they take a bribe or what is forbidden (docs/model.md, 7.11)."""

from __future__ import annotations

from typing import Any

from inminban.engine.household import note
from inminban.engine.scales import INCOME, ONE, SHARE, drawn, rule
from inminban.engine.state import (
    AT_INSPECTORS,
    FIXED_FLOWS,
    INSPECTED,
    LINE_FLOWS,
    MONEY,
    ORDER_FLOWS,
    SEIZED,
    STALL,
    World,
)


@rule
def bargain(fine: Any, goods: Any, reward: Any, weight: Any) -> Any:
    """Bribe that inspector and trader agree on (the weight is Q16)."""
    return (weight * min(fine, goods) + (ONE - weight) * reward) >> SHARE


@rule
def inspect(i: Any, number: Any, key: Any, w: World, x: Any, today: Any) -> None:
    """A stall with forbidden goods may be inspected: a bribe is paid, or the goods are seized."""
    house, goods = w.houses[i], w.items.size
    at_stake = house.forbidden
    if at_stake <= 0 or drawn(key, house.index) >> SHARE >= x.inspect:
        return
    fine = (x.fine_days * (w.families[i].income >> INCOME)) >> SHARE
    reward = (x.reward * at_stake) >> SHARE
    bribe = bargain(fine, at_stake, reward, x.bargain)
    flow = FIXED_FLOWS + goods + w.lines.size * LINE_FLOWS + number * ORDER_FLOWS
    if reward < fine and bribe <= house.cash:
        house.cash -= bribe
        w.held[AT_INSPECTORS, goods + MONEY] += bribe
        note(w.flows, flow + INSPECTED, house.group, bribe)
    else:
        house.forbidden = 0
        w.held[AT_INSPECTORS, goods + STALL] += at_stake
        note(w.flows, flow + SEIZED, house.group, at_stake)
