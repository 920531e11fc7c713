"""Pages: self-contained, safe whatever a report holds, every number with its source, and readable where people read."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inminban.errors import InputError
from inminban.model.orders import Leftover, MarketPrice, Order, PlaceName, Report, Term
from inminban.pages.render import render

CHROMIUM = Path("/usr/bin/chromium")
ALLOWED_ATTRIBUTES = frozenset(
    """lang charset http-equiv content name class href id aria-label aria-hidden aria-current focusable viewbox d fill
    role scope open data-l rel width height transform x y x1 x2 y1 y2 cx cy r rx fill-rule fill-opacity stroke
    stroke-width
    stroke-dasharray stroke-linejoin stroke-linecap stroke-opacity opacity points text-anchor font-family font-size
    font-weight font-style patternunits patterntransform xmlns version paint-order""".split()  # noqa: SIM905
)


class Reader(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def opened(page: str) -> Reader:
    """Parse a page."""
    reader = Reader()
    reader.feed(page)
    return reader


def safe(page: str) -> Reader:
    """Parse a page and make sure that nothing in it can act."""
    reader = opened(page)
    assert not set(reader.tags) & {
        "script",
        "iframe",
        "object",
        "embed",
        "img",
        "form",
        "link",
        "base",
        "video",
        "audio",
    }
    assert {name for name, _ in reader.attributes} <= ALLOWED_ATTRIBUTES
    assert reader.tags.count("style") == reader.tags.count("html") == reader.tags.count("body") == 1
    hrefs = [value or "" for name, value in reader.attributes if name == "href"]
    assert all(h.startswith(("#", "http://", "https://")) or re.fullmatch(r"[\w.\-]+\.html", h) for h in hrefs), hrefs
    return reader


HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        "</style><script>1</script>",
        "{{ 7*7 }}{% raw %}",
        "\u202egnirts\u202c",
        "a\x00b\x07c",
        "javascript:alert(1)",
        "&lt;b&gt; & <b>",
        "👩‍👩‍👧 세대당 파철",
        "{amount} {0} %(x)s %s",
    ]
)
TEXTS = HOSTILE | st.text(max_size=30)
QUOTES = TEXTS.filter(bool)


@st.composite
def hostile_reports(draw: st.DrawFn) -> Report:
    """Reports with hostile text in every place that can hold text."""
    words = draw(QUOTES)
    term = Term(
        role="due", item=draw(TEXTS), amount=draw(st.integers(0, 10**6)), unit=draw(TEXTS), per="household", quote=words
    )
    bare = Term(role="confiscated", item=draw(TEXTS), quote=words, hedge=draw(TEXTS), doubt=draw(TEXTS))
    order = Order(
        kind=draw(st.sampled_from(["levy", "relief", "crackdown", "restriction"])),
        issuer=draw(TEXTS),
        places=(PlaceName(name=draw(TEXTS), within=draw(TEXTS)),),
        terms=(term, bare),
    )
    price = MarketPrice(
        item=draw(TEXTS), price=5, currency=draw(TEXTS), unit=draw(TEXTS), place=draw(TEXTS), quote=words
    )
    return Report(
        id="r",
        url=draw(TEXTS),
        outlet=draw(TEXTS),
        title=draw(TEXTS),
        text=f"{words} {words}",
        orders=(order,),
        prices=(price,),
        leftover=(Leftover(quote=words, start=0, end=1, why=draw(TEXTS)),),
        notes=draw(TEXTS),
    )


@settings(max_examples=25)
@given(hostile_reports())
def test_whatever_a_report_holds_comes_out_as_text(report: Report) -> None:
    """Tags, quotes, template marks and direction controls in any field are shown, never obeyed."""
    reader = safe(render(report))
    shown = "".join(reader.text)
    assert "\x00" not in shown
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", shown)
    safe(render([report, report.model_copy(update={"id": "s"})]))


def test_script_tags_are_visible_text(kaesong: Report) -> None:
    """An attack is quoted like any other word."""
    title = "<script>alert('x')</script>"
    page = render(kaesong.model_copy(update={"title": title, "outlet": title}))
    assert title in "".join(opened(page).text)
    assert "<script" not in page


def test_a_lone_surrogate_does_not_stop_the_page(kaesong: Report) -> None:
    """Broken text from elsewhere is shown with a replacement mark."""
    page = render(kaesong.model_copy(update={"title": "x\ud800y"}))
    assert page.encode()


def test_the_policy_allows_just_the_one_style(kaesong: Report) -> None:
    """The hash in the security policy is that of the style in the page; nothing else is allowed."""
    page = render(kaesong)
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert style
    assert policy
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy[1] == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_every_mark_leads_to_its_row(kaesong: Report, chongjin: Report, gold: tuple[Report, ...]) -> None:
    """No link of a page leads nowhere, no id stands twice, every number mark has a row in the table of sources."""
    for page in (render(kaesong), render(chongjin), render([*gold])):
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        targets = set(re.findall(r'href="#([^"]+)"', page))
        assert targets <= set(ids), targets - set(ids)


def test_the_same_records_give_the_same_bytes(kaesong: Report, chongjin: Report) -> None:
    """A page can be cited by its hash."""
    assert render(kaesong) == render(kaesong)
    assert render([kaesong, chongjin]) == render([kaesong, chongjin])


def text_of(page: str) -> str:
    """Words of a page without its style, white space folded."""
    reader = opened(re.sub(r'<style>.*?</style>|<span class="tip".*?</span>', "", page, flags=re.S))
    return re.sub(r"\s+", " ", " ".join(reader.text)).replace("\u2060", "")


def test_kaesong_shows_all_three_readings(kaesong: Report) -> None:
    """Days of food, tonnes and wagons of each reading stand side by side, and none is called right."""
    text = text_of(render(kaesong))
    for told in (
        "8.6 days",
        "11.7 days",
        "34 days",
        "1,400 t",
        "1,630 t",
        "5,550 t",
        "8.6–34",
        "23–93",
        "closest to the words",
    ):
        assert told in text, told
    assert re.search(r"Wagons.{0,120}\b23\b.{0,40}\b27\b.{0,40}\b93\b", text)
    assert "13–15" in text
    assert "Nothing on this page is simulated" in text


def test_chongjin_shows_both_readings_and_the_premium(chongjin: Report) -> None:
    """6.1 or 12.2 kg of rice, and cash of two to eight times the goods, with the rows it comes from."""
    text = text_of(render(chongjin))
    for told in (
        "6.1 kg of rice",
        "12.2 kg of rice",
        "2.1–7.7",
        "p0307",
        "4,900",
        "assumed",
        "half as many" if False else "No count of this place",
    ):
        assert told in text, told


def test_an_order_without_figures_says_that_it_can_not_be_sized() -> None:
    """A crackdown of goods and bribes without amounts gets its page, with no number made up."""
    terms = (
        Term(role="confiscated", item="medicine"),
        Term(role="bribe", item="cash"),
        Term(role="bribe", item="cigarette"),
    )
    order = Order(kind="crackdown", places=(PlaceName(name="Hyesan"),), terms=terms)
    text = text_of(render(Report(id="r", published="2018-11", orders=(order,))))
    assert "Nothing in it can be sized" in text
    assert "Seized: medicine; no amount is told" in text
    assert "cash and cigarette" in text
    assert "kg of rice" not in text


def test_a_sentence_of_the_report_is_quoted_once_and_short() -> None:
    """Several figures of one long sentence stand in one excerpt of it, and little else of the report is shown."""
    text = "First. " + "x" * 400 + " gives 5 kg of rice, 10 kg of corn and more " + "y" * 400 + ". Last."
    terms = tuple(
        Term(role="due", item=item, amount=n, unit="kg", per="household", quote=f"{n} kg of {item}")
        for n, item in ((5, "rice"), (10, "corn"))
    )
    page = render(Report(id="r", text=text, orders=(Order(kind="levy", terms=terms),)))
    found = re.findall(r'<p class="ex">(.*?)</p>', page)
    assert len(found) == 1
    assert found[0].count("<mark>") == 2
    assert len(text_of(found[0])) < 300


def test_figures_that_are_no_burden_are_told_and_not_weighed() -> None:
    """A curfew's hours stand on the page as reported; the page does not claim that no figure was named."""
    term = Term(role="other", item="curfew", amount=9, unit="hour", per="place", every="day")
    order = Order(kind="restriction", places=(PlaceName(name="Hyesan"),), terms=(term,))
    text = text_of(render(Report(id="r", outlet="Daily NK", published="2018-11", orders=(order,))))
    assert "9 hours of curfew" in text
    assert "It names no amount" not in text
    assert "none is weighed" in text


