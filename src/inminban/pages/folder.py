"""The page of a folder of records: what orders of many years took or gave, told in the staple."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from inminban.measures.burden import TermWeighing
from inminban.measures.hang import checks_of
from inminban.measures.range import Range, short
from inminban.measures.weigh import OrderWeighing, ReadingWeighing, weigh
from inminban.model.country import PriceRow
from inminban.model.dates import middle, precision
from inminban.model.orders import Report
from inminban.pages.charts import Moment, over_years, scatter
from inminban.pages.maps import map_of
from inminban.pages.origins import data_line, nearness
from inminban.pages.page import Big, Cell, Figured, Grid, Notes, Page, Verdict
from inminban.pages.readings import name_of
from inminban.pages.record import map_label, spots, verdicts
from inminban.pages.words import (
    Voice,
    amount,
    day,
    each,
    heading,
    kind_name,
    listed,
    month,
    places_of,
    shown,
    span_of,
    with_days,
)

LABELS = 3
ENOUGH = 5
MOST_SPAN = 60


@dataclass(frozen=True)
class Entry:
    """One order under one reading, as a row of the table and a point of the chart."""

    weighing: OrderWeighing
    reading: str
    asked: str
    money: str
    staple: Range | None
    per: str
    several: bool
    why: str


def folder_page(voice: Voice, reports: Sequence[Report], links: Mapping[str, str]) -> Page:
    """Make the page of several records."""
    notes = Notes()
    weighings = [w for report in reports for w in weigh(report, country=voice.country)]
    entries = [entry for w in sorted(weighings, key=when) for entry in entries_of(voice, w, notes)]
    dated = [w.setting.date for w in weighings if w.setting.date]
    years = f"{min(dated)[:4]}–{max(dated)[:4]}" if dated else voice._("undated")
    history = price_history(voice)
    return Page(
        lang=voice.lang,
        title=voice.say("What orders take and give, told in {staple}", staple=voice.staple),
        kick=(voice._("Burdens"), f"{years} · {voice._('counted from reports, not simulated')}"),
        headline=voice.say("What orders take and give, told in {staple}", staple=voice.staple),
        standfirst=voice.say(
            "Money of one year says little about money of another. Here {money} are turned into the {staple} that "
            "they would have bought, "
            "near the day and the place.",
            money=voice.money,
            staple=voice.staple,
        ),
        home="",
        bigs=counts(voice, reports, weighings, entries),
        blocks=(),
        map=map_of(voice.country, spots(weighings), label=map_label(voice, weighings)),
        map_title=voice._("Places named"),
        map_text=voice.say(
            "Outlines: {outlines}. Places below a county are shown as the point of their city or county. Where "
            "reports come from is not where orders are{note}.",
            outlines=voice.country.outlines_source,
            note=voice.note("reports"),
        ),
        prices=None,
        prices_text="",
        reported_prices=None,
        doubts=(),
        leftovers=(),
        set_aside=(),
        notes=notes.rows(),
        says=voice._(
            "Nothing on this page is simulated. Reports are no sample; a year without a dot is a year without a "
            "report here."
        ),
        footer=footer(voice, reports, links),
        burdens=burdens(voice, entries, links),
        burdens_note=burdens_note(voice),
        verdicts=all_verdicts(voice, weighings),
        price_history=history,
        reports=tuple(report_line(voice, r, links) for r in reports),
    )


def report_line(voice: Voice, report: Report, links: Mapping[str, str]) -> Cell:
    """Name a report in the list of all, with the way to its page."""
    kinds = ", ".join(dict.fromkeys(kind_name(voice, o.kind).lower() for o in report.orders)) or voice._(
        "no order found"
    )
    places = ", ".join(dict.fromkeys(places_of(o, voice) for o in report.orders if o.places))
    outlet = shown(report.outlet)
    small = " · ".join(part for part in (kinds, places, outlet, day(voice, report.published)) if part)
    return Cell(heading(voice, report), small=small, href=links.get(report.id, ""))


def when(weighing: OrderWeighing) -> tuple[bool, str, str]:
    """Order in time; what has no date comes last."""
    date = weighing.setting.date
    return date is None, date or "", weighing.order.id or ""


def entries_of(voice: Voice, weighing: OrderWeighing, notes: Notes) -> list[Entry]:
    """Rows of one order: one, or one a reading where readings differ in what they come to."""
    found: list[Entry] = []
    for reading in weighing.readings:
        staple, per = worth(weighing, reading)
        entry = Entry(
            weighing=weighing,
            reading=name_of(voice, reading) if len(weighing.readings) > 1 else "",
            asked=asked(voice, weighing),
            money=money_words(voice, reading),
            staple=staple,
            per=per,
            several=len(weighing.readings) > 1,
            why=why_not(voice, weighing, reading),
        )
        if all(e.staple != staple for e in found):
            found.append(entry)
            for weighed in reading.terms:
                for figure in (weighed.staple, weighed.worth):
                    if figure:
                        notes.marks(figure)
    return found if len(found) > 1 else [Entry(**(found[0].__dict__ | {"several": False, "reading": ""}))]


def worth(weighing: OrderWeighing, reading: ReadingWeighing) -> tuple[Range | None, str]:
    """What an order comes to in the staple, and for whom: a household's cash, else its goods, else one payer's term."""
    for name in ("money_staple", "basket_staple") if weighing.comparable else ():
        if name in reading.figures:
            return reading.figures[name].value, "household"
    told: list[TermWeighing] = [
        t for t in reading.terms if t.staple and t.term.amount and t.term.role not in ("supply", "other")
    ]
    if told and told[0].staple:
        return told[0].staple.value, told[0].per
    return None, ""


def asked(voice: Voice, weighing: OrderWeighing) -> str:
    """What was asked, given or taken, in short."""
    terms = [t for t in weighing.order.terms if t.role not in ("headcount", "other")] or list(weighing.order.terms)
    if not terms:
        return voice._("nothing named")
    shown_terms = [amount(voice, t) for t in terms[:4]]
    more = len(terms) - len(shown_terms)
    text = listed(voice, shown_terms) if not more else ", ".join(shown_terms)
    tail = voice.say(" and {count} more", count=more) if more else ""
    pers = list(dict.fromkeys(t.per for t in terms if t.amount is not None and t.per))
    whom = f", {each(voice, pers[0])}" if len(pers) == 1 else ""
    return text + tail + whom


def money_words(voice: Voice, reading: ReadingWeighing) -> str:
    """Sum in the country's money, where there is one."""
    for name in ("money", "basket"):
        if name in reading.figures:
            return f"{span_of(reading.figures[name].value)} {voice.money}"
    told = next((t for t in reading.terms if t.worth and t.term.amount), None)
    return f"{span_of(told.worth.value)} {voice.money}" if told and told.worth else ""


