"""From a record to the plan of a run: what of an order runs, in which amounts, on which days, and what is refused."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inminban.engine.inputs import NO_ITEM, NOT_REPORTED, PER
from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.households import LIVELIHOODS, Area, Households
from inminban.model.orders import Report
from inminban.model.parameters import Parameter
from inminban.model.scenario import Scenario
from inminban.studies import fields
from inminban.studies.assumptions import gate_of, kinds, transplanted
from inminban.studies.draws import draws_of, inputs_for, used, values_of
from inminban.studies.plan import Plans, plan_of

ROOT = Path(__file__).parent.parent
HOMES = 12
RANAM, KAESONG, CHONGJIN = "kp0205-ranam", "KP0803", "KP0205"


def homes(place: str, area: str, n: int = HOMES, area_households: int = 80) -> Households:
    """A few households of four, two of them adults, two at work and one at school."""

    def of(value: int) -> Any:
        return np.full(n, value, dtype=np.uint8)

    return Households(
        place=place,
        seed=1,
        year=2008,
        sample=Fraction(1),
        areas=(Area(area, area_households, n, {}),),
        area_starts=np.array([0, n]),
        index=np.arange(n, dtype=np.int32),
        neighbourhood=np.zeros(n, dtype=np.int32),
        unit=np.zeros(n, dtype=np.int32),
        residence=of(0),
        members=of(4),
        adults=of(2),
        workers=of(2),
        students=of(1),
        livelihood=of(0),
        dwelling=of(0),
        heating=of(0),
        cooking=of(0),
    )


class Told:
    """The plan of the one area of a run, and what is told of the run beside it."""

    def __init__(self, plans: Plans) -> None:
        self.plans, self.one = plans, plans.one

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plans if name in ("not_simulated", "notes", "reported") else self.one, name)


def planned(country: Country, report: Report, place: str, **more: Any) -> Told:
    """Compile one report for a few households of a place."""
    area = country.gazetteer.area(place) or place
    households = more.pop("households", homes(place, area))
    given = {name: more.pop(name) for name in ("start", "days", "parameters") if name in more}
    scenario = Scenario(orders=(report,), place=place, **given)
    return Told(plan_of(scenario, (report,), households, country, **more))


def levy(*terms: dict[str, Any], **order: Any) -> Report:
    """Make a record of one order."""
    places = [{"name": "Ranam District", "place": RANAM}]
    basic = {"kind": "levy", "places": places, "issued": "2021-10-15", "due": "2021-10-28"}
    return Report.model_validate({"id": "r", "orders": [{**basic, **order, "terms": list(terms)}]})


def due(item: str = "scrap metal", amount: Any = 7, unit: str = "kg", **more: Any) -> dict[str, Any]:
    return {"role": "due", "item": item, "amount": amount, "unit": unit, "per": "household", **more}


def cash(amount: Any = 30000, **more: Any) -> dict[str, Any]:
    return {"role": "cash_in_lieu", "item": "cash", "amount": amount, "unit": "KPW", "per": "household", **more}


def reasons(found: Told) -> str:
    return "; ".join(map(str, found.not_simulated))


class TestLevies:
    def test_ranam_owes_two_goods_or_one_sum_of_cash(self, country: Country, chongjin: Report) -> None:
        """7 kg and 2 kg a household, or 30,000 for both, by the fourteenth day."""
        found = planned(country, chongjin, RANAM)
        plan = found.plan
        assert found.items == ("rice", "corn", "scrap metal", "oilseed")
        assert (plan.item.tolist(), plan.amount.tolist()) == ([2, 3], [7000, 2000])
        assert (plan.whole.tolist(), plan.cash.tolist(), plan.line_cash.tolist()) == ([1], [30000], [0, 0])
        assert (found.timing[0].begin, found.timing[0].due) == (0, 13)
        assert datetime.date.fromordinal(plan.first_day) == found.first == datetime.date(2021, 10, 15)
        assert "what it replaces is not said" in " ".join(found.notes)
        assert [line.term for line in found.orders[0].lines] == ["chongjin#o1t1", "chongjin#o1t2"]

    def test_cash_for_each_item_stands_at_each(self, country: Country, chongjin: Report) -> None:
        """The other reading of the sum: it falls due for each good that is missing."""
        plan = planned(country, chongjin, RANAM, readings={"basis": "each"}).plan
        assert (plan.whole.tolist(), plan.cash.tolist(), plan.line_cash.tolist()) == ([0], [0], [30000, 30000])

    def test_cash_that_names_its_good_replaces_that_alone(self, country: Country) -> None:
        """A sum for the missing scrap leaves the oilseed as it is."""
        own = cash(1000) | {"item": "scrap metal"}
        plan = planned(country, levy(due(), due("oilseed", 2), own), RANAM).plan
        assert (plan.whole.tolist(), plan.line_cash.tolist()) == ([0], [1000, 0])

    def test_containers_are_emptied(self, country: Country) -> None:
        """A sack of cement-like goods counts in kilograms, a range by its middle."""
        found = planned(country, levy(due("corn", 1, "t"), due("rice", 2, "sack")), RANAM)
        assert found.plan.amount.tolist() == [1_000_000, 100_000]
        ranged = planned(country, levy(due(amount=5, amount_max=8)), RANAM)
        assert ranged.plan.amount.tolist() == [6500]
        assert "not varied" in ranged.notes[0]

    @pytest.mark.parametrize(
        ("term", "says"),
        [
            (due("time machine"), "“time machine” is no item"),
            (due("scrap paper"), "no price of scrap paper is known"),
            (due(per="inminban"), "told per inminban"),
            (due(per=None), "told per total"),
            (due(every="day"), "asked every day"),
            (due(amount=None), "--assume may run it"),
            (due("corn", 50, "piece"), "told in piece"),
            (due("cash", 500, "KPW"), "weighed only"),
            (due(amount=1, alternative=True), "an alternative"),
            (due(amount=3), "a second amount of scrap metal"),
            ({"role": "bribe", "item": "cash", "amount": 5, "unit": "KPW", "per": "household"}, "evidence"),
        ],
    )
    def test_what_does_not_run_is_listed_with_its_reason(self, country: Country, term: Any, says: str) -> None:
        """Beside a line that runs, each other one is named and explained."""
        found = planned(country, levy(due(), term), RANAM)
        assert len(found.plan.item) == 1
        assert [left.term for left in found.not_simulated] == ["r#o1t2"]
        assert says in reasons(found)

    def test_what_returns_after_the_run_is_asked_once_and_says_so(self, country: Country) -> None:
        """A quarterly quota falls due once in sixty days."""
        found = planned(country, levy(due(every="quarter")), RANAM)
        assert "returns every quarter, for the first time after the last day of the run" in found.notes[0]
        assert found.timing[0].returns == ()

    def test_a_levy_without_amount_runs_on_request(self, country: Country) -> None:
        """With --assume it asks a part of the usual yearly levy, which counts as an assumption."""
        found = planned(country, levy(due(amount=None)), RANAM, assume=True)
        assert found.plan.amount.tolist() == [11250]
        assert kinds(found.reported)["reported"] == 0
        assert "is assumed" in found.notes[0]

    def test_an_order_without_a_place_is_taken_for_the_runs(self, country: Country) -> None:
        """A note says so."""
        found = planned(country, levy(due(), places=[{"name": "the countryside"}]), RANAM)
        assert "names no place of the table; taken for Ranam District" in found.notes[0]


class TestRelief:
    def test_kaesong_by_household_and_by_person(self, country: Country, kaesong: Report) -> None:
        """The list is read as it stands, or for each person; the stipend goes to adults, the coal to all alike."""
        found = planned(country, kaesong, KAESONG)
        assert found.items == ("rice", "corn", "soybean", "cooking oil", "coal")
        plan = found.plan
        assert plan.item.tolist() == [0, 1, 2, 3, 5, 4]
        assert plan.amount.tolist() == [5000, 10000, 2000, 1000, 8000, 180_000_000 // HOMES]
        assert [PER[p] for p in plan.per] == ["household", "household", "household", "person", "adult", "household"]
        assert set(plan.supply.tolist()) == {NOT_REPORTED}
        assert "scope is open" in " ".join(found.notes)
        assert plan.market.tolist()[2:] == [0, 0, 0]
        everyone = planned(country, kaesong, KAESONG, readings={"scope": "all per person"}).plan
        assert [PER[p] for p in everyone.per][:4] == ["person"] * 4

    def test_an_answer_that_nobody_asked_for_is_refused(self, country: Country, kaesong: Report) -> None:
        """The message lists the questions that are open."""
        with pytest.raises(InputError, match="scope: all per household"):
            planned(country, kaesong, KAESONG, readings={"scope": "half"})

    def test_a_supply_of_what_all_are_entitled_to_limits_it(self, country: Country) -> None:
        """It arrives for the whole city; a district gets its households' part of it."""
        terms = [
            {"role": "entitlement", "item": "rice", "amount": 5, "unit": "kg", "per": "household"},
            {"role": "supply", "item": "rice", "amount": 100, "unit": "t", "per": "total"},
        ]
        city = [{"name": "Chongjin", "place": CHONGJIN}]
        whole = country.gazetteer.places[CHONGJIN].households or 0
        found = planned(country, levy(*terms, kind="relief", due=None, places=city), RANAM)
        assert found.plan.supply.tolist() == [100_000_000 * HOMES // whole]

    def test_a_ban_on_siphoning_is_read_from_the_text(self, country: Country, kaesong: Report) -> None:
        """Only words of one sentence count."""
        for text, forbidden in (
            ("Siphoning off even the smallest quantity is forbidden.", True),
            ("Some siphoned it off. Travel is forbidden.", False),
        ):
            found = planned(country, kaesong.model_copy(update={"text": text}), KAESONG)
            assert found.siphoning_forbidden is forbidden
            symbols = {i.symbol for i in used(found.plans, country)}
            assert ("siphon_forbidden" in symbols, "siphon" in symbols) == (forbidden, not forbidden)

    def test_relief_names_what_was_transplanted(self, country: Country, kaesong: Report) -> None:
        """The shares of diversion come from another country, and a run can say so."""
        found = used(planned(country, kaesong, KAESONG).plans, country)
        assert set(transplanted(found)) == {"none", "full", "share_mean"}
        assert "choice_scale" not in {i.symbol for i in found}


class TestForbidding:
    def test_a_crackdown_runs_only_on_request(self, country: Country) -> None:
        """Nothing of it is reported in figures, so that it needs --assume."""
        report = levy(kind="crackdown", due=None, start="2021-10-15", end="2021-10-20", issued=None)
        with pytest.raises(InputError, match=r"nothing of these orders can be simulated.*--assume"):
            planned(country, report, RANAM)
        found = planned(country, report, RANAM, assume=True)
        assert (found.plan.kind.tolist(), found.timing[0].end) == ([2], 5)

    def test_beside_a_levy_a_crackdown_is_left_out(self, country: Country, chongjin: Report) -> None:
        """It is listed with the hint, the levy runs."""
        order = levy(kind="crackdown", due=None).orders[0].model_copy(update={"id": "x"})
        both = chongjin.model_copy(update={"orders": (*chongjin.orders, order)})
        found = planned(country, both, RANAM)
        assert found.plan.kind.tolist() == [0]
        assert "--assume runs it" in reasons(found)

    def test_a_restriction_closes_the_area_or_bans_gathering(self, country: Country) -> None:
        """Without a good it closes the area; one that names scrap bans gathering scrap where a levy asks for it."""
        restriction = levy(kind="restriction", due=None).orders[0]
        closing = planned(country, levy(kind="restriction", due=None), RANAM, assume=True).plan
        assert (closing.closes.tolist(), closing.bans.tolist()) == ([1], [NO_ITEM])
        ban = {"role": "other", "item": "scrap metal"}
        banning = levy(ban, kind="restriction", due=None).orders[0].model_copy(update={"id": "r#o2"})
        both = levy(due()).model_copy(update={"orders": (*levy(due()).orders, banning)})
        plan = planned(country, both, RANAM, assume=True).plan
        assert (plan.closes.tolist(), plan.bans.tolist()) == ([0, 0], [NO_ITEM, 2])
        hours = restriction.model_copy(update={"terms": levy(due("market hours", 3, "hour")).orders[0].terms})
        with pytest.raises(InputError, match="only a closed area"):
            planned(country, levy().model_copy(update={"orders": (hours,)}), RANAM, assume=True)


class TestDays:
    def test_partial_dates_take_their_first_day(self, country: Country) -> None:
        """An order of October starts on the first; without a due day a usual term is assumed."""
        found = planned(country, levy(due(), issued="2021-10", due=None), RANAM)
        assert found.first == datetime.date(2021, 10, 1)
        draws = draws_of(found.one, values_of(found.one, country, range(40), 1), country)
        assert set((draws.due - draws.start).ravel().tolist()) <= set(range(10, 21))
        assert "levy_term" in {i.symbol for i in used(found.plans, country)}

    def test_the_way_down_takes_days(self, country: Country) -> None:
        """An order of the centre reaches households later than one of their own city; never after it is due."""
        places = [{"name": "North Korea", "place": country.root}]
        low, high = [], []
        for n, bins in ((places, high), (None, low)):
            found = planned(country, levy(due(), **({"places": n} if n else {})), RANAM)
            draws = draws_of(found.one, values_of(found.one, country, range(60), 1), country)
            assert (draws.due >= draws.start).all()
            bins += draws.start.ravel().tolist()
        assert set(low) == {0, 1}
        assert set(high) <= set(range(2, 7))
        assert min(high) >= 2

    def test_the_first_day_of_relief_needs_no_way_down(self, country: Country, kaesong: Report) -> None:
        """Where the report tells when the handing out began, it begins then."""
        found = planned(country, kaesong, KAESONG)
        draws = draws_of(found.one, values_of(found.one, country, range(20), 1), country)
        assert set(draws.start.ravel().tolist()) == {0}


class TestRefused:
    @pytest.mark.parametrize(
        ("more", "says"),
        [
            ({"start": "2021-11-20"}, "field start: the order begins on 2021-10-15, outside of the run"),
            ({"start": "2021-01-01", "days": 30}, "begins on 2021-10-15, outside"),
            ({"households": homes(RANAM, CHONGJIN, 0)}, "has no households"),
            ({"households": homes(KAESONG, KAESONG)}, "the households are those of Kaesong"),
            ({"parameters": {"price unobtainium": 3}}, "“unobtainium” is no item"),
            ({"parameters": {"farm_share": 1.5}}, "farm_share is 1.5, expected 0 to 1"),
            ({"parameters": {"mean_days": 200}}, "mean_days"),
        ],
    )
    def test_bad_input_says_what_where_and_what_to_do(
        self, country: Country, chongjin: Report, more: Any, says: str
    ) -> None:
        """Periods, households and parameters that can't be used."""
        with pytest.raises(InputError, match=re.escape(says)):
            found = planned(country, chongjin, RANAM, **more)
            inputs_for(found.one, country)

    @pytest.mark.parametrize("place", [KAESONG])
    def test_an_order_for_elsewhere_is_refused(self, country: Country, chongjin: Report, place: str) -> None:
        """Both places are named: the order's, and the one asked for."""
        name = country.gazetteer.label(place)
        with pytest.raises(InputError, match=f"holds for Ranam District.*not for {name}.*order's own place"):
            planned(country, chongjin, place)

    @pytest.mark.parametrize("term", [due(amount=3000, unit="t"), due("corn", 10**12), cash(10**13)])
    def test_absurd_amounts_are_refused(self, country: Country, term: Any) -> None:
        """What would overflow is refused before the run."""
        with pytest.raises(InputError, match="more than can be computed with"):
            planned(country, levy(due("rice", 1), term), RANAM)

    def test_a_run_without_a_price_of_the_staple_is_refused(self, country: Country) -> None:
        """A scenario may set the price instead; the other staple then goes by its ratio."""
        report = levy(due(), issued="2018-11-08", due=None)
        with pytest.raises(InputError, match="no price of rice is known near 2018-11-08"):
            planned(country, report, RANAM)
        found = planned(country, report, RANAM, parameters={"price rice": 5000})
        values = values_of(found.one, country, range(3), 1)
        draws = draws_of(found.one, values, country)
        assert np.allclose(np.exp2(draws.log_price[:, 0] / 2**32) / 2**16, 5)
        assert (draws.log_price[:, 1] < draws.log_price[:, 0]).all()

    def test_a_run_across_the_exchange_of_money_is_refused(self, country: Country) -> None:
        """Nothing is carried across it."""
        with pytest.raises(InputError, match="the currency was exchanged"):
            planned(country, levy(due(), issued="2009-11-20", due=None), RANAM, parameters={"price rice": 2000})


class TestNumbers:
    def test_old_money_counts_in_parts(self, country: Country) -> None:
        """Before 2010 a won has a hundred parts, in prices and sums alike."""
        report = levy(due(), cash(100), issued="2009-12-11", due=None)
        found = planned(country, report, RANAM, parameters={"price rice": 40})
        assert (found.parts, found.plan.cash.tolist()) == (100, [10000])
        draws = draws_of(found.one, values_of(found.one, country, range(2), 1), country)
        assert np.allclose(np.exp2(draws.log_price[:, 0] / 2**32) / 2**16, 4)

    def test_every_number_of_the_engine_is_set(self, country: Country, chongjin: Report) -> None:
        """At values that are set, fields hold what docs/model.md says."""
        set_to = {"energy_need": 2000, "price_speed": 0.1, "restock_days": 10, "work_hours": 8, "income_scale": 1}
        set_to |= {
            "income_median": 609_000,
            "farm_income": 0.5,
            "levy_background": 0.5,
            "yearly_levy scrap metal": 36.5,
        }
        set_to |= {"gatherable": 1, "gather_yield scrap metal": 1.5, "own_most": 0.1, "price rice": 5000}
        found = planned(country, chongjin, RANAM, parameters=set_to)
        draws = draws_of(found.one, values_of(found.one, country, (0, 7), 1), country)
        x = draws.scalars[1]
        assert (x["need_person"], x["work_minutes"], x["restock"]) == (2_000_000, 480, 6554)
        assert x["price_speed"] == round(0.1 / np.log(2) * 2**32)
        assert all(x[name] >= 0 for name in x.dtype.names)
        assert draws.supply_day[0, 2] == 0.5 * 36_500 / 365 * 80
        assert (draws.common[0].tolist()[2:], draws.yields[0, 2]) == ([36_500 * 80, 0], 1500 / 60 * 2**16)
        assert draws.own_most[0, 2] == 3650
        assert draws.bill[0, 0] == pytest.approx(2000 / 3610 * 5000 * 256, abs=2)
        farmer = LIVELIHOODS.index("farmer")
        assert draws.income[0, farmer] * 2 == pytest.approx(draws.income[0, 0], abs=1)
        assert draws.beta.shape == (2, 4096)
        assert (np.diff(draws.beta) >= 0).all()

    def test_a_draw_is_the_same_alone_and_among_others(self, country: Country, kaesong: Report) -> None:
        """Draw 5 is draw 5, however many are made."""
        found = planned(country, kaesong, KAESONG)
        alone = draws_of(found.one, values_of(found.one, country, (5,), 3), country)
        among = draws_of(found.one, values_of(found.one, country, range(8), 3), country)
        assert all(np.array_equal(a[0], b[5]) for a, b in zip(alone, among, strict=True))


class Watched(dict[str, Parameter]):
    """Parameters that note which of them were looked at."""

    seen: set[str]

    def __getitem__(self, key: str) -> Parameter:
        self.seen.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.seen.add(key)
        return super().get(key, default)


class TestParameterTable:
    @pytest.fixture
    def watched(self, country: Country) -> tuple[Country, set[str]]:
        copy = replace(country)
        rows = Watched(country.parameters)
        rows.seen = set()
        copy.__dict__["parameters"] = rows
        return copy, rows.seen

    def test_only_inputs_are_read(self, watched: tuple[Country, set[str]], kaesong: Report, chongjin: Report) -> None:
        """No published outcome sets anything."""
        country, seen = watched
        for report, place in ((kaesong, KAESONG), (chongjin, RANAM)):
            found = planned(country, report, place, assume=True)
            draws_of(found.one, values_of(found.one, country, (0,), 1), country)
        gate_of(country)
        roles = {symbol: country.parameters[symbol].role for symbol in seen.copy() if symbol in country.parameters}
        assert {s for s, role in roles.items() if role != "input"} == {"income_year"}
        assert len(roles) > 70

    def test_every_symbol_of_the_model_has_one_row(self, country: Country) -> None:
        """The table of docs/model.md, the code and parameters.csv name the same symbols."""
        code = [f.symbol for f in (*fields.SCALED, *fields.JOINT, *fields.FIXED, *fields.FAMILIES)]
        text = (ROOT / "docs/model.md").read_text(encoding="utf-8")
        told = re.findall(r"^\| `([^`]+)` \|", text[text.index("## 8. Parameters") :], re.M)
        assert told == code
        assert len(set(code)) == len(code)
        csv = (country.folder / "parameters.csv").read_text(encoding="utf-8")
        for symbol in code:
            stem = symbol.removesuffix("…")
            found = re.findall(rf"^{re.escape(stem)}{'' if stem != symbol else ','}", csv, re.M)
            assert len(found) == 1 if stem == symbol else found
            assert stem != symbol or country.parameters[symbol].role == "input"

    def test_every_whole_number_of_the_engine_comes_from_the_table(self) -> None:
        """No field of a draw is left without a symbol."""
        from inminban.engine.inputs import SCALARS

        joint = {"wage_day", "restock", "siphon"}
        assert {f.field for f in fields.SCALED} | joint == set(SCALARS)
