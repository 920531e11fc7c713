"""Figures: a number with its unit or currency and the good it counts, as far as the words beside it tell."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from inminban.model.orders import Every, Per, Reading, Role
from inminban.reading.amounts import Amount, Number
from inminban.reading.page import Page
from inminban.reading.sentences import Sentence

RANGE = re.compile(r"\s?(-|–|—|~|∼|to|up to|에서|and|or|내지)\s?", re.IGNORECASE)
OF = re.compile(r"\s(?:worth\s)?of\s(?:the\s|these\s|this\s|those\s|their\s|its\s)?", re.IGNORECASE)
ARTICLE = re.compile(r"\b[Aa]n?\s(?:single\s|full\s|whole\s)?(?=[a-z])")
BARE_LIST = re.compile(r"\s?(?:,|and|or|,\sand)\s(?:[A-Z]{3}\s)?", re.IGNORECASE)


class Figure(NamedTuple):
    """A number and what it counts; `drop` says why it is no figure of an order, once that is known.

    `unit_end` is where the number and its unit end, `end` where the good that it is of ends.
    """

    number: Number
    start: int
    end: int
    unit: str | None
    family: str
    item: str | None
    sentence: Sentence
    item_end: int = 0
    unit_end: int = 0
    named: bool = False
    high: Amount | None = None
    role: Role | None = None
    per: Per | None = None
    per_how: str = ""
    every: Every = "once"
    drop: str = ""
    readings: tuple[Reading, ...] = ()
    alternative: bool = False
    carried: bool = False
    chance: float = 1.0
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def low(self) -> Amount:
        """The amount, the lower end of a range."""
        return self.number.low


def replace(figure: Figure, **parts: Any) -> Figure:
    """The figure with some parts changed; figures are tuples because this is done fifty times a report."""
    return figure._replace(**parts)


def backfilled(page: Page, raw: list[Figure]) -> list[Figure]:
    """Bare numbers of a list take the currency or measure of its last: "300 and 200 won"."""
    done = list(raw)
    for number in range(len(raw) - 2, -1, -1):
        figure, after = done[number], done[number + 1]
        if (
            figure.unit is None
            and figure.low > 1
            and not figure.number.words
            and after.family in ("money", "mass")
            and BARE_LIST.fullmatch(page.text[figure.end : after.start])
        ):
            done[number] = replace(figure, unit=after.unit, family=after.family)
    return done


OPEN_MASKS = frozenset(["pronoun", "measure"])  # numbers that may yet be figures: "one month", "60 by 100"


def candidates(page: Page) -> list[Figure]:
    """Every number that is no part of a date, a name or an age, with the unit beside it or carried to it."""
    kept = (n for n in with_articles(page) if (page.masked(n.start, n.end) or "pronoun") in OPEN_MASKS)
    found = carried(page, backfilled(page, joined(page, [raw_figure(page, n) for n in kept])))
    return [replace(f, unit_end=f.end) for f in found]


ALONE = re.compile(
    r"\s?(?:[.,;:!?()\[\]”\"’—–]|$)|\s(?:and|or|in|was|were|is|are|for|at|from|to|on|by|a|an|per|each|every|apiece|with|more"
    r"|less|of|when|while|if|but|after|before|until|has|had|have|now|then|this|last|that|it|they|the|will|would|can|could|must"
    r"|as|so|since|during|through|daily|monthly|weekly|under|over|than|upwards|instead|again|only|today|yesterday|later|earlier"
    r"|came|went|goes|go|stood|elsewhere|apart|extra|depending|according|respectively)\b",
    re.IGNORECASE,
)
OF_THEM = re.compile(r"\s?of (?:them|us|these|those|the)\b")
REACH = {"money": 60, "mass": 20, "time": 8, "container": 10, "volume": 10}
LEAST_MONEY, FEW_WORDS = 20, 100
LOOK_BACK, MOST_SENTENCES = 8, 4


def carried(page: Page, figures: list[Figure]) -> list[Figure]:
    """Bare numbers take the unit of a figure before them, or of the next one in a list: "600", "5,000 in Sinuiju"."""
    done: list[Figure] = []
    for number, figure in enumerate(figures):
        if bare(page, figure):
            near = (
                f for f in reversed(done[-LOOK_BACK:]) if figure.sentence.number - f.sentence.number <= MOST_SENTENCES
            )
            source = next((f for f in near if alike(figure, f)), None)
            after = figures[number + 1] if number + 1 < len(figures) else None
            if source is None and after and after.sentence == figure.sentence and after.start - figure.end < 60:
                source = after if after.family in ("money", "mass") and alike(figure, after) else None
            if source:
                figure = replace(figure, unit=source.unit, family=source.family, carried=True)
        done.append(figure)
    return done


def bare(page: Page, figure: Figure) -> bool:
    """Whether a number stands without a unit, and nothing behind it is counted by it."""
    alone = not figure.family and figure.unit is None and figure.low != 1
    return alone and bool(ALONE.match(page.text, figure.end)) and not OF_THEM.match(page.text, figure.end)


def alike(figure: Figure, other: Figure) -> bool:
    """Whether an amount is of the order of another, so that both may be in its unit."""
    reach = REACH.get(other.family)
    if reach is None or other.unit is None or not other.low or not 1 / reach <= figure.low / other.low <= reach:
        return False
    if other.family == "money":
        return figure.low >= LEAST_MONEY and not (figure.number.words and figure.low < FEW_WORDS)
    return other.family != "time" or figure.number.words


def with_articles(page: Page) -> list[Number]:
    """The numbers, and "a kilogram of" as one."""
    one = []
    for match in ARTICLE.finditer(page.text):
        unit = page.lexicon.units.match(page.text, match.end())
        if unit and unit.start() == match.end() and OF.match(page.text, unit.end()):
            row = page.lexicon.unit_rows[unit[1].casefold()]
            if row["family"] in ("mass", "volume", "container", "piece"):
                one.append(Number(match.start(), match.end() - 1, 1, words=True))
    taken = {n.start for n in page.numbers}
    return sorted([*page.numbers, *(n for n in one if n.start not in taken)], key=lambda n: n.start)


def raw_figure(page: Page, number: Number) -> Figure:
    """Number with the unit or currency beside it."""
    text, lexicon = page.text, page.lexicon
    sentence = page.sentence(number.start)
    symbol = lexicon.symbols.search(text, max(0, number.start - 8), number.start)
    if symbol:
        end = number.end
        tail = lexicon.units.match(text, end)
        again = tail and lexicon.unit_rows[tail[1].casefold()]["unit"] == lexicon.symbol_units[symbol[1]]
        land = re.compile(r"\s(?:US|U\.S\.)(?!\w)").match(text, end)
        return Figure(
            number,
            symbol.start(1),
            tail.end() if tail and again else land.end() if land else end,
            lexicon.symbol_units[symbol[1]],
            "money",
            None,
            sentence,
        )
    match = lexicon.units.match(text, number.end) or lexicon.korean_units.match(text, number.end)
    if match and clear(text, match):
        row = lexicon.unit_rows[match[1].casefold()]
        return Figure(number, number.start, match.end(), row["unit"], row["family"], None, sentence)
    return Figure(number, number.start, number.end, None, "", None, sentence)


def clear(text: str, match: re.Match[str]) -> bool:
    """Whether a unit of one letter is really one: "5 g" but not "5 a"."""
    word = match[1]
    return (
        len(word) > 1 or not word.isalpha() or not word.isascii() or not text[match.end() : match.end() + 1].isalnum()
    )


def joined(page: Page, raw: list[Figure]) -> list[Figure]:
    """Pairs of numbers that are the two ends of a range become one figure."""
    found: list[Figure] = []
    for figure in raw:
        before = found[-1] if found else None
        if before is None or before.high is not None or not is_range(page, before, figure):
            found.append(figure)
            continue
        low, high = before.number, figure.number
        if high.scale > low.scale == 1 and low.low < high.low / high.scale:
            low = low._replace(low=low.low * high.scale)
        unit, family = (figure.unit, figure.family) if figure.unit else (before.unit, before.family)
        approx = low.approx or high.approx
        span = (min(before.start, figure.start), max(before.end, figure.end))
        found[-1] = replace(
            before,
            number=low._replace(approx=approx),
            high=high.low,
            unit=unit,
            family=family,
            start=span[0],
            end=span[1],
        )
    return found


def is_range(page: Page, low: Figure, high: Figure) -> bool:
    """Whether two figures are written as one range: 3 to 5 kg, between eight and 15, KPW 5,000 to KPW 10,000."""
    gap = page.text[low.end : high.start]
    match = RANGE.fullmatch(gap) if len(gap) < 9 else None
    if not match or (low.unit and high.unit and low.unit != high.unit):
        return False
    first, last, word = low.number.low, high.number.low, match[1].lower()
    if high.number.scale > low.number.scale == 1 and first < last / high.number.scale:
        first = first * high.number.scale
    if not first < last <= first * 20:
        return False
    lead = page.text[max(0, low.start - 12) : low.start].lower()
    if word == "and":
        return lead.rstrip().endswith("between")
    if word == "or":
        return last <= first * 3 and (low.unit is None or low.unit == high.unit)
    return not (word == "to" and low.end > low.number.end and lead.rstrip().endswith("from") and low.family == "money")
