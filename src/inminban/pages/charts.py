"""Charts as self-contained SVG, drawn twice: 700 and 345 units wide.

Places of text are worked out here, so that a drawing has exactly its width and no label leaves it; the marks are
Altair's. Colours stand as presentation attributes of the light palette, `COLOURS` names the custom property
of each, so that a style sheet can swap them. A drawing holds no style, script, id or address.
"""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from markupsafe import Markup

if TYPE_CHECKING:
    import altair as alt

SERIES = ("#0f4c75", "#4a86b8", "#a8cbe4", "#a84b17", "#e39b62", "#6e5c76")
INK, SOFT, GRID, PAPER = "#1d1c1a", "#57534c", "#e6e2d8", "#fcfbf8"
DOUBT, LAND = "#a03418", "#e4dfd3"

EDGES = {SERIES[2]: SERIES[1], SERIES[4]: SERIES[3]}  # what outlines the two pale colours

COLOURS: dict[str, str] = {
    **{colour: f"--c{number}" for number, colour in enumerate(SERIES, 1)},
    INK: "--ink",
    SOFT: "--soft",
    GRID: "--grid",
    PAPER: "--paper",
    DOUBT: "--doubt",
    LAND: "--land",
}
"""Hex colours of the drawings and the custom property that each stands for."""

WIDE, NARROW = 700, 345
TEXT, SMALL = 13.0, 12.5
LINE = 16.0
SIDE = 8.0  # free space at the right edge
KEPT = frozenset(
    [
        "d",
        "fill",
        "fill-opacity",
        "stroke",
        "stroke-width",
        "stroke-opacity",
        "stroke-dasharray",
        "opacity",
        "text-anchor",
        "transform",
        "font-family",
        "font-size",
        "font-weight",
        "x",
        "y",
        "x2",
        "y2",
        "width",
        "height",
        "points",
    ]
)  # attributes that a drawing keeps of what the renderer writes
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # embeddings and overrides


@dataclass(frozen=True, slots=True)
class Drawing:
    """One chart in its two widths."""

    wide: Markup
    narrow: Markup


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart of intervals; `told` is the value in words, `series` a colour counted from 1."""

    label: str
    low: float
    central: float
    high: float
    told: str
    series: int = 1
    open: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """One dated value with its interval; `told` may have two lines and is written where `label` says so."""

    date: datetime.date
    low: float
    central: float
    high: float
    told: str
    open: bool = False
    dashed: bool = False
    label: bool = False


def clean(text: str, *, breaks: bool = False) -> str:
    """Drop control characters, lone surrogates and what turns the writing direction; white space becomes one space."""
    lines = (" ".join(line.split()) for line in str(text).split("\n"))
    return "".join(
        c
        for c in ("\n" if breaks else " ").join(lines)
        if (breaks and c == "\n")
        or not (unicodedata.category(c) in ("Cc", "Cs") or c in TURNING or ord(c) & 0xFFFE == 0xFFFE)
    )


def width_of(text: str, size: float = TEXT, *, bold: bool = False) -> float:
    """Guess the width of a text in the faces that the pages use, rather too wide than too narrow."""
    ems = 0.0
    for c in text:
        if unicodedata.east_asian_width(c) in "WF":
            ems += 1.0
        elif c in "iljtfrI.,:;'’|!()[] ":
            ems += 0.34
        elif c in "mwMW@%—…":
            ems += 0.88
        else:
            ems += 0.68 if c.isupper() else 0.57
    return ems * size * (1.08 if bold else 1.0)


def wrapped(text: str, width: float, size: float = TEXT) -> list[str]:
    """Break a text into lines of at most that width, inside a word only where it alone is too wide."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        trial = f"{line} {word}" if line else word
        if width_of(trial, size) <= width:
            line = trial
            continue
        if line:
            lines.append(line)
        while width_of(word, size) > width and len(word) > 1:
            cut = next((n for n in range(len(word) - 1, 1, -1) if width_of(word[:n], size) <= width), 1)
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line] if line else lines


