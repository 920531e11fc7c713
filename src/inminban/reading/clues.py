"""What speaks for a figure being this or that: named clues, each with a strength from 0 to 1, from the words around it.

The clues beside a figure are told twice: as themselves, and together with the sort of figure (money, goods, people,
time, share, bare number), so that weights may be shared by all sorts or belong to one. What is told weakly is pulled
harder towards no weight at all when weights are learned. Nothing here decides; `weights` does.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from inminban.model.orders import Order
from inminban.reading.figures import Figure
from inminban.reading.nouns import Noun, nouns
from inminban.reading.orders import assembled
from inminban.reading.page import Page
from inminban.reading.prices import converted, prices
from inminban.reading.roles import decided
from inminban.reading.senses import Mark, within

Clues = dict[str, float]
SORTS = {
    "money": "M", "small money": "M", "mass": "G", "volume": "G", "container": "G", "piece": "G", "area": "G",
    "people": "H", "time": "T", "percent": "%",
}  # fmt: skip
BARE = "-"
FAR, FLOOR = 45.0, 0.3
ENDING = re.compile(r"(?:'s|ing|ed|es|s|ly|e)$")
SHORT = 4
AND, OR = re.compile(r"\band\b"), re.compile(r"\bor\b")
FROM = re.compile(r"\b[Ff]rom (?:about |around |some |over )?(?:[A-Z]{2,3} ?)?\$?$")
MOST_MARKS = 400
LOOK_BACK = 60
FAR_WORD = 3
WORD, AROUND, BY_SORT = 0.4, 0.3, 0.4  # how strongly single words, far words and clues of one sort are told


def stem(word: str) -> str:
    """A word without its ending; any number is one word."""
    if word[0].isdigit():
        return "#"
    return ENDING.sub("", word) if len(word) > SHORT else word


def sort_of(figure: Figure) -> str:
    """Sort of a figure: money, goods, people, time, a share, or a bare number."""
    return SORTS.get(figure.family, "-")


class Topic(NamedTuple):
    """Something that may have a price, where the text names it; `sort` is "yes" if generic, "money" for money."""

    start: int
    end: int
    item: str
    sort: str


class Scene:
    """The words of a page that are marked with a sort, ready to be asked for by sentence."""

    def __init__(self, page: Page, figures: Sequence[Figure], headline: str = "") -> None:
        self.page = page
        self.headline = headline
        self.figures = figures
        costs, rest = prices(page, list(figures))
        self.priced = costs
        self.costs = {c.figure.number.start: c for c in costs}
        self.guessed = decided(page, rest)
        self.guesses = {f.number.start: f for f in self.guessed}
        self.marks = marks_of(page)
        self.starts = [m.start for m in self.marks]
        self.number_of = {f.number.start: n for n, f in enumerate(figures)}
        self.of_figure: dict[int, tuple[tuple[int, str] | None, Clues]] = {}

    @cached_property
    def by_rules(self) -> tuple[Order, ...]:
        """Orders as the rules read them."""
        return assembled(self.page, self.guessed)

    @cached_property
    def counts(self) -> Counter[str]:
        """How often the text names each good."""
        return Counter(h.row["item"] for h in self.page.hits["items"].all)

    @cached_property
    def often(self) -> Sequence[str]:
        """The two goods that the text names most often."""
        return [item for item, _ in self.counts.most_common(2)]

    @cached_property
    def topics(self) -> list[Topic]:
        """Everything in the text that may have a price: goods of the table, and foreign money."""
        page = self.page
        goods = [Topic(h.start, h.end, h.row["item"], h.row["generic"]) for h in page.hits["items"].all]
        found = [t for t in goods if t.item not in ("cash", "labour")]
        for match in page.lexicon.rate.finditer(page.text):
            unit = page.lexicon.unit_rows[match[1].casefold()]["unit"]
            found.append(Topic(match.start(1), match.end(1), unit, "money"))
        return sorted(found)

    @cached_property
    def nouns(self) -> list[Noun]:
        """Things and people that the text names, known to the country's tables or not."""
        return nouns(self.page.tokens)

    def nouns_in(self, start: int, end: int, sort: str) -> list[Noun]:
        """Nouns of a sort that begin in the stretch."""
        found = self.nouns[bisect_left(self.nouns, (start,)) : bisect_left(self.nouns, (end,))]
        return [n for n in found if n.sort == sort]

    def topics_in(self, start: int, end: int) -> Sequence[Topic]:
        """Topics that begin in the stretch."""
        return self.topics[bisect_left(self.topics, (start,)) : bisect_left(self.topics, (end,))]

    def between(self, start: int, end: int) -> Sequence[Mark]:
        """Marks that begin in the stretch."""
        return within(self.marks, self.starts, start, end)

    @cached_property
    def everywhere(self) -> Clues:
        """How much the whole text speaks of each sort."""
        counts = Counter(m.sort for m in self.marks)
        usual = len(self.page.tokens) / 50 + 1
        return {f"{sort}d": min(1.0, count / usual) for sort, count in counts.items()}

    @cached_property
    def overall(self) -> Clues:
        """The same, as faintly as it is told of each figure."""
        return {name: strength * AROUND for name, strength in self.everywhere.items()}

    @cached_property
    def named_bearers(self) -> Clues:
        """Who may owe or get something: the share of each among all whom the text names."""
        counts = Counter(h.row["per"] for h in self.page.hits["per"].all)
        return {f"doc:{per}": count / counts.total() for per, count in counts.items()}


