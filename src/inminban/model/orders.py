"""Reports and the orders in them, in the form of the codebook.

Amounts stay as the report has them; `Quantity` turns them into base units where something is computed.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StrictFloat,
    StrictInt,
    model_serializer,
    model_validator,
)

from inminban.model.dates import DateText, span
from inminban.model.files import normal
from inminban.model.items import BASE, Quantity

FORMAT = 1
LONGEST_QUOTE = 200
MOST_AMOUNT = 10**15
MOST_READINGS = 24

LISTS = frozenset({"orders", "prices", "terms", "places", "readings", "mentions", "evidence", "leftover", "refused"})

OrderKind = Literal["levy", "relief", "crackdown", "restriction"]
Role = Literal[
    "due",
    "cash_in_lieu",
    "entitlement",
    "received",
    "supply",
    "fine",
    "bribe",
    "confiscated",
    "stall_tax",
    "headcount",
    "other",
]
Per = Literal[
    "household",
    "person",
    "adult",
    "worker",
    "student",
    "merchant",
    "farmer",
    "inminban",
    "organisation",
    "place",
    "total",
]
Every = Literal["once", "day", "week", "month", "quarter", "year"]
Basis = Literal["each item", "whole", "unknown"]
Channel = Literal["inminban", "workplace", "women's union", "school", "market office", "farm", "shop"]
Attribution = Literal["resident source", "official source", "state media", "organisation", "unnamed"]


def believable(amount: float) -> float:
    """Refuse negative, absurd and infinite amounts."""
    if not 0 <= amount <= MOST_AMOUNT:
        raise ValueError(f"expected a number from 0 to {MOST_AMOUNT:,}")
    return amount


Amount = Annotated[StrictInt | StrictFloat, AfterValidator(believable)]
QuoteText = Annotated[str, Field(max_length=LONGEST_QUOTE)]


class Value(BaseModel):
    """A frozen value; an unknown field is an error, so that a slip of the pen is found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _null_list_is_empty(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return {k: v for k, v in data.items() if v is not None or k not in LISTS}
        return data


class Span(Value):
    """A stretch of the report's text, in code points."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class PlaceName(Value):
    """A place as the report names it; `place` is the gazetteer's id where one place is meant."""

    name: str
    within: str | None = None
    place: str | None = None


class Reading(Value):
    """Other values of a term's fields that the sentence allows.

    `about` names the question (`scope`, `basis`), `id` the answer; terms of an order that share both go together.
    """

    id: str | None = None
    about: str | None = None
    why: str | None = None
    role: Role | None = None
    item: str | None = None
    amount: Amount | None = None
    amount_max: Amount | None = None
    unit: str | None = None
    per: Per | None = None
    every: Every | None = None
    basis: Basis | None = None

    @model_serializer(mode="wrap")
    def _only_what_is_set(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if name in self.model_fields_set}

    @property
    def changes(self) -> dict[str, Any]:
        """Only the fields of the term that this reading sets."""
        return self.model_dump(exclude_unset=True, exclude={"id", "about", "why"})


class Term(Value):
    """One figure of an order, or a good it names without a figure (`amount` None).

    Per, every, role and unit are those of docs/codebook.md. `start` and `end` are the quote's offsets; `mentions` are
    the other places of the text that say the same. `confidence` is the share of such terms that coders confirmed
    (docs/reader.md has how it was measured); None where nothing was measured, as for a term without a figure.
    """

    id: str | None = None
    role: Role
    item: str | None = None
    amount: Amount | None = None
    amount_max: Amount | None = None
    unit: str | None = None
    per: Per | None = None
    every: Every | None = None
    quote: QuoteText | None = None
    start: StrictInt | None = Field(None, ge=0)
    end: StrictInt | None = Field(None, ge=0)
    prefix: str | None = None
    suffix: str | None = None
    mentions: tuple[Span, ...] = ()
    readings: tuple[Reading, ...] = ()
    chosen: int | None = Field(None, ge=0)
    basis: Basis | None = None
    approx: bool = False
    alternative: bool = False
    attribution: Attribution | None = None
    hedge: str | None = None
    confidence: float | None = Field(None, ge=0, le=1)
    doubt: str | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.amount_max is not None and (self.amount is None or self.amount_max < self.amount):
            raise ValueError("amount_max: expected more than amount")
        if (self.start is None) != (self.end is None):
            raise ValueError("end: expected start and end together")
        if self.chosen is not None and self.chosen >= max(1, len(self.readings)):
            raise ValueError("chosen: expected the number of one of the readings, counted from 0")
        for amount in (self.amount, self.amount_max):
            if amount is not None and self.unit in BASE and BASE[self.unit][0] != "minute":
                Quantity.of(amount, self.unit)
        return self


class Evidence(Value):
    """The words that one field of an order was read from (a date, the issuer, the kind)."""

    field: str
    quote: QuoteText
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Order(Value):
    """An order from above: who is asked for what, or given what, where and by when.

    `channel` is the way it takes to households; `voluntary` marks a levy as an appeal, which nobody must give to.
    """

    id: str | None = None
    kind: OrderKind
    issuer: str | None = None
    places: tuple[PlaceName, ...] = ()
    issued: DateText | None = None
    due: DateText | None = None
    start: DateText | None = None
    end: DateText | None = None
    channel: Channel | None = None
    voluntary: bool = False
    terms: tuple[Term, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @model_validator(mode="after")
    def _only_levies_appeal(self) -> Self:
        if self.voluntary and self.kind != "levy":
            raise ValueError(f"voluntary: expected of a levy only, found it of a {self.kind} order")
        return self

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        for first, last in (("issued", "due"), ("start", "end")):
            a, b = span(getattr(self, first)), span(getattr(self, last))
            if a and b and b[1] < a[0]:
                raise ValueError(
                    f"{last}: expected a day not before {first} ({getattr(self, first)}), found {getattr(self, last)}"
                )
        return self


class MarketPrice(Value):
    """A price for one unit of a good that the report mentions."""

    item: str
    price: Amount
    price_max: Amount | None = None
    currency: str
    unit: str
    place: str | None = None
    date: DateText | None = None
    quote: QuoteText | None = None
    start: StrictInt | None = Field(None, ge=0)
    end: StrictInt | None = Field(None, ge=0)
    approx: bool = False
    confidence: float | None = Field(None, ge=0, le=1)


UNEXPLAINED = "no order stands beside it"  # why a number is left over that may be a term which was missed


class Leftover(Value):
    """A number of the text that no term explains, and why."""

    quote: QuoteText
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    why: str


class Refused(Value):
    """Something that a reader said and the text does not bear out, and why; `what` is term, amount, place, day."""

    what: str
    said: QuoteText
    why: str


class Reader(Value):
    """Who read the report: the reader's name and version, and the hash of its word tables."""

    name: str
    version: str
    tables: str


class Report(Value):
    """One news article and the orders in it. `text` is NFC with LF line ends; every quote is a slice of it."""

    format: int = FORMAT
    id: str = Field(pattern=r"^[\w][\w.\-]*$")
    url: str | None = None
    outlet: str | None = None
    published: DateText | None = None
    title: str | None = None
    text: Annotated[str, AfterValidator(normal)] = ""
    orders: tuple[Order, ...] = ()
    prices: tuple[MarketPrice, ...] = ()
    leftover: tuple[Leftover, ...] = ()
    refused: tuple[Refused, ...] = ()
    reader: Reader | None = None
    notes: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _format_is_known(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("format", FORMAT) != FORMAT:
            raise ValueError(f"format: expected {FORMAT}, found {data['format']}; a newer inminban may read it")
        return data

    @model_validator(mode="after")
    def _quotes_slice_out(self) -> Self:
        for number, order in enumerate(self.orders):
            for place, term in enumerate(order.terms):
                self._check(f"orders.{number}.terms.{place}", term.quote, term.start, term.end)
        for number, price in enumerate(self.prices):
            self._check(f"prices.{number}", price.quote, price.start, price.end)
        return self

    def _check(self, field: str, quote: str | None, start: int | None, end: int | None) -> None:
        if quote is None or not self.text:
            return
        if start is not None and end is not None:
            if self.text[start:end] != quote:
                raise ValueError(f"{field}.quote: expected the words of the text from {start} to {end}")
        elif normal(quote) not in self.text:
            raise ValueError(f"{field}.quote: expected words of the text, “{quote[:60]}” is not in it")

    def identified(self, earlier: Report | None = None) -> Report:
        """Give every order and term an id; one with the quote and offset of an earlier coding keeps the earlier id."""
        known: dict[tuple[str | None, int | None], tuple[str | None, str | None]]
        known = {
            (t.quote, t.start): (o.id, t.id)
            for o in (earlier.orders if earlier else ())
            for t in o.terms
            if t.id and t.quote
        }
        used = {i for pair in known.values() for i in pair if i}
        orders: list[Order] = []
        for order in self.orders:
            before = [known[t.quote, t.start] for t in order.terms if (t.quote, t.start) in known]
            kept = next((o for o, _ in before if o and all(o != done.id for done in orders)), None)
            name = order.id or kept or free(f"{self.id}#o", used)
            used.add(name)
            terms: list[Term] = []
            for term in order.terms:
                old = known.get((term.quote, term.start), (None, None))[1]
                own = term.id or (old if old and old.startswith(f"{name}t") else None) or free(f"{name}t", used)
                used.add(own)
                terms.append(term.model_copy(update={"id": own}))
            orders.append(order.model_copy(update={"id": name, "terms": tuple(terms)}))
        return self.model_copy(update={"orders": tuple(orders)})


def free(stem: str, used: set[str]) -> str:
    """First of stem1, stem2, … that is not used."""
    return next(name for number in itertools.count(1) if (name := f"{stem}{number}") not in used)


def readings_of(order: Order) -> Sequence[tuple[tuple[Reading, ...], tuple[Term, ...]]]:
    """Every joint reading of an order: (the readings taken, the terms as they then stand).

    Terms that answer the same question (`about`) the same way (`id`) are read together; different questions are
    crossed. A term without a reading for an answer keeps its own fields. Without any readings there is one, the order
    as it stands.
    """
    questions: dict[str, dict[str, Reading]] = {}
    for number, term in enumerate(order.terms):
        for place, reading in enumerate(term.readings):
            about = reading.about or f"term {number + 1}"
            questions.setdefault(about, {}).setdefault(reading.id or str(place), reading)
        for about, answers in questions.items():
            if about == f"term {number + 1}" and all(r.id is None for r in answers.values()):
                answers.setdefault("as it stands", Reading(id="as it stands", about=about))
    joint = []
    crossed = itertools.product(*(tuple(answers.items()) for answers in questions.values()))
    for answered in itertools.islice(crossed, MOST_READINGS):
        taken = {about: name for about, (name, _) in zip(questions, answered, strict=True)}
        terms = tuple(read_as(term, number, taken) for number, term in enumerate(order.terms))
        joint.append((tuple(reading for _, reading in answered), terms))
    return joint


def read_as(term: Term, number: int, taken: dict[str, str]) -> Term:
    """Return the term under the answers taken."""
    changes: dict[str, Any] = {}
    for place, reading in enumerate(term.readings):
        about = reading.about or f"term {number + 1}"
        if taken.get(about) == (reading.id or str(place)):
            changes |= reading.changes
    return term.model_copy(update=changes)
