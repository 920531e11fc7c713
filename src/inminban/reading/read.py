"""From the text of a report to its record: orders, prices, and every number left over with the reason why."""

from __future__ import annotations

import importlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from inminban.errors import InputError
from inminban.model.country import Country, load_country
from inminban.model.dates import checked
from inminban.model.files import normal
from inminban.model.orders import LONGEST_QUOTE, MOST_AMOUNT, UNEXPLAINED, Leftover, MarketPrice, Order, Reader, Report
from inminban.reading.amounts import Number
from inminban.reading.clues import Scene, clues
from inminban.reading.confidence import confidence
from inminban.reading.decide import NONE as NO_ROLE
from inminban.reading.decide import PRICE, decide
from inminban.reading.figures import Figure
from inminban.reading.goods import figures
from inminban.reading.implied import implied
from inminban.reading.lexicon import lexicon
from inminban.reading.orders import assembled
from inminban.reading.page import Page, opened
from inminban.reading.prices import Price, prices
from inminban.reading.protect import protected
from inminban.reading.roles import decided
from inminban.reading.scope import scoped
from inminban.reading.told import told, with_days
from inminban.reading.weights import Judge, Judges, shipped

# the package names its upper layers for type checkers, so it is not imported as a module of this layer
VERSION: str = importlib.import_module("inminban").__version__
ALLOWED = 0.2  # chance by the weights that what the rules say of a figure must have, for the rules to be believed
PRIVATE = frozenset(["age", "private"])
EXPLAINED = frozenset(["date", "pronoun", "time of day"])
WHY = {
    "name": "part of a name",
    "ordinal": "an ordinal",
    "multiple": "a multiple, not an amount",
    "measure": "a measure",
    "period": "a period",
    "population": "how many live there",
    "price": "belongs to a price",
}


def read(  # noqa: PLR0913
    text: str,
    *,
    id: str = "report",  # noqa: A002
    published: str | None = None,
    outlet: str | None = None,
    title: str | None = None,
    url: str | None = None,
    country: Country | None = None,
    judges: Judges | None = None,
) -> Report:
    """Read a report: its orders with every figure tied to its words, its market prices, and what no term explains.

    `published` is the day, month or year of publication; without it a day without a year stays one (`XXXX-10-15`).
    `judges` are the learned weights to read by: those of the package, others, or none (`weights.NONE`: by rules alone).
    What could identify a source (names, ages, phones, handles) is blacked out in the text first, letter by letter.
    """
    country = country or load_country()
    text, _ = protected(normal(text), country)
    page = opened(text, dated(published), lexicon(country))
    judges = shipped() if judges is None else judges
    found = by_both(page, judges, title or "") if judges else by_rules(page)
    report = Report(
        id=id,
        url=url,
        outlet=outlet,
        published=published,
        title=protected(title, country)[0] if title else None,
        text=text,
        orders=found.orders,
        prices=tuple(market_price(page, p) for p in found.prices if p.figure.low <= MOST_AMOUNT),
        leftover=tuple(leftovers(page, found.figures, found.orders)),
        reader=Reader(name="weights" if judges else "rules", version=VERSION, tables=country.words_digest),
    )
    return report.identified()


class Found(NamedTuple):
    """What was read of a page: its orders, its prices, and every figure with what became of it."""

    orders: tuple[Order, ...]
    prices: Sequence[Price]
    figures: Sequence[Figure]


def ruled(page: Page) -> tuple[Sequence[Price], list[Figure]]:
    """Prices and figures of a page by the rules of `roles`, `scope` and `prices`."""
    costs, rest = prices(page, scoped(page, figures(page)))
    return costs, decided(page, rest)


def by_rules(page: Page) -> Found:
    """Read by rules alone."""
    costs, found = ruled(page)
    return Found(assembled(page, found), costs, found)


