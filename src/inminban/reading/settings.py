"""Where, when and by whom: the places, days and office of an order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from inminban.model.orders import Evidence, OrderKind, PlaceName
from inminban.reading.dates import Day
from inminban.reading.lexicon import Hit
from inminban.reading.names import Place
from inminban.reading.page import Page
from inminban.reading.sentences import Sentence

Span = tuple[int, int]
ALONGSIDE = re.compile(
    r"\s*,?\s*(?:and|및)\s+(?:(?:elsewhere|(?:other\s+)?(?:areas|parts|places|towns|regions|cities))\s+(?:of|in)\s+)?$",
    re.IGNORECASE,
)
OF_PLACE = re.compile(r"\s(?:of|in)\s(?:the\s)?(?:city of\s)?$")
OWNER = re.compile(r"(?:['’]s)?\s(?:city\s|county\s|provincial\s|municipal\s|local\s)?$")
MUST = re.compile(
    r"\s(?:must|should|is to|are to|ha[sd] to|have to|need(?:s|ed)? to|(?:was|were|is|are|(?:has|have|had) been)\s"
    r"(?:told|ordered|instructed|asked|tasked|directed|charged|assigned|made|required|placed))\b"
)
ORDERS = re.compile(
    r"\s(?:(?:has|have|had|reportedly|recently|then|also|first)\s){0,2}(?:order|announc|instruct|decid|decree|proclaim|"
    r"declar|demand|direct|issu|impos|notif|indicat|ban)\w*\b"
)
GIVEN = frozenset(["entitlement", "received", "supply"])
MOST_PLACES = 12
LINK = 100  # words between two places that name them alongside are fewer letters than this


def where(page: Page, spans: Iterable[Span]) -> tuple[Place, ...]:
    """Places that an order applies to: those beside its words, else the nearest above them, else those of the lead.

    An empty answer means the whole country.
    """
    spans = tuple(spans)
    own = [own_places(page, *span) for span in spans]
    first = own[0] if own else ()
    later = tuple(p for part in own[1:] for p in part)
    if not first:
        above = above_places(page, spans[0][0] if spans else len(page.text))
        if later:
            inside = {a for p in later if p.id for a in page.lexicon.country.gazetteer.ancestors(p.id)}
            above = tuple(p for p in above if p.id in inside)
        first = above
    return refined(page, alone(page, first, later))


def own_places(page: Page, start: int, end: int) -> tuple[Place, ...]:
    """Places of a sentence that an order may hold in."""
    country = page.lexicon.country.root
    return narrowed(page, tuple(p for p in page.places_in(start, end) if not p.aside and p.id != country))


def above_places(page: Page, first: int) -> tuple[Place, ...]:
    """Places named nearest above a sentence, else those of the lead, else where the source is."""
    country = page.lexicon.country.root
    start, end = page.paragraph(page.sentence(first)) if page.sentences else (0, 0)
    above = [p for p in page.places_in(start, max(first, start)) if not p.aside]
    around = [p for p in page.places_in(start, end) if not p.aside]
    if (above and above[-1].id == country) or (around and all(p.id == country for p in around)):
        return ()
    sentence = page.sentence(start)
    before = page.paragraph(page.sentences[sentence.number - 1])[0] if sentence.number else start
    for left, right in ((start, first), (before, start), (0, first), (0, len(page.text))):
        found = nearest_sentence(page, left, right, backwards=left != 0)
        if found and not (left == 0 and of_country(page)):
            return narrowed(page, found)
    aside = narrowed(page, tuple(p for p in page.places if p.id and p.id != country)[:2])[:1]
    small = bool(aside) and page.lexicon.country.gazetteer.area(aside[0].id or "") is not None
    return aside if small or not of_country(page) else ()


def alone(page: Page, first: tuple[Place, ...], later: tuple[Place, ...]) -> tuple[Place, ...]:
    """One mention of each place; a province named later goes where a town in it was named before."""
    gazetteer = page.lexicon.country.gazetteer
    around = {a for p in (*first, *later) if p.id for a in gazetteer.ancestors(p.id)[1:]}
    provinces = {a for a in around if gazetteer.places[a].level == "province"}
    kept: dict[str, Place] = {}
    for number, place in enumerate((*first, *later)):
        if number < len(first) or place.id not in provinces:
            kept.setdefault(place.id or place.name, place)
    return tuple(kept.values())[:MOST_PLACES]


def of_country(page: Page) -> bool:
    """Whether the first sentences speak of the country, and of no place in it but where a source is."""
    if not page.sentences:
        return False
    end = page.paragraphs[page.sentences[0].paragraph][1]
    name = page.lexicon.country.name
    if any(not p.aside and p.id != page.lexicon.country.root for p in page.places_in(0, end)):
        return False
    return name in page.text[:end]


def nearest_sentence(page: Page, start: int, end: int, *, backwards: bool) -> tuple[Place, ...]:
    """Places of the one sentence in the stretch that names some, the last or the first."""
    found = [p for p in page.places_in(start, end) if not p.aside and p.id != page.lexicon.country.root]
    if not found:
        return ()
    sentence = page.sentence(found[-1 if backwards else 0].start)
    return tuple(p for p in found if sentence.start <= p.start < sentence.end)


def refined(page: Page, found: tuple[Place, ...]) -> tuple[Place, ...]:
    """Where one province or city was found, the places in it that the text names, if it names them as a list."""
    if len(found) != 1 or not found[0].id:
        return found
    gazetteer = page.lexicon.country.gazetteer
    inner = [p for p in page.places if p.id and not p.aside and found[0].id in gazetteer.ancestors(p.id)[1:]]
    listed = [
        p
        for n, p in enumerate(inner)
        if any(abs(p.start - q.start) < 60 for q in inner[max(0, n - 1) : n + 2] if q is not p and q.id != p.id)
    ]
    return narrowed(page, tuple(listed)) if len(listed) > 2 else found


def narrowed(page: Page, found: tuple[Place, ...]) -> tuple[Place, ...]:
    """One mention of each place; what lies around another of them goes, unless it is named alongside."""
    gazetteer = page.lexicon.country.gazetteer
    kept: dict[str, Place] = {}
    for number, place in enumerate(found):
        around = [p for p in found if p.id and place.id and place.id in gazetteer.ancestors(p.id)[1:]]
        before = found[number - 1] if number else None
        beside = before is not None and bool(
            ALONGSIDE.search(page.text[max(before.end, place.start - LINK) : place.start])
        )
        if around and not beside:
            continue
        if not place.id and any(p.within and place.name in p.within for p in found):
            continue
        if place.id and any(p.id is None and p.within and place.name in p.within for p in found):
            continue
        kept.setdefault(place.id or place.name, place)
    return tuple(kept.values())[:MOST_PLACES]


def names(page: Page, found: tuple[Place, ...]) -> tuple[PlaceName, ...]:
    """Places as a record names them; the whole country where the text names none."""
    if found:
        return tuple(p.named for p in found)
    country = page.lexicon.country
    return (PlaceName(name=country.name, within=None, place=country.root),)


def issuer(page: Page, spans: Iterable[Span], place: Place | None) -> tuple[str, Hit] | None:
    """Office that the order comes from: the one named nearest before its words, with the place it belongs to."""
    spans = tuple(spans)
    first = spans[0][0] if spans else len(page.text)
    stop = spans[-1][1] if spans else len(page.text)
    marks: Counter[int] = Counter()
    hits = page.hits["offices"].all
    for number, hit in enumerate(hits[:400]):
        tier = hit.row["tier"]
        mark = {"authorities": -6, "school": -2, "work": -4, "police": 0, "unit": -2}.get(tier, 2)
        mark += 3 * (titled(page, hit) != page.text[hit.start : hit.end])
        sentence = page.sentence(hit.start)
        act = page.cues("voice", sentence.start, sentence.end, "act")
        mark += 3 * bool(act) + (4 if hit.start < stop and hit.start >= first - 200 else 0)
        mark += told_off(page, hit) + 4 * bool(ORDERS.match(page.text, hit.end))
        marks[number] = mark * 100 - number
    if not marks:
        return None
    best = hits[max(marks, key=lambda n: marks[n])]
    return titled(page, best), best


def told_off(page: Page, office: Hit) -> int:
    """Mark of an office that only carries out what another ordered: it must do something, or was told to."""
    return -8 if MUST.match(page.text, office.end) else 0


def titled(page: Page, office: Hit) -> str:
    """Name of an office with its place: "people's committee of Ranam District", "Hyesan people's committee"."""
    words = page.text[office.start : office.end]
    for place in page.places_in(office.end, office.end + 30)[:1]:
        if OF_PLACE.fullmatch(page.text[office.end : place.start]):
            return f"{words} of {place.name}"
    for place in page.places_in(max(0, office.start - 60), office.start)[::-1][:1]:
        if OWNER.fullmatch(page.text[place.end : office.start]):
            return f"{place.name} {words}"
    return words


BY = re.compile(
    r"\b(?:by|until|till|before|no later than|up to|deadline of|due on|due|"
    r"deadline\s(?:is|was|falls on|set for|has been set for)|(?:ends?|closes?|runs|finish(?:es|ed)?)\s(?:on|by|until)|"
    r"(?:last|final) day (?:is|was))\s"
    r"(?:the\s)?(?:evening of\s|end of\s|midnight on\s)?$",
    re.IGNORECASE,
)
SINCE = re.compile(
    r"\b(?:from|since|starting|beginning|began|begun|begin|begins|as of|effective|start(?:s|ed)?)\s"
    r"(?:from\s|on\s|in\s|the\s|about\s)*$",
    re.IGNORECASE,
)
TO = re.compile(r"\b(?:to|until|till|through|up to)\s(?:the\s)?(?:end of\s)?$", re.IGNORECASE)
ENDED = re.compile(r"\b(?:lifted|called off|ended|over|dissolved|expired)\b", re.IGNORECASE)
ARRIVED = re.compile(
    r"\b(?:arriv\w+|(?:pull|roll)ed in(?:to)?|came|reached|hand(?:ed|ing|s)? out|distribut(?:ed|ing)|delivered|issued|"
    r"gave|given|granted|supplied|got)\b",
    re.IGNORECASE,
)


HOLIDAY = re.compile(
    r"\b(?:holidays?|birthday|anniversary|festival|election|elections)\s(?:(?:on|of)\s)?$", re.IGNORECASE
)


def days(
    page: Page, kind: OrderKind, spans: Iterable[Span], aside: frozenset[Span] = frozenset()
) -> tuple[dict[str, str], list[Evidence]]:
    """Days of an order by field, each with its words; what a source's day of speaking is, is left out.

    Sentences in `aside` are passed over.
    """
    found: dict[str, str] = {}
    evidence: list[Evidence] = []
    for start, end in spans:
        for day in page.dates_in(start, end):
            if day.value is None or len(day.value) < 7:
                continue
            sentence = page.sentence(day.start)
            name = field(page, kind, day.start, day.end)
            if (sentence.start, sentence.end) in aside or old(day.value, page.published) or of_price(page, day):
                continue
            if name and (
                name not in found or (name == "start" and kind == "relief" and earlier(day.value, found[name]))
            ):
                evidence = [e for e in evidence if e.field != name]
                found[name] = day.value
                evidence.append(
                    Evidence(
                        field=name,
                        quote=page.text[day.start : day.end][:200],
                        start=day.start,
                        end=min(day.end, day.start + 200),
                    )
                )
    for first, last in (("issued", "due"), ("start", "end")):
        if first in found and last in found and backwards(found[first], found[last]):
            del found[last]
            evidence = [e for e in evidence if e.field != last]
    return found, evidence


def of_others(page: Page, kind: OrderKind, others: frozenset[OrderKind]) -> frozenset[Span]:
    """Sentences with a date that speak of the report's orders of other kinds only."""
    found = set()
    for sentence in {page.sentence(d.start) for d in page.dates}:
        hits = page.cues("kinds", sentence.start, sentence.end)
        kinds = {h.row["kind"] for h in hits if int(h.row["weight"]) > 1}
        if kinds & others and kind not in kinds:
            found.add((sentence.start, sentence.end))
    return frozenset(found)


