"""What a population is made to match: counts that sum up the levels, raking, later years, and how well it fits."""

from __future__ import annotations

import dataclasses
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inminban.errors import InputError
from inminban.model.country import Country, load_country
from inminban.model.households import COOKING, DWELLINGS, HEATING, RESIDENCES, Households
from inminban.population.apportion import apportioned, highest, homes, lowest, market_areas, national, years
from inminban.population.draws import between, by_weight, whole
from inminban.population.fit import Fit
from inminban.population.margins import (
    APARTMENT,
    CENTRAL,
    areas_of,
    dwellings,
    margins_of,
    shares,
    size_weights,
    tilted,
)
from inminban.population.raking import calibrate, rake, whole_rows, whole_table
from inminban.population.synthesize import persons, synthesize

from .populations import AREAS, CITY, COUNTRY, COUNTY, DISTRICT, INVENTED, PROVINCE, SMALL, fits, made, margins, order

PLACES = COUNTRY.gazetteer.places
CAPITAL = "Pyongyang (2008 boundary)"
few = settings(max_examples=8)
all_years = st.sampled_from(tuple(years(COUNTRY)))


class TestCountry:
    """The counts of all market areas together, before any household is made."""

    def test_persons_and_households_are_the_census_s(self) -> None:
        """Of every city and county: persons by sex, urban and rural persons, households."""
        found = apportioned(COUNTRY, 2008)
        for n, area in enumerate(found.areas):
            place = PLACES[area]
            assert found.sexes[n].tolist() == [place.men, place.women]
            assert found.households[n].sum() == place.households
            if place.urban is not None:
                assert found.persons[n].tolist() == [place.urban, place.rural]

    def test_published_totals_hold(self) -> None:
        """Households of the country, in town and country, and of the capital as it was counted; civilians by sex."""
        found = apportioned(COUNTRY, 2008)
        assert found.households.sum(axis=0).tolist() == [3_579_626, 2_307_845]
        assert found.households.sum() == 5_887_471
        assert found.sexes.sum(axis=0).tolist() == [11_059_489, 12_290_370]
        (parts,) = (r["places"] for r in COUNTRY.settings["regions"] if r["name"] == CAPITAL)
        inside = [bool(set(COUNTRY.gazetteer.ancestors(a)) & set(parts)) for a in found.areas]
        assert found.households[inside].sum() == 813_769
        assert found.persons[inside].sum() == 3_255_288

    @given(all_years)
    def test_parts_sum_to_the_whole(self, year: int) -> None:
        """In every year, of every area: town and country, men and women, and single ages count the same persons."""
        found = apportioned(COUNTRY, year)
        assert (found.persons.sum(axis=1) == found.sexes.sum(axis=1)).all()
        assert (found.ages.sum(axis=2) == found.sexes).all()
        for counts in (found.persons, found.households, found.sexes, found.ages, found.industries):
            assert counts.min() >= 0

    @given(st.sampled_from(("KP", *(p.id for p in PLACES.values() if p.level == "province"))))
    def test_counties_sum_to_their_province_and_provinces_to_the_country(self, place: str) -> None:
        """Persons, men, women and households of the table of places are the sums of the market areas inside."""
        found, row = apportioned(COUNTRY, 2008), PLACES[place]
        inside = [found.areas.index(a.id) for a in areas_of(COUNTRY.gazetteer, row)]
        assert found.households[inside].sum() == row.households
        camps = place == "KP"  # the country counts soldiers in camps, and no province does
        assert found.persons[inside].sum() == (row.persons or 0) - 702_372 * camps
        assert camps or found.sexes[inside].sum(axis=0).tolist() == [row.men, row.women]

    @given(all_years, st.sampled_from(AREAS))
    def test_households_can_hold_their_persons(self, year: int, area: str) -> None:
        """In town and in the country, one to ten persons a household, also where a later year is derived."""
        n = AREAS.index(area)
        counts = apportioned(COUNTRY, year)
        assert (counts.households[n] <= counts.persons[n]).all()
        assert (counts.persons[n] <= 10 * counts.households[n]).all()

    def test_an_area_split_only_in_its_province_gets_what_is_left(self) -> None:
        """The central districts of the capital have no urban count of their own, but the province has."""
        found = apportioned(COUNTRY, 2008)
        assert found.persons[found.areas.index("KP1001"), 0] / found.persons[found.areas.index("KP1001")].sum() > 0.9
        inside = [found.areas.index(a.id) for a in areas_of(COUNTRY.gazetteer, PLACES["KP-01"])]
        assert found.persons[inside].sum(axis=0).tolist() == [PLACES["KP-01"].urban, PLACES["KP-01"].rural]

    @given(all_years)
    def test_industries_have_the_country_s_shares(self, year: int) -> None:
        """Workers by industry are the census's percentages of all workers, to the person."""
        by_industry = apportioned(COUNTRY, year).industries.sum(axis=(0, 1))
        for k, name in enumerate(("agriculture", "manufacturing", "public services")):
            (row,) = (
                r
                for r in national(COUNTRY, "industry")
                if r.category.startswith(name) and (r.sex, r.unit) == ("total", "percent of employed")
            )
            assert abs(by_industry[k] - float(row.value) / 100 * by_industry.sum()) <= 1


