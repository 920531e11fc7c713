"""The engine against the slow second engine and its own laws: everything closes, and only the seed decides."""

from __future__ import annotations

import ast
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inminban.engine import columns, simulate
from inminban.engine.inputs import LEVY, Draws, People, Plan
from inminban.engine.ledger import REASONS, balances, misses, postings
from inminban.engine.simulate import How, Ran, area_of, run, run_areas
from inminban.engine.state import FARMS, GROUPS
from tests import reference
from tests.reference import Outcome
from tests.worlds import areas, richer, world

AT_FARMS = GROUPS + FARMS
COUNTED = ("farms", "rest", "time", "other areas")
HOLDERS = ("centre", "province", "county", "neighbourhood", "unit", "market", "inspectors", *COUNTED)
Ledger = dict[tuple[int, int, str, int, str, str], tuple[int, int]]


def account(number: int) -> str:
    return f"household/{number // 10}/{number % 10}" if number < GROUPS else HOLDERS[number - GROUPS]


def ledger(ran: Ran, plan: Plan, arm: int) -> Ledger:
    rows = postings(ran, plan, 0, arm)
    found = {}
    for day, order, reason, item, debit, credit, amount, count in zip(*(c.tolist() for c in rows), strict=True):
        found[day, order, REASONS[reason], item, account(debit), account(credit)] = (amount, count)
    return found


def go(made: tuple[People, Plan, Draws], workers: int = 1) -> Ran:
    return run(*made, np.arange(1), seed=7, how=(True, workers))


def same_to_the_gram(ran: Ran, plan: Plan, slow: tuple[Outcome, Outcome]) -> None:
    """Ledger, balances, prices and what came of every household."""
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
    known = [simulate.WAYS.index(way) for way in reference.WAYS]
    assert ran.ways[0][:, known].tolist() == [[w[k] for k in reference.WAYS] for w in with_orders.ways]
    assert ran.ways[0][:, simulate.WAYS.index("again")].tolist() == with_orders.asked_for_others


def both_engines(made: tuple[People, Plan, Draws]) -> None:
    same_to_the_gram(go(made), made[1], reference.simulate(*made, 0, 7))


def both_engines_on_areas(made: list[tuple[People, Plan, Draws]]) -> None:
    ran = run_areas([area_of(*area) for area in made], np.arange(1), 7, How(True))
    for (_, plan, _), of, slow in zip(made, ran, reference.simulate_areas(made, 0, 7), strict=True):
        same_to_the_gram(of, plan, slow)


@pytest.mark.parametrize("seed", range(6))
def test_the_slow_second_engine_gives_the_same_ledger_to_the_gram(seed: int) -> None:
    """Of plain worlds, and of worlds with levies that return, joint liability, shops, checkpoints and trade."""
    both_engines(world(seed))
    both_engines(richer(seed))


@pytest.mark.parametrize("seed", range(4))
def test_the_slow_second_engine_agrees_on_areas_that_trade(seed: int) -> None:
    both_engines_on_areas(areas(seed))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 130))
def test_the_slow_second_engine_agrees_on_larger_places(seed: int) -> None:
    """Thirty more worlds of each kind, of up to 300 households."""
    both_engines(world(seed, 300))
    both_engines(richer(seed, 300))
    both_engines_on_areas(areas(seed, 90))