def why_not(voice: Voice, weighing: OrderWeighing, reading: ReadingWeighing) -> str:
    """Why an order is not told in the staple."""
    if not weighing.sized:
        return voice._("no amount reported")
    staple = weighing.setting.staple
    if staple.value is None:
        return with_days(voice, voice._(staple.why))
    reasons = [w for t in reading.terms for w in t.why if "priced" in w]
    return with_days(voice, shown(voice._(reasons[0]))) if reasons else voice._("no burden on a household or person")


def counts(
    voice: Voice, reports: Sequence[Report], weighings: Sequence[OrderWeighing], entries: Sequence[Entry]
) -> tuple[Big, ...]:
    """Four numbers about the folder itself."""
    kinds: defaultdict[str, int] = defaultdict(int)
    for w in weighings:
        kinds[w.order.kind] += 1
    terms = [t for w in weighings for t in w.order.terms]
    told = sum(e.staple is not None for e in entries)
    by_kind = ", ".join(f"{count} {kind_name(voice, kind).lower()}" for kind, count in kinds.items())
    checks = [c for w in weighings for c in checks_of(w)]
    not_so = sum(c.verdict == "does not" for c in checks)
    return (
        Big(
            str(len(weighings)),
            voice.ngettext("order in the reports", "orders in the reports", len(weighings)),
            by_kind,
        ),
        Big(
            str(sum(t.amount is not None for t in terms)),
            voice._("figures, each with its words"),
            voice.say("{count} reports", count=len(reports)),
        ),
        Big(
            str(told),
            voice.say("rows told in {staple}", staple=voice.staple),
            voice.say("{count} rows in all", count=len(entries)),
        ),
        Big(
            str(not_so),
            voice._("checks on figures that do not hold"),
            voice.say("{count} questions asked", count=len(checks)),
        ),
    )


