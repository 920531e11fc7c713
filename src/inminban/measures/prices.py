"""What something cost then and there: the median of the observations near a day and a place."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Literal

from inminban.measures.range import Range
from inminban.model.country import Country, PriceRow
from inminban.model.dates import middle, precision, span
from inminban.model.items import BASE
from inminban.model.source import Source

WINDOW_DAYS = 45
MOST_MOVE = 2

Nearness = Literal["same place", "same province", "country"]


@dataclass(frozen=True, slots=True)
class PriceUsed:
    """The price of an item in the country's money for one base unit, and the rows it is the median of.

    `nearness` says where the rows were seen, `window` when; without rows `value` is None and `why` says why.
    """

    item: str
    unit: str
    value: Range | None
    rows: tuple[PriceRow, ...]
    nearness: Nearness | None
    window: str
    why: str = ""

    @property
    def sources(self) -> tuple[Source, ...]:
        """One source for the median, naming its rows."""
        if not self.rows or self.value is None:
            return ()
        per = BASE.get(self.unit, (self.unit, Fraction(1)))[1]
        ids = [row.id for row in self.rows]
        places = ", ".join(dict.fromkeys(row.place for row in self.rows))
        what = f"{self.item}: {float(self.value.central * per):,.10g} {self.rows[0].currency} a {self.unit}"
        seen = (
            f"median of {len(ids)} observations ({self.nearness}, {self.window}), from "
            if len(ids) > 1
            else "one observation, "
        )
        spread = (
            f"{float(self.value.low * per):,.10g} to {float(self.value.high * per):,.10g}; " if len(ids) > 1 else ""
        )
        papers = "; ".join(dict.fromkeys(row.source.split(" http")[0] for row in self.rows))
        return (Source("data", what, f"{seen}{spread}{places}; {papers}", "prices:" + " ".join(ids)),)


def price_of(country: Country, code: str, date: str | None, place: str | None) -> PriceUsed:
    """Find the market price of an item at a date and place.

    Observations within ±45 days are taken from the same city or county, else the same province, else the country;
    their median is the price and their extremes its range. A row that carries only a year serves only where no dated
    row does, and only in a year that moved at most twofold; a date that is itself only a year takes the whole year's
    rows under the same condition. Nothing is carried across a break of the currency.
    """
    unit = next((row.unit for row in country.prices if row.code == code and row.currency == country.currency), "")
    none = PriceUsed(code, unit, None, (), None, "")
    day, days = middle(date), span(date)
    if day is None or days is None:
        return replace_why(none, "the order has no date with a year")
    if any(days[0] < b.date <= days[1] for b in country.money_breaks):
        return replace_why(none, "the date may lie on either side of a change of the currency")
    rows = [
        r
        for r in country.prices
        if r.code == code and r.currency == country.currency and r.unit == unit and same_money(country, r, day)
    ]
    if not rows:
        return replace_why(none, "no market price of it is known in this money")
    dated = [r for r in rows if precision(r.date) != "year"]
    window = f"within {WINDOW_DAYS} days of {day}"
    near = [] if precision(date) == "year" else [r for r in dated if abs((seen_on(r) - day).days) <= WINDOW_DAYS]
    if not near:
        near = [
            r
            for r in rows
            if r.date.startswith(str(day.year)) and (precision(date) == "year" or precision(r.date) == "year")
        ]
        window = f"any of {day.year}"
        year = [r.price for r in rows if r.date.startswith(str(day.year))]
        if near and max(year) > MOST_MOVE * min(year):
            return replace_why(none, f"only the year is known, and the price moved more than twofold in {day.year}")
    if not near:
        return replace_why(
            none, f"no observation within {WINDOW_DAYS} days of {day}, nor one that is dated by the year alone"
        )
    used, nearness = nearest(country, near, place)
    scale = BASE.get(unit, (unit, Fraction(1)))[1]
    values = [Fraction(r.price) / scale for r in used]
    return PriceUsed(code, unit, Range.of(min(values), median(values), max(values)), tuple(used), nearness, window)


def replace_why(none: PriceUsed, why: str) -> PriceUsed:
    """Say why there is no price."""
    return PriceUsed(none.item, none.unit, None, (), None, "", why)


def seen_on(row: PriceRow) -> datetime.date:
    """Day that stands for the row's date."""
    return middle(row.date) or datetime.date.min


def same_money(country: Country, row: PriceRow, day: datetime.date) -> bool:
    """Whether the row's date and the day lie on the same side of every break of the currency."""
    return all((seen_on(row) < b.date) == (day < b.date) for b in country.money_breaks)


def nearest(country: Country, rows: Iterable[PriceRow], place: str | None) -> tuple[list[PriceRow], Nearness]:
    """Rows of the place's city or county, else of its province, else all."""
    rows = list(rows)
    gazetteer = country.gazetteer
    levels: list[tuple[Nearness, str | None]] = []
    if place:
        levels = [
            ("same place", gazetteer.area(place) or gazetteer.province(place)),
            ("same province", gazetteer.province(place)),
        ]
    for nearness, around in levels:
        found = [r for r in rows if around and around in gazetteer.ancestors(r.place_id)]
        if found:
            return found, nearness
    return rows, "country"