def fitted(text: str, width: float, *, bold: bool = False) -> str:
    """Shorten a text to a width, with an ellipsis where something went."""
    if width_of(text, bold=bold) <= width:
        return text
    while text and width_of(text + "…", bold=bold) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def number(value: float) -> str:
    """Write a tick's number with thousands parted."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.4g}"


def even_ticks(high: float, most: int) -> list[float]:
    """Round steps from 0 up to `high`, not more than `most` of them beyond 0."""
    rough = high / max(most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m for m in (1, 2, 5, 10) if m * power >= rough * 0.999999) * power
    return [round(n * step, 10) for n in range(int(high / step + 1e-9) + 1)]


def fourfold_ticks(low: float, high: float) -> list[float]:
    """Ticks of a logarithmic axis, each four times the last, around or inside the range."""
    base = 125.0 if low >= 31 else 1.0
    first, last = math.floor(math.log(low / base, 4) + 1e-9), math.ceil(math.log(high / base, 4) - 1e-9)
    return [base * 4.0**n for n in range(first, last + 1)]


def year_of(date: datetime.date) -> float:
    """Give a date as a year with its fraction."""
    start, end = datetime.date(date.year, 1, 1).toordinal(), datetime.date(date.year, 12, 31).toordinal() + 1
    return date.year + (date.toordinal() - start) / (end - start)


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to units of the picture."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Place one value; one outside the range stands at its edge."""
        value = min(max(value, self.low), self.high)
        turn = math.log if self.log else float
        share = (turn(value) - turn(self.low)) / (turn(self.high) - turn(self.low))
        return round(self.start + share * (self.end - self.start), 1)


@dataclass(slots=True)
class Picture:
    """What is to be drawn, in units of the picture: bands, lines, dots and texts, in this order."""

    width: int
    height: float = 0.0
    bands: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    dots: list[dict[str, Any]] = field(default_factory=list)
    texts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def narrow(self) -> bool:
        """Whether this is the drawing for small screens."""
        return self.width < WIDE

    def line(self, ends: tuple[float, float, float, float], colour: str, **more: Any) -> None:
        """Add a line from x, y to x2, y2."""
        x, y, x2, y2 = ends
        row = {"x": x, "y": y, "x2": x2, "y2": y2, "c": colour, "w": 1.0, "o": 1.0, "dash": []}
        self.lines.append(row | more)

    def dot(self, at: tuple[float, float], colour: str, *, told: str, hollow: bool = False, size: float = 95) -> None:
        """Add a dot, with `told` as its title."""
        edge = EDGES.get(colour, colour)
        x, y = at
        self.dots.append({"x": x, "y": y, "f": PAPER if hollow else colour, "c": edge, "s": size, "t": told})

    def text(self, at: tuple[float, float], text: str, colour: str = INK, **more: Any) -> None:
        """Add one line of text; `a` is its align, `b` bold, `h` a halo of paper, `s` its size."""
        x, y = at
        row = {"x": x, "y": y, "t": text, "c": colour, "a": "left", "b": False, "h": False, "s": TEXT}
        if text:
            self.texts.append(row | more)

    def paragraph(self, top: float, text: str, left: float = 0.0, size: float = SMALL) -> float:
        """Add soft wrapped text whose first baseline is `top`; return the next baseline."""
        for line in wrapped(text, self.width - left - 2, size):
            self.text((left, top), line, SOFT, s=size)
            top += LINE
        return top


