"""Synthetic households of a place: its cities and counties are built from seed and place, then the place is cut out.

So a district's households are the same whether it is made alone, with its city or with the whole country. No row
describes a real family.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.households import Area, Households
from inminban.model.places import Place
from inminban.population.apportion import ADULT, SCHOOL, census_year, years
from inminban.population.draws import SAMPLED, Draws, Numbers, lowest_of
from inminban.population.homes import house
from inminban.population.layout import Layout, lay_out
from inminban.population.margins import ABOVE, Margins, areas_of, margins_of
from inminban.population.members import Flags, Members, in_range, settle
from inminban.population.work import in_work, industries, livelihoods

SEEDS = 2**64
Show = Callable[[int, int], None]
S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Persons:
    """Persons of a place, in the order of its households: `household` is the position of theirs, `age` is in years.

    `sex` is a place in `SEXES`, `industry` in `INDUSTRIES`, or one past it for who is not in work.
    """

    household: npt.NDArray[np.int32]
    age: npt.NDArray[np.uint8]
    sex: npt.NDArray[np.uint8]
    industry: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.household)


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """A market area with all its households: what it was made to match, where they live, its persons, who works."""

    margins: Margins
    layout: Layout
    members: Members
    working: Flags
    draws: Draws


def synthesize(
    place: str,
    *,
    country: Country,
    seed: int = 1,
    year: int | None = None,
    sample: Fraction | str | float = 1,
    show: Show | None = None,
) -> Households:
    """Make the households of a place: a named neighbourhood, a district, city, county, province or the whole country.

    The same seed gives the same households, bit by bit.

    Args:
        place: name or id.
        country: the country folder.
        seed: any whole number from 0 below 2⁶⁴.
        year: that of the census if None; a later one is derived from it by the series of ages.
        sample: share of the households of each market area to keep, above 0 up to 1.
        show: is told how many market areas are made, and of how many.

    """
    found = country.gazetteer.one(place)
    year, share = checked(country, seed, year, sample)
    areas = areas_of(country.gazetteer, found)
    parts = each(areas, lambda area: part(country, found, build(country, area, seed, year), share), show)
    return joined(parts, place=found.id, seed=seed, year=year, sample=share, origin=country.origin)


def joined(parts: Sequence[tuple[Area, dict[str, Any]]], **about: Any) -> Households:
    """Join market areas and their columns to the households of a place; `about` says what they were made with."""
    columns: dict[str, Any] = {n: np.concatenate([c[n] for _, c in parts]) for n in parts[0][1]}
    starts = np.cumsum([0, *(len(columns["index"]) for _, columns in parts)]).astype(np.int64)
    return Households(areas=tuple(a for a, _ in parts), area_starts=starts, **columns, **about)


def checked(country: Country, seed: int, year: int | None, sample: Fraction | str | float) -> tuple[int, Fraction]:
    """Return the year and the share to keep; refuses what a population can't be made with."""
    if not 0 <= seed < SEEDS:
        raise InputError(
            f"the seed is {seed}", where="--seed", field="seed", hint=f"Give a whole number from 0 to {SEEDS - 1}"
        )
    known = years(country)
    if year is not None and year not in known:
        raise InputError(
            f"no population can be made for {year}",
            where="--year",
            field="year",
            hint=f"Give a year from {known[0]}, that of the census, to {known[-1]}, the last of the series of ages",
        )
    try:
        share = Fraction(str(sample))
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not 0 < share <= 1:
        hint = "Give a share above 0 up to 1, such as 0.01"
        raise InputError(f"the sample is {sample}", where="--sample", field="sample", hint=hint)
    return year or census_year(country), share


def each(areas: Sequence[S], make: Callable[[S], T], show: Show | None) -> list[T]:
    """Make something of each area, side by side on all processors, in the order of the areas."""
    found: list[T] = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        try:
            for made in pool.map(make, areas):
                found.append(made)
                if show is not None:
                    show(len(found), len(areas))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return found


def build(country: Country, area: Place, seed: int, year: int) -> Built:
    """Build all of a market area."""
    margins = margins_of(country, area, year)
    draws = Draws(seed, area.id)
    layout = lay_out(country, margins, draws)
    members = settle(country, margins, layout, draws)
    return Built(margins, layout, members, in_work(margins, members, draws), draws)


