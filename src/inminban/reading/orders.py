"""Figures put together into orders: kinds, terms, mentions, readings, and the words each was read from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import cast

from inminban.model.items import BASE, Quantity
from inminban.model.orders import (
    LONGEST_QUOTE,
    MOST_AMOUNT,
    Attribution,
    Basis,
    Evidence,
    Order,
    OrderKind,
    Reading,
    Role,
    Span,
    Term,
)
from inminban.model.source import Quote
from inminban.reading.amounts import Amount
from inminban.reading.confidence import confidence
from inminban.reading.figures import Figure, replace
from inminban.reading.lexicon import Hit
from inminban.reading.page import Page
from inminban.reading.roles import KINDS, leaning, weigh_kinds
from inminban.reading.settings import days, issuer, names, of_others, own_places, where

ORDER_OF_KINDS: tuple[OrderKind, ...] = ("levy", "relief", "crackdown", "restriction")
ENOUGH = {"levy": 5, "relief": 7, "crackdown": 5, "restriction": 5}
BESIDE = 3.5  # a kind without figures makes an order if it weighs at least this part of the kind that leads
ALONGSIDE = frozenset(["restriction"])  # kinds told without a figure beside others; the rest is then background
SHORT_QUOTE = 80
LOW, HIGH = 0.3, 0.6  # confidence below which a term is doubtful, and from which an open scope is none
BACK = re.compile(r"\W{0,3}(?:These|They|Those|Such|All of it|All of them|The goods|This)\b")
BRIBE_LINK = re.compile(r"(?:\s\w+){0,4}\s(?:of|with|in)\s(?:\w+\s)?|\s(?:of\s)?|,\s(?:\w+\s)?|\s\(|:\s")
BRIBE_LIST = re.compile(
    r",?\s(?:and|or|plus|as well as|(?:together|along)\swith|with|and\s(?:also|even))\s(?:\w+\s)?|,\s"
)


def assembled(page: Page, found: list[Figure]) -> tuple[Order, ...]:
    """Orders of the text, those with figures first within their kind."""
    prior = leaning(page)
    groups: defaultdict[OrderKind, list[Figure]] = defaultdict(list)
    beside: dict[int, OrderKind] = {}
    for figure in found:
        if str(figure.role) in KINDS:
            beside.setdefault(figure.sentence.paragraph, KINDS[str(figure.role)])
    for figure in found:
        if figure.role and writable(figure):
            groups[kind_of(figure, beside, prior)].append(figure)
    orders: list[Order] = []
    weights = weigh_kinds(page, 0, len(page.text))
    most = max(weights.values(), default=0)
    spoken_of = {k for k in ORDER_OF_KINDS if weights[k] >= max(ENOUGH[k], most / BESIDE)}
    kinds = frozenset(
        k for k in ORDER_OF_KINDS if groups[k] or (k in spoken_of and (k in ALONGSIDE or weights[k] == most))
    )
    for kind in ORDER_OF_KINDS:
        told = {(str(f.role), f.item) for f in groups[kind]}
        bare = (
            [t for t in without_figures(page) if (t.role, t.item) not in told]
            if kind == "crackdown" and kind in spoken_of
            else []
        )
        if groups[kind]:
            passed = of_others(page, kind, kinds)
            orders += [
                order(page, kind, part, bare if n == 0 else [], passed, first=True)
                for n, part in enumerate(parts(page, groups[kind]))
            ]
        elif bare or kind in kinds:
            orders.append(order(page, kind, [], bare, of_others(page, kind, kinds), first=not orders))
    return tuple(orders)


def writable(figure: Figure) -> bool:
    """Whether a record can hold the amount: finite, and a whole number of base units."""
    for amount in (figure.low, figure.high):
        if amount is None:
            continue
        if not 0 <= amount <= MOST_AMOUNT:
            return False
        if figure.unit in BASE and not whole(amount, figure.unit):
            return False
    return True


@lru_cache(10_000)
def whole(amount: Amount, unit: str) -> bool:
    """Whether an amount is a whole number of base units."""
    try:
        Quantity.of(amount, unit)
    except ValueError:
        return False
    return True


def kind_of(figure: Figure, beside: dict[int, OrderKind], prior: OrderKind | None) -> OrderKind:
    """Kind of order that a figure belongs to."""
    role = str(figure.role)
    if role == "supply" and prior == "levy":
        return "levy"
    if role in KINDS:
        return KINDS[role]
    if role == "other" and figure.family == "time":
        return "restriction"
    return beside.get(figure.sentence.paragraph) or prior or "restriction"


def parts(page: Page, found: list[Figure]) -> list[list[Figure]]:
    """Figures of one kind parted into orders where their sentences name different places."""
    groups: list[tuple[frozenset[str], list[Figure]]] = []
    index: dict[frozenset[str], list[Figure]] = {}
    for figure in found:
        own = frozenset(
            p.id or p.name
            for p in page.places_in(figure.sentence.start, figure.sentence.end)
            if not p.aside and p.id != page.lexicon.country.root
        )
        known = index.get(own) if own else None
        if known is not None:
            known.append(figure)
        elif not groups or (own and groups[-1][0] and not related(page, own, groups[-1][0])):
            groups.append((own, [figure]))
            index[own] = groups[-1][1]
        else:
            seen, last = groups[-1]
            last.append(figure)
            groups[-1] = (seen or own, last)
            index.setdefault(own, last)
    return [g for _, g in groups]


def related(page: Page, left: Iterable[str], right: Iterable[str]) -> bool:
    """Whether a place of one group is or contains or lies in a place of the other."""
    gazetteer = page.lexicon.country.gazetteer
    chains = [set(gazetteer.ancestors(i)) - {page.lexicon.country.root} if i in gazetteer.places else {i} for i in left]
    other = [set(gazetteer.ancestors(i)) - {page.lexicon.country.root} if i in gazetteer.places else {i} for i in right]
    return any(a & b for a in chains for b in other)


def order(
    page: Page,
    kind: OrderKind,
    found: list[Figure],
    bare: list[Term],
    passed: frozenset[tuple[int, int]],
    *,
    first: bool,
) -> Order:
    """One order with its terms, places, days and office; sentences passed over tell the days of other orders."""
    cues = cue_spans(page, kind)
    placed = [c for c in cues if own_places(page, *c)] or cues
    spans = list(dict.fromkeys((f.sentence.start, f.sentence.end) for f in found)) or placed[:1]
    around = spread(page, spans)
    spots = where(page, spans)
    acts = act_spans(page) if found or first else []
    dates, evidence = days(page, kind, [*spans, *around, *cues, *acts, *item_spans(page, found)], passed - set(spans))
    office = issuer(page, spans, spots[0] if spots else None)
    if office:
        evidence.append(evident(page, "issuer", office[1]))
    if cue := first_cue(page, kind, around):
        evidence.append(evident(page, "kind", cue))
    terms = merged(page, kind, found)
    return Order(
        kind=kind,
        issuer=office[0] if office else None,
        places=names(page, spots),
        issued=dates.get("issued"),
        due=dates.get("due"),
        start=dates.get("start"),
        end=dates.get("end"),
        terms=(*terms, *bare),
        evidence=tuple(evidence),
    )


def evident(page: Page, name: str, hit: Hit) -> Evidence:
    """Words that a field was read from."""
    end = min(hit.end, hit.start + LONGEST_QUOTE)
    return Evidence(field=name, quote=page.text[hit.start : end], start=hit.start, end=end)


def cue_spans(page: Page, kind: OrderKind) -> list[tuple[int, int]]:
    """Sentences that speak of the kind of order."""
    hits = list(islice((h for h in page.hits["kinds"].all if h.row["kind"] == kind), 40))
    return list(dict.fromkeys((s.start, s.end) for s in (page.sentence(h.start) for h in hits)))


def spread(page: Page, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Paragraphs around some sentences."""
    return list(dict.fromkeys(page.paragraph(page.sentence(start)) for start, _ in spans[:60]))


