"""Charts of a run: intervals of two widths, and bands over days."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from inminban.measures.summary import Interval
from inminban.pages.charts import (
    GRID,
    LINE,
    NARROW,
    SERIES,
    SIDE,
    SMALL,
    SOFT,
    WIDE,
    Bar,
    Drawing,
    Intervals,
    Picture,
    Scale,
    clean,
    even_ticks,
    number,
    rendered,
    width_of,
    wrapped,
)

STEP = 4  # width of the columns that a band is drawn in
TALL = {WIDE: 230.0, NARROW: 190.0}


@dataclass(frozen=True, slots=True)
class Spread(Bar):
    """A row of a chart of intervals with the middle half of the draws, too."""

    lower: float = 0.0
    upper: float = 0.0


class Band(NamedTuple):
    """What is drawn over days: an interval a day."""

    days: tuple[datetime.date, ...]
    intervals: tuple[Interval, ...]


def spread(
    label: str, told: str, at: Interval, *, series: int = 1, is_open: bool = False, dashed: bool = False
) -> Spread:
    """Make a row of an interval."""
    return Spread(label, at.low, at.median, at.high, told, series, is_open, dashed, at.lower, at.upper)


def spreads(rows: Sequence[Spread], *, axis: str, source: str, label: str, series: Sequence[str] = ()) -> Drawing:
    """Draw one row an interval: thin the middle 90 %, thick the middle 50 %, a dot the median; below zero, too."""
    plan = Spreads(rows, clean(axis), clean(source), None, tuple(clean(s) for s in series))
    return Drawing(rendered(plan.picture(WIDE), label), rendered(plan.picture(NARROW), label))


class Spreads(Intervals):
    """The parts of a chart of intervals of two widths."""

    def scale(self, left: float, right: float) -> Scale:
        """From zero, or the lowest end below it, to where the longest line and its words have room."""
        found = super().scale(left, right)
        low = min([0.0, *(bar.low for bar in self.bars)])
        if low == 0:
            return found
        most = max([0.0, *(bar.high for bar in self.bars)])
        words = max((width_of(clean(bar.told), bold=True) for bar in self.bars), default=0.0)
        room = right - left
        return Scale(low, low + (most - low) * room / max(room - words - 20, room * 0.4), left, right)

    def ground(self, picture: Picture, scale: Scale, top: float, bottom: float) -> None:
        """Add grid, the line at zero and the numbers under it."""
        most = int((scale.end - scale.start) // 52)
        for tick in signed_ticks(scale.low, scale.high, most):
            x = scale(tick)
            picture.line((x, top, x, bottom), GRID if tick else SOFT)
            half = width_of(number(tick), SMALL) / 2
            at = min(max(x, half), picture.width - half)
            picture.text((at, bottom + 17), signed(tick), SOFT, a="center", s=SMALL)

    def row(self, picture: Picture, scale: Scale, bar: Bar, lines: Sequence[str], place: tuple[float, float]) -> None:
        """Add one row; the line of the base chart becomes thin, and a thick one lies over it."""
        before = len(picture.lines)
        super().row(picture, scale, bar, lines, place)
        if not isinstance(bar, Spread) or len(picture.lines) == before:
            return
        thin = picture.lines[-1]
        thin |= {"w": 2.0, "o": 1.0}
        low, high = scale(bar.lower), scale(bar.upper)
        if high > low:
            picture.line((low, thin["y"], high, thin["y"]), thin["c"], w=7, o=0.6, dash=thin["dash"])


def signed(tick: float) -> str:
    """Write a tick's number with a minus sign."""
    return number(tick).replace("-", "−")


def signed_ticks(low: float, high: float, most: int) -> list[float]:
    """Round steps from `low` to `high` that meet zero."""
    ticks = even_ticks(max(high - low, 1e-9), max(most, 1))
    step = ticks[1] if len(ticks) > 1 else max(high - low, 1e-9)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]


Write = Callable[[datetime.date], str]