def part(country: Country, place: Place, built: Built, sample: Fraction) -> tuple[Area, dict[str, Any]]:
    """Cut the households of a place, or a sample of them, out of a market area: the area, and their columns."""
    margins, layout, members, count = built.margins, built.layout, built.members, built.margins.count

    def by_household(flags: Flags) -> npt.NDArray[np.uint8]:
        return np.bincount(members.household[flags], minlength=count).astype(np.uint8)

    workers = by_household(built.working)
    homes = house(margins, layout, built.draws)
    columns: dict[str, Any] = {
        "members": np.bincount(members.household, minlength=count).astype(np.uint8),
        "adults": by_household(members.age >= ADULT),
        "workers": workers,
        "students": by_household(in_range(members.age, SCHOOL, ADULT)),
        "livelihood": livelihoods(country, layout, workers, built.draws),
        "dwelling": homes.dwelling,
        "heating": homes.heating,
        "cooking": homes.cooking,
    }
    return cut(place, margins.area, layout, columns, (sample, built.draws))


def inside_of(country: Country, households: Households, place: Place) -> slice:
    """Which indices of an area the households of a part of it have; refused where they were made with other tables."""
    if households.origin != country.origin:
        raise InputError(
            f"who of these households lives in {place.name} is not known: they were made with other tables",
            where=households.place,
            hint=f"Run {place.name} alone, or make the population from the country's own tables",
        )
    area = country.gazetteer.places[households.area.id]
    margins = margins_of(country, area, households.year)
    return lay_out(country, margins, Draws(households.seed, area.id)).slice_of(place, area.id)


def cut(
    place: Place, area: str, layout: Layout, columns: dict[str, Any], kept: tuple[Fraction, Draws]
) -> tuple[Area, dict[str, Any]]:
    """Cut the households of a place, or a share of them, out of the columns of a market area with all its households.

    `kept` is the share and the drawn numbers that choose it. Where they live is added to the columns.
    """
    count = len(layout.unit)
    inside = slice(0, count) if place.level in ABOVE else layout.slice_of(place, area)
    chosen = sampled(np.arange(inside.start, inside.stop, dtype=np.int64), *kept)
    names = {n.number: n.name for n in layout.neighbourhoods if inside.start <= n.start < inside.stop}
    where: dict[str, Any] = {
        "index": np.arange(count, dtype=np.int32),
        "neighbourhood": layout.neighbourhood,
        "unit": layout.unit,
        "residence": layout.residence,
    }
    found = {name: column[chosen] for name, column in (where | columns).items()}
    return Area(area, count, inside.stop - inside.start, names), found


def sampled(index: Numbers, share: Fraction, draws: Draws) -> Numbers:
    """Keep a share of households, at least one: those with the lowest drawn numbers, so that samples are nested."""
    if share == 1:
        return index
    return np.sort(lowest_of(index, draws.of(SAMPLED, index), max(1, round(share * len(index)))))


def persons(households: Households, *, country: Country, show: Show | None = None) -> Persons:
    """Return the persons of households, whose counts they agree with: the same seed gives them again.

    Refused where the households are those of a survey, which has no persons, or of other tables than the country's.
    """
    if households.origin != country.origin:
        survey = "survey" in households.origin
        raise InputError(
            "its households are those of a survey, which has no persons" if survey else "it was made with other tables",
            where=households.place,
            hint="Make the population from the census" if survey else "Give the same own census, or make it again",
        )
    parts = each(list(range(len(households.areas))), lambda n: persons_of(country, households, n), show)
    columns = zip(*((p.household, p.age, p.sex, p.industry) for p in parts), strict=True)
    return Persons(*(np.concatenate(column) for column in columns))


def persons_of(country: Country, households: Households, n: int) -> Persons:
    """Build the persons of the n-th market area of households again."""
    area = country.gazetteer.places[households.areas[n].id]
    start, end = households.area_starts[n : n + 2].tolist()
    built = build(country, area, households.seed, households.year)
    members, count = built.members, built.margins.count
    index, size = households.index[start:end], households.members[start:end]
    counts = np.bincount(members.household, minlength=count)
    if index.max(initial=0) >= count or not np.array_equal(counts[index], size):
        raise InputError(
            f"the households of {area.name} were made with other tables or another version",
            hint="Make the households again, together with their persons",
        )
    position = np.full(count, -1, dtype=np.int32)
    position[index] = np.arange(start, end, dtype=np.int32)
    workers = np.bincount(members.household[built.working], minlength=count).astype(np.uint8)
    livelihood = livelihoods(country, built.layout, workers, built.draws)
    work = industries(built.margins, built.layout, (members, built.working), livelihood, built.draws)
    inside = position[members.household] >= 0
    return Persons(position[members.household[inside]], members.age[inside], members.sex[inside], work[inside])
