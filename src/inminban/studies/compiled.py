"""One order as the engine can run it: its lines in base units, the cash that replaces them, what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from inminban.engine.inputs import NOT_REPORTED
from inminban.measures.burden import cited, item_of
from inminban.model.country import Country
from inminban.model.orders import Order, Report, Term
from inminban.model.source import Source
from inminban.studies.assumptions import row_of
from inminban.studies.periods import ONCE, PERIODS
from inminban.studies.terms import EVIDENCE, GOODS, MONEY, Amount, Left, amount_of, can_run, left, read, what

YEARLY = "yearly_levy "
GATHER = "gather_yield "
LOCKDOWN = "lockdown"
LEVIES = "levies"
SHOP = "shop"
CHECKPOINT = "checkpoint"
MOST_POSTS = 1000
EACH = "each item"
UNKNOWN = (None, "unknown")


@dataclass(frozen=True, slots=True)
class Cash:
    """Money in lieu, for one `per`."""

    amount: int
    per: str
    term: str


@dataclass(frozen=True, slots=True)
class Line:
    """One item that an order asks for or gives: `amount` base units for one `per`, and the term it comes from.

    `supply` is what arrives for the simulated place where that is reported, `cash` what replaces this item alone,
    `every` the period in which it is asked again.
    """

    term: str
    item: str
    amount: int
    per: str
    sources: tuple[Source, ...]
    cash: Cash | None = None
    supply: int = NOT_REPORTED
    every: str = ONCE


@dataclass(frozen=True, slots=True)
class Compiled:
    """An order that can run: its lines, the cash that replaces all of them, what it closes or bans, what is left out.

    `stops` is true of a restriction that bans levies of local offices, `posts` are checkpoints on the road,
    `NOT_REPORTED` where nobody tells how many. `place` is the order's own place that the area lies in; where it lies in
    the area, `parts` are all such places.
    """

    report: Report
    order: Order
    place: str
    lines: tuple[Line, ...] = ()
    whole: Cash | None = None
    inspects: bool = False
    closes: bool = False
    bans: str | None = None
    parts: tuple[str, ...] = ()
    stops: bool = False
    posts: int = 0
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether anything of it runs."""
        forbids = self.inspects or self.closes or self.stops or self.bans is not None
        return bool(self.lines) or forbids or self.posts != 0

    @property
    def every(self) -> str:
        """Period in which the order returns: the shortest of its lines'."""
        return next((p for p in PERIODS if any(line.every == p for line in self.lines)), ONCE)

    @property
    def shop(self) -> bool:
        """Whether it is relief that is sold in shops."""
        return self.order.kind == "relief" and self.order.channel == SHOP


@dataclass(frozen=True, slots=True)
class Sharing:
    """How many households are simulated of how many that the order's place has; None where that is not known.

    `area` is how many the market area has.
    """

    simulated: int
    whole: int | None
    area: int


def compile_order(
    country: Country, found: Compiled, sharing: Sharing, readings: Mapping[str, str], assume: bool
) -> Compiled:
    """Fill in what of an order can run."""
    order = found.order
    terms, notes = read(country, order, readings)
    terms = tuple(t for t in terms if not t.alternative)
    other = [left(order, t, "an alternative to another term") for t in order.terms if t.alternative]
    found = replace(found, notes=(*found.notes, *notes), left=tuple(other))
    if order.kind == "levy":
        return levy(country, found, terms, assume)
    if found.shop:
        return shop(country, found, terms, sharing)
    if order.kind == "relief":
        return relief(country, found, terms, sharing)
    runs, why = can_run(country, order.kind)
    if runs == "assume" and not assume:
        hint = f"{why}; --assume runs it"
        return replace(found, left=(*found.left, left(order, None, hint)))
    return forbidding(country, found, terms)


