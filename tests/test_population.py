"""Synthetic households: they match the census to the person, and a part is the same alone as in its city."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inminban.errors import InputError
from inminban.model.country import Country, load_country
from inminban.model.households import LIVELIHOODS, Households
from inminban.model.randomness import number_of
from inminban.population.draws import Draws, between, by_weight, whole
from inminban.population.file import load, persons_path, save
from inminban.population.layout import lay_out
from inminban.population.margins import RESIDENCES, SEXES, Margin, Margins, market_area, read_margins
from inminban.population.members import OLD, tilted, whole_ages
from inminban.population.synthesize import Persons, persons, synthesize

COLUMNS = ("index", "neighbourhood", "unit", "members", "adults", "workers", "students", "livelihood")
CITY, DISTRICT, NEIGHBOURHOOD = "KP0205", "kp0205-ranam", "kp0205-ranam-rahung-1-dong"
COUNTRY = load_country()
AREAS = [
    p.id
    for p in COUNTRY.gazetteer.places.values()
    if p.parent in COUNTRY.gazetteer.places and COUNTRY.gazetteer.places[p.parent].level == "province"
]
SMALL = [i for i in AREAS if (COUNTRY.gazetteer.places[i].households or 0) < 25_000]
few = settings(max_examples=12)


@cache
def made(place: str, seed: int = 1) -> Households:
    return synthesize(place, seed=seed, country=COUNTRY)


@cache
def people(place: str) -> Persons:
    return persons(made(place), country=COUNTRY)


def margins_of(place: str) -> Margins:
    return read_margins(COUNTRY, market_area(COUNTRY.gazetteer, COUNTRY.gazetteer.places[place]))


def units(households: Households) -> list[int]:
    return np.diff(households.unit_starts).tolist()


class TestCounts:
    @few
    @given(st.sampled_from(SMALL))
    def test_a_county_has_its_persons_and_households(self, county: str) -> None:
        """Not one person or household of the census is lost or added."""
        place, households = COUNTRY.gazetteer.places[county], made(county)
        assert len(households) == households.area_households == place.households
        assert households.members.sum(dtype=int) == place.persons

    @few
    @given(st.sampled_from(SMALL))
    def test_who_lives_in_a_household_adds_up(self, county: str) -> None:
        """Every household has an adult; workers are adults; adults, pupils and small children are all members."""
        h = made(county)
        assert h.adults.min() >= 1
        assert (h.workers <= h.adults).all()
        assert (h.adults.astype(int) + h.students <= h.members).all()
        assert (h.members >= 1).all()
        assert h.members.max() <= max(margins_of(county).sizes["urban"])

    @few
    @given(st.sampled_from(SMALL))
    def test_a_county_has_its_men_women_and_ages(self, county: str) -> None:
        """Men and women are the census's, at every age the country's pattern scaled to the county."""
        margins, found = margins_of(county), people(county)
        for sex, name in enumerate(SEXES):
            ages = np.bincount(found.age[found.sex == sex], minlength=len(margins.ages[name]))
            assert ages.sum() == margins.sexes[name].count
            assert ages.tolist() == whole_ages(margins, name)

    def test_the_average_county_has_the_country_s_share_of_children(self) -> None:
        """Children under 15 are about 23.19 % of everyone; without the camps, somewhat more."""
        ages = people(CITY).age
        assert 0.225 < float((ages < 15).mean()) < 0.245

    @few
    @given(st.sampled_from(SMALL))
    def test_persons_agree_with_their_households(self, county: str) -> None:
        """Counting the persons gives the columns of the households."""
        h, found = made(county), people(county)
        for column, who in (
            ("members", found.age >= 0),
            ("adults", found.age >= 17),
            ("students", (found.age >= 6) & (found.age <= 16)),
        ):
            counted = np.bincount(found.household[who], minlength=len(h))
            assert counted.tolist() == getattr(h, column).tolist()
        working_age = np.bincount(found.household[(found.age >= 17) & (found.age < OLD)], minlength=len(h))
        assert (h.workers <= working_age).all()

    def test_town_and_country_households_have_their_mean_size(self) -> None:
        """In a city, urban and rural households hold just the urban and rural persons of the census."""
        margins, h = margins_of(CITY), made(CITY)
        layout = lay_out(COUNTRY, margins, Draws(1, CITY))
        place = COUNTRY.gazetteer.places[CITY]
        for residence, count in (("urban", place.urban), ("rural", place.rural)):
            index = layout.households(residence)
            assert len(index) == margins.households_by[residence].count
            assert h.members[index].sum(dtype=int) == count

    def test_sizes_follow_the_table(self) -> None:
        """Where the mean is close to the table's, no size is far from its share."""
        h, table = made(CITY), margins_of(CITY).sizes["urban"]
        for size, share in table.items():
            assert float((h.members == size).mean()) == pytest.approx(float(share.value), abs=0.015)

    def test_parents_are_older_than_their_children(self) -> None:
        """The head of a household is rarely less than 17 years older than the children in it."""
        found = people(CITY)
        first = np.flatnonzero(np.diff(found.household, prepend=-1))
        head = found.age[first].astype(int)[found.household - found.household[0]]
        gap = (head - found.age)[found.age < 17]
        assert np.quantile(gap, 0.01) > 17
        assert np.median(gap) == pytest.approx(30, abs=5)


