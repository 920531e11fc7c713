"""Populations that several tests look at, each made once, and how two of them are compared."""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np

from inminban.model.country import Country, load_country
from inminban.model.households import Households
from inminban.population.apportion import market_areas
from inminban.population.fit import Fit, fit
from inminban.population.margins import Margins, margins_of
from inminban.population.synthesize import Persons, persons, synthesize

COUNTRY = load_country()
INVENTED = load_country("examplia")
CITY, DISTRICT, NEIGHBOURHOOD = "KP0205", "kp0205-ranam", "kp0205-ranam-rahung-1-dong"
COUNTY, PROVINCE = "KP0326", "KP-10"
AREAS = tuple(a.id for a in market_areas(COUNTRY.gazetteer))
SMALL = tuple(i for i in AREAS if (COUNTRY.gazetteer.places[i].households or 0) < 25_000)
COLUMNS = tuple(
    f.name for f in dataclasses.fields(Households) if "NDArray" in str(f.type) or f.type == "Bytes"
)  # of arrays, `area_starts` among them
BY_HOUSEHOLD = tuple(c for c in COLUMNS if c != "area_starts")


@cache
def made(place: str, seed: int = 1, year: int | None = None, sample: str = "1") -> Households:
    """Make the households of a place of the shipped country."""
    return synthesize(place, country=COUNTRY, seed=seed, year=year, sample=sample)


@cache
def people(place: str, seed: int = 1, year: int | None = None, sample: str = "1") -> Persons:
    """Make the persons of these households."""
    return persons(made(place, seed, year, sample), country=COUNTRY)


@cache
def invented(place: str) -> Households:
    """Make the households of a place of the invented country."""
    return synthesize(place, country=INVENTED)


def margins(area: str, year: int | None = None) -> Margins:
    """Return what a market area of the shipped country is made to match."""
    return margins_of(COUNTRY, COUNTRY.gazetteer.places[area], year)


def fits(households: Households, country: Country = COUNTRY) -> tuple[Fit, ...]:
    """Hold households and their persons against the tables."""
    return fit(households, persons(households, country=country), country=country)


def same(one: Households, two: Households) -> bool:
    """Whether two populations are alike in every bit."""
    pairs = [(getattr(one, f.name), getattr(two, f.name)) for f in dataclasses.fields(Households)]
    return all((a.dtype == b.dtype and np.array_equal(a, b)) if isinstance(a, np.ndarray) else a == b for a, b in pairs)


def order(households: Households) -> list[int]:
    """Return where each market area of households stands among all of the country."""
    return [AREAS.index(a.id) for a in households.areas]


def within(households: Households, area: str) -> slice:
    """Return where the households of a market area stand."""
    n = [a.id for a in households.areas].index(area)
    return slice(int(households.area_starts[n]), int(households.area_starts[n + 1]))


def same_rows(part: Households, around: Households) -> bool:
    """Whether a part's households are, in every bit, the rows that they are in a larger place."""
    for area in part.areas:
        mine, theirs = within(part, area.id), within(around, area.id)
        if around.areas[[a.id for a in around.areas].index(area.id)].households != area.households:
            return False
        at = np.searchsorted(around.index[theirs], part.index[mine])
        for column in BY_HOUSEHOLD:
            if not np.array_equal(getattr(part, column)[mine], getattr(around, column)[theirs][at]):
                return False
    return True
