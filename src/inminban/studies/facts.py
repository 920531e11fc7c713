"""`run.json`: what a run was asked, what it assumed and from where, and what must be said beside its numbers."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from datetime import timedelta
from importlib.metadata import version
from typing import Any, NamedTuple

import numpy as np

from inminban.engine import sources_digest
from inminban.engine.inputs import NOT_REPORTED
from inminban.engine.simulate import ARMS
from inminban.model.country import Country
from inminban.model.households import Households
from inminban.model.orders import Report
from inminban.model.parameters import Parameter
from inminban.model.places import Gazetteer
from inminban.model.records import plain
from inminban.model.scenario import Scenario
from inminban.model.source import Source
from inminban.population.apportion import census_year
from inminban.reading.read import VERSION
from inminban.studies.assumptions import Input, inputs_of, kinds
from inminban.studies.batches import Study
from inminban.studies.checkpoint import Checkpoint
from inminban.studies.draws import used, wage_symbol
from inminban.studies.fields import FIXED
from inminban.studies.fingerprint import of_draws, of_run
from inminban.studies.folder import FORMAT
from inminban.studies.gate import beside_known, remark
from inminban.studies.plan import Plans

MEASURED = ("numpy", "numba", "polars", "scipy")
DATA = ("*.csv", "*.toml", "words/*.csv")
COLUMNS = (
    *("index", "neighbourhood", "unit", "residence", "members", "adults", "workers", "students"),
    *("livelihood", "dwelling", "heating", "cooking"),
)


class Asked(NamedTuple):
    """What a run was asked: scenario, records, whether orders without amounts run, answers to open questions.

    `given` is whether its households were given, and not made for it from the census.
    """

    scenario: Scenario
    reports: tuple[Report, ...]
    assume: bool
    readings: Mapping[str, str]
    given: bool = False

    @property
    def plain(self) -> dict[str, Any]:
        """The scenario as plain data, orders by their reports' ids."""
        scenario = self.scenario.model_dump(mode="json", exclude={"orders"})
        return scenario | {
            "orders": [r.id for r in self.reports],
            "assume": self.assume,
            "readings": dict(self.readings),
        }


def key_of(asked: Asked, study: Study) -> str:
    """Hash of all that decides what comes of a run, but for threads and batches."""
    told = hashlib.blake2b(digest_size=16)
    given = [
        asked.plain,
        [plain(r) for r in asked.reports],
        tables_of(study.country),
        study.keep_ledger,
        study.postings,
    ]
    told.update(json.dumps([*given, VERSION, sources_digest()], sort_keys=True, ensure_ascii=False).encode())
    told.update(digest_of(study.households).encode())
    return told.hexdigest()


def digest_of(homes: Households) -> str:
    """Hash of households: what they were made with, and every column."""
    told = hashlib.blake2b(digest_size=16)
    made = [homes.place, homes.seed, homes.year, str(homes.sample), homes.origin]
    told.update(json.dumps([*made, [[a.id, a.households, a.inside] for a in homes.areas]]).encode())
    for name in ("area_starts", *COLUMNS):
        told.update(np.ascontiguousarray(getattr(homes, name), dtype="<i8").tobytes())
    return told.hexdigest()


