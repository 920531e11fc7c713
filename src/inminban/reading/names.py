"""Places of a text: spellings of the gazetteer, and names that their kind (District, Market) shows to be places."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from inminban.errors import InputError
from inminban.model.orders import PlaceName
from inminban.model.places import Gazetteer
from inminban.reading.lexicon import Hits, Lexicon

NOT_A_NAME = re.compile(r"(?:The|This|That|Each|Every|At|In|A|One|And|But|Any|Free|Black|Local|General|Farmers['’]?)\b")
FROM = re.compile(r"\bfrom (?:the |a )?(?:[^.,;]{0,55} (?:in|of|near) )?$", re.IGNORECASE)
SOURCE_AFTER = re.compile(r"(?:[- ]based)?[ -](?:source|resident said|partner|informant|official said)")
DIRECTION = re.compile(r"\b(\w+) and $")


@dataclass(frozen=True, slots=True)
class Place:
    """A place that the text names; `aside` where it is only the source's whereabouts or where goods come from."""

    start: int
    end: int
    name: str
    id: str | None
    within: str | None
    aside: bool = False

    @property
    def named(self) -> PlaceName:
        """How a record names it."""
        return PlaceName(name=self.name, within=self.within, place=self.id)


def places(
    text: str, named: Iterable[tuple[int, int, str]], hits: dict[str, Hits], lexicon: Lexicon
) -> tuple[Place, ...]:
    """Every place of the text, in its order."""
    gazetteer = lexicon.country.gazetteer
    kinds = kind_pattern(gazetteer.kinds)
    found: list[Place] = []
    for start, end, key in named:
        if part_of_name(text, end, hits, kinds):
            continue
        kind = kinds.match(text, end)
        stop = kind.end() if kind else end
        around = within_after(text, stop, gazetteer)
        identity = one(gazetteer, key, around) or one(gazetteer, text[start:stop], around)
        aside = is_aside(text, start, stop, hits)
        if (
            found
            and found[-1].aside
            and found[-1].id
            and identity in gazetteer.ancestors(found[-1].id)[1:]
            and text[found[-1].end : start] == ", "
        ):
            aside = True
        found += paired(text, start, key, gazetteer, aside=aside)
        found.append(Place(start, stop, text[start:stop], identity, chain(gazetteer, identity), aside))
    return tuple(sorted([*found, *unknown(text, found, hits, gazetteer)], key=lambda p: p.start))


@lru_cache
def kind_pattern(kinds: tuple[str, ...]) -> re.Pattern[str]:
    """Words that may follow a place's name and belong to it."""
    names = "|".join(re.escape(k) for k in sorted(kinds, key=len, reverse=True) if k != "market")
    return re.compile(rf"[ -](?:{names})(?:-level)?\b", re.IGNORECASE)


@lru_cache
def unknown_pattern(suffixes: tuple[str, ...]) -> re.Pattern[str]:
    """Names that a kind of place follows, as a word or behind a hyphen."""
    behind = rf"|-(?:{'|'.join(map(re.escape, suffixes))})\b" if suffixes else ""
    return re.compile(rf"\b((?:[A-Z]\w+ ){{0,2}}[A-Z]\w+)(?: (?:District|district|County|Market)\b{behind})")


def one(gazetteer: Gazetteer, name: str, within: str | None) -> str | None:
    """Id of the one place that is meant."""
    try:
        return gazetteer.one(name, within).id if gazetteer.named(name, within) else None
    except InputError:
        return None


def chain(gazetteer: Gazetteer, place: str | None) -> str | None:
    """Names of the places around a place, the inner one first, the country aside."""
    names = gazetteer.label(place).split(", ")[1:] if place else []
    return ", ".join(names) or None


def within_after(text: str, end: int, gazetteer: Gazetteer) -> str | None:
    """Name of the place that follows after a comma: the province in "Kangso, South Pyongan"."""
    match = re.compile(r",\s((?:[A-Z][\w'’]+[ -]?){1,3})").match(text, end)
    if not match:
        return None
    words = match[1].split()
    for length in range(len(words), 0, -1):
        name = " ".join(words[:length]).removesuffix(" Province")
        if gazetteer.named(name):
            return name
    return None


def part_of_name(text: str, end: int, hits: dict[str, Hits], kinds: re.Pattern[str]) -> bool:
    """Whether the spelling is part of another name, as that of a river or a factory is."""
    after = text[end : end + 3]
    if not re.match(r" [A-Z]|-[A-Z]", after) or kinds.match(text, end):
        return False
    office = hits["offices"].within(end + 1, end + 2)
    return not office and not re.match(r" (?:Market|Province|North|South|West|East)\b", text[end : end + 12])


def is_aside(text: str, start: int, end: int, hits: dict[str, Hits]) -> bool:
    """Whether the place is only where a source speaks from, or where goods are fetched."""
    line = max(text.rfind("\n", max(0, start - 400), start), start - 400, 0)
    if any(h.row["what"] == "caption" for h in hits["voice"].within(line, min(len(text), end + 200))) and caption(
        text, hits, start, end
    ):
        return True
    if SOURCE_AFTER.match(text, end) or FROM.search(text[max(0, start - 80) : start]):
        return True
    for hit in reversed(hits["voice"].within(max(0, start - 48), start)):
        if hit.row["what"] == "attribution":
            return not re.search(r"[,;.:]|\b(?:that|said|told|says)\b", text[hit.end : start])
    return False


def caption(text: str, hits: dict[str, Hits], start: int, end: int) -> bool:
    """Whether a place stands in the line under a picture, which has "Image:" or the like in it."""
    left, right = text.rfind("\n", max(0, start - 400), start), text.find("\n", end, end + 400)
    right = right if right > 0 else min(len(text), end + 400)
    return any(
        h.row["what"] == "caption" and text[h.end : h.end + 1] in ":;"
        for h in hits["voice"].within(max(left, 0), right)
    )


def paired(text: str, start: int, key: str, gazetteer: Gazetteer, *, aside: bool) -> list[Place]:
    """The first of two places that share a word: "North and South Hwanghae"."""
    before = DIRECTION.search(text[max(0, start - 24) : start])
    if not before or " " not in key:
        return []
    name = f"{before[1]} {key.split(' ', 1)[1].title()}"
    identity = one(gazetteer, name, None)
    if identity is None:
        return []
    left = start - len(before[0])
    return [Place(left, left + len(before[1]), name, identity, chain(gazetteer, identity), aside)]


def unknown(text: str, known: list[Place], hits: dict[str, Hits], gazetteer: Gazetteer) -> list[Place]:
    """Names with a kind behind them that the gazetteer does not have."""
    known = sorted(known, key=lambda p: p.start)
    found = []
    for match in unknown_pattern(gazetteer.suffixes).finditer(text):
        start = match.start()
        while first := NOT_A_NAME.match(text, start):
            start = first.end() + 1
        after = bisect_left(known, start, key=lambda p: p.start)
        near = known[max(0, after - 1) : after + 2]
        if start >= match.end(1) or any(p.start < match.end() and p.end > start for p in near):
            continue
        around = next((p for p in near if p.id and (0 <= p.start - match.end() <= 4 or 0 <= start - p.end <= 4)), None)
        name, aside = text[start : match.end()], is_aside(text, start, match.end(), hits)
        # short names of districts are places only with their kind behind them
        short = None if name.endswith("Market") else one(gazetteer, text[start : match.end(1)], None)
        identity = one(gazetteer, name, None) or short
        within = ", ".join(filter(None, (around.name, around.within))) if around else None
        found.append(Place(start, match.end(), name, identity, chain(gazetteer, identity) or within, aside))
    return found