def act_spans(page: Page) -> list[tuple[int, int]]:
    """Sentences that tell of the order being given, anywhere in the text."""
    acts = islice((h for h in page.hits["voice"].all if h.row["what"] == "act"), 80)
    return list(dict.fromkeys((s.start, s.end) for s in (page.sentence(h.start) for h in acts)))


def item_spans(page: Page, found: list[Figure]) -> list[tuple[int, int]]:
    """Sentences that name a good of the order again and have a day in them: "the corn had to be in by"."""
    goods = {f.item for f in found} - {"cash", None}
    spans = list(dict.fromkeys((s.start, s.end) for s in (page.sentence(d.start) for d in page.dates[:200])))
    return [s for s in spans if any(h.row["item"] in goods for h in page.cues("items", *s))]


def first_cue(page: Page, kind: OrderKind, spans: list[tuple[int, int]]) -> Hit | None:
    """First word that tells the kind."""
    for start, end in [*spans, (0, len(page.text))]:
        for hit in page.cues("kinds", start, end):
            if hit.row["kind"] == kind:
                return hit
    return None


def merged(page: Page, kind: OrderKind, found: list[Figure]) -> list[Term]:
    """Terms, with figures that are said again as mentions of the first."""
    firsts: dict[tuple[object, ...], Figure] = {}
    again: defaultdict[tuple[object, ...], list[tuple[int, int]]] = defaultdict(list)
    for figure in found:
        key = (figure.low, figure.high, figure.unit, figure.item)
        same = firsts.get(key)
        if same is None or same.sentence == figure.sentence:
            firsts[key if same is None else (*key, figure.start)] = figure
        else:
            again[key].append((figure.start, figure.end))
    figures = [replace(f, spans=tuple(again[key])) for key, f in firsts.items()]
    due = [f for f in figures if f.role == "due" and f.family != "money" and not f.alternative]
    return [term(page, f, due) for f in figures]


