"""Who lives in a household: sizes, then persons by role, age and sex, fitted to the area's margins.

First each person gets a role (head, spouse, grandparent, younger) and an age that the role suggests. Then ages are
fitted: of each sex, the persons are put in order of the suggested ages and given the ages of the margins in that order.
So the margins are met to the person, and parents stay older than their children.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inminban.model.country import Country
from inminban.model.households import RESIDENCES
from inminban.population.apportion import ADULT
from inminban.population.draws import (
    BIRTH_SPACING,
    ELDER_COUPLE,
    ELDER_HOUSEHOLD,
    HEAD_AGE,
    HOUSEHOLD_SIZE,
    HUSBAND_OLDER,
    LONE_HEAD,
    MOTHER_AGE,
    SEX,
    YEAR_BITS,
    Draws,
    Numbers,
    between,
    by_weight,
    lowest_of,
    threshold,
    whole,
)
from inminban.population.layout import Layout
from inminban.population.margins import Margins

MALE, FEMALE = 0, 1  # places in SEXES

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """Persons of an area, sorted by household: index of the household, age in years, sex (a place in `SEXES`)."""

    household: Numbers
    age: npt.NDArray[np.uint8]
    sex: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Families:
    """What each household is made of: `size` persons, among them a spouse (0 or 1) and `elders` (0 to 2)."""

    size: Numbers
    spouse: Numbers
    elders: Numbers

    @property
    def start(self) -> Numbers:
        """Position of each household's first person, its head."""
        return np.cumsum(self.size) - self.size


def settle(country: Country, margins: Margins, layout: Layout, draws: Draws) -> Members:
    """Fill the households of an area with persons."""
    families = make_families(country, margins, household_sizes(margins, layout, draws), draws)
    household = np.repeat(np.arange(len(families.size), dtype=np.int64), families.size)
    place = np.arange(len(household), dtype=np.int64) - families.start[household]
    suggested = suggested_ages(country, margins, families, (household, place), draws)
    child, male = sexes(country, margins, families, (household, place, suggested), draws)
    return Members(
        household, fitted_ages(margins, suggested, child, male), np.where(male, MALE, FEMALE).astype(np.uint8)
    )


def household_sizes(margins: Margins, layout: Layout, draws: Draws) -> Numbers:
    """Persons of each household: those of the area's sizes, by residence, dealt out in drawn order."""
    size = np.zeros(margins.count, dtype=np.int64)
    for residence in RESIDENCES:
        counts = margins.sizes[residence]
        index = layout.households(residence)
        size[index[np.argsort(draws.of(HOUSEHOLD_SIZE, index))]] = np.repeat(np.arange(len(counts)), counts)
    return size


def make_families(country: Country, margins: Margins, size: Numbers, draws: Draws) -> Families:
    """Say who lives in each household: some of three and more have a grandparent or two, some heads have no spouse."""
    parameters = country.parameters
    index = np.arange(len(size), dtype=np.int64)
    numbers = draws.of(ELDER_HOUSEHOLD, index)
    large = np.flatnonzero(size >= 3).astype(np.int64)
    chosen = lowest_of(large, numbers[large], margins.extended)
    elders = np.zeros(len(size), dtype=np.int64)
    elders[chosen] = 1
    two = draws.of(ELDER_COUPLE, index) < threshold(parameters["population_elder_couples"])
    elders += (elders == 1) & (size >= 4) & two
    lone = draws.of(LONE_HEAD, index) < threshold(parameters["population_lone_heads"])
    return Families(size, ((size >= 2) & ~lone).astype(np.int64), elders)


