"""Synthetic households: they have the census's counts, and a part is the same alone as in what lies around it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.households import LIVELIHOODS, RESIDENCES
from inminban.population.apportion import INDUSTRIES, OLD, SEXES, apportioned, market_areas
from inminban.population.draws import Draws
from inminban.population.layout import lay_out
from inminban.population.margins import areas_of
from inminban.population.synthesize import persons, synthesize

from .populations import (
    AREAS,
    BY_HOUSEHOLD,
    CITY,
    COUNTRY,
    COUNTY,
    DISTRICT,
    INVENTED,
    NEIGHBOURHOOD,
    PROVINCE,
    SMALL,
    invented,
    made,
    margins,
    order,
    people,
    same,
    same_rows,
    within,
)

PLACES = COUNTRY.gazetteer.places
few = settings(max_examples=8)
areas = st.sampled_from(SMALL)
seeds = st.integers(0, 2**64 - 1)


class TestCounts:
    @few
    @given(areas, seeds)
    def test_a_county_has_its_persons_and_households(self, county: str, seed: int) -> None:
        """Not one person or household of the census is lost or added, whatever the seed."""
        place, h = PLACES[county], synthesize(county, country=COUNTRY, seed=seed)
        assert len(h) == h.area.households == h.area.inside == place.households
        assert h.members.sum(dtype=int) == place.persons

    @few
    @given(areas)
    def test_a_county_has_its_men_women_and_ages(self, county: str) -> None:
        """Men and women are the census's; at every age there are as many as the county's share of the country's."""
        place, found = PLACES[county], people(county)
        for s, count in enumerate((place.men, place.women)):
            ages = np.bincount(found.age[found.sex == s], minlength=101)
            assert ages.sum() == count
            assert ages.tolist() == margins(county).ages[s].tolist()

    @few
    @given(areas)
    def test_a_county_has_its_town_and_country(self, county: str) -> None:
        """Urban and rural persons are the census's where it has them, in the households of town and country."""
        h = made(county)
        for r, name in enumerate(RESIDENCES):
            assert int((h.residence == r).sum()) == margins(county).households[name]
            if (known := getattr(PLACES[county], name)) is not None:
                assert int(h.members[h.residence == r].sum(dtype=int)) == known

    @few
    @given(areas)
    def test_who_lives_in_a_household_adds_up(self, county: str) -> None:
        """Every household has an adult; workers are adults; adults and pupils are members; ten is the most."""
        h = made(county)
        assert h.adults.min() >= 1
        assert (h.workers <= h.adults).all()
        assert (h.adults.astype(int) + h.students <= h.members).all()
        assert h.members.min() >= 1
        assert h.members.max() <= 10

    @few
    @given(areas, st.sampled_from([2008, 2020]))
    def test_persons_agree_with_their_households(self, county: str, year: int) -> None:
        """Counting the persons gives the columns of the households."""
        h, found = made(county, 1, year), people(county, 1, year)
        for column, who in (
            ("members", found.age >= 0),
            ("adults", found.age >= 17),
            ("students", (found.age >= 6) & (found.age <= 16)),
            ("workers", found.industry < len(INDUSTRIES)),
        ):
            counted = np.bincount(found.household[who], minlength=len(h))
            assert counted.tolist() == getattr(h, column).tolist()

    @few
    @given(areas, st.sampled_from([2008, 2014, 2020]))
    def test_every_worker_has_an_industry(self, county: str, year: int) -> None:
        """Of men and of women, just as many work in each industry as the county was given; all are of working age."""
        found = people(county, 1, year)
        for s in range(len(SEXES)):
            counted = np.bincount(found.industry[found.sex == s], minlength=len(INDUSTRIES) + 1)[: len(INDUSTRIES)]
            assert counted.tolist() == margins(county, year).industries[s].tolist()
        ages = found.age[found.industry < len(INDUSTRIES)]
        assert ages.min() >= 17
        assert ages.max() < OLD

    def test_sizes_follow_the_table(self) -> None:
        """Where the mean is close to the table's, no size is far from its share."""
        h = made(CITY)
        rows = [r for r in COUNTRY.census if r.table == "household_size" and r.residence == "urban"]
        for row in rows:
            share = float((h.members[h.residence == 0] == int(row.category.rstrip("+"))).mean())
            assert share == pytest.approx(float(row.value) / 100, abs=0.015)

    def test_parents_are_older_than_their_children(self) -> None:
        """The head of a household is rarely less than 17 years older than the children in it."""
        found = people(CITY)
        first = np.flatnonzero(np.diff(found.household, prepend=-1))
        gap = (found.age[first].astype(int)[found.household] - found.age)[found.age < 17]
        assert np.quantile(gap, 0.01) > 17
        assert np.median(gap) == pytest.approx(30, abs=5)

    @pytest.mark.parametrize("area", [a.id for a in market_areas(INVENTED.gazetteer)])
    def test_so_it_is_in_counties_of_a_few_hundred_households(self, area: str) -> None:
        """A country of 2,000 households keeps its counts as well."""
        place, h = INVENTED.gazetteer.places[area], invented(area)
        found = persons(h, country=INVENTED)
        assert (len(h), len(found)) == (place.households, place.persons)
        assert [(found.sex == s).sum() for s in range(2)] == [place.men, place.women]
        assert h.adults.min() >= 1


