"""Runs of draws: set-up, burn-in, the run without orders and the run with them. Draws run side by side in threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from inminban.engine.day import run_day
from inminban.engine.inputs import RELIEF, Draws, Ints, People, Plan
from inminban.engine.offices import entitle
from inminban.engine.scales import entry, rule, tables
from inminban.engine.start import prepare
from inminban.engine.state import (
    AT_MARKET,
    BEYOND_GOODS,
    CELL,
    CLAIM,
    FIXED_FLOWS,
    GROUPS,
    HOLDERS,
    ITEM_MOVES,
    LINE,
    LINE_FLOWS,
    LINE_MOVES,
    MINUTES,
    MONEY,
    ORDER,
    ORDER_FLOWS,
    STALL,
    TODAY,
    World,
    order_of_keys,
)
from inminban.model.randomness import NO_DAY, keys

ARMS = 2
PAIR = 2  # amount and count; start and end; lowest and highest
WITHOUT, WITH = range(ARMS)
WAYS = ("own", "gathered", "bought", "cash", "bribe", "borrowed", "asked", "cost")
TILE = 16_384
How = tuple[bool, int, int]


class Ran(NamedTuple):
    """What came of draws; first axis the draw, second the arm (0 without orders, 1 with them) where there is one.

    `flows` (draws, arms, rows, flows, groups, 2) and `moves` (draws, arms, rows, moves) are the postings, with one row
    a day where the full ledger is kept, else one in all; the last row is spare. `opening`, `closing` (draws, arms,
    groups, J + 3) are what households hold by livelihood and tenth, `held_opening`, `held_closing` (draws, arms,
    holders, J + 3) what others do. `logs` (draws, arms, days + 1, J) are the logarithms of prices in the morning.
    Per household: `ways` (draws, n, 8; see `WAYS`), `received` and `owed` (draws, n, lines), `short`, `cash` and
    `stall` (draws, arms, n), `minutes`, `mean` (Q8 a day), `bill`, `group` (draws, n). For the gate: `gate_cash`
    (draws, 2, n) at its start and end, `gate_short` (draws,) short household-days, `gate_logs` (draws, 2, J) lowest
    and highest logarithms. `dry` is 1 where a market has no supply: then nothing was run.
    """

    flows: Ints
    moves: Ints
    opening: Ints
    closing: Ints
    held_opening: Ints
    held_closing: Ints
    logs: Ints
    ways: Ints
    received: Ints
    owed: Ints
    short: Ints
    cash: Ints
    stall: Ints
    minutes: Ints
    mean: Ints
    bill: Ints
    group: Ints
    gate_cash: Ints
    gate_short: Ints
    gate_logs: Ints
    dry: Ints


def room_for(people: People, plan: Plan, draws: int, full: bool) -> Ran:
    """Make room for what comes of draws."""
    n, goods, lines, orders = people.number.size, plan.kcal.size, plan.item.size, plan.kind.size
    rows = (plan.days if full else 1) + 1
    flows = FIXED_FLOWS + goods + lines * LINE_FLOWS + orders * ORDER_FLOWS

    def zeros(*shape: int) -> Ints:
        return np.zeros((draws, *shape), np.int64)

    return Ran(
        flows=zeros(ARMS, rows, flows, GROUPS, PAIR),
        moves=zeros(ARMS, rows, goods * ITEM_MOVES + lines * LINE_MOVES),
        opening=zeros(ARMS, GROUPS, goods + BEYOND_GOODS),
        closing=zeros(ARMS, GROUPS, goods + BEYOND_GOODS),
        held_opening=zeros(ARMS, HOLDERS, goods + BEYOND_GOODS),
        held_closing=zeros(ARMS, HOLDERS, goods + BEYOND_GOODS),
        logs=zeros(ARMS, plan.days + 1, goods),
        ways=zeros(n, len(WAYS)),
        received=zeros(n, lines),
        owed=zeros(n, lines),
        short=zeros(ARMS, n),
        cash=zeros(ARMS, n),
        stall=zeros(ARMS, n),
        minutes=zeros(n),
        mean=zeros(n),
        bill=zeros(n),
        group=zeros(n),
        gate_cash=zeros(PAIR, n),
        gate_short=zeros(),
        gate_logs=zeros(PAIR, goods),
        dry=zeros(),
    )


def run(people: People, plan: Plan, draws: Draws, numbers: Ints, seed: int, how: How = (False, TILE, 1)) -> Ran:
    """Run some draws: `numbers` are the draws' numbers, `draws` has one row for each of them.

    `how` is whether the ledger is kept by day, how many households are looked at in one go, and how many threads share
    the draws. The result depends on neither of the last two.
    """
    full, tile, workers = how
    once, daily = order_of_keys(plan.kcal.size, plan.item.size, plan.kind.size)
    days = np.arange(-plan.burn_days, max(plan.days, plan.gate_days)) + plan.first_day
    drawn_once = keys(seed, numbers[:, None], plan.area, NO_DAY, once[None, :]).astype(np.int64)
    drawn_daily = keys(seed, numbers[:, None, None], plan.area, days[None, :, None], daily[None, None, :])
    out = room_for(people, plan, len(numbers), how[0])
    drawn_daily = drawn_daily.astype(np.int64)
    made = tables()

    def one(draw: int) -> None:
        run_draw(draw, (people, plan, draws), (drawn_once[draw], drawn_daily[draw], made), (full, tile), out)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, range(len(numbers))))
    return out


def run_draw(draw: int, what: tuple[People, Plan, Draws], keys_of: Any, how: tuple[bool, int], out: Ran) -> None:
    """Run one draw: set-up, burn-in, and both arms from the state at its end."""
    _, plan, draws = what
    once, daily, made = keys_of
    x = draws.scalars[draw]
    area = prepare(draw, what, x, once, daily, made)
    houses, families, _, items = area
    out.mean[draw], out.bill[draw], out.group[draw] = families["income"], families["bill"], houses["group"]
    out.dry[draw] = ((items["market"] == 1) & (items["usual"] == 0)).any()
    if out.dry[draw]:
        return
    for arm in range(ARMS):
        own = tuple(part.copy() for part in area)
        flows = out.flows[draw, arm]
        tallies = (flows.view(CELL).reshape(flows.shape[:-1]), out.moves[draw, arm])
        w = world_of(own, orders_of(draw, plan, draws), (tallies, once, daily[0], made.gumbel, draws.beta[draw]))
        live(draw, arm, w, x, (plan, daily, how, made), out)


def orders_of(draw: int, plan: Plan, draws: Draws) -> tuple[Any, Any]:
    """Lines and orders as records."""
    lines, orders = np.zeros(plan.item.size, LINE), np.zeros(plan.kind.size, ORDER)
    lines["good"] = plan.item
    for name in ("order", "amount", "per", "supply"):
        lines[name] = getattr(plan, name)
    lines["cash"], lines["cash_per"] = plan.line_cash, plan.line_cash_per
    for name in ("kind", "top", "whole", "cash", "cash_per", "closes", "bans"):
        orders[name] = getattr(plan, name)
    orders["first"], orders["last"] = plan.first_line, plan.last_line
    for name in ("start", "due", "end"):
        orders[name] = getattr(draws, name)[draw]
    return lines, orders


def world_of(area: Any, asked: tuple[Any, Any], given: Any) -> World:
    """An area as an arm finds it, with empty-handed offices; `given` is (tallies, keys, first day's, gumbel, beta)."""
    houses, families, stock, items = area
    lines, orders = asked
    (flows, moves), once, daily, gumbel, beta = given
    held = np.zeros((HOLDERS, items.size + BEYOND_GOODS), np.int64)
    held[AT_MARKET, : items.size] = items["stock"]
    return World(
        houses=houses,
        families=families,
        stock=stock,
        claims=np.zeros((houses.size, lines.size), CLAIM),
        answers=np.zeros((houses.size, orders.size), np.int64),
        items=items,
        lines=lines,
        orders=orders,
        flows=flows,
        moves=moves,
        held=held,
        serve=np.zeros((orders.size, int(families["unit"].max()) + 1), np.int64),
        once=once,
        daily=daily,
        gumbel=gumbel,
        beta=beta,
    )


@rule
def on_day(w: World, row: Any, daily: Any) -> World:
    """The area as the rules of a day see it: one row of the tallies, the keys of the day."""
    return World(
        w.houses,
        w.families,
        w.stock,
        w.claims,
        w.answers,
        w.items,
        w.lines,
        w.orders,
        w.flows[row],
        w.moves[row],
        w.held,
        w.serve,
        w.once,
        daily,
        w.gumbel,
        w.beta,
    )


@rule
def balance(w: World, households: Any, held: Any) -> None:
    """Add up what households hold, and note what others do; stocks are read from the live state."""
    goods = w.items.size
    for i in range(w.houses.size):
        house = w.houses[i]
        for j in range(goods):
            households[house.group, j] += w.stock[i, j]
        households[house.group, goods + MONEY] += house.cash
        households[house.group, goods + STALL] += house.open + house.forbidden
        households[house.group, goods + MINUTES] += w.families[i].minutes
    for holder in range(held.shape[0]):
        for j in range(held.shape[1]):
            held[holder, j] = w.held[holder, j]
    for j in range(goods):
        held[AT_MARKET, j] = w.items[j].stock


@entry
def live(draw: Any, arm: Any, w: World, x: Any, setting: Any, out: Any) -> None:
    """Live through an arm, and through the rest of the gate where no order is given."""
    plan, daily, how, t = setting
    full, tile = how
    todays = np.zeros(1, TODAY)
    today = todays[0]
    today.orders = w.orders.size if arm == WITH else 0
    for number in range(today.orders):
        if w.orders[number].kind == RELIEF:
            entitle(number, w, x, w.once[1 + 1 + 1 + w.items.size + w.orders.size + w.orders.size + number])
    balance(w, out.opening[draw, arm], out.held_opening[draw, arm])
    for day in range(plan.days if arm == WITH else max(plan.days, plan.gate_days)):
        if day < plan.days:
            note_prices(w, out.logs[draw, arm, day])
        if arm == WITHOUT and day <= plan.gate_days:
            watch(draw, day, plan.gate_days, w, out)
        keys_today = daily[plan.burn_days + day]
        today.t, today.phase = day, day % x.market_every
        row = (day if full else 0) if day < plan.days else out.flows.shape[1 + 1] - 1
        today.earn0, today.earn1 = keys_today[0, 0], keys_today[0, 1]
        run_day(on_day(w, row, keys_today), x, today, tile, t)
        if day == plan.days - 1:
            come_out(draw, arm, w, out)
    if arm == WITHOUT:
        watch(draw, plan.gate_days, plan.gate_days, w, out)


@rule
def note_prices(w: World, logs: Any) -> None:
    """Keep the logarithms of prices."""
    for j in range(w.items.size):
        logs[j] = w.items[j].log


@rule
def watch(draw: Any, day: Any, last: Any, w: World, out: Any) -> None:
    """Keep what the gate asks for: cash at its start and end, short days, lowest and highest prices."""
    for j in range(w.items.size):
        log = w.items[j].log
        out.gate_logs[draw, 0, j] = log if day == 0 else min(out.gate_logs[draw, 0, j], log)
        out.gate_logs[draw, 1, j] = log if day == 0 else max(out.gate_logs[draw, 1, j], log)
    if day == 0 or day == last:
        out.gate_short[draw] = 0
        for i in range(w.houses.size):
            out.gate_cash[draw, 0 if day == 0 else 1, i] = w.houses[i].cash
            out.gate_short[draw] += w.houses[i].short


@rule
def come_out(draw: Any, arm: Any, w: World, out: Any) -> None:
    """Keep what came of the households."""
    note_prices(w, out.logs[draw, arm, out.logs.shape[1 + 1] - 1])
    balance(w, out.closing[draw, arm], out.held_closing[draw, arm])
    for i in range(w.houses.size):
        house, family = w.houses[i], w.families[i]
        out.short[draw, arm, i] = house.short
        out.cash[draw, arm, i] = house.cash
        out.stall[draw, arm, i] = house.open + house.forbidden
        out.minutes[draw, i] = family.minutes
        for number in range(w.lines.size):
            out.received[draw, i, number] = w.claims[i, number].received
            out.owed[draw, i, number] = w.claims[i, number].owed
        tell_ways(family, out.ways[draw, i])


@rule
def tell_ways(family: Any, ways: Any) -> None:
    """Keep how a household settled, in the order of `WAYS`."""
    told = (
        family.own,
        family.gathered,
        family.bought,
        family.cash,
        family.bribe,
        family.borrowed,
        family.asked,
        family.cost,
    )
    for k in range(len(told)):
        ways[k] = told[k]
