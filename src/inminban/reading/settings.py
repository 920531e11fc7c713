"""Where, when and by whom: the places, days and office of an order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from inminban.model.orders import Evidence, OrderKind, PlaceName
from inminban.reading.lexicon import Hit
from inminban.reading.names import Place
from inminban.reading.page import Page

Span = tuple[int, int]
ALONGSIDE = re.compile(
    r"\s*,?\s*(?:and|및)\s+(?:(?:other\s+)?(?:areas|parts|places|towns|regions)\s+(?:of|in)\s+)?$", re.IGNORECASE
)
OF_PLACE = re.compile(r"\s(?:of|in)\s(?:the\s)?(?:city of\s)?$")
OWNER = re.compile(r"(?:['’]s)?\s(?:city\s|county\s|provincial\s|municipal\s|local\s)?$")
MOST_PLACES = 12


def where(page: Page, spans: Iterable[Span]) -> tuple[Place, ...]:
    """Places that an order applies to: those beside its words, else the nearest above them, else those of the lead.

    An empty answer means the whole country.
    """
    spans = tuple(spans)
    country = page.lexicon.country.root
    own = [p for start, end in spans for p in page.places_in(start, end) if not p.aside]
    if any(p.id != country for p in own):
        apart = [
            narrowed(page, tuple(p for p in own if start <= p.start < end and p.id != country)) for start, end in spans
        ]
        return refined(page, alone(page, tuple(p for part in apart for p in part)))
    first = spans[0][0] if spans else len(page.text)
    start, _ = page.paragraph(page.sentence(first)) if page.sentences else (0, 0)
    above = [p for p in page.places_in(start, first) if not p.aside]
    if own or (above and above[-1].id == country):
        return ()
    for left, right in ((start, first), (0, first), (0, len(page.text))):
        found = nearest_sentence(page, left, right, backwards=left == start)
        if found and not (left == 0 and of_country(page)):
            return refined(page, narrowed(page, found))
    if of_country(page):
        return ()
    aside = tuple(p for p in page.places if p.id and p.id != country)
    return narrowed(page, aside[:2])[:1]


def alone(page: Page, found: tuple[Place, ...]) -> tuple[Place, ...]:
    """One mention of each place; a province goes where a town in it is named as well."""
    gazetteer = page.lexicon.country.gazetteer
    kept = {p.id or p.name: p for p in reversed(found)}
    inner = {a for p in found if p.id for a in gazetteer.ancestors(p.id)[1:] if gazetteer.places[a].level == "province"}
    return tuple(p for p in reversed(kept.values()) if p.id not in inner or len(found) == len(kept))[:MOST_PLACES]


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
        beside = before is not None and bool(ALONGSIDE.search(page.text[before.end : place.start]))
        inside = place.id is None and before is not None and False
        if (around and not beside) or inside:
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
        marks[number] = mark * 100 - number
    if not marks:
        return None
    best = hits[max(marks, key=lambda n: marks[n])]
    return titled(page, best), best


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
    r"\b(?:by|until|till|before|no later than|up to|deadline of|due on|due)\s"
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
    r"\b(?:arriv\w+|came|reached|handed out|distributed|delivered|issued|gave|given|granted|supplied|got)\b",
    re.IGNORECASE,
)


def days(page: Page, kind: OrderKind, spans: Iterable[Span]) -> tuple[dict[str, str], list[Evidence]]:
    """Days of an order by field, each with its words; what a source's day of speaking is, is left out."""
    found: dict[str, str] = {}
    evidence: list[Evidence] = []
    for start, end in spans:
        for day in page.dates_in(start, end):
            if day.value is None or len(day.value) < 7:
                continue
            name = field(page, kind, day.start, day.end)
            if old(day.value, page.published):
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


def old(day: str, published: str | None) -> bool:
    """Whether a day lies more than a year before publication, so that it belongs to history."""
    return bool(published) and day[0] != "X" and int(day[:4]) < int(str(published)[:4]) - 1


def earlier(left: str, right: str) -> bool:
    """Whether a date lies before another of the same exactness."""
    return len(left) == len(right) and (left[0] == "X") == (right[0] == "X") and left < right


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
        return "due" if kind == "levy" else "end"
    near = page.dates_in(max(sentence.start, start - 40), start)
    if TO.search(lead) and near and SINCE.search(page.text[max(0, near[-1].start - 20) : near[-1].start]):
        return "end"
    if spoken(page, start, end):
        return None
    if TO.search(lead) and kind != "levy":
        return "end"
    if SINCE.search(lead):
        return "start"
    if ENDED.search(page.text, max(sentence.start, start - 40), start) and kind in ("restriction", "crackdown"):
        return "end"
    if kind == "relief" and ARRIVED.search(page.text, sentence.start, sentence.end):
        return "start"
    if kind == "restriction" and not page.cues("voice", sentence.start, sentence.end, "act"):
        return "start"
    return "issued"


def spoken(page: Page, start: int, end: int) -> bool:
    """Whether a date is when somebody spoke or published rather than when something happened."""
    sentence = page.sentence(start)
    before = [
        h for h in page.cues("voice", max(sentence.start, start - 90), start) if h.row["what"] in ("speech", "act")
    ]
    if before:
        gap = page.text[before[-1].end : start]
        return before[-1].row["what"] == "speech" and not re.search(r"\bthat\b|[:;]|\bsaying\b|\bas saying\b", gap)
    after = [h for h in page.cues("voice", end, min(sentence.end, end + 100)) if h.row["what"] in ("speech", "act")]
    return bool(after) and after[0].row["what"] == "speech"
