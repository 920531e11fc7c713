"""Places of a country, from the whole down to a neighbourhood, and every spelling that names them.

A market area is a city or county; its districts and neighbourhoods belong to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Literal

from inminban.errors import InputError

Level = Literal["country", "province", "city", "county", "district", "dong"]


@dataclass(frozen=True, slots=True)
class Place:
    """One row of `places.csv`; counts are persons and households of the census year, None where none is known.

    `count_spread` is the share by which an unpublished count may be off (0.5: half as many to half as many again).
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    level: Level
    parent: str
    persons: int | None
    households: int | None
    count_spread: Fraction
    men: int | None
    women: int | None
    urban: int | None
    rural: int | None
    lat: float | None
    lon: float | None
    pcode: str
    iso: str
    status: str
    note: str
    source: str


def spelling(name: str) -> str:
    """Fold case, accents, apostrophes and hyphens, so that P'yŏngyang and Pyongyang are one spelling; Hangul stays."""
    if re.search("[가-힣]", name):
        return re.sub(r"\s+", "", unicodedata.normalize("NFC", name))
    letters = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"[\s-]+", " ", re.sub(r"['’‘ʼ`.]", "", "".join(letters))).strip().casefold()


@dataclass(frozen=True)
class Gazetteer:
    """All places by id, and by spelling.

    `kinds` are the words that may follow a name (district, city, county), `suffixes` those that a hyphen joins to it.
    """

    places: Mapping[str, Place]
    kinds: tuple[str, ...]
    suffixes: tuple[str, ...] = ()

    @cached_property
    def spellings(self) -> dict[str, tuple[str, ...]]:
        """Spelling to the ids it may name, in the order of the table."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for place in self.places.values():
            for name in (place.name, *place.aliases):
                if place.id not in found[spelling(name)]:
                    found[spelling(name)].append(place.id)
        return {name: tuple(ids) for name, ids in found.items()}

    def ancestors(self, place: str) -> tuple[str, ...]:
        """Ids from the place itself up to the country."""
        chain = [place]
        while self.places[chain[-1]].parent:
            chain.append(self.places[chain[-1]].parent)
        return tuple(chain)

    def named(self, name: str, within: str | None = None) -> tuple[str, ...]:
        """Every place that the spelling may mean, narrowed by the place around it where that is known."""
        ids = self._by_name(name)
        if within and len(ids) > 1:
            around = {i for part in (within, *within.split(",")) for i in self._by_name(part)}
            ids = tuple(i for i in ids if around & set(self.ancestors(i)[1:])) or ids
        return ids

    def _by_name(self, name: str) -> tuple[str, ...]:
        key = spelling(name)
        if key in self.spellings:
            return self.spellings[key]
        bare = re.sub(rf"\s+({'|'.join(map(re.escape, self.kinds))})$", "", key)
        return self.spellings.get(bare, ())

    def one(self, name: str, within: str | None = None, *, where: str = "", field: str = "place") -> Place:
        """Return the one place of that name or id; for a name unknown or shared by two, an InputError lists candidates.

        Where one of them lies in another (a city and its province), the one that bears just this name is meant, else
        the inner one.
        """
        if name in self.places:
            return self.places[name]
        ids = self.named(name, within)
        if len(ids) > 1:
            ids = self.meant(name, ids)
        if len(ids) == 1:
            return self.places[ids[0]]
        if ids:
            listed = "; ".join(f"{self.label(i)} ({i})" for i in ids)
            raise InputError(
                f"“{name}” names {len(ids)} places: {listed}",
                where=where,
                field=field,
                hint="Give the id, or the province",
            )
        near = "; ".join(self.suggestions(name))
        hint = f"Did you mean {near}?" if near else "Give a name or an id of the country's places.csv"
        raise InputError(f"no place is called “{name}”", where=where, field=field, hint=hint)

    def meant(self, name: str, ids: Iterable[str]) -> tuple[str, ...]:
        """Of places in one another (a city, its province) with one spelling: that of just this name, else the inner."""
        ids = tuple(ids)
        innermost = tuple(i for i in ids if not any(i in self.ancestors(j)[1:] for j in ids))
        if len(innermost) > 1:
            return innermost
        return tuple(i for i in ids if spelling(self.places[i].name) == spelling(name)) or innermost

    def suggestions(self, name: str, most: int = 3) -> list[str]:
        """Names spelled alike, for a message only: never to resolve."""
        import difflib

        key = spelling(name)
        close = difflib.get_close_matches(key, self.spellings, n=most * 3, cutoff=0.8)
        return list(dict.fromkeys(self.label(self.spellings[c][0]) for c in close))[:most]

    def label(self, place: str) -> str:
        """Name with the places around it, without the country: Ranam District, Chongjin City, North Hamgyong."""
        chain = self.ancestors(place)
        return ", ".join(self.places[i].name for i in (chain if len(chain) == 1 else chain[:-1]))

    def area(self, place: str) -> str | None:
        """Id of the market area that the place lies in or is, the place right below a province; None above that."""
        chain = self.ancestors(place)
        return next((i for i, around in pairwise(chain) if self.places[around].level == "province"), None)

    def province(self, place: str) -> str | None:
        """Id of the province that the place lies in or is; None for the country."""
        return next((i for i in self.ancestors(place) if self.places[i].level == "province"), None)
