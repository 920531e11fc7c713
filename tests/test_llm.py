"""The second reader: a model on a server, which is asked and never believed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inminban.errors import InputError
from inminban.model.country import Country, load_country
from inminban.model.files import normal
from inminban.reading import llm
from inminban.reading.articles import Article
from inminban.reading.llm import Server, read_by_model

Call = Callable[..., Any]
TEXT = (
    "On Oct. 15 the people's committee of Ranam District ordered each household to hand in seven kilograms of scrap "
    "metal and 2 kg of oilseed by Oct. 28, said Kim Song-ho, 43. Those without it pay KPW 30,000 in cash. In Chongjin "
    "rice was 5,000 won a kilogram. Those without it pay KPW 30,000 in cash, it was said again."
)
TRUE: dict[str, Any] = {
    "orders": [
        {
            "kind": "levy",
            "issuer": "people's committee of Ranam District",
            "places": ["Ranam District"],
            "days": [{"field": "issued", "quote": "Oct. 15"}, {"field": "due", "quote": "Oct. 28"}],
            "terms": [
                {"quote": "seven kilograms of scrap metal", "role": "due", "amount": 7, "unit": "kg",
                 "item": "scrap metal", "per": "household", "every": "once"},
                {"quote": "2 kg of oilseed", "role": "due", "amount": 2, "unit": "kg", "item": "oilseed",
                 "per": "household"},
            ],
        }
    ],
    "prices": [{"quote": "5,000 won a kilogram", "price": 5000, "currency": "KPW", "unit": "kg", "item": "rice"}],
}  # fmt: skip


class Fake(BaseHTTPRequestHandler):
    """A server that says what a test wants it to say, and remembers what it was asked."""

    says: str = ""
    status: int = 200
    asked: list[dict[str, Any]] = []  # noqa: RUF012
    keys: list[str | None] = []  # noqa: RUF012

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Fake.asked.append(json.loads(body))
        Fake.keys.append(self.headers.get("Authorization"))
        answer = json.dumps({"choices": [{"message": {"content": Fake.says}}]}).encode()
        self.send_response(Fake.status)
        self.end_headers()
        self.wfile.write(answer if Fake.status == 200 else b"no")

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Fake)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


@pytest.fixture
def says(url: str, country: Country) -> Callable[[Any], Any]:
    """Read TEXT while the server says something."""

    def read(said: Any) -> Any:
        Fake.says, Fake.status, Fake.asked, Fake.keys = said if isinstance(said, str) else json.dumps(said), 200, [], []
        return read_by_model(Article("r", TEXT, published="2021-10-20"), Server(url, "m"), country)

    return read


def changed(**fields: Any) -> dict[str, Any]:
    """The true answer with other fields of its first term."""
    said = json.loads(json.dumps(TRUE))
    said["orders"][0]["terms"][0] |= fields
    return said


def test_what_the_text_bears_out_becomes_a_record(says: Callable[[Any], Any]) -> None:
    """Figures with their offsets, days as our own reader resolves them, places by the gazetteer."""
    report = says(TRUE)
    (order,) = report.orders
    assert [(t.role, t.amount, t.unit, t.item) for t in order.terms] == [
        ("due", 7, "kg", "scrap metal"),
        ("due", 2, "kg", "oilseed"),
    ]
    assert all(report.text[t.start : t.end] == t.quote for t in order.terms)
    assert (order.issued, order.due, order.places[0].place) == ("2021-10-15", "2021-10-28", "kp0205-ranam")
    assert (report.prices[0].price, report.refused) == (5000, ())
    assert report.reader.name == "llm"
    assert len(report.reader.tables) == 64


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        ({"quote": "seventeen kilograms of scrap metal", "amount": 17}, "not in the text"),
        ({"amount": 70}, "the words hold 7"),
        ({"quote": "7 kg of scrap metal"}, "not in the text"),
        ({"quote": "scrap metal", "amount": 7}, "no number"),
        ({"quote": "KPW 30,000 in cash", "amount": 30000}, "more than once"),
        ({"quote": "x" * 500}, "200 characters"),
        ({"amount": 7, "amount_max": 9}, "the words hold 7"),
        ({"amount": -7}, "the words hold 7"),
    ],
)
def test_a_lie_about_a_figure_is_kept_out_and_told(says: Callable[[Any], Any], lie: dict[str, Any], why: str) -> None:
    """Invented words, wrong amounts, paraphrases, words that stand twice: none becomes a term, each is named."""
    report = says(changed(**lie))
    assert [t.amount for o in report.orders for t in o.terms] == [2]
    assert [r for r in report.refused if why in r.why], report.refused


def test_the_words_before_choose_between_two_places(says: Callable[[Any], Any]) -> None:
    """A repeated quote is taken where the prefix says."""
    report = says(changed(quote="KPW 30,000 in cash", prefix="it pay", amount=30000, unit="KPW", item="cash"))
    assert [r.why for r in report.refused] == ["these words stand in the text more than once"]
    report = says(changed(quote="KPW 30,000 in cash,", amount=30000, unit="KPW", item="cash", role="cash_in_lieu"))
    assert [t.amount for t in report.orders[0].terms] == [30000, 2]


def test_places_and_days_that_the_text_does_not_hold_are_refused(says: Callable[[Any], Any]) -> None:
    """A place elsewhere, an unknown one, a day that no words settle."""
    said = json.loads(json.dumps(TRUE))
    said["orders"][0]["places"] = ["Hyesan", "people's committee", "Chongjin"]
    said["orders"][0]["days"] = [{"field": "due", "quote": "each household"}, {"field": "issued", "quote": "Oct. 29"}]
    report = says(said)
    assert [p.name for p in report.orders[0].places] == ["Chongjin"]
    assert (report.orders[0].due, report.orders[0].issued) == (None, None)
    assert {r.why for r in report.refused} == {
        "the text does not name it",
        "the gazetteer does not know it",
        "these words settle no day",
        "these words are not in the text",
    }


def test_a_unit_or_good_that_is_not_beside_the_figure_is_a_doubt(says: Callable[[Any], Any]) -> None:
    """It may be right, so it stays, and a person is told to look."""
    report = says(changed(item="coal"))
    assert "good is inferred" in report.orders[0].terms[0].doubt
    assert report.orders[0].terms[1].doubt is None


@pytest.mark.parametrize("said", ["I can't do that.", "{}]", '{"orders": [{"kind": "party"}]}', '{"orders": 3}'])
def test_an_answer_in_another_form_is_a_clear_error(says: Callable[[Any], Any], said: str) -> None:
    """Nothing is guessed from it."""
    with pytest.raises(InputError, match="not in the form"):
        says(said)


def test_the_source_is_not_told_to_the_server(says: Callable[[Any], Any]) -> None:
    """The text is cleaned before it leaves; no tools are offered; the key goes only where it is given."""
    says(TRUE)
    sent = json.dumps(Fake.asked)
    assert "Song-ho" not in sent
    assert ", 43." not in sent
    assert "scrap metal" in sent
    assert {"tools", "functions"}.isdisjoint(Fake.asked[0])
    assert Fake.keys == [None]


NUMBERS = st.sampled_from([0, 1, 2, 7, 28, 30000, 5000, 7.5, 1e300, -1])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "quote": st.one_of(
                    st.text(max_size=30),
                    st.builds(lambda a, n: TEXT[a : a + n], st.integers(0, len(TEXT)), st.integers(0, 80)),
                ),
                "role": st.sampled_from(["due", "fine", "received"]),
                "amount": st.one_of(st.none(), NUMBERS),
                "amount_max": st.one_of(st.none(), NUMBERS),
                "unit": st.sampled_from([None, "kg", "KPW", "league"]),
            }
        ),
        max_size=5,
    )
)
def test_whatever_a_model_says_no_number_comes_in_that_the_words_do_not_hold(said: list[dict[str, Any]]) -> None:
    """A property over random answers: each term's words are in the text, and hold its amount."""
    country = load_country()
    answer = json.dumps({"orders": [{"kind": "levy", "terms": said}]})
    patch = pytest.MonkeyPatch()
    patch.setattr(llm, "ask", lambda *_: answer)
    try:
        report = read_by_model(Article("r", TEXT), Server("http://nowhere", "m"), country)
    finally:
        patch.undo()
    held = {7, 2, 15, 28, 30000, 5000, None}
    for order in report.orders:
        for term in order.terms:
            assert term.quote
            assert term.quote in normal(report.text)
            assert {term.amount, term.amount_max} <= held
    assert len(report.refused) + sum(len(o.terms) for o in report.orders) == len(said)


