"""Stacked bars of 100 %, the last part hatched, with a whisker where it begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from xml.etree import ElementTree

from markupsafe import Markup

from inminban.pages.charts import (
    EDGES,
    GRID,
    INK,
    LINE,
    NARROW,
    PAPER,
    SERIES,
    SIDE,
    SMALL,
    SOFT,
    WIDE,
    Drawing,
    Picture,
    Scale,
    clean,
    rendered,
    width_of,
)

THICK, ROW = 20.0, 26.0
HATCH = 5.0
PERCENT = 100.0
HATCHED = 7  # the series that is drawn as hatched ground


class Stack(NamedTuple):
    """One stacked bar: its label, the parts in percent, and where the last one begins, 90 % of the draws."""

    label: str
    parts: tuple[float, ...]
    begins: tuple[float, float]


def stacked(
    rows: Sequence[Stack], names: Sequence[str], *, axis: str, source: str, label: str, whisker: str
) -> Drawing:
    """Draw stacked bars of 100 %; `names` are those of the parts, the last of which is hatched and has a whisker."""

    def drawn(width: int) -> Markup:
        picture = Picture(width)
        titles: dict[int, str] = {}
        top = stack_legend(picture, [clean(n) for n in names], clean(whisker))
        column = max((width_of(clean(row.label)) for row in rows), default=0.0)
        left = min(column, width * 0.3) + 10
        scale = Scale(0.0, PERCENT, left, width - SIDE)
        for place, row in enumerate(rows):
            y = top + place * ROW + THICK / 2
            picture.text((left - 8, y + 4.5), clean(row.label), a="right")
            stack_row(picture, scale, y, row, (names, titles))
        bottom = top + len(rows) * ROW + 4
        for tick in (0, 25, 50, 75, 100):
            x = scale(tick)
            picture.line((x, bottom, x, bottom + 5), INK)
            picture.text((min(x, width - 18), bottom + 19), f"{tick} %", SOFT, a="center" if tick else "left", s=SMALL)
        under = picture.paragraph(bottom + 38, clean(axis), left if width == WIDE else 0)
        picture.height = picture.paragraph(under + 8, clean(source)) - LINE + 6
        return entitled(rendered(picture, label), titles)

    return Drawing(drawn(WIDE), drawn(NARROW))


def colours(series: int) -> tuple[str, str]:
    """Fill and edge of a series of a stacked bar."""
    fill = GRID if series == HATCHED else SERIES[(series - 1) % len(SERIES)]
    return fill, SOFT if series == HATCHED else EDGES.get(fill, fill)


def stack_legend(picture: Picture, names: Sequence[str], whisker: str) -> float:
    """Name the parts in rows above, and what the whisker means; return where the bars begin."""
    x, y = 0.0, 12.0
    for place, name in enumerate((*names, whisker), 1):
        room = 18 if place <= len(names) else 28
        if x and x + room + width_of(name, SMALL) > picture.width:
            x, y = 0.0, y + 20
        if place <= len(names):
            block(picture, (x, x + 12), y - 4, 12, place if place < len(names) else HATCHED)
        else:
            whisk(picture, (x, x + 22), y - 4)
        picture.text((x + room, y), name, SOFT, s=SMALL)
        x += room + width_of(name, SMALL) + 18
    return y + 18


def block(picture: Picture, ends: tuple[float, float], y: float, thick: float, series: int) -> int:
    """Add one part of a bar, its edge first; return the number of the line that shows it."""
    fill, edge = colours(series)
    low, high = ends
    picture.line((low, y, high, y), edge, w=thick)
    if edge != fill and high - low > 2:
        picture.line((low + 0.8, y, high - 0.8, y), fill, w=thick - 1.6)
    shown = len(picture.lines) - 1
    if series == HATCHED:
        half, x = thick / 2 - 0.8, low + HATCH
        while x + HATCH < high:
            picture.line((x, y + half, x + HATCH, y - half), SOFT)
            x += HATCH + 2
    return shown


def stack_row(picture: Picture, scale: Scale, y: float, row: Stack, told: tuple[Sequence[str], dict[int, str]]) -> None:
    """Add one stacked bar and its whisker."""
    names, titles = told
    start = 0.0
    for place, part in enumerate(row.parts, 1):
        low, high = scale(start), scale(start + part)
        start += part
        if high - low > 0.5:
            series = place if place < len(row.parts) else HATCHED
            at = block(picture, (low, max(high - 0.8, low + 0.5)), y, THICK, series)
            titles[at] = f"{clean(row.label)}, {clean(names[place - 1])}: {part:.0f} %"
    whisk(picture, (scale(row.begins[0]), scale(row.begins[1])), y)


def whisk(picture: Picture, ends: tuple[float, float], y: float) -> None:
    """Add a whisker, with paper around it."""
    low, high = ends
    for colour, width in ((PAPER, 4.0), (INK, 1.4)):
        picture.line((low, y, high, y), colour, w=width)
        for x in ends:
            picture.line((x, y - 4, x, y + 4), colour, w=width)


def entitled(svg: Markup, titles: dict[int, str]) -> Markup:
    """Give lines their titles, by their number in the drawing."""
    root = ElementTree.fromstring(str(svg))  # noqa: S314 - our own drawing, without entities
    space = root.tag.rpartition("}")[0] + "}" if "}" in root.tag else ""
    ElementTree.register_namespace("", space[1:-1])
    for place, line in enumerate(root.iter(f"{space}line")):
        if place in titles:
            ElementTree.SubElement(line, f"{space}title").text = titles[place]
    return Markup(ElementTree.tostring(root, encoding="unicode"))  # noqa: S704 - written by the serialiser
