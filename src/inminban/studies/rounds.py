"""Days of orders in a draw: when they start, the rounds of levies, and which of these a ban keeps from being asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from inminban.engine.inputs import ASKS, CENTRE, COUNTY, LEVY, NO_ROUND, OF_UNIT, PROVINCE, Ints
from inminban.model.randomness import NO_DAY, drawn, keys, purpose
from inminban.studies.fields import Q16
from inminban.studies.plan import Planned

BAN_KEY = 10  # docs/model.md, 7.1
NEVER = 2**31 - 1  # a day after every run
SHARE = 16
ROUND_FIELDS = 4

Round = tuple[int, int, int, int]
Values = Mapping[str, float]


def start_of(planned: Planned, x: Values, n: int) -> int:
    """Day on which an order reaches households (levy), the depot (relief) or the area (the others)."""
    timing = planned.timing[n]
    way = {CENTRE: ("delay_centre", "delay_province"), PROVINCE: ("delay_province",), COUNTY: ()}[timing.top]
    steps = (*way, "delay_county") if planned.plan.kind[n] == LEVY else way
    return timing.begin + (round(sum(x[s] for s in steps)) if timing.delayed else 0)


def starts(planned: Planned, x: Values) -> list[int]:
    """Day on which each order starts; after the run for a levy that a ban stops."""
    return [
        planned.plan.days if stopped(planned, x, n) else start_of(planned, x, n) for n in range(len(planned.orders))
    ]


def dues(planned: Planned, x: Values) -> list[int]:
    """Day on which each levy is due: as reported, or a usual term after it starts; never before it starts."""
    found = []
    for kind, timing, start in zip(planned.plan.kind, planned.timing, starts(planned, x), strict=True):
        due = timing.due if timing.due is not None else start + round(x["levy_term"])
        found.append(max(start, due) if kind == LEVY else start)
    return found


def rounds(planned: Planned, x: Values) -> list[list[Round]]:
    """Rounds of each levy, one after the other (docs/model.md, 7.8); none of the other orders."""
    found: list[list[Round]] = []
    for n, (start, due) in enumerate(zip(starts(planned, x), dues(planned, x), strict=True)):
        asked = planned.plan.kind[n] == LEVY and not stopped(planned, x, n)
        found.append(rounds_of_levy(planned, x, n, (start, due)) if asked else [])
    return found


def rounds_of_levy(planned: Planned, x: Values, n: int, first: tuple[int, int]) -> list[Round]:
    """Rounds of a levy whose first is asked and due on the days given."""
    start, due = first
    begins = [
        start + later for later in (0, *planned.timing[n].returns) if not later or start + later < planned.plan.days
    ]
    liable = round(x["joint"] * Q16) > 0 and not planned.orders[n].order.voluntary
    term, buying = round(x["joint_term"]), round(x["buying_days"])
    found: list[Round] = []
    for begin, following in zip(begins, [*begins[1:], NEVER], strict=True):
        last = following - 1
        end = min(due + begin - start, last)
        again = min(end + term, last)
        if liable and again > end:
            found.append((begin, end, NO_ROUND, ASKS))
            found.append((end + 1, again, min(again + buying, last), OF_UNIT))
        else:
            found.append((begin, end, min(end + buying, last), ASKS))
    return found


def padded(told: Sequence[Sequence[Sequence[Round]]]) -> Ints:
    """Rounds of draws and orders as one table, with `NO_ROUND` where an order has fewer than another."""
    most = max((len(one) for draw in told for one in draw), default=0)
    found = np.full((len(told), len(told[0]), max(1, most), ROUND_FIELDS), NO_ROUND, np.int64)
    for at, draw in enumerate(told):
        for n, one in enumerate(draw):
            found[at, n, : len(one)] = np.array(one, np.int64).reshape(-1, found.shape[-1])
    return found


def ban_numbers(planned: Planned, draw: int, seed: int) -> dict[str, float]:
    """Numbers that decide in a draw which levies a ban stops, by levy; none where nothing bans levies."""
    if not any(c.stops for c in planned.orders):
        return {}
    found = {}
    for n in np.flatnonzero(planned.plan.kind == LEVY):
        first, second = keys(seed, draw, planned.plan.area, NO_DAY, purpose(BAN_KEY, int(n))).tolist()
        found[f"ban {n}"] = float(drawn(first, second, 0) >> SHARE)
    return found


def stopped(planned: Planned, x: Values, n: int) -> bool:
    """Whether a levy of a local office begins while a ban on levies is in force that stops it in the draw."""
    timing = planned.timing[n]
    if planned.plan.kind[n] != LEVY or timing.top != COUNTY or f"ban {n}" not in x:
        return False
    banned = any(
        c.stops and start_of(planned, x, k) <= timing.begin <= planned.timing[k].end
        for k, c in enumerate(planned.orders)
    )
    return banned and x[f"ban {n}"] < round(x["ban_effect"] * Q16)
