"""What each figure is in its order: something due, cash in lieu, an entitlement, a fine; or why it is none of these."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import cast

from inminban.model.orders import OrderKind, Per, Role
from inminban.reading.figures import Figure
from inminban.reading.page import Page
from inminban.reading.prices import converted

KINDS: dict[str, OrderKind] = {
    "due": "levy",
    "cash_in_lieu": "levy",
    "stall_tax": "levy",
    "entitlement": "relief",
    "received": "relief",
    "supply": "relief",
    "fine": "crackdown",
    "bribe": "crackdown",
    "confiscated": "crackdown",
}
GOODS = ("mass", "volume", "container", "piece", "area")
FITS: dict[str, tuple[str, ...]] = {
    "due": (*GOODS, "money"),
    "cash_in_lieu": ("money",),
    "entitlement": (*GOODS, "money", "time"),
    "received": (*GOODS, "money", "time"),
    "supply": (*GOODS,),
    "fine": ("money", "time"),
    "bribe": (*GOODS, "money"),
    "confiscated": GOODS,
    "stall_tax": ("money", "percent"),
    "headcount": ("people",),
    "other": ("time", "percent"),
}
DEFAULT_PER: dict[str, Per] = {
    "supply": "total",
    "headcount": "total",
    "stall_tax": "merchant",
    "fine": "person",
    "bribe": "person",
    "confiscated": "person",
    "other": "place",
}
WORTH = re.compile(r"['’]?\s?(?:worth|supply|ration)\b|\sof\s(?:food|rice|corn|grain|rations)", re.IGNORECASE)
FOOD_FOR = re.compile(r"\b(?:food|rice|corn|grain|rations?|supplies) (?:enough )?for (?:about |some )?$", re.IGNORECASE)
LABOUR = re.compile(r"\b(?:labor|labour|work|camp|training|mobili[sz]ed|detention|prison)", re.IGNORECASE)
SUM = re.compile(r"\b(?:together|in total|altogether|taken together|adds? up|comes? to|amounts? to|sum of|calculated|reckon\w*)\b", re.IGNORECASE)
FROM = re.compile(r"\bfrom (?:about |around |some |over )?(?:KPW |US ?\$|\$)?$", re.IGNORECASE)


def decided(page: Page, found: list[Figure]) -> list[Figure]:
    """The figures with their role, or with the reason why they are none of an order's."""
    prior = leaning(page)
    done: list[Figure] = []
    for number, figure in enumerate(found):
        why = figure.drop or unfit(page, found, number)
        role = None if why else role_of(page, figure, done, prior)
        if role is None:
            done.append(replace(figure, drop=why or "no order stands beside it"))
            continue
        done.append(settled(page, replace(figure, role=role), done))
    return done


def leaning(page: Page) -> OrderKind | None:
    """Kind of order that the whole text mostly speaks of."""
    counts = weigh_kinds(page, 0, len(page.text))
    return cast(OrderKind, counts.most_common(1)[0][0]) if counts else None


def weigh_kinds(page: Page, start: int, end: int) -> Counter[str]:
    """Weight of the words of each kind in a stretch; what stands early in the text counts double."""
    counts: Counter[str] = Counter()
    lead = page.sentences[min(3, len(page.sentences) - 1)].end if page.sentences else 0
    for hit in page.cues("kinds", start, end):
        counts[hit.row["kind"]] += int(hit.row["weight"]) * (2 if hit.start < lead else 1)
    return counts


def unfit(page: Page, found: list[Figure], number: int) -> str:
    """Why a figure is no part of an order; empty where nothing speaks against it."""
    figure = found[number]
    text, sentence = page.text, figure.sentence
    if not figure.family:
        return "no good, money or people beside it"
    if figure.family in ("distance", "length", "area"):
        return "a measure"
    if figure.family == "small money" or converted(page, found, number):
        return "a conversion of the sum before it"
    if figure.family == "time" and not (time_of_order(page, figure)):
        return "a span of time"
    if figure.family == "piece" and figure.item is None:
        return "no good, money or people beside it"
    past = page.cues("voice", sentence.start, figure.start, "past")
    if past and not page.cues("voice", past[-1].end, figure.start, "act") and not re.search(r"\bnow\b", text[past[-1].end : figure.start]):
        return "an earlier figure"
    if FROM.search(text[max(0, figure.start - 24) : figure.start]) and was_left(page, found, number):
        return "an earlier figure"
    change = page.cues("voice", max(sentence.start, figure.start - 26), figure.start, "change")
    if (change or page.cues("voice", figure.end, min(sentence.end, figure.end + 14), "change")) and figure.family in ("money", "percent"):
        return "a change"
    if figure.family == "money" and SUM.search(text, max(sentence.start, figure.start - 40), figure.start) and summed(found, number):
        return "a sum of figures before it"
    return ""


def was_left(page: Page, found: list[Figure], number: int) -> bool:
    """Whether "from N" is the old value of "from N to M" or "to M from N"."""
    figure = found[number]
    after = found[number + 1] if number + 1 < len(found) else None
    if after and after.sentence == figure.sentence and re.match(r"\sto\s", page.text[figure.end : after.start]):
        return True
    before = found[number - 1] if number else None
    return bool(before and before.sentence == figure.sentence and figure.start - before.end < 24)


def summed(found: list[Figure], number: int) -> bool:
    """Whether some figures before add up to this one."""
    figure = found[number]
    before = [f.low for f in found[max(0, number - 6) : number] if f.unit == figure.unit and not f.drop]
    return any(sum(before[n:]) == figure.low for n in range(len(before) - 1))


