"""Records: the codebook's form in JSON and YAML, there and back without loss, and clear words for what is wrong."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from inminban.errors import InputError
from inminban.model.orders import Leftover, MarketPrice, Order, PlaceName, Reading, Report, Term, readings_of
from inminban.model.records import from_json, from_yaml, load_report, plain, to_json, to_yaml

GOLD = Path(__file__).parent / "gold"
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40)
MAYBE = st.none() | WORDS
AMOUNTS = st.none() | st.integers(0, 10**12) | st.floats(0, 10**9).map(lambda x: round(x, 3))
PER = st.sampled_from([None, "household", "person", "adult", "inminban", "total"])
DATES = st.sampled_from([None, "2021", "2021-10", "2021-10-15", "XXXX-10-15"])


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """Readings that set some fields, a field to null among them."""
    fields = {"id": draw(MAYBE), "about": draw(MAYBE), "per": draw(PER), "amount": draw(st.none() | st.integers(0, 99))}
    return Reading.model_validate(
        draw(
            st.dictionaries(st.sampled_from(sorted(fields)), st.none(), max_size=4).map(
                lambda d: {k: fields[k] for k in d}
            )
        )
    )


@st.composite
def terms(draw: st.DrawFn) -> Term:
    """Terms of every role, with and without a figure."""
    found = draw(st.lists(readings(), max_size=3))
    return Term(
        role=draw(st.sampled_from(["due", "cash_in_lieu", "entitlement", "received", "bribe", "other"])),
        item=draw(MAYBE),
        amount=draw(AMOUNTS),
        unit=draw(st.sampled_from([None, "bucket", "piece", "day"])),
        per=draw(PER),
        every=draw(st.sampled_from([None, "once", "month"])),
        readings=tuple(found),
        chosen=draw(st.integers(0, len(found) - 1)) if found else None,
        basis=draw(st.sampled_from([None, "each item", "whole", "unknown"])),
        approx=draw(st.booleans()),
        hedge=draw(MAYBE),
    )


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Reports with any text in any text field."""
    orders = st.builds(
        Order,
        kind=st.sampled_from(["levy", "relief", "crackdown", "restriction"]),
        issuer=MAYBE,
        places=st.lists(st.builds(PlaceName, name=WORDS, within=MAYBE), max_size=2).map(tuple),
        issued=DATES,
        terms=st.lists(terms(), max_size=3).map(tuple),
    )
    price = st.builds(MarketPrice, item=WORDS, price=st.integers(0, 10**6), currency=WORDS, unit=WORDS, date=DATES)
    left = st.builds(Leftover, quote=WORDS, start=st.just(0), end=st.just(0), why=WORDS)
    return Report(
        id="r",
        outlet=draw(MAYBE),
        published=draw(DATES),
        title=draw(MAYBE),
        text=draw(WORDS),
        notes=draw(MAYBE),
        orders=tuple(draw(st.lists(orders, max_size=2))),
        prices=tuple(draw(st.lists(price, max_size=2))),
        leftover=tuple(draw(st.lists(left, max_size=2))),
    )


@given(reports())
def test_json_comes_back_without_loss(report: Report) -> None:
    """Written as JSON and read again, a record is the same record."""
    assert from_json(to_json(report)) == report


@given(reports())
def test_yaml_comes_back_without_loss(report: Report) -> None:
    """Written as YAML and read again, a record is the same record, whatever its texts hold."""
    assert from_yaml(to_yaml(report)) == report


