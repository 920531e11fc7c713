"""A day of the area: the market opens, households decide, goods are shared out, households settle, all closes."""

from __future__ import annotations

from typing import Any

import numpy as np

from inminban.engine.household import (
    count_short,
    earn,
    eat_all,
    energy_of,
    left_of,
    note,
    note_kind,
    share_eaten,
    take_food,
    use_money,
    want_food,
)
from inminban.engine.inputs import CRACKDOWN, LEVY, RELIEF
from inminban.engine.inspection import inspect
from inminban.engine.levy import answer, ask
from inminban.engine.market import (
    close_market,
    from_sale,
    in_force,
    open_market,
)
from inminban.engine.offices import arrive, pass_up, relieve, sell_diverted
from inminban.engine.scales import RATIO, Tables, rule
from inminban.engine.sharing import ration, take_goods
from inminban.engine.state import FIXED_FLOWS, STAPLES, World


@rule
def run_day(w: World, x: Any, today: Any, tile: Any, t: Tables) -> None:
    """One day of the area (docs/model.md, 3). `tile` is how many households are looked at in one go."""
    open_market(w, x, today, t)
    begin(w, x, today)
    n = w.houses.size
    for low in range(0, n, tile):
        decide(low, min(n, low + tile), w, x, today)
    ration(w, x, today)
    for low in range(0, n, tile):
        settle(low, min(n, low + tile), w, x, today)
    for number in range(today.orders):
        order = w.orders[number]
        if order.kind == LEVY:
            pass_up(order, w, x, today)
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
    """Orders reach the place: levies are asked, relief arrives. Note what households may have to do with today."""
    today.levies = today.relief = today.raids = today.scarce = 0
    for number in range(today.orders):
        order = w.orders[number]
        if order.kind == LEVY:
            if today.t == order.start:
                for i in range(w.houses.size):
                    ask(i, number, w.once[1 + 1 + 1 + w.items.size + number], w)
            if order.start <= today.t <= order.due:
                today.levies = 1
        elif order.kind == RELIEF:
            if today.t == order.start:
                arrive(order, w, today)
            if order.start <= today.t <= order.start + x.serve_days:
                today.relief = 1
        elif order.kind == CRACKDOWN and in_force(order, today.t):
            today.raids = 1


@rule
def decide(low: Any, high: Any, w: World, x: Any, today: Any) -> None:
    """First part of the day of some households: receive relief, earn, want food, answer levies.

    Every step is a loop of its own over few columns, as most households have nothing to do with orders on most days;
    relief and earnings only add up, so their order does not matter.
    """
    if today.relief:
        for i in range(low, high):
            receive(i, w, x, today)
    morning(low, high, (w.houses, w.stock, w.items, w.flows), x, today)
    if today.levies:
        for number in range(today.orders):
            order = w.orders[number]
            if order.kind == LEVY and order.start <= today.t <= order.due:
                mark_answering(low, high, (w.houses, w.answers, w.claims), order, (number, today.t))
        for i in range(low, high):
            if w.houses[i].acting:
                w.houses[i].acting = 0
                answer(i, w, x, today)


@rule
def mark_answering(low: Any, high: Any, held: Any, order: Any, when: Any) -> None:
    """Mark the households that answer an order today: on their day, and whoever still owes on the due day.

    `held` is (houses, answers, claims), `when` (order's number, day).
    """
    houses, answers, claims = held
    number, t = when
    last_day = order.due == t
    for i in range(low, high):
        if answers[i, number] == t:
            houses[i].acting = 1
        elif last_day:
            for line in range(order.first, order.last):
                if claims[i, line].owed > 0:
                    houses[i].acting = 1


