"""What is public, what the code may know, and how quickly the command line answers."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import inminban
from inminban.model.country import Country

SOURCE = Path(inminban.__file__).parent


def test_public_names_are_these() -> None:
    """A new public name is a decision, made here."""
    assert inminban.__all__ == [
        "Country",
        "InminbanError",
        "InputError",
        "Order",
        "Quantity",
        "Report",
        "Term",
        "check",
        "load_country",
        "load_report",
        "load_run",
        "read",
        "render",
        "simulate",
        "synthesize",
        "weigh",
    ]
    assert all(getattr(inminban, name) for name in inminban.__all__)
    assert set(dir(inminban)) >= set(inminban.__all__)


def test_the_code_knows_no_place_of_the_country(country: Country) -> None:
    """Places, offices and items are read from the country folder; a word of them in the source is a leak."""
    names = {
        name
        for place in country.gazetteer.places.values()
        for name in (place.name, *place.aliases)
        if len(name) > 4 and place.id != country.root and re.fullmatch(r"[A-Z][a-z]+(?: [A-Z][a-z]+)*|[가-힣]+", name)
    }
    words = re.compile(r"\b(" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + r")\b")
    for path in SOURCE.rglob("*.py"):
        code = re.sub(r'"""(.|\n)*?"""', "", path.read_text(encoding="utf-8"))
        found = words.search(code) or re.search(r"\b(North Korea|DPRK|KPW|won)\b", code)
        assert not found, f"{path.name}: {found}"


def test_importing_costs_nothing() -> None:
    """Help answers at once: nothing heavy is loaded for it."""
    heavy = "numpy|altair|pydantic|jinja2|vl_convert|polars|numba"
    code = f"import sys, re, inminban.cli; sys.exit(any(re.match('{heavy}', m) for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
