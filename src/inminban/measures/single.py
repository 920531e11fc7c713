"""The postings of sampled households as a ledger of their own, for the households that are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from inminban.errors import InputError
from inminban.measures.ledger_asked import ACCOUNT, HOUSEHOLD, Asked, Books

LISTED = 5


@dataclass(frozen=True, eq=False)
class Singles:
    """Books of single households: the ledger has a row for every posting, balances one for each and every item."""

    facts: Mapping[str, Any]
    ledger: pl.DataFrame
    balances: pl.DataFrame
    postings: pl.DataFrame
    postings_balances: pl.DataFrame


def singles(run: Books, asked: Asked) -> Singles:
    """Take the books of the households asked for; an InputError says which are sampled."""
    known = run.postings_balances["household"].unique().sort()
    field = "--household" if asked.households else "--households"
    if not len(known):
        hint = "simulate --postings N keeps those of N households of draw 0"
        raise InputError("the run keeps the postings of no household", field=field, hint=hint)
    other = [number for number in asked.households if number not in known]
    if other:
        some = ", ".join(str(number) for number in known.head(LISTED))
        hint = f"{len(known):,} are: {some}{', … (--households --by household)' if len(known) > LISTED else ''}"
        raise InputError(f"household {other[0]} is not sampled, its postings were not kept", field=field, hint=hint)
    mine = pl.col("household").is_in(known.to_list() if asked.sampled else asked.households)
    posted, held = run.postings.filter(mine), run.postings_balances.filter(mine)
    ledger = posted.with_columns(count=pl.lit(1, pl.Int64))
    balances = held.with_columns(pl.lit(HOUSEHOLD).alias(ACCOUNT))
    return Singles(run.facts, ledger, balances, posted, held)