class TestLaterYears:
    def test_age_groups_grow_as_the_series_says(self) -> None:
        """From 2010 to 2020 each age group of each sex changes by the factor of the UN estimates."""
        first, last = (apportioned(COUNTRY, y).ages.sum(axis=0) for y in (2010, 2020))
        rows = {(r.sex, r.category, r.year): float(r.value) for r in COUNTRY.census if r.table == "age_sex"}
        for row in national(COUNTRY, "age_sex", 2010):
            if row.sex in ("male", "female") and lowest(row) < 90:
                part = (("male", "female").index(row.sex), slice(lowest(row), highest(row) + 1))
                factor = float(last[part].sum()) / float(first[part].sum())
                told = rows[row.sex, row.category, "2020"] / rows[row.sex, row.category, "2010"]
                assert factor == pytest.approx(told, rel=2e-3), row.category

    @few
    @given(st.sampled_from(SMALL), st.sampled_from([2009, 2015, 2020]))
    def test_a_county_of_a_later_year_has_its_share(self, county: str, year: int) -> None:
        """A county grows with the country, and its households and persons are those it was given."""
        h, n = made(county, 1, year), AREAS.index(county)
        counts, before = apportioned(COUNTRY, year), apportioned(COUNTRY, 2008)
        assert h.year == year
        assert (len(h), h.members.sum(dtype=int)) == (counts.households[n].sum(), counts.persons[n].sum())
        assert counts.sexes[n] / before.sexes[n] == pytest.approx(counts.sexes.sum(0) / before.sexes.sum(0), rel=1e-3)
        assert h.adults.min() >= 1

    def test_it_says_that_it_is_derived(self) -> None:
        """Every line of the fit of a later year says from which count it comes."""
        found = fits(made(COUNTY, 1, 2020))
        told = [f for f in found if f.margin != "livelihood"]
        assert told
        assert all("the count of 2008 carried to 2020" in f.note for f in told)


def without_a_word(found: tuple[Fit, ...]) -> list[Fit]:
    """Margins that are missed and say nothing about why."""
    return [f for f in found if not f.holds and not f.note]


