"""The word tables of a country made ready for one pass over a text, and what that pass finds."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from inminban.model.country import Country
from inminban.model.places import spelling
from inminban.reading.beginnings import Patterns, Places
from inminban.reading.sentences import Tokens, tokens

Row = Mapping[str, str]
TABLES = ("items", "per", "every", "roles", "kinds", "offices", "voice")
PARTICLES = frozenset(["", *"을를은는이가과와도의로에당만", "으로", "에게", "마다", "에서", "까지", "부터"])
LONGEST_PHRASE = 7
FOOD = ("food", "grain")
NOTHING = "(?!)"
BETWEEN = frozenset([" ", "-", "\n", ". ", ".", "‑"])
Phrase = tuple[tuple[str, ...], str, Row]
Phrases = tuple[Phrase, ...]


class Hit(NamedTuple):
    """A word or phrase of a table, found in the text."""

    start: int
    end: int
    row: Row


@dataclass(frozen=True)
class Hits:
    """What was found of one table, in the order of the text."""

    all: tuple[Hit, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, hits: Iterable[Hit]) -> Hits:
        """Put hits in order."""
        ordered = tuple(sorted(hits, key=lambda h: (h.start, -h.end)))
        return cls(ordered, tuple(h.start for h in ordered))

    def within(self, start: int, end: int) -> tuple[Hit, ...]:
        """Hits that begin in the stretch."""
        return self.all[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def last(self, start: int, end: int) -> Hit | None:
        """Last hit that begins and ends in the stretch."""
        for hit in reversed(self.within(start, end)):
            if hit.end <= end:
                return hit
        return None

    def covering(self, place: int) -> Hit | None:
        """Hit that the place lies in."""
        before = bisect_right(self.starts, place) - 1
        return self.all[before] if before >= 0 and self.all[before].end > place else None


@dataclass(frozen=True)
class Lexicon:
    """The tables of a country as dictionaries; made once a country."""

    country: Country
    phrases: Mapping[str, Mapping[str, Phrases]]
    korean: Mapping[str, tuple[tuple[str, Row], ...]]
    places: Mapping[str, tuple[tuple[str, ...], ...]]
    korean_places: frozenset[str]
    units: re.Pattern[str]
    korean_units: re.Pattern[str]
    unit_subject: re.Pattern[str]
    unit_rows: Mapping[str, Row]
    counted: str
    worth: re.Pattern[str]
    food_for: re.Pattern[str]
    symbols: re.Pattern[str]
    symbol_units: Mapping[str, str]
    rate: re.Pattern[str]
    goods: frozenset[str]
    currencies: tuple[str, ...]
    usual_units: Mapping[str, str]
    skips: Patterns
    skips_why: tuple[str, ...]
    korean_skips: tuple[tuple[re.Pattern[str], str], ...]
    longest_korean: int

    def scan(self, text: str, words_of: Tokens) -> tuple[dict[str, Hits], list[tuple[int, int, str]]]:
        """Find the phrases of every table, the longest at each place, and the spellings of places."""
        found: defaultdict[str, list[Hit]] = defaultdict(list)
        named: list[tuple[int, int, str]] = []
        done: dict[str, int] = {}
        starts, ends, keys = words_of.starts, words_of.ends, words_of.keys
        last = 0
        for number, key in enumerate(keys):
            start = starts[number]
            if "가" <= key[0] <= "힣":
                for table, hit in self._korean_at(text, start, key):
                    if hit.start >= done.get(table, 0):
                        found[table].append(hit)
                        done[table] = hit.end
                named += self._korean_place_at(start, key)
                last = named[-1][1] if named else 0
                continue
            for words, table, row in self._phrases_at(keys, number, key):
                if start >= done.get(table, 0) and matches(text, words_of, number, words):
                    end = ends[number + len(words) - 1]
                    found[table].append(Hit(start, end, row))
                    done[table] = end
            if start >= last and text[start].isupper() and (place := self._place_at(text, words_of, number)):
                named.append(place)
                last = place[1]
        return {table: Hits.of(found[table]) for table in TABLES}, named

    def skipped(self, text: str, at: Places, *, hangul: bool) -> list[tuple[int, int, str]]:
        """Numbers that count nothing (part of a name, an age, a time of day), each with the reason."""
        found = [
            (m.start(), m.end(), why)
            for why, matches in zip(self.skips_why, self.skips.found(text, at), strict=True)
            for m in matches
        ]
        if hangul:
            found += [(m.start(), m.end(), why) for pattern, why in self.korean_skips for m in pattern.finditer(text)]
        return sorted(found)

    def _phrases_at(self, keys: Sequence[str], number: int, key: str) -> Sequence[Phrase]:
        found = self.phrases.get(key)
        after = keys[number + 1] if number + 1 < len(keys) else ""
        own: Phrases = ()
        if found:
            own = found.get(after) or found[""]
            if after[-2:] == "'s" and (owned := found.get(after[:-2])):
                own = owned if own is found[""] else tuple(sorted([*own, *owned], key=lambda p: -len(p[0])))
        return (*own, *self._phrases_at(keys, number, key[:-2])) if key[-2:] == "'s" else own

    def _korean_at(self, text: str, start: int, key: str) -> Iterator[tuple[str, Hit]]:
        word = text[start : start + self.longest_korean]
        for length in range(len(word), 0, -1):
            if length == 1 and key[1:] not in PARTICLES:
                continue
            for table, row in self.korean.get(word[:length], ()):
                yield table, Hit(start, start + length, row)

    def _korean_place_at(self, start: int, key: str) -> list[tuple[int, int, str]]:
        for length in range(min(len(key), 12), 1, -1):
            if key[:length] in self.korean_places:
                return [(start, start + length, key[:length])]
        return []

    def _place_at(self, text: str, tokens: Tokens, number: int) -> tuple[int, int, str] | None:
        first = folded(text[tokens.starts[number] : tokens.ends[number]])
        for words in self.places.get(first, ()):
            if matches(text, tokens, number, words, fold=True):
                end = tokens.ends[number + len(words) - 1]
                owned = text[end - 2 : end] in ("'s", "’s")
                return tokens.starts[number], end - 2 * owned, " ".join(words)
        return None


@lru_cache(100_000)
def folded(word: str) -> str:
    """Spelling of one word of a place's name, without the possessive."""
    return spelling(re.sub(r"['’]s$", "", word))


