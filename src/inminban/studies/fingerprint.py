"""The digest of a run: blake2b over sorted rows in little-endian whole numbers, never over bytes of Parquet.

It does not depend on batches, threads, restarts, or on whether the ledger of further draws was kept by day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import polars as pl

from inminban.engine.inputs import Ints

SIZE = 16
MOST_LEDGER_DAYS = 4_000
NAMES = ("area", "order", "reason", "item", "debit", "credit")
ACCOUNT = ("area", "account", "item")
PARTS = ("ledger", "balances", "without", "prices")


def of_table(frame: pl.DataFrame, names: Sequence[str], counts: Sequence[str]) -> str:
    """Digest of a table: its words, then its rows, sorted by words and numbers, words as their place in the list."""
    words = sorted({w for name in names for w in frame[name].unique().to_list()})
    known = pl.Enum(words)
    codes = [frame[name].cast(known).to_physical() for name in names]
    table = np.stack([np.asarray(c, dtype=np.int64) for c in (*codes, *(frame[name] for name in counts))], axis=1)
    table = table[np.lexsort(table.T[::-1])]
    return hexed("\0".join(words).encode(), little(table))


def little(table: Ints) -> bytes:
    """Whole numbers as little-endian bytes, row by row."""
    return np.ascontiguousarray(table, dtype="<i8").tobytes()


def hexed(*parts: bytes) -> str:
    """Digest of bytes in hex."""
    told = hashlib.blake2b(digest_size=SIZE)
    for part in parts:
        told.update(len(part).to_bytes(8, "little"))
        told.update(part)
    return told.hexdigest()


def told_by_day(draw: int, areas: int, days: int) -> bool:
    """Whether the ledger of a draw counts by day: that of draw 0, but for runs of many areas over many days."""
    return draw == 0 and areas * days <= MOST_LEDGER_DAYS


def of_ledger(frame: pl.DataFrame, by_day: bool) -> str:
    """Digest of one draw's ledger: by day, or the amounts of all days added up."""
    if not by_day:
        return of_table(frame.group_by(NAMES).agg(pl.col("amount").sum()), NAMES, ("amount",))
    return of_table(frame, NAMES, ("day", "amount", "count"))


def of_balances(frame: pl.DataFrame) -> str:
    """Digest of one draw's balances."""
    return of_table(frame, ACCOUNT, ("opening", "closing"))


def of_draws(told: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Digest of every part of a run, of its draws in order."""
    told = list(told)
    return {part: hexed(*(bytes.fromhex(one[part]) for one in told)) for part in PARTS}


def of_run(parts: Mapping[str, str]) -> str:
    """Digest of a run, of those of its parts."""
    return hexed(*(bytes.fromhex(parts[part]) for part in PARTS))
