"""Showing a synthetic population: its portrait counts what is there, and page, terminal, JSON and CSV say the same."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from inminban.measures.portrait import Portrait, portrait
from inminban.measures.portrait_table import FIT_COLUMNS, count_rows
from inminban.model.country import Country, load_country
from inminban.model.households import Households
from inminban.pages.portrait import portrait_page
from inminban.pages.portrait_words import off, percent, spread_of
from inminban.pages.render import render_population, voice_of
from inminban.population.fit import Fit
from inminban.population.synthesize import Persons, persons, synthesize
from tests.test_pages import CHROMIUM, safe, text_of

SMALL, LATER, DISTRICT, NEIGHBOURHOOD = "KP0416", "KP0416 in 2020", "kp0205-ranam", "kp1001-moranbong-puksae-dong"
MADE: dict[str, dict[str, Any]] = {
    SMALL: {"place": SMALL},
    LATER: {"place": SMALL, "year": 2020},
    DISTRICT: {"place": DISTRICT, "sample": Fraction(1, 10)},
    NEIGHBOURHOOD: {"place": NEIGHBOURHOOD},
}
Made = dict[str, tuple[Households, Persons, Portrait]]


@pytest.fixture(scope="module")
def made(country: Country) -> Made:
    found: Made = {}
    for name, how in MADE.items():
        households = synthesize(country=country, **how)
        people = persons(households, country=country)
        found[name] = (households, people, portrait(households, people, country=country))
    return found


@pytest.fixture(scope="module")
def pages(made: Made, country: Country) -> dict[str, str]:
    return {name: render_population(p, country=country) for name, (_, _, p) in made.items()}


class TestPortrait:
    @pytest.mark.parametrize("name", MADE)
    def test_it_counts_the_households(self, made: Made, name: str) -> None:
        """Counts, ages, breakdowns and provinces each sum to the households and persons that there are, by weight."""
        households, people, found = made[name]
        weights = households.weights
        homes, lived = weights.sum(), (weights * households.members).sum()
        assert found.count("households").got == pytest.approx(homes)
        assert found.count("persons").got == pytest.approx(lived)
        for whole, parts in (
            ("persons", ("men", "women")),
            ("persons", ("urban persons", "rural persons")),
            ("households", ("urban households", "rural households")),
        ):
            assert sum(found.count(p).got for p in parts) == pytest.approx(found.count(whole).got)
        assert sum(a.men + a.women for a in found.ages) == pytest.approx(lived)
        assert sum(found.provinces.values()) == pytest.approx(homes)
        for b in found.breakdowns:
            of_all = lived if b.unit != "households" else homes
            assert sum(p.got for p in b.parts) <= of_all * 1.000001
            if b.unit == "households":
                assert sum(p.got for p in b.parts) == pytest.approx(homes)
        old = weights[people.household][people.age >= 80].sum()
        assert found.ages[-1].men + found.ages[-1].women == pytest.approx(old)
        assert found.ages[-1].label == "80+"

    def test_targets_are_those_of_the_fit(self, made: Made) -> None:
        """A county's counts are the census's, its ages those that it was made to match, its shares those of the fit."""
        found = made[SMALL][2]
        assert found.count("households").target == 8846
        assert found.count("persons").target == 35119
        assert all(c.got == c.target and c.source for c in found.counts)
        assert sum(a.men_target + a.women_target for a in found.ages) == 35119
        fits = {(f.margin, f.group): f for f in found.fits}
        for b in found.breakdowns:
            for p in b.parts:
                fit = fits.get((b.name, f"{p.residence}, {p.category}"))
                assert p.target == (fit.target if fit else p.target)
                assert not fit or fit.got == pytest.approx(p.got)
        assert {b.name for b in found.breakdowns if any(p.target for p in b.parts)} == {
            "household size", "livelihood", "dwelling", "heating", "cooking", "industry",
        }  # fmt: skip

    def test_units_have_the_sizes_of_their_range(self, made: Made, country: Country) -> None:
        """Sizes of people's units and neighbourhoods are counted where all households are there, never of a sample."""
        households, _, found = made[SMALL]
        units = next(e for e in found.extents if e.name == "people's units")
        sizes = np.diff(households.unit_starts)
        bounds = country.parameters["population_unit_size"]
        assert (units.number, units.least, units.most) == (len(sizes), sizes.min(), sizes.max())
        assert (units.low, units.high) == (bounds.low, bounds.high)
        assert units.outside == sum(not units.low <= n <= units.high for n in sizes.tolist())
        assert sum(e.number for e in found.extents[1:]) == len(households.neighbourhood_starts) - 1
        assert made[DISTRICT][2].extents == ()

    def test_a_whole_country_is_shown(self) -> None:
        """Its provinces are shaded by their households, nothing of another country is named, nobody is left out."""
        examplia = load_country("examplia")
        households = synthesize(examplia.root, country=examplia)
        found = portrait(households, persons(households, country=examplia), country=examplia)
        assert (found.areas, found.uncounted) == (len(households.areas), 0)
        page = render_population(found, country=examplia)
        safe(page)
        assert page.count("fill-opacity") == len(examplia.outlines["features"])
        assert f"Synthetic households of Examplia, {found.year}" in text_of(page)
        assert "Korea" not in text_of(page)
        assert "None are known by province" not in text_of(page)
        left = render_population(replace(found, uncounted=70), country=examplia)
        assert "70 persons counted in no place of it are left out" in text_of(left)