class TestPlaces:
    @pytest.mark.parametrize("city", [CITY, "KP0201"])
    def test_districts_make_up_their_city(self, city: str) -> None:
        """Every household of the city is in one district, and only in one."""
        indices = np.concatenate([made(p.id).index for p in PLACES.values() if p.parent == city])
        assert sorted(indices.tolist()) == list(range(len(made(city))))

    @pytest.mark.parametrize("place", [DISTRICT, NEIGHBOURHOOD])
    def test_a_part_is_the_same_alone_as_in_its_city(self, place: str) -> None:
        """A district, or a neighbourhood, is the very rows that it has in the city."""
        part, city = made(place), made(CITY)
        assert (part.area.id, part.area.households, part.area.inside) == (CITY, len(city), len(part))
        assert same_rows(part, city)
        assert part.area.names.items() <= city.area.names.items()

    def test_a_province_is_its_counties(self) -> None:
        """Its areas stand in the order of the table, each in every bit what it is alone."""
        province = made(PROVINCE)
        inside = areas_of(COUNTRY.gazetteer, PLACES[PROVINCE])
        assert [a.id for a in province.areas] == [p.id for p in inside]
        assert len(province) == PLACES[PROVINCE].households == sum(p.households or 0 for p in inside)
        assert province.members.sum(dtype=int) == PLACES[PROVINCE].persons
        for area in inside[:4]:
            assert same_rows(made(area.id), province)
            assert len(made(area.id)) == len(range(*within(province, area.id).indices(len(province))))

    def test_a_country_is_its_provinces(self) -> None:
        """Every household of the invented country is in one province, and every county in it is the same alone."""
        whole = invented("EX")
        parts = [invented(p) for p in ("EX-1", "EX-2")]
        assert len(whole) == sum(map(len, parts)) == 2000
        assert whole.areas == tuple(a for p in parts for a in p.areas)
        assert all(same_rows(p, whole) for p in parts)
        assert all(same_rows(invented(a.id), whole) for a in whole.areas)

    def test_a_district_s_persons_are_its_city_s(self) -> None:
        """The persons of a district are those that its households have in the city."""
        part, city = people(DISTRICT), people(CITY)
        inside = np.isin(city.household, made(DISTRICT).index)
        for column in ("age", "sex", "industry"):
            assert np.array_equal(getattr(part, column), getattr(city, column)[inside])

    def test_a_counted_district_keeps_its_households(self) -> None:
        """Where districts sum to the city, each has the households of its row."""
        assert len(made(DISTRICT)) == PLACES[DISTRICT].households

    def test_districts_without_a_count_share_equally(self) -> None:
        """Rajin and Sonbong have no count: each gets half of Rason."""
        halves = [len(made(i)) for i in ("kp0201-rajin", "kp0201-sonbong")]
        assert abs(halves[0] - halves[1]) <= 1
        assert sum(halves) == PLACES["KP0201"].households

    def test_neighbourhoods_bear_their_names(self) -> None:
        """Known names are used in the district they belong to; the others are numbered in the city."""
        names = made(DISTRICT).area.names
        assert next(iter(names.values())) == "Rahung 1-dong"
        assert names[42] == "neighbourhood 42"
        assert set(names) == set(made(DISTRICT).neighbourhood.tolist())
        assert set(made("kp0201-rajin").area.names.values()) >= {"Kwangok-dong", "Yokchon-dong"}
        assert set(made(NEIGHBOURHOOD).area.names.values()) == {"Rahung 1-dong"}

    def test_every_part_of_the_country_can_be_made(self) -> None:
        """No district and no named neighbourhood is left without households."""
        for area in AREAS:
            inside = [p for p in PLACES.values() if area in COUNTRY.gazetteer.ancestors(p.id) and p.id != area]
            layout = lay_out(COUNTRY, margins(area), Draws(1, area)) if inside else None
            assert all(layout and len(range(*layout.slice_of(p, area).indices(10**7))) for p in inside)

    def test_a_district_that_answers_to_its_province_is_an_area(self) -> None:
        """Such a district stands beside cities and counties, and is made like them."""
        assert made(COUNTY).area.id == COUNTY


