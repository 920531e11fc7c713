"""Run draws in batches: how many at a time, and what of each batch goes into the run."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from inminban.engine.inputs import Draws, People
from inminban.engine.ledger import balances, misses, postings
from inminban.engine.simulate import ARMS, WITH, WITHOUT, Ran, run
from inminban.engine.state import FIXED_FLOWS, GROUPS, ITEM_MOVES, LINE_FLOWS, LINE_MOVES, ORDER_FLOWS
from inminban.errors import InminbanError
from inminban.measures.outcome import Names, outcomes
from inminban.model.country import Country
from inminban.model.households import Households
from inminban.studies.assumptions import Gate
from inminban.studies.checkpoint import Checkpoint
from inminban.studies.compiled import Compiled
from inminban.studies.draws import draws_of, used, values_of
from inminban.studies.fingerprint import hexed, little, of_balances, of_ledger
from inminban.studies.gate import passages
from inminban.studies.plan import Planned
from inminban.studies.tables import Words, balances_of, households_of, inputs_of_draws, ledger_of, words_of
from inminban.studies.where import beyond_of

MOST_BYTES = 600_000_000
COLUMNS = 25 * 2  # whole numbers that a draw leaves for a household, and as many to measure them
WORKING = 60 * 2  # whole numbers that the engine holds for a household while a draw runs
WHOLE_NUMBER = 8
SECONDS = 3.0
Tables = dict[str, pl.DataFrame]


class BrokenRunError(InminbanError):
    """A run contradicts itself: a fault of this program, not of its input."""


class Study(NamedTuple):
    """What all batches of a run share; `size` fixes how many draws run at a time, 0 lets the run find it."""

    country: Country
    households: Households
    planned: Planned
    gate: Gate
    seed: int
    keep_ledger: bool
    workers: int
    size: int

    @property
    def words(self) -> Words:
        """Names of what the ledger tells apart."""
        planned = self.planned
        orders = [c.order.id or "" for c in planned.orders]
        return words_of(self.households.area.id, planned.items, self.country.currency, orders)


def people_of(households: Households, orders: Sequence[Compiled] = ()) -> People:
    """Households as the engine reads them, with whom orders reach; people's units are numbered from 0 without gaps."""
    unit = np.cumsum(np.diff(households.unit, prepend=households.unit[:1]) != 0)
    names = ("members", "adults", "workers", "students", "livelihood", "residence")
    columns = {name: getattr(households, name).astype(np.int64) for name in names}
    beyond = beyond_of(households, orders)
    return People(households.index.astype(np.int64), unit.astype(np.int64), beyond=beyond, **columns)


def most_workers(households: int) -> int:
    """How many draws fit into memory side by side."""
    return max(1, MOST_BYTES // (2 * WHOLE_NUMBER * WORKING * max(1, households)))


def most_draws(study: Study) -> int:
    """How many draws fit into memory at a time."""
    plan, n = study.planned.plan, len(study.households)
    lines, goods, orders = plan.item.size, plan.kcal.size, plan.kind.size
    rows = (plan.days if study.keep_ledger else 1) + 1
    flows = FIXED_FLOWS + goods + lines * LINE_FLOWS + orders * ORDER_FLOWS
    tallies = ARMS * rows * (flows * GROUPS * 2 + goods * ITEM_MOVES + lines * LINE_MOVES)
    draw = WHOLE_NUMBER * (n * (COLUMNS + 2 * lines) + tallies)
    return max(1, (MOST_BYTES - study.workers * WHOLE_NUMBER * WORKING * n) // draw)


def run_all(study: Study, checkpoint: Checkpoint, draws: int) -> Iterator[int]:
    """Run what is not yet done, batch by batch, each into the checkpoint; yield how many draws are done.

    Draw 0 is a batch of its own, as it keeps the ledger by day. The size of the others follows the time that the one
    before took, in multiples of the threads.
    """
    people, size, most = people_of(study.households, study.planned.orders), study.workers, most_draws(study)
    while checkpoint.draws < draws:
        start = time.monotonic()
        count = 1 if checkpoint.draws == 0 else min(study.size or size, most, draws - checkpoint.draws)
        one_batch(study, people, checkpoint, range(checkpoint.draws, checkpoint.draws + count))
        took = time.monotonic() - start
        if count > 1 or study.workers == 1:
            rounds = max(1, int(SECONDS / took * count / study.workers))
            size = study.workers * min(rounds, 4 * max(1, size // study.workers))
        yield checkpoint.draws


def one_batch(study: Study, people: People, checkpoint: Checkpoint, numbers: range) -> None:
    """Run one batch and keep it."""
    start = time.monotonic()
    planned, country = study.planned, study.country
    values = values_of(planned, country, numbers, study.seed)
    draws = draws_of(planned, values, country)
    by_day = study.keep_ledger or 0 in numbers
    ran = run(people, planned.plan, draws, np.array(numbers), study.seed, (by_day, study.workers))
    passed = passages(ran, draws, planned, study.gate, numbers)
    tables, told = accounted(study, ran, numbers, by_day)
    gone = [p.draw for p in passed if p.reasons]
    tables["measures"] = measured(study, (people, draws), ran, numbers).filter(~pl.col("draw").is_in(gone))
    symbols = [i.symbol for i in used(planned, country)]
    tables["inputs"] = inputs_of_draws(numbers, [{s: x[s] for s in symbols} for x in values])
    if 0 in numbers:
        tables["households"] = households_of(study.households, ran, planned.plan, draws)
    checkpoint.seconds += time.monotonic() - start
    checkpoint.keep(tables, passed, told)


def measured(study: Study, given: tuple[People, Draws], ran: Ran, numbers: range) -> pl.DataFrame:
    """Measures of a batch."""
    planned, (people, draws) = study.planned, given
    orders = tuple(c.order.id or "" for c in planned.orders)
    lines = tuple((c.order.id or "", line.item) for c in planned.orders for line in c.lines)
    names = Names(planned.place, planned.items, orders, lines)
    need = draws.scalars["need_person"]
    return outcomes(ran, planned.plan, names, np.array(numbers), people, need)


def accounted(study: Study, ran: Ran, numbers: range, by_day: bool) -> tuple[Tables, list[dict[str, str]]]:
    """Ledger and balances of a batch, and the digests of its draws; refuses a ledger that does not close."""
    ledgers, held, told = [], [], []
    for at, number in enumerate(numbers):
        ledger = balance = pl.DataFrame()
        for arm in (WITHOUT, WITH):
            rows = postings(ran, study.planned.plan, at, arm)
            opening, closing = balances(ran, study.planned.plan, at, arm)
            if misses(rows, opening, closing).any() or (rows.amount <= 0).any():
                raise BrokenRunError(
                    f"the ledger of draw {number} does not close: this is a fault of the program, please report it "
                    "with the orders and the command"
                )
            before, balance = balance, balances_of(opening, closing, number, study.words)
            ledger = ledger_of(rows, number, study.words, by_day)
        ledgers.append(ledger)
        held.append(balance)
        told.append(
            {
                "ledger": of_ledger(ledger, number),
                "balances": of_balances(balance),
                "without": of_balances(before),
                "prices": hexed(little(ran.logs[at])),
            }
        )
    return {"ledger": pl.concat(ledgers), "balances": pl.concat(held)}, told