class TestPage:
    @pytest.mark.parametrize("name", MADE)
    def test_it_is_safe_whole_and_repeats(self, pages: dict[str, str], made: Made, country: Country, name: str) -> None:
        """Nothing active, links that lead somewhere, charts in two widths with a table each, the same bytes again."""
        page = pages[name]
        safe(page)
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
        charts = re.findall(r'<svg[^>]*class="[wn]"[^>]*role="img".*?</svg>', page, re.S)
        assert len(charts) == 2 * page.count("The same as a table") == 10
        for chart in charts:
            ElementTree.fromstring(chart)
            assert "not observed" in " ".join(ElementTree.fromstring(chart).itertext())
        assert page == render_population(made[name][2], country=country)

    @pytest.mark.parametrize("name", MADE)
    def test_it_says_what_its_numbers_are(self, pages: dict[str, str], made: Made, name: str) -> None:
        """No family is real; the sentence stands there, and all weak points; big numbers are simulated ones."""
        text, found = text_of(pages[name]), made[name][2]
        for told in (
            "No row is a real family", "matched to margins of the census of 2008, not observed",
            "Household sizes are a model", "Ages are a model", "None are known by province or county",
            "What households live from is assumed", "its region's or the country's shares",
            f"{found.holding} of {len(found.fits)} margins hold",
        ):  # fmt: skip
            assert told in text, told
        later = "Nothing after 2008 is counted. Persons were carried to 2020"
        assert (later in text) is found.derived
        assert ("those of 2008, not today's" in text) is not found.derived

    @pytest.mark.parametrize("name", MADE)
    def test_its_numbers_are_the_portraits(self, made: Made, country: Country, name: str) -> None:
        """Every cell of its table of counts and of its charts' tables is a number of the portrait."""
        found = made[name][2]
        page = portrait_page(voice_of("en", country), found)
        assert all("simulated" in {m.kind for m in big.marks} for big in page.bigs)
        counts = next(p.grid for p in page.parts if p.anchor == "counts")
        assert counts is not None
        assert [row[1].text for row in counts.rows] == [f"{c.got:,.0f}" for c in found.counts]
        tables = [f.table for p in page.parts for f in p.figures]
        assert [[c.text for c in row] for row in tables[0].rows] == [
            [a.label, *(f"{n:,.0f}" for n in (a.men, a.men_target, a.women, a.women_target))] for a in found.ages
        ]
        shown = {c.text for table in tables[1:] for row in table.rows for c in row}
        for b in found.breakdowns:
            for p in (p for p in b.parts if p.got):
                assert f"{p.got:,.0f} ({percent(p.share)})" in shown

    def test_a_count_that_may_be_off_is_a_range(self, pages: dict[str, str], made: Made) -> None:
        """A district whose count is shared out says so, and shows a range first; the map has its city's point only."""
        text = text_of(pages[DISTRICT])
        assert spread_of(made[DISTRICT][2], 23794) == "11,900–35,700"
        for told in ("thousand households", "its own count is not printed", "may be off by 50", "a sample of 10"):
            assert told in text.replace("\u2060", ""), told
        assert "The point is Chongjin City, which it lies in" in text

    def test_a_place_without_a_count_says_so(self, pages: dict[str, str]) -> None:
        assert "No count of it is known" in text_of(pages[NEIGHBOURHOOD])
        assert "no count of the place is known" in text_of(pages[NEIGHBOURHOOD])


