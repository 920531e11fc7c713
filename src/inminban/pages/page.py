"""A page as plain values: everything that is on it, before any HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from inminban.measures.range import Figure
from inminban.model.source import Kind, Source
from inminban.pages.charts import Drawing

KINDS: tuple[Kind, ...] = ("assumed", "simulated", "data", "reported")
MOST_MARKS = 2
NO_QUOTE = "“”"


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of one input beside a number: its kind and the note that it leads to."""

    kind: Kind
    note: int
    tip: str


@dataclass(frozen=True, slots=True)
class Said:
    """Words of the report inside a sentence of ours; `words` are None for a plain stretch."""

    text: str
    words: str | None = None
    marks: tuple[Mark, ...] = ()


Sentence = tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Big:
    """One of the four big numbers: the number, what it is, how it comes about."""

    number: str
    what: str
    how: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: the text, a small line under it, a link, and whether it is a number."""

    text: str
    small: str = ""
    href: str = ""
    number: bool = False
    strong: bool = False
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: column heads, rows whose first cell heads the row, and how many columns from the end are numbers."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    look: str = "cards"
    middle: int | None = None


@dataclass(frozen=True, slots=True)
class Figured:
    """A chart with its finding, what it measures, and the table under it."""

    title: str
    sub: str
    drawing: Drawing
    table: Grid


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a pair of figures hangs together, and why."""

    verdict: Literal["holds", "does not", "open"]
    word: str
    title: str
    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A sentence of the report, split at the words that hold figures, and what was read from them."""

    parts: Sentence
    role: str


@dataclass(frozen=True, slots=True)
class Block:
    """All that is shown of one order."""

    anchor: str
    title: str
    sentences: tuple[Sentence, ...]
    meta: str
    excerpts: tuple[Excerpt, ...]
    readings_title: str
    readings_text: str
    readings: Grid | None
    figure: Figured | None
    verdicts: tuple[Verdict, ...]
    not_weighed: tuple[str, ...]
    sized: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A numbered row of the table of sources."""

    number: int
    what: str
    kind: Kind
    detail: str


@dataclass(frozen=True)
class Page:
    """One page: of a record, or of a folder of records."""

    lang: str
    title: str
    kick: tuple[str, str]
    headline: str
    standfirst: str
    home: str
    bigs: tuple[Big, ...]
    blocks: tuple[Block, ...]
    map: Markup
    map_title: str
    map_text: str
    prices: Grid | None
    prices_text: str
    reported_prices: Grid | None
    doubts: tuple[str, ...]
    leftovers: tuple[str, ...]
    set_aside: tuple[str, ...]
    notes: tuple[Note, ...]
    says: str
    footer: tuple[tuple[str, str, str], ...]
    burdens: Figured | None = None
    burdens_note: str = ""
    verdicts: tuple[Verdict, ...] = ()
    price_history: Figured | None = None
    reports: tuple[Cell, ...] = ()


class Notes:
    """Numbers the sources of a page in the order in which they are first cited."""

    def __init__(self) -> None:
        self.numbers: dict[Source, int] = {}

    def mark(self, source: Source) -> Mark:
        """Cite a source."""
        number = self.numbers.setdefault(source, len(self.numbers) + 1)
        bare = source.kind == "reported" and source.detail != NO_QUOTE
        return Mark(
            source.kind, number, source.detail if bare else f"{source.what}. {source.detail}".replace(NO_QUOTE, "")
        )

    def marks(self, figure: Figure) -> tuple[Mark, ...]:
        """Cite every input of a figure, and return the marks of its weakest kinds, at most two."""
        every = [self.mark(s) for s in dict.fromkeys(figure.sources)]
        kinds = [k for k in KINDS if any(m.kind == k for m in every)][:MOST_MARKS]
        return tuple(next(m for m in every if m.kind == kind) for kind in kinds)

    def rows(self) -> tuple[Note, ...]:
        """Return the table of sources."""
        return tuple(
            Note(number, s.what, s.kind, s.detail.replace(NO_QUOTE, "–")) for s, number in self.numbers.items()
        )