def term(page: Page, figure: Figure, due: list[Figure]) -> Term:
    """One figure as a term of the codebook, tied to its words."""
    end = min(figure.end, figure.start + LONGEST_QUOTE)
    quote = Quote.cut(page.text, figure.start, end)
    basis, answers = lieu_basis(figure, due)
    return Term(
        role=figure.role or "other",
        item=figure.item,
        amount=figure.low,
        amount_max=figure.high,
        unit=figure.unit,
        per=figure.per,
        every=figure.every,
        quote=quote.exact,
        start=quote.start,
        end=quote.end,
        prefix=quote.prefix,
        suffix=quote.suffix,
        mentions=tuple(Span(start=a, end=b) for a, b in figure.spans),
        readings=(*figure.readings, *answers),
        basis=basis,
        approx=figure.number.approx,
        alternative=figure.alternative,
        attribution=attribution(page, figure.start),
        hedge=hedge(page, figure.start),
        confidence=confidence("term", figure.chance),
        doubt=doubt(figure),
    )


def lieu_basis(figure: Figure, due: list[Figure]) -> tuple[Basis | None, tuple[Reading, ...]]:
    """What cash in lieu stands for: the one good asked for, or, with several, an open question with two answers."""
    if figure.role != "cash_in_lieu":
        return None, ()
    if len({f.item for f in due}) < 2:
        return "whole", ()
    goods = " and ".join(dict.fromkeys(str(f.item) for f in due))
    return "unknown", (
        Reading(id="whole", about="basis", basis="whole", why=f"one sum may stand for all that is asked ({goods})"),
        Reading(
            id="each item",
            about="basis",
            basis="each item",
            why=f"the sum may fall due for each of {goods} that is missing",
        ),
    )


