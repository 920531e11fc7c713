"""Apportion the country's counts to its market areas, so that every published sum holds; carry them to a later year.

A market area is a city or county, or a district that answers to its province as they do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np

from inminban.errors import InputError
from inminban.model.country import CensusRow, Country
from inminban.model.households import RESIDENCES
from inminban.model.places import Gazetteer, Place
from inminban.population.draws import whole
from inminban.population.raking import Floats, Ints, rake, whole_rows, whole_table

SEXES = ("male", "female")
INDUSTRIES = ("agriculture", "manufacturing", "public services", "other")
OLDEST = 100
ADULT, SCHOOL, OLD = 17, 6, 60  # a person is adult from 17, a pupil from 6 to 16, of working age up to 59
TABLE, PLACES = "census.csv", "places.csv"
AGE_BITS = 10  # persons at each age of the country are counted in 1/1,024


@dataclass(frozen=True, slots=True, eq=False)
class Apportioned:
    """Counts of all market areas, one row an area, for a year.

    `persons` and `households` by residence (areas, 2), `sexes` persons by sex (areas, 2), `ages` persons of each sex at
    each age from 0 to `OLDEST` (areas, 2, 101), `industries` persons in work by sex and industry (areas, 2, 4).
    """

    year: int
    areas: tuple[str, ...]
    persons: Ints
    households: Ints
    sexes: Ints
    ages: Ints
    industries: Ints


@cache
def apportioned(country: Country, year: int) -> Apportioned:
    """Apportion the counts of a country in a year; of a later year than the census they are derived.

    Persons of each sex are those of the census, carried on by the series `age_sex` of the census table; persons a
    household, and shares of towns, stay those of the census.
    """
    areas = market_areas(country.gazetteer)
    ages = civilians_by_age(country, year)
    growth = ages.sum(axis=1) / civilians_by_age(country, census_year(country)).sum(axis=1)
    counted = np.array([[number(a, "men"), number(a, "women")] for a in areas], dtype=np.int64)
    sexes = np.stack(
        [whole_rows(counted[:, s], np.array([round(counted[:, s].sum() * growth[s])]))[0] for s in range(len(SEXES))], 1
    )
    before = by_residence(country, areas)
    total = int(sexes.sum())
    persons = fitted(before.astype(np.float64), sexes.sum(axis=1), np.array(whole(before.sum(axis=0).tolist(), total)))
    households = homes(country, areas, persons, before)
    by_age = np.stack([whole_rows(ages[s], sexes[:, s]) for s in range(len(SEXES))], axis=1)
    return Apportioned(
        year, tuple(a.id for a in areas), persons, households, sexes, by_age, industries(country, persons, by_age)
    )


def fitted(seed: Floats, rows: Ints, columns: Ints) -> Ints:
    """Rake a table to its rows' and columns' totals and round it, so that both hold."""
    table = rake(seed, [((0,), rows.astype(np.float64)), ((1,), columns.astype(np.float64))])
    return whole_table(table, rows, columns)


def census_year(country: Country) -> int:
    """Year of the counts of persons and households."""
    return int(country.settings["census_year"])


def years(country: Country) -> range:
    """Years that a population can be made for: from the census to the end of the series of ages."""
    series = [int(r.year) for r in country.census if r.table == "age_sex" and r.place == country.root]
    return range(census_year(country), max([*series, census_year(country)]) + 1)


def market_areas(gazetteer: Gazetteer) -> tuple[Place, ...]:
    """Places right below a province, in the order of the table."""
    places = gazetteer.places
    return tuple(p for p in places.values() if p.parent in places and places[p.parent].level == "province")


def number(area: Place, column: str) -> int:
    """Return a count of an area (persons, households, men or women); refuses an area without it."""
    value: int | None = getattr(area, column)
    if value is None:
        raise InputError(
            f"{area.name} has no count of {column}", where=PLACES, field=area.id, hint="Add the count to the table"
        )
    return value


def by_residence(country: Country, areas: tuple[Place, ...]) -> Ints:
    """Urban and rural persons of each area: (areas, 2).

    Areas that the census does not split share what those it does split leave of their province.
    """
    found = np.array([[a.urban or 0, a.rural or 0] for a in areas], dtype=np.int64)
    open_ = [n for n, a in enumerate(areas) if a.urban is None or a.rural is None]
    for province in dict.fromkeys(areas[n].parent for n in open_):
        inside = [n for n, a in enumerate(areas) if a.parent == province]
        mine = [n for n in inside if n in open_]
        place = country.gazetteer.places[province]
        rest = [(place.urban or 0), (place.rural or 0)] - found[[n for n in inside if n not in mine]].sum(axis=0)
        persons = [number(areas[n], "persons") for n in mine]
        if rest.min() < 0 or rest.sum() != sum(persons):
            raise InputError(
                f"{place.name}'s urban and rural persons are not those of its cities and counties",
                where=PLACES,
                field=province,
            )
        urban = whole(persons, int(rest[0]))
        found[mine] = [[u, p - u] for u, p in zip(urban, persons, strict=True)]
    for area, split in zip(areas, found, strict=True):
        if split.sum() != number(area, "persons") or number(area, "men") + number(area, "women") != area.persons:
            raise InputError(
                f"{area.name} has {area.persons:,} persons, and other sums of town and country, or of men and women",
                where=PLACES,
                field=area.id,
            )
    return found


def homes(country: Country, areas: tuple[Place, ...], persons: Ints, before: Ints) -> Ints:
    """Households of each area by residence: (areas, 2).

    Areas keep their own counts, residences the country's shares; in between, persons over the country's mean size.
    """
    counted = np.array([number(a, "households") for a in areas], dtype=np.int64)
    census_row(country, "household_size", RESIDENCES[0])
    most = max(lowest(r) for r in national(country, "household_size"))
    for area, count in zip(areas, counted, strict=True):
        if not 0 < count <= (area.persons or 0) <= most * count:
            raise InputError(
                f"{area.name} has {count:,} households and {area.persons or 0:,} persons",
                where=PLACES,
                field=area.id,
                hint=f"Households have 1 to {most} persons",
            )
    now = whole(
        (counted * persons.sum(axis=1) * 2**20 // before.sum(axis=1)).tolist(),
        round(Fraction(int(counted.sum()) * int(persons.sum()), int(before.sum()))),
    )
    means = [census_row(country, "household_size_mean", r).value for r in RESIDENCES]
    totals = [census_row(country, "households", r).value for r in RESIDENCES]
    grown = zip(totals, persons.sum(axis=0).tolist(), before.sum(axis=0).tolist(), strict=True)
    columns = np.array(whole([Fraction(total) * after / max(1, first) for total, after, first in grown], sum(now)))
    found = fitted(persons / np.array(means, dtype=np.float64), np.array(now), columns)
    least = -(-persons // most)
    urban = np.clip(
        found[:, 0], np.maximum(least[:, 0], now - persons[:, 1]), np.minimum(persons[:, 0], now - least[:, 1])
    )
    return np.stack([urban, now - urban], axis=1)


def civilians_by_age(country: Country, year: int) -> Ints:
    """Civilians of the country by sex and age, 1/1,024 of persons: shape (2, 101).

    Each age group of the model `age_sex_model_YEAR` is spread evenly over its years; groups that the census printed
    (`age_sex_census`) replace the model's, and the others are scaled to the rest of each sex. Persons whom the country
    counts and no province does (soldiers in camps) are taken evenly off the ages of service
    (`population_service_age`). For a later year each age is carried on by the series `age_sex`.
    """
    base = census_year(country)
    service = country.parameters["population_service_age"]
    served = slice(int(service.low or 0), int(service.high or 0) + 1)
    ages = as_printed(country, by_age(country, f"age_sex_model_{base}", base))
    for s, column in enumerate(("men", "women")):
        counted = sum(number(a, column) for a in market_areas(country.gazetteer))
        away = max(0.0, float(ages[s].sum()) - counted)
        ages[s, served] = np.maximum(0.0, ages[s, served] - away / len(ages[s, served]))
    if year != base:
        ages = ages * series(country, year) / series(country, base)
    return np.asarray(np.rint(ages * 2**AGE_BITS), dtype=np.int64)


def as_printed(country: Country, ages: Floats) -> Floats:
    """Put ages that the census printed, for one sex or both together, in place of the model's."""
    totals = ages.sum(axis=1, keepdims=True)
    fixed = np.zeros(ages.shape, dtype=np.bool_)
    found = ages.copy()
    for row in sorted(national(country, "age_sex_census"), key=lambda r: r.sex not in SEXES):
        sexes = [SEXES.index(row.sex)] if row.sex in SEXES else list(range(len(SEXES)))
        part = (sexes, slice(lowest(row), min(highest(row), OLDEST) + 1))
        if not fixed[part].any():
            found[part] *= float(row.value) / found[part].sum()
            fixed[part] = True
    kept, rest = np.where(fixed, found, 0), np.where(fixed, 0, found)
    return np.asarray(kept + rest * (totals - kept.sum(axis=1, keepdims=True)) / rest.sum(axis=1, keepdims=True))