class TestPlaces:
    def test_districts_make_up_their_city(self) -> None:
        """Every household of the city is in one district, and only in one."""
        inside = [p.id for p in COUNTRY.gazetteer.places.values() if p.parent == CITY]
        indices = np.concatenate([made(i).index for i in inside])
        assert sorted(indices.tolist()) == list(range(len(made(CITY))))

    @pytest.mark.parametrize("place", [DISTRICT, NEIGHBOURHOOD])
    def test_a_part_is_the_same_alone_as_in_its_city(self, place: str) -> None:
        """A district, or a neighbourhood, is the very rows that it has in the city."""
        part, whole_city = made(place), made(CITY)
        assert part.area == CITY
        assert part.area_households == len(whole_city)
        for column in COLUMNS:
            assert np.array_equal(getattr(part, column), getattr(whole_city, column)[part.index])
        assert part.names.items() <= whole_city.names.items()

    def test_a_district_s_persons_are_its_city_s(self) -> None:
        """The persons of a district are those that its households have in the city."""
        part, city = people(DISTRICT), people(CITY)
        inside = np.isin(city.household, made(DISTRICT).index)
        assert np.array_equal(part.age, city.age[inside])
        assert np.array_equal(part.household, city.household[inside])

    def test_persons_of_other_tables_are_refused(self, country: Country) -> None:
        """Households that the country's tables no longer give have no persons to ask for."""
        older = dataclasses.replace(made("KP0326"), seed=2)
        with pytest.raises(InputError, match="made with other tables"):
            persons(older, country=country)

    def test_a_counted_district_keeps_its_households(self) -> None:
        """Where districts sum to the city, each has the households of its row."""
        assert len(made(DISTRICT)) == COUNTRY.gazetteer.places[DISTRICT].households

    def test_districts_without_a_count_share_equally(self) -> None:
        """Rajin and Sonbong have no count: each gets half of Rason."""
        halves = [len(made(i)) for i in ("kp0201-rajin", "kp0201-sonbong")]
        assert abs(halves[0] - halves[1]) <= 1
        assert sum(halves) == COUNTRY.gazetteer.places["KP0201"].households

    def test_neighbourhoods_bear_their_names(self) -> None:
        """Known names are used in the district they belong to; the others are numbered in the city."""
        part = made(DISTRICT)
        assert next(iter(part.names.values())) == "Rahung 1-dong"
        assert part.names[42] == "neighbourhood 42"
        assert set(part.names) == set(part.neighbourhood.tolist())
        assert set(made("kp0201-rajin").names.values()) >= {"Kwangok-dong", "Yokchon-dong"}
        assert set(made(NEIGHBOURHOOD).names.values()) == {"Rahung 1-dong"}

    def test_every_part_of_the_country_can_be_made(self) -> None:
        """No district and no named neighbourhood is left without households."""
        for area in AREAS:
            within = [
                p
                for p in COUNTRY.gazetteer.places.values()
                if area in COUNTRY.gazetteer.ancestors(p.id) and p.id != area
            ]
            if within:
                layout = lay_out(COUNTRY, margins_of(area), Draws(1, area))
                assert all(len(range(*layout.slice_of(p, area).indices(10**7))) for p in within)

    def test_a_district_that_answers_to_its_province_is_an_area(self) -> None:
        """Such a district stands beside cities and counties, and is made like them."""
        assert made("KP0326").area == "KP0326"

    def test_an_area_split_only_in_its_province_gets_what_is_left(self) -> None:
        """The central districts of the capital have no urban count of their own, but the province has."""
        margins = margins_of("KP1001")
        assert 0.9 < margins.persons_by["urban"].value / margins.persons.value < 0.95
        assert margins.persons_by["urban"].source.ref == "places:KP-01"


