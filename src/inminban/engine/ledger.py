"""The ledger: what every tally means as a double entry, and whether all accounts close (docs/model.md, 7.13)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from inminban.engine.inputs import COUNTY, CRACKDOWN, LEVY, RELIEF, RESTRICTION, Ints, Plan
from inminban.engine.sample import Kept
from inminban.engine.scales import TENTHS
from inminban.engine.simulate import WITH, Ran
from inminban.engine.state import (
    AREAS,
    ARRIVED,
    AT_COUNTY,
    AT_INSPECTORS,
    AT_MARKET,
    AT_NEIGHBOURHOOD,
    AT_UNIT,
    BORROWED,
    BOUGHT,
    BOUGHT_PAID,
    BRIBE,
    CAME,
    CAME_PAID,
    CASH,
    EARNED,
    FARMER,
    FARMS,
    FIXED_FLOWS,
    FOOD,
    FOOD_PAID,
    FORCED,
    GATHERED,
    GROUPS,
    HANDED,
    HOLDERS,
    INSPECTED,
    ITEM_MOVES,
    KIND,
    LABOUR,
    LEFT,
    LEFT_PAID,
    LINE_FLOWS,
    LINE_MOVES,
    MINUTES,
    MONEY,
    OFFICE_BOUGHT,
    OFFICE_PAID,
    ORDER_FLOWS,
    OUTSIDE,
    OUTSIDE_PAID,
    OWN,
    RANSOM,
    RELIEVED,
    REMITTED,
    REST,
    RESTOCKED,
    RETURNED,
    SEIZED,
    SERVED,
    SHELVED,
    SOLD,
    SOLD_PAID,
    SPENT,
    STALL,
    STAPLES,
    SUPPLIED,
    TIME,
    TOLL,
    UP,
    UP_CASH,
    WAGE,
)

NO_ORDER = -1
THEM = -1  # the household's own account, in a table of flows
NAMED = 6  # columns of a posting that name it; amount and count follow
COUNTED = (FARMS, REST, TIME)
REASONS = (
    *("wage", "market income", "ration", "harvest", "food", "eaten", "spending", "restock", "own stock", "gathered"),
    *("bought", "handed in", "labour", "cash in lieu", "forced", "bribe", "borrowed", "passed up", "office purchase"),
    *("relief", "diverted sold", "supply", "outside", "seized", "inspection bribe", "trade", "shop supply"),
    *("returned", "ransom", "toll"),
)
HOLDER_NAMES = (
    *("centre", "province", "county", "neighbourhood", "unit", "market", "inspectors", "farms and imports"),
    *("rest of economy", "time", "other areas"),
)


class Entry(NamedTuple):
    """What one tally means: whose order, why, which item (after the goods: money, stall goods, labour), from, to.

    Accounts are holders' numbers, or `THEM` for the household.
    """

    tally: int
    order: int
    reason: str
    item: int
    debit: int
    credit: int


class Rows(NamedTuple):
    """Postings as columns of one length; accounts are groups of households (0…49), then holders (50 …)."""

    day: Ints
    order: Ints
    reason: Ints
    item: Ints
    debit: Ints
    credit: Ints
    amount: Ints
    times: Ints


def of_households(plan: Plan) -> Iterator[Entry]:
    """What every household flow means; `ration` stands for `harvest` with farmers."""
    goods = plan.kcal.size
    money, stall = goods + MONEY, goods + STALL
    yield Entry(WAGE, NO_ORDER, "wage", money, REST, THEM)
    yield Entry(EARNED, NO_ORDER, "market income", money, REST, THEM)
    for j in range(STAPLES):
        yield Entry(KIND + j, NO_ORDER, "ration", j, FARMS, THEM)
        yield Entry(FOOD + j, NO_ORDER, "food", j, AT_MARKET, THEM)
        yield Entry(FOOD_PAID + j, NO_ORDER, "food", money, THEM, FARMS)
    yield Entry(SPENT, NO_ORDER, "spending", money, THEM, REST)
    yield Entry(RESTOCKED, NO_ORDER, "restock", money, THEM, REST)
    yield Entry(RESTOCKED, NO_ORDER, "restock", stall, REST, THEM)
    for j in range(goods):
        yield Entry(FIXED_FLOWS + j, NO_ORDER, "eaten", j, THEM, REST)
    for line in range(plan.item.size):
        yield from of_line(plan, line)
    for order in range(plan.kind.size):
        yield from of_inspectors(plan, order)


def of_line(plan: Plan, line: int) -> Iterator[Entry]:
    """What the household flows of a line mean."""
    goods = plan.kcal.size
    money, minutes = goods + MONEY, goods + MINUTES
    first, order, item = FIXED_FLOWS + goods + line * LINE_FLOWS, int(plan.order[line]), int(plan.item[line])
    if plan.kind[order] == RELIEF:
        yield Entry(first + RELIEVED, order, "relief", item, AT_UNIT, THEM)
    if plan.kind[order] == LEVY:
        yield Entry(first + OWN, order, "own stock", item, THEM, AT_UNIT)
        yield Entry(first + GATHERED, order, "gathered", item, REST, THEM)
        yield Entry(first + BOUGHT, order, "bought", item, AT_MARKET, THEM)
        yield Entry(first + BOUGHT_PAID, order, "bought", money, THEM, FARMS)
        yield Entry(first + HANDED, order, "handed in", item, THEM, AT_UNIT)
        yield Entry(first + LABOUR, order, "labour", minutes, TIME, THEM)
        yield Entry(first + CASH, order, "cash in lieu", money, THEM, AT_UNIT)
        yield Entry(first + FORCED, order, "forced", money, THEM, AT_UNIT)
        yield Entry(first + BRIBE, order, "bribe", money, THEM, AT_UNIT)
        yield Entry(first + BORROWED, order, "borrowed", money, REST, THEM)


def of_inspectors(plan: Plan, order: int) -> Iterator[Entry]:
    """What the flows between households and the inspectors of a crackdown or restriction mean."""
    goods, kind = plan.kcal.size, plan.kind[order]
    money, stall = goods + MONEY, goods + STALL
    first = FIXED_FLOWS + goods + plan.item.size * LINE_FLOWS + order * ORDER_FLOWS
    if kind == CRACKDOWN:
        yield Entry(first + SEIZED, order, "seized", stall, THEM, AT_INSPECTORS)
        yield Entry(first + INSPECTED, order, "inspection bribe", money, THEM, AT_INSPECTORS)
        yield Entry(first + RETURNED, order, "returned", stall, AT_INSPECTORS, THEM)
        yield Entry(first + RANSOM, order, "ransom", money, THEM, AT_INSPECTORS)
    if kind in (CRACKDOWN, RESTRICTION):
        yield Entry(first + TOLL, order, "toll", money, THEM, AT_INSPECTORS)


def of_others(plan: Plan) -> Iterator[Entry]:
    """What every movement without households means; a way through several tiers has a row for each step."""
    goods = plan.kcal.size
    money = goods + MONEY
    for j in range(goods):
        yield Entry(j * ITEM_MOVES + SUPPLIED, NO_ORDER, "supply", j, FARMS, AT_MARKET)
        yield Entry(j * ITEM_MOVES + OUTSIDE, NO_ORDER, "outside", j, AT_MARKET, REST)
        yield Entry(j * ITEM_MOVES + OUTSIDE_PAID, NO_ORDER, "outside", money, REST, FARMS)
        yield Entry(j * ITEM_MOVES + LEFT, NO_ORDER, "trade", j, AT_MARKET, AREAS)
        yield Entry(j * ITEM_MOVES + LEFT_PAID, NO_ORDER, "trade", money, AREAS, FARMS)
        yield Entry(j * ITEM_MOVES + CAME, NO_ORDER, "trade", j, AREAS, AT_MARKET)
        yield Entry(j * ITEM_MOVES + CAME_PAID, NO_ORDER, "trade", money, FARMS, AREAS)
    for line in range(plan.item.size):
        order, item = int(plan.order[line]), int(plan.item[line])
        first, top = goods * ITEM_MOVES + line * LINE_MOVES, int(plan.top[order])
        to_top = list(range(AT_COUNTY, top - 1, -1))
        if plan.kind[order] == RELIEF:
            yield from steps(first + ARRIVED, order, "relief", item, [REST, *reversed(to_top)])
            yield from steps(first + SERVED, order, "relief", item, [AT_COUNTY, AT_NEIGHBOURHOOD, AT_UNIT])
            yield Entry(first + SOLD, order, "diverted sold", item, AT_UNIT, AT_MARKET)
            yield Entry(first + SOLD_PAID, order, "diverted sold", money, FARMS, AT_UNIT)
            yield Entry(first + SHELVED, order, "shop supply", item, AT_COUNTY, AT_MARKET)
        if plan.kind[order] == LEVY:
            up = [AT_UNIT, AT_NEIGHBOURHOOD, *to_top]
            yield from steps(first + UP, order, "passed up", item, up)
            yield from steps(first + UP_CASH, order, "passed up", money, [AT_UNIT, AT_NEIGHBOURHOOD, AT_COUNTY])
            yield from steps(
                first + REMITTED, order, "passed up", money, [AT_COUNTY, REST] if top == COUNTY else to_top
            )
            yield Entry(first + OFFICE_BOUGHT, order, "office purchase", item, AT_MARKET, AT_COUNTY)
            yield Entry(first + OFFICE_PAID, order, "office purchase", money, AT_COUNTY, FARMS)
            yield from steps(first + OFFICE_BOUGHT, order, "passed up", item, to_top)


def steps(tally: int, order: int, reason: str, item: int, way: list[int]) -> Iterator[Entry]:
    """One entry for each step of a way."""
    for debit, credit in pairwise(way):
        yield Entry(tally, order, reason, item, debit, credit)


def postings(ran: Ran, plan: Plan, draw: int, arm: int = WITH) -> Rows:
    """Postings of a draw by day (day 0 stands for all where no full ledger was kept), sorted."""
    flows, moves = ran.flows[draw, arm, :-1], ran.moves[draw, arm, :-1]
    found: list[Ints] = []
    for entry in of_households(plan):
        day, group = np.nonzero(flows[:, entry.tally, :, 0])
        amount, count = flows[day, entry.tally, group, 0], flows[day, entry.tally, group, 1]
        reason = np.full(day.size, REASONS.index(entry.reason))
        if entry.reason == "ration":
            reason[group // TENTHS == FARMER] = REASONS.index("harvest")
        debit = group if entry.debit == THEM else np.full(day.size, GROUPS + entry.debit)
        credit = group if entry.credit == THEM else np.full(day.size, GROUPS + entry.credit)
        order, item = np.full(day.size, entry.order), np.full(day.size, entry.item)
        found.append(np.stack([day, order, reason, item, debit, credit, amount, count]))
    for entry in of_others(plan):
        day = np.flatnonzero(moves[:, entry.tally])
        told = [entry.order, REASONS.index(entry.reason), entry.item, GROUPS + entry.debit, GROUPS + entry.credit]
        same = [np.full(day.size, value) for value in told]
        found.append(np.stack([day, *same, moves[day, entry.tally], np.ones(day.size, np.int64)]))
    table = merged(np.concatenate(found, axis=1))
    return Rows(*table)


class Single(NamedTuple):
    """Postings of sampled households as columns of one length; the household's own account is −1."""

    household: Ints
    day: Ints
    order: Ints
    reason: Ints
    item: Ints
    debit: Ints
    credit: Ints
    amount: Ints


