"""Figures: a number with its unit or currency and the good it counts, as far as the words beside it tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from inminban.model.orders import Per, Reading, Role
from inminban.reading.amounts import Amount, Number
from inminban.reading.page import Page
from inminban.reading.sentences import Sentence

STOPWORDS = frozenset(
    "to for from by in on at per each every or with the was were is are be been that which who whom whose as than when while if "
    "had has have a an went goes go made makes this it they he she we you not no but after before until over under into out off "
    "up down worth more less since during between among because so".split()
)
RANGE = re.compile(r"\s?(-|–|—|~|∼|to|up to|에서|and|or|내지)\s?", re.IGNORECASE)
OF = re.compile(r"\s(?:worth\s)?of\s(?:the\s|these\s|this\s|those\s|their\s|its\s)?", re.IGNORECASE)
EACH_BEHIND = re.compile(r"\s(?:of\s)?each\b", re.IGNORECASE)
EACH_OF = re.compile(r"\seach\sof\s", re.IGNORECASE)
ARTICLE = re.compile(r"\b[Aa]n?\s(?:single\s|full\s|whole\s)?(?=[a-z])")
LIST = re.compile(r"\s?(?:,|and|,\sand|or|및|와|과)?\s?(?:the\s|small\s|new\s)?", re.IGNORECASE)
COLON = re.compile(r"[^.;:!?\n]{0,24}?\s?[:,]\s?(?:the small sort:\s?)?(?:about\s|some\s|around\s|at least\s)?$")
NOUN = re.compile(r"[\s-]?([a-z][a-z'’-]{2,})(?:\s([a-z][a-z'’-]{2,}))?")
KOREAN_BEFORE = re.compile(r"[가-힣]{0,3}\s?(?:약\s?|각각\s?|씩\s?|최소\s?)?$")
AGAIN = re.compile(r"\b(?:further|additional|another|this one for|larger ones|up to|as much as|also|and|then|now|to)\s\S{0,12}\s?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what it counts; `drop` says why it is no figure of an order, once that is known."""

    number: Number
    start: int
    end: int
    unit: str | None
    family: str
    item: str | None
    sentence: Sentence
    item_end: int = 0
    named: bool = False
    high: Amount | None = None
    role: Role | None = None
    per: Per | None = None
    per_how: str = ""
    every: str = "once"
    drop: str = ""
    readings: tuple[Reading, ...] = ()
    alternative: bool = False
    spans: tuple[tuple[int, int], ...] = field(default=())

    @property
    def low(self) -> Amount:
        """The amount, the lower end of a range."""
        return self.number.low


def figures(page: Page) -> list[Figure]:
    """Every number of the text that is not part of a date or a name, in order, with what it counts."""
    found: list[Figure] = []
    raw = [raw_figure(page, n) for n in with_articles(page) if not page.masked(n.start, n.end)]
    for figure in joined(page, raw):
        found += itemised(page, figure, found[-1] if found else None)
    return found


def with_articles(page: Page) -> list[Number]:
    """The numbers, and "a kilogram of" as one."""
    one = []
    for match in ARTICLE.finditer(page.text):
        unit = page.lexicon.units.match(page.text, match.end())
        if unit and unit.start() == match.end() and OF.match(page.text, unit.end()):
            row = page.lexicon.unit_rows[unit[1].casefold()]
            if row["family"] in ("mass", "volume", "container", "piece"):
                one.append(Number(match.start(), match.end() - 1, 1, words=True))
    taken = {n.start for n in page.numbers}
    return sorted([*page.numbers, *(n for n in one if n.start not in taken)], key=lambda n: n.start)


def raw_figure(page: Page, number: Number) -> Figure:
    """Number with the unit or currency beside it."""
    text, lexicon = page.text, page.lexicon
    sentence = page.sentence(number.start)
    symbol = lexicon.symbols.search(text, max(0, number.start - 8), number.start)
    if symbol:
        end = number.end
        tail = re.compile(r"\s(?:US|U\.S\.|won|yuan|KPW|dollars)\b\.?").match(text, end)
        return Figure(number, symbol.start(1), tail.end() if tail else end, lexicon.symbol_units[symbol[1]], "money", None, sentence)
    match = lexicon.units.match(text, number.end) or lexicon.korean_units.match(text, number.end)
    if match and clear(text, match):
        row = lexicon.unit_rows[match[1].casefold()]
        return Figure(number, number.start, match.end(), row["unit"], row["family"], None, sentence)
    return Figure(number, number.start, number.end, None, "", None, sentence)


def clear(text: str, match: re.Match[str]) -> bool:
    """Whether a unit of one letter is really one: "5 g" but not "5 a"."""
    word = match[1]
    return len(word) > 1 or not word.isalpha() or not word.isascii() or not text[match.end() : match.end() + 1].isalnum()