class TestUnits:
    @few
    @given(st.sampled_from(SMALL), st.integers(0, 2**64 - 1))
    def test_people_s_units_have_20_to_40_households(self, county: str, seed: int) -> None:
        """No unit is too small or too large, wherever its neighbourhood has 20 households."""
        layout = lay_out(COUNTRY, margins_of(county), Draws(seed, county))
        sizes = np.bincount(layout.unit)[1:]
        large = np.bincount(layout.neighbourhood)[layout.neighbourhood[np.flatnonzero(np.diff(layout.unit, prepend=0))]]
        assert sizes[large >= 20].min() >= 20
        assert sizes.max() <= 40

    def test_units_of_all_sizes_occur(self) -> None:
        """Sizes are spread over the range and not all alike."""
        assert set(units(made(CITY))) == set(range(20, 41))
        assert np.mean(units(made(CITY))) == pytest.approx(30, abs=0.5)

    @few
    @given(st.sampled_from(SMALL))
    def test_neighbourhoods_and_units_are_slices(self, county: str) -> None:
        """Households are sorted by neighbourhood and unit, and a unit lies in one neighbourhood."""
        h = made(county)
        assert (np.diff(h.neighbourhood) >= 0).all()
        assert (np.diff(h.unit) >= 0).all()
        assert (np.diff(h.index) == 1).all()
        starts = h.unit_starts
        assert (h.neighbourhood[starts[:-1]] == h.neighbourhood[starts[1:] - 1]).all()

    def test_rural_neighbourhoods_have_their_usual_size(self) -> None:
        """A ri of a large county has about 450 to 500 families."""
        place = max((p for p in map(COUNTRY.gazetteer.places.get, AREAS) if p), key=lambda p: p.rural or 0)
        layout = lay_out(COUNTRY, margins_of(place.id), Draws(1, place.id))
        sizes = [n.households for n in layout.neighbourhoods if n.residence == "rural"]
        assert len(sizes) > 10
        assert 440 <= min(sizes) <= max(sizes) <= 510


class TestLivelihoods:
    def test_shares_are_those_of_the_parameters(self) -> None:
        """Farmers, officials and traders are about the shares of their residence, less those without anyone in work."""
        layout, h = lay_out(COUNTRY, margins_of(CITY), Draws(1, CITY)), made(CITY)
        for residence in RESIDENCES:
            index = layout.households(residence)
            for name in ("farmer", "official", "trader"):
                share = float(COUNTRY.parameters[f"livelihood_{name}_{residence}"].central or 0)
                found = float((h.livelihood[index] == LIVELIHOODS.index(name)).mean())
                assert found == pytest.approx(share, rel=0.1, abs=0.01)

    def test_no_one_in_work_is_another_livelihood(self) -> None:
        """A household where no one works lives from no wage, farm, office or stall."""
        h = made(CITY)
        assert np.array_equal(h.workers == 0, h.livelihood == LIVELIHOODS.index("other"))

    @pytest.mark.parametrize("residence", RESIDENCES)
    def test_shares_leave_room_for_the_state_wage(self, country: Country, residence: str) -> None:
        """Farmers, officials and traders are never more than everyone."""
        assert (
            sum(
                country.parameters[f"livelihood_{n}_{residence}"].central or 0 for n in ("farmer", "official", "trader")
            )
            < 1
        )