def of_price(page: Page, day: Day) -> bool:
    """Whether a date is that of a market price."""
    sentence = page.sentence(day.start)
    near = page.cues("voice", max(sentence.start, day.start - 40), min(sentence.end, day.end + 40), "price")
    return bool(near) and not page.cues("voice", sentence.start, sentence.end, "act")


def old(day: str, published: str | None) -> bool:
    """Whether a day lies years before publication, so that it belongs to history."""
    return bool(published) and day[0] != "X" and int(day[:4]) < int(str(published)[:4]) - 2


def earlier(left: str, right: str) -> bool:
    """Whether a day lies before another of the same month."""
    return len(left) == 10 and left[:7] == right[:7] and left < right


def backwards(first: str, last: str) -> bool:
    """Whether the last day certainly lies before the first."""
    if first.startswith("X") or last.startswith("X"):
        return False
    length = min(len(first), len(last))
    return last[:length] < first[:length]


def field(page: Page, kind: OrderKind, start: int, end: int) -> str | None:
    """Field of the order that a date fills; None for the day a source spoke, or one that belongs to nothing."""
    sentence = page.sentence(start)
    lead = page.text[max(sentence.start, start - 40) : start]
    behind = page.text[end : end + 8]
    if "까지" in behind:
        return "due" if kind == "levy" else "end"
    if "부터" in behind:
        return "start"
    if BY.search(lead) or lead.lower().endswith(("by ", "until ")):
        return last_day(page, kind, sentence)
    near = page.dates_in(max(sentence.start, start - 40), start)
    if TO.search(lead) and near and SINCE.search(page.text[max(0, near[-1].start - 20) : near[-1].start]):
        return "end"
    if SINCE.search(lead):
        return "start"
    if spoken(page, start, end):
        return None
    if TO.search(lead) and kind != "levy":
        return "end" if end - start > 4 and any(c.isdigit() for c in page.text[start:end]) else None
    if ENDED.search(page.text, max(sentence.start, start - 40), start) and kind in ("restriction", "crackdown"):
        return "end"
    if kind == "relief" and ARRIVED.search(page.text, sentence.start, sentence.end):
        return "start"
    if kind == "restriction" and ARRIVED.search(page.text, max(sentence.start, start - 40), start):
        return None
    if kind == "restriction" and not page.cues("voice", sentence.start, sentence.end, "act"):
        return "start"
    return ahead(page, kind, start)


