"""A draw half-way: what of its areas is kept, so that it can go on from a day as if it had not stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from inminban.engine.sample import Kept
from inminban.engine.state import World

# What changes in an area: of its households, with orders more than without, and of all else.
COLUMNS = ("cash", "stock0", "stock1", "short")
ORDERED_COLUMNS = (*COLUMNS, "extra", "open", "forbidden")
WORLD = ("items", "lines", "orders", "held")
ORDERED_WORLD = (
    *WORLD,
    *("families", "stock", "claims", "repeats", "turns", "turn_ends", "again", "serve", "dealers", "watched"),
)
# What came of the draw so far, apart from what only its end tells of households with orders.
OUT = ("flows", "moves", "opening", "closing", "held_opening", "held_closing", "logs", "stall")
GATE = ("gate_cash", "gate_short", "gate_logs")
WITHOUT_ORDERS = ("short", "cash")
Arrays = Mapping[str, Any]


class Midway(NamedTuple):
    """Where a draw goes on: the arm, the first day that is still to be lived, and a way to read what was kept."""

    arm: int
    day: int
    of: Callable[[int], Arrays]


Keep = Callable[[int, int, Iterator[Arrays]], None]  # arm, day, what to keep of each area in turn


def state_of(w: World, out: Any, draw: int, today: Any, kept: Kept | None, *, ordered: bool) -> Arrays:
    """All that has to be kept of an area, by name; nothing is copied."""
    found = {name: getattr(w.columns, name) for name in (ORDERED_COLUMNS if ordered else COLUMNS)}
    found |= {name: getattr(w, name) for name in (ORDERED_WORLD if ordered else WORLD)}
    found |= {f"out.{name}": getattr(out, name)[draw : draw + 1] for name in (*OUT, *GATE)}
    found |= {f"without.{name}": getattr(out, name)[draw, 0] for name in WITHOUT_ORDERS}
    found["today"] = today
    if kept is not None:
        found["kept.opening"] = kept.opening
    return found


def posted(kept: Kept | None) -> Arrays:
    """The postings of sampled households so far."""
    return {} if kept is None or not kept.postings else {"kept.postings": np.concatenate(kept.postings, axis=1)}


def put_back(state: Arrays, kept: Kept | None, found: Arrays) -> None:
    """Put what was kept of an area back, into the arrays that `state_of` names."""
    for name, held in state.items():
        held[...] = found[name]
    if kept is not None and "kept.postings" in found:
        kept.postings[:] = [found["kept.postings"]]