@settings(max_examples=500, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_every_account_closes(seed: int) -> None:
    """Opening − debits + credits = closing, and nothing is made or lost, whatever is ordered."""
    made = world(seed) if seed % 2 else richer(seed)
    ran = go(made)
    for arm in range(2):
        rows = postings(ran, made[1], 0, arm)
        opening, closing = balances(ran, made[1], 0, arm)
        assert rows.amount.min() > 0
        assert not misses(rows, opening, closing).any()
        assert np.array_equal(opening.sum(axis=0), closing.sum(axis=0))
        kept = np.r_[0:AT_FARMS]
        assert closing[kept].min() >= 0


@pytest.mark.parametrize("seed", range(8))
def test_the_gate_looks_at_the_run_without_orders(seed: int) -> None:
    """Lowest and highest prices of the gate are those of its days without orders; orders don't count."""
    made = world(seed)
    days, gate = made[1].days, made[1].gate_days
    ran = go(made)
    logs = ran.logs[0, 0, : min(days, gate) + 1]
    low, high = ran.gate_logs[0]
    assert (low <= logs.min(axis=0)).all()
    assert (high >= logs.max(axis=0)).all()
    if gate <= days:
        assert (low == logs.min(axis=0)).all()
        assert (high == logs.max(axis=0)).all()


def test_the_gate_of_a_run_that_is_as_long() -> None:
    """Where the gate closes on the last day, it tells of the households as the run without orders left them."""
    people, plan, draws = world(4)
    ran = go((people, plan._replace(gate_days=plan.days), draws))
    assert ran.gate_cash[0, 1] == np.median(ran.cash[0, 0]) > 0
    assert ran.gate_short[0] == ran.short[0, 0].sum()


@pytest.mark.parametrize("seed", range(6))
def test_columns_and_threads_change_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With two threads, or columns filled up to other widths, every number is the same."""
    made = world(seed)
    usual = go(made)
    for width in (1, 7, 64):
        monkeypatch.setattr(columns, "VECTOR", width)
        assert all(np.array_equal(a, b) for a, b in zip(usual, go(made, workers=2), strict=True))


def several(seed: int, count: int) -> tuple[People, Plan, Draws]:
    """A world with several draws that differ."""
    people, plan, draws = world(seed)
    many = Draws(*(np.repeat(column, count, axis=0) for column in draws))
    many.scalars["choice_scale"] = np.arange(count) * 65536
    return people, plan, many


def test_the_order_of_draws_changes_nothing() -> None:
    people, plan, draws = several(3, 5)
    numbers, turned = np.arange(5), np.array([4, 2, 0, 3, 1])
    straight = run(people, plan, draws, numbers, 7, (False, 2))
    mixed = run(people, plan, Draws(*(column[turned] for column in draws)), turned, 7, (False, 2))
    alone = run(people, plan, Draws(*(column[2:3] for column in draws)), np.array([2]), 7, (False, 1))
    for a, b, c in zip(straight, mixed, alone, strict=True):
        assert np.array_equal(a[turned], b)
        assert np.array_equal(a[2:3], c)


def test_another_seed_is_another_run() -> None:
    people, plan, draws = world(1)
    one, two = (run(people, plan, draws, np.arange(1), seed, (False, 1)) for seed in (1, 2))
    assert not np.array_equal(one.cash, two.cash)


VECTORS = """
import numpy as np
from inminban.engine import simulate, start
from tests.reference import Outcome
from tests.worlds import areas, richer, world
simulate.run(*world(1), np.arange(1), 7)
print("".join(start.live_in.inspect_asm().values()))
"""


@pytest.mark.long
@pytest.mark.skipif(platform.machine() != "x86_64", reason="looks for the vector instructions of x86-64")
def test_the_daily_loops_are_vector_code(tmp_path: Path) -> None:
    """Meals, wants and earnings of a segment are worked out several households at a time, divisions included."""
    found = subprocess.run(
        [sys.executable, "-c", VECTORS],
        cwd=Path(__file__).parent.parent,
        env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert found.count("vdivpd") >= 2
    assert len(re.findall(r"vpmul\w+\s.*%[yz]mm", found)) > 20


def test_the_engine_has_no_number_of_its_own() -> None:
    """No literal outside 0, 1 and −1 in the engine but the unit scales: all else is a parameter with a source."""
    allowed = {"scales.py"}
    for path in sorted(Path(simulate.__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {id(n) for top in tree.body if isinstance(top, ast.Assign) for n in ast.walk(top)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and id(node) not in named:
                assert abs(node.value) in (0, 1) or path.name in allowed, f"{path.name}:{node.lineno} {node.value}"


def test_compiled_or_not_comes_to_the_same() -> None:
    """The rules as plain Python, in a process of their own, give the same cash and prices as compiled."""
    ran = go(world(11, most=25))
    told = int(ran.cash.sum()), int(ran.logs.sum()), int(ran.flows.sum()), int(ran.ways.sum())
    script = (
        "import numpy as np; np.seterr(over='ignore');"
        "from tests.test_engine import go; from tests.worlds import world; r = go(world(11, most=25));"
        "print(int(r.cash.sum()), int(r.logs.sum()), int(r.flows.sum()), int(r.ways.sum()))"
    )
    root = Path(__file__).parent.parent
    plain = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert plain.stdout.split() == [str(number) for number in told]