def test_a_demand_told_for_two_periods_is_not_added_up() -> None:
    """A hundred kilograms a day and three tonnes a month are one demand told twice: no sum of both heads the page."""
    terms = tuple(
        Term(role="due", item="manure", amount=n, unit=u, per="household", every=e)
        for n, u, e in ((100, "kg", "day"), (3, "t", "month"))
    )
    order = Order(kind="levy", places=(PlaceName(name="Hyesan"),), issued="2019-01", terms=terms)
    page = render(Report(id="r", orders=(order,)))
    head = re.search(r"<h1>(.*?)</h1>", page)
    four = re.search(r'<ul class="four">(.*?)</ul>', page, re.S)
    assert head
    assert four
    assert "100 kg of manure" in head[1]
    assert "3,100 kg" not in four[1]


def test_households_of_another_country_are_not_weighed_by_this_one() -> None:
    """Money asked of workers abroad is told as reported, not as a household's rice or income here."""
    term = Term(role="due", item="cash", amount=12000, unit="CNY", per="person")
    order = Order(kind="levy", places=(PlaceName(name="China"),), terms=(term,))
    page = render(Report(id="r", published="2020-10-28", orders=(order,)))
    head = re.search(r"<h1>(.*?)</h1>", page)
    assert head
    assert head[1] == "12,000 yuan from each person"


