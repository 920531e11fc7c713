"""Sampled households: what they post falls into tallies of their own, so that every posting is kept (7.13).

Results are those of a run without a sample: what a day tallied of sampled households is added to their groups.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from inminban.engine.inputs import Ints
from inminban.engine.state import BEYOND_GOODS, CELL, GROUPS

NOBODY: Ints = np.zeros(0, np.int64)


class Kept(NamedTuple):
    """What is kept of the sampled households of an area in a draw with orders; first axis the household.

    Their places among the area's, their groups, `opening` and `closing` (households, J + 3), and in `postings` arrays
    of (4, postings): day, flow, household, amount.
    """

    places: Ints
    groups: Ints
    opening: Ints
    closing: Ints
    postings: list[Ints]


def set_apart(tally: Any, places: Ints, goods: int) -> Kept:
    """From now on what the households at some places post falls into tallies of their own."""
    groups = tally[places].astype(np.int64)
    tally[places] = GROUPS + np.arange(places.size)
    opening, closing = np.zeros((1 + 1, places.size, goods + BEYOND_GOODS), np.int64)
    return Kept(places, groups, opening, closing, [])


def groups_of(tally: Any, kept: Kept | None) -> Any:
    """Group of every household."""
    found = tally
    if kept is not None:
        found = found.copy()
        found[kept.places] = kept.groups
    return found


def room(days: int, flows: int, kept: Kept) -> Any:
    """Tallies of some days, one for every group and then every sampled household."""
    return np.zeros((days, flows, GROUPS + kept.groups.size), CELL)


def gather(tallied: Any, first: int, kept: Kept) -> Ints:
    """Keep the postings of sampled households in the tallies of days from the first on; return those of groups."""
    cells: Ints = tallied.view(np.int64).reshape(*tallied.shape, -1)
    groups, own = cells[:, :, :GROUPS].copy(), cells[:, :, GROUPS:]
    day, flow, who = np.nonzero(own[..., 0])
    kept.postings.append(np.stack([first + day, flow, who, own[day, flow, who, 0]]))
    np.add.at(groups, (day, flow, kept.groups[who]), own[day, flow, who])
    return groups
