"""What the reader makes of the demo's own retellings, and of short reports on other places and goods."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from inminban.model.country import load_country
from inminban.model.orders import Order, Report, Term, readings_of
from inminban.reading.dates import dates
from inminban.reading.lexicon import lexicon
from inminban.reading.read import read

REPORTS = files("inminban") / "data" / "demo" / "reports"

PUPILS = """\
Schools in Sinuiju collect paper

The youth league in Sinuiju, North Pyongan Province, allegedly ordered pupils on Sept. 3 to gather waste paper and
rabbit skins, a source in the province said on Monday.

Each student is to bring 4 kilograms of waste paper and two rabbit skins, the source said. Waste paper has to be in by
Sept. 20.

Whoever can't find the goods may settle the matter with 20,000 won.
"""

FLOOD = """\
Blankets and flour for flood victims

Authorities in Musan County, North Hamgyong Province, began handing out relief goods to families who lost their homes on
Sept. 12, a source said on Sept. 15.

The people's committee of Musan County announced that every household would be given 20 kg of flour and two blankets.
Each adult was reportedly given 10,000 won. In total, 300 tons of cement have been brought in. The Cabinet must rebuild
the dams by the end of November.
"""

BICYCLES = """\
Police stop cyclists in Pyongsong

Police in Pyongsong and elsewhere in South Pyongan Province began a crackdown on bicycles without plates on Oct. 1, a
source said. Traders' fake cigarettes were found to be unsafe, and the goods were then seized. Bicycles have been taken
away, too. Owners get them back for a bribe, money together with liquor.

The police have a monthly quota to meet. Farm mobilization ended in the same week. Banned imports are now hidden.
"""

FEVER = """\
Samjiyon sealed off

The city of Samjiyon in Ryanggang Province has been placed under lockdown for 14 days from Nov. 2, a source there said.
The emergency anti-epidemic command ordered residents to stay indoors. The people's committee was told to keep order.

Each household is said to have received 5 kg of corn.
"""

RUBBER = (
    "혜산시 녀맹이 지난 5일 회의를 열고 매 세대당 파고무 3kg과 파지 2kg을 5월 20일까지 바치라고 지시했다고 "
    "량강도 소식통이 전했다. 과제를 못 내는 세대는 현금 2만원을 내야 한다."
)


def demo(name: str, published: str | None = "") -> Report:
    """The reading of a demo report, with its own date of publication or another."""
    data: dict[str, Any] = json.loads((REPORTS / f"{name}.json").read_text(encoding="utf-8"))
    when = data["published"] if published == "" else published
    return read(data["text"], id=data["id"], published=when, outlet=data["outlet"])


def order(report: Report, kind: str) -> Order:
    """Only order of its kind."""
    (found,) = [o for o in report.orders if o.kind == kind]
    return found


def figures(found: Order) -> set[tuple[object, ...]]:
    return {(t.role, t.item, t.amount, t.unit, t.per) for t in found.terms}


def cash(found: Order) -> Term:
    """Only term in cash."""
    (one,) = [t for t in found.terms if t.item == "cash"]
    return one


@pytest.mark.parametrize(
    ("published", "year"), [("", "2021"), ("2021-10-19", "2021"), ("2021", "2021"), (None, "XXXX")]
)
def test_the_demo_levy(published: str | None, year: str) -> None:
    """Two goods a household, cash in lieu of them said twice on an open basis, its days, places and office."""
    (found,) = demo("chongjin-levy", published).orders
    assert found.kind == "levy"
    assert figures(found) == {
        ("due", "scrap metal", 7, "kg", "household"),
        ("due", "oilseed", 2, "kg", "household"),
        ("cash_in_lieu", "cash", 30000, "KPW", "household"),
    }
    assert (found.issued, found.due) == (f"{year}-10-15", f"{year}-10-28")
    assert (cash(found).basis, len(cash(found).readings), len(cash(found).mentions)) == ("unknown", 2, 1)
    assert [p.place for p in found.places] == ["kp0205-ranam", "kp0205-ranam-rahung-1-dong"]
    assert found.issuer == "Ranam District people's committee"


@pytest.mark.parametrize("published", ["", "2018-11-12", None])
def test_the_demo_crackdown(published: str | None) -> None:
    """One order without a figure: banned wares, a target and last year's quotas make none of their own."""
    (found,) = demo("hyesan-crackdown", published).orders
    assert found.kind == "crackdown"
    assert {(t.role, t.item, t.amount) for t in found.terms} == {
        ("confiscated", "medicine", None),
        ("confiscated", "food", None),
        ("bribe", "cash", None),
        ("bribe", "cigarette", None),
    }
    assert {p.place for p in found.places} == {"KP0101", "KP-10"}
    assert found.issuer == "task force groups"
    assert (found.issued, found.start) == (None, None)


