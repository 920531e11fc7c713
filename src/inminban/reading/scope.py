"""For whom and how often a figure holds; where a sentence allows several answers, all of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import cast

from inminban.model.orders import Every, Per, Reading
from inminban.reading.figures import Figure, replace
from inminban.reading.lexicon import Hit
from inminban.reading.page import Page
from inminban.reading.sentences import Sentence

STRONG = re.compile(r"\b(?:each|every|per|apiece)(?:\s(?:one\s)?(?:of\s)?(?:[\w,'’-]+\s?){0,3})?[\s]?$", re.IGNORECASE)
LIGHT = re.compile(r"\b(?:a|an|by|one|for one|from one|of one)\s$", re.IGNORECASE)
KOREAN_EACH = re.compile(r"(?:당|마다|별)")
KOREAN_LEAD = re.compile(r"(?:매|각|한)\s?$")
LIST_GAP = re.compile(r"[^.;:!?()]{0,80}")
HEAD = frozenset(["head", "capita", "apiece"])
MUST = re.compile(r"\s(?:must|has to|have to|is to|are to|was told to|were told to|should|had to|needs to)\b")
BEHIND = 48


def scoped(page: Page, found: list[Figure]) -> list[Figure]:
    """The figures with their `per` and `every`, and with readings where the scope is open."""
    strong = {h.start: h for h in page.hits["per"].all if is_strong(page, h)}
    placed = [
        first_scope(page, f, found[n + 1].start if n + 1 < len(found) else None, strong) for n, f in enumerate(found)
    ]
    for number in range(len(placed) - 2, -1, -1):
        placed[number] = from_list(page, placed[number], placed[number + 1])
    placed = [further_scope(page, f, strong) if f.per is None else f for f in placed]
    for number in range(len(placed) - 2, -1, -1):
        figure, after = placed[number], placed[number + 1]
        if (
            after.per_how == "after"
            and figure.per_how in ("", "people")
            and figure.unit == after.unit
            and figure.sentence.paragraph == after.sentence.paragraph
        ):
            placed[number] = replace(figure, per=after.per, per_how="after")
    return with_readings(page, placed)


def is_strong(page: Page, hit: Hit) -> bool:
    """Whether the words make it one for each: "each household", "per person", 세대당."""
    text = page.text
    if "가" <= text[hit.start] <= "힣" or text[hit.start].isdigit():
        return bool(
            KOREAN_EACH.match(text, hit.end)
            or KOREAN_LEAD.search(text[max(0, hit.start - 3) : hit.start])
            or text[hit.end - 1] == "당"
        )
    lead = text[max(0, hit.start - 40) : hit.start]
    if text[hit.start : hit.end].lower() in HEAD:
        return bool(STRONG.search(lead) or LIGHT.search(lead)) or text[hit.start : hit.end].lower() == "apiece"
    match = STRONG.search(lead)
    return bool(
        match
        and not re.search(
            r"[.,;:!?]|\b(?:day|month|week|year|other|time|kilogram|one|the|in|at|from|near)\b(?! of)", match[0].lower()
        )
    )


def first_scope(page: Page, figure: Figure, following: int | None, strong: dict[int, Hit]) -> Figure:
    """Scope by the words right behind the figure or by those leading its sentence."""
    figure = replace(figure, every=how_often(page, figure, following))
    stop = min(
        figure.sentence.end,
        figure.end + BEHIND,
        following if following and following > figure.end else figure.sentence.end,
    )
    if (
        stop == following
        and figure.family == "money"
        and re.search(r"\b(?:or|about|roughly)\b[^.;]{0,12}$", page.text[figure.end : stop])
    ):
        stop = min(figure.sentence.end, figure.end + 2 * BEHIND)
    for hit in page.cues("per", figure.end, stop):
        gap = page.text[figure.end : hit.start]
        light = LIGHT.search(gap) and (len(gap) < 6 or "counted" in gap)
        if (hit.start in strong or light) and not re.search(r"[;:(]|\band a\b", gap):
            return replace(figure, per=cast(Per, hit.row["per"]), per_how="behind")
    if lead := leading(page, figure, strong):
        return replace(figure, per=cast(Per, lead.row["per"]), per_how="before")
    return figure


def leading(page: Page, figure: Figure, strong: dict[int, Hit]) -> Hit | None:
    """Last "each …" of the sentence before the figure."""
    for hit in reversed(page.cues("per", figure.sentence.start, figure.start)):
        if hit.start in strong:
            return hit
        if LIGHT.search(page.text[max(0, hit.start - 9) : hit.start]) and page.text[hit.end : hit.end + 1] == ":":
            return hit
    return None


def from_list(page: Page, figure: Figure, following: Figure) -> Figure:
    """Scope that stands behind the last amount of a list: "7 kg of this and 2 kg of that per household"."""
    gap = page.text[figure.end : following.start]
    if figure.per or figure.sentence != following.sentence or following.per_how not in ("behind", "list"):
        return figure
    if not LIST_GAP.fullmatch(gap) or not re.search(r",|\band\b|\bor\b|및|와|과", gap):
        return figure
    return replace(figure, per=following.per, per_how="list")


def further_scope(page: Page, figure: Figure, strong: dict[int, Hit]) -> Figure:
    """Scope from the sentences around, else from the people that the sentence names."""
    start, end = page.paragraph(figure.sentence)
    for hit in reversed(page.cues("per", max(start, figure.start - 400), figure.sentence.start)):
        if hit.start in strong:
            return replace(figure, per=cast(Per, hit.row["per"]), per_how="paragraph")
    for hit in page.cues("per", figure.sentence.end, min(end, figure.sentence.end + 80)):
        if hit.start in strong and not numbered(page, page.sentence(hit.start)):
            return replace(figure, per=cast(Per, hit.row["per"]), per_how="after")
    if firm := a_firm(page, figure):
        return replace(figure, per=cast(Per, firm), per_how="people")
    for left, right in (
        (figure.sentence.start, figure.start),
        (figure.end, figure.sentence.end),
        (max(start, figure.start - 900), figure.sentence.start),
    ):
        hits = [
            h
            for h in page.cues("per", left, right)
            if not counted(page, h) and h.row["collective"] not in ("", "place", "organisation", "inminban")
        ]
        if hits and (left, right) != (figure.end, figure.sentence.end):
            hits = hits[::-1]
        if hits:
            return replace(figure, per=cast(Per, hits[0].row["collective"]), per_how="people")
    for hit in reversed(page.cues("per", max(0, start - 700), start)):
        if hit.row["collective"] in ("student", "merchant", "farmer", "worker"):
            return replace(figure, per=cast(Per, hit.row["collective"]), per_how="people")
    return figure


def counted(page: Page, hit: Hit) -> bool:
    """Whether the people are themselves a number: "20 workers"."""
    before = bisect_left(page.numbers, hit.start, key=lambda n: n.start)
    return bool(before) and 0 <= hit.start - page.numbers[before - 1].end < 3


def numbered(page: Page, sentence: Sentence) -> bool:
    """Whether a sentence has numbers of its own."""
    first = bisect_left(page.numbers, sentence.start, key=lambda n: n.start)
    return first < len(page.numbers) and page.numbers[first].start < sentence.end


def a_firm(page: Page, figure: Figure) -> str | None:
    """Firm or unit as the subject of the sentence: "if a firm is large, it gives"."""
    for hit in page.cues("per", figure.sentence.start, figure.start):
        if hit.row["per"] not in ("organisation", "inminban"):
            continue
        if LIGHT.search(page.text[max(0, hit.start - 4) : hit.start]) or MUST.match(page.text, hit.end):
            return hit.row["per"]
    return None


def how_often(page: Page, figure: Figure, following: int | None) -> Every:
    """Day, month and so on, by the words beside the figure; else once."""
    stop = min(
        figure.sentence.end, figure.end + 32, following if following and following > figure.end else figure.sentence.end
    )
    behind = [h for h in page.cues("every", figure.end, stop) if every_time(page, h)]
    if behind and not re.search(r"[.;:]", page.text[figure.end : behind[0].start]):
        return cast(Every, behind[0].row["every"])
    before = [
        h
        for h in page.cues("every", max(figure.sentence.start, figure.start - 40), figure.start)
        if every_time(page, h)
    ]
    return cast(Every, before[-1].row["every"]) if before else "once"


def every_time(page: Page, hit: Hit) -> bool:
    """Whether the words tell a rhythm: "a week", not "in a week", and not part of a date."""
    lead = page.text[max(0, hit.start - 7) : hit.start].lower()
    return not page.masked(hit.start, hit.end) and not lead.endswith(("in ", "within ", "for "))


def with_readings(page: Page, found: list[Figure]) -> list[Figure]:
    """Lists led by "each household" whose last amount is "per person": that may hold for the last or for all."""
    done = list(found)
    for number, figure in enumerate(found):
        if figure.per_how != "behind":
            continue
        first = number
        while first and found[first - 1].sentence == figure.sentence and found[first - 1].per_how == "before":
            first -= 1
        group = found[first:number]
        led = leading_scope(group)
        if (
            led is None
            or led == figure.per
            or not all(g.family not in ("money", "people", "percent", "time") for g in group)
        ):
            continue
        for place in range(first, number + 1):
            done[place] = replace(found[place], readings=answers(led, figure, last=place == number))
    return done


def leading_scope(group: list[Figure]) -> Per | None:
    """The one scope of the amounts before the last, None where they differ or there are none."""
    scopes = {g.per for g in group}
    return scopes.pop() if len(scopes) == 1 else None


def answers(led: Per, closing: Figure, *, last: bool) -> tuple[Reading, ...]:
    """The three answers to the question what the closing words hold for."""
    per = closing.per or "person"
    good = (closing.item or "last").split()[-1]
    return (
        Reading(
            id=f"all per {led}", about="scope", per=led, why=f"“each {led}” opens the list and may hold for all of it"
        ),
        Reading(
            id=f"{good} per {per}",
            about="scope",
            per=per if last else led,
            why=f"as the words stand: “per {per}” follows {good} alone",
        ),
        Reading(
            id=f"all per {per}", about="scope", per=per, why=f"“per {per}” closes the list and may hold for all of it"
        ),
    )
