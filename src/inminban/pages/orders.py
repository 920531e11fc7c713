"""An order in sentences of our own, with the report's words where they hold a figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from inminban.measures.burden import cited
from inminban.model.orders import Order, Report, Role, Term
from inminban.model.source import Source
from inminban.pages.page import Excerpt, Notes, Said, Sentence
from inminban.pages.words import Voice, amount, day, each, how_often, item_name, kind_name, listed, places_of, shown

SHORT_QUOTE = 90
LONGEST_EXCERPT = 240
ENDS = re.compile(r"(?<=[.!?”\"])\s+|\n+")

PARAGRAPHS: tuple[tuple[Role, ...], ...] = (
    ("due", "cash_in_lieu"),
    ("entitlement", "received", "supply"),
    ("confiscated", "fine", "bribe", "stall_tax"),
    ("headcount", "other"),
)
FILLING = frozenset(
    """a an the of about around some nearly over under at least up to one two three four five six seven eight nine ten
    eleven twelve fifteen twenty thirty forty fifty sixty hundred thousand million and or in cash us
    kg kilo kilos kilogram kilograms gram grams g ton tons tonne tonnes t bottle bottles pack packs
    pair pairs bucket buckets sack sacks box boxes piece pieces liter liters litre litres per each every household
    person adult month day year quarter week from between""".split()  # noqa: SIM905
)


def lead(voice: Voice, term: Term, *, money: bool) -> tuple[str, str]:
    """Words before and after the list of the terms of a role; `{whom}` is who pays or receives."""
    alone = term.per in (None, "place", "total")
    due = (voice._("{Whom} was to pay "), "") if money else (voice._("{Whom} was to hand in "), "")
    found: dict[Role, tuple[str, str]] = {
        "due": (voice._("Asked for, from all together: "), "") if alone else due,
        "cash_in_lieu": (voice._("In place of the goods the report names a payment of "), "")
        if alone
        else (voice._("In place of the goods {whom} was to pay "), ""),
        "entitlement": (voice._("To be given out: "), "") if alone else (voice._("{Whom} was to receive "), ""),
        "received": (voice._("Handed out, the report says: "), "")
        if alone
        else (voice._("{Whom} received "), voice._(", the report says")),
        "supply": (voice._("For the place as a whole: "), ""),
        "confiscated": (voice._("Seized: "), "" if alone else voice._(", counted for {whom}")),
        "fine": (voice._("The fine: "), "" if alone else voice._(" for {whom}")),
        "bribe": (voice._("What settled it: "), "" if alone else voice._(", for {whom}")),
        "stall_tax": (voice._("The stall tax: "), "" if alone else voice._(" for {whom}")),
        "headcount": (voice._("Counted in the report: "), ""),
        "other": (voice._("The report adds: "), ""),
    }
    return found[term.role]


def opening(voice: Voice, order: Order, report: Report, notes: Notes) -> Sentence:
    """First sentence: what kind of order, where, when, and who gave it."""
    place = places_of(order, voice) or voice._("a place that the report does not name")
    kinds = {
        "levy": voice._("A levy in {place}"),
        "relief": voice._("Relief for {place}"),
        "crackdown": voice._("A crackdown in {place}"),
        "restriction": voice._("A restriction in {place}"),
    }
    parts = [Said(kinds[order.kind].format(place=place))]
    for field, words in (
        ("issued", voice._(" on {day}") if (order.issued or "").count("-") == 2 else voice._(" in {day}")),
        ("start", voice._(", from {day}")),
        ("end", voice._(", until {day}")),
        ("due", voice._(", to be met by {day}")),
    ):
        value = getattr(order, field)
        if value and not (field == "start" and value == order.issued):
            parts.append(dated(voice, order, field, words.format(day=day(voice, value)), notes))
    issuer = shown(order.issuer)
    by = voice.say("Ordered by: {issuer}.", issuer=issuer) if issuer else voice._("Who ordered it is not said.")
    return (*parts, Said(f". {by}"))


def dated(voice: Voice, order: Order, field: str, text: str, notes: Notes) -> Said:
    """Date in words, marked with the words that it was read from where they are known."""
    found = next((e for e in order.evidence if e.field == field), None)
    if found is None:
        return Said(text)
    names = {
        "issued": voice._("ordered"),
        "start": voice._("begins"),
        "end": voice._("ends"),
        "due": voice._("to be met by"),
    }
    what = f"{names[field]}: {day(voice, getattr(order, field))}"
    return Said(text, None, (notes.mark(Source("reported", what, f"“{shown(found.quote)}”", "")),))


def sentences(voice: Voice, order: Order, report: Report, notes: Notes) -> tuple[Sentence, ...]:
    """Put the order in words: who and when, then what was asked or given, taken, and told besides."""
    found = [opening(voice, order, report, notes)]
    for roles in PARAGRAPHS:
        parts = [said for role in roles for group in groups(order.terms, role) for said in told(voice, group, notes)]
        if parts:
            found.append(tuple(parts))
    if not order.terms:
        found.append((Said(voice._("The report names no amount and no good.")),))
    return tuple(found)


def groups(terms: Iterable[Term], role: Role) -> Iterator[list[Term]]:
    """Terms of a role by whom they count for and how often, those without an amount apart."""
    own = [t for t in terms if t.role == role]
    for key in dict.fromkeys((t.per, t.every, t.amount is None, t.item == "cash") for t in own):
        yield [t for t in own if (t.per, t.every, t.amount is None, t.item == "cash") == key]


def told(voice: Voice, terms: Sequence[Term], notes: Notes) -> Iterator[Said]:
    """Say one sentence: for whom, the amounts with the report's words, how often."""
    money = all(t.item == "cash" for t in terms)
    before, after = lead(voice, terms[0], money=money)
    whom = each(voice, terms[0].per)
    yield Said(before.format(whom=whom, Whom=whom[:1].upper() + whom[1:]))
    for place, term in enumerate(terms):
        yield from quoted(voice, term, notes)
        if place < len(terms) - 1:
            yield Said(voice._(" and ") if place == len(terms) - 2 else ", ")
    often = how_often(voice, terms[0].every)
    tail = (f", {often}" if often else "") + after.format(whom=whom)
    if terms[0].basis == "unknown":
        tail += voice._("; whether for all of the goods or for each, the report does not say")
    if terms[0].amount is None:
        tail += voice._("; no amount is told")
    yield Said(f"{tail}. ")


