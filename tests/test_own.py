"""A user's own tables: what they change, what follows, what is refused, and that no message tells a value."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inminban.cli import INTERRUPTED
from inminban.errors import InputError
from inminban.model.country import Country, load_country
from inminban.model.households import COOKING, DWELLINGS, HEATING, LIVELIHOODS, RESIDENCES, Households
from inminban.model.orders import Report
from inminban.model.records import to_json
from inminban.population.apportion import apportioned, market_areas
from inminban.population.file import load, save
from inminban.population.fit import fit
from inminban.population.identifying import identified
from inminban.population.margins import margins_of
from inminban.population.own import ROW_COLUMNS, own_census
from inminban.population.raking import calibrate
from inminban.population.survey import FEWEST, KOREAN, Survey, read_survey
from inminban.population.survey_fit import survey_fit
from inminban.population.surveyed import fitted as weighted
from inminban.population.surveyed import from_survey, stacked, standing, targets, traits
from inminban.population.synthesize import persons, synthesize

KP = load_country()
CITY, DISTRICT, COUNTY = "KP0205", "kp0205-ranam", "KP0625"
WORDS = {
    "residence": RESIDENCES,
    "livelihood": LIVELIHOODS,
    "dwelling": DWELLINGS,
    "heating": HEATING,
    "cooking": COOKING,
}
BASE = ("members", "adults", "workers", "students", "livelihood")
COLUMNS = [f.name for f in fields(Households) if f.name not in ("sample", "areas", "origin")]
few = settings(max_examples=15)
Call = Callable[..., Any]


def lines(count: int, *columns: str, seed: int = 1) -> list[str]:
    """A survey: households of Kaesong by chance, header first."""
    h = synthesize("Kaesong", country=KP, seed=9)
    rnd = np.random.default_rng(seed)
    cells: dict[str, list[str]] = {"weight": [f"{w:.3f}" for w in rnd.random(count) + 0.5]}
    chosen = rnd.choice(len(h), count, replace=False)
    for c in columns:
        if c != "weight":
            values = getattr(h, c)[chosen].tolist()
            cells[c] = [WORDS[c][v] if c in WORDS else str(v) for v in values]
    return [",".join(columns), *(",".join(row) for row in zip(*(cells[c] for c in columns), strict=True))]


def file(folder: Path, *rows: str, name: str = "own.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def same(first: Households, second: Households) -> bool:
    return all(np.array_equal(getattr(first, c), getattr(second, c)) for c in COLUMNS)


def counts(country: Country, place: str) -> tuple[int | None, ...]:
    p = country.gazetteer.places[place]
    return p.persons, p.households, p.men, p.women, p.urban, p.rural


def sums_hold(country: Country) -> None:
    """Provinces are the sums of their cities and counties, the country that of provinces and soldiers in camps."""
    places = country.gazetteer.places
    soldiers = 24_052_231 - 23_349_859
    provinces = [p for p in places.values() if p.level == "province"]
    for column, beside in (("persons", soldiers), ("households", 0)):
        for province in provinces:
            inside = [getattr(a, column) for a in market_areas(country.gazetteer) if a.parent == province.id]
            assert sum(inside) == getattr(province, column), (province.name, column)
        assert sum(getattr(p, column) for p in provinces) + beside == getattr(places[country.root], column)


class TestCensus:
    def test_a_count_of_a_city_is_the_population_s(self, tmp_path: Path) -> None:
        """To the person, by sex and residence; its province and the country follow; the source is the user's."""
        path = file(
            tmp_path,
            "place,population,households,men,women,urban,rural,source",
            "Kaesong City,400000,100000,190000,210000,300000,100000,a count of mine",
        )
        own = own_census(KP, path)
        place = own.gazetteer.one("Kaesong City")
        assert counts(own, place.id) == (400000, 100000, 190000, 210000, 300000, 100000)
        assert (place.status, place.source) == ("own", "a count of mine")
        sums_hold(own)
        h = synthesize("Kaesong City", country=own)
        assert (len(h), int(h.members.sum(dtype=int))) == (100000, 400000)
        found = fit(h, persons(h, country=own), country=own)
        assert all(f.holds for f in found if f.exact)
        assert any("a count of mine" in f.source.detail for f in found)
        assert synthesize("Kaesong City", country=KP).origin == ""
        assert h.origin == own.origin

    def test_places_inside_and_around_follow(self, tmp_path: Path) -> None:
        """A province shares what its counted cities leave; districts move with their city; neighbours stay."""
        own = own_census(KP, file(tmp_path, "place,population", "North Hwanghae,2500000", "KP0803,400000"))
        sums_hold(own)
        assert counts(own, "KP-06")[0] == 2_500_000
        assert counts(own, CITY) == counts(KP, CITY)
        doubled = own_census(KP, file(tmp_path, "place,population", f"{CITY},1335858"))
        was, now = (c.gazetteer.places["kp0205-phohang"].persons for c in (KP, doubled))
        assert now == 2 * (was or 0)

    def test_all_of_the_country_holds_to_the_person(self, tmp_path: Path) -> None:
        """With one county counted anew, every exact margin of the country still holds, in its year and a later one."""
        own = own_census(KP, file(tmp_path, "place,population,urban", "KP1007,80000,50000", f"{COUNTY},20000,20000"))
        for year in (2008, 2020):
            shared = apportioned(own, year)
            assert (shared.persons.sum(axis=1) == shared.sexes.sum(axis=1)).all()
            assert (shared.ages.sum(axis=2) == shared.sexes).all()
        at = apportioned(own, 2008)
        assert at.persons[at.areas.index("KP1007")].tolist() == [50000, 30000]
        assert int(at.persons.sum()) == 23_349_859 + (80000 - 47569) + (20000 - 11810)

    @few
    @given(st.sampled_from([a.id for a in market_areas(KP.gazetteer)]), st.fractions(Fraction(1, 2), 2), st.booleans())
    def test_any_one_place_can_be_counted_anew(self, area: str, grown: Fraction, province: bool) -> None:
        """Half to double as many persons: sums hold and the place has its count."""
        import tempfile

        place = KP.gazetteer.places[area]
        place = KP.gazetteer.places[place.parent] if province else place
        count = round((place.persons or 0) * grown)
        with tempfile.TemporaryDirectory() as folder:
            own = own_census(KP, file(Path(folder), "place,population", f"{place.id},{count}"))
        sums_hold(own)
        assert own.gazetteer.places[place.id].persons == count

    def test_rows_replace_the_census_s(self, tmp_path: Path) -> None:
        """All sizes of urban households are the user's, those of rural ones stay ours."""
        head = "table,place,residence,category,value,unit,source"
        sizes = [
            f"household_size,KP,urban,{n},{v},percent,mine" for n, v in (("1", 5), ("2", 25), ("3", 30), ("4+", 40))
        ]
        own = own_census(KP, file(tmp_path, head, *sizes))
        urban = [r for r in own.census if r.table == "household_size" and r.residence == "urban"]
        assert [(r.category, r.value, r.status, r.source) for r in urban][3] == ("4+", Decimal(40), "own", "mine")
        assert len(urban) == 4
        rural = [[r for r in c.census if (r.table, r.residence) == ("household_size", "rural")] for c in (KP, own)]
        assert rural[0] == rural[1]

    def test_our_own_rows_change_nothing(self, tmp_path: Path) -> None:
        """The shipped census given as one's own makes the same households."""
        rows = pl.read_csv(KP.folder / "census.csv", infer_schema=False).fill_null("")
        rows = rows.filter(pl.col("table").is_in(["household_size", "dwelling_type", "heating_fuel", "age_sex"]))
        rows.write_csv(tmp_path / "rows.csv")
        own = own_census(KP, tmp_path / "rows.csv")
        first, second = (synthesize(COUNTY, country=c, year=2015) for c in (KP, own))
        assert same(first, second)

    def test_two_tables_go_together(self, inminban: Call, tmp_path: Path) -> None:
        """Counts and shares in two files; the population file says that both were used, and names neither."""
        one = file(tmp_path, "place,population", f"{COUNTY},12000", name="secret-counts.csv")
        head = "table,place,residence,category,value,unit"
        rows = (f"cooking_fuel,KP,rural,{c},{v},percent" for c, v in (("coal", 10), ("wood", 80)))
        two = file(tmp_path, head, *rows, name="secret-fuel.csv")
        out = tmp_path / "p.parquet"
        done = inminban("synthesize", "--place", COUNTY, "--census", one, "--census", two, "--out", out, "--persons")
        assert done.code == 0, done.err
        about = pl.read_parquet_metadata(out)
        assert about["origin"].count("own census ") == 2
        assert "secret" not in json.dumps(about)
        assert str(tmp_path) not in json.dumps(about)
        h = load(out)
        assert h.members.sum(dtype=int) == 12000
        with pytest.raises(InputError, match="other tables"):
            persons(h, country=KP)