def suggested_ages(
    country: Country, margins: Margins, families: Families, where: tuple[Numbers, Numbers], draws: Draws
) -> Numbers:
    """Return the age that its role suggests for each person, in 1/65,536 years; only their order matters later.

    `where` holds each person's household and place in it: head, spouse, the younger by age, grandparents last.
    """
    household, place = where
    parameters = country.parameters
    index = np.arange(len(families.size), dtype=np.int64)
    older = between(parameters["population_husband_older"], draws.of(HUSBAND_OLDER, index))
    mother = between(parameters["population_mother_age"], draws.of(MOTHER_AGE, index))
    spacing = between(parameters["population_birth_spacing"], draws.of(BIRTH_SPACING, index))
    heads, numbers = parameters["population_head_age"], draws.of(HEAD_AGE, index)
    youngest_elder = int(heads.low or 0) + int(parameters["population_mother_age"].low or 0)
    fraction = numbers & (2**YEAR_BITS - 1)
    elder = (aged(margins, (youngest_elder, margins.ages.shape[1]), numbers) << YEAR_BITS) + fraction
    head = (aged(margins, (int(heads.low or 0), int(heads.high or 0) + 1), numbers) << YEAR_BITS) + fraction
    head = np.where(families.elders > 0, elder - mother, head)
    child = place - 1 - families.spouse[household]
    ages: Numbers = (head - older - mother)[household] - child * spacing[household]
    first = families.start
    ages[first] = head
    ages[(first + 1)[families.spouse > 0]] = (head - older)[families.spouse > 0]
    last = first + families.size - 1
    ages[last[families.elders > 0]] = elder[families.elders > 0]
    ages[(last - 1)[families.elders > 1]] = (elder + older)[families.elders > 1]
    return ages


def aged(margins: Margins, ages: tuple[int, int], numbers: Numbers) -> Numbers:
    """Turn drawn numbers into ages from the first up to before the second, by the country's age pattern."""
    first, end = ages
    weights: list[int] = margins.ages[:, first:end].sum(axis=0).tolist()
    return first + by_weight(weights if any(weights) else [1] * len(weights), numbers)


def sexes(
    country: Country, margins: Margins, families: Families, persons: tuple[Numbers, Numbers, Numbers], draws: Draws
) -> tuple[Flags, Flags]:
    """Return which persons are children (below `ADULT`) and which are male, both by the area's margins.

    Children are the youngest of those who are neither head nor spouse nor grandparent. Husbands are male and wives
    female; the other men are drawn from heads and grandparents without spouse, mostly women
    (`population_lone_women`), and from grown children, so that the area has its men.
    """
    household, place, suggested = persons
    men, women = margins.ages.tolist()
    children = sum(men[:ADULT]) + sum(women[:ADULT])
    spouse, elders = families.spouse[household] > 0, families.elders[household]
    back = families.size[household] - 1 - place
    younger = (place > families.spouse[household]) & (back >= elders)
    pool = np.flatnonzero(younger)
    child = np.zeros(len(place), dtype=np.bool_)
    child[pool[np.argsort(suggested[pool], kind="stable")[:children]]] = True
    numbers = draws.of(SEX, np.arange(len(place), dtype=np.int64))
    male = np.zeros(len(place), dtype=np.bool_)
    kids = np.flatnonzero(child).astype(np.int64)
    boys = whole([sum(men[:ADULT]), sum(women[:ADULT])], len(kids))[MALE]
    male[lowest_of(kids, numbers[kids], boys)] = True
    male |= ((place == 0) & spouse) | ((elders > 1) & (back == 1))
    alone = ((place == 0) & ~spouse) | ((elders == 1) & (back == 0) & (place > 0))
    free = np.flatnonzero(alone | (younger & ~child)).astype(np.int64)
    # Order in which free adults become men: widowers, then grown children, then whoever else is alone.
    widower = numbers >= threshold(country.parameters["population_lone_women"])
    rank = np.where(alone, np.where(widower, 0, 2), 1) << YEAR_BITS * 2
    wanted = sum(men) - int(male.sum())
    male[lowest_of(free, (rank + numbers)[free], wanted)] = True
    return child, male


def fitted_ages(margins: Margins, suggested: Numbers, child: Flags, male: Flags) -> npt.NDArray[np.uint8]:
    """Give the ages of the margins to the persons of each sex, children and adults apart, in suggested order."""
    age = np.zeros(len(suggested), dtype=np.uint8)
    for counts, is_sex in zip(margins.ages.tolist(), (male, ~male), strict=True):
        for first, ages, is_class in ((0, counts[:ADULT], child), (ADULT, counts[ADULT:], ~child)):
            group = np.flatnonzero(is_sex & is_class)
            order = group[np.argsort(suggested[group], kind="stable")]
            age[order] = first + np.repeat(np.arange(len(ages), dtype=np.uint8), fit(ages, len(order)))
    return age


def fit(counts: Sequence[int], total: int) -> list[int]:
    """Return the counts, scaled where households can't hold just that many of a kind."""
    return list(counts) if sum(counts) == total else whole(counts, total)


def in_range(ages: npt.NDArray[np.uint8], first: int, end: int) -> Flags:
    """Whether an age lies from the first to before the second."""
    return (ages >= first) & (ages < end)