def doubt(figure: Figure) -> str | None:
    """What a reviewer should look at first."""
    if figure.readings:
        return "the sentence allows several scopes"
    if not figure.named:
        return "the good is taken from the words before"
    sure = confidence("term", figure.chance)
    if figure.per_how in ("", "people") and figure.per != "total" and (sure is None or sure < HIGH):
        return "for whom it holds is not said beside the figure"
    if sure is not None and sure < LOW:
        return "coders confirmed few readings like this one"
    return None


def attribution(page: Page, place: int) -> Attribution | None:
    """Who says it: the voice named in the sentence, else the last one named before it."""
    sentence = page.sentence(place)
    own = page.cues("voice", sentence.start, sentence.end, "attribution")
    before = [h for h in page.cues("voice", max(0, place - 2500), place) if h.row["what"] == "attribution"]
    found = own[-1:] or before[-1:]
    return found[0].row["value"] if found else None  # type: ignore[return-value]


def hedge(page: Page, place: int) -> str | None:
    """Word of caution in the sentence."""
    sentence = page.sentence(place)
    hits = page.cues("voice", sentence.start, sentence.end, "hedge")
    return page.text[hits[0].start : hits[0].end] if hits else None


def without_figures(page: Page) -> list[Term]:
    """Goods taken away and bribes paid where the text gives no amount."""
    found: dict[tuple[str, str], Term] = {}
    for hit in page.hits["roles"].all[:600]:
        role = hit.row["role"]
        if role not in ("confiscated", "bribe"):
            continue
        for good in taken_goods(page, hit) if role == "confiscated" else bribe_goods(page, hit):
            start, end = min(hit.start, good.start), max(hit.end, good.end)
            if end - start > SHORT_QUOTE or any(start <= n.start < end for n in page.numbers):
                start, end = good.start, good.end
            quote = Quote.cut(page.text, start, end)
            found.setdefault(
                (role, good.row["item"]),
                Term(
                    role=cast(Role, role),
                    item=good.row["item"],
                    quote=quote.exact,
                    start=quote.start,
                    end=quote.end,
                    prefix=quote.prefix,
                    suffix=quote.suffix,
                    attribution=attribution(page, good.start),
                    hedge=hedge(page, good.start),
                ),
            )
    return list(found.values())


def taken_goods(page: Page, cue: Hit) -> list[Hit]:
    """Goods that were confiscated: named in the sentence, or in the one before where this one points back."""
    sentence = page.sentence(cue.start)
    passive = re.search(
        r"\b(?:was|were|been|be|is|are|being|get|got|then|their goods|goods)\s(?:\w+\s)?$",
        page.text[max(0, cue.start - 20) : cue.start],
    )
    first = max(sentence.start, cue.start - 60) if passive else cue.end
    own = page.cues("items", first, min(sentence.end, cue.end + 60))
    if passive:
        own = page.cues("items", first, cue.start) or own
    own = tuple(h for h in own if h.row["item"] != "labour")
    goods = [h for h in own if h.row["generic"] != "yes"]
    if not goods and own and passive:
        goods = [h for h in page.cues("items", sentence.start, first) if h.row["generic"] != "yes"]
    if not goods and own and sentence.number and BACK.match(page.text, sentence.start):
        before = page.sentences[sentence.number - 1]
        goods = [h for h in page.cues("items", before.start, before.end) if h.row["generic"] != "yes"]
    return goods[:4]


def bribe_goods(page: Page, cue: Hit) -> list[Hit]:
    """What a bribe is paid in, as named right behind the word."""
    sentence = page.sentence(cue.start)
    goods: list[Hit] = []
    for hit in page.cues("items", cue.end, min(sentence.end, cue.end + 60)):
        gap = page.text[goods[-1].end if goods else cue.end : hit.start]
        link = BRIBE_LIST if goods else BRIBE_LINK
        if not link.fullmatch(gap) or any(cue.end <= n.start < hit.start for n in page.numbers):
            break
        goods.append(hit)
    return goods
