"""Hold a population against the tables that it was made from: margin, target, what came out, error, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from inminban.model.country import CensusRow, Country
from inminban.model.households import COOKING, DWELLINGS, HEATING, LIVELIHOODS, RESIDENCES, Households
from inminban.model.places import Place
from inminban.model.source import Source
from inminban.population.apportion import (
    INDUSTRIES,
    OLDEST,
    SEXES,
    apportioned,
    census_row,
    census_year,
    highest,
    industry_row,
    lowest,
    market_areas,
    national,
)
from inminban.population.margins import ABOVE, Margins, areas_of, margins_of, regions, shares, size_weights
from inminban.population.raking import Floats
from inminban.population.synthesize import Persons

CLOSE = 0.005
MODELLED = "modelled: estimates moved to the census, without those whom no province counts"
TILTED = "the table is a model; sizes are tilted to the persons a household of the place"
OF_PERSONS = ("persons", "age", "age as printed", "industry")
KINDS = (
    ("dwelling_type", "dwelling", DWELLINGS),
    ("heating_fuel", "heating", HEATING),
    ("cooking_fuel", "cooking", COOKING),
)
Codes = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Fit:
    """One margin of a population: what it should be, what it came to, and why the two may differ.

    `margin` is what is counted (households, persons, dwelling …), `group` who of them (urban, women of 20-24 …),
    `place` the id of the place, `unit` what they are counted in. `exact` margins are met to the last person. `note`
    says what is weak about the target, or why it is missed.
    """

    margin: str
    group: str
    place: str
    target: float
    got: float
    unit: str
    exact: bool
    source: Source
    note: str = ""

    @property
    def error(self) -> float:
        """Share of the target by which it is missed; the difference itself where the target is 0."""
        return (self.got - self.target) / (self.target or 1.0)

    @property
    def holds(self) -> bool:
        """Whether the target is met: to the last one if it is exact, else within half of a percent."""
        return self.got == self.target if self.exact else abs(self.error) <= CLOSE


def fit(households: Households, persons: Persons, *, country: Country) -> tuple[Fit, ...]:
    """Compare a population with what it was made to match, the worst first.

    A sample is compared by its weights. Counts of another year than the census's are derived, and say so.
    """
    whole = all(a.inside == a.households for a in households.areas)
    places = country.gazetteer.places
    made = tuple(margins_of(country, places[a.id], households.year) for a in households.areas if whole)
    found = Counted(country, households, persons, made).all()
    return tuple(sorted(found, key=lambda f: (f.holds, -abs(f.error))))


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """A population with what it is counted by; `made` are the margins of its market areas where they are whole."""

    country: Country
    households: Households
    persons: Persons
    made: tuple[Margins, ...]

    @property
    def everywhere(self) -> bool:
        """Whether it is the whole country."""
        return self.households.place == self.country.root

    @property
    def derived(self) -> str:
        """What is to be said of all counts: that they are carried to a later year, that the households are a sample."""
        year, census, share = self.households.year, census_year(self.country), self.households.sample
        return join(
            "" if year == census else f"the count of {census} carried to {year} by age and sex",
            "" if share == 1 else f"a sample of {float(share):.3g} of the households",
        )

    @property
    def heavy(self) -> Floats:
        """Weight of each person: that of the household."""
        return self.households.weights[self.persons.household]

    def homes(self, codes: Codes, size: int, counted: Codes | None = None) -> Floats:
        """Households by code, each counted by its weight, and as often as `counted` says."""
        weights = self.households.weights
        counts = np.bincount(codes, weights=weights if counted is None else weights * counted, minlength=size)
        return counts.astype(np.float64)

    def told(self, margin: str, group: str, counts: tuple[float, float], source: Source, *notes: str) -> Fit:
        """Tell one margin of the place, met within half of a percent at best; `counts` are the target and what came."""
        unit = "persons" if margin in OF_PERSONS else "households"
        note = join(*notes, self.derived)
        made = Fit(margin, group, self.households.place, float(counts[0]), float(counts[1]), unit, False, source, note)
        if not made.holds and abs(made.got - made.target) <= len(self.households.areas):
            return replace(made, note=join(note, f"counts are rounded to whole {unit} in each city and county"))
        return made

    def all(self) -> Iterator[Fit]:
        """Every margin that the population can be held against."""
        if self.made:
            yield from self.places()
            yield from self.regions()
            yield from self.sizes()
            yield from self.families()
            yield from self.kinds()
            yield from self.ages()
            yield from self.work()
        else:
            yield from self.part()
        yield from self.livelihoods()

    def places(self) -> Iterator[Fit]:
        """Households and persons of each market area, by sex and residence, and of places made of such areas."""
        h, gazetteer, size = self.households, self.country.gazetteer, len(self.households.areas)
        shared = apportioned(self.country, h.year)
        rows = [shared.areas.index(a.id) for a in h.areas]
        area, sex = h.area_of[self.persons.household], self.persons.sex
        columns = [("households", "all", self.homes(h.area_of, size), shared.households.sum(axis=1))]
        for s, name in enumerate(("men", "women")):
            got = np.bincount(area, weights=self.heavy * (sex == s), minlength=size).astype(np.float64)
            columns.append(("persons", name, got, shared.sexes[:, s]))
        for r, name in enumerate(RESIDENCES):
            here = h.residence == r
            columns.append(("persons", name, self.homes(h.area_of, size, h.members * here), shared.persons[:, r]))
            columns.append(("households", name, self.homes(h.area_of, size, here), shared.households[:, r]))
        present = {a.id for a in h.areas}
        for place in dict.fromkeys(i for a in h.areas for i in gazetteer.ancestors(a.id)):
            if {a.id for a in areas_of(gazetteer, gazetteer.places[place])} <= present:
                inside = np.array([place in gazetteer.ancestors(a.id) for a in h.areas])
                for margin, group, got, target in columns:
                    source, note = self.source_of(gazetteer.places[place], margin, group)
                    wanted, came = float(target[rows][inside].sum()), float(got[inside].sum())
                    yield Fit(margin, group, place, wanted, came, margin, h.sample == 1, source, note)

    def part(self) -> Iterator[Fit]:
        """Households and persons of a part of a market area, where the census or a guess counts them."""
        h, place = self.households, self.country.gazetteer.places[self.households.place]
        spread = f"shared out, may be off by {float(place.count_spread):.0%}" if place.count_spread else ""
        homes, people = float(h.weights.sum()), float((h.weights * h.members).sum())
        counts = (("households", place.households, homes), ("persons", place.persons, people))
        for margin, target, got in counts:
            if target is not None:
                counted = self.country.counted(place)
                yield self.told(margin, "all", (target, got), counted, "made as a share of its city", spread)

    def source_of(self, place: Place, margin: str, group: str) -> tuple[Source, str]:
        """Row that a count of a place comes from, and what is to be said of it."""
        split = group in RESIDENCES
        if place.id == self.country.root and margin == "households":
            return origin(census_row(self.country, "households", group if split else "total")), self.derived
        note = ""
        if split and margin == "households":
            note = "derived: urban and rural persons over the country's persons a household"
        elif split and place.urban is None and place.level not in ABOVE:
            note = "derived: what the areas that are split leave of the province"
        return self.country.counted(place), join(note, self.derived)

    def regions(self) -> Iterator[Fit]:
        """Counts of places as the census knew them, made of those of today."""
        h, gazetteer = self.households, self.country.gazetteer
        for name, parts in regions(self.country) if h.year == census_year(self.country) else ():
            areas = {a.id for a in market_areas(gazetteer) if set(gazetteer.ancestors(a.id)) & set(parts)}
            inside = np.array([a.id in areas for a in h.areas])[h.area_of]
            counts: dict[str, Codes] = {"households": np.ones(len(h)), "persons": h.members}
            counts |= {d: h.dwelling == n for n, d in enumerate(DWELLINGS)}
            for row in self.country.census if areas <= {a.id for a in h.areas} else ():
                key = row.category if row.category in DWELLINGS else of_table(row.table)
                if row.place == name and row.residence == "total" and key in counts:
                    got = float((h.weights * counts[key])[inside].sum())
                    unit, exact = ("persons" if key == "persons" else "households"), key not in DWELLINGS
                    margin = "dwelling" if key in DWELLINGS else key
                    met = exact and h.sample == 1
                    note = join(row.note, self.derived)
                    yield Fit(margin, row.category, name, float(row.value), got, unit, met, origin(row), note)

    def sizes(self) -> Iterator[Fit]:
        """Household sizes by residence."""
        h = self.households
        for r, residence in enumerate(RESIDENCES):
            weights = np.array([float(w) for w in size_weights(self.country, residence)])
            target = weights / weights.sum() * sum(m.households[residence] for m in self.made)
            got = self.homes(h.members, len(weights), h.residence == r)
            for row in national(self.country, "household_size"):
                if row.residence == residence:
                    n, note = (
                        lowest(row),
                        TILTED,
                    )
                    yield self.told(
                        "household size", f"{residence}, {row.category} persons", (target[n], got[n]), origin(row), note
                    )

    def families(self) -> Iterator[Fit]:
        """Households of three generations: made fewer than the census prints, for want of old people."""
        row = census_row(self.country, "family_type", wanted=lambda r: r.category.startswith("extended"))
        share = self.country.parameters["population_elder_share"].central or 0
        note = (
            "the census counts too few people over 55 for so many; "
            f"{share:.0%} of them are given a grandparent (population_elder_share, assumed)"
        )
        target = float(row.value) / 100 * sum(m.count for m in self.made)
        got = sum(m.extended for m in self.made)
        yield self.told("family", row.category, (target, got), origin(row), row.note, note)

    def kinds(self) -> Iterator[Fit]:
        """Dwellings and fuels by residence."""
        h, share = self.households, "" if self.everywhere else "the country's share by residence, no count of the place"
        for table, column, categories in KINDS:
            for r, residence in enumerate(RESIDENCES):
                got = self.homes(getattr(h, column), len(categories), h.residence == r)
                target = shares(self.country, table, categories, residence) * got.sum()
                if not self.everywhere:
                    axis = tuple(a for a in range(len(KINDS)) if KINDS[a][1] != column)
                    target = np.sum([m.dwellings[residence].sum(axis=axis) for m in self.made], axis=0)
                for row in national(self.country, table):
                    if row.residence == residence and row.category in categories:
                        k = categories.index(row.category)
                        group = f"{residence}, {row.category}"
                        yield self.told(column, group, (target[k], got[k]), origin(row), row.note, share)

    def ages(self) -> Iterator[Fit]:
        """Persons by sex and five years of age, and what was seen of the census's own ages."""
        h, p = self.households, self.persons
        target = np.sum([m.ages for m in self.made], axis=0)
        got = np.stack(
            [np.bincount(p.age, weights=self.heavy * (p.sex == s), minlength=OLDEST + 1) for s in range(len(SEXES))]
        )
        own = "" if self.everywhere else "the country's ages, as none are printed for the place"
        for row in national(self.country, f"age_sex_model_{census_year(self.country)}"):
            if row.sex in SEXES:
                part = (SEXES.index(row.sex), slice(lowest(row), min(highest(row), OLDEST) + 1))
                counts, group = (target[part].sum(), got[part].sum()), f"{row.sex}, {row.category}"
                yield self.told("age", group, counts, origin(row), MODELLED, own)
        if self.everywhere and h.year == census_year(self.country):
            for row in national(self.country, "age_sex_census"):
                sexes = [SEXES.index(row.sex)] if row.sex in SEXES else list(range(len(SEXES)))
                came = got[sexes, lowest(row) : min(highest(row), OLDEST) + 1].sum()
                yield self.told("age as printed", f"{row.sex}, {row.category}", (float(row.value), came), origin(row))

    def work(self) -> Iterator[Fit]:
        """Persons in work by industry."""
        got = np.bincount(self.persons.industry, weights=self.heavy, minlength=len(INDUSTRIES))
        counts = np.sum([m.industries for m in self.made], axis=(0, 1))
        own = "" if self.everywhere else "the country's shares, agriculture by town and country"
        for k, name in enumerate(INDUSTRIES[:-1]):
            row = industry_row(self.country, name)
            target = float(row.value) / 100 * counts.sum() if self.everywhere else counts[k]
            yield self.told("industry", row.category, (target, got[k]), origin(row), row.note, own)

    def livelihoods(self) -> Iterator[Fit]:
        """What households live from, by residence: shares that are assumed."""
        h, part = self.households, "" if self.made else "dealt out over all of its city or county"
        for r, residence in enumerate(RESIDENCES):
            got = self.homes(h.livelihood, len(LIVELIHOODS), h.residence == r)
            for k, name in enumerate(LIVELIHOODS):
                parameter = self.country.parameters.get(f"livelihood_{name}_{residence}")
                if parameter is not None and got.sum():
                    source = Source("assumed", parameter.meaning, parameter.source, f"parameters:{parameter.symbol}")
                    target = float(parameter.central or 0) * got.sum()
                    yield self.told("livelihood", f"{residence}, {name}", (target, got[k]), source, part)


def of_table(table: str) -> str:
    """What a table of the census counts in regions of its own: households, persons, or nothing that is compared."""
    return {"households": "households", "population": "persons"}.get(table.partition("_")[0], "")


def join(*notes: str) -> str:
    """Put what is to be said of a margin into one text."""
    return "; ".join(n for n in notes if n)


def origin(row: CensusRow) -> Source:
    """How a page names a row of the census."""
    words = " ".join(part for part in (row.residence, row.sex, row.category) if part and part != "total")
    note = f"; {row.note}" if row.note else ""
    return Source(
        "data", f"{row.table.replace('_', ' ')}, {words}", f"{row.value:,} {row.unit}{note}; {row.source}", row.ref
    )
