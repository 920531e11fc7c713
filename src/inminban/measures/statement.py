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
    _ = translate
    return sentence(facts, money, translate, (_("difference to no order"), ranged(translate)))


def says_of_ledger(
    facts: Mapping[str, Any], money: str, draw: int | None, translate: Callable[[str], str] = str
) -> str:
    """Say what sums of a run's ledger are: no differences, and of one draw without a range."""
    _ = translate
    against = _("with the orders, no difference to a run without them")
    one = None if draw is None else _("draw {draw} of our assumptions alone, without a range").format(draw=draw)
    return sentence(facts, money, translate, (against, one or ranged(translate)))


def ranged(translate: Callable[[str], str]) -> str:
    """Say what a range covers."""
    _ = translate
    return _("90 % range of our assumptions, not of the truth")


def sentence(facts: Mapping[str, Any], money: str, translate: Callable[[str], str], what: tuple[str, str]) -> str:
    """Join the parts of the sentence; `what` says against what numbers stand and what their range is."""
    s, _ = stated(facts), translate
    counted = _("reported {reported}, data {data}, assumed {assumed}").format(**s._asdict())
    if s.transplanted:
        counted += " " + _("(transplanted from {countries})").format(countries=", ".join(s.transplanted))
    one = _("one report, what it only reportedly says kept as such")
    several = _("{count} reports, what they only reportedly say kept as such").format(count=s.reports)
    return " · ".join(
        (
            _("simulated for synthetic households, not observed"),
            *what,
            counted,
            one if s.reports == 1 else several,
            _("{money} of {month}").format(money=money, month=s.month),
        )
    )
