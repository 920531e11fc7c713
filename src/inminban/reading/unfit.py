"""Why a number is no figure of an order: a measure, a conversion, an earlier value, a change, a sum."""

from __future__ import annotations

import re

from inminban.reading.figures import Figure
from inminban.reading.page import Page
from inminban.reading.prices import converted

LABOUR = re.compile(r"\b(?:labor|labour|work|camp|training|mobili[sz]ed|detention|prison)", re.IGNORECASE)
SUM = re.compile(
    r"\b(?:together|in total|altogether|taken together|adds? up|comes? to|amounts? to|sum of|calculated|reckon\w*)\b",
    re.IGNORECASE,
)
FROM = re.compile(r"\bfrom (?:about |around |some |over )?(?:[A-Z]{2,3} ?)?\$?$", re.IGNORECASE)


def unfit(page: Page, found: list[Figure], number: int) -> str:
    """Why a figure is no part of an order; empty where nothing speaks against it."""
    figure = found[number]
    sentence = figure.sentence
    if not figure.family:
        return "no good, money or people beside it"
    if figure.family in ("distance", "length", "area", "ratio"):
        return "a measure"
    if figure.family == "small money" or (figure.family == "money" and converted(page, found, number)):
        return "a conversion of the sum before it"
    if figure.family == "time" and not (time_of_order(page, figure)):
        return "a span of time"
    if figure.family == "piece" and figure.item is None and figure.end == figure.number.end:
        return "no good, money or people beside it"
    if figure.family == "money" and number and restated(page, found[number - 1], figure):
        return "a conversion of the sum before it"
    if page.cues("voice", max(sentence.start, figure.start - 48), figure.start, "aside"):
        return "a reckoning or an estimate"
    return earlier_value(page, found, number) or derived(page, found, number)


def restated(page: Page, before: Figure, figure: Figure) -> bool:
    """Whether a sum only says another way what the sum before it said: "that comes to"."""
    return before.family == "money" and bool(
        page.cues("voice", max(before.end, figure.start - 34), figure.start, "same")
    )


def earlier_value(page: Page, found: list[Figure], number: int) -> str:
    """Whether the figure is told for comparison: last year's, or the value before a change."""
    figure = found[number]
    text, sentence = page.text, figure.sentence
    past = page.cues("voice", sentence.start, figure.start, "past")
    if (
        past
        and not page.cues("voice", past[-1].end, figure.start, "act")
        and not re.search(r"\b(?:now|will)\b", text[past[-1].end : figure.start])
    ):
        return "an earlier figure"
    if page.cues("voice", figure.end, min(sentence.end, figure.end + 16), "past"):
        return "an earlier figure"
    if FROM.search(text[max(0, figure.start - 24) : figure.start]) and was_left(page, found, number):
        return "an earlier figure"
    return ""


def derived(page: Page, found: list[Figure], number: int) -> str:
    """Whether the figure is a change, a sum of those before it, or worked out by the writer."""
    figure = found[number]
    text, sentence = page.text, figure.sentence
    change = page.cues("voice", max(sentence.start, figure.start - 26), figure.start, "change")
    if (change or page.cues("voice", figure.end, min(sentence.end, figure.end + 14), "change")) and figure.family in (
        "money",
        "percent",
    ):
        return "a change"
    if (
        figure.family == "money"
        and SUM.search(text, max(sentence.start, figure.start - 40), figure.start)
        and summed(found, number)
    ):
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
    if (
        figure.item == "labour"
        or page.lexicon.worth.match(text, figure.end)
        or page.lexicon.food_for.search(text[max(0, figure.start - 24) : figure.start])
    ):
        return True
    cues = page.cues("roles", max(figure.sentence.start, figure.start - 80), min(figure.sentence.end, figure.end + 26))
    shut = figure.unit != "year" and any(h.row["item"] in ("lockdown", "curfew") for h in cues)
    if shut and re.search(r"\b(?:for|last|lasts|lasted)\s(?:\w+\s)?$", text[max(0, figure.start - 16) : figure.start]):
        return True
    if figure.unit == "hour" and any(h.row["role"] == "other" for h in cues):
        return True
    if re.match(r" (?:curfew|lockdown|quarantine|ban)\b", text[figure.end : figure.end + 12]):
        return True
    return bool(LABOUR.search(text, figure.end, figure.end + 26)) and not re.match(
        r"\s?(?:ago|after|before|later)", text[figure.end :][:8]
    )
