"""A user's own survey of households: read, checked row by row, and never told from: messages hold no value of a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inminban.errors import InputError
from inminban.model.households import COOKING, DWELLINGS, HEATING, LIVELIHOODS, RESIDENCES
from inminban.population.identifying import refuse_headers, refuse_values
from inminban.population.raking import Floats, Ints
from inminban.population.table import Row, Table, read_table, refuse_unknown, whole_number

COUNTED = ("members", "adults", "workers", "students")
CODED: Mapping[str, tuple[str, ...]] = {
    "livelihood": LIVELIHOODS,
    "residence": RESIDENCES,
    "dwelling": DWELLINGS,
    "heating": HEATING,
    "cooking": COOKING,
}
NEEDED = (*COUNTED, "livelihood")
COLUMNS = (*COUNTED, *CODED, "weight")
# The words in Korean, each beside the word of the list that it stands for.
KOREAN: Mapping[str, Mapping[str, str]] = {
    "livelihood": {
        "국영임금": "state wage",
        "월급": "state wage",
        "장사": "trader",
        "상인": "trader",
        "농민": "farmer",
        "농장원": "farmer",
        "간부": "official",
        "기타": "other",
    },
    "residence": {"도시": "urban", "농촌": "rural"},
    "dwelling": {"단독주택": "detached house", "연립주택": "row house", "아파트": "apartment", "기타": "other"},
    "heating": {"석탄": "coal", "나무": "wood", "장작": "wood", "중앙난방": "central heating", "기타": "other"},
    "cooking": {"석탄": "coal", "나무": "wood", "장작": "wood", "기타": "other"},
}
# With fewer, one family would stand for more than three in a hundred households of a place and be known by it, and
# seven totals of the place could hardly be met by any weights.
FEWEST = 30
MOST = 200_000
MOST_MEMBERS = 20  # more live in dormitories and institutions, or are a family that everybody knows
MOST_WEIGHT = 1e9
CAUTION = (
    "the {:,} rows of the survey stand in the population as they are, many times over; {:,} of them are the only ones "
    "of their kind. Hand it on only if no family can be known by them"
)


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """A survey, one entry a household in every column: `counts` (households, 4) in the order of `COUNTED`.

    `codes` holds places in the lists of the model by column; columns that the survey lacks are absent. `weights` are
    above 0. `digest` is that of the file; of nothing else is kept where the survey came from.
    """

    counts: Ints
    codes: Mapping[str, Ints]
    weights: Floats
    digest: str

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def singles(self) -> int:
        """How many households are the only ones of their kind: someone who knows one may find it."""
        rows = np.column_stack([self.counts, *self.codes.values()])
        return int((np.unique(rows, axis=0, return_counts=True)[1] == 1).sum())


def read_survey(path: Path) -> Survey:
    """Read a survey from a CSV file, one row a household.

    Raises:
        InputError: for a file that is no CSV, columns that are not known or may tell who somebody is, households that
            can't be, or fewer than `FEWEST` of them. No message repeats a value.

    """
    table = read_table(path, COLUMNS)
    refuse_headers([c for c in table.header if c not in COLUMNS], table.where)
    refuse_unknown(table, COLUMNS, NEEDED)
    for column in table.header:
        refuse_values(column, table.column(column), table.where)
    if not FEWEST <= len(table.rows) <= MOST:
        raise InputError(
            f"it has {len(table.rows):,} households, from {FEWEST} to {MOST:,} were expected",
            where=table.where,
            hint="A row of a small survey would stand for too many, and might be known",
        )
    counts = np.array([counted(table, row) for row in table.rows], dtype=np.int64)
    codes = {
        c: np.array([coded(table, row, c) for row in table.rows], dtype=np.int64) for c in CODED if c in table.header
    }
    weights = np.array([weight(table, row) for row in table.rows])
    return Survey(counts, codes, weights, table.digest)


def counted(table: Table, row: Row) -> tuple[int, ...]:
    """Return members, adults, workers and students of a row, which must be those of a household."""
    found: list[int] = []
    for column in COUNTED:
        count = whole_number(table, row, column, most=MOST_MEMBERS, show=False)
        if count is None:
            raise InputError("is empty", where=table.where, line=row.line, field=column, hint="Write 0 for nobody")
        found.append(count)
    members, adults, workers, students = found
    faults = {
        "members": ("a household without members", members < 1),
        "adults": ("a household without anyone of 17 and over", adults < 1),
        "workers": ("more are in work than are adults", workers > adults),
        "students": ("adults and students are more than its members", adults + students > members),
    }
    field = next((name for name, (_, wrong) in faults.items() if wrong), "")
    if field:
        raise InputError(
            faults[field][0],
            where=table.where,
            line=row.line,
            field=field,
            hint="Adults are 17 and over, students 6 to 16; leave institutions out",
        )
    return tuple(found)


def coded(table: Table, row: Row, column: str) -> int:
    """Return the place of a row's word in the list of a column."""
    text = row.cells[column].casefold()
    word = KOREAN[column].get(text, text)
    if word not in CODED[column]:
        raise InputError(
            "is empty" if not text else "the word is not known",
            where=table.where,
            line=row.line,
            field=column,
            hint=f"Known are {', '.join(CODED[column])}; or {', '.join(KOREAN[column])}",
        )
    return CODED[column].index(word)


def weight(table: Table, row: Row) -> float:
    """Return the weight of a row, 1 where the survey has none."""
    text = row.cells.get("weight", "1")
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found <= MOST_WEIGHT:
        raise InputError(
            f"a number above 0 up to {MOST_WEIGHT:,.0f} was expected",
            where=table.where,
            line=row.line,
            field="weight",
            hint="Remove rows that stand for nobody, or the whole column",
        )
    return found
