"""Sampled households, every posting of which a run keeps: who they are, what they posted, and what they held."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from inminban.engine.inputs import Ints
from inminban.engine.ledger import REASONS, Single, single_postings
from inminban.engine.sample import Kept
from inminban.engine.state import BEYOND_GOODS, MONEY, SAMPLED_KEY
from inminban.model.households import Households
from inminban.model.randomness import NO_DAY, drawn, keys, purpose
from inminban.population.draws import BITS, lowest_of
from inminban.population.file import numbered
from inminban.studies.fingerprint import hexed, of_table
from inminban.studies.plan import Planned
from inminban.studies.tables import Words, account_names, named

HOUSEHOLD = "household"
MOST = 10_000
POSTINGS = {
    "draw": pl.Int32,
    "day": pl.Int16,
    "area": pl.String,
    "household": pl.Int64,
    "order": pl.String,
    "reason": pl.String,
    "item": pl.String,
    "debit": pl.String,
    "credit": pl.String,
    "amount": pl.Int64,
}
POSTINGS_BALANCES = {
    "draw": pl.Int32,
    "area": pl.String,
    "household": pl.Int64,
    "item": pl.String,
    "opening": pl.Int64,
    "closing": pl.Int64,
}
NAMES = ("area", "order", "reason", "item", "debit", "credit")


def sampled(areas: Sequence[Planned], seed: int, count: int) -> list[Ints]:
    """Places of the sampled households in each area: those of the run whose keyed numbers are lowest.

    So any two samples of one seed, of a place and of a part of it, take the households of the part in one order.
    """
    found, numbers = [], []
    for area in areas:
        first, second = keys(seed, 0, area.plan.area, NO_DAY, purpose(SAMPLED_KEY))
        own = np.asarray(drawn(first, second, area.households.index.astype(np.uint64)), np.int64)
        places = np.sort(lowest_of(np.arange(own.size), own, count))
        found.append(places)
        # Two areas may draw one number: then the area's own number says which household is first.
        numbers.append((own[places] << (BITS - 1)) + area.plan.area)
    every = np.sort(np.concatenate(numbers))[:count]
    last = every[-1] if every.size else -1
    return [places[own <= last] for places, own in zip(found, numbers, strict=True)]


def postings_of(kept: Kept, area: Planned, words: Words) -> pl.DataFrame:
    """Every posting of the sampled households of an area, by household and day."""
    rows = single_postings(kept, area.plan)
    return frame_of(rows, numbers_of(kept, area.households), words)


def frame_of(rows: Single, numbers: pl.Series, words: Words) -> pl.DataFrame:
    """Postings as a table; `numbers` tells who each household is."""
    accounts = (*account_names(), HOUSEHOLD)  # −1, a household's own account, is the last
    of_word = {
        "order": words_at(words.orders, rows.order),
        "reason": words_at(REASONS, rows.reason),
        "item": words_at(words.items, rows.item),
        "debit": words_at(accounts, rows.debit),
        "credit": words_at(accounts, rows.credit),
    }
    columns = {"day": rows.day, "household": numbers.gather(rows.household), **of_word, "amount": rows.amount}
    found = pl.DataFrame(columns).with_columns(draw=pl.lit(0), area=pl.lit(words.area))
    return found.select(pl.col(name).cast(kind) for name, kind in POSTINGS.items())


def words_at(words: Sequence[str], numbers: Ints) -> pl.Series:
    """Return the words that numbers stand for, −1 for the last: there are too many postings for Python's texts."""
    return pl.Series(words, dtype=pl.String).gather(numbers % len(words))


def held_by(kept: Kept, area: Planned, words: Words) -> pl.DataFrame:
    """What the sampled households of an area held before and after; money always, so that each has a row."""
    told = (kept.opening != 0) | (kept.closing != 0)
    told[:, told.shape[1] - BEYOND_GOODS + MONEY] = True
    who, item = np.nonzero(told)
    columns = {
        "draw": np.zeros(who.size, np.int32),
        "area": [words.area] * who.size,
        "household": numbers_of(kept, area.households).gather(who),
        "item": named(words.items, item),
        "opening": kept.opening[who, item],
        "closing": kept.closing[who, item],
    }
    return pl.DataFrame(columns, schema=POSTINGS_BALANCES)


def numbers_of(kept: Kept, households: Households) -> pl.Series:
    """Numbers of the sampled households, their own in the whole country."""
    return numbered(households).gather(kept.places)


def of_sample(postings: pl.DataFrame, held: pl.DataFrame) -> str:
    """Digest of all that is kept of sampled households."""
    told = (
        of_table(postings, NAMES, ("household", "day", "amount")),
        of_table(held, ("area", "item"), ("household", "opening", "closing")),
    )
    return hexed(*(bytes.fromhex(one) for one in told))
