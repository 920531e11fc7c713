"""Run draws in batches: how many at a time, and what of each batch goes into the run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import polars as pl

from inminban.engine.inputs import Draws, People
from inminban.engine.ledger import balances, misses, postings
from inminban.engine.sample import NOBODY
from inminban.engine.simulate import ARMS, WITH, WITHOUT, Area, How, Ran, run_areas
from inminban.engine.state import FIXED_FLOWS, GROUPS, ITEM_MOVES, LINE_FLOWS, LINE_MOVES, ORDER_FLOWS
from inminban.errors import InminbanError
from inminban.measures.outcome import Names, Place, outcomes
from inminban.model.country import Country
from inminban.model.households import Households
from inminban.studies.assumptions import Gate
from inminban.studies.checkpoint import Checkpoint
from inminban.studies.draws import draws_of, used, values_of
from inminban.studies.fingerprint import hexed, little, of_balances, of_ledger, told_by_day
from inminban.studies.gate import passages
from inminban.studies.halfway import keeper, left_at, let_go
from inminban.studies.plan import Planned, Plans
from inminban.studies.rounds import Values
from inminban.studies.sampled import POSTINGS, POSTINGS_BALANCES, held_by, of_sample, postings_of, sampled
from inminban.studies.tables import Words, balances_of, households_of, inputs_of_draws, ledger_of, words_of
from inminban.studies.where import beyond_of

MOST_BYTES = 600_000_000
COLUMNS = 25 * 2  # whole numbers that a draw leaves for a household, and as many to measure them
WORKING = 64  # whole numbers that the engine holds for a household while a draw is set up and runs
WHOLE_NUMBER = 8
SECONDS = 3.0
Tables = dict[str, pl.DataFrame]
Show = Callable[[float, int], None]


class BrokenRunError(InminbanError):
    """A run contradicts itself: a fault of this program, not of its input."""


class Study(NamedTuple):
    """What all batches of a run share; `size` fixes how many draws run at a time, 0 lets the run find it.

    In draw 0 all postings of a sample of so many households as `postings` says are kept.
    """

    country: Country
    households: Households
    planned: Plans
    gate: Gate
    seed: int
    keep_ledger: bool
    workers: int
    size: int
    postings: int = 0


def size_of(study: Study) -> tuple[int, int]:
    """How many areas a run has, and how many days."""
    return len(study.planned.areas), study.planned.one.plan.days


def people_of(planned: Planned, country: Country) -> People:
    """Households of an area as the engine reads them, with whom orders reach; people's units are numbered from 0."""
    households = planned.households
    unit = np.cumsum(np.diff(households.unit, prepend=households.unit[:1]) != 0)
    names = ("members", "adults", "workers", "students", "livelihood", "residence")
    columns = {name: getattr(households, name).astype(np.int64) for name in names}
    beyond = beyond_of(country, households, planned.orders)
    return People(households.index.astype(np.int64), unit.astype(np.int64), beyond=beyond, **columns)


