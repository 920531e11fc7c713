"""What must hold in the tables of North Korea: sums, origins, ranges and names."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

import pytest

from inminban import Country, load_country
from inminban.model import dates
from inminban.model.country import SHIPPED
from inminban.model.parameters import Parameter
from inminban.model.places import Place

TABLES = ("places", "census", "items", "containers", "prices", "standards", "parameters")
STATUSES = {"verified", "derived", "unverified"}
PARAMETER_STATUSES = STATUSES | {"secondary", "assumed"}

CIVILIANS, IN_CAMPS, ALL = 23_349_859, 702_372, 24_052_231
MEN, MEN_IN_CAMPS = 11_721_838, 662_349
WOMEN, WOMEN_IN_CAMPS = 12_330_393, 40_023
HOUSEHOLDS = 5_887_471

MOVED_IN_2010 = ("KP0820", "KP0821", "KP0822")  # Kangnam, Junghwa, Sangwon: from Pyongyang to North Hwanghae
UNLISTED_GOODS = {"corn noodle", "sticky rice"}  # priced now and then, asked for by no order
SHARED_SPELLINGS = {
    "najin": {"KP0201", "kp0201-rajin"},
    "rajin": {"KP0201", "kp0201-rajin"},
    "nampho": {"KP-14", "KP1102"},
    "nampo": {"KP-14", "KP1102"},
    "남포": {"KP-14", "KP1102"},
    "남포시": {"KP-14", "KP1102"},
    "pyeongyang": {"KP-01", "KP1001"},
    "pyongyang": {"KP-01", "KP1001"},
    "평양": {"KP-01", "KP1001"},
    "평양시": {"KP-01", "KP1001"},
    "unsan": {"KP0617", "KP0720"},
}

Rows = list[dict[str, str]]


def rows(table: str) -> Rows:
    with (SHIPPED / "kp" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def kp() -> Country:
    return load_country("kp")


def inside(country: Country, parent: str) -> list[Place]:
    return [p for p in country.gazetteer.places.values() if p.parent == parent]


def provinces(country: Country) -> list[Place]:
    return [p for p in country.gazetteer.places.values() if p.level == "province"]


def total(places: Iterable[Place], column: str) -> int:
    return sum(getattr(p, column) or 0 for p in places)


def census(table: str, **wanted: str) -> Rows:
    return [r for r in rows("census") if r["table"] == table and all(r[k] == v for k, v in wanted.items())]


class TestPeople:
    @pytest.mark.parametrize(
        ("column", "count"),
        [
            ("persons", CIVILIANS),
            ("households", HOUSEHOLDS),
            ("men", MEN - MEN_IN_CAMPS),
            ("women", WOMEN - WOMEN_IN_CAMPS),
        ],
    )
    def test_provinces_hold_all_civilians_and_all_households(self, kp: Country, column: str, count: int) -> None:
        """The provinces together are the country without its military camps."""
        assert total(provinces(kp), column) == count

    @pytest.mark.parametrize(
        ("sex", "in_camps", "everyone"),
        [("total", IN_CAMPS, ALL), ("male", MEN_IN_CAMPS, MEN), ("female", WOMEN_IN_CAMPS, WOMEN)],
    )
    def test_soldiers_in_camps_close_the_national_count(self, sex: str, in_camps: int, everyone: int) -> None:
        """Civilians and persons in military camps are everyone who was counted."""
        count = {
            r["category"].split(",")[0].split(" (")[0]: int(r["value"])
            for r in census("population", residence="total", sex=sex)
        }
        assert count["in military camps"] == in_camps
        assert count["all persons"] == everyone
        assert count["civilian"] + in_camps == everyone

    def test_the_country_has_its_published_count(self, kp: Country) -> None:
        """The row of the whole country includes the camps."""
        whole = kp.gazetteer.places[kp.root]
        assert (whole.persons, whole.men, whole.women, whole.households) == (ALL, MEN, WOMEN, HOUSEHOLDS)

    def test_everyone_lives_in_town_or_country(self, kp: Country) -> None:
        """Urban and rural persons of the provinces are all civilians."""
        assert total(provinces(kp), "urban") + total(provinces(kp), "rural") == CIVILIANS

    @pytest.mark.parametrize("column", ["persons", "households", "men", "women"])
    def test_a_province_is_the_sum_of_its_cities_and_counties(self, kp: Country, column: str) -> None:
        """No one of a province lives outside its cities and counties."""
        assert {p.name: total(inside(kp, p.id), column) for p in provinces(kp)} == {
            p.name: getattr(p, column) for p in provinces(kp)
        }

    @pytest.mark.parametrize("city", ["KP1001", "KP0205"])
    def test_the_districts_of_pyongyang_and_chongjin_make_up_the_city(self, kp: Country, city: str) -> None:
        """Where districts are counted, or shared out, they sum to their city."""
        assert total(inside(kp, city), "persons") == kp.gazetteer.places[city].persons

    def test_a_spread_marks_the_counts_that_were_shared_out(self, kp: Country) -> None:
        """Only the six Chongjin districts without a published count bear a spread, and each says so."""
        spread = [p for p in kp.gazetteer.places.values() if p.count_spread]
        assert {p.parent for p in spread} == {"KP0205"}
        assert len(spread) == 6
        assert all(p.persons and p.status != "verified" and "not published" in p.note for p in spread)

    @pytest.mark.parametrize(
        ("province", "sign", "others", "count"),
        [
            ("KP-01", 1, MOVED_IN_2010, 3_255_288),
            ("KP-06", -1, MOVED_IN_2010, 2_113_672),
            ("KP-02", 1, ("KP-14",), 4_051_696),
        ],
        ids=["Pyongyang", "North Hwanghae", "South Pyongan with Nampo"],
    )
    def test_the_boundaries_of_2008_give_the_printed_counts(
        self, kp: Country, province: str, sign: int, others: tuple[str, ...], count: int
    ) -> None:
        """Undoing the changes of 2010 brings back what the census report prints."""
        places = kp.gazetteer.places
        assert (places[province].persons or 0) + sign * total((places[i] for i in others), "persons") == count

    def test_pyongyang_has_its_published_households(self, kp: Country) -> None:
        """In the boundaries of 2008 the capital had 813,769 households."""
        places = kp.gazetteer.places
        assert total((places[i] for i in ("KP-01", *MOVED_IN_2010)), "households") == 813_769

    @pytest.mark.parametrize(
        ("province", "percent"),
        [
            ("KP-09", 70.7),
            ("KP-10", 64.6),
            ("KP-04", 63.7),
            ("KP-08", 59.1),
            ("KP-03", 52.5),
            ("KP-07", 49.1),
            ("KP-05", 35.6),
        ],
    )
    def test_urban_shares_agree_with_the_published_ones(self, kp: Country, province: str, percent: float) -> None:
        """Provinces whose boundaries did not change are as urban as published, to a tenth of a point."""
        place = kp.gazetteer.places[province]
        assert place.urban is not None
        assert place.persons is not None
        assert round(100 * place.urban / place.persons, 1) == pytest.approx(percent, abs=0.051)

    @pytest.mark.parametrize("residence", ["total", "urban", "rural"])
    def test_household_sizes_are_all_households(self, residence: str) -> None:
        """The shares of the household sizes make 100 percent."""
        assert sum(float(r["value"]) for r in census("household_size", residence=residence)) == pytest.approx(
            100, abs=0.05
        )

    @pytest.mark.parametrize(("sex", "count"), [("male", MEN), ("female", WOMEN)])
    def test_the_ages_are_everyone(self, sex: str, count: int) -> None:
        """The modelled ages of 2008 hold every man and every woman that was counted."""
        assert sum(int(r["value"]) for r in census("age_sex_model_2008", sex=sex)) == count


class TestPlaces:
    def test_every_place_but_the_country_lies_in_a_known_one(self, kp: Country) -> None:
        """From every place a way leads up to the country."""
        places = kp.gazetteer.places
        assert [p.id for p in places.values() if p.parent not in places] == [kp.root]
        assert {kp.gazetteer.ancestors(i)[-1] for i in places} == {kp.root}

    def test_an_id_names_one_place(self) -> None:
        """No two rows share an id."""
        assert repeated(r["id"] for r in rows("places")) == []

    def test_men_and_women_are_the_persons(self, kp: Country) -> None:
        """Where both sexes are counted they sum to the persons."""
        counted = [p for p in kp.gazetteer.places.values() if p.men is not None and p.women is not None]
        assert counted
        assert [p.id for p in counted if total([p], "men") + total([p], "women") != p.persons] == []

    def test_points_lie_in_the_country(self, kp: Country) -> None:
        """No point lies outside the box around the country."""
        located = [p for p in kp.gazetteer.places.values() if p.lat is not None and p.lon is not None]
        assert len(located) > 200
        assert [p.id for p in located if not (37.5 < (p.lat or 0) < 43.1 and 124 < (p.lon or 0) < 131)] == []

    def test_only_known_spellings_name_more_than_one_place(self, kp: Country) -> None:
        """Whoever adds a spelling learns whether it makes a name ambiguous; neighbourhoods may share names."""
        places = kp.gazetteer.places
        shared = {
            name: set(ids)
            for name, ids in kp.gazetteer.spellings.items()
            if len(ids) > 1 and {places[i].level for i in ids} != {"dong"}
        }
        assert shared == SHARED_SPELLINGS

    def test_outlines_belong_to_places(self, kp: Country) -> None:
        """An outline bears a place's id, or its ISO code where that is no id (Rason, KP-13)."""
        known = set(kp.gazetteer.places)
        isos = {p.iso for p in kp.gazetteer.places.values()} - {""}
        found = [str(f["id"]) for f in kp.outlines["features"]]
        assert repeated(found) == []
        assert set(found) - known == {"KP-13"}
        assert set(found) - known <= isos

    def test_every_province_but_nampo_has_an_outline(self, kp: Country) -> None:
        """Nampo, drawn inside South Pyongan, is the one province that a map can't outline."""
        drawn = {f["id"] for f in kp.outlines["features"]}
        assert {p.id for p in provinces(kp)} - drawn == {"KP-14"}


