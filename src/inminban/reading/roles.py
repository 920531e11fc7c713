"""What each figure is in its order: something due, cash in lieu, an entitlement, a fine; or why it is none of these."""

from __future__ import annotations

import re
from collections import Counter
from typing import cast

from inminban.model.orders import UNEXPLAINED, OrderKind, Per, Role
from inminban.reading.figures import Figure, replace
from inminban.reading.page import Page
from inminban.reading.unfit import unfit

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
    "other": ("time", "percent", "mass"),
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
SAID = ("behind", "before", "list", "paragraph", "after")


def decided(page: Page, found: list[Figure]) -> list[Figure]:
    """The figures with their role, or with the reason why they are none of an order's."""
    prior = leaning(page)
    lists = Counter(f.sentence.paragraph for f in found if f.family in GOODS and f.named and not f.drop)
    done: list[Figure] = []
    for number, figure in enumerate(found):
        why = figure.drop or unfit(page, found, number)
        after = found[number + 1] if number + 1 < len(found) else None
        role = (
            None
            if why
            else (
                headcount(page, figure, after)
                if figure.family == "people"
                else role_of(page, figure, done, prior, listed=lists[figure.sentence.paragraph] > 2)
            )
        )
        if role is None:
            done.append(replace(figure, drop=why or UNEXPLAINED))
            continue
        done.append(settled(page, replace(figure, role=in_bulk(figure, role, prior)), done))
    return done


def in_bulk(figure: Figure, role: Role, prior: OrderKind | None) -> Role:
    """Tonnes that no sentence shares out are, in a report of relief, a supply: no household is given or asked them."""
    bulk = figure.unit == "t" and figure.per_how not in SAID
    return "supply" if bulk and prior == "relief" and role in ("due", "entitlement", "received") else role


def leaning(page: Page) -> OrderKind | None:
    """Kind of order that the whole text mostly speaks of."""
    counts = weigh_kinds(page, 0, len(page.text))
    return cast(OrderKind, counts.most_common(1)[0][0]) if counts else None


def weigh_kinds(page: Page, start: int, end: int) -> Counter[str]:
    """Weight of the words of each kind in a stretch; what stands early in the text counts double."""
    counts: Counter[str] = Counter()
    lead = page.sentences[min(3, len(page.sentences) - 1)].end if page.sentences else 0
    for hit in page.cues("kinds", start, end):
        sentence = page.sentence(hit.start)
        if page.cues("voice", sentence.start, sentence.end, "past"):
            continue
        counts[hit.row["kind"]] += int(hit.row["weight"]) * (2 if hit.start < lead else 1)
    return counts


def time_cue(page: Page, figure: Figure) -> str | None:
    """Role of a span of time that a lockdown, a sentence or market hours give it."""
    before = page.text[max(0, figure.start - 24) : figure.start]
    if page.lexicon.worth.match(page.text, figure.end) or page.lexicon.food_for.search(before):
        return None
    for hit in page.cues(
        "roles", max(figure.sentence.start, figure.start - 80), min(figure.sentence.end, figure.end + 40)
    ):
        if hit.row["item"]:
            return hit.row["role"]
    return None


def role_of(page: Page, figure: Figure, done: list[Figure], prior: OrderKind | None, *, listed: bool) -> Role | None:
    """Role whose words stand nearest; that of the figure before it in a list; None where nothing tells."""
    if figure.family == "time" and (cue := time_cue(page, figure)):
        return cast(Role, cue)
    before = next((f for f in reversed(done[-20:]) if f.role and f.family != "people"), None)
    if before and before.role and (shared := role_of_list(page, before, figure, done)):
        return shared
    best = nearest(page, figure, prior) or by_default(page, figure, prior, listed=listed)
    if best is None and before and before.sentence.paragraph == figure.sentence.paragraph:
        fits = figure.family in FITS[str(before.role)]
        fits = fits and (figure.family != "money" or KINDS.get(str(before.role)) == prior)
        if figure.sentence.number - before.sentence.number <= 1 and fits:
            return before.role
    return best


def by_default(page: Page, figure: Figure, prior: OrderKind | None, *, listed: bool) -> Role | None:
    """Role where no word tells it: that of the kind of the text, for lists and amounts that name their bearer."""
    if prior not in ("levy", "relief") or not (figure.per_how in SAID or (listed and figure.named)):
        return None
    if figure.family in (*GOODS, "money") or page.lexicon.worth.match(page.text, figure.end):
        return "due" if prior == "levy" else "received"
    return None


def role_of_list(page: Page, before: Figure, figure: Figure, done: list[Figure]) -> Role | None:
    """Role of the figure before, where both stand in one list and no other word comes between."""
    if not same_list(page, before, figure, done):
        return None
    shared: Role = before.role or "other"
    if shared == "cash_in_lieu" and figure.family != "money":
        shared = "due"
    own = page.cues("roles", before.end, figure.start)
    if figure.family not in FITS[shared] or any(
        int(h.row["weight"]) >= 3 and figure.family in FITS[h.row["role"]] for h in own
    ):
        return None
    return shared


def same_list(page: Page, before: Figure, figure: Figure, done: list[Figure]) -> bool:
    """Whether nothing but list words, or the same sum in another currency, parts two figures."""
    last = done[-1] if done[-1].drop.startswith("a conversion") else before
    gap = page.text[last.end : figure.start]
    return (
        len(gap) < 60
        and before.sentence == figure.sentence
        and not re.search(r"[.!?]|\b(?:was|were|had|has|is|while|but)\b", gap)
    )