def matches(text: str, tokens: Tokens, number: int, words: tuple[str, ...], *, fold: bool = False) -> bool:
    """Whether the phrase stands at that word, its words parted by a space or hyphen only."""
    if number + len(words) > len(tokens.keys):
        return False
    for place, word in enumerate(words, number):
        start = tokens.starts[place]
        key = folded(text[start : tokens.ends[place]]) if fold else tokens.keys[place]
        if key != word and key.removesuffix("'s") != word:
            return False
        if place > number and text[tokens.ends[place - 1] : start] not in BETWEEN:
            return False
    return True


CACHE: dict[tuple[str, str], Lexicon] = {}


def lexicon(country: Country) -> Lexicon:
    """Give the lexicon of a country, made on first use."""
    key = (str(country.folder), country.words_digest)
    if key not in CACHE:
        CACHE[key] = made(country)
    return CACHE[key]


def made(country: Country) -> Lexicon:
    """Compile the tables."""
    known: defaultdict[str, dict[tuple[tuple[str, ...], str], Row]] = defaultdict(dict)
    korean: defaultdict[str, dict[str, Row]] = defaultdict(dict)
    for table in TABLES:
        for row in (*country.words(table), *(item_rows(country) if table == "items" else ())):
            for word in row["words"].split("|"):
                words = tuple(tokens(word).keys)
                if re.match("[가-힣]", word):
                    korean[word].setdefault(table, row)
                elif words:
                    known[words[0]].setdefault((words, table), row)
    unit_rows, units, korean_units = unit_tables(country)
    masses = [w for w, r in unit_rows.items() if r["family"] in ("mass", "volume")]
    food = either([*FOOD, country.staple, country.settings.get("cheaper_staple", country.staple)])
    symbols = {w: r["unit"] for r in country.words("symbols") for w in r["words"].split("|")}
    places, korean_places = place_tables(country)
    skips = {lang: [r for r in country.words("skip") if r["lang"] == lang] for lang in ("en", "ko")}
    return Lexicon(
        country=country,
        phrases={
            k: by_second([(w, t, r) for (w, t), r in sorted(v.items(), key=lambda e: -len(e[0][0]))])
            for k, v in known.items()
        },
        korean={k: tuple(v.items()) for k, v in korean.items()},
        places=places,
        korean_places=korean_places,
        units=units,
        korean_units=korean_units,
        unit_subject=re.compile(
            rf"(?:\b(?:an?|one|per|1|the)\s?-?|(?:one|per|the)\s-)(?:{either(masses)})", re.IGNORECASE
        ),
        unit_rows=unit_rows,
        counted=counted_words(country),
        worth=re.compile(rf"(?:['’]s?)?\s?(?:worth|supply|ration)\b|\sof\s(?:{food}|rations)", re.IGNORECASE),
        food_for=re.compile(rf"\b(?:{food}|rations?|supplies) (?:enough )?for (?:about |some )?$", re.IGNORECASE),
        symbols=re.compile(rf"(?<![\w$])({either(symbols)})\s?$"),
        symbol_units=symbols,
        rate=re.compile(rf"\b(?:one|the|1|a)\s(?:[\w.]{{2,8}}\s)?({either(foreign(country))})\b", re.IGNORECASE),
        currencies=tuple(sorted({r["unit"] for r in country.words("units") if r["family"] == "money"})),
        goods=frozenset({r["item"] for r in country.words("items")} | set(country.items)),
        usual_units={r["item"]: r["unit"] for r in country.words("items") if r["unit"]},
        skips=Patterns.of([re.compile(r["pattern"]) for r in skips["en"]]),
        skips_why=tuple(r["why"] for r in skips["en"]),
        korean_skips=tuple((re.compile(r["pattern"]), r["why"]) for r in skips["ko"]),
        longest_korean=max((len(w) for w in korean), default=1),
    )


