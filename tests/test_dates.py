"""Dates keep the precision that the report has."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inminban.model.dates import checked, middle, precision, span


@pytest.mark.parametrize(
    ("text", "known"),
    [("2021-10-15", "day"), ("2021-10", "month"), ("2021", "year"), ("XXXX-10-15", "day without year"), (None, "none")],
)
def test_precision_is_that_of_the_words(text: str | None, known: str) -> None:
    """A month is not turned into a day, nor a missing year guessed."""
    assert precision(text) == known


@pytest.mark.parametrize(
    "text", ["2021-13", "2021-02-30", "XXXX-10", "XXXX", "15 Oct", "2021-1-1", "", "2021-10-15T00:00"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    """Only the four forms of the codebook are dates."""
    with pytest.raises(ValueError, match=r"expected a date|no such day"):
        checked(text)


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2040, 12, 31)))
def test_a_day_lies_in_its_month_and_year(day: datetime.date) -> None:
    """The span of a less precise date holds every day it may mean."""
    for text in (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]):
        days = span(checked(text))
        assert days
        assert days[0] <= day <= days[1]
        assert days[0] <= (middle(text) or day) <= days[1]


def test_a_day_without_year_has_no_span() -> None:
    """Nothing is computed from a year that the report does not give."""
    assert span(checked("XXXX-02-29")) is None
