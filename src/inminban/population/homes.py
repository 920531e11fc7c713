"""What households live in, heat and cook with: dealt out by residence so that the area's counts come out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inminban.model.households import RESIDENCES, Bytes
from inminban.population.draws import DWELLING, FUEL, Draws
from inminban.population.layout import Layout
from inminban.population.margins import Margins


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """Of each household of an area its dwelling, heating and cooking fuel, as places in the lists of the model."""

    dwelling: Bytes
    heating: Bytes
    cooking: Bytes


def house(margins: Margins, layout: Layout, draws: Draws) -> Homes:
    """Give each household of an area a dwelling and its fuels.

    A people's unit is a staircase or a block of houses (standards: s113), so that dwellings go to units as
    a whole where the counts allow it; fuels go to single households.
    """
    shape = margins.dwellings[RESIDENCES[0]].shape
    cells = np.zeros((len(shape), margins.count), dtype=np.uint8)
    by_unit = draws.of(DWELLING, layout.unit.astype(np.int64) - 1)
    for residence in RESIDENCES:
        index = layout.households(residence)
        order = index[np.argsort(by_unit[index], kind="stable")]
        counts = margins.dwellings[residence]
        ends = np.cumsum(counts.sum(axis=(1, 2))).tolist()
        for dwelling, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
            alike = order[start:end]
            alike = alike[np.argsort(draws.of(FUEL, alike))]
            fuels = np.repeat(np.arange(counts[dwelling].size), counts[dwelling].reshape(-1))
            cells[0, alike] = dwelling
            cells[1:, alike] = np.unravel_index(fuels, shape[1:])
    return Homes(*cells)
