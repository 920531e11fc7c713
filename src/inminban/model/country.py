"""A country as a folder of tables: places, items, prices, standards, parameters, outlines, and the reader's words.

The code knows no country by name; it reads `country.toml` and the CSV files beside it, each row with its source.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from inminban.errors import InputError
from inminban.model.items import Container, Item
from inminban.model.parameters import Parameter
from inminban.model.places import Gazetteer, Place
from inminban.model.source import Source

SHIPPED = Path(__file__).parent.parent / "data"
FORMAT = 1
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One observed market price (`prices.csv`): `price` in `currency` for one `unit`, at a date as precise as seen."""

    id: str
    date: str
    place: str
    place_id: str
    item: str
    code: str
    price: Decimal
    currency: str
    unit: str
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class Standard:
    """One row of `standards.csv`: a need, a norm, a wage, as published."""

    id: str
    topic: str
    metric: str
    value: str
    unit: str
    year: str
    place: str
    status: str
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class CensusRow:
    """One published or derived figure of the census (`census.csv`), `value` in `unit`."""

    table: str
    place: str
    residence: str
    sex: str
    category: str
    value: Decimal
    unit: str
    year: str
    status: str
    note: str
    source: str

    @property
    def ref(self) -> str:
        """Address of the row: its table and what tells it apart there."""
        return f"census:{'/'.join((self.table, self.place, self.residence, self.sex, self.category, self.year))}"


@dataclass(frozen=True, slots=True)
class MoneyBreak:
    """A day on which the currency was exchanged for a new one, `ratio` old units to one."""

    date: datetime.date
    ratio: int
    source: str


@dataclass(frozen=True, slots=True)
class StateWage:
    """The parameter that holds the state wage from a day on."""

    since: datetime.date
    symbol: str


@dataclass(frozen=True, eq=False)
class Country:
    """A country folder, its tables read when first asked for; two are the same only where they are one object.

    `origin` says which tables a user brought in place of the folder's (kind and digest); empty for none.
    """

    folder: Path
    settings: Mapping[str, Any]
    origin: str = ""

    @property
    def name(self) -> str:
        """Name in English."""
        return str(self.settings["name"])

    @property
    def id(self) -> str:
        """Name of the folder."""
        return str(self.settings["id"])

    @property
    def root(self) -> str:
        """Id of the whole country in the table of places."""
        return str(self.settings["root"])

    @property
    def currency(self) -> str:
        """Item code of the country's money."""
        return str(self.settings["currency"])

    @property
    def staple(self) -> str:
        """Item code of the staple that burdens are told in."""
        return str(self.settings["staple"])

    @cached_property
    def money_breaks(self) -> tuple[MoneyBreak, ...]:
        """Days that no price is carried across."""
        return tuple(MoneyBreak(b["date"], b["ratio"], b["source"]) for b in self.settings["money_breaks"])

    @cached_property
    def state_wages(self) -> tuple[StateWage, ...]:
        """Parameters of the state wage, oldest first."""
        return tuple(StateWage(w["from"], w["symbol"]) for w in self.settings["state_wage"])

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """All places."""
        rows = self._rows(
            "places.csv",
            lambda r: Place(
                id=r["id"],
                name=r["name"],
                aliases=tuple(a for a in r["other_names"].split("|") if a),
                level=r["level"],  # type: ignore[arg-type]
                parent=r["parent"],
                persons=count(r["population"]),
                households=count(r["households"]),
                count_spread=Fraction(r["count_spread"] or 0),
                men=count(r["men"]),
                women=count(r["women"]),
                urban=count(r["urban"]),
                rural=count(r["rural"]),
                lat=degree(r["lat"]),
                lon=degree(r["lon"]),
                pcode=r["pcode"],
                iso=r["iso"],
                status=r["status"],
                note=r["note"],
                source=r["source"],
            ),
        )
        suffixes = tuple(self.settings.get("place_suffixes", ()))
        return Gazetteer({p.id: p for p in rows}, tuple(self.settings["place_kinds"]), suffixes)

    @cached_property
    def items(self) -> dict[str, Item]:
        """Items by code."""
        rows = self._rows(
            "items.csv",
            lambda r: Item(
                code=r["code"],
                name=r["item"],
                aliases=tuple(a for a in r["aliases"].split("|") if a),
                family=r["family"],  # type: ignore[arg-type]
                unit=r["unit"],
                kcal_per_kg=int(r["kcal_per_kg"]) if r["kcal_per_kg"] else None,
                status=r["status"],
                note=r["note"],
                source=r["source"],
            ),
        )
        return {i.code: i for i in rows}

    @cached_property
    def item_names(self) -> dict[str, Item]:
        """Items by every name they go by, folded to lower case; a code comes before another item's alias."""
        names: dict[str, Item] = {}
        for item in self.items.values():
            names[item.code.casefold()] = item
        for item in self.items.values():
            for name in (item.name, *item.aliases):
                names.setdefault(name.casefold(), item)
        return names

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        """Containers, measures and vehicles, the preferred one of a name first."""
        return self._rows(
            "containers.csv",
            lambda r: Container(
                id=r["id"],
                item=r["item"],
                name=r["name"],
                low=Decimal(r["low"]),
                quantity=Decimal(r["quantity"]),
                high=Decimal(r["high"]),
                unit=r["unit"],
                status=r["status"],
                note=r["note"],
                source=r["source"],
            ),
        )

    @cached_property
    def prices(self) -> tuple[PriceRow, ...]:
        """Observed market prices, oldest first."""
        return self._rows("prices.csv", lambda r: PriceRow(**(r | {"price": Decimal(r["price"])})))  # type: ignore[arg-type]

    @cached_property
    def standards(self) -> tuple[Standard, ...]:
        """Published needs, norms and wages."""
        return self._rows("standards.csv", lambda r: Standard(**r))

    @cached_property
    def census(self) -> tuple[CensusRow, ...]:
        """Published and derived figures of the census, in the order of the table."""
        return self._rows("census.csv", lambda r: CensusRow(**(r | {"value": Decimal(r["value"])})))  # type: ignore[arg-type]

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """Parameters by symbol."""
        rows = self._rows("parameters.csv", parameter)
        return {p.symbol: p for p in rows}

    @cached_property
    def outlines(self) -> dict[str, Any]:
        """GeoJSON outlines of the provinces."""
        found: dict[str, Any] = json.loads((self.folder / "provinces.geojson").read_text(encoding="utf-8"))
        return found

    @property
    def outlines_source(self) -> str:
        """Where the outlines are from, as a page says it."""
        return str(self.outlines["source"])

    def words(self, table: str) -> tuple[dict[str, str], ...]:
        """Rows of one of the reader's word tables, `words/TABLE.csv`."""
        return self._rows(f"words/{table}.csv", lambda r: r)

    @cached_property
    def words_digest(self) -> str:
        """SHA-256 over the tables that reading depends on, so that a record says what it was read with."""
        names = [
            "places.csv",
            "items.csv",
            "containers.csv",
            *sorted(f"words/{p.name}" for p in (self.folder / "words").glob("*.csv")),
        ]
        return hashlib.sha256(b"".join((self.folder / n).read_bytes() for n in names)).hexdigest()

    def counted(self, place: Place) -> Source:
        """Origin of a place's count of persons and households."""
        persons = f"{place.persons:,} persons" if place.persons else "persons not counted"
        homes = f"{place.households:,} households" if place.households else "households not counted"
        year = self.settings["census_year"]
        note = f"; {place.note}" if place.note else ""
        return Source(
            "data", f"{place.name}: {homes}, {persons}", f"census of {year}{note}; {place.source}", f"places:{place.id}"
        )

    def _rows(self, name: str, make: Callable[[dict[str, str]], T]) -> tuple[T, ...]:
        path = self.folder / name
        try:
            with path.open(encoding="utf-8", newline="") as file:
                return tuple(made(row, line, str(path), make) for line, row in enumerate(csv.DictReader(file), 2))
        except FileNotFoundError:
            raise InputError("the country folder lacks this table", where=str(path)) from None
        except UnicodeDecodeError:
            raise InputError("is not UTF-8", where=str(path)) from None


