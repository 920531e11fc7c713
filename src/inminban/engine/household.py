"""A household's own rules: what it starts with, earns, wants to eat, eats and spends (docs/model.md, 7.2, 7.4, 7.6)."""

from __future__ import annotations

from typing import Any

import numpy as np

from inminban.engine.inputs import ADULTS, HOUSEHOLD, MEMBERS, WORKERS
from inminban.engine.scales import (
    INCOME,
    LOW_HALF,
    MOST_RATIO,
    ONE,
    SHARE,
    TENTHS,
    TOP_INDEX,
    afford,
    clip,
    drawn,
    entry,
    factor,
    pay,
    rule,
    up,
)
from inminban.engine.state import (
    FARMER,
    FOOD,
    FOOD_PAID,
    OFFICIAL,
    STAPLES,
    STATE_WAGE,
    TRADER,
    World,
)


@rule
def units(i: Any, per: Any, order: Any, w: World) -> Any:
    """How many times an order asks or gives a household an amount: never where it does not reach the household."""
    family = w.families[i]
    if w.beyond.size > 0 and (w.beyond[i] >> order) & 1:
        return 0
    if per == HOUSEHOLD:
        return 1
    if per == MEMBERS:
        return family.members
    if per == ADULTS:
        return family.adults
    if per == WORKERS:
        return family.workers
    return family.students


@rule
def note(flows: Any, flow: Any, tally: Any, amount: Any) -> None:
    """Count one posting of a flow of the day."""
    if amount > 0:
        cell = flows[flow, tally]
        cell.amount += amount
        cell.times += 1


@rule
def livelihood_of(kept: Any, number: Any, to_trade: Any, from_trade: Any) -> Any:
    """What a household lives from in a draw: as in the population, but for more or less trade (7.2)."""
    if kept == STATE_WAGE:
        return TRADER if number >> SHARE < to_trade else kept
    if kept == TRADER:
        return STATE_WAGE if number >> SHARE < from_trade else kept
    return kept


@rule
def settle_in(house: Any, family: Any, livelihood: Any, given: Any, x: Any, once: Any) -> None:
    """Set up what a household earns and gets (7.2). `given` is (income, ration, harvest, tables) of the draw."""
    income, ration, harvest, t = given
    normal = t.normal[drawn(once[0], house.index) >> TOP_INDEX]
    total = (income[livelihood] * factor(x.sigma * normal, t)) >> SHARE
    employed = livelihood in (STATE_WAGE, OFFICIAL)
    house.wage = 0
    house.kind0 = house.kind1 = 0
    if employed and drawn(once[1], house.index) >> SHARE < x.paid_share:
        house.wage = x.wage_day * family.workers
        house.kind0, house.kind1 = family.members * ration[0], family.members * ration[1]
    elif livelihood == FARMER:
        house.kind0, house.kind1 = family.members * harvest[0], family.members * harvest[1]
    house.market = max(0, total - house.wage)
    house.need = family.members * x.need_person
    house.offset = drawn(once[1 + 1], house.index) % x.market_every
    house.target = (x.stall_days * house.market) >> (SHARE + INCOME) if livelihood == TRADER else 0


