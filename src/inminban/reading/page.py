"""A report's text with everything that the tables know marked in it, ready to be read."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from inminban.reading import beginnings
from inminban.reading.amounts import Number, numbers
from inminban.reading.beginnings import Places
from inminban.reading.dates import Day, dates
from inminban.reading.lexicon import Hit, Hits, Lexicon
from inminban.reading.names import Place, places
from inminban.reading.senses import Mark, senses
from inminban.reading.sentences import Sentence, Token, Tokens, sentences, tokens

HANGUL = re.compile("[가-힣]")


@dataclass(frozen=True)
class Page:
    """The text and its marks; every mark holds offsets into the text."""

    text: str
    published: str | None
    lexicon: Lexicon
    hits: dict[str, Hits]
    words: Places
    tokens: Tokens
    sentences: tuple[Sentence, ...]
    dates: tuple[Day, ...]
    places: tuple[Place, ...]
    numbers: tuple[Number, ...]
    masks: tuple[tuple[int, int, str], ...]

    def sentence(self, place: int) -> Sentence:
        """Sentence around a place of the text, or the one before it."""
        return self.sentences[max(0, bisect_right(self.sentence_starts, place) - 1)]

    def paragraph(self, sentence: Sentence) -> tuple[int, int]:
        """Start and end of the paragraph that a sentence stands in."""
        return self.paragraphs[sentence.paragraph]

    @cached_property
    def paragraphs(self) -> dict[int, tuple[int, int]]:
        """Start and end of each paragraph."""
        found: dict[int, tuple[int, int]] = {}
        for s in self.sentences:
            found[s.paragraph] = (found.get(s.paragraph, (s.start, 0))[0], s.end)
        return found

    @cached_property
    def sentence_starts(self) -> list[int]:
        """Where sentences begin."""
        return [s.start for s in self.sentences]

    @cached_property
    def date_starts(self) -> list[int]:
        """Where dates begin."""
        return [d.start for d in self.dates]

    @cached_property
    def place_starts(self) -> list[int]:
        """Where the names of places begin."""
        return [p.start for p in self.places]

    def first_words(self, start: int, end: int, most: int) -> tuple[Token, ...]:
        """The first words that begin in the stretch."""
        return self.tokens.first(start, end, most)

    def last_words(self, start: int, end: int, most: int) -> tuple[Token, ...]:
        """The last words that begin in the stretch, in the order of the text."""
        return self.tokens.last(start, end, most)

    @cached_property
    def senses(self) -> tuple[Mark, ...]:
        """Words of the table of senses."""
        return tuple(senses(self.tokens))

    def cues(self, table: str, start: int, end: int, what: str = "") -> tuple[Hit, ...]:
        """Words of a table in a stretch; of the table of voices only those of one sort."""
        found = self.hits[table].within(start, end)
        return tuple(h for h in found if h.row["what"] == what) if what else found

    def masked(self, start: int, end: int) -> str | None:
        """Why a number at this place is none: part of a date, a name, an age."""
        before = bisect_right(self.masks, (start, len(self.text) + 1, ""))
        for mask in self.masks[max(0, before - 6) : before]:
            if mask[0] <= start and mask[1] >= end:
                return mask[2]
        return None

    def dates_in(self, start: int, end: int) -> tuple[Day, ...]:
        """Dates that begin in the stretch."""
        return self.dates[bisect_left(self.date_starts, start) : bisect_left(self.date_starts, end)]

    def places_in(self, start: int, end: int) -> tuple[Place, ...]:
        """Places that begin in the stretch."""
        return self.places[bisect_left(self.place_starts, start) : bisect_left(self.place_starts, end)]


def opened(text: str, published: str | None, lexicon: Lexicon) -> Page:
    """Mark up a text."""
    at, hangul = beginnings.words(text), bool(HANGUL.search(text))
    counted = tuple(numbers(text, at))
    words = tokens(text)
    hits, named = lexicon.scan(text, words)
    found = places(text, named, hits, lexicon)
    masks = lexicon.skipped(text, at, hangul=hangul)
    days = tuple(d for d in dates(text, published, lexicon.counted, at) if not in_name(masks, d))
    masks += [(d.start, d.end, "date") for d in days]
    masks += [(p.start, p.end, "name") for p in found]
    return Page(
        text,
        published,
        lexicon,
        hits,
        at,
        words,
        sentences(text),
        days,
        found,
        counted,
        tuple(sorted(masks)),
    )


def in_name(masks: list[tuple[int, int, str]], day: Day) -> bool:
    """Whether a date is only part of a name, as the anniversary that a mine is named after."""
    before = bisect_right(masks, (day.start, 1 << 60, ""))
    return any(
        start <= day.start and end > day.end and why == "name" for start, end, why in masks[max(0, before - 3) : before]
    )