def most_workers(households: int) -> int:
    """How many draws fit into memory side by side."""
    return max(1, MOST_BYTES // (2 * WHOLE_NUMBER * WORKING * max(1, households)))


def most_draws(study: Study) -> int:
    """How many draws fit into memory at a time."""
    draw = 0
    for planned in study.planned.areas:
        plan, n = planned.plan, len(planned.households)
        lines, goods, orders = plan.item.size, plan.kcal.size, plan.kind.size
        rows = (plan.days if study.keep_ledger else 1) + 1
        flows = FIXED_FLOWS + goods + lines * LINE_FLOWS + orders * ORDER_FLOWS
        tallies = ARMS * rows * (flows * GROUPS * 2 + goods * ITEM_MOVES + lines * LINE_MOVES)
        draw += WHOLE_NUMBER * (n * (COLUMNS + 2 * lines) + tallies)
    working = min(study.workers, most_workers(len(study.households))) * WHOLE_NUMBER * WORKING * len(study.households)
    return max(1, (MOST_BYTES - working) // draw)


def run_all(study: Study, checkpoint: Checkpoint, draws: int, show: Show | None = None) -> Iterator[int]:
    """Run what is not yet done, batch by batch, each into the checkpoint; yield how many draws are done.

    Draw 0 is a batch of its own, as it keeps the ledger by day. The size of the others follows the time that the one
    before took, in multiples of how many run side by side.
    """
    side, most = shared(study, study.workers, by_day=False).draws, most_draws(study)
    size = side
    while checkpoint.draws < draws:
        start = time.monotonic()
        count = 1 if checkpoint.draws == 0 else min(study.size or size, most, draws - checkpoint.draws)
        first = checkpoint.draws
        told = None if show is None else partial(told_of, show, first, draws)
        one_batch(study, checkpoint, range(first, first + count), told)
        took = time.monotonic() - start
        if count > 1 or side == 1:
            rounds = max(1, int(SECONDS / took * count / side))
            size = side * min(rounds, 4 * max(1, size // side))
        yield checkpoint.draws


class Batch(NamedTuple):
    """Draws that were run together: their numbers, the values drawn, what each area was given and what came of it."""

    numbers: range
    values: Sequence[Values]
    draws: Sequence[Draws]
    ran: Sequence[Ran]
    by_day: bool


def told_of(show: Show, first: int, draws: int, done: float) -> None:
    """Tell how many draws are done, of how many; a batch is done once it is kept."""
    show(first + done, draws)


def one_batch(study: Study, checkpoint: Checkpoint, numbers: range, show: Callable[[float], None] | None) -> None:
    """Run one batch and keep it."""
    start = time.monotonic()
    plans, country = study.planned, study.country
    values = [values_of(planned, country, numbers, study.seed) for planned in plans.areas]
    draws = [draws_of(planned, x, country) for planned, x in zip(plans.areas, values, strict=True)]
    by_day = study.keep_ledger or (0 in numbers and told_by_day(0, *size_of(study)))
    people = [partial(people_of, planned, country) for planned in plans.areas]
    singled = sampled(plans.areas, study.seed, study.postings) if 0 in numbers else [NOBODY] * len(plans.areas)
    areas = [
        Area(of, len(planned.households), planned.plan, d, some)
        for of, planned, d, some in zip(people, plans.areas, draws, singled, strict=True)
    ]
    how, seconds = shared(study, len(numbers), by_day=by_day)._replace(show=show), 0.0
    if len(numbers) == 1:
        midway, seconds = left_at(checkpoint)
        how = how._replace(midway=midway, keep=keeper(checkpoint, seconds))
    ran = run_areas(areas, np.array(numbers), study.seed, how)
    batch = Batch(numbers, values[0], draws, ran, by_day)
    passed = passages(plans, ran, draws, study.gate, numbers)
    tables, told = accounted(study, batch)
    gone = [p.draw for p in passed if p.reasons]
    tables["measures"] = measured(study, people, batch).filter(~pl.col("draw").is_in(gone))
    symbols = [i.symbol for i in used(plans, country)]
    tables["inputs"] = inputs_of_draws(numbers, [{s: x[s] for s in symbols} for x in values[0]])
    if 0 in numbers:
        found = zip(plans.areas, ran, draws, strict=True)
        tables["households"] = pl.concat([households_of(p.households, r, p.plan, d) for p, r, d in found])
        tables |= kept_of(study, batch)
        told[0]["postings"] = of_sample(tables["postings"], tables["postings_balances"])
    checkpoint.seconds += seconds + time.monotonic() - start
    checkpoint.keep(tables, passed, told)
    let_go(checkpoint)


def shared(study: Study, draws: int, *, by_day: bool) -> How:
    """Share the threads out: over draws where several fit into memory side by side, else over the areas of a draw."""
    side = min(study.workers, draws, most_workers(len(study.households)))
    if side == study.workers or len(study.planned.areas) == 1:
        return How(by_day, side, 1)
    return How(by_day, 1, study.workers)


def measured(study: Study, people: Sequence[Callable[[], People]], batch: Batch) -> pl.DataFrame:
    """Measures of a batch."""
    places = []
    for planned, of, draws, ran in zip(study.planned.areas, people, batch.draws, batch.ran, strict=True):
        orders = tuple(c.order.id or "" for c in planned.orders)
        lines = tuple((c.order.id or "", line.item) for c in planned.orders for line in c.lines)
        names = Names(planned.place, planned.items, orders, lines)
        places.append(Place(ran, planned.plan, names, of, draws.scalars["need_person"]))
    return outcomes(places, np.array(batch.numbers), study.planned.place)


def accounted(study: Study, batch: Batch) -> tuple[Tables, list[dict[str, str]]]:
    """Ledger and balances of a batch, and the digests of its draws; refuses a ledger that does not close."""
    ledgers, held, told = [], [], []
    for at, number in enumerate(batch.numbers):
        ledger, balance, before = list[pl.DataFrame](), list[pl.DataFrame](), list[pl.DataFrame]()
        for planned, ran in zip(study.planned.areas, batch.ran, strict=True):
            words = words_for(study, planned)
            for arm, kept in ((WITHOUT, before), (WITH, balance)):
                rows = postings(ran, planned.plan, at, arm)
                opening, closing = balances(ran, planned.plan, at, arm)
                if misses(rows, opening, closing).any() or (rows.amount <= 0).any():
                    raise BrokenRunError(
                        f"the ledger of draw {number} does not close: this is a fault of the program, please report "
                        "it with the orders and the command"
                    )
                kept.append(balances_of(opening, closing, number, words))
                if arm == WITH:
                    ledger.append(ledger_of(rows, number, words, batch.by_day))
        ledgers.append(pl.concat(ledger))
        held.append(pl.concat(balance))
        told.append(
            {
                "ledger": of_ledger(ledgers[-1], told_by_day(number, *size_of(study))),
                "balances": of_balances(held[-1]),
                "without": of_balances(pl.concat(before)),
                "prices": hexed(*(little(ran.logs[at]) for ran in batch.ran)),
            }
        )
    return {"ledger": pl.concat(ledgers), "balances": pl.concat(held)}, told


def kept_of(study: Study, batch: Batch) -> Tables:
    """Every posting of the sampled households in the first draw of a batch, and what they held before and after."""
    posted, held = [pl.DataFrame(schema=POSTINGS)], [pl.DataFrame(schema=POSTINGS_BALANCES)]
    for planned, ran in zip(study.planned.areas, batch.ran, strict=True):
        if ran.kept[0] is not None:
            words = words_for(study, planned)
            posted.append(postings_of(ran.kept[0], planned, words))
            held.append(held_by(ran.kept[0], planned, words))
    return {"postings": pl.concat(posted), "postings_balances": pl.concat(held)}


def words_for(study: Study, planned: Planned) -> Words:
    """Names of what the ledger of an area tells apart."""
    orders = [c.order.id or "" for c in planned.orders]
    return words_of(planned.households.area.id, planned.items, study.country.currency, orders)
