"""How well two codings of the same reports agree: precision, recall and F1 of what was found, and every difference.

Where a report was coded twice by people, what both have must be found, and each of its fields may be as either has it;
what only one of them has may be found or left out; anything else is wrong. Words that mean one thing are one
(`data/codebook/same.csv`), places are compared by the gazetteer, of dates the mere time of publication says nothing.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from inminban.errors import InputError
from inminban.model.country import SHIPPED
from inminban.model.orders import LONGEST_QUOTE, MarketPrice, Report, Term
from inminban.model.places import Gazetteer
from inminban.model.records import load_report

# What is compared of a figure, in the order in which fields decide which figures of equal amount belong together.
FIELDS = ("unit", "item", "amount_max", "role", "per")
FIGURES = {"term": FIELDS, "figure": ("unit", "item"), "price": ("unit", "item", "role")}
SETS = ("kind", "place", "date")
MEASURES = (*FIGURES, *SETS)
APART = ("role", "kind", "item")
DATES = ("issued", "due", "start", "end")
DIGITS = 4
GENERIC = re.compile(r"\b(?:district|city|province|county|neighbou?rhood|market|area|areas|border|of|the|in)\b")
IES, LONG_ENDING, SHORTEST = 4, ("oes", "xes", "ches", "shes"), 3


def codings(folder: Path) -> dict[str, Report]:
    """Every record under a folder, by the report's id; `second` and other folders in it are walked too."""
    if not folder.is_dir():
        raise InputError("is no folder", where=str(folder), hint="Give a folder of records, one ID.json a report")
    found: dict[str, Report] = {}
    for path in sorted(p for p in folder.rglob("*.json") if p.is_file()):
        report = load_report(path)
        if report.id in found:
            raise InputError(f"the report “{report.id}” stands twice under {folder}", where=str(path), field="id")
        found[report.id] = report
    if not found:
        raise InputError("holds no records (*.json)", where=str(folder))
    return found


class Fact(NamedTuple):
    """A figure or price as coded: its fields, each with the values that count as right, and its words."""

    amount: frozenset[float]
    fields: Mapping[str, frozenset[Any]]
    quote: str


class Difference(NamedTuple):
    """One disagreement: missed, made up, or another value of a field; `right` and `coded` are the words of each."""

    report: str
    measure: str
    what: str
    right: str
    coded: str


class Score(NamedTuple):
    """How many were right, how many there were to find, and how many were coded (those that may be left out apart)."""

    right: int
    due: int
    coded: int

    @property
    def precision(self) -> float:
        """Share of what was coded that is right."""
        return self.right / self.coded if self.coded else 0.0

    @property
    def recall(self) -> float:
        """Share of what was to be found that was found and is right."""
        return self.right / self.due if self.due else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class Agreement(NamedTuple):
    """Scores by measure, scores of terms by one of their fields, Krippendorff's alpha by field, differences, quotes.

    `unquoted` of the `figures` coded have words that aren't in the text, or too many.
    """

    reports: int
    scores: Mapping[str, Score]
    apart: Mapping[str, Score]
    alphas: Mapping[str, float]
    differences: tuple[Difference, ...]
    unquoted: int
    figures: int


