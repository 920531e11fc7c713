"""Raking: fit a table, or a survey's weights, to known totals (Deming and Stephan 1940; Deville and Särndal 1992).

Written here, as the libraries do not fit: ipfn needs pandas and gives a table for totals that contradict each other,
humanleague comes as C++ source that needs a compiler to install. `bench/population.py` measures both beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from inminban.errors import InputError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ROUNDS, CLOSE = 10_000, 1e-9
STEPS, STEEPEST = 60, 30.0


def rake(seed: Floats, targets: Sequence[tuple[tuple[int, ...], Floats]]) -> Floats:
    """Scale a table until its sums over all but the named axes are the targets', by iterative proportional fitting.

    Zeros of the seed stay zero; a target that is not a number is not known and left free. The targets must agree in
    total; an InputError where they can't all be met.
    """
    table = seed.astype(np.float64)
    over = [tuple(k for k in range(table.ndim) if k not in axes) for axes, _ in targets]
    worst = np.inf
    for _ in range(ROUNDS):
        for (_, target), others in zip(targets, over, strict=True):
            now = table.sum(axis=others, keepdims=True)
            wanted = target.reshape(now.shape)
            table = table * np.divide(wanted, now, out=np.ones_like(now), where=(now > 0) & ~np.isnan(wanted))
        worst = max(
            float(np.nanmax(np.abs(table.sum(axis=others) - target))) / max(1.0, float(np.nansum(target)))
            for (_, target), others in zip(targets, over, strict=True)
        )
        if worst < CLOSE:
            return table
    raise InputError(
        f"the counts of the census contradict each other: {worst:.2g} of their total can't be met",
        hint="Check the totals of the tables of places and of the census",
    )


def whole_rows(weights: Ints, totals: Ints) -> Ints:
    """Divide each total into whole parts by weight, largest remainders first: shape (totals, weights).

    Weights are whole, one row for all totals or one a total; weight × total must stay below 2⁶³. Without any weight the
    parts are equal.
    """
    weights = np.broadcast_to(weights, (len(totals), weights.shape[-1]))
    weights = np.where(weights.any(axis=1, keepdims=True), weights, 1)
    everything = weights.sum(axis=1)[:, None]
    parts, rest = np.divmod(totals[:, None] * weights, everything)
    over = totals - parts.sum(axis=1)
    rank = np.argsort(np.argsort(-rest, axis=1, kind="stable"), axis=1, kind="stable")
    return np.asarray(parts + (rank < over[:, None]), dtype=np.int64)


def whole_table(table: Floats, rows: Ints, columns: Ints) -> Ints:
    """Round a table to whole numbers whose rows and columns sum to the given totals, column by column.

    Of each column the rows with the largest remainders get one more, as long as their row has room.
    """
    left = rows.astype(np.int64).copy()
    found = np.zeros(table.shape, dtype=np.int64)
    for k in range(table.shape[1] - 1):
        rest = table[:, k:].sum(axis=1)
        part = left * np.divide(table[:, k], rest, out=np.zeros_like(rest), where=rest > 0)
        found[:, k] = np.minimum(np.floor(part), left)
        over = int(columns[k] - found[:, k].sum())
        if over >= 0:
            order = np.argsort(found[:, k] - part, kind="stable")
            room = order[found[order, k] < left[order]]
            found[room[:over], k] += 1
        else:
            order = np.argsort(part - found[:, k], kind="stable")
            room = order[found[order, k] > 0]
            found[room[:-over], k] -= 1
        left -= found[:, k]
    found[:, -1] = left
    return found


def calibrate(start: Floats, traits: Floats, totals: Floats) -> Floats:
    """Change weights as little as can be, by factors exp(traits · λ), until their sums of traits are the totals.

    `start` has one weight a row, `traits` (rows, traits) what a row counts for each total. Newton's method; weights
    stay positive. An InputError where the rows can't give the totals.
    """
    scale = np.maximum(np.abs(totals), 1.0)
    pull = np.zeros(traits.shape[1])
    weights = start.astype(np.float64)
    for _ in range(STEPS):
        missing = totals - traits.T @ weights
        if np.all(np.abs(missing) / scale < CLOSE):
            return weights
        step = np.linalg.lstsq((traits * weights[:, None]).T @ traits, missing, rcond=None)[0]
        pull = pull + step / max(1.0, float(np.abs(traits @ step).max()))
        weights = start * np.exp(np.clip(traits @ pull, -STEEPEST, STEEPEST))
    raise InputError(
        "its households can't be weighted to the totals of the place",
        hint="It needs households of every kind that the place has: large and small, with and without children",
    )
