"""Numbers, dates, amounts and orders in words, in the language of the page."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from babel import Locale
from babel.dates import format_date

from inminban.measures.range import Range, between, short
from inminban.model.country import Country
from inminban.model.dates import span
from inminban.model.orders import Order, Report, Term

BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
UNCOUNTED = frozenset(["kg", "g", "t", "l", "ml", "percent", "m2", "m3", "lb"])


@dataclass(frozen=True)
class Voice:
    """What a page speaks with: the language, its translations, and the country's own names."""

    lang: str
    _: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    country: Country

    def say(self, text: str, **values: object) -> str:
        """Translate a sentence and fill its places."""
        return self._(text).format(**values)

    @property
    def money(self) -> str:
        """Name of the country's money in running text."""
        return str(self.country.settings["currency_name"])

    @property
    def staple(self) -> str:
        """Name of the staple in running text."""
        return self.country.staple

    def note(self, about: str) -> str:
        """What the country's settings add to a sentence about prices, counts or reports; nothing where they do not."""
        found = self.country.settings.get(f"{about}_note", "")
        return f"; {found}" if found else ""


def shown(text: str | None) -> str:
    """Text of a report as a page may show it: control characters dropped, direction marks visible, halves replaced."""
    kept = (text or "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    kept = "".join(c for c in kept if c in "\n\t" or unicodedata.category(c) != "Cc")
    return BIDI.sub(lambda m: f"‹U+{ord(m[0]):04X}›", kept)


def day(voice: Voice, date: str | None) -> str:
    """Write a date as exactly as it is known: 15 October 2021, October 2021, 2021, 15 October (year not given)."""
    if date is None:
        return voice._("date not given")
    locale = Locale.parse(voice.lang)
    if date.startswith("XXXX"):
        found = format_date(datetime.date.fromisoformat("2000" + date[4:]), "d MMMM", locale=locale)
        return voice.say("{day} (year not given)", day=found)
    days = span(date)
    if days is None:
        return date
    form = ("yyyy", "MMMM yyyy", "d MMMM yyyy")[date.count("-")]
    return format_date(days[0], form, locale=locale)


def month(voice: Voice, date: str | None) -> str:
    """Write the month or year of a date."""
    return day(voice, date[:7] if date and not date.startswith("XXXX") else date)


INVARIANT = ("rice", "yuan", "hay", "dead", "coal", "labour", "labor", "money", "medicine")
CONTAINERS = frozenset(["pair", "pack", "carton", "box", "case", "bag", "sack", "bundle"])
TIMES = frozenset(["minute", "hour", "day", "week", "month", "year"])


def plural(noun: str, count: float) -> str:
    """Plural of an English noun where more than one is counted: buckets of sand, households of officers."""
    head, of, rest = noun.partition(" of ")
    if count == 1 or not noun.isascii() or not head or head.endswith(("s", *INVARIANT)):
        return noun
    if head.endswith(("x", "ch", "sh", "z")):
        head += "es"
    elif head.endswith("y") and head[-2:-1] not in ("a", "e", "o", "u", ""):
        head = head[:-1] + "ies"
    else:
        head += "s"
    return head + of + rest


def number(term: Term) -> str:
    """Write the amount as reported: `7`, `8–15`, `about 1,000`."""
    if term.amount is None:
        return ""
    return f"{term.amount:,}" + (f"–{term.amount_max:,}" if term.amount_max is not None else "")


def item_name(voice: Voice, term: Term, count: float = 2) -> str:
    """Name a good as a sentence does: cigarettes and rabbit skins, but medicine and rice."""
    item = shown(term.item or "")
    known = voice.country.item_names.get(item.casefold())
    counted = known.family == "count" if known else term.unit in (None, "", "piece", "person", *CONTAINERS)
    return plural(item, count) if counted and (known or term.amount is not None) else item


def amount(voice: Voice, term: Term) -> str:
    """Write what a term is about: 7 kg of scrap metal, 30,000 won, 3 rabbit skins, medicine (no figure)."""
    if term.amount is None:
        return voice.say("{item} (no figure)", item=item_name(voice, term) or voice._("something not named"))
    told = number(term) if not term.approx else voice.say("about {number}", number=number(term))
    unit = shown(term.unit or "")
    if unit == voice.country.currency:
        return f"{told} {voice.money}"
    if unit in voice.country.items and voice.country.items[unit].family == "money":
        return f"{told} {money_name(voice, unit, float(term.amount_max or term.amount))}"
    if term.amount == 0 and not term.amount_max:
        return voice.say("no {item}", item=item_name(voice, term) or voice._("figure"))
    return goods(voice, term, told, unit)


def goods(voice: Voice, term: Term, told: str, unit: str) -> str:
    """Write an amount that is not money: the number, its unit, the good."""
    item, most = shown(term.item or ""), float(term.amount_max or term.amount or 0)
    cash = item in ("", "cash", "headcount")
    if unit in ("piece", "", term.item):
        known = voice.country.item_names.get(item.casefold())
        if known and known.family == "mass":
            return voice.say("{count} of {item}", count=f"{told} {plural(voice._('piece'), most)}", item=item)
        return f"{told} {plural(item, most)}"
    if unit == "percent":
        return f"{told} %" if cash else f"{item}, {told} %"
    if unit in ("person", "household") and not cash and item not in ("labour", "labor"):
        return f"{told} {plural(item, most)}"
    if unit == "person" and item in ("labour", "labor"):
        return voice.say("{count} for labour", count=f"{told} {plural(unit, most)}")
    if unit in TIMES:
        return for_a_time(voice, term, told, unit)
    counted = unit if unit in UNCOUNTED else plural(unit, most)
    named = item_name(voice, term) if unit in CONTAINERS else item
    return f"{told} {counted}" if cash else voice.say("{count} of {item}", count=f"{told} {counted}", item=named)


def for_a_time(voice: Voice, term: Term, told: str, unit: str) -> str:
    """Write a stretch of time: 20 days of lockdown, food for 2 days, 4 market hours, minimum age 50 years."""
    item, most = shown(term.item or ""), float(term.amount_max or term.amount or 0)
    if item.endswith(plural(unit, 2)):
        return f"{told} {item if most != 1 else item.removesuffix('s')}"
    count = f"{told} {plural(unit, most)}"
    if not item:
        return count
    if term.role in ("entitlement", "received"):
        return voice.say("{item} for {time}", item=item, time=count)
    return f"{item} {count}" if item.endswith(" age") else voice.say("{count} of {item}", count=count, item=item)


def money_name(voice: Voice, code: str, count: float) -> str:
    """Name a foreign money in running text: yuan, dollars."""
    names = voice.country.items[code].aliases
    name = next((n for n in names if n.isascii() and n[:1].islower()), code)
    return plural(name, count)


def each(voice: Voice, per: str | None) -> str:
    """Name whom a term counts for."""
    names = {
        "household": voice._("each household"),
        "person": voice._("each person"),
        "adult": voice._("each adult"),
        "worker": voice._("each worker"),
        "student": voice._("each pupil"),
        "merchant": voice._("each merchant"),
        "farmer": voice._("each farmer"),
        "inminban": voice._("each people's unit"),
        "organisation": voice._("each workplace or organisation"),
        "place": voice._("the whole place"),
        "total": voice._("all together"),
    }
    return names.get(per or "", voice._("whom, is not said"))


def how_often(voice: Voice, every: str | None) -> str:
    """Name how often a term returns; nothing for once."""
    names = {
        "day": voice._("every day"),
        "week": voice._("every week"),
        "month": voice._("every month"),
        "quarter": voice._("every quarter"),
        "year": voice._("every year"),
    }
    return names.get(every or "", "")


def kind_name(voice: Voice, kind: str) -> str:
    """Name a kind of order at the start of a line."""
    names = {
        "levy": voice._("Levy"),
        "relief": voice._("Relief"),
        "crackdown": voice._("Crackdown"),
        "restriction": voice._("Restriction"),
    }
    return names[kind]


def places_of(order: Order, voice: Voice | None = None, most: int = 3) -> str:
    """Places of an order as the report names them; beyond `most` only how many more."""
    names = [shown(name) for name in dict.fromkeys(p.name for p in order.places)]
    if voice is None:
        return ", ".join(names)
    if voice.lang.startswith("en"):
        names = [f"the {name}" if re.match("[a-z]", name) else name for name in names]
    if len(names) > most:
        more = len(names) - most + 1
        others = voice.ngettext("{count} more place", "{count} more places", more).format(count=more)
        names = [*names[: most - 1], others]
    return listed(voice, names)


def listed(voice: Voice, things: Sequence[str]) -> str:
    """Join as a sentence lists: a, b and c."""
    if len(things) < 2:
        return "".join(things)
    return voice.say("{first} and {last}", first=", ".join(things[:-1]), last=things[-1])


def span_of(value: Range, scale: int = 1) -> str:
    """Write a range, or its one number, with the digits that matter."""
    return between(value.low * scale, value.high * scale)


def percent(value: Range) -> str:
    """Write a share as percent."""
    return f"{span_of(value, 100)} %"


def single(value: Fraction) -> str:
    """Write one number with the digits that matter."""
    return short(value)


def heading(voice: Voice, report: Report) -> str:
    """Name a report in a list: its own title, else what and where."""
    if report.title:
        return shown(report.title)
    order = report.orders[0] if report.orders else None
    return f"{kind_name(voice, order.kind)}, {places_of(order)}" if order else shown(report.id)


def spelled(voice: Voice, count: int) -> str:
    """Write a small number as a word."""
    small = (voice._("two"), voice._("three"), voice._("four"), voice._("five"), voice._("six"), voice._("seven"))
    return small[count - 2] if 2 <= count < 8 else str(count)


def with_days(voice: Voice, text: str) -> str:
    """Write the days of a sentence as the page writes them: 7 August 2020 for 2020-08-07."""
    return re.sub(r"\b\d{4}-\d\d-\d\d\b", lambda m: day(voice, m[0]), text)
