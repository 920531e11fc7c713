"""Draw the uncertain inputs of a run: one value each, by a key of seed, draw and symbol, so that no order matters."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from inminban.errors import InputError
from inminban.measures.range import Range
from inminban.model.country import Country
from inminban.model.parameters import Parameter
from inminban.model.randomness import NO_DAY, keys, number_of, purpose
from inminban.model.source import Source
from inminban.studies.fields import FAMILIES, FIXED, JOINT, SCALED

# Purpose of docs/model.md, section 7.1, and the bits of a number that a float holds exactly beside a half.
PARAMETER = 9
BITS = 52
HALF = 0.5
WHOLE = "whole days"
PRICE = "price "

Override = float | tuple[float, float]


class Input(NamedTuple):
    """An uncertain input: its range, the shape between the ends, whether only whole numbers count, its origin."""

    symbol: str
    low: float
    central: float
    high: float
    shape: str
    whole: bool
    source: Source
    transplanted_from: str = ""


def row_of(country: Country, symbol: str) -> Parameter:
    """Return the row of an input; one that is missing or has another role can't set anything."""
    row = country.parameters.get(symbol)
    if row is None or row.role != "input":
        what = f"has the role {row.role}, only inputs can set something" if row else "is missing"
        raise InputError(
            f"the parameter “{symbol}” {what}", where=str(country.folder / "parameters.csv"), field="symbol"
        )
    return row


def input_of(country: Country, symbol: str, overrides: Mapping[str, Override]) -> Input:
    """Make an input of a row of the parameter table, or of what a scenario sets in its place."""
    row = row_of(country, symbol)
    ends = Range.parameter(row)
    found = Input(
        symbol,
        float(ends.low),
        float(ends.central),
        float(ends.high),
        row.shape,
        row.unit == WHOLE,
        row.origin,
        row.transplanted_from,
    )
    return checked(overridden(found, overrides))


def price_input(item: str, price: Range, source: Source, overrides: Mapping[str, Override]) -> Input:
    """Make an input of the price of an item on the first day: triangular over what was observed."""
    ends = (float(price.low), float(price.central), float(price.high))
    return checked(overridden(Input(f"{PRICE}{item}", *ends, "triangular", False, source), overrides))


def overridden(found: Input, overrides: Mapping[str, Override]) -> Input:
    """Put a scenario's value or range in the place of the table's; a range is drawn evenly, or at its ends."""
    if found.symbol not in overrides:
        return found
    value = overrides[found.symbol]
    low, high = (float(v) for v in (value if isinstance(value, tuple | list) else (value, value)))
    told = f"{low:,g}" if low == high else f"{low:,g}–{high:,g}"
    source = Source("assumed", found.source.what, f"{told}, set by the scenario", f"scenario:{found.symbol}")
    shape = "constant" if low == high else found.shape if found.shape in ("endpoints", "interval") else "uniform"
    return Input(found.symbol, low, (low + high) / 2, high, shape, found.whole, source)


def checked(found: Input) -> Input:
    """Refuse values that the model has no meaning for."""
    least, most = bounds(found.symbol)
    if not (math.isfinite(found.low) and math.isfinite(found.high) and least <= found.low <= found.high <= most):
        told = f"{found.low:,g}" if found.low == found.high else f"{found.low:,g} to {found.high:,g}"
        raise InputError(
            f"{found.symbol} is {told}, expected {least:,g} to {most:,g}", field=f"parameters.{found.symbol}"
        )
    return found


def bounds(symbol: str) -> tuple[float, float]:
    """Least and largest value of a symbol that means something."""
    if symbol.startswith(PRICE):
        return 1e-6, 1e9
    for field in (*SCALED, *JOINT, *FIXED):
        if field.symbol == symbol:
            return field.least, field.most
    for field in FAMILIES:
        if symbol.startswith(field.symbol.removesuffix("…")):
            return field.least, field.most
    raise KeyError(symbol)


def inputs_of(
    country: Country, symbols: Iterable[str], overrides: Mapping[str, Override] | None = None
) -> tuple[Input, ...]:
    """Make the inputs of rows of the parameter table, each once, in the order of their symbols."""
    return tuple(input_of(country, symbol, overrides or {}) for symbol in sorted(set(symbols)))


def sample(inputs: Sequence[Input], draw: int, seed: int) -> dict[str, float]:
    """Draw one value of each input.

    A value depends on seed, draw and symbol alone: the key's area is the number of the symbol (docs/model.md, 8).
    """
    if not inputs:
        return {}
    areas = np.array([number_of(i.symbol) for i in inputs], dtype=np.uint64)
    words = keys(seed, draw, areas, NO_DAY, purpose(PARAMETER))
    numbers = (words[:, 0] << np.uint64(32) | words[:, 1]) >> np.uint64(64 - BITS)
    return {i.symbol: value_at(i, (int(n) + HALF) / (1 << BITS)) for i, n in zip(inputs, numbers, strict=True)}


def value_at(found: Input, u: float) -> float:
    """Value below which the share u of an input's values lies; a whole number takes half a step on either side."""
    if found.shape in ("constant", "point") or found.low == found.high:
        return float(round(found.central)) if found.whole else found.central
    step = HALF if found.whole and found.shape != "endpoints" else 0.0
    value = SHAPES[found.shape](found.low - step, found.central, found.high + step, u)
    return min(max(float(round(value)) if found.whole else value, found.low), found.high)


def uniform(low: float, central: float, high: float, u: float) -> float:
    """Every value between the ends alike."""
    return low + u * (high - low)


def triangular(low: float, central: float, high: float, u: float) -> float:
    """Most likely at the central value, falling evenly to none at the ends."""
    at = (central - low) / (high - low)
    if u < at:
        return low + math.sqrt(u * (high - low) * (central - low))
    return high - math.sqrt((1 - u) * (high - low) * (high - central))


def endpoints(low: float, central: float, high: float, u: float) -> float:
    """Return one end or the other."""
    return low if u < HALF else high


SHAPES: Mapping[str, Callable[[float, float, float, float], float]] = {
    "uniform": uniform,
    "interval": uniform,
    "triangular": triangular,
    "endpoints": endpoints,
}


class Gate(NamedTuple):
    """Bounds of the gate: how far prices and cash may move, and the shares short of food that warn and refuse."""

    width: float
    short: tuple[float, float]
    refused: tuple[float, float]


def gate_of(country: Country, overrides: Mapping[str, Override] | None = None) -> Gate:
    """Take the bounds of the gate from the parameter table, as they stand."""
    width, short, refused = (
        input_of(country, symbol, overrides or {}) for symbol in ("gate_width", "gate_short", "gate_short_refused")
    )
    return Gate(width.central, (short.low, short.high), (refused.low, refused.high))


def kinds(sources: Iterable[Source]) -> dict[str, int]:
    """How many of a run's inputs are reported, data and assumed."""
    found = [s.kind for s in dict.fromkeys(sources)]
    return {kind: found.count(kind) for kind in ("reported", "data", "assumed")}


def transplanted(inputs: Iterable[Input]) -> dict[str, str]:
    """Where inputs were taken over from another country: symbol to country."""
    return {i.symbol: i.transplanted_from for i in inputs if i.transplanted_from}