def burdens(voice: Voice, entries: Sequence[Entry], links: Mapping[str, str]) -> Figured | None:
    """The chart over the years and its table."""
    levies = [
        e
        for e in entries
        if e.weighing.order.kind == "levy"
        and e.per == "household"
        and e.weighing.setting.date
        and e.weighing.comparable
    ]
    if not entries:
        return None
    highest = sorted((e.staple.central for e in levies if e.staple), reverse=True)[:LABELS]
    moments = []
    for e in levies:
        date = middle(e.weighing.setting.date)
        if date is None or e.staple is None:
            continue
        where = places_of(e.weighing.order).split(",")[0].removesuffix(" Province").removesuffix(" County")
        moments.append(
            Moment(
                date=date,
                low=float(e.staple.low),
                central=float(e.staple.central),
                high=float(e.staple.high),
                told=f"{date.year} {where}\n{short(e.staple.central)} kg",
                open=e.several,
                dashed=precision(e.weighing.setting.date) != "day",
                label=e.staple.central in highest,
            )
        )
    label = voice.say("Levies over the years in kilograms of {staple}: ", staple=voice.staple)
    label += "; ".join(m.told.replace("\n", ", ") for m in moments)
    log = bool(moments) and max(m.high for m in moments) > MOST_SPAN * min(m.central for m in moments)
    axis = voice.say("kilograms of {staple} a household", staple=voice.staple)
    if log:
        axis = voice.say("{axis}; each line is four times the last", axis=axis)
    drawing = over_years(
        moments,
        axis=axis,
        source=voice._(
            "Dot: median price; bar: lowest to highest price used, or the assumed price. Open dot: one of several "
            "readings. Dashed: inexact "
            "date. Source: the reports of this page; prices, census: tables of the country folder. Counted, not "
            "simulated."
        ),
        label=label,
        log=log,
    )
    lowest = {e.weighing.order.id: e.staple.central for e in reversed(levies) if e.staple}
    levels = [float(value) for value in lowest.values()]
    title = voice.say("Levies with a price, in kilograms of {staple}", staple=voice.staple)
    if len(levels) > 2:
        title = voice.say(
            "Half of the levies on households that can be priced took {kg} kg of {staple} or more",
            kg=f"{median(levels):.2g}",
            staple=voice.staple,
        )
    sub = voice._(
        "Value of the cash asked, or of the goods where no cash is named; whom it counts for stands in the table"
    )
    return Figured(title, sub, drawing, burdens_grid(voice, entries, links))


def burdens_grid(voice: Voice, entries: Sequence[Entry], links: Mapping[str, str]) -> Grid:
    """One row an order and reading."""
    rows = []
    for e in entries:
        w = e.weighing
        setting = w.setting
        rows_used = len(setting.staple.rows)
        near = nearness(voice, setting.staple.nearness)
        staple = (
            Cell(
                short(e.staple.central),
                small=span_of(e.staple) + ("" if e.per == "household" else f", {each(voice, e.per)}"),
                number=True,
                strong=True,
            )
            if e.staple
            else Cell("–", small=voice.say("not converted: {why}", why=e.why), number=True)
        )
        date = month(voice, setting.date) if setting.date else voice._("no date")
        rows.append(
            (
                Cell(
                    date,
                    small=voice._("date of publication") if setting.dated_by == "published" else "",
                    href=links.get(w.report.id, ""),
                ),
                Cell(places_of(w.order, voice) or "–", small=kind_name(voice, w.order.kind).lower()),
                Cell(e.asked, small=e.reading),
                Cell(e.money or "–"),
                staple,
                Cell(str(rows_used) if rows_used else "–", small=near, number=True),
            )
        )
    heads = (
        voice._("Date"),
        voice._("Place"),
        voice._("What was asked, given or taken"),
        voice.say("In {money}", money=voice.money),
        voice.say("kg of {staple}", staple=voice.staple),
        voice._("Prices used"),
    )
    return Grid(heads, tuple(rows), "cards bt")


