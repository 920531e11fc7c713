"""What `inminban ledger` answers is what stands in the ledger: sums, filters, days, balances, and clear refusals."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inminban.errors import InputError
from inminban.measures.entries import Entries, entries
from inminban.measures.entries_table import records_of
from inminban.measures.ledger_asked import BY, USUAL, Asked, draws_of, named
from inminban.measures.summary import QUANTILES
from inminban.measures.units import base_of_item, unit_of_item
from inminban.model.country import Country
from inminban.model.orders import Report
from inminban.model.scenario import Scenario
from inminban.population.synthesize import synthesize
from inminban.studies.folder import Run, load_run, write_run
from inminban.studies.run import How, simulate
from tests.test_run import FEW, OPEN_GATE, RANAM, some

Call = Callable[..., Any]
Ask = Callable[..., Entries]
DRAWS, DAYS = 4, 20
LAST = "2021-11-03"


def levy() -> Report:
    """Seven kilograms of scrap metal, or money."""
    terms = [
        {"role": "due", "item": "scrap metal", "amount": 7, "unit": "kg", "per": "household"},
        {"role": "cash_in_lieu", "item": "cash", "amount": 30000, "unit": "KPW", "per": "household"},
    ]
    place = {"name": "Ranam District", "within": "Chongjin, North Hamgyong"}
    order = {"kind": "levy", "places": [place], "issued": "2021-10-15", "due": "2021-10-28", "terms": terms}
    return Report.model_validate({"id": "levy", "published": "2021-10-20", "orders": [order]}).identified()


@pytest.fixture(scope="module")
def run(country: Country, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A levy on a few households, every draw by day; what a run keeps otherwise is made from it."""
    scenario = Scenario(orders=(levy(),), parameters=OPEN_GATE, place=RANAM, days=DAYS, draws=DRAWS, seed=3)
    homes = some(synthesize(RANAM, seed=1, country=country), FEW)
    out = tmp_path_factory.mktemp("kept") / "run"
    how = How(threads=1, keep_ledger=True)
    return simulate(scenario, (levy(),), country=country, out=out, households=homes, how=how)


