"""Dates as precise as a report has them: `2021-10-15`, `2021-10`, `2021`, or `XXXX-10-15` where the year is not known.

The spellings are those of EDTF level 1 (ISO 8601-2). Order dates are never completed by a guess.
"""

from __future__ import annotations

import calendar
import datetime
import re
from typing import Annotated, Literal

from pydantic import AfterValidator

DateText = Annotated[str, AfterValidator(lambda text: checked(text))]
Precision = Literal["day", "month", "year", "day without year", "none"]

FORM = re.compile(r"(?:(?P<year>\d{4})|XXXX)(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?")
LEAP_YEAR = 2000


def checked(text: str) -> str:
    """Return the text if it is a date in one of the four forms, else raise ValueError."""
    match = FORM.fullmatch(text)
    if not match or (match["year"] is None and not match["day"]):
        raise ValueError("expected a date such as 2021-10-15, 2021-10, 2021 or XXXX-10-15")
    try:
        datetime.date(int(match["year"] or LEAP_YEAR), int(match["month"] or 1), int(match["day"] or 1))
    except ValueError as error:
        raise ValueError(f"no such day in the calendar: {error}") from None
    return text


def precision(text: str | None) -> Precision:
    """Say how exactly a date is known."""
    if text is None:
        return "none"
    if text.startswith("XXXX"):
        return "day without year"
    found: tuple[Precision, ...] = ("year", "month", "day")
    return found[text.count("-")]


def span(text: str | None) -> tuple[datetime.date, datetime.date] | None:
    """First and last day that the date may mean; None where the year or everything is unknown."""
    if text is None or text.startswith("XXXX"):
        return None
    year, *rest = (int(part) for part in text.split("-"))
    month, last_month = (rest[0], rest[0]) if rest else (1, 12)
    if len(rest) > 1:
        day = datetime.date(year, month, rest[1])
        return day, day
    return datetime.date(year, month, 1), datetime.date(year, last_month, calendar.monthrange(year, last_month)[1])


def middle(text: str | None) -> datetime.date | None:
    """Day in the middle of what the date may mean."""
    days = span(text)
    return days and days[0] + (days[1] - days[0]) // 2
