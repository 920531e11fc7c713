"""A second, invented country goes through every step: what the code knows of a country, it reads from its folder."""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import inminban
from inminban import Country, Report, check, load_country, read, render, simulate, synthesize, weigh
from inminban.measures.outcome_table import csv_of
from inminban.measures.summary import Summary, about, summarise
from inminban.measures.weigh import OrderWeighing
from inminban.model.country import SHIPPED
from inminban.model.records import to_json
from inminban.model.scenario import Scenario
from inminban.pages.render import render_run
from inminban.studies.check import verdict
from inminban.studies.folder import Run

SOURCE = Path(inminban.__file__).parent
PUBLISHED = "2016-10-20"
REPORTS = {
    "levy": "On Oct. 5 the people's council of Overdolor District ordered each household to hand in four kilograms of "
    "bog iron by Oct. 19, a source in Lorumia said. Those without it pay 8,000 florb in cash.",
    "relief": "From Oct. 12 each household in Quuxford is to receive 5 kilograms of millet and 10 kilograms of barley "
    "as relief goods, a source in Ipsumia said. Each person is given one jar of lamp oil. Siphoning is forbidden, the "
    "town council announced.",
    "crackdown": "Market wardens began a crackdown in Plughby County on Oct. 8, a resident said. Inspectors "
    "confiscated foreign soap on the market, and a trader was fined 20,000 florb.",
}
AREAS = {"EX11": 640, "EX12": 320, "EX21": 520, "EX22": 220, "EX23": 300}
OVERDOLOR, HOMES, PERSONS = "ex11-overdolor", 380, 1258
LEVEL_BELOW = {"EX": "province", "EX-1": "city or county", "EX-2": "city or county", "EX11": "district"}
COUNTS = ("persons", "households", "men", "women", "urban", "rural")
TABLES = ("places", "census", "items", "containers", "prices", "standards", "parameters")
BRAND = "인민반"  # the program's own name, in the head of its pages


@pytest.fixture(scope="module")
def examplia() -> Country:
    return load_country("examplia")


@pytest.fixture(scope="module")
def kp() -> Country:
    return load_country("kp")


@pytest.fixture(scope="module")
def reports(examplia: Country) -> dict[str, Report]:
    """The three reports as the reader reads them."""
    return {name: read(text, id=name, published=PUBLISHED, country=examplia) for name, text in REPORTS.items()}


