"""A scenario: which orders fall on which place, from when, for how long, under which assumptions."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictFloat, StrictInt, ValidationError

from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.files import read_text
from inminban.model.orders import FORMAT, Report, Value
from inminban.model.records import explained, load_report
from inminban.model.yaml import line_of, load

MOST_DAYS = 3660
MOST_DRAWS = 100_000
PRICE = "price "  # a scenario may set the first day's price of an item
Number = StrictInt | StrictFloat


def whole_day(text: str) -> str:
    """Refuse what is no full date."""
    datetime.date.fromisoformat(text)
    return text


def in_order(ends: tuple[Number, Number]) -> tuple[Number, Number]:
    """Refuse a range whose low end is above its high end."""
    if ends[0] > ends[1]:
        raise ValueError("expected [low, high]")
    return ends


Ends = Annotated[tuple[Number, Number], AfterValidator(in_order)]


class Scenario(Value):
    """What a run is asked to do.

    `orders` are paths of records (beside the scenario's file) or records written inline; `parameters` sets inputs of
    the country's table to a value, or to a range that draws are taken from. `start` is a full date; None is the first
    day of the earliest order.
    """

    format: int = FORMAT
    orders: tuple[str | Report, ...] = Field(min_length=1)
    place: str
    start: Annotated[str, AfterValidator(whole_day)] | None = None
    days: int = Field(60, ge=1, le=MOST_DAYS)
    draws: int = Field(100, ge=1, le=MOST_DRAWS)
    seed: int = Field(1, ge=0, lt=2**63)
    parameters: dict[str, Number | Ends] = Field(default_factory=dict)

    def reports(self, folder: Path) -> tuple[Report, ...]:
        """Return the records, those that are paths read from beside the scenario."""
        return tuple(r.identified() if isinstance(r, Report) else load_report(folder / r) for r in self.orders)


def load_scenario(path: Path, country: Country) -> Scenario:
    """Read a scenario from YAML or JSON; place and parameters must be known to the country."""
    text = read_text(path)
    data: Any = load(text, str(path))
    if not isinstance(data, dict):
        raise InputError("expected a scenario with orders and place", where=str(path))
    if data.get("format", FORMAT) != FORMAT:
        raise InputError(f"has format {data['format']}, this version reads {FORMAT}", where=str(path), field="format")
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        raise explained(error, text, str(path)) from None
    country.gazetteer.one(scenario.place, where=str(path))
    for symbol, value in scenario.parameters.items():
        check_parameter(country, symbol, value, path, line_of(text, ["parameters", symbol]))
    return scenario


def check_parameter(country: Country, symbol: str, value: Number | Ends, path: Path, line: int | None) -> None:
    """Refuse a symbol that is no input of the country's table, and a negative value where its range has none."""
    row = country.parameters.get(symbol)
    if symbol.startswith(PRICE) and symbol.removeprefix(PRICE) in country.items:
        return
    field = f"parameters.{symbol}"
    if row is None or row.role != "input":
        known = ", ".join(sorted(s for s, p in country.parameters.items() if p.role == "input"))
        what = f"has the role {row.role}, only inputs can be set" if row else "is no parameter"
        raise InputError(f"“{symbol}” {what}", where=str(path), line=line, field=field, hint=f"Inputs are: {known}")
    low = value[0] if isinstance(value, tuple) else value
    if row.low is not None and row.low >= 0 and Decimal(str(low)) < 0:
        raise InputError(f"{symbol} can't be negative, found {low}", where=str(path), line=line, field=field)