def agreement(
    right: Sequence[Report],
    coded: Mapping[str, Report],
    gazetteer: Gazetteer,
    second: Mapping[str, Report] | None = None,
    by: str | None = None,
) -> Agreement:
    """Compare codings of reports.

    Args:
        right: the reports as they were coded by hand.
        coded: the codings to be judged, by the report's id; a report that is missing counts as one without orders.
        gazetteer: places by name.
        second: second codings by hand, by the report's id.
        by: `role`, `item` or `kind` (of order), to tell the terms apart by.

    Returns:
        Counts over all reports (a micro average) and all differences.

    """
    counts = {name: Counter[str]() for name in MEASURES}
    apart: dict[str, Counter[str]] = {}
    found: list[Difference] = []
    labelled: list[Labels] = []
    unquoted = figures = 0
    for report in right:
        ours = coded.get(report.id, Report(id=report.id))
        other = second.get(report.id) if second else None
        for name, fields in FIGURES.items():
            get = prices_of if name == "price" else terms_of
            must, may = consensus(get(report), get(other) if other else None)
            told = judge(must, may, get(ours), fields)
            count(counts[name], told)
            if name == "term":
                labelled += labels(get(report), get(other) if other else None, get(ours))
                if by is not None:
                    count_apart(apart, told, by)
            if name != "figure":
                found += differences(report.id, name, told)
        for name, (due, extra, mine) in sets_of(report, other, ours, gazetteer).items():
            counts[name] += Counter(right=len(due & mine), due=len(due), coded=len(mine - extra))
            found += [Difference(report.id, name, f"missed: {x}", "", "") for x in sorted(due - mine)]
            found += [Difference(report.id, name, f"made up: {x}", "", "") for x in sorted(mine - due - extra)]
        for quote in quotes_of(ours):
            figures += 1
            unquoted += not quote or quote not in report.text or len(quote) > LONGEST_QUOTE
    scores = {name: score(c) for name, c in counts.items()}
    by_value = {value: score(c) for value, c in sorted(apart.items())}
    return Agreement(len(right), scores, by_value, alphas(labelled), tuple(found), unquoted, figures)


def score(counted: Counter[str]) -> Score:
    """A score of its counts."""
    return Score(counted["right"], counted["due"], counted["coded"])


class Judged(NamedTuple):
    """Figures to be found and figures coded, which belong together, and which of those are right in all fields."""

    must: Sequence[Fact]
    ours: Sequence[Fact]
    pairs: Sequence[tuple[int, int]]
    wrong: Mapping[int, tuple[str, ...]]
    allowed: frozenset[int]


def judge(must: Sequence[Fact], may: Sequence[Fact], ours: Sequence[Fact], fields: Sequence[str]) -> Judged:
    """Match what was coded to what must be found, the rest to what may be."""
    pairs = together(must, ours)
    wrong = {i: tuple(f for f in fields if not must[i].fields[f] & ours[j].fields[f]) for i, j in pairs}
    rest = [j for j in range(len(ours)) if j not in {j for _, j in pairs}]
    allowed = frozenset(rest[n] for _, n in together(may, [ours[j] for j in rest]))
    return Judged(must, ours, pairs, wrong, allowed)


def count(counted: Counter[str], told: Judged) -> None:
    """Add what came of a report's figures."""
    counted["right"] += sum(not fields for fields in told.wrong.values())
    counted["due"] += len(told.must)
    counted["coded"] += len(told.ours) - len(told.allowed)


def count_apart(apart: dict[str, Counter[str]], told: Judged, by: str) -> None:
    """The same, apart for each value that a field has in the hand's coding, or in ours where the hand has no such."""

    def of(fact: Fact) -> Counter[str]:
        values = sorted(map(str, fact.fields[by]))
        return apart.setdefault(values[0] if values else "", Counter())

    for i, fact in enumerate(told.must):
        of(fact)["due"] += 1
        of(fact)["right"] += i in told.wrong and not told.wrong[i]
    ours_to = {j: told.must[i] for i, j in told.pairs}
    for j, fact in enumerate(told.ours):
        if j not in told.allowed:
            of(ours_to.get(j, fact))["coded"] += 1


Labels = Mapping[str, Fact]
MOST_ALIKE = 1.0


def labels(first: Sequence[Fact], second: Sequence[Fact] | None, coded: Sequence[Fact]) -> list[Labels]:
    """Figures that at least two coders have, with each one's coding."""
    found: list[dict[str, Fact]] = [{"first": fact} for fact in first]
    for coder, facts in (("second", second or ()), ("coded", coded)):
        for i, j in together(first, facts):
            found[i][coder] = facts[j]
    return [f for f in found if len(f) > 1]


def alphas(labelled: Sequence[Labels]) -> dict[str, float]:
    """Krippendorff's alpha of the fields of figures whose amounts agree; nominal, over all coders that have them."""
    if not labelled:
        return {}
    from nltk.metrics.agreement import AnnotationTask  # its import takes a second

    found = {}
    for name in ("role", "item", "unit", "per"):
        data = [(c, n, values(f.fields[name])) for n, by in enumerate(labelled) for c, f in by.items()]
        alike = len({label for _, _, label in data}) == 1
        found[name] = MOST_ALIKE if alike else float(AnnotationTask(data=data).alpha())
    return found


