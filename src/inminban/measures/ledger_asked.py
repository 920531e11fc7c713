"""What somebody asks of a run's ledger, checked against what the ledger holds."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import polars as pl

from inminban.engine.ledger import REASONS
from inminban.errors import InputError
from inminban.model.dates import checked, precision
from inminban.model.places import Gazetteer

NO_ORDER = "none"
DAYS = ("day", "week", "month")
ACCOUNT, ITEM, HOUSEHOLD = "account", "item", "household"
BY = ("order", "reason", ITEM, *DAYS, "area", "debit", "credit", ACCOUNT)
USUAL = ("reason", ITEM)
BESIDE_ACCOUNT = (ACCOUNT, ITEM, "area", HOUSEHOLD)
SINGLE = (HOUSEHOLD, "day", "order", "reason", "debit", "credit")  # every posting of a household by itself


class Books(Protocol):
    """What of a run is asked: its facts, ledger, balances, both of sampled households, too (docs/data-model.md)."""

    @property
    def facts(self) -> Mapping[str, Any]: ...  # noqa: D102
    @property
    def ledger(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def balances(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def postings(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def postings_balances(self) -> pl.DataFrame: ...  # noqa: D102


@dataclass(frozen=True)
class Asked:
    """A question to the ledger; what is empty does not narrow it.

    `orders` may hold `none` for what happens without an order; an account stands for all below it (`household`,
    `household/trader`) on either side; an area is a name or id; `first` and `last` are dates; `draw` None is all draws.
    With `households` (their numbers), or `sampled` for all that are sampled, single households' postings are asked,
    whose own account is `household`.
    """

    orders: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None
    draw: int | None = None
    by: tuple[str, ...] = USUAL
    households: tuple[int, ...] = ()
    sampled: bool = False

    @property
    def of_households(self) -> bool:
        """Whether it is about single households, not about the ledger that adds them up."""
        return self.sampled or bool(self.households)

    @property
    def single(self) -> bool:
        """Whether it is about one household."""
        return not self.sampled and len(set(self.households)) == 1

    @property
    def groups(self) -> tuple[str, ...]:
        """What amounts are told apart by: as asked, and always by item, as grams and won can't be added."""
        return tuple(dict.fromkeys((*self.by, ITEM)))

    @property
    def period(self) -> bool:
        """Whether only some days are asked for."""
        return self.first is not None or self.last is not None

    @property
    def daily(self) -> bool:
        """Whether it can be answered only by draws whose days were kept."""
        return self.period or any(name in DAYS for name in self.by)


class Picked(NamedTuple):
    """The question in the ledger's own terms: draws that count, first and last day, values; empty for all."""

    draws: tuple[int, ...]
    first: int
    last: int
    orders: tuple[str, ...]
    reasons: tuple[str, ...]
    items: tuple[str, ...]
    areas: tuple[str, ...]
    accounts: tuple[str, ...]


def pick(run: Books, asked: Asked, gazetteer: Gazetteer) -> Picked:
    """Check a question against what the ledger holds; an InputError lists what it could have been."""
    check_by(asked)
    facts, ledger = run.facts, run.ledger
    first, last = days_of(facts, asked)
    known = [order["id"] for order in facts["orders"]]
    goods = [item["code"] for item in facts["items"]]
    held = {name: ledger[name].unique().sort().to_list() for name in ("order", "reason", ITEM)}
    orders = tuple("" if order == NO_ORDER and order not in known else order for order in asked.orders)
    return Picked(
        draws=draws_of(run, asked),
        first=first,
        last=last,
        orders=one_of(orders, ("order", [o for o in held["order"] if o]), ["", *known]),
        reasons=one_of(asked.reasons, ("reason", held["reason"]), REASONS),
        items=one_of(asked.items, (ITEM, held[ITEM]), goods),
        areas=areas_of(run, asked.areas, gazetteer),
        accounts=accounts_of(run, asked.accounts),
    )


def check_by(asked: Asked) -> None:
    """Refuse groups that there are not, and accounts with what balances are not kept by."""
    known = (HOUSEHOLD, *BY) if asked.of_households else BY
    for name in asked.by:
        if name not in known:
            raise InputError(f"can't be told apart by “{name}”", field="--by", hint=f"There are: {', '.join(known)}")
    if ACCOUNT not in asked.by:
        return
    other = next((name for name in asked.by if name not in BESIDE_ACCOUNT), None)
    if other is None:
        other = "--order" if asked.orders else "--reason" if asked.reasons else None
    if other is not None:
        hint = "Ask --by debit,credit for who gave and got"
        raise InputError(f"balances of accounts are not kept by {other.strip('-')}", field="--by", hint=hint)


def one_of(asked: Iterable[str], told: tuple[str, Sequence[str]], known: Iterable[str]) -> tuple[str, ...]:
    """Return the values asked for if the ledger holds them, or could have; else list what it holds."""
    name, held = told
    accepted = {*held, *known}
    for value in asked:
        if value not in accepted:
            more = f", and {NO_ORDER} for what happens without one" if name == "order" else ""
            hint = f"It holds: {', '.join(held) or 'none'}{more}"
            raise InputError(f"the ledger holds no {name} “{value}”", field=f"--{name}", hint=hint)
    return tuple(dict.fromkeys(asked))


