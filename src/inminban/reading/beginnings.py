"""Patterns tried only at the words that a match of theirs can begin with, rather than at every letter of a text.

Most patterns of the tables begin at a word, and few words can begin any of them. Which of them may begin with some
letters is asked of `regex`, which tells whether letters could go on to become a match.
"""

from __future__ import annotations

import re
import string
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import regex

WORDS = re.compile(r"\w+")
LETTERS = 3  # more letters tell words apart better and are more to learn
ANY_DIGIT = "#"
DIGITS = "0123456789٣"
BEFORE = "("  # what is put before a word when asking: no letter, no digit
MOST_KNOWN = 100_000
NO_WORD = "qzx"
AT_A_WORD = ("\\b", "(?<=\\()")
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
WITHIN = re.compile(r"\[[^\]]+\]")
GROUP = re.compile(r"\([^()]*\)")
REPEATED = re.compile(r".(?:[*?]|\{[^}]*\})[?+]?|\+")
PLAIN, GAP = 0xE000, "\0"  # signs that were escaped, out of the way of those that mean something
LITERAL = re.compile(r"[\w @/:;,\-\ue000-\ue07f]+")
Places = Mapping[str, Sequence[int]]


def words(text: str) -> Places:
    """Where words begin, by their first letters; a word that begins with a digit counts as `#`."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    starts = [m.start() for m in WORDS.finditer(text)]
    for start, letters in zip(starts, [text[s : s + LETTERS] for s in starts], strict=True):
        found[letters].append(start)
    numbers = [letters for letters in found if letters[0].isdecimal()]
    if numbers:
        found[ANY_DIGIT] = sorted(chain.from_iterable([found.pop(letters) for letters in numbers]))
    return found


@dataclass(frozen=True)
class Pattern:
    """A pattern by its alternatives: those that few words begin, those that any may, those that begin anywhere.

    Of the last two it is known which letters each must have somewhere ("" where none is sure).
    """

    whole: re.Pattern[str]
    narrow: regex.Pattern[str] | None
    wide: tuple[str, ...]
    anywhere: tuple[str, ...]

    @classmethod
    def of(cls, pattern: re.Pattern[str]) -> Pattern:
        """Sort the alternatives of a pattern."""
        narrow, wide, anywhere = [], [], []
        for part in alternatives(pattern.pattern):
            could = regex.compile(part, pattern.flags & re.IGNORECASE)
            if not part.startswith(AT_A_WORD) or behind_a_word(could):
                anywhere.append(surely(part, pattern))
            elif could.match(BEFORE + NO_WORD, 1, partial=True):
                wide.append(surely(part, pattern))
            else:
                narrow.append(part)
        could = regex.compile("|".join(narrow), pattern.flags & re.IGNORECASE)
        return cls(pattern, could if narrow else None, tuple(wide), tuple(anywhere))

    def may(self, letters: str) -> bool:
        """Whether a word that begins with some letters may begin what is narrow of the pattern."""
        if self.narrow is None:
            return False
        if not letters.isascii() and self.whole.flags & re.IGNORECASE:
            return True  # the two libraries differ in which letters of other scripts fold to Latin ones
        return self.narrow.match(BEFORE + letters, 1, partial=True) is not None


@dataclass(frozen=True)
class Patterns:
    """Patterns that are looked for together; `known` remembers which of them may begin with some letters."""

    all: tuple[Pattern, ...]
    known: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, patterns: Iterable[re.Pattern[str]]) -> Patterns:
        """Make patterns ready."""
        return cls(tuple(map(Pattern.of, patterns)))

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
            return tuple(n for n, p in enumerate(self.all) if any(map(p.may, DIGITS)))
        left = self.beginning(letters[:-1]) if len(letters) > 1 else range(len(self.all))
        return tuple(n for n in left if self.all[n].may(letters))

    def found(self, text: str, at: Places) -> Iterator[Sequence[re.Match[str]]]:
        """What each pattern finds in a text, as its `finditer` would; `at` are the words of the text."""
        places: defaultdict[int, list[int]] = defaultdict(list)
        known = self.known.get
        for letters, starts in at.items():
            numbers = known(letters)
            for number in self.beginning(letters) if numbers is None else numbers:
                places[number] += starts
        every: list[int] = []
        for number, pattern in enumerate(self.all):
            if pattern.anywhere and any(letters in text for letters in pattern.anywhere):
                yield list(pattern.whole.finditer(text))
            elif pattern.wide and any(letters in text for letters in pattern.wide):
                every = every or sorted(chain.from_iterable(at.values()))
                yield found_at(pattern.whole, text, every)
            else:
                yield found_at(pattern.whole, text, sorted(places[number])) if number in places else ()


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


def surely(part: str, pattern: re.Pattern[str]) -> str:
    """The longest letters that all an alternative finds must have, as far as they stand outside of any group."""
    if pattern.flags & re.IGNORECASE:
        return ""
    outside = WITHIN.sub(GAP, ESCAPED.sub(lambda m: GAP if m[1].isalnum() else chr(ord(m[1]) + PLAIN), part))
    while outside != (outer := GROUP.sub(GAP, outside)):
        outside = outer
    letters = max(LITERAL.findall(REPEATED.sub(GAP, outside)), key=len, default="")
    return "".join(chr(ord(c) - PLAIN) if PLAIN <= ord(c) < PLAIN + 128 else c for c in letters)


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
