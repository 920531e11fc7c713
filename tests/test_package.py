"""What is public, and how quickly the command line answers."""

from __future__ import annotations

import subprocess
import sys

import inminban


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


def test_importing_costs_nothing() -> None:
    """Help answers at once: nothing heavy is loaded for it."""
    heavy = "numpy|altair|pydantic|jinja2|vl_convert|polars|numba"
    code = f"import sys, re, inminban.cli; sys.exit(any(re.match('{heavy}', m) for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
