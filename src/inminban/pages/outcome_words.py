"""Measures of a run, their groups, units and intervals in words."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from babel import Locale
from babel.dates import format_date

from inminban.measures.range import between, short
from inminban.measures.summary import Interval, Summary
from inminban.measures.units import THOUSAND, Unit, item_of, unit_of
from inminban.pages.charts import width_of
from inminban.pages.words import Voice

MINUS = "−"
TINY = 0.005
MILLION = 1_000_000
BIG, ROOM = 34.4, 190.0  # size of a big number, and the room that four in a row have at least


def measure_name(voice: Voice, measure: str) -> str:
    """Name a measure."""
    _ = voice._
    names = {
        "settled own": _("own stock handed in"),
        "settled gathered": _("gathered"),
        "settled bought": _("bought"),
        "settled cash": _("cash in lieu"),
        "settled bribe": _("paid to look away"),
        "settled borrowed": _("borrowed, sold belongings"),
        "settled unpaid": _("left unpaid"),
        "asked": _("asked of a household, at first prices"),
        "asked for others": _("asked of a household for others of its people's unit, mean, at first prices"),
        "cost": _("cost to a household, mean"),
        "cost days": _("cost to the median household, in days of its food bill"),
        "cost income": _("cost to the median household, share of a month's income"),
        "not settled": _("households with something outstanding"),
        "labour": _("hours spent gathering and searching, mean"),
        "received any": _("households that received anything"),
        "received food days": _("days of food received, mean"),
        "stipend": _("money received, mean"),
        "received stipend": _("money received, of what was due"),
        "kept cash county": _("cash kept by the county's office"),
        "kept cash unit": _("cash kept by people's units"),
        "passed up cash": _("cash passed up"),
        "collected cash": _("cash collected"),
        "seized": _("goods seized from a trader"),
        "inspection bribes": _("paid to inspectors by a trader"),
        "hidden": _("trader-days on which forbidden goods were hidden"),
        "returned": _("goods that a trader bought back"),
        "ransoms": _("paid by a trader for goods given back"),
        "tolls": _("paid at checkpoints by a trader"),
        "stalls": _("goods on stalls at the end"),
        "days short": _("days short of food, mean"),
        "short": _("household-days short of food"),
        "cash": _("cash of the median household at the end"),
    }
    if measure in names:
        return names[measure]
    item = item_of(measure)
    patterns = {
        "price ": _("price of {item}"),
        "received ": _("{item} received, of what was due"),
        "bought by office ": _("{item} bought by the county's office"),
        "kept goods ": _("{item} kept by people's units"),
    }
    for begins, text in patterns.items():
        if measure.startswith(begins):
            return text.format(item=item)
    return measure


def group_name(voice: Voice, group: str) -> str:
    """Name a group of households."""
    names = {
        "all": voice._("all"),
        "state wage": voice._("on a state wage"),
        "trader": voice._("traders"),
        "farmer": voice._("farmers"),
        "official": voice._("officials"),
        "other": voice._("others"),
    }
    if group in names:
        return names[group]
    number = group.removeprefix("tenth ")
    ends = {"1": voice._("poorest tenth"), "10": voice._("richest tenth")}
    return ends.get(number) or voice.say("tenth {number} by income", number=number)


def unit_name(voice: Voice, unit: Unit) -> str:
    """Name a unit as it stands after a number."""
    code, _, per = unit.code.partition("/")
    names = {"share": "%", "days": voice._("days"), "hours": voice._("hours"), "piece": voice._("pieces")}
    name = voice.money if code == voice.country.currency else names.get(code, code)
    return voice.say("{money} a {unit}", money=name, unit=per) if per else name


def sign_name(voice: Voice, sign: str) -> str:
    """Say which way something moves."""
    names = {
        "higher": voice._("higher"),
        "lower": voice._("lower"),
        "either way": voice._("either way"),
        "no change": voice._("no change"),
        "open": voice._("open"),
    }
    return names[sign]


def one(value: float, *, signed: bool = False) -> str:
    """Write a number with the digits that matter; a signed one shows its plus."""
    text = short(Fraction(abs(value)))
    if abs(value) < TINY:
        return "0"
    return f"{MINUS}{text}" if value < 0 else f"+{text}" if signed else text


def span(low: float, high: float, *, signed: bool = False) -> str:
    """Write a range."""
    if low >= 0 and not signed:
        return between(*(Fraction(v if v >= TINY else 0) for v in (low, high)))
    first, last = one(low, signed=signed), one(high, signed=signed)
    return first if first == last else f"{first} – {last}"


@dataclass(frozen=True, slots=True)
class Told:
    """A measure as people read it: what its values, and those of its difference, are times by, and the unit's name."""

    factor: float
    gap: float
    name: str
    gap_name: str

    def value(self, interval: Interval) -> Interval:
        """Tell a value."""
        return interval.times(self.factor)

    def shown(self, s: Summary) -> Interval:
        """Tell what the orders made."""
        return s.difference.times(self.gap) if s.difference else self.value(s.value)