def ahead(page: Page, kind: OrderKind, start: int) -> str | None:
    """Field of a day that no word beside it explains: that of the order, unless it is a holiday's or still to come."""
    if HOLIDAY.search(page.text[max(0, start - 30) : start]):
        return None
    value = page.dates_in(start, start + 1)[0].value or ""
    later = page.published is not None and len(page.published) == len(value) == 10 and page.published < value
    return ("due" if kind == "levy" else None) if later else "issued"


def last_day(page: Page, kind: OrderKind, sentence: Sentence) -> str | None:
    """Field that "by" a day fills: of relief only where the sentence gives something, else it is another's task."""
    if kind != "relief":
        return "due" if kind == "levy" else "end"
    given = any(h.row["role"] in GIVEN for h in page.cues("roles", sentence.start, sentence.end))
    return "end" if given else None


def spoken(page: Page, start: int, end: int) -> bool:
    """Whether a date is when somebody spoke or published rather than when something happened."""
    sentence = page.sentence(start)
    before = [
        h for h in page.cues("voice", max(sentence.start, start - 90), start) if h.row["what"] in ("speech", "act")
    ]
    if before:
        gap = page.text[before[-1].end : start]
        return before[-1].row["what"] == "speech" and not re.search(r"\bthat\b|[:;]|\bsaying\b|\bas saying\b", gap)
    told = page.cues("voice", end, min(sentence.end, end + 40))
    if start - sentence.start > 5 and told and told[0].start - end < 4 and page.text[end : end + 2] == ", ":
        return False  # "it began on Sept. 12, a source said": the day closes what the source tells
    reach = 100 if start - sentence.start < 6 else 50
    after = [h for h in page.cues("voice", end, min(sentence.end, end + reach)) if h.row["what"] in ("speech", "act")]
    return bool(after) and after[0].row["what"] == "speech" and not re.search(r"[\"”]", page.text[end : after[0].start])
