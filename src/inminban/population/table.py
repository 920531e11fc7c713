"""A CSV table that a user brings: read whole, its form checked, each row with the line that it ends on."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from inminban.errors import InputError
from inminban.model.files import decoded

MOST_BYTES = 20_000_000
LONGEST_CELL = 2_000
DIGEST_BYTES = 16
OTHER_MARKS = {";": "semicolons", "\t": "tabs"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: the line that it ends on, and its cells by column, without white space around them."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read: its file as messages name it, its columns and rows, and the BLAKE2b digest of its bytes.

    The digest is all that a result keeps of the file: neither its name nor where it lay.
    """

    where: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    digest: str

    def column(self, name: str) -> list[tuple[int, str]]:
        """Line and cell of each row in a column."""
        return [(r.line, r.cells[name]) for r in self.rows]


def read_table(path: Path, known: Collection[str]) -> Table:
    """Read a CSV file in UTF-8 whose header has some of the known columns; refuses what is none, saying how to mend it.

    Columns that are not known are left to the caller.
    """
    where = str(path)
    try:
        if path.is_dir():
            raise InputError("is a folder, a CSV file was expected", where=where)
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"is larger than {MOST_BYTES // 1_000_000} MB", where=where, hint="Leave rows out")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError("no such file, a CSV file was expected", where=where) from None
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", where=where) from None
    if not raw.strip():
        raise InputError("is empty, a CSV file with a header was expected", where=where)
    reader = csv.reader(io.StringIO(decoded(raw, where)), strict=True)
    try:
        rows = [(reader.line_num, tuple(cell.strip() for cell in cells)) for cells in reader if any(cells)]
    except csv.Error as error:
        raise InputError(
            f"is no CSV: {error}", where=where, line=reader.line_num, hint="Close quotes, and save it as CSV (UTF-8)"
        ) from None
    header = checked_header(rows[0][1] if rows else (), known, where)
    if len(rows) < 2:
        raise InputError("has no rows below its header", where=where, line=1)
    return Table(
        where,
        header,
        tuple(made(header, line, cells, where) for line, cells in rows[1:]),
        hashlib.blake2b(raw, digest_size=DIGEST_BYTES).hexdigest(),
    )


def checked_header(cells: Sequence[str], known: Collection[str], where: str) -> tuple[str, ...]:
    """Return the columns; refuses a header without commas or known columns, with an empty cell, or with one twice."""
    if len(cells) == 1:
        mark = next((words for sign, words in OTHER_MARKS.items() if sign in cells[0]), "")
        told = f"its header is divided by {mark}" if mark else "its header has one column only"
        raise InputError(f"{told}, several divided by commas were expected", where=where, line=1)
    header = tuple(cell.casefold() if cell.isascii() else cell for cell in cells)
    if not set(known) & set(header):
        # Without a header the first row holds values, which no message may repeat.
        raise InputError(
            "its first line names none of the columns that are known",
            where=where,
            line=1,
            hint=f"Put a header above the rows; known are {', '.join(known)}",
        )
    if "" in header:
        raise InputError(f"column {header.index('') + 1} has no name", where=where, line=1, hint="Name or remove it")
    twice = next((c for c in header if header.count(c) > 1), None)
    if twice:
        raise InputError("the column stands twice", where=where, line=1, field=twice, hint="Remove one of them")
    return header


def made(header: Sequence[str], line: int, cells: Sequence[str], where: str) -> Row:
    """Make a row, which must be as long as the header and hold no long texts."""
    if len(cells) != len(header):
        raise InputError(
            f"the row has {len(cells)} cells, its header has {len(header)}",
            where=where,
            line=line,
            hint="Quote cells that hold commas",
        )
    if max(map(len, cells)) > LONGEST_CELL:
        raise InputError(f"a cell has more than {LONGEST_CELL:,} characters", where=where, line=line)
    return Row(line, dict(zip(header, cells, strict=True)))


def refuse_unknown(table: Table, known: Sequence[str], needed: Sequence[str]) -> None:
    """Refuse columns that nobody asked for, and a table that lacks one that is needed."""
    unknown = [c for c in table.header if c not in known]
    if unknown:
        raise InputError(
            "the column is not known",
            where=table.where,
            line=1,
            field=", ".join(unknown),
            hint=f"Remove it; known are {', '.join(known)}",
        )
    lacking = [c for c in needed if c not in table.header]
    if lacking:
        raise InputError(
            "the column is missing",
            where=table.where,
            line=1,
            field=", ".join(lacking),
            hint=f"The header needs {', '.join(needed)}",
        )


def whole_number(table: Table, row: Row, column: str, *, most: int, show: bool = True) -> int | None:
    """Return a count of a row, None where its cell is empty; refuses what is none from 0 to `most`.

    With `show` false the message keeps the value to itself, as it may be one of somebody.
    """
    text = row.cells.get(column, "")
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= len(str(most)) and int(text) <= most:
        return int(text)
    found = f", found “{text[:20]}”" if show else ""
    raise InputError(
        f"a whole number from 0 to {most:,} was expected{found}",
        where=table.where,
        line=row.line,
        field=column,
        hint="Write digits only: 1234, not 1,234 or 1234.0",
    )
