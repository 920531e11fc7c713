"""The areas of a run that covers several, side by side: what the leading measures come to in each."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from inminban.measures.outcome import ALL, NO_DAY
from inminban.measures.summary import Summary, summarise
from inminban.pages.outcome_words import measure_name, read_in, told
from inminban.pages.page import Cell, Grid
from inminban.pages.run_sections import Setting

MOST = 30


def by_area(at: Setting, leading: Sequence[Summary]) -> tuple[str, Grid] | None:
    """Words and a table with a row for each area, most of the first measure first; None where there is but one area."""
    names = list(dict.fromkeys(s.measure for s in leading if s.day == NO_DAY))
    areas = {area["id"]: str(area["label"]).split(",")[0] for area in at.facts.get("areas", ())}
    wanted = pl.col("place").is_in(list(areas)) & (pl.col("group") == ALL) & pl.col("measure").is_in(names)
    found = summarise(at.run.measures.filter(wanted & (pl.col("day") == NO_DAY)), at.run.inputs.clear(), at.known)
    if len(areas) < 2 or not found:
        return None
    cells = {(s.place, s.measure): s for s in found}
    names = [name for name in names if any(s.measure == name for s in found)]
    order = sorted(areas, key=lambda a: (-middle(cells.get((a, names[0]))), areas[a]))
    read = {name: read_in(at.voice, next(s for s in found if s.measure == name), at.facts) for name in names}
    heads = tuple(f"{measure_name(at.voice, name)}, {read[name].name}" for name in names)
    rows = tuple((Cell(areas[a]), *(cell(at, cells.get((a, name))) for name in names)) for a in order[:MOST])
    text = at.voice._("Medians of the draws, and nine in ten of them; areas with most of the first measure come first.")
    if len(order) > MOST:
        more = "{count} more areas stand in the output of inminban measure --by place."
        text += " " + at.voice.say(more, count=str(len(order) - MOST))
    return text, Grid((at.voice._("Area"), *heads), rows, middle=len(names))


def middle(s: Summary | None) -> float:
    """What the table is sorted by."""
    return s.shown.median if s else float("-inf")


def cell(at: Setting, s: Summary | None) -> Cell:
    """Median and range of a measure, – where the area has no such thing."""
    if s is None:
        return Cell("–", number=True)
    read = read_in(at.voice, s, at.facts)
    return Cell(told(read.shown(s), signed=True) if s.difference else told(read.value(s.value)), number=True)
