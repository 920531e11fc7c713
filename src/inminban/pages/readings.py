"""The table of readings: a column for each way to understand the words, a row for each figure."""

from __future__ import annotations

from inminban.measures.range import short
from inminban.measures.weigh import OrderWeighing, ReadingWeighing
from inminban.pages.page import Cell, Grid, Notes
from inminban.pages.words import Voice, amount, each, percent, shown, span_of, spelled

ROWS = (
    ("goods", "Goods for a mean household", "kg"),
    ("food_days", "Days of food", "days"),
    ("goods_total", "Goods for the place", "t"),
    ("wagons", "Wagons", ""),
    ("trains", "Trains", ""),
    ("basket", "Goods at market prices", "money"),
    ("money", "Cash for a household", "money"),
    ("money_staple", "What the cash would buy", "staple"),
    ("money_total", "Cash for the place", "money"),
    ("premium", "Cash over the goods it replaces", "×"),
    ("income_median@1", "Of a median month’s income", "%"),
    ("income_median@0.4", "… if incomes were 0.4 of the surveys’", "%"),
    ("income_bottom@1", "Of the poorest fifth’s month", "%"),
    ("income_bottom@0.4", "… if incomes were 0.4 of the surveys’", "%"),
    ("income_wage", "State wages of a month", ""),
    ("units", "People’s units in the place", ""),
)
STRONG = ("food_days", "money_staple", "premium")


def food_period(weighing: OrderWeighing) -> str | None:
    """How often the food of an order comes, where all of it comes alike."""
    terms = [t.term for t in weighing.readings[0].terms if t.energy and t.per == "household"]
    periods = {t.every or "once" for t in terms if t.role in ("entitlement", "received")}
    return periods.pop() if len(periods) == 1 else None


def readings_title(voice: Voice, count: int) -> str:
    """Head the table of readings."""
    if count == 1:
        return voice._("What it comes to")
    text = voice.say("{count} ways to read it", count=spelled(voice, count))
    return text[:1].upper() + text[1:]


def readings_text(voice: Voice, weighing: OrderWeighing) -> str:
    """Say what is open."""
    why = dict.fromkeys(r.why for t in weighing.order.terms for r in t.readings if r.why)
    about = {"scope": voice._("for whom the amounts count"), "basis": voice._("what the cash replaces")}
    names = dict.fromkeys(about.get(r.about or "", r.about or "") for t in weighing.order.terms for r in t.readings)
    text = voice.say(
        "The words leave open {question}.",
        question=", ".join(n for n in names if n) or voice._("how an amount is meant"),
    )
    tail = shown("; ".join(why)) if 0 < len(why) <= 2 else ""
    return f"{text} {tail[:1].upper()}{tail[1:]}." if tail else text


def closest(weighing: OrderWeighing) -> int | None:
    """Number of the reading that stands closest to the words: the one whose terms are the order's own."""
    for place, reading in enumerate(weighing.readings):
        if all(
            a.term.per == b.per and a.term.amount == b.amount
            for a, b in zip(reading.terms, weighing.order.terms, strict=True)
        ):
            if any(t.basis == "unknown" for t in weighing.order.terms):
                return None
            return place
    return None


def name_of(voice: Voice, reading: ReadingWeighing) -> str:
    """Name a reading by its answers."""
    basis = {"whole": voice._("replacing all of it"), "each item": voice._("once for each item")}
    names = []
    for answer in reading.labels:
        if answer.basis:
            names.append(basis.get(answer.basis, answer.basis))
        elif answer.about and answer.id:
            names.append(shown(answer.id))
        else:
            names.append(", ".join(f"{k} {v}" for k, v in answer.changes.items()) or voice._("as it stands"))
    text = "; ".join(names) or voice._("As reported")
    return text[:1].upper() + text[1:]


def readings_grid(voice: Voice, weighing: OrderWeighing, notes: Notes) -> Grid | None:
    """A column a reading, a row a figure."""
    rows: list[tuple[Cell, ...]] = []
    for name, words, unit in ROWS:
        found = [r.figures.get(name) for r in weighing.readings]
        if not any(found) or (name in ("wagons", "trains") and weighing.order.kind != "relief"):
            continue
        cells = []
        for one in found:
            if one is None:
                cells.append(Cell("–"))
                continue
            text = percent(one.value) if unit == "%" else f"{short(one.value.central)}{in_unit(voice, unit)}"
            small = "" if one.value.known or unit == "%" else span_of(one.value)
            cells.append(Cell(text, small=small, strong=name in STRONG))
        first = next(f for f in found if f)
        rows.append(
            (
                Cell(voice._(words), small=voice._(first.varies) if first.varies else "", marks=notes.marks(first)),
                *cells,
            )
        )
    rows += term_rows(voice, weighing, notes)
    if not rows:
        return None
    heads = ("", *(name_of(voice, r) for r in weighing.readings))
    return Grid(heads, tuple(rows), "rd", closest(weighing) if len(weighing.readings) > 1 else None)


def term_rows(voice: Voice, weighing: OrderWeighing, notes: Notes) -> list[tuple[Cell, ...]]:
    """Rows of terms that are told for one payer, and so are in no total."""
    rows = []
    for place, weighed in enumerate(weighing.readings[0].terms):
        if weighed.per == "household" or not weighed.staple or not weighed.term.amount:
            continue
        told = [r.terms[place] for r in weighing.readings]
        text = voice.say("{amount}, {whom}", amount=amount(voice, weighed.term), whom=each(voice, weighed.term.per))
        cells = tuple(
            Cell(f"{short(t.staple.value.central)} kg", small=span_of(t.staple.value)) if t.staple else Cell("–")
            for t in told
        )
        rows.append(
            (Cell(text, small=voice.say("in {staple}", staple=voice.staple), marks=notes.marks(weighed.staple)), *cells)
        )
    return rows


def in_unit(voice: Voice, unit: str) -> str:
    """Unit behind a number."""
    if unit == "money":
        return f" {voice.money}"
    if unit == "staple":
        return voice.say(" kg of {staple}", staple=voice.staple)
    return f" {unit}" if unit else ""
