"""What a day needs of every household, as columns: sorted by market day and group, so that a day is a few long loops.

The order of households (7.7) stays that of their records; a household's place in the columns is where its group stands.
Segments hold households of one market day and one group, or a sampled household alone (7.13). They are filled up to
whole vectors with empty places, which have nothing and want nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from inminban.engine.inputs import Ints
from inminban.engine.scales import TENTHS, VECTOR
from inminban.engine.state import GROUPS, TRADER

WIDE = ("cash", "buffer", "wage", "market")
NARROW = ("need", "kind0", "kind1", "inkind", "index", "rice")


class Columns(NamedTuple):
    """Columns of shape (places,), one place a household, and some that are empty.

    Money: `cash`, `buffer`; Q8 a day: `wage`, `market`. Calories: `need` and `inkind` a day, `extra` in other food than
    the two staples, where relief brings any. Base units of these: `stock0`, `stock1`, `kind0`, `kind1` (in kind a day),
    `food0`, `food1` (wanted today, on a slate). `index` is the household's in its county, `rice` the first staple's
    share of energy (Q16), `short` counts days. Segments: `ends` (segments + 1,), and what their households share,
    `offset`, `group`, and in `tally` where their flows are counted: the group, or a sampled household's own.

    Of stalls, one a place of traders: `target`, `open` and `forbidden` goods, in money; those of a segment stand from
    `stalls[s]` to before `stalls[s + 1]`.
    """

    cash: Any
    buffer: Any
    wage: Any
    market: Any
    need: Any
    kind0: Any
    kind1: Any
    inkind: Any
    index: Any
    rice: Any
    stock0: Any
    stock1: Any
    food0: Any
    food1: Any
    extra: Any
    short: Any
    ends: Any
    offset: Any
    group: Any
    tally: Any
    target: Any
    open: Any
    forbidden: Any
    stalls: Any


# What changes in a run without orders: stalls stay full, and nobody has other food than the two staples.
CHANGING = ("cash", "stock0", "stock1", "short")


def columns_of(houses: Any, stock: Any, sampled: Ints) -> tuple[Columns, Any]:
    """Columns of households as their records and stocks stand, and each household's place in them."""
    groups = np.concatenate([np.arange(GROUPS), houses["group"][sampled]])
    tally = houses["group"].copy()
    tally[sampled] = GROUPS + np.arange(sampled.size)
    kind = houses["offset"].astype(np.int64) * groups.size + tally
    counts = np.bincount(kind)
    used = np.flatnonzero(counts)
    ends = np.cumsum([0, *(-(-counts[used] // VECTOR) * VECTOR)])
    first = np.cumsum(counts) - counts
    order = np.argsort(kind, kind="stable")
    place = np.empty(len(houses), dtype=np.int32)
    segment = np.searchsorted(used, kind[order])
    place[order] = ends[segment] + np.arange(len(houses)) - first[kind[order]]

    def column(values: Any, narrow: bool) -> Any:
        found = np.zeros(ends[-1], dtype=np.int32 if narrow else np.int64)
        found[place] = values
        return found

    none, group = np.zeros(0, np.int32), groups[used % groups.size]
    trades = group // TENTHS == TRADER
    target = column(houses["target"], False)[np.repeat(trades, np.diff(ends))]
    columns = Columns(
        **{name: column(houses[name], False) for name in WIDE},
        **{name: column(houses[name], True) for name in NARROW},
        stock0=column(stock[:, 0], True),
        stock1=column(stock[:, 1], True),
        food0=none,
        food1=none,
        extra=np.zeros(0, np.int64),
        short=np.zeros(ends[-1], np.int16),
        ends=ends,
        offset=used // groups.size,
        group=group,
        tally=used % groups.size,
        target=target,
        open=np.zeros_like(target),
        forbidden=np.zeros_like(target),
        stalls=np.cumsum([0, *np.diff(ends) * trades]),
    )
    return columns, place


def copied(columns: Columns) -> Columns:
    """The same columns for a run without orders, those that change in it of its own; nobody's postings are kept."""
    return columns._replace(tally=columns.group, **{name: getattr(columns, name).copy() for name in CHANGING})
