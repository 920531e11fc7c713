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
from inminban.engine.levy import answer, ask, flow_of, minutes_of, time_cost
from inminban.engine.market import (
    close_market,
    first_in_line,
    from_ground,
    from_sale,
    in_force,
    open_market,
    sell_outside,
)
from inminban.engine.offices import arrive, buy_for_office, pass_up, relieve, sell_diverted, want_of_offices
from inminban.engine.scales import RATIO, Tables, pay, rule
from inminban.engine.state import BOUGHT, BOUGHT_PAID, FIXED_FLOWS, GATHERED, HANDED, LABOUR, STAPLES, World


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


@rule
def want_of(i: Any, j: Any, w: World) -> Any:
    """What a household wants to buy of an item."""
    house = w.houses[i]
    want = 0
    if j == 0:
        want = house.food0
    elif j == 1:
        want = house.food1
    if house.acting:
        for number in range(w.lines.size):
            if w.lines[number].good == j:
                want += w.claims[i, number].buy
    return want


@rule
def dig_of(i: Any, j: Any, w: World) -> Any:
    """What a household wants to gather of an item."""
    want = 0
    if w.houses[i].acting:
        for number in range(w.lines.size):
            if w.lines[number].good == j:
                want += w.claims[i, number].dig
    return want


@rule
def take_goods(i: Any, w: World, x: Any, today: Any) -> None:
    """Get what is granted of every item, food first, then the lines of levies in order."""
    house = w.houses[i]
    for j in range(w.items.size):
        item = w.items[j]
        item.got = from_sale(i, item, want_of(i, j, w))
        item.spent = 0
        if j < STAPLES:
            item.spent = min(item.got, house.food0 if j == 0 else house.food1)
            take_food(house, j, item.spent, item.price, w.flows)
            w.stock[i, j] += item.spent
            item.got -= item.spent
    house.food0 = house.food1 = house.acting = 0
    for number in range(w.lines.size):
        claim, line = w.claims[i, number], w.lines[number]
        buy, dig = claim.buy, claim.dig
        if buy + dig == 0:
            continue
        item = w.items[line.good]
        claim.buy = claim.dig = 0
        bought = min(buy, item.got)
        paid = pay(item.price, item.spent + bought) - pay(item.price, item.spent)
        item.got -= bought
        item.spent += bought
        gathered = from_ground(i, item, dig)
        item.common -= gathered
        if gathered + bought > 0:
            hand_in(i, number, (gathered, bought, paid), w, x, today)
        if gathered < dig or bought < buy:
            w.answers[i, line.order] = today.t + 1


@rule
def hand_in(i: Any, number: Any, amounts: Any, w: World, x: Any, today: Any) -> None:
    """Hand in what was gathered and bought for a line; `amounts` is (gathered, bought, won paid)."""
    gathered, bought, paid = amounts
    line, claim, family, house = w.lines[number], w.claims[i, number], w.families[i], w.houses[i]
    item, minutes = w.items[line.good], 0
    value = pay(item.first_price, claim.owed)
    if gathered > 0:
        minutes = minutes_of(gathered, item.rate)
        claim.owed -= gathered
        left = pay(item.first_price, claim.owed)
        family.gathered += value - left
        family.cost += time_cost(minutes, family.minute)
        value = left
        note(w.flows, flow_of(number, GATHERED, w.items), house.group, gathered)
    if bought > 0:
        minutes += x.search_minutes
        house.cash -= paid
        claim.owed -= bought
        family.bought += value - pay(item.first_price, claim.owed)
        family.cost += paid + time_cost(x.search_minutes, family.minute)
        note(w.flows, flow_of(number, BOUGHT, w.items), house.group, bought)
        note(w.flows, flow_of(number, BOUGHT_PAID, w.items), house.group, paid)
    family.minutes += minutes
    line.handed_today += gathered + bought
    note(w.flows, flow_of(number, LABOUR, w.items), house.group, minutes)
    note(w.flows, flow_of(number, HANDED, w.items), house.group, gathered + bought)


@rule
def ration(w: World, x: Any, today: Any) -> None:
    """Let offices want, share the stock for sale and what can be gathered, and start the queues (7.7)."""
    want_of_offices(w, x, today)
    first = 1 + (1 + 1 + 1) * w.lines.size
    for j in range(w.items.size):
        item, offices = w.items[j], 0
        for number in range(w.lines.size):
            if w.lines[number].good == j:
                offices += w.lines[number].office
        item.left = item.dig_left = -1
        if item.market:
            share_out(j, offices, w, today)
            if item.left >= 0:
                today.scarce = 1
                line_up(j, w.daily[first + j], w)
        if item.dug > item.common:
            item.dig_left = item.common
            today.scarce = 1
            line_up_to_gather(j, w.daily[first + w.items.size + j], w)
        item.before = item.dig_before = 0


@rule
def share_out(j: Any, offices: Any, w: World, today: Any) -> None:
    """Share the stock for sale between outside demand, offices and households."""
    item = w.items[j]
    item.demanded = item.wanted + item.outside_today + offices
    outside, bought = item.outside_today, offices
    if item.demanded > item.stock:
        outside = item.stock * outside // item.demanded
        bought = item.stock * offices // item.demanded
        item.left = item.stock - outside - bought
    sell_outside(j, outside, w, today)
    for number in range(w.lines.size):
        if w.lines[number].good == j and w.lines[number].office > 0:
            part = min(w.lines[number].office, bought)
            bought -= part
            buy_for_office(number, part, w, today)
    item.stock -= item.wanted if item.left < 0 else min(item.left, item.wanted)


@rule
def line_up(j: Any, key: Any, w: World) -> None:
    """Start the queue of those who buy at a household drawn by key."""
    item = w.items[j]
    item.start, item.origin = first_in_line(key, w.houses.size), 0
    for i in range(item.start):
        item.origin += want_of(i, j, w)


@rule
def line_up_to_gather(j: Any, key: Any, w: World) -> None:
    """Start the queue of those who gather at a household drawn by key."""
    item = w.items[j]
    item.dig_start, item.dig_origin = first_in_line(key, w.houses.size), 0
    for i in range(item.dig_start):
        item.dig_origin += dig_of(i, j, w)
