"""A run folder: what a run was asked, what it assumed, its ledger and what it measured."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from inminban.errors import InputError, OutputError
from inminban.model.country import Country
from inminban.studies.checkpoint import TABLES, parquet
from inminban.studies.sampled import POSTINGS, POSTINGS_BALANCES
from inminban.studies.tables import BALANCES, HOUSEHOLDS, INPUTS, LEDGER

FORMAT = 1
FACTS = "run.json"
READABLE = 0o755
COLUMNS: Mapping[str, Mapping[str, Any]] = {
    "ledger": LEDGER,
    "balances": BALANCES,
    "households": HOUSEHOLDS,
    "postings": POSTINGS,
    "postings_balances": POSTINGS_BALANCES,
    "inputs": INPUTS,
    "measures": {
        "draw": pl.Int32,
        "measure": pl.String,
        "place": pl.String,
        "group": pl.String,
        "day": None,
        "value": pl.Float64,
    },
}
NEEDED = (
    *("seed", "draws", "draws_left_out", "place", "area", "households", "period", "money", "items", "orders"),
    *("records", "parameters", "counts", "incomes", "warnings", "digest", "digests"),
)
AGAIN = "Run inminban simulate again"
MAKE = "Make one with inminban simulate"


@dataclass(frozen=True, eq=False)
class Run:
    """A finished run as it lies in its folder (docs/data-model.md tells every column).

    `facts` is `run.json`. `inputs` has draw, symbol, value. `households` may be empty, and `postings` with
    `postings_balances` are where no household was sampled.
    """

    path: Path
    facts: Mapping[str, Any]
    measures: pl.DataFrame
    inputs: pl.DataFrame
    ledger: pl.DataFrame
    balances: pl.DataFrame
    households: pl.DataFrame
    postings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=POSTINGS))
    postings_balances: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=POSTINGS_BALANCES))


def write_run(run: Run) -> None:
    """Write a run into its folder, which must not exist: through a temporary one beside it, whole or not at all."""
    out, part = run.path, None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        for name in TABLES:
            (part / f"{name}.parquet").write_bytes(parquet(getattr(run, name)))
        text = json.dumps(run.facts, ensure_ascii=False, indent=1, allow_nan=False)
        (part / FACTS).write_text(text + "\n", encoding="utf-8")
        part.chmod(READABLE)
        os.rename(part, out)
    except OSError as error:
        raise OutputError(f"can't be written: {error.strerror}", where=str(out), hint="Nothing was written") from None
    finally:
        if part:
            shutil.rmtree(part, ignore_errors=True)


def load_run(path: Path, country: Country | None = None) -> Run:
    """Read a run folder; refuses what is none, is damaged or of a later version, or of another country than given."""
    facts = facts_in(path)
    if country is not None and facts.get("country", country.id) != country.id:
        raise InputError(
            f"is a run of the country “{facts['country']}”, not of “{country.id}”",
            where=str(path),
            hint=f"Add --country {facts['country']}",
        )
    # A run of before there were samples has no tables of them.
    held = [name for name in TABLES if "postings" in facts or not name.startswith("postings")]
    return Run(path=path, facts=facts, **{name: table_in(path, name) for name in held})


def facts_in(path: Path) -> dict[str, Any]:
    """Read `run.json`."""
    where = path / FACTS
    if not path.is_dir():
        what = "is a file, a run folder was expected" if path.exists() else "no such folder, a run was expected"
        raise InputError(what, where=str(path), hint=MAKE)
    if not where.is_file():
        raise InputError(f"is no run folder: it has no {FACTS}", where=str(path), hint=MAKE)
    try:
        facts = json.loads(where.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"is damaged: {error}", where=str(where), hint=AGAIN) from None
    if not isinstance(facts, dict) or facts.get("inminban") != "run":
        raise InputError("was not written by inminban simulate", where=str(where), hint="Name a run folder")
    if facts.get("format") != FORMAT:
        raise InputError(
            f"has format {facts.get('format')}, this version reads format {FORMAT}",
            where=str(where),
            field="format",
            hint="Install a later version of inminban",
        )
    lacking = [name for name in NEEDED if name not in facts]
    if lacking:
        raise InputError(f"lacks {', '.join(lacking)}", where=str(where), hint=AGAIN)
    return facts


def table_in(path: Path, name: str) -> pl.DataFrame:
    """Read one table of a run."""
    where = path / f"{name}.parquet"
    if not where.is_file():
        raise InputError(f"is no whole run folder: {where.name} is missing", where=str(path), hint=AGAIN)
    try:
        frame = pl.read_parquet(where.read_bytes())
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise InputError(f"is damaged: {error}", where=str(where), hint=AGAIN) from None
    for column, kind in COLUMNS[name].items():
        if column not in frame.columns:
            raise InputError("is damaged: a column is missing", where=str(where), field=column, hint=AGAIN)
        if kind is not None and frame[column].dtype != kind:
            what = f"is damaged: {kind} was expected, found {frame[column].dtype}"
            raise InputError(what, where=str(where), field=column, hint=AGAIN)
    return frame