class TestFit:
    @few
    @given(st.sampled_from(SMALL), st.sampled_from([2008, 2020]), st.sampled_from(["1", "0.2"]))
    def test_every_margin_is_met_or_says_why_not(self, county: str, year: int, sample: str) -> None:
        """Exact ones to the last person; the others within half of a percent, or with a sentence beside."""
        found = fits(made(county, 1, year, sample))
        assert not without_a_word(found)
        assert all(f.got == f.target for f in found if f.exact)
        assert any(f.exact for f in found) == (sample == "1")
        assert all(f.source.detail for f in found)

    @pytest.mark.parametrize("place", [PROVINCE, DISTRICT, "kp0205-ranam-rahung-1-dong"])
    def test_so_it_is_for_larger_and_smaller_places(self, place: str) -> None:
        """A province, a district, a neighbourhood."""
        assert not without_a_word(fits(made(place)))

    @pytest.mark.parametrize("place", [p.id for p in INVENTED.gazetteer.places.values()])
    def test_so_it_is_where_counts_are_small(self, place: str) -> None:
        """In a country of 2,000 households rounding alone can miss a margin, and is named."""
        assert not without_a_word(fits(synthesize(place, country=INVENTED), INVENTED))

    def test_the_worst_comes_first(self) -> None:
        """Who reads the first line of the report knows the largest error."""
        found = fits(made(COUNTY))
        missed = [abs(f.error) for f in found if not f.holds]
        assert [f.holds for f in found] == sorted(f.holds for f in found)
        assert missed == sorted(missed, reverse=True)

    def test_a_population_of_other_counts_does_not_fit(self) -> None:
        """The report finds households that were taken away, and persons who changed sides."""
        h = made(COUNTY)
        odd = dataclasses.replace(h, residence=np.where(np.arange(len(h)) < 500, 1 - h.residence, h.residence))
        missed = {(f.margin, f.group) for f in fits(odd) if f.exact and not f.holds}
        assert {("households", "urban"), ("households", "rural"), ("persons", "urban")} <= missed

    def test_a_sample_is_held_against_it_by_its_weights(self) -> None:
        """One in ten households, each standing for ten, comes near every count of the province."""
        found = fits(made(PROVINCE, 1, None, "0.1"))
        (homes_,) = (f for f in found if (f.margin, f.group, f.place) == ("households", "all", PROVINCE))
        (people_,) = (f for f in found if (f.margin, f.group, f.place) == ("persons", "men", PROVINCE))
        assert homes_.error == pytest.approx(0)
        assert abs(people_.error) < 0.01
        assert "sample of 0.1" in people_.note


class TestDwellings:
    def test_only_apartments_have_central_heating(self) -> None:
        """Nowhere is a house heated from a plant."""
        h = made(CITY)
        central = h.heating == CENTRAL
        assert central.any()
        assert (h.dwelling[central] == APARTMENT).all()
        others = [d for d in range(len(DWELLINGS)) if d != APARTMENT]
        assert not dwellings(COUNTRY)[:, :, others, CENTRAL].any()

    @pytest.mark.parametrize(
        ("table", "axis", "words"),
        [("dwelling_type", 0, DWELLINGS), ("heating_fuel", 1, HEATING), ("cooking_fuel", 2, COOKING)],
    )
    def test_the_country_has_the_census_s(self, table: str, axis: int, words: tuple[str, ...]) -> None:
        """Summed over all areas, by residence, each kind that is printed is met within half of a percent."""
        others = tuple(k for k in range(3) if k != axis)
        found = sum(np.stack([margins(a).dwellings[r].sum(axis=others) for r in RESIDENCES]) for a in AREAS)
        for r, residence in enumerate(RESIDENCES):
            counts = np.asarray(found)[r].copy()
            if table == "heating_fuel":  # printed as a share of apartments, among the others of all households
                counts[-1] += counts[CENTRAL]
                counts[CENTRAL] = 0
            target = shares(COUNTRY, table, words, residence) * counts.sum()
            for k, wanted in enumerate(target.tolist()):
                assert counts[k] == pytest.approx(wanted, rel=0.005, abs=len(AREAS)), words[k]

    @few
    @given(st.sampled_from(SMALL))
    def test_a_county_has_those_it_was_given(self, county: str) -> None:
        """Households by dwelling, heating and cooking are the county's counts, to the household."""
        h, given_ = made(county), margins(county).dwellings
        for r, residence in enumerate(RESIDENCES):
            at = h.residence == r
            found = np.zeros_like(given_[residence])
            np.add.at(found, (h.dwelling[at], h.heating[at], h.cooking[at]), 1)
            assert np.array_equal(found, given_[residence])

    def test_neighbours_live_alike(self) -> None:
        """Most people's units are of one kind of dwelling: a staircase, a block, a row of houses."""
        h = made(CITY)
        kinds = [len(set(h.dwelling[a:b].tolist())) for a, b in zip(h.unit_starts, h.unit_starts[1:], strict=False)]
        assert np.mean(np.array(kinds) == 1) > 0.95