@pytest.fixture(scope="module")
def run(examplia: Country, reports: dict[str, Report], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The levy on the households of its district, in four draws of 25 days."""
    levy = reports["levy"]
    scenario = Scenario(orders=(levy,), place=OVERDOLOR, days=25, draws=4, seed=1)
    return simulate(scenario, (levy,), country=examplia, out=tmp_path_factory.mktemp("examplia") / "run")


@pytest.fixture(scope="module")
def measured(run: Run) -> tuple[Summary, ...]:
    return summarise(run.measures, run.inputs, about(run.facts))


@pytest.fixture(scope="module")
def strange(examplia: Country, kp: Country) -> re.Pattern[str]:
    """Words that only North Korea's folder has: its name, its places, its money, its goods; and any Hangul."""
    places = {n for p in kp.gazetteer.places.values() for n in (p.name, *p.aliases) if len(n) > 4}
    goods = {w for i in kp.items.values() for w in (i.code, *i.aliases)}
    own = " | ".join(w for i in examplia.items.values() for w in (i.code, i.name, *i.aliases))
    foreign = {w for w in goods if not re.search(rf"(?<!\w){re.escape(w)}(?!\w)", own)}
    words = {*places, *foreign, kp.name, "Korea", "Korean", kp.settings["currency_name"], "border cities", "refugee"}
    listed = "|".join(map(re.escape, sorted(words, key=lambda w: (-len(w), w))))
    return re.compile(rf"(?<![\w-])(?:{listed})(?![\w-])|[가-힣]+")


def rows(table: str) -> list[dict[str, str]]:
    with (SHIPPED / "examplia" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def census(table: str, **wanted: str) -> list[dict[str, str]]:
    return [r for r in rows("census") if r["table"] == table and all(r[k] == v for k, v in wanted.items())]


def values(found: Iterable[dict[str, str]]) -> list[Fraction]:
    return [Fraction(r["value"]) for r in found]


def clean(text: str, strange: re.Pattern[str]) -> bool:
    """Whether a text has no strange word; tells the first where it has one."""
    found = strange.search(text.replace(BRAND, ""))
    assert not found, f"“{text[max(0, found.start() - 60) : found.end() + 30]}”"
    return True


class TestFolder:
    @pytest.mark.parametrize("table", TABLES)
    def test_every_row_says_that_it_is_invented(self, table: str) -> None:
        """Nobody can take a number of Examplia for one of a real country."""
        found = rows(table)
        assert found
        assert {r["source"] for r in found} == {"invented, so that tests have a country"}

    @pytest.mark.parametrize("place", LEVEL_BELOW)
    @pytest.mark.parametrize("column", COUNTS)
    def test_counts_sum_up_the_levels(self, examplia: Country, place: str, column: str) -> None:
        """Whoever is counted in a part is counted in the whole, men and women, town and country alike."""
        places = examplia.gazetteer.places
        inside = [getattr(p, column) for p in places.values() if p.parent == place]
        assert sum(inside) == getattr(places[place], column) > 0

    def test_persons_are_men_and_women_in_town_and_country(self, examplia: Country) -> None:
        """Each place's persons are its men and women, and its urban and rural persons."""
        for place in (p for p in examplia.gazetteer.places.values() if p.persons is not None):
            assert (place.men or 0) + (place.women or 0) == place.persons
            assert (place.urban or 0) + (place.rural or 0) == place.persons

    def test_the_census_agrees_with_the_places(self, examplia: Country) -> None:
        """National rows of persons, households, ages and dwellings have the totals of the table of places."""
        whole = examplia.gazetteer.places[examplia.root]
        year = examplia.settings["census_year"]
        assert values(census("households")) == [whole.households, 1200, 800]
        assert values(census("population", category="all persons")) == [whole.persons, whole.men, whole.women]
        for sex, count in (("male", whole.men), ("female", whole.women)):
            assert sum(values(census(f"age_sex_model_{year}", sex=sex))) == count
        assert sum(values(census("dwelling_type", residence="total"))) == whole.households
        for table in ("household_size", "family_type"):
            assert sum(values(census(table, residence="total", unit="percent"))) == 100

    def test_ages_go_on_after_the_census(self, examplia: Country) -> None:
        """Later years have the age groups of the census, so that a population can be carried to them."""
        groups = [r["category"] for r in census(f"age_sex_model_{examplia.settings['census_year']}", sex="male")]
        years = sorted({r["year"] for r in census("age_sex")})
        assert (groups[0], groups[-1], len(groups)) == ("0-4", "100+", 21)
        assert years == ["2010", "2015", "2020"]
        for year in years:
            assert all(
                [r["category"] for r in census("age_sex", year=year, sex=s)] == groups for s in ("male", "female")
            )

    def test_it_shares_no_name_with_another_country(self, examplia: Country, kp: Country) -> None:
        """A place of Examplia is none of North Korea's, by name or id."""
        assert not set(examplia.gazetteer.spellings) & set(kp.gazetteer.spellings)
        assert not set(examplia.gazetteer.places) & set(kp.gazetteer.places)


class TestReading:
    def test_the_levy_is_read(self, reports: dict[str, Report]) -> None:
        """Four kilograms or 8,000 in cash, a household, in a district, by a day."""
        (order,) = reports["levy"].orders
        assert (order.kind, order.issued, order.due) == ("levy", "2016-10-05", "2016-10-19")
        assert [p.place for p in order.places] == [OVERDOLOR]
        assert [(t.role, t.item, t.amount, t.unit, t.per) for t in order.terms] == [
            ("due", "bog iron", 4, "kg", "household"),
            ("cash_in_lieu", "cash", 8000, "EXF", "household"),
        ]

    def test_the_relief_is_read(self, reports: dict[str, Report]) -> None:
        """Two goods a household and a jar a person, in a city."""
        (order,) = reports["relief"].orders
        assert (order.kind, order.start, [p.place for p in order.places]) == ("relief", "2016-10-12", ["EX21"])
        assert [(t.role, t.item, t.amount, t.unit, t.per) for t in order.terms] == [
            ("entitlement", "millet", 5, "kg", "household"),
            ("entitlement", "barley", 10, "kg", "household"),
            ("entitlement", "lamp oil", 1, "jar", "person"),
        ]

    def test_the_crackdown_is_read(self, reports: dict[str, Report]) -> None:
        """A fine and a good without a figure, in a county."""
        (order,) = reports["crackdown"].orders
        assert (order.kind, [p.place for p in order.places]) == ("crackdown", ["EX23"])
        assert [(t.role, t.item, t.amount, t.unit) for t in order.terms] == [
            ("fine", "cash", 20000, "EXF"),
            ("confiscated", "soap", None, None),
        ]

    def test_every_number_is_used(self, reports: dict[str, Report]) -> None:
        """The reader leaves none of the figures over."""
        assert [r.leftover for r in reports.values()] == [(), (), ()]

    def test_another_country_does_not_know_the_words(self) -> None:
        """Read with North Korea's tables the levy has neither its place nor its money."""
        (order,) = read(REPORTS["levy"], published=PUBLISHED).orders
        assert [p.place for p in order.places] == [None]
        assert "EXF" not in {t.unit for t in order.terms}


class TestWeighing:
    def weighed(self, examplia: Country, report: Report) -> OrderWeighing:
        (found,) = weigh(report, country=examplia)
        return found

    def test_totals_are_amounts_times_households(self, examplia: Country, reports: dict[str, Report]) -> None:
        """A levy of 4 kg or 8,000 on 380 households is 1.52 t or 3.04 million."""
        (reading,) = self.weighed(examplia, reports["levy"]).readings
        assert [t.total.value.known and t.total.value.central for t in reading.terms if t.total] == [
            4_000 * HOMES,
            8_000 * HOMES,
        ]
        assert reading.figures["money_total"].value.central == 8_000 * HOMES

    def test_money_is_told_in_the_staple(self, examplia: Country, reports: dict[str, Report]) -> None:
        """Cash is worth what it buys of millet at the prices of the place, 900 to 950 a kilogram."""
        found = self.weighed(examplia, reports["levy"]).range_of("money_staple").value
        assert (found.low, found.high) == (Fraction(8000, 950), Fraction(8000, 900))
        premium = self.weighed(examplia, reports["levy"]).range_of("premium").value
        assert premium.central == Fraction(8000, 4 * 1450)

    def test_food_is_told_in_days(self, examplia: Country, reports: dict[str, Report]) -> None:
        """5 kg of millet and 10 of barley are 51,500 kcal, a week of what a household of 3.25 needs."""
        weighed = self.weighed(examplia, reports["relief"])
        assert weighed.range_of("energy").value.central == 5 * 3500 + 10 * 3400
        assert weighed.range_of("food_days").value.central == Fraction(51_500) / (2100 * Fraction(1692, 520))
        totals = [t.total.value.central for t in weighed.readings[0].terms if t.total]
        assert totals == [5_000 * 520, 10_000 * 520, 500 * 1692]

    def test_an_order_without_a_place_is_the_country(self, examplia: Country) -> None:
        """Its counts are those of the invented census, and its sources say so."""
        order = {"kind": "levy", "places": [{"name": "Examplia"}], "issued": "2016-10-05", "terms": []}
        setting = self.weighed(examplia, Report.model_validate({"id": "x", "orders": [order]}).identified()).setting
        assert setting.households is not None
        assert setting.households.central == 2000
        assert "census of 2011; invented" in setting.counted[0].detail


class TestHouseholds:
    @pytest.mark.parametrize("area", AREAS)
    def test_an_area_has_its_households_and_persons(self, examplia: Country, area: str) -> None:
        """As many as the census counted, to the last one."""
        homes = synthesize(area, country=examplia, seed=1)
        assert len(homes) == AREAS[area]
        assert int(homes.members.sum()) == examplia.gazetteer.places[area].persons

    def test_a_district_and_a_named_neighbourhood_have_households(self, examplia: Country) -> None:
        """Parts of a city can be made alone."""
        assert len(synthesize("Overdolor", country=examplia, seed=1)) == HOMES
        assert 0 < len(synthesize("Wibbleside", country=examplia, seed=1)) < HOMES


class TestRun:
    def test_the_ledger_closes(self, run: Run) -> None:
        """Every account of every draw closes to the last gram and coin, and no draw is left out."""
        findings = check(run)
        verdict(findings)
        assert "accounts close to the last unit" in findings[0].what
        assert run.facts["draws_left_out"] == []

    def test_what_runs_is_what_was_read(self, run: Run) -> None:
        """4 kg, or 8,000, of every household of the district."""
        (order,) = run.facts["orders"]
        assert (order["lines"][0]["item"], order["lines"][0]["amount"], order["cash"]) == ("bog iron", 4000, 8000)
        assert (run.facts["households"], run.facts["money"]["currency"]) == (HOMES, "EXF")
        assert [i["code"] for i in run.facts["items"]] == ["millet", "barley", "bog iron"]
        assert run.facts["not_simulated"] == []

    def test_what_was_asked_is_settled_or_unpaid(self, run: Run) -> None:
        """The ways add up to what was asked: 4 kg at the price of the first day, with what is asked for others."""
        table = run.households
        ways = sum(table[name] for name in ("own", "gathered", "bought", "cash", "bribe", "borrowed", "unpaid"))
        assert (ways == table["asked"]).all()
        assert 4 * 1400 <= table["asked"].mean() <= 4 * 1500

    def test_measures_are_of_the_invented_goods(self, measured: tuple[Summary, ...], run: Run) -> None:
        """Prices are measured of millet, barley and bog iron, and what households paid in the country's money."""
        names = {s.measure for s in measured}
        assert {n.removeprefix("price ") for n in names if n.startswith("price ")} == {"millet", "barley", "bog iron"}
        assert csv_of(measured, run.facts).count("\n") > len(names)


class TestNothingStrange:
    """No output about Examplia has a word of North Korea."""

    def test_in_records_and_weighings(
        self, examplia: Country, reports: dict[str, Report], strange: re.Pattern[str]
    ) -> None:
        """Records in JSON, and all weighings with their sources."""
        for report in reports.values():
            assert clean(to_json(report), strange)
            assert clean(repr([w.readings for w in weigh(report, country=examplia)]), strange)

    def test_on_the_pages_of_records(
        self, examplia: Country, reports: dict[str, Report], strange: re.Pattern[str]
    ) -> None:
        """The page of each report, with map, charts and sources; and the page of all three."""
        for report in reports.values():
            page = render(report, country=examplia)
            assert clean(page, strange)
            assert "Examplia" in page
        page = render(list(reports.values()), country=examplia)
        assert clean(page, strange)
        assert "florb" in page

    def test_in_a_run_and_on_its_page(
        self, examplia: Country, run: Run, measured: tuple[Summary, ...], strange: re.Pattern[str]
    ) -> None:
        """run.json, the ledger's words, the measures and the page."""
        assert clean((run.path / "run.json").read_text(encoding="utf-8"), strange)
        assert clean(run.ledger.write_csv(), strange)
        assert clean(csv_of(measured, run.facts), strange)
        page = render_run(run, country=examplia)
        assert clean(page, strange)
        assert "Overdolor District" in page
        assert "florb" in page

    def test_the_net_is_fine_enough(self, strange: re.Pattern[str]) -> None:
        """The words looked for are caught where they stand."""
        for text in ("30,000 won", "KPW", "North Korea", "in Hyesan City", "rice, corn", "쌀"):
            assert strange.search(text), text
        assert not strange.search("rice_least, Dolorton, lamp oil, border-top")


def test_the_command_line_goes_all_the_way(
    inminban: Callable[..., Any], strange: re.Pattern[str], tmp_path: Path
) -> None:
    """Text to record, table, households, run, measures and pages, with --country at every step."""
    (tmp_path / "levy.txt").write_text(REPORTS["levy"], encoding="utf-8")
    where = ("--country", "examplia")
    record, page, homes = tmp_path / "records" / "levy.json", tmp_path / "page.html", tmp_path / "homes.parquet"
    done, run_page = tmp_path / "run", tmp_path / "run.html"
    calls: list[tuple[object, ...]] = [
        ("read", tmp_path / "levy.txt", "--published", PUBLISHED, *where),
        ("read", tmp_path / "levy.txt", "--published", PUBLISHED, "--out", record.parent, *where),
        ("weigh", record, *where),
        ("weigh", record, "--json", *where),
        ("weigh", record, "--out", tmp_path / "burdens.csv", *where),
        ("render", record, "--out", page, *where),
        ("synthesize", "--place", "Overdolor", "--out", homes, *where),
        ("simulate", record, "--place", "Overdolor", "--out", done, "--days", "20", "--draws", "2", *where),
        ("measure", done, *where),
        ("measure", done, "--json", *where),
        ("check", done),
        ("render", done, "--out", run_page, *where),
    ]
    for call in calls:
        outcome = inminban(*call)
        assert outcome.code == 0, f"{call}: {outcome.err}"
        assert clean((outcome.out + outcome.err).replace(str(tmp_path), ""), strange)
    for path in (record, tmp_path / "burdens.csv", page, done / "run.json", run_page):
        assert clean(path.read_text(encoding="utf-8"), strange)
    assert json.loads((done / "run.json").read_text(encoding="utf-8"))["households"] == HOMES


def texts_of(path: Path) -> list[tuple[int, str]]:
    """String literals of a source file that are no docstrings, with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        id(n.body[0].value) for n in ast.walk(tree) if isinstance(n, documented) and isinstance(n.body[0], ast.Expr)
    }
    literals = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in docs)
    return [(n.lineno, n.value) for n in literals if isinstance(n.value, str)]


def test_the_code_knows_no_place_and_no_money(kp: Country) -> None:
    """Places, provinces and the currency are read from the country folder; a word of them in the source is a leak."""
    names = {
        name
        for place in kp.gazetteer.places.values()
        for name in (place.name, *place.aliases)
        if len(name) > 4 and re.match("[A-Z가-힣]", name)
    }
    words = [*names, *(p.id for p in kp.gazetteer.places.values() if len(p.id) > 2), kp.name, "DPRK"]
    listed = "|".join(map(re.escape, sorted(words, key=lambda w: (-len(w), w))))
    money = "|".join(map(re.escape, (kp.currency, kp.settings["currency_name"])))
    leak = re.compile(rf"(?<!\w)(?:{listed}|{money})(?!\w)|(?i:korea(?!n>|n$))")
    files = [p for p in sorted(SOURCE.rglob("*.py")) if SHIPPED not in p.parents]
    assert len(files) > 80
    found = [
        (f"{p.relative_to(SOURCE)}:{line}", text) for p in files for line, text in texts_of(p) if leak.search(text)
    ]
    assert found == []
    templates = [p for p in sorted(SOURCE.rglob("*.j2")) if leak.search(p.read_text(encoding="utf-8"))]
    assert templates == []
