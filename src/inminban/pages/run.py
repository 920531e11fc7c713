"""The page of a run: what orders could make of households, offices and markets, as ranges with their origin."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel import Locale
from babel.dates import format_date

from inminban.measures.outcome import NO_DAY
from inminban.measures.outcome_table import cut, ranks
from inminban.measures.statement import says
from inminban.measures.summary import TAKEN, Summary, headlines
from inminban.model.orders import Order, Report
from inminban.pages.orders import attribution, sentences, title
from inminban.pages.outcome_words import (
    date_of,
    group_name,
    leading_range,
    measure_name,
    sign_name,
    symbol_name,
)
from inminban.pages.page import Big, Cell, Figured, Grid, Note, Notes, Sentence
from inminban.pages.run_areas import by_area
from inminban.pages.run_prices import price_figures
from inminban.pages.run_sections import (
    TENTHS,
    THIN,
    Setting,
    by_unit,
    cost,
    driven,
    driving,
    figure_of,
    setting_of,
    settled,
)
from inminban.pages.run_sources import cite_inputs, footer, input_source, limits, simulated
from inminban.pages.words import Voice, kind_name, listed, shown
from inminban.studies.folder import Run

FOUR, TWO = 4, 2
KEPT, PASSED = ("kept ",), ("collected ", "passed up ", "bought by office ")


@dataclass(frozen=True, slots=True)
class Ordered:
    """One order in words."""

    title: str
    sentences: tuple[Sentence, ...]
    meta: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its heading, words, charts, a table; `echo` frames it as no result."""

    anchor: str
    title: str
    text: str = ""
    figures: tuple[Figured, ...] = ()
    grid: Grid | None = None
    echo: str = ""


@dataclass(frozen=True)
class RunPage:
    """Everything on the page of a run."""

    lang: str
    title: str
    kick: tuple[str, str]
    headline: str
    standfirst: str
    home: str
    bigs: tuple[Big, ...]
    sentence: str
    orders: tuple[Ordered, ...]
    sections: tuple[Section, ...]
    limits: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[Note, ...]
    says: str
    footer: tuple[tuple[str, str, str], ...]
    reports: tuple[Cell, ...] = ()


def run_page(voice: Voice, run: Run, home: str = "") -> RunPage:
    """Make the page of a run."""
    at, notes, facts = setting_of(voice, run), Notes(), run.facts
    place = shown(facts["place"]["label"])
    kinds = list(dict.fromkeys(o["kind"] for o in facts["orders"]))
    head = headline(voice, facts, kinds)
    leading = headlines(at.summaries, FOUR)
    bigs = tuple(big(at, s, notes) for s in leading)
    orders = tuple(ordered(voice, facts, notes))
    cite_inputs(facts, notes)
    parts = assumed_sections(at, leading) if at.known.assumed else sections(at, leading)
    return RunPage(
        lang=voice.lang,
        title=f"{place}: {head}",
        kick=(listed(voice, [kind_name(voice, k) for k in kinds]), f"{place} · {period(voice, facts)}"),
        headline=head,
        standfirst=standfirst(at),
        home=home,
        bigs=bigs,
        sentence=says(facts, voice.money, voice._),
        orders=orders,
        sections=tuple(s for s in parts if s.figures or s.grid),
        limits=limits(voice, facts),
        notes=notes.rows(),
        says=voice._("Every number in a chart or table above is simulated, but for the words of the report."),
        footer=footer(voice, facts),
    )


def period(voice: Voice, facts: Mapping[str, Any]) -> str:
    """First and last day of the run."""
    locale = Locale.parse(voice.lang)
    days = (datetime.date.fromisoformat(facts["period"][end]) for end in ("start", "end"))
    first, last = (format_date(d, "d MMMM yyyy", locale=locale) for d in days)
    return voice.say("{first} to {last} · simulated", first=first, last=last)