def levy(country: Country, found: Compiled, terms: tuple[Term, ...], assume: bool) -> Compiled:
    """Lines of the goods due, and the cash that replaces them all or one by one."""
    order, lines = found.order, dict[str, Line]()
    gone, notes = list(found.left), list(found.notes)
    for term in terms:
        if term.role == "cash_in_lieu":
            continue
        guess = assumed(country, order, term) if assume and term.amount is None else None
        amount = guess or amount_of(country, order, term)
        if isinstance(amount, Left):
            hint = "; --assume may run it" if term.amount is None and term.role == "due" and not assume else ""
            gone.append(replace(amount, why=amount.why + hint))
        elif amount.item.code in lines:
            gone.append(left(order, term, f"a second amount of {amount.item.code} in one order"))
        else:
            returns = guess is None and can_run(country, order.kind, term)[0] == "yes"
            every = term.every if returns and term.every in PERIODS else ONCE
            lines[amount.item.code] = replace(line_of(amount), every=every)
            notes += amount.notes
    found = replace(found, lines=tuple(lines.values()), notes=tuple(notes), left=tuple(gone))
    for term in terms:
        if term.role == "cash_in_lieu":
            found = in_lieu(country, found, term)
    return found


def line_of(amount: Amount) -> Line:
    """Make a line of an amount."""
    return Line(amount.term.id or "", amount.item.code, amount.base, amount.per, amount.sources)


def assumed(country: Country, order: Order, term: Term) -> Amount | None:
    """Assume an amount for a good that is asked for without one: a part of its usual yearly levy, if that is known."""
    item = item_of(country, term)
    if term.role != "due" or item is None or f"{YEARLY}{item.code}" not in country.parameters:
        return None
    yearly, part = row_of(country, f"{YEARLY}{item.code}"), row_of(country, "levy_part")
    amount = float((yearly.central or 0) * (part.central or 0))
    per = term.per or "household"
    found = amount_of(
        country,
        order,
        term.model_copy(update={"amount": amount, "unit": yearly.unit.split("/")[0], "per": per, "every": "once"}),
    )
    if isinstance(found, Left):
        return None
    note = f"{what(order, term)}: {amount:g} {yearly.unit.split('/')[0]} per {per} is assumed"
    return replace(found, term=term, sources=(yearly.origin, part.origin), notes=(note,))


def in_lieu(country: Country, found: Compiled, term: Term) -> Compiled:
    """Add cash in lieu: of the whole, of each item without its own, or of the one item that the term names."""
    amount = amount_of(country, found.order, term)
    named = country.item_names.get((term.item or "").casefold())
    own = named.code if named and named.family != MONEY else None
    if isinstance(amount, Left):
        return replace(found, left=(*found.left, amount))
    cash = Cash(amount.base, amount.per, term.id or "")
    why = ""
    if not found.lines:
        why = "none of the goods that it replaces runs"
    elif found.whole:
        why = "one sum replaces all goods already"
    elif own and own not in {line.item for line in found.lines}:
        why = f"replaces {own}, which does not run"
    elif any(line.cash for line in found.lines) and not own and term.basis != EACH:
        why = "single goods have their own cash in lieu already"
    if why:
        return replace(found, left=(*found.left, left(found.order, term, why)))
    if own or term.basis == EACH:
        lines = tuple(replace(x, cash=x.cash or cash) if own in (None, x.item) else x for x in found.lines)
        return replace(found, lines=lines, notes=(*found.notes, *amount.notes))
    notes = [*found.notes, *amount.notes]
    if term.basis in UNKNOWN and len(found.lines) > 1:
        notes.append(f"{what(found.order, term)}: what it replaces is not said; taken for all goods together")
    return replace(found, whole=cash, notes=tuple(notes))


def relief(country: Country, found: Compiled, terms: tuple[Term, ...], sharing: Sharing) -> Compiled:
    """Lines of what each is entitled to, with the supply reported for it; a supply alone is shared out evenly."""
    order, lines = found.order, dict[str, Line]()
    gone, notes = list(found.left), list(found.notes)
    supplied: set[str] = set()
    for term in sorted(terms, key=lambda t: t.role == "supply"):
        amount = amount_of(country, order, term)
        if isinstance(amount, Left):
            gone.append(amount)
            continue
        code = amount.item.code
        if code in (supplied if term.role == "supply" else lines):
            gone.append(left(order, term, f"a second amount of {code} in one order"))
        elif term.role != "supply":
            lines[code] = line_of(amount)
            notes += amount.notes
        elif not sharing.whole:
            gone.append(left(order, term, "how many households share it is not known"))
        else:
            supplied.add(code)
            notes += amount.notes
            if code in lines:
                part = amount.base * sharing.simulated // sharing.whole
                sources = (*lines[code].sources, *amount.sources)
                lines[code] = replace(lines[code], supply=part, sources=sources)
            elif each := amount.base // sharing.whole:
                lines[code] = replace(line_of(amount), amount=each, per="household")
                notes.append(f"{what(order, term)}: shared out evenly, {each:,} base units a household")
            else:
                gone.append(left(order, term, "less than one base unit a household"))
    return replace(found, lines=tuple(lines.values()), notes=tuple(notes), left=tuple(gone))


