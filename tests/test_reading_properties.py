"""What holds for every text: no exception, quotes that slice out and hold their number, the same bytes twice."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inminban.errors import InputError
from inminban.model.country import load_country
from inminban.model.records import from_json, to_json
from inminban.reading.amounts import numbers
from inminban.reading.goods import figures
from inminban.reading.lexicon import lexicon
from inminban.reading.page import opened
from inminban.reading.read import read

_PIECES = (
    "each household|per person|must hand in|received|a fine of|bribe|confiscated|stall tax|instead|in cash|or|and|,|.|"
    "5 kg|seven kilograms|of rice|of scrap metal|KPW 30,000|20,000 won|3 to 5|between two and four|half a|two bottles|"
    "of oil|180 tons|of coal|Oct. 15|by Oct. 28|last month|Tuesday|Ranam District|Hyesan|the people's committee|\n\n|"
    "a source said|reportedly|a kilogram|cost|one yuan|0.0000001|99999999999999999|-|“|세대당|파철|7kg|3만원|"
    "10월 28일까지|내라고|청진시|쌀|두 병|١٢|½|🙂|\u202e|\x00|No. 5|COVID-19|"
    "the 9th|5 5|1,0000|USD|%|for 20 days|locked down"
)
PIECES = _PIECES.split("|")
JUMBLE = st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join)
PUBLISHED = st.sampled_from([None, "2021", "2021-10", "2021-10-19"])


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(max_size=200), JUMBLE), PUBLISHED)
def test_any_text_is_read_and_every_quote_slices_out(text: str, published: str | None) -> None:
    """A term's quote is a slice of the text of at most 200 characters that holds the amount; a record loads again."""
    report = read(text, published=published)
    for found in report.orders:
        for term in found.terms:
            assert term.quote is not None
            assert report.text[term.start : term.end] == term.quote
            assert len(term.quote) <= 200
            assert term.amount is None or holds(term.quote, term.amount)
        for proof in found.evidence:
            assert report.text[proof.start : proof.end] == proof.quote
    for left in report.leftover:
        assert report.text[left.start : left.end] == left.quote
    for price in report.prices:
        assert price.quote is not None
        assert holds(price.quote, price.price)
    assert from_json(to_json(report)) == report


def holds(quote: str, amount: float) -> bool:
    """Whether the quote says the number, "a kilogram" being one."""
    said = {n.low for n in numbers(quote)}
    scaled = {low * scale for low in said for scale in (1, 100, 1000, 10**6, 10**9)}
    return amount in scaled or (amount == 1 and quote.lower().startswith(("a ", "an ")))


@settings(max_examples=50, deadline=None)
@given(JUMBLE, PUBLISHED)
def test_the_same_text_gives_the_same_bytes(text: str, published: str | None) -> None:
    """Reading is deterministic to the byte."""
    assert to_json(read(text, published=published)) == to_json(read(text, published=published))


@pytest.mark.parametrize(
    ("piece", "size"),
    [
        ("Each household must hand in 5 kg of rice by Oct. 28. ", 300_000),
        ("7 ", 60_000),
        ("Ranam District, a source said 3만원 ", 100_000),
    ],
)
def test_long_texts_take_time_in_line_with_their_length(piece: str, size: int) -> None:
    """Hundreds of kilobytes of prose, numbers and names are read in seconds: nothing in the reader is quadratic."""
    start = time.perf_counter()
    read(piece * (size // len(piece)), published="2021-10")
    assert time.perf_counter() - start < 20


def test_the_code_takes_its_words_from_the_tables() -> None:
    """Every word table has a language column, and the figures of a text come from them."""
    country = load_country()
    for table in ("units", "items", "per", "every", "roles", "kinds", "offices", "voice", "skip", "symbols"):
        rows = country.words(table)
        assert rows
        assert {r["lang"] for r in rows} <= {"en", "ko"}
    page = opened("two bags of cement", None, lexicon(country))
    assert [(f.low, f.unit, f.item) for f in figures(page)] == [(2, "bag", "cement")]


def test_a_text_of_nothing_but_numbers_is_refused() -> None:
    """More numbers than any report has are an error that says so, at once, rather than minutes of reading."""
    start = time.perf_counter()
    with pytest.raises(InputError, match="150,000 numbers.*Split"):
        read("7 " * 200_000)
    assert time.perf_counter() - start < 10
