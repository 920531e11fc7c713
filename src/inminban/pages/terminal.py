"""Records and weighings as tables in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from inminban.measures.hang import checks_of
from inminban.measures.range import Figure, between, short
from inminban.measures.table import label_of, reported_amount
from inminban.measures.weigh import OrderWeighing
from inminban.model.orders import UNEXPLAINED, Order, Report, Term

WIDTH = 120

FIGURES = (
    ("goods", "goods a household", "kg"),
    ("food_days", "food for a household", "days"),
    ("goods_total", "goods for the place", "t"),
    ("wagons", "wagons", ""),
    ("basket", "goods at market prices", ""),
    ("basket_staple", "… in the staple", "kg"),
    ("money", "cash a household", ""),
    ("money_staple", "… in the staple", "kg"),
    ("money_total", "cash for the place", ""),
    ("premium", "cash ÷ goods it replaces", "times"),
    ("units", "people's units", ""),
    ("income_median@1", "of a median month, income scale 1", "%"),
    ("income_median@0.4", "of a median month, income scale 0.4", "%"),
    ("income_bottom@1", "of the poorest fifth's month, scale 1", "%"),
    ("income_bottom@0.4", "of the poorest fifth's month, scale 0.4", "%"),
    ("income_wage", "state wages", "months"),
)


MONEY = ("basket", "money", "money_total")


def console() -> Console:
    """Return a console on stdout that keeps its width when piped and never reads markup out of a report."""
    found = Console(highlight=False, markup=False, soft_wrap=False)
    return found if found.is_terminal else Console(highlight=False, markup=False, width=WIDTH)


def grid(columns: Sequence[str]) -> Table:
    """Return an empty table in the house style."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def sure(term: Term) -> str:
    """Confidence in a term, where it was measured."""
    return "" if term.confidence is None else f" (confidence {term.confidence:.0%})"


def print_report(report: Report) -> None:
    """Print a record: what was ordered first, then prices, and what no term explains at the end."""
    out = console()
    head = " · ".join(p for p in (report.id, report.outlet, report.published) if p)
    out.print(Text(head, style="bold"))
    doubtful = sorted((t for o in report.orders for t in o.terms if t.doubt), key=lambda t: t.confidence or 1.0)
    if doubtful or report.leftover or report.refused:
        out.print(Text("To look at first:", style="bold"))
    for term in doubtful:
        out.print(
            Text(f"  “{term.quote}”: {term.role} {reported_amount(term)} {term.item or ''}: {term.doubt}{sure(term)}")
        )
    for refused in report.refused:
        out.print(Text(f"  refused, {refused.what} “{refused.said}”: {refused.why}"))
    for left in sorted(report.leftover, key=lambda x: (x.why != UNEXPLAINED, x.start)):
        out.print(Text(f"  “{left.quote}” at {left.start}: {left.why}"))
    for order in report.orders:
        print_order(out, order)
    if report.prices:
        table = grid(("price", "a unit", "place", "date", "words"))
        for price in report.prices:
            highest = f"–{price.price_max:,}" if price.price_max is not None else ""
            amount = f"{price.price:,}{highest} {price.currency}"
            table.add_row(
                f"{price.item} {amount}", price.unit, price.place or "", price.date or "", Text(f"“{price.quote}”")
            )
        out.print(table)
    out.print()


def print_order(out: Console, order: Order) -> None:
    """Print one order: kind, issuer, places, dates, then its terms."""
    places = "; ".join(f"{p.name}{f' ({p.place})' if p.place else ''}" for p in order.places) or "no place named"
    dates = ", ".join(f"{f} {v}" for f in ("issued", "due", "start", "end") if (v := getattr(order, f)))
    out.print(Text(f"\n{order.kind} · {order.issuer or 'issuer not named'} · {places} · {dates or 'no date'}"))
    if not order.terms:
        out.print(Text("  no figure and no good is named"))
        return
    table = grid(("role", "item", "amount", "per", "every", "words"))
    for term in order.terms:
        table.add_row(
            term.role,
            term.item or "",
            reported_amount(term),
            term.per or "",
            term.every or "",
            Text(f"“{term.quote}”" if term.quote else ""),
        )
        for number, reading in enumerate(term.readings):
            changes = ", ".join(f"{k} {v}" for k, v in reading.changes.items())
            taken = "chosen: " if term.chosen == number else "or: "
            table.add_row("", "", "", Text(f"{taken}{changes}", style="dim"), "", Text(reading.why or "", style="dim"))
    out.print(table)


def print_weighing(weighing: OrderWeighing) -> None:
    """Print one weighing: a column a reading, then whether the figures hang together, then the prices used."""
    out = console()
    setting = weighing.setting
    when = f"{setting.date} ({setting.dated_by})" if setting.date else "no date with a year"
    out.print(
        Text(
            f"{weighing.order.id} · {weighing.order.kind} · {setting.label or 'place not known'} · {when}", style="bold"
        )
    )
    if not weighing.sized:
        out.print(Text("  no figure is reported: nothing in it can be sized\n"))
        return
    labels = [label_of(r.labels) or "as reported" for r in weighing.readings]
    table = grid(("", *labels, "range over"))
    for name, words, told_in in FIGURES:
        figures = [r.figures.get(name) for r in weighing.readings]
        unit = told_in or (setting.country.currency if name in MONEY else "")
        if any(figures):
            cells = [f"{amount(f, unit)} {unit}".strip() if f else "" for f in figures]
            table.add_row(words, *cells, next(f.varies for f in figures if f))
    if table.row_count:
        out.print(table)
    for term in weighing.readings[0].terms:
        for why in term.why:
            out.print(Text(f"  {term.term.item or ''} {reported_amount(term.term)}: {why}"))
    for check in checks_of(weighing):
        out.print(Text(f"  {check.verdict}: {check.title}. {check.text}"))
    for price in weighing.prices:
        for source in price.sources:
            out.print(Text(f"  price: {source.what}; {source.detail} [{source.ref}]"))
    out.print()


def amount(figure: Figure, unit: str) -> str:
    """Central value with its range behind it where it has one; shares as percent."""
    scale = 100 if unit == "%" else 1
    value = figure.value
    middle = short(value.central * scale)
    return middle if value.known else f"{middle} ({between(value.low * scale, value.high * scale)})"
