"""What the reader makes of a report: own sentences, and the first three reports where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from inminban.model.orders import Order, Report, Term, readings_of
from inminban.reading.read import read

SEEDS = Path(__file__).parent.parent.parent / "shared" / "reports" / "seeds"

LEVY = """\
Households in a port city must give up metal and seed again

A meeting was called at the people's committee of Ranam District in Chongjin on Oct. 15, a source in North Hamgyong
Province said on Monday. Everyone is to hand in their share by Oct. 28.

The quota is six kilograms of scrap metal and three kilograms of oilseed crops per household. Whoever cannot bring the
goods has to pay KPW 25,000 in cash. In Rahung 1-dong families unable to do so were made to pay 25,000 won.

The Eighth Party Congress had promised an end to all that, and a check follows every quarter.
"""

RELIEF = """\
Aid for a sealed town

A train with relief goods reached Kaesong on Aug. 7, two days after the meeting, a source in the city said. The town has
been locked down because of COVID-19.

Each household in Kaesong should receive four kilograms of rice, nine kilograms of corn, three kilograms of soybeans
and two bottles of oil per person, officials were told. The Cabinet is securing 150 tons of coal from the
February 8 Sample Youth Mine in Sunchon, South Pyongan Province, for the town.

Offices pay a stipend of KPW 7,000 per adult, and the payments reportedly began on Aug. 9.
"""

CRACKDOWN = """\
Inspectors clear the stalls

