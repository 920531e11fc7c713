"""What came of draws, as the tables of a run folder: ledger, balances, households and the values drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from inminban.engine.inputs import Draws, Ints, Plan
from inminban.engine.ledger import ACCOUNTS, HOLDER_NAMES, NO_ORDER, REASONS, Rows
from inminban.engine.scales import LOW_HALF, SHARE, TENTHS, price, tables
from inminban.engine.simulate import WAYS, WITH, WITHOUT, Ran
from inminban.engine.state import GROUPS
from inminban.model.households import LIVELIHOODS, Households
from inminban.population.file import numbered

ALL_DAYS = -1
LEDGER = {
    "draw": pl.Int32,
    "day": pl.Int16,
    "area": pl.String,
    "order": pl.String,
    "reason": pl.String,
    "item": pl.String,
    "debit": pl.String,
    "credit": pl.String,
    "amount": pl.Int64,
    "count": pl.Int64,
}
BALANCES = {
    "draw": pl.Int32,
    "area": pl.String,
    "account": pl.String,
    "item": pl.String,
    "opening": pl.Int64,
    "closing": pl.Int64,
}
INPUTS = {"draw": pl.Int32, "symbol": pl.String, "value": pl.Float64}
WORTH = ("own", "gathered", "bought", "cash", "bribe", "borrowed", "unpaid", "cost", "received")
HOUSEHOLDS = {
    "household": pl.Int64,
    "weight": pl.Float64,
    "livelihood": pl.String,
    "decile": pl.Int8,
    "asked": pl.Int64,
    **dict.fromkeys(WORTH, pl.Int64),
    "days_short": pl.Int32,
    "days_short_without": pl.Int32,
}
SETTLED = ("own", "gathered", "bought", "cash", "bribe", "borrowed")


class Words(NamedTuple):
    """Names for the engine's numbers: the area, items with what follows the goods, orders with none last."""

    area: str
    items: tuple[str, ...]
    orders: tuple[str, ...]


def words_of(area: str, goods: Sequence[str], currency: str, orders: Sequence[str]) -> Words:
    """Name what the engine numbers; the order numbered −1 is none."""
    assert NO_ORDER == -1
    return Words(area, (*goods, currency, "stall goods", "labour"), (*orders, ""))


def account_names() -> tuple[str, ...]:
    """Names of accounts by number: households by livelihood and tenth, then those who hold things."""
    names = [f"household/{LIVELIHOODS[g // TENTHS]}/{g % TENTHS + 1}" for g in range(GROUPS)]
    found = (*names, *HOLDER_NAMES)
    assert len(found) == ACCOUNTS
    return found


def named(words: Sequence[str], numbers: Ints) -> pl.Series:
    """Return the words that numbers stand for."""
    return pl.Series(np.array(words, dtype=object)[numbers], dtype=pl.String, strict=False)


def ledger_of(rows: Rows, draw: int, words: Words, by_day: bool) -> pl.DataFrame:
    """Postings of one draw as rows of the ledger; the day is −1 where all days are added up."""
    accounts = account_names()
    columns = {
        "draw": np.full(rows.day.size, draw),
        "day": rows.day if by_day else np.full(rows.day.size, ALL_DAYS),
        "area": [words.area] * rows.day.size,
        "order": named(words.orders, rows.order),
        "reason": named(REASONS, rows.reason),
        "item": named(words.items, rows.item),
        "debit": named(accounts, rows.debit),
        "credit": named(accounts, rows.credit),
        "amount": rows.amount,
        "count": rows.times,
    }
    return pl.DataFrame(columns, schema=LEDGER)


def balances_of(opening: Ints, closing: Ints, draw: int, words: Words) -> pl.DataFrame:
    """Balances of one draw, those that were nothing before and after left out."""
    account, item = np.nonzero((opening != 0) | (closing != 0))
    columns = {
        "draw": np.full(account.size, draw),
        "area": [words.area] * account.size,
        "account": named(account_names(), account),
        "item": named(words.items, item),
        "opening": opening[account, item],
        "closing": closing[account, item],
    }
    return pl.DataFrame(columns, schema=BALANCES)


def households_of(households: Households, ran: Ran, plan: Plan, draws: Draws) -> pl.DataFrame:
    """What came of every household in the first draw of a batch, in money at the prices of the first day."""
    ways = {name: ran.ways[0, :, n] for n, name in enumerate(WAYS)}
    ways["unpaid"] = ways["asked"] - sum(ways[name] for name in SETTLED)
    columns = {
        "household": numbered(households),
        "weight": np.ones(len(households)),
        "livelihood": named(LIVELIHOODS, ran.group[0] // TENTHS),
        "decile": ran.group[0] % TENTHS + 1,
        **ways,
        "received": worth_received(ran, plan, draws),
        "days_short": ran.short[0, WITH],
        "days_short_without": ran.short[0, WITHOUT],
    }
    return pl.DataFrame({name: columns[name] for name in HOUSEHOLDS}, schema=HOUSEHOLDS)


def worth_received(ran: Ran, plan: Plan, draws: Draws) -> Ints:
    """Worth of the relief that households of a batch's first draw got; what nobody sells counts nothing."""
    found = np.zeros(ran.received.shape[1], np.int64)
    for line, item in enumerate(plan.item):
        got = ran.received[0, :, line]
        if item == plan.kcal.size:
            found += got
        elif plan.market[item]:
            found += (got * first_price(draws, 0, int(item)) + LOW_HALF) >> SHARE
    return found


def first_price(draws: Draws, draw: int, item: int) -> int:
    """Price of an item on the first day, in 1/65,536 of the money a base unit."""
    return int(price(int(draws.log_price[draw, item]), tables()))


def inputs_of_draws(numbers: Sequence[int], values: Sequence[dict[str, float]]) -> pl.DataFrame:
    """Values of the inputs of draws."""
    rows = [(n, symbol, value) for n, x in zip(numbers, values, strict=True) for symbol, value in sorted(x.items())]
    return pl.DataFrame(rows, schema=INPUTS, orient="row")
