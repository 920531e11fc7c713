"""The chart of one order: wagons against a train, or what it is worth in the staple."""

from __future__ import annotations

from fractions import Fraction

from inminban.measures.burden import TermWeighing
from inminban.measures.range import Range, between, short
from inminban.measures.weigh import OrderWeighing
from inminban.pages.charts import Bar, intervals
from inminban.pages.page import Cell, Figured, Grid
from inminban.pages.readings import name_of
from inminban.pages.words import Voice, amount, each, month, places_of, shown, span_of

GOODS, MONEY = 1, 4
MOST_BARS = 12


def figure(voice: Voice, weighing: OrderWeighing) -> Figured | None:
    """The chart that suits the order: wagons against a train, or kilograms of the staple by reading."""
    if weighing.order.kind == "relief" and weighing.range_of("wagons") and weighing.comparable:
        return wagons_figure(voice, weighing)
    bars = staple_bars(voice, weighing)
    if not bars:
        return None
    label = voice.say("Kilograms of {staple}: ", staple=voice.staple) + "; ".join(f"{b.label} {b.told}" for b in bars)
    drawing = intervals(
        bars,
        axis=voice.say("kilograms of {staple}, a household or the payer named", staple=voice.staple),
        source=source_line(voice, weighing),
        label=label,
    )
    head = voice.say("What it is worth in {staple}", staple=voice.staple)
    sub = voice._("Dot: the central value; line: the range of the prices used, or of the assumed price")
    rows = tuple(
        (Cell(b.label), Cell(b.told, number=True), Cell(between(Fraction(b.low), Fraction(b.high)), number=True))
        for b in bars
    )
    heads = (voice._("Amount"), voice.say("kg of {staple}", staple=voice.staple), voice._("Range"))
    return Figured(head, sub, drawing, Grid(heads, rows, ""))


def staple_bars(voice: Voice, weighing: OrderWeighing) -> list[Bar]:
    """A bar a reading for cash and goods of a household, and a bar a term that counts for another payer."""
    bars: list[Bar] = []
    several = len(weighing.readings) > 1
    for reading in weighing.readings if weighing.comparable else ():
        for name, words in (("basket_staple", voice._("Goods at market prices")), ("money_staple", voice._("Cash"))):
            found = reading.figures.get(name)
            cash = name == "money_staple"
            text = (
                f"{words}, {name_of(voice, reading)[:1].lower()}{name_of(voice, reading)[1:]}"
                if several and cash
                else words
            )
            if found and all(b.label != text for b in bars):
                bars.append(bar(text, found.value, series=MONEY if cash else GOODS, is_open=several and cash))
    bars.extend(
        bar(f"{amount(voice, weighed.term)}, {each(voice, weighed.term.per)}", weighed.staple.value)
        for weighed in weighing.readings[0].terms
        if weighed.per != "household" and weighed.staple and weighed.term.amount
    )
    return bars[:MOST_BARS]


def bar(label: str, value: Range, *, series: int = GOODS, is_open: bool = False) -> Bar:
    """Make a bar of a range."""
    return Bar(label, float(value.low), float(value.central), float(value.high), short(value.central), series, is_open)


def wagons_figure(voice: Voice, weighing: OrderWeighing) -> Figured:
    """Wagons that each reading fills, the staple alone and the whole list, against one train."""
    country = weighing.setting.country
    train = country.parameters["train_wagons"]
    box = next(c for c in country.containers if c.name == "wagon, load")
    bars, rows = wagon_bars(voice, weighing)
    words = voice.say("one train as observed: {low}–{high} wagons", low=train.low, high=train.high)
    drawing = intervals(
        bars,
        axis=voice.say(
            "wagons; dot: {load} t a wagon, line: whole range, {high} to {low} t a wagon",
            load=box.quantity,
            low=box.low,
            high=box.high,
        ),
        source=source_line(voice, weighing),
        label=voice._("Wagons by goods and reading: ") + "; ".join(f"{b.label} {b.told}" for b in bars),
        band=(float(train.low or 0), float(train.high or 0), words),
    )
    head = fit(voice, bars, float(train.high or 0))
    heads = (voice._("Goods and reading"), voice._("Tonnes"), voice._("Wagons"), voice._("Range"))
    sub = voice.say(
        "Wagons needed for {place}, by goods and reading",
        place=places_of(weighing.order, voice) or weighing.setting.label,
    )
    return Figured(head, sub, drawing, Grid(heads, tuple(rows), ""))


def fit(voice: Voice, bars: list[Bar], train: float) -> str:
    """Say what fits on one train over its whole range, and what does not."""
    fits = [b.label for b in bars if b.high <= train]
    if len(fits) == len(bars):
        return voice._("It fits on one train") if len(bars) == 1 else voice._("Every reading fits on one train")
    if fits:
        return voice.say("What fits on one train: {what}", what="; ".join(f[:1].lower() + f[1:] for f in fits))
    if all(b.low > train for b in bars):
        return voice._("It does not fit on one train") if len(bars) == 1 else voice._("No reading fits on one train")
    return voice._("Whether it fits on one train is open")


def wagon_bars(voice: Voice, weighing: OrderWeighing) -> tuple[list[Bar], list[tuple[Cell, ...]]]:
    """Bars and rows of the wagons, those that differ, smallest first."""
    box = next(c for c in weighing.setting.country.containers if c.name == "wagon, load")
    load = Range(Fraction(box.low), Fraction(box.quantity), Fraction(box.high))
    found: dict[str, Range] = {}
    several = len(weighing.readings) > 1
    for reading in weighing.readings:
        name = f", {name_of(voice, reading).lower()}" if several else ""
        total = reading.figures.get("goods_total")
        if total:
            found[voice._("Whole list") + name] = total.value
        alone = next((t for t in reading.terms if is_staple(weighing, t)), None)
        if alone and alone.total and len(reading.terms) > 1:
            tonnes = alone.total.value / 1_000_000
            label = voice.say(
                "{staple} alone, {whom}", staple=voice.staple.capitalize(), whom=each(voice, alone.term.per)
            )
            found.setdefault(label, tonnes)
    ordered = sorted(found.items(), key=lambda pair: pair[1].central)
    bars = [bar(label, value / load) for label, value in ordered]
    rows: list[tuple[Cell, ...]] = [
        (
            Cell(label),
            Cell(short(value.central), number=True),
            Cell(short((value / load).central), number=True),
            Cell(span_of(value / load), number=True),
        )
        for label, value in ordered
    ]
    return bars, rows


def is_staple(weighing: OrderWeighing, weighed: TermWeighing) -> bool:
    """Whether a term gives the staple."""
    return weighed.term.item == weighing.setting.country.staple and weighed.term.role in ("entitlement", "received")


def source_line(voice: Voice, weighing: OrderWeighing) -> str:
    """Source line inside a chart."""
    outlet = shown(weighing.report.outlet) or voice._("report")
    parts = [f"{outlet}, {month(voice, weighing.report.published)} ({voice._('amounts')})"]
    if weighing.setting.counted:
        year = weighing.setting.country.settings["census_year"]
        parts.append(voice.say("census of {year} (households, persons)", year=year))
    staple = weighing.setting.staple
    if staple.rows:
        parts.append(
            voice.say("{count} observations of the price of {staple}", count=len(staple.rows), staple=voice.staple)
        )
    return voice._("Source: ") + "; ".join(parts) + ". " + voice._("Counted, not simulated.")
