"""A user's own census in place of the country's: counts of places, or rows of the census table.

Either table gives a `Country` whose places and census hold the user's numbers, with status `own` and the user's source.
"""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from inminban.errors import InputError
from inminban.model.country import CensusRow, Country
from inminban.model.households import RESIDENCES
from inminban.model.places import Gazetteer, Place
from inminban.population.apportion import SEXES, apportioned, census_year
from inminban.population.identifying import refuse_headers, refuse_values
from inminban.population.margins import dwellings
from inminban.population.own_places import COUNTS, carried, spread
from inminban.population.table import Row, Table, read_table, refuse_unknown

PLACE_COLUMNS = ("place", *COUNTS, "source")
ROW_COLUMNS = tuple(f.name for f in fields(CensusRow))
NEEDED = ("table", "place", "residence", "category", "value", "unit")
NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
CLASS = re.compile(r"\d+(-\d+)?\+?")
ALL_SIZES, SIZES_OFF = 100, Decimal("0.5")  # percent of households of all sizes, and how far rounding may move it


@dataclass(frozen=True, eq=False, kw_only=True)
class OwnCountry(Country):
    """A country with some places and census rows of a user's; everything else is that of `base`."""

    base: Country
    places: dict[str, Place]
    rows: tuple[CensusRow, ...]

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """All places, with the user's counts."""
        return replace(self.base.gazetteer, places={**self.base.gazetteer.places, **self.places})

    @cached_property
    def census(self) -> tuple[CensusRow, ...]:
        """Figures of the census, with the user's."""
        return self.rows


def own_census(country: Country, path: Path) -> Country:
    """Return a country with the tables of a user in place of its own.

    The CSV file has either counts of places (`place` and some of `population`, `households`, `men`, `women`, `urban`,
    `rural`, `source`) or rows in the form of `census.csv`, which replace all rows of the same table, place and
    residence; its header tells which. docs/data-model.md tells how places around and inside follow.

    Raises:
        InputError: for a table that is none, tells who somebody is, or contradicts itself or the rest of the country.

    """
    table = read_table(path, dict.fromkeys(PLACE_COLUMNS + ROW_COLUMNS))
    known = ROW_COLUMNS if "table" in table.header else PLACE_COLUMNS
    refuse_headers([c for c in table.header if c not in ROW_COLUMNS + PLACE_COLUMNS], table.where)
    refuse_unknown(table, known, NEEDED if known == ROW_COLUMNS else ("place",))
    for column in {"source", "note"} & set(table.header):
        refuse_values(column, table.column(column), table.where, text=True)
    told = f"own census {table.digest}"
    if known == ROW_COLUMNS:
        places: dict[str, Place] = {}
        rows = replaced(country, table, told)
    else:
        given, old = spread(country, table, told)
        places, rows = given, carried(country, old, given)
    origin = ", ".join(part for part in (country.origin, told) if part)
    own = OwnCountry(country.folder, country.settings, origin, base=country, places=places, rows=rows)
    with found_in(table.where):
        apportioned(own, census_year(own))
        dwellings(own)
    return own


@contextlib.contextmanager
def found_in(where: str) -> Iterator[None]:
    """Say of a contradiction between tables that the user's brought it in."""
    try:
        yield
    except InputError as error:
        hint = (
            error.hint or "Check its counts beside those of the other places; docs/data-model.md tells how they add up"
        )
        raise InputError(f"with this table {error.what}", where=where, field=error.field, hint=hint) from None


def replaced(country: Country, table: Table, told: str) -> tuple[CensusRow, ...]:
    """Return the rows of the census with those of a table in place of all of the same table, place and residence."""
    found: dict[tuple[str, ...], tuple[int, CensusRow]] = {}
    for row in table.rows:
        made = census_row(country, table, row, told)
        key = (made.table, made.place, made.residence, made.sex, made.category, made.year)
        if key in found:
            raise InputError(f"the same figure stands in line {found[key][0]}", where=table.where, line=row.line)
        found[key] = row.line, made
    own = [row for _, row in found.values()]
    sums(table, own)
    gone = {(r.table, r.place, r.residence) for r in own}
    return (*(r for r in country.census if (r.table, r.place, r.residence) not in gone), *own)


