"""Dates of a text as precise as they are written, resolved against the day of publication and never guessed."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from inminban.model.dates import checked, middle, precision, span
from inminban.reading.beginnings import Patterns, Places, words

_MONTHS = """january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|
october oct|november nov|december dec"""
MONTHS = {name: number for number, names in enumerate(_MONTHS.split("|"), 1) for name in names.split()}
WEEKDAYS = {
    name: n for n, name in enumerate(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
}
DAYS = {"yesterday": 1, "today": 0, "어제": 1, "오늘": 0}
KOREAN_MONTHS = {
    "이달": 0,
    "이번 달": 0,
    "이번달": 0,
    "지난달": -1,
    "지난 달": -1,
    "다음달": 1,
    "다음 달": 1,
    "내달": 1,
}

_FULL = "January|February|March|April|May|June|July|August|September|October|November|December"
_M = rf"(?P<month>{_FULL}|{_FULL.upper()}|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
_SURE = _FULL.replace("March|", "").replace("May|", "")
_D = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b(?![,.]?\d|\s?(?:COUNTED|[A-Z]{3}\b))"
_Y = r"(?P<year>(?:19|20)\d\d)\b(?![-–]?\d|,\d)"
_PART = r"(?P<part>[Ee]arly|[Ll]ate|[Mm]id-to-late|[Mm]id|[Bb]eginning of|[Mm]iddle of|[Ee]nd of)"
_AFTER = r"(?!\s?(?:COUNTED|[A-Z]{3}\b|people|households|homes|years|days|hours))"

SHARED = re.compile(r"\s?(?:and|to|till|until|through|or|[-–—])\s(?:the\s)?(?:(?:end|middle|beginning|start)\sof\s)?")
LEAD = re.compile(
    r"\b(by|until|till|through|before|next|since)\s(?:the\s)?"
    r"(?:(?:end|middle|beginning|start|last day)\sof\s|early\s|late\s|mid-)?$",
    re.IGNORECASE,
)
TILL = re.compile(r"\s?(?:to|until|till|through|[-–—])\s(?:the\send\sof\s)?")
_AFTER_DAY = "in|at|on|of|by|for|from|the|last|this|and|with|when|as|but|alone|after"
FURTHER = re.compile(
    r"(?:\s(?:and|to|or|until|till|through)\s|\s?[-–]\s?)(?P<told>(?P<day>\d{1,2})(?:st|nd|rd|th)?)\b"
    rf"(?:,?\s(?P<year>(?:19|20)\d\d)\b|(?=\s?[,.;:)](?!\d)|\s?[-–]\s|\s(?:{_AFTER_DAY})\s|\s*$))"
)
NOTHING = "(?!)"
HANGUL = re.compile("[가-힣]")
Groups = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Day:
    """A date of the text; `value` is None where the words do not settle one."""

    start: int
    end: int
    value: str | None
    exact: bool = True


Pattern = tuple[re.Pattern[str], re.Pattern[str] | None]


def _pattern(body: str, lead: str = "", *, counted: str = NOTHING) -> Pattern:
    """Pattern of a date, and of the words that must stand before it; COUNTED becomes the words of units."""
    body = body.replace("COUNTED", counted)
    return re.compile(body), re.compile(rf"\b(?:{lead})\s$", re.IGNORECASE) if lead else None


@lru_cache(8)
def latin(counted: str) -> tuple[Patterns, tuple[re.Pattern[str] | None, ...]]:
    """Patterns of English dates and of what leads to them, for a country whose units and money are these words."""
    pairs = [_pattern(*parts, counted=counted) for parts in LATIN]
    return Patterns.of([p for p, _ in pairs]), tuple(lead for _, lead in pairs)


_BIRTHDAYS = r"(?!\s(?:of|[A-Z]|birthday|anniversary|parallel|century|grade|place|floor|time|party|plenary|congress))"
_OF_MONTH = r"(?:\sof\s(?P<relative>this|last|next)\s(?P<unit>month))?"
_EDGE = r"(?:[Tt]he\s)?(?:(?:end|beginning|start|middle)\sof\s|[Ll]ater?\s|[Ee]arly\s|[Mm]id-)?"
_MONTHS_KO = "이달|이번 ?달|지난 ?달|다음 ?달|내달"
_D_KO = r"(?P<day>[12]\d|3[01]|0?[1-9])일"
_M_KO = r"(?P<month_number>1[0-2]|0?[1-9])월"
_Y_KO = r"(?P<year>(?:19|20)\d\d)년"
_ORDINALS = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth
twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"""
ORDINALS = {word: number for number, word in enumerate(_ORDINALS.split(), 1)}
_COUNTS = "a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty"
COUNTS = dict(zip(_COUNTS.split("|"), [1, *range(1, 13), 15, 20, 30], strict=True))
_ORDINAL = rf"(?P<ordinal>{'|'.join(sorted(ORDINALS, key=len, reverse=True))})\b"
_STEP = rf"\b(?P<count>(?i:{_COUNTS})|\d{{1,2}})\s(?P<step>day|week|month)s?\s(?P<way>ago|before|earlier|later|after)\b"
_ANY_YEAR = r"(?P<of_year>[Tt]his|[Ll]ast|[Nn]ext|the same|the previous|the following|the)\syear"
_WEEKDAY = r"(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_BEFORE_MONTH = "in|since|until|till|from|through|by|to|of|and|for|before|after|during|between|early|late|only|mid"
LATIN: tuple[tuple[str, ...], ...] = (
    (rf"\b{_Y}-(?P<month_number>\d\d)-(?P<day>\d\d)\b",),
    (rf"\b{_M}\s{_D}(?:,?\s{_Y})?",),
    (rf"\b{_ORDINAL}(?:\sof)?\s{_M}(?:,?\s{_Y})?",),
    (rf"\b{_M}\s(?:the\s){_ORDINAL}",),
    (rf"\b(?:{_PART}[\s-])?{_M}\s(?:of\s)?{_ANY_YEAR}\b",),
    (rf"\b(?P<edge>[Ee]nd|[Bb]eginning|[Ss]tart)\sof\s{_ANY_YEAR}\b",),
    (_STEP + r"(?!\s(?:the|a|an|his|her|their|it|they|he|she|being|having)\b)",),
    (rf"\b{_D}(?:\sof)?\s{_M}(?:,?\s{_Y})?",),
    (rf"\b(?:{_PART}[\s-])?{_M},?\s(?:of\s)?{_Y}",),
    (rf"\b(?:{_PART}[\s-])?(?P<relative>[Tt]his|[Ll]ast|[Nn]ext)\s{_M}",),
    (rf"\b{_PART}[\s-]{_M}",),
    (
        rf"\b{_M}(?!\s[A-Z])",
        "in|since|until|till|from|through|by|to|of|and|for|before|after|during|between|early|late|only|mid",
    ),
    (rf"\b(?P<month>{_SURE})\b(?!\s[A-Z])",),
    (rf"\b(?:(?P<relative>[Ll]ast|[Nn]ext|[Tt]his|[Oo]n|[Ss]ince|[Bb]y|[Uu]ntil)\s)?{_WEEKDAY}\b",),
    (r"\b(?P<ago>[Yy]esterday|[Tt]oday)\b",),
    (rf"\b(?:[Tt]he|on)\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)\b{_OF_MONTH}{_BIRTHDAYS}",),
    (rf"\b{_EDGE}(?P<relative>[Tt]his|[Ll]ast|[Nn]ext|that|the same)\s(?P<unit>month|year)\b",),
    (rf"\b{_Y}{_AFTER}", "in|of|by|to|since|until|after|during|before|from|year|late|early|through"),
    (r"(?<=\()(?P<year>(?:19|20)\d\d)(?=\))",),
)
KOREAN = tuple(
    _pattern(p)
    for p in (
        rf"(?:{_Y_KO}\s?)?{_M_KO}\s?{_D_KO}",
        rf"{_Y_KO}\s?{_M_KO}",
        rf"(?<!\d){_M_KO}(?!\d)",
        rf"{_Y_KO}(?!\s?간)",
        rf"(?:(?P<korean>{_MONTHS_KO})\s?){_D_KO}",
        rf"(?P<korean>{_MONTHS_KO})",
        rf"(?:지난|오는)\s{_D_KO}(?!\s?(?:간|동안))",
        r"(?P<ago>어제|오늘)",
    )
)