def headline(voice: Voice, facts: Mapping[str, Any], kinds: Sequence[str]) -> str:
    """Name what the page is about; it claims nothing."""
    goods = list(dict.fromkeys(li["item"] for o in facts["orders"] if o["kind"] == kinds[0] for li in o["lines"]))
    goods = [g for g in goods if g != voice.country.currency]
    named = listed(voice, goods[:3]) if 0 < len(goods) <= 3 else ""
    heads = {
        "levy": (
            voice._("What a levy of {goods} could cost a household"),
            voice._("What a levy could cost a household"),
        ),
        "relief": (voice._("How much {goods} could reach a household"), voice._("What relief could bring a household")),
        "crackdown": ("", voice._("What a crackdown could take from traders")),
        "restriction": ("", voice._("What restrictions could do to prices and food")),
    }
    with_goods, plain = heads[kinds[0]]
    return with_goods.format(goods=named) if named and with_goods else plain


def standfirst(at: Setting) -> str:
    """Say what was compared."""
    facts, voice = at.facts, at.voice
    draws = facts["draws"] - len(facts["draws_left_out"])
    text = voice._(
        "{households} synthetic households over {days} days, each day with the order and without it, and all of it "
        "{draws} times with other values for what is not known."
    )
    told = text.format(households=f"{facts['households']:,}", days=facts["period"]["days"], draws=draws)
    if at.known.assumed:
        told += " " + voice._("Amounts or orders were assumed: only signs and rankings are shown, never levels.")
    return told


def big(at: Setting, s: Summary, notes: Notes) -> Big:
    """One of the four numbers: half of the draws as a range, nine in ten under it; of an assumed run only its sign."""
    voice = at.voice
    name = measure_name(voice, s.measure)
    what = f"{name}, {date_of(voice, at.facts, s.day)}" if s.day != NO_DAY else name
    mark = notes.mark(simulated(voice, at.facts))
    if at.known.assumed:
        return Big(sign_name(voice, s.sign), what, voice._("nine in ten draws; a sign, not a level"), (mark,))
    half, unit, most = leading_range(voice, s, at.facts)
    way = {"higher": voice._("higher"), "lower": voice._("lower")}.get(s.sign, "") if s.difference else ""
    what = ", ".join(p for p in (" ".join(q for q in (unit, way) if q), what) if p)
    how = voice.say("half of the draws; nine in ten: {range}", range=most)
    if s.difference:
        how = voice.say("{how}; against no order", how=how)
    decisive = driving(at, s)[:1]
    first = tuple(notes.mark(input_source(at.facts, d.symbol)) for d in decisive)
    return Big(half, what, how, (*first, mark))


def ordered(voice: Voice, facts: Mapping[str, Any], notes: Notes) -> Iterator[Ordered]:
    """The orders that ran, in words."""
    running = {o["id"] for o in facts["orders"]}
    for data in facts["records"]:
        report = Report.model_validate(data)
        for order in report.orders:
            if order.id in running:
                yield in_words(voice, order, report, notes)


def in_words(voice: Voice, order: Order, report: Report, notes: Notes) -> Ordered:
    """One order in words."""
    return Ordered(title(voice, order), sentences(voice, order, report, notes), attribution(voice, order, report))


