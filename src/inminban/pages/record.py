"""The page of one record: each order in words, weighed under each reading, with the source of every number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inminban.measures.hang import Check, checks_of
from inminban.measures.range import between
from inminban.measures.weigh import OrderWeighing, weigh
from inminban.model.orders import Report
from inminban.pages.figures import figure
from inminban.pages.findings import bigs
from inminban.pages.headlines import headline, standfirst
from inminban.pages.maps import Spot, map_of
from inminban.pages.orders import attribution, excerpts, sentences, title
from inminban.pages.origins import doubts, footer, leftovers, prices_grid, prices_text, reported_prices, says, set_aside
from inminban.pages.page import Block, Notes, Page, Verdict
from inminban.pages.readings import readings_grid, readings_text, readings_title
from inminban.pages.words import Voice, amount, kind_name, listed, month, places_of, shown, with_days


def record_page(voice: Voice, report: Report, home: str = "") -> Page:
    """Make the page of a record."""
    notes = Notes()
    weighings = list(weigh(report, country=voice.country))
    blocks = tuple(block(voice, w, number, notes) for number, w in enumerate(weighings, 1))
    ordered = sorted(weighings, key=lambda w: w is not main_order(weighings))
    four = bigs(voice, ordered, notes) if weighings else ()
    first = main_order(weighings)
    dated = month(voice, (first.order.issued or first.order.start or first.order.due) if first else None)
    if first and not (first.order.issued or first.order.start or first.order.due):
        dated = month(voice, report.published)
    where = places_of(first.order, voice) if first else ""
    where = where[:1].upper() + where[1:]
    kind = kind_name(voice, first.order.kind) if first else voice._("Report")
    head = headline(voice, first) if first else voice._("No order was found in this report")
    return Page(
        lang=voice.lang,
        title=f"{where + ': ' if where else ''}{head}",
        kick=(kind, " · ".join(p for p in (where, dated, voice._("weighed, not simulated")) if p)),
        headline=head,
        standfirst=standfirst(voice, ordered) if weighings else prices_only(voice, report),
        home=home,
        bigs=four,
        blocks=blocks,
        map=map_of(voice.country, spots(weighings), label=map_label(voice, weighings)),
        map_title=where or voice.country.name,
        map_text=counted(voice, weighings, notes),
        prices=prices_grid(voice, weighings),
        prices_text=prices_text(voice, weighings),
        reported_prices=reported_prices(voice, report),
        doubts=doubts(voice, report),
        leftovers=leftovers(voice, report),
        set_aside=set_aside(voice, report),
        notes=notes.rows(),
        says=says(voice, weighings),
        footer=footer(voice, report),
    )


def prices_only(voice: Voice, report: Report) -> str:
    """Say what a report without an order still holds."""
    count = len(report.prices)
    if not count:
        return voice._("Nothing in it is weighed.")
    text = voice.ngettext(
        "It names {count} market price, listed below.", "It names {count} market prices, listed below.", count
    )
    return text.format(count=count)


def main_order(weighings: Sequence[OrderWeighing]) -> OrderWeighing | None:
    """The order that the page is named after: that with most to weigh, then most terms, the first of equals."""
    return max(
        weighings, key=lambda w: (sum(bool(t.quantity) for t in w.readings[0].terms), len(w.order.terms)), default=None
    )


def block(voice: Voice, weighing: OrderWeighing, number: int, notes: Notes) -> Block:
    """Show one order."""
    order, report = weighing.order, weighing.report
    several = len(weighing.readings) > 1
    return Block(
        anchor=f"order-{number}",
        title=title(voice, order),
        sentences=sentences(voice, order, report, notes),
        meta=attribution(voice, order, report),
        excerpts=excerpts(voice, order, report.text),
        readings_title=readings_title(voice, len(weighing.readings)),
        readings_text=readings_text(voice, weighing) if several else "",
        readings=readings_grid(voice, weighing, notes) if weighing.sized else None,
        figure=figure(voice, weighing),
        verdicts=verdicts(voice, checks_of(weighing)),
        not_weighed=not_weighed(voice, weighing),
        sized=weighing.sized,
    )


def verdicts(voice: Voice, checks: Sequence[Check]) -> tuple[Verdict, ...]:
    """Checks in the language of the page."""
    words = {"holds": voice._("Holds"), "does not": voice._("Does not"), "open": voice._("Open")}
    return tuple(
        Verdict(
            c.verdict, words[c.verdict], voice._(c.title), shown(voice._(c.template).format(**plain_values(voice, c)))
        )
        for c in checks
    )


def plain_values(voice: Voice, check: Check) -> dict[str, str]:
    """Values of a check in the words of the page: won and pupil, not codes."""
    names = {voice.country.currency: voice.money, "student": voice._("pupil"), "inminban": voice._("people's unit")}
    names["organisation"] = voice._("workplace or organisation")
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
    return {key: pattern.sub(lambda m: names[m[0]], value) for key, value in check.values.items()}


def not_weighed(voice: Voice, weighing: OrderWeighing) -> tuple[str, ...]:
    """Terms that could not be told in something else, grouped by the reason."""
    found: dict[str, list[str]] = {}
    for weighed in weighing.readings[0].terms:
        term = weighed.term
        if term.amount is None or term.role in ("headcount", "other"):
            continue
        for why in weighed.why:
            _item, _, reason = why.partition(": not priced, ")
            text = voice.say("not priced, {why}", why=voice._(reason)) if reason else voice._(why)
            found.setdefault(with_days(voice, text), []).append(amount(voice, term))
        if term.doubt:
            found.setdefault(voice._(term.doubt), []).append(amount(voice, term))
    lines = (f"{listed(voice, list(dict.fromkeys(names)))}: {shown(text)}" for text, names in found.items())
    return tuple(line[:1].upper() + line[1:] for line in lines)


def spots(weighings: Sequence[OrderWeighing]) -> tuple[Spot, ...]:
    """Points of the orders' places; what lies below a city or county is shown there."""
    found: dict[str, Spot] = {}
    for weighing in weighings:
        gazetteer = weighing.setting.country.gazetteer
        for place in weighing.setting.places:
            around = [gazetteer.places[i] for i in gazetteer.ancestors(place.id)]
            point = next((p for p in around if p.lat is not None and p.level in ("city", "county", "province")), None)
            if point and point.lat is not None and point.lon is not None:
                found.setdefault(point.id, Spot(point.name, point.lat, point.lon))
    return tuple(found.values())


def map_label(voice: Voice, weighings: Sequence[OrderWeighing]) -> str:
    """What the map shows, for those who hear it."""
    names = ", ".join(dict.fromkeys(s.name for s in spots(weighings)))
    if not names:
        return voice.say("Map of {country}; no place of the report could be shown", country=voice.country.name)
    return voice.say("Map of {country} with {places}", country=voice.country.name, places=names)


def counted(voice: Voice, weighings: Sequence[OrderWeighing], notes: Notes) -> str:
    """Count of the place, and what the map can't show."""
    parts = []
    for weighing in weighings[:1]:
        setting = weighing.setting
        if setting.households and setting.counted:
            for source in setting.counted:
                notes.mark(source)
            year = setting.country.settings["census_year"]
            told = between(setting.households.low, setting.households.high)
            parts.append(
                voice.say("About {count} households in {year}{note}.", count=told, year=year, note=voice.note("counts"))
            )
            if not setting.households.known:
                parts.append(voice._("No count of this place was published; the range says so."))
    parts.append(
        voice.say(
            "Outlines: {outlines}. Places without an outline, and those below a county, are shown as the point "
            "of their city or county.",
            outlines=voice.country.outlines_source,
        )
    )
    return " ".join(parts)