@pytest.mark.parametrize("path", sorted(GOLD.rglob("*.json")), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_every_coded_report_is_in_form(path: Path) -> None:
    """Both codings of all 53 reports load, and lose nothing that the coder wrote."""
    report = load_report(path)
    coded, ours = json.loads(path.read_text(encoding="utf-8")), plain(report)
    for theirs, order in zip(coded["orders"], ours["orders"], strict=True):
        assert {k: v for k, v in theirs.items() if k not in ("terms", "places")}.items() <= order.items()
        for term, again in zip(theirs["terms"], order["terms"], strict=True):
            assert {k: v for k, v in term.items() if v is not False}.items() <= {
                **again,
                "readings": again.get("readings"),
            }.items() or ({k: v for k, v in term.items() if k in again} == {k: again[k] for k in term if k in again})


def test_ids_stay_when_a_report_is_read_again() -> None:
    """A term found again by its words keeps its id; a new one gets a free id."""
    text = "7 kg of iron and 2 kg of seed"
    iron = Term(role="due", item="iron", amount=7, unit="kg", quote="7 kg", start=0, end=4)
    seed = Term(role="due", item="seed", amount=2, unit="kg", quote="2 kg", start=17, end=21)
    first = Report(id="r", text=text, orders=(Order(kind="levy", terms=(seed,)),)).identified()
    again = Report(id="r", text=text, orders=(Order(kind="levy", terms=(iron, seed)),)).identified(first)
    assert first.orders[0].terms[0].id == "r#o1t1"
    assert [t.id for t in again.orders[0].terms] == ["r#o1t2", "r#o1t1"]


def test_joint_readings_go_together(kaesong: Report) -> None:
    """One question with three answers over four goods gives three readings, not eighty-one."""
    found = readings_of(kaesong.orders[0])
    assert [labels[0].id for labels, _ in found] == ["all per household", "oil per person", "all per person"]
    assert [[t.per for t in terms[:4]] for _, terms in found] == [
        ["household"] * 4,
        ["household", "household", "household", "person"],
        ["person"] * 4,
    ]


LEVY = "id: r\ntext: iron\norders:\n  - kind: levy\n"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (LEVY + "    kind: relief\n", 5, "duplicate key"),
        (LEVY + "    issuer: &a office\n", 5, "anchors"),
        ("a: &x [1]\nid: *x\n", 1, "anchors"),
        ("id: !!python/object:os.system x\n", 1, "tags"),
        (LEVY + "    termz: []\n", 5, "no field of the codebook"),
        (LEVY + "    due: 12:30\n", 5, "expected a date"),
        (LEVY + "    issued: 2021-10-28\n    due: 2021-10-15\n", 6, "not before issued"),
        (LEVY + "    terms:\n      - {role: due, amount: -7, unit: kg}\n", 6, "from 0 to"),
        (LEVY + "    terms:\n      - {role: due, amount: 1e30, unit: kg}\n", 6, "from 0 to"),
        (LEVY + "    terms:\n      - {role: due, amount: seven}\n", 6, 'found "seven"'),
        (LEVY + "    terms:\n      - {role: due, amount: true}\n", 6, "found true"),
        (LEVY + "    terms:\n      - {role: owed}\n", 6, "'due', 'cash_in_lieu'"),
        (LEVY + "    terms:\n      - {role: due, quote: copper}\n", 6, "“copper” is not in it"),
        (LEVY + "    terms:\n      - {role: due, amount: 5, amount_max: 3}\n", 6, "more than amount"),
        ("id: r\nformat: 2\n", 2, "a newer inminban"),
        ("id: [\n", 2, "is no YAML"),
        ("id: a/../b\n", 1, "pattern"),
    ],
)
def test_a_mistake_is_told_with_line_and_reason(text: str, line: int, says: str) -> None:
    """Whoever writes orders by hand learns which line, which field and what was expected."""
    with pytest.raises(InputError) as caught:
        from_yaml(text, "orders.yaml")
    assert says in str(caught.value)
    assert caught.value.line == line
    assert str(caught.value).startswith("orders.yaml, line ")


def test_yaml_words_stay_words() -> None:
    """`no` is a name and 010 no octal: YAML 1.2, not 1.1."""
    report = from_yaml("id: r\ntitle: no\nnotes: 12:30\n")
    assert (report.title, report.notes) == ("no", "12:30")


@pytest.mark.parametrize("text", ['{"id": "r", "id": "s"}', "[1]", '{"id": "r"', "null", '{"id": 3}', "[" * 100_000])
def test_json_that_is_no_record_is_refused(text: str) -> None:
    """Broken, doubled and foreign JSON gets a message, never a traceback."""
    with pytest.raises(InputError):
        from_json(text, "r.json")


def test_a_record_is_frozen() -> None:
    """What was read can't be changed under somebody's feet."""
    with pytest.raises(ValidationError):
        Report(id="r").id = "s"  # type: ignore[misc]
