"""Coded reports as examples to learn from: what each figure, place and day of a text was coded as by hand."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inminban.measures.agreement import item as same_item
from inminban.measures.agreement import letters, spellings
from inminban.measures.agreement import unit as same_unit
from inminban.model.country import Country
from inminban.model.files import normal
from inminban.reading.clues import Scene
from inminban.reading.figures import Figure, replace
from inminban.reading.goods import figures
from inminban.reading.implied import implied
from inminban.reading.lexicon import lexicon
from inminban.reading.page import opened
from inminban.reading.scope import scoped
from practice import briefs

Coding = Mapping[str, Any]
HALF, BOTH = 0.3, 0.5  # weight of what only one coder has, and of each answer where two differ


@dataclass(frozen=True)
class Fact:
    """A figure as somebody coded it."""

    role: str
    amount: float
    high: float | None
    unit: str
    item: str
    per: str | None
    currency: str | None
    quote: str
    start: int | None


@dataclass
class Example:
    """A report, its figures, and for each figure what the coders made of it (None: nothing)."""

    id: str
    coding: Coding
    second: Coding | None
    scene: Scene
    facts: list[list[Fact | None]]
    practice: bool = False

    @property
    def codings(self) -> list[Coding]:
        """One or two codings by hand."""
        return [self.coding] if self.second is None else [self.coding, self.second]

    def roles(self, number: int) -> dict[str, float]:
        """Roles of a figure with their weights; "none" where a coder left it out."""
        said = [fact.role if fact else "none" for fact in self.facts[number]]
        if len(set(said)) == 1:
            return {said[0]: 1.0}
        return dict.fromkeys(said, HALF if "none" in said else BOTH)

    def coded(self, number: int) -> list[Fact]:
        """What the coders made of a figure."""
        return [fact for fact in self.facts[number] if fact]


def facts_of(coding: Coding) -> Iterator[Fact]:
    """Figures of a coding, prices among them with the role "price"."""
    for order in coding.get("orders") or []:
        for t in order.get("terms") or []:
            if t.get("amount") is not None:
                yield Fact(
                    t["role"], t["amount"], t.get("amount_max"), t.get("unit") or "", t.get("item") or "",
                    t.get("per"), None, t.get("quote") or "", t.get("start"),
                )  # fmt: skip
    for p in coding.get("prices") or []:
        yield Fact(
            "price", p["price"], p.get("price_max"), p.get("unit") or "", p.get("item") or "",
            None, p.get("currency"), p.get("quote") or "", p.get("start"),
        )  # fmt: skip


def example(coding: Coding, second: Coding | None, country: Country, *, practice: bool = False) -> Example:
    """Open a report and tie what was coded to the figures found in it."""
    text = normal(coding["text"])
    page = opened(text, coding.get("published"), lexicon(country))
    found = scoped(page, implied(page, figures(page)))
    facts: list[list[Fact | None]] = [[] for _ in found]
    for one in [coding] if second is None else [coding, second]:
        tied = ties(text, found, list(facts_of(one)))
        for number, row in enumerate(facts):
            row.append(tied.get(number))
    return Example(coding["id"], coding, second, Scene(page, found, coding.get("title") or ""), facts, practice)


def ties(text: str, found: Sequence[Figure], facts: Sequence[Fact]) -> dict[int, Fact]:
    """Which coded figure belongs to which figure of the text: equal amounts, within the quote if possible."""
    tied: dict[int, Fact] = {}
    for fact in facts:
        quote = normal(fact.quote)
        spans = [(fact.start, fact.start + len(quote))] if fact.start is not None else list(places(text, quote))
        marks = {
            n: 3 * any(a <= f.number.start < b for a, b in spans)
            + (same_unit(f.unit) == same_unit(fact.currency or fact.unit))
            + 0.5 * ((f.high is None) == (fact.high is None))
            for n, f in enumerate(found)
            if n not in tied and abs(f.low - fact.amount) < 1e-6
        }
        if marks:
            tied[max(marks, key=lambda n: (marks[n], -n))] = fact
    return tied


def places(text: str, quote: str) -> Iterator[tuple[int, int]]:
    """Everywhere that a quote stands."""
    start = text.find(quote) if quote else -1
    while start >= 0:
        yield start, start + len(quote)
        start = text.find(quote, start + 1)


def load(folder: Path, seconds: Path | None, country: Country) -> list[Example]:
    """Coded reports of a folder with their second codings."""
    found = []
    for path in sorted(folder.glob("*.json")):
        other = seconds / path.name if seconds else None
        second = json.loads(other.read_text(encoding="utf-8")) if other and other.is_file() else None
        found.append(example(json.loads(path.read_text(encoding="utf-8")), second, country))
    return found


def right_goods(example: Example, number: int) -> tuple[set[str], set[str]]:
    """Units and items that count as right for a figure."""
    coded = example.coded(number)
    return {same_unit(f.unit) for f in coded}, {same_item(f.item) for f in coded}


def place_ids(coding: Coding, country: Country) -> set[str]:
    """Places of a coding's orders, by id where the gazetteer knows the spelling."""
    ids = spellings(country.gazetteer)
    names = [p["name"] for o in coding.get("orders") or [] for p in o.get("places") or []]
    return {ids.get(letters(n)) or letters(n) for n in names}


def with_role(figure: Figure, role: str) -> Figure:
    """The figure as if that role had been decided."""
    return replace(figure, role=role)  # type: ignore[arg-type]


def example_kinds(coding: Coding) -> set[str]:
    """Kinds of a coding's orders."""
    return {o["kind"] for o in coding.get("orders") or []}


def gold(country: Country, root: Path) -> list[Example]:
    """Every report coded by hand but those kept for the last score, and the practice texts."""
    with (root / "tests/gold/further/split.csv").open(encoding="utf-8", newline="") as rows:
        last = {row["report"] for row in csv.DictReader(rows) if row["used"] == "last"}
    found = []
    for folder, second in (*((k, "second") for k in ("levy", "relief", "crackdown")), ("further", "further_second")):
        found += load(root / "tests/gold" / folder, root / "tests/gold" / second, country)
    practice = [c for path in sorted((root / "training/practice").glob("*.txt")) for c in briefs(path)]
    kept = [e for e in found if e.id not in last]
    return kept + [example(c, None, country, practice=True) for c in practice]