Task force groups are staging a crackdown on traders in Hyesan and parts of Ryanggang Province, a source in the province
said. In raids on the market they confiscated medicines and cigarettes. Traders say that the groups go away after
bribes of money or liquor. The crackdown goes on.
"""


def order(report: Report, kind: str) -> Order:
    """Only order of its kind."""
    (found,) = [o for o in report.orders if o.kind == kind]
    return found


def term(found: Order, item: str, role: str | None = None) -> Term:
    """Only term of an item."""
    (one,) = [t for t in found.terms if t.item == item and (role is None or t.role == role)]
    return one


def figures(found: Order) -> set[tuple[object, ...]]:
    return {(t.role, t.item, t.amount, t.unit, t.per) for t in found.terms if t.amount is not None}


def test_a_levy_has_its_goods_and_the_cash_that_may_stand_for_them() -> None:
    """Goods per household are due, money for those who cannot bring them is cash in lieu; said twice it is one term."""
    found = order(read(LEVY, published="2021-10"), "levy")
    assert figures(found) == {
        ("due", "scrap metal", 6, "kg", "household"),
        ("due", "oilseed", 3, "kg", "household"),
        ("cash_in_lieu", "cash", 25000, "KPW", "household"),
    }
    cash = term(found, "cash")
    assert len(cash.mentions) == 1
    assert cash.basis == "unknown"
    assert [(r.about, r.id, r.basis) for r in cash.readings] == [
        ("basis", "whole", "whole"),
        ("basis", "each item", "each item"),
    ]
    assert all(r.why for r in cash.readings)
    assert found.issuer == "people's committee of Ranam District"
    assert "kp0205-ranam" in [p.place for p in found.places]


@pytest.mark.parametrize(
    ("published", "issued", "due"),
    [
        ("2021-10-19", "2021-10-15", "2021-10-28"),
        ("2021-10", "2021-10-15", "2021-10-28"),
        ("2021", "2021-10-15", "2021-10-28"),
        (None, "XXXX-10-15", "XXXX-10-28"),
    ],
)
def test_days_are_as_precise_as_the_date_of_publication_allows(published: str | None, issued: str, due: str) -> None:
    """A day without a year is put nearest to publication; without one its year stays open, never guessed."""
    found = order(read(LEVY, published=published), "levy")
    assert (found.issued, found.due) == (issued, due)


def test_numbers_in_names_and_periods_are_no_figures() -> None:
    """A mine named after a day, an ordinal congress, a virus, a quarter, "two days after": none of them is a term."""
    for text in (LEVY, RELIEF):
        amounts = {t.amount for o in read(text, published="2021").orders for t in o.terms}
        assert not amounts & {1, 8, 19, 0.25}
    assert {1, 8} <= {int(left.quote) for left in read(LEVY + RELIEF).leftover if left.quote.isdigit()}


def test_a_list_that_opens_with_each_household_and_ends_with_per_person_keeps_three_readings() -> None:
    """The closing words may hold for the last good or for all; the terms answer the question together."""
    found = order(read(RELIEF, published="2020-08-11"), "relief")
    assert figures(found) == {
        ("entitlement", "rice", 4, "kg", "household"),
        ("entitlement", "corn", 9, "kg", "household"),
        ("entitlement", "soybean", 3, "kg", "household"),
        ("entitlement", "cooking oil", 2, "bottle", "person"),
        ("supply", "coal", 150, "t", "total"),
        ("entitlement", "cash", 7000, "KPW", "adult"),
    }
    joint = readings_of(found)
    assert [r[0].id for r, _ in joint] == ["all per household", "oil per person", "all per person"]
    goods = ("rice", "corn", "soybean", "cooking oil")
    scopes = [[next(t.per for t in terms if t.item == good) for good in goods] for _, terms in joint]
    assert scopes == [["household"] * 4, ["household"] * 3 + ["person"], ["person"] * 4]
    assert term(found, "cash").hedge == "reportedly"
    assert found.start == "2020-08-07"
    assert [p.place for p in found.places] == ["KP0803"]


def test_a_crackdown_keeps_goods_and_bribes_without_figures() -> None:
    """Goods taken and bribes named without an amount are terms with amount None."""
    found = order(read(CRACKDOWN, published="2018-11"), "crackdown")
    assert {(t.role, t.item) for t in found.terms} == {
        ("confiscated", "medicine"),
        ("confiscated", "cigarette"),
        ("bribe", "cash"),
        ("bribe", "liquor"),
    }
    assert all(t.amount is None for t in found.terms)
    assert {p.place for p in found.places} == {"KP0101", "KP-10"}


def test_korean_levy() -> None:
    """Korean amounts, scope, alternatives in cash and the day due are read as the English ones are."""
    found = order(
        read("세대당 파철 7kg, 기름작물 2kg 또는 현금 3만원을 10월 28일까지 내라고 했다", published="2021-10"), "levy"
    )
    assert figures(found) == {
        ("due", "scrap metal", 7, "kg", "household"),
        ("due", "oilseed", 2, "kg", "household"),
        ("cash_in_lieu", "cash", 30000, "KPW", "household"),
    }
    assert found.due == "2021-10-28"


def test_korean_place_and_office() -> None:
    """A Korean report gives its place, office and the day of the order."""
    text = "청진시 라남구역 인민위원회는 지난 15일 회의를 열고 세대당 파철 7키로를 바치라고 지시했다."
    found = order(read(text, published="2021-10-19"), "levy")
    assert [p.place for p in found.places] == ["kp0205-ranam"]
    assert found.issuer == "라남구역 인민위원회"
    assert found.issued == "2021-10-15"


def test_prices_never_become_terms() -> None:
    """What a kilogram costs on the market, and what a dollar does, are prices with place and day."""
    report = read(
        "Rice was trading at 6,200 won per kilogram in Pyongyang on Nov. 1, while the dollar was 8,300 won.",
        published="2023-11-02",
    )
    assert [(p.item, p.price, p.currency, p.unit, p.place, p.date) for p in report.prices] == [
        ("rice", 6200, "KPW", "kg", "Pyongyang", "2023-11-01"),
        ("USD", 8300, "KPW", "USD", "Pyongyang", "2023-11-01"),
    ]
    assert not report.orders


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Every worker must contribute $5 a month to the loyalty fund.",
            {("due", "cash", 5, None, "USD", "worker", "month")},
        ),
        (
            "Each pupil was told to bring scrap rubber and scrap paper, two kilograms of each, and four rabbit skins.",
            {
                ("due", "scrap rubber", 2, None, "kg", "student", "once"),
                ("due", "scrap paper", 2, None, "kg", "student", "once"),
                ("due", "rabbit skin", 4, None, "piece", "student", "once"),
            },
        ),
        (
            "Vendors caught there paid a fine of between 50,000 and 100,000 won and had 20 mobile phones confiscated.",
            {
                ("fine", "cash", 50000, 100000, "KPW", "merchant", "once"),
                ("confiscated", "mobile phone", 20, None, "piece", "merchant", "once"),
            },
        ),
        (
            "Vendors pay 1,000 to 1,500 won a day in stall fees, up from 800 won last year.",
            {("stall_tax", "cash", 1000, 1500, "KPW", "merchant", "day")},
        ),
        (
            "For the holiday families received 3 kilograms of rice and one bottle each of vinegar and soybean oil.",
            {
                ("received", "rice", 3, None, "kg", "household", "once"),
                ("received", "vinegar", 1, None, "bottle", "household", "once"),
                ("received", "cooking oil", 1, None, "bottle", "household", "once"),
            },
        ),
        (
            "The town was locked down for 20 days.",
            {("other", "lockdown", 20, None, "day", "place", "once")},
        ),
        (
            "Each family has to hand in 12,000 yuan, or about $1,700.",
            {("due", "cash", 12000, None, "CNY", "household", "once")},
        ),
    ],
)
def test_roles_and_scopes(sentence: str, expected: set[tuple[object, ...]]) -> None:
    """Role, good, amount, unit, scope and rhythm come from the words of the sentence."""
    found = {
        (t.role, t.item, t.amount, t.amount_max, t.unit, t.per, t.every)
        for o in read(sentence, published="2023-11-02").orders
        for t in o.terms
        if t.amount is not None
    }
    assert found == expected


def test_what_no_term_explains_is_left_over_with_its_reason() -> None:
    """A population, a share and a span of time stand in the leftover, so that a person sees what was not taken."""
    report = read("The town of 9,400 people lies 12 kilometers off. Each home must hand in 5 kg of scrap metal.")
    assert {left.quote for left in report.leftover} == {"9,400", "12"}
    assert all(left.why for left in report.leftover)


def test_nothing_that_could_identify_a_source_is_kept_outside_the_text() -> None:
    """Ages, telephone numbers and handles stay out of quotes, evidence and leftover."""
    text = (
        "Image: blogger with the following ID: happy_77 in Musan\n\n"
        "A 45-year-old woman in her fifties, phone: 010-1234-5678, said families in Hoeryong must hand in 5 kg of corn."
    )
    report = read(text)
    kept = report.model_dump_json(exclude={"text"}).replace(str(report.reader), "")
    for secret in ("45", "fifties", "1234", "happy_77", "Musan"):
        assert secret not in kept.replace(report.reader.tables if report.reader else "", "")
    assert [p.name for p in report.orders[0].places] == ["Hoeryong"]


def test_the_record_says_what_read_it() -> None:
    """Reader, version and the hash of the tables stand on every record, and every order and term has an id."""
    report = read(LEVY, id="r1", published="2021-10", outlet="Paper", title="Title", url="https://example.org/1")
    assert report.reader is not None
    assert report.reader.name == "weights"
    assert len(report.reader.tables) == 64
    assert report.orders[0].id == "r1#o1"
    assert [t.id for t in report.orders[0].terms] == ["r1#o1t1", "r1#o1t2", "r1#o1t3"]
    assert (report.outlet, report.title, report.url) == ("Paper", "Title", "https://example.org/1")


def seed(name: str) -> str:
    """Text of one of the three first reports."""
    path = SEEDS / f"{name}.txt"
    if not path.exists():
        pytest.skip("the first three reports are other people's texts and not part of the project")
    return path.read_text(encoding="utf-8")


def test_first_report_levy() -> None:
    """The levy in Ranam District: three terms, the money said twice, its basis open."""
    for published in ("2021-10", "2021-10-19"):
        (found,) = read(seed("chongjin-levy"), published=published).orders
        assert figures(found) == {
            ("due", "scrap metal", 7, "kg", "household"),
            ("due", "oilseed", 2, "kg", "household"),
            ("cash_in_lieu", "cash", 30000, "KPW", "household"),
        }
        assert len(term(found, "cash").mentions) == 1
        assert (found.issued, found.due) == ("2021-10-15", "2021-10-28")
        assert "kp0205-ranam" in [p.place for p in found.places]


def test_first_report_crackdown() -> None:
    """The crackdown in Hyesan has goods and bribes, and not one figure."""
    (found,) = read(seed("hyesan-crackdown"), published="2018-11").orders
    assert found.kind == "crackdown"
    assert {(t.role, t.item, t.amount) for t in found.terms} == {
        ("confiscated", "medicine", None),
        ("confiscated", "food", None),
        ("bribe", "cash", None),
        ("bribe", "cigarette", None),
    }
    assert {p.place for p in found.places} == {"KP0101", "KP-10"}


def test_first_report_relief() -> None:
    """The relief for Kaesong: six terms in one order, and three joint readings of its list."""
    found = order(read(seed("kaesong-relief"), published="2020-08-11"), "relief")
    assert figures(found) == {
        ("entitlement", "rice", 5, "kg", "household"),
        ("entitlement", "corn", 10, "kg", "household"),
        ("entitlement", "soybean", 2, "kg", "household"),
        ("entitlement", "cooking oil", 1, "bottle", "person"),
        ("supply", "coal", 180, "t", "total"),
        ("entitlement", "cash", 8000, "KPW", "adult"),
    }
    assert [r[0].id for r, _ in readings_of(found)] == ["all per household", "oil per person", "all per person"]
    assert found.start == "2020-08-07"
