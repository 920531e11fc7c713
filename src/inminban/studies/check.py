"""Check a run folder: does its ledger close, is its digest that of its rows, and do its numbers make sense."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from inminban.engine.scales import ONE
from inminban.studies.batches import BrokenRunError
from inminban.studies.fingerprint import hexed, of_balances, of_ledger, of_run, told_by_day
from inminban.studies.folder import Run
from inminban.studies.sampled import of_sample

SPOT = ("draw", "area", "account", "item")
MOST = 2**62
LISTED = 5
STOCKS = (("stall goods", "household/", "a tenth's stalls together"), ("", "county", "the depot"))


class Finding(NamedTuple):
    """One thing that was checked: whether it is a fault, and what was found."""

    fault: bool
    what: str

    def __str__(self) -> str:
        return f"{'FAULT' if self.fault else 'ok   '}  {self.what}"


def check(run: Run) -> list[Finding]:
    """Recompute what can be recomputed from a run's tables, and print what a first look should not miss."""
    found = [closes(run), positive(run), conserved(run), same_digest(run), fits(run), *first_prices(run)]
    if run.facts.get("postings"):
        found += [sample_closes(run), sample_fits(run)]
    found += [finding for finding in (three_shares(run),) if finding]
    return found + [Finding(False, f"note: {words}") for words in run.facts["warnings"]]


def verdict(findings: list[Finding]) -> None:
    """Raise where anything is at fault."""
    faults = [f.what for f in findings if f.fault]
    if faults:
        raise BrokenRunError(f"{len(faults)} of {len(findings)} checks failed: {'; '.join(faults)}")


def closes(run: Run) -> Finding:
    """Opening − debits + credits = closing, for every draw, account and item."""
    sides = [
        run.ledger.select("draw", "area", pl.col(side).alias("account"), "item", (pl.col("amount") * sign).alias("net"))
        for side, sign in (("debit", -1), ("credit", 1))
    ]
    held = run.balances.select(*SPOT, (pl.col("opening") - pl.col("closing")).alias("net"))
    sums = pl.concat([*sides, held]).group_by(SPOT).agg(pl.col("net").sum())
    open_ = sums.filter(pl.col("net") != 0).sort(SPOT)
    if len(open_):
        rows = ", ".join(
            f"draw {d}: {account}, {item} by {net:,}" for d, _, account, item, net in open_.head(LISTED).rows()
        )
        return Finding(True, f"{len(open_):,} of {len(sums):,} accounts do not close: {rows}")
    return Finding(False, f"all {len(sums):,} accounts close to the last unit, {len(run.ledger):,} rows of the ledger")


def sample_closes(run: Run) -> Finding:
    """Opening − debits + credits = closing, for every sampled household and item; as many as the run says."""
    spot = ("household", "item")
    sides = [
        run.postings.filter(pl.col(side) == "household").select(*spot, (pl.col("amount") * sign).alias("net"))
        for side, sign in (("debit", -1), ("credit", 1))
    ]
    held = run.postings_balances.select(*spot, (pl.col("opening") - pl.col("closing")).alias("net"))
    sums = pl.concat([*sides, held]).group_by(spot).agg(pl.col("net").sum())
    open_, count = sums.filter(pl.col("net") != 0).sort(spot), held["household"].n_unique()
    if len(open_):
        rows = ", ".join(f"{household}: {item} by {net:,}" for household, item, net in open_.head(LISTED).rows())
        return Finding(True, f"{len(open_):,} of {len(sums):,} accounts of sampled households do not close: {rows}")
    if count != run.facts["postings"] or set(run.postings["household"]) - set(held["household"]):
        return Finding(True, f"{count:,} households are sampled, and {run.facts['postings']:,} should be")
    what = f"all {len(sums):,} accounts of {count:,} sampled households close, {len(run.postings):,} postings"
    return Finding(False, what)


def sample_fits(run: Run) -> Finding:
    """What sampled households posted is part of the ledger: no more than its row of their livelihood and tenth."""
    group = pl.format("household/{}/{}", "livelihood", "decile")
    row = ("day", "area", "order", "reason", "item", "debit", "credit")
    ledger = run.ledger.filter(pl.col("draw") == 0).select(*row, "amount")
    by_day = pl.col("day") if (ledger["day"] >= 0).all() else pl.lit(-1, pl.Int16).alias("day")
    posted = run.postings.join(run.households.select("household", group.alias("group")), on="household", how="left")
    sides = [pl.when(pl.col(s) == "household").then("group").otherwise(s).alias(s) for s in ("debit", "credit")]
    sums = posted.with_columns(by_day, *sides).group_by(row).agg(pl.col("amount").sum().alias("sampled"))
    beyond = sums.join(ledger, on=row, how="left").filter(pl.col("sampled") > pl.col("amount").fill_null(0))
    odd = len(beyond) + len(run.postings.filter(pl.col("amount") <= 0))
    return Finding(odd > 0, f"{odd:,} of {len(sums):,} sums of sampled postings are beyond their row of the ledger")


