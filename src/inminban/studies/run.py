"""Simulate orders for the households of a place: every draw with and without them, into a run folder."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from inminban.errors import InputError, OutputError
from inminban.model.country import Country
from inminban.model.households import Households
from inminban.model.orders import Report
from inminban.model.scenario import Scenario
from inminban.population.synthesize import synthesize
from inminban.studies.assumptions import gate_of
from inminban.studies.batches import Show, Study, most_workers, run_all
from inminban.studies.checkpoint import TABLES, Checkpoint, kept, opened
from inminban.studies.facts import Asked, facts_of, key_of
from inminban.studies.folder import Run, load_run, write_run
from inminban.studies.gate import check_left_out
from inminban.studies.given import usable
from inminban.studies.plan import plan_of
from inminban.studies.sampled import MOST as MOST_SAMPLED

MOST_THREADS = 1024


@dataclass(frozen=True, slots=True)
class How:
    """How a scenario is run.

    `assume` runs orders without amounts, `readings` answers what orders leave open; these change results, as does
    nothing else here. `threads` is how many draws run side by side (None: one a processor), `size` how many make a
    batch (None: as many as fit memory and a few seconds), `resume` goes on with an interrupted run, `keep_ledger`
    keeps the ledger of every draw by day, `postings` of how many households, sampled by key, every posting in draw 0
    is kept, and `show` is told how many draws are done, of how many.
    """

    assume: bool = False
    readings: Mapping[str, str] = field(default_factory=dict)
    threads: int | None = None
    size: int | None = None
    resume: bool = False
    keep_ledger: bool = False
    postings: int = 1000
    show: Show | None = None


def simulate(
    scenario: Scenario,
    reports: Sequence[Report],
    *,
    country: Country,
    out: Path,
    households: Households | None = None,
    how: How | None = None,
) -> Run:
    """Run a scenario's orders on the households of its place, and write a run folder.

    Args:
        scenario: place, period, draws, seed and what it sets of the inputs.
        reports: the records with the orders.
        country: the country folder.
        out: the folder to write, which must not exist; until the run is whole, `OUT.partial` holds what is done.
        households: all those of the place, such as a population file has; None makes them from the scenario's seed.
        how: threads, batches, whether to assume or go on; nothing of it but `assume` and `readings` changes a result.

    Returns:
        The run as it lies in its folder.

    """
    how = how or How()
    reports = tuple(r.identified() for r in reports)
    workers = how.threads if how.threads is not None else os.cpu_count() or 1
    if not 1 <= workers <= MOST_THREADS:
        raise InputError(f"{workers} threads", field="threads", hint=f"Give a number from 1 to {MOST_THREADS}")
    if not 0 <= how.postings <= MOST_SAMPLED:
        hint = f"Give a number from 0 (none) to {MOST_SAMPLED}"
        raise InputError(f"postings of {how.postings} households", field="postings", hint=hint)
    place = country.gazetteer.one(scenario.place)
    given = households is not None
    homes = households if households is not None else synthesize(place.id, seed=scenario.seed, country=country)
    usable(homes, country)
    planned = plan_of(scenario, reports, homes, country, assume=how.assume, readings=how.readings)
    gate = gate_of(country, scenario.parameters)
    side = min(scenario.draws, most_workers(len(homes)))
    workers = workers if len(planned.areas) > 1 else min(workers, side)
    study = Study(country, homes, planned, gate, scenario.seed, how.keep_ledger, workers, how.size or 0, how.postings)
    asked = Asked(scenario, reports, how.assume, how.readings, given)
    checkpoint = opened(out, key_of(asked, study), how.resume)
    with kept(checkpoint):
        run_draws(study, checkpoint, scenario, how.show)
        tables = {name: checkpoint.table(name) for name in TABLES}
        write_run(Run(path=out, facts=facts_of(asked, study, checkpoint), **tables))
    checkpoint.remove()
    return load_run(out)


def run_draws(study: Study, checkpoint: Checkpoint, scenario: Scenario, show: Show | None) -> None:
    """Run all draws that are not done, and stop where too many do not stand still."""
    try:
        check_left_out(checkpoint.passed, scenario.draws, scenario.parameters)
        for done in run_all(study, checkpoint, scenario.draws, show):
            check_left_out(checkpoint.passed, scenario.draws, scenario.parameters)
            if show:
                show(done, scenario.draws)
    except OutputError:
        raise
    except InputError:
        checkpoint.remove()
        raise