def read_in(voice: Voice, s: Summary, facts: Mapping[str, Any]) -> Told:
    """Choose the unit that a measure is read in: shares and relative gaps in percent, large sums in millions."""
    unit = unit_of(s.measure, facts)
    factor, name = 100 if unit.share else unit.factor, unit_name(voice, unit)
    if unit.code == facts["money"]["currency"] and max(s.value) >= 10 * MILLION:
        factor, name = factor / MILLION, voice.say("million {money}", money=voice.money)
    elif unit.code == "kg" and max(s.value) * factor >= 10 * THOUSAND:
        factor, name = factor / THOUSAND, "t"
    gap_name = "%" if s.relative else voice._("points") if unit.share else name
    return Told(factor, 100 if s.relative else factor, name, gap_name)


def told(interval: Interval, *, signed: bool = False) -> str:
    """Write the median and the middle 90 %."""
    middle, ends = one(interval.median, signed=signed), span(interval.low, interval.high, signed=signed)
    return middle if middle == ends else f"{middle} ({ends})"


def leading_range(voice: Voice, s: Summary, facts: Mapping[str, Any]) -> tuple[str, str, str]:
    """Say what the orders made: half of the draws as short as a big number must be, its unit, nine in ten with theirs.

    What is surely higher or lower has no sign; a unit that fits stands with the number, and the second text is empty.
    """
    read, signed = read_in(voice, s, facts), s.difference is not None
    at, name = read.shown(s), read.gap_name if signed else read.name
    sure = s.sign in ("higher", "lower")

    def ends(low: float, high: float) -> str:
        return span(*sorted((abs(low), abs(high)))) if sure else span(low, high)

    half, most = ends(at.lower, at.upper), f"{ends(at.low, at.high)} {name}"
    if width_of(f"{half} {name}", BIG) <= ROOM:
        return f"{half} {name}", "", most
    if width_of(half, BIG) > ROOM and max(abs(at.lower), abs(at.upper)) >= THOUSAND:
        half, name = ends(at.lower / THOUSAND, at.upper / THOUSAND), voice.say("thousand {unit}", unit=name)
    return half if width_of(half, BIG) <= ROOM else half.replace(" – ", "–"), name, most


def date_of(voice: Voice, facts: Mapping[str, Any], day: int) -> str:
    """Write the date of a day of the run."""
    date = datetime.date.fromisoformat(facts["period"]["start"]) + datetime.timedelta(days=day)
    return format_date(date, "d MMMM yyyy", locale=Locale.parse(voice.lang))


def symbol_name(facts: Mapping[str, Any], symbol: str) -> str:
    """Name an input as its row does."""
    names = {p["symbol"]: p["name"] for p in facts["parameters"]}
    return str(names.get(symbol) or symbol)
