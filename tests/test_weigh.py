"""Weighing: what an order comes to, under each reading, from rows that are named."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inminban.measures.hang import checks_of
from inminban.measures.prices import price_of
from inminban.measures.range import Range, between, short
from inminban.measures.table import COLUMNS, FORMULA, harmless, rows_of, to_csv
from inminban.measures.weigh import OrderWeighing, weigh
from inminban.model.country import Country
from inminban.model.orders import Report


def figures(weighing: OrderWeighing, name: str) -> list[float]:
    """Central value of a figure under every reading."""
    return [float(r.figures[name].value.central) for r in weighing.readings]


def test_kaesong_comes_out_as_published_arithmetic_says(kaesong: Report) -> None:
    """18, 21 and 71 kg a household are 1,402, 1,633 and 5,552 t: 23, 27 or 93 wagons, food for 8.6, 11.7 or 34 days."""
    (weighing,) = weigh(kaesong)
    assert weighing.setting.households == Range.of(77913)
    assert figures(weighing, "goods_total") == pytest.approx([1402.434, 1632.961, 5551.92])
    assert figures(weighing, "wagons") == pytest.approx([23.4, 27.2, 92.5], abs=0.05)
    assert figures(weighing, "food_days") == pytest.approx([8.60, 11.75, 34.05], abs=0.005)
    ends = [r.figures["wagons"].value for r in weighing.readings]
    assert float(ends[1].high) == pytest.approx(1632.961 / 50)


def test_tonnes_are_exact(kaesong: Report) -> None:
    """Totals for a place are whole grams: households times grams, persons times grams, nothing rounded."""
    (weighing,) = weigh(kaesong)
    totals = [r.figures["goods_total"].value.central for r in weighing.readings]
    assert totals == [Fraction(18 * 77913, 1000), Fraction(17 * 77913 + 308440, 1000), Fraction(18 * 308440, 1000)]


def test_coal_is_shared_among_all_households(kaesong: Report) -> None:
    """180 t for the city are 2.3 kg a household, next to a winter's need of one and a half tonnes and more."""
    (weighing,) = weigh(kaesong)
    coal = next(t for t in weighing.readings[0].terms if t.term.item == "coal")
    assert coal.mass
    assert float(coal.mass.value.central) == pytest.approx(2.31, abs=0.005)
    assert [c.verdict for c in checks_of(weighing) if c.title == "Fuel and a winter"] == ["does not"]


def test_the_stipend_buys_two_kilograms_of_rice(kaesong: Report) -> None:
    """8,000 won at 4,010 a kilogram, from three observations elsewhere; not summed, as nobody counts adults."""
    (weighing,) = weigh(kaesong)
    cash = weighing.readings[0].terms[5]
    assert cash.per == "adult"
    assert cash.staple
    assert float(cash.staple.value.central) == pytest.approx(1.995, abs=0.001)
    assert len(weighing.setting.staple.rows) == 3
    assert cash.total is None


def test_chongjin_cash_is_two_to_four_times_the_basket(chongjin: Report) -> None:
    """Basket of about 8,000 to 14,000 won; 30,000 won are 2.1 to 3.9 times it, and twice that if owed for each good."""
    (weighing,) = weigh(chongjin)
    whole, each = weighing.readings
    basket, premium = whole.figures["basket"].value, whole.figures["premium"].value
    assert (round(float(basket.low), -3), round(float(basket.high), -3)) == (8000, 14000)
    assert (float(premium.low), float(premium.high)) == pytest.approx((2.13, 3.88), abs=0.01)
    assert each.figures["premium"].value == premium * 2
    assert each.figures["money"].value == Range.of(60000)


def test_chongjin_shares_of_income(chongjin: Report) -> None:
    """4–6 % of a median month at income scale 1, 11–16 % at 0.4; 23–34 % and 58–84 % of the poorest fifth's."""
    (weighing,) = weigh(chongjin)
    whole = weighing.readings[0].figures
    percent = {
        name: (round(float(whole[name].value.low) * 100), round(float(whole[name].value.high) * 100))
        for name in ("income_median@1", "income_median@0.4", "income_bottom@1", "income_bottom@0.4")
    }
    assert percent == {
        "income_median@1": (4, 6),
        "income_median@0.4": (11, 16),
        "income_bottom@1": (23, 34),
        "income_bottom@0.4": (58, 84),
    }
    assert whole["income_wage"].value.central == 10


def test_a_district_without_a_count_is_weighed_as_a_range(chongjin: Report) -> None:
    """Ranam's households are half as many to half as many again, and the page can say so."""
    (weighing,) = weigh(chongjin)
    total = weighing.readings[0].figures["goods_total"]
    assert total.value.high == total.value.low * 3
    assert "count of households" in total.varies


def test_the_price_is_the_median_near_the_day_and_place(country: Country) -> None:
    """Nine dated observations of autumn 2021, none in the province: 4,900 won, and the rows are named."""
    price = price_of(country, "rice", "2021-10-15", "kp0205-ranam")
    assert price.value
    assert [int(v * 1000) for v in (price.value.low, price.value.central, price.value.high)] == [3800, 4900, 5500]
    assert len(price.rows) == 9
    assert price.nearness == "country"
    assert all(row.id in price.sources[0].ref for row in price.rows)


