"""What a figure may be of: every unit and good that the words allow, each with the clues that speak for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from inminban.reading.clues import Clues, Scene, sort_of
from inminban.reading.figures import Figure, replace
from inminban.reading.goods import STOPWORDS
from inminban.reading.lexicon import Hit
from inminban.reading.prices import good_near, korean_unit_before, rate_item, unit_before, unit_behind, usual_unit

OF = re.compile(r"\s(?:worth\s)?(?:of|in)\s(?:the\s|these\s|this\s|those\s|their\s|its\s|any\s|each\s)?", re.IGNORECASE)
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_NO_NOUNS = """and of his her our your my all any both some such other another him them us me those these what where why
how then now today would could should can may might will shall do does did done only just even still also too very again
once here there about around nearly almost apiece last next instead daily monthly weekly must the a an its"""
NO_NOUNS = STOPWORDS | frozenset(_NO_NOUNS.split())
# fmt: off
USUAL: dict[str, tuple[str, ...]] = {
    "T": (
        "food", "labour", "lockdown", "curfew", "market hours", "ban", "rice", "exemption", "wage", "detention",
        "prison", "re-education", "duration", "electricity", "cash", "deadline", "travel ban",
    ),
    "G": ("food",),
    "H": ("person", "resident", "household", "worker", "labour", "student", "merchant"),
    "%": ("cash", "rice", "corn", "price", "food"),
    "-": ("labour", "food"),
}
# fmt: on
BEHIND, BEFORE = 48, 600
LONGEST_NOUN = 3
SHORT_GAP = 4
PARTED = re.compile(r"[,.;:]|\d")
MEASURED = ("mass", "volume", "container", "time", "percent")
PERSONS = ("organisation", "inminban", "place")


@dataclass
class Choice:
    """A unit and a good that a figure may be of; `clues` say where each was found; `end` is where its words end."""

    unit: str
    item: str
    clues: Clues = field(default_factory=dict)
    end: int = 0


def choices(scene: Scene, figure: Figure, before: tuple[str, str] | None) -> list[Choice]:
    """Every unit and good that a figure may be of; `before` is what the figure before it was found to be of."""
    sort = sort_of(figure)
    found: dict[tuple[str, str], Choice] = {}
    for unit, item, how, end, more in counted_as(scene, figure, before, ways(scene, figure, sort, before)):
        choice = found.setdefault((unit, item), Choice(unit, item))
        choice.end = max(choice.end, end)
        for name in (how, *(f"{how}:{m}" for m in more)):
            choice.clues[name] = 1.0
    counts, often = scene.counts, scene.often
    for choice in found.values():
        finished(scene, figure, choice, sort, counts, often)
    return list(found.values())


Way = tuple[str, str, str, int, Sequence[str]]


def counted_as(scene: Scene, figure: Figure, before: tuple[str, str] | None, found: Iterator[Way]) -> Iterator[Way]:
    """The ways to a good, for a number without a unit also in the units of the figures before it."""
    number = scene.number_of[figure.number.start]
    near = [f for f in scene.figures[max(0, number - 4) : number] if f.sentence.paragraph == figure.sentence.paragraph]
    units = (
        [f.unit for f in reversed(near) if f.unit and f.family in MEASURED] if figure.family in ("", "piece") else []
    )
    if before and figure.family == "" and before[0] not in ("piece", "person"):
        units.insert(0, before[0])
    for unit, item, how, end, more in found:
        yield unit, item, how, end, more
        for place, other in enumerate(list(dict.fromkeys(units))[:2]):
            if item not in ("labour", "person", "resident"):
                yield other, item, f"in unit{place}", end, (how,)


def ways(scene: Scene, figure: Figure, sort: str, before: tuple[str, str] | None) -> Iterator[Way]:
    """Each way to a good: its unit, its name, how it was found, where its words end, what more is to say of that."""
    unit = figure.unit or "piece"
    if figure.named and figure.item:
        yield unit, figure.item, "rule", figure.item_end, (figure.family,)
    yield from behind(scene, figure, sort, unit)
    yield from ahead(scene, figure, unit)
    yield from called(scene, figure, unit)
    if sort in ("-", "H"):
        yield from counted_people(scene, figure)
    if before:
        yield unit, before[1], "carried", 0, (str(before[0] == unit), sort)
    for hit in scene.page.cues("roles", figure.sentence.start, figure.sentence.end):
        if hit.row["item"]:
            yield unit, hit.row["item"], "cue", 0, ()
    for item in USUAL.get(sort, ()):
        yield unit, item, "usual", 0, (item,)


def behind(scene: Scene, figure: Figure, sort: str, unit: str) -> Iterator[Way]:
    """Goods behind the figure: the noun that follows, people, items of the table."""
    page, stop = scene.page, figure.sentence.end
    figure = replace(figure, end=figure.unit_end or figure.end)
    of = OF.match(page.text, figure.end)
    if (of or not figure.unit or sort in ("H", "G", "T", "%")) and page.text[figure.end : figure.end + 1] in (" ", "-"):
        nouns = phrase(page.text, of.end() if of else figure.end + 1, stop)
        how = "of" if of else "direct"
        for length in range(len(nouns), 0, -1):
            words = [w for w, _ in nouns[:length]]
            yield unit, " ".join(words), f"noun {how} {length}/{len(nouns)}", nouns[length - 1][1], ()
            if length > 1:
                yield unit, words[-1], f"head {how}", nouns[length - 1][1], ()
        if not figure.unit and len(nouns) == 1:
            yield singular(nouns[0][0]), nouns[0][0], "own unit", nouns[0][1], ()
    if not figure.unit or figure.family == "people":
        yield from people(scene, figure)
    for place, hit in enumerate(page.cues("items", figure.end, min(stop, figure.end + BEHIND))[:2]):
        gap = page.text[figure.end : hit.start]
        more = (gap.strip()[:12], str(bool(re.search(r"[,.;:()]", gap))), f"{min(4, len(gap.split()))}")
        yield unit, hit.row["item"], f"behind{place}", hit.end, more
    for place, hit in enumerate(page.cues("items", figure.end + BEHIND, stop)[:2]):
        yield unit, hit.row["item"], f"far{place}", 0, ()
    for place, hit in enumerate(next_sentence(scene, figure)[:2]):
        yield unit, hit.row["item"], f"next{place}", 0, ()


def called(scene: Scene, figure: Figure, unit: str) -> Iterator[Way]:
    """Goods as the text calls them: with the word that describes them, or by a noun that no table has."""
    page, sentence = scene.page, figure.sentence
    start = figure.unit_end or figure.end
    known = {h.start for h in page.cues("items", sentence.start, sentence.end)}
    for place, noun in enumerate(scene.nouns_in(start, min(sentence.end, start + BEHIND), "thing")[:2]):
        more = (str(noun.start in known), str(len(page.text[start : noun.start].split())))
        yield unit, noun.word, f"thing behind{place}", noun.end, more
        if noun.phrase:
            yield unit, noun.phrase, f"phrase behind{place}", noun.end, more
    for place, noun in enumerate(
        reversed(scene.nouns_in(max(0, sentence.start - BEFORE // 2), figure.start, "thing")[-3:])
    ):
        gap = page.text[noun.end : figure.start]
        here = noun.start >= sentence.start
        more = (str(noun.start in known), gap if len(gap) < SHORT_GAP else "-")
        told = (*more, f"{here}{min(3, len(gap) // 20)}")
        yield unit, noun.word, f"thing before{place}", 0, told
        if noun.phrase:
            yield unit, noun.phrase, f"phrase before{place}", 0, told
    for place, hit in enumerate(page.cues("items", start, min(sentence.end, start + BEHIND))[:2]):
        words = page.text[hit.start : hit.end].lower()
        if words != hit.row["item"]:
            yield unit, words, f"spelt behind{place}", hit.end, ()
        if described := phrase(page.text, start + 1, hit.end):
            name = " ".join(w for w, _ in described)
            if described[-1][1] == hit.end and name != words:
                yield unit, name, f"described behind{place}", hit.end, (str(len(described)),)


def counted_people(scene: Scene, figure: Figure) -> Iterator[Way]:
    """People that a number may count, whatever stands behind it."""
    page, sentence = scene.page, figure.sentence
    yield "person", "person", "as persons", 0, ()
    for place, noun in enumerate(scene.nouns_in(figure.number.end, sentence.end, "person")[:2]):
        more = (str(len(page.text[figure.number.end : noun.start].split())),)
        yield "person", singular(noun.word), f"person behind{place}", noun.end, more
        if noun.phrase:
            yield "person", singular(noun.phrase), f"persons behind{place}", noun.end, more
    for place, noun in enumerate(
        reversed(scene.nouns_in(max(0, figure.start - BEFORE // 2), figure.start, "person")[-2:])
    ):
        yield "person", singular(noun.word), f"person before{place}", 0, (str(noun.start >= sentence.start),)


def next_sentence(scene: Scene, figure: Figure) -> tuple[Hit, ...]:
    """Items of the sentence that follows."""
    number = figure.sentence.number + 1
    if number >= len(scene.page.sentences):
        return ()
    after = scene.page.sentences[number]
    return scene.page.cues("items", after.start, after.end)


def people(scene: Scene, figure: Figure) -> Iterator[Way]:
    """People that a number counts: as they are called, as persons, or as labour."""
    page = scene.page
    start = figure.end if figure.family != "people" else figure.number.end
    for hit in page.cues("per", start, min(figure.sentence.end, start + 34))[:1]:
        gap = len(page.text[start : hit.start].split())
        if gap > LONGEST_NOUN:
            return
        bearer, word = hit.row["per"], singular(page.text[hit.start : hit.end].lower())
        unit = "household" if bearer == "household" else "piece" if bearer in PERSONS else "person"
        yield unit, word, "people", hit.end, (str(gap), bearer)
        yield unit, bearer, "bearer", hit.end, (bearer,)
        for name in ("person", "resident", "labour"):
            yield unit, name, f"people {name}", hit.end, (bearer,)


def ahead(scene: Scene, figure: Figure, unit: str) -> Iterator[Way]:
    """Goods before the figure, in its sentence and in those above it."""
    page, sentence = scene.page, figure.sentence
    for place, hit in enumerate(reversed(page.cues("items", sentence.start, figure.start)[-4:])):
        gap = page.text[hit.end : figure.start]
        more = (str(len(gap) // 15), hit.row["generic"], str(bool(re.search(r"\d", gap))), str(len(gap) < 3))
        yield unit, hit.row["item"], f"before{place}", 0, more
    seen: list[str] = []
    for hit in reversed(page.cues("items", max(0, sentence.start - BEFORE), sentence.start)):
        item = hit.row["item"]
        if item in seen:
            continue
        away = min(4, sentence.number - page.sentence(hit.start).number)
        yield unit, item, f"above{min(4, len(seen))}", 0, (str(away), hit.row["generic"])
        seen.append(item)
        if len(seen) == 5:
            return


def phrase(text: str, start: int, stop: int) -> list[tuple[str, int]]:
    """Words of the noun phrase that begins here, each with its end."""
    found: list[tuple[str, int]] = []
    for match in WORD.finditer(text, start, min(stop, start + 60)):
        last = found[-1][1] if found else start
        if text[last : match.start()] not in ("", " ", "-") or match[0].lower() in NO_NOUNS:
            break
        found.append((match[0].lower().replace("’", "'"), match.end()))
        if len(found) == LONGEST_NOUN:
            break
    return found


def singular(word: str) -> str:
    """A noun without its plural ending."""
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def finished(
    scene: Scene, figure: Figure, choice: Choice, sort: str, counts: Counter[str], often: Sequence[str]
) -> None:
    """Add what speaks for a good wherever it was found."""
    page, found = scene.page, choice.clues
    ways_here = [name for name in found if ":" not in name]
    known = choice.item in page.lexicon.goods
    found["b"] = 1.0
    found[f"count{min(4, counts[choice.item])}"] = found[f"known{known}"] = found[f"ways{min(5, len(ways_here))}"] = 1.0
    found[f"{sort}item:{choice.item}"] = 1.0
    if choice.item in often:
        found[f"often{often.index(choice.item)}"] = 1.0
    after = page.text[figure.end : figure.end + 1]
    for name in ways_here:
        found[f"{name} {figure.unit}"] = found[f"{name} {after}"] = 1.0
    found[f"{figure.role} item:{choice.item}"] = 1.0
    if "usual" in found or "cue" in found:
        for mark in scene.between(figure.sentence.start, figure.sentence.end):
            found[f"{choice.item}&{mark.sort}"] = 1.0
    found[f"last:{choice.item.split()[-1]}"] = 1.0


def prices(scene: Scene, figure: Figure, before: tuple[str, str] | None) -> list[Choice]:
    """Every good and unit that a price may be for; `before` is what the price before it was found to be for."""
    page = scene.page
    found: dict[tuple[str, str], Choice] = {}
    units = {"behind": unit_behind(page, figure), "ahead": unit_before(page, figure)}
    units["korean"] = korean_unit_before(page, figure)
    if before:
        units["before"] = before[0]
    if cost := scene.costs.get(figure.number.start):
        choice = found.setdefault((cost.unit, cost.item), Choice(cost.unit, cost.item))
        choice.clues["rule"] = 1.0
    for item, how, more in priced_goods(scene, figure, before):
        options = (
            {"same": item}
            if how == "rate" or item in page.lexicon.currencies
            else {**units, "usual": usual_unit(page, item), "kg": "kg", "piece": "piece"}
        )
        for source, unit in options.items():
            if unit is None:
                continue
            choice = found.setdefault((unit, item), Choice(unit, item))
            for name in (how, *(f"{how}:{m}" for m in more), f"unit {source}", f"{how} {source}"):
                choice.clues[name] = 1.0
    counts = scene.counts
    for choice in found.values():
        choice.clues["b"] = choice.clues[f"count{min(4, counts[choice.item])}"] = 1.0
        choice.clues[f"known{choice.item in page.lexicon.goods}"] = choice.clues[f"in {choice.unit}"] = 1.0
        if before:
            choice.clues[f"before{before[1] == choice.item}{before[0] == choice.unit}"] = 1.0
        choice.clues[f"ways{min(5, len(choice.clues))}"] = 1.0
    return list(found.values())


def priced_goods(
    scene: Scene, figure: Figure, before: tuple[str, str] | None
) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Goods and foreign money that a price may be for, each with how it was found."""
    page, sentence = scene.page, figure.sentence
    if money := rate_item(page, figure):
        yield money, "rate", ()
    if good := good_near(page, figure):
        yield good, "near", ()
    if before:
        gap = page.text[before_end(scene, figure) : figure.start]
        between = len(scene.topics_in(before_end(scene, figure), figure.start))
        yield before[1], "carried", (str(min(2, between)), str(len(gap) < 40), str("." in gap))
    for place, topic in enumerate(scene.topics_in(figure.end, min(sentence.end, figure.end + BEHIND))[:2]):
        gap = page.text[figure.end : topic.start]
        link = re.search(r"\b(for|of|and|while|but|in)\b", gap)
        yield topic.item, f"behind{place}", (link[1] if link else "-", str(bool(PARTED.search(gap))), topic.sort)
    yield from ahead_of_price(scene, figure)
    nouns = phrase(page.text, sentence.start, figure.start)
    for length in (1, 2) if nouns else ():
        yield " ".join(w for w, _ in nouns[:length]), f"subject{length}", ()


def ahead_of_price(scene: Scene, figure: Figure) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Goods and money named before a price, in its sentence and above it, the nearest first."""
    page, sentence = scene.page, figure.sentence
    for place, topic in enumerate(reversed(scene.topics_in(sentence.start, figure.start)[-3:])):
        gap = page.text[topic.end : figure.start]
        yield topic.item, f"ahead{place}", (str(bool(PARTED.search(gap))), str(len(gap) // 20), topic.sort)
    seen: list[str] = []
    for topic in reversed(scene.topics_in(max(0, sentence.start - BEFORE), sentence.start)):
        if topic.item not in seen:
            away = min(3, sentence.number - page.sentence(topic.start).number)
            yield topic.item, f"above{min(3, len(seen))}", (topic.sort, str(away))
            seen.append(topic.item)
        if len(seen) == 3:
            break


def before_end(scene: Scene, figure: Figure) -> int:
    """Where the figure before this one ends."""
    number = scene.number_of[figure.number.start]
    return min(scene.figures[number - 1].end, figure.start) if number else figure.sentence.start