def census_row(country: Country, table: Table, row: Row, told: str) -> CensusRow:
    """Make a row of the census of a user's; refuses what no row of ours is like, as nothing would use it."""
    year = str(census_year(country))
    cells = {"sex": "", "note": "", "year": year} | {n: c for n, c in row.cells.items() if c}
    lacking = next((n for n in NEEDED if n not in cells), None)
    if lacking:
        raise InputError("is empty", where=table.where, line=row.line, field=lacking)
    alike = [r for r in country.census if r.table == cells["table"]]
    choose(table, row, "table", cells["table"], {r.table for r in country.census})
    if cells["place"] not in {r.place for r in alike}:
        cells["place"] = named(country, table, row).id
    choose(table, row, "place", cells["place"], {r.place for r in alike})
    choose(table, row, "residence", cells["residence"], {"total", *RESIDENCES})
    choose(table, row, "sex", cells["sex"], {"", "total", *SEXES})
    choose(table, row, "unit", cells["unit"], {r.unit for r in alike})
    categories = {r.category for r in alike}
    classes = any(CLASS.fullmatch(c) for c in categories) and CLASS.fullmatch(cells["category"])
    if not classes:
        choose(table, row, "category", cells["category"], categories)
    years = {r.year for r in alike}
    if not re.fullmatch(r"\d{4}", cells["year"]) or (years == {year} and cells["year"] != year):
        hint = f"Write {year}, the year that all counts are taken as of, and the year of yours in note or source"
        raise InputError("rows of another year are not used", where=table.where, line=row.line, field="year", hint=hint)
    source = cells.get("source", told)
    of_row = {n: cells[n] for n in ROW_COLUMNS if n not in ("value", "status", "source")}
    return CensusRow(**of_row, value=amount(table, row), status="own", source=source)


def choose(table: Table, row: Row, column: str, cell: str, known: set[str]) -> None:
    """Refuse a cell that is none of the words that are known there."""
    if cell in known:
        return
    near = difflib.get_close_matches(cell, sorted(known), n=3, cutoff=0.6) or sorted(known)[:8]
    raise InputError(
        f"“{cell}” is not used there, so it would change nothing",
        where=table.where,
        line=row.line,
        field=column,
        hint=f"Known are {', '.join(w or 'an empty cell' for w in near)}",
    )


def named(country: Country, table: Table, row: Row) -> Place:
    """Return the place that a row names."""
    try:
        return country.gazetteer.one(row.cells["place"])
    except InputError as error:
        raise InputError(error.what, where=table.where, line=row.line, field="place", hint=error.hint) from None


def amount(table: Table, row: Row) -> Decimal:
    """Return the value of a row: not negative, and of a percentage not above 100."""
    text = row.cells["value"]
    if not NUMBER.fullmatch(text):
        raise InputError(
            f"a number from 0 up was expected, found “{text[:20]}”",
            where=table.where,
            line=row.line,
            field="value",
            hint="Write 1234.5, not 1,234.5",
        )
    found = Decimal(text)
    if row.cells["unit"].startswith("percent") and found > ALL_SIZES:
        raise InputError("a percentage is above 100", where=table.where, line=row.line, field="value")
    counts = row.cells["unit"] in ("persons", "households") and row.cells["table"] != "household_size_mean"
    if counts and found != found.to_integral_value():
        raise InputError("a whole number was expected", where=table.where, line=row.line, field="value")
    return found


def sums(table: Table, rows: list[CensusRow]) -> None:
    """Refuse rows that contradict each other: sizes that are not all households, residences that are not the total."""
    for residence in dict.fromkeys(r.residence for r in rows if r.table == "household_size"):
        all_sizes = sum((r.value for r in rows if (r.table, r.residence) == ("household_size", residence)), Decimal(0))
        if abs(all_sizes - ALL_SIZES) > SIZES_OFF:
            raise InputError(
                f"the shares of {residence} households by size sum to {all_sizes} percent, not to 100",
                where=table.where,
                field="value",
            )
    homes = {r.residence: r.value for r in rows if r.table == "households" and r.category == "households"}
    parts = sum((homes.get(r, Decimal(0)) for r in RESIDENCES), Decimal(0))
    if len(homes) == 1 + len(RESIDENCES) and homes["total"] != parts:
        raise InputError(
            f"urban and rural households are {parts:,}, the total is {homes['total']:,}",
            where=table.where,
            field="value",
        )
