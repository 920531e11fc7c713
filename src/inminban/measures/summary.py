"""Many draws as one number with its interval, flagged where it only repeats an input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from inminban.measures.drivers import RELATIVE, Echo, computed, ranked_inputs, with_difference
from inminban.measures.outcome import ALL

KEY = ("measure", "place", "group", "day")
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
TAKEN = ("seized", "inspection bribes", "returned", "ransoms", "tolls")
CASH = ("asked", "asked for others", "cost", "stipend", "cash", *TAKEN, "stalls")
MONEY = (*CASH, "kept cash county", "kept cash unit", "passed up cash", "collected cash")
# Measures that repeat one input by construction, with its symbol (docs/model.md, 4); the longer beginnings first.
FAMILIES = (
    ("received any", "none"),
    ("received ", "share_mean"),
    ("days short", "reserve_days"),
    ("short", "reserve_days"),
    ("kept cash county", "remit_cash"),
    ("passed up cash", "remit_cash"),
    ("bought by office ", "remit_goods"),
    ("kept goods ", "share_mean"),
    ("kept cash unit", "share_mean"),
)
HUNGER = ("days short", "short")
BRIBED = "kept cash unit"  # bribes for levies, which repeat nothing, beside what is kept of relief
LEVIED_PRICE, CLOSED_PRICE = "levy_background", "price_speed"
PRICE = "price "
HEADLINES = (
    *("cost days", "settled unpaid", "settled gathered", "settled cash", "not settled", "labour", "cost income"),
    *("seized", "inspection bribes", "stalls", "days short", "cash", "price "),
)


class Interval(NamedTuple):
    """Quantiles over draws: the middle 90 %, the middle 50 %, the median."""

    low: float
    lower: float
    median: float
    upper: float
    high: float

    def times(self, factor: float) -> Interval:
        """Return the interval in another unit."""
        return Interval(*(v * factor for v in self))


class About(NamedTuple):
    """What of a run decides how its measures are told; where orders were `assumed`, no levels are."""

    kinds: frozenset[str] = frozenset()
    staples: tuple[str, ...] = ()
    parts: int = 1
    assumed: bool = False


class Summary(NamedTuple):
    """A measure of a group on a day over draws; `difference` is a share of `without` where `relative`.

    `without` and `difference` are None where the run without orders has no such thing; then `value` is the difference.
    """

    measure: str
    place: str
    group: str
    day: int
    draws: int
    value: Interval
    without: Interval | None
    difference: Interval | None
    relative: bool
    echo: Echo | None

    @property
    def shown(self) -> Interval:
        """What the orders made: the difference, or the value of what there is only with them."""
        return self.difference or self.value

    @property
    def sign(self) -> str:
        """Whether the middle 90 % of what the orders made lie above none, below it, or on both sides."""
        if self.shown.low > 0:
            return "higher"
        if self.shown.high < 0:
            return "lower"
        return "either way" if self.shown.low < 0 < self.shown.high else "no change" if self.flat else "open"

    @property
    def flat(self) -> bool:
        """Whether nothing moves in the middle 90 %."""
        return self.shown.low == self.shown.high == 0


def about(facts: Mapping[str, Any]) -> About:
    """Take what is needed from the facts of a run."""
    items = [i["code"] for i in facts.get("items", ()) if i.get("sold", True)]
    assumed = bool(facts.get("scenario", {}).get("assume") or facts.get("assumed_orders"))
    kinds = frozenset(o["kind"] for o in facts.get("orders", ()))
    return About(kinds, tuple(items[:2]), int(facts.get("money", {}).get("parts", 1)), assumed)


def summarise(measures: pl.DataFrame, inputs: pl.DataFrame, known: About | None = None) -> tuple[Summary, ...]:
    """Summarise every measure of every group and day over draws, in the order of their first rows."""
    known = known or About()
    table = with_difference(in_whole_money(measures, known.parts))
    quantiles = [
        pl.col(name).quantile(q, "linear").alias(f"{name} {q}")
        for name in ("value", "without", "difference")
        for q in QUANTILES
    ]
    listed = table.group_by(KEY, maintain_order=True).agg(
        pl.len().alias("draws"), *quantiles, pl.col("draw"), pl.coalesce("difference", "value").alias("shown")
    )
    names, ranks, draws = ranked_inputs(inputs)
    found = []
    for row in listed.iter_rows(named=True):
        ends = [interval(row, name) for name in ("value", "without", "difference")]
        relative = row["measure"].startswith(RELATIVE)
        echo = family(row["measure"], known) or computed(names, ranks, draws, row)
        value = ends[0]
        if value is not None:
            whom = (row["measure"], row["place"], row["group"], row["day"], row["draws"])
            found.append(Summary(*whom, value, ends[1], ends[2], relative and ends[2] is not None, echo))
    return tuple(found)


def in_whole_money(measures: pl.DataFrame, parts: int) -> pl.DataFrame:
    """Tell sums of money and prices in the country's own unit."""
    if parts == 1:
        return measures
    money = pl.col("measure").is_in(MONEY) | pl.col("measure").str.starts_with(PRICE)
    return measures.with_columns(
        pl.when(money).then(pl.col(c) / parts).otherwise(pl.col(c)).alias(c) for c in ("value", "without")
    )


def interval(row: Mapping[str, Any], name: str) -> Interval | None:
    """Quantiles of a row; None where there are none."""
    ends = [row[f"{name} {q}"] for q in QUANTILES]
    return None if any(e is None for e in ends) else Interval(*ends)


def family(measure: str, known: About) -> Echo | None:
    """Say which input a measure repeats by construction."""
    for begins, symbol in FAMILIES:
        if measure.startswith(begins):
            needs = "levy" if measure in HUNGER else "relief" if measure == BRIBED else ""
            return Echo(symbol, None) if not needs or needs in known.kinds else None
    if measure.startswith(PRICE):
        staple = measure.removeprefix(PRICE) in known.staples or not known.staples
        if "levy" in known.kinds and not staple:
            return Echo(LEVIED_PRICE, None)
        if "restriction" in known.kinds:
            return Echo(CLOSED_PRICE, None)
    return None


def headlines(summaries: Sequence[Summary], most: int) -> list[Summary]:
    """Measures that a page may lead with: of all households, on the last day of those by day, no echoes."""
    found = []
    last = {s.measure: s.day for s in summaries if s.group == ALL}
    for begins in HEADLINES:
        for s in summaries:
            fits = s.measure == begins or (begins == PRICE and s.measure.startswith(PRICE))
            if fits and s.group == ALL and s.day == last[s.measure] and s.echo is None and not s.flat:
                found.append(s)
    return found[:most]
