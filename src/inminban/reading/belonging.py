"""Which places and days belong to the orders of a text, and to which of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Protocol

from inminban.model.orders import OrderKind
from inminban.reading.bearings import MOST_DAYS, day_clues, place_clues
from inminban.reading.clues import Scene
from inminban.reading.dates import Day
from inminban.reading.names import Place
from inminban.reading.page import Page
from inminban.reading.settings import MOST_PLACES, Span, backwards, field, where
from inminban.reading.weights import Judge

LIKELY = 0.32


def chosen_places(scene: Scene, told: Sequence[int], priced: Sequence[int], judge: Judge) -> frozenset[str]:
    """Places that orders hold in, by id or name; the likeliest one where none is likely."""
    chances = {key: judge.yes(clues) for key, clues in place_clues(scene, told, priced).items()}
    likely = frozenset(key for key, chance in chances.items() if chance >= LIKELY)
    return likely or frozenset([max(chances, key=lambda k: (chances[k], k))])


def chosen_days(scene: Scene, told: Sequence[int], kinds: Sequence[OrderKind], judge: Judge) -> list[Day]:
    """Days that belong to an order, in the order of the text, each once."""
    found: dict[str, Day] = {}
    for day in scene.page.dates[:MOST_DAYS] if kinds else ():
        known = day.value is not None and len(day.value) >= len("2021-10")
        if known and judge.yes(day_clues(scene, day, told, kinds)) >= LIKELY:
            found.setdefault(str(day.value), day)
    return list(found.values())


class Told(Protocol):
    """An order in the making: its kind and where the text tells of it."""

    @property
    def kind(self) -> OrderKind:
        """Kind of the order."""

    def spans(self, page: Page) -> list[Span]:
        """Sentences that it is told in."""


def shared_places(page: Page, drafts: Sequence[Told], chosen: frozenset[str]) -> list[tuple[Place, ...]]:
    """Places of each order: the chosen ones that its words name; every other one goes to the order nearest to it."""
    known = [p for p in page.places if (p.id or p.name) in chosen]
    own = [
        list(dict.fromkeys(p.id or p.name for p in where(page, draft.spans(page)) if (p.id or p.name) in chosen))
        for draft in drafts
    ]
    first = {p.id or p.name: p for p in reversed(known)}
    told = [sorted(draft.spans(page)) for draft in drafts]
    for key in first:
        if drafts and not any(key in keys for keys in own):
            spots = [p for p in known if (p.id or p.name) == key]
            gaps = [distance(page, spans, spots) for spans in told]
            own[gaps.index(min(gaps))].append(key)
    shared = list(dict.fromkeys(key for keys in own for key in keys))
    return [tuple(first[key] for key in (keys or shared))[:MOST_PLACES] for keys in own]


def distance(page: Page, spans: Sequence[Span], spots: Sequence[Place] | Sequence[Day]) -> int:
    """Characters between some sentences, in the order of the text, and the nearest mention."""
    nearest = len(page.text)
    for spot in spots if spans else ():
        place = bisect_right(spans, (spot.start, len(page.text)))
        beside = spans[max(0, place - 1) : place + 1]  # sentences do not overlap: only these two can be the nearest
        nearest = min(nearest, *(max(0, spot.start - end, start - spot.end) for start, end in beside))
    return nearest


def shared_days(page: Page, drafts: Sequence[Told], chosen: Sequence[Day]) -> list[dict[str, Day]]:
    """Days of each order by field: each chosen day with the order nearest to it that has the field free."""
    found: list[dict[str, Day]] = [{} for _ in drafts]
    told = [sorted(draft.spans(page)) for draft in drafts]
    for day in chosen:
        ranked = sorted(range(len(drafts)), key=lambda n: (distance(page, told[n], [day]), n))
        for number in ranked:
            kind = drafts[number].kind
            wanted = field(page, kind, day.start, day.end)
            names = [n for n in (wanted, *OTHERWISE[kind]) if n and n not in found[number]]
            name = next((n for n in names if fits(found[number] | {n: day})), None)
            if name:
                found[number][name] = day
                break
    return found


OTHERWISE: dict[OrderKind, tuple[str, ...]] = {
    "levy": ("issued", "due", "start", "end"),
    "relief": ("start", "issued", "end"),
    "crackdown": ("start", "issued", "end"),
    "restriction": ("start", "issued", "end"),
}


def fits(dates: Mapping[str, Day]) -> bool:
    """Whether no day of an order lies before the one that must come first."""
    pairs = (("issued", "due"), ("start", "due"), ("start", "end"))
    return not any(
        first in dates and last in dates and backwards(str(dates[first].value), str(dates[last].value))
        for first, last in pairs
    )