P = "place,population,households,men,women,urban,rural,source"
R = "table,place,residence,category,value,unit,year"
BAD_CENSUS: Mapping[str, tuple[str | bytes, str]] = {
    "men and women": (f"{P}\nHyesan,100000,,50000,40000,,,", "line 2, field men: men and women are 90,000"),
    "town and country": (f"{P}\nHyesan,100000,,,,50000,40000,", "line 2, field urban: urban and rural are 90,000"),
    "more men than persons": (f"{P}\nHyesan,100000,,150000,,,,", "field men"),
    "more households than persons": (f"{P}\nHyesan,100000,200000,,,,,", "field households: 200,000 households have"),
    "too large households": (f"{P}\nHyesan,100000,1000,,,,,", "A household has 1 to 10 persons"),
    "unknown place": (
        f"{P}\n\nKaesonk,100000,,,,,,",
        "line 3, field place: no place is called “Kaesonk”. Did you mean",
    ),
    "a name of two": (f"{P}\nUnsan,100000,,,,,,", "names 2 places"),
    "negative": (f"{P}\nHyesan,-5,,,,,,", "line 2, field population: a whole number"),
    "not whole": (f"{P}\nHyesan,1000.5,,,,,,", "Write digits only"),
    "thousands": (f'{P}\nHyesan,"100,000",,,,,,', "Write digits only"),
    "twice": (
        f"{P}\nHyesan,190000,,,,,,\nKP0101,200000,,,,,,",
        "line 3, field place: Hyesan City stands in line 2, too",
    ),
    "nothing counted": (f"{P}\nHyesan,,,,,,,mine", "the row counts nothing"),
    "the country": (f"{P}\nKP,30000000,,,,,,", "is a country, whose count is not used"),
    "less than inside": (f"{P}\nRyanggang,100000,,,,,,\nHyesan,190000,,,,,,", "its cities and counties in this table"),
    "district over city": (f"{P}\nkp0205-ranam,900000,,,,,,", "districts of Chongjin City have 900,000"),
    "no header": ("Hyesan,190000,,,\nMusan,120000,,,", "names none of the columns"),
    "no rows": (f"{P}\n", "no rows below its header"),
    "empty": ("\n \n", "is empty, a CSV file"),
    "not UTF-8": (f"{P}\nHyesan,1,,,,,,\xe9".encode("latin-1"), "UTF-8"),
    "UTF-16": (f"{P}\nHyesan,190000,,,,,,".encode("utf-16"), "UTF-16"),
    "semicolons": (f"{P}\nHyesan,190000,,,,,,".replace(",", ";"), "divided by semicolons"),
    "ragged": (f"{P}\nHyesan,190000", "line 2: the row has 2 cells, its header has 8"),
    "open quote": (f'{P}\nHyesan,190000,,,,,,"mine', "is no CSV"),
    "a column twice": ("place,men,men\nHyesan,1,2", "stands twice"),
    "an unknown column": ("place,population,mood\nHyesan,190000,3", "field mood: the column is not known"),
    "a phone column": ("place,population,phone\nHyesan,190000,3", "may hold phone numbers"),
    "an e-mail in a source": (f"{P}\nHyesan,190000,,,,,,a.b@c.org", "holds what looks like e-mail addresses"),
    "unknown table": (f"{R}\nhousehold_sizes,KP,urban,1,3,percent,2008", "Known are household_size"),
    "a table of the country only": (f"{R}\nhousehold_size,Hyesan,urban,1,3,percent,2008", "field place"),
    "unknown category": (f"{R}\nheating_fuel,KP,urban,dung,3,percent,2008", "field category: “dung” is not used"),
    "another year": (f"{R}\nheating_fuel,KP,urban,coal,3,percent,2017", "field year: rows of another year"),
    "above 100": (f"{R}\nheating_fuel,KP,urban,coal,103,percent,2008", "a percentage is above 100"),
    "a number that never ends": (f"{R}\nheating_fuel,KP,urban,coal,1e-999999,percent,2008", "a number from 0 up"),
    "a long text": (f"{P}\nHyesan,190000,,,,,,{'x' * 3000}", "line 2: a cell has more than 2,000 characters"),
    "no number": (f"{R}\nheating_fuel,KP,urban,coal,many,percent,2008", "a number from 0 up"),
    "the same twice": (f"{R}\n" + "heating_fuel,KP,urban,coal,3,percent,2008\n" * 2, "stands in line 2"),
    "sizes that are not all": (f"{R}\nhousehold_size,KP,urban,1,3,percent,2008", "sum to 3 percent, not to 100"),
    "an empty table": (f"{R}\n,KP,urban,1,3,percent,2008", "field table: is empty"),
    "a contradiction": (f"{R}\ndwelling_type,KP,urban,apartment,50,households,2008", "with this table the counts"),
}


