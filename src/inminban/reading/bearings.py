"""What speaks for a place, a day or a kind of order belonging to what a report tells: named clues, as for figures."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from inminban.model.orders import OrderKind
from inminban.reading.clues import MOST_MARKS, Clues, Scene, stem
from inminban.reading.dates import Day
from inminban.reading.figures import Figure
from inminban.reading.names import Place
from inminban.reading.roles import weigh_kinds
from inminban.reading.settings import BY, ENDED, SINCE, TO, field, of_price, spoken

ORDER_OF_KINDS: tuple[OrderKind, ...] = ("levy", "relief", "crackdown", "restriction")
LEAD_SENTENCES = 2
BESIDE = 60
MOST_PLACES, MOST_DAYS = 400, 400


def told_at(figures: Sequence[Figure], roles: Sequence[str]) -> list[int]:
    """Numbers of the sentences that hold a figure of an order."""
    return sorted({f.sentence.number for f, role in zip(figures, roles, strict=True) if role not in ("none", "price")})


def away(told: Sequence[int], number: int) -> int:
    """Sentences between a sentence and the nearest one with a figure of an order; 9 where there is none."""
    place = bisect_left(told, number)
    near = [abs(t - number) for t in told[max(0, place - 1) : place + 1]]
    return min(9, *near) if near else 9


def place_clues(scene: Scene, told: Sequence[int], priced: Sequence[int]) -> dict[str, Clues]:
    """Clues of every place that the text names, by its id or name; the country is always among them."""
    page = scene.page
    gazetteer, root = page.lexicon.country.gazetteer, page.lexicon.country.root
    mentions: dict[str, list[Place]] = {root: []}
    for place in page.places[:MOST_PLACES]:
        mentions.setdefault(place.id or place.name, []).append(place)
    around = {key: gazetteer.ancestors(key)[1:] if key in gazetteer.places else [] for key in mentions}
    found = {}
    for key, spots in mentions.items():
        clues = {"b": 1.0, f"count{min(4, len(spots))}": 1.0, f"others{min(4, len(mentions) - 1)}": 1.0}
        level = gazetteer.places[key].level if key in gazetteer.places else "unknown"
        clues[f"level:{level}"] = 1.0
        if any(key in above for above in around.values()):
            clues["holds another"] = clues[f"holds another:{level}"] = 1.0
        if any(a in mentions and a != root for a in around[key]):
            clues["in another"] = 1.0
        for spot in spots:
            for name, strength in spot_clues(scene, spot, told, priced).items():
                clues[name] = max(clues.get(name, 0.0), strength)
        if spots and all(s.aside for s in spots):
            clues["always aside"] = 1.0
        if key == root:
            named = sum(not s.aside and s.id != root for s in page.places)
            clues[f"country:{min(3, named)}"] = clues[f"country named:{min(3, len(spots))}"] = 1.0
            clues |= {
                f"country {name}": v for name, v in scene.everywhere.items() if name in ("Splaced", "placed", "lawd")
            }
            clues[f"country told:{bool(told)}"] = 1.0
        found[key] = clues
    return found


def spot_clues(scene: Scene, spot: Place, told: Sequence[int], priced: Sequence[int]) -> Clues:
    """Clues of one mention of a place."""
    page = scene.page
    sentence = page.sentence(spot.start)
    gap = away(told, sentence.number)
    clues = {f"away{gap}": 1.0, f"at{min(4, sentence.number)}": 1.0, f"aside:{spot.aside}": 1.0}
    clues[f"away{min(gap, 2)} aside:{spot.aside}"] = clues[f"at{min(2, sentence.number)} away{min(gap, 2)}"] = 1.0
    if not told:
        clues[f"nothing told at{min(4, sentence.number)} {spot.aside}"] = 1.0
    if sentence.number in priced:
        clues["price beside"] = 1.0
    for place, word in enumerate(reversed(page.last_words(sentence.start, spot.start, 3)), 1):
        clues[f"w<{place}{stem(word.key)}"] = clues[f"w<{stem(word.key)}"] = 1.0
    for place, word in enumerate(page.first_words(spot.end, min(sentence.end, spot.end + BESIDE), 3), 1):
        clues[f"w>{place}{stem(word.key)}"] = clues[f"w>{stem(word.key)}"] = 1.0
    for mark in islice(
        scene.between(max(sentence.start, spot.start - BESIDE), min(sentence.end, spot.end + BESIDE)), 40
    ):
        clues[f"{mark.sort}{'<' if mark.start < spot.start else '>'}"] = 1.0
    for mark in islice(scene.between(sentence.start, sentence.end), MOST_MARKS):
        clues[f"s{mark.sort}"] = 0.5
    return clues


def day_clues(scene: Scene, day: Day, told: Sequence[int], kinds: Sequence[OrderKind]) -> Clues:
    """Clues of one mention of a day."""
    page = scene.page
    sentence = page.sentence(day.start)
    gap = away(told, sentence.number)
    clues = {"b": 1.0, f"away{gap}": 1.0, f"at{min(5, sentence.number)}": 1.0, f"exact:{day.exact}": 1.0}
    value = day.value or ""
    lag = months_before(page.published, value)
    length = len(value)
    clues[f"lag{lag}"] = clues[f"length{length}"] = clues[f"lag{lag} {length}"] = 1.0
    lead = page.text[max(sentence.start, day.start - 40) : day.start]
    for name, pattern in (("by", BY), ("since", SINCE), ("to", TO), ("ended", ENDED)):
        if pattern.search(lead):
            clues[name] = clues[f"{name} away{min(gap, 2)}"] = 1.0
    clues["spoken" if spoken(page, day.start, day.end) else "not spoken"] = 1.0
    if of_price(page, day):
        clues["of a price"] = 1.0
    for kind in kinds:
        clues[f"{kind}:{field(page, kind, day.start, day.end)}"] = 1.0
    for place, word in enumerate(reversed(page.last_words(sentence.start, day.start, 3)), 1):
        clues[f"w<{place}{stem(word.key)}"] = clues[f"w<{stem(word.key)}"] = 1.0
    for place, word in enumerate(page.first_words(day.end, min(sentence.end, day.end + BESIDE), 3), 1):
        clues[f"w>{place}{stem(word.key)}"] = clues[f"w>{stem(word.key)}"] = 1.0
    for mark in islice(scene.between(sentence.start, sentence.end), MOST_MARKS):
        near = max(0, mark.start - day.end, day.start - mark.end) < BESIDE
        clues[f"{mark.sort}{'<' if mark.start < day.start else '>'}{'' if near else ' far'}"] = 1.0
    return clues


def months_before(published: str | None, value: str) -> str:
    """How long before publication a date lies, in steps."""
    if not published or len(value) < len("2021-10") or value.startswith("X") or len(published) < len("2021-10"):
        return "?"
    months = (int(published[:4]) - int(value[:4])) * 12 + int(published[5:7]) - int(value[5:7])
    if months == 0 and value == published:
        return "same"
    return str(months) if -2 <= months <= 3 else "ahead" if months < 0 else "year" if months <= 12 else "old"


def kind_clues(scene: Scene, roles: Mapping[str, float], headline: str) -> Clues:
    """Clues of the kinds of order in a text: the roles of its figures and the words of all of it."""
    page = scene.page
    clues = {"b": 1.0, **scene.everywhere}
    for role, count in roles.items():
        clues[f"role:{role}"] = min(1.0, count)
        clues[f"roles:{role}"] = min(1.0, count / 3)
    end = page.sentences[min(LEAD_SENTENCES, len(page.sentences)) - 1].end if page.sentences else 0
    for mark in islice(scene.between(0, end), MOST_MARKS):
        clues[f"lead:{mark.sort}"] = 1.0
    weights = weigh_kinds(page, 0, len(page.text))
    total = sum(weights.values()) or 1
    for kind in ORDER_OF_KINDS:
        clues[f"words:{kind}"] = min(1.0, weights[kind] / 10)
        clues[f"share:{kind}"] = weights[kind] / total
    told = sum(count for role, count in roles.items() if role not in ("none", "price"))
    clues[f"told{min(3, round(told))}"] = 1.0
    clues |= {f"head:{w}": 1.0 for w in re.findall(r"[a-z]{4,}", headline.lower())}
    return clues


def per_clues(scene: Scene, figure: Figure, found: Clues, before: tuple[Figure, str] | None) -> Clues:
    """Clues of whom a figure is for: those of the figure, its role and good, and whom the one before it was for."""
    clues = dict(found)
    role = str(figure.role)
    clues[f"r:{role}"] = clues[f"r:{role} {figure.unit}"] = clues[f"item:{figure.item}"] = 1.0
    clues[f"r:{role} {figure.per_how}:{figure.per}"] = clues[f"{figure.per_how}:{figure.per}"] = 1.0
    clues[f"rule:{figure.per}"] = 1.0
    for name, strength in found.items():
        if name.startswith("P:") and name[-1] in "<>qp":
            clues[f"{role} {name}"] = strength
    for name in ("household", "person", "worker", "pupil", "trader", "farmer", "unit", "firm", "each"):
        for tail in "<>qpd":
            if name + tail in found:
                clues[f"{role} {name}{tail}"] = found[name + tail]
    if before:
        last, per = before
        where = (
            "s"
            if last.sentence == figure.sentence
            else "p"
            if last.sentence.paragraph == figure.sentence.paragraph
            else "d"
        )
        same = last.role == figure.role
        clues[f"before:{per}:{where}{same}"] = clues[f"before:{per}:{same}"] = 1.0
    return clues


def kinds_by(chances: Mapping[str, float]) -> Iterator[OrderKind]:
    """Kinds that are likelier in the text than not."""
    return (kind for kind in ORDER_OF_KINDS if chances[kind] >= 0.5)