def joined(page: Page, raw: list[Figure]) -> list[Figure]:
    """Pairs of numbers that are the two ends of a range become one figure."""
    found: list[Figure] = []
    for figure in raw:
        before = found[-1] if found else None
        if before is None or before.high is not None or not is_range(page, before, figure):
            found.append(figure)
            continue
        low, high = before.number, figure.number
        if high.scale > low.scale == 1 and low.low < high.low / high.scale:
            low = replace(low, low=low.low * high.scale)
        unit, family = (figure.unit, figure.family) if figure.unit else (before.unit, before.family)
        approx = low.approx or high.approx
        span = (min(before.start, figure.start), max(before.end, figure.end))
        found[-1] = replace(before, number=replace(low, approx=approx), high=high.low, unit=unit, family=family, start=span[0], end=span[1])
    return found


def is_range(page: Page, low: Figure, high: Figure) -> bool:
    """Whether two figures are written as one range: 3 to 5 kg, between eight and 15, KPW 5,000 to KPW 10,000."""
    gap = page.text[low.end : high.start]
    match = RANGE.fullmatch(gap) if len(gap) < 9 else None
    if not match or (low.unit and high.unit and low.unit != high.unit):
        return False
    first, last, word = low.number.low, high.number.low, match[1].lower()
    if high.number.scale > low.number.scale == 1 and first < last / high.number.scale:
        first = first * high.number.scale
    if not first < last <= first * 20:
        return False
    lead = page.text[max(0, low.start - 12) : low.start].lower()
    if word == "and":
        return lead.rstrip().endswith("between")
    if word == "or":
        return last <= first * 3 and (low.unit is None or low.unit == high.unit)
    return not (word == "to" and low.end > low.number.end and lead.rstrip().endswith("from") and low.family == "money")


def itemised(page: Page, figure: Figure, before: Figure | None) -> list[Figure]:
    """The figure with the good it counts; one figure for each good where one amount stands for several."""
    if figure.family in ("money", "small money"):
        return [replace(figure, item="cash", named=True)]
    if several := list(of_each(page, figure)):
        return several
    if figure.unit:
        return [measured(page, figure)]
    return [counted(page, figure, before)]


def of_each(page: Page, figure: Figure) -> Iterator[Figure]:
    """Amounts of several goods in one: "one bottle each of vinegar and oil", "rubber and paper, one kilogram of each"."""
    text = page.text
    stop = figure.sentence.end
    if match := EACH_OF.match(text, figure.end):
        hits = run_of(page, page.cues("items", match.end(), min(stop, match.end() + 120)))
        if len(hits) > 1 and hits[0].start - match.end() < 24:
            for hit in hits:
                yield replace(figure, item=hit.row["item"], named=True, end=hits[-1].end, item_end=hits[-1].end)
    elif figure.unit and (match := EACH_BEHIND.match(text, figure.end)):
        near = page.cues("items", max(figure.sentence.start, figure.start - 90), figure.start)
        hits = run_of(page, near[::-1])[::-1]
        if len(hits) > 1 and figure.start - hits[-1].end < 4:
            for hit in hits:
                yield replace(figure, item=hit.row["item"], named=True, start=hits[0].start, end=match.end(), item_end=match.end())


def run_of(page: Page, hits: tuple) -> list:  # type: ignore[type-arg]
    """Items from the first on that stand in one list."""
    run = list(hits[:1])
    for hit in hits[1:]:
        gap = page.text[min(hit.end, run[-1].end) : max(hit.start, run[-1].start)]
        if not LIST.fullmatch(gap):
            break
        run.append(hit)
    return run


def measured(page: Page, figure: Figure) -> Figure:
    """Figure with a unit: the good stands behind it ("of rice"), or right before it ("acorns, 5 kg")."""
    if figure.family in ("percent", "distance", "length"):
        return figure
    of = OF.match(page.text, figure.end)
    if hit := item_after(page, figure.end, figure.sentence.end):
        return replace(figure, item=hit.row["item"], named=True, end=hit.end, item_end=hit.end)
    if hit := item_before(page, figure):
        return replace(figure, item=hit.row["item"], named=True, start=hit.start if close(hit.end, figure) else figure.start)
    if of and figure.family != "time":
        noun = noun_phrase(page.text[of.end() : of.end() + 60])
        if noun and noun[0].split()[0] not in ("it", "them", "each", "which", "that", "these", "those"):
            return replace(figure, item=noun[0], named=True, end=of.end() + noun[1])
    return figure


def close(end: int, figure: Figure) -> bool:
    """Whether the words from the good to the figure make a short quote."""
    return figure.start - end < 20


