"""Do an order's figures hang together: with each other, with the place, with what a train or a winter takes?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Literal

from inminban.measures.burden import EACH, TermWeighing
from inminban.measures.range import Range, between, short
from inminban.measures.weigh import OrderWeighing
from inminban.model.source import Source

Verdict = Literal["holds", "does not", "open"]

TIMES_A_YEAR = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}
SLACK = Fraction(1, 10)
WHOLE_ROLES = {"due", "entitlement", "received", "supply"}


@dataclass(frozen=True)
class Check:
    """One question put to the figures of an order.

    `title` and `template` are English texts for translation; `values` fill the template's places.
    """

    verdict: Verdict
    title: str
    template: str
    values: dict[str, str]
    sources: tuple[Source, ...] = ()

    @property
    def text(self) -> str:
        """Return the answer in English."""
        return self.template.format(**self.values)


def N_(text: str) -> str:  # noqa: N802
    """Mark a text for translation; pages translate it when they show it."""
    return text


def checks_of(weighing: OrderWeighing) -> tuple[Check, ...]:
    """Put every question that the order's figures allow, in a fixed order."""
    return tuple(check for ask in QUESTIONS for check in ask(weighing))


def as_it_stands(weighing: OrderWeighing) -> tuple[TermWeighing, ...]:
    """Terms of the reading that is closest to the words: that whose terms are the order's own."""
    own = next(
        (r for r in weighing.readings if tuple(t.term for t in r.terms) == weighing.order.terms), weighing.readings[0]
    )
    return own.terms


def close(left: Range, right: Range) -> bool:
    """Whether two ranges overlap within a tenth."""
    return left.low * (1 - SLACK) <= right.high and right.low * (1 - SLACK) <= left.high


def amount_of(weighed: TermWeighing) -> str:
    """Name the item and its amount: `scrap paper 3 kg`, `rabbit skin 5`."""
    term = weighed.term
    unit = "" if term.unit in ("piece", None, term.item) else f" {term.unit}"
    return f"{term.item or ''} {term.amount:,}{unit}".strip()


def tell(value: Range, unit: str) -> str:
    """Write a quantity in tonnes or kilograms where it is told in grams."""
    scales = {"g": ((1_000_000, "t"), (1000, "kg"))}
    for scale, name in scales.get(unit, ()):
        if value.high >= scale:
            return f"{between(value.low / scale, value.high / scale)} {name}"
    return f"{between(value.low, value.high)} {unit}"


def train(weighing: OrderWeighing) -> Iterator[Check]:
    """Does the relief listed fit on one train?"""
    found = weighing.range_of("wagons")
    row = weighing.setting.country.parameters.get("train_wagons")
    ends = weighing.centrals("wagons")
    if weighing.order.kind != "relief" or not found or not ends or not ends[0] or not row:
        return
    length = Range.parameter(row)
    words = "|".join(map(re.escape, weighing.setting.country.settings.get("rail_words", ())))
    if weighing.report.text and not re.search(rf"\b(?:{words})", weighing.report.text, re.IGNORECASE):
        return
    fits = found.value.high <= length.high
    yield Check(
        "holds" if fits else "open",
        N_("The list and one train"),
        N_("Carried by rail the whole list fills {wagons} wagons; freight trains that were observed had {train}.")
        if fits
        else N_(
            "Carried by rail the whole list fills {wagons} wagons; freight trains that were observed had {train}, "
            "so one train would bring {share} of it."
        ),
        {
            "wagons": between(*ends),
            "train": between(length.low, length.high),
            "share": between(
                min(Fraction(1), length.low / ends[1]) * 100, min(Fraction(1), length.high / ends[0]) * 100
            )
            + " %",
        },
        (*found.sources, row.origin),
    )


def winter(weighing: OrderWeighing) -> Iterator[Check]:
    """What does the fuel come to beside what a winter takes?"""
    for weighed in as_it_stands(weighing):
        row = weighing.setting.country.parameters.get(f"winter_need {weighed.term.item}")
        if (
            weighing.order.kind != "relief"
            or not row
            or not weighed.mass
            or weighed.per != "household"
            or not weighed.total
        ):
            continue
        need, got = Range.parameter(row), weighed.mass.value
        yield Check(
            "holds" if got.low >= need.low else "does not",
            N_("Fuel and a winter"),
            N_("{total} t of {item} are {each} kg a household; a winter takes {need} kg."),
            {
                "total": short(weighed.total.value.central / 1_000_000),
                "item": weighed.term.item or "",
                "each": between(got.low, got.high),
                "need": between(need.low, need.high),
            },
            (*weighed.mass.sources, row.origin),
        )


def premium(weighing: OrderWeighing) -> Iterator[Check]:
    """Is cash in lieu worth what the goods are worth?"""
    found = weighing.range_of("premium")
    if not found:
        return
    value = found.value
    open_basis = any(r.basis for reading in weighing.readings for r in reading.labels)
    if open_basis:
        verdict: Verdict = "open"
    else:
        verdict = "holds" if close(value, Range.of(1)) else "does not"
    yield Check(
        verdict,
        N_("Cash in lieu and the goods"),
        N_("The cash is {times} times what the goods would cost, over both readings of what it replaces.")
        if open_basis
        else N_("The cash is {times} times what the goods would cost."),
        {"times": between(value.low, value.high)},
        found.sources,
    )


