"""Numbers and dates in running text, English and Korean."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inminban.reading.amounts import numbers
from inminban.reading.dates import dates

ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
ONES += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SYLLABLES = ["", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"]


def english(number: int) -> str:
    """Number from 0 to 9999 in English words."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    for scale, word in ((1000, "thousand"), (100, "hundred")):
        if number >= scale:
            rest = number % scale
            joint = " and " if 0 < rest < 100 else " "
            return f"{english(number // scale)} {word}" + (f"{joint}{english(rest)}" if rest else "")
    raise AssertionError


def korean(number: int) -> str:
    """Number from 10 to 9999 in Sino-Korean words."""
    words = ""
    for scale, sign in ((1000, "천"), (100, "백"), (10, "십")):
        digit = number // scale % 10
        words += ("" if digit == 1 else SYLLABLES[digit]) + sign if digit else ""
    return words + SYLLABLES[number % 10]


def test_english_number_words_come_back_as_the_number() -> None:
    """Every number from 0 to 9999 written in words is read as itself, whole."""
    for number in range(10_000):
        words = english(number)
        (found,) = numbers(f"They took {words} bags")
        assert (found.low, found.end - found.start) == (number, len(words)), words


def test_korean_number_words_come_back_as_the_number() -> None:
    """Sino-Korean number words are read as their number."""
    for number in range(11, 10_000, 7):
        (found,) = numbers(f"{korean(number)} 원")
        assert found.low == number, korean(number)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("30,000 won and 4.5 yuan", [30000, 4.5]),
        ("1.5 million won", [1_500_000]),
        ("half a ton, half a million won", [0.5, 500_000]),
        ("two and a half kilos", [2.5]),
        ("a dozen eggs, two dozen more", [12, 24]),
        ("a hundred yuan, a thousand won", [100, 1000]),
        ("two hundred and fifty won", [250]),
        ("between fifty and seventy", [50, 70]),
        ("12만 5천원", [125_000]),
        ("5천 800원", [5800]),
        ("3만원", [30_000]),
        ("180톤", [180]),
        ("두 병", [2]),
        ("the 65th birthday", []),
        ("a kilogram", []),
        ("1,0000", []),
        ("9" * 40, []),
    ],
)
def test_ways_of_writing_numbers(text: str, values: list[float]) -> None:
    """Commas, decimals, scale words, halves, dozens, Korean ten-thousands; ordinals and absurd lengths are none."""
    assert [n.low for n in numbers(text)] == values


@pytest.mark.parametrize("word", ["about", "around", "some", "more than", "at least", "up to"])
def test_about_makes_a_number_rough(word: str) -> None:
    """A word of roughness before the number is kept as such, the amount stays plain."""
    (found,) = numbers(f"{word} 20 bags")
    assert (found.low, found.approx) == (20, True)


@pytest.mark.parametrize(
    ("text", "published", "value"),
    [
        ("on Oct. 15", "2021-10-20", "2021-10-15"),
        ("by Jan. 10", "2021-12-20", "2022-01-10"),
        ("on Dec. 28", "2022-01-03", "2021-12-28"),
        ("on Oct. 15", None, "XXXX-10-15"),
        ("15 October 2019", None, "2019-10-15"),
        ("on December 9th", "2015-12", "2015-12-09"),
        ("the 9th", "2015-12-15", "2015-12-09"),
        ("on Tuesday", "2020-08-12", "2020-08-11"),
        ("on Tuesday", "2020-08", None),
        ("on Tuesday", None, None),
        ("last month", "2021-01-05", "2020-12"),
        ("last November", "2013-01", "2012-11"),
        ("early August", "2024-09", "2024-08"),
        ("since January", "2021-11", "2021-01"),
        ("in 2011", None, "2011"),
        ("10월 15일", "2021-10", "2021-10-15"),
        ("2023년 3월", None, "2023-03"),
        ("지난 28일", "2021-10-30", "2021-10-28"),
        ("지난달", "2021-10-30", "2021-09"),
        ("on Feb. 30", "2021-03", None),
        ("on the 16th of last month", "2023-10", "2023-09-16"),
        ("by July 27", "2018-01", "2018-07-27"),
        ("the last days of June", "2015-05", "2015-06"),
        ("since October", "2024-07", "2023-10"),
    ],
)
def test_dates_are_read_as_written_and_never_guessed(text: str, published: str | None, value: str | None) -> None:
    """Explicit, relative and Korean dates; what publication does not settle stays open."""
    assert [d.value for d in dates(text, published)] == [value]


@pytest.mark.parametrize(
    ("text", "published", "values"),
    [
        ("on July 6 and 7.", "2005-07", ["2005-07-06", "2005-07-07"]),
        ("from March 3 to 9, 2019", "2021-04", ["2019-03-03", "2019-03-09"]),
        ("on the 13th and 14th, they", "2024-02-20", ["2024-02-13", "2024-02-14"]),
        ("from Wednesday to the end of Sunday", "2023-01-25", ["2023-01-25", "2023-01-29"]),
        ("on May 20 and 30 trucks came", "2015-05", ["2015-05-20"]),
        ("on May 30 and 6 more", "2015-05", ["2015-05-30"]),
    ],
)
def test_a_second_day_may_lean_on_the_first(text: str, published: str, values: list[str]) -> None:
    """The month of a day, and the week of a weekday, hold for the one told in the same breath; an amount is no day."""
    assert [d.value for d in dates(text, published)] == values


@pytest.mark.parametrize(
    "text", ["2000 won", "1500-2000 KPW", "they may go", "in 2000 households", "a march of 5 miles"]
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    """Amounts that could be years, and words that could be months, are no dates."""
    assert not [d for d in dates(text, "2021-10-20") if d.value]


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="0123456789,. -/:ab일월년만천원두한halfdozen\n", max_size=80))
def test_numbers_lie_in_order_and_apart(text: str) -> None:
    """Whatever the text, numbers come in order, do not overlap in digits, and are finite."""
    found = [n for n in numbers(text) if not n.words]
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(0 <= n.low <= 10**15 for n in found)
