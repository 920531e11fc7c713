"""Runs of draws: set-up, burn-in, the run without orders and the run with them. Draws run side by side in threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from inminban.engine.day import run_day
from inminban.engine.inputs import RELIEF, Draws, Ints, People, Plan
from inminban.engine.inspection import size_up
from inminban.engine.offices import entitle
from inminban.engine.opening import balance, on_day, orders_of, world_of
from inminban.engine.scales import entry, tables
from inminban.engine.start import prepare
from inminban.engine.state import (
    BEYOND_GOODS,
    CELL,
    FIXED_FLOWS,
    GROUPS,
    HOLDERS,
    ITEM_MOVES,
    LINE_FLOWS,
    LINE_MOVES,
    ORDER_FLOWS,
    STAPLES,
    TODAY,
    World,
    order_of_keys,
)
from inminban.model.randomness import NO_DAY, keys

ARMS = 2
PAIR = 2  # amount and count; start and end; lowest and highest
WITHOUT, WITH = range(ARMS)
WAYS = ("own", "gathered", "bought", "cash", "bribe", "borrowed", "asked", "cost")
How = tuple[bool, int]


class Ran(NamedTuple):
    """What came of draws; first axis the draw, second the arm (0 without orders, 1 with them) where there is one.

    `flows` (draws, arms, rows, flows, groups, 2) and `moves` (draws, arms, rows, moves) are the postings, with one row
    a day where the full ledger is kept, else one in all; the last row is spare. `opening`, `closing` (draws, arms,
    groups, J + 3) are what households hold by livelihood and tenth, `held_opening`, `held_closing` (draws, arms,
    holders, J + 3) what others do. `logs` (draws, arms, days + 1, J) are the logarithms of prices in the morning.
    Per household: `ways` (draws, n, 8; see `WAYS`), `received` and `owed` (draws, n, lines), `short`, `cash` and
    `stall` (draws, arms, n), `minutes`, `mean` (Q8 a day), `bill`, `group` (draws, n). For the gate: `gate_cash`
    (draws, 2, n) at its start and end, `gate_short` (draws,) short household-days, `gate_logs` (draws, 2, J) lowest
    and highest logarithms. `watched` (draws, groups, 2) are household-days on which forbidden goods were hidden, and of
    traders with forbidden goods while a crackdown in force reaches them. `dry` is 1 where a market has no supply: then
    nothing was run.
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
    watched: Ints
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
        watched=zeros(GROUPS, PAIR),
        dry=zeros(),
    )


def run(people: People, plan: Plan, draws: Draws, numbers: Ints, seed: int, how: How = (False, 1)) -> Ran:
    """Run some draws: `numbers` are the draws' numbers, `draws` has one row for each of them.

    `how` is whether the ledger is kept by day, and how many threads share the draws; the result does not depend on it.
    """
    full, workers = how
    once, daily = order_of_keys(plan.kcal.size, plan.item.size, plan.kind.size)
    days = np.arange(-plan.burn_days, max(plan.days, plan.gate_days)) + plan.first_day
    drawn_once = keys(seed, numbers[:, None], plan.area, NO_DAY, once[None, :]).astype(np.int64)
    drawn_daily = keys(seed, numbers[:, None, None], plan.area, days[None, :, None], daily[None, None, :])
    out = room_for(people, plan, len(numbers), how[0])
    drawn_daily = drawn_daily.astype(np.int64)
    made = tables()

    def one(draw: int) -> None:
        run_draw(draw, (people, plan, draws), (drawn_once[draw], drawn_daily[draw], made), full, out)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, range(len(numbers))))
    return out