def sections(at: Setting, leading: Sequence[Summary]) -> Iterator[Section]:
    """The parts of a page with levels."""
    _ = at.voice._
    thin = _(THIN)
    yield Section("settled", _("How households settled"), figures=some(settled(at)))
    yield Section("cost", _("What it cost"), figures=some(cost(at)))
    if areas := by_area(at, leading):
        yield Section("areas", _("Area by area"), areas[0], grid=areas[1])
    share = (_("What reached households of what was due"), thin, _("percent of what was due"))
    days = (_("Days of food received"), thin, _("days of energy need, mean of each tenth by income"))
    due = [s for s in at.starting("received ") if s.measure != "received food days"]
    relief = (figure_of(at, due, share), figure_of(at, list(at.groups("received food days", TENTHS)), days))
    text = _("The share is an echo: it repeats what was assumed of diversion.") if due else ""
    yield Section("relief", _("What reached households"), text, some(*relief))
    taken = [s for name in TAKEN for s in at.starting(name)]
    words = (_("What inspectors took from a trader"), thin, _("{money} a trader").format(money=at.voice.money))
    yield Section("inspections", _("What inspectors took"), figures=some(figure_of(at, taken, words)))
    yield Section("prices", _("Prices"), figures=price_figures(at))
    hungry = list(at.groups("days short", TENTHS))
    words = (_("Days short of food, against no order"), thin, _("days a household over the run, mean of each tenth"))
    echo = next((symbol_name(at.facts, s.echo.symbol) for s in hungry if s.echo), "")
    text = at.voice.say("An echo of one assumption: “{input}”.", input=echo) if echo else ""
    yield Section("food", _("Days short of food"), text, some(figure_of(at, hungry, words)))
    yield offices(at)
    yield Section("drivers", _("What decides it"), figures=some(*(driven(at, s) for s in leading[:TWO])))


def some(*figures: Figured | None) -> tuple[Figured, ...]:
    """Drop what there is not."""
    return tuple(f for f in figures if f)


def offices(at: Setting) -> Section:
    """What offices took in, passed up and kept: framed, for it repeats assumptions."""
    _ = at.voice._
    heads = {KEPT: _("Assumed diversion, in {unit}"), PASSED: _("Collected, passed up and bought, in {unit}")}
    figures = [
        figure_of(at, part, (head.format(unit=unit), _(THIN), unit), dashed=begins is KEPT)
        for begins, head in heads.items()
        for unit, part in by_unit(at, [s for b in begins for s in at.starting(b)]).items()
    ]
    echo = _("Assumed diversion, not leakage: what offices keep repeats one assumption each, and nothing was observed.")
    return Section("offices", _("What offices kept"), figures=some(*figures), echo=echo)


def assumed_sections(at: Setting, leading: Sequence[Summary]) -> Iterator[Section]:
    """The parts of a page of assumed orders: signs and rankings."""
    _ = at.voice._
    found = cut(at.summaries, None)
    yield Section("signs", _("Which way things move"), _("Nine in ten draws, against no order."), grid=signs(at, found))
    tenths = cut(at.summaries, "decile")
    led = [s for s in tenths if s.measure in {f.measure for f in leading}]
    if led:
        yield Section("tenths", _("Whom it touches most"), grid=signs(at, led))
    for s in leading[:1]:
        heads = (_("Rank"), _("Input"), _("More of it makes the measure"))
        rows = tuple(
            (Cell(str(n)), Cell(symbol_name(at.facts, d.symbol)), Cell(_("smaller") if d.falls else _("larger")))
            for n, d in enumerate(driving(at, s), 1)
        )
        if rows:
            text = at.voice.say("Inputs that move it most: {measure}.", measure=measure_name(at.voice, s.measure))
            yield Section("drivers", _("What decides it"), text, grid=Grid(heads, rows))


def signs(at: Setting, found: Sequence[Summary]) -> Grid:
    """Table of signs and ranks."""
    _, ranked = at.voice._, ranks(found)
    order = list(dict.fromkeys(s.measure for s in found))
    rows = tuple(
        (
            Cell(measure_name(at.voice, s.measure)),
            Cell(date_of(at.voice, at.facts, s.day) if s.day != NO_DAY else group_name(at.voice, s.group)),
            Cell(sign_name(at.voice, s.sign)),
            Cell(str(ranked.get(s, "–")), number=True),
        )
        for s in sorted(found, key=lambda s: (order.index(s.measure), ranked.get(s, 0)))
    )
    return Grid((_("Measure"), _("Whom or when"), _("Sign"), _("Rank")), rows)
