"""Amounts told without a number of their own: nothing, the same again, the hours between two times of day."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from inminban.reading.amounts import Amount, Number
from inminban.reading.beginnings import Patterns
from inminban.reading.figures import Figure
from inminban.reading.page import Page

NOTHING = re.compile(r"\b(?:nothing|none|not a (?:single )?(?=[a-z]))\b(?! (?:but|else|of the kind))", re.IGNORECASE)
SAME = re.compile(
    r"\b(?:(?:the|that) same (?:amount|quantity|sum|weight|number|again|of)\b|the same(?=[.,;)])"
    r"|as (?:much|many)\b(?! as))",
    re.IGNORECASE,
)
_CLOCK = r"(?:(\d{1,2})(?:[:.](\d\d))?\s?(a\.?m\.?|p\.?m\.?|o'clock)?|(noon|midnight))"
CLOCKS = re.compile(rf"\b{_CLOCK}\s?(?:to|until|till|and|through|-|–)\s?{_CLOCK}(?!\w)", re.IGNORECASE)
LATE = re.compile(r"\s?(?:in the|at) (?:evening|night|afternoon)", re.IGNORECASE)
WORDS = Patterns.of([NOTHING, SAME, CLOCKS])
NEAR = 260


def implied(page: Page, found: Sequence[Figure]) -> list[Figure]:
    """The figures of a text and those that it tells without a number, in its order."""
    none, again, clocks = WORDS.found(page.text, page.words)
    said = sorted([*nothing(page, none), *hours(page, clocks)], key=lambda f: f.number.start)
    rest = outside(found, said) if said else found
    both = sorted([*rest, *said], key=lambda f: f.number.start)
    return sorted([*both, *same(page, both, again)], key=lambda f: f.number.start)


def outside(found: Sequence[Figure], said: Sequence[Figure]) -> list[Figure]:
    """Figures that do not begin within one of others, which are in the order of the text."""
    starts = [f.start for f in said]
    ends = list(accumulate((f.end for f in said), max))
    befores = ((f, bisect_right(starts, f.number.start)) for f in found)
    return [f for f, before in befores if not before or ends[before - 1] <= f.number.start]


def bare(page: Page, start: int, end: int, low: Amount, unit: str | None, family: str) -> Figure:
    """Figure of a stretch of words."""
    number = Number(start, end, low, words=True)
    return Figure(number, start, end, unit, family, None, page.sentence(start), unit_end=end)


def nothing(page: Page, none: Iterable[re.Match[str]]) -> Iterator[Figure]:
    """Nothing at all, as an amount of zero."""
    for match in none:
        yield bare(page, match.start(), match.end(), 0, None, "")


def same(page: Page, found: Sequence[Figure], again: Iterable[re.Match[str]]) -> Iterator[Figure]:
    """An amount told by pointing at the one before it."""
    starts = [f.number.start for f in found]
    for match in again:
        last = bisect_right(starts, match.start())
        before = next((found[n] for n in range(last - 1, -1, -1) if found[n].end <= match.start()), None)
        if before and match.start() - before.end < NEAR and before.low:
            number = before.number._replace(start=match.start(), end=match.end(), words=True)
            yield Figure(
                number, match.start(), match.end(), before.unit, before.family, None, page.sentence(match.start()),
                unit_end=match.end(), high=before.high, every=before.every, carried=True,
            )  # fmt: skip


def hours(page: Page, clocks: Iterable[re.Match[str]]) -> Iterator[Figure]:
    """Hours between two times of day: of a curfew, of a market."""
    for match in clocks:
        first, last = clock(match, 1, match[7]), clock(match, 5, match[3])
        plain = not (match[3] or match[7] or (match[2] and match[6]) or match[4] or match[8])
        if first is None or last is None or plain:
            continue
        if match[1] and match[5] and not (match[3] or match[7]) and LATE.match(page.text, match.end()):
            first, last = first % 12 + 12, last % 12 + 12
        span = (last - first) % 24
        if span:
            yield bare(page, match.start(), match.end(), int(span) if span == int(span) else span, "hour", "time")


def clock(match: re.Match[str], group: int, other: str | None) -> float | None:
    """Hour of a day, with the half of the day told by either of the two; None where it is no time."""
    if word := match[group + 3]:
        return 12.0 if word.lower() == "noon" else 0.0
    hour, minute = int(match[group]), int(match[group + 1] or 0)
    half = (match[group + 2] or other or "").lower()[:1]
    if hour > 24 or minute > 59:
        return None
    if half in ("a", "p") and hour <= 12:
        hour = hour % 12 + 12 * (half == "p")
    return hour + minute / 60