class TestSeeds:
    def test_the_same_seed_gives_the_same_households(self) -> None:
        """Making a county twice gives it twice."""
        again = synthesize("KP0326", seed=7, country=load_country())
        assert all(np.array_equal(getattr(again, c), getattr(made("KP0326", 7), c)) for c in COLUMNS)

    def test_another_seed_gives_other_households(self) -> None:
        """The counts of the county stay, the households do not."""
        one, two = made("KP0326", 7), made("KP0326", 8)
        assert one.members.sum(dtype=int) == two.members.sum(dtype=int)
        assert not np.array_equal(one.members, two.members)
        assert not np.array_equal(one.livelihood, two.livelihood)

    def test_two_counties_are_not_copies(self) -> None:
        """One seed gives two counties different numbers."""
        index = np.arange(100)
        assert not np.array_equal(Draws(1, "KP0326").of(130, index), Draws(1, "KP0325").of(130, index))


class TestArithmetic:
    @given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30), st.integers(0, 10**6))
    def test_parts_sum_to_the_whole_and_are_near_their_share(self, weights: list[int], total: int) -> None:
        """Largest remainder: nothing is lost, and no part is a whole unit off its share."""
        parts = whole(weights, total)
        assert sum(parts) == total
        if sum(weights):
            assert all(abs(p - Fraction(w * total, sum(weights))) < 1 for p, w in zip(parts, weights, strict=True))

    @given(st.integers(1, 5000), st.integers(0, 9 * 5000))
    def test_any_mean_size_can_be_met(self, households: int, more: int) -> None:
        """From one person a household to ten, the tilt comes out exactly."""
        shares = margins_of("KP0326").sizes["urban"]
        persons_wanted = households + more % (9 * households + 1)
        counts = tilted(shares, households, persons_wanted)
        assert sum(counts.values()) == households
        assert sum(size * n for size, n in counts.items()) == persons_wanted
        assert min(counts.values()) >= 0

    def test_more_persons_than_households_hold_are_refused(self) -> None:
        """Eleven persons a household can't be."""
        with pytest.raises(InputError, match="11 persons don't fit into 1 households"):
            tilted(margins_of("KP0326").sizes["urban"], 1, 11)

    def test_drawn_numbers_fill_their_range(self) -> None:
        """The lowest number gives the low end, the highest stays below the high end, classes have their weight."""
        ends = np.array([0, 2**32 - 1])
        spread = between(COUNTRY.parameters["population_mother_age"], ends)
        assert spread[0] == 23 << 16
        assert (31 << 16) - 1 <= spread[1] < 31 << 16
        assert by_weight([1, 0, 3], np.array([0, 2**30 - 1, 2**30, 2**32 - 1])).tolist() == [0, 0, 2, 2]


class TestMargins:
    def test_each_margin_names_its_row(self) -> None:
        """Counts come from the place's row, shares and ages from the census."""
        margins = margins_of(CITY)
        assert margins.persons.source.ref == f"places:{CITY}"
        assert margins.sizes["rural"][4].source.ref == "census:household_size/KP/rural//4/2008"
        assert margins.ages["female"][33].source.ref == "census:age_sex_model_2008/KP/total/female/30-34/2008"
        assert all(isinstance(m, Margin) and m.source.detail for m in margins.ages["male"])

    def test_soldiers_in_camps_are_taken_off_the_ages_of_service(self) -> None:
        """The pattern of ages holds the civilians of the provinces, men and women."""
        ages = margins_of(CITY).ages
        assert {sex: sum(m.value for m in ages[sex]) for sex in SEXES} == {"male": 11_059_489, "female": 12_290_370}
        assert ages["male"][16].value - ages["male"][17].value == Fraction(662_349, 14)