tables = st.integers(1, 6).flatmap(
    lambda rows: st.integers(1, 5).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 40), min_size=columns, max_size=columns), min_size=rows, max_size=rows
        ).map(lambda cells: np.array(cells, dtype=np.int64))
    )
)


class TestRaking:
    @given(tables, st.integers(0, 2**32 - 1))
    def test_sums_are_met_and_zeros_kept(self, counts: np.ndarray, seed: int) -> None:
        """Whatever it starts from, the sums of rows and columns come out, and a zero stays one."""
        start = np.where(counts > 0, np.random.default_rng(seed).uniform(0.5, 2.0, counts.shape), 0.0)
        targets = [((k,), counts.sum(axis=1 - k).astype(np.float64)) for k in (0, 1)]
        found = rake(start, targets)
        for (axis,), target in targets:
            assert found.sum(axis=1 - axis) == pytest.approx(target, abs=1e-5)
        assert not found[counts == 0].any()
        assert found.min() >= 0

    def test_what_fits_already_is_left_alone(self) -> None:
        """A table with the right sums comes back as it is."""
        table = np.array([[1.0, 2.0], [3.0, 4.0]])
        assert np.allclose(rake(table, [((0,), table.sum(axis=1)), ((1,), table.sum(axis=0))]), table)

    def test_what_is_not_known_is_left_free(self) -> None:
        """A target that is no number binds nothing."""
        found = rake(np.ones((2, 2)), [((0,), np.array([4.0, np.nan])), ((1,), np.array([4.0, 2.0]))])
        assert found.sum(axis=0) == pytest.approx([4, 2])
        assert found[0].sum() == pytest.approx(4)

    @pytest.mark.parametrize(
        ("start", "rows", "columns"),
        [
            ([[1.0, 0.0], [0.0, 1.0]], [3.0, 1.0], [1.0, 3.0]),
            ([[1.0, 1.0], [1.0, 1.0]], [3.0, 1.0], [3.0, 3.0]),
            ([[0.0, 0.0], [1.0, 1.0]], [3.0, 1.0], [2.0, 2.0]),
        ],
        ids=["zeros in the way", "other totals", "an empty row"],
    )
    def test_contradictions_are_refused(
        self, start: list[list[float]], rows: list[float], columns: list[float]
    ) -> None:
        """Counts that can't all be met are told, with how much of them is missed."""
        with pytest.raises(InputError, match="contradict each other: .* of their total can't be met"):
            rake(np.array(start), [((0,), np.array(rows)), ((1,), np.array(columns))])

    @given(tables, st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
    def test_rows_are_divided_without_loss(self, weights: np.ndarray, totals: list[int]) -> None:
        """Largest remainders: each row sums to its total, and no part is a whole unit off its share."""
        found = whole_rows(weights[0], np.array(totals))
        assert found.sum(axis=1).tolist() == totals
        if weights[0].sum():
            ideal = np.outer(totals, weights[0] / weights[0].sum())
            assert np.abs(found - ideal).max() < 1 + 1e-6

    @given(tables, st.integers(0, 2**32 - 1))
    def test_a_table_is_rounded_with_its_sums(self, counts: np.ndarray, seed: int) -> None:
        """Rows and columns keep their whole sums, nothing is negative, a column is never two units off."""
        start = np.where(counts > 0, np.random.default_rng(seed).uniform(0.5, 2.0, counts.shape), 0.0)
        rows, columns = counts.sum(axis=1), counts.sum(axis=0)
        table = rake(start, [((0,), rows.astype(np.float64)), ((1,), columns.astype(np.float64))])
        found = whole_table(table, rows, columns)
        assert found.sum(axis=1).tolist() == rows.tolist()
        assert found.sum(axis=0).tolist() == columns.tolist()
        assert found.min() >= 0
        assert np.abs(found - table).max() < counts.shape[1]

    def test_a_row_that_is_used_up_gets_no_more(self) -> None:
        """A row without anyone stays empty however large its cells."""
        found = whole_table(np.array([[5.0, 5.0], [0.5, 0.5]]), np.array([0, 4]), np.array([3, 1]))
        assert found.tolist() == [[0, 0], [3, 1]]

    @given(st.integers(0, 2**32 - 1), st.integers(3, 60))
    def test_weights_reach_their_totals(self, seed: int, rows: int) -> None:
        """Weights that some tilt has moved are moved back to sums that they can give, and stay positive."""
        chance = np.random.default_rng(seed)
        traits = np.column_stack([np.ones(rows), chance.integers(1, 9, rows), chance.integers(0, 2, rows)])
        totals = traits.T @ chance.uniform(0.5, 2.0, rows)
        found = calibrate(np.ones(rows), traits.astype(np.float64), totals)
        assert found.min() > 0
        assert traits.T @ found == pytest.approx(totals, rel=1e-6)

    def test_weights_that_can_t_be_are_refused(self) -> None:
        """Households of two can't be weighted to a mean of three."""
        with pytest.raises(InputError, match="can't be weighted to the totals"):
            calibrate(np.ones(4), np.array([[1.0, 2.0]] * 4), np.array([4.0, 12.0]))


class TestArithmetic:
    @given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30), st.integers(0, 10**6))
    def test_parts_sum_to_the_whole_and_are_near_their_share(self, weights: list[int], total: int) -> None:
        """Largest remainder: nothing is lost, and no part is a whole unit off its share."""
        parts = whole(weights, total)
        assert sum(parts) == total
        if sum(weights):
            assert all(abs(p - Fraction(w * total, sum(weights))) < 1 for p, w in zip(parts, weights, strict=True))

    @given(st.integers(0, 5000), st.integers(0, 9 * 5000), st.sampled_from(RESIDENCES))
    def test_any_mean_size_can_be_met(self, households: int, more: int, residence: str) -> None:
        """From one person a household to ten, the tilt comes out exactly."""
        wanted = households + more % (9 * households + 1)
        counts = tilted(size_weights(COUNTRY, residence), households, wanted)
        assert counts.sum() == households
        assert (counts * np.arange(len(counts))).sum() == wanted
        assert counts.min() >= 0
        assert counts[0] == 0

    def test_more_persons_than_households_hold_are_refused(self) -> None:
        """Eleven persons a household can't be."""
        with pytest.raises(InputError, match="11 persons don't fit into 1 households"):
            tilted(size_weights(COUNTRY, "urban"), 1, 11)

    def test_drawn_numbers_fill_their_range(self) -> None:
        """The lowest number gives the low end, the highest stays below the high end, classes have their weight."""
        spread = between(COUNTRY.parameters["population_mother_age"], np.array([0, 2**32 - 1]))
        assert spread[0] == 23 << 16
        assert (31 << 16) - 1 <= spread[1] < 31 << 16
        assert by_weight([1, 0, 3], np.array([0, 2**30 - 1, 2**30, 2**32 - 1])).tolist() == [0, 0, 2, 2]

    @pytest.mark.parametrize("residence", RESIDENCES)
    def test_shares_leave_room_for_the_state_wage(self, country: Country, residence: str) -> None:
        """Farmers, officials and traders are never more than everyone."""
        names = ("farmer", "official", "trader")
        assert sum(country.parameters[f"livelihood_{n}_{residence}"].central or 0 for n in names) < 1


