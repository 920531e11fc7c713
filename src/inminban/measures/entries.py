"""The ledger of a run, asked: postings added up over groups, and balances of accounts."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from inminban.engine.ledger import HOLDER_NAMES, REASONS
from inminban.measures.ledger_asked import ACCOUNT, HOUSEHOLD, ITEM, Asked, Books, Picked, left_out, pick
from inminban.measures.single import singles
from inminban.measures.summary import QUANTILES, Interval
from inminban.measures.units import LABOUR, STALL_GOODS
from inminban.model.households import LIVELIHOODS
from inminban.model.places import Gazetteer

SPOT = ("area", ACCOUNT, ITEM)
SUMMED = ("amount", "households")
OF_HOUSEHOLDS = pl.any_horizontal(pl.col("debit", "credit").str.starts_with(HOUSEHOLD))
HOUSEHOLDS = pl.when(OF_HOUSEHOLDS).then("count").otherwise(0)
Group = Mapping[str, str | int]
Place = tuple[tuple[int, int, str], ...]


class Entry(NamedTuple):
    """A group of postings: what it is told apart by, its amount in base units, households posted for, once a day each.

    Intervals are over draws; of one draw they are that draw's own whole numbers five times. Where no household gives
    or gets, `households` is None: a posting between offices is counted by day in some draws and once in others.
    """

    group: Group
    amount: Interval
    households: Interval | None


class Balance(NamedTuple):
    """An account and an item in one draw, in base units."""

    group: Group
    opening: int
    debits: int
    credits: int
    closing: int

    @property
    def closes(self) -> bool:
        """Whether opening − debits + credits = closing."""
        return self.opening - self.debits + self.credits == self.closing


@dataclass(frozen=True)
class Entries:
    """What the ledger answers: `entries`, or `balances` where accounts were asked for; `draws` are those that count.

    `out` says why draws among them fail the gate: they count only where no others have what is asked.
    """

    asked: Asked
    draws: tuple[int, ...]
    out: Mapping[int, str]
    entries: tuple[Entry, ...] = ()
    balances: tuple[Balance, ...] = ()

    @property
    def single(self) -> bool:
        """Whether the numbers are those of one draw, without a range."""
        return len(self.draws) == 1


def entries(run: Books, asked: Asked, gazetteer: Gazetteer) -> Entries:
    """Ask the ledger of a run: what the question picks, added up by its groups, over the draws that count.

    A draw without a posting in a group counts as nothing there. Of single households their postings are asked instead.
    """
    run = singles(run, asked) if asked.of_households else run
    picked = pick(run, asked, gazetteer)
    out = {draw: why for draw, why in left_out(run.facts).items() if draw in picked.draws}
    if ACCOUNT in asked.by:
        return Entries(asked, picked.draws, out, balances=balances(run, asked, picked))
    start = datetime.date.fromisoformat(run.facts["period"]["start"])
    rows = dated(run.ledger.filter(fits(asked, picked)), start).with_columns(households=HOUSEHOLDS)
    groups = list(asked.groups)
    sums = rows.group_by("draw", *groups).agg(pl.col(SUMMED).sum())
    if len(picked.draws) > 1:
        table = over_draws(sums, picked.draws, groups)
    else:
        table = sums.select(*groups, *(five(*[name] * len(QUANTILES), to=name) for name in SUMMED))
    found = [
        Entry({name: row[name] for name in groups}, Interval(*row["amount"]), lived(row["households"]))
        for row in table.iter_rows(named=True)
    ]
    place = placing(run.facts)
    return Entries(asked, picked.draws, out, entries=tuple(sorted(found, key=lambda e: place(e.group))))


def lived(told: list[float]) -> Interval | None:
    """Households as an interval; None where there were none in any draw."""
    found = Interval(*told)
    return found if found.high else None


def fits(asked: Asked, picked: Picked) -> pl.Expr:
    """Rows of the ledger that a question picks."""
    found = pl.col("draw").is_in(picked.draws)
    if asked.period:
        found &= pl.col("day").is_between(picked.first, picked.last)
    for name, values in (("order", picked.orders), ("reason", picked.reasons), (ITEM, picked.items)):
        if values:
            found &= pl.col(name).is_in(values)
    if picked.areas:
        found &= pl.col("area").is_in(picked.areas)
    if picked.accounts:
        found &= pl.col("debit").is_in(picked.accounts) | pl.col("credit").is_in(picked.accounts)
    return found


def dated(rows: pl.DataFrame, start: datetime.date) -> pl.DataFrame:
    """Add the week (ISO 8601, 2021-W41) and month of every day."""
    date = pl.lit(start) + pl.duration(days=pl.col("day"))
    return rows.with_columns(date.dt.strftime("%G-W%V").alias("week"), date.dt.strftime("%Y-%m").alias("month"))


def over_draws(sums: pl.DataFrame, draws: tuple[int, ...], groups: list[str]) -> pl.DataFrame:
    """Quantiles of every group over all draws that count, those without a posting in it as nothing."""
    every = sums.select(groups).unique().join(pl.DataFrame({"draw": draws}, schema={"draw": pl.Int32}), how="cross")
    full = every.join(sums, on=[*groups, "draw"], how="left").with_columns(pl.col(SUMMED).fill_null(0))
    ends = [pl.col(name).quantile(q, "linear").alias(f"{name} {q}") for name in SUMMED for q in QUANTILES]
    return (
        full.group_by(groups).agg(ends).select(*groups, *(five(*(f"{n} {q}" for q in QUANTILES), to=n) for n in SUMMED))
    )


def five(*columns: str, to: str) -> pl.Expr:
    """Columns of one row as a list."""
    return pl.concat_list(columns).alias(to)


def balances(run: Books, asked: Asked, picked: Picked) -> tuple[Balance, ...]:
    """Balances of accounts in the one draw that counts; of a period those at its ends, read from the run's."""
    (draw,) = picked.draws
    spot = (*SPOT, HOUSEHOLD) if asked.of_households else SPOT
    sides = [
        run.ledger.filter(pl.col("draw") == draw)
        .with_columns(pl.col(side).alias(ACCOUNT), pl.col("amount").alias(name))
        .select(*spot, "day", name)
        for side, name in (("debit", "debits"), ("credit", "credits"))
    ]
    moved = pl.concat(sides, how="diagonal").fill_null(0)
    if asked.of_households:  # nobody else's balance is one household's
        moved = moved.filter(pl.col(ACCOUNT) == HOUSEHOLD)
    held = run.balances.filter(pl.col("draw") == draw).select(*spot, "opening", "closing")
    if asked.period:
        held = moved_on(held, moved, picked)
        moved = moved.filter(pl.col("day").is_between(picked.first, picked.last))
    table = pl.concat([held, moved.drop("day")], how="diagonal").fill_null(0)
    for name, values in ((ITEM, picked.items), ("area", picked.areas), (ACCOUNT, picked.accounts)):
        if values:
            table = table.filter(pl.col(name).is_in(values))
    groups = list(asked.groups)
    columns = [c for c in Balance._fields if c != "group"]
    sums = table.group_by(groups).agg(pl.col(columns).sum())
    found = [
        Balance({name: row[name] for name in groups}, *(row[c] for c in columns)) for row in sums.iter_rows(named=True)
    ]
    place = placing(run.facts)
    return tuple(sorted(found, key=lambda b: place(b.group)))