class TestErrors:
    @pytest.mark.parametrize(
        ("place", "words"),
        [
            ("Atlantis", "no place is called"),
            ("Unsan", "names 2 places"),
            ("KP", "is a country: .*Give a city, county or district"),
            ("North Hamgyong", "is a province: .*Give a city, county or district, such as Rason"),
        ],
    )
    def test_a_place_that_can_t_be_made_says_why(self, country: Country, place: str, words: str) -> None:
        """Unknown, ambiguous or too large: the message says what to give instead."""
        with pytest.raises(InputError, match=words):
            synthesize(place, country=country)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"households": None}, "has no count of households.*places.csv|places.csv.*has no count of households"),
            ({"persons": None}, "has no count of persons"),
            ({"households": 0}, "has 0 households"),
            ({"men": None}, "has no count of men"),
        ],
    )
    def test_a_place_without_a_count_is_refused(self, country: Country, change: dict[str, None], words: str) -> None:
        """Nothing is guessed where neither the place nor the city around it is counted."""
        with pytest.raises(InputError, match=words):
            read_margins(country, dataclasses.replace(country.gazetteer.places["KP0326"], **change))

    def test_a_place_with_a_share_of_nothing_is_refused(self) -> None:
        """A neighbourhood that the area was not divided into has no households."""
        layout = lay_out(COUNTRY, margins_of(CITY), Draws(1, CITY))
        stray = dataclasses.replace(COUNTRY.gazetteer.places[NEIGHBOURHOOD], id="stray", name="Stray-dong")
        with pytest.raises(
            InputError, match=r"Stray-dong has no households\. Give the city or county around it \(KP0205\)"
        ):
            layout.slice_of(stray, CITY)

    @pytest.mark.parametrize("seed", [-1, 2**64])
    def test_a_seed_beyond_64_bits_is_refused(self, country: Country, seed: int) -> None:
        """Seeds are whole numbers of 64 bits."""
        with pytest.raises(InputError, match="Give a whole number from 0 to 18446744073709551615"):
            synthesize("KP0326", seed=seed, country=country)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("population") / "ranam.parquet"
    save(made(DISTRICT), path, people(DISTRICT))
    return path


def changed(source: Path, target: Path, column: pl.Expr | None = None, **metadata: str) -> Path:
    """Write a population file again with one column or some metadata changed."""
    frame = pl.read_parquet(source)
    about = {k: v for k, v in pl.read_parquet_metadata(source).items() if k != "ARROW:schema"}
    (frame if column is None else frame.with_columns(column)).write_parquet(target, metadata=about | metadata)
    return target


