"""Where a draw starts: households set up and lived in, markets stocked (docs/model.md, 7.2 and 7.4)."""

from __future__ import annotations

from typing import Any

import numpy as np

from inminban.engine.columns import columns_of
from inminban.engine.daily import buy, earn, eat_and_spend, want
from inminban.engine.household import budget, group_by_tenths, left_of, livelihood_of, own_stock, settle_in
from inminban.engine.inputs import LEVY
from inminban.engine.scales import INCOME, ONE, SHARE, Tables, drawn, entry, price
from inminban.engine.state import CELL, FAMILY, FIXED_FLOWS, GROUPS, HOUSE, ITEM, STAPLES, TODAY


def prepare(draw: int, what: Any, x: Any, once: Any, daily: Any, t: Tables) -> Any:
    """What `world_of` takes of a draw: an area at the end of its burn-in."""
    *given, sampled = what
    people, plan, _ = given
    houses, families, stock, items = inhabit(draw, tuple(given), x, once, t)
    columns, place = columns_of(houses, stock, sampled)
    unseen = np.zeros((FIXED_FLOWS + items.size, GROUPS + sampled.size), CELL)
    food = np.zeros((STAPLES, columns.cash.size), np.int32)
    live_in(columns._replace(food0=food[0], food1=food[1]), items, plan, daily, x, unseen)
    columns.short[:] = 0
    stock_market(len(houses), items, plan, x)
    furnish(plan, items, houses, stock, x, once)
    columns.forbidden[:] = (columns.target * x["forbidden_share"]) >> SHARE
    columns.open[:] = columns.target - columns.forbidden
    units = np.flatnonzero(np.diff(people.unit, prepend=-1, append=-1))
    beyond = people.beyond if people.beyond.any() else people.beyond[:0]
    return columns, place, houses["group"].copy(), families, beyond, stock[:, STAPLES:].copy(), units, items


@entry
def items_of(draw: Any, plan: Any, draws: Any, t: Tables) -> Any:
    """Items with their first prices and what the draw assumes of them."""
    items = np.zeros(plan.kcal.size, ITEM)
    for j in range(items.size):
        item = items[j]
        item.kcal = plan.kcal[j]
        item.market = plan.market[j]
        item.elasticity = draws.elasticity[draw, j]
        item.supply_day = draws.supply_day[draw, j]
        item.own_most = draws.own_most[draw, j]
        item.yields = draws.yields[draw, j]
        item.first_log = item.log = draws.log_price[draw, j]
        item.first_price = item.price = price(item.log, t)
        item.first_common = item.common = draws.common[draw, j]
    return items


@entry
def inhabit(draw: Any, what: Any, x: Any, once: Any, t: Tables) -> Any:
    """Households, families, stocks and items as they are set up (7.2)."""
    people, plan, draws = what
    n, items = people.number.size, items_of(draw, plan, draws, t)
    houses, families, living = np.zeros(n, HOUSE), np.zeros(n, FAMILY), np.zeros(n, np.int64)
    stock = np.zeros((n, items.size), np.int32)
    trade, to_trade, from_trade = once[once.shape[0] - 1], draws.to_trade[draw], draws.from_trade[draw]
    given = (draws.income[draw], draws.ration[draw], draws.harvest[draw], t)
    for i in range(n):
        house, family = houses[i], families[i]
        house.index = people.number[i]
        family.members = people.members[i]
        family.adults = people.adults[i]
        family.workers = people.workers[i]
        family.students = people.students[i]
        kept, home = people.livelihood[i], people.residence[i]
        living[i] = livelihood_of(kept, drawn(trade, house.index), to_trade[home], from_trade[home])
        settle_in(house, family, living[i], given, x, once)
        budget(house, family, draws.bill[draw], x)
        house.inkind = items[0].kcal * house.kind0 + items[1].kcal * house.kind1
        bought = family.bill * max(0, house.need - house.inkind)
        house.cash = house.buffer if ((house.wage + house.market) >> INCOME) * house.need >= bought else 0
        stock[i, 1] = house.need * x.market_every // items[1].kcal
    group_by_tenths(houses, living)
    return houses, families, stock, items


@entry
def live_in(c: Any, items: Any, plan: Any, daily: Any, x: Any, unseen: Any) -> None:
    """Let all households live through the burn-in; what they bought becomes the items' demand. `unseen` takes flows."""
    todays = np.zeros(1, TODAY)
    today, every = todays[0], x.market_every
    today.mix = today.appetite = ONE
    bought0, bought1 = 0, 0
    for day in range(plan.burn_days):
        today.phase = (day - plan.burn_days) % every
        today.earn0, today.earn1 = daily[day, 0, 0], daily[day, 0, 1]
        for s in range(c.group.size):
            earn(c, s, unseen, x, today)
            if left_of(c.offset[s], today.phase, every) == every:
                a, b = want(c, s, items, x, today)
                buy(c, s, items, unseen)
                if day >= plan.burn_days - plan.mean_days:
                    bought0 += a
                    bought1 += b
            eat_and_spend(c, s, items, unseen, x, today)
    items[0].demand = bought0 // plan.mean_days
    items[1].demand = bought1 // plan.mean_days


@entry
def stock_market(n: Any, items: Any, plan: Any, x: Any) -> None:
    """Supply, outside demand, stock for sale and averages of the first day, of n households (7.4)."""
    for j in range(items.size):
        item = items[j]
        if not item.market:
            continue
        item.usual = item.outside = item.supply_day
        if j < STAPLES:
            item.outside = item.demand * (plan.area_households - n) // n
            item.usual = item.demand + item.outside
        item.stock = (item.usual * x.stock_days) >> SHARE
        item.demand = item.supply = item.usual << INCOME


@entry
def furnish(plan: Any, items: Any, houses: Any, stock: Any, x: Any, once: Any) -> None:
    """Own stocks of what levies ask for: they play no part in the burn-in."""
    for i in range(houses.size):
        house = houses[i]
        for line in range(plan.item.size):
            j = plan.item[line]
            if plan.kind[plan.order[line]] == LEVY and items[j].kcal == 0:
                number = drawn(once[1 + 1 + 1 + j], house.index)
                stock[i, j] = own_stock(number, items[j].own_most, x.own_share)