def positive(run: Run) -> Finding:
    """No posting of nothing or less."""
    odd = len(run.ledger.filter((pl.col("amount") <= 0) | (pl.col("count") <= 0)))
    return Finding(odd > 0, f"{odd:,} postings of nothing or less")


def conserved(run: Run) -> Finding:
    """Over all accounts nothing appears or disappears."""
    sums = run.balances.group_by("draw", "item").agg((pl.col("closing") - pl.col("opening")).sum().alias("gone"))
    odd = sums.filter(pl.col("gone") != 0).sort("draw", "item")
    rows = ", ".join(f"draw {d}: {item} by {gone:,}" for d, item, gone in odd.head(LISTED).rows())
    return Finding(len(odd) > 0, f"items whose sum over all accounts changed: {rows or 'none'}")


def same_digest(run: Run) -> Finding:
    """Ledger and balances have the digests that the run was written with."""
    told, draws = run.facts["digests"], range(run.facts["draws"])
    ledgers, size = by_draw(run.ledger, draws), (len(run.facts.get("areas", [0])), run.facts["period"]["days"])
    balances = by_draw(run.balances, draws)
    found = {
        "ledger": hexed(
            *(bytes.fromhex(of_ledger(frame, told_by_day(draw, *size))) for draw, frame in enumerate(ledgers))
        ),
        "balances": hexed(*(bytes.fromhex(of_balances(frame)) for frame in balances)),
    }
    if "postings" in told:
        found["postings"] = of_sample(run.postings, run.postings_balances)
    other = [part for part, digest in found.items() if told.get(part) != digest]
    if not other and of_run(told) != run.facts["digest"]:
        other = ["run"]
    what = f"digest of the {' and the '.join(other)} is another than in run.json" if other else run.facts["digest"]
    return Finding(bool(other), what if other else f"digest {what} (ledger and balances worked out again)")


def by_draw(frame: pl.DataFrame, draws: range) -> Iterator[pl.DataFrame]:
    """Rows of each draw in turn; a draw without rows gives an empty table."""
    parts = frame.partition_by("draw", as_dict=True)
    for draw in draws:
        yield parts.get((draw,), frame.clear())


def fits(run: Run) -> Finding:
    """Whole numbers stay far from their limit: the largest balances and postings, traders' stalls, depots."""
    largest = max(most(run.balances, "opening", "closing"), most(run.ledger, "amount"))
    told = [f"largest balance or posting {largest:,}"]
    for item, account, words in STOCKS:
        rows = run.balances.filter(pl.col("account").str.starts_with(account))
        rows = rows.filter(pl.col("item") == item) if item else rows
        told.append(f"{words} {most(rows, 'opening', 'closing'):,}")
    return Finding(largest >= MOST, f"{', '.join(told)} base units, below 2^62")


def most(frame: pl.DataFrame, *columns: str) -> int:
    """Largest absolute value in some columns."""
    return max(
        (abs(int(value)) for name in columns for value in (*frame[name].bottom_k(1), *frame[name].top_k(1))), default=0
    )


def first_prices(run: Run) -> Iterator[Finding]:
    """Prices of the first day are not lost by rounding."""
    for item in run.facts["items"]:
        if not item["sold"]:
            continue
        lowest = item["first_price"]["low"]
        each = lowest / ONE / run.facts["money"]["parts"]
        what = f"{item['code']} costs {each:,.6g} a base unit at least, {lowest:,} in 1/65,536 of the money counted in"
        yield Finding(lowest <= 1, what)


def three_shares(run: Run) -> Finding | None:
    """What levies ask for beside a month's income of three kinds of household: a state wage is no income."""
    incomes = run.facts["incomes"]
    asked = incomes["asked"]
    if not asked:
        return None
    named = {"median": "a median income", "poorest_fifth": "that of the poorest fifth", "state_wage": "one state wage"}
    shares = [f"{asked / incomes[k]:.0%} of {words}" for k, words in named.items() if incomes[k]]
    return Finding(False, f"levies ask {asked:,.0f} a household on average, in a month {', '.join(shares)}")
