"""Figures of a synthetic population: its age pyramid and its shares by residence, each with its table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from inminban.measures.portrait import SIZE, Breakdown, Part, Portrait
from inminban.pages.page import Cell, Figured, Grid
from inminban.pages.portrait_charts import THOUSANDS, Bars, Words, pyramid, shared
from inminban.pages.portrait_words import (
    categories,
    category_name,
    count,
    label_of,
    margin_name,
    part_of,
    percent,
    residence_name,
    residences,
    sentence,
    unit_name,
)
from inminban.pages.words import Voice


def pyramid_figure(voice: Voice, portrait: Portrait) -> Figured:
    """Persons by sex and five years of age, with the pattern that they were made to match."""
    _ = voice._
    high = max(max(a.men, a.women) for a in portrait.ages)
    unit, axis = (1000.0, _("thousand persons")) if high >= THOUSANDS else (1.0, _("persons"))
    men, women = (sum(getattr(a, s) for a in portrait.ages) for s in ("men", "women"))
    title = _("Persons by age and sex")
    target = _("the pattern to match") if portrait.whole else _("the pattern of the city or county")
    label = f"{title}, {label_of(voice, portrait)}, {portrait.year}: " + "; ".join(
        f"{a.label} {count(a.men)} {_('men')}, {count(a.women)} {_('women')}" for a in portrait.ages
    )
    words = Words(axis, source_line(voice, portrait), label, (_("men"), _("women"), target))
    heads = (_("Age"), _("Men"), _("Target, men"), _("Women"), _("Target, women"))
    rows = tuple(
        (Cell(a.label), *(Cell(count(n), number=True) for n in (a.men, a.men_target, a.women, a.women_target)))
        for a in portrait.ages
    )
    sub = voice.say(
        "{men} men and {women} women by five years of age, {place}, {year}",
        men=count(men), women=count(women), place=label_of(voice, portrait), year=portrait.year,
    )  # fmt: skip
    return Figured(title, sub, pyramid(portrait.ages, words, unit), Grid(heads, rows, ""))


def share_figure(voice: Voice, portrait: Portrait, breakdowns: Sequence[Breakdown]) -> Figured:
    """Shares of breakdowns by residence, in percent, beside their targets; several have a heading each."""
    breakdown, kinds = breakdowns[0], residences(breakdowns[0])
    title = title_of(voice, breakdown.name) if len(breakdowns) == 1 else voice._("Households by dwelling and fuel")
    rows: list[Bars] = []
    for found in breakdowns:
        rows += [Bars(margin_name(voice, found.name), ())] if len(breakdowns) > 1 else []
        rows += bars_of(voice, found, kinds)
    aimed = any(p.target is not None for b in breakdowns for p in b.parts)
    legend = [counted_as(voice, kind, breakdown) for kind in kinds] + ([voice._("the target")] if aimed else [])
    label = f"{title}: " + "; ".join(told for row in rows for _, _, told in row.values)
    axis = voice.say("percent of {what}", what=unit_name(voice, breakdown.unit))
    words = Words(axis, source_line(voice, portrait), label, tuple(legend))
    sub = voice.say(
        "{what} in {place}, {year}", what=axis.capitalize(), place=label_of(voice, portrait), year=portrait.year
    )
    return Figured(title, sub, shared(rows, words), table(voice, breakdowns, kinds))


def bars_of(voice: Voice, breakdown: Breakdown, kinds: Sequence[str]) -> Iterator[Bars]:
    """Bars of a breakdown, a category a row."""
    for group in categories(breakdown):
        name, values = category_name(voice, group), []
        for kind in kinds:
            part = part_of(breakdown, kind, group)
            aim = None if part.target is None or not part.of else part.target / part.of * 100
            values.append((part.share * 100, aim, f"{residence_name(voice, kind)}, {name}: {percent(part.share)}"))
        yield Bars(name, tuple(values))


def table(voice: Voice, breakdowns: Sequence[Breakdown], kinds: Sequence[str]) -> Grid:
    """Table under a chart of shares: of each residence the count with its share, and the target."""
    several = len(breakdowns) > 1
    heads = [voice._("Kind") if several else margin_name(voice, breakdowns[0].name)]
    for kind in kinds:
        heads += [counted_as(voice, kind, breakdowns[0]).capitalize(), voice._("Target")]
    rows = []
    for found in breakdowns:
        for group in categories(found):
            name = category_name(voice, group)
            told = f"{margin_name(voice, found.name)}: {name}" if several else name
            rows.append((Cell(told), *(c for kind in kinds for c in cells(part_of(found, kind, group)))))
    return Grid(tuple(heads), tuple(rows))


def cells(part: Part) -> tuple[Cell, Cell]:
    """Count and share of a part, and its target."""
    target = "–" if part.target is None else count(part.target)
    return Cell(f"{count(part.got)} ({percent(part.share)})", number=True), Cell(target, number=True)


def title_of(voice: Voice, name: str) -> str:
    """Name what a chart measures."""
    titles = {
        SIZE: voice._("Households by their number of persons"),
        "livelihood": voice._("Households by what they mainly live from"),
        "industry": voice._("Persons in work by industry"),
    }
    return titles.get(name, name)


def counted_as(voice: Voice, residence: str, breakdown: Breakdown) -> str:
    """Name a series: urban households, all persons in work."""
    return voice.say("{which} {what}", which=residence_name(voice, residence), what=unit_name(voice, breakdown.unit))


def source_line(voice: Voice, portrait: Portrait) -> str:
    """Source line inside a chart: what every number here is."""
    return voice._("Source: ") + sentence(voice, portrait) + "."
