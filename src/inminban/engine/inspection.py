"""Inspectors at stalls: goods are hidden from them, bribes paid, goods seized and bought back (docs/model.md, 7.11)."""

from __future__ import annotations

from typing import Any

import numpy as np

from inminban.engine.daily import keeper_of
from inminban.engine.household import note
from inminban.engine.inputs import CRACKDOWN
from inminban.engine.market import in_force
from inminban.engine.scales import (
    INCOME,
    MOST_COST,
    ONE,
    SHARE,
    TOP_INDEX,
    Tables,
    drawn,
    entry,
    factor,
    rule,
    scaled,
    up,
)
from inminban.engine.state import (
    AT_INSPECTORS,
    FIXED_FLOWS,
    INSPECTED,
    LINE_FLOWS,
    MONEY,
    ORDER_FLOWS,
    RANSOM,
    RETURNED,
    SEIZED,
    STALL,
    World,
)


@entry
def size_up(w: World, beyond: Any, x: Any, t: Tables) -> None:
    """What inspections mean to each trader, once an arm: orders beyond it, the loss it can bear, its fear.

    `beyond` (places,) are the orders beyond who stands at a place.
    """
    key, c = w.once[1 + 1 + 1 + w.items.size + (1 + 1 + 1) * w.orders.size], w.columns
    for s in range(c.group.size):
        for k in range(c.stalls[s], c.stalls[s + 1]):
            dealer, p = w.dealers[k], keeper_of(k, s, c)
            normal = t.normal[drawn(key, np.int64(c.index[p])) >> TOP_INDEX]
            dealer.beyond = beyond[p]
            dealer.fine = (x.fine_days * ((c.wage[p] + c.market[p]) >> INCOME)) >> SHARE
            dealer.fear = factor(x.caution * normal, t)


@rule
def reaches(number: Any, dealer: Any) -> Any:
    """Whether an order reaches a household."""
    return (dealer.beyond >> number) & 1 == 0


@rule
def inspecting(number: Any, dealer: Any, w: World, today: Any) -> Any:
    """Whether an order is a crackdown that is in force and reaches a household."""
    order = w.orders[number]
    return order.kind == CRACKDOWN and in_force(order, today.t) and reaches(number, dealer)


@rule
def flow_of(number: Any, w: World) -> Any:
    """First of the flows between households and the inspectors of an order."""
    return FIXED_FLOWS + w.items.size + w.lines.size * LINE_FLOWS + number * ORDER_FLOWS


@rule
def face(number: Any, w: World, x: Any, today: Any) -> None:
    """Morning of a crackdown or restriction: note what it does today; a crackdown that has its target eases off."""
    order = w.orders[number]
    today.returns |= int(today.t <= order.back)
    if in_force(order, today.t):
        today.trips |= int(order.posts > 0)
        if order.kind == CRACKDOWN:
            today.raids = 1
            if today.t == order.start:
                order.worth = worth_of(number, w)
            order.risk = x.inspect
            if order.taken >= scaled(order.worth, x.revenue_target):
                order.risk = (x.inspect * x.eased) >> SHARE


@rule
def worth_of(number: Any, w: World) -> Any:
    """Worth of the forbidden goods of all traders that an order reaches."""
    c, worth = w.columns, 0
    for s in range(c.group.size):
        for k in range(c.stalls[s], c.stalls[s + 1]):
            if reaches(number, w.dealers[k]):
                worth += c.forbidden[k]
    return worth


@rule
def bargain(fine: Any, goods: Any, reward: Any, weight: Any) -> Any:
    """Bribe that inspector and trader agree on (the weight is Q16)."""
    return (weight * min(fine, goods) + (ONE - weight) * reward) >> SHARE


@rule
def bribe_of(k: Any, p: Any, w: World, x: Any) -> Any:
    """Bribe that a trader would pay as things stand now, −1 where the goods are seized instead."""
    goods, fine = w.columns.forbidden[k], w.dealers[k].fine
    reward = (x.reward * goods) >> SHARE
    bribe = bargain(fine, goods, reward, x.bargain)
    return bribe if reward < fine and bribe <= w.columns.cash[p] else -1