class TestOrigins:
    @pytest.mark.parametrize("table", TABLES)
    def test_every_row_says_where_it_comes_from(self, table: str) -> None:
        """Each row has a source and a status that docs/data-model.md explains."""
        allowed = PARAMETER_STATUSES if table == "parameters" else STATUSES
        lacking = [
            line for line, r in enumerate(rows(table), 2) if not r["source"].strip() or r["status"] not in allowed
        ]
        assert lacking == []

    @pytest.mark.parametrize("table", ["standards", "prices", "containers"])
    def test_row_numbers_are_given_once(self, table: str) -> None:
        """A row can be cited by its id."""
        assert repeated(r["id"] for r in rows(table)) == []


class TestParameters:
    def test_a_symbol_names_one_number(self) -> None:
        """No symbol stands twice."""
        assert repeated(r["symbol"] for r in rows("parameters")) == []

    def test_roles_are_input_target_or_context(self, kp: Country) -> None:
        """A number sets something, is compared with, or tells what is measured against."""
        assert {p.role for p in kp.parameters.values()} == {"input", "target", "context"}

    def test_ranges_run_from_low_through_central_to_high(self, kp: Country) -> None:
        """Of low, central and high, those that are given rise, and one at least is given."""
        assert [p.symbol for p in kp.parameters.values() if not known(p) or known(p) != sorted(known(p))] == []

    def test_inputs_have_a_shape_and_a_range(self, kp: Country) -> None:
        """What sets something can be drawn: low, central, high and a shape between them; or is constant."""
        inputs = [p for p in kp.parameters.values() if p.role == "input"]
        drawn = [p for p in inputs if p.shape in {"triangular", "uniform", "endpoints"}]
        fixed = [p for p in inputs if p.shape == "constant"]
        bounds = [p for p in inputs if p.shape == "interval"]
        assert len(drawn) + len(fixed) + len(bounds) == len(inputs) > 0
        assert [p.symbol for p in drawn if len(known(p)) < 3] == []
        assert [p.symbol for p in fixed if p.central is None] == []
        assert [p.symbol for p in bounds if p.low is None or p.high is None] == []

    def test_assumed_rows_give_their_reason(self, kp: Country) -> None:
        """An assumed number says what it rests on or that it is ours, in more than a citation."""
        reason = re.compile(r"\b(ours|no|taken over|because|since|as)\b")
        assumed = [p for p in kp.parameters.values() if p.status == "assumed"]
        assert assumed
        assert [p.symbol for p in assumed if not reason.search(p.source) or len(p.source.split()) < 8] == []

    def test_state_wages_are_parameters(self, kp: Country) -> None:
        """Every wage that country.toml names is an input row."""
        assert {w.symbol for w in kp.state_wages} <= {p.symbol for p in kp.parameters.values() if p.role == "input"}