def by_second(phrases: Sequence[Phrase]) -> dict[str, Phrases]:
    """Phrases of one first word by their second, those of one word among each of them; under "" these alone."""
    seconds = {words[1] for words, _, _ in phrases if len(words) > 1}
    return {
        second: tuple(p for p in phrases if len(p[0]) == 1 or p[0][1] == second) for second in ("", *sorted(seconds))
    }


def counted_words(country: Country) -> str:
    """Pattern of the words of weight, money and shares, which make the number before them an amount and no date."""
    rows = [r for r in country.words("units") if r["family"] in ("mass", "money", "percent") and r["lang"] == "en"]
    words = either({w for r in rows for w in r["words"].split("|")})
    return rf"(?:{words})(?!\w)"


def foreign(country: Country) -> set[str]:
    """Words of foreign money, one word each."""
    money = [
        r
        for r in country.words("units")
        if r["family"] == "money" and r["unit"] != country.currency and r["lang"] == "en"
    ]
    return {w for r in money for w in r["words"].split("|") if " " not in w}


def either(words: Iterable[str]) -> str:
    """Pattern of any of the words, the longest that fits; one that fits nothing where there are none."""
    known = set(words)
    return branches(known) if known else NOTHING


def branches(words: Set[str]) -> str:
    """Pattern of any of the words, which parts where they do: no letter is looked at twice."""
    begun: defaultdict[str, set[str]] = defaultdict(set)
    for word in words - {""}:
        begun[word[0]].add(word[1:])
    parts = [re.escape(letter) + branches(rest) for letter, rest in sorted(begun.items())]
    if not parts:
        return ""
    one = parts[0] if len(parts) == 1 and "" not in words else f"(?:{'|'.join(parts)})"
    return one + "?" * ("" in words)


def item_rows(country: Country) -> Iterator[Row]:
    """Aliases of the country's own table of items, money and land aside."""
    for item in country.items.values():
        if item.family not in ("money", "area", "time") and item.unit != "t":
            yield {
                "words": "|".join(dict.fromkeys((item.code, *item.aliases))),
                "item": item.code,
                "unit": "",
                "generic": "",
            }


def unit_tables(country: Country) -> tuple[dict[str, Row], re.Pattern[str], re.Pattern[str]]:
    """Rows of the units by their word, and the two patterns that find one behind a number."""
    rows: dict[str, dict[str, Row]] = {"en": {}, "ko": {}}
    for row in country.words("units"):
        for word in row["words"].split("|"):
            rows[row["lang"]].setdefault(word.casefold(), row)
    english = rf"[\s-]{{0,2}}({either(rows['en'])})(?![^\W\d_가-힣])"
    korean = rf"\s?({either(rows['ko'])})"
    return {**rows["ko"], **rows["en"]}, re.compile(english, re.IGNORECASE), re.compile(korean)


def place_tables(country: Country) -> tuple[dict[str, tuple[tuple[str, ...], ...]], frozenset[str]]:
    """Spellings of places by their first word, the longest first; and those in Hangul."""
    english: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    korean = set()
    for name, ids in country.gazetteer.spellings.items():
        small = all(country.gazetteer.places[i].level in ("district", "dong") for i in ids)
        if re.search("[가-힣]", name):
            if len(name) > 2 or (len(name) == 2 and not small):
                korean.add(name)
        else:
            words = tuple(name.split())
            if len(words) <= LONGEST_PHRASE and not (small and len(words) == 1 and len(name) < 5):
                english[words[0]].add(words)
    return {k: tuple(sorted(v, key=lambda w: (-len(w), w))) for k, v in english.items()}, frozenset(korean)
