"""Charts of a synthetic population: an age pyramid, and shares by residence, each beside its target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from inminban.measures.portrait import AgeGroup
from inminban.pages.charts import (
    GRID,
    INK,
    LINE,
    NARROW,
    SERIES,
    SIDE,
    SMALL,
    SOFT,
    WIDE,
    Drawing,
    Picture,
    Scale,
    clean,
    even_ticks,
    number,
    rendered,
    width_of,
    wrapped,
)
from inminban.pages.portrait_words import percent
from inminban.pages.run_stacks import entitled

MEN, WOMEN = SERIES[0], SERIES[3]
ROW, THICK = 17.0, 13.0
BAR, GAP, HEAD = 15.0, 8.0, 26.0
PERCENT = 100.0
THOUSANDS = 20_000  # from here on an axis counts thousands of persons


class Words(NamedTuple):
    """The words of a chart: under the axis, the source line, the label for who can't see it, and the legend."""

    axis: str
    source: str
    label: str
    legend: tuple[str, ...]


class Bars(NamedTuple):
    """A category with its bars: of each series the share, that of the target (None: there is none), and its title.

    Without bars it is a heading of those that follow.
    """

    label: str
    values: tuple[tuple[float, float | None, str], ...]


def pyramid(groups: Sequence[AgeGroup], words: Words, unit: float) -> Drawing:
    """Draw men to the left and women to the right, youngest below; a line is the pattern that they were made to match.

    `unit` is how many persons the axis counts as one.
    """

    def drawn(width: int) -> Markup:
        picture, titles = Picture(width), dict[int, str]()
        top = legend(picture, words.legend, (MEN, WOMEN))
        bottom = top + len(groups) * ROW + 4
        gutter = max(width_of(g.label, SMALL) for g in groups) + 12
        high = max(v for g in groups for v in (g.men, g.women, g.men_target, g.women_target)) / unit or 1.0
        left = Scale(0.0, high * 1.04, (width - gutter) / 2, SIDE)
        right = Scale(0.0, high * 1.04, (width + gutter) / 2, width - SIDE)
        for scale in (left, right):
            ticks(picture, scale, (top, bottom), even_ticks(high, 3 if width == WIDE else 2))
        for place, group in enumerate(reversed(groups)):
            y = top + place * ROW + ROW / 2 + 2
            picture.text((width / 2, y + 4.5), group.label, SOFT, a="center", s=SMALL)
            sides = ((left, group.men, MEN, words.legend[0]), (right, group.women, WOMEN, words.legend[1]))
            for scale, value, colour, who in sides:
                titles[len(picture.lines)] = f"{clean(who)}, {group.label}: {value:,.0f}"
                picture.line((scale(0), y, scale(value / unit), y), colour, w=THICK)
        for scale, name in ((left, "men_target"), (right, "women_target")):
            steps(picture, scale, top + 2, [getattr(g, name) / unit for g in reversed(groups)])
        under = picture.paragraph(bottom + 38, clean(words.axis))
        picture.height = picture.paragraph(under + 8, clean(words.source)) - LINE + 6
        return entitled(rendered(picture, words.label), titles)

    return Drawing(drawn(WIDE), drawn(NARROW))


def steps(picture: Picture, scale: Scale, top: float, values: Sequence[float]) -> None:
    """Add an outline: one upright line a row, joined where the next begins."""
    for place, value in enumerate(values):
        x, y = scale(value), top + place * ROW
        before = scale(values[place - 1]) if place else scale(0)
        picture.line((before, y, x, y), INK, w=1.4)
        picture.line((x, y, x, y + ROW), INK, w=1.4)


def ticks(picture: Picture, scale: Scale, ends: tuple[float, float], found: Sequence[float]) -> None:
    """Add upright grid lines with their numbers below, kept inside the picture."""
    top, bottom = ends
    for tick in found:
        x, half = scale(tick), width_of(number(tick), SMALL) / 2
        picture.line((x, top, x, bottom), GRID if tick else SOFT)
        at = min(max(x, half), picture.width - half)
        picture.text((at, bottom + 17), number(tick), SOFT, a="center", s=SMALL)


def legend(picture: Picture, names: Sequence[str], colours: Sequence[str]) -> float:
    """Name the series in a row above, wrapping; a name beyond the colours is that of a line. Return where it ends."""
    x, y = 0.0, 12.0
    for place, name in enumerate(map(clean, names)):
        if x and x + 18 + width_of(name, SMALL) > picture.width:
            x, y = 0.0, y + 20
        if place < len(colours):
            picture.line((x, y - 4, x + 12, y - 4), colours[place], w=11)
        else:
            picture.line((x + 6, y - 10, x + 6, y + 2), INK, w=2)
        for place_in, line in enumerate(wrapped(name, picture.width - 20, SMALL)):
            y += LINE * (place_in > 0)
            picture.text((x + 18, y), line, SOFT, s=SMALL)
        x += 18 + width_of(name, SMALL) + 18
    return y + 16


def shared(rows: Sequence[Bars], words: Words) -> Drawing:
    """Draw a bar a category and series, in percent of the series; an upright line is its target."""

    def drawn(width: int) -> Markup:
        picture, titles = Picture(width), dict[int, str]()
        series = max(len(row.values) for row in rows)
        top = legend(picture, words.legend, SERIES[0:1] if series == 1 else (SERIES[0], SERIES[3]))
        column = min(max(width_of(clean(r.label)) for r in rows if r.values) + 6, 140.0)
        high = max(max(value, target or 0.0) for r in rows for value, target, _ in r.values) or 1.0
        room = width - SIDE - 52 - column - 10
        scale = Scale(0.0, high, column + 10, column + 10 + room)
        tall = series * BAR + GAP
        bottom = top + sum(tall if row.values else HEAD for row in rows) + 2
        ticks(picture, scale, (top, bottom), even_ticks(high, 5 if width == WIDE else 3))
        y = top + GAP / 2 + 1
        for row in rows:
            if not row.values:
                picture.text((0, y + 14), clean(row.label), b=True, h=True)
                y += HEAD
                continue
            lines = wrapped(clean(row.label), column + 1)
            middle = y + series * BAR / 2 + 4.5 - (len(lines) - 1) * LINE / 2
            for place_in, line in enumerate(lines):
                picture.text((column, middle + place_in * LINE), line, a="right")
            for n, (value, target, told) in enumerate(row.values):
                titles |= bar(picture, scale, y + n * BAR + BAR / 2, (value, target, (SERIES[0], SERIES[3])[n]), told)
            y += tall
        under = picture.paragraph(bottom + 36, clean(words.axis), column + 10 if width == WIDE else 0)
        picture.height = picture.paragraph(under + 8, clean(words.source)) - LINE + 6
        return entitled(rendered(picture, words.label), titles)

    return Drawing(drawn(WIDE), drawn(NARROW))


def bar(picture: Picture, scale: Scale, y: float, shown: tuple[float, float | None, str], told: str) -> dict[int, str]:
    """Add a bar, its target and its value in words; return its title by the number of its line."""
    value, target, colour = shown
    place = len(picture.lines)
    picture.line((scale(0), y, max(scale(value), scale(0) + 0.6), y), colour, w=BAR - 4)
    if target is not None:
        picture.line((scale(target), y - BAR / 2, scale(target), y + BAR / 2), INK, w=2)
    end = max(scale(value), scale(target or 0.0))
    picture.text((end + 6, y + 4.5), percent(value / PERCENT), SOFT, s=SMALL)
    return {place: told}