def chart_of(picture: Picture) -> alt.LayerChart:
    """Make the Altair chart of a picture."""
    import altair as alt

    def at(name: str) -> Any:
        channel = alt.X if name == "x" else alt.Y
        return channel(f"{name}:Q", scale=None, axis=None)

    def rows(values: Sequence[Mapping[str, Any]]) -> alt.Chart:
        return alt.Chart(alt.InlineData(values=list(values))).encode(x=at("x"), y=at("y"))

    def own(name: str) -> alt.ExprRef:
        return alt.ExprRef(f"datum.{name}")

    def raw(channel: Any, name: str) -> Any:
        return channel(f"{name}:N", scale=None, legend=None)

    bands = rows(picture.bands).mark_rect(color=SERIES[4], opacity=0.28, aria=False).encode(x2="x2", y2="y2")
    lines = rows(picture.lines).mark_rule(strokeDash=own("dash"), strokeWidth=own("w"), opacity=own("o"), aria=False)
    dots = rows(picture.dots).mark_point(size=own("s"), strokeWidth=2, opacity=1).encode(description="t:N")
    outlines: tuple[tuple[bool, dict[str, Any]], ...] = ((True, {"stroke": PAPER, "strokeWidth": 3}), (False, {}))
    texts = [
        rows([t for t in picture.texts if t["h"] is halo])
        .mark_text(
            align=own("a"),
            baseline="alphabetic",
            fontSize=own("s"),
            fontWeight=alt.ExprRef("datum.b ? 600 : 400"),
            aria=False,
            **around,
        )
        .encode(text="t:N", color=raw(alt.Color, "c") if not halo else alt.Undefined, fill=raw(alt.Fill, "c"))
        for halo, around in outlines
    ]
    layered: alt.LayerChart = (
        alt.layer(
            bands,
            lines.encode(x2="x2", y2="y2", stroke=raw(alt.Stroke, "c")),
            dots.encode(fill=raw(alt.Fill, "f"), stroke=raw(alt.Stroke, "c")),
            *texts,
        )
        .properties(width=picture.width, height=picture.height, padding=0, autosize=alt.AutoSizeParams(type="none"))
        .configure(font="sans-serif", background="transparent")
        .configure_view(stroke=None, fill=None)
    )
    return layered


def short(name: str, value: str) -> str:
    """Round the numbers of a place or shape to hundredths."""
    if name not in ("d", "transform", "x", "y", "x2", "y2", "width", "height"):
        return value
    return re.sub(r"-?\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), value)


def tidy(node: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """Give the shapes of a rendered tree bare of roles, classes and empty groups; a description becomes a title."""
    if node.tag == "g":
        parts = [part for child in node for part in tidy(child)]
        kept = {k: v for k, v in node.attrib.items() if k == "transform" and v not in ("translate(0,0)",)}
        if kept and parts:
            group = ElementTree.Element("g", kept)
            group.extend(parts)
            yield group
        else:
            yield from parts
        return
    if node.tag not in ("path", "text", "line", "rect") or node.get("class") in ("background", "foreground"):
        return
    shape = ElementTree.Element(node.tag, {k: short(k, v) for k, v in node.attrib.items() if k in KEPT and v})
    shape.text = node.text
    if node.tag == "text" and shape.get("stroke"):
        shape.set("paint-order", "stroke")
    if told := node.get("aria-label"):
        ElementTree.SubElement(shape, "title").text = told
    yield shape


def rendered(picture: Picture, label: str) -> Markup:
    """Draw a picture; equal pictures give equal bytes."""
    import vl_convert

    picture.height = math.ceil(picture.height)
    source = vl_convert.vegalite_to_svg(chart_of(picture).to_dict(validate=False))
    source = source.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)
    root = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "n" if picture.narrow else "w",
            "width": str(picture.width),
            "height": str(picture.height),
            "viewBox": f"0 0 {picture.width} {picture.height}",
            "role": "img",
            "aria-label": clean(label),
        },
    )
    for child in ElementTree.fromstring(source):  # noqa: S314 - the renderer's own output, without entities
        root.extend(tidy(child))
    return Markup(ElementTree.tostring(root, encoding="unicode"))  # noqa: S704 - written by the serialiser


def intervals(
    bars: Sequence[Bar],
    *,
    axis: str,
    source: str,
    label: str,
    band: tuple[float, float, str] | None = None,
    series: Sequence[str] = (),
) -> Drawing:
    """Draw one row a bar: a line from low to high, a dot at the central value, the value in words beside it."""
    plan = Intervals(bars, clean(axis), clean(source), band, tuple(clean(s) for s in series))
    return Drawing(rendered(plan.picture(WIDE), label), rendered(plan.picture(NARROW), label))


