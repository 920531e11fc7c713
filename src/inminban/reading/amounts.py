"""Numbers in running text: digits, number words of English and Korean, ranges; nothing is rounded or guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from inminban.errors import InputError
from inminban.reading.beginnings import Patterns, Places
from inminban.reading.beginnings import words as words_in

Amount = int | float

_ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ONES = {word: number for number, word in enumerate(_ONES.split())}
TENS = {word: 10 * number for number, word in enumerate(_TENS.split(), 2)}
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
KOREAN_SCALES = {"십": 10, "백": 100, "천": 1000, "만": 10_000, "억": 10**8}
KOREAN_ONES = dict(zip("일이삼사오육칠팔구", range(1, 10), strict=True))
KOREAN_COUNTS = {
    "한": 1,
    "두": 2,
    "세": 3,
    "네": 4,
    "다섯": 5,
    "여섯": 6,
    "일곱": 7,
    "여덟": 8,
    "아홉": 9,
    "열": 10,
    "스무": 20,
    "반": 0.5,
}
MOST_DIGITS = 15
MOST_NUMBERS = 150_000  # 8 MB of reports, as long as a file may be, hold about 90,000
MOST = 10**15

_PLAIN = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d]|,\d)|\d+(?:\.\d+)?(?!\d|,\d)"
_WORD = "|".join(sorted([*ONES, *TENS], key=len, reverse=True))
_SCALE = "|".join(SCALES)
_RUN = rf"(?:{_WORD}|{_SCALE})"
DIGITS = re.compile(rf"(?:{_PLAIN})(?:\s(?:{_SCALE})\b)?", re.IGNORECASE)
KOREAN_DIGITS = re.compile(
    rf"(?:{_PLAIN})\s?[십백천만억]+(?:\s?(?:{_PLAIN})\s?[십백천만억]+)*(?:\s?\d[\d,]*(?![\d.]))?"
)
WORDS = re.compile(
    rf"\b(?:(?:a|an)[ -](?={_SCALE}|half)|half[ -](?:a|an)\b(?:[ -](?:{_SCALE})\b)?|half\b)?"
    rf"(?:{_RUN}\b(?:(?:,?[ -](?:and[ -])?){_RUN}\b){{0,12}})?",
    re.IGNORECASE,
)
HALF_AFTER = re.compile(r"[ -]and[ -]a[ -]half\b", re.IGNORECASE)
DOZEN = re.compile(rf"\b(?:(?:a|one|{_WORD})[ -])?dozen\b", re.IGNORECASE)
KOREAN_WORDS = re.compile(
    r"(?<![가-힣])(?:[일이삼사오육칠팔구]?[십백천만억]){1,8}(?:\s(?:[일이삼사오육칠팔구][십백천]){1,3})?[일이삼사오육칠팔구]?(?=\s?[가-힣A-Za-z])"
)
RUN_OF_DIGITS = re.compile(r"\d+")
REST_OF_DIGITS = re.compile(r"[\d,.]*")
FIRST_WORD = Patterns.of(
    [re.compile(rf"\b(?:{_WORD}|{_SCALE}|(?:a|an)(?=[ -](?:{_SCALE}|half|dozen))|half|dozen)\b", re.IGNORECASE)]
)
KOREAN_FIRST = re.compile(r"(?<![가-힣])[일이삼사오육칠팔구십백천만억]")
HANGUL = re.compile("[가-힣]")
KOREAN_COUNT = re.compile(rf"(?<![가-힣])({'|'.join(KOREAN_COUNTS)})\s(?=[가-힣])")
ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
ABOUT = re.compile(
    r"(?:\b(?:about|around|some|roughly|nearly|almost|approximately|over|more than|at least|up to|less than|as much as|"
    r"under|nearer|close to|upwards? of|no less than|not less than|at most|as many as|as little as|only about|past|"
    r"an average of|estimated at|an estimated)\s+(?:\S{1,4}\s?)?|약\s?|최소\s?|최대\s?|대략\s?)$",
    re.IGNORECASE,
)
ABOUT_AFTER = re.compile(r"\s?(?:or so\b|or more\b|on average|정도|이상|이하|가량|안팎|여\s)", re.IGNORECASE)


class Number(NamedTuple):
    """A number of the text: its span, its value, `high` for a range, `approx` for "about", `words` if spelled out."""

    start: int
    end: int
    low: Amount
    high: Amount | None = None
    approx: bool = False
    words: bool = False
    scale: int = 1


def exact(value: Decimal) -> Amount:
    """Give an integer where the value is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def numbers(text: str, words: Places | None = None) -> list[Number]:
    """Every single number of the text, in order; ranges are joined by `joined`.

    `words` are where the words of the text begin, where that is known.
    """
    found: list[Number] = []
    place = 0
    hangul = not text.isascii() and bool(HANGUL.search(text))
    places = starts(text, words_in(text) if words is None else words, hangul=hangul)
    if len(places) > MOST_NUMBERS:
        raise InputError(
            f"holds more than {MOST_NUMBERS:,} numbers, a single report was expected",
            hint="Split it into one file a report",
        )
    for start in places:
        if start < place:
            continue
        number = at(text, start)
        if number:
            found.append(number._replace(approx=is_approx(text, number.start, number.end)))
            place = number.end
        elif rest := REST_OF_DIGITS.match(text, start):  # of what is no number, a phone number of 40 digits, say
            place = rest.end()
    return sorted([*found, *korean_counts(text)], key=lambda n: n.start) if hangul else found