class TestCommand:
    def test_the_terminal_shows_tables(self, inminban: Callable[..., Any]) -> None:
        """Counts, a pyramid, sizes, livelihoods, homes, units, what is weak: on stdout, in lines of at most 120."""
        done = inminban("population", "Popdong")
        assert done.code == 0, done.err
        for told in ("Popdong, Kangwon · 2008", "8,846", "80+", "█", "10+ persons", "market or trade", "row house",
                     "people's units", "no row is a real family", "--fit"):  # fmt: skip
            assert told in done.out, told
        assert max(map(len, done.out.splitlines())) <= 120
        assert done.err == ""

    def test_the_fit_comes_worst_first(self, inminban: Callable[..., Any], made: Made) -> None:
        """All margins in CSV and JSON; the table shows what is missed, with why, and how many hold."""
        found = made[SMALL][2]
        rows = list(csv.DictReader(io.StringIO(inminban("population", SMALL, "--fit", "--csv").out)))
        assert tuple(rows[0]) == FIT_COLUMNS
        assert len(rows) == len(found.fits)
        assert [r["holds"] for r in rows] == sorted((r["holds"] for r in rows), key=["false", "true"].index)
        assert sum(r["holds"] == "true" for r in rows) == found.holding
        assert {r["kind"] for r in rows} == {"data", "assumed"}
        document = json.loads(inminban("population", SMALL, "--fit", "--json").out)
        assert document["holding"] == found.holding
        assert [f["group"] for f in document["fits"]] == [f.group for f in found.fits]
        told = inminban("population", SMALL, "--fit").out
        assert f"{found.holding} of {len(found.fits)} margins hold" in told
        assert "sizes are tilted to the persons" in " ".join(told.split())

    def test_json_and_csv_hold_the_portrait(self, inminban: Callable[..., Any], made: Made) -> None:
        found = made[LATER][2]
        document = json.loads(inminban("population", SMALL, "--year", 2020, "--json").out)
        assert (document["place"], document["year"], document["census_year"]) == (SMALL, 2020, 2008)
        assert [c["got"] for c in document["counts"]] == [c.got for c in found.counts]
        assert document["household_size"]["parts"][0]["residence"] == "urban"
        assert len(document["fits"]) == len(found.fits)
        rows = list(csv.DictReader(io.StringIO(inminban("population", SMALL, "--year", 2020, "--csv").out)))
        assert len(rows) == len(list(count_rows(found)))
        assert {r["kind"] for r in rows} == {"simulated"}

    def test_a_page_is_written(self, inminban: Callable[..., Any], pages: dict[str, str], tmp_path: Path) -> None:
        """The message goes to stderr, and the same population gives the same page."""
        done = inminban("population", "Popdong, Kangwon", "--out", tmp_path / "page.html")
        assert (done.code, done.out) == (0, "")
        assert "Page: " in done.err
        assert (tmp_path / "page.html").read_text(encoding="utf-8") == pages[SMALL]

    @pytest.mark.parametrize(
        ("place", "told"),
        [
            ("Unsan", "Unsan, North Pyongan (KP0617); Unsan, South Pyongan (KP0720)"),
            ("Pyongyan", "Did you mean Pyongyang"),
            ("Chonnae-ri", "no place is called"),
        ],
    )
    def test_a_place_that_is_none_or_two_lists_candidates(
        self, inminban: Callable[..., Any], place: str, told: str
    ) -> None:
        done = inminban("population", place)
        assert (done.code, done.out) == (2, "")
        assert told in done.err
        assert "field PLACE" in done.err

    def test_two_places_of_a_name_are_told_apart_by_province(self, inminban: Callable[..., Any]) -> None:
        done = inminban("population", "Unsan, South Pyongan", "--sample", "0.01", "--json")
        assert json.loads(done.out)["place"] == "KP0720"
        assert inminban("population", SMALL, "--json", "--csv").code == 2
        assert inminban("population", SMALL, "--year", 1950).code == 2


def test_numbers_in_words(made: Made) -> None:
    """Shares with the digits that matter; what is missed with its sign."""
    assert [percent(s).replace("\u00a0", " ") for s in (0, 0.0004, 0.021, 0.0999, 0.56)] == [
        "0 %", "< 0.1 %", "2.1 %", "10 %", "56 %",
    ]  # fmt: skip
    source = made[SMALL][2].age_source

    def missed(target: float, got: float) -> str:
        return off(Fit("m", "g", SMALL, target, got, "persons", True, source)).replace("\u00a0", " ")

    assert [missed(100, 60), missed(1000, 1003), missed(200, 203), missed(0, 3), missed(5, 5)] == [
        "−40 %", "+0.30 %", "+1.5 %", "+3", "0",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    if not CHROMIUM.exists():
        pytest.skip("no Chromium at /usr/bin/chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield found
        found.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 1000, 390])
def test_nothing_is_wider_than_the_window(browser: object, pages: dict[str, str], width: int, tmp_path: Path) -> None:
    """No complaint in the console, no overflow of the page, of the big numbers, or of words in charts."""
    context = browser.new_context(viewport={"width": width, "height": 900})  # type: ignore[attr-defined]
    for name, html in pages.items():
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.goto(path.as_uri())
        assert said == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        wide = page.evaluate(
            "[...document.querySelectorAll('.big')].filter(b => b.scrollWidth > b.clientWidth + 1).length"
        )
        assert wide == 0, name
        out = page.evaluate(
            """[...document.querySelectorAll('figure svg')].filter(s => s.getBoundingClientRect().width).flatMap(s => {
                const box = s.getBoundingClientRect()
                return [...s.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()])
                    .filter(([_, b]) => b.left < box.left - 1 || b.right > box.right + 1).map(([t]) => t)
            })"""
        )
        assert out == [], name
        page.close()
    context.close()
