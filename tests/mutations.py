"""Damaged reports, and what must hold however a report was damaged. Used by test_long.py and guided.py."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from inminban.model.orders import Report
from inminban.reading.amounts import numbers
from inminban.reading.read import read
from inminban.reading.weights import Judges

ROOT = Path(__file__).parent
SEEDS = ROOT.parent / "src" / "inminban" / "data" / "demo" / "reports"
BITS = [
    "7",
    ",",
    "000",
    " kg",
    "½",
    "\u202e",
    "세대당 ",
    "3만원",
    " per ",
    "-",
    "1e9",
    "\n\n",
    "ı",
    "İ",
    "١٢",
    "_",
    "\u2028",
    "\xa0",
    " a ",
    "won",
    "$",
    "of the ",
    "(",
    "’s",
    "'",
    "Oct. 15",
    " in ",
    "\t",
    "\n\x85",
    "\x00",
    "\x1b",
    "한 병 ",
    "두 ",
    "half ",
    "dozen ",
    "each ",
    "household",
    "KPW ",
    "million ",
    ".",
    ": ",
    ";",
    "“",
    "”",
    "█",
    "@",
    "http://",
    "+82 ",
    ", 43, ",
    "씨",
    "시",
    "동",
    "%",
    "🙂",
    "\ud7ff",
    "ﬀ",
    "ß\nthe 9th",
    "3 to 5 ",
    "between ",
    "0.0000001",
    "99999999999999999",
    "No. ",
    "COVID-",
    "twice",
    "one of ",
    "from ",
    "to ",
    "and ",
    "or ",
    "쌀 ",
    "파철 ",
    "까지 ",
]
LONG = ("9", "1,", "a", "가", "-", " ", "(", "1.", "a-", "won", "\u0301", "A ", "3만", "’")
SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
SAID_IN_WORDS = re.compile(
    r"[가-힣]|\b(?:an?|half|dozen|and|hundred|thousand|million|billion|zero|one|two|three|four|five|six|seven|eight|nine|"
    r"ten|eleven|twelve|\w+teen|\w+ty|(?:twen|thir|for|fif|six|seven|eigh|nine)ty-\w+)\b",
    re.IGNORECASE,
)
NOTHING = re.compile(r"(?:nothing|none|not a)\b", re.IGNORECASE)
SAME = re.compile(r"(?:the|that) same\b|as (?:much|many)\b", re.IGNORECASE)
CLOCKS = re.compile(r"(?:\d|noon|midnight).*(?:\d|noon|midnight)", re.IGNORECASE | re.DOTALL)
HOURS = 24
SCALES = (1, 100, 1000, 10**6, 10**9)
LONGEST_QUOTE = 200
SECONDS, SECONDS_A_LETTER = 0.05, 0.0005  # of one processor; 20 times what an ordinary report takes


def texts() -> list[str]:
    """Texts of the coded reports and of those that come with the package."""
    paths = [*sorted((ROOT / "gold").rglob("*.json")), *sorted(SEEDS.glob("*.json"))]
    coded = (json.loads(path.read_text(encoding="utf-8")).get("text", "") for path in paths)
    return list(dict.fromkeys(text for text in coded if text))


def fragment(text: str, chance: random.Random) -> str:
    """One to three sentences of a text, seldom all of it."""
    if chance.random() < 0.01:
        return text
    parts = SENTENCE.findall(text) or [text]
    first = chance.randrange(len(parts))
    return "".join(parts[first : first + chance.randint(1, 3)])[:600]


def mutated(whole: list[str], chance: random.Random) -> str:
    """A fragment of a report after one to six damages."""
    text = fragment(chance.choice(whole), chance)
    for _ in range(chance.randint(1, 6)):
        text = chance.choice(DAMAGES)(text, chance, whole) or "7 kg"
    return text


def stretch(text: str, chance: random.Random, most: int = 60) -> tuple[int, int]:
    """A place of a text and one at most so many letters behind it."""
    start = chance.randrange(len(text) + 1)
    return start, min(len(text), start + chance.randrange(most))


def cut(text: str, chance: random.Random, _: list[str]) -> str:
    """Take letters away."""
    a, b = stretch(text, chance)
    return text[:a] + text[b:]


def doubled(text: str, chance: random.Random, _: list[str]) -> str:
    """Say letters again."""
    a, b = stretch(text, chance)
    return text[:b] + text[a:]


def turned(text: str, chance: random.Random, _: list[str]) -> str:
    """Turn letters round."""
    a, b = stretch(text, chance)
    return text[:a] + text[a:b][::-1] + text[b:]


def with_bits(text: str, chance: random.Random, _: list[str]) -> str:
    """Put in units, digits, Hangul, control characters, once or in a row."""
    a, _b = stretch(text, chance)
    return text[:a] + chance.choice(BITS) * chance.choice((1, 1, 1, 2, 5, 30)) + text[a:]


def with_a_long_token(text: str, chance: random.Random, _: list[str]) -> str:
    """Put in a very long word or run of digits."""
    a, _b = stretch(text, chance)
    return text[:a] + chance.choice(LONG) * chance.choice((20, 60, 200, 400)) + text[a:]


def spliced(text: str, chance: random.Random, whole: list[str]) -> str:
    """Put in words of another report."""
    a, b = stretch(text, chance)
    return text[:a] + fragment(chance.choice(whole), chance)[: chance.randrange(200)] + text[b:]


def words_swapped(text: str, chance: random.Random, _: list[str]) -> str:
    """Swap two words."""
    words = text.split(" ")
    a, b = chance.randrange(len(words)), chance.randrange(len(words))
    words[a], words[b] = words[b], words[a]
    return " ".join(words)


def words_dropped(text: str, chance: random.Random, _: list[str]) -> str:
    """Leave a word in ten out."""
    return " ".join(w for w in text.split(" ") if chance.random() > 0.1)


def in_capitals(text: str, chance: random.Random, _: list[str]) -> str:
    """Write letters in capitals."""
    a, b = stretch(text, chance)
    return text[:a] + text[a:b].upper() + text[b:]


def bytes_changed(text: str, chance: random.Random, _: list[str]) -> str:
    """Change bytes of its UTF-8; what is then no UTF-8 is left out or becomes a question mark in a box."""
    raw = bytearray(text.encode("utf-8", "replace"))
    for _n in range(chance.randint(1, 4)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    return raw.decode("utf-8", chance.choice(("ignore", "replace")))


def digits_changed(text: str, chance: random.Random, _: list[str]) -> str:
    """Other digits in the place of those that are there."""
    return re.sub(r"\d", lambda m: chance.choice("0123456789,. ") if chance.random() < 0.3 else m[0], text)


DAMAGES = (
    cut,
    doubled,
    turned,
    with_bits,
    with_bits,
    with_a_long_token,
    spliced,
    words_swapped,
    words_dropped,
    in_capitals,
    bytes_changed,
    digits_changed,
)


def check(text: str, judges: Judges | None = None) -> Report:
    """Read a text and make sure that nothing went wrong, took long or was made up."""
    began = time.process_time()
    report = read(text, id="r", published="2021-10-20", judges=judges)
    took = time.process_time() - began
    most = SECONDS + len(text) * SECONDS_A_LETTER
    for _ in range(3 if took > most else 0):  # collecting what other tests left behind takes time too
        began = time.process_time()
        read(text, id="r", published="2021-10-20", judges=judges)
        took = min(took, time.process_time() - began)
    assert took <= most, f"{took:.3f} s for {len(text)} letters"
    for quote, start, end in quotes(report):
        assert report.text[start:end] == quote, f"{quote!r} is not at {start}"
        assert len(quote) <= LONGEST_QUOTE, f"{quote!r} is long"
    told = {n.low for n in numbers(report.text)}
    scaled = {low * scale for low in told for scale in SCALES} | {1}
    for amount, quote, unit in amounts(report):
        if without_a_number(amount, quote, unit):
            continue
        assert amount in scaled, f"{amount} is not in the text"
        if not SAID_IN_WORDS.search(quote):
            digits = "".join(str(int(c)) for c in quote if c.isdecimal())
            assert significant(amount) in digits, f"{amount} is not in {quote!r}"
    return report


def quotes(report: Report) -> Iterator[tuple[str, int, int]]:
    """Every quote of a record with its offsets."""
    for order in report.orders:
        for term in order.terms:
            assert term.quote is not None
            yield term.quote, term.start or 0, term.end or 0
            assert all(0 <= m.start < m.end <= len(report.text) for m in term.mentions)
        for proof in order.evidence:
            yield proof.quote, proof.start, proof.end
    for price in report.prices:
        assert price.quote is not None
        yield price.quote, price.start or 0, price.end or 0
    for left in report.leftover:
        yield left.quote, left.start, left.end


def without_a_number(amount: float, quote: str, unit: str | None) -> bool:
    """Whether an amount is told by other words: nothing, or the hours between two times of day."""
    if amount == 0:
        return bool(NOTHING.match(quote)) or not any(c.isdigit() for c in quote)
    return unit == "hour" and amount <= HOURS and amount * 60 == int(amount * 60) and bool(CLOCKS.search(quote))


def amounts(report: Report) -> Iterator[tuple[float, str, str | None]]:
    """Every amount of a record with its quote and unit; of "the same", the amount alone must be in the text."""
    for order in report.orders:
        for term in order.terms:
            quote = "a" if SAME.match(term.quote or "") else term.quote or ""
            yield from ((a, quote, term.unit) for a in (term.amount, term.amount_max) if a is not None)
    for price in report.prices:
        quote = "a" if SAME.match(price.quote or "") else price.quote or ""
        yield from ((a, quote, None) for a in (price.price, price.price_max) if a is not None)


def significant(amount: float) -> str:
    """Digits of an amount without the zeros at its ends."""
    return f"{Decimal(str(amount)):f}".replace(".", "").strip("0")
