"""A run folder: what a run was asked, what it assumed, its ledger and what it measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

FORMAT = 1


@dataclass(frozen=True, eq=False)
class Run:
    """A finished run as it lies in its folder (docs/data-model.md tells every column).

    `facts` is `run.json`. `inputs` has draw, symbol, value. `households` may be empty.
    """

    path: Path
    facts: Mapping[str, Any]
    measures: pl.DataFrame
    inputs: pl.DataFrame
    ledger: pl.DataFrame
    balances: pl.DataFrame
    households: pl.DataFrame