def burdens_note(voice: Voice) -> str:
    """How to read the table."""
    return voice.say(
        "“kg of {staple}”: central value, then the range. Cash runs over the lowest and highest price used, goods "
        "without a market price over "
        "their assumed ratio to the price of {staple}. Amounts are reported, prices and counts are data.",
        staple=voice.staple,
    )


def all_verdicts(voice: Voice, weighings: Sequence[OrderWeighing]) -> tuple[Verdict, ...]:
    """Checks over all orders that do not hold or stay open, in this order; those that hold are only counted above."""
    rank = {"does not": 0, "open": 1}
    found = [
        Verdict(v.verdict, v.word, v.title, v.text, about=heading(voice, w.report))
        for w in weighings
        for v in verdicts(voice, checks_of(w))
        if v.verdict in rank and v.title != voice._("How many pay or receive")
    ]
    return tuple(sorted(found, key=lambda v: rank[v.verdict])[:24])


def price_history(voice: Voice) -> Figured | None:
    """Every observation of the staple's price, on a scale of factors."""
    country = voice.country
    breaks = [b.date for b in country.money_breaks]
    since = max(breaks) if breaks else datetime.date.min
    rows: list[tuple[datetime.date, PriceRow]] = [
        (date, row)
        for row in country.prices
        if row.code == country.staple and row.currency == country.currency and row.unit == "kg"
        for date in [middle(row.date)]
        if date and date >= since
    ]
    if not rows:
        return None
    years: defaultdict[int, list[float]] = defaultdict(list)
    for date, row in rows:
        years[date.year].append(float(row.price))
    table = tuple(
        (
            Cell(str(year)),
            Cell(str(len(found)), number=True),
            Cell(f"{min(found):,.0f}", number=True),
            Cell(f"{median(found):,.0f}", number=True),
            Cell(f"{max(found):,.0f}", number=True),
        )
        for year, found in sorted(years.items())
    )
    heads = (voice._("Year"), voice._("Observations"), voice._("Lowest"), voice._("Median"), voice._("Highest"))
    last = max(date for date, _ in rows)
    drawing = scatter(
        [(date, float(row.price)) for date, row in rows],
        axis=voice.say("{money} a kilogram; each line is four times the last", money=voice.money),
        source=voice.say("Source: market observations, each in prices.csv{note}.", note=voice.note("prices")),
        label=voice.say(
            "Price of {staple} in {count} observations until {year}",
            staple=voice.staple,
            count=len(rows),
            year=last.year,
        ),
    )
    title = price_title(voice, years)
    sub = voice.say("Each dot is one market observation; {count} since {year}", count=len(rows), year=min(years))
    return Figured(title, sub, drawing, Grid(heads, table, ""))


def price_title(voice: Voice, years: Mapping[int, Sequence[float]]) -> str:
    """Say where the price stood in the first and the last year that have observations enough for a median."""
    full = sorted(year for year, found in years.items() if len(found) >= ENOUGH)
    if len(full) < 2:
        return voice.say("The price of {staple}", staple=voice.staple)
    text = voice._("A kilogram of {staple}: a median of {before} {money} in {first}, of {after} in {last}")
    first, last = full[0], full[-1]
    before, after = (f"{median(years[year]):,.0f}" for year in (first, last))
    return text.format(staple=voice.staple, before=before, money=voice.money, first=first, after=after, last=last)


def footer(voice: Voice, reports: Sequence[Report], links: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """Reports and data."""
    outlets = sorted({shown(r.outlet) for r in reports if r.outlet})
    dates = [r.published for r in reports if r.published]
    period = f", {day(voice, min(dates)[:4])}–{day(voice, max(dates)[:4])}" if dates else ""
    return (
        (
            voice._("Reports."),
            voice.say(
                "{count} reports{period}: {outlets}.", count=len(reports), period=period, outlets="; ".join(outlets)
            ),
            "",
        ),
        (voice._("Data."), data_line(voice.country, voice), ""),
        (
            voice._("Not counted."),
            voice._("Labour, and goods that no market prices; nothing is carried across a change of the currency."),
            "",
        ),
    )
