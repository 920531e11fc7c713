"""Synthetic households of a place: the whole city or county is built from seed and place, then the place is cut out.

So a district's households are the same whether it is made alone or with its city. No row describes a real family.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.households import LIVELIHOODS, Households
from inminban.model.places import Place
from inminban.population.draws import IN_WORK, LIVELIHOOD, Draws, Numbers, threshold
from inminban.population.layout import Layout, lay_out
from inminban.population.margins import RESIDENCES, market_area, read_margins
from inminban.population.members import ADULT, OLD, SCHOOL, Members, in_range, settle

SEEDS = 2**64
# Livelihoods that a share of households is drawn for, the first tried first; the others live on the state wage.
SHARED = ("farmer", "official", "trader")


@dataclass(frozen=True, slots=True, eq=False)
class Persons:
    """Persons of a place, sorted by household: `household` is its index in the city or county, `age` in years.

    `sex` is a place in `margins.SEXES`.
    """

    household: npt.NDArray[np.int64]
    age: npt.NDArray[np.uint8]
    sex: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.household)


def synthesize(place: str, *, seed: int = 1, country: Country) -> Households:
    """Make the households of a city, county, district or named neighbourhood, given by name or id.

    The same seed gives the same households, bit by bit.
    """
    found = country.gazetteer.one(place)
    area, layout, members = built(country, found, seed)
    part = layout.slice_of(found, area.id)
    count = len(layout.unit)

    def by_household(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
        return np.bincount(members.household[flags], minlength=count).astype(np.uint8)

    draws = Draws(seed, area.id)
    working = in_work(country, members, draws)
    workers = by_household(working)
    return Households(
        place=found.id,
        area=area.id,
        seed=seed,
        year=int(country.settings["census_year"]),
        area_households=count,
        names={n.number: n.name for n in layout.neighbourhoods if part.start <= n.start < part.stop},
        index=np.arange(part.start, part.stop, dtype=np.int64),
        neighbourhood=layout.neighbourhood[part],
        unit=layout.unit[part],
        members=by_household(np.ones(len(members.age), dtype=np.bool_))[part],
        adults=by_household(members.age >= ADULT)[part],
        workers=workers[part],
        students=by_household(in_range(members.age, SCHOOL, ADULT))[part],
        livelihood=livelihoods(country, layout, workers, draws)[part],
    )


def persons(households: Households, *, country: Country) -> Persons:
    """Return the persons of households, whose counts they agree with: the same seed gives them again."""
    _, layout, members = built(country, country.gazetteer.one(households.area), households.seed)
    inside = np.isin(members.household, households.index)
    counts = np.bincount(members.household, minlength=len(layout.unit))
    if households.index.max() >= len(counts) or not np.array_equal(counts[households.index], households.members):
        raise InputError(
            f"the households of {households.place} were made with other tables or another version",
            hint="Make the households again, together with their persons",
        )
    return Persons(members.household[inside], members.age[inside], members.sex[inside])


def built(country: Country, place: Place, seed: int) -> tuple[Place, Layout, Members]:
    """Build the market area around a place: the area, where its households live, and its persons."""
    if not 0 <= seed < SEEDS:
        raise InputError(
            f"the seed is {seed}", where="--seed", field="seed", hint=f"Give a whole number from 0 to {SEEDS - 1}"
        )
    area = market_area(country.gazetteer, place)
    margins = read_margins(country, area)
    draws = Draws(seed, area.id)
    layout = lay_out(country, margins, draws)
    return area, layout, settle(country, margins, layout, draws)


def in_work(country: Country, members: Members, draws: Draws) -> npt.NDArray[np.bool_]:
    """Whether each person is in work: a share of the adults of working age."""
    numbers = draws.of(IN_WORK, np.arange(len(members.age), dtype=np.int64))
    return in_range(members.age, ADULT, OLD) & (numbers < threshold(country.parameters["population_in_work"]))


def livelihoods(
    country: Country, layout: Layout, workers: npt.NDArray[np.uint8], draws: Draws
) -> npt.NDArray[np.uint8]:
    """Return what each household lives from, as a place in `LIVELIHOODS`: by shares of its residence.

    A household without anyone in work lives from something other; who falls into no share lives on the state wage.
    """
    found = np.full(len(workers), LIVELIHOODS.index("state wage"), dtype=np.uint8)
    for residence in RESIDENCES:
        index = layout.households(residence)
        numbers: Numbers = draws.of(LIVELIHOOD, index)
        taken = Fraction(0)
        for name in SHARED:
            before, taken = taken, taken + Fraction(country.parameters[f"livelihood_{name}_{residence}"].central or 0)
            inside = (numbers >= threshold(before)) & (numbers < threshold(taken))
            found[index[inside]] = LIVELIHOODS.index(name)
    found[workers == 0] = LIVELIHOODS.index("other")
    return found
