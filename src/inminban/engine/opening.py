"""The area as an arm of a draw finds it, what of it the rules of a day see, and what everyone holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from inminban.engine.columns import copied
from inminban.engine.household import stock_of
from inminban.engine.inputs import CRACKDOWN, DUE, LEVY, RELIEF, START, UNTIL, Draws, Ints, Plan
from inminban.engine.scales import entry
from inminban.engine.state import (
    AT_MARKET,
    BEYOND_GOODS,
    DEALER,
    GROUPS,
    HOLDERS,
    LINE,
    MINUTES,
    MONEY,
    ORDER,
    STALL,
    STAPLES,
    WANT,
    Slate,
    World,
)


def orders_of(draw: int, plan: Plan, draws: Draws) -> tuple[Any, Any, Ints]:
    """Lines and orders as records, and the rounds of levies; a levy stands before its first."""
    lines, orders = np.zeros(plan.item.size, LINE), np.zeros(plan.kind.size, ORDER)
    lines["good"] = plan.item
    for name in ("order", "amount", "per", "supply", "again"):
        lines[name] = getattr(plan, name)
    lines["cash"], lines["cash_per"] = plan.line_cash, plan.line_cash_per
    for name in ("kind", "top", "whole", "cash", "cash_per", "closes", "bans", "appeal", "shop"):
        orders[name] = getattr(plan, name)
    orders["first"], orders["last"] = plan.first_line, plan.last_line
    for name in ("start", "due", "end", "posts", "toll", "passing"):
        orders[name] = getattr(draws, name)[draw]
    levies = plan.kind == LEVY
    for name, column in (("start", START), ("due", DUE), ("until", UNTIL)):
        orders[name][levies] = draws.rounds[draw, levies, 0, column]
    orders["levy"] = np.cumsum(levies) - 1
    orders["back"] = -1  # no day of return yet
    return lines, orders, draws.rounds[draw]


def world_of(area: Any, market: Any, asked: tuple[Any, Any, Ints], given: Any, ordered: bool) -> World:
    """An area as an arm finds it, with empty-handed offices; `given` is (tallies, keys, first day's, gumbel, beta).

    `market` are its items as they stand among those of all areas: they change there.

    Without orders the records stay as they are, so that the run with them, `ordered`, may take the area over.
    """
    columns, place, tally, families, beyond, stock, units, _ = area
    lines, orders, rounds = asked
    (flows, moves), once, daily, gumbel, beta = given
    n, goods = place.size, market.size
    asked_of = n if ordered else 0
    held = np.zeros((HOLDERS, goods + BEYOND_GOODS), np.int64)
    held[AT_MARKET, :goods] = market["stock"]
    places = columns.cash.size
    if ordered and gives_other_food(market, lines, orders):
        columns = columns._replace(extra=np.zeros(places, np.int64))
    who = np.full(columns.extra.size, -1, dtype=np.int32)
    if who.size:
        who[place] = np.arange(n, dtype=np.int32)
    levies = int((orders["kind"] == LEVY).sum())
    inspects = ordered and ((orders["kind"] == CRACKDOWN) | (orders["posts"] > 0)).any()
    longest = int((rounds[:, :, DUE] - rounds[:, :, START]).max(initial=0)) + 1
    return World(
        columns=columns if ordered else copied(columns),
        place=place,
        who=who,
        tally=tally,
        families=families,
        beyond=beyond,
        stock=stock,
        claims=np.zeros((asked_of, lines.size), np.int64),
        rounds=rounds,
        repeats=np.full((asked_of, levies), -1, np.int16),
        turns=np.zeros((levies, asked_of), np.int32),
        turn_ends=np.zeros((levies, longest + 1), np.int64),
        acting=BLANK.acting,
        wanting=BLANK.wanting,
        wants=BLANK.wants,
        again=np.zeros(asked_of * levies, np.int32),
        units=units,
        items=market,
        lines=lines,
        orders=orders,
        flows=flows,
        moves=moves,
        held=held,
        serve=np.zeros((orders.size, units.size - 1), np.int64),
        once=once,
        daily=daily,
        gumbel=gumbel,
        beta=beta,
        dealers=np.zeros(columns.target.size if inspects else 0, DEALER),
        watched=np.zeros((GROUPS, 1 + 1), np.int64),
    )


def gives_other_food(items: Any, lines: Any, orders: Any) -> bool:
    """Whether relief may give households food other than the two staples; nothing else does."""
    given = lines["good"][orders["kind"][lines["order"]] == RELIEF]
    given = given[(given >= STAPLES) & (given < items.size)]
    return bool((items["kcal"][given] > 0).any())


def slate(households: int, places: int, wants: int) -> Slate:
    """A slate for areas of up to so many households, places and wants."""
    food = np.zeros((STAPLES, places), np.int32)
    acting, wanting = np.zeros(households, np.int32), np.zeros(households, np.int8)
    return Slate(food[0], food[1], acting, wanting, np.zeros((wants, 1), WANT))


BLANK = slate(0, 0, 0)


def fitting(found: Slate, w: World) -> Slate:
    """A slate that the area fits on: the one given, or a larger one."""
    n, places, wants = w.place.size, w.columns.cash.size, w.claims.size
    if found.acting.size >= n and found.food0.size >= places and len(found.wants) >= wants:
        return found
    return slate(max(n, found.acting.size), max(places, found.food0.size), max(wants, len(found.wants)))


def written_on(w: World, found: Slate) -> World:
    """The area with room for what its days write down."""
    n, places = w.place.size, w.columns.cash.size
    columns = w.columns._replace(food0=found.food0[:places], food1=found.food1[:places])
    wants = found.wants[: w.claims.size].reshape(w.claims.shape)
    return w._replace(columns=columns, acting=found.acting[:n], wanting=found.wanting[:n], wants=wants)


@entry
def on_day(w: World, row: Any, flows_row: Any, daily: Any) -> World:
    """The area as the rules of a day see it: one row of the tallies, the keys of the day."""
    return World(
        w.columns,
        w.place,
        w.who,
        w.tally,
        w.families,
        w.beyond,
        w.stock,
        w.claims,
        w.rounds,
        w.repeats,
        w.turns,
        w.turn_ends,
        w.acting,
        w.wanting,
        w.wants,
        w.again,
        w.units,
        w.items,
        w.lines,
        w.orders,
        w.flows[flows_row],
        w.moves[row],
        w.held,
        w.serve,
        w.once,
        daily,
        w.gumbel,
        w.beta,
        w.dealers,
        w.watched,
    )


@entry
def balance(w: World, households: Any, held: Any) -> None:
    """Add up what households hold by tally, and note what others do; all is read from the live state."""
    goods, c = w.items.size, w.columns
    for i in range(w.place.size):
        tally, p = w.tally[i], w.place[i]
        for j in range(goods):
            households[tally, j] += stock_of(i, j, w)
        households[tally, goods + MONEY] += c.cash[p]
        households[tally, goods + MINUTES] += w.families[i].minutes
    for s in range(c.group.size):
        for k in range(c.stalls[s], c.stalls[s + 1]):
            households[c.tally[s], goods + STALL] += c.open[k] + c.forbidden[k]
    for holder in range(held.shape[0]):
        for j in range(held.shape[1]):
            held[holder, j] = w.held[holder, j]
    for j in range(goods):
        held[AT_MARKET, j] = w.items[j].stock