class TestItemsAndPrices:
    def test_an_item_code_stands_once(self) -> None:
        """No code names two items."""
        assert repeated(r["code"] for r in rows("items")) == []

    def test_a_word_names_one_item(self, kp: Country) -> None:
        """No code, name or alias belongs to two items."""
        words = [{w.casefold() for w in (i.code, i.name, *i.aliases)} for i in kp.items.values()]
        assert repeated(w for item in words for w in item) == []

    def test_money_and_staple_are_items(self, kp: Country) -> None:
        """The currency and the staple of country.toml are listed goods."""
        assert kp.items[kp.currency].family == "money"
        assert kp.items[kp.staple].kcal_per_kg

    def test_containers_hold_between_low_and_high(self, kp: Country) -> None:
        """What a container holds lies within its own bounds and is more than nothing."""
        assert [c.id for c in kp.containers if not 0 < c.low <= c.quantity <= c.high] == []

    def test_containers_hold_listed_items(self, kp: Country) -> None:
        """A container is of a listed item, or of any."""
        assert {c.item for c in kp.containers} - {""} <= set(kp.items)

    def test_prices_are_of_known_places(self, kp: Country) -> None:
        """Each price belongs to a place of the table."""
        assert {p.place_id for p in kp.prices} <= set(kp.gazetteer.places)

    def test_prices_are_of_listed_items(self, kp: Country) -> None:
        """Each priced good is an item, but for the two that are known not to be."""
        assert {p.code for p in kp.prices} - set(kp.items) == UNLISTED_GOODS

    def test_prices_are_positive(self, kp: Country) -> None:
        """Nothing is sold for nothing."""
        assert [p.id for p in kp.prices if p.price <= 0] == []

    def test_prices_have_a_day_a_month_or_a_year(self, kp: Country) -> None:
        """A price's date is readable, has its year, and the rows run from old to new."""
        assert [p.id for p in kp.prices if dates.span(dates.checked(p.date)) is None] == []
        assert [p.date for p in kp.prices] == sorted(p.date for p in kp.prices)


def known(parameter: Parameter) -> list[Decimal]:
    return [v for v in (parameter.low, parameter.central, parameter.high) if v is not None]


def repeated(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]
