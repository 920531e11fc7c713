"""From records to one self-contained HTML page: no script, no outside resource, the same bytes for the same records."""

from __future__ import annotations

import base64
import gettext
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from inminban.errors import InputError
from inminban.model.country import Country, load_country
from inminban.model.orders import Report
from inminban.pages.charts import COLOURS
from inminban.pages.folder import folder_page
from inminban.pages.page import Page
from inminban.pages.record import record_page
from inminban.pages.words import Voice, places_of, shown

if TYPE_CHECKING:
    from inminban.measures.portrait import Portrait
    from inminban.pages.portrait import PortraitPage
    from inminban.pages.run import RunPage
    from inminban.studies.folder import Run

LOCALES = Path(__file__).parent.parent / "locale"
RANGE = re.compile(r"(?<=\d)–(?=\d)")
RUN_LINK = "run:"  # a link to the run of a report has this before the report's id
HANGUL = re.compile("[가-힣][가-힣0-9 ]*")


def render(
    records: Report | Sequence[Report],
    *,
    country: Country | None = None,
    lang: str = "en",
    links: Mapping[str, str] | None = None,
) -> str:
    """Make the page of one record, or of several.

    Args:
        records: one record, or several for a page of burdens over the years.
        country: the country folder; the shipped one where None.
        lang: language of the labels; English where there is no catalogue of it.
        links: report id to the address of its own page; under the empty id the address of the page of all.

    Returns:
        A whole HTML document with its security policy and style in it.

    """
    country, links = country or load_country(), links or {}
    voice = voice_of(lang, country)
    if isinstance(records, Report):
        page, ways = record_page(voice, records, links.get("", "")), runs_of(voice, (records,), links)
        return document(voice, page, "record.html.j2", ways)
    return document(voice, folder_page(voice, records, links), "folder.html.j2", runs_of(voice, records, links))


def runs_of(voice: Voice, reports: Sequence[Report], links: Mapping[str, str]) -> list[tuple[str, str]]:
    """Links to the runs of reports, named by the first of their places where there are several reports."""
    found = []
    for report in reports:
        href = links.get(f"{RUN_LINK}{report.id}")
        if href:
            places = [places_of(o, voice) for o in report.orders if o.places]
            place = places[0] if places and len(reports) > 1 else ""
            found.append((voice._("Simulated") + (f": {place}" if place else ""), href))
    return found


def render_run(
    run: Run, *, country: Country | None = None, lang: str = "en", links: Mapping[str, str] | None = None
) -> str:
    """Make the page of a run: a whole HTML document with its security policy and style in it.

    `links` may hold "" for the page of all reports, and the id of the report.
    """
    from inminban.pages.run import run_page

    voice, links = voice_of(lang, country or load_country()), links or {}
    ways = [(voice._("All reports"), links[""])] if "" in links else []
    ways += [(voice._("The report, weighed"), href) for name, href in links.items() if name]
    return document(voice, run_page(voice, run), "run.html.j2", ways)


def render_population(portrait: Portrait, *, country: Country | None = None, lang: str = "en") -> str:
    """Make the page of a synthetic population: a whole HTML document with its security policy and style in it."""
    from inminban.pages.portrait import portrait_page

    voice = voice_of(lang, country or load_country())
    return document(voice, portrait_page(voice, portrait), "portrait.html.j2", [])


def document(voice: Voice, page: Page | RunPage | PortraitPage, template: str, ways: Sequence[tuple[str, str]]) -> str:
    """Fill a template with a page; `ways` are links to other pages."""
    style = style_sheet()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    engine = environment()
    engine.install_gettext_callables(voice._, voice.ngettext, newstyle=False)  # type: ignore[attr-defined]
    found = engine.get_template(template)
    return found.render(page=page, style=Markup(style), digest=digest, country=voice.country, ways=ways)  # noqa: S704 – our own style sheet


def voice_of(lang: str, country: Country) -> Voice:
    """Load the translations of a language; English has none to load."""
    if not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", lang):
        raise InputError(f"“{lang}” is no language code, such as en or ko was expected", field="--lang")
    if lang != "en" and not gettext.find("inminban", str(LOCALES), [lang]):
        have = ", ".join(["en", *sorted(p.name for p in LOCALES.glob("*/"))])
        raise InputError(f"there is no translation into “{lang}”", field="--lang", hint=f"There are: {have}")
    found = gettext.translation("inminban", str(LOCALES), [lang], fallback=True)
    return Voice(lang, found.gettext, found.ngettext, country)


@cache
def environment() -> Environment:
    """Templates with autoescape on, and undefined names an error."""
    engine = Environment(
        loader=PackageLoader("inminban.pages"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=printable,
        extensions=["jinja2.ext.i18n"],
    )
    engine.filters["ko"] = korean
    return engine


def printable(value: object) -> object:
    """Make any text harmless to read before it is escaped: no control characters, no turned writing direction."""
    return shown(value) if type(value) is str else value


@cache
def style_sheet() -> str:
    """Return the style, with the colours of the charts led to the page's own so that the dark scheme follows."""
    text = resources.files("inminban.pages").joinpath("style.css").read_text(encoding="utf-8")
    swaps = [
        f'svg [{side}="{colour}"]{{{side}:var({name})}}'
        for colour, name in COLOURS.items()
        for side in ("fill", "stroke")
    ]
    return text + "\n".join(swaps) + "\n"


def korean(text: str) -> Markup:
    """Escape a text and mark its Korean stretches as Korean."""
    text = RANGE.sub("\u2060–\u2060", shown(text))
    parts: list[Markup] = []
    last = 0
    for match in HANGUL.finditer(text):
        words = match[0].rstrip()
        parts += [escape(text[last : match.start()]), Markup('<span lang="ko" class="ko">{}</span>').format(words)]
        last = match.start() + len(words)
    return Markup("").join([*parts, escape(text[last:])])
