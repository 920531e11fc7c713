"""A sample of households keeps every posting: nothing else changes, all of it closes, it can be asked and checked."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from inminban.engine.ledger import THEM, postings, single_postings
from inminban.engine.simulate import WITH, area_of, run_areas
from inminban.engine.simulate import How as Engine
from inminban.engine.state import GROUPS
from inminban.errors import InputError
from inminban.measures.entries import entries
from inminban.measures.ledger_asked import SINGLE, Asked
from inminban.model.country import Country, load_country
from inminban.model.households import Households
from inminban.model.randomness import number_of
from inminban.model.scenario import Scenario
from inminban.population.file import numbered
from inminban.population.synthesize import synthesize
from inminban.studies.batches import BrokenRunError
from inminban.studies.check import check, verdict
from inminban.studies.folder import Run, load_run, write_run
from inminban.studies.run import How, simulate
from inminban.studies.sampled import sampled
from tests.test_ledger_command import levy
from tests.test_run import FEW, OPEN_GATE, RANAM, interrupted_after, some
from tests.worlds import areas, richer, world

Call = Callable[..., Any]
KEPT = 40
FOOD = pl.col("reason").is_in(["food", "eaten"])
TABLES = ("ledger", "balances", "households", "measures", "inputs")


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("full", [True, False])
def test_nothing_else_changes_and_every_sampled_household_closes(seed: int, full: bool) -> None:
    """Of worlds with all kinds of orders, one area or several that trade; whoever is sampled, few or all."""
    made = areas(seed) if seed % 3 == 2 else [(richer if seed % 2 else world)(seed)]
    given = [area_of(*one) for one in made]
    before = run_areas(given, np.arange(1), 7, Engine(full))
    rnd = np.random.default_rng(seed)
    for share in (0, 0.3, 1):
        chosen = [np.flatnonzero(rnd.random(a.households) <= share) for a in given]
        after = run_areas([a._replace(sampled=c) for a, c in zip(given, chosen, strict=True)], np.arange(1), 7,
                          Engine(full))  # fmt: skip
        for area, one, two, places in zip(given, before, after, chosen, strict=True):
            assert all(np.array_equal(x, y) for name, x, y in zip(one._fields, one, two, strict=True) if name != "kept")
            for kept in two.kept:
                assert (kept is None) == (places.size == 0)
                if kept is None:
                    continue
                rows, left = single_postings(kept, area.plan), kept.opening - kept.closing
                for side, sign in ((rows.debit, -1), (rows.credit, 1)):
                    own = side == THEM
                    np.add.at(left, (rows.household[own], rows.item[own]), sign * rows.amount[own])
                assert not left.any()
                assert rows.amount.min() > 0
                assert ((rows.debit == THEM) != (rows.credit == THEM)).all()


def test_where_all_are_sampled_their_postings_are_the_whole_ledger_of_households() -> None:
    """Added up by livelihood and tenth, day by day, to the last unit."""
    made = richer(3)
    area = area_of(*made)
    ran = run_areas([area._replace(sampled=np.arange(area.households))], np.arange(1), 7, Engine(True))[0]
    whole, kept = postings(ran, area.plan, 0, WITH), ran.kept[0]
    rows, sums = single_postings(kept, area.plan), dict[tuple[int, ...], int]()
    group = kept.groups[rows.household]
    debit, credit = np.where(rows.debit == THEM, group, rows.debit), np.where(rows.credit == THEM, group, rows.credit)
    for *name, amount in zip(rows.day, rows.order, rows.reason, rows.item, debit, credit, rows.amount, strict=True):
        sums[tuple(name)] = sums.get(tuple(name), 0) + int(amount)
    told = {tuple(name): int(amount) for *name, amount, _ in zip(*whole, strict=True)}
    assert sums == {name: amount for name, amount in told.items() if min(name[4:]) < GROUPS}
    assert np.array_equal(kept.groups, ran.group[0])


@pytest.fixture(scope="module")
def whole() -> Households:
    return synthesize("EX", seed=1, country=load_country("examplia"))


class TestWhoIsSampled:
    @staticmethod
    def of(homes: Households, count: int, seed: int = 1) -> set[int]:
        """Numbers of the sampled households."""
        parts: Any = [
            SimpleNamespace(plan=SimpleNamespace(area=number_of(p.area.id)), households=p) for p in homes.parts()
        ]
        places = sampled(parts, seed, count)
        return {int(n) for p, chosen in zip(parts, places, strict=True) for n in numbered(p.households).gather(chosen)}

    def test_as_many_as_asked_and_smaller_samples_lie_in_larger_ones(self, whole: Households) -> None:
        """Another seed, other households; more than there are, all of them."""
        samples = [self.of(whole, count) for count in (0, 1, 100, 1000)]
        assert [len(s) for s in samples] == [0, 1, 100, 1000]
        assert all(small < large for small, large in pairwise(samples))
        assert len(self.of(whole, 100, seed=2) & samples[2]) < 20
        assert len(self.of(some(whole.parts()[0], 50), 1000)) == 50

    def test_a_part_has_the_same_ones_as_the_whole(self, whole: Households) -> None:
        """Whoever of the part is in the country's sample is in the part's own of that size; likewise of a district."""
        country = self.of(whole, 1000)
        for homes in (*whole.parts(), synthesize("ex11-overdolor", seed=1, country=load_country("examplia"))):
            inside = set(numbered(homes).to_list()) & country
            assert self.of(homes, len(inside)) == inside

    def test_areas_share_the_sample_by_their_households(self, whole: Households) -> None:
        """Within what chance allows of draws without replacement."""
        found, share = self.of(whole, 400), 400 / len(whole)
        for part in whole.parts():
            got = len(found & set(numbered(part).to_list()))
            assert abs(got - share * len(part)) < 4 * (share * len(part)) ** 0.5


@pytest.fixture(scope="module")
def homes(country: Country) -> Households:
    return some(synthesize(RANAM, seed=1, country=country), FEW)


Go = Callable[..., Run]


@pytest.fixture(scope="module")
def go(country: Country, homes: Households, tmp_path_factory: pytest.TempPathFactory) -> Go:
    """Simulate a levy on a few households, keeping the postings of so many."""
    folder = tmp_path_factory.mktemp("postings")

    def run(name: str, kept: int = KEPT, **how: Any) -> Run:
        scenario = Scenario(orders=(levy(),), parameters=OPEN_GATE, place=RANAM, days=20, draws=3, seed=3)
        given = How(threads=1, postings=kept, **how)
        return simulate(scenario, (levy(),), country=country, out=folder / name, households=homes, how=given)

    return run


@pytest.fixture(scope="module")
def run(go: Go) -> Run:
    return go("run")


@pytest.fixture(scope="module")
def none(go: Go) -> Run:
    return go("none", 0)


class TestRun:
    def test_postings_are_beside_the_results_not_in_them(self, run: Run, none: Run, homes: Households) -> None:
        """Every other table and the digest are the same to the bit; the sample is as large as asked, of the run."""
        assert all(getattr(run, name).equals(getattr(none, name)) for name in TABLES)
        assert run.facts["digest"] == none.facts["digest"]
        assert (run.facts["postings"], none.facts["postings"]) == (KEPT, 0)
        assert len(none.postings) == len(none.postings_balances) == 0
        who = set(run.postings_balances["household"])
        assert len(who) == KEPT
        assert who <= set(numbered(homes))
        assert set(run.postings["household"]) <= who
        assert run.postings.columns == ["draw", "day", "area", "household", "order", "reason", "item", "debit",
                                        "credit", "amount"]  # fmt: skip
        assert set(run.postings["draw"]) == {0}
        assert run.postings["day"].is_between(0, 19).all()
        own = run.postings.select((pl.col(side) == "household").cast(pl.Int8) for side in ("debit", "credit"))
        assert (own.sum_horizontal() == 1).all()

    def test_they_do_not_depend_on_threads_batches_or_interruptions(self, run: Run, go: Go) -> None:
        """Nor on whether the ledger of the other draws is kept by day; they have a digest of their own."""
        with pytest.raises(KeyboardInterrupt):
            go("torn", size=1, show=interrupted_after(1))
        with pytest.raises(InputError, match="other orders"):
            go("torn", KEPT + 1, resume=True)
        for other in (go("torn", resume=True), go("by day", keep_ledger=True)):
            assert other.postings.equals(run.postings)
            assert other.postings_balances.equals(run.postings_balances)
            assert other.facts["digests"]["postings"] == run.facts["digests"]["postings"]

    def test_a_household_lived_as_the_table_of_households_says(self, run: Run) -> None:
        """Who settled a levy in kind handed in all of it; who is said to have paid cash has such a posting."""
        told = run.households.join(run.postings_balances.select("household").unique(), on="household")
        paid = run.postings.filter(pl.col("reason").is_in(["cash in lieu", "forced"]))
        borrowed = run.postings.filter(pl.col("reason") == "borrowed")
        for row in told.iter_rows(named=True):
            mine = row["household"] in set(paid["household"])
            assert mine == (row["cash"] + row["borrowed"] > 0 or (row["household"] in set(borrowed["household"])))

    @pytest.mark.parametrize("count", [-1, 10_001])
    def test_a_sample_that_can_not_be(self, go: Go, count: int) -> None:
        with pytest.raises(InputError, match=r"from 0 \(none\) to 10,?000"):
            go("never", count)

    def test_a_run_of_before_reads_on(self, none: Run, tmp_path: Path) -> None:
        """A folder without the tables is a run that kept no postings; one that should have them is not whole."""
        facts = {name: value for name, value in none.facts.items() if name != "postings"}
        for name, kept in (("old", facts), ("torn", dict(none.facts))):
            write_run(replace(none, path=tmp_path / name, facts=kept))
            for table in ("postings", "postings_balances"):
                (tmp_path / name / f"{table}.parquet").unlink()
        assert len(load_run(tmp_path / "old").postings) == 0
        verdict(check(load_run(tmp_path / "old")))
        with pytest.raises(InputError, match=r"postings\.parquet is missing"):
            load_run(tmp_path / "torn")


class TestCheck:
    def test_the_run_is_in_order(self, run: Run, none: Run) -> None:
        findings = check(run)
        verdict(findings)
        assert any(f"of {KEPT} sampled households close" in f.what for f in findings)
        verdict(check(none))

    @pytest.mark.parametrize(
        ("table", "change", "says"),
        [
            ("postings", lambda t: t.with_columns(pl.col("amount") + 1), "sampled households do not close"),
            ("postings", lambda t: t[1:], "sampled households do not close"),
            ("postings_balances", lambda t: t.with_columns(pl.col("closing") + 1), "sampled households do not close"),
            ("postings", lambda t: t.with_columns(day=pl.lit(3, pl.Int16)), "beyond their row of the ledger"),
            ("postings", lambda t: t.with_columns(pl.col("amount") * 10**6), "beyond their row of the ledger"),
            ("postings", lambda t: t.with_columns(day=19 - pl.col("day")), "digest of the postings"),
            ("postings_balances", lambda t: t.filter(pl.col("household") != t["household"][0]), "should be"),
        ],
    )
    def test_what_was_changed_is_found(self, run: Run, table: str, change: Callable[..., Any], says: str) -> None:
        spoilt = {table: change(getattr(run, table))}
        if says == "should be":
            spoilt["postings"] = run.postings.filter(
                pl.col("household").is_in(spoilt[table]["household"].unique().to_list())
            )
        with pytest.raises(BrokenRunError, match=says):
            verdict(check(replace(run, **spoilt)))

    def test_without_days_of_the_ledger_sums_are_compared(self, run: Run) -> None:
        """As in a run too large to keep draw 0 by day; its digest is another, so only this check is asked."""
        summed = run.ledger.group_by([c for c in run.ledger.columns if c not in ("day", "amount", "count")]).agg(
            pl.col("amount", "count").sum(), day=pl.lit(-1, pl.Int16)
        )
        large = replace(run, ledger=summed.select(run.ledger.columns))
        (found,) = [f for f in check(large) if "beyond their row" in f.what]
        assert not found.fault


class TestAsked:
    def test_every_posting_of_a_household(self, inminban: Call, run: Run) -> None:
        """As in the file, by day; a row a posting, in base units, with all that must be said."""
        who = run.postings.filter(pl.col("order") != "")["household"][0]
        done = inminban("ledger", run.path, "--household", who, "--csv")
        assert done.code == 0, done.err
        names = ("household", "day", "order", "reason", "item", "debit", "credit", "amount")
        rows = [tuple(r[n] for n in names) for r in csv.DictReader(done.out.splitlines())]
        mine = run.postings.filter(pl.col("household") == who)
        assert sorted(rows) == sorted(tuple(str(r[n]) for n in names) for r in mine.iter_rows(named=True))
        assert [int(r[1]) for r in rows] == sorted(int(r[1]) for r in rows)
        told = json.loads(inminban("ledger", run.path, "--household", who, "--json").out)
        assert (told["draws"], told["asked"]["households"]) == ([0], [who])
        assert len(told["entries"]) == len(rows)
        table = inminban("ledger", run.path, "--household", who, "--reason", "food").out
        assert f"Postings of household {who}." in table
        assert f"a sample of {KEPT} households" in table
        assert "draw 0 of our assumptions alone" in " ".join(table.split())

    def test_filters_narrow_it_and_groups_add_it_up(self, run: Run, country: Country) -> None:
        """Order, reason, item, account, period and place as in the whole ledger; sums by whatever is named."""

        def ask(**asked: Any) -> Any:  # fmt: skip
            return entries(run, Asked(sampled=True, **asked), country.gazetteer).entries

        def amount(rows: pl.DataFrame) -> int:
            return int(rows["amount"].sum())

        every = run.postings
        for asked, rows in (
            ({}, every),
            ({"orders": ("levy#o1",)}, every.filter(pl.col("order") == "levy#o1")),
            ({"orders": ("none",), "reasons": ("food", "eaten")}, every.filter(FOOD)),
            ({"items": ("rice",)}, every.filter(pl.col("item") == "rice")),
            ({"accounts": ("market",)}, every.filter((pl.col("debit") == "market") | (pl.col("credit") == "market"))),
            ({"accounts": ("household",)}, every),
            ({"first": "2021-10-20", "last": "2021-10-21"}, every.filter(pl.col("day").is_between(5, 6))),
            ({"areas": ("Ranam",)}, every),
        ):  # fmt: skip
            found = ask(by=SINGLE, **asked)
            assert len(found) == len(rows) > 0, asked
            assert sum(round(e.amount.median) for e in found) == amount(rows)
        sums = {(e.group["household"], e.group["item"]): round(e.amount.median) for e in ask(by=("household",))}
        assert sums == {(w, i): a for w, i, a in every.group_by("household", "item").agg(pl.col("amount").sum()).rows()}

    def test_balances_close_on_any_days(self, run: Run, country: Country) -> None:
        """Of each household and item: those of the table over the whole run, and moved on to any day of it."""
        by = ("household", "account")
        whole = entries(run, Asked(sampled=True, by=by), country.gazetteer).balances
        held = {(r["household"], r["item"]): (r["opening"], r["closing"])
                for r in run.postings_balances.iter_rows(named=True)}  # fmt: skip
        got = {(b.group["household"], b.group["item"]): (b.opening, b.closing) for b in whole}
        assert {k: v for k, v in got.items() if k in held} == held
        assert {b.group["account"] for b in whole} == {"household"}
        first, then = (
            entries(run, Asked(sampled=True, by=by, first=a, last=b), country.gazetteer).balances
            for a, b in (("2021-10-15", "2021-10-20"), ("2021-10-21", "2021-11-03"))
        )
        assert all(b.closes for b in (*whole, *first, *then))
        closing = {(b.group["household"], b.group["item"]): b.closing for b in first}
        assert closing == {(b.group["household"], b.group["item"]): b.opening for b in then}

    def test_a_long_table_is_cut_and_says_so(self, inminban: Call, run: Run) -> None:
        told = inminban("ledger", run.path, "--households").out
        assert f"The first 2,000 of {len(run.postings):,} rows" in told
        assert told.count("\n") < 10_000

    def test_wrong_questions(self, inminban: Call, run: Run, none: Run) -> None:
        """Exit code 2 and a line that says which households are sampled, or how to have some."""
        first = run.postings_balances["household"].unique().sort()[0]
        for path, options, says in (
            (run.path, ["--household", 5],
             f"household 5 is not sampled, its postings were not kept. {KEPT} are: {first},"),
            (none.path, ["--household", first], "the postings of no household. simulate --postings N"),
            (none.path, ["--households"], "the postings of no household. simulate --postings N"),
            (run.path, ["--households", "--draw", 1], "kept of draw 0 alone"),
            (run.path, ["--by", "household"], "can't be told apart by “household”"),
            (run.path, ["--households", "--by", "hour"], "household, order, reason"),
            (run.path, ["--households", "--account", "county"], "household, market"),
            (run.path, ["--households", "--from", "2020-01-01"], "outside the run"),
        ):  # fmt: skip
            done = inminban("ledger", path, *options)
            assert (done.code, done.out) == (2, ""), options
            assert says in done.err
            assert done.err.count("\n") == 1
