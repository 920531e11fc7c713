"""Measures of a run as a table in the terminal, each number with its interval, and the sentence under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from inminban.measures.outcome import ALL, NO_DAY
from inminban.measures.outcome_table import ranks
from inminban.measures.statement import says
from inminban.measures.summary import Summary, about
from inminban.pages.outcome_words import (
    date_of,
    group_name,
    measure_name,
    read_in,
    sign_name,
    symbol_name,
    told,
)
from inminban.pages.terminal import console, grid
from inminban.pages.words import Voice

NAME = 36


def print_measures(voice: Voice, summaries: Sequence[Summary], facts: Mapping[str, Any]) -> None:
    """Print measures: the median and the middle 90 % over draws; of an assumed run only signs and ranks."""
    out = console()
    assumed = about(facts).assumed
    out.print(Text(str(facts["words"]), style="bold"))
    table = grid(("measure", *(("sign", "rank") if assumed else ("with the order", "unit", "to no order"))))
    table.add_column("echo of", overflow="fold")
    table.columns[0].min_width = NAME
    for column in table.columns[1:]:
        column.no_wrap = column.header != "echo of"
    ranked = ranks(summaries)
    places = {area["id"]: area["label"] for area in facts.get("areas", ())}
    for s in summaries:
        parts = [measure_name(voice, s.measure)]
        parts += [places[s.place]] if s.place in places and s.place != facts["place"]["id"] else []
        parts += [group_name(voice, s.group)] if s.group != ALL else []
        parts += [date_of(voice, facts, s.day)] if s.day != NO_DAY else []
        echo = symbol_name(facts, s.echo.symbol) if s.echo else ""
        cells = (sign_name(voice, s.sign), str(ranked.get(s, ""))) if assumed else levels(voice, s, facts)
        table.add_row(", ".join(parts), *cells, echo)
    out.print(table)
    if assumed:
        out.print(Text(voice._("Amounts or orders were assumed: only signs and rankings are shown, never levels.")))
    out.print(Text(says(facts, voice.money, voice._), style="dim"))


def levels(voice: Voice, s: Summary, facts: Mapping[str, Any]) -> tuple[str, str, str]:
    """Value, unit, difference."""
    read = read_in(voice, s, facts)
    gap = told(read.shown(s), signed=True) if s.difference else ""
    return told(read.value(s.value)), read.name, f"{gap} {read.gap_name}" if gap else ""