@pytest.mark.parametrize(("published", "year"), [("", "2020"), (None, "XXXX")])
def test_the_demo_relief(published: str | None, year: str) -> None:
    """Six terms with three joint readings, from the office that announced them, beginning with the train."""
    report = demo("kaesong-relief", published)
    found = order(report, "relief")
    assert figures(found) == {
        ("entitlement", "rice", 5, "kg", "household"),
        ("entitlement", "corn", 10, "kg", "household"),
        ("entitlement", "soybean", 2, "kg", "household"),
        ("entitlement", "cooking oil", 1, "bottle", "person"),
        ("supply", "coal", 180, "t", "total"),
        ("entitlement", "cash", 8000, "KPW", "adult"),
    }
    assert [r[0].id for r, _ in readings_of(found)] == ["all per household", "oil per person", "all per person"]
    assert (found.issuer, found.issued, found.start) == ("Central Committee", None, f"{year}-08-07")
    assert [p.place for p in found.places] == ["KP0803"]
    assert next(t for t in found.terms if t.role == "supply").doubt is None
    for other in report.orders:
        assert other.kind == "relief" or (other.kind, other.terms, other.issued, other.start) == (
            "restriction",
            (),
            None,
            None,
        )


def test_cash_takes_the_scope_of_the_goods_it_stands_for() -> None:
    """A later sentence names a good again with the day it is due; "whoever" owes what each pupil owes."""
    (found,) = read(PUPILS, published="2022-09-06").orders
    assert figures(found) == {
        ("due", "scrap paper", 4, "kg", "student"),
        ("due", "rabbit skin", 2, "piece", "student"),
        ("cash_in_lieu", "cash", 20000, "KPW", "student"),
    }
    assert (found.issued, found.due, found.issuer) == ("2022-09-03", "2022-09-20", "youth league of Sinuiju")


def test_goods_taken_instead_leave_the_basis_of_the_cash_settled() -> None:
    """What may be brought in place of the good asked for is no second good that the cash could stand for."""
    text = (
        "The Women's Union in Wonsan instructed its members to prepare 15 kg of compost each. Those who stay away must "
        "pay 8,000 won. Members who fail to prepare the compost can hand in 2 kg of beans instead. "
        "The deadline is Jan. 25."
    )
    (found,) = read(text, published="2021-01-10").orders
    assert {(t.role, t.item, t.amount, t.alternative) for t in found.terms} == {
        ("due", "compost", 15, False),
        ("cash_in_lieu", "cash", 8000, False),
        ("due", "soybean", 2, True),
    }
    assert (cash(found).basis, found.issued, found.due) == ("whole", None, "2021-01-25")


def test_relief_begins_when_it_is_handed_out() -> None:
    """The day before "a source said" is that of the event; the office told to do something else gives no relief."""
    (found,) = read(FLOOD, published="2024-09-16").orders
    assert figures(found) == {
        ("entitlement", "wheat flour", 20, "kg", "household"),
        ("entitlement", "blanket", 2, "piece", "household"),
        ("received", "cash", 10000, "KPW", "adult"),
        ("supply", "cement", 300, "t", "total"),
    }
    assert (found.issued, found.start, found.end) == (None, "2024-09-12", None)
    assert found.issuer == "people's committee of Musan County"
    assert {t.item: t.hedge for t in found.terms} == {
        "wheat flour": None,
        "blanket": None,
        "cash": "reportedly",
        "cement": None,
    }
    assert {t.doubt for t in found.terms if t.role == "supply"} == {None}


def test_a_crackdown_stays_the_only_order() -> None:
    """Quotas, mobilisation and banned wares in passing make no levy and no restriction beside a crackdown."""
    (found,) = read(BICYCLES, published="2023-10-09").orders
    assert found.kind == "crackdown"
    assert {(t.role, t.item) for t in found.terms} == {
        ("confiscated", "cigarette"),
        ("confiscated", "bicycle"),
        ("bribe", "cash"),
        ("bribe", "liquor"),
    }
    assert {p.place for p in found.places} == {"KP0701", "KP-02"}


def test_a_lockdown_in_days_and_what_was_given_are_two_orders() -> None:
    """The day on which the lockdown began is not that of the relief; the office that was told to obey gave no order."""
    report = read(FEVER, published="2020-11-05")
    closed, given = order(report, "restriction"), order(report, "relief")
    assert {(t.role, t.item, t.amount, t.unit, t.per) for t in closed.terms} == {
        ("other", "lockdown", 14, "day", "place")
    }
    assert (closed.issuer, closed.start) == ("emergency anti-epidemic command", "2020-11-02")
    assert given.start is None
    assert [(t.item, t.amount, t.per, t.hedge) for t in given.terms] == [("corn", 5, "household", "is said to")]


def test_a_korean_levy_with_cash_in_a_second_sentence() -> None:
    """Goods, scope, days and the cash of those who cannot bring them, in Korean."""
    (found,) = read(RUBBER, published="2020-05-10").orders
    assert figures(found) == {
        ("due", "scrap rubber", 3, "kg", "household"),
        ("due", "scrap paper", 2, "kg", "household"),
        ("cash_in_lieu", "cash", 20000, "KPW", "household"),
    }
    assert (found.issued, found.due) == ("2020-05-05", "2020-05-20")


