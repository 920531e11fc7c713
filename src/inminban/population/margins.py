"""Margins of a market area: how many households and persons it has, of what kinds, in whole numbers to be matched."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np

from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.households import COOKING, DWELLINGS, HEATING, RESIDENCES
from inminban.model.places import Gazetteer, Place
from inminban.population.apportion import (
    PLACES,
    TABLE,
    apportioned,
    census_row,
    census_year,
    lowest,
    national,
)
from inminban.population.draws import whole
from inminban.population.raking import Floats, Ints, rake, whole_rows

ABOVE = ("province", "country")  # levels above a market area
STEEPEST_TILT, HALVINGS = 40.0, 80
CELL_BITS = 10
APARTMENT, CENTRAL, WOOD = DWELLINGS.index("apartment"), HEATING.index("central heating"), HEATING.index("wood")


@dataclass(frozen=True, slots=True, eq=False)
class Margins:
    """What the population of a market area is made to match, in a year.

    By residence (a key of `RESIDENCES`): `persons`, `households`, `sizes` (households of 0, 1, 2 … persons) and
    `dwellings` (households by dwelling, heating and cooking: shape (4, 4, 3)). `ages` are persons by sex and single
    year of age (2, 101), `industries` persons in work by sex and industry (2, 4), `extended` households that hold a
    grandparent.
    """

    area: str
    year: int
    persons: Mapping[str, int]
    households: Mapping[str, int]
    sizes: Mapping[str, Ints]
    dwellings: Mapping[str, Ints]
    ages: Ints
    industries: Ints
    extended: int

    @property
    def count(self) -> int:
        """Households of the area."""
        return sum(self.households.values())


def market_area(gazetteer: Gazetteer, place: Place) -> Place:
    """Return the market area that a place lies in or is: the place on its way up that lies right in a province."""
    found = gazetteer.area(place.id)
    if found is None:
        inside = [p.name for p in gazetteer.places.values() if p.parent == place.id][:3]
        raise InputError(
            f"{place.name} is a {place.level}, and one city or county is needed",
            field="place",
            hint="Give a city, county or district" + (f", such as {', '.join(inside)}" if inside else ""),
        )
    return gazetteer.places[found]


def areas_of(gazetteer: Gazetteer, place: Place) -> tuple[Place, ...]:
    """Market areas that make up a place, or the one that it lies in, in the order of the table."""
    if place.level not in ABOVE:
        return (market_area(gazetteer, place),)
    places = gazetteer.places.values()
    provinces = [p for p in places if p.level == "province" and place.id in (p.id, p.parent)]
    return tuple(p for province in provinces for p in places if p.parent == province.id)


def margins_of(country: Country, area: Place, year: int | None = None) -> Margins:
    """Return the margins of a market area in a year, else that of the census."""
    shared = apportioned(country, year or census_year(country))
    if area.id not in shared.areas:
        raise InputError(f"{area.name} is no market area", where=PLACES, field=area.id)
    n = shared.areas.index(area.id)
    persons, households = (
        {r: int(counts[n, k]) for k, r in enumerate(RESIDENCES)} for counts in (shared.persons, shared.households)
    )
    sizes = {r: tilted(size_weights(country, r), households[r], persons[r]) for r in RESIDENCES}
    cells = dwellings(country)[stratum(country, area)]
    share = Fraction(country.parameters["population_elder_share"].central or 0)
    extended = census_row(country, "family_type", wanted=lambda r: r.category.startswith("extended")).value
    large = sum(int(s[3:].sum()) for s in sizes.values())
    return Margins(
        area=area.id,
        year=shared.year,
        persons=persons,
        households=households,
        sizes=sizes,
        dwellings={
            r: whole_rows(cells[k].reshape(-1), np.array([households[r]])).reshape(cells[k].shape)
            for k, r in enumerate(RESIDENCES)
        },
        ages=shared.ages[n],
        industries=shared.industries[n],
        extended=min(int(share * Fraction(extended) / 100 * sum(households.values())), large),
    )


def size_weights(country: Country, residence: str) -> tuple[Fraction, ...]:
    """Share of households of 0, 1, 2 … persons, by residence; the largest stands for itself and more."""
    rows = {lowest(r): Fraction(r.value) for r in national(country, "household_size") if r.residence == residence}
    if not rows:
        raise InputError(f"no household sizes for {residence} households", where=TABLE, field="household_size")
    return tuple(rows.get(n, Fraction(0)) for n in range(max(rows) + 1))


def tilted(weights: tuple[Fraction, ...], households: int, persons: int) -> Ints:
    """Return how many households have each size, so that households and persons come out exactly.

    Shares are tilted by exp(a · size), with a such that the mean is persons ÷ households; whole numbers by largest
    remainder, then single households move one size up or down until the persons are right.
    """
    size = np.arange(len(weights))
    table = np.array([float(w) for w in weights])
    if not households:
        return np.zeros(len(weights), dtype=np.int64)
    middle = persons / households
    if not size[table > 0].min() <= middle <= size[table > 0].max():
        raise InputError(
            f"{persons:,} persons don't fit into {households:,} households of the sizes in the table",
            where=PLACES,
            hint="Check the area's counts of persons and households",
        )

    def steep(tilt: float) -> Floats:
        factors = [math.exp(max(-600.0, min(600.0, tilt * (n - middle)))) for n in range(len(table))]
        return np.asarray(table * factors)

    low, high = -STEEPEST_TILT, STEEPEST_TILT
    for _ in range(HALVINGS):
        tilt = (low + high) / 2
        now = steep(tilt)
        low, high = (low, tilt) if float((now * (size - middle)).sum()) > 0 else (tilt, high)
    now = steep((low + high) / 2)
    counts = whole([round(w / float(now.sum()) * 2**40) for w in now], households)
    while lacking := persons - sum(n * count for n, count in enumerate(counts)):
        step = 1 if lacking > 0 else -1
        ends = range(len(counts))
        source = max((n for n in ends if counts[n] and n + step in ends and n + step > 0), key=lambda n: counts[n])
        counts[source] -= 1
        counts[source + step] += 1
    return np.array(counts, dtype=np.int64)


def stratum(country: Country, area: Place) -> int:
    """Which of the country's regions with counts of their own an area lies in; 0 for none."""
    chain = country.gazetteer.ancestors(area.id)
    return next((n for n, (_, places) in enumerate(regions(country), 1) if set(chain) & set(places)), 0)


