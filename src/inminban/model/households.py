"""Households as columns, sorted by neighbourhood and people's unit. All are synthetic: no row is a real family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

LIVELIHOODS = ("state wage", "trader", "farmer", "official", "other")
MOST_HOUSEHOLDS = 2**24


@dataclass(frozen=True, eq=False)
class Households:
    """The households of one place, one entry a household in every column.

    `place` is the place they were made for, `area` the city or county it lies in (both ids of the gazetteer), `seed`
    and `year` what they were made with, `names` the neighbourhoods by number. `index` numbers the households of the
    whole city or county from 0, so that a district's households are a slice of their city's and keep their identity.
    `neighbourhood` and `unit` number the neighbourhoods and people's units of the whole city or county, never
    decreasing; `members`, `adults` (17 and over), `workers` (16 to 59 and in work) and `students` (6 to 16) count
    persons; `livelihood` is a place in `LIVELIHOODS`. `area_households` is how many the whole city or county has.
    """

    place: str
    area: str
    seed: int
    year: int
    area_households: int
    names: Mapping[int, str]
    index: npt.NDArray[np.int64]
    neighbourhood: npt.NDArray[np.int32]
    unit: npt.NDArray[np.int32]
    members: npt.NDArray[np.uint8]
    adults: npt.NDArray[np.uint8]
    workers: npt.NDArray[np.uint8]
    students: npt.NDArray[np.uint8]
    livelihood: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.index)

    @cached_property
    def unit_starts(self) -> npt.NDArray[np.int64]:
        """Position of each people's unit's first household, and the end: shape (units + 1,)."""
        starts = np.flatnonzero(np.diff(self.unit, prepend=-1))
        return np.append(starts, len(self)).astype(np.int64)