def test_the_command_asks_the_server_only_when_told(
    inminban: Call, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an address nothing is sent; with one, it is said where the text goes, and the record says who read it."""
    (tmp_path / "r.txt").write_text(TEXT, encoding="utf-8")
    Fake.says, Fake.status, Fake.asked, Fake.keys = json.dumps(TRUE), 200, [], []
    monkeypatch.setenv("INMINBAN_LLM_KEY", "secret-key")
    assert inminban("read", tmp_path / "r.txt", "--json").code == 0
    assert not Fake.asked
    told = inminban("read", tmp_path / "r.txt", "--llm", url, "--model", "m", "--json")
    assert json.loads(told.out)["reader"]["version"] == "m"
    assert url in told.err
    assert Fake.keys == ["Bearer secret-key"]
    assert "secret-key" not in told.out + told.err


def test_a_server_that_fails_is_a_clear_error(inminban: Call, url: str, tmp_path: Path) -> None:
    """Exit code 2 and the address, never a traceback."""
    (tmp_path / "r.txt").write_text(TEXT, encoding="utf-8")
    Fake.status = 500
    for address in (url, "http://127.0.0.1:9/v1", "no address"):
        told = inminban("read", tmp_path / "r.txt", "--llm", address)
        assert told.code == 2
        assert address in told.err
        assert "Traceback" not in told.err