class TestUnits:
    @few
    @given(st.sampled_from(AREAS), seeds)
    def test_people_s_units_have_20_to_40_households(self, area: str, seed: int) -> None:
        """All units of the country do; only where a neighbourhood has fewer than 20 would it be one smaller unit."""
        layout = lay_out(COUNTRY, margins(area), Draws(seed, area))
        sizes, smallest = np.bincount(layout.unit)[1:], min(n.households for n in layout.neighbourhoods)
        assert min(20, smallest) <= sizes.min() <= sizes.max() <= 40

    def test_units_of_all_sizes_occur(self) -> None:
        """Sizes are spread over the range and not all alike."""
        sizes = np.diff(made(CITY).unit_starts)
        assert set(sizes.tolist()) == set(range(20, 41))
        assert np.mean(sizes) == pytest.approx(30, abs=0.5)

    @few
    @given(areas)
    def test_neighbourhoods_and_units_are_slices(self, county: str) -> None:
        """Households are sorted by neighbourhood and unit; a unit lies in one neighbourhood."""
        h = made(county)
        assert (np.diff(h.neighbourhood) >= 0).all()
        assert (np.diff(h.unit) >= 0).all()
        assert (np.diff(h.index) == 1).all()
        units, starts = h.unit_starts, h.neighbourhood_starts
        assert (h.neighbourhood[units[:-1]] == h.neighbourhood[units[1:] - 1]).all()
        assert all(np.ptp(h.residence[a:b]) == 0 for a, b in pairwise(starts.tolist()))

    def test_rural_neighbourhoods_have_their_usual_size(self) -> None:
        """The ri of a large county are about as large as the range of the parameter."""
        place = max((PLACES[i] for i in AREAS), key=lambda p: p.rural or 0)
        layout = lay_out(COUNTRY, margins(place.id), Draws(1, place.id))
        sizes = [n.households for n in layout.neighbourhoods if n.residence == "rural"]
        usual = COUNTRY.parameters["population_neighbourhood_rural"]
        assert len(sizes) > 10
        assert 0.95 * float(usual.low or 0) <= min(sizes) <= max(sizes) <= 1.05 * float(usual.high or 0)


class TestLivelihoods:
    def test_shares_are_those_of_the_parameters(self) -> None:
        """Farmers, officials and traders are the shares of their residence, to the household where enough can work."""
        h = made(CITY)
        for r, residence in enumerate(RESIDENCES):
            for name in ("farmer", "official", "trader"):
                share = float(COUNTRY.parameters[f"livelihood_{name}_{residence}"].central or 0)
                found = int((h.livelihood[h.residence == r] == LIVELIHOODS.index(name)).sum())
                assert abs(found - share * (h.residence == r).sum()) <= 1

    def test_no_one_in_work_is_another_livelihood(self) -> None:
        """A household where no one works lives from no wage, farm, office or stall."""
        h = made(CITY)
        assert np.array_equal(h.workers == 0, h.livelihood == LIVELIHOODS.index("other"))

    def test_farm_households_farm(self) -> None:
        """Who works in a farm household, works in agriculture, as long as the county's agriculture has room."""
        h, found = made(COUNTY), people(COUNTY)
        farmers = h.livelihood[found.household] == LIVELIHOODS.index("farmer")
        farming = found.industry == INDUSTRIES.index("agriculture")
        for s in range(len(SEXES)):
            at_work = (found.industry < len(INDUSTRIES)) & (found.sex == s)
            assert (farming & farmers & at_work).sum() == min((farmers & at_work).sum(), (farming & at_work).sum())