def count(text: str) -> int | None:
    """Read a count that may be missing."""
    return int(text) if text else None


def degree(text: str) -> float | None:
    """Read a coordinate that may be missing."""
    return float(text) if text else None


def parameter(row: dict[str, str]) -> Parameter:
    """Make a parameter of its row."""
    ends = {name: Decimal(row[name]) if row[name] else None for name in ("low", "central", "high")}
    return Parameter(**(row | ends))  # type: ignore[arg-type]


def made(row: dict[str, str], line: int, where: str, make: Callable[[dict[str, str]], T]) -> T:
    """Make a value of a table row; a missing column or a number that is none names file and line."""
    try:
        return make(row)
    except KeyError as error:
        raise InputError("a column is missing", where=where, line=line, field=str(error.args[0])) from None
    except (ValueError, InvalidOperation, TypeError) as error:
        raise InputError(f"the row can't be read: {error}", where=where, line=line) from None


@cache
def load_country(name: str = "kp") -> Country:
    """Open a country folder: the name of one that is shipped, or a path."""
    folder = SHIPPED / name if (SHIPPED / name / "country.toml").exists() else Path(name)
    try:
        settings = tomllib.loads((folder / "country.toml").read_text(encoding="utf-8"))
    except OSError:
        shipped = ", ".join(sorted(p.parent.name for p in SHIPPED.glob("*/country.toml")))
        raise InputError(
            f"no country folder “{name}”",
            hint=f"Shipped are: {shipped}; or give the path of a folder with country.toml",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"is no TOML: {error}", where=str(folder / "country.toml")) from None
    if settings.get("format") != FORMAT:
        raise InputError(
            f"has format {settings.get('format')}, this version reads format {FORMAT}",
            where=str(folder / "country.toml"),
            field="format",
        )
    return Country(folder, settings)
