"""Weighings as tables: one row a term and reading for `burdens.csv`, plain data for JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from inminban.measures.burden import TermWeighing
from inminban.measures.hang import checks_of
from inminban.measures.range import Figure, rounded
from inminban.measures.weigh import OrderWeighing, ReadingWeighing
from inminban.model.items import BASE
from inminban.model.orders import Reading, Term

Cell = str | int | float | None

RANGES = ("quantity", "mass_kg", "worth", "staple_kg", "income_days", "total")
COLUMNS = (
    "report outlet published order kind issuer place place_id place_precision date date_precision date_from due "
    "term role reading item amount amount_max unit per every basis approx alternative hedge attribution weighed_per "
    + " ".join(f"{name}_{end}" for name in RANGES for end in ("low", "central", "high"))
    + " quantity_unit total_unit currency premium_low premium_central premium_high price_rows price_near "
    "reported data assumed not_converted quote quote_start quote_end url"
).split()

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def rows_of(weighings: Iterable[OrderWeighing]) -> Iterator[dict[str, Cell]]:
    """Make the rows of `burdens.csv`: one a term, several where its readings weigh differently."""
    for weighing in weighings:
        for place, _ in enumerate(weighing.order.terms):
            seen: list[tuple[TermWeighing, ReadingWeighing]] = []
            for reading in weighing.readings:
                weighed = reading.terms[place]
                if all((weighed.term, premium_of(weighed, reading)) != (w.term, premium_of(w, r)) for w, r in seen):
                    seen.append((weighed, reading))
            for weighed, reading in seen:
                yield row_of(weighing, reading, weighed, open_reading=len(seen) > 1)


def premium_of(weighed: TermWeighing, reading: ReadingWeighing) -> Figure | None:
    """Premium of cash in lieu; other terms have none."""
    return reading.figures.get("premium") if weighed.term.role == "cash_in_lieu" else None


def row_of(
    weighing: OrderWeighing, reading: ReadingWeighing, weighed: TermWeighing, *, open_reading: bool
) -> dict[str, Cell]:
    """Make one row; an empty cell means that the report or the data do not tell."""
    report, order, setting, term = weighing.report, weighing.order, weighing.setting, weighed.term
    ranges = {
        "quantity": weighed.quantity,
        "mass_kg": weighed.mass,
        "worth": weighed.worth,
        "staple_kg": weighed.staple,
        "income_days": weighed.income,
        "total": weighed.total,
        "premium": premium_of(weighed, reading),
    }
    sources = dict.fromkeys(s for figure in ranges.values() if figure for s in figure.sources)
    kinds = [s.kind for s in sources]
    used = [
        p
        for p in (weighed.price, setting.staple if weighed.staple else None)
        if p and (weighed.worth or weighed.staple)
    ]
    prices = [r.id for p in used for r in p.rows]
    row: dict[str, Cell] = {
        "report": report.id,
        "outlet": report.outlet,
        "published": report.published,
        "order": order.id,
        "kind": order.kind,
        "issuer": order.issuer,
        "place": setting.label or "; ".join(p.name for p in order.places),
        "place_id": " ".join(p.id for p in setting.places),
        "place_precision": " ".join(dict.fromkeys(p.level for p in setting.places)) or "none",
        "date": setting.date,
        "date_precision": setting.date_precision,
        "date_from": setting.dated_by,
        "due": order.due,
        "reading": label_of(reading.labels) if open_reading else None,
        **told(term),
        "weighed_per": weighed.per if weighed.quantity else None,
        "quantity_unit": weighed.quantity.unit if weighed.quantity else None,
        "currency": setting.country.currency if weighed.worth else None,
        "total_unit": weighed.total.unit if weighed.total else None,
        "price_rows": " ".join(dict.fromkeys(prices)),
        "price_near": used[0].nearness if prices else None,
        **{kind: kinds.count(kind) for kind in ("reported", "data", "assumed")},
        "not_converted": "; ".join(weighed.why),
        "url": report.url,
    }
    for name, figure in ranges.items():
        row |= ends(name, figure)
    return {column: row.get(column) for column in COLUMNS}


def told(term: Term) -> dict[str, Cell]:
    """Cells that stand in the report."""
    return {
        "term": term.id,
        "role": term.role,
        "item": term.item,
        "amount": term.amount,
        "amount_max": term.amount_max,
        "unit": term.unit,
        "per": term.per,
        "every": term.every,
        "basis": term.basis,
        "approx": "yes" if term.approx else None,
        "alternative": "yes" if term.alternative else None,
        "hedge": term.hedge,
        "attribution": term.attribution,
        "quote": term.quote,
        "quote_start": term.start,
        "quote_end": term.end,
    }


def ends(name: str, figure: Figure | None) -> dict[str, Cell]:
    """Three cells of a range."""
    if figure is None:
        return {}
    value = figure.value
    return {f"{name}_{end}": rounded(getattr(value, end)) for end in ("low", "central", "high")}


def to_csv(rows: Iterable[dict[str, Cell]]) -> str:
    """Write rows as CSV; a text that a spreadsheet would take for a formula gets a leading apostrophe."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: harmless(cell) for name, cell in row.items()})
    return out.getvalue()


def harmless(cell: Cell) -> Cell:
    """Keep a spreadsheet from running a text as a formula; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def plain(weighing: OrderWeighing) -> dict[str, Any]:
    """Return the weighing as plain data for JSON."""
    setting = weighing.setting
    return {
        "report": weighing.report.id,
        "order": weighing.order.id,
        "kind": weighing.order.kind,
        "place": setting.label,
        "place_ids": [p.id for p in setting.places],
        "date": setting.date,
        "date_precision": setting.date_precision,
        "date_from": setting.dated_by,
        "sized": weighing.sized,
        "readings": [
            {
                "reading": label_of(reading.labels),
                "figures": {name: figure.plain() for name, figure in reading.figures.items()},
                "terms": [plain_term(term) for term in reading.terms],
            }
            for reading in weighing.readings
        ],
        "checks": [{"verdict": c.verdict, "title": c.title, "text": c.text} for c in checks_of(weighing)],
        "prices": [
            {"item": p.item, "rows": [r.id for r in p.rows], "near": p.nearness, "window": p.window, "why": p.why}
            for p in weighing.prices
        ],
    }


def plain_term(weighed: TermWeighing) -> dict[str, Any]:
    """Return one term as plain data."""
    figures = {
        name: getattr(weighed, name) for name in ("quantity", "mass", "energy", "worth", "staple", "income", "total")
    }
    return {
        "term": weighed.term.id,
        "per": weighed.per,
        **{name: figure.plain() for name, figure in figures.items() if figure is not None},
        "why": list(weighed.why),
    }


def label_of(labels: Sequence[Reading]) -> str:
    """Name a joint reading: `scope: oil per person`; empty where nothing is open."""
    return "; ".join(f"{r.about}: {r.id}" if r.about and r.id else r.id or r.about or "" for r in labels)


def reported_amount(term: Term) -> str:
    """Amount as the report has it: `7 kg`, `8–15 kg`, `no figure`."""
    if term.amount is None:
        return "no figure"
    amount = f"{term.amount:,}" + (f"–{term.amount_max:,}" if term.amount_max is not None else "")
    return f"{amount} {term.unit}" if term.unit else amount


def in_unit(figure: Figure, unit: str) -> Fraction:
    """Central value of a quantity in another unit of the same base."""
    return figure.value.central / BASE[unit][1]