def moved_on(held: pl.DataFrame, moved: pl.DataFrame, picked: Picked) -> pl.DataFrame:
    """Balances at the ends of a period: the first moved on to its begin, the last moved back to its end."""
    before, after = moved.filter(pl.col("day") < picked.first), moved.filter(pl.col("day") > picked.last)
    return pl.concat(
        [
            held,
            before.drop("day", "debits", "credits").with_columns(opening=before["credits"] - before["debits"]),
            after.drop("day", "debits", "credits").with_columns(closing=after["debits"] - after["credits"]),
        ],
        how="diagonal",
    ).fill_null(0)


def placing(facts: Mapping[str, Any]) -> Callable[[Group], Place]:
    """Tell where groups stand in a table: orders, reasons, goods, accounts in their own order, days by date."""
    items = [*(i["code"] for i in facts["items"]), facts["money"]["currency"], STALL_GOODS, LABOUR]
    orders = [*(o["id"] for o in facts["orders"]), ""]
    listed = {"reason": REASONS, ITEM: items, "order": orders}
    rows = {name: {value: n for n, value in enumerate(row)} for name, row in listed.items()}

    def of(name: str, value: str | int) -> tuple[int, int, str]:
        if isinstance(value, int):
            return value, 0, ""
        if name in ("debit", "credit", ACCOUNT):
            return standing(value)
        row = rows.get(name, {})
        return row.get(value, len(row)), 0, value

    return lambda group: tuple(of(name, value) for name, value in group.items())


def standing(account: str) -> tuple[int, int, str]:
    """Where an account stands: households by livelihood and tenth, then holders, from the centre down."""
    if account == HOUSEHOLD:
        return -1, 0, account
    _, _, rest = account.partition("/")
    livelihood, _, tenth = rest.partition("/")
    if livelihood in LIVELIHOODS and tenth.isdigit():
        return LIVELIHOODS.index(livelihood), int(tenth), account
    after = len(LIVELIHOODS)
    return after + (HOLDER_NAMES.index(account) if account in HOLDER_NAMES else len(HOLDER_NAMES)), 0, account
