"""Runs of several market areas: they trade once a week, nothing is lost on the way, and each can be told apart."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from inminban.engine.inputs import Draws, People, Plan
from inminban.engine.ledger import balances, misses, postings
from inminban.engine.simulate import WITH, WITHOUT, How, Ran, area_of, run, run_areas
from inminban.engine.state import AREAS, GROUPS
from inminban.measures.outcome_table import cut
from inminban.measures.summary import about, summarise
from inminban.model.country import Country, load_country
from inminban.model.orders import Report
from inminban.model.scenario import Scenario
from inminban.pages.render import render_run
from inminban.studies import halfway
from inminban.studies.check import check, verdict
from inminban.studies.folder import Run
from inminban.studies.run import How as Asked
from inminban.studies.run import simulate
from tests.worlds import ONE, world

Area = tuple[People, Plan, Draws]
OTHERS = GROUPS + AREAS
OPEN_GATE = {
    "gate_short": [0, 1],
    "gate_short_refused": [0, 1],
    "gate_width": 1,
    "gate_days": 20,
    "burn_days": 40,
    "joint": 0,
}


def areas(seed: int, speed: float = 1.0, count: int = 3, **more: int) -> list[Area]:
    """A country of areas with the orders of one random world, each with households of its own."""
    _, plan, draws = world(seed)
    draws.scalars["trade_speed"], draws.scalars["trade_most"] = int(speed * ONE), ONE // 2
    found = []
    for n in range(count):
        people, _, _ = world(seed + 100 * n)
        size = people.number.size
        found.append((people, plan._replace(area=5 + n, area_households=size, **more), draws))
    return found


def live(found: list[Area], threads: int = 1) -> list[Ran]:
    return run_areas([area_of(*one) for one in found], np.arange(1), 7, How(True, 1, threads))


@pytest.mark.parametrize("seed", range(6))
def test_what_left_and_has_not_arrived_is_on_the_way(seed: int) -> None:
    """Over all areas of a country, other areas hold what is on the way, never less than nothing."""
    found = areas(seed)
    for arm in (WITHOUT, WITH):
        left = np.zeros(5, np.int64)
        for (_, plan, _), ran in zip(found, live(found), strict=True):
            opening, closing = balances(ran, plan, 0, arm)
            assert not misses(postings(ran, plan, 0, arm), opening, closing).any()
            left += closing[OTHERS, :5]
        assert (left >= 0).all()


def test_areas_do_trade() -> None:
    """Goods leave some areas and arrive in others."""
    moved = sum(np.abs(balances(r, p, 0, WITHOUT)[1][OTHERS, :2]).sum() for s in range(3) for (_, p, _), r in one(s))
    assert moved > 0


def one(seed: int) -> list[tuple[Area, Ran]]:
    found = areas(seed)
    return list(zip(found, live(found), strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_threads_change_nothing(seed: int) -> None:
    """With the areas of a draw side by side, every number is the same."""
    found = areas(seed)
    for a, b in zip(live(found), live(found, threads=2), strict=True):
        assert all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_an_area_that_does_not_trade_is_the_same_alone(seed: int) -> None:
    """Without trade, an area in its country is the area alone."""
    found = areas(seed, speed=0)
    alone = run(*found[1], np.arange(1), 7, (True, 1))
    assert all(np.array_equal(x, y) for x, y in zip(live(found)[1], alone, strict=True))


def test_an_area_alone_trades_with_the_rest_of_the_country() -> None:
    """Where the run leaves most of the country out, a dearer staple draws goods in from there."""
    prices = {}
    for speed in (0.0, 2.0):
        (place,) = areas(2, speed=speed, count=1, country_households=10**6)
        ran = run(*place, np.arange(1), 7, (True, 1))
        prices[speed] = np.abs(ran.logs[0, WITHOUT, :, :2] - ran.logs[0, WITHOUT, 0, :2]).max()
    assert prices[2.0] < prices[0.0]


LEVIES = [
    {"role": "due", "item": "bog iron", "amount": 4, "unit": "kg", "per": "household"},
    {"role": "cash_in_lieu", "item": "cash", "amount": 8000, "unit": "EXF", "per": "household"},
]


def order(place: str, *terms: dict[str, object], kind: str = "levy") -> dict[str, object]:
    about = {"kind": kind, "places": [{"name": place, "place": place}], "issued": "2015-06-12", "due": "2015-06-30"}
    return about | {"terms": list(terms)}


@pytest.fixture(scope="module")
def examplia() -> Country:
    return load_country("examplia")


def go(examplia: Country, out: Path, *orders: dict[str, object], place: str = "EX", draws: int = 2) -> Run:
    report = Report.model_validate({"id": "r", "published": "2015-06-13", "orders": orders})
    given = Scenario(orders=(report,), place=place, days=30, draws=draws, parameters=OPEN_GATE)
    return simulate(given, [report], country=examplia, out=out, how=Asked(threads=1))


@pytest.fixture(scope="module")
def whole(examplia: Country, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A levy of all of Examplia, and one of a district of Dolorton besides."""
    of_district = order("ex11-overdolor", {**LEVIES[0], "amount": 2})
    return go(examplia, tmp_path_factory.mktemp("whole") / "run", order("EX", *LEVIES), of_district)


