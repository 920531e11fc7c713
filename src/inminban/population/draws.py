"""Drawn numbers of a market area's population, and the arithmetic that turns shares into whole counts.

Everything here is exact: integers and fractions, so that no rounding of a float decides between two households.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from inminban.model.parameters import Parameter
from inminban.model.randomness import NO_DAY, drawn, keys, number_of, purpose

# What a number is drawn for. Never renumbered: the numbers of households would change.
NEIGHBOURHOOD_SIZE = 128
UNIT_SIZE = 129
HOUSEHOLD_SIZE = 130
ELDER_HOUSEHOLD = 131
ELDER_COUPLE = 132
LONE_HEAD = 133
HEAD_AGE = 134
HUSBAND_OLDER = 135
MOTHER_AGE = 136
BIRTH_SPACING = 137
SEX = 138
IN_WORK = 139
LIVELIHOOD = 140
SAMPLED = 141
DWELLING = 142
INDUSTRY = 143
FUEL = 144
SURVEY_ROW = 145
SURVEY_SLOT = 146
SURVEY_START = 147

# Drawn numbers have 32 bits; ages before the fit are counted in 1/65,536 years.
BITS = 32
YEAR_BITS = 16

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Draws:
    """The drawn numbers of one market area under one seed."""

    seed: int
    area: str

    def of(self, number: int, index: Numbers) -> Numbers:
        """Return the number below 2³² drawn for a purpose at each index; two indices never share one."""
        first, second = keys(self.seed, 0, number_of(self.area), NO_DAY, purpose(number))
        found = drawn(first, second, index.astype(np.uint64))
        return np.asarray(found, dtype=np.int64)


def threshold(share: Parameter | Fraction) -> int:
    """Return the number that a drawn one lies below with this chance."""
    value = Fraction(share.central or 0) if isinstance(share, Parameter) else share
    return int(value * 2**BITS)


def between(parameter: Parameter, numbers: Numbers) -> Numbers:
    """Spread drawn numbers evenly over a parameter's range, in 1/65,536 of its unit."""
    low, high = Fraction(parameter.low or 0), Fraction(parameter.high or 0)
    return int(low * 2**YEAR_BITS) + (numbers * int((high - low) * 2**YEAR_BITS) >> BITS)


def by_weight(weights: Sequence[int], numbers: Numbers) -> Numbers:
    """Return which class each drawn number falls into, where a class has its weight's share of them."""
    ends = np.array([sum(weights[: k + 1]) * 2**BITS // sum(weights) for k in range(len(weights))], dtype=np.int64)
    return np.searchsorted(ends, numbers, side="right").astype(np.int64)


def whole(weights: Sequence[int | Fraction], total: int) -> list[int]:
    """Divide a total into whole parts by weight, the units left over going to the largest remainders.

    Equal remainders are served from the front; without any weight the parts are equal.
    """
    everything = sum(weights)
    if not everything:
        weights, everything = [1] * len(weights), len(weights)
    pairs = [divmod(weight * total, everything) for weight in weights]
    parts = [int(part) for part, _ in pairs]
    over = sorted(range(len(pairs)), key=lambda k: -pairs[k][1])[: total - sum(parts)]
    for k in over:
        parts[k] += 1
    return parts


def lowest_of(positions: Numbers, numbers: Numbers, count: int) -> Numbers:
    """Return the `count` positions whose numbers are lowest; no two numbers may be equal."""
    if count <= 0:
        return positions[:0]
    if count >= len(positions):
        return positions
    return positions[np.argpartition(numbers, count)[:count]]