class TestSeeds:
    @few
    @given(areas, seeds)
    def test_the_same_seed_gives_the_same_bits(self, county: str, seed: int) -> None:
        """Making a county twice gives it twice."""
        assert same(synthesize(county, seed=seed, country=COUNTRY), synthesize(county, seed=seed, country=COUNTRY))

    def test_tables_read_anew_change_nothing(self) -> None:
        """Neither does another object with the same tables."""
        assert same(made(COUNTY), synthesize(COUNTY, country=dataclasses.replace(COUNTRY)))

    @pytest.mark.parametrize("cores", [None, 1, 7])
    def test_threads_change_nothing(self, monkeypatch: pytest.MonkeyPatch, cores: int | None) -> None:
        """One thread or many, the bits are the same."""
        monkeypatch.setattr(os, "cpu_count", lambda: cores)
        found = synthesize(PROVINCE, country=COUNTRY)
        assert same(found, made(PROVINCE))
        one, two = persons(found, country=COUNTRY), people(PROVINCE)
        assert all(np.array_equal(getattr(one, c), getattr(two, c)) for c in ("household", "age", "sex", "industry"))

    def test_another_seed_gives_other_households(self) -> None:
        """The counts of the county stay, the households do not."""
        one, two = made(COUNTY, 7), made(COUNTY, 8)
        assert one.members.sum(dtype=int) == two.members.sum(dtype=int)
        assert all(not np.array_equal(getattr(one, c), getattr(two, c)) for c in ("members", "livelihood", "dwelling"))

    def test_two_counties_are_not_copies(self) -> None:
        """One seed gives two counties different numbers."""
        index = np.arange(100)
        assert not np.array_equal(Draws(1, "KP0326").of(130, index), Draws(1, "KP0325").of(130, index))

    def test_it_tells_how_far_it_is(self) -> None:
        """Market areas are counted as they are done."""
        told: list[tuple[int, int]] = []
        synthesize("EX", country=INVENTED, show=lambda done, of: told.append((done, of)))
        assert told == [(n, 5) for n in range(1, 6)]


shares = st.fractions(min_value=Fraction(1, 2000), max_value=1, max_denominator=2000)


class TestSamples:
    @few
    @given(areas, st.tuples(shares, shares))
    def test_a_smaller_sample_lies_in_a_larger_one(self, county: str, pair: tuple[Fraction, Fraction]) -> None:
        """Samples of one seed are nested, and their rows are those of the whole."""
        small, large = (synthesize(county, country=COUNTRY, sample=share) for share in sorted(pair))
        assert set(small.index.tolist()) <= set(large.index.tolist())
        assert same_rows(small, large)
        assert same_rows(large, made(county))

    @few
    @given(areas, shares)
    def test_weights_sum_to_the_households(self, county: str, share: Fraction) -> None:
        """Each household stands for so many that together they are all of the county."""
        h = synthesize(county, country=COUNTRY, sample=share)
        assert len(h) == max(1, round(share * h.area.households))
        assert h.weights.sum() == pytest.approx(h.area.households)

    def test_each_county_of_a_province_keeps_its_share(self) -> None:
        """A sample is taken of every market area, not of the province at large."""
        h = made(PROVINCE, 1, None, "0.01")
        assert np.diff(h.area_starts).tolist() == [max(1, round(a.households / 100)) for a in h.areas]
        sums = [h.weights[within(h, a.id)].sum() for a in h.areas]
        assert sums == pytest.approx([a.households for a in h.areas])

    def test_a_part_s_weights_are_those_of_the_part(self) -> None:
        """The sample of a district sums to the district, not to its city."""
        h = made(DISTRICT, 1, None, "1/10")
        assert h.weights.sum() == pytest.approx(len(made(DISTRICT)))

    def test_a_whole_population_has_weights_of_one(self) -> None:
        """Without a sample each household stands for itself."""
        assert set(made(COUNTY).weights.tolist()) == {1.0}