@pytest.fixture(scope="module")
def summed(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same run as it is without --keep-ledger: days of draw 0, sums of the others."""
    late = run.ledger.filter(pl.col("draw") > 0).with_columns(day=pl.lit(-1, pl.Int16))
    names = [c for c in late.columns if c not in ("amount", "count")]
    late = late.group_by(names).agg(pl.col("amount", "count").sum())
    ledger = pl.concat([run.ledger.filter(pl.col("draw") == 0), late.select(run.ledger.columns)])
    other = replace(run, ledger=ledger, path=tmp_path_factory.mktemp("summed") / "run")
    write_run(other)
    return load_run(other.path)


@pytest.fixture(scope="module")
def ask(run: Run, country: Country) -> Ask:
    return lambda on=run, **asked: entries(on, Asked(**asked), country.gazetteer)


def polars_says(rows: pl.DataFrame, *groups: str) -> dict[tuple[Any, ...], int]:
    sums = rows.group_by(groups).agg(pl.col("amount").sum())
    return {row[:-1]: row[-1] for row in sums.iter_rows()}


def answers(found: Entries, *groups: str) -> dict[tuple[Any, ...], int]:
    return {tuple(e.group[g] for g in groups): int(e.amount.median) for e in found.entries}


@pytest.mark.parametrize("by", [USUAL, ("order", "debit", "item"), ("day", "credit", "item"), ("area", "item")])
@pytest.mark.parametrize("draw", [0, 2])
def test_sums_of_a_draw_are_those_of_the_table(run: Run, ask: Ask, by: tuple[str, ...], draw: int) -> None:
    """To the last unit, whatever they are told apart by; without a range, as one draw has none."""
    found = ask(draw=draw, by=by)
    assert found.single
    assert answers(found, *by) == polars_says(run.ledger.filter(pl.col("draw") == draw), *by)
    assert all(len(set(e.amount)) == 1 for e in found.entries)


def test_the_range_is_over_all_draws(run: Run, summed: Run, ask: Ask) -> None:
    """Quantiles over draws, one without such a posting counting as nothing; days kept or not, the same."""
    sums = polars_says(run.ledger, "reason", "item", "draw")
    found = ask()
    assert found.draws == tuple(range(DRAWS))
    for entry in found.entries:
        key = (entry.group["reason"], entry.group["item"])
        values = [sums.get((*key, draw), 0) for draw in range(DRAWS)]
        assert np.allclose(entry.amount, np.quantile(values, QUANTILES))
    assert {(e.group["reason"], e.group["item"]) for e in found.entries} == {key[:2] for key in sums}
    assert ask(summed).entries == found.entries
    rare = run.ledger.with_columns(amount=pl.when(pl.col("draw") == 1).then("amount").otherwise(0))
    rare = rare.filter(pl.col("amount") > 0)
    assert all(e.amount.low == e.amount.median == 0 < e.amount.high for e in ask(replace(run, ledger=rare)).entries)


def test_draws_that_fail_the_gate_are_in_no_range(run: Run, ask: Ask) -> None:
    """As in the measures; asked for by number, they are shown with the reason."""
    gone = replace(run, facts=dict(run.facts) | {"draws_left_out": [{"draw": 1, "reasons": ["too short"]}]})
    assert ask(gone).draws == (0, 2, 3)
    assert ask(gone).out == {}
    assert ask(gone, draw=1).out == {1: "too short"}
    assert {r["left_out"] for r in records_of(ask(gone, draw=1), run.facts)} == {"too short"}


def test_nothing_appears_or_disappears(run: Run, ask: Ask) -> None:
    """Every account of every item closes; over all accounts debits are credits; the same in any stretch of days."""
    for asked in ({}, {"draw": 2}, {"first": "2021-10-20", "last": "2021-10-25"}, {"last": "2021-10-15"}):
        found = ask(by=("account", "item"), **asked)
        assert found.balances
        assert all(b.closes for b in found.balances)
        for item in {b.group["item"] for b in found.balances}:
            rows = [b for b in found.balances if b.group["item"] == item]
            assert sum(b.debits for b in rows) == sum(b.credits for b in rows)
            assert sum(b.opening for b in rows) == sum(b.closing for b in rows)
    held = run.balances.filter((pl.col("draw") == 0) & (pl.col("account") == "county") & (pl.col("item") == "KPW"))
    (county,) = ask(by=("account",), accounts=("county",), items=("KPW",)).balances
    assert (county.opening, county.closing) == (held["opening"].sum(), held["closing"].sum())
    first, then = (
        ask(by=("account",), accounts=("market",), items=("rice",), first=a, last=b).balances[0]
        for a, b in (("2021-10-15", "2021-10-20"), ("2021-10-21", LAST))
    )
    assert first.closing == then.opening
    spoilt = replace(run, balances=run.balances.with_columns(pl.col("closing") + 1))
    assert not any(b.closes for b in ask(spoilt, by=("account",)).balances if b.group["account"] == "market")


def test_filters_take_what_they_name(run: Run, ask: Ask) -> None:
    """An account on either side, with all below it but not its namesakes; the order none is no order; days by date."""
    rows = run.ledger.filter(pl.col("draw") == 0)
    poorest = pl.col("debit").eq("household/trader/1") | pl.col("credit").eq("household/trader/1")
    found = ask(draw=0, accounts=("household/trader/1",), by=("item",))
    assert answers(found, "item") == polars_says(rows.filter(poorest), "item")
    sides = {side for e in ask(accounts=("household/trader",), by=("debit", "credit")).entries for side in
             (e.group["debit"], e.group["credit"]) if str(side).startswith("household/")}  # fmt: skip
    assert sides == {f"household/trader/{n}" for n in range(1, 11)}
    assert {e.group["order"] for e in ask(orders=("none",), by=("order",)).entries} == {""}
    some_days = rows.filter(pl.col("day").is_between(5, 6))
    found = ask(draw=0, first="2021-10-20", last="2021-10-21")
    assert answers(found, "reason", "item") == polars_says(some_days, "reason", "item")
    weeks = ask(draw=0, by=("week", "month", "item"), items=("rice",))
    assert {e.group["week"] for e in weeks.entries} == {"2021-W41", "2021-W42", "2021-W43", "2021-W44"}
    assert {e.group["month"] for e in weeks.entries} == {"2021-10", "2021-11"}
    whole = answers(ask(draw=0, by=("item",)), "item")
    for place in ("Ranam", "Chongjin", "North Hamgyong"):
        assert answers(ask(draw=0, by=("item",), areas=(place,)), "item") == whole
    assert ask(reasons=("seized",)).entries == ()


FILTERS = {"order": "orders", "reason": "reasons", "item": "items"}


@given(data=st.data())
def test_parts_add_up_to_the_whole(run: Run, ask: Ask, data: st.DataObject) -> None:
    """Any filter splits the ledger in two: what it takes and what the other values take is all, by any groups."""
    draw = data.draw(st.integers(0, DRAWS - 1))
    by = tuple(data.draw(st.sets(st.sampled_from([b for b in BY if b != "account"]), max_size=3)))
    name = data.draw(st.sampled_from(sorted(FILTERS)))
    values = sorted(run.ledger[name].unique().to_list())
    taken = data.draw(st.sets(st.sampled_from(values), min_size=1))
    common: dict[str, Any] = {"draw": draw, "by": by}
    if data.draw(st.booleans()):
        days = sorted(data.draw(st.lists(st.integers(15, 31), min_size=2, max_size=2)))
        common |= {"first": f"2021-10-{days[0]}", "last": f"2021-10-{days[1]}"}
    if name != "reason" and data.draw(st.booleans()):
        common["accounts"] = (data.draw(st.sampled_from(["county", "household", "household/farmer/3", "market"])),)
    groups = Asked(by=by).groups
    whole = answers(ask(**common), *groups)
    parts = [answers(ask(**common, **{FILTERS[name]: tuple(part)}), *groups)
             for part in (taken, set(values) - taken) if part]  # fmt: skip
    assert {key: sum(part.get(key, 0) for part in parts) for key in whole} == whole
    assert {key for part in parts for key in part} == set(whole)


class TestDays:
    def test_only_draws_with_days_answer(self, run: Run, summed: Run, ask: Ask) -> None:
        """Of a run without --keep-ledger that is draw 0, and a draw without days is refused with what there is."""
        assert ask(summed, first="2021-10-20").draws == (0,)
        assert ask(run, first="2021-10-20").draws == tuple(range(DRAWS))
        assert ask(summed, by=("day",), draw=0).entries == ask(run, by=("day",), draw=0).entries
        for asked in ({"first": "2021-10-20"}, {"by": ("week",)}):
            with pytest.raises(InputError, match=r"draw 2 only sums .* kept of draw 0; simulate --keep-ledger"):
                ask(summed, draw=2, **asked)

    def test_a_draw_that_fails_the_gate_answers_where_no_other_can(self, summed: Run, ask: Ask) -> None:
        """It says so."""
        gone = replace(summed, facts=dict(summed.facts) | {"draws_left_out": [{"draw": 0, "reasons": ["too short"]}]})
        assert ask(gone, by=("day",)).out == {0: "too short"}
        none = replace(summed, ledger=summed.ledger.filter(pl.col("draw") > 0))
        with pytest.raises(InputError, match="of no draw"):
            draws_of(none, Asked(by=("day",)))


class TestCommand:
    def test_a_table(self, inminban: Call, run: Run, summed: Run) -> None:
        """What moved, its unit in words, the range, and that all of it is simulated."""
        done = inminban("ledger", summed.path)
        assert done.code == 0, done.err
        for words in ("own stock", "scrap metal", "million won", "hours", "Median over 4 draws (0 to 3)"):
            assert words in done.out
        assert "simulated for synthetic households, not observed" in done.out
        assert "no difference to a run without them" in done.out
        one = inminban("ledger", run.path, "--draw", 1, "--by", "order,day", "--item", "rice")
        assert "2021-10-15" in one.out
        assert "none" in one.out
        assert "draw 1 of our assumptions alone, without a range" in " ".join(one.out.split())
        held = inminban("ledger", run.path, "--by", "account", "--account", "time")
        assert "Of draw 0 alone, as accounts close within one draw." in held.out
        assert "−" in held.out
        assert "No posting fits" in inminban("ledger", run.path, "--reason", "seized").out

    def test_csv_and_json_tell_the_same(self, inminban: Call, run: Run, summed: Run) -> None:
        """Base units with all that must be said of them in every row; stdout holds the document and nothing else."""
        call = ["ledger", summed.path, "--from", "2021-10-20", "--to", "2021-10-21", "--by", "day,reason"]
        text, told = inminban(*call, "--csv"), json.loads(inminban(*call, "--json").out)
        rows = list(csv.DictReader(text.out.splitlines()))
        assert "of draw 0 alone" in text.err.lower()
        assert (told["format"], told["draws"], told["digest"]) == (1, [0], run.facts["digest"])
        assert [{k: "" if v is None else str(v) for k, v in r.items()} for r in told["entries"]] == rows
        sums = polars_says(run.ledger.filter((pl.col("draw") == 0) & pl.col("day").is_between(5, 6)), "day", "reason")
        got: dict[tuple[int, str], int] = {}
        for row in rows:
            key = (int(row["day"]), row["reason"])
            got[key] = got.get(key, 0) + int(row["amount"])
            assert (row["kind"], row["against"], row["range_over"]) == ("simulated", "nothing", "")
            assert row["date"] in ("2021-10-20", "2021-10-21")
        assert got == sums
        assert {r["unit"] for r in rows} == {"g", "KPW", "minute"}
        over = list(csv.DictReader(inminban("ledger", run.path, "--csv").out.splitlines()))
        assert all(int(r["low90"]) <= int(r["low50"]) <= int(r["amount"]) <= int(r["high90"]) for r in over)
        assert {r["range_over"] for r in over} == {"our assumptions"}
        empty = inminban("ledger", run.path, "--reason", "seized", "--csv").out
        assert empty.strip().split(",") == list(over[0])
        held = json.loads(inminban("ledger", run.path, "--by", "account", "--draw", 1, "--json").out)["balances"]
        assert all(b["opening"] - b["debits"] + b["credits"] == b["closing"] and b["closes"] for b in held)

    def test_an_assumed_run_tells_no_levels(self, inminban: Call, run: Run, tmp_path: Path) -> None:
        """Ranks and directions only, in every form."""
        facts = dict(run.facts) | {"scenario": dict(run.facts["scenario"]) | {"assume": True}}
        assumed = replace(run, path=tmp_path / "assumed", facts=facts)
        write_run(assumed)
        for options in ([], ["--by", "account"]):
            rows = list(csv.DictReader(inminban("ledger", assumed.path, *options, "--csv").out.splitlines()))
            assert rows
            assert not {"amount", "median", "low90", "opening", "closing"} & set(rows[0])
            assert {"rank", "sign"} & set(rows[0])
            assert "never levels" in inminban("ledger", assumed.path, *options).out
        ranked = inminban("ledger", assumed.path, "--item", "rice", "--json").out
        ranks = sorted(e["rank"] for e in json.loads(ranked)["entries"])
        assert ranks == list(range(1, len(ranks) + 1))

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            (["--order", "levy#o9"], "levy#o1, and none for what happens without one"),
            (["--reason", "theft"], "own stock"),
            (["--item", "scrap"], "scrap metal"),
            (["--account", "household/trad"], "household/trader"),
            (["--area", "Hyesan"], "Chongjin City, North Hamgyong (KP0205)"),
            (["--area", "Atlantis"], "no place is called"),
            (["--draw", "-1"], "draws 0 to 3"),
            (["--draw", "4"], "draws 0 to 3"),
            (["--from", "October"], "such as 2021-10-15"),
            (["--from", "2021-10"], "such as 2021-10-15"),
            (["--to", LAST.replace("03", "04")], f"from 2021-10-15 to {LAST}"),
            (["--from", "2021-10-20", "--to", "2021-10-19"], "is after"),
            (["--from", "2021-10-20", "--draw", "3"], "draw 0; simulate --keep-ledger"),
            (["--by", "hour"], "order, reason, item, day, week, month"),
            (["--by", ""], "order, reason"),
            (["--by", "account,day"], "debit,credit"),
            (["--by", "account", "--reason", "bribe"], "debit,credit"),
            (["--csv", "--json"], "either --json or --csv"),
        ],
    )
    def test_wrong_questions(self, inminban: Call, summed: Run, options: list[str], says: str) -> None:
        """Exit code 2 and one line that lists what could have been asked; nothing on stdout."""
        done = inminban("ledger", summed.path, *options)
        assert (done.code, done.out) == (2, "")
        assert says in done.err
        assert done.err.count("\n") == 1

    def test_what_is_no_run(self, inminban: Call, tmp_path: Path) -> None:
        """It is said as in every command."""
        assert inminban("ledger", tmp_path).code == 2

    @pytest.mark.parametrize("options", [[], ["--csv"]])
    def test_nobody_has_to_read_to_the_end(self, run: Run, options: list[str]) -> None:
        """`inminban ledger RUN | head` is no fault: exit code 0, no traceback."""
        reads, writes = os.pipe()
        os.close(reads)
        call = [sys.executable, "-m", "inminban", "ledger", str(run.path), "--by", "day,debit", *options]
        done = subprocess.run(call, stdout=writes, stderr=subprocess.PIPE, text=True, check=False)
        os.close(writes)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        assert "BrokenPipe" not in done.stderr


def test_units_of_items_are_those_of_their_family() -> None:
    """Money counted in parts says so; labour is in minutes and told in hours."""
    goods = [{"code": "oil", "family": "volume"}, {"code": "skin", "family": "count"}]
    facts = {"money": {"currency": "EXD", "parts": 100, "month": "2021-10"}, "items": goods}
    assert [base_of_item(i, facts) for i in ("oil", "skin", "EXD", "stall goods", "labour")] == [
        "ml", "piece", "1/100 EXD", "1/100 EXD", "minute"
    ]  # fmt: skip
    told = [unit_of_item(i, facts) for i in ("oil", "skin", "EXD", "labour")]
    assert [u.code for u in told] == ["l", "piece", "EXD", "hours"]
    assert [round(1 / u.factor) for u in told] == [1000, 1, 100, 60]


def test_draws_are_named_in_short() -> None:
    """Runs of numbers by their ends."""
    assert named((0, 1, 2, 4, 7, 8)) == "0 to 2, 4, 7 to 8"
    assert named((3,)) == "3"