def series(country: Country, year: int) -> Floats:
    """Persons by sex and age in a year by the series `age_sex`, between two of its years in proportion."""
    known = sorted({int(r.year) for r in country.census if r.table == "age_sex" and r.place == country.root})
    before = max((y for y in known if y <= year), default=None)
    after = min((y for y in known if y >= year), default=None)
    if before is None or after is None:
        raise InputError(
            f"there are no ages for {year}",
            where="--year",
            field="year",
            hint=f"Give a year from {years(country)[0]} to {years(country)[-1]}",
        )
    first, last = (np.maximum(by_age(country, "age_sex", y), 1e-3) for y in (before, after))
    part = (year - before) / max(1, after - before)
    return np.asarray(first * (1 - part) + last * part)


def by_age(country: Country, table: str, year: int) -> Floats:
    """Persons by sex and single year of age, from a table of age groups, each spread evenly: shape (2, 101)."""
    found = np.full((len(SEXES), OLDEST + 1), np.nan)
    for row in national(country, table, year):
        if row.sex in SEXES:
            first, last = lowest(row), min(highest(row), OLDEST)
            found[SEXES.index(row.sex), first : last + 1] = float(row.value) / (last + 1 - first)
    if np.isnan(found).any():
        raise InputError("the table of ages has a gap", where=TABLE, field=table)
    return found


