"""What a run's ledger answers, as a table in the terminal: who gave what to whom, and what accounts hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from rich.text import Text

from inminban.measures.entries import Balance, Entries, Entry
from inminban.measures.entries_table import date_of, ranks, sign
from inminban.measures.ledger_asked import ACCOUNT, HOUSEHOLD, ITEM, NO_ORDER, SINGLE, named
from inminban.measures.statement import says_of_ledger
from inminban.measures.summary import about
from inminban.measures.units import THOUSAND, Unit, unit_of_item
from inminban.pages.outcome_words import MILLION, MINUS, sign_name, told, unit_name
from inminban.pages.terminal import console, grid
from inminban.pages.words import Voice

Facts = Mapping[str, Any]
PLACES = Decimal("0.001")
DAILY = "households × days"
HELD = ("opening", "gave", "got", "closing")
MOST_ROWS = 2000  # of single households, whose postings may be hundreds of thousands


def print_ledger(voice: Voice, found: Entries, facts: Facts) -> None:
    """Print an answer of the ledger; of an assumed run only ranks and signs."""
    out = console()
    assumed, by_account = about(facts).assumed, ACCOUNT in found.asked.by
    numbers: tuple[str, ...]
    out.print(Text(str(facts["words"]), style="bold"))
    if by_account:
        numbers = ("change", "closes") if assumed else ("unit", *HELD, "closes")
    else:
        alone = set(SINGLE) <= set(found.asked.by)  # a row is one posting of one household
        numbers = ("rank",) if assumed else ("unit", "amount", DAILY)[: -1 if alone else None]
    groups = shown(found)
    table = grid((*groups, *numbers))
    for column in table.columns:
        column.no_wrap = column.header not in groups or column.header in (HOUSEHOLD, "day")
        if column.header in (*HELD, "amount", DAILY, "rank"):
            column.justify = "right"
    rows = held_rows(voice, found, facts) if by_account else posted_rows(voice, found, facts)
    for row in islice(rows, MOST_ROWS if found.asked.of_households else None):
        table.add_row(*row[len(found.asked.groups) - len(groups) :][: len(table.columns)])
    if table.row_count:
        out.print(table)
    count = len(found.entries) + len(found.balances)
    if count > table.row_count:
        most = voice.say("The first {most} of {count} rows; --csv has all.", most=f"{MOST_ROWS:,}", count=f"{count:,}")
        out.print(Text(most))
    for note in notes_of(voice, found, facts):
        out.print(Text(note))
    draw = found.draws[0] if found.single else None
    out.print(Text(says_of_ledger(facts, voice.money, draw, voice._), style="dim"))


def shown(found: Entries) -> tuple[str, ...]:
    """Columns that rows are told apart by, but for the household in front where there is only one."""
    groups = found.asked.groups
    return groups[1:] if groups[0] == HOUSEHOLD and found.asked.single else groups


def posted_rows(voice: Voice, found: Entries, facts: Facts) -> Iterator[Sequence[str]]:
    """Rows of groups of postings."""
    ranked = ranks(found) if about(facts).assumed else {}
    for n, entry in enumerate(found.entries):
        cells = (str(ranked[n]),) if ranked else amounts(voice, entry, facts, found.single)
        yield (*group_cells(entry.group, facts), *cells)


def amounts(voice: Voice, entry: Entry, facts: Facts, single: bool) -> tuple[str, str, str]:
    """Unit, amount, households by day; large ranges in tonnes and millions, a draw's own to the last unit."""
    unit = unit_of_item(str(entry.group[ITEM]), facts)
    name, times = unit_name(voice, unit), unit.factor
    if single:
        homes = f"{round(entry.households.median):,}" if entry.households else ""
        return name, exact(round(entry.amount.median), unit), homes
    if unit.code == facts["money"]["currency"] and entry.amount.high * times >= 10 * MILLION:
        name, times = voice.say("million {money}", money=voice.money), times / MILLION
    elif unit.code == "kg" and entry.amount.high * times >= 10 * THOUSAND:
        name, times = "t", times / THOUSAND
    return name, told(entry.amount.times(times)), told(entry.households) if entry.households else ""


def held_rows(voice: Voice, found: Entries, facts: Facts) -> Iterator[Sequence[str]]:
    """Rows of balances."""
    assumed = about(facts).assumed
    for balance in found.balances:
        cells = (sign_name(voice, sign(balance)),) if assumed else held(voice, balance, facts)
        yield (*group_cells(balance.group, facts), *cells, voice._("yes") if balance.closes else voice._("NO"))


def held(voice: Voice, balance: Balance, facts: Facts) -> tuple[str, ...]:
    """Unit, opening, what the account gave and got, closing."""
    unit = unit_of_item(str(balance.group[ITEM]), facts)
    sums = (balance.opening, balance.debits, balance.credits, balance.closing)
    return unit_name(voice, unit), *(exact(value, unit) for value in sums)


def group_cells(group: Mapping[str, str | int], facts: Facts) -> tuple[str, ...]:
    """What a row is told apart by, in the words that filters take."""
    cells = []
    for name, value in group.items():
        text = date_of(facts, int(value)) if name == "day" else str(value)
        cells.append(NO_ORDER if name == "order" and not text else text)
    return tuple(cells)


def exact(value: int, unit: Unit) -> str:
    """Write whole base units in a larger unit, to the gram and the won."""
    amount = Decimal(abs(value)) / round(1 / unit.factor)
    text = f"{amount.quantize(PLACES):,f}"
    return f"{MINUS if value < 0 else ''}{text.rstrip('0').rstrip('.')}"


def notes_of(voice: Voice, found: Entries, facts: Facts) -> Iterator[str]:
    """Say what must be known to read the answer: nothing fits, which draws count, which fail the gate."""
    if not found.entries and not found.balances:
        yield voice._("No posting fits: nothing of this kind happened in the run.")
    every, out = int(facts["draws"]), len(facts["draws_left_out"])
    if not found.single:
        count = voice.say("Median over {count} draws ({draws})", count=len(found.draws), draws=named(found.draws))
        yield voice.say(
            "{median}, in brackets the middle 90 %; medians do not add up, sums of one --draw do.", median=count
        )
    elif found.asked.draw is None and every - out > 1:
        why = voice._("accounts close within one draw") if found.balances else voice._("days were kept of no other")
        if found.asked.of_households:
            why = voice._("households' postings are kept of no other")
        yield voice.say("Of draw {draw} alone, as {why}.", draw=found.draws[0], why=why)
    for draw, why in found.out.items():
        yield voice.say("Draw {draw} fails the gate and is in no measure: {why}.", draw=draw, why=why)
    if found.asked.of_households:
        if found.asked.single:
            yield voice.say("Postings of household {number}.", number=found.asked.households[0])
        yield voice.say("Postings are kept of a sample of {count} households.", count=f"{facts['postings']:,}")
    open_ = sum(not balance.closes for balance in found.balances)
    if open_:
        yield voice.say("{count} accounts do not close: inminban check says more.", count=open_)
    if about(facts).assumed:
        yield voice._("Amounts or orders were assumed: only signs and rankings are shown, never levels.")
