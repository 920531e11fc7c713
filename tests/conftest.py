"""Two orders that every layer is tested with, and a way to call the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from inminban import cli
from inminban.model.country import Country, load_country
from inminban.model.orders import Report
from inminban.model.records import load_report

GOLD = Path(__file__).parent / "gold"

settings.register_profile("quick", max_examples=60, deadline=None)
settings.register_profile("ci", max_examples=60, deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "quick")

SCOPE = ("all per household", "oil per person", "all per person")


def scope(*pers: str) -> list[dict[str, str]]:
    """Three answers to one question: what “per person” covers."""
    return [{"about": "scope", "id": name, "per": per} for name, per in zip(SCOPE, pers, strict=True)]


def entitled(item: str, amount: int, unit: str, per: str, *pers: str) -> dict[str, object]:
    """Make an entitlement with three readings of its scope."""
    return {"role": "entitlement", "item": item, "amount": amount, "unit": unit, "per": per, "readings": scope(*pers)}


@pytest.fixture(scope="session")
def country() -> Country:
    return load_country()


@pytest.fixture
def kaesong() -> Report:
    """Relief for a closed city: the scope of the last item is open."""
    listed = ("household", "household", "person")
    terms = [
        entitled("rice", 5, "kg", "household", *listed),
        entitled("corn", 10, "kg", "household", *listed),
        entitled("soybean", 2, "kg", "household", *listed),
        entitled("cooking oil", 1, "bottle", "person", "household", "person", "person"),
        {"role": "supply", "item": "coal", "amount": 180, "unit": "t", "per": "total"},
        {"role": "entitlement", "item": "cash", "amount": 8000, "unit": "KPW", "per": "adult"},
    ]
    order = {"kind": "relief", "places": [{"name": "Kaesong"}], "start": "2020-08-07", "terms": terms}
    return Report.model_validate({"id": "kaesong", "published": "2020-08-11", "orders": [order]}).identified()


@pytest.fixture
def chongjin() -> Report:
    """Levy in a district without a published count: what the cash replaces is open."""
    basis = [
        {"about": "basis", "id": "whole", "basis": "whole"},
        {"about": "basis", "id": "each", "basis": "each item"},
    ]
    cash = {"role": "cash_in_lieu", "item": "cash", "amount": 30000, "unit": "KPW", "per": "household"}
    terms = [
        {"role": "due", "item": "scrap metal", "amount": 7, "unit": "kg", "per": "household"},
        {"role": "due", "item": "oilseed", "amount": 2, "unit": "kg", "per": "household"},
        cash | {"basis": "unknown", "readings": basis},
    ]
    place = {"name": "Ranam District", "within": "Chongjin, North Hamgyong"}
    order = {"kind": "levy", "places": [place], "issued": "2021-10-15", "due": "2021-10-28", "terms": terms}
    return Report.model_validate({"id": "chongjin", "published": "2021-10-20", "orders": [order]}).identified()


@pytest.fixture(scope="session")
def gold() -> tuple[Report, ...]:
    """All 53 coded reports, first coding."""
    return tuple(load_report(p) for p in sorted(GOLD.glob("[lrc]*/*.json")))


@dataclass(frozen=True)
class Outcome:
    """What a call of the command line left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str


@pytest.fixture
def inminban(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Call the command line in this process."""

    def call(*args: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["inminban", *map(str, args)])
        code: object = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code
        found = capsys.readouterr()
        return Outcome(int(code or 0), found.out, found.err)  # type: ignore[call-overload]

    return call