def run_draw(draw: int, what: tuple[People, Plan, Draws], keys_of: Any, full: bool, out: Ran) -> None:
    """Run one draw: set-up, burn-in, and both arms from the state at its end."""
    people, plan, draws = what
    once, daily, made = keys_of
    x = draws.scalars[draw]
    area = prepare(draw, what, x, once, daily, made)
    _, _, houses, families, _, items = area
    out.mean[draw], out.bill[draw], out.group[draw] = families["income"], families["bill"], houses["group"]
    out.dry[draw] = ((items["market"] == 1) & (items["usual"] == 0)).any()
    if out.dry[draw]:
        return
    for arm in range(ARMS):
        flows = out.flows[draw, arm]
        tallies = (flows.view(CELL).reshape(flows.shape[:-1]), out.moves[draw, arm])
        given = (tallies, once, daily[0], made.gumbel, draws.beta[draw])
        w = world_of(area, orders_of(draw, plan, draws), given, arm == WITH)
        if w.dealers.size:
            size_up(w, people.beyond, x, made)
        live(draw, arm, w, x, (plan, daily, full, made), out)


def live(draw: int, arm: int, w: World, x: Any, setting: Any, out: Ran) -> None:
    """Live through an arm, and through the rest of the gate where no order is given."""
    plan, daily, full, made = setting
    today = np.zeros(1, TODAY)
    today["stalls"], today["others"] = 1, (w.items["kcal"][STAPLES:] > 0).any()
    if arm == WITH:
        today["orders"] = w.orders.size
        entitle_all(w, x)
    balance(w, out.opening[draw, arm], out.held_opening[draw, arm])
    ends = {plan.days, plan.gate_days} if arm == WITHOUT else {plan.days}
    logs, bounds = out.logs[draw, arm], out.gate_logs[draw] if arm == WITHOUT else np.zeros_like(out.gate_logs[draw])
    bounds[:] = w.items["log"]
    if arm == WITHOUT:
        out.gate_cash[draw, 0] = w.columns.cash[w.place]
    logs[0], day = w.items["log"], 0
    for end in sorted(ends):
        live_days(w, x, today, (plan, daily, made), (day, end, full), (logs, bounds))
        if end == plan.days:
            come_out(draw, arm, w, out)
        if arm == WITHOUT and end == plan.gate_days:
            out.gate_cash[draw, 1] = w.columns.cash[w.place]
            out.gate_short[draw] = int(w.columns.short.sum())
        day = end


@entry
def entitle_all(w: World, x: Any) -> None:
    """Reckon what relief orders entitle to."""
    for number in range(w.orders.size):
        if w.orders[number].kind == RELIEF:
            entitle(number, w, x, w.once[1 + 1 + 1 + w.items.size + w.orders.size + w.orders.size + number])


@entry
def live_days(w: World, x: Any, todays: Any, setting: Any, span: Any, watched: Any) -> None:
    """Live through days, `span` = (first, end, whether the ledger is kept by day); note prices and their bounds."""
    plan, daily, t = setting
    first, end, full = span
    logs, bounds = watched
    today = todays[0]
    for day in range(first, end):
        keys_today = daily[plan.burn_days + day]
        today.t, today.phase = day, day % x.market_every
        today.earn0, today.earn1 = keys_today[0, 0], keys_today[0, 1]
        row = (day if full else 0) if day < plan.days else w.flows.shape[0] - 1
        run_day(on_day(w, row, keys_today), x, today, t)
        for j in range(w.items.size):
            log = w.items[j].log
            if day < plan.days:
                logs[day + 1, j] = log
            if day < plan.gate_days:
                bounds[0, j] = min(bounds[0, j], log)
                bounds[1, j] = max(bounds[1, j], log)


def come_out(draw: int, arm: int, w: World, out: Ran) -> None:
    """Keep what came of the households."""
    balance(w, out.closing[draw, arm], out.held_closing[draw, arm])
    c = w.columns
    out.short[draw, arm], out.cash[draw, arm] = c.short[w.place], c.cash[w.place]
    out.stall[draw, arm] = (c.open + c.forbidden)[w.place]
    if arm == WITH:
        out.minutes[draw], out.watched[draw] = w.families["minutes"], w.watched
        out.received[draw], out.owed[draw] = w.claims["received"], w.claims["owed"]
        for k, name in enumerate(WAYS):
            out.ways[draw, :, k] = w.families[name]
