"""When an order starts, where it starts from, when it is due and when it ends, in days of the run."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from inminban.engine.inputs import CENTRE, COUNTY, PROVINCE
from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.dates import span
from inminban.model.orders import Order, Report
from inminban.studies.assumptions import row_of
from inminban.studies.periods import ONCE, returns_of
from inminban.studies.terms import what


@dataclass(frozen=True, slots=True)
class Timing:
    """Days of an order: `begin` and `end` count from the first day of the run, `due` is None where it is not reported.

    `delayed` is true where `begin` is the day at its office and the way down comes on top; `top` is that office's tier.
    `returns` are the days after `begin` on which a levy begins again.
    """

    begin: int
    delayed: bool
    top: int
    due: int | None
    end: int
    returns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Begin:
    """The day that an order begins, whether the way down comes on top, and what was assumed for it."""

    day: datetime.date
    delayed: bool
    note: str = ""


def first_of(text: str | None) -> datetime.date | None:
    """First day that a date may mean; None where the year is not known."""
    days = span(text)
    return days[0] if days else None


def begin_of(country: Country, report: Report, order: Order) -> Begin:
    """Find the day an order begins: the first on which it holds, else that of issue, else one worked out."""
    if day := first_of(order.start):
        return Begin(day, False)
    if day := first_of(order.issued):
        return Begin(day, True)
    if day := first_of(order.due):
        term = int(row_of(country, "levy_term").central or 0)
        note = f"{order.id}: no day of issue is reported; taken as {term} days before it is due"
        return Begin(day - datetime.timedelta(days=term), False, note)
    if day := first_of(report.published):
        return Begin(day, False, f"{order.id}: no day is reported; taken as the day of publication")
    raise InputError(
        f"the order ({what(order)}) has no day with a year",
        where=order.id or report.id,
        field="issued",
        hint="Give issued, start or due, or the report's published",
    )


def top_of(country: Country, place: str) -> int:
    """Tier of the office that an order for a place comes from."""
    level = country.gazetteer.places[place].level
    return {"country": CENTRE, "province": PROVINCE}.get(level, COUNTY)


def timing_of(begin: Begin, order: Order, top: int, first: datetime.date, days: int, every: str = ONCE) -> Timing:
    """Place an order's days in the run; one that begins outside of it is refused."""
    last = first + datetime.timedelta(days=days - 1)
    if not first <= begin.day <= last:
        raise InputError(
            f"the order begins on {begin.day}, outside of the run from {first} to {last}",
            where=order.id or "",
            field="start",
            hint="Start the run earlier, or let it last longer",
        )
    due, end = first_of(order.due), first_of(order.end)
    return Timing(
        begin=(begin.day - first).days,
        delayed=begin.delayed,
        top=top,
        due=(due - first).days if due else None,
        end=min((end - first).days, days - 1) if end else days - 1,
        returns=returns_of(begin.day, every, last),
    )
