"""Where and when an order is weighed: its places and their counts, its day, the staple's price, household incomes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from typing import Literal

from inminban.measures.prices import PriceUsed, price_of
from inminban.measures.range import Figure, Range
from inminban.model.country import Country
from inminban.model.dates import Precision, precision, span
from inminban.model.orders import Order, Report
from inminban.model.places import Place
from inminban.model.source import Source

DAYS_A_MONTH = Fraction(36525, 1200)
BOTTOM_FIFTH = 0.2

DatedBy = Literal["issued", "start", "due", "end", "published", "none"]


@dataclass(frozen=True)
class Setting:
    """All that one order is weighed against.

    `households` and `persons` are ranges over the doubt about the counts; None where nothing is counted. `members` is
    the mean household there, or in the country where the place is not counted.
    """

    country: Country
    places: tuple[Place, ...]
    households: Range | None
    persons: Range | None
    members: Figure
    counted: tuple[Source, ...]
    date: str | None
    dated_by: DatedBy
    staple: PriceUsed

    @property
    def place(self) -> str | None:
        """Id of the place that prices are looked up for."""
        return self.places[0].id if self.places else None

    @property
    def label(self) -> str:
        """Name the places in words."""
        return "; ".join(self.country.gazetteer.label(p.id) for p in self.places)

    @property
    def date_precision(self) -> Precision:
        """Say how exactly the day is known."""
        return precision(self.date)

    def price(self, code: str) -> PriceUsed:
        """Look up the price of an item here and then."""
        return self.staple if code == self.country.staple else price_of(self.country, code, self.date, self.place)


def setting_of(country: Country, order: Order, report: Report | None = None, place: str | None = None) -> Setting:
    """Find the order's places, day and prices; `place` (a name or id) takes the place of what the order names."""
    places = counted_places(country, order, place)
    root = country.gazetteer.places[country.root]
    counted = [p for p in places if p.households and p.persons]
    households = sum((spread(p, p.households or 0) for p in counted), Range.of(0)) if counted else None
    persons = sum((spread(p, p.persons or 0) for p in counted), Range.of(0)) if counted else None
    basis = counted or [root]
    mean = Fraction(sum(p.persons or 0 for p in basis), sum(p.households or 0 for p in basis))
    if not counted:
        provinces = [p for p in country.gazetteer.places.values() if p.level == "province"]
        mean = Fraction(sum(p.persons or 0 for p in provinces), sum(p.households or 0 for p in provinces))
    sources = tuple(country.counted(p) for p in basis)
    date, dated_by = day_of(order, report)
    near = places[0].id if places else None
    return Setting(
        country=country,
        places=places,
        households=households,
        persons=persons,
        members=Figure(Range.of(mean), "persons", sources),
        counted=sources if counted else (),
        date=date,
        dated_by=dated_by,
        staple=price_of(country, country.staple, date, near),
    )


def spread(place: Place, count: int) -> Range:
    """Return the count, and how far it may be off where it was never published."""
    return Range.of(count * (1 - place.count_spread), count, count * (1 + place.count_spread))


def counted_places(country: Country, order: Order, place: str | None) -> tuple[Place, ...]:
    """Places the order is weighed for: the one asked for, else the narrowest of the order's places that are counted."""
    gazetteer = country.gazetteer
    if place:
        return (gazetteer.one(place, where="--place"),)
    ids: list[str] = []
    for name in order.places:
        found = (name.place,) if name.place in gazetteer.places else gazetteer.named(name.name, name.within)
        found = gazetteer.meant(name.name, found) if len(found) > 1 else found
        if len(found) == 1 and found[0] and found[0] not in ids:
            ids.append(found[0])
    counted = [i for i in ids if gazetteer.places[i].households]
    kept = [i for i in counted if not any(i in gazetteer.ancestors(j)[1:] for j in counted)]
    return tuple(gazetteer.places[i] for i in (kept or ids))


def day_of(order: Order, report: Report | None) -> tuple[str | None, DatedBy]:
    """Day that prices are taken from: that of issue, start, due or end, else of publication."""
    fields: tuple[Literal["issued", "start", "due", "end"], ...] = ("issued", "start", "due", "end")
    for field in fields:
        value = getattr(order, field)
        if value and span(value):
            return value, field
    if report and report.published and span(report.published):
        return report.published, "published"
    return None, "none"


@dataclass(frozen=True, slots=True)
class Income:
    """Monthly money income of households in the order's money and month.

    `median` and `bottom` (the mean of the poorest fifth) hold for an income scale; `scales` are the ends of its range.
    `wage` is that of a household that lives on one state wage.
    """

    median: Figure
    bottom: Figure
    wage: Figure | None
    scales: tuple[Fraction, ...]
    scale_source: Source


def income_at(setting: Setting) -> Income | None:
    """Carry the surveyed incomes to the order's month by the staple's price; None where there is no such price."""
    country = setting.country
    rows = country.parameters
    if setting.staple.value is None or setting.date is None or "income_median" not in rows:
        return None
    year = rows["income_year"]
    then = price_of(country, country.staple, str(year.central), None)
    if then.value is None:
        return None
    carried = setting.staple.value.central / then.value.central
    median = Range.parameter(rows["income_median"]) * carried
    sigma = float(rows["income_sigma"].central or 0)
    sources = (rows["income_median"].origin, *then.sources, *setting.staple.sources)
    unit = f"{country.currency} a month"
    scale = rows["income_scale"]
    return Income(
        median=Figure(median, unit, sources, "the median of the surveys"),
        bottom=Figure(
            median * poorest_fifth(sigma),
            unit,
            (*sources, rows["income_sigma"].origin),
            "the median of the surveys at the central spread of incomes",
        ),
        wage=state_wage(setting),
        scales=tuple(Fraction(v) for v in dict.fromkeys((scale.low, scale.high)) if v is not None),
        scale_source=scale.origin,
    )


def poorest_fifth(sigma: float) -> Fraction:
    """Mean of the poorest fifth of a lognormal distribution, over its median."""
    normal = NormalDist()
    share = normal.cdf(normal.inv_cdf(BOTTOM_FIFTH) - sigma) / BOTTOM_FIFTH
    return Fraction(share * math.exp(sigma * sigma / 2)).limit_denominator(10**6)


def state_wage(setting: Setting) -> Figure | None:
    """State wage that was in force on the order's day; None before the first that is known."""
    days = span(setting.date)
    valid = [w for w in setting.country.state_wages if days and w.since <= days[0]]
    if not valid:
        return None
    row = setting.country.parameters[valid[-1].symbol]
    return Figure(Range.parameter(row), row.unit, (row.origin,), "the wages reported")
