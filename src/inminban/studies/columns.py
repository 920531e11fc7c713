"""Write compiled orders as the columns of the engine's plan, and refuse what would not fit its whole numbers."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from inminban.engine.inputs import KINDS, NO_ITEM, PER, Ints, Plan
from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.households import Households
from inminban.model.randomness import number_of
from inminban.studies.assumptions import Override, input_of
from inminban.studies.compiled import Compiled
from inminban.studies.periods import ONCE
from inminban.studies.timing import Timing

MOST_OWED = 2**31 - 1
MOST_MONEY = 2**40
MOST_TOTAL = 2**50
MOST_SUPPLY = 2**46
MOST_ORDERS = 63  # each has a bit of a whole number
PAYERS = ("", "members", "adults", "workers", "students")


class Frame(NamedTuple):
    """What a plan is written for: its period, parts of its money, goods by number, those with a price, households."""

    first: datetime.date
    days: int
    parts: int
    items: tuple[str, ...]
    priced: frozenset[str]
    households: Households


def payers(households: Households, per: str) -> Ints:
    """Count the payers of a term in each household."""
    column = PAYERS[PER.index(per)]
    if not column:
        return np.ones(len(households), dtype=np.int64)
    found: Ints = getattr(households, column).astype(np.int64)
    return found


def check_size(frame: Frame, orders: Sequence[Compiled], timing: Sequence[Timing]) -> None:
    """Refuse orders and amounts that would not fit the engine's whole numbers."""
    households = frame.households
    if len(orders) > MOST_ORDERS:
        raise InputError(f"{len(orders)} orders", field="orders", hint=f"A run has at most {MOST_ORDERS}")
    for compiled, days in zip(orders, timing, strict=True):
        check_supplies(compiled)
        times = 1 + len(days.returns)
        asked = [(line.term, line.item, line.amount, line.per) for line in compiled.lines]
        cash = [c for c in (compiled.whole, *(line.cash for line in compiled.lines)) if c]
        asked += [(c.term, "", c.amount, c.per) for c in cash]
        for term, item, amount, per in asked:
            most, scale = (MOST_OWED, 1) if item in frame.items else (MOST_MONEY, frame.parts)
            units = payers(households, per)
            owed = amount * scale * int(units.max())
            total = amount * scale * times * float(units.mean()) * max(len(households), households.area.households)
            if owed > most or total > MOST_TOTAL:
                raise InputError(
                    f"{amount:,} {item or 'of money'} per {per} is more than can be computed with",
                    where=term,
                    field="amount",
                    hint=f"At most {most:,} base units a household and {MOST_TOTAL:,} in the area",
                )


def check_supplies(compiled: Compiled) -> None:
    """Refuse supplies that would not fit the engine's whole numbers."""
    for line in compiled.lines:
        if line.supply > MOST_SUPPLY:
            hint = f"At most {MOST_SUPPLY:,} base units for the place"
            raise InputError(
                f"a supply of {line.supply:,} {line.item} is more than can be computed with",
                where=line.term,
                field="amount",
                hint=hint,
            )


def written(
    country: Country,
    frame: Frame,
    orders: Sequence[Compiled],
    timing: Sequence[Timing],
    overrides: Mapping[str, Override],
) -> Plan:
    """Write the plan."""
    check_size(frame, orders, timing)
    goods = [country.items[code] for code in frame.items]
    number = {code: n for n, code in enumerate(frame.items)} | {country.currency: len(goods)}
    lines = [line for c in orders for line in c.lines]
    ends = [sum(len(c.lines) for c in orders[: n + 1]) for n in range(len(orders))]
    wholes = [c.whole for c in orders]
    owns = [line.cash for line in lines]
    parts = [frame.parts if line.item == country.currency else 1 for line in lines]
    fixed = ("burn", "mean", "gate", "trade")
    burn, mean, gate, trade = (int(input_of(country, f"{name}_days", overrides).central) for name in fixed)
    if mean > burn:
        raise InputError(f"mean_days ({mean}) is more than burn_days ({burn})", field="parameters.mean_days")
    return Plan(
        first_day=frame.first.toordinal(),
        days=frame.days,
        burn_days=burn,
        mean_days=mean,
        gate_days=gate,
        area=number_of(frame.households.area.id),
        area_households=frame.households.area.households,
        country_households=country.gazetteer.places[country.root].households or 0,
        trade_days=trade,
        kcal=ints((g.kcal_per_kg or 0) if g.family == "mass" else 0 for g in goods),
        market=ints(code in frame.priced for code in frame.items),
        kind=ints(KINDS.index(c.order.kind) for c in orders),
        top=ints(t.top for t in timing),
        first_line=ints(end - len(c.lines) for end, c in zip(ends, orders, strict=True)),
        last_line=ints(ends),
        whole=ints(w is not None for w in wholes),
        cash=ints(w.amount * frame.parts if w else 0 for w in wholes),
        cash_per=ints(PER.index(w.per) if w else 0 for w in wholes),
        closes=ints(c.closes for c in orders),
        bans=ints(number[c.bans] if c.bans else NO_ITEM for c in orders),
        posts=ints(c.posts for c in orders),
        appeal=ints(c.order.voluntary for c in orders),
        shop=ints(c.shop for c in orders),
        order=ints(n for n, c in enumerate(orders) for _ in c.lines),
        item=ints(number[line.item] for line in lines),
        amount=ints(line.amount * p for line, p in zip(lines, parts, strict=True)),
        per=ints(PER.index(line.per) for line in lines),
        line_cash=ints(c.amount * frame.parts if c else 0 for c in owns),
        line_cash_per=ints(PER.index(c.per) if c else 0 for c in owns),
        supply=ints(line.supply * (p if line.supply > 0 else 1) for line, p in zip(lines, parts, strict=True)),
        again=ints(line.every == c.every != ONCE for c in orders for line in c.lines),
    )


def ints(values: Iterable[int]) -> Ints:
    """Make a column of whole numbers."""
    return np.fromiter((int(v) for v in values), dtype=np.int64)