def payers(weighing: OrderWeighing) -> Iterator[Check]:
    """Is it known how many pay or receive?"""
    asked = [
        t
        for t in as_it_stands(weighing)
        if t.per in EACH
        and t.term.amount
        and t.quantity
        and t.term.unit != "percent"
        and t.term.role not in ("fine", "bribe")
    ]
    for per in dict.fromkeys(t.per for t in asked):
        amounts = ", ".join(amount_of(t) for t in asked if t.per == per)
        yield Check(
            "open",
            N_("How many pay or receive"),
            N_(
                "For each {per}: {amounts}. The report does not say how many there are, "
                "so it is not summed for a household or the place."
            ),
            {"amounts": amounts, "per": per},
        )


def repeats(weighing: OrderWeighing) -> Iterator[Check]:
    """Do amounts of the same thing told for different periods agree?"""
    terms = [t for t in as_it_stands(weighing) if t.quantity and t.term.every in TIMES_A_YEAR]
    for one, two in combinations(terms, 2):
        a, b = one.term, two.term
        if (
            (a.item, a.role, a.per) != (b.item, b.role, b.per)
            or a.every == b.every
            or not one.quantity
            or not two.quantity
        ):
            continue
        years = [w.quantity.value * TIMES_A_YEAR[w.term.every or "year"] for w in (one, two) if w.quantity]
        yield Check(
            "holds" if close(*years) else "does not",
            N_("The same demand told twice"),
            N_("{first} a {first_every} and {second} a {second_every} come to {years} in a year."),
            {
                "first": f"{a.amount:,} {a.unit}",
                "first_every": str(a.every),
                "second": f"{b.amount:,} {b.unit}",
                "second_every": str(b.every),
                "years": f"{tell(years[0], one.quantity.unit)} / {tell(years[1], one.quantity.unit)}",
            },
            (*one.quantity.sources, *two.quantity.sources),
        )


def whole(weighing: OrderWeighing) -> Iterator[Check]:
    """Does a total for the place agree with the amount for each household, or for a people's unit?"""
    terms = as_it_stands(weighing)
    each = [t for t in terms if t.total and t.term.per in ("household", "person") and t.term.role != "cash_in_lieu"]
    for one in each:
        for two in terms:
            if (
                two.term.per not in ("place", "total")
                or two.term.item != one.term.item
                or not two.total
                or not one.total
            ):
                continue
            if two.total.unit != one.total.unit or not {one.term.role, two.term.role} <= WHOLE_ROLES:
                continue
            yield Check(
                "holds" if close(one.total.value, two.total.value) else "does not",
                N_("The total and the parts"),
                N_("{item}: {amount} a {per} make {sum} for the place; the report speaks of {total}."),
                {
                    "item": one.term.item or "",
                    "amount": f"{one.term.amount:,} {one.term.unit}",
                    "per": one.term.per or "",
                    "sum": tell(one.total.value, one.total.unit),
                    "total": tell(two.total.value, two.total.unit),
                },
                (*one.total.sources, *two.total.sources),
            )


def heads(weighing: OrderWeighing) -> Iterator[Check]:
    """Are more people or households named than the place has?"""
    setting = weighing.setting
    for weighed in as_it_stands(weighing):
        term = weighed.term
        counts = {"person": setting.persons, "household": setting.households}.get(term.unit or "")
        if (
            term.role != "headcount"
            or len(setting.places) > 1
            or term.amount is None
            or term.per not in ("total", "place")
            or counts is None
        ):
            continue
        yield Check(
            "holds" if term.amount <= counts.high else "does not",
            N_("Those named and those counted"),
            N_("The report names {named} ({unit}); the place had {counted} in the census of {year}."),
            {
                "named": f"{term.amount:,}",
                "unit": term.unit or "",
                "counted": between(counts.low, counts.high),
                "year": str(setting.country.settings["census_year"]),
            },
            setting.counted,
        )


def received(weighing: OrderWeighing) -> Iterator[Check]:
    """Was as much received as was promised? More can't be; less stays open, as the rest may still come."""
    terms = as_it_stands(weighing)
    for got in (t for t in terms if t.term.role == "received" and t.quantity):
        for due in (t for t in terms if t.term.role == "entitlement" and t.quantity):
            same = (got.term.item, got.per, got.term.every) == (due.term.item, due.per, due.term.every)
            if (
                not same
                or not got.quantity
                or not due.quantity
                or got.quantity.unit != due.quantity.unit
                or not due.quantity.value.low
            ):
                continue
            share = got.quantity.value / due.quantity.value
            yield Check(
                "does not" if share.low > 1 else "holds" if close(share, Range.of(1)) else "open",
                N_("Received and promised"),
                N_("{item}: {share} % of what was promised was received."),
                {"item": got.term.item or "", "share": between(share.low * 100, share.high * 100)},
                (*got.quantity.sources, *due.quantity.sources),
            )


QUESTIONS: tuple[Callable[[OrderWeighing], Iterator[Check]], ...] = (
    train,
    winter,
    premium,
    payers,
    repeats,
    whole,
    heads,
    received,
)