def nearest(page: Page, figure: Figure, prior: OrderKind | None) -> Role | None:
    """Role with the best mark among the words of the sentence and of those before it in the paragraph."""
    start, _ = page.paragraph(figure.sentence)
    marks: dict[str, float] = {}
    first = (
        max(0, figure.start - 500)
        if prior in ("levy", "relief") and figure.family in GOODS
        else max(start, figure.start - 420)
    )
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
            mark -= 3 if hit.start >= start else 4
        if KINDS.get(role) == prior:
            mark += 2
        marks[role] = max(marks.get(role, -99.0), mark)
    if not marks:
        return None
    role, mark = max(marks.items(), key=lambda m: (m[1], m[0]))
    if mark < -1:
        return None
    if role == "due" and figure.family == "money" and marks.get("cash_in_lieu", -99.0) > mark - 4 and prior == "levy":
        return "cash_in_lieu"
    if role == "due" and figure.family == "money" and "stall_tax" in marks and mark < 6:
        return "stall_tax"
    return cast(Role, role)


def headcount(page: Page, figure: Figure, following: Figure | None) -> Role | None:
    """People whom an order reaches, and only those: caught, mobilised, or the bearers that a figure is for."""
    if figure.low < 2:
        return None
    start, end = max(figure.sentence.start, figure.start - 60), min(figure.sentence.end, figure.end + 50)
    sent = page.cues("roles", max(figure.sentence.start, figure.start - 140), figure.start)
    if figure.unit == "person" and any(
        (h.row["role"] == "headcount" and h.row["item"]) or page.text[h.start : h.end] == "provide" for h in sent
    ):
        return "due"
    reached = [h for h in page.cues("roles", start, end) if h.row["role"] == "headcount"]
    if any(not h.row["item"] for h in reached):
        return "headcount"
    if re.search(
        r"\b(?:each|every) (?:one )?of (?:the |about |some |around )*$",
        page.text[max(0, figure.start - 30) : figure.start],
    ):
        return "headcount"
    if (
        following
        and following.sentence == figure.sentence
        and following.start - figure.end < 50
        and following.family in GOODS
    ):
        gap = page.text[figure.end : following.start]
        return "headcount" if "," not in gap and page.cues("roles", figure.end, following.start) else None
    return None


def settled(page: Page, figure: Figure, done: list[Figure]) -> Figure:
    """The figure with what its role implies: the good of a bare amount, the scope where none is named."""
    role = str(figure.role)
    if figure.family == "people" and role == "due":
        figure = replace(figure, item="labour", unit="person", per=figure.per or "organisation")
    if figure.item is None:
        figure = replace(figure, item=carried_good(page, figure))
    if role == "stall_tax":
        figure = replace(figure, item="cash")
    near = SAID[:3] if role in DEFAULT_PER else SAID
    per = figure.per if not (figure.family == "time" and role == "other") and figure.per_how in near else None
    if per is None:
        people = figure.per if figure.per_how else None
        hinted = hint(page, figure, "per")
        if role == "supply" or role == "headcount":
            per = "total"
        elif figure.family == "time" and role == "other":
            per = "place"
        elif role in ("fine", "bribe", "confiscated", "stall_tax", "other"):
            per = "merchant" if people == "merchant" else DEFAULT_PER[role]
        elif role == "cash_in_lieu" and (owed := scope_of_goods(figure, done)):
            per = owed
        elif hinted:
            per = cast(Per, hinted)
        else:
            per = people or "household"
    if role == "due" and figure.family in GOODS and replaces(page, figure):
        figure = replace(figure, alternative=True)
    every = figure.every
    if role == "stall_tax" and every == "once":
        every = "day"
    return replace(figure, per=per, every=every)


def scope_of_goods(figure: Figure, done: list[Figure]) -> Per | None:
    """Scope of the goods that cash stands for, where they share one: whoever pays owes them as that bearer."""
    scopes = {f.per for f in done[-60:] if f.role == "due" and f.family in GOODS and f.per_how in SAID}
    return scopes.pop() if len(scopes) == 1 else None


def replaces(page: Page, figure: Figure) -> bool:
    """Whether goods are taken in place of those owed: "may bring compost instead"."""
    start, end = max(figure.sentence.start, figure.start - 40), min(figure.sentence.end, figure.end + 50)
    return any(
        re.match(r"instead|in (?:its|their) place|in lieu", page.text[h.start : h.end], re.IGNORECASE)
        for h in page.cues("roles", start, end)
    )


def hint(page: Page, figure: Figure, column: str) -> str:
    """What the word nearest to a figure that gave its role says of its good or its bearer."""
    start, _ = page.paragraph(figure.sentence)
    hits = [
        h
        for h in page.cues("roles", max(start, figure.start - 300), min(figure.sentence.end, figure.end + 60))
        if h.row["role"] == figure.role
    ]
    near = sorted(hits, key=lambda h: abs(h.start - figure.start))
    return next((h.row[column] for h in near if h.row[column]), "")


def carried_good(page: Page, figure: Figure) -> str | None:
    """Good that an amount without one is of: the last one named before it, a particular one rather than "food"."""
    if figure.family == "time" and (item := hint(page, figure, "item")):
        return item
    behind = [h.row["item"] for h in page.cues("items", figure.end, min(figure.sentence.end, figure.end + 30))]
    if figure.family == "time" and behind and behind[0] != "cash":
        return behind[0]
    hits = [h.row for h in reversed(page.cues("items", max(0, figure.start - 600), figure.start))]
    before = [r for r in hits if not r["generic"]] or [r for r in hits if r["item"] != "cash"]
    if before:
        return before[0]["item"]
    return behind[0] if behind else "food" if figure.family == "time" else None
