"""Prices over the days of a run, as a change against the run without orders."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from babel import Locale
from babel.dates import format_date

from inminban.measures.outcome import ALL
from inminban.measures.summary import Summary
from inminban.measures.units import item_of
from inminban.pages.outcome_words import date_of, one, read_in, span, symbol_name, told
from inminban.pages.page import Cell, Figured, Grid
from inminban.pages.run_charts import Band, over_days
from inminban.pages.run_sections import Setting

WEEK = 7
PRICE = "price "


def priced(at: Setting) -> Iterator[tuple[str, list[Summary]]]:
    """Items with a price, those of orders first, each with its summaries by day."""
    by_item: dict[str, list[Summary]] = {}
    for s in at.summaries:
        if s.measure.startswith(PRICE) and s.group == ALL:
            by_item.setdefault(item_of(s.measure), []).append(s)
    asked = [line["item"] for order in at.facts["orders"] for line in order["lines"]]
    of_orders = [i for i in dict.fromkeys(asked) if i in by_item]
    for item in of_orders or list(by_item):
        yield item, sorted(by_item[item], key=lambda s: s.day)


def price_figures(at: Setting) -> tuple[Figured, ...]:
    """One chart an item: bands of the change of its price over the days."""
    return tuple(price_figure(at, item, days) for item, days in priced(at) if all(s.difference for s in days))


def price_figure(at: Setting, item: str, days: list[Summary]) -> Figured:
    """Chart and table of one item's price."""
    voice, first = at.voice, datetime.date.fromisoformat(at.facts["period"]["start"])
    shown = tuple(s.shown.times(100) for s in days)
    dates = tuple(first + datetime.timedelta(days=s.day) for s in days)
    locale, last = Locale.parse(voice.lang), shown[-1]
    name = title(at, item, days[-1])
    ends = f"{one(last.median, signed=True)} % ({span(last.low, last.high, signed=True)})"
    drawing = over_days(
        Band(dates, shown),
        axis=voice.say("price of {item} with the order against the same run without it, percent", item=item),
        source=at.source,
        label=voice.say("{title}. At the end {value}.", title=name, value=ends),
        write=lambda date: format_date(date, "d MMM", locale=locale),
        marks=marks(at, item, dates[-1], first),
    )
    picked = [s for s in days if s.day % WEEK == 0 or s is days[-1]]
    heads = (voice._("Morning of"), voice._("Without the order"), voice._("With it"), voice._("Change, %"))
    rows = tuple(row(at, s) for s in picked)
    sub = voice._("Line: the median of the draws; bands: half of them and nine in ten")
    if days[-1].echo:
        symbol = symbol_name(at.facts, days[-1].echo.symbol)
        sub += ". " + voice.say("An echo of one assumption: “{input}”", input=symbol)
    return Figured(name, sub, drawing, Grid(heads, rows))


def title(at: Setting, item: str, last: Summary) -> str:
    """Say the finding only where the middle 90 % of the last day lies on one side."""
    heads = {
        "higher": at.voice._("The price of {item} ended higher than without the order"),
        "lower": at.voice._("The price of {item} ended lower than without the order"),
    }
    return heads.get(last.sign, at.voice._("The price of {item}")).format(item=item)


def row(at: Setting, s: Summary) -> tuple[Cell, ...]:
    """One day of the table."""
    read = read_in(at.voice, s, at.facts)
    gap = read.shown(s)
    return (
        Cell(date_of(at.voice, at.facts, s.day)),
        Cell(told(read.value(s.without)) if s.without else "–", small=read.name, number=True),
        Cell(told(read.value(s.value)), small=read.name, number=True),
        Cell(told(gap, signed=True), number=True),
    )


def marks(at: Setting, item: str, last: datetime.date, first: datetime.date) -> list[tuple[datetime.date, str]]:
    """Days of the orders that name the item: when they begin, are due, end."""
    voice = at.voice
    found: dict[datetime.date, str] = {}
    words = {"begin": voice._("the order begins"), "due": voice._("the levy is due"), "end": voice._("the order ends")}
    orders = at.facts["orders"]
    here = [o for o in orders if any(li["item"] == item for li in o["lines"])] or [o for o in orders if not o["lines"]]
    for order in here:
        for name, text in words.items():
            at_day = order[name]
            if at_day is None or not 0 <= at_day <= (last - first).days or (name == "end" and order["lines"]):
                continue
            date = first + datetime.timedelta(days=at_day)
            inexact = voice._("at the earliest") if name == "begin" and order["delayed"] else ""
            found.setdefault(date, ", ".join(p for p in (text, inexact) if p))
    locale = Locale.parse(voice.lang)
    return [(d, f"{format_date(d, 'd MMMM', locale=locale)}: {text}") for d, text in sorted(found.items())]