@pytest.mark.parametrize(
    ("item", "date", "says"),
    [
        ("rice", None, "no date"),
        ("rice", "2009", "either side of a change of the currency"),
        ("rice", "2008-10", "no market price"),
        ("rice", "2010", "moved more than twofold"),
        ("nail board", "2021-10", "no market price"),
        ("corn", "2020-08-05", "no observation within 45 days"),
    ],
)
def test_no_price_is_given_rather_than_a_wrong_one(country: Country, item: str, date: str | None, says: str) -> None:
    """Nothing is carried across the redenomination, out of a year that moved twofold, or from another season."""
    price = price_of(country, item, date, None)
    assert price.value is None
    assert says in price.why


def test_prices_before_the_redenomination_buy_nothing_after_it(country: Country) -> None:
    """A day just before the change of money finds none of the rows just after it."""
    assert price_of(country, "rice", "2009-11-29", None).value is None
    assert price_of(country, "rice", "2009-12-01", None).value is not None


def test_a_crackdown_without_figures_can_not_be_sized() -> None:
    """Goods without an amount give rows, no numbers."""
    terms = [{"role": "confiscated", "item": "medicine"}, {"role": "bribe", "item": "cigarette"}]
    report = Report.model_validate(
        {"id": "r", "orders": [{"kind": "crackdown", "places": [{"name": "Hyesan"}], "terms": terms}]}
    )
    (weighing,) = weigh(report.identified())
    assert not weighing.sized
    assert weighing.readings[0].figures == {}
    assert [r["not_converted"] for r in rows_of([weighing])] == ["no figure is reported"] * 2


def test_place_given_by_hand_takes_the_place_of_the_orders(kaesong: Report) -> None:
    """`--place` weighs the same order for another town."""
    (weighing,) = weigh(kaesong, place="Hyesan")
    assert weighing.setting.label.startswith("Hyesan")
    assert weighing.setting.households == Range.of(48773)


def test_one_row_a_term_and_more_where_readings_differ(kaesong: Report, chongjin: Report) -> None:
    """Rice has two different readings, oil two, coal and cash one; cash in lieu has a row a basis."""
    rows = list(rows_of([*weigh(kaesong), *weigh(chongjin)]))
    count = {item: sum(r["item"] == item for r in rows) for item in ("rice", "cooking oil", "coal", "scrap metal")}
    assert count == {"rice": 2, "cooking oil": 2, "coal": 1, "scrap metal": 1}
    lieu = [r for r in rows if r["role"] == "cash_in_lieu"]
    assert [(r["worth_central"], r["reading"]) for r in lieu] == [(30000, "basis: whole"), (60000, "basis: each")]
    assert lieu[0]["price_rows"] == "p0307 p0310 p0311 p0313 p0315 p0317 p0318 p0319 p0321"
    assert {r["assumed"] for r in lieu} != {0}


def test_all_coded_reports_weigh(gold: tuple[Report, ...]) -> None:
    """Whatever a coder wrote down gets a row, and every row is a full row."""
    weighings = [w for report in gold for w in weigh(report)]
    rows = list(rows_of(weighings))
    assert len(rows) >= sum(len(o.terms) for r in gold for o in r.orders)
    assert all(list(r) == COLUMNS for r in rows)
    assert all(
        r["quantity_low"] is None or r["quantity_low"] <= r["quantity_central"] <= r["quantity_high"] for r in rows
    )  # type: ignore[operator]
    assert to_csv(rows) == to_csv(rows_of(weighings))


@given(st.text(max_size=20))
def test_a_text_never_becomes_a_formula(text: str) -> None:
    """Spreadsheets run no cell that a report wrote; numbers, negative ones too, stay numbers."""
    assert not str(harmless(text)).startswith(FORMULA)
    assert harmless(-5) == -5


@given(st.lists(st.fractions(Fraction(1, 100), 1000), min_size=6, max_size=6))
def test_ranges_keep_their_order(values: list[Fraction]) -> None:
    """Sums, products and quotients of ranges never turn low above high."""
    a, b = Range(*sorted(values[:3])), Range(*sorted(values[3:]))
    for made in (a + b, a * b, a / b, a * 3):
        assert made.low <= made.central <= made.high


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (Fraction(117, 10), "11.7"), (34.05, "34"), (1402, "1,400"), (77913, "77,900"), (0.046, "0.046")],
)
def test_numbers_are_told_with_the_digits_that_matter(value: float, text: str) -> None:
    """8.6 days, not 8.6022; 77,900 households, not 77,913."""
    assert short(Fraction(Decimal(str(value))) if isinstance(value, float) else value) == text
    assert between(Fraction(1), Fraction(1)) == "1"


def test_restated_sums_and_totals_are_compared() -> None:
    """20 kg a quarter and 60 kg a year do not agree; 10 kg a household and a fitting total for the place do."""
    scrap = {"role": "due", "item": "scrap metal", "unit": "kg", "per": "household"}
    year = [scrap | {"amount": 20, "every": "quarter"}, scrap | {"amount": 60, "every": "year"}]
    whole = [
        {"role": "received", "item": "rice", "amount": 10, "unit": "kg", "per": "household"},
        {"role": "supply", "item": "rice", "amount": 780, "unit": "t", "per": "total"},
    ]
    orders = [
        {"kind": "levy", "places": [{"name": "Chongjin"}], "terms": year},
        {"kind": "relief", "places": [{"name": "Kaesong"}], "terms": whole},
    ]
    levy, relief = weigh(Report.model_validate({"id": "r", "orders": orders}).identified())
    assert [(c.verdict, c.title) for c in checks_of(levy)] == [("does not", "The same demand told twice")]
    assert ("holds", "The total and the parts") in [(c.verdict, c.title) for c in checks_of(relief)]