def time_of_order(page: Page, figure: Figure) -> bool:
    """Whether a span of time is part of an order: days of food, of a lockdown, of labour."""
    text = page.text
    if WORTH.match(text, figure.end) or FOOD_FOR.search(text[max(0, figure.start - 24) : figure.start]):
        return True
    cues = page.cues("roles", max(figure.sentence.start, figure.start - 30), figure.start)
    if any(h.row["role"] == "other" for h in cues) and text[max(0, figure.start - 5) : figure.start].lower().endswith("for "):
        return True
    if re.match(r" (?:curfew|lockdown|quarantine|ban)\b", text[figure.end : figure.end + 12]):
        return True
    return bool(LABOUR.search(text, figure.end, figure.end + 26)) and not re.match(r"\s?(?:ago|after|before|later)", text[figure.end :][:8])


def role_of(page: Page, figure: Figure, done: list[Figure], prior: OrderKind | None) -> Role | None:
    """Role whose words stand nearest; that of the figure before it in a list; None where nothing tells."""
    if figure.family == "people":
        return headcount(page, figure)
    before = next((f for f in reversed(done) if f.role and f.family != "people"), None)
    best = nearest(page, figure, prior)
    if before and before.role and same_list(page, before, figure, done):
        shared = before.role if before.role != "cash_in_lieu" or figure.family == "money" else "due"
        own = page.cues("roles", before.end, figure.start)
        if figure.family in FITS[shared] and not any(int(h.row["weight"]) >= 3 and figure.family in FITS[h.row["role"]] for h in own):
            return cast(Role, shared)
    if best is None and before and before.sentence.paragraph == figure.sentence.paragraph:
        if figure.sentence.number - before.sentence.number <= 1 and figure.family in FITS[str(before.role)]:
            return before.role
    return best


def same_list(page: Page, before: Figure, figure: Figure, done: list[Figure]) -> bool:
    """Whether nothing but list words parts two figures."""
    gap = page.text[before.end : figure.start]
    return len(gap) < 60 and before.sentence == figure.sentence and not re.search(r"[.!?]|\b(?:was|were|had|has|is|while|but)\b", gap)


def nearest(page: Page, figure: Figure, prior: OrderKind | None) -> Role | None:
    """Role with the best mark among the words of the sentence and of those before it in the paragraph."""
    start, _ = page.paragraph(figure.sentence)
    marks: Counter[str] = Counter()
    first = max(start, figure.start - 420)
    for hit in page.cues("roles", first, min(figure.sentence.end, figure.end + 200)):
        role = hit.row["role"]
        if figure.family not in FITS[role]:
            continue
        behind = hit.start > figure.end
        away = hit.start - figure.end if behind else figure.start - hit.end
        if hit.end > figure.start and not behind:
            away = 0
        mark = 2.0 * int(hit.row["weight"]) - away / (22 if behind else 30) - (1 if behind else 0)
        if hit.start < figure.sentence.start:
            mark -= 3
        if KINDS.get(role) == prior:
            mark += 2
        marks[role] = max(marks.get(role, -99), mark)  # type: ignore[assignment]
    if not marks:
        return None
    role, mark = max(marks.items(), key=lambda m: (m[1], m[0]))
    if mark < -1:
        return None
    if role == "due" and marks["cash_in_lieu"] and figure.family == "money" and marks["cash_in_lieu"] > mark - 4 and prior == "levy":
        return "cash_in_lieu"
    return cast(Role, role)


def headcount(page: Page, figure: Figure) -> Role | None:
    """People whom an order reaches, and only those."""
    start, end = max(figure.sentence.start, figure.start - 60), min(figure.sentence.end, figure.end + 50)
    reached = [h for h in page.cues("roles", start, end) if h.row["role"] == "headcount"]
    if not reached or figure.low < 2:
        return None
    return "headcount"


def settled(page: Page, figure: Figure, done: list[Figure]) -> Figure:
    """The figure with what its role implies: the good of a bare amount, the scope where none is named."""
    role = str(figure.role)
    if figure.item is None:
        figure = replace(figure, item=carried_good(page, figure))
    per = figure.per if figure.per_how in ("behind", "before", "list", "paragraph") else None
    if per is None:
        people = figure.per
        if role == "supply" or role == "headcount":
            per = "total"
        elif role in ("fine", "bribe", "confiscated", "stall_tax", "other"):
            per = "merchant" if people == "merchant" else DEFAULT_PER[role]
        else:
            per = people or "household"
    every = figure.every
    if role == "stall_tax" and every == "once":
        every = "day"
    return replace(figure, per=per, every=every)


def carried_good(page: Page, figure: Figure) -> str | None:
    """Good that an amount without one is of: the last one named before it, within the paragraph or the one before."""
    if figure.family == "time":
        hit = page.hits["items"].last(max(0, figure.start - 30), figure.start)
        behind = page.cues("items", figure.end, figure.end + 30)
        found = behind[0] if behind else hit
        return found.row["item"] if found and found.row["item"] != "cash" else ("labour" if figure.role == "fine" else "food")
    hits = page.cues("items", max(0, figure.start - 600), figure.start)
    for hit in reversed(hits):
        if hit.row["item"] not in ("cash", "goods"):
            return hit.row["item"]
    behind = page.cues("items", figure.end, figure.sentence.end)
    return behind[0].row["item"] if behind else None
