"""What a synthetic population looks like: its counts, ages, sizes, homes and work, beside what it was made to match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from inminban.model.country import Country
from inminban.model.households import COOKING, DWELLINGS, HEATING, LIVELIHOODS, RESIDENCES, Households
from inminban.model.places import Place
from inminban.model.source import Source
from inminban.population.apportion import INDUSTRIES, SEXES, census_year, national
from inminban.population.fit import Fit, fit
from inminban.population.margins import margins_of, size_weights
from inminban.population.synthesize import Persons

GROUP = 5  # years of age in a group of the pyramid
TOP = 80  # age from which all are one group
SIZE, INDUSTRY, AGE = "household size", "industry", "age"
OF_TABLE = {SIZE: "household_size", "dwelling": "dwelling_type", "heating": "heating_fuel", "cooking": "cooking_fuel"}
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Count:
    """A count of the place: `name` (households, persons, men, women, urban persons …), what came, what was to come.

    `target` and `source` are None where no table counts them. `note` says what is weak about the target.
    """

    name: str
    unit: str
    got: float
    target: float | None = None
    source: Source | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """Persons of an age from `first` to `last` (None: and older); the targets are the pattern of the market areas."""

    first: int
    last: int | None
    men: float
    women: float
    men_target: float
    women_target: float

    @property
    def label(self) -> str:
        """Name of the group: 20-24, 80+."""
        return f"{self.first}+" if self.last is None else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Part:
    """How many households or persons of a residence (`all`: of both) are of a category; `of` is how many there are."""

    residence: str
    category: str
    got: float
    of: float
    target: float | None = None

    @property
    def share(self) -> float:
        """Share of the residence, 0 where there is none of it."""
        return self.got / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A population by category (household size, livelihood, dwelling …), counted in `unit`, and where that is from."""

    name: str
    unit: str
    parts: tuple[Part, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """How large people's units or neighbourhoods are, in households.

    `outside` counts those outside the range `low` to `high` that sizes are drawn from; None where they are scaled.
    """

    name: str
    number: int
    least: int
    median: float
    most: int
    low: int
    high: int
    outside: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class Portrait:
    """A synthetic population in plain numbers: samples count by their weights.

    `place` is its id, `label` its name with the places around it; `spread` the share by which its count may be off.
    `counts` stand against the census where it counts them, `ages` in five-year groups by sex, `breakdowns` by
    residence. `extents` are empty for a sample, whose units are not whole. `areas` counts market areas, `provinces`
    households by province. `uncounted` are persons of the place whom the census counts in none of its parts. `fits`
    are all margins, the worst first.
    """

    place: str
    label: str
    level: str
    year: int
    census_year: int
    seed: int
    sample: Fraction
    origin: str
    spread: Fraction
    counts: tuple[Count, ...]
    ages: tuple[AgeGroup, ...]
    age_source: Source
    breakdowns: tuple[Breakdown, ...]
    extents: tuple[Extent, ...]
    areas: int
    provinces: Mapping[str, float]
    uncounted: int
    whole: bool
    fits: tuple[Fit, ...]

    def count(self, name: str) -> Count:
        """Return the count of that name."""
        return next(c for c in self.counts if c.name == name)

    @property
    def holding(self) -> int:
        """How many margins hold."""
        return sum(f.holds for f in self.fits)

    @property
    def missing(self) -> tuple[Fit, ...]:
        """Margins that don't hold, the worst first."""
        return tuple(f for f in self.fits if not f.holds)

    @property
    def derived(self) -> bool:
        """Whether its counts are carried to a later year than the census's."""
        return self.year != self.census_year


def portrait(households: Households, persons: Persons, *, country: Country) -> Portrait:
    """Count a synthetic population, and hold it against the tables that it was made from.

    Args:
        households: of a place, all or a sample.
        persons: theirs.
        country: the country folder.

    """
    place = country.gazetteer.places[households.place]
    fits = fit(households, persons, country=country)
    whole = all(a.inside == a.households for a in households.areas)
    counts = tuple(counts_of(households, persons, place, fits))
    total = next(c for c in counts if c.name == "persons")
    left = (place.persons or 0) - int(total.target or 0) if households.year == census_year(country) and whole else 0
    return Portrait(
        place=place.id,
        label=country.gazetteer.label(place.id),
        level=place.level,
        year=households.year,
        census_year=census_year(country),
        seed=households.seed,
        sample=households.sample,
        origin=households.origin,
        spread=place.count_spread,
        counts=counts,
        ages=tuple(ages_of(households, persons, country)),
        age_source=table_source(country, f"age_sex_model_{census_year(country)}"),
        breakdowns=tuple(breakdowns_of(households, persons, country, targets_of(place, fits))),
        extents=tuple(extents_of(households, country)) if households.sample == 1 else (),
        areas=len(households.areas),
        provinces=provinces_of(households, country),
        uncounted=max(0, left),
        whole=whole,
        fits=fits,
    )


def counts_of(households: Households, persons: Persons, place: Place, fits: tuple[Fit, ...]) -> Iterator[Count]:
    """Count households, persons, men and women, town and country; targets are those of the fit."""
    found = {(f.margin, f.group): f for f in reversed(fits) if f.place == place.id}
    weights, urban = households.weights, households.residence == RESIDENCES.index("urban")
    heavy, sex = weights[persons.household], persons.sex
    lived = weights * households.members

    def told(name: str, margin: str, group: str, got: float) -> Count:
        row = found.get((margin, group))
        if row:
            return Count(name, margin, float(got), row.target, row.source, row.note)
        return Count(name, margin, float(got))

    men, women = (told(n, "persons", n, heavy[sex == s].sum()) for s, n in enumerate(("men", "women")))
    everyone = told("persons", "persons", "all", lived.sum())
    if everyone.target is None and men.target is not None and women.target is not None:
        everyone = Count("persons", "persons", everyone.got, men.target + women.target, men.source, men.note)
    yield told("households", "households", "all", weights.sum())
    yield everyone
    yield from (men, women)
    for name, here in (("urban", urban), ("rural", ~urban)):
        yield told(f"{name} persons", "persons", name, lived[here].sum())
        yield told(f"{name} households", "households", name, weights[here].sum())


def ages_of(households: Households, persons: Persons, country: Country) -> Iterator[AgeGroup]:
    """Persons by sex and five years of age; a part of a market area has the pattern of all of it as its target."""
    heavy, top = households.weights[persons.household], TOP // GROUP
    groups = np.minimum(persons.age // GROUP, top)
    got = [np.bincount(groups, weights=heavy * (persons.sex == s), minlength=top + 1) for s in range(len(SEXES))]
    wanted = np.zeros((len(SEXES), top + 1))
    for area in households.areas:
        ages = margins_of(country, country.gazetteer.places[area.id], households.year).ages
        years = np.minimum(np.arange(ages.shape[1]) // GROUP, top)
        share = area.inside / area.households
        wanted += [np.bincount(years, weights=ages[s] * share, minlength=top + 1) for s in range(len(SEXES))]
    for n in range(top + 1):
        last = n * GROUP + GROUP - 1 if n < top else None
        counts = (float(table[s][n]) for table in (got, wanted) for s in range(len(SEXES)))
        yield AgeGroup(n * GROUP, last, *counts)


def targets_of(place: Place, fits: tuple[Fit, ...]) -> dict[tuple[str, str], float]:
    """Targets of the place by margin and group."""
    return {(f.margin, f.group): f.target for f in fits if f.place == place.id}


def breakdowns_of(
    households: Households, persons: Persons, country: Country, targets: Mapping[tuple[str, str], float]
) -> Iterator[Breakdown]:
    """Households by size, livelihood, dwelling, heating and cooking, each by residence; persons in work by industry."""
    largest = len(size_weights(country, "urban")) - 1
    sizes = tuple(f"{n}{'+' if n == largest else ''} persons" for n in range(1, largest + 1))
    members = np.minimum(households.members, largest) - 1
    columns = (
        (SIZE, sizes, members),
        ("livelihood", LIVELIHOODS, households.livelihood),
        ("dwelling", DWELLINGS, households.dwelling),
        ("heating", HEATING, households.heating),
        ("cooking", COOKING, households.cooking),
    )
    for name, categories, codes in columns:
        parts: list[Part] = []
        for r, residence in enumerate(RESIDENCES):
            weights = households.weights * (households.residence == r)
            got = np.bincount(codes, weights=weights, minlength=len(categories))
            for category, count in zip(categories, got.tolist(), strict=True):
                target = targets.get((name, f"{residence}, {category}"))
                parts.append(Part(residence, category, count, float(got.sum()), target))
        yield Breakdown(name, "households", tuple(parts), sources_of(country, name))
    heavy = households.weights[persons.household]
    got = np.bincount(persons.industry, weights=heavy, minlength=len(INDUSTRIES) + 1)[: len(INDUSTRIES)]
    wanted = {group: target for (margin, group), target in targets.items() if margin == INDUSTRY}
    industries = tuple(
        Part("all", name, count, float(got.sum()), next((t for g, t in wanted.items() if g.startswith(name)), None))
        for name, count in zip(INDUSTRIES, got.tolist(), strict=True)
    )
    sources = (table_source(country, INDUSTRY), country.parameters["population_in_work"].origin)
    yield Breakdown(INDUSTRY, "persons in work", industries, sources)


def sources_of(country: Country, name: str) -> tuple[Source, ...]:
    """Where the shares of a breakdown by residence are from."""
    if name in OF_TABLE:
        return (table_source(country, OF_TABLE[name]),)
    symbols = [f"{name}_{category}_{residence}" for residence in RESIDENCES for category in LIVELIHOODS]
    return tuple(country.parameters[s].origin for s in symbols if s in country.parameters)


def table_source(country: Country, table: str) -> Source:
    """How a page names a table of shares or ages as a whole: by the sources of its rows."""
    detail = "; ".join(dict.fromkeys(row.source for row in national(country, table)))
    words = table.replace("_", " ").removesuffix(f" {census_year(country)}")
    return Source("data", f"{words}, {census_year(country)}, all rows of the table", detail, f"census:{table}")


def extents_of(households: Households, country: Country) -> Iterator[Extent]:
    """Sizes of people's units, and of neighbourhoods in town and country."""
    bounds = country.parameters["population_unit_size"]
    low, high, sizes = int(bounds.low or 0), int(bounds.high or 0), np.diff(households.unit_starts)
    outside = int(((sizes < low) | (sizes > high)).sum())
    yield extent("people's units", sizes, (low, high), outside, bounds.origin)
    starts = households.neighbourhood_starts
    residence, sizes = households.residence[starts[:-1]], np.diff(starts)
    for r, name in enumerate(RESIDENCES):
        bounds = country.parameters[f"population_neighbourhood_{name}"]
        if (residence == r).any():
            ends = (int(bounds.low or 0), int(bounds.high or 0))
            yield extent(f"{name} neighbourhoods", sizes[residence == r], ends, None, bounds.origin)


def extent(
    name: str, sizes: npt.NDArray[np.int64], ends: tuple[int, int], outside: int | None, source: Source
) -> Extent:
    """Sum up sizes, in households."""
    middle = float(np.median(sizes))
    return Extent(name, len(sizes), int(sizes.min()), middle, int(sizes.max()), *ends, outside, source)


def provinces_of(households: Households, country: Country) -> dict[str, float]:
    """Households by the id of the province that they live in."""
    found: dict[str, float] = {}
    counts = np.bincount(households.area_of, weights=households.weights, minlength=len(households.areas))
    for area, count in zip(households.areas, counts.tolist(), strict=True):
        province = country.gazetteer.province(area.id)
        if province is not None:
            found[province] = found.get(province, 0.0) + count
    return found
