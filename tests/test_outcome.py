"""Measures of a run: shares add up, a hand reckons the same, intervals are quantiles, echoes are found."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import polars as pl
import pytest

from inminban.engine.inputs import CRACKDOWN, LEVY, RELIEF, RESTRICTION
from inminban.engine.state import AT_COUNTY, AT_UNIT, FIXED_FLOWS, LINE_FLOWS, SEIZED
from inminban.measures.drivers import LEAST_DRAWS, drivers
from inminban.measures.outcome import COLUMNS, SETTLED, TOLD, Place, outcomes
from inminban.measures.outcome_table import csv_of, cut, records_of
from inminban.measures.statement import says
from inminban.measures.summary import About, Interval, about, headlines, summarise
from inminban.measures.units import unit_of
from tests.runs import DRAWS, N, facts, lively, names, people, plan, ran, run_of


def value(table: pl.DataFrame, measure: str, group: str = "all", day: int = -1) -> tuple[float, float | None]:
    row = table.filter((pl.col("measure") == measure) & (pl.col("group") == group) & (pl.col("day") == day))
    assert len(row) == 1, measure
    return row["value"][0], row["without"][0]


def test_shares_of_what_was_asked_add_up_in_every_group() -> None:
    """Own stock, gathering, buying, cash, bribes, loans and what stays unpaid are all of it."""
    found = plan(LEVY)
    out, _ = lively(found)
    table = outcomes([Place(out, found, names(found))], np.arange(DRAWS))
    assert table.schema == pl.Schema(COLUMNS)
    shares = (
        table.filter(pl.col("measure").str.starts_with("settled "))
        .group_by("draw", "group")
        .agg(pl.col("value").sum(), pl.len())
    )
    assert set(shares["group"]) == set(TOLD)
    assert shares["len"].unique().to_list() == [len(SETTLED)]
    assert np.allclose(shares["value"], 1)
    assert table.filter(pl.col("measure").str.starts_with("settled "))["without"].null_count() == len(shares) * 7


def test_a_levy_by_hand() -> None:
    """Ten households, the poorest half unpaid: 100 asked of each, the others hand in goods at a cost of 50."""
    found, n = plan(LEVY, n=10), 10
    out = ran(found, 1, n)
    out.ways[0, :, 6] = 100
    out.ways[0, 5:, 1], out.ways[0, 5:, 7], out.minutes[0, 5:] = 100, 50, 120
    out.owed[0, :5, 0] = 7000
    out.cash[0, 0], out.cash[0, 1] = 30, 20
    out.short[0, 1], out.short[0, 0, 0] = 2, 10
    out.logs[0, 1, -1, 2] += 1 << 32
    out.held_closing[0, 1, AT_COUNTY, 3] = 77
    table = outcomes([Place(out, found, names(found))], np.array([4]))
    assert value(table, "settled gathered") == (0.5, None)
    assert value(table, "settled unpaid", "tenth 1") == (1, None)
    assert value(table, "settled unpaid", "tenth 10") == (0, None)
    assert value(table, "asked") == (100, None)
    assert value(table, "cost") == (25, None)
    assert value(table, "cost days") == (0.25, None)
    assert value(table, "cost days", "tenth 10") == (0.5, None)
    assert value(table, "cost income", "tenth 10")[0] == pytest.approx(50 / (200 * 30.4375))
    assert value(table, "not settled") == (0.5, None)
    assert value(table, "labour", "tenth 10") == (2, None)
    assert value(table, "cash") == (20, 30)
    assert value(table, "days short") == (2, 1)
    assert value(table, "short") == (2 / 20, 1 / 20)
    assert value(table, "price scrap metal", day=20) == (2, 1)
    assert value(table, "kept cash county") == (77, None)
    assert table["draw"].unique().to_list() == [4]
    assert "received any" not in table["measure"]


def test_relief_by_hand() -> None:
    """Half of 5 kg of rice for every household of four is a day of food for each but the last, who got nothing."""
    found, n = plan(RELIEF, n=10), 10
    out = ran(found, 1, n)
    out.received[0, :9, 0], out.received[0, :, 1] = 2500, 400
    out.held_closing[0, 1, AT_UNIT, 0] = 5000 * 10 - 2500 * 9
    table = outcomes([Place(out, found, names(found), lambda: people(n), np.array([2500 * 3600 // 4]))], np.array([0]))
    assert value(table, "received rice") == (pytest.approx(0.45), None)
    assert value(table, "received rice", "tenth 10") == (0, None)
    assert value(table, "received stipend") == (0.5, None)
    assert value(table, "stipend") == (400, None)
    assert value(table, "received any") == (1, None)
    assert value(table, "received food days") == (pytest.approx(0.9), None)
    assert value(table, "kept goods rice unit") == (27500, None)
    assert "asked" not in table["measure"]


def test_a_crackdown_counts_by_trader() -> None:
    """What was seized from two traders of ten households is told a trader, and of no one else."""
    found, n = plan(CRACKDOWN, n=10), 10
    out = ran(found, 1, n)
    out.flows[0, 1, 0, FIXED_FLOWS + 3 + 0 * LINE_FLOWS + SEIZED, 16, 0] = 90
    out.stall[0, :, 16] = 40, 10
    table = outcomes([Place(out, found, names(found))], np.array([0]))
    assert value(table, "seized") == (45, None)
    assert value(table, "seized", "trader") == (45, None)
    assert "farmer" not in table.filter(pl.col("measure") == "seized")["group"]
    assert value(table, "stalls") == (10, 40)


def test_a_dry_draw_has_no_rows() -> None:
    found = plan(LEVY)
    out = ran(found, 2)
    out.dry[1] = 1
    assert outcomes([Place(out, found, names(found))], np.array([0, 1]))["draw"].unique().to_list() == [0]


def frame(measure: str, values: np.ndarray, without: np.ndarray | None = None) -> pl.DataFrame:
    rows = {"draw": range(len(values)), "measure": measure, "place": "p", "group": "all", "day": -1, "value": values}
    return pl.DataFrame(rows | {"without": without if without is not None else None}).cast(COLUMNS)


def inputs(**values: np.ndarray) -> pl.DataFrame:
    empty = pl.DataFrame(schema={"draw": pl.Int64, "symbol": pl.String, "value": pl.Float64})
    return pl.concat(
        [empty, *(pl.DataFrame({"draw": range(len(v)), "symbol": s, "value": v}) for s, v in values.items())]
    )


def test_intervals_are_quantiles_over_draws() -> None:
    """Of the value, of the run without orders, and of their difference draw by draw."""
    rnd = np.random.default_rng(3)
    with_orders, without = rnd.random(50), rnd.random(50)
    (found,) = summarise(frame("cash", with_orders, without), inputs())
    for interval, values in (
        (found.value, with_orders),
        (found.without, without),
        (found.difference, with_orders - without),
    ):
        assert interval == pytest.approx(tuple(np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95))))
    assert found.draws == 50
    (price,) = summarise(frame("price rice", with_orders + 1, without + 1), inputs())
    assert price.relative
    assert price.difference == pytest.approx(
        tuple(np.quantile((with_orders + 1) / (without + 1) - 1, (0.05, 0.25, 0.5, 0.75, 0.95)))
    )


def test_an_echo_is_found_where_one_input_makes_a_measure() -> None:
    """A measure that rises or falls with one input only is named after it; a sum of many is not."""
    rnd = np.random.default_rng(5)
    a, b, c = rnd.random((3, 60))
    drawn = inputs(a=a, b=b, c=c)
    (echo,) = summarise(frame("cost", np.exp(-9 * a)), drawn)
    assert echo.echo is not None
    assert echo.echo.symbol == "a"
    assert echo.echo.share == pytest.approx(1)
    (mixed,) = summarise(frame("cost", a + b + c), drawn)
    assert mixed.echo is None
    few = LEAST_DRAWS - 1
    (short,) = summarise(frame("cost", a[:few]), inputs(a=a[:few]))
    assert short.echo is None


def test_families_are_echoes_by_construction_and_never_lead() -> None:
    """What the county keeps repeats what it passes on, whatever the draws say; it is no headline."""
    levy = run_of(LEVY)
    found = summarise(levy.measures, levy.inputs, about(levy.facts))
    by_name = {s.measure: s for s in cut(found, None)}
    assert by_name["kept cash county"].echo is not None
    assert by_name["price scrap metal"].echo is not None
    assert by_name["days short"].echo is not None
    assert by_name["settled unpaid"].echo is None
    assert all(s.echo is None for s in headlines(found, 9))
    relief = run_of(RELIEF)
    other = {s.measure: s for s in cut(summarise(relief.measures, relief.inputs, about(relief.facts)), None)}
    assert other["received rice"].echo is not None
    assert other["days short"].echo is None


def test_drivers_rank_inputs_with_an_interval() -> None:
    rnd = np.random.default_rng(7)
    a, b, c = rnd.random((3, 80))
    found = drivers(frame("cost", 3 * a - b), inputs(a=a, b=b, c=c, fixed=np.ones(80)), "cost")
    assert [d.symbol for d in found] == ["a", "b", "c"]
    assert all(0 <= d.low <= d.high <= 1 for d in found)
    assert (found[0].falls, found[1].falls) == (False, True)
    assert found[0].share > 0.7


def test_money_in_parts_is_told_whole() -> None:
    """Before 2010 a run counts hundredths."""
    (found,) = summarise(frame("cost", np.full(3, 500.0)), inputs(), About(parts=100))
    assert found.value == Interval(5, 5, 5, 5, 5)


def test_units() -> None:
    """Goods are told in kilograms, their prices a kilogram, shares as shares."""
    told = facts(plan(LEVY))
    assert unit_of("price scrap metal", told) == ("KPW/kg", 1000)
    assert unit_of("bought by office scrap metal", told) == ("kg", 1 / 1000)
    assert unit_of("kept goods rice unit", told) == ("kg", 1 / 1000)
    assert unit_of("received rice", told).share
    assert unit_of("cost days", told).code == "days"
    assert unit_of("stalls", told).code == "KPW"


def test_the_sentence_counts_what_it_rests_on() -> None:
    told = says(facts(plan(LEVY)), "won")
    assert "reported 1, data 2, assumed 3 (transplanted from Indonesia)" in told
    assert "won of 2021-10" in told
    assert "not observed" in told


def test_csv_rows_carry_the_whole_sentence() -> None:
    run = run_of(LEVY)
    found = cut(summarise(run.measures, run.inputs, about(run.facts)), "decile")
    rows = list(csv.DictReader(io.StringIO(csv_of(found, run.facts))))
    assert len(rows) == len(found)
    assert {r["group"] for r in rows} == {f"tenth {n}" for n in range(1, 11)}
    assert {(r["kind"], r["against"], r["assumed"], r["money"]) for r in rows} == {
        ("simulated", "no order", "3", "KPW 2021-10")
    }
    assert all(math.isfinite(float(r["low90"])) for r in rows)


def test_an_assumed_run_tells_signs_and_ranks_only() -> None:
    run = run_of(RESTRICTION, assume=True)
    found = summarise(run.measures, run.inputs, about(run.facts))
    for by in (None, "decile", "day"):
        records = list(records_of(cut(found, by), run.facts))
        assert records
        assert not any("median" in name or "low" in name for r in records for name in r)
        assert {r["sign"] for r in records} <= {"higher", "lower", "either way", "no change", "open"}
    ranked = sorted(r["rank"] for r in records_of(cut(found, "decile"), run.facts) if r["measure"] == "cash")
    assert ranked[0] == 1
    assert ranked[-1] <= 10


@pytest.mark.parametrize("kinds", [(LEVY, RELIEF), (CRACKDOWN, RESTRICTION)])
def test_every_number_is_finite(kinds: tuple[int, ...]) -> None:
    run = run_of(*kinds)
    assert run.measures["value"].is_finite().all()
    assert run.measures["without"].drop_nulls().is_finite().all()
    assert N > 0
