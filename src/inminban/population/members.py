"""Who lives in a household: sizes, then persons by role, age and sex, fitted to the area's margins.

First each person gets a role (head, spouse, grandparent, younger) and an age that the role suggests. Then ages are
fitted: of each sex, the persons are put in order of the suggested ages and given the ages of the margins in that order.
So the margins are met to the person, and parents stay older than their children.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from inminban.errors import InputError
from inminban.model.country import Country
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
from inminban.population.margins import RESIDENCES, Margin, Margins

ADULT, SCHOOL, OLD = 17, 6, 60  # a person is adult from 17, a pupil from 6 to 16, of working age up to 59
STEEPEST_TILT, HALVINGS = 40.0, 80
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
    """Persons of each household: by residence, the size table tilted to the area's mean, dealt out in drawn order."""
    size = np.zeros(margins.households.count, dtype=np.int64)
    for residence in RESIDENCES:
        index = layout.households(residence)
        counts = tilted(margins.sizes[residence], len(index), margins.persons_by[residence].count)
        order = index[np.argsort(draws.of(HOUSEHOLD_SIZE, index))]
        size[order] = np.repeat(list(counts), list(counts.values()))
    return size


def tilted(shares: Mapping[int, Margin], households: int, persons: int) -> dict[int, int]:
    """Return how many households have each size, so that households and persons come out exactly.

    Shares are tilted by exp(a · size), with a such that the mean is persons ÷ households; whole numbers by largest
    remainder, then single households move one size up or down until the persons are right.
    """
    least, most = min(shares), max(shares)
    if not least * households <= persons <= most * households:
        raise InputError(
            f"{persons:,} persons don't fit into {households:,} households of {least} to {most} persons",
            where="places.csv",
            hint="Check the area's counts of persons and households",
        )
    if not households:
        return dict.fromkeys(shares, 0)

    def weights(tilt: float) -> list[Fraction]:
        middle = persons / households
        steep = [math.exp(max(-600.0, min(600.0, tilt * (size - middle)))) for size in shares]
        return [Fraction(factor) * share.value for factor, share in zip(steep, shares.values(), strict=True)]

    low, high = -STEEPEST_TILT, STEEPEST_TILT
    for _ in range(HALVINGS):
        tilt = (low + high) / 2
        now = weights(tilt)
        too_many = sum(w * size for w, size in zip(now, shares, strict=True)) * households > persons * sum(now)
        low, high = (low, tilt) if too_many else (tilt, high)
    counts = dict(zip(shares, whole(weights((low + high) / 2), households), strict=True))
    while lacking := persons - sum(size * n for size, n in counts.items()):
        step = 1 if lacking > 0 else -1
        source = max((s for s in counts if counts[s] and s + step in counts), key=lambda s: counts[s])
        counts[source] -= 1
        counts[source + step] += 1
    return counts


def make_families(country: Country, margins: Margins, size: Numbers, draws: Draws) -> Families:
    """Say who lives in each household: some of three and more have a grandparent or two, some heads have no spouse."""
    parameters = country.parameters
    index = np.arange(len(size), dtype=np.int64)
    numbers = draws.of(ELDER_HOUSEHOLD, index)
    large = np.flatnonzero(size >= 3).astype(np.int64)
    extended = min(margins.extended.value * len(size), Fraction(len(large)))
    chosen = lowest_of(
        large, numbers[large], int(extended * Fraction(parameters["population_elder_share"].central or 0))
    )
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
    elder = (aged(margins, (youngest_elder, len(margins.ages["female"])), numbers) << YEAR_BITS) + fraction
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
    weights = [round(sum(margins.ages[sex][age].value for sex in margins.ages)) for age in range(first, end)]
    return first + by_weight(weights, numbers)


def sexes(
    country: Country, margins: Margins, families: Families, persons: tuple[Numbers, Numbers, Numbers], draws: Draws
) -> tuple[Flags, Flags]:
    """Return which persons are children (below `ADULT`) and which are male, both by the area's margins.

    Children are the youngest of those who are neither head nor spouse nor grandparent. Husbands are male and wives
    female; the other men are drawn from heads and grandparents without spouse, mostly women
    (`population_lone_women`), and from grown children, so that the area has its men.
    """
    household, place, suggested = persons
    men, women = (whole_ages(margins, sex) for sex in ("male", "female"))
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
    for sex, is_sex in (("male", male), ("female", ~male)):
        counts = whole_ages(margins, sex)
        for first, ages, is_class in ((0, counts[:ADULT], child), (ADULT, counts[ADULT:], ~child)):
            group = np.flatnonzero(is_sex & is_class)
            order = group[np.argsort(suggested[group], kind="stable")]
            age[order] = first + np.repeat(np.arange(len(ages), dtype=np.uint8), fit(ages, len(order)))
    return age


def fit(counts: Sequence[int], total: int) -> list[int]:
    """Return the counts, scaled where households can't hold just that many of a kind."""
    return list(counts) if sum(counts) == total else whole(counts, total)


def whole_ages(margins: Margins, sex: str) -> list[int]:
    """Return persons of a sex at each age in an area: its men or women, by the age pattern of the country."""
    total = whole([margins.sexes[s].value for s in margins.sexes], margins.persons.count)
    count = dict(zip(margins.sexes, total, strict=True))[sex]
    return whole([m.value for m in margins.ages[sex]], count)


def in_range(ages: npt.NDArray[np.uint8], first: int, end: int) -> Flags:
    """Whether an age lies from the first to before the second."""
    return (ages >= first) & (ages < end)
