"""A run under way: the folder `RUN.partial` beside the run's own, with every batch that is done, to go on from."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from inminban.errors import InputError, OutputError
from inminban.model.files import write_whole
from inminban.studies.gate import Passage

FORMAT = 1
STATE = "state.json"
REMEDY = "Remove the folder and run again"
Digests = dict[str, str]
OF_FIRST = ("households", "postings", "postings_balances")  # of draw 0 alone
TABLES = ("ledger", "balances", *OF_FIRST, "measures", "inputs")


@dataclass
class Checkpoint:
    """Batches done: how far the run is, what the gate said of each draw, the digests of each, and the time it took.

    `key` is the hash of all that the run was asked, `folder` where the batches lie.
    """

    folder: Path
    key: str
    draws: int = 0
    batches: int = 0
    seconds: float = 0.0
    passed: list[Passage] = field(default_factory=list)
    digests: list[Digests] = field(default_factory=list)

    def keep(self, tables: Mapping[str, pl.DataFrame], passed: Sequence[Passage], told: Sequence[Digests]) -> None:
        """Keep one more batch: its tables first, then the word that it is done."""
        for name, frame in tables.items():
            write_whole(self.folder / f"{name}-{self.batches:06}.parquet", parquet(frame))
        done = Checkpoint(self.folder, self.key, self.draws + len(passed), self.batches + 1, self.seconds)
        done.passed, done.digests = [*self.passed, *passed], [*self.digests, *told]
        done.note()
        self.draws, self.batches, self.passed, self.digests = done.draws, done.batches, done.passed, done.digests

    def note(self) -> None:
        """Write how far the run is."""
        plain = {
            "format": FORMAT,
            "key": self.key,
            "draws": self.draws,
            "batches": self.batches,
            "seconds": self.seconds,
            "passed": [p._asdict() for p in self.passed],
            "digests": self.digests,
        }
        write_whole(self.folder / STATE, json.dumps(plain, ensure_ascii=False))

    def table(self, name: str) -> pl.DataFrame:
        """Read a table of all batches done; of households there is only that of the first."""
        batches = range(min(1, self.batches) if name in OF_FIRST else self.batches)
        paths = [self.folder / f"{name}-{batch:06}.parquet" for batch in batches]
        try:
            return pl.concat([pl.read_parquet(path.read_bytes()) for path in paths])
        except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            raise InputError(f"is damaged: {error}", where=str(self.folder), hint=REMEDY) from None

    def remove(self) -> None:
        """Remove the folder, once the run is whole or has no use."""
        shutil.rmtree(self.folder, ignore_errors=True)


def parquet(frame: pl.DataFrame) -> bytes:
    """Return a table as the bytes of a Parquet file."""
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def partial_of(out: Path) -> Path:
    """Return where a run under way lies."""
    return out.with_name(f"{out.name}.partial")


def opened(out: Path, key: str, resume: bool) -> Checkpoint:
    """Open the checkpoint of a run to be: a new one, or with `resume` one that was interrupted."""
    folder = partial_of(out)
    if out.exists():
        raise InputError("exists", where=str(out), hint="Name another folder")
    if folder.exists() and not resume:
        raise InputError(
            "an interrupted run lies there", where=str(folder), hint="Continue it with --resume, or remove the folder"
        )
    if folder.exists():
        return read(folder, key)
    checkpoint = Checkpoint(folder, key)
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise OutputError(
            f"can't be written: {error.strerror}", where=str(out), hint="Nothing was written; name another folder"
        ) from None
    checkpoint.note()
    return checkpoint


def read(folder: Path, key: str) -> Checkpoint:
    """Read a checkpoint; refuses one of another run or version."""
    try:
        state: dict[str, Any] = json.loads((folder / STATE).read_text(encoding="utf-8"))
        if state["format"] != FORMAT:
            raise InputError(f"has format {state['format']}, this version reads {FORMAT}", where=str(folder / STATE))
        found = Checkpoint(folder, state["key"], state["draws"], state["batches"], state["seconds"])
        found.passed = [
            Passage(**(p | {n: tuple(p[n]) for n in ("kinds", "reasons", "prices")})) for p in state["passed"]
        ]
        found.digests = state["digests"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"holds no run that can be continued: {error}", where=str(folder), hint=REMEDY) from None
    if found.key != key:
        raise InputError(
            "was started with other orders, settings, tables or another version",
            where=str(folder),
            hint="Give the same command as before, or remove the folder",
        )
    return found


@contextlib.contextmanager
def kept(checkpoint: Checkpoint) -> Iterator[None]:
    """Say of an output error what is kept and how to go on."""
    try:
        yield
    except OutputError as error:
        raise OutputError(
            error.what,
            where=error.where,
            hint=f"{checkpoint.draws} draws are kept in {checkpoint.folder}; make room and continue with --resume",
        ) from None
