"""Market prices and exchange rates, told apart from what an order asks for or gives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inminban.reading.figures import Figure, replace
from inminban.reading.lexicon import Hit
from inminban.reading.page import Page

PER_UNIT = re.compile(
    r"(?:\s[A-Za-z]{3})?(?:\s(?:in cash\s)?(?:a|an|per|the|for each|for every|for a|for one|each|to the)\s|\s?/\s?"
    r"|\s(?:\w+\s){1,3}for an?\s)$",
    re.IGNORECASE,
)
PER = re.compile(r"(?:\s[A-Za-z]{3})?(?:\s(?:a|f|i|p|t|o|e|\w+\s)|\s?/)", re.IGNORECASE)
UNIT_SUBJECT = re.compile(r"\b(?:a|an|one|per|1|the)\s?-?$", re.IGNORECASE)
MASS = frozenset(["mass", "volume"])
COSTS = re.compile(r"\b(?:costs?|priced at|sells? for|sold for|goes for|went for)\s(?:\w+\s)?$")
TWICE = re.compile(r"(?:\s[A-Za-z]{3})?\sin (?:both\b|the (?:other |first |last )?two\b)")
SPREAD = re.compile(r"[^.;:!?\n]{0,60}")


@dataclass(frozen=True, slots=True)
class Price:
    """A price of the text: the figure, the good, the unit it is for."""

    figure: Figure
    item: str
    unit: str


def prices(page: Page, found: list[Figure]) -> tuple[list[Price], list[Figure]]:
    """The prices among the figures, and the figures with those marked that are prices or belong to one."""
    taken: list[Price] = []
    rest: list[Figure] = []
    talk = market_talk(page)
    for number, figure in enumerate(found):
        price: Price | None = None
        if denominator(page, found, number):
            figure = replace(figure, drop="price")
        elif figure.family == "money" and not converted(page, found, number):
            price = one_price(page, figure, taken, talk)
        if price:
            taken += [price] * (2 if TWICE.match(page.text, figure.end) else 1)
            figure = replace(figure, drop="price")
        rest.append(figure)
    by_sentence: dict[int, list[Price]] = {}
    for one in taken:
        by_sentence.setdefault(one.figure.sentence.number, []).append(one)
    return taken, [replace(f, drop="price") if not f.drop and unit_of_price(f, by_sentence) else f for f in rest]


def market_talk(page: Page) -> set[int]:
    """Paragraphs that speak of market prices."""
    found = set()
    for number, (start, end) in page.paragraphs.items():
        cues = page.cues("voice", start, end, "price")
        if len(cues) >= 2 or (cues and page.cues("voice", start, end, "market")):
            found.add(number)
    return found


def denominator(page: Page, found: list[Figure], number: int) -> bool:
    """Whether the figure is the one dollar that a rate is told for."""
    figure = found[number]
    after = found[number + 1] if number + 1 < len(found) else None
    if figure.family != "money" or figure.low != 1 or figure.unit == page.lexicon.country.currency or after is None:
        return False
    return (
        after.sentence == figure.sentence and after.family in ("money", "small money") and after.start - figure.end < 90
    )


def converted(page: Page, found: Sequence[Figure], number: int) -> bool:
    """Whether the figure only restates the money before it in another currency."""
    figure, before = found[number], found[number - 1] if number else None
    if before is None or before.family != "money" or before.unit == figure.unit:
        return False
    if page.cues("voice", max(before.end, figure.start - 34), figure.start, "same") and figure.start - before.end < 120:
        return True
    if before.sentence != figure.sentence or before.low == 1:
        return False
    gap = page.text[before.end : figure.start]
    return (
        bool(re.fullmatch(r"\s?\(?[^;:]{0,60}", gap))
        and bool(
            re.search(
                r"\b(?:or|about|some|roughly|equal|equivalent|worth|which is|around|puts|nearly|approximately)\b|[(,=]",
                gap,
            )
        )
        and not (page.lexicon.rate.search(gap) or re.search(r"\band\b", gap))
    )


def one_price(page: Page, figure: Figure, taken: list[Price], talk: set[int]) -> Price | None:
    """The figure as a price, if it is one."""
    if aside(page, figure):
        return None
    unit = unit_behind(page, figure)
    item = rate_item(page, figure)
    if item:
        return Price(figure, item, item)
    good = good_near(page, figure)
    verb = price_verb(page, figure)
    subject = unit_before(page, figure)
    running = bool(taken) and figure.sentence.number - taken[-1].figure.sentence.number <= 1
    if order_talk(page, figure, relief=not running) and not unit:
        return None
    if unit and any(h.row["role"] == "cash_in_lieu" for h in page.cues("roles", figure.sentence.start, figure.start)):
        return None
    if unit:
        name = good or carried_item(page, figure, taken)
        return Price(figure, name, unit) if name else None
    if subject and (verb or figure.sentence.paragraph in talk):
        name = good or carried_item(page, figure, taken)
        return Price(figure, name, subject) if name else None
    if verb and good and (figure.sentence.paragraph in talk or verb == "strong"):
        return Price(figure, good, usual_unit(page, good))
    if good and (korean := korean_unit_before(page, figure)):
        return Price(figure, good, korean)
    monthly = page.cues("every", figure.end, figure.end + 10)
    if (
        verb == "strong"
        and not good
        and not monthly
        and (
            figure.sentence.paragraph in talk
            or taken
            or COSTS.search(page.text[max(0, figure.start - 20) : figure.start])
        )
    ):
        name = carried_item(page, figure, taken)
        return Price(figure, name, usual_unit(page, name)) if name else None
    return continued(page, figure, good, taken)


def aside(page: Page, figure: Figure) -> bool:
    """Whether the figure is by how much a price moved, a line it crossed, or a sum worked out from it."""
    start = max(figure.sentence.start, figure.start - 32)
    change = page.cues("voice", start, figure.start, "change")
    if change and re.search(r"\b(?:by|of)\b", page.text[change[-1].start : figure.start]):
        return True
    if page.cues("voice", figure.end, min(figure.sentence.end, figure.end + 14), "change"):
        return True
    return bool(page.cues("voice", start, figure.start, "aside") or page.cues("voice", start, figure.start, "same"))


def continued(page: Page, figure: Figure, good: str | None, taken: list[Price]) -> Price | None:
    """A price told with the words of the one before it: "5,600 in Sinuiju"."""
    if not taken:
        return None
    last = taken[-1]
    near = (
        figure.sentence.number - last.figure.sentence.number <= 2
        and figure.sentence.paragraph == last.figure.sentence.paragraph
    )
    if not near or figure.unit != last.figure.unit or order_talk(page, figure, relief=False):
        return None
    if good and good != last.item:
        return Price(figure, good, usual_unit(page, good))
    gap = page.text[last.figure.end : figure.start]
    if figure.sentence == last.figure.sentence and SPREAD.fullmatch(gap):
        return Price(figure, last.item, last.unit)
    if re.match(r"\s(?:in|for|at)\s(?:the\s)?[A-Z]", page.text[figure.end : figure.end + 12]) or price_verb(
        page, figure
    ):
        return Price(figure, last.item, last.unit)
    return None


def unit_behind(page: Page, figure: Figure) -> str | None:
    """Unit that a price is for, right behind it: "won a kilogram", "won/kg"."""
    if not PER.match(page.text, figure.end):
        return None
    match = page.lexicon.units.search(page.text, figure.end, figure.end + 34)
    if (
        not match
        or page.text[match.start(1) - 1].isalpha()
        or page.lexicon.unit_rows[match[1].casefold()]["family"] not in (*MASS, "container", "piece")
    ):
        return None
    gap = page.text[figure.end : match.start(1)]
    return page.lexicon.unit_rows[match[1].casefold()]["unit"] if PER_UNIT.fullmatch(gap) else None


def unit_before(page: Page, figure: Figure) -> str | None:
    """Unit as the subject of the sentence: "a kilogram of rice was"."""
    start = max(figure.sentence.start, figure.start - 90)
    if not page.lexicon.unit_subject.search(page.text, start - 6 if start > 6 else 0, figure.start):
        return None
    for match in page.lexicon.units.finditer(page.text, start, figure.start):
        if page.text[match.start(1) - 1 : match.start(1)].isalpha():
            continue
        row = page.lexicon.unit_rows[match[1].casefold()]
        if row["family"] in MASS and UNIT_SUBJECT.search(page.text[max(0, match.start(1) - 5) : match.start(1)]):
            return row["unit"]
    return None


def korean_unit_before(page: Page, figure: Figure) -> str | None:
    """Unit as the topic of a Korean sentence, right before the sum: 쌀 1kg은 5천원."""
    for match in page.lexicon.korean_units.finditer(
        page.text, max(figure.sentence.start, figure.start - 16), figure.start
    ):
        row = page.lexicon.unit_rows[match[1].casefold()]
        lead = page.text[max(0, match.start() - 3) : match.start()]
        if (
            row["family"] in MASS
            and re.search(r"(?<![\d.,])(?:1|한)\s?$", lead)
            and re.fullmatch(r"(?:은|는|이|가|에|당)\s?(?:약\s)?", page.text[match.end() : figure.start])
        ):
            return row["unit"]
    return None


def rate_item(page: Page, figure: Figure) -> str | None:
    """Foreign currency that the figure is the price of: "one yuan was 900 won", "the dollar rose to"."""
    lead = page.text[max(figure.sentence.start, figure.start - 110) : figure.start]
    match = next(iter(list(page.lexicon.rate.finditer(lead))[::-1]), None)
    if match is None and re.match(r"\W*(?:\w+\s){0,4}it\s", lead) and figure.sentence.number:
        before = page.sentences[figure.sentence.number - 1]
        lead = page.text[before.start : before.end]
        match = page.lexicon.rate.search(lead)
    if match is None or page.lexicon.unit_rows[match[1].casefold()]["unit"] == figure.unit:
        return None
    rest = lead[match.end() :]
    items = [h for h in page.cues("items", figure.start - len(rest), figure.start) if h.row["item"] != "cash"]
    return None if items else page.lexicon.unit_rows[match[1].casefold()]["unit"]


def good_near(page: Page, figure: Figure) -> str | None:
    """Good that a price is for: behind it ("won for corn", "won a kilo of rice"), else the last one named before it."""
    for hit in page.cues("items", figure.end, min(figure.sentence.end, figure.end + 44)):
        gap = page.text[figure.end : hit.start]
        if re.search(r"\b(?:for|of)\s(?:\w+\s){0,2}$", gap) and not re.search(r"[,.;:]|\d", gap):
            return priced(hit)
        break
    before = [h for h in page.cues("items", figure.sentence.start, figure.start) if h.row["generic"] != "yes"]
    return priced(before[-1]) if before else None


def priced(hit: Hit) -> str:
    """Name of the good."""
    return hit.row["item"]


def carried_item(page: Page, figure: Figure, taken: list[Price]) -> str | None:
    """Good of the sentences before, where the sentence names none."""
    start, _ = page.paragraph(figure.sentence)
    hit = page.hits["items"].last(max(start, figure.start - 500), figure.start)
    if hit and hit.row["generic"] != "yes":
        return hit.row["item"]
    if taken:
        return taken[-1].item
    before = [
        h.row["item"] for h in page.cues("items", max(0, figure.start - 600), figure.start) if h.row["generic"] != "yes"
    ]
    return before[-1] if before else None


def price_verb(page: Page, figure: Figure) -> str:
    """Whether a word of price leads to the figure."""
    cues = page.cues("voice", max(figure.sentence.start, figure.start - 48), figure.start, "price")
    if cues:
        return "strong" if figure.start - cues[-1].end < 30 else "weak"
    if re.search(
        r"\b(?:was|were|is|at|now|:)\s?(?:now\s|only\s|about\s|around\s|some\s|still\s)*$",
        page.text[max(0, figure.start - 20) : figure.start],
    ):
        return "weak"
    return ""


def order_talk(page: Page, figure: Figure, *, relief: bool = True) -> bool:
    """Whether the words beside the figure make it a demand, a fine or a hand-out rather than a price."""
    start, end = max(figure.sentence.start, figure.start - 70), min(figure.sentence.end, figure.end + 40)
    given = () if relief else ("received", "entitlement", "supply")
    return any(int(h.row["weight"]) >= 3 and h.row["role"] not in given for h in page.cues("roles", start, end))


def usual_unit(page: Page, item: str) -> str:
    """Unit that a good is priced by where the text gives none."""
    known = page.lexicon.country.items.get(item)
    if known is None:
        return page.lexicon.usual_units.get(item, "kg")
    return {"mass": "kg", "volume": "m3" if known.unit == "m3" else "l", "count": known.unit}.get(known.family, "piece")


def unit_of_price(figure: Figure, taken: dict[int, list[Price]]) -> bool:
    """Whether an amount is only what a price is for: the kilogram of "a kilogram cost 4,800 won"."""
    if figure.low != 1 or figure.family not in (*MASS, "money"):
        return False
    return any(abs(p.figure.start - figure.end) < 90 for p in taken.get(figure.sentence.number, ()))