def test_an_amount_reads_as_people_write_it(kaesong: Report) -> None:
    """Codes of the record never reach the reader: yuan for CNY, residents for persons of resident, a time for food."""
    terms = (
        Term(role="bribe", item="cash", amount=100, unit="CNY", per="household"),
        Term(role="bribe", item="cigarette", amount=1, unit="pack", per="household"),
        Term(role="headcount", item="resident", amount=30, unit="person", per="total"),
        Term(role="received", item="food", amount=2, unit="day", per="household"),
        Term(role="received", item="corn", amount=0, unit="kg", per="worker"),
        Term(role="other", item="market hours", amount=4, unit="hour", per="place"),
    )
    order = Order(kind="relief", places=kaesong.orders[0].places, terms=terms)
    text = text_of(render(Report(id="r", published="2018-11", orders=(order,))))
    for told in ("100 yuan", "1 pack of cigarettes", "30 residents", "food for 2 days", "no corn", "4 market hours"):
        assert told in text, told


def test_dates_without_a_year_stay_without_one() -> None:
    """Nothing on the page guesses the year."""
    order = Order(
        kind="levy",
        due="XXXX-10-28",
        terms=(Term(role="due", item="scrap metal", amount=7, unit="kg", per="household"),),
    )
    text = text_of(render(Report(id="r", orders=(order,))))
    assert "28 October (year not given)" in text
    assert not re.search(r"28 October 20\d\d", text)


def test_every_coded_report_reads_like_prose(gold: tuple[Report, ...]) -> None:
    """No page holds a None, an empty pair of quotes, a raw field name, a placeholder or a doubled full stop."""
    for report in gold:
        text = text_of(render(report))
        found = re.search(r"\bNone\b|“”|cash_in_lieu|stall_tax|\{\w*\}|\w\.\.(?!\.)|\bnan\b|\binf\b", text)
        assert not found, (
            f"{report.id}: …{text[max(0, (found.start() if found else 0) - 60) : (found.end() if found else 0) + 40]}…"
        )


def test_an_unknown_language_is_refused(kaesong: Report) -> None:
    """A page in a language without a catalogue is not silently English."""
    with pytest.raises(InputError, match="no translation"):
        render(kaesong, lang="xx")
    with pytest.raises(InputError, match="no language code"):
        render(kaesong, lang="../etc")


def test_a_link_is_made_of_web_addresses_only(kaesong: Report) -> None:
    """A record's address may be anything; only http and https become links."""
    assert 'href="https://example.org/a"' in render(kaesong.model_copy(update={"url": "https://example.org/a"}))
    assert "javascript:" not in render(kaesong.model_copy(update={"url": "javascript:alert(1)"}))


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Debian's Chromium, headless."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium must be there in continuous integration")
        pytest.skip("no Chromium at /usr/bin/chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield found
        found.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_open_without_a_complaint(
    browser: object,
    width: int,
    scheme: str,
    tmp_path: Path,
    kaesong: Report,
    chongjin: Report,
    gold: tuple[Report, ...],
) -> None:
    """Headless Chromium reports no error and no policy violation, and nothing is wider than a phone."""
    pages = {"kaesong": render(kaesong), "chongjin": render(chongjin), "folder": render([kaesong, chongjin, *gold])}
    pages |= {f"gold{n}": render(gold[n]) for n in (0, 20, 40)}
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[attr-defined]
    for name, html in pages.items():
        path = tmp_path / f"{name}.html"
        path.write_text(html, encoding="utf-8")
        said: list[str] = []
        page = context.new_page()
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        page.goto(path.as_uri())
        assert said == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight") == "700"
        visible = page.evaluate(
            "[...document.querySelectorAll('figure svg')].map(s => s.getBoundingClientRect().width > 0)"
        )
        assert sum(visible) * 2 == len(visible)
        page.close()
    context.close()
