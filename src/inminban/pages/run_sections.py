"""The figures of a run's page: how households settled, what it cost, prices, relief, offices, food, what decides it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from inminban.measures.drivers import Driver, drivers
from inminban.measures.outcome import ALL, NO_DAY, SETTLED, TOLD
from inminban.measures.statement import says
from inminban.measures.summary import About, Summary, about, in_whole_money, summarise
from inminban.pages.charts import Bar, Drawing, intervals
from inminban.pages.outcome_words import date_of, group_name, measure_name, one, read_in, span, symbol_name, told
from inminban.pages.page import Cell, Figured, Grid
from inminban.pages.run_charts import spread, spreads
from inminban.pages.run_stacks import Stack, stacked
from inminban.pages.words import Voice
from inminban.studies.folder import Run

TENTHS = tuple(t for t in TOLD if t.startswith("tenth "))
RESERVE = "reserve_days"
MOST_DRIVERS = 8
PERCENT = 100
THIN = "Thin line: nine in ten draws; thick: half of them; dot: the median"


@dataclass(frozen=True)
class Setting:
    """What the sections of a page share: the voice, the run, its summaries by measure, group and day."""

    voice: Voice
    run: Run
    known: About
    summaries: tuple[Summary, ...]
    by_key: Mapping[tuple[str, str, int], Summary]

    @property
    def facts(self) -> Mapping[str, Any]:
        """Facts of the run."""
        return self.run.facts

    @property
    def source(self) -> str:
        """The sentence that stands inside every chart."""
        text = says(self.facts, self.voice.money, self.voice._)
        return text[:1].upper() + text[1:]

    def of(self, measure: str, group: str = ALL, day: int = NO_DAY) -> Summary | None:
        """Find one summary."""
        return self.by_key.get((measure, group, day))

    def groups(self, measure: str, among: Sequence[str]) -> Iterator[Summary]:
        """Find a measure's summaries of several groups."""
        yield from (s for g in among if (s := self.of(measure, g)) is not None)

    def starting(self, begins: str) -> Iterator[Summary]:
        """Find the summaries of all households of measures that begin alike."""
        yield from (s for s in self.summaries if s.measure.startswith(begins) and s.group == ALL and s.day == NO_DAY)


def setting_of(voice: Voice, run: Run) -> Setting:
    """Summarise a run for its page."""
    known = about(run.facts)
    found = summarise(of_whole(run), run.inputs, known)
    return Setting(voice, run, known, found, {(s.measure, s.group, s.day): s for s in found})


def settled(at: Setting) -> Figured | None:
    """How households settled the levies, by tenth of income."""
    voice = at.voice
    names = tuple(measure_name(voice, f"settled {way}") for way in SETTLED)
    means = mean_shares(at)
    rows, cells = [], []
    for group in TENTHS:
        unpaid = at.of("settled unpaid", group)
        if unpaid is None:
            continue
        parts = tuple(means[f"settled {way}", group] * PERCENT for way in SETTLED)
        begins = (PERCENT * (1 - unpaid.value.high), PERCENT * (1 - unpaid.value.low))
        rows.append(Stack(tenth_label(voice, group), parts, begins))
        end = span(PERCENT * unpaid.value.low, PERCENT * unpaid.value.high)
        cells.append(
            (Cell(group_name(voice, group)), *(Cell(one(p), number=True) for p in parts), Cell(end, number=True))
        )
    if not rows:
        return None
    label = voice._("Stacked bars by tenth of income, in percent of what was asked: ")
    label += "; ".join(
        f"{r.label}: " + ", ".join(f"{n} {p:.0f}" for n, p in zip(names, r.parts, strict=True)) for r in rows
    )
    drawing = stacked(
        rows,
        names,
        axis=voice._("percent of what was asked of each tenth by income, mean over draws"),
        source=at.source,
        label=label,
        whisker=voice._("90 % of where unpaid begins"),
    )
    heads = (voice._("Percent of what was asked"), *names, voice._("left unpaid, 90 %"))
    sub = voice._("Way of settling what the levy asked, by tenth of household income")
    return Figured(settled_title(at), sub, drawing, Grid(heads, tuple(cells)))


