"""What is given to simulate: a scenario file, or orders and what they are run with; a population of the user's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.files import read_text
from inminban.model.households import Households
from inminban.model.orders import Report
from inminban.model.scenario import Scenario, load_scenario
from inminban.model.yaml import load
from inminban.population.file import load as load_population
from inminban.reading.folder import load_or_read, load_or_read_folder

TOP = frozenset(("orders", "place"))
ENDINGS = (".yaml", ".yml", ".json")


def is_scenario(path: Path) -> bool:
    """Whether a file is a scenario: YAML or JSON with orders and a place at the top."""
    if path.suffix.lower() not in ENDINGS or not path.is_file():
        return False
    text = read_text(path)
    if path.suffix.lower() == ".json" and '"place"' not in text:
        return False
    data = load(text, str(path))
    return isinstance(data, dict) and set(data) >= TOP


def scenario_of(
    paths: Sequence[Path], country: Country, options: Mapping[str, Any], published: str | None = None
) -> tuple[Scenario, tuple[Report, ...]]:
    """Load a scenario with its records, or make one of orders; options that are not None take the scenario's place.

    Args:
        paths: one scenario, or records, orders in YAML and report texts, or a folder of them.
        country: the country folder.
        options: place, start, days, draws and seed, by these names.
        published: date of publication of a report text.

    """
    set_here = {name: value for name, value in options.items() if value is not None}
    scenarios = [p for p in paths if is_scenario(p)]
    if scenarios and len(paths) > 1:
        raise InputError("is a scenario, which names its orders itself", where=str(scenarios[0]), hint="Give it alone")
    if scenarios:
        base = load_scenario(paths[0], country)
        return checked(base.model_dump() | {"orders": base.orders} | set_here), base.reports(paths[0].parent)
    reports: list[Report] = []
    for path in paths:
        folder = path.is_dir()
        reports += load_or_read_folder(path, country) if folder else [load_or_read(path, country, published=published)]
    if not any(r.orders for r in reports):
        raise InputError("no order was found in it", where=str(paths[0]))
    if "place" not in set_here:
        named = dict.fromkeys(p.place or p.name for r in reports for o in r.orders for p in o.places)
        near = f"; the orders name {', '.join(named)}" if named else ""
        hint = f"Name the place to simulate: --place P{near}"
        raise InputError("the place is missing", field="--place", hint=hint)
    return checked({"orders": tuple(reports)} | set_here), tuple(reports)


def checked(fields: Mapping[str, Any]) -> Scenario:
    """Make a scenario, naming the option that is wrong."""
    try:
        return Scenario.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise InputError(
            f"{first['msg'].removeprefix('Value error, ')}, found {fields.get(name)}", field=f"--{name}"
        ) from None


def answers(texts: Sequence[str]) -> dict[str, str]:
    """Read answers to open questions, each as QUESTION=ANSWER."""
    found = {}
    for text in texts:
        about, equals, answer = text.partition("=")
        if not (about and equals and answer):
            raise InputError(f"expected QUESTION=ANSWER, found “{text}”", field="--reading", hint="As in scope=all")
        found[about.strip()] = answer.strip()
    return found


def population_of(path: Path, country: Country, scenario: Scenario) -> Households:
    """Load the households of a population file that a scenario is to be run on; refuses those of another place."""
    try:
        households = usable(load_population(path), country)
    except InputError as error:
        where = error.where or str(path)
        raise InputError(error.what, where=where, line=error.line, field=error.field, hint=error.hint) from None
    place = country.gazetteer.one(scenario.place)
    if households.place != place.id:
        raise InputError(
            f"holds the households of {country.gazetteer.label(households.place)}, and {place.name} is to be run",
            where=str(path),
            field="place",
            hint=f"Give --place {households.place}, or make the population of {place.name} with inminban synthesize",
        )
    return households


def usable(households: Households, country: Country) -> Households:
    """Return households that a run can use: those of a sample, or of places that the country lacks, are refused."""
    known = country.gazetteer.places
    lacking = [i for i in (households.place, *(a.id for a in households.areas)) if i not in known]
    if lacking:
        raise InputError(
            f"its places are none of {country.name}: {', '.join(lacking[:3])}",
            field="place",
            hint="Give the country that it was made with (--country), or make it again",
        )
    if households.sample != 1:
        raise InputError(
            f"it is a sample of {float(households.sample):.3g} of the households, and a run needs all of them",
            field="sample",
            hint="Make the population without --sample",
        )
    return households