def dates(text: str, published: str | None, counted: str = NOTHING, at: Places | None = None) -> tuple[Day, ...]:
    """Every date of the text in its order; month and day without a year are put nearest to the day of publication.

    `counted` is a pattern of the words that make the number before them an amount and no day or year; `at` are the
    words of the text, where they are known.
    """
    taken: list[tuple[int, int]] = []
    raw: list[re.Match[str]] = []
    patterns, leads = latin(counted)
    english = zip(patterns.found(text, words(text) if at is None else at), leads, strict=True)
    korean = ((p.finditer(text), lead) for p, lead in KOREAN) if HANGUL.search(text) else ()
    for matches, lead in (*english, *korean):
        fresh = [m for m in matches if led(text, m.start(), lead) and free(taken, m.start(), m.end())]
        if fresh:
            raw += fresh
            taken = sorted([*taken, *((m.start(), m.end()) for m in fresh)])
    found: list[Day] = []
    for match in sorted(raw, key=lambda m: m.start()):
        lead = LEAD.search(text, max(0, match.start() - 28), match.start())
        parts = {**match.groupdict(), "lead": lead[1].lower() if lead else None}
        if found and parts.get("weekday") and TILL.fullmatch(text, found[-1].end, match.start()):
            parts["relative"] = "to"
        value = resolved(parts, published, found[-1] if found else None, match.start())
        if found and parts.get("year") and SHARED.fullmatch(text, found[-1].end, match.start()):
            found[-1] = same_year(found[-1], str(parts["year"]), value)
        found.append(Day(match.start(), match.end(), value, exact=value is not None and len(value) == 10))
        found[-1:] = with_further(text, found[-1])
    return tuple(found)


