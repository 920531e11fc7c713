"""The nonsense that a first run produces, each with its check; and households without orders beside what is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from inminban import load_country
from inminban.engine.scales import LOG, MOST_LOG, pay, price, tables
from inminban.model.country import SHIPPED, Country
from inminban.model.orders import Order, PlaceName, Report, Term
from inminban.model.scenario import Scenario
from inminban.studies.check import check
from inminban.studies.folder import Run
from inminban.studies.run import How, simulate

HWADAE = "KP0212"
PAY = pay.py_func


def levy(date: str, amount: float = 1) -> Report:
    term = Term(role="due", item="scrap metal", amount=amount, unit="kg", per="household")
    order = Order(kind="levy", places=(PlaceName(name="Hwadae", place=HWADAE),), issued=date, terms=(term,))
    return Report(id="asked", published=date, orders=(order,)).identified()


def ran(report: Report, out: Path, place: str = HWADAE, draws: int = 20) -> Run:
    scenario = Scenario(orders=(report,), place=place, start=report.published, days=20, draws=draws)
    return simulate(scenario, (report,), country=load_country(), out=out, how=How(threads=2))


@pytest.fixture(scope="module")
def in_2019(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Incomes and rations of May 2019, and a levy that hardly asks anything."""
    return ran(levy("2019-05-15", 0.001), tmp_path_factory.mktemp("sanity") / "2019")


@pytest.fixture
def country() -> Country:
    return load_country()


class TestPrices:
    def test_corn_at_18_a_kilogram_is_not_free(self) -> None:
        """Corn cost 18 won a kilogram in December 2009, which is 0 won a gram: prices are in fixed point."""
        log = int(np.log2(0.018 * 65536) * 2**LOG)
        each = price(log, tables())
        assert each == pytest.approx(0.018 * 65536, rel=1e-3)
        assert PAY(each, 1000) in (18, 19)
        assert PAY(each, 1) == 1, "a payment is rounded up once"

    @pytest.mark.parametrize("won", [0.0001, 0.018, 1, 4.9, 5_000, 100_000])
    def test_prices_keep_four_digits_from_a_ten_thousandth_to_a_hundred_thousand(self, won: float) -> None:
        log = int(np.log2(won * 65536) * 2**LOG)
        assert 0 <= log <= MOST_LOG
        assert price(log, tables()) == pytest.approx(won * 65536, rel=1e-4, abs=0.5)

    def test_a_price_that_is_moved_up_and_down_comes_back(self) -> None:
        """Rounding each day down would lose 16 % a year at 18 won a kilogram; the logarithm is the state."""
        log, step = int(np.log2(0.018 * 65536) * 2**LOG), 2**20
        before = price(log, tables())
        for _ in range(365):
            log += step
            log -= step
        assert price(log, tables()) == before


class TestRun:
    def test_a_state_wage_is_no_income(self, in_2019: Run) -> None:
        """The check tells what is asked beside three incomes: the median, the poorest fifth's, one state wage."""
        told = " ".join(str(f) for f in check(in_2019))
        assert "of a median income" in told
        assert "of that of the poorest fifth" in told
        assert "of one state wage" in told
        incomes = in_2019.facts["incomes"]
        assert incomes["state_wage"] < incomes["poorest_fifth"] < incomes["median"]

    def test_counts_of_2008_say_so(self, in_2019: Run) -> None:
        assert any("census of 2008, used for 2019" in words for words in in_2019.facts["warnings"])

    def test_a_place_without_a_count_says_so(self, tmp_path: Path) -> None:
        """Ranam has no published count: ±50 %."""
        report = levy("2021-10-15")
        order = report.orders[0].model_copy(update={"places": (PlaceName(name="Ranam", place="kp0205-ranam"),)})
        run = ran(report.model_copy(update={"orders": (order,)}), tmp_path / "run", "kp0205-ranam", draws=4)
        assert any("off by 50%" in words for words in run.facts["warnings"])

    def test_stalls_and_depots_are_far_from_their_limit(self, in_2019: Run) -> None:
        """A stall or a depot would overflow 32-bit grams at 2.1 t."""
        assert not any(f.fault for f in check(in_2019))
        assert in_2019.balances["closing"].dtype == pl.Int64
        assert in_2019.balances["closing"].abs().max() > 10**9

    @pytest.mark.parametrize("measure", ["short of food", "market income"])
    def test_what_is_known_without_orders_is_met_or_the_run_says_that_it_is_not(
        self, in_2019: Run, measure: str
    ) -> None:
        """FAO/WFP 2019: 40 % food insecure; refugees: 69 % of income informal. Within 0.1, or told."""
        words = next(w for w in in_2019.facts["warnings"] if w.startswith("without orders") and measure in w)
        got, known = (int(part.split("%")[0].split()[-1]) for part in words.split(" is ", 1)[1].split("which"))
        assert ("is near" in words) == (abs(got - known) <= 10)
        assert ("is not near" in words) == (abs(got - known) > 10)

    def test_money_before_the_redenomination_is_counted_in_hundredths(self, country: Country) -> None:
        assert country.settings["money_parts"][0]["parts"] == 100

    def test_the_shipped_data_lies_beside_the_code(self) -> None:
        assert (SHIPPED / "kp" / "can_run.csv").exists()