def accounts_of(run: Books, asked: Sequence[str]) -> tuple[str, ...]:
    """Accounts asked for, each with all below it."""
    columns = (run.ledger["debit"], run.ledger["credit"], run.balances[ACCOUNT])
    held = sorted({name for column in columns for name in column.unique().to_list()})
    found: dict[str, None] = {}
    for account in asked:
        fits = [name for name in held if below(name, account)]
        if not fits:
            listed = dict.fromkeys(part for name in held for part in parts_of(name))
            hint = f"It holds: {', '.join(listed)}"
            raise InputError(f"the ledger holds no account “{account}”", field="--account", hint=hint)
        found |= dict.fromkeys(fits)
    return tuple(found)


def below(name: str, account: str) -> bool:
    """Whether an account is another or part of it; household/trader/10 is no part of household/trader/1."""
    return name == account or name.startswith(f"{account}/")


def parts_of(name: str) -> tuple[str, ...]:
    """Names that an account answers to, without the tenths: household, household/trader."""
    first, _, rest = name.partition("/")
    return (first, f"{first}/{rest.partition('/')[0]}") if rest else (first,)


def areas_of(run: Books, asked: Sequence[str], gazetteer: Gazetteer) -> tuple[str, ...]:
    """Ids of the ledger's areas that places name: the area, what lies around it, or the very place that was run."""
    held = run.ledger["area"].unique().sort().to_list()
    found: dict[str, None] = {}
    for name in asked:
        place = gazetteer.one(name, field="--area").id
        own = place == run.facts["place"]["id"]
        fits = [area for area in held if own or (area in gazetteer.places and place in gazetteer.ancestors(area))]
        if not fits:
            labels = (f"{gazetteer.label(a)} ({a})" if a in gazetteer.places else a for a in held)
            hint = f"It holds: {'; '.join(labels)}"
            raise InputError(f"the ledger holds no area in “{name}”", field="--area", hint=hint)
        found |= dict.fromkeys(fits)
    return tuple(found)


def days_of(facts: Mapping[str, Any], asked: Asked) -> tuple[int, int]:
    """First and last day asked for, as days of the run."""
    last = int(facts["period"]["days"]) - 1
    days = [
        default if date is None else day_of(facts, date, option)
        for date, option, default in ((asked.first, "--from", 0), (asked.last, "--to", last))
    ]
    if days[0] > days[1]:
        raise InputError(f"{asked.first} is after {asked.last}", field="--from", hint="Give the first day first")
    return days[0], days[1]


def day_of(facts: Mapping[str, Any], date: str, option: str) -> int:
    """Day of the run that a date is."""
    start, end = (datetime.date.fromisoformat(facts["period"][name]) for name in ("start", "end"))
    hint = f"The run goes from {start} to {end}"
    try:
        fits = precision(checked(date)) == "day"
    except ValueError:
        fits = False
    if not fits:
        raise InputError(f"expected a day such as {start}, found “{date}”", field=option, hint=hint)
    day = datetime.date.fromisoformat(date)
    if not start <= day <= end:
        raise InputError(f"{date} lies outside the run", field=option, hint=hint)
    return (day - start).days


def draws_of(run: Books, asked: Asked) -> tuple[int, ...]:
    """Draws that count: the one asked for; else all that pass the gate, or draw 0 for accounts.

    Days are asked only of draws that kept them; where none of these passes the gate, they count all the same.
    """
    if asked.of_households:
        if asked.draw:
            hint = "Leave --draw out"
            raise InputError("postings of households are kept of draw 0 alone", field="--draw", hint=hint)
        return (0,)
    every = range(int(run.facts["draws"]))
    draw = 0 if asked.draw is None and ACCOUNT in asked.by else asked.draw
    if draw is not None and draw not in every:
        raise InputError(f"the run has no draw {draw}", field="--draw", hint=f"It has draws {named(every)}")
    kept = with_days(run.ledger) if asked.daily else tuple(every)
    if not kept or (draw is not None and draw not in kept):
        what = f"of draw {draw} only sums over all days were kept" if kept else "only sums over all days were kept"
        hint = f"Days were kept of {f'draw {named(kept)}' if kept else 'no draw'}"
        raise InputError(
            what, field="--from" if asked.period else "--by", hint=f"{hint}; simulate --keep-ledger keeps those of all"
        )
    if draw is not None:
        return (draw,)
    out = left_out(run.facts)
    return tuple(n for n in kept if n not in out) or kept


def with_days(ledger: pl.DataFrame) -> tuple[int, ...]:
    """Draws whose days were kept."""
    return tuple(ledger.filter(pl.col("day") >= 0)["draw"].unique().sort().to_list())


def left_out(facts: Mapping[str, Any]) -> dict[int, str]:
    """Draws that fail the gate, with the reasons."""
    return {int(d["draw"]): ", ".join(d["reasons"]) for d in facts["draws_left_out"]}


def named(draws: Sequence[int]) -> str:
    """Name draws in short: 0, or 0 to 5, 7 to 99."""
    runs: list[list[int]] = []
    for draw in draws:
        if runs and draw == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], draw]
        else:
            runs.append([draw])
    return ", ".join(" to ".join(map(str, run)) for run in runs)
