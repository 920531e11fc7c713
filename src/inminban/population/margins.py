"""Margins of a market area: how many households and persons, of what sizes, ages and sexes, each with its row.

A market area is a city or county, or a district that answers to its province as they do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from inminban.errors import InputError
from inminban.model.country import CensusRow, Country
from inminban.model.places import Gazetteer, Place
from inminban.model.source import Source

RESIDENCES = ("urban", "rural")
SEXES = ("male", "female")
OLDEST = 100
TABLE = "census.csv"


@dataclass(frozen=True, slots=True)
class Margin:
    """A count or share that the population is made to match, and the row it comes from."""

    value: Fraction
    source: Source

    @property
    def count(self) -> int:
        """The value as a count of whole persons or households."""
        return round(self.value)


@dataclass(frozen=True, slots=True)
class Margins:
    """What the population of a market area is made of.

    `households` and `persons` are counts of the census year. `urban` and `rural` persons and households are by
    residence and sum to them, `sexes` men and women. `sizes` holds, by residence, the share of households of each size
    (persons) before it is tilted to the area's mean, the largest size standing for itself and more. `ages` holds, by
    sex, the civilians of the whole country at each age from 0 to `OLDEST`, a pattern that is scaled to the area.
    `extended` is the share of households that hold three generations or more.
    """

    area: str
    year: int
    households: Margin
    persons: Margin
    persons_by: Mapping[str, Margin]
    households_by: Mapping[str, Margin]
    sexes: Mapping[str, Margin]
    sizes: Mapping[str, Mapping[int, Margin]]
    ages: Mapping[str, tuple[Margin, ...]]
    extended: Margin


def market_area(gazetteer: Gazetteer, place: Place) -> Place:
    """Return the market area that a place lies in or is: the place on its way up that lies right in a province."""
    chain = [gazetteer.places[i] for i in gazetteer.ancestors(place.id)]
    below = [p for p in chain if p.level not in ("province", "country")]
    if not below:
        inside = [p.name for p in gazetteer.places.values() if p.parent == place.id][:3]
        raise InputError(
            f"{place.name} is a {place.level}: households are made for one city or county at a time",
            field="place",
            hint="Give a city, county or district" + (f", such as {', '.join(inside)}" if inside else ""),
        )
    return below[-1]


def read_margins(country: Country, area: Place) -> Margins:
    """Read the margins of a market area; refuses one without a count of persons and households."""
    persons = counted(country, area, "persons")
    households = counted(country, area, "households")
    if not 0 < households.value <= persons.value:
        raise InputError(
            f"{area.name} has {households.count:,} households and {persons.count:,} persons",
            where="places.csv",
            field=area.id,
            hint="Give a place that has households, each with at least one person",
        )
    persons_by = by_residence(country, area)
    return Margins(
        area=area.id,
        year=int(country.settings["census_year"]),
        households=households,
        persons=persons,
        persons_by=persons_by,
        households_by=homes_by_residence(country, persons_by, households),
        sexes={"male": counted(country, area, "men"), "female": counted(country, area, "women")},
        sizes={residence: size_shares(country, residence) for residence in RESIDENCES},
        ages={sex: civilians_by_age(country, sex) for sex in SEXES},
        extended=share_of(census_row(country, "family_type", lambda r: r.category.startswith("extended"))),
    )


def counted(country: Country, place: Place, column: str) -> Margin:
    """Return a column of a place's row as a margin; `column` is persons, households, men or women."""
    value: int | None = getattr(place, column)
    if value is None:
        raise InputError(
            f"{place.name} has no count of {column}",
            where="places.csv",
            field=place.id,
            hint="Give the city or county around it, or add the count to the table",
        )
    return Margin(Fraction(value), country.counted(place))


def by_residence(country: Country, area: Place) -> dict[str, Margin]:
    """Return urban and rural persons of an area.

    Where the census splits only the province, the area gets the share of what its counted neighbours leave of it.
    """
    urban, rural, source = area.urban, area.rural, country.counted(area)
    if urban is None or rural is None:
        province = country.gazetteer.places[area.parent]
        split = [p for p in country.gazetteer.places.values() if p.parent == province.id and p.urban is not None]
        urban = (province.urban or 0) - sum(p.urban or 0 for p in split)
        rural = (province.rural or 0) - sum(p.rural or 0 for p in split)
        source = country.counted(province)
    if min(urban, rural) < 0 or urban + rural == 0:
        raise InputError(f"{area.name} can't be split into urban and rural persons", where="places.csv", field=area.id)
    share = round(Fraction(urban, urban + rural) * (area.persons or 0))
    return {
        "urban": Margin(Fraction(share), source),
        "rural": Margin(Fraction((area.persons or 0) - share), source),
    }


