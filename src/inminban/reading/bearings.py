"""What speaks for a place, a day or a kind of order belonging to what a report tells: named clues, as for figures."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from inminban.model.orders import OrderKind
from inminban.reading.clues import MOST_MARKS, Clues, Scene, sort_of, stem
from inminban.reading.dates import Day
from inminban.reading.figures import Figure
from inminban.reading.names import Place
from inminban.reading.page import Page
from inminban.reading.roles import weigh_kinds
from inminban.reading.sentences import Sentence
from inminban.reading.settings import BY, ENDED, SINCE, TO, field, of_price, spoken

ORDER_OF_KINDS: tuple[OrderKind, ...] = ("levy", "relief", "crackdown", "restriction")
LEAD_SENTENCES = 2
BESIDE = 60
MOST_PLACES, MOST_DAYS = 400, 400
FAR_ABOVE = 400
DATES = ("issued", "due", "start", "end")


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
    first = list(dict.fromkeys(p.id or p.name for p in page.places[:MOST_PLACES] if not p.aside))
    shares = governed(scene, told)
    titled = in_headline(scene, mentions)
    by_rules = {p.place or p.name for o in scene.by_rules for p in o.places}
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
        rank = str(min(4, first.index(key))) if key in first else "-"
        share = share_of(shares, key)
        clues[f"rank{rank}:{level}"] = 1.0
        clues[f"governs{share}"] = clues[f"governs{share} rank{rank}"] = clues[f"governs{share}:{level}"] = 1.0
        said = "this" if key in titled else "other" if titled else "none"
        clues[f"title {said}"] = clues[f"title {said} rank{rank}"] = clues[f"title {said}:{level}"] = 1.0
        if by_rules:
            clues[f"rules:{key in by_rules}"] = clues[f"rules:{key in by_rules} {len(by_rules) > 1}"] = 1.0
        below = [k for k in first if key in around[k]]
        if below:
            clues[f"holds rank{min(3, first.index(below[0]))}"] = clues[
                f"holds governing{share_of(shares, below[0])}"
            ] = 1.0
        if key == root:
            named = sum(not s.aside and s.id != root for s in page.places)
            clues[f"country:{min(3, named)}"] = clues[f"country named:{min(3, len(spots))}"] = 1.0
            clues |= {
                f"country {name}": v for name, v in scene.everywhere.items() if name in ("Splaced", "placed", "lawd")
            }
            clues[f"country told:{bool(told)}"] = 1.0
        found[key] = clues
    return found


def governed(scene: Scene, told: Sequence[int]) -> dict[str, float]:
    """Share of the sentences with figures of an order that each place is the last one named for."""
    found: dict[str, float] = {}
    page = scene.page
    spots = [p for p in page.places[:MOST_PLACES] if not p.aside]
    for number in told:
        sentence = page.sentences[number]
        before = [p for p in spots if p.start < sentence.end]
        near = [p for p in before if p.start >= sentence.start] or before[-1:] or spots[:1]
        for spot in near:
            key = spot.id or spot.name
            found[key] = found.get(key, 0.0) + 1 / len(near) / len(told)
    return found


def share_of(shares: Mapping[str, float], key: str) -> str:
    """Share in four steps; where no figure belongs to an order there is none."""
    share = shares.get(key, 0.0)
    return "?" if not shares else "0" if share == 0 else "some" if share < 0.4 else "half" if share < 0.8 else "all"


def in_headline(scene: Scene, mentions: Mapping[str, Sequence[Place]]) -> set[str]:
    """Places of the text that its headline names."""
    line = scene.headline.casefold()
    return {
        k for k, spots in mentions.items() if any(scene.page.text[s.start : s.end].casefold() in line for s in spots)
    }


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
    clues |= words_beside(page, sentence, spot)
    for mark in islice(
        scene.between(max(sentence.start, spot.start - BESIDE), min(sentence.end, spot.end + BESIDE)), 40
    ):
        clues[f"{mark.sort}{'<' if mark.start < spot.start else '>'}"] = 1.0
    return clues


def words_beside(page: Page, sentence: Sentence, spot: Place | Day) -> Clues:
    """The three words before and behind a place or day."""
    before = page.last_words(sentence.start, spot.start, 3)
    behind = page.first_words(spot.end, min(sentence.end, spot.end + BESIDE), 3)
    return dict.fromkeys([*(f"w<{stem(w.key)}" for w in before), *(f"w>{stem(w.key)}" for w in behind)], 1.0)


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
    named = [name for o in scene.by_rules for name in DATES if getattr(o, name) == value]
    clues[f"rules:{named[0] if named else None}"] = clues[f"rules:{bool(named)} {bool(scene.by_rules)}"] = 1.0
    if of_price(page, day):
        clues["of a price"] = 1.0
    for kind in kinds:
        clues[f"{kind}:{field(page, kind, day.start, day.end)}"] = 1.0
    clues |= words_beside(page, sentence, day)
    for mark in islice(scene.between(sentence.start, sentence.end), MOST_MARKS):
        if max(0, mark.start - day.end, day.start - mark.end) < BESIDE:
            clues[f"{mark.sort}{'<' if mark.start < day.start else '>'}"] = 1.0
    return clues


def months_before(published: str | None, value: str) -> str:
    """How long before publication a date lies, in steps."""
    if not published or len(value) < len("2021-10") or value.startswith("X") or len(published) < len("2021-10"):
        return "?"
    months = (int(published[:4]) - int(value[:4])) * 12 + int(published[5:7]) - int(value[5:7])
    if months == 0 and value == published:
        return "same"
    return str(months) if -2 <= months <= 3 else "ahead" if months < 0 else "year" if months <= 12 else "old"


def kind_clues(scene: Scene, roles: Mapping[str, float]) -> Clues:
    """Clues of the kinds of order in a text: the roles of its figures and the words of all of it."""
    page = scene.page
    clues = {"b": 1.0, **scene.everywhere}
    for role, count in roles.items():
        clues[f"role:{role}"] = min(1.0, count)
        clues[f"roles:{role}"] = min(1.0, count / 3)
    clues |= {f"rules:{o.kind}": 1.0 for o in scene.by_rules}
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
    clues |= {f"head:{w}": 1.0 for w in re.findall(r"[a-z]{4,}", scene.headline.lower())}
    return clues


def per_clues(scene: Scene, figure: Figure, found: Clues, before: tuple[Figure, str] | None) -> Clues:
    """Clues of whom a figure is for: its role and good, who is named around it, and whom the one before it was for."""
    role, sort = str(figure.role), sort_of(figure)
    size = int(math.log10(figure.low)) if figure.low >= 1 else 0
    clues = bearers(scene, figure) | scene.named_bearers
    for name in ("household", "person", "worker", "pupil", "trader", "farmer", "unit", "firm", "each"):
        clues |= {name + tail: found[name + tail] for tail in "<>d" if name + tail in found}
    clues |= {name: strength for name, strength in found.items() if name.startswith("P:") and name[-1] in "<>"}
    clues |= dict.fromkeys((f"{figure.per_how}:{figure.per}", f"rule:{figure.per}"), 1.0)
    clues |= dict.fromkeys(("b", f"r:{role}", f"r:{role} {figure.unit}", f"r:{role} {sort}"), 1.0)
    clues |= dict.fromkeys((f"item:{figure.item}", f"u:{figure.unit}", f"f:{figure.family}", f"size{size}"), 1.0)
    if before:
        last, per = before
        same = last.role == figure.role
        clues[f"before:{per}:{gap_of(last, figure)}{same}"] = clues[f"before:{per}:{same}"] = 1.0
    return clues


def gap_of(last: Figure, figure: Figure) -> str:
    """Whether two figures stand in one sentence, in one paragraph, or apart."""
    if last.sentence == figure.sentence:
        return "s"
    return "p" if last.sentence.paragraph == figure.sentence.paragraph else "d"


def bearers(scene: Scene, figure: Figure) -> Clues:
    """The people, households and places named nearest to a figure, before and behind it, else those above it."""
    page, sentence = scene.page, figure.sentence
    hits = page.cues("per", sentence.start, sentence.end)
    ahead = [h for h in hits if h.end <= figure.number.start]
    behind = [h for h in hits if h.start >= figure.number.end]
    names: list[str] = []
    if ahead:
        last = ahead[-1]
        gap = page.text[last.end : figure.start]
        steps = f"{min(3, len(gap.split()) // 3)} {',' in gap}"
        names += [f"last:{last.row['per']}", f"last:{last.row['per']} {steps}", f"first:{ahead[0].row['per']}"]
        names += [f"last but one:{h.row['per']}" for h in ahead[-2:-1]]
    else:
        names += [f"person noun:{n.word}" for n in scene.nouns_in(sentence.start, figure.number.start, "person")[-1:]]
    if behind:
        next_ = behind[0].row["per"]
        words = page.text[figure.end : behind[0].start].lower().split()
        names += [
            f"next:{next_}",
            f"next:{next_} {min(3, len(words) // 2)}",
            f"next:{next_} {words[-1] if words else '-'}",
        ]
    if not hits:
        names += above(page, sentence)
    return dict.fromkeys(names, 1.0)


def above(page: Page, sentence: Sentence) -> list[str]:
    """Who is named in the paragraph before a sentence, else shortly before the paragraph."""
    start, _ = page.paragraph(sentence)
    if hits := page.cues("per", start, sentence.start):
        return [f"above:{hits[-1].row['per']}", f"first above:{hits[0].row['per']}"]
    hits = page.cues("per", max(0, start - FAR_ABOVE), start)
    return [f"far above:{hits[-1].row['per']}"] if hits else ["nobody"]


def kinds_by(chances: Mapping[str, float]) -> Iterator[OrderKind]:
    """Kinds that are likelier in the text than not."""
    return (kind for kind in ORDER_OF_KINDS if chances[kind] >= 0.5)