@pytest.mark.parametrize("name", BAD_CENSUS)
def test_a_census_that_is_none_is_refused(name: str, inminban: Call, tmp_path: Path) -> None:
    """File, line and field, exit code 2, no traceback, and nothing written."""
    content, words = BAD_CENSUS[name]
    path = tmp_path / "own.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = inminban("synthesize", "--place", COUNTY, "--census", path, "--out", tmp_path / "p.parquet")
    assert done.code == 2
    assert words in done.err
    assert str(path) in done.err
    assert "Traceback" not in done.err
    assert [p.name for p in tmp_path.iterdir()] == ["own.csv"]


class TestSurvey:
    @pytest.mark.parametrize(
        ("count", "columns"),
        [
            (60, BASE),
            (300, (*BASE, "residence", "weight")),
            (400, (*BASE, "dwelling")),
            (2500, (*BASE, "residence", "dwelling", "heating", "cooking", "weight")),
        ],
    )
    def test_households_are_the_survey_s_and_totals_the_place_s(
        self, count: int, columns: tuple[str, ...], tmp_path: Path
    ) -> None:
        """Households by residence to the last one, persons within a few; each one is a row of the survey."""
        survey = read_survey(file(tmp_path, *lines(count, *columns)))
        h = from_survey(COUNTY, survey, country=KP)
        margins = margins_of(KP, KP.gazetteer.places[COUNTY])
        for k, residence in enumerate(RESIDENCES):
            assert int((h.residence == k).sum()) == margins.households[residence]
            assert abs(int(h.members[h.residence == k].sum(dtype=int)) - margins.persons[residence]) <= 15
        wanted = targets(margins)
        for name in ("adults", "students", "workers"):
            assert abs(int(getattr(h, name).sum(dtype=int)) - wanted[name]) <= 40
        own = [c for c in (*BASE, "residence", "dwelling", "heating", "cooking") if c in columns]
        parts = [*survey.counts.T, *(survey.codes[c] for c in own if c in WORDS)]
        known = set(zip(*(p.tolist() for p in parts), strict=True))
        assert set(zip(*(getattr(h, c).tolist() for c in own), strict=True)) <= known

    def test_a_part_is_the_same_alone(self, tmp_path: Path) -> None:
        """A district in its city, a county in its province; the same seed gives the same, another seed others."""
        survey = read_survey(file(tmp_path, *lines(200, *BASE)))
        city, again = (from_survey(CITY, survey, country=KP, seed=3) for _ in range(2))
        assert same(city, again)
        assert not np.array_equal(city.members, from_survey(CITY, survey, country=KP, seed=4).members)
        part = from_survey(DISTRICT, survey, country=KP, seed=3)
        where = np.isin(city.index, part.index)
        assert all(np.array_equal(getattr(city, c)[where], getattr(part, c)) for c in ("members", "unit", "livelihood"))
        province = from_survey("KP-13" if "KP-13" in KP.gazetteer.places else "KP-09", survey, country=KP, seed=3)
        n = [a.id for a in province.areas].index(CITY)
        inside = slice(*province.area_starts[n : n + 2].tolist())
        assert np.array_equal(province.members[inside], city.members)
        assert np.array_equal(province.dwelling[inside], city.dwelling)

    def test_a_sample_and_a_later_year(self, tmp_path: Path) -> None:
        """A tenth of the households keeps its identity; a later year has its own totals."""
        survey = read_survey(file(tmp_path, *lines(200, *BASE)))
        every, tenth = (from_survey(COUNTY, survey, country=KP, sample=s) for s in (1, "0.1"))
        assert np.isin(tenth.index, every.index).all()
        assert abs(len(tenth) - len(every) / 10) <= 1
        assert len(from_survey(COUNTY, survey, country=KP, year=2020)) > len(every)

    def test_it_is_kept_in_a_file_without_its_name(self, inminban: Call, tmp_path: Path) -> None:
        """The file says own survey and a digest, and no path; a caution is printed; persons of it are refused."""
        path = file(tmp_path, *lines(60, *BASE), name="interviews-in-hyesan.csv")
        out = tmp_path / "p.parquet"
        done = inminban("synthesize", "--place", COUNTY, "--survey", path, "--out", out)
        assert done.code == 0, done.err
        assert "Hand it on only if no family can be known" in done.err
        raw = out.read_bytes()
        assert b"interviews" not in raw
        assert str(tmp_path).encode() not in raw
        h = load(out)
        assert h.origin == f"own survey {read_survey(path).digest}"
        with pytest.raises(InputError, match="survey, which has no persons"):
            persons(h, country=KP)
        refused = inminban("synthesize", "--place", COUNTY, "--survey", path, "--out", tmp_path / "q", "--persons")
        assert refused.code == 2
        assert "no ages" in refused.err
        assert not (tmp_path / "q").exists()

    def test_words_may_be_korean_and_in_any_case(self, tmp_path: Path) -> None:
        """도시 is urban, TRADER trader; every Korean word stands for one of the list."""
        assert all(w in WORDS[c] for c, words in KOREAN.items() for w in words.values())
        rows = [f"4,2,1,1,{'장사' if n % 2 else 'TRADER'},{'도시' if n % 3 else 'Rural'}" for n in range(40)]
        survey = read_survey(file(tmp_path, ",".join((*BASE, "residence")), *rows))
        assert set(survey.codes["livelihood"].tolist()) == {LIVELIHOODS.index("trader")}
        assert set(survey.codes["residence"].tolist()) == {0, 1}

    def test_its_fit_needs_no_persons(self, tmp_path: Path) -> None:
        """Every total of a county and of each county of a province is met; persons are not asked for."""
        survey = read_survey(file(tmp_path, *lines(300, *BASE)))
        for place in (COUNTY, "KP-04"):
            made = from_survey(place, survey, country=KP)
            found = survey_fit(made, country=KP)
            assert len(found) == 7 * len(made.areas)
            assert all(f.holds for f in found), found[:3]
        part = survey_fit(from_survey(DISTRICT, survey, country=KP), country=KP)
        assert [f.margin for f in part] == ["households"]
        with pytest.raises(InputError, match="made of no survey"):
            survey_fit(synthesize(COUNTY, country=KP), country=KP)

    def test_it_says_which_total_is_missed(self, tmp_path: Path) -> None:
        """Households of four adults without a child can't have the place's children, and no rural ones no country."""
        rows = [f"{n % 3 + 3},{n % 3 + 3},2,0,farmer" for n in range(60)]
        survey = read_survey(file(tmp_path, ",".join(BASE), *rows))
        with pytest.raises(InputError, match=r"can't be weighted to the (adults|students) of Sindo"):
            from_survey(COUNTY, survey, country=KP)
        mixed = read_survey(file(tmp_path, *lines(100, *BASE)))
        towns = replace(mixed, codes=dict(mixed.codes) | {"residence": np.zeros(len(mixed), dtype=np.int64)})
        with pytest.raises(InputError, match="rural households, and the survey has none"):
            from_survey(CITY, towns, country=KP)

    def test_own_counts_and_an_own_survey_go_together(self, inminban: Call, tmp_path: Path) -> None:
        """The survey is weighted to the user's counts."""
        census = file(tmp_path, "place,population,households", f"{COUNTY},12000,3000", name="census.csv")
        survey = file(tmp_path, *lines(200, *BASE), name="survey.csv")
        out = tmp_path / "p.parquet"
        done = inminban("synthesize", "--place", COUNTY, "--census", census, "--survey", survey, "--out", out)
        assert done.code == 0, done.err
        h = load(out)
        assert len(h) == 3000
        assert abs(int(h.members.sum(dtype=int)) - 12000) <= 15


