"""Which inputs decide a measure: rank correlations over draws, and measures that only repeat one input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.stats import rankdata

from inminban.measures.outcome import ALL, NO_DAY

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

MOST_SHARE = 0.8  # of the variance, beyond which a measure only repeats one input
LEAST_DRAWS = 12  # below which a rank correlation over many inputs finds echoes by chance
RESAMPLES = 200
ENDS = (0.05, 0.95)
SEED = 20211015
RELATIVE = ("price ", "stalls")


class Echo(NamedTuple):
    """The one input that a measure repeats, and its share of the variance; None where it does by construction."""

    symbol: str
    share: float | None


class Driver(NamedTuple):
    """An input, the share of a measure's variance it explains (squared rank correlation), and its 90 % interval."""

    symbol: str
    share: float
    low: float
    high: float
    falls: bool


def with_difference(measures: pl.DataFrame) -> pl.DataFrame:
    """Add the difference to no order, for prices and stalls as a share of what is without it."""
    gap = pl.col("value") - pl.col("without")
    name = pl.col("measure")
    relative = pl.any_horizontal(*(name.str.starts_with(r) for r in RELATIVE))
    share = pl.when(pl.col("without") != 0).then(gap / pl.col("without"))
    return measures.with_columns(pl.when(relative).then(share).otherwise(gap).alias("difference"))


def ranked_inputs(inputs: pl.DataFrame) -> tuple[list[str], Floats, Floats]:
    """Symbols that vary, their values (symbols, draws), and the draws' numbers."""
    if inputs.is_empty():
        return [], np.zeros((0, 0)), np.zeros(0)
    wide = inputs.pivot(on="symbol", index="draw", values="value").sort("draw")
    draws = wide["draw"].to_numpy().astype(float)
    columns = {name: wide[name].to_numpy() for name in sorted(wide.columns) if name != "draw"}
    moving = {n: v for n, v in columns.items() if np.isfinite(v).all() and v.min() < v.max()}
    return list(moving), np.array(list(moving.values())).reshape(len(moving), len(draws)), draws


def squared(ranks: Floats, outcome: Floats) -> Floats:
    """Squared correlation of every row of ranks with an outcome's ranks; 0 where one of them does not vary."""
    signed = correlation(ranks, outcome)
    return signed * signed


def correlation(ranks: Floats, outcome: Floats) -> Floats:
    """Correlation of every row with the outcome, along the last axis."""
    a = ranks - ranks.mean(axis=-1, keepdims=True)
    b = outcome - outcome.mean(axis=-1, keepdims=True)
    size = np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    found: Floats = np.divide((a * b).sum(axis=-1), size, out=np.zeros(size.shape), where=size > 0)
    return found


def computed(names: Sequence[str], values: Floats, draws: Floats, row: Mapping[str, Any]) -> Echo | None:
    """Find the input that explains nearly all of a measure over the draws."""
    at, outcome = matched(draws, row["draw"], row["shown"])
    if not names or len(at) < LEAST_DRAWS:
        return None
    shares = squared(rankdata(values[:, at], axis=1), rankdata(outcome))
    best = int(np.argmax(shares))
    return Echo(names[best], float(shares[best])) if shares[best] > MOST_SHARE else None


def matched(
    draws: Floats, numbers: Sequence[int], values: Sequence[float | None]
) -> tuple[npt.NDArray[np.intp], Floats]:
    """Places of a measure's draws among those of the inputs, and its values there."""
    told = [(n, v) for n, v in zip(numbers, values, strict=True) if v is not None]
    at = np.searchsorted(draws, [n for n, _ in told])
    return at, np.array([v for _, v in told], dtype=float)


def drivers(
    measures: pl.DataFrame, inputs: pl.DataFrame, measure: str, group: str = ALL, day: int = NO_DAY
) -> tuple[Driver, ...]:
    """Rank inputs by the share of a measure's variance over draws that each explains, the largest first."""
    names, values, draws = ranked_inputs(inputs)
    table = with_difference(measures).filter(
        (pl.col("measure") == measure) & (pl.col("group") == group) & (pl.col("day") == day)
    )
    at, outcome = matched(
        draws, table["draw"].to_list(), table.select(pl.coalesce("difference", "value")).to_series().to_list()
    )
    if not names or len(at) < LEAST_DRAWS:
        return ()
    signed = correlation(rankdata(values[:, at], axis=1), rankdata(outcome))
    picks = np.random.default_rng(SEED).integers(0, len(at), (RESAMPLES, len(at)))
    again = np.stack([squared(rankdata(values[:, at[p]], axis=1), rankdata(outcome[p])) for p in picks])
    low, high = np.quantile(again, ENDS, axis=0)
    order = np.argsort(-(signed * signed), kind="stable")
    return tuple(
        Driver(names[n], float(signed[n] ** 2), float(low[n]), float(high[n]), bool(signed[n] < 0)) for n in order
    )
