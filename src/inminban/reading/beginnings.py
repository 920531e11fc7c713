"""Patterns tried only at the words that a match of theirs can begin with, rather than at every letter of a text.

Most patterns of the tables begin at a word, and few words can begin any of them. Which of them may begin with some
letters is asked of `regex`, which tells whether letters could go on to become a match.
"""

from __future__ import annotations

import re
import string
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import regex

WORDS = re.compile(r"\w+")
LETTERS = 3  # more letters tell words apart better and are more to learn
ANY_DIGIT = "#"
DIGITS = "0123456789٣"
BEFORE = "("  # what is put before a word when asking: no letter, no digit
MOST_KNOWN = 100_000
AT_A_WORD = ("\\b", "(?<=\\()")
Places = Mapping[str, Sequence[int]]


def words(text: str) -> Places:
    """Where words begin, by their first letters; a word that begins with a digit counts as `#`."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for match in WORDS.finditer(text):
        start = match.start()
        letters = text[start : start + LETTERS]
        found[ANY_DIGIT if letters[0].isdecimal() else letters].append(start)
    return found


@dataclass(frozen=True)
class Patterns:
    """Patterns that are looked for together; `known` remembers which of them may begin with some letters."""

    all: tuple[re.Pattern[str], ...]
    anywhere: frozenset[int]
    could: tuple[regex.Pattern[str], ...]
    known: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, patterns: Sequence[re.Pattern[str]]) -> Patterns:
        """Make ready; what may begin within a word is looked for everywhere."""
        could = tuple(regex.compile(p.pattern, p.flags & re.IGNORECASE) for p in patterns)
        anywhere = frozenset(n for n, p in enumerate(patterns) if not at_a_word(p.pattern) or behind_a_word(could[n]))
        return cls(tuple(patterns), anywhere, could)

    def beginning(self, letters: str) -> tuple[int, ...]:
        """Numbers of the patterns that may begin with some letters."""
        found = self.known.get(letters)
        if found is None:
            if len(self.known) > MOST_KNOWN:
                self.known.clear()
            found = self.known[letters] = self.learned(letters)
        return found

    def learned(self, letters: str) -> tuple[int, ...]:
        """Ask which patterns may begin with some letters, those that one letter less leaves open."""
        if letters == ANY_DIGIT:
            return tuple(n for n in range(len(self.all)) if any(self.may(n, d) for d in DIGITS))
        left = self.beginning(letters[:-1]) if len(letters) > 1 else range(len(self.all))
        return tuple(n for n in left if self.may(n, letters))

    def may(self, number: int, letters: str) -> bool:
        """Whether a pattern may begin with some letters."""
        if number in self.anywhere:
            return False
        if not letters.isascii() and self.all[number].flags & re.IGNORECASE:
            return True  # the two libraries differ in which letters of other scripts fold to Latin ones
        return self.could[number].match(BEFORE + letters, 1, partial=True) is not None

    def found(self, text: str, at: Places) -> Iterator[Sequence[re.Match[str]]]:
        """What each pattern finds in a text, as its `finditer` would; `at` are the words of the text."""
        places: defaultdict[int, list[int]] = defaultdict(list)
        for letters, starts in at.items():
            for number in self.beginning(letters):
                places[number] += starts
        for number, pattern in enumerate(self.all):
            if number in self.anywhere:
                yield list(pattern.finditer(text))
            else:
                yield found_at(pattern, text, sorted(places[number])) if number in places else ()


def found_at(pattern: re.Pattern[str], text: str, starts: Sequence[int]) -> Sequence[re.Match[str]]:
    """Matches that begin at some places, in their order, none within another."""
    found: list[re.Match[str]] = []
    end = 0
    match = pattern.match
    for start in starts:
        if start >= end and (one := match(text, start)):
            found.append(one)
            end = one.end()
    return found


def at_a_word(pattern: str) -> bool:
    """Whether all that a pattern says begins at a word."""
    return all(part.startswith(AT_A_WORD) for part in alternatives(pattern))


def behind_a_word(pattern: regex.Pattern[str]) -> bool:
    """Whether a pattern can begin with a sign right behind a word."""
    return any(pattern.match("a" + sign, 1, partial=True) for sign in string.punctuation + " \n")


def alternatives(pattern: str) -> list[str]:
    """The outermost alternatives of a pattern."""
    cuts, depth, within, place = [-1], 0, False, 0
    while place < len(pattern):
        sign = pattern[place]
        if sign == "\\":
            place += 1
        elif within:
            within = sign != "]"
        elif sign == "[":
            within = True
            place += pattern[place + 1 : place + 2] == "]"
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and not depth:
            cuts.append(place)
        place += 1
    return [pattern[a + 1 : b] for a, b in zip(cuts, [*cuts[1:], len(pattern)], strict=True)]