def settled_title(at: Setting) -> str:
    """Say what differs between the poorest and the richest tenth where the intervals allow it."""
    voice = at.voice
    ends = [(at.of(f"settled {w}", TENTHS[0]), at.of(f"settled {w}", TENTHS[-1])) for w in ("unpaid", "cash")]
    (poor, rich), (poor_cash, rich_cash) = ends
    if poor and rich and poor.value.low > rich.value.high:
        return voice._("The poorest tenth leaves more unpaid than the richest")
    if poor_cash and rich_cash and rich_cash.value.low > poor_cash.value.high:
        return voice._("The richest tenth settles more in cash than the poorest")
    return voice._("How households of each tenth settled")


def mean_shares(at: Setting) -> dict[tuple[str, str], float]:
    """Mean over draws of each share: means add up to all, as medians do not."""
    table = at.run.measures.filter(pl.col("measure").str.starts_with("settled ") & (pl.col("day") == NO_DAY))
    found = table.group_by("measure", "group").agg(pl.col("value").mean())
    return {(m, g): float(v) for m, g, v in found.iter_rows()}


def tenth_label(voice: Voice, group: str) -> str:
    """Short name of a tenth beside a bar."""
    ends = {TENTHS[0]: voice._("poorest"), TENTHS[-1]: voice._("richest")}
    return ends.get(group) or group.removeprefix("tenth ")


def cost(at: Setting) -> Figured | None:
    """What it cost a household of each tenth in days of its food bill, for each value of food money kept back."""
    voice, measure = at.voice, "cost days"
    if at.of(measure) is None:
        return None
    cases = by_reserve(at)
    rows, cells = [], []
    for group in (*TENTHS, ALL):
        for number, (kept, name, found) in enumerate(cases):
            s = found.get((measure, group))
            if s is None:
                continue
            label = tenth_label(voice, group) if group != ALL else voice._("all")
            label = f"{label}, {kept}" if kept else label
            rows.append(spread(label, one(s.value.median), s.value, series=1 + number, is_open=number > 0))
            cells.append(row_of(at, s, ", ".join(p for p in (group_name(voice, group), name) if p)))
    axis = voice._("days of the household's own food bill, the median household of each tenth by income")
    drawing = spreads(
        rows,
        axis=axis,
        source=at.source,
        label=voice._("Cost in days of food by tenth: ") + told_rows(rows),
        series=tuple(name for _, name, _ in cases if name),
    )
    title = voice._("What it cost in days of food")
    return Figured(title, voice._(THIN), drawing, Grid(level_heads(at), tuple(cells)))


def of_whole(run: Run) -> pl.DataFrame:
    """Measures of a run's whole place, without those of single areas."""
    return run.measures.filter(pl.col("place") == run.facts["place"]["id"])


Case = tuple[str, str, dict[tuple[str, str], Summary]]


def by_reserve(at: Setting) -> list[Case]:
    """Summaries by how many days of food money a household keeps back, where draws differ in two values."""
    values = at.run.inputs.filter(pl.col("symbol") == RESERVE)
    kept = sorted(values["value"].unique().to_list())
    if len(kept) != 2:
        return [("", "", {(s.measure, s.group): s for s in at.summaries if s.day == NO_DAY})]
    found = []
    for value in kept:
        draws = values.filter(pl.col("value") == value)["draw"].to_list()
        table = of_whole(at.run).filter(pl.col("draw").is_in(draws) & (pl.col("measure") == "cost days"))
        name = at.voice.say("{days} days of food money kept back", days=one(value))
        summaries = summarise(table, at.run.inputs.clear(), at.known)
        short = at.voice.say("{days} days", days=one(value))
        found.append((short, name, {(s.measure, s.group): s for s in summaries}))
    return [case for case in found if case[-1]]


def told_rows(rows: Sequence[Bar]) -> str:
    """Rows of a chart for those who hear it."""
    return "; ".join(f"{r.label} {r.told}, {span(r.low, r.high)}" for r in rows)


def level_heads(at: Setting) -> tuple[str, ...]:
    """Heads of a table of levels."""
    _ = at.voice._
    return (_("Measure"), _("Median"), _("Half of the draws"), _("Nine in ten"), _("Unit"))


