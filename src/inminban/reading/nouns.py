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
from inminban.reading.sentences import Tokens


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


def nouns(tokens: Tokens) -> list[Noun]:
    """Nouns of the table in a text, in order."""
    known = forms()
    found = []
    starts, ends, keys = tokens.starts, tokens.ends, tokens.keys
    for number, key in enumerate(keys):
        if sort := known.get(key):
            joined = number and starts[number] - ends[number - 1] == 1 and keys[number - 1].isalpha()
            phrase = f"{keys[number - 1]} {key}" if joined and keys[number - 1] not in STOPWORDS else ""
            found.append(Noun(starts[number], ends[number], key, phrase, sort))
    return found


@cache
def forms() -> Mapping[str, str]:
    """Sort of each noun, in the singular and the plural."""
    known = table()
    return {form: sort for word, sort in known.items() for form in plurals(word)} | dict(known)


def plurals(word: str) -> Sequence[str]:
    """What a noun may be in the plural."""
    found = [word + "s", word + "es"]
    return [*found, word[:-1] + "ies"] if word.endswith("y") else found