def with_further(text: str, day: Day) -> list[Day]:
    """A day, and a second one of its month that is told by its number only: "July 6 and 7", "July 6 to 7, 2005"."""
    match = FURTHER.match(text, day.end) if day.value and len(day.value) == len("2021-10-20") else None
    if not match or int(match["day"]) <= int(str(day.value)[8:]):
        return [day]
    month = (match["year"] or str(day.value)[:4]) + str(day.value)[4:8]
    try:
        first, last = checked(month + str(day.value)[8:]), checked(f"{month}{int(match['day']):02}")
    except ValueError:
        return [day]
    return [replace(day, value=first), Day(*match.span("told"), last)]


def same_year(day: Day, year: str, last: str | None) -> Day:
    """The first of two dates that share a year: "March and September 2020"; the year before if it would come later."""
    if not day.value or len(day.value) < len("2020-03") or not last:
        return day
    moved = year + day.value[4:]
    if moved > last:
        moved = f"{int(year) - 1}{day.value[4:]}"
    return replace(day, value=moved)


def led(text: str, place: int, lead: re.Pattern[str] | None) -> bool:
    """Whether the words that a date needs before it stand there."""
    return lead is None or bool(lead.search(text, max(0, place - 9), place))


def free(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether no date found earlier lies in the stretch."""
    place = bisect_left(taken, (start, start))
    return not ((place < len(taken) and taken[place][0] < end) or (place and taken[place - 1][1] > start))


def resolved(found: Groups, published: str | None, before: Day | None, place: int) -> str | None:
    """ISO date of the parts that a pattern found; None where they do not settle one."""
    around = span(published)
    for value in answers(found, published, around, before if before and place - before.end < 400 else None):
        try:
            return checked(value)
        except ValueError:
            return None
    return None


def answers(
    found: Groups,
    published: str | None,
    around: tuple[datetime.date, datetime.date] | None,
    before: Day | None,
) -> Iterator[str]:
    """The date in ISO form, if the parts settle it."""
    month = month_of(found)
    day = int(found["day"] or 0) if found.get("day") else ORDINALS.get(found.get("ordinal") or "")
    year = found.get("year")
    if found.get("step"):
        yield from stepped(found, published, around, before)
    elif found.get("of_year"):
        yield from of_year(found, month, published)
    elif year:
        yield year + (f"-{month:02}" if month else "") + (f"-{day:02}" if month and day else "")
    elif month and found.get("relative"):
        if around:
            yield from relative_month(month, (found["relative"] or "").lower(), around[0])
    elif month:
        yield from yearless(month, day, published, found.get("lead"))
    elif found.get("weekday") or found.get("ago"):
        about = before.value if found.get("relative") == "to" and before else published
        if about and precision(about) == "day":
            yield weekday(found, datetime.date.fromisoformat(about)).isoformat()
    elif found.get("unit") and not day:
        if around and precision(published) != "none":
            yield from shifted(found, published or "")
    elif found.get("korean") or day:
        yield from day_of_month(found, day, published, before)


NEXT_BUT_ONE = 76  # days to the middle of the month after the next, at most
WAYS = {"ago": -1, "before": -1, "earlier": -1, "later": 1, "after": 1}


def stepped(
    found: Groups, published: str | None, around: tuple[datetime.date, datetime.date] | None, before: Day | None
) -> Iterator[str]:
    """A number of days, weeks or months before or after a day: of publication ("ago"), else the one named before."""
    word = (found["count"] or "").lower()
    count = (COUNTS.get(word) or int(word)) * WAYS[found["way"] or "ago"]
    start = published if found["way"] == "ago" else before.value if before else None
    if not start or start.startswith("X"):
        return
    if found["step"] == "month":
        if len(start) >= len("2021-10"):
            yield month_shifted(int(start[:4]), int(start[5:7]), count)
    elif len(start) == len("2021-10-20"):
        days = count * (7 if found["step"] == "week" else 1)
        yield (datetime.date.fromisoformat(start) + datetime.timedelta(days)).isoformat()


def of_year(found: Groups, month: int | None, published: str | None) -> Iterator[str]:
    """A month of last year, the end of this year."""
    step = {"last": -1, "next": 1, "this": 0, "the": 0}.get((found["of_year"] or "").lower())
    if step is None or not published:
        return
    part = (found.get("edge") or "").lower()
    yield f"{int(published[:4]) + step}-{month or (12 if part == 'end' else 1):02}"


def month_of(found: Groups) -> int | None:
    """Number of the month that was named."""
    name = found.get("month")
    if name:
        return MONTHS[name.lower().rstrip(".")]
    return int(found["month_number"] or 0) if found.get("month_number") else None


MOST_AHEAD = {"by": 300, "next": 300, "until": 183, "till": 183, "through": 183, "before": 183, "since": 20}


def yearless(month: int, day: int | None, published: str | None, lead: str | None) -> Iterator[str]:
    """Month and day in the year nearest to publication; without a date of publication the year stays open.

    `lead` is the word before it, if that tells whether it lies ahead ("by July 27") or not ("since January").
    """
    about = middle(published)
    if about is None:
        if day:
            yield f"XXXX-{month:02}-{day:02}"
        return
    if precision(published) == "year":
        year = about.year
    else:
        # a bare month may be the next one or the one after it; a day may lie ahead (a date something is due)
        most = MOST_AHEAD.get(lead or "", 183 if day else NEXT_BUT_ONE)
        most = max(most, 183) if day else most
        off: Callable[[int], int] = lambda y: (datetime.date(y, month, min(day or 15, 28)) - about).days  # noqa: E731
        year = next(y for y in (about.year + 1, about.year, about.year - 1) if off(y) <= most)
    yield f"{year}-{month:02}" + (f"-{day:02}" if day else "")


def relative_month(month: int, word: str, published: datetime.date) -> Iterator[str]:
    """Last November, this May, next March."""
    year = published.year
    if word == "last" and month >= published.month:
        year -= 1
    if word == "next" and month <= published.month:
        year += 1
    yield f"{year}-{month:02}"


def weekday(found: Groups, published: datetime.date) -> datetime.date:
    """Day of a weekday word: the last such day up to publication, "last" the last one before it."""
    if ago := found.get("ago"):
        return published - datetime.timedelta(DAYS[ago.lower()])
    back = (published.weekday() - WEEKDAYS[(found["weekday"] or "").lower()]) % 7
    word = (found.get("relative") or "").lower()
    if word in ("next", "by", "until", "to"):
        return published + datetime.timedelta((7 - back) % 7 or 7)
    return published - datetime.timedelta(back or (7 if word == "last" else 0))


def shifted(found: Groups, published: str) -> Iterator[str]:
    """Last month, this year."""
    step = {"last": -1, "next": 1, "this": 0}.get((found.get("relative") or "").lower())
    if step is None:
        return
    year = int(published[:4])
    if found["unit"] == "year":
        yield str(year + step)
    elif len(published) >= 7:
        yield month_shifted(year, int(published[5:7]), step)


def month_shifted(year: int, month: int, step: int) -> str:
    """Month some months on."""
    number = year * 12 + month - 1 + step
    return f"{number // 12:04}-{number % 12 + 1:02}"


def day_of_month(found: Groups, day: int | None, published: str | None, before: Day | None) -> Iterator[str]:
    """The 9th, the 1st of last month: in the month named last, else in that of publication."""
    tail = f"-{day:02}" if day else ""
    if published and len(published) >= 7 and (word := found.get("korean") or found.get("relative")):
        step = KOREAN_MONTHS.get(word, {"last": -1, "next": 1}.get(word, 0))
        yield month_shifted(int(published[:4]), int(published[5:7]), step) + tail
    elif day and before and before.value and len(before.value) >= 7 and not found.get("korean"):
        yield before.value[:7] + tail
    elif day and published and len(published) >= 7:
        late = len(published) == 10 and day > int(published[8:10])
        yield (month_shifted(int(published[:4]), int(published[5:7]), -1) if late else published[:7]) + tail
