"""Prices of the first day: observed near the place, set by a scenario, or a ratio to the staple."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from inminban.errors import InputError
from inminban.measures.prices import price_of
from inminban.measures.range import Range
from inminban.model.country import Country
from inminban.model.items import BASE
from inminban.model.source import Source
from inminban.studies.assumptions import PRICE, Input, Override, input_of, price_input
from inminban.studies.terms import base_unit

RATIO = "price_ratio "


class Quote(NamedTuple):
    """How an item is priced: `given` is its price for `per` base units, or `ratio` that to a kilogram of the staple."""

    item: str
    given: Input | None
    ratio: Input | None
    per: int


def quote_of(country: Country, code: str, day: str, place: str, overrides: Mapping[str, Override]) -> Quote | None:
    """Find how an item is priced at a place and on a day; None where nothing tells."""
    item = country.items[code]
    symbol = f"{PRICE}{code}"
    used = price_of(country, code, day, place)
    base, scale = BASE.get(used.unit, (used.unit, Fraction(1)))
    if used.value is not None and base == base_unit(item):
        return Quote(code, price_input(code, used.value * scale, used.sources[0], overrides), None, int(scale))
    if symbol in overrides:
        scale = BASE.get(item.unit, (item.unit, Fraction(1)))[1]
        source = Source("assumed", f"price of {code}", "set by the scenario", f"scenario:{symbol}")
        return Quote(code, price_input(code, Range.of(1), source, overrides), None, int(scale))
    if f"{RATIO}{code}" in country.parameters and item.family == "mass":
        return Quote(code, None, input_of(country, f"{RATIO}{code}", overrides), int(BASE["kg"][1]))
    return None


def check_prices(country: Country, overrides: Mapping[str, Override]) -> None:
    """Refuse a price of something that is no item."""
    for symbol in overrides:
        if symbol.startswith(PRICE) and symbol.removeprefix(PRICE) not in country.items:
            raise InputError(
                f"“{symbol.removeprefix(PRICE)}” is no item",
                field=f"parameters.{symbol}",
                hint="Give the code of an item of items.csv",
            )


def price_at(quote: Quote, staple: Quote, values: Mapping[str, float]) -> float:
    """Price of one base unit under a draw's values."""
    if quote.given is not None:
        return values[quote.given.symbol] / quote.per
    if quote.ratio is None:
        return 0.0
    return values[quote.ratio.symbol] * price_at(staple, staple, values)