def single_postings(kept: Kept, plan: Plan) -> Single:
    """Every posting of sampled households, who are numbered from 0, sorted."""
    found: list[Ints] = [np.zeros((len(Single._fields), 0), np.int64)]
    every = np.concatenate(kept.postings, axis=1)
    for entry in of_households(plan):
        day, _, who, amount = every[:, every[1] == entry.tally]
        reason = np.full(day.size, REASONS.index(entry.reason))
        if entry.reason == "ration":
            reason[kept.groups[who] // TENTHS == FARMER] = REASONS.index("harvest")
        told = [np.full(day.size, value) for value in (entry.item, *sides(entry))]
        found.append(np.stack([who, day, np.full(day.size, entry.order), reason, *told, amount]))
    table = merged(np.concatenate(found, axis=1), len(Single._fields) - 1)
    return Single(*table)


def sides(entry: Entry) -> tuple[int, int]:
    """Accounts that give and get, as numbers of the ledger but for the household's own."""
    debit, credit = (side if side == THEM else GROUPS + side for side in (entry.debit, entry.credit))
    return debit, credit


def merged(table: Ints, named: int = NAMED) -> Ints:
    """Sort postings by all that names them, and add up those of one name (goods of several lines)."""
    names = table[:named]
    table = table[:, np.lexsort(names[::-1])]
    names = table[:named]
    new = np.ones(table.shape[1], bool)
    new[1:] = (names[:, 1:] != names[:, :-1]).any(axis=0)
    starts = np.flatnonzero(new)
    if not starts.size:
        return table
    return np.concatenate([table[:named, starts], np.add.reduceat(table[named:], starts, axis=1)])


def balances(ran: Ran, plan: Plan, draw: int, arm: int = WITH) -> tuple[Ints, Ints]:
    """Opening and closing balance of every account and item, each (accounts, J + 3), read from the live state.

    What came from *farms and imports*, *rest of economy* and *time*, which hold nothing themselves, is what
    households, offices and the market had from them.
    """
    opening = np.concatenate([ran.opening[draw, arm], ran.held_opening[draw, arm]])
    closing = np.concatenate([ran.closing[draw, arm], ran.held_closing[draw, arm]])
    flows = ran.flows[draw, arm, :-1, :, :, 0].sum(axis=0).sum(axis=-1)
    for entry in of_households(plan):
        if entry.debit in COUNTED:
            closing[GROUPS + entry.debit, entry.item] -= flows[entry.tally]
        if entry.credit in COUNTED:
            closing[GROUPS + entry.credit, entry.item] += flows[entry.tally]
    return opening, closing


def misses(rows: Rows, opening: Ints, closing: Ints) -> Ints:
    """What every account and item fails to close by: opening − debits + credits − closing, (accounts, J + 3)."""
    left = opening - closing
    np.subtract.at(left, (rows.debit, rows.item), rows.amount)
    np.add.at(left, (rows.credit, rows.item), rows.amount)
    return left


ACCOUNTS = GROUPS + HOLDERS
