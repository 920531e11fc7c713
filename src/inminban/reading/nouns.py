"""Common nouns for things that can be handed over and for people, whether or not the country's tables know them.

The words are those of Princeton WordNet 3.1 (its licence stands beside the table) whose first sense is a thing that can
be moved (food, substance, artefact, plant, animal; no building, no road) or a person.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from inminban.model.country import SHIPPED
from inminban.reading.goods import STOPWORDS
from inminban.reading.sentences import Token


class Noun(NamedTuple):
    """A noun of the text, in the singular; `phrase` is it with the word before it; `sort` is thing or person."""

    start: int
    end: int
    word: str
    phrase: str
    sort: str


@cache
def table() -> Mapping[str, str]:
    """Sort of each noun."""
    with (SHIPPED / "reading" / "nouns.csv").open(encoding="utf-8", newline="") as file:
        return {row["word"]: row["sort"] for row in csv.DictReader(file)}


def nouns(tokens: Sequence[Token]) -> list[Noun]:
    """Nouns of the table in a text, in order."""
    known = table()
    found = []
    for number, token in enumerate(tokens):
        word = next((w for w in singulars(token.key) if w in known), None)
        if word:
            before = tokens[number - 1] if number else None
            joined = before is not None and token.start - before.end == 1 and before.key not in STOPWORDS
            phrase = f"{before.key} {token.key}" if before and joined and before.key.isalpha() else ""
            found.append(Noun(token.start, token.end, token.key, phrase, known[word]))
    return found


def singulars(word: str) -> Sequence[str]:
    """A word and what it may be the plural of."""
    if not word.endswith("s"):
        return (word,)
    found = [word, word[:-1]]
    if word.endswith("es"):
        found.append(word[:-2])
    if word.endswith("ies"):
        found.append(word[:-3] + "y")
    return found
