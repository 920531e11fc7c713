"""A run and its folder: one digest however it is worked out, whole or not at all, and clear words for bad input."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from inminban.errors import InputError, OutputError
from inminban.model import files
from inminban.model.country import Country
from inminban.model.households import Households
from inminban.model.orders import Report
from inminban.model.records import to_json
from inminban.model.scenario import Scenario
from inminban.population.file import load, save
from inminban.population.synthesize import synthesize
from inminban.studies import batches, checkpoint
from inminban.studies.batches import BrokenRunError
from inminban.studies.check import check, verdict
from inminban.studies.folder import Run, load_run
from inminban.studies.gate import Passage, check_left_out
from inminban.studies.run import How, simulate

RANAM, CHONGJIN = "kp0205-ranam", "KP0205"
FEW = 300
OPEN_GATE = {"gate_short": [0, 1], "gate_short_refused": [0, 1], "gate_width": 1, "gate_days": 20, "burn_days": 40}
TABLES = ("balances", "households", "inputs", "ledger", "measures", "postings", "postings_balances")


def some(homes: Households, count: int) -> Households:
    """The first households of a place."""
    columns = [f.name for f in fields(Households) if isinstance(getattr(homes, f.name), np.ndarray)]
    first = {name: getattr(homes, name)[:count] for name in columns if name != "area_starts"}
    return replace(homes, area_starts=np.array([0, count]), **first)


@pytest.fixture(scope="module")
def homes(country: Country) -> Households:
    return some(synthesize(RANAM, seed=1, country=country), FEW)


Go = Callable[..., Run]


@pytest.fixture
def go(country: Country, homes: Households, chongjin: Report, tmp_path: Path) -> Go:
    """Simulate the levy of Ranam on a few households."""

    def run(name: str = "run", how: How | None = None, **changes: Any) -> Run:
        reports, given = changes.pop("reports", (chongjin,)), changes.pop("households", homes)
        parameters = OPEN_GATE | changes.pop("parameters", {})
        asked = {"place": RANAM, "days": 20, "draws": 5, "seed": 3} | changes
        scenario = Scenario(orders=reports, parameters=parameters, **asked)
        return simulate(scenario, reports, country=country, out=tmp_path / name, households=given, how=how)

    return run


def interrupted_after(draws: int) -> Callable[[float, int], None]:
    """Press Ctrl-C when so many draws are done."""

    def show(done: float, total: int) -> None:
        if done == draws:
            raise KeyboardInterrupt

    return show


def test_the_digest_depends_on_nothing_but_what_was_asked(go: Go) -> None:
    """One thread or two, batches of any size, ledgers kept or not: the same digest; another seed, another digest."""
    first = go("a", How(threads=1, size=1))
    for name, how in {"b": How(threads=2), "c": How(threads=2, size=3), "d": How(threads=1, keep_ledger=True)}.items():
        again = go(name, how)
        assert again.facts["digest"] == first.facts["digest"]
        assert again.measures.equals(first.measures)
        assert again.balances.equals(first.balances)
    assert go("e", seed=4).facts["digest"] != first.facts["digest"]


@pytest.mark.parametrize("done", [1, 3])
def test_an_interrupted_run_goes_on_to_the_same_end(go: Go, tmp_path: Path, done: int) -> None:
    """Ctrl-C keeps the batches done; --resume runs the rest, and nobody can tell from the result."""
    whole = go("whole")
    with pytest.raises(KeyboardInterrupt):
        go("torn", How(threads=1, size=1, show=interrupted_after(done)))
    assert not (tmp_path / "torn").exists()
    with pytest.raises(InputError, match="--resume"):
        go("torn")
    with pytest.raises(InputError, match="other orders"):
        go("torn", How(resume=True), days=21)
    counted: list[float] = []
    resumed = go("torn", How(threads=2, size=2, resume=True, show=lambda n, _: counted.append(n)))
    assert counted[0] > done
    assert resumed.facts["digest"] == whole.facts["digest"]
    assert resumed.inputs.equals(whole.inputs)
    assert resumed.ledger.equals(whole.ledger)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["torn", "whole"]


def test_the_folder_is_whole_and_says_what_it_is(go: Go, homes: Households, tmp_path: Path) -> None:
    """Every table with its columns, and run.json with what was asked, assumed, left out and to be said."""
    run = go()
    assert sorted(p.name for p in run.path.iterdir()) == sorted([*(f"{t}.parquet" for t in TABLES), "run.json"])
    facts = run.facts
    assert (facts["format"], facts["draws"], facts["households"]) == (1, 5, FEW)
    assert facts["period"] == {"start": "2021-10-15", "end": "2021-11-03", "days": 20}
    assert facts["money"] == {"currency": "KPW", "parts": 1, "month": "2021-10"}
    assert facts["orders"][0]["lines"][0]["amount"] == 7000
    assert "text" not in facts["records"][0]
    assert {p["kind"] for p in facts["parameters"]} == {"data", "assumed"}
    assert sum(facts["counts"].values()) > 40
    assert "parameters.csv" in facts["tables"]
    told = " ".join(facts["warnings"])
    assert "300 of the 169,094 households of Chongjin City" in told
    assert "census of 2008, used for 2021" in told
    assert "may be off by 50%" in told
    assert str(tmp_path) not in json.dumps(facts)
    assert run.households["household"].to_list() == load_numbers(homes, tmp_path)
    assert run.ledger.filter(pl.col("draw") == 0)["day"].min() == 0
    assert run.ledger.filter(pl.col("draw") > 0)["day"].unique().to_list() == [-1]
    assert set(run.inputs["symbol"]) <= {p["symbol"] for p in facts["parameters"]}
    assert len(run.inputs) == 5 * run.inputs["symbol"].n_unique()


def load_numbers(homes: Households, folder: Path) -> list[int]:
    """Numbers of households as the population file has them."""
    save(homes, folder / "homes.parquet")
    assert len(load(folder / "homes.parquet")) == len(homes)
    return pl.read_parquet(folder / "homes.parquet")["household"].to_list()


def test_households_and_ledger_tell_the_same(go: Go) -> None:
    """What households handed in, in money, is what they were asked less what they still owe; the ledger agrees."""
    run = go(draws=1)
    table = run.households
    settled = sum(table[n] for n in ("own", "gathered", "bought", "cash", "bribe", "borrowed", "unpaid"))
    assert (settled == table["asked"]).all()
    assert (table["unpaid"] >= 0).all()
    assert table["decile"].value_counts().sort("decile")["count"].to_list() == [30] * 10
    bribes = run.ledger.filter(pl.col("reason") == "bribe")
    assert bribes["count"].sum() >= (table["bribe"] > 0).sum()
    labour = run.ledger.filter(pl.col("reason") == "labour")
    assert set(labour["debit"]) <= {"time"}


class TestCheck:
    def test_a_run_passes(self, go: Go, inminban: Any) -> None:
        """Everything closes, and the first look finds the shares of income and the lowest prices."""
        run = go()
        findings = check(run)
        assert not any(f.fault for f in findings)
        told = " ".join(map(str, findings))
        for words in ("close to the last unit", "of one state wage", "corn costs", "the depot", "census of 2008"):
            assert words in told
        assert inminban("check", run.path).code == 0

    @pytest.mark.parametrize(
        ("table", "change", "says"),
        [
            ("ledger", pl.col("amount") + 1, "do not close"),
            ("ledger", pl.col("amount") * 0, "nothing or less"),
            ("ledger", pl.col("reason").str.replace("food", "wage").alias("reason"), "digest of the ledger"),
            ("balances", pl.col("closing") + 1, "do not close"),
        ],
    )
    def test_a_changed_table_is_found(self, go: Go, inminban: Any, table: str, change: pl.Expr, says: str) -> None:
        """A row that was changed after the run no longer closes, or is not what the digest says: exit code 1."""
        run = go()
        path = run.path / f"{table}.parquet"
        pl.read_parquet(path).with_columns(change).write_parquet(path)
        done = inminban("check", run.path)
        assert done.code == 1
        assert says in done.out
        with pytest.raises(BrokenRunError):
            verdict(check(load_run(run.path)))


class TestRefused:
    def test_a_place_that_no_order_holds_for(self, inminban: Any, chongjin: Report, tmp_path: Path) -> None:
        """A province that an order says nothing of can't be run on it."""
        (tmp_path / "chongjin.json").write_text(to_json(chongjin), encoding="utf-8")
        done = inminban("simulate", tmp_path / "chongjin.json", "--place", "KP-10", "--out", tmp_path / "run")
        assert done.code == 2
        assert "not for" in done.err
        assert "Simulate the order's own place" in done.err
        assert done.err.count("not for") == 3
        assert "and 9 more" in done.err

    def test_an_order_outside_the_period(self, go: Go, tmp_path: Path) -> None:
        """A levy that is due before the first day, or starts after the last, can't be run."""
        for start in ("2022-01-01", "2021-06-01"):
            with pytest.raises(InputError):
                go(start=start)
        assert list(tmp_path.iterdir()) == []

    def test_no_households(self, go: Go, homes: Households) -> None:
        """A place without households has nothing to simulate."""
        with pytest.raises(InputError, match="no households"):
            go(households=some(homes, 0))

    def test_a_folder_that_exists(self, go: Go, tmp_path: Path) -> None:
        """Nothing is replaced, not even a run."""
        (tmp_path / "run").mkdir()
        with pytest.raises(InputError, match="exists"):
            go()
        assert list(tmp_path.iterdir()) == [tmp_path / "run"]

    def test_a_folder_that_can_not_be_written(self, go: Go, tmp_path: Path) -> None:
        """It is said before anything is run."""
        (tmp_path / "file").write_text("", encoding="utf-8")
        with pytest.raises(OutputError, match="can't be written"):
            go("file/run")

    def test_a_full_disk_keeps_what_is_done(self, go: Go, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The message says how to go on; after room is made the run ends as if nothing had been."""
        whole = go("whole")
        real = files.os.replace

        def full(source: Any, target: Any) -> None:
            if Path(target).name == "ledger-000002.parquet":
                raise OSError(errno.ENOSPC, "No space left on device")
            real(source, target)

        monkeypatch.setattr(files.os, "replace", full)
        with pytest.raises(OutputError, match=r"No space left.*make room and continue with --resume"):
            go(how=How(threads=1, size=1))
        monkeypatch.setattr(files.os, "replace", real)
        assert not (tmp_path / "run").exists()
        assert go(how=How(resume=True)).facts["digest"] == whole.facts["digest"]

    def test_a_full_disk_at_the_very_end(self, go: Go, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """No half run folder is left, and all draws are kept."""

        def full(source: Any, target: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("inminban.studies.folder.os.rename", full)
        with pytest.raises(OutputError, match="5 draws are kept"):
            go()
        assert [p.name for p in tmp_path.iterdir()] == ["run.partial"]

    def test_draws_that_do_not_stand_still(self, go: Go, tmp_path: Path) -> None:
        """A gate that nothing passes refuses the run, says why and which inputs decide it, and leaves nothing."""
        with pytest.raises(InputError, match=r"draws can’t serve.*income_scale"):
            go(parameters={"gate_short_refused": [0.999, 1]})
        assert list(tmp_path.iterdir()) == []

    def test_a_ledger_that_does_not_close_is_our_fault(self, go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is never written."""
        monkeypatch.setattr(batches, "misses", lambda *_: np.ones(1))
        with pytest.raises(BrokenRunError, match="fault of the program"):
            go()

    def test_a_folder_that_is_no_run(self, go: Go, tmp_path: Path) -> None:
        """Foreign, damaged, incomplete and later folders are refused, each for its own reason."""
        run = go()

        def spoilt(name: str, says: str, spoil: Callable[[Path], object]) -> None:
            folder = tmp_path / name
            shutil.copytree(run.path, folder)
            spoil(folder)
            with pytest.raises(InputError, match=says):
                load_run(folder)

        def facts(**changes: Any) -> Callable[[Path], object]:
            text = json.dumps(dict(run.facts) | changes)
            return lambda folder: (folder / "run.json").write_text(text, encoding="utf-8")

        with pytest.raises(InputError, match="no such folder"):
            load_run(tmp_path / "nowhere")
        spoilt("no-facts", "no run folder", lambda p: (p / "run.json").unlink())
        spoilt("cut", "is damaged", lambda p: (p / "run.json").write_text("{", encoding="utf-8"))
        spoilt("foreign", "not written by", facts(inminban="population"))
        spoilt("later", "format 2", facts(format=2))
        spoilt("no-ledger", "ledger.parquet is missing", lambda p: (p / "ledger.parquet").unlink())
        spoilt("torn", "is damaged", lambda p: (p / "ledger.parquet").write_bytes(b"PAR1 and no more"))
        other = pl.DataFrame({"draw": [1]})
        spoilt("other", "is damaged", lambda p: other.write_parquet(p / "inputs.parquet"))


def passed(draw: int, *kinds: str) -> Passage:
    return Passage(draw, kinds, kinds, 0.3, 0.7, 1.0, 1.0, 1.0, ())


@pytest.mark.parametrize(
    ("gone", "draws", "refused"), [(1, 1, True), (1, 2, False), (2, 19, True), (2, 20, False), (10, 100, False)]
)
def test_one_draw_in_ten_may_be_left_out(gone: int, draws: int, refused: bool) -> None:
    """More than that, and at least two, or the only one, refuse the run."""
    at_the_gate = [passed(n, "cash leaves the gate") for n in range(gone)]
    if refused:
        with pytest.raises(InputError, match="spend_rate"):
            check_left_out(at_the_gate, draws, {})
    else:
        check_left_out(at_the_gate, draws, {})


def test_a_checkpoint_of_nothing_is_refused(go: Go, tmp_path: Path) -> None:
    """A folder of that name with something else in it is not gone on with."""
    checkpoint.partial_of(tmp_path / "run").mkdir()
    with pytest.raises(InputError, match="no run that can be continued"):
        go(how=How(resume=True))


class TestCommands:
    def test_a_scenario_and_its_orders_give_the_same_run(self, inminban: Any, chongjin: Report, tmp_path: Path) -> None:
        """A scenario file, or the record with options; options win; households come from a file of their own."""
        (tmp_path / "chongjin.json").write_text(to_json(chongjin), encoding="utf-8")
        gate = "".join(f"\n  {name}: {value}" for name, value in OPEN_GATE.items())
        text = f"orders: [chongjin.json]\nplace: {RANAM}\ndays: 3\ndraws: 5\nparameters:{gate}\n"
        (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
        done = inminban("simulate", tmp_path / "scenario.yaml", "--draws", 1, "--out", tmp_path / "run")
        assert done.code == 0, done.err
        assert "23,794 households, 3 days from 2021-10-15, 1 draws" in done.err
        assert load_run(tmp_path / "run").facts["scenario"]["orders"] == ["chongjin"]
        without = inminban("simulate", tmp_path / "chongjin.json", "--out", tmp_path / "b")
        assert without.code == 2
        assert "--place" in without.err

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            (["--days", 0], "--days"),
            (["--start", "October"], "--start"),
            (["--reading", "scope"], "QUESTION=ANSWER"),
            (["--threads", 0], "0 threads"),
        ],
    )
    def test_wrong_options(self, inminban: Any, chongjin: Report, tmp_path: Path, options: Any, says: str) -> None:
        """Each is named."""
        (tmp_path / "chongjin.json").write_text(to_json(chongjin), encoding="utf-8")
        call = ["simulate", tmp_path / "chongjin.json", "--place", RANAM, "--out", tmp_path / "run"]
        done = inminban(*call, *options)
        assert done.code == 2
        assert says in done.err

    def test_households_are_made_and_saved(self, inminban: Any, tmp_path: Path) -> None:
        """With their persons beside them."""
        done = inminban("synthesize", "--place", RANAM, "--out", tmp_path / "ranam.parquet", "--persons")
        assert done.code == 0, done.err
        assert len(load(tmp_path / "ranam.parquet")) == 23794
        assert (tmp_path / "ranam.persons.parquet").exists()