def industries(country: Country, persons: Ints, ages: Ints) -> Ints:
    """Persons in work by sex and industry of each area: (areas, 2, 4).

    A share of those of working age is in work (`population_in_work`). Industries have the country's shares; how far men
    and women, town and country differ in agriculture comes from the census and from who lives off a farm.
    """
    share = float(country.parameters["population_in_work"].central or 0)
    workers = np.rint(ages[:, :, ADULT:OLD].sum(axis=2) * share).astype(np.int64)
    shares = [industry_share(country, name) for name in INDUSTRIES]
    totals = np.array([float(share) for share in shares])
    towns = persons / persons.sum(axis=1, keepdims=True)
    farms = np.array([float(country.parameters[f"livelihood_farmer_{r}"].central or 0) for r in RESIDENCES])
    farming = np.array([float(farming_share(country, sex)) for sex in SEXES])
    odds = farming / (1 - farming) / (totals[0] / (1 - totals[0]))
    seed = np.empty((len(persons), len(SEXES), len(INDUSTRIES)))
    seed[:, :, 0] = (towns @ farms)[:, None] * odds
    seed[:, :, 1:] = ((1 - towns @ farms)[:, None] * totals[1:])[:, None, :]
    table = rake(seed * workers[:, :, None], [((0, 1), workers.astype(float)), ((2,), totals * workers.sum())])
    columns = np.array(whole(shares, int(workers.sum())))
    flat = whole_table(table.reshape(-1, len(INDUSTRIES)), workers.reshape(-1), columns)
    return np.asarray(flat.reshape(table.shape), dtype=np.int64)


def industry_share(country: Country, name: str) -> Fraction:
    """Share of the employed that work in an industry; `other` is what the named ones leave."""
    shares = {n: Fraction(industry_row(country, n).value) / 100 for n in INDUSTRIES[:-1]}
    return shares[name] if name in shares else 1 - sum(shares.values(), Fraction(0))


def industry_row(country: Country, name: str) -> CensusRow:
    """Return the row with the share of the employed that work in a named industry."""
    rows = [r for r in national(country, "industry") if r.sex == "total" and r.unit == "percent of employed"]
    found = [r for r in rows if r.category.startswith(name)]
    if len(found) != 1:
        raise InputError(f"the share of {name} among the employed is missing", where=TABLE, field="industry")
    return found[0]


def farming_share(country: Country, sex: str) -> Fraction:
    """Share of the men or women in work that work in agriculture."""
    rows = national(country, "industry")
    row = next((r for r in rows if r.sex == sex and r.category.startswith(INDUSTRIES[0])), None)
    return Fraction(row.value) / 100 if row else industry_share(country, INDUSTRIES[0])


def national(country: Country, table: str, year: int | None = None) -> list[CensusRow]:
    """Return rows of a census table about the whole country in a year, else that of the census."""
    wanted = str(year or census_year(country))
    return [r for r in country.census if r.table == table and r.place == country.root and r.year == wanted]


def census_row(
    country: Country, table: str, residence: str = "total", wanted: Callable[[CensusRow], bool] = lambda _: True
) -> CensusRow:
    """Return the first national row of a table for a residence that is wanted."""
    found = next((r for r in national(country, table) if r.residence == residence and wanted(r)), None)
    if found is None:
        raise InputError("a row that the population is made of is missing", where=TABLE, field=f"{table}, {residence}")
    return found


def lowest(row: CensusRow) -> int:
    """Return the first number of a class: 5 of “5-9”, 10 of “10+”."""
    found = re.match(r"\d+", row.category)
    if not found:
        raise InputError(f"“{row.category}” is no class of numbers", where=TABLE, field=row.table)
    return int(found[0])


def highest(row: CensusRow) -> int:
    """Return the last number of a class: 9 of “5-9”, `OLDEST` of an open one."""
    numbers = re.findall(r"\d+", row.category)
    return OLDEST if row.category.endswith("+") else int(numbers[-1])