def marks_of(page: Page) -> list[Mark]:
    """Everything that the tables say of the page's words, as marks of one kind."""
    found = list(page.senses)
    for table, letter, column in (
        ("roles", "R", "role"),
        ("kinds", "K", "kind"),
        ("voice", "V", "what"),
        ("per", "P", "per"),
        ("offices", "O", "tier"),
        ("every", "E", "every"),
    ):
        found += [Mark(h.start, h.end, letter + ":" + h.row[column]) for h in page.hits[table].all]
    return sorted(found)


class Prefixed(dict[str, str]):
    """Names of clues with a sort of figure before them, each made once; the tables bound how many there are."""

    def __init__(self, sort: str) -> None:
        super().__init__()
        self.sort = sort

    def __missing__(self, name: str) -> str:
        """Make a name."""
        found = self[name] = self.sort + name
        return found


PREFIXED = {sort: Prefixed(sort) for sort in (*SORTS.values(), BARE)}


def clues(scene: Scene, number: int, told: Sequence[str]) -> Clues:
    """Clues of one figure; `told` are the roles given to the figures before it.

    They are kept, as rules and weights may both be weighed by them; of what was told, only the last matters.
    """
    last = last_told(number, told)
    known = scene.of_figure.get(number)
    if known is None or known[0] != last:
        known = scene.of_figure[number] = last, collected(scene, number, last)
    return known[1]


def last_told(number: int, told: Sequence[str]) -> tuple[int, str] | None:
    """The last figure before one that was told as something, with its role."""
    found = next((n for n in range(number - 1, max(-1, number - LOOK_BACK), -1) if told[n] != "none"), None)
    return None if found is None else (found, told[found])


def collected(scene: Scene, number: int, last: tuple[int, str] | None) -> Clues:
    """Clues of one figure; `last` is the figure told before it, with its role."""
    figure = scene.figures[number]
    sort = sort_of(figure)
    found: Clues = dict.fromkeys(own(scene, figure, sort), 1.0)
    found |= dict.fromkeys(neighbours(scene, number, sort, last), 1.0)
    found |= dict.fromkeys(beside(scene.page, figure, sort), WORD)
    found |= scene.overall
    prefixed = PREFIXED[sort]
    for name, strength in near(scene, figure).items():
        found[name], found[prefixed[name]] = strength, strength * BY_SORT
    return found


def own(scene: Scene, figure: Figure, sort: str) -> Iterable[str]:
    """What the figure itself says."""
    size = int(math.log10(figure.low) * 2) if figure.low > 0 else -1
    yield from ("b", f"g:{sort}", f"u:{figure.unit}", f"f:{figure.family}", f"{sort}L{size}", f"u:{figure.unit}L{size}")
    yield from (f"{sort}:{name}" for name, value in flags(scene.page, figure).items() if value)
    mask = scene.page.masked(figure.number.start, figure.number.end)
    if mask:
        yield f"mask:{mask}"
    if figure.per_how:
        yield from (f"per:{figure.per_how}", f"{sort}per:{figure.per_how}:{figure.per}")
    if figure.every != "once":
        yield from (f"every:{figure.every}", f"{sort}every")
    if figure.item and figure.named:
        yield f"item:{figure.item}"
    guess = scene.guesses.get(figure.number.start)
    if guess:
        yield from (f"rule:{guess.role or guess.drop}", f"{sort}rule:{guess.role or guess.drop}")
    if figure.number.start in scene.costs:
        yield "rule:cost"
    yield from (f"after:{scene.page.text[figure.end : figure.end + 1]}", f"at:{min(6, figure.sentence.number)}")