class TestFile:
    def test_what_is_saved_comes_back(self, kept: Path) -> None:
        """Every column and what the households were made with."""
        back, first = load(kept), made(DISTRICT)
        for field in dataclasses.fields(Households):
            one, two = getattr(first, field.name), getattr(back, field.name)
            if isinstance(one, np.ndarray):
                assert one.dtype == two.dtype, field.name
                assert np.array_equal(one, two), field.name
            else:
                assert one == two, field.name

    def test_the_columns_are_those_of_the_contract(self, kept: Path) -> None:
        """Other programs read the file, so its columns and types are fixed."""
        frame = pl.read_parquet(kept)
        assert {n: str(t).split("(")[0] for n, t in frame.schema.items()} == {
            "household": "Int64",
            "area": "Categorical",
            "neighbourhood": "Int32",
            "unit": "Int32",
            **dict.fromkeys(("members", "adults", "workers", "students"), "UInt8"),
            "livelihood": "Categorical",
        }
        assert frame["household"][0] == (number_of(CITY) << 32) + int(made(DISTRICT).index[0])
        assert frame["area"].unique().to_list() == [CITY]

    def test_persons_stand_beside_their_households(self, kept: Path) -> None:
        """The second file has one row a person, of the households of the first."""
        frame = pl.read_parquet(persons_path(kept))
        assert persons_path(kept).name == "ranam.persons.parquet"
        assert frame.columns == ["household", "age", "sex"]
        assert len(frame) == made(DISTRICT).members.sum(dtype=int)
        assert set(frame["household"].unique()) == set(pl.read_parquet(kept)["household"])
        assert set(frame["sex"].cast(pl.String).unique()) == set(SEXES)

    def test_the_same_households_are_the_same_bytes(self, kept: Path, tmp_path: Path) -> None:
        """Nothing of the day or the machine is in the file."""
        save(made(DISTRICT), tmp_path / "again.parquet")
        assert (tmp_path / "again.parquet").read_bytes() == kept.read_bytes()
        assert [p.name for p in tmp_path.iterdir()] == ["again.parquet"]

    def test_a_missing_foreign_or_broken_file_is_refused(self, kept: Path, tmp_path: Path) -> None:
        """The message says what the file is not, and what to do."""
        broken, foreign = tmp_path / "broken.parquet", tmp_path / "foreign.parquet"
        pl.DataFrame({"a": [1]}).write_parquet(foreign)
        for path, words in ((tmp_path / "none.parquet", "no such file"), (foreign, "no population file of inminban")):
            with pytest.raises(InputError, match=f"{words}.*inminban synthesize"):
                load(path)
        raw = kept.read_bytes()
        for part in (b"", b"PAR1", raw[:1000], raw[: len(raw) // 2], raw[:-1], raw[100:], b"text, not Parquet"):
            broken.write_bytes(part)
            with pytest.raises(InputError, match=r"(?s)can't be read as Parquet.*inminban synthesize"):
                load(broken)

    @settings(max_examples=40)
    @given(st.data())
    def test_a_byte_that_changed_is_refused_or_harmless(self, kept: Path, data: st.DataObject) -> None:
        """Whatever happens to the file, reading it gives households or a message, never a crash."""
        raw = bytearray(kept.read_bytes())
        for _ in range(data.draw(st.integers(1, 5))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        broken = kept.with_name("bytes.parquet")
        broken.write_bytes(raw)
        with contextlib.suppress(InputError):
            assert len(load(broken)) > 0

    def test_a_later_format_is_refused(self, kept: Path, tmp_path: Path) -> None:
        """A file of a later version asks for that version."""
        with pytest.raises(InputError, match="has format 2, this version reads format 1.*later version"):
            load(changed(kept, tmp_path / "later.parquet", format="2"))

    @pytest.mark.parametrize(
        ("column", "words"),
        [
            (pl.col("unit").cast(pl.Int64), "its column unit should be Int32"),
            (
                pl.when(pl.col("unit") > 2500).then(pl.col("members")).alias("members"),
                "its column members should be UInt8",
            ),
            (pl.col("unit").reverse(), "not in order"),
            (pl.col("household") + 2**33, "households of another area"),
            (pl.lit(0, dtype=pl.UInt8).alias("adults"), "no adult"),
            (pl.lit(200, dtype=pl.UInt8).alias("workers"), "more workers than adults"),
            (pl.lit("pirate", dtype=pl.Categorical).alias("livelihood"), r"unknown livelihood \(pirate\)"),
        ],
        ids=["type", "gap", "order", "area", "adult", "workers", "livelihood"],
    )
    def test_rows_that_can_t_be_are_refused(self, kept: Path, tmp_path: Path, column: pl.Expr, words: str) -> None:
        """A file that was changed by hand is found out before anything is computed with it."""
        with pytest.raises(InputError, match=f"is a damaged population file: .*{words}"):
            load(changed(kept, tmp_path / "odd.parquet", column))

    @pytest.mark.parametrize(
        ("metadata", "words"),
        [
            ({"seed": "one"}, "metadata can't be read"),
            ({"names": "[1"}, "metadata can't be read"),
            ({"area_households": "5"}, "households of another area"),
            ({"area_households": "99999999999999999999"}, "16,777,216 households at most"),
            ({"area": "KP0326"}, "households of another area"),
        ],
    )
    def test_metadata_that_can_t_be_are_refused(
        self, kept: Path, tmp_path: Path, metadata: dict[str, str], words: str
    ) -> None:
        """So is one whose metadata do not fit its rows."""
        with pytest.raises(InputError, match=words):
            load(changed(kept, tmp_path / "odd.parquet", **metadata))

    def test_a_target_that_can_t_be_written_is_left_alone(self, tmp_path: Path) -> None:
        """A folder of that name stays a folder."""
        (tmp_path / "here.parquet").mkdir()
        with pytest.raises(InputError, match="is a folder, a file was expected"):
            save(made(NEIGHBOURHOOD), tmp_path / "here.parquet")


def test_a_country_folder_without_a_table_s_rows_says_which(tmp_path: Path, country: Country) -> None:
    """Someone who writes a country of their own learns what the population needs."""
    folder = shutil.copytree(country.folder, tmp_path / "mine")
    lines = (folder / "census.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    for table, field in (
        ("household_size,", "household_size"),
        ("family_type,", "family_type"),
        ("age_sex_", "age_sex"),
    ):
        (folder / "census.csv").write_text("".join(x for x in lines if not x.startswith(table)), encoding="utf-8")
        mine = dataclasses.replace(country, folder=folder)
        with pytest.raises(InputError, match=f"census.csv, field {field}"):
            synthesize("KP0326", country=mine)
