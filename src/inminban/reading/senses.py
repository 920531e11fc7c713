"""What sort of word each word of a text is: of giving, demanding, paying, seizing, as the table of senses has it."""

from __future__ import annotations

import csv
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from inminban.model.country import SHIPPED
from inminban.reading.sentences import Tokens

HANGUL = ("가", "힣")
LONGEST_KOREAN = 6


class Mark(NamedTuple):
    """A stretch of the text and the sort of word it is."""

    start: int
    end: int
    sort: str


Phrases = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]


@cache
def table() -> Phrases:
    """Phrases of the table by their first word, each with its sense."""
    found: defaultdict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    with (SHIPPED / "reading" / "senses.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for phrase in row["words"].split("|"):
            words = tuple(phrase.casefold().split())
            found[words[0]].append((words, row["sense"]))
    return dict(found)


def senses(tokens: Tokens) -> list[Mark]:
    """Every phrase of the table in the text, in order; a word may have several senses."""
    found: list[Mark] = []
    known = table()
    starts, ends, keys = tokens.starts, tokens.ends, tokens.keys
    for number, key in enumerate(keys):
        rows = known.get(key, ())
        if HANGUL[0] <= key[0] <= HANGUL[1]:
            found += korean(starts[number], key, known)
            continue
        for words, sense in rows:
            if len(words) == 1:
                found.append(Mark(starts[number], ends[number], sense))
            elif tuple(keys[number : number + len(words)]) == words:
                found.append(Mark(starts[number], ends[number + len(words) - 1], sense))
    return found


def korean(start: int, key: str, known: Phrases) -> list[Mark]:
    """Senses of a Korean word: of its longest beginning that the table has."""
    for length in range(min(len(key), LONGEST_KOREAN), 0, -1):
        if rows := known.get(key[:length]):
            return [Mark(start, start + length, sense) for _, sense in rows]
    return []


def within(marks: Sequence[Mark], starts: Sequence[int], start: int, end: int) -> Sequence[Mark]:
    """Marks that begin in the stretch."""
    return marks[bisect_left(starts, start) : bisect_left(starts, end)]