def flags(page: Page, figure: Figure) -> dict[str, bool]:
    """Yes-or-no properties of a figure."""
    before = page.text[max(0, figure.start - 24) : figure.start]
    return {
        "one": figure.low == 1,
        "words": figure.number.words,
        "range": figure.high is not None,
        "approx": figure.number.approx,
        "carried": figure.carried,
        "bracket": before.rstrip().endswith("("),
        "from": bool(FROM.search(before)),
        "dated": bool(page.dates_in(figure.sentence.start, figure.sentence.end)),
        "item": figure.item is not None and figure.named,
    }


def neighbours(scene: Scene, number: int, sort: str, last: tuple[int, str] | None) -> Iterable[str]:
    """What the figures before and behind say: their role, their distance, whether this one restates them."""
    figure, figures = scene.figures[number], scene.figures
    if last:
        yield from like(scene, figure, figures[last[0]], last[1])
    if number:
        before = figures[number - 1]
        if before.sentence == figure.sentence:
            yield f"{sort}<{SORTS.get(before.family, '-')}{step(figure.start - before.end)}{before.unit == figure.unit}"
        if figure.family == "money" and converted(scene.page, figures, number):
            yield "converted"
        if any(f.low == figure.low and f.unit == figure.unit for f in figures[max(0, number - 40) : number]):
            yield "again"
        if summed(figures, number):
            yield "sum"
    if number + 1 < len(figures) and figures[number + 1].sentence == figure.sentence:
        after = figures[number + 1]
        yield f"{sort}>{SORTS.get(after.family, '-')}{step(after.start - figure.end)}{after.unit == figure.unit}"


def like(scene: Scene, figure: Figure, before: Figure, role: str) -> Iterable[str]:
    """What the role of an earlier figure says of this one, by what stands between them."""
    same = sort_of(before) == sort_of(figure)
    if before.sentence == figure.sentence:
        between = scene.page.text[before.end : figure.start]
        joint = "and" if AND.search(between) else "or" if OR.search(between) else "," if "," in between else "-"
        yield f"role:{role}:{joint}{same}"
        yield f"role:{role}:s{same}{len(between) < FAR}"
    else:
        yield f"role:{role}:{'p' if before.sentence.paragraph == figure.sentence.paragraph else 'd'}{same}"
    yield f"role:{role}{sort_of(figure)}"


def step(distance: int) -> int:
    """Distance between figures in three steps."""
    return 0 if distance < 12 else 1 if distance < FAR else 2


def summed(figures: Sequence[Figure], number: int) -> bool:
    """Whether some figures before add up to this one."""
    figure = figures[number]
    before = [f.low for f in figures[max(0, number - 6) : number] if f.unit == figure.unit]
    return any(sum(before[n:]) == figure.low for n in range(len(before) - 1))


def near(scene: Scene, figure: Figure) -> Clues:
    """Sorts of words in the sentence, before and behind the figure, the nearer the stronger."""
    found: defaultdict[str, float] = defaultdict(float)
    sentence = figure.sentence
    for mark in islice(scene.between(sentence.start, sentence.end), MOST_MARKS):
        if mark.end <= figure.start:
            name, away = mark.sort + "<", figure.start - mark.end
        elif mark.start >= figure.end:
            name, away = mark.sort + ">", mark.start - figure.end
        else:
            name, away = mark.sort + "=", 0
        found[name] = max(found[name], FLOOR + (1 - FLOOR) * math.exp(-away / FAR))
    return dict(found)


def beside(page: Page, figure: Figure, sort: str) -> Iterable[str]:
    """The three words before and behind, the two nearest also with the sort of the figure."""
    sentence = figure.sentence
    for place, word in enumerate(reversed(page.last_words(sentence.start, figure.start, 3)), 1):
        key = stem(word.key)
        yield from (f"w<{place}{key}", f"w<{key}")
        if place < FAR_WORD:
            yield f"{sort}w<{key}"
    for place, word in enumerate(page.first_words(figure.end, min(sentence.end, figure.end + 60), 3), 1):
        key = stem(word.key)
        yield from (f"w>{place}{key}", f"w>{key}")
        if place < FAR_WORD:
            yield f"{sort}w>{key}"
