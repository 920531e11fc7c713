"""Where the numbers of a page come from: prices, leftovers, the report, the data."""

from __future__ import annotations

from collections.abc import Sequence

from inminban.measures.prices import Nearness, PriceUsed
from inminban.measures.weigh import OrderWeighing
from inminban.model.country import Country
from inminban.model.files import digest
from inminban.model.orders import UNEXPLAINED, Leftover, Report
from inminban.pages.page import Cell, Grid
from inminban.pages.words import Voice, amount, day, listed, month, shown, with_days


def prices_grid(voice: Voice, weighings: Sequence[OrderWeighing]) -> Grid | None:
    """Every price row used, and what was looked for and not found."""
    rows: list[tuple[Cell, ...]] = []
    seen: set[str] = set()
    missing: dict[str, str] = {}
    for weighing in weighings:
        for price in weighing.prices if weighing.sized else ():
            rows += price_rows(voice, price, seen)
            if not price.rows:
                missing.setdefault(price.item, price.why)
        for term in (t for r in weighing.readings for t in r.terms):
            for why in term.why:
                if "not priced" in why and term.term.item:
                    missing.setdefault(shown(term.term.item), why.split("not priced, ")[-1])
    for why in dict.fromkeys(missing.values()):
        item = listed(voice, [name for name, reason in missing.items() if reason == why])
        rows.append((Cell(item), Cell("–"), Cell("–"), Cell("–", number=True), Cell(with_days(voice, voice._(why)))))
    heads = (
        voice._("Item"),
        voice._("Place"),
        voice._("Date"),
        voice.say("{money} a unit", money=voice.money.capitalize()),
        voice._("Use"),
    )
    return Grid(heads, tuple(rows)) if rows else None


def price_rows(voice: Voice, price: PriceUsed, seen: set[str]) -> list[tuple[Cell, ...]]:
    """Rows of one price, the median's named."""
    found: list[tuple[Cell, ...]] = []
    for row in price.rows:
        if row.id in seen:
            continue
        seen.add(row.id)
        found.append(
            (
                Cell(row.item, small=row.id),
                Cell(row.place),
                Cell(day(voice, row.date)),
                Cell(f"{row.price:,}", small=voice.say("a {unit}", unit=row.unit), number=True),
                Cell(voice._("used"), small=nearness(voice, price.nearness)),
            )
        )
    return found


def nearness(voice: Voice, near: Nearness | None) -> str:
    """Say how near to the order's place a price was seen."""
    words = {
        "same place": voice._("the same place"),
        "same province": voice._("the same province"),
        "country": voice._("elsewhere in the country"),
    }
    return words[near] if near else ""


def prices_text(voice: Voice, weighings: Sequence[OrderWeighing]) -> str:
    """Say which observations were taken."""
    windows = dict.fromkeys(p.window for w in weighings if w.sized for p in w.prices if p.rows)
    if not windows:
        return ""
    return voice.say(
        "Observations of the same item {windows}: first the same city or county, then its province, then the country. "
        "Their median is used, their extremes are the range.",
        windows=" / ".join(with_days(voice, voice._(w)) for w in windows),
    )


def reported_prices(voice: Voice, report: Report) -> Grid | None:
    """Market prices that the report itself mentions."""
    if not report.prices:
        return None
    rows = []
    for price in report.prices:
        told = f"{price.price:,}" + (f"–{price.price_max:,}" if price.price_max is not None else "")
        money = voice.money if price.currency == voice.country.currency else price.currency
        rows.append(
            (
                Cell(shown(price.item)),
                Cell(shown(price.place) or "–"),
                Cell(day(voice, price.date) if price.date else "–"),
                Cell(f"{told} {shown(money)}", small=voice.say("a {unit}", unit=shown(price.unit)), number=True),
                Cell(f"“{shown(price.quote)}”" if price.quote else "–"),
            )
        )
    heads = (voice._("Item"), voice._("Place"), voice._("Date"), voice._("Price"), voice._("Words"))
    return Grid(heads, tuple(rows))


def leftovers(voice: Voice, report: Report) -> tuple[str, ...]:
    """Numbers of the text that nothing explains, where a term may have been missed."""
    return tuple(told_left(voice, left) for left in report.leftover if left.why == UNEXPLAINED)


def set_aside(voice: Voice, report: Report) -> tuple[str, ...]:
    """Numbers of the text that are known to be no figures of an order, and why."""
    return tuple(told_left(voice, left) for left in report.leftover if left.why != UNEXPLAINED)


def told_left(voice: Voice, left: Leftover) -> str:
    """A number in its words, and why no term has it."""
    return f"“{shown(left.quote)}”: {voice._(left.why)}"


def doubts(voice: Voice, report: Report) -> tuple[str, ...]:
    """Terms that a reviewer should look at, the least certain first, each with its words and what is doubtful of it."""
    found = [t for o in report.orders for t in o.terms if t.doubt]
    lines = []
    for term in sorted(found, key=lambda t: 1.0 if t.confidence is None else t.confidence):
        told = f"“{shown(term.quote)}”: {amount(voice, term)}; {voice._(term.doubt or '')}"
        if term.confidence is not None:
            told += " " + voice.say("(confidence {share})", share=f"{term.confidence:.0%}")
        lines.append(told)
    return tuple(lines)


def says(voice: Voice, weighings: Sequence[OrderWeighing]) -> str:
    """State what kind of numbers stand here, of which money and which count."""
    parts = [voice._("Nothing on this page is simulated.")]
    dates = [w.setting.date for w in weighings if w.setting.staple.rows]
    if dates:
        parts.append(voice.say("{money} of {month}.", money=voice.money.capitalize(), month=month(voice, dates[0])))
    counted = [w for w in weighings if w.setting.counted]
    if counted:
        year = voice.country.settings["census_year"]
        used = (dates[0] or "")[:4] if dates else ""
        text = (
            voice._("Counts of {year} used for {used}.") if used and used != str(year) else voice._("Counts of {year}.")
        )
        parts.append(text.format(year=year, used=used))
    return " ".join(parts)


def footer(voice: Voice, report: Report) -> tuple[tuple[str, str, str], ...]:
    """Report, data and record: a bold word, a sentence, an address."""
    outlet = shown(report.outlet) or voice._("Outlet not given")
    url = report.url if report.url and report.url.startswith(("http://", "https://")) else ""
    told = f"{outlet}, {day(voice, report.published)}."
    if report.title:
        told += f" {shown(report.title)}."
    told += " " + voice.say(
        "Text kept by its hash (SHA-256 {hash}), not reprinted.",
        hash=digest(report.text.encode("utf-8", "replace").decode()),
    )
    return (
        (voice._("Report."), told, url),
        (voice._("Data."), data_line(voice.country, voice), ""),
        (voice._("Record"), f"{shown(report.id)} · {reader_line(voice, report)}", ""),
    )


def data_line(country: Country, voice: Voice) -> str:
    """Name the data tables."""
    year = country.settings["census_year"]
    return voice.say(
        "Census of {year}; market prices, needs and parameters from the tables of the country folder, each row with "
        "its source; outlines: {outlines}.",
        year=year,
        outlines=country.outlines_source,
    )


def reader_line(voice: Voice, report: Report) -> str:
    """Say how the record came about."""
    if report.reader:
        return voice.say(
            "read by {name} {version}, not reviewed", name=report.reader.name, version=report.reader.version
        )
    return voice._("coded by hand, or by another program")