class TestCountry:
    def test_every_area_closes(self, whole: Run) -> None:
        verdict(check(whole))
        assert whole.ledger["area"].n_unique() == 5
        assert [a["households"] for a in whole.facts["areas"]] == [640, 320, 520, 220, 300]
        assert (whole.facts["area"]["id"], whole.facts["area"]["households"]) == ("EX", 2000)

    def test_the_country_is_the_sum_of_its_areas(self, whole: Run) -> None:
        """Cash collected adds up; what was asked is the mean of the areas, weighted by households."""
        table = whole.measures.filter((pl.col("draw") == 0) & (pl.col("group") == "all"))

        def of(measure: str) -> dict[str, float]:
            return dict(table.filter(pl.col("measure") == measure).select("place", "value").rows())

        cash, asked, size = of("collected cash"), of("asked"), {a["id"]: a["households"] for a in whole.facts["areas"]}
        assert cash.pop("EX") == pytest.approx(sum(cash.values()))
        mean = sum(asked[i] * n for i, n in size.items()) / 2000
        assert asked["EX"] == pytest.approx(mean)

    def test_a_part_of_an_area_is_asked_alone(self, whole: Run) -> None:
        """Of Dolorton's 640 households the 380 of Overdolor owe the second levy, nobody else."""
        held = {o["id"]: o["areas"] for o in whole.facts["orders"]}
        assert held["r#o2"] == ["EX11"]
        assert len(held["r#o1"]) == 5
        asked = whole.households["asked"].value_counts().sort("asked")
        assert asked["count"].to_list() == [2000 - 380, 380]

    def test_measures_tell_the_country_first_and_areas_when_asked(self, whole: Run) -> None:
        told = summarise(whole.measures, whole.inputs, about(whole.facts))
        assert {s.place for s in cut(told, None)} == {"EX"}
        assert {s.place for s in cut(told, "place")} == {"EX", "EX11", "EX12", "EX21", "EX22", "EX23"}

    def test_an_area_alone_is_close_to_itself_in_its_country(
        self, whole: Run, examplia: Country, tmp_path: Path
    ) -> None:
        """Trade apart, Grauldale's households are asked the same alone."""
        alone = go(examplia, tmp_path / "run", order("EX", *LEVIES), place="EX22", draws=1)
        one = whole.households.filter(pl.col("household").is_in(alone.households["household"].implode()))
        assert one["asked"].to_list() == alone.households["asked"].to_list()


def test_an_order_that_names_several_places_shares_its_supply(examplia: Country, tmp_path: Path) -> None:
    """One delivery for two counties is not given to each in full."""
    supply = {"role": "supply", "item": "millet", "amount": 5.2, "unit": "t", "per": "total"}
    given = order("EX22", supply, kind="relief")
    given["places"] = [{"name": p, "place": p} for p in ("EX22", "EX23")]
    run = go(examplia, tmp_path / "run", given, place="EX-2", draws=1)
    arrived = run.ledger.filter((pl.col("reason") == "relief") & (pl.col("debit") == "rest of economy"))
    assert sorted(arrived["area"].unique().to_list()) == ["EX22", "EX23"]
    assert arrived["amount"].sum() == pytest.approx(5_200_000, rel=1e-3)


def test_an_interrupted_draw_of_a_country_goes_on_where_it_was(
    examplia: Country, tmp_path: Path, whole: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped soon after it was kept, time and again, the run goes on and comes out the same in the end."""
    monkeypatch.setattr(halfway, "SECONDS", 0.0)
    report = Report.model_validate(whole.facts["records"][0])
    given = Scenario(orders=(report,), place="EX", days=30, draws=2, parameters=OPEN_GATE)
    told: list[float] = []
    starts: list[float] = []

    def stop(done: float, draws: int) -> None:
        told.append(done)
        if len(told) == 1:
            starts.append(done)
        if len(told) > 2 and done % 1:
            raise KeyboardInterrupt

    done = None
    while done is None:
        told.clear()
        how = Asked(threads=1, show=stop, resume=bool(starts))
        with contextlib.suppress(KeyboardInterrupt):
            done = simulate(given, [report], country=examplia, out=tmp_path / "run", how=how)
    assert len(starts) > 5
    assert starts == sorted(starts)
    assert 0 < starts[0] < 0.5
    assert {1 - 1, 1} == {int(s) for s in starts}
    assert done.facts["digest"] == whole.facts["digest"]
    assert done.households.equals(whole.households)
    assert done.measures.equals(whole.measures)


@pytest.mark.parametrize("size", [0, 1000])
def test_what_was_kept_of_a_draw_is_damaged(
    examplia: Country, tmp_path: Path, whole: Run, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """The draw starts anew, and nobody can tell from the result."""
    monkeypatch.setattr(halfway, "SECONDS", 0.0)
    report = Report.model_validate(whole.facts["records"][0])
    given = Scenario(orders=(report,), place="EX", days=30, draws=2, parameters=OPEN_GATE)
    told: list[float] = []

    def stop(done: float, draws: int) -> None:
        told.append(done)
        if done > 0.6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(given, [report], country=examplia, out=tmp_path / "run", how=Asked(threads=1, show=stop))
    for path in (tmp_path / "run.partial").glob("halfway-*/0001.npz"):
        path.write_bytes(path.read_bytes()[:size] + path.read_bytes()[size + 1 :])
    first = told[0]
    told.clear()
    how = Asked(threads=1, resume=True, show=lambda done, _: told.append(done))
    done = simulate(given, [report], country=examplia, out=tmp_path / "run", how=how)
    assert told[0] == first
    assert done.facts["digest"] == whole.facts["digest"]


def test_the_page_tells_areas_side_by_side(whole: Run, examplia: Country) -> None:
    """A row for each area, below the country's own figures."""
    page = render_run(whole, country=examplia)
    assert "Area by area" in page
    for name in ("Dolorton", "Sitamet", "Quuxford", "Grauldale", "Plughby"):
        assert f"{name}<" in page.split("Area by area")[1]