def tables_of(country: Country) -> dict[str, str]:
    """SHA-256 of every table of the country folder, by its name there."""
    paths = sorted({p for pattern in DATA for p in country.folder.glob(pattern)})
    return {p.relative_to(country.folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}


def facts_of(asked: Asked, study: Study, done: Checkpoint) -> dict[str, Any]:
    """Write down a finished run."""
    plans, country, homes = study.planned, study.country, study.households
    planned = plans.one
    inputs, plan = used(plans, country), planned.plan
    last = planned.first + timedelta(days=plan.days - 1)
    digests = of_draws(done.digests)
    lived = plan.burn_days + max(plan.days, plan.gate_days) + (ARMS - 1) * plan.days
    gazetteer = country.gazetteer
    return {
        "format": FORMAT,
        "inminban": "run",
        "country": country.id,
        "words": words_of(study, asked, done.draws),
        "scenario": asked.plain,
        "seed": study.seed,
        "draws": done.draws,
        "draws_left_out": [{"draw": p.draw, "reasons": list(p.reasons)} for p in done.passed if p.reasons],
        "place": {"id": plans.place, "label": gazetteer.label(plans.place)},
        "area": area_of(plans, gazetteer),
        "areas": areas_of(plans, gazetteer),
        "households": len(homes),
        "population": population_of(asked, homes),
        "period": {"start": planned.first.isoformat(), "end": last.isoformat(), "days": plan.days},
        "money": {"currency": country.currency, "parts": planned.parts, "month": f"{planned.first:%Y-%m}"},
        "items": items_of(study, done),
        "orders": orders_of(study),
        "records": [without_text(r) for r in asked.reports],
        "not_simulated": [
            {"order": g.order, "term": g.term, "what": g.what, "why": g.why} for g in plans.not_simulated
        ],
        "parameters": [row_of(i, country) for i in (*inputs, *fixed(study, asked.assume))],
        "reported": [source_of(s) for s in plans.reported],
        "counts": kinds([*plans.reported, *(i.source for i in inputs)]),
        "incomes": incomes(study, done),
        "notes": list(plans.notes),
        "warnings": [*warnings_of(study, done), *remarks_on(asked, study)],
        "tables": tables_of(country),
        "versions": {"inminban": VERSION, "python": platform.python_version()} | {n: version(n) for n in MEASURED},
        "engine": sources_digest(),
        "digests": digests | {"postings": done.digests[0]["postings"]},
        "digest": of_run(digests),
        "household_days": len(homes) * lived * done.draws,
        "seconds": round(done.seconds, 3),
        "keep_ledger": study.keep_ledger,
        "postings": min(study.postings, len(homes)),
    }


def area_of(plans: Plans, gazetteer: Gazetteer) -> dict[str, Any]:
    """The market area that a run's place lies in, or the place itself where it holds several."""
    areas = areas_of(plans, gazetteer)
    whole = {
        "id": plans.place,
        "label": gazetteer.label(plans.place),
        "households": sum(a["households"] for a in areas),
    }
    return areas[0] if len(areas) == 1 else whole


def areas_of(plans: Plans, gazetteer: Gazetteer) -> list[dict[str, Any]]:
    """Market areas of a run, with the households that each has in all."""
    areas = [p.households.area for p in plans.areas]
    return [{"id": a.id, "label": gazetteer.label(a.id), "households": a.households} for a in areas]


def words_of(study: Study, asked: Asked, draws: int) -> str:
    """Tell a run in one sentence."""
    plans, planned = study.planned, study.planned.one
    named = ", ".join(f"{c.order.id} ({c.order.kind})" for c, _ in plans.orders)
    areas = f" in {len(plans.areas)} market areas" if len(plans.areas) > 1 else ""
    told = f"{named} in {study.country.gazetteer.label(plans.place)}, {len(study.households):,} households{areas}"
    return f"{told}, {planned.plan.days} days from {planned.first}, {draws} draws, seed {asked.scenario.seed}"


def items_of(study: Study, done: Checkpoint) -> list[dict[str, Any]]:
    """Goods of the run by their number, with the range of their first prices (1/65,536 of the money a base unit)."""
    found = []
    for n, code in enumerate(study.planned.one.items):
        item = study.country.items[code]
        about = {"code": code, "family": item.family, "sold": bool(study.planned.one.plan.market[n])}
        prices = {"low": min(p.prices[n] for p in done.passed), "high": max(p.prices[n] for p in done.passed)}
        found.append(about | {"first_price": prices})
    return found


def orders_of(study: Study) -> list[dict[str, Any]]:
    """Orders that run, with their lines in base units and their days in the run."""
    plans, found = study.planned, []
    for c, timing in plans.orders:
        lines = [
            {"term": x.term, "item": x.item, "amount": x.amount, "per": x.per, "cash": x.cash and x.cash.amount}
            | ({} if x.supply == NOT_REPORTED else {"supply": x.supply})
            for x in c.lines
        ]
        about = {"id": c.order.id, "report": c.report.id, "kind": c.order.kind, "place": c.place}
        days = {"begin": timing.begin, "due": timing.due, "end": timing.end, "delayed": timing.delayed}
        does: dict[str, Any] = {"inspects": c.inspects, "closes": c.closes, "bans": c.bans, "stops": c.stops}
        does |= {"posts": None if c.posts == NOT_REPORTED else c.posts}
        does |= {"channel": c.order.channel, "voluntary": c.order.voluntary, "returns": list(timing.returns)}
        cash = {"cash": c.whole.amount, "cash_per": c.whole.per} if c.whole else {}
        held = [p.place for p in plans.areas if any(x.order.id == c.order.id for x in p.orders)]
        where = {"areas": held} if len(plans.areas) > 1 else {}
        found.append(about | where | {"lines": lines} | cash | days | does)
    return found


def without_text(report: Report) -> dict[str, Any]:
    """Return a record as plain data, without the article's text: the quotes stay."""
    return {k: v for k, v in plain(report).items() if k != "text"}


def fixed(study: Study, assume: bool) -> tuple[Input, ...]:
    """Inputs that are never drawn."""
    symbols = [f.symbol for f in FIXED if assume or f.use == "all"]
    return inputs_of(study.country, symbols, study.planned.one.overrides)


def row_of(found: Input, country: Country) -> dict[str, Any]:
    """One input as it was used, with the name and unit of its row."""
    row: Parameter | None = country.parameters.get(found.symbol)
    return {
        "symbol": found.symbol,
        "name": row.name if row else found.source.what,
        "unit": row.unit if row else "",
        "low": found.low,
        "central": found.central,
        "high": found.high,
        "shape": found.shape,
        "kind": found.source.kind,
        "source": found.source.detail,
        "ref": found.source.ref,
        "transplanted_from": found.transplanted_from,
    }


def source_of(source: Source) -> dict[str, str]:
    """Return an origin as plain data."""
    return {"kind": source.kind, "what": source.what, "detail": source.detail, "ref": source.ref}


def incomes(study: Study, done: Checkpoint) -> dict[str, float | None]:
    """Incomes of a month, the median draw: of the median household, the poorest fifth, one worker's state wage."""
    good = [p for p in done.passed if not p.reasons]
    symbol = wage_symbol(study.planned.one, study.country)
    wage = [float(x) for x in (central(study, symbol),) if x is not None]
    return {
        "median": middle([p.income for p in good]),
        "poorest_fifth": middle([p.poor for p in good]),
        "state_wage": wage[0] if wage else None,
        "asked": middle([p.asked for p in good]),
    }


def central(study: Study, symbol: str | None) -> float | None:
    """Central value of an input."""
    return inputs_of(study.country, [symbol], study.planned.one.overrides)[0].central if symbol else None


def middle(values: Sequence[float]) -> float | None:
    """Median, to a hundredth."""
    return round(float(np.median(values)), 2) if values else None


def warnings_of(study: Study, done: Checkpoint) -> list[str]:
    """What must be said beside the numbers."""
    plans, homes, gazetteer = study.planned, study.households, study.country.gazetteer
    planned, place, label = plans.one, gazetteer.places[plans.place], gazetteer.label(plans.place)
    found = remark(done.passed, study.gate) + beside_known(done.passed, study.country)
    if len(plans.areas) == 1 and len(homes) < homes.area.households:
        found.append(
            f"{len(homes):,} of the {homes.area.households:,} households of {gazetteer.places[homes.area.id].name} are "
            "simulated; the others are demand from outside that answers to prices only"
        )
    census = census_year(study.country)
    if homes.year != planned.first.year:
        made = "" if homes.year == census else f" carried to {homes.year}"
        found.append(f"the households are those of the census of {census}{made}, used for {planned.first.year}")
    elif homes.year != census:
        found.append(f"the households are those of the census of {census} carried to {homes.year}")
    if place.count_spread:
        found.append(f"no count of {label} is published: its size may be off by {float(place.count_spread):.0%}")
    gone = [p for p in done.passed if p.reasons]
    if gone:
        found.append(f"{len(gone)} of {done.draws} draws are left out of the measures, see draws_left_out")
    return found


def population_of(asked: Asked, homes: Households) -> dict[str, Any]:
    """What the households were made with, a digest of them, and whether they were given."""
    made = {"seed": homes.seed, "year": homes.year, "digest": digest_of(homes)}
    return made | {"given": asked.given, "origin": homes.origin}


def remarks_on(asked: Asked, study: Study) -> list[str]:
    """What must be said of households that were given."""
    homes, country = study.households, study.country
    if not asked.given:
        return []
    made = f"digest {digest_of(homes)}, made with seed {homes.seed} for {homes.year}"
    found = [f"the households were given with the run: {made}"]
    if homes.origin:
        found.append(
            f"they were made from tables of the user's ({homes.origin}), not from those of {country.name} alone"
        )
    return found