def shop(country: Country, found: Compiled, terms: tuple[Term, ...], sharing: Sharing) -> Compiled:
    """Lines of what shops sell: the part of each supply that falls to the market area; a shop entitles nobody."""
    order, lines = found.order, dict[str, Line]()
    gone, notes = list(found.left), list(found.notes)
    for term in terms:
        if term.role in GOODS and term.role != "supply":
            gone.append(left(order, term, "shops sell a supply and entitle nobody"))
            continue
        amount = amount_of(country, order, term)
        if isinstance(amount, Left):
            gone.append(amount)
        elif amount.item.family == MONEY:
            gone.append(left(order, term, "shops sell goods only"))
        elif not sharing.whole:
            gone.append(left(order, term, "how many households share it is not known"))
        elif amount.item.code in lines:
            gone.append(left(order, term, f"a second amount of {amount.item.code} in one order"))
        elif part := amount.base * min(sharing.area, sharing.whole) // sharing.whole:
            lines[amount.item.code] = replace(line_of(amount), amount=0, per="household", supply=part)
            notes += amount.notes
        else:
            gone.append(left(order, term, "less than one base unit for the market area"))
    return replace(found, lines=tuple(lines.values()), notes=tuple(notes), left=tuple(gone))


def forbidding(country: Country, found: Compiled, terms: tuple[Term, ...]) -> Compiled:
    """Find what a crackdown or restriction does: a restriction without a term about something closes the area."""
    order = found.order
    verdicts = [(term, can_run(country, order.kind, term)) for term in terms]
    gone = [left(order, term, why) for term, (runs, why) in verdicts if runs == "no"]
    found = replace(found, left=(*found.left, *gone))
    running = [term for term, (runs, _) in verdicts if runs != "no"]
    for term in (t for t in running if t.item == CHECKPOINT):
        found = barring(found, term)
    if order.kind == "crackdown":
        return replace(found, inspects=True)
    about = [t for t in terms if t.item == CHECKPOINT or (t.item and t.role not in EVIDENCE)]
    asked = [t for t in running if t.item != CHECKPOINT]
    goods = [t for t in asked if t.item not in (LOCKDOWN, LEVIES)]
    closes = not about or any(t.item == LOCKDOWN for t in asked)
    found = replace(found, closes=closes, stops=any(t.item == LEVIES for t in asked))
    codes = [item.code for t in goods if (item := item_of(country, t))]
    bans = next((c for c in codes if f"{GATHER}{c}" in country.parameters), None)
    others = [left(order, t, "gathering it is no part of the model") for t in goods if bans is None]
    return replace(found, bans=bans, left=(*found.left, *others))


def barring(found: Compiled, term: Term) -> Compiled:
    """Add the checkpoints that a term tells of: so many, or a number that is drawn where it is not reported."""
    most = term.amount if term.amount_max is None else term.amount_max
    number = NOT_REPORTED if term.amount is None or most is None else round((term.amount + most) / 2)
    why = "comes to nothing" if number == 0 else f"more than {MOST_POSTS:,} on one road" if number > MOST_POSTS else ""
    why = "a second number of checkpoints in one order" if found.posts else why
    if why:
        return replace(found, left=(*found.left, left(found.order, term, why)))
    note = f"{what(found.order, term)}: how many is not reported; the number is drawn"
    if number == NOT_REPORTED:
        return replace(found, posts=number, notes=(*found.notes, note))
    return replace(found, posts=number, sources=(cited(term),))


def unpriced(found: Compiled, priced: frozenset[str]) -> Compiled:
    """Drop the lines of a levy or a shop whose item has no price: nothing can be weighed against it, none sells it."""
    if found.order.kind != "levy" and not found.shop:
        return found
    lines = tuple(line for line in found.lines if line.item in priced)
    terms = {t.id: t for t in found.order.terms}
    gone = tuple(
        left(found.order, terms.get(line.term), f"no price of {line.item} is known")
        for line in found.lines
        if line.item not in priced
    )
    whole = found.whole if lines else None
    return replace(found, lines=lines, whole=whole, left=(*found.left, *gone))