@few
@given(st.integers(40, 400), st.sampled_from([a.id for a in market_areas(KP.gazetteer)]), st.integers(0, 2**32))
def test_weights_reach_the_totals(count: int, area: str, seed: int) -> None:
    """Whatever households a survey has: its weights meet every total of a place, or the message names one."""
    h = synthesize("Kaesong", country=KP, seed=9)
    rnd = np.random.default_rng(seed)
    rows = rnd.choice(len(h), count, replace=False)
    columns = np.column_stack([getattr(h, c)[rows] for c in BASE[:4]]).astype(np.int64)
    survey = Survey(columns, {"livelihood": h.livelihood[rows].astype(np.int64)}, rnd.random(count) + 0.1, "0" * 32)
    place = KP.gazetteer.places[area]
    margins = margins_of(KP, place)
    standing_rows = standing(place, survey, margins)
    weights = None
    with contextlib.suppress(InputError):
        weights = weighted(place, survey, standing_rows, margins)
    if weights is None:
        with pytest.raises(InputError, match="can't be weighted to the"):
            from_survey(area, survey, country=KP)
        return
    assert weights.min() > 0
    wanted, of_rows = targets(margins), traits(survey, standing_rows)
    for name, total in wanted.items():
        assert float((weights * of_rows[name]).sum()) == pytest.approx(total, rel=1e-6, abs=1e-3)
    made = from_survey(area, survey, country=KP)
    assert len(made) == margins.count
    assert int(made.members.sum(dtype=int)) == pytest.approx(place.persons, rel=0.005)


