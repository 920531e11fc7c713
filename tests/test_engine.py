"""The engine against the slow second engine and its own laws: everything closes, and only the seed decides."""

from __future__ import annotations

import numpy as np
import pytest

from inminban.engine.inputs import LEVY, Draws, People, Plan
from inminban.engine.ledger import REASONS, balances, misses, postings
from inminban.engine.simulate import TILE, Ran, run
from inminban.engine.state import GROUPS
from tests import reference
from tests.worlds import world

HOLDERS = ("centre", "province", "county", "neighbourhood", "unit", "market", "inspectors", "farms", "rest", "time")
Ledger = dict[tuple[int, int, str, int, str, str], tuple[int, int]]


def account(number: int) -> str:
    return f"household/{number // 10}/{number % 10}" if number < GROUPS else HOLDERS[number - GROUPS]


def ledger(ran: Ran, plan: Plan, arm: int) -> Ledger:
    rows = postings(ran, plan, 0, arm)
    found = {}
    for day, order, reason, item, debit, credit, amount, count in zip(*(c.tolist() for c in rows), strict=True):
        found[day, order, REASONS[reason], item, account(debit), account(credit)] = (amount, count)
    return found


def go(made: tuple[People, Plan, Draws], tile: int = TILE, workers: int = 1) -> Ran:
    return run(*made, np.arange(1), seed=7, how=(True, tile, workers))


def same_to_the_gram(seed: int, most: int = 60) -> None:
    people, plan, draws = world(seed, most)
    slow = reference.simulate(people, plan, draws, 0, 7)
    ran = go((people, plan, draws))
    for arm, told in enumerate(slow):
        ours, theirs = ledger(ran, plan, arm), told.ledger
        assert {
            k: (ours.get(k), theirs.get(k)) for k in ours.keys() | theirs.keys() if ours.get(k) != theirs.get(k)
        } == {}
        assert ran.logs[0, arm].tolist() == told.prices
        assert ran.cash[0, arm].tolist() == told.cash
        assert ran.short[0, arm].tolist() == told.days_short
        opening, closing = balances(ran, plan, 0, arm)
        for balance, wanted in ((opening, told.opening), (closing, told.closing)):
            found = {(account(a), j): int(balance[a, j]) for a, j in np.argwhere(balance)}
            assert found == {k: v for k, v in wanted.items() if v}
    with_orders = slow[1]
    assert ran.received[0].tolist() == with_orders.received
    assert ran.minutes[0].tolist() == with_orders.minutes
    levy = plan.kind[plan.order] == LEVY
    assert (ran.owed[0] * levy).tolist() == (np.array(with_orders.outstanding) * levy).tolist()
    assert ran.ways[0].tolist() == [[w[k] for k in reference.WAYS] for w in with_orders.ways]


@pytest.mark.parametrize("seed", range(8))
def test_the_slow_second_engine_gives_the_same_ledger_to_the_gram(seed: int) -> None:
    same_to_the_gram(seed)


@pytest.mark.parametrize("seed", range(4))
def test_every_account_closes(seed: int) -> None:
    made = world(seed)
    ran = go(made)
    for arm in range(2):
        rows = postings(ran, made[1], 0, arm)
        assert rows.amount.size
        assert (rows.amount > 0).all()
        assert not misses(rows, *balances(ran, made[1], 0, arm)).any()
