"""Households as columns, sorted by market area, neighbourhood and people's unit. All are synthetic: none is real."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from inminban.errors import InputError

LIVELIHOODS = ("state wage", "trader", "farmer", "official", "other")
RESIDENCES = ("urban", "rural")
DWELLINGS = ("detached house", "row house", "apartment", "other")
HEATING = ("coal", "wood", "central heating", "other")
COOKING = ("coal", "wood", "other")
MOST_HOUSEHOLDS = 2**24

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Area:
    """A market area: its id, how many households all of it has, and its neighbourhoods' names by number.

    `inside` of the households live in the place that they were made for.
    """

    id: str
    households: int
    inside: int
    names: Mapping[int, str]


ABOUT = ("place", "seed", "year", "sample", "areas", "area_starts", "origin")


@dataclass(frozen=True, eq=False)
class Households:
    """The households of a place, one entry a household in every column.

    `place` is the id of the place they were made for, `seed`, `year` and `sample` (the share of households that was
    taken) what they were made with, `areas` the market areas that they live in and `area_starts` the position of each
    one's first household, and the end. `index` numbers all households of an area from 0, so that a district's or a
    sample's keep their identity. `neighbourhood` and `unit` number the neighbourhoods and people's units of an area,
    never decreasing in it.

    `members`, `adults` (17 and over), `workers` (17 to 59 and in work) and `students` (6 to 16) count persons.
    `residence`, `livelihood`, `dwelling`, `heating` and `cooking` are places in the lists of this module. `origin`
    names the tables of a user that they were made from, by kind and digest: empty for none.
    """

    place: str
    seed: int
    year: int
    sample: Fraction
    areas: tuple[Area, ...]
    area_starts: npt.NDArray[np.int64]
    index: npt.NDArray[np.int32]
    neighbourhood: npt.NDArray[np.int32]
    unit: npt.NDArray[np.int32]
    residence: Bytes
    members: Bytes
    adults: Bytes
    workers: Bytes
    students: Bytes
    livelihood: Bytes
    dwelling: Bytes
    heating: Bytes
    cooking: Bytes
    origin: str = ""

    def __len__(self) -> int:
        return len(self.index)

    @property
    def area(self) -> Area:
        """The one market area that all of them live in; refused where they live in several."""
        if len(self.areas) != 1:
            raise InputError(
                f"the households of {self.place} live in {len(self.areas)} market areas, and one is needed",
                field="place",
                hint="Give a city, a county, or a part of one",
            )
        return self.areas[0]

    @cached_property
    def area_of(self) -> npt.NDArray[np.int16]:
        """Place in `areas` of each household's market area."""
        return np.repeat(np.arange(len(self.areas), dtype=np.int16), np.diff(self.area_starts))

    @cached_property
    def weights(self) -> npt.NDArray[np.float64]:
        """How many households of the place in its market area each stands for in a sample; 1 where all are kept."""
        if self.sample == 1:
            return np.ones(len(self))
        taken = np.diff(self.area_starts)
        return np.repeat([a.inside / max(1, n) for a, n in zip(self.areas, taken, strict=True)], taken)

    @cached_property
    def unit_starts(self) -> npt.NDArray[np.int64]:
        """Position of each people's unit's first household, and the end: shape (units + 1,)."""
        return self.starts(self.unit)

    @cached_property
    def neighbourhood_starts(self) -> npt.NDArray[np.int64]:
        """Position of each neighbourhood's first household, and the end: shape (neighbourhoods + 1,)."""
        return self.starts(self.neighbourhood)

    def parts(self) -> tuple[Households, ...]:
        """The households of each market area; their columns are views of these."""
        if len(self.areas) == 1:
            return (self,)
        columns = [f.name for f in fields(self) if f.name not in ABOUT]
        found = []
        for area, (first, last) in zip(self.areas, pairwise(self.area_starts.tolist()), strict=True):
            taken = {name: getattr(self, name)[first:last] for name in columns}
            starts = np.array([0, last - first])
            found.append(replace(self, place=area.id, areas=(area,), area_starts=starts, **taken))
        return tuple(found)

    def starts(self, numbers: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
        """Position of the first household of each number in each area, and the end."""
        new = np.diff(numbers, prepend=-1) != 0
        new[self.area_starts[:-1][np.diff(self.area_starts) > 0]] = True
        return np.append(np.flatnonzero(new), len(self)).astype(np.int64)
