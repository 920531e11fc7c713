"""What is given to simulate: a scenario file, or orders and the place, period and draws that they are run with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.files import read_text
from inminban.model.orders import Report
from inminban.model.scenario import Scenario, load_scenario
from inminban.model.yaml import load
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
