"""The reader that learned from coded reports: exact about what it read, always the same, never making a number up."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inminban.measures.agreement import agreement, codings
from inminban.model.country import Country, load_country
from inminban.model.orders import Report
from inminban.model.records import to_json
from inminban.reading.amounts import numbers
from inminban.reading.read import read
from inminban.reading.senses import table
from inminban.reading.weights import QUESTIONS, Judge, loaded, saved, shipped

Call = Callable[..., Any]
ROOT = Path(__file__).parents[1]
GOLD = ROOT / "tests" / "gold"
LEVY = (
    "On Oct. 15 the people's committee of Ranam District ordered each household to hand in seven kilograms of scrap "
    "metal by Oct. 28, a source in North Hamgyong Province said. Those without it pay KPW 30,000 in cash."
)


def read_by_weights(text: str, **known: Any) -> Report:
    """Read with the weights of the package."""
    return read(text, judges=shipped(), **known)


def test_a_levy_is_read(country: Country) -> None:
    """Goods, cash in their place, household, place and days."""
    (order,) = read_by_weights(LEVY, id="r", published="2021-10-20").orders
    assert [(t.role, t.amount, t.unit, t.item, t.per) for t in order.terms] == [
        ("due", 7, "kg", "scrap metal", "household"),
        ("cash_in_lieu", 30000, "KPW", "cash", "household"),
    ]
    assert (order.kind, order.places[0].place, order.due) == ("levy", "kp0205-ranam", "2021-10-28")


def test_the_reports_it_learned_from_are_read_far_better_than_by_chance(country: Country) -> None:
    """No measure of quality (see docs/reader.md for that): a guard against weights that do not fit the code."""
    for folder, second in (("relief", "second"), ("crackdown", "second")):
        right = list(codings(GOLD / folder).values())
        ours = {r.id: read_by_weights(r.text, id=r.id, published=r.published, title=r.title) for r in right}
        found = agreement(right, ours, country.gazetteer, codings(GOLD / second))
        assert found.scores["figure"].f1 > 0.75
        assert found.scores["kind"].f1 > 0.8
        assert found.unquoted == 0


@given(
    st.lists(
        st.sampled_from([*LEVY.split(), "7", "12", "kg", "won", "each", "세대당", "파철", "\n\n", "a", "half"]),
        max_size=60,
    )
)
def test_whatever_the_words_no_number_is_made_up(words: list[str]) -> None:
    """Every amount is a number of the text, and every quote slices out at its offsets."""
    text = " ".join(words)
    report = read_by_weights(text, id="r", published="2021-10-20")
    known = {float(v) for n in numbers(report.text) for v in (n.low, n.low * 1000)} | {1.0}
    for order in report.orders:
        for term in order.terms:
            assert report.text[term.start : term.end] == term.quote
            assert term.amount is None or float(term.amount) in known
    for price in report.prices:
        assert report.text[price.start : price.end] == price.quote


def test_the_same_text_gives_the_same_bytes() -> None:
    """Deterministic, in one process and from a fresh copy of the weights."""
    first = to_json(read_by_weights(LEVY, id="r", published="2021-10-20"))
    assert to_json(read_by_weights(LEVY, id="r", published="2021-10-20")) == first


def test_weights_are_written_and_read_back_byte_for_byte(tmp_path: Path) -> None:
    """The file of the same weights has the same bytes, clues with any letters in them included."""
    judge = Judge({"b": 0, "w>\n": 1, "가": 2}, ("no", "yes"), np.array([[1, 2], [3, 4], [0.5, -1]], np.float32))
    for name in ("a", "b"):
        saved({"role": judge}, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    back = loaded(tmp_path / "a")["role"]
    assert (back.rows, back.answers) == (judge.rows, judge.answers)
    assert (back.matrix == judge.matrix).all()


def test_every_question_has_its_weights() -> None:
    """None is missing, chances add up to one, and clues that were never learned weigh nothing."""
    judges = shipped()
    assert set(judges) == set(QUESTIONS)
    for judge in judges.values():
        chances = judge.chances({"b": 1.0, "never learned": 1.0})
        assert sum(chances.values()) == pytest.approx(1)
        assert chances == judge.chances({"b": 1.0})


def test_senses_name_each_word_once_for_a_sense() -> None:
    """A phrase stands in the row of a sense once."""
    found = [(phrase, sense) for rows in table().values() for phrase, sense in rows]
    assert len(found) == len(set(found))


def test_the_command_reads_by_weights_when_told(inminban: Call, tmp_path: Path) -> None:
    """The record says which reader it was; an unknown one is an error."""
    (tmp_path / "r.txt").write_text(LEVY, encoding="utf-8")
    told = inminban("read", tmp_path / "r.txt", "--reader", "weights", "--json")
    assert json.loads(told.out)["reader"]["name"] == "weights"
    told = inminban("read", tmp_path / "r.txt", "--reader", "tea leaves")
    assert told.code == 2
    assert "weights, rules" in told.err


def test_practice_texts_are_well_formed() -> None:
    """Every mark of a practice text has its parts, and its quote stands where it says."""
    sys.path.insert(0, str(ROOT / "training"))
    practice = __import__("practice")
    count = 0
    for path in sorted((ROOT / "training" / "practice").glob("*.txt")):
        for brief in practice.briefs(path):
            assert not set("{}~") & set(brief["text"]), brief["id"]
            marks = [*brief["prices"], *(t for o in brief["orders"] for t in o["terms"])]
            for mark in marks:
                assert brief["text"][mark["start"] : mark["end"]] == mark["quote"]
            count += 1
    assert count > 200


def test_another_country_has_its_own_words(country: Country) -> None:
    """The weights know sorts of words, not places and money: an invented country is read by them, too."""
    report = read_by_weights(
        "The prefecture ordered each household to hand in 7 kg of scrap metal.",
        id="r",
        country=load_country("examplia"),
    )
    assert [t.amount for o in report.orders for t in o.terms] == [7]
