"""Amounts told without a number of their own, and how far a reading can be trusted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inminban import read
from inminban.model.country import load_country
from inminban.reading.confidence import confidence
from inminban.reading.figures import Figure
from inminban.reading.goods import figures
from inminban.reading.implied import implied
from inminban.reading.lexicon import lexicon
from inminban.reading.page import opened
from inminban.reading.weights import NONE


def said(text: str) -> list[Figure]:
    """Figures that a text tells without a number."""
    page = opened(text, None, lexicon(load_country()))
    plain = figures(page)
    return [f for f in implied(page, plain) if f not in plain]


def test_the_same_again_is_the_amount_before_it() -> None:
    """Value and unit of the figure before, at the place of the words that point back."""
    text = "Each trader paid 12,000 yuan, and the same sum again for a spouse."
    (again,) = said(text)
    assert (again.low, again.unit, text[again.start : again.end]) == (12000, "CNY", "the same sum")


def test_nothing_is_an_amount_of_zero() -> None:
    """Families that got nothing got none of it, rather than an unknown amount."""
    (zero,) = said("In the provinces families got nothing at all.")
    assert zero.low == 0
    assert not said("There was nothing but corn, nothing else.")


@given(st.integers(1, 12), st.integers(1, 12), st.sampled_from(["a.m.", "p.m."]), st.sampled_from(["a.m.", "p.m."]))
def test_hours_between_two_times_of_day(first: int, last: int, early: str, late: str) -> None:
    """A curfew from one hour to another lasts as long as the clock needs, over midnight too."""
    found = said(f"Nobody may go out from {first} {early} to {last} {late} in the town.")
    start, end = (hour % 12 + 12 * (half == "p.m.") for hour, half in ((first, early), (last, late)))
    assert [f.low for f in found] == ([(end - start) % 24] if start != end else [])
    assert {f.unit for f in found} <= {"hour"}


@pytest.mark.parametrize("text", ["from 8 to 10 kg of rice", "for 5 to 6 days", "the same day", "as many as 40 people"])
def test_ranges_and_idle_words_tell_no_amount(text: str) -> None:
    """A range of kilograms is no time of day, and not every "same" points at an amount."""
    assert not said(f"They handed out {text} there.")


@given(st.floats(0, 0.99), st.floats(0, 0.99), st.sampled_from(["term", "price"]))
def test_confidence_rises_with_chance(one: float, other: float, what: str) -> None:
    """What the weights find likelier is never trusted less."""
    low, high = sorted((one, other))
    first, second = confidence(what, low), confidence(what, high)
    assert first is not None
    assert second is not None
    assert 0 <= first <= second <= 1


def test_terms_and_prices_say_how_far_they_can_be_trusted() -> None:
    """A figure read by weights carries a confidence; one read by rules alone was never measured and has none."""
    text = "Each household must hand in 5 kg of scrap metal. Rice was 5,000 won a kilogram at the market in Hyesan."
    report = read(text)
    values = [t.confidence for o in report.orders for t in o.terms] + [p.confidence for p in report.prices]
    assert len(values) == 2
    assert all(v is not None and 0 < v < 1 for v in values)
    plain = read(text, judges=NONE)
    assert {t.confidence for o in plain.orders for t in o.terms} == {None}