def starts(text: str, words: Places, *, hangul: bool) -> list[int]:
    """Where a number may begin: at digits, at words of number."""
    (first,) = FIRST_WORD.found(text, words)
    found = [*(m.start() for m in RUN_OF_DIGITS.finditer(text)), *(m.start() for m in first)]
    if hangul:
        found += [m.start() for m in KOREAN_FIRST.finditer(text)]
    return sorted(found)


def is_approx(text: str, start: int, end: int) -> bool:
    """Whether the words around a number make it a rough one."""
    return bool(ABOUT.search(text[max(0, start - 24) : start]) or ABOUT_AFTER.match(text, end))


def at(text: str, place: int) -> Number | None:
    """Read the number that begins here."""
    if text[place].isdigit():
        return digits(text, place)
    if "가" <= text[place] <= "힣":
        return korean_words(text, place)
    if match := DOZEN.match(text, place):
        return dozen(match)
    match = WORDS.match(text, place)
    if not match or not match[0] or match[0].lower() in ("a", "an"):
        return None
    run = longest_run(match[0])
    value = word_value(run) if run else None
    if value is None or value > MOST:
        return None
    end = place + len(run)
    if half := HALF_AFTER.match(text, end):
        value, end = value + Decimal("0.5"), half.end()
    return Number(place, end, exact(value), words=True, scale=last_scale(run))


def korean_words(text: str, place: int) -> Number | None:
    """Read Sino-Korean number words of two syllables or more."""
    match = KOREAN_WORDS.match(text, place)
    value = korean_value(match[0]) if match else 0
    if not match or len(match[0]) < 2 or not 0 < value <= MOST:
        return None
    return Number(place, match.end(), value, words=True)


def digits(text: str, place: int) -> Number | None:
    """Read digits, with a scale word behind them or Korean units of ten thousand in them."""
    if place and (text[place - 1] in ".," and place > 1 and text[place - 2].isdigit()):
        return None
    if match := KOREAN_DIGITS.match(text, place):
        value = korean_mixed(match[0])
        return Number(place, match.end(), exact(value)) if 0 <= value <= MOST else None
    match = DIGITS.match(text, place)
    if not match:
        return None
    plain, *scale = match[0].split()
    factor = SCALES[scale[0].lower()] if scale else 1
    bare = plain.replace(",", "")
    if len(bare) > MOST_DIGITS or ORDINAL.match(text, match.end()):
        return None
    value = Decimal(bare) * factor
    end = match.end()
    if half := HALF_AFTER.match(text, end):
        value, end = value + Decimal("0.5") * factor, half.end()
    return Number(place, end, exact(value), scale=factor) if value <= MOST else None


def dozen(match: re.Match[str]) -> Number:
    """A dozen, two dozen."""
    first = re.split(r"[ -]", match[0].lower())[0]
    times = 1 if first in ("a", "dozen") else (ONES | TENS)[first]
    return Number(match.start(), match.end(), 12 * times, words=True)


def longest_run(run: str) -> str:
    """Words from the first on that make one number: "fifty" of "fifty and seventy"."""
    while run and word_value(run) is None:
        shorter = re.split(r",?[ -](?:and[ -])?(?=\w+$)", run, maxsplit=1)[0]
        run = shorter if len(shorter) < len(run) else ""
    return run


def last_scale(run: str) -> int:
    """Scale word that ends the run: million for "two million"."""
    return SCALES.get(re.split(r"[ -]", run.lower())[-1], 1)


def word_value(run: str) -> Decimal | None:
    """Value of a run of English number words; None where it is no number (two numbers in a row, say)."""
    words = [w for w in re.split(r"[,\s-]+", run.lower()) if w and w != "and"]
    total, part, last = Decimal(0), Decimal(0), 0
    if not words:
        return None
    if words[0] == "half":
        return Decimal("0.5") * SCALES.get(words[-1], 1)
    if words[0] in ("a", "an"):
        words = ["one", *words[1:]]
        if len(words) == 1:
            return None
        if words[1] == "half":
            return Decimal("0.5")
    for word in words:
        value = ONES.get(word, TENS.get(word))
        if value is not None:
            if (last and last < 20) or (last >= 20 and last < 100 and value > 9):
                return None
            part, last = part + value, value
        elif word == "hundred":
            part, last = (part or Decimal(1)) * 100, 100
        else:
            total, part, last = total + (part or Decimal(1)) * SCALES[word], Decimal(0), 100
    return total + part


def korean_value(run: str) -> int:
    """Value of Sino-Korean number words (삼만 오천)."""
    total = part = one = 0
    for sign in run:
        if sign == " ":
            continue
        if sign in KOREAN_ONES:
            one = KOREAN_ONES[sign]
        elif sign in "만억":
            total, part, one = total + ((part + one) or 1) * KOREAN_SCALES[sign], 0, 0
        else:
            part, one = part + (one or 1) * KOREAN_SCALES[sign], 0
    return total + part + one


def korean_mixed(run: str) -> Decimal:
    """Value of digits with Korean scales: 12만 5천, 5천 800."""
    total = part = Decimal(0)
    for piece in re.finditer(r"([\d,.]+)\s?([십백천만억]*)", run):
        value = Decimal(piece[1].replace(",", "").rstrip("."))
        for sign in piece[2]:
            if sign in "만억":
                total, part, value = total + (part + value) * KOREAN_SCALES[sign], Decimal(0), Decimal(0)
            else:
                value *= KOREAN_SCALES[sign]
        part += value
    return total + part


def korean_counts(text: str) -> Iterator[Number]:
    """Native Korean counts before a counter: 두 병, 세 포대."""
    for match in KOREAN_COUNT.finditer(text):
        yield Number(match.start(1), match.end(1), KOREAN_COUNTS[match[1]], words=True)
