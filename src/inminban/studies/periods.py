"""Periods in which an order returns, and the days on which it does so."""

from __future__ import annotations

import datetime

import polars as pl

ONCE = "once"
PERIODS = {"week": "{}w", "month": "{}mo", "quarter": "{}q", "year": "{}y"}  # the shorter first
SHORTEST = 7


def returns_of(begin: datetime.date, every: str, last: datetime.date) -> tuple[int, ...]:
    """Days after its first from which on an order that begins on a day returns, as long as it does so within a run."""
    if every not in PERIODS or last < begin:
        return ()
    many = (last - begin).days // SHORTEST
    by = pl.format(PERIODS[every], pl.int_range(1, many + 1))
    days = pl.select(pl.lit(begin).dt.offset_by(by).alias("day"))["day"]
    return tuple((day - begin).days for day in days if day <= last)
