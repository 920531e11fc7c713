"""The sentence that stands beside every simulated number, and its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Stated(NamedTuple):
    """The parts of the sentence that stands beside every simulated number, as columns of a table carry them."""

    reported: int
    data: int
    assumed: int
    transplanted: tuple[str, ...]
    reports: int
    month: str


def stated(facts: Mapping[str, Any]) -> Stated:
    """Take the parts of the sentence from the facts of a run."""
    counts = facts["counts"]
    countries = dict.fromkeys(p["transplanted_from"] for p in facts["parameters"] if p.get("transplanted_from"))
    kinds = (int(counts["reported"]), int(counts["data"]), int(counts["assumed"]))
    return Stated(*kinds, tuple(countries), len(facts["records"]), facts["money"]["month"])


def says(facts: Mapping[str, Any], money: str, translate: Callable[[str], str] = str) -> str:
    """Say what every simulated number of a run is; `money` is the name of the country's currency."""
    s, _ = stated(facts), translate
    counted = _("reported {reported}, data {data}, assumed {assumed}").format(**s._asdict())
    if s.transplanted:
        counted += " " + _("(transplanted from {countries})").format(countries=", ".join(s.transplanted))
    one = _("one report, what it only reportedly says kept as such")
    several = _("{count} reports, what they only reportedly say kept as such").format(count=s.reports)
    return " · ".join(
        (
            _("simulated for synthetic households, not observed"),
            _("difference to no order"),
            _("90 % range of our assumptions, not of the truth"),
            counted,
            one if s.reports == 1 else several,
            _("{money} of {month}").format(money=money, month=s.month),
        )
    )