@rule
def budget(house: Any, family: Any, bill: Any, x: Any) -> None:
    """Derive a household's food bill, rice share and buffer from its income (7.2)."""
    mean = house.wage + house.market
    ratio = min(MOST_RATIO, (mean << SHARE) // (family.members * bill[1]))
    rice = clip((x.taste * max(0, ratio - ONE)) >> SHARE, x.rice_least, x.rice_most)
    whole = (rice * family.members * bill[0] + (ONE - rice) * family.members * bill[1]) >> SHARE
    bill_won = max(1, up(whole, 1 << INCOME))
    house.rice = rice
    house.buffer = (x.buffer_days * min(mean, (x.buffer_bills * whole) >> SHARE)) >> (SHARE + INCOME)
    family.bill = bill_won
    family.income = mean


@entry
def group_by_tenths(houses: Any, livelihoods: Any) -> None:
    """Number every household's group: ten times its livelihood, and its tenth by mean income."""
    n = houses.size
    means = np.empty(n, np.int64)
    for i in range(n):
        means[i] = houses[i].wage + houses[i].market
    order = np.argsort(means, kind="mergesort")
    for rank in range(n):
        i = order[rank]
        houses[i].group = livelihoods[i] * TENTHS + TENTHS * rank // n


@rule
def own_stock(number: Any, most: Any, share: Any) -> Any:
    """What a household has lying about of an item."""
    return (most * (number & LOW_HALF)) >> SHARE if number >> SHARE < share else 0


@rule
def cheaper_mix(energy: Any, cash: Any, first: Any, second: Any) -> Any:
    """Quantities of two staples that a purse allows: the cheaper one first, the dearer with what is left.

    `first` and `second` are (price, calories) of the cheaper and the dearer staple; the answer is in that order.
    """
    whole = pay(first[0], up(energy, first[1]))
    dear = pay(second[0], up(energy, second[1]))
    if whole <= cash and dear > whole:
        part = min(energy, energy * (cash - whole) // (dear - whole))
        b = part // second[1]
        cost = pay(second[0], b)
        if cost <= cash:
            return min(up(energy - part, first[1]), afford(first[0], cash - cost)), b
    return min(up(energy, first[1]), afford(first[0], cash)), 0


@rule
def basket(energy: Any, cash: Any, share: Any, first: Any, second: Any) -> Any:
    """Quantities of items 0 and 1, (price, calories) each, that a household wants; `share` (Q16) goes to item 0."""
    part = (energy * share) >> SHARE
    a, b = up(part, first[1]), up(energy - part, second[1])
    if pay(first[0], a) + pay(second[0], b) <= cash:
        return a, b
    if first[0] * second[1] <= second[0] * first[1]:
        return cheaper_mix(energy, cash, first, second)
    b, a = cheaper_mix(energy, cash, second, first)
    return a, b


@rule
def rice_share(rice: Any, shift: Any) -> Any:
    """Share (Q16) of item 0 in the energy bought, its odds shifted by a factor (Q16) for relative prices."""
    a = (rice * shift) >> SHARE
    return (a << SHARE) // max(1, a + ONE - rice)


@rule
def left_of(offset: Any, phase: Any, every: Any) -> Any:
    """Days to the next market day, today included; `phase` is the day modulo the period."""
    since = phase + offset
    return every - (since - every if since >= every else since)


@rule
def spend(cash: Any, buffer: Any, rate: Any) -> Any:
    """Won that a household spends after food."""
    return (rate * max(0, cash - buffer)) >> SHARE


@rule
def take_food(i: Any, j: Any, food: Any, w: World) -> None:
    """Buy food of staple j."""
    cost = pay(w.items[j].price, food)
    w.columns.cash[w.place[i]] -= cost
    put_by(i, j, food, w)
    note(w.flows, FOOD + j, w.tally[i], food)
    note(w.flows, FOOD_PAID + j, w.tally[i], cost)


@rule
def index_of(i: Any, w: World) -> Any:
    """Number of a household in its county, for what is drawn."""
    return np.int64(w.columns.index[w.place[i]])


@rule
def spending_of(family: Any, x: Any) -> Any:
    """What a household usually spends in a day: by its income, or its food bill (7.2)."""
    return max(1, family.income >> INCOME, (x.spending_floor * family.bill) >> SHARE)


@rule
def minute_of(family: Any, x: Any) -> Any:
    """What a minute of a household's work is worth, Q8."""
    return up(family.income, x.work_minutes * max(1, family.adults))


@rule
def stock_of(i: Any, j: Any, w: World) -> Any:
    """What a household has of an item."""
    c, p = w.columns, w.place[i]
    if j == 0:
        return np.int64(c.stock0[p])
    if j == 1:
        return np.int64(c.stock1[p])
    return np.int64(w.stock[i, j - STAPLES])


@rule
def put_by(i: Any, j: Any, quantity: Any, w: World) -> None:
    """Add to what a household has of an item, or take from it."""
    c, p = w.columns, w.place[i]
    if j == 0:
        c.stock0[p] += quantity
    elif j == 1:
        c.stock1[p] += quantity
    else:
        w.stock[i, j - STAPLES] += quantity
        if c.extra.size > 0:
            c.extra[p] += w.items[j].kcal * quantity
