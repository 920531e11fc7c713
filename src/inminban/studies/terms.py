"""Which terms of an order can run, by the country's table, and what they come to in whole base units."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from inminban.errors import InputError
from inminban.measures.burden import item_of, mass_of, quantity_of
from inminban.measures.weigh import with_both_bases
from inminban.model.country import Country
from inminban.model.items import BASE, Item
from inminban.model.orders import Order, Report, Term, read_as, readings_of
from inminban.model.source import Source

MONEY = "money"
FOREIGN = "foreign money"
GRAMS = 1000
ANY = "*"
EVIDENCE = frozenset(("received", "bribe", "fine", "headcount", "confiscated", "stall_tax"))
GOODS = ("due", "entitlement", "supply")


@dataclass(frozen=True, slots=True)
class Left:
    """A term, or an order where `term` is empty, that does not run: what it is, why, and what to do."""

    order: str
    term: str
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.term or self.order} ({self.what}): {self.why}"


@dataclass(frozen=True, slots=True)
class Amount:
    """What one term asks or gives of an item, in whole base units for one `per`, and what it was worked out from."""

    term: Term
    item: Item
    base: int
    per: str
    sources: tuple[Source, ...]
    notes: tuple[str, ...] = ()


def family_of(country: Country, term: Term) -> str:
    """Family of what the term is about; a word that is no item of the table stands for itself."""
    item = item_of(country, term)
    if item is None:
        return term.item or ""
    return FOREIGN if item.family == MONEY and item.code != country.currency else item.family


@cache
def rules(path: Path) -> tuple[dict[str, str], ...]:
    """Rows of the table of what can run; the first that fits counts."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return tuple(csv.DictReader(file))
    except FileNotFoundError:
        raise InputError("the country folder lacks this table", where=str(path)) from None


def can_run(country: Country, kind: str, term: Term | None = None) -> tuple[str, str]:
    """Look up whether a term runs (yes, once, no), or an order of the kind as a whole (assume), and why not."""
    if term is None:
        asked = {"kind": kind, "role": "order", "per": "", "every": "", "family": ""}
    else:
        asked = {
            "kind": kind,
            "role": term.role,
            "per": term.per or "total",
            "every": term.every or "once",
            "family": family_of(country, term),
        }
    for row in rules(country.folder / "can_run.csv"):
        if all(row[field] == ANY or value in row[field].split("|") for field, value in asked.items()):
            return row["runs"], row["why"].format(**asked)
    return "no", "no row of can_run.csv fits"


def what(order: Order, term: Term | None = None) -> str:
    """Name a term, or an order, in its own words."""
    if term is None:
        return " ".join(part for part in (order.kind, "by" if order.issuer else "", order.issuer) if part)
    amount = f"{term.amount:,}" if term.amount is not None else "no amount"
    parts = (term.role.replace("_", " "), amount, term.unit, term.item, f"per {term.per}" if term.per else "")
    return " ".join(part for part in parts if part)


def left(order: Order, term: Term | None, why: str) -> Left:
    """Note what does not run."""
    return Left(order.id or "", (term.id or "") if term else "", what(order, term), why)


def base_unit(item: Item) -> str:
    """Base unit that the engine counts an item in."""
    return {"mass": "g", "volume": "ml"}.get(item.family) or BASE.get(item.unit, (item.unit, Fraction(1)))[0]


def base_units(unit: str) -> Fraction:
    """Base units in what a row's unit begins with: kg/hour, kg/household/year."""
    return BASE.get(unit.split("/")[0], (unit, Fraction(1)))[1]


def amount_of(country: Country, order: Order, term: Term) -> Amount | Left:
    """Work out the amount of a term that can run, in whole base units of its item; else why it does not run."""
    item = item_of(country, term)
    runs, why = can_run(country, order.kind, term)
    if item is None and term.role in GOODS:
        return left(order, term, f"“{term.item or ''}” is no item of items.csv")
    if item is None or runs == "no":
        return left(order, term, why)
    if term.amount is None:
        return left(order, term, "no amount is reported")
    quantity = quantity_of(country, term, item)
    unit, value = quantity.unit, quantity.value.central
    if item.family == "mass" and unit == "ml" and (mass := mass_of(country, item, quantity)):
        unit, value = "g", mass.value.central * GRAMS
    if unit != base_unit(item):
        return left(order, term, f"told in {unit}: how much {base_unit(item)} that is, is in no table")
    whole = round(value)
    if whole < 1:
        return left(order, term, "comes to nothing")
    notes = [f"{what(order, term)}: taken as {whole:,} {unit}, {quantity.varies} not varied"] if quantity.varies else []
    notes += [f"{what(order, term)}: {why}"] if why else []
    return Amount(term, item, whole, term.per or "total", quantity.sources, tuple(notes))


def read(country: Country, order: Order, readings: Mapping[str, str]) -> tuple[tuple[Term, ...], tuple[str, ...]]:
    """Read the terms as asked for, else as chosen in the record, else as they stand; and tell what was left open."""
    both = with_both_bases(country, order)
    taken: dict[str, str] = {}
    for number, term in enumerate(both.terms):
        if term.chosen is not None and term.readings:
            reading = term.readings[term.chosen]
            taken[reading.about or f"term {number + 1}"] = reading.id or str(term.chosen)
    taken |= readings
    terms = tuple(read_as(term, number, taken) for number, term in enumerate(both.terms))
    notes = tuple(
        f"{order.id}: {about} is open ({' · '.join(answers)}); taken as the record stands"
        for about, answers in questions(country, order).items()
        if about not in taken and about != "basis"
    )
    return terms, notes


def questions(country: Country, order: Order) -> dict[str, tuple[str, ...]]:
    """Every question that an order leaves open, and its answers."""
    found: dict[str, list[str]] = {}
    for labels, _ in readings_of(with_both_bases(country, order)):
        for label in labels:
            if label.about and label.id and label.id not in found.setdefault(label.about, []):
                found[label.about].append(label.id)
    return {about: tuple(answers) for about, answers in found.items()}


def check_readings(country: Country, orders: tuple[Order, ...], readings: Mapping[str, str]) -> None:
    """Refuse an answer that no order's reading gives."""
    open_to: dict[str, list[str]] = {}
    for order in orders:
        for about, answers in questions(country, order).items():
            open_to.setdefault(about, []).extend(answers)
    for about, answer in readings.items():
        if answer not in open_to.get(about, ()):
            known = "; ".join(f"{a}: {', '.join(dict.fromkeys(ids))}" for a, ids in open_to.items())
            raise InputError(
                f"no reading of the orders answers “{about}” with “{answer}”",
                field="readings",
                hint=f"Open are: {known}" if known else "The orders leave nothing open",
            )


def forbids_siphoning(country: Country, report: Report) -> bool:
    """Whether one sentence of the report says that taking from the goods is forbidden."""
    patterns = {
        kind: re.compile(
            "|".join(
                rf"\b(?:{row['words']})\b" if row["lang"] == "en" else f"(?:{row['words']})"
                for row in country.words("siphon")
                if row["what"] == kind
            ),
            re.IGNORECASE,
        )
        for kind in ("taking", "forbidden")
    }
    sentences = re.split(r"(?<=[.!?。])\s|\n", report.text)
    return any(all(p.search(sentence) for p in patterns.values()) for sentence in sentences)