@dataclass(frozen=True, slots=True)
class Intervals:
    """The parts of a chart of intervals."""

    bars: Sequence[Bar]
    axis: str
    source: str
    band: tuple[float, float, str] | None
    series: tuple[str, ...]

    def picture(self, width: int) -> Picture:
        """Lay the chart out in one width."""
        picture = Picture(width)
        names = [clean(bar.label) for bar in self.bars]
        column = 0.0 if picture.narrow else min(max(map(width_of, names), default=0.0), 250.0)
        left = 4.0 if picture.narrow else max(column + 10, 4.0)
        labels = [wrapped(name, column + 1 if column else width - 22.0) for name in names]
        scale = self.scale(left, width - SIDE)
        top = self.legend(picture)
        top = self.band_words(picture, scale, top)
        heights = [len(ls) * LINE + 28 if picture.narrow else max(34.0, len(ls) * LINE + 12) for ls in labels]
        bottom = top + max(sum(heights), 24.0) + 6
        self.ground(picture, scale, top, bottom)
        y = top + 3
        for bar, lines, height in zip(self.bars, labels, heights, strict=True):
            self.row(picture, scale, bar, lines, (y, height))
            y += height
        under = picture.paragraph(bottom + 36, self.axis, left)
        picture.height = picture.paragraph(under + 8, self.source) - LINE + 6
        return picture

    def scale(self, left: float, right: float) -> Scale:
        """From 0 to where the longest line and its words still have room."""
        ends = [self.band[1]] if self.band else []
        room = right - left
        for bar in self.bars:
            words = min(width_of(clean(bar.told), bold=True), room * 0.6)
            ends.append(max(bar.high, bar.central) * room / (room - 14 - words))
        high = max(ends, default=0.0) or 1.0
        return Scale(0.0, high, left, right)

    def legend(self, picture: Picture) -> float:
        """Name the series in a row above, wrapping; return where it ends."""
        if len(self.series) < 2:
            return 4.0
        x, y = 6.0, 13.0
        for place, name in enumerate(self.series):
            name = fitted(name, picture.width - 24)
            if x > 6 and x + 12 + width_of(name) > picture.width:
                x, y = 6.0, y + 19
            picture.dot((x, y - 4.5), SERIES[place % 6], told=name)
            picture.text((x + 11, y), name)
            x += 11 + width_of(name) + 22
        return y + 10

    def band_words(self, picture: Picture, scale: Scale, top: float) -> float:
        """Write what the band means above it; return where the rows begin."""
        if not self.band:
            return top
        lines = wrapped(clean(self.band[2]), picture.width - SIDE, SMALL)
        widest = max((width_of(line, SMALL) for line in lines), default=0.0)
        x = max(min(scale(self.band[1]) + 5, picture.width - widest), 0.0)
        for line in lines:
            picture.text((x, top + 12), line, SOFT, s=SMALL)
            top += LINE
        return top + 4

    def ground(self, picture: Picture, scale: Scale, top: float, bottom: float) -> None:
        """Add band, grid, axis line and the numbers under it."""
        if self.band:
            low, high = scale(self.band[0]), scale(self.band[1])
            picture.bands.append({"x": low, "x2": max(high, low + 1), "y": top, "y2": bottom})
        space = scale.end - scale.start
        for tick in even_ticks(scale.high, int(space // max(38.0, width_of(number(scale.high)) + 14))):
            x = scale(tick)
            picture.line((x, top, x, bottom), GRID if tick else SOFT)
            half = width_of(number(tick), SMALL) / 2
            x = min(max(x, half), picture.width - half)
            picture.text((x, bottom + 17), number(tick), SOFT, a="center", s=SMALL)

    def row(self, picture: Picture, scale: Scale, bar: Bar, lines: Sequence[str], place: tuple[float, float]) -> None:
        """Add one bar with its label and words; `place` is where the row begins and its height."""
        top, height = place
        colour = SERIES[(bar.series - 1) % 6]
        if picture.narrow:
            y, at, align = top + len(lines) * LINE + 10, scale.start + 7, "left"
            first = top + 12
        else:
            y, at, align = top + height / 2, scale.start - 10, "right"
            first = y + 4.5 - (len(lines) - 1) * LINE / 2
        for place_in, text in enumerate(lines):
            picture.text((at, first + place_in * LINE), text, a=align, h=picture.narrow)
        low, high = scale(bar.low), scale(bar.high)
        if high > low:
            dash = [5, 3] if bar.dashed else []
            picture.line((low, y, high, y), EDGES.get(colour, colour), w=5, o=0.45, dash=dash)
        told = clean(bar.told)
        picture.dot((scale(bar.central), y), colour, told=f"{clean(bar.label)}: {told}", hollow=bar.open)
        x = max(high, scale(bar.central) + 6) + 7
        picture.text((x, y + 4.5), fitted(told, picture.width - x, bold=True), b=True, h=True)


def over_years(moments: Sequence[Moment], *, axis: str, source: str, label: str, log: bool = False) -> Drawing:
    """Draw dated values with their intervals; where labels find no room, letters stand for them, told below."""
    plan = Years(tuple(moments), clean(axis), clean(source), log)
    return Drawing(rendered(plan.picture(WIDE), label), rendered(plan.picture(NARROW), label))


def scatter(points: Sequence[tuple[datetime.date, float]], *, axis: str, source: str, label: str) -> Drawing:
    """Draw many dated values as small dots on a logarithmic axis, each line four times the last."""
    dots = tuple(Moment(date, value, value, value, "") for date, value in points if value > 0)
    plan = Years(dots, clean(axis), clean(source), log=True, small=True)
    return Drawing(rendered(plan.picture(WIDE), label), rendered(plan.picture(NARROW), label))


Box = tuple[float, float, float, float]


def apart(box: Box, others: Iterable[Box]) -> bool:
    """Whether a box (left, top, right, bottom) meets none of the others."""
    return not any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in others)


def beside(x: float, y: float, width: float, lines: int, *, leftward: bool = False) -> Iterator[tuple[Box, str, float]]:
    """Boxes where a label of a dot may stand, best first, each with its align and the place it is aligned to."""
    tall = lines * 15.0
    for up in (tall / 2, tall - 8, 8, tall + 4, -4):
        right = (x + 10, y - up, x + 10 + width, y - up + tall), "left", x + 10
        left = (x - 10 - width, y - up, x - 10, y - up + tall), "right", x - 10
        yield from (left, right) if leftward else (right, left)
    for up in (tall + 12, -10, tall + 24, -22):
        yield (x - width / 2, y - up, x + width / 2, y - up + tall), "center", x


@dataclass(frozen=True, slots=True)
class Years:
    """The parts of a chart over years."""

    moments: tuple[Moment, ...]
    axis: str
    source: str
    log: bool = False
    small: bool = False

    def picture(self, width: int) -> Picture:
        """Lay the chart out in one width."""
        picture = Picture(width)
        top = picture.paragraph(12, self.axis) + 8
        bottom = top + (170 if self.small else 262 if width == WIDE else 224)
        ys, ticks = self.values(top, bottom)
        left = max(width_of(number(tick), SMALL) for tick in ticks) + 12
        for tick in ticks:
            y = ys(tick)
            picture.line((left, y, width - SIDE, y), SOFT if tick == 0 else GRID)
            picture.text((left - 7, y + 4), number(tick), SOFT, a="right", s=SMALL)
        if self.log:
            picture.line((left, bottom, width - SIDE, bottom), SOFT)
        xs = self.years(picture, left, bottom)
        self.marks(picture, xs, ys)
        under = bottom + 18
        if any(moment.label for moment in self.moments):
            under = self.labels(picture, xs, ys, under, (left, top, bottom))
        picture.height = picture.paragraph(under + 26, self.source) - LINE + 6
        return picture

    def values(self, top: float, bottom: float) -> tuple[Scale, list[float]]:
        """Find the upright scale and its ticks."""
        high = max((max(m.high, m.central) for m in self.moments), default=0.0) or 1.0
        if not self.log:
            ticks = even_ticks(high * 1.05, 5)
            return Scale(0.0, high * 1.05, bottom, top), ticks
        positive = [v for m in self.moments for v in (m.low, m.central) if v > 0]
        low = min(positive, default=high / 4)
        ticks = [t for t in fourfold_ticks(low, high) if low * 0.5 <= t <= high * 2] or [high]
        low, high = min(low, ticks[0]) * 0.85, max(high, ticks[-1]) * 1.15
        return Scale(low, high, bottom, top, log=True), ticks

    def years(self, picture: Picture, left: float, bottom: float) -> Scale:
        """Find the level scale, and write the years under it."""
        dates = [year_of(m.date) for m in self.moments] or [2000.0]
        spare = max((max(dates) - min(dates)) * 0.04, 0.5)
        xs = Scale(min(dates) - spare, max(dates) + spare, left, picture.width - SIDE)
        first, last = math.ceil(xs.low), math.floor(xs.high) if self.moments else 0
        most = (picture.width - left) // 46
        step = next((n for n in (1, 2, 5, 10, 20, 50, 100) if (last - first) / n < most), 1000)
        for year in range(first + -first % step, last + 1, step):
            x = xs(year)
            picture.line((x, bottom, x, bottom + 4), SOFT)
            x = min(max(x, 16), picture.width - 16)
            picture.text((x, bottom + 18), str(year), SOFT, a="center", s=SMALL)
        return xs

    def marks(self, picture: Picture, xs: Scale, ys: Scale) -> None:
        """Add lines and dots."""
        for moment in self.moments:
            x, y = xs(year_of(moment.date)), ys(moment.central)
            low, high = ys(moment.low), ys(moment.high)
            if low > high and not self.small:
                picture.line((x, low, x, high), SERIES[0], w=5, o=0.45, dash=[5, 3] if moment.dashed else [])
            told = clean(moment.told) or f"{moment.date.isoformat()}: {number(moment.central)}"
            picture.dot((x, y), SERIES[0], told=told, hollow=moment.open, size=8 if self.small else 80)

    def labels(self, picture: Picture, xs: Scale, ys: Scale, under: float, frame: Box | tuple[float, ...]) -> float:
        """Write labels beside their dots, or letters with a list below where they find no room; return its end."""
        labelled = [m for m in self.moments if m.label and clean(m.told)]
        words = [clean(m.told, breaks=True).split("\n") for m in labelled]
        inside: Box = (frame[0] + 2, frame[1] - 10, picture.width, frame[2] - 2)
        taken = [box for m in self.moments for box in self.boxes(m, xs, ys)]
        found = self.placed(labelled, words, (xs, ys), (inside, list(taken)))
        if found is None:
            found = self.placed(labelled, words, (xs, ys), (inside, list(taken)), leftward=True)
        if found is None:
            keys = [[chr(65 + n) if n < 26 else str(n + 1)] for n in range(len(labelled))]
            found = self.placed(labelled, keys, (xs, ys), (inside, list(taken)), bold=True) or []
            under += 10
            for (key,), lines in zip(keys, words, strict=True):
                picture.text((0, under + LINE), key, b=True)
                under = picture.paragraph(under + LINE, " ".join(lines), 26, TEXT) - LINE
        picture.texts.extend(found)
        return under

    def boxes(self, moment: Moment, xs: Scale, ys: Scale) -> list[Box]:
        """Say what a mark covers."""
        x, y = xs(year_of(moment.date)), ys(moment.central)
        return [(x - 6, y - 6, x + 6, y + 6), (x - 3, ys(moment.high), x + 3, ys(moment.low))]

    def placed(
        self,
        moments: Sequence[Moment],
        words: Sequence[Sequence[str]],
        scales: tuple[Scale, Scale],
        room: tuple[Box, list[Box]],
        *,
        bold: bool = False,
        leftward: bool = False,
    ) -> list[dict[str, Any]] | None:
        """Find a place for every label that meets no mark and no other label; None where one has none."""
        (xs, ys), (inside, taken) = scales, room
        found = Picture(WIDE)
        for moment, lines in zip(moments, words, strict=True):
            wide = max(width_of(line, bold=bold) for line in lines)
            places = beside(xs(year_of(moment.date)), ys(moment.central), wide, len(lines), leftward=leftward)
            free = (
                spot
                for spot in places
                if inside[0] <= spot[0][0] and spot[0][2] <= inside[2]
                if inside[1] <= spot[0][1] and spot[0][3] <= inside[3]
                if apart(spot[0], taken)
            )
            spot = next(free, None)
            if spot is None and not bold:
                return None
            box, align, x = spot or next(beside(xs(year_of(moment.date)), ys(moment.central), wide, 1))
            taken.append(box)
            for place, line in enumerate(lines):
                at = (x, box[1] + 11.5 + 15 * place)
                found.text(at, line, SOFT if place else INK, a=align, b=bold, h=True)
        return found.texts