def row_of(at: Setting, s: Summary, name: str = "") -> tuple[Cell, ...]:
    """Row of a table of levels: what the orders made."""
    read, signed = read_in(at.voice, s, at.facts), s.difference is not None
    shown = read.shown(s)
    small = at.voice.say("echo of “{input}”", input=symbol_name(at.facts, s.echo.symbol)) if s.echo else ""
    small = small if s.group == ALL else ""
    if signed and s.without:
        against = at.voice.say("without the order {value}", value=f"{told(read.value(s.without))} {read.name}")
        small = f"{against}; {small}" if small else against
    return (
        Cell(name or measure_name(at.voice, s.measure), small=small),
        Cell(one(shown.median, signed=signed), number=True),
        Cell(span(shown.lower, shown.upper, signed=signed), number=True),
        Cell(span(shown.low, shown.high, signed=signed), number=True),
        Cell(read.gap_name if signed else read.name),
    )


def figure_of(
    at: Setting, found: Sequence[Summary], words: tuple[str, str, str], *, dashed: bool = False
) -> Figured | None:
    """Chart and table of summaries of one unit; `words` are title, sub-line and axis."""
    if not found:
        return None
    rows = []
    for s in found:
        read, signed = read_in(at.voice, s, at.facts), s.difference is not None
        name = measure_name(at.voice, s.measure) if s.group == ALL else tenth_label(at.voice, s.group)
        shown, series = read.shown(s), 5 if dashed else 1
        rows.append(spread(name, one(shown.median, signed=signed), shown, series=series, dashed=dashed))
    title, sub, axis = words
    drawing: Drawing = spreads(rows, axis=axis, source=at.source, label=f"{title}: {told_rows(rows)}")
    cells = tuple(row_of(at, s, "" if s.group == ALL else group_name(at.voice, s.group)) for s in found)
    return Figured(title, sub, drawing, Grid(level_heads(at), cells))


def by_unit(at: Setting, found: Sequence[Summary]) -> dict[str, list[Summary]]:
    """Group summaries by the unit they are read in: one chart has one axis."""
    parted: dict[str, list[Summary]] = {}
    for s in found:
        read = read_in(at.voice, s, at.facts)
        parted.setdefault(read.gap_name if s.difference else read.name, []).append(s)
    return parted


def driven(at: Setting, s: Summary) -> Figured | None:
    """Bars of the inputs that explain most of a measure."""
    voice = at.voice
    found = driving(at, s)
    if not found:
        return None
    name = measure_name(voice, s.measure)
    bars = [bar_of(at, d) for d in found]
    title = voice.say("Which assumptions move it: {measure}", measure=name)
    drawing = intervals(
        bars,
        axis=voice._("percent of the variance over draws (squared rank correlation); line: 90 % of resampled draws"),
        source=at.source,
        label=f"{title}: {told_rows(bars)}",
    )
    heads = (voice._("Input"), voice._("Share, %"), voice._("90 %"), voice._("More of it makes the measure"))
    rows = tuple(
        (
            Cell(symbol_name(at.facts, d.symbol), small=range_of(at, d.symbol)),
            Cell(one(d.share * PERCENT), number=True),
            Cell(span(d.low * PERCENT, d.high * PERCENT), number=True),
            Cell(voice._("smaller") if d.falls else voice._("larger")),
        )
        for d in found
    )
    when = date_of(voice, at.facts, s.day) if s.day != NO_DAY else ""
    sub = voice._("Inputs by the share of the differences between draws that each explains")
    return Figured(title, f"{sub}, {when}" if when else sub, drawing, Grid(heads, rows))


def driving(at: Setting, s: Summary) -> tuple[Driver, ...]:
    """Inputs that explain most of a measure."""
    table = in_whole_money(at.run.measures, at.known.parts)
    return drivers(table, at.run.inputs, s.measure, s.group, s.day)[:MOST_DRIVERS]


def bar_of(at: Setting, d: Driver) -> Bar:
    """Make a bar of a driver; the line reaches at least to the share itself."""
    share = d.share * PERCENT
    low, high = min(share, d.low * PERCENT), max(share, d.high * PERCENT)
    return Bar(symbol_name(at.facts, d.symbol), low, share, high, f"{one(share)} %", 6)


def range_of(at: Setting, symbol: str) -> str:
    """Range of an input with its unit."""
    row = next((p for p in at.facts["parameters"] if p["symbol"] == symbol), None)
    return f"{span(row['low'], row['high'])} {row['unit']}".strip() if row else ""