def differences(report: str, measure: str, told: Judged) -> Iterator[Difference]:
    """What is missed, made up, or other than it should be."""
    ours_to = {i: told.ours[j] for i, j in told.pairs}
    for i, fact in enumerate(told.must):
        if i not in ours_to:
            yield Difference(report, measure, f"missed: {in_words(fact)}", fact.quote, "")
        elif told.wrong[i]:
            other = ours_to[i]
            what = "; ".join(f"{f} is {values(other.fields[f])}, not {values(fact.fields[f])}" for f in told.wrong[i])
            yield Difference(report, measure, f"{amount_in_words(fact)}: {what}", fact.quote, other.quote)
    used = {j for _, j in told.pairs} | told.allowed
    for j, fact in enumerate(told.ours):
        if j not in used:
            yield Difference(report, measure, f"made up: {in_words(fact)}", "", fact.quote)


def amount_in_words(fact: Fact) -> str:
    """An amount, or those that count as right."""
    return " or ".join(f"{a:g}" for a in sorted(fact.amount))


def in_words(fact: Fact) -> str:
    """A fact in a line."""
    return f"{amount_in_words(fact)} {' '.join(values(fact.fields[f]) for f in ('unit', 'item', 'role', 'per'))}"


def values(found: frozenset[Any]) -> str:
    """The values of a field that count as right."""
    return " or ".join(sorted("nothing" if v in (None, "") else str(v) for v in found))


def plain(found: Agreement) -> dict[str, Any]:
    """An agreement as plain data."""
    return {
        "format": 1,
        "reports": found.reports,
        "scores": {name: shares(s) for name, s in found.scores.items()},
        "apart": {name: shares(s) for name, s in found.apart.items()},
        "alphas": dict(found.alphas),
        "figures": found.figures,
        "unquoted": found.unquoted,
        "differences": [d._asdict() for d in found.differences],
    }


def shares(s: Score) -> dict[str, float]:
    """A score with its shares."""
    return {**s._asdict(), "precision": s.precision, "recall": s.recall, "f1": s.f1}


def terms_of(report: Report) -> list[Fact]:
    """Terms that have an amount."""
    return [fact_of(t, o.kind) for o in report.orders for t in o.terms if t.amount is not None]


def fact_of(term: Term, kind: str) -> Fact:
    """A term as it is compared."""
    highest = None if term.amount_max is None else round(float(term.amount_max), DIGITS)
    fields = {
        "unit": frozenset([unit(term.unit)]),
        "item": frozenset([item(term.item)]),
        "amount_max": frozenset([highest]),
        "role": frozenset([term.role]),
        "per": frozenset([term.per]),
        "kind": frozenset([kind]),
    }
    return Fact(frozenset([round(float(term.amount or 0), DIGITS)]), fields, term.quote or "")


def prices_of(report: Report) -> list[Fact]:
    """Market prices; their currency stands where the role of a term does."""
    return [priced(p) for p in report.prices]


def priced(price: MarketPrice) -> Fact:
    """A price as it is compared."""
    fields = {
        "unit": frozenset([unit(price.unit)]),
        "item": frozenset([item(price.item)]),
        "amount_max": frozenset([None]),
        "role": frozenset([price.currency]),
        "per": frozenset([None]),
    }
    return Fact(frozenset([round(float(price.price), DIGITS)]), fields, price.quote or "")


def together(left: Sequence[Fact], right: Sequence[Fact]) -> list[tuple[int, int]]:
    """Pairs of facts of equal amount, those that agree in most fields first."""
    ranked = sorted(
        (-sum(bool(a.fields[f] & b.fields[f]) for f in FIELDS), i, j)
        for i, a in enumerate(left)
        for j, b in enumerate(right)
        if a.amount & b.amount
    )
    found: list[tuple[int, int]] = []
    for _, i, j in ranked:
        if all(i != a and j != b for a, b in found):
            found.append((i, j))
    return found


