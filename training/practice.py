"""Practice texts: short invented briefs with their coding written inline, only to learn from.

A file holds briefs like this; words in braces are quotes, what they were coded as stands behind the tilde:

    ## lev1-001 | published 2014-03-12 | outlet Daily NK | kinds levy
    In {Hyesan~place} each household has to bring {7 kg of scrap~due;7;kg;scrap metal;household;once} or pay.

Marks: role;amount;unit;item;per;every · price;amount;currency;unit;item · place · issued, due, start or end;day. A
range is 3-5, nothing is `-`. Figures without a mark belong to no order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inminban.model.files import normal

MARK = re.compile(r"\{([^{}~]*)~([^{}~]*)\}")
BRIEF = re.compile(r"(?m)^## ")
KINDS = {
    "due": "levy", "cash_in_lieu": "levy", "stall_tax": "levy", "entitlement": "relief", "received": "relief",
    "supply": "relief", "fine": "crackdown", "bribe": "crackdown", "confiscated": "crackdown",
}  # fmt: skip
DAYS = ("issued", "due", "start", "end")
TERM_PARTS, DAY_PARTS = 6, 2


def briefs(path: Path) -> Iterator[dict[str, Any]]:
    """Codings of a file, in the form of the codebook; an order's days stand in a list of their own."""
    for part in BRIEF.split(path.read_text(encoding="utf-8"))[1:]:
        head, _, body = part.partition("\n")
        name, *fields = (piece.strip() for piece in head.split("|"))
        known = dict(field.split(None, 1) if " " in field else (field, "") for field in fields)
        kinds = [k.strip() for k in known.get("kinds", "").split(",") if k.strip() not in ("", "none")]
        yield coding(name, known, kinds, normal(body.strip()))


def coding(name: str, known: dict[str, str], kinds: list[str], body: str) -> dict[str, Any]:
    """Coding of one brief: the text without its marks, and what they say."""
    text, place = "", 0
    orders: list[dict[str, Any]] = [{"kind": k, "places": [], "terms": [], "dates": []} for k in kinds]
    prices: list[dict[str, Any]] = []
    for match in MARK.finditer(body):
        text += body[place : match.start()]
        quote, parts, start = match[1], [p.strip() for p in match[2].split(";")], len(text)
        where = {"quote": quote, "start": start, "end": start + len(quote)}
        text, place = text + quote, match.end()
        if parts[0] == "price":
            low, high = amounts(parts[1])
            prices.append(
                {"price": low, "price_max": high, "currency": parts[2], "unit": parts[3], "item": parts[4]} | where
            )
        elif not orders:
            continue
        elif parts[0] == "place":
            orders[0]["places"].append({"name": quote})
        elif parts[0] in DAYS and len(parts) == DAY_PARTS:
            orders[0]["dates"].append({"value": parts[1]})
        elif len(parts) == TERM_PARTS:
            low, high = amounts(parts[1])
            term = {"role": parts[0], "amount": low, "amount_max": high, "unit": parts[2], "item": parts[3]}
            owner = next((o for o in orders if o["kind"] == KINDS.get(parts[0])), orders[0])
            owner["terms"].append(term | {"per": None if parts[4] == "-" else parts[4], "every": parts[5]} | where)
    published = known.get("published", "-")
    return {
        "id": name,
        "published": None if published in ("-", "") else published,
        "text": text + body[place:],
        "orders": orders,
        "prices": prices,
    }


def amounts(said: str) -> tuple[float | None, float | None]:
    """Amount, or the two ends of a range."""
    if said == "-":
        return None, None
    low, _, high = said.partition("-")
    return float(low), float(high) if high else None