def homes_by_residence(country: Country, persons: Mapping[str, Margin], homes: Margin) -> dict[str, Margin]:
    """Split an area's households by residence: its persons by the country's mean size, scaled to the area's count."""
    means = {
        r: census_row(country, "household_size_mean", lambda row, r=r: row.residence == r)  # type: ignore[misc]
        for r in RESIDENCES
    }
    raw = {r: persons[r].value / Fraction(means[r].value) for r in RESIDENCES}
    urban = round(homes.value * raw["urban"] / sum(raw.values()))
    # Nobody lives outside a household, and no household is empty.
    urban = min(max(urban, homes.count - persons["rural"].count), persons["urban"].count)
    return {
        "urban": Margin(Fraction(urban), origin(means["urban"])),
        "rural": Margin(homes.value - urban, origin(means["rural"])),
    }


def size_shares(country: Country, residence: str) -> dict[int, Margin]:
    """Return the share of households of each size, in persons, by residence."""
    rows = [r for r in national(country, "household_size") if r.residence == residence]
    if not rows:
        raise InputError(f"no household sizes for {residence} households", where=TABLE, field="household_size")
    return {lowest(r): share_of(r) for r in sorted(rows, key=lowest)}


def civilians_by_age(country: Country, sex: str) -> tuple[Margin, ...]:
    """Return civilians of the whole country of one sex at each age from 0 to `OLDEST`.

    Each age group of the table is spread evenly over its years. Persons whom the country counts and no province does
    (soldiers in camps) are taken evenly off the ages of service (`population_service_age`).
    """
    ages: list[Fraction] = [Fraction(0)] * (OLDEST + 1)
    sources: list[Source | None] = [None] * (OLDEST + 1)
    for row in national(country, f"age_sex_model_{country.settings['census_year']}"):
        if row.sex == sex:
            years = range(lowest(row), min(highest(row), OLDEST) + 1)
            for age in years:
                ages[age], sources[age] = Fraction(row.value) / len(years), origin(row)
    if not all(sources):
        raise InputError(f"the ages of {sex} persons have a gap", where=TABLE, field="age_sex_model")
    service = country.parameters["population_service_age"]
    served = range(int(service.low or 0), int(service.high or 0) + 1)
    places = country.gazetteer.places.values()
    column = {"male": "men", "female": "women"}[sex]
    away = sum(ages) - sum(getattr(p, column) or 0 for p in places if p.level == "province")
    for age in served:
        ages[age] = max(Fraction(0), ages[age] - max(Fraction(0), Fraction(away)) / len(served))
    return tuple(Margin(a, s) for a, s in zip(ages, sources, strict=True) if s)


def national(country: Country, table: str) -> list[CensusRow]:
    """Return rows of a census table about the whole country in the census year."""
    year = str(country.settings["census_year"])
    return [r for r in country.census if r.table == table and r.place == country.root and r.year == year]


def census_row(country: Country, table: str, wanted: Callable[[CensusRow], bool]) -> CensusRow:
    """Return the first national row of a table that is wanted."""
    found = next((r for r in national(country, table) if wanted(r)), None)
    if found is None:
        raise InputError("a row that the population is made of is missing", where=TABLE, field=table)
    return found


def share_of(row: CensusRow) -> Margin:
    """Return a percentage as a share."""
    return Margin(Fraction(row.value) / 100, origin(row))


def origin(row: CensusRow) -> Source:
    """How a page names a row of the census."""
    words = " ".join(part for part in (row.residence, row.sex, row.category) if part and part != "total")
    note = f"; {row.note}" if row.note else ""
    return Source(
        "data", f"{row.table.replace('_', ' ')}, {words}", f"{row.value:,} {row.unit}{note}; {row.source}", row.ref
    )


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