def consensus(first: list[Fact], second: list[Fact] | None) -> tuple[list[Fact], list[Fact]]:
    """What must be found, with the values of either coding, and what may be."""
    if second is None:
        return first, []
    both = together(first, second)
    must = [
        Fact(
            first[i].amount | second[j].amount,
            {f: first[i].fields[f] | second[j].fields[f] for f in first[i].fields},
            first[i].quote,
        )
        for i, j in both
    ]
    alone = [x for i, x in enumerate(first) if i not in {i for i, _ in both}]
    return must, alone + [x for j, x in enumerate(second) if j not in {j for _, j in both}]


class Sets(NamedTuple):
    """Kinds, places or days of a report: those to be found, those that may be found besides, and those coded."""

    due: frozenset[str]
    may: frozenset[str]
    coded: frozenset[str]


def sets_of(report: Report, second: Report | None, coded: Report, gazetteer: Gazetteer) -> dict[str, Sets]:
    """Kinds, places and days of a report's orders."""
    ways: dict[str, Callable[[Report], frozenset[str]]] = {
        "kind": kinds_of,
        "place": partial(places_of, gazetteer=gazetteer),
        "date": dates_of,
    }
    found = {}
    for name, of in ways.items():
        one = of(report)
        other = one if second is None else of(second)
        found[name] = Sets(one & other, one ^ other, of(coded))
    return found


def kinds_of(report: Report) -> frozenset[str]:
    """Kinds of order."""
    return frozenset(o.kind for o in report.orders)


def dates_of(report: Report) -> frozenset[str]:
    """Days of orders, whatever they are; the time of publication says nothing."""
    published = report.published or ""
    silent = (published, published[: len("2021-10")], published[: len("2021")])
    days = [getattr(o, name) for o in report.orders for name in DATES]
    return frozenset(d for d in days if d and d not in silent)


def places_of(report: Report, gazetteer: Gazetteer) -> frozenset[str]:
    """Places of orders, by id where the gazetteer knows the spelling."""
    ids = spellings(gazetteer)
    return frozenset(ids.get(letters(p.name)) or letters(p.name) for o in report.orders for p in o.places)


@cache
def spellings_of(places: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Letters of a spelling to the first place that has it."""
    found: dict[str, str] = {}
    for place, name in places:
        found.setdefault(letters(name), place)
    found.pop("", None)
    return found


def spellings(gazetteer: Gazetteer) -> dict[str, str]:
    """Letters of every spelling to the first place that has it."""
    return spellings_of(tuple((p.id, name) for p in gazetteer.places.values() for name in (p.name, *p.aliases)))


def letters(name: str) -> str:
    """Plain letters of a place's name, without the words for what it is."""
    return re.sub(r"[^a-z]", "", GENERIC.sub("", name.lower()))


def quotes_of(report: Report) -> list[str | None]:
    """Quotes of all figures."""
    found = [t.quote for o in report.orders for t in o.terms if t.amount is not None]
    return found + [p.quote for p in report.prices]


@cache
def same() -> dict[str, dict[str, str]]:
    """Words that mean one thing, by field."""
    found: dict[str, dict[str, str]] = {}
    with (SHIPPED / "codebook" / "same.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            found.setdefault(row["field"], {})[row["word"]] = row["means"]
    return found


def singular(word: str) -> str:
    """A noun in the singular."""
    if word.endswith("ies") and len(word) > IES:
        return word[:-3] + "y"
    if word.endswith(LONG_ENDING):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > SHORTEST else word


def item(text: str | None) -> str:
    """A good in plain words, the last of them in the singular."""
    words = re.sub(r"[^a-z ]", " ", (text or "").lower()).split()
    name = " ".join([*words[:-1], singular(words[-1])]) if words else ""
    return same()["item"].get(name, name)


def unit(text: str | None) -> str:
    """A unit by its usual word."""
    low = (text or "").strip().lower()
    known = same()["unit"]
    return known.get(low) or known.get(singular(low)) or singular(low)
