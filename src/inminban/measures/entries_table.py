"""What the ledger answers as rows of a table: whole base units, and all that is said of them."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from inminban.measures.entries import Balance, Entries, Entry
from inminban.measures.ledger_asked import ACCOUNT, ITEM
from inminban.measures.outcome_table import columns_said, csv_text
from inminban.measures.statement import says_of_ledger
from inminban.measures.summary import Interval, about
from inminban.measures.units import base_of_item

Facts = Mapping[str, Any]


def ranks(found: Entries) -> dict[int, int]:
    """Rank of every entry among those of its item by the median, the largest first; all that an assumed run tells."""
    order = sorted(range(len(found.entries)), key=lambda n: -found.entries[n].amount.median)
    seen: Counter[str | int] = Counter()
    ranked, last = {}, dict[str | int, tuple[float, int]]()
    for n in order:
        entry = found.entries[n]
        item, median = entry.group[ITEM], entry.amount.median
        seen[item] += 1
        ranked[n] = last[item][1] if item in last and last[item][0] == median else seen[item]
        last[item] = (median, ranked[n])
    return ranked


def sign(balance: Balance) -> str:
    """Which way a balance went."""
    change = balance.closing - balance.opening
    return "higher" if change > 0 else "lower" if change < 0 else "no change"


def records_of(found: Entries, facts: Facts) -> Iterator[dict[str, Any]]:
    """Make a flat record of each row of the answer; of an assumed run ranks and signs only."""
    draw = found.draws[0] if found.single else None
    why = "; ".join(dict.fromkeys(found.out.values()))
    said = {"draw": draw, "draws": len(found.draws), "left_out": why, "kind": "simulated", "against": "nothing"}
    said |= {"range_over": "" if found.single else "our assumptions"} | columns_said(facts)
    assumed = about(facts).assumed
    ranked = ranks(found) if assumed else {}
    for n, entry in enumerate(found.entries):
        told = {"rank": ranked[n]} if assumed else numbers(entry, facts, found.single)
        yield group_of(entry.group, facts) | told | said
    for balance in found.balances:
        told = {"sign": sign(balance)} if assumed else sums(balance, facts)
        yield group_of(balance.group, facts) | told | {"closes": balance.closes} | said


def group_of(group: Mapping[str, str | int], facts: Facts) -> dict[str, Any]:
    """What a row is told apart by; a day as the ledger numbers it, and its date."""
    found: dict[str, Any] = dict(group)
    if "day" in group:
        found["date"] = date_of(facts, int(group["day"]))
    return found


def date_of(facts: Facts, day: int) -> str:
    """Date of a day of the run."""
    return str(datetime.date.fromisoformat(facts["period"]["start"]) + datetime.timedelta(days=day))


def numbers(entry: Entry, facts: Facts, single: bool) -> dict[str, Any]:
    """Columns of amount and households: medians over draws with the ends of the amount, or the numbers of one draw."""
    low, lower, median, upper, high = (round(v) for v in entry.amount)
    told: dict[str, Any] = {"unit": base_of_item(str(entry.group[ITEM]), facts), "amount": median}
    if single:
        told |= dict.fromkeys(("low90", "low50", "high50", "high90"))
    else:
        told |= {"low90": low, "low50": lower, "high50": upper, "high90": high}
    return told | {"households": round(entry.households.median) if entry.households else None}


def sums(balance: Balance, facts: Facts) -> dict[str, Any]:
    """Columns of a balance."""
    told = {name: value for name, value in balance._asdict().items() if name != "group"}
    return {"unit": base_of_item(str(balance.group[ITEM]), facts)} | told


def csv_of(found: Entries, facts: Facts) -> str:
    """Write an answer as CSV; the header alone where nothing fits."""
    return csv_text(list(records_of(found, facts)), header(found, facts))


def header(found: Entries, facts: Facts) -> list[str]:
    """Columns of an answer, whatever it holds."""
    group = dict.fromkeys(found.asked.groups, 0)
    nothing = Interval(0, 0, 0, 0, 0)
    if ACCOUNT in group:
        blank = replace(found, balances=(Balance(group, 0, 0, 0, 0),))
    else:
        blank = replace(found, entries=(Entry(group, nothing, None),))
    return list(next(records_of(blank, facts)))


def document(found: Entries, facts: Facts, money: str) -> str:
    """Write an answer as a JSON document; `money` is the name of the country's currency."""
    draw = found.draws[0] if found.single else None
    asked = {name: list(v) if isinstance(v, tuple) else v for name, v in vars(found.asked).items()}
    told = {"format": 1, "run": facts["words"], "says": says_of_ledger(facts, money, draw), "digest": facts["digest"]}
    told |= {"asked": asked, "draws": list(found.draws)}
    told["balances" if ACCOUNT in found.asked.by else "entries"] = list(records_of(found, facts))
    return json.dumps(told, ensure_ascii=False, indent=1)