def over_days(
    band: Band, *, axis: str, source: str, label: str, write: Write, marks: Sequence[tuple[datetime.date, str]] = ()
) -> Drawing:
    """Draw an interval over days: bands of the middle 90 % and 50 %, a line the median; `marks` are dated words."""

    def drawn(width: int) -> Markup:
        picture = Picture(width)
        top = picture.paragraph(12, clean(axis)) + 8
        for place, (_, words) in enumerate(marks):
            top = mark_words(picture, top, place, words)
        bottom = top + TALL[width]
        ends = [v for i in band.intervals for v in (i.low, i.high)]
        low, high = min([0.0, *ends]), max([0.0, *ends])
        pad = (high - low) * 0.05 or 1.0
        ys = Scale(low - pad, high + pad, bottom, top)
        ticks = signed_ticks(ys.low, ys.high, 5)
        left = max(width_of(signed(t), SMALL) for t in ticks) + 12
        for tick in ticks:
            picture.line((left, ys(tick), width - SIDE, ys(tick)), GRID if tick else SOFT)
            picture.text((left - 7, ys(tick) + 4), signed(tick), SOFT, a="right", s=SMALL)
        xs = Scale(0.0, float(max(len(band.days) - 1, 1)), left, width - SIDE)
        day_axis(picture, xs, bottom, [write(d) for d in band.days])
        for place, (date, _) in enumerate(marks):
            x = xs(float((date - band.days[0]).days))
            picture.line((x, top - 4, x, bottom), SOFT, dash=[3, 3])
            picture.text((min(x + 3, width - 14), top + 8), chr(65 + place), SOFT, b=True, h=True)
        bands(picture, xs, ys, band.intervals)
        picture.height = picture.paragraph(bottom + 42, clean(source)) - LINE + 6
        return rendered(picture, label)

    return Drawing(drawn(WIDE), drawn(NARROW))


def mark_words(picture: Picture, top: float, place: int, words: str) -> float:
    """Write what a dated mark means above the drawing; return where it ends."""
    picture.text((0, top + 6), chr(65 + place), SOFT, b=True, s=SMALL)
    lines = wrapped(clean(words), picture.width - 22, SMALL)
    for number_in, line in enumerate(lines):
        picture.text((16, top + 6 + number_in * LINE), line, SOFT, s=SMALL)
    return top + len(lines) * LINE + 4


def day_axis(picture: Picture, xs: Scale, bottom: float, written: Sequence[str]) -> None:
    """Write dates under the drawing, as many as have room."""
    widest = max(width_of(w, SMALL) for w in written)
    most = max(1, int((xs.end - xs.start) // (widest + 16)))
    step = max(1, math.ceil((len(written) - 1) / most))
    for day in range(0, len(written), step):
        x, half = xs(float(day)), width_of(written[day], SMALL) / 2
        picture.line((x, bottom, x, bottom + 4), SOFT)
        at = min(max(x, half), picture.width - half)
        picture.text((at, bottom + 18), written[day], SOFT, a="center", s=SMALL)


def bands(picture: Picture, xs: Scale, ys: Scale, intervals: Sequence[Interval]) -> None:
    """Add the bands, in columns of a few units between the days, and the line of medians."""
    edges = range(round(xs.start), round(xs.end), STEP)
    days = np.interp([x + STEP / 2 for x in edges], (xs.start, xs.end), (0, xs.high))
    between = [np.interp(days, range(len(intervals)), part) for part in zip(*intervals, strict=True)]
    for place, x in enumerate(edges):
        at = Interval(*(float(part[place]) for part in between))
        for low, high in ((at.low, at.high), (at.lower, at.upper)):
            top, bottom = ys(high), ys(low)
            if bottom - top > 0.4:
                end = min(x + STEP, round(xs.end))
                picture.bands.append({"x": x, "x2": end, "y": top, "y2": bottom})
    for day in range(1, len(intervals)):
        ends = (intervals[day - 1].median, intervals[day].median)
        picture.line((xs(day - 1.0), ys(ends[0]), xs(float(day)), ys(ends[1])), SERIES[3], w=2)
