"""The page of a run: the sentence in every chart, nothing active, no echo in front, signs only where assumed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inminban.engine.inputs import CRACKDOWN, LEVY, RELIEF, RESTRICTION
from inminban.measures.statement import says
from inminban.measures.summary import Interval
from inminban.model.country import Country
from inminban.pages.outcome_terminal import print_measures
from inminban.pages.outcome_words import one, span
from inminban.pages.render import render_run, voice_of
from inminban.pages.run import run_page
from inminban.pages.run_charts import signed_ticks, spread, spreads
from inminban.pages.run_sections import setting_of
from inminban.pages.run_stacks import Stack, stacked
from inminban.studies import folder
from tests.runs import run_of
from tests.test_pages import CHROMIUM, safe, text_of
from tests.test_pages_charts import NASTY
from tests.test_pages_charts import safe as safe_drawing

KINDS = [(LEVY,), (RELIEF,), (CRACKDOWN,), (RESTRICTION,), (LEVY, RELIEF)]
LEVELS = re.compile(r"\d[\d.,]*(?:–\d[\d.,]*)? (?:%|won|days of|kg|t)\b|\d %")


@pytest.fixture(scope="module")
def pages() -> dict[tuple[int, ...], str]:
    return {kinds: render_run(run_of(*kinds)) for kinds in KINDS}


@pytest.mark.parametrize("kinds", KINDS)
def test_a_page_is_safe_and_says_what_its_numbers_are(
    pages: dict[tuple[int, ...], str], kinds: tuple[int, ...]
) -> None:
    """No script, no address outside; the sentence stands under the numbers and, in both widths, inside each chart."""
    page = pages[kinds]
    safe(page)
    assert "<script" not in page
    told = says(run_of(*kinds).facts, "won")
    assert told in text_of(page)
    charts = re.findall(r"<svg[^>]*role=\"img\".*?</svg>", page, re.S)
    assert len(charts) >= 2
    for chart in charts:
        assert "assumed 3" in re.sub(r"<[^>]+>", " ", chart) or "assumed" in chart
    assert page.count("The same as a table") == len(charts) // 2


@pytest.mark.parametrize("kinds", KINDS)
def test_links_lead_somewhere_and_bytes_repeat(pages: dict[tuple[int, ...], str], kinds: tuple[int, ...]) -> None:
    page = pages[kinds]
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    assert page == render_run(run_of(*kinds))


def test_the_page_of_a_levy_tells_how_it_was_settled(pages: dict[tuple[int, ...], str]) -> None:
    """Ways of settling, cost with and without food money kept back, price, what decides it, limits, sources."""
    text = text_of(pages[LEVY,])
    for told in (
        "How households settled", "left unpaid", "90 % of where unpaid begins", "0 days of food money kept back",
        "7 days of food money kept back", "The price of scrap metal ended higher", "the levy is due",
        "Assumed diversion, not leakage", "one assumption: “levy background”",
        "Which assumptions move it", "Limits of this run",
        "medicine: no amount", "part of an area", "taken whole", "cash leaves the gate", "penalty <b>", "“7 kg”",
    ):  # fmt: skip
        assert told.lower() in text.lower(), told


def test_relief_shows_what_arrived_against_what_was_due(pages: dict[tuple[int, ...], str]) -> None:
    text = text_of(pages[RELIEF,])
    assert "rice received, of what was due" in text
    assert "Days of food received" in text
    assert "How households settled" not in text


def test_no_echo_is_among_the_four_numbers(country: Country) -> None:
    for kinds in KINDS:
        page = run_page(voice_of("en", country), run_of(*kinds))
        assert 1 <= len(page.bigs) <= 4
        for big in page.bigs:
            assert "kept" not in big.what
            assert "of what was due" not in big.what
            assert any(m.kind == "simulated" for m in big.marks)


@pytest.mark.parametrize("kinds", [(LEVY,), (CRACKDOWN,), (RESTRICTION,)])
def test_an_assumed_run_shows_no_level(country: Country, kinds: tuple[int, ...]) -> None:
    """Signs and ranks only: no chart, no unit, no interval, on the page and in the terminal alike."""
    run = run_of(*kinds, assume=True)
    page = run_page(voice_of("en", country), run)
    assert not any(s.figures for s in page.sections)
    assert all(b.number in ("higher", "lower", "either way", "no change", "open") for b in page.bigs)
    told = " ".join(c.text for s in page.sections if s.grid for row in s.grid.rows for c in row)
    assert not LEVELS.search(told.replace("2021", ""))
    assert "only signs and rankings" in page.standfirst
    assert 'role="img"' not in render_run(run, country=country)


def test_the_terminal_shows_intervals_and_the_sentence(country: Country, capsys: pytest.CaptureFixture[str]) -> None:
    voice = voice_of("en", country)
    for assume in (False, True):
        run = run_of(LEVY, assume=assume)
        print_measures(voice, setting_of(voice, run).summaries[:60], run.facts)
        out = capsys.readouterr().out
        assert "not observed" in out
        assert ("%" in out.split("simulated for")[0]) is not assume
        assert ("sign" in out) is assume


def test_the_command_measures_and_renders_a_run(
    inminban: Callable[..., object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A folder with run.json is a run; tables by decile, JSON and CSV come from the same numbers."""
    run = run_of(LEVY)
    monkeypatch.setattr(folder, "load_run", lambda *_: run)
    (tmp_path / "run.json").write_text("{}")
    done = inminban("measure", tmp_path, "--by", "decile", "--json")
    assert done.code == 0, done.err  # type: ignore[attr-defined]
    assert '"tenth 10"' in done.out  # type: ignore[attr-defined]
    assert "not observed" in done.out  # type: ignore[attr-defined]
    assert inminban("measure", tmp_path, "--csv").out.startswith("measure,place,group")  # type: ignore[attr-defined]
    assert inminban("measure", tmp_path, "--by", "colour").code == 2  # type: ignore[attr-defined]
    made = inminban("render", tmp_path, "--out", tmp_path / "page.html")
    assert made.code == 0, made.err  # type: ignore[attr-defined]
    assert "What a levy of scrap metal could cost" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_charts_are_safe_in_both_widths() -> None:
    """Hostile labels are text; bars below zero, empty parts and a single row are drawn."""
    at = Interval(-3, -1, 0.5, 2, 8)
    rows = [spread(NASTY, "0.5", at), spread("b", "0.5", at, dashed=True, series=5)]
    for drawing in (
        spreads(rows, axis=NASTY, source=NASTY, label=NASTY, series=(NASTY, "x")),
        stacked([Stack(NASTY, (40, 0, 60), (30, 80)), Stack("b", (0, 0, 100), (0, 0))], (NASTY, "b", "c"),
                axis=NASTY, source=NASTY, label=NASTY, whisker=NASTY),
    ):  # fmt: skip
        for svg, width in ((drawing.wide, "700"), (drawing.narrow, "345")):
            root = safe_drawing(str(svg))
            assert root.get("width") == width
    assert (
        ": 60 %</title>"
        in stacked([Stack("a", (40, 60), (30, 80))], ("x", "y"), axis="", source="", label="", whisker="").wide
    )


def test_numbers_in_words() -> None:
    assert span(-3.2, 1.5, signed=True) == "−3.2 – +1.5"
    assert (span(2, 34), one(-0.001), one(31, signed=True)) == ("2–34", "0", "+31")
    assert signed_ticks(-12, 30, 5) == [-10, 0, 10, 20, 30]


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
def test_nothing_is_wider_than_the_window(
    browser: object, pages: dict[tuple[int, ...], str], width: int, tmp_path: Path
) -> None:
    """No complaint in the console, no overflow of the page or of the big numbers."""
    context = browser.new_context(viewport={"width": width, "height": 900})  # type: ignore[attr-defined]
    for kinds, html in pages.items():
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.goto(path.as_uri())
        assert said == [], kinds
        assert page.evaluate("document.documentElement.scrollWidth") <= width, kinds
        wide = page.evaluate(
            "[...document.querySelectorAll('.big')].filter(b => b.scrollWidth > b.clientWidth + 1).length"
        )
        assert wide == 0, kinds
        page.close()
    context.close()
