"""An order in sentences of our own, with the report's words where they hold a figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from inminban.measures.burden import cited
from inminban.model.orders import Order, Report, Role, Term
from inminban.model.source import Source
from inminban.pages.page import Excerpt, Notes, Said, Sentence
from inminban.pages.words import Voice, amount, day, each, how_often, kind_name, listed, places_of, shown

SHORT_QUOTE = 90
LONGEST_EXCERPT = 240
ENDS = re.compile(r"(?<=[.!?”\"])\s+|\n+")

ROLES: tuple[Role, ...] = (
    "due",
    "cash_in_lieu",
    "entitlement",
    "received",
    "supply",
    "confiscated",
    "fine",
    "bribe",
    "stall_tax",
    "headcount",
    "other",
)


def lead(voice: Voice, role: Role, order: Order) -> str:
    """Start of the sentence that lists the terms of a role."""
    found = {
        "due": voice._("Due from {whom}: "),
        "cash_in_lieu": voice._("Instead, {whom} could pay: "),
        "entitlement": voice._("To be given to {whom}: "),
        "received": voice._("Received by {whom}, the report says: "),
        "supply": voice._("Sent or collected in all: "),
        "confiscated": voice._("Seized: "),
        "fine": voice._("Fined, {whom}: "),
        "bribe": voice._("What settled it: "),
        "stall_tax": voice._("Stall tax for {whom}: "),
        "headcount": voice._("Reached by it: "),
        "other": voice._("Also told: "),
    }[role]
    if role == "cash_in_lieu" and order.kind != "levy":
        return voice._("Cash in place of it, {whom}: ")
    return found


def opening(voice: Voice, order: Order, report: Report, notes: Notes) -> Sentence:
    """First sentence: what kind of order, where, when, and who gave it."""
    place = places_of(order) or voice._("a place that the report does not name")
    kinds = {
        "levy": voice._("A levy in {place}"),
        "relief": voice._("Relief for {place}"),
        "crackdown": voice._("A crackdown in {place}"),
        "restriction": voice._("A restriction in {place}"),
    }
    parts = [Said(kinds[order.kind].format(place=place))]
    for field, words in (
        ("issued", voice._(", issued {day}")),
        ("start", voice._(", from {day}")),
        ("end", voice._(", until {day}")),
        ("due", voice._(", to be met by {day}")),
    ):
        value = getattr(order, field)
        if value:
            parts.append(dated(voice, order, field, words.format(day=day(voice, value)), notes))
    issuer = shown(order.issuer)
    by = voice.say("Ordered by: {issuer}.", issuer=issuer) if issuer else voice._("Who ordered it is not said.")
    return (*parts, Said(f". {by}"))


def dated(voice: Voice, order: Order, field: str, text: str, notes: Notes) -> Said:
    """Date in words, marked with the words that it was read from where they are known."""
    found = next((e for e in order.evidence if e.field == field), None)
    if found is None:
        return Said(text)
    value = getattr(order, field)
    source = Source("reported", voice.say("{field}: {day}", field=field, day=value), f"“{shown(found.quote)}”", "")
    return Said(text, None, (notes.mark(source),))


def sentences(voice: Voice, order: Order, report: Report, notes: Notes) -> tuple[Sentence, ...]:
    """Put the order in words, each role in a sentence of its own."""
    found = [opening(voice, order, report, notes)]
    for role in ROLES:
        for whom, often, terms in groups(order.terms, role):
            start = lead(voice, role, order).format(whom=each(voice, whom))
            parts: list[Said] = [Said(start)]
            for place, term in enumerate(terms):
                parts.append(quoted(voice, term, notes))
                if place < len(terms) - 1:
                    parts.append(Said("; "))
            tail = how_often(voice, often)
            parts.append(Said((f", {tail}" if tail else "") + "."))
            found.append(tuple(parts))
    if not order.terms:
        found.append((Said(voice._("The report names no amount and no good.")),))
    return tuple(found)


def groups(terms: Iterable[Term], role: Role) -> Iterator[tuple[str | None, str | None, list[Term]]]:
    """Terms of a role by whom they count for and how often, in the order of the report."""
    own = [t for t in terms if t.role == role]
    for key in dict.fromkeys((t.per, t.every) for t in own):
        yield key[0], key[1], [t for t in own if (t.per, t.every) == key]


def quoted(voice: Voice, term: Term, notes: Notes) -> Said:
    """Name a term, with the words that it was read from."""
    told = amount(voice, term)
    if term.alternative:
        told = voice.say("or {amount}", amount=told)
    if term.basis == "unknown":
        told = voice.say("{amount} (for all of it or for each item, is not said)", amount=told)
    if term.hedge:
        told = voice.say("{amount}, {hedge}", amount=told, hedge=shown(term.hedge))
    if not term.quote:
        return Said(told)
    words = f"“{shown(term.quote)}”" if len(term.quote) <= SHORT_QUOTE else ""
    return Said(f"{told} " if words else told, words or None, (notes.mark(cited(term)),))


def excerpts(voice: Voice, order: Order, text: str) -> tuple[Excerpt, ...]:
    """Sentences of the report that hold a figure, cut short, each once, split at the quote."""
    found: list[Excerpt] = []
    seen: set[tuple[int, int]] = set()
    bounds = [0, *(m.end() for m in ENDS.finditer(text)), len(text)]
    for term in order.terms:
        start = term.start if term.start is not None else text.find(term.quote or "\0")
        if not term.quote or start < 0 or (start, start + len(term.quote)) in seen:
            continue
        end = start + len(term.quote)
        seen.add((start, end))
        first = max(b for b in bounds if b <= start)
        last = min(b for b in bounds if b >= end)
        room = max(0, LONGEST_EXCERPT - (end - start))
        before, after = text[first:start], text[end:last].rstrip()
        if len(before) + len(after) > room:
            keep = room // 2
            before = "… " + before[-keep:].lstrip() if len(before) > keep else before
            after = after[:keep].rstrip() + " …" if len(after) > keep else after
        found.append(Excerpt(shown(before), shown(term.quote), shown(after), amount(voice, term)))
    return tuple(found)


def attribution(voice: Voice, order: Order, report: Report) -> str:
    """Say who tells it: the kind of source and the outlet, never more."""
    names = {
        "resident source": voice._("a resident source"),
        "official source": voice._("an official source"),
        "state media": voice._("state media"),
        "organisation": voice._("an organisation"),
        "unnamed": voice._("a source that is not named"),
    }
    who = [names[a] for a in dict.fromkeys(t.attribution for t in order.terms if t.attribution)]
    source = listed(voice, who) if who else voice._("an unnamed source")
    outlet = shown(report.outlet) if report.outlet else voice._("an outlet that is not given")
    return voice.say(
        "Told by {source} to {outlet}, {day}. The sentences above are ours; only the highlighted words are quoted.",
        source=source,
        outlet=outlet,
        day=day(voice, report.published),
    )


def title(voice: Voice, order: Order) -> str:
    """Head an order among several."""
    where = places_of(order)
    named = f"{kind_name(voice, order.kind)}, {where}" if where else kind_name(voice, order.kind)
    when = order.issued or order.start or order.due
    return f"{named}, {day(voice, when)}" if when else named