def by_both(page: Page, judges: Judges, headline: str) -> Found:
    """Read by what was learned from coded reports; by rules where these explain every number and the weights allow it.

    The rules know plain words well and keep more of what a text leaves open: joint readings, what cash stands for.
    """
    plain = figures(page)
    said = implied(page, plain)
    scene = Scene(page, scoped(page, said), headline)
    costs, found = (scene.priced, scene.guessed) if said == plain else ruled(page)
    explained = all(f.drop != UNEXPLAINED or plain_words(page, f.number) for f in found)
    if explained and (chances := allowed(scene, judges["role"])):
        costs = [replace(p, figure=p.figure._replace(chance=chances.get(p.figure.number.start, 1.0))) for p in costs]
        found = [f._replace(chance=chances.get(f.number.start, 1.0)) for f in found]
        orders = assembled(page, found)
        if costs or orders:
            return Found(with_days(scene, orders, judges["day"]), costs, found)
    decision = decide(scene, judges)
    return Found(told(scene, decision, judges), decision.prices, decision.figures)


def allowed(scene: Scene, judge: Judge) -> dict[int, float]:
    """Chances, by the weights, of what the rules say of each number; none where one of them has too little."""
    found: dict[int, float] = {-1: 1.0}
    said: list[str] = []
    told_before: set[tuple[float, str | None]] = set()  # a sum told again is joined with the first one
    for number, figure in enumerate(scene.figures):
        start = figure.number.start
        rule = PRICE if start in scene.costs else str((start in scene.guesses and scene.guesses[start].role) or NO_ROLE)
        again = (figure.low, figure.unit) in told_before
        found[start] = 1.0 if again else judge.chances(clues(scene, number, said))[rule]
        if found[start] < ALLOWED:
            return {}
        told_before.add((figure.low, figure.unit))
        said.append(rule)
    return found


def dated(published: str | None) -> str | None:
    """Check the date of publication."""
    try:
        return checked(published) if published else None
    except ValueError as error:
        raise InputError(f"the date of publication can't be read: {error}", field="published") from None


def market_price(page: Page, price: Price) -> MarketPrice:
    """A price as the record has it, with the place and day named beside it."""
    figure = price.figure
    sentence = figure.sentence
    behind = [p for p in page.places_in(figure.end, min(sentence.end, figure.end + 40)) if not p.aside]
    before = [p for p in page.places_in(sentence.start, figure.start) if not p.aside]
    spot = behind[:1] or before[-1:] or [p for p in page.places[:1] if not p.aside]
    day = (
        page.dates_in(figure.end, min(sentence.end, figure.end + 40))[:1]
        or page.dates_in(sentence.start, figure.start)[-1:]
    )
    end = min(figure.end, figure.start + LONGEST_QUOTE)
    return MarketPrice(
        item=price.item,
        price=figure.low,
        price_max=figure.high,
        currency=figure.unit or page.lexicon.country.currency,
        unit=price.unit,
        place=spot[0].name if spot else None,
        date=(day[0].value if day else None) or page.published,
        quote=page.text[figure.start : end],
        start=figure.start,
        end=end,
        approx=figure.number.approx,
        confidence=confidence("price", figure.chance),
    )


def plain_words(page: Page, number: Number) -> bool:
    """Whether the words around a number say all of it: part of a date or a name, a pronoun, "per person"."""
    return bool(page.masked(number.start, number.end) or page.hits["per"].covering(number.end))


def leftovers(page: Page, found: Iterable[Figure], orders: tuple[Order, ...]) -> list[Leftover]:
    """Numbers that no term, price, date or known name explains; ages and what could identify a person are left out."""
    used = {(t.start or 0, t.end or 0) for o in orders for t in o.terms if t.amount is not None}
    used |= {(m.start, m.end) for o in orders for t in o.terms for m in t.mentions}
    spans = sorted(used)
    reasons = {f.number.start: f.drop for f in found}
    left: list[Leftover] = []
    for number in page.numbers:
        mask = page.masked(number.start, number.end)
        why = mask or reasons.get(number.start) or ("" if number.start in reasons else "part of a range")
        if page.hits["per"].covering(number.end):
            continue
        if why in PRIVATE or why in EXPLAINED or why in ("price", "part of a range", "") or inside(spans, number.start):
            continue
        end = min(number.end, number.start + LONGEST_QUOTE)
        left.append(Leftover(quote=page.text[number.start : end], start=number.start, end=end, why=WHY.get(why, why)))
    return left


def inside(spans: list[tuple[int, int]], place: int) -> bool:
    """Whether a place of the text lies in one of the stretches."""
    before = bisect_right(spans, (place, 1 << 60))
    return any(start <= place < end for start, end in spans[max(0, before - 3) : before])
