"""A report's text with every figure marked by what became of it, and a line for each that says why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.text import Text

from inminban.measures.table import reported_amount
from inminban.model.orders import UNEXPLAINED, Report, Term
from inminban.pages.terminal import console, grid
from inminban.pages.words import shown

STYLES = {
    "term": "bold green", "price": "bold cyan", "date": "blue", "leftover": "bold yellow", "rejected": "dim",
}  # fmt: skip
LEGEND = (
    ("term", "a figure of an order"),
    ("price", "a market price or rate"),
    ("date", "a day of an order"),
    ("leftover", "no term explains it: look here first"),
    ("rejected", "a number that is no figure of an order"),
)


class Fate(NamedTuple):
    """A stretch of the text, what became of it, and why."""

    start: int
    end: int
    what: str
    why: str


def print_explained(report: Report, dropped: Sequence[str] = ()) -> None:
    """Print the text with its figures coloured (and named in brackets, so that it reads without colours), then why."""
    out = console()
    found = fates(report)
    out.print(Text(" · ".join(p for p in (report.id, report.outlet, report.published) if p), style="bold"))
    out.print(coloured(report.text, found))
    out.print()
    table = grid(("words", "became", "why"))
    order = ("leftover", "term", "price", "date", "rejected")
    for fate in sorted(found, key=lambda f: (order.index(f.what), not f.why.startswith("doubtful"), f.start)):
        table.add_row(
            Text(f"“{shown(report.text[fate.start : fate.end])}”"), Text(fate.what, STYLES[fate.what]), Text(fate.why)
        )
    out.print(table)
    for what, meaning in LEGEND:
        out.print(Text(what, STYLES[what]) + Text(f": {meaning}", "dim"))
    if dropped:
        out.print(Text("\nLeft out of the page, as no part of the article:", style="bold"))
        for line in dropped:
            out.print(Text(f"  {shown(line)}", "dim"))


def coloured(text: str, found: Sequence[Fate]) -> Text:
    """The text with each stretch in its colour, in brackets with what it became."""
    shown_text, place = Text(), 0
    for fate in found:
        if fate.start < place:
            continue
        shown_text.append(shown(text[place : fate.start]))
        shown_text.append(f"[{shown(text[fate.start : fate.end])} → {fate.what}]", STYLES[fate.what])
        place = fate.end
    shown_text.append(shown(text[place:]))
    return shown_text


def fates(report: Report) -> list[Fate]:
    """What became of each figure and day of the text, in its order; the longer of two that begin together first."""
    return sorted({*of_terms(report), *of_rest(report)}, key=lambda f: (f.start, -f.end))


def of_terms(report: Report) -> Iterator[Fate]:
    """Terms, the places that say them again, and days."""
    for order in report.orders:
        for term in order.terms:
            if term.start is not None and term.end is not None:
                yield Fate(term.start, term.end, "term", why_of(order.kind, term))
                for again in term.mentions:
                    yield Fate(again.start, again.end, "term", f"says again: {reported_amount(term)} {term.item or ''}")
        for mark in order.evidence:
            if mark.field in ("issued", "due", "start", "end"):
                yield Fate(mark.start, mark.end, "date", f"{order.kind}: {mark.field} {getattr(order, mark.field)}")


def why_of(kind: str, term: Term) -> str:
    """A term in a line, what is doubtful of it first."""
    parts = [f"{kind}: {term.role}", reported_amount(term), term.item or "", f"per {term.per}" if term.per else ""]
    told = " ".join(p for p in parts if p) + (f", every {term.every}" if term.every not in (None, "once") else "")
    readings = "; or ".join(r.why or "another reading" for r in term.readings)
    return (f"doubtful, {term.doubt}: " if term.doubt else "") + told + (f" ({readings})" if readings else "")


def of_rest(report: Report) -> Iterator[Fate]:
    """Prices, and the numbers that nothing explains."""
    for price in report.prices:
        if price.start is not None and price.end is not None:
            place = f" in {price.place}" if price.place else ""
            sums = f"{price.price:,}" + (f" to {price.price_max:,}" if price.price_max is not None else "")
            told = f"{price.item}: {sums} {price.currency} a {price.unit}{place}"
            yield Fate(price.start, price.end, "price", told)
    for left in report.leftover:
        what = "leftover" if left.why == UNEXPLAINED else "rejected"
        yield Fate(left.start, left.end, what, left.why)
