"""What a number counts: the good behind it, before it, or carried over from the figure before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from inminban.reading.figures import Figure, candidates, replace
from inminban.reading.lexicon import Hit
from inminban.reading.page import Page

_STOPWORDS = """to for from by in on at per each every or with the was were is are be been that which who whom whose
as than when while if had has have a an went goes go made makes this it they he she we you not no but after before
until over under into out off up down worth more less since during between among because so"""
STOPWORDS = frozenset(_STOPWORDS.split())
OF = re.compile(r"\s(?:worth\s)?of\s(?:the\s|these\s|this\s|those\s|their\s|its\s)?", re.IGNORECASE)
EACH_BEHIND = re.compile(r"\s(?:of\s)?each\b", re.IGNORECASE)
EACH_OF = re.compile(r"\seach\sof\s", re.IGNORECASE)
LIST = re.compile(r"\s?(?:,|and|,\sand|or|및|와|과)?\s?(?:the\s|small\s|new\s)?", re.IGNORECASE)
COLON = re.compile(r"[^.;:!?\n]{0,24}?\s?[:,]\s?(?:the small sort:\s?)?(?:about\s|some\s|around\s|at least\s)?$")
KOREAN_BEFORE = re.compile(r"[가-힣]{0,3}\s?(?:약\s?|각각\s?|씩\s?|최소\s?)?$")
AGAIN = re.compile(
    r"\b(?:further|additional|another|this one for|larger ones|up to|as much as|also|and|then|now|to)\s\S{0,12}\s?$",
    re.IGNORECASE,
)


def figures(page: Page) -> list[Figure]:
    """Every number of the text that is not part of a date or a name, in order, with what it counts."""
    found: list[Figure] = []
    for figure in candidates(page):
        found += itemised(page, figure, found[-1] if found else None)
    return found


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
    """One amount for several goods: "one bottle each of vinegar and oil", "rubber and paper, one kilogram of each"."""
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
                yield replace(
                    figure, item=hit.row["item"], named=True, start=hits[0].start, end=match.end(), item_end=match.end()
                )


def run_of(page: Page, hits: tuple[Hit, ...]) -> list[Hit]:
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
        return replace(
            figure, item=hit.row["item"], named=True, start=hit.start if close(hit.end, figure) else figure.start
        )
    if of and figure.family != "time":
        noun = noun_phrase(page.text[of.end() : of.end() + 60])
        if noun and noun[0].split()[0] not in ("it", "them", "each", "which", "that", "these", "those"):
            return replace(figure, item=noun[0], named=True, end=of.end() + noun[1])
    return figure


def close(end: int, figure: Figure) -> bool:
    """Whether the words from the good to the figure make a short quote."""
    return figure.start - end < 20


def item_after(page: Page, place: int, stop: int) -> Hit | None:
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


def item_before(page: Page, figure: Figure) -> Hit | None:
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
            return replace(
                figure, unit=before.unit, family=before.family, item=hits[0].row["item"], named=True, end=hits[0].end
            )
        if hits:
            return replace(figure, unit="piece", family="piece", item=hits[0].row["item"], named=True, end=hits[0].end)
        return figure
    if person := person_after(page, figure):
        return person
    if hit := item_after(page, figure.end, figure.sentence.end):
        return replace(
            figure, unit="piece", family="piece", item=hit.row["item"], named=True, end=hit.end, item_end=hit.end
        )
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
            bearer, word = hit.row["per"], page.text[hit.start : hit.end].lower()
            item = word.removesuffix("s") if bearer == "person" and word not in ("people", "persons") else bearer
            return replace(
                figure,
                unit=bearer if bearer != "worker" else "person",
                family="people",
                item=item,
                named=True,
                end=hit.end,
                item_end=hit.end,
            )
    return None


def carried(page: Page, figure: Figure, before: Figure | None) -> Figure:
    """Bare number that takes over the unit of the figure before it: "5,000 … and 4,000", "as much as 25"."""
    if before is None or before.unit is None or before.family in ("people", "percent", "time", "piece", "small money"):
        return figure
    near = (
        figure.sentence.number - before.sentence.number <= 3 and figure.sentence.paragraph == before.sentence.paragraph
    )
    rest = page.text[figure.end : figure.end + 12]
    alone = re.match(r"[\s]?(?:[.,;:!?)]|and\b|in\b|was\b|for\b|or\b|at\b|from\b|to\b|on\b|$)", rest)
    if not near or not alone:
        return figure
    if before.family == "money" and (figure.low >= 50 and figure.low >= before.low / 100):
        return replace(figure, unit=before.unit, family="money", item="cash", named=True)
    similar = before.low / 10 <= figure.low <= before.low * 10 and figure.low > 1
    if (
        before.family == "mass"
        and similar
        and not figure.number.words
        and AGAIN.search(page.text, max(0, figure.start - 30), figure.start)
    ):
        return replace(figure, unit=before.unit, family=before.family, item=before.item, named=before.named)
    return figure