@rule
def hide(w: World, x: Any, today: Any) -> None:
    """In the morning traders take forbidden goods off the stall for the day where the risk is more than they earn."""
    c = w.columns
    for s in range(c.group.size):
        for k in range(c.stalls[s], c.stalls[s + 1]):
            dealer, goods, p = w.dealers[k], c.forbidden[k], keeper_of(k, s, c)
            dealer.hidden = 0
            if goods <= 0 or c.target[k] <= 0:
                continue
            chance, reached = 0, 0
            for number in range(today.orders):
                if inspecting(number, dealer, w, today):
                    chance += w.orders[number].risk
                    reached = 1
            bribe = bribe_of(k, p, w, x)
            loss = min(MOST_COST, goods if bribe < 0 else bribe)
            margin = (c.market[p] * goods // c.target[k]) >> INCOME
            if today.closed:
                margin = (margin * x.closed_income) >> SHARE
            w.watched[c.group[s], 1] += reached
            if scaled((min(ONE, chance) * loss) >> SHARE, dealer.fear) > margin:
                dealer.hidden = goods
                c.forbidden[k] = 0
                w.watched[c.group[s], 0] += 1


@rule
def fetch_out(s: Any, w: World) -> None:
    """What the traders of a segment hid is theirs again, once the day's income is earned without it."""
    c = w.columns
    for k in range(c.stalls[s], c.stalls[s + 1]):
        c.forbidden[k] += w.dealers[k].hidden


@rule
def raid(w: World, x: Any, today: Any) -> None:
    """Every crackdown in force may reach every stall with forbidden goods, but those whose goods are hidden today."""
    first, c = 1 + (1 + 1 + 1) * w.lines.size + w.items.size + w.items.size, w.columns
    for s in range(c.group.size):
        for k in range(c.stalls[s], c.stalls[s + 1]):
            dealer, p = w.dealers[k], keeper_of(k, s, c)
            if c.forbidden[k] <= 0 or dealer.hidden > 0:
                continue
            for number in range(today.orders):
                if c.forbidden[k] <= 0 or not inspecting(number, dealer, w, today):
                    continue
                if drawn(w.daily[first + number], np.int64(c.index[p])) >> SHARE < w.orders[number].risk:
                    inspect((k, p), number, c.tally[s], w, x, today)


@rule
def inspect(stall: Any, number: Any, tally: Any, w: World, x: Any, today: Any) -> None:
    """A stall (number, place of its keeper) with forbidden goods is inspected: a bribe, or the goods are seized."""
    k, p = stall
    c, dealer, order, goods = w.columns, w.dealers[k], w.orders[number], w.items.size
    bribe, at_stake = bribe_of(k, p, w, x), c.forbidden[k]
    if bribe >= 0:
        c.cash[p] -= bribe
        w.held[AT_INSPECTORS, goods + MONEY] += bribe
        order.taken += bribe
        note(w.flows, flow_of(number, w) + INSPECTED, tally, bribe)
    else:
        c.forbidden[k] = 0
        w.held[AT_INSPECTORS, goods + STALL] += at_stake
        order.taken += at_stake
        dealer.held += at_stake
        dealer.last = number
        dealer.back = order.back = today.t + x.return_days
        note(w.flows, flow_of(number, w) + SEIZED, tally, at_stake)


@rule
def give_back(w: World, x: Any, today: Any) -> None:
    """On their day of return traders may buy a part of what was seized back."""
    c = w.columns
    for s in range(c.group.size):
        for k in range(c.stalls[s], c.stalls[s + 1]):
            dealer = w.dealers[k]
            if dealer.held > 0 and dealer.back == today.t:
                redeem((k, keeper_of(k, s, c)), c.tally[s], w, x)
                dealer.held = 0


@rule
def redeem(stall: Any, tally: Any, w: World, x: Any) -> None:
    """A trader who can pay the ransom gets a part of the goods back; it counts to the order of the last seizure."""
    k, p = stall
    c, dealer, goods = w.columns, w.dealers[k], w.items.size
    back = (dealer.held * x.returned) >> SHARE
    ransom = up(back * x.ransom_share, ONE)
    if back > 0 and ransom <= c.cash[p]:
        c.cash[p] -= ransom
        c.forbidden[k] += back
        w.held[AT_INSPECTORS, goods + MONEY] += ransom
        w.held[AT_INSPECTORS, goods + STALL] -= back
        w.orders[dealer.last].taken += ransom
        flow = flow_of(dealer.last, w)
        note(w.flows, flow + RETURNED, tally, back)
        note(w.flows, flow + RANSOM, tally, ransom)