@pytest.mark.parametrize("word", ["reportedly", "allegedly", "supposedly"])
def test_a_word_of_caution_is_kept_with_the_figure_of_its_sentence(word: str) -> None:
    """The hedge stands on the terms of its own sentence only, beside who says so."""
    text = f"A source said every household must hand in 5 kg of corn. Each farmer {word} must hand in 9 kg of beans."
    (found,) = read(text).orders
    assert [(t.item, t.hedge, t.attribution) for t in found.terms] == [
        ("corn", None, "resident source"),
        ("soybean", word, "resident source"),
    ]


def test_an_amount_of_the_countrys_money_is_no_year() -> None:
    """The words that make a number an amount come from the country's tables."""
    counted = lexicon(load_country()).counted
    for text in ("in 2000 won notes", "to 1999 yuan", "of 2010 kilograms", "on May 5 kilos were taken"):
        assert not [d for d in dates(text, "2021-10-20", counted) if d.value and len(d.value) in (4, 10)], text
    assert [d.value for d in dates("in 2011", None, counted)] == ["2011"]


def test_the_end_of_a_month_that_lies_ahead() -> None:
    """By the end of November, said in September, is this November."""
    assert [d.value for d in dates("by the end of November", "2024-09-16")] == ["2024-11"]


def test_a_levy_that_ends_on_a_day_to_come_is_due_then() -> None:
    """ "Ends on" gives the day due; a day after publication is never the one on which the order was given."""
    demand = "Per household 1.5 kilograms of waste plastic and 500 grams of scrap rubber are demanded in Haeju."
    for text in (f"{demand} The collection ends on July 31.", f"{demand} The officials come on July 31 for the quota."):
        (found,) = read(text, published="2023-07-10").orders
        assert (found.issued, found.due) == (None, "2023-07-31")


def test_a_holiday_is_not_the_day_of_the_order() -> None:
    """The day of the feast that gifts are for says nothing of when they were ordered."""
    text = (
        "For the holiday on Feb. 16, the Cabinet ordered factories in Kanggye to give out special supplies. "
        "Families received 2 kg of rice. The goods were handed out from Feb. 14 to Feb. 15."
    )
    (found,) = read(text, published="2022-02-20").orders
    assert (found.issued, found.start, found.end) == (None, "2022-02-14", "2022-02-15")


def test_goods_taken_are_those_before_a_passive_verb() -> None:
    """What follows the verb, a labor camp say, was not taken away."""
    text = (
        "A joint inspection group began a crackdown in Nampo. TVs and USB sticks were taken away, and the owners were "
        "sent to a labor training camp. Families scrape together bribes, cash or fuel, to have them released."
    )
    (found,) = read(text).orders
    assert {(t.role, t.item) for t in found.terms} == {
        ("confiscated", "television"),
        ("confiscated", "media"),
        ("bribe", "cash"),
        ("bribe", "fuel"),
    }


def test_a_korean_price_for_one_kilogram_is_no_hand_out() -> None:
    """쌀 1kg은 5천원: the price of a kilogram, though it follows what was given out."""
    report = read(
        "평성시 인민위원회는 세대마다 감자 10kg을 공급했다. 1인당 밀가루 2kg도 나눠주었다. 쌀 1kg은 5천원이다."
    )
    assert {(t.item, t.amount, t.per) for t in order(report, "relief").terms} == {
        ("potato", 10, "household"),
        ("wheat flour", 2, "person"),
    }
    assert [(p.item, p.price, p.unit) for p in report.prices] == [("rice", 5000, "kg")]


@pytest.mark.parametrize("where", ["in Ranam District", "from the whole city", "near the county"])
def test_each_household_of_a_place_is_a_household(where: str) -> None:
    """The place that the households live in is not the one that owes."""
    (found,) = read(f"Each household {where} has to hand in 7 kg of scrap metal, or pay KPW 30,000 in cash.").orders
    assert {(t.role, t.per) for t in found.terms} == {("due", "household"), ("cash_in_lieu", "household")}


def test_a_short_name_is_a_place_with_its_kind_behind_it() -> None:
    """Jung is a surname; Jung District is in Pyongyang."""
    (found,) = read("At the grain shop in Pyongyang's Jung District each household got 5 kg of rice.").orders
    assert [(p.name, p.place) for p in found.places] == [("Jung District", "kp1001-chung")]


def test_a_factory_named_after_a_day_is_no_date() -> None:
    """Works and mines bear the names of days."""
    demand = "Workers at the February 8 factory and the May 11 Smelter must hand in 3 kg of scrap copper each."
    (found,) = read(demand, published="2021-11-02").orders
    assert (found.issued, found.due, found.start, found.end) == (None, None, None, None)