class TestErrors:
    @pytest.mark.parametrize(
        ("place", "words"),
        [
            ("Atlantis", "no place is called “Atlantis”.*Give a name or an id"),
            ("Chongjn", "Did you mean .*Chongjin"),
            ("Unsan", r"names 2 places: .*KP0617.*KP0720.*Give the id, or the province"),
        ],
    )
    def test_a_place_that_can_t_be_made_says_why(self, country: Country, place: str, words: str) -> None:
        """Unknown or ambiguous: the message suggests, or lists, what may be meant."""
        with pytest.raises(InputError, match=words):
            synthesize(place, country=country)

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"seed": -1}, "Give a whole number from 0 to 18446744073709551615"),
            ({"seed": 2**64}, "Give a whole number from 0 to 18446744073709551615"),
            ({"year": 2007}, "Give a year from 2008, that of the census, to 2020"),
            ({"year": 2021}, "Give a year from 2008, that of the census, to 2020"),
            ({"sample": 0}, "Give a share above 0 up to 1"),
            ({"sample": "1.01"}, "Give a share above 0 up to 1"),
            ({"sample": "a tenth"}, "Give a share above 0 up to 1"),
            ({"sample": "1/0"}, "Give a share above 0 up to 1"),
            ({"sample": float("nan")}, "Give a share above 0 up to 1"),
        ],
    )
    def test_what_can_t_be_given_is_refused(self, country: Country, options: dict[str, Any], words: str) -> None:
        """Seed, year and sample: the message says what may be given."""
        with pytest.raises(InputError, match=words):
            synthesize(COUNTY, country=country, **options)

    def test_one_area_is_asked_of_a_province(self) -> None:
        """What needs one market area says so."""
        with pytest.raises(InputError, match=r"live in 12 market areas.*Give a city, a county"):
            _ = made(PROVINCE).area

    def test_a_neighbourhood_that_the_area_has_not_is_refused(self) -> None:
        """One without count and without a slice of its city has no households."""
        layout = lay_out(COUNTRY, margins(CITY), Draws(1, CITY))
        stray = dataclasses.replace(PLACES[NEIGHBOURHOOD], id="stray", name="Stray-dong")
        with pytest.raises(
            InputError, match=r"Stray-dong has no households\. Give the city or county around it \(KP0205\)"
        ):
            layout.slice_of(stray, CITY)

    def test_persons_of_other_households_are_refused(self, country: Country) -> None:
        """Households that the country's tables no longer give have no persons to ask for."""
        with pytest.raises(InputError, match="made with other tables"):
            persons(dataclasses.replace(made(COUNTY), seed=2), country=country)

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (["--place", "Atlantis"], "no place is called “Atlantis”"),
            (["--place", "Unsan"], "names 2 places"),
            (["--place", COUNTY, "--year", "1999"], "no population can be made for 1999"),
            (["--place", COUNTY, "--sample", "2"], "the sample is 2"),
            (["--place", COUNTY, "--seed", "-1"], "the seed is -1"),
        ],
    )
    def test_the_command_ends_with_2_and_writes_nothing(
        self, inminban: Callable[..., Any], tmp_path: Path, options: list[str], words: str
    ) -> None:
        """Bad input is told in a sentence, and no file is left behind."""
        done = inminban("synthesize", *options, "--out", tmp_path / "out.parquet")
        assert done.code == 2
        assert words in done.err
        assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_all_counties_are_the_same_alone_as_in_the_country() -> None:
    """Of the whole country: every county alone is, in every bit, what it is in it; units have 20 to 40 households."""
    whole = synthesize("KP", country=COUNTRY)
    shared = apportioned(COUNTRY, 2008)
    assert sorted(order(whole)) == list(range(len(AREAS)))
    assert np.diff(whole.area_starts).tolist() == shared.households.sum(axis=1)[order(whole)].tolist()
    assert whole.adults.min() >= 1
    sizes = np.diff(whole.unit_starts)
    assert (sizes.min(), sizes.max()) == (20, 40)
    assert all(same_rows(synthesize(area, country=COUNTRY), whole) for area in AREAS)
    assert set(BY_HOUSEHOLD) >= {"index", "members", "dwelling", "livelihood"}