@rule
def morning(low: Any, high: Any, held: Any, x: Any, today: Any) -> None:
    """Earn and want food; `held` is (houses, stock, items, flows)."""
    houses, stock, items, flows = held
    market = ((items[0].price, items[0].kcal), (items[1].price, items[1].kcal))
    more = other_food(items)
    wanted0, wanted1 = 0, 0
    for i in range(low, high):
        house = houses[i]
        earn(house, flows, x, today)
        if house.inkind > 0:
            take_kind(i, house, stock, flows)
        left = left_of(house.offset, today.phase, x.market_every)
        house.left = left
        if left == x.market_every:
            energy = market[0][1] * stock[i, 0] + market[1][1] * stock[i, 1]
            if more:
                energy = energy_of(i, stock, items)
            want_food(house, energy, market, x, today)
            wanted0 += house.food0
            wanted1 += house.food1
    items[0].wanted += wanted0
    items[1].wanted += wanted1


@rule
def take_kind(i: Any, house: Any, stock: Any, flows: Any) -> None:
    """Rations or harvest of the day."""
    stock[i, 0] += house.kind0
    stock[i, 1] += house.kind1
    note_kind(house, flows)


@rule
def other_food(items: Any) -> Any:
    """Whether any other item than the two staples is food."""
    more = False
    for j in range(STAPLES, items.size):
        more = more or items[j].kcal > 0
    return more


@rule
def receive(i: Any, w: World, x: Any, today: Any) -> None:
    """Receive the relief that is handed out in the household's people's unit today."""
    for number in range(today.orders):
        if w.orders[number].kind == RELIEF and w.serve[number, w.families[i].unit] == today.t:
            relieve(i, number, w.once[1 + 1 + 1 + w.items.size + w.orders.size + number], w, x, today)


@rule
def settle(low: Any, high: Any, w: World, x: Any, today: Any) -> None:
    """Second part of the day of some households: get what is granted, eat, restock and spend, be inspected."""
    if today.levies:
        for i in range(low, high):
            if w.houses[i].acting:
                take_goods(i, w, x, today)
            elif today.scarce:
                buy_food(i, w.houses[i], w.stock, w.items, w.flows)
    evening(low, high, (w.houses, w.stock, w.items, w.flows), x)
    if today.raids:
        for i in range(low, high):
            if w.houses[i].target > 0:
                raid(i, w, x, today)


@rule
def evening(low: Any, high: Any, held: Any, x: Any) -> None:
    """Buy what food is granted and not bought yet, eat, restock and spend; `held` is (houses, stock, items, flows)."""
    houses, stock, items, flows = held
    first, second = items[0].kcal, items[1].kcal
    more = other_food(items)
    for i in range(low, high):
        house = houses[i]
        if house.food0 + house.food1 > 0:
            buy_food(i, house, stock, items, flows)
        if more:
            eaten = eat_all(i, house, stock, items, flows)
        else:
            a, b = np.int64(stock[i, 0]), np.int64(stock[i, 1])
            share = share_eaten(house, first * a + second * b)
            part0, part1 = (a * share) >> RATIO, (b * share) >> RATIO
            stock[i, 0], stock[i, 1] = a - part0, b - part1
            note(flows, FIXED_FLOWS, house.group, part0)
            note(flows, FIXED_FLOWS + 1, house.group, part1)
            eaten = first * part0 + second * part1
        count_short(house, eaten, x)
        use_money(house, flows, x)


@rule
def buy_food(i: Any, house: Any, stock: Any, items: Any, flows: Any) -> None:
    """Buy the food that is granted."""
    first, second = items[0], items[1]
    a, b = from_sale(i, first, house.food0), from_sale(i, second, house.food1)
    take_food(house, 0, a, first.price, flows)
    take_food(house, 1, b, second.price, flows)
    stock[i, 0] += a
    stock[i, 1] += b
    house.food0 = house.food1 = 0


@rule
def raid(i: Any, w: World, x: Any, today: Any) -> None:
    """Every crackdown in force may reach the stall."""
    first = 1 + (1 + 1 + 1) * w.lines.size + w.items.size + w.items.size
    for number in range(today.orders):
        order = w.orders[number]
        if order.kind == CRACKDOWN and in_force(order, today.t):
            inspect(i, number, w.daily[first + number], w, x, today)
