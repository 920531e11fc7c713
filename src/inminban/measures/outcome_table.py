"""Summaries of a run as rows of a table: which are asked for, their ranks, and all that is said of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from inminban.measures.outcome import ALL, NO_DAY
from inminban.measures.range import rounded
from inminban.measures.statement import stated
from inminban.measures.summary import Interval, Summary, about
from inminban.measures.units import unit_of
from inminban.model.households import LIVELIHOODS

CUTS = ("decile", "livelihood", "place", "day")
ENDS = ("low90", "low50", "median", "high50", "high90")
SETTLED = "settled "


def cut(summaries: Sequence[Summary], by: str | None) -> tuple[Summary, ...]:
    """Take the summaries of all households (what goes by day on its last day), or those told apart by something.

    A run of several areas has those of all areas together first: only `place` takes those of each.
    """
    if by != "place":
        summaries = [s for s in summaries if s.place == summaries[0].place]
    if by == "decile":
        return tuple(s for s in summaries if s.group.startswith("tenth "))
    if by == "livelihood":
        return tuple(s for s in summaries if s.group in LIVELIHOODS)
    if by == "day":
        return tuple(s for s in summaries if s.day != NO_DAY)
    last = {(s.measure, s.place): s.day for s in summaries}
    return tuple(s for s in summaries if s.group == ALL and s.day == last[s.measure, s.place])


def ranks(summaries: Sequence[Summary]) -> dict[Summary, int]:
    """Rank by the median of what the orders made, the largest first: groups in a measure, ways to settle in a group."""
    found: dict[Summary, int] = {}
    for s in summaries:
        if s.group != ALL and s.day == NO_DAY:
            rivals = [o for o in summaries if o.measure == s.measure and o.place == s.place]
        elif s.measure.startswith(SETTLED):
            rivals = [o for o in summaries if o.measure.startswith(SETTLED) and o.place == s.place]
        else:
            continue
        found[s] = 1 + sum(o.shown.median > s.shown.median for o in rivals)
    return found


def records_of(summaries: Sequence[Summary], facts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Make a flat record of each summary, which carries the whole sentence; of an assumed run signs and ranks only."""
    said = {"kind": "simulated", "against": "no order", "range_over": "our assumptions"} | columns_said(facts)
    assumed, ranked = about(facts).assumed, ranks(summaries)
    for s in summaries:
        head = {"measure": s.measure, "place": s.place, "group": s.group, "day": s.day if s.day != NO_DAY else None}
        flags = {"echo": s.echo.symbol if s.echo else "", "draws": s.draws}
        if assumed:
            yield head | {"sign": s.sign, "rank": ranked.get(s)} | flags | said
        else:
            unit = unit_of(s.measure, facts)
            yield head | {"unit": unit.code} | levels(s, unit.factor) | flags | said


def columns_said(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of what must be said of every number of a run."""
    parts = stated(facts)._asdict()
    month = parts.pop("month")
    told = parts | {"transplanted": "; ".join(parts["transplanted"])}
    return told | {"money": f"{facts['money']['currency']} {month}"}


def levels(s: Summary, factor: float) -> dict[str, Any]:
    """Tell value, without and difference with their intervals."""
    found: dict[str, Any] = {}
    found |= ends("", s.value, factor)
    found |= ends("without_", s.without, factor)
    found |= ends("difference_", s.difference, 1 if s.relative else factor)
    return found | {"difference_is": "share of without" if s.relative else "amount" if s.difference else ""}


def ends(name: str, told: Interval | None, factor: float) -> dict[str, Any]:
    """Columns of one interval, empty where there is none."""
    values = told.times(factor) if told else [None] * len(ENDS)
    return {f"{name}{end}": None if v is None else number(v) for end, v in zip(ENDS, values, strict=True)}


def number(value: float) -> int | float:
    """Round to six significant digits."""
    return rounded(int(value)) if value == int(value) else float(f"{value:.6g}")


def csv_of(summaries: Sequence[Summary], facts: Mapping[str, Any]) -> str:
    """Write summaries as CSV."""
    return csv_text(list(records_of(summaries, facts)), ["measure"])


def csv_text(records: Sequence[Mapping[str, Any]], empty: Sequence[str]) -> str:
    """Write records as CSV; where there are none, the header given."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(records[0]) if records else empty, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue()