def regions(country: Country) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Places of the census table that are none of today's, by name, with the places that they were made of."""
    return tuple((r["name"], tuple(r["places"])) for r in country.settings.get("regions", ()))


@cache
def dwellings(country: Country) -> Ints:
    """Households of the country by region, residence, dwelling, heating and cooking, 1/1,024 of households.

    Shape (regions + 1, 2, 4, 4, 3). The census prints dwellings and fuels by residence; how they go together is raked
    from a start in which apartments burn less wood (`population_apartment_wood`), only they have central heating, and
    a household cooks with what it heats with (`population_same_fuel`).
    """
    shared = apportioned(country, census_year(country))
    where = [stratum(country, country.gazetteer.places[a]) for a in shared.areas]
    homes = np.zeros((len(regions(country)) + 1, len(RESIDENCES)))
    np.add.at(homes, where, shared.households.astype(np.float64))
    total = homes.sum(axis=0)
    lived, heated, cooked = (
        np.stack([shares(country, table, categories, r) for r in RESIDENCES]) * total[:, None]
        for table, categories in (("dwelling_type", DWELLINGS), ("heating_fuel", HEATING), ("cooking_fuel", COOKING))
    )
    central = [r for r in national(country, "heating_fuel") if r.category.startswith("central heating")]
    if central:
        heated[:, CENTRAL] = lived[:, APARTMENT] * float(central[0].value) / 100
        heated[:, -1] -= heated[:, CENTRAL]
    seed = np.ones((len(homes), len(RESIDENCES), len(DWELLINGS), len(HEATING), len(COOKING)))
    seed[:, :, APARTMENT, WOOD] *= float(country.parameters["population_apartment_wood"].central or 0)
    seed[:, :, [d for d in range(len(DWELLINGS)) if d != APARTMENT], CENTRAL] = 0
    for k, fuel in enumerate(COOKING[:-1]):
        seed[:, :, :, HEATING.index(fuel), k] *= float(country.parameters["population_same_fuel"].central or 0)
    known = np.full((len(homes), len(DWELLINGS)), np.nan)
    for n, (name, _) in enumerate(regions(country), 1):
        for row in country.census:
            if row.table == "dwelling_type" and row.place == name and row.category in DWELLINGS:
                known[n, DWELLINGS.index(row.category)] = float(row.value)
    targets = [((0, 1), homes), ((1, 2), lived), ((1, 3), heated), ((1, 4), cooked)]
    if not np.isnan(known).all():
        targets.append(((0, 2), known))
    return np.asarray(np.rint(rake(seed, targets) * 2**CELL_BITS), dtype=np.int64)


def shares(country: Country, table: str, categories: tuple[str, ...], residence: str) -> Floats:
    """Shares of households of a residence by category, from counts or percentages; the last takes what is left."""
    rows = {r.category: r for r in national(country, table) if r.residence == residence and r.category in categories}
    homes = float(census_row(country, "households", residence).value)
    found = np.array(
        [float(rows[c].value) / (100 if rows[c].unit == "percent" else homes) if c in rows else 0 for c in categories]
    )
    found[-1] = 1 - found[:-1].sum()
    if found.min() < 0 or not rows:
        raise InputError(f"the {residence} households by {table} are missing or too many", where=TABLE, field=table)
    return found