def quoted(voice: Voice, term: Term, notes: Notes) -> Iterator[Said]:
    """Name a term: in the report's words where they say it all, else in ours with theirs in brackets."""
    plain = amount(voice, term) if term.amount is not None else item_name(voice, term)
    plain = plain or voice._("something not named")
    before = voice._("or ") if term.alternative else ""
    before += f"{shown(term.hedge)} " if term.hedge else ""
    if not term.quote:
        yield Said(before + plain)
        return
    mark = (notes.mark(cited(term)),)
    words = f"“{shown(term.quote)}”"
    if says_it_all(voice, term):
        yield Said(before, words, mark)
    elif len(term.quote) <= SHORT_QUOTE:
        yield Said(f"{before}{plain} (", words, mark)
        yield Said(")")
    else:
        yield Said(before + plain, None, mark)


def says_it_all(voice: Voice, term: Term) -> bool:
    """Whether the quote is just the amount with its good, so that it can stand in our sentence."""
    item = shown(term.item).casefold()
    known = [voice.country.item_names.get(item), voice.country.items.get(term.unit or "")]
    names = {item, *(n.casefold() for k in known if k for n in (k.code, *k.aliases))} - {""}
    own = {word for name in names for word in name.split()}
    words = re.findall(r"[^\W\d_]+", (term.quote or "").casefold())
    rest = [w for w in words if w not in FILLING and w not in own and w.removesuffix("s") not in own]
    named = any(w in own or w.removesuffix("s") in own for w in words) or item == "cash"
    return bool(words) and named and not rest and words[0] not in ("and", "or", "per", "each", "to", "between")


def excerpts(voice: Voice, order: Order, text: str) -> tuple[Excerpt, ...]:
    """Sentences of the report that hold a figure, cut short, each once, split at its quotes."""
    bounds = [0, *(m.end() for m in ENDS.finditer(text)), len(text)]
    found: dict[tuple[int, int], dict[tuple[int, int], list[str]]] = {}
    for term in order.terms:
        start = term.start if term.start is not None else text.find(term.quote or "\0")
        if not term.quote or start < 0 or start + len(term.quote) > len(text):
            continue
        end = start + len(term.quote)
        sentence = max(b for b in bounds if b <= start), min(b for b in bounds if b >= end)
        found.setdefault(sentence, {}).setdefault((start, end), []).append(amount(voice, term))
    return tuple(excerpt(voice, text, sentence, sorted(quotes.items())) for sentence, quotes in found.items())


def excerpt(
    voice: Voice, text: str, sentence: tuple[int, int], quotes: Sequence[tuple[tuple[int, int], list[str]]]
) -> Excerpt:
    """One sentence of the report with its quotes, what lies far from them left out."""
    spans = [span for span, _ in quotes]
    spare = max(0, LONGEST_EXCERPT - sum(end - start for start, end in spans)) // (len(spans) + 1)
    parts: list[Said] = []
    last = sentence[0]
    for start, end in spans:
        if end <= last and parts:
            continue
        parts.append(Said(between(text[last:start], spare, first=not parts), shown(text[max(start, last) : end])))
        last = max(last, end)
    tail = text[last : sentence[1]].rstrip()
    parts.append(Said(shown(tail if len(tail) <= spare else tail[:spare].rstrip() + " …")))
    return Excerpt(tuple(parts), listed(voice, list(dict.fromkeys(name for _, names in quotes for name in names))))


def between(text: str, most: int, *, first: bool) -> str:
    """Words before a quote, shortened: their end where the sentence begins, else both ends."""
    if len(text) <= most:
        return shown(text)
    if first:
        return shown("… " + text[len(text) - most :].lstrip())
    half = most // 2
    return shown(f"{text[:half].rstrip()} … {text[len(text) - half :].lstrip()}")


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
    outlet = shown(report.outlet)
    if outlet and who:
        text = voice.say("Told to {outlet} by {source}", outlet=outlet, source=listed(voice, who))
    elif who:
        text = voice.say("Told by {source}", source=listed(voice, who))
    else:
        text = voice.say("As reported by {outlet}", outlet=outlet or voice._("an outlet that the record does not name"))
    when = f", {day(voice, report.published)}" if report.published else ""
    return f"{text}{when}. " + voice._("The sentences above are ours; only the highlighted words are quoted.")


def title(voice: Voice, order: Order) -> str:
    """Head an order among several."""
    where = places_of(order, voice)
    named = f"{kind_name(voice, order.kind)}, {where}" if where else kind_name(voice, order.kind)
    when = order.issued or order.start or order.due
    return f"{named}, {day(voice, when)}" if when else named