@few
@given(st.integers(0, 2**32), st.integers(20, 200))
def test_calibration_gives_back_weights_that_were_tilted(seed: int, count: int) -> None:
    """Totals that some weights give are met by the weights found."""
    rnd = np.random.default_rng(seed)
    of_rows = {
        "homes": np.ones(count),
        "persons": rnd.integers(1, 9, count) + 0.0,
        "students": rnd.integers(0, 3, count),
    }
    assume(len(np.unique(of_rows["persons"])) > 1)
    true = rnd.random(count) + 0.5
    wanted = {n: float((true * x).sum()) for n, x in of_rows.items()}
    table, totals = stacked(of_rows, wanted, list(wanted))
    found = calibrate(np.ones(count), table, totals)
    assert np.allclose(table.T @ found, totals, rtol=1e-6)


CELLS = st.one_of(
    st.sampled_from(
        ["", "4", "2", "1", "-1", "KP", "Hyesan", "urban", "farmer", "household_size", "percent", "1e9999999"]
    ),
    st.text(max_size=12),
    st.integers().map(str),
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([(*BASE, "weight"), ("place", "population", "men", "source"), ROW_COLUMNS, ("members", "x")]),
    st.lists(st.lists(CELLS, min_size=1, max_size=11), max_size=40),
    st.one_of(st.just(b""), st.binary(max_size=8)),
)
def test_whatever_a_file_holds_it_is_read_or_refused(head: tuple[str, ...], rows: list[list[str]], tail: bytes) -> None:
    """Cells of any kind under a right header, and bytes after them: a table or an InputError, nothing else."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.csv"
        fitted_rows = [(row * 11)[: len(head)] for row in rows]
        path.write_bytes("\n".join(",".join(r) for r in [head, *fitted_rows]).encode() + tail)
        with contextlib.suppress(InputError):
            read_survey(path)
        with contextlib.suppress(InputError):
            own_census(KP, path)


HEAD = ",".join(BASE)
GOOD = ["4,2,1,1,farmer"] * FEWEST
BAD_SURVEY: Mapping[str, tuple[list[str], str]] = {
    "too few": ([HEAD, *GOOD[1:]], "it has 29 households, from 30"),
    "a column is missing": (["members,adults,workers,students", *["4,2,1,1"] * 40], "field livelihood: the column is"),
    "no header": (GOOD, "names none of the columns"),
    "an unknown column": ([f"{HEAD},village", *[f"{g},3" for g in GOOD]], "field village: the column is not known"),
    "names": ([f"{HEAD},head_name", *[f"{g},SECRET" for g in GOOD]], "may hold names"),
    "names in Korean": ([f"{HEAD},세대주 성명", *[f"{g},SECRET" for g in GOOD]], "may hold names"),
    "birthdays": ([f"{HEAD},dateOfBirth", *[f"{g},1980" for g in GOOD]], "may hold"),
    "gps": ([f"{HEAD},gps_lat", *[f"{g},41.4" for g in GOOD]], "may hold positions"),
    "phones as weights": ([f"{HEAD},weight", *[f"{g},01012345678" for g in GOOD]], "looks like phone numbers"),
    "phones as words": (
        [HEAD, *GOOD, "4,2,1,1,010-1234-5678"],
        "line 32, field livelihood: holds what looks like phone",
    ),
    "identity numbers": ([HEAD, *GOOD, "4,2,1,1,840302-1234567"], "looks like identity numbers"),
    "e-mails": ([HEAD, *GOOD, "4,2,1,1,a.kim@mail.kp"], "looks like e-mail"),
    "dates of birth": ([HEAD, *GOOD, "4,2,1,1,1984-03-02"], "looks like dates of birth"),
    "free text": ([HEAD, *[f"4,2,1,1,SECRET {'x' * n}" for n in range(40)], *GOOD], "different texts"),
    "an unknown word": ([HEAD, *GOOD, "4,2,1,1,SECRET"], "line 32, field livelihood: the word is not known"),
    "an empty word": ([HEAD, *GOOD, "4,2,1,1,"], "field livelihood: is empty"),
    "no adult": ([HEAD, *GOOD, "4,0,0,1,farmer"], "line 32, field adults: a household without anyone"),
    "more workers than adults": ([HEAD, *GOOD, "4,2,3,1,farmer"], "field workers: more are in work"),
    "more than all": ([HEAD, *GOOD, "4,2,1,3,farmer"], "field students: adults and students are more"),
    "an institution": ([HEAD, *GOOD, "99,99,1,0,farmer"], "field members: a whole number from 0 to 20"),
    "half a person": ([HEAD, *GOOD, "4.5,2,1,1,farmer"], "field members"),
    "an empty count": ([HEAD, *GOOD, "4,,1,1,farmer"], "Write 0 for nobody"),
    "a weight of nothing": ([f"{HEAD},weight", *[f"{g},1" for g in GOOD], "4,2,1,1,farmer,0"], "field weight"),
    "a weight that is none": ([f"{HEAD},weight", *[f"{g},1" for g in GOOD], "4,2,1,1,farmer,nan"], "field weight"),
}


@pytest.mark.parametrize("name", BAD_SURVEY)
def test_a_survey_that_is_none_is_refused(name: str, inminban: Call, tmp_path: Path) -> None:
    """Exit code 2, no traceback, nothing written, and no value of anybody in the message."""
    rows, words = BAD_SURVEY[name]
    path = file(tmp_path, *rows)
    done = inminban("synthesize", "--place", COUNTY, "--survey", path, "--out", tmp_path / "p.parquet")
    assert done.code == 2
    assert words in done.err
    assert "Traceback" not in done.err
    for value in ("SECRET", "12345", "-1234", "kim", "1984", "99,"):
        assert value not in done.err.replace(str(path), "")
    assert [p.name for p in tmp_path.iterdir()] == ["own.csv"]


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        *(("First Name", "names"), ("respondent", "names"), ("성명", "names"), ("mobile no", "phone numbers")),
        *(
            ("전화번호", "phone numbers"),
            ("Tel.", "phone numbers"),
            ("home-address", "addresses"),
            ("주소", "addresses"),
        ),
        *(("ID number", "identity numbers"), ("주민등록번호", "identity numbers"), ("passport", "identity numbers")),
        *(("E-Mail", "e-mail addresses"), ("date_of_birth", "dates of birth"), ("생년월일", "dates of birth")),
        *(
            ("Latitude", "positions"),
            ("lon", "positions"),
            ("GPS", "positions"),
            ("resident registration", "identity numbers"),
        ),
        *((c, "") for c in (*BASE, *WORDS, "weight", *ROW_COLUMNS)),
    ],
)
def test_headers_that_tell_who_somebody_is(column: str, kind: str) -> None:
    """Names, numbers, addresses, birthdays and positions in English and Korean; none of our own columns."""
    assert identified(column) == kind


OPEN = {"gate_short": [0, 1], "gate_short_refused": [0, 1], "gate_width": 1, "gate_days": 20, "burn_days": 30}


class TestSimulate:
    @pytest.fixture
    def scenario(self, chongjin: Report, tmp_path: Path) -> Path:
        """The levy of Ranam moved to the smallest county."""
        orders = [o.model_copy(update={"places": ()}) for o in chongjin.orders]
        record = to_json(chongjin.model_copy(update={"orders": tuple(orders)}))
        (tmp_path / "levy.json").write_text(record, encoding="utf-8")
        asked = {"orders": ["levy.json"], "place": COUNTY, "start": "2021-10-15", "days": 21, "draws": 2}
        path = tmp_path / "run.yaml"
        path.write_text(json.dumps(asked | {"seed": 1, "parameters": OPEN}), encoding="utf-8")
        return path

    def test_a_run_tells_whose_households_it_has(self, inminban: Call, scenario: Path, tmp_path: Path) -> None:
        """Digest, seed and year stand in its facts; counts of 2008 carried to 2020 and own tables are said."""
        survey = read_survey(file(tmp_path, *lines(200, *BASE)))
        made = from_survey(COUNTY, survey, country=KP, year=2020, seed=5)
        save(made, tmp_path / "p.parquet")
        out = tmp_path / "run"
        done = inminban("simulate", scenario, "--population", tmp_path / "p.parquet", "--out", out)
        assert done.code == 0, done.err
        facts = json.loads((out / "run.json").read_text(encoding="utf-8"))
        assert facts["households"] == len(made)
        told = facts["population"]
        assert (told["seed"], told["year"], told["given"], told["origin"]) == (5, 2020, True, made.origin)
        warnings = " ".join(facts["warnings"])
        assert "census of 2008 carried to 2020, used for 2021" in warnings
        assert told["digest"] in warnings
        assert "tables of the user's" in warnings
        assert str(tmp_path) not in warnings

    def test_our_own_file_gives_the_same_run(self, inminban: Call, scenario: Path, tmp_path: Path) -> None:
        """A saved population and one that is made for the run come to one digest."""
        save(synthesize(COUNTY, country=KP, seed=1), tmp_path / "p.parquet")
        assert inminban("simulate", scenario, "--out", tmp_path / "a").code == 0
        assert inminban("simulate", scenario, "--population", tmp_path / "p.parquet", "--out", tmp_path / "b").code == 0
        first, second = (json.loads((tmp_path / n / "run.json").read_text(encoding="utf-8")) for n in "ab")
        assert first["digest"] == second["digest"]
        assert first["population"] | {"given": True} == second["population"]

    def test_it_goes_on_only_with_the_same_population(
        self, inminban: Call, scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An interrupted run is not continued on other households."""
        from inminban.studies import run

        for seed in (1, 2):
            save(synthesize(COUNTY, country=KP, seed=seed), tmp_path / f"{seed}.parquet")
        call = ("simulate", scenario, "--out", tmp_path / "run", "--population")

        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(run, "run_draws", stop)
            assert inminban(*call, tmp_path / "1.parquet").code == INTERRUPTED
        refused = inminban(*call, tmp_path / "2.parquet", "--resume")
        assert refused.code == 2
        assert "was started with other orders" in refused.err
        assert inminban(*call, tmp_path / "1.parquet", "--resume").code == 0

    def test_populations_that_it_can_not_run_on(self, inminban: Call, scenario: Path, tmp_path: Path) -> None:
        """Of another place, a sample, of another country, or no population at all: nothing is left behind."""
        made = synthesize(COUNTY, country=KP)
        elsewhere = replace(made, place="XX", areas=(replace(made.areas[0], id="XX"),))
        bad: dict[str, tuple[Households | None, str]] = {
            "place": (synthesize("Onsong", country=KP), "and Sindo is to be run"),
            "sample": (synthesize(COUNTY, country=KP, sample="0.5"), "Make the population without --sample"),
            "country": (elsewhere, "its places are none of"),
            "nothing": (None, "no such file"),
        }
        for name, (households, words) in bad.items():
            path = tmp_path / f"{name}.parquet"
            if households is not None:
                save(households, path)
            done = inminban("simulate", scenario, "--population", path, "--out", tmp_path / "run")
            assert (done.code, words in done.err) == (2, True), done.err
            assert str(path) in done.err
            assert not list(tmp_path.glob("run*/"))