def item_after(page: Page, place: int, stop: int):  # type: ignore[no-untyped-def]
    """Item behind a unit, with at most a few describing words in between."""
    for hit in page.cues("items", place, min(stop, place + 48))[:2]:
        gap = page.text[place : hit.start]
        if re.search(r"[,.;:()!?\d\"“”]|\s[-–—]\s", gap):
            return None
        words = re.findall(r"[A-Za-z']+|[가-힣]+", gap.lower())
        if words[:1] == ["of"] or words[:2] == ["worth", "of"]:
            words = [w for w in words if w not in ("of", "worth", "the", "their", "these", "this", "a", "both")]
        if len(words) <= 4 and not STOPWORDS.intersection(words) and not any("가" <= w[0] <= "힣" for w in words):
            return hit
        return None
    return None


def item_before(page: Page, figure: Figure):  # type: ignore[no-untyped-def]
    """Item right before a number: "Stones: 20", "acorns, 5 kg", 파철 7kg."""
    hit = page.hits["items"].last(max(figure.sentence.start, figure.start - 40), figure.start)
    if hit is None:
        return None
    gap = page.text[hit.end : figure.start]
    if "가" <= page.text[hit.start] <= "힣":
        return hit if KOREAN_BEFORE.fullmatch(gap) else None
    if not COLON.fullmatch(gap):
        return None
    lead = gap.strip().lower()
    if lead.startswith(":") or ": " in gap:
        return hit
    items = page.cues("items", figure.end, min(figure.sentence.end, figure.end + 30))
    ends = page.text[figure.end : figure.end + 1] in ";,.)" or not items
    owned = page.text[max(0, hit.start - 4) : hit.start].endswith("of ")
    return hit if lead in (",", "") and ends and not owned else None


def noun_phrase(text: str) -> tuple[str, int] | None:
    """Noun and the words describing it, and its length, at the start of a text; None where there is none."""
    words: list[str] = []
    end = 0
    for match in re.finditer(r"\s?([a-z][a-z'’-]+)", text):
        if match.start() != end or match[1] in STOPWORDS or match[1] in ("and", "of") or len(words) == 3:
            break
        words.append(match[1])
        end = match.end()
    return (" ".join(words), end) if words else None


def counted(page: Page, figure: Figure, before: Figure | None) -> Figure:
    """Number without a unit: goods counted by the piece, people, or the unit of the figure before it."""
    text = page.text
    if of := OF.match(text, figure.end):
        hits = page.cues("items", of.end(), of.end() + 2)
        if hits and before and before.unit and before.sentence == figure.sentence:
            return replace(figure, unit=before.unit, family=before.family, item=hits[0].row["item"], named=True, end=hits[0].end)
        if hits:
            return replace(figure, unit="piece", family="piece", item=hits[0].row["item"], named=True, end=hits[0].end)
        return figure
    if person := person_after(page, figure):
        return person
    if hit := item_after(page, figure.end, figure.sentence.end):
        return replace(figure, unit="piece", family="piece", item=hit.row["item"], named=True, end=hit.end, item_end=hit.end)
    if hit := item_before(page, figure):
        piece = replace(figure, unit="piece", family="piece", item=hit.row["item"], named=True, start=hit.start)
        if before and before.family == "money" and before.sentence.paragraph == figure.sentence.paragraph:
            return replace(figure, unit=before.unit, family="money", item="cash", named=True)
        return piece
    return carried(page, figure, before)


def person_after(page: Page, figure: Figure) -> Figure | None:
    """Number of people, households or other bearers."""
    for hit in page.cues("per", figure.end, min(figure.sentence.end, figure.end + 30))[:1]:
        gap = page.text[figure.end : hit.start]
        words = gap.lower().split()
        if re.fullmatch(r"[\s가-힣A-Za-z-]{0,28}", gap) and len(words) <= 2 and not STOPWORDS.intersection(words):
            bearer = hit.row["per"]
            return replace(figure, unit=bearer, family="people", item=bearer, named=True, end=hit.end, item_end=hit.end)
    return None


def carried(page: Page, figure: Figure, before: Figure | None) -> Figure:
    """Bare number that takes over the unit of the figure before it: "5,000 … and 4,000", "as much as 25"."""
    if before is None or before.unit is None or before.family in ("people", "percent", "time", "piece", "small money"):
        return figure
    near = figure.sentence.number - before.sentence.number <= 3 and figure.sentence.paragraph == before.sentence.paragraph
    rest = page.text[figure.end : figure.end + 12]
    alone = re.match(r"[\s]?(?:[.,;:!?)]|and\b|in\b|was\b|for\b|or\b|at\b|from\b|to\b|on\b|$)", rest)
    if not near or not alone:
        return figure
    if before.family == "money" and (figure.low >= 50 and figure.low >= before.low / 100):
        return replace(figure, unit=before.unit, family="money", item="cash", named=True)
    similar = before.low / 10 <= figure.low <= before.low * 10 and figure.low > 1
    if before.family == "mass" and similar and not figure.number.words and AGAIN.search(page.text, max(0, figure.start - 30), figure.start):
        return replace(figure, unit=before.unit, family=before.family, item=before.item, named=before.named)
    return figure