class TestTables:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"households": None}, "has no count of households"),
            ({"persons": None}, "has no count of persons"),
            ({"households": 0}, "has 0 households"),
            ({"households": 10**6}, "Households have 1 to 10 persons"),
            ({"men": None}, "has no count of men"),
            ({"women": 1}, "other sums of town and country, or of men and women"),
            ({"urban": 0}, "other sums of town and country, or of men and women"),
        ],
    )
    def test_a_place_without_a_good_count_is_refused(self, change: dict[str, int | None], words: str) -> None:
        """Nothing is guessed where a city or county isn't counted, or its counts contradict each other."""
        places = dict(PLACES)
        places[COUNTY] = dataclasses.replace(places[COUNTY], **change)  # type: ignore[arg-type]
        country = dataclasses.replace(COUNTRY)
        vars(country)["gazetteer"] = dataclasses.replace(COUNTRY.gazetteer, places=places)
        with pytest.raises(InputError, match=f"(?s)places.csv.*{words}"):
            apportioned(country, 2008)

    @pytest.mark.parametrize(
        "table",
        [
            "household_size",
            "household_size_mean",
            "households",
            "family_type",
            "age_sex_model_2008",
            "dwelling_type",
            "heating_fuel",
            "cooking_fuel",
            "industry",
        ],
    )
    def test_a_country_folder_without_a_table_s_rows_says_which(self, tmp_path: Path, table: str) -> None:
        """Someone who writes a country of their own learns what the population needs."""
        folder = shutil.copytree(COUNTRY.folder, tmp_path / "mine")
        lines = (folder / "census.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        kept = "".join(x for x in lines if not x.startswith(f"{table},"))
        (folder / "census.csv").write_text(kept, encoding="utf-8")
        with pytest.raises(InputError, match=f"(?s)census.csv, field {table.removesuffix('_mean')}"):
            synthesize(COUNTY, country=load_country(str(folder)))

    def test_a_place_that_is_no_area_has_no_margins(self) -> None:
        """Margins are of cities and counties."""
        with pytest.raises(InputError, match="is no market area"):
            margins_of(COUNTRY, PLACES[DISTRICT])

    def test_households_are_shared_out_where_towns_have_none(self) -> None:
        """Counties without rural persons have no rural households."""
        found = apportioned(COUNTRY, 2008)
        assert (found.persons == 0).any()
        assert not found.households[found.persons == 0].any()
        assert (
            homes(COUNTRY, market_areas(COUNTRY.gazetteer), found.persons, found.persons).tolist()
            == found.households.tolist()
        )


@pytest.fixture(scope="module")
def everyone() -> Households:
    return synthesize("KP", country=COUNTRY)


@pytest.mark.long
class TestWholeCountry:
    """All 5,887,471 households."""

    def test_published_totals_hold(self, everyone: Households) -> None:
        """Households in town and country and of the capital as it was counted, persons, at least one adult in each."""
        h = everyone
        assert np.bincount(h.residence).tolist() == [3_579_626, 2_307_845]
        assert h.members.sum(dtype=int) == 23_349_859
        assert h.adults.min() >= 1
        (parts,) = (r["places"] for r in COUNTRY.settings["regions"] if r["name"] == CAPITAL)
        inside = np.array([bool(set(COUNTRY.gazetteer.ancestors(a.id)) & set(parts)) for a in h.areas])
        assert inside[h.area_of].sum() == 813_769

    def test_every_county_has_its_persons_by_sex_and_age(self, everyone: Households) -> None:
        """In all counties at every age, to the person; nobody in work is left without an industry."""
        found, shared = persons(everyone, country=COUNTRY), apportioned(COUNTRY, 2008)
        area = np.array(order(everyone))[everyone.area_of[found.household]]
        counted = np.bincount((area * 2 + found.sex) * 101 + found.age, minlength=shared.ages.size)
        assert np.array_equal(counted.reshape(shared.ages.shape), shared.ages)
        work = np.bincount((area * 2 + found.sex) * 5 + found.industry, minlength=len(AREAS) * 10)
        assert np.array_equal(work.reshape(-1, 2, 5)[:, :, :4], shared.industries)

    def test_every_margin_is_met_or_says_why_not(self, everyone: Households) -> None:
        """The report of the whole country; only modelled tables and three generations are missed."""
        found = fits(everyone)
        assert not without_a_word(found)
        assert {f.margin for f in found if not f.holds} <= {"family", "household size"}

    @pytest.mark.parametrize("year", [2012, 2020])
    def test_a_later_year_sums_to_its_counts(self, year: int) -> None:
        """The country of a later year has the persons of the series and an adult in every household."""
        h, shared = synthesize("KP", country=COUNTRY, year=year), apportioned(COUNTRY, year)
        assert h.members.sum(dtype=int) == shared.sexes.sum()
        assert np.diff(h.area_starts).tolist() == shared.households.sum(axis=1)[order(h)].tolist()
        assert h.adults.min() >= 1
