"""Levies that return, people's units that answer for one another, appeals, shops, bans on levies, and whom they reach.

What an analyst would expect of them; the slow second engine compares them to the gram elsewhere.
"""

from __future__ import annotations

import dataclasses
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inminban.engine.inputs import (
    ASKS,
    CENTRE,
    LEVY,
    NO_ITEM,
    NO_ROUND,
    OF_UNIT,
    RELIEF,
    RESTRICTION,
    Draws,
    People,
    Plan,
)
from inminban.engine.ledger import REASONS, balances, misses, postings
from inminban.engine.simulate import WAYS, WITH, WITHOUT, Ran, run
from inminban.engine.state import FARMER, FARMS, FIXED_FLOWS, FORCED, GROUPS, LINE_FLOWS, OWN
from inminban.errors import InputError
from inminban.measures.outcome import Names, Place, outcomes
from inminban.model.country import Country
from inminban.model.households import LIVELIHOODS
from inminban.model.orders import Report
from inminban.model.records import from_json, from_yaml, to_json, to_yaml
from inminban.studies.batches import people_of
from inminban.studies.draws import draws_of, used, values_of
from tests.plain_world import CORN, RICE, Asked, plain
from tests.test_plan import CHONGJIN, RANAM, Told, due, homes, levy, planned, reasons
from tests.worlds import ONE, ints, world

World = tuple[People, Plan, Draws]
Round = tuple[int, int, int, int]
NO_NOISE = 2**22
QUOTA = 7000
# Nobody can pay, buy, borrow or has anything lying about: what is asked is left, or gathered.
BROKE = {"reserve_days": 10_000 * ONE, "borrow_days": 0, "own_share": 0}
# What no levy is left for, with next to no noise.
HARD = {"hazard": ONE, "penalty": 20 * ONE, "force": ONE, "choice_scale": NO_NOISE}
# Who has scrap lying about hands it in, as leaving it would cost dearly; nobody else can do anything.
SOME = BROKE | HARD | {"own_share": ONE // 2, "own_price": 0}


def go(made: World, full: bool = False) -> Ran:
    return run(*made, np.arange(1), seed=1, how=(full, 1))


def with_rounds(made: World, *told: Round, **plan: Any) -> World:
    """The same world, its first order with other rounds, the plan changed."""
    people, old, draws = made
    table = np.full((1, old.kind.size, len(told), 4), NO_ROUND, np.int64)
    table[0, 0] = told
    return people, old._replace(**plan), draws._replace(rounds=table)


def scrap(more: dict[str, float] | None = None, **asked: Any) -> World:
    """A levy of scrap alone, without cash in lieu."""
    people, plan, draws = plain(Asked(amounts=(QUOTA, 0), cash=0, central=more or {}, **asked), n=600, days=60)
    return people, plan._replace(again=ints(1, 1)), draws


def handed(ran: Ran, flow: int = OWN, line: int = 0, goods: int = 4) -> int:
    """Sum of a line's flow over all households and days."""
    return int(ran.flows[0, WITH, :-1, FIXED_FLOWS + goods + line * LINE_FLOWS + flow, :, 0].sum())


def way(ran: Ran, name: str) -> np.ndarray:
    found: np.ndarray = ran.ways[0][:, WAYS.index(name)]
    return found


def closes(ran: Ran, plan: Plan) -> None:
    """Every account of both arms closes, and nobody holds less than nothing."""
    for arm in (WITHOUT, WITH):
        rows = postings(ran, plan, 0, arm)
        opening, closing = balances(ran, plan, 0, arm)
        assert not misses(rows, opening, closing).any()
        assert np.array_equal(opening.sum(axis=0), closing.sum(axis=0))
        assert closing[: GROUPS + FARMS].min() >= 0


def reports(*orders: Report) -> Report:
    """One report with the orders of several."""
    found = [o.orders[0].model_copy(update={"id": f"r#o{n + 1}"}) for n, o in enumerate(orders)]
    return orders[0].model_copy(update={"orders": tuple(found)}).identified()


class TestReturns:
    def test_a_quarterly_levy_is_asked_four_times_in_a_year(self, country: Country) -> None:
        """On the 15th of October, January, April and July, each round as long as the first."""
        found = planned(country, levy(due(every="quarter")), RANAM, days=365, parameters={"joint": 0})
        assert found.plan.again.tolist() == [1]
        assert found.timing[0].returns == (92, 182, 273)
        assert "asked 4 times" in " ".join(found.notes)
        draws = draws_of(found.one, values_of(found.one, country, range(10), 1), country)
        first, last = draws.rounds[:, 0, :, 0], draws.rounds[:, 0, :, 1]
        assert (first - first[:, :1] == [0, 92, 182, 273]).all()
        assert (last - last[:, :1] == [0, 92, 182, 273]).all()
        assert (draws.rounds[..., 3] == ASKS).all()

    @pytest.mark.parametrize(
        ("issued", "every", "returns"),
        [
            ("2021-01-31", "month", (28, 59, 89)),  # the last days of February, March and April
            ("2021-10-15", "week", tuple(range(7, 100, 7))),
            ("2020-02-29", "year", ()),
        ],
    )
    def test_months_end_as_the_calendar_has_it(
        self, country: Country, issued: str, every: str, returns: tuple[int, ...]
    ) -> None:
        found = planned(country, levy(due(every=every), issued=issued, due=None), RANAM, days=100)
        assert found.timing[0].returns == returns

    def test_a_round_ends_before_the_next_and_settles_by_then(self, country: Country) -> None:
        """A weekly levy with 13 days to pay and 10 to buy is cut to its week; but for the last."""
        given = {"joint": 0, "buying_days": 10}
        found = planned(country, levy(due(every="week")), RANAM, days=30, parameters=given)
        told = draws_of(found.one, values_of(found.one, country, range(1), 1), country).rounds[0, 0]
        begin = told[0, 0]
        assert told[:-1, :3].tolist() == [[begin + 7 * k, begin + 7 * k + 6, begin + 7 * k + 6] for k in range(4)]
        assert told[-1].tolist() == [begin + 28, 28 + 13, 28 + 13 + 10, ASKS]

    def test_units_answer_for_what_is_left_if_there_is_time(self, country: Country) -> None:
        """A round of the unit follows each that asks; a levy that is due the day before it returns has none."""
        given = {"joint": 0.5, "joint_term": 7, "buying_days": 10}
        found = planned(country, levy(due(every="month")), RANAM, days=40, parameters=given)
        told = draws_of(found.one, values_of(found.one, country, range(1), 1), country).rounds[0, 0]
        kinds = [ASKS, OF_UNIT, ASKS, OF_UNIT]
        assert told[:, 3].tolist() == kinds
        assert told[0, 1:3].tolist() == [13, NO_ROUND]
        assert told[1, :3].tolist() == [14, 20, 30]
        appeal = planned(country, levy(due(every="month"), voluntary=True), RANAM, days=40, parameters=given)
        assert set(draws_of(appeal.one, values_of(appeal.one, country, (0,), 1), country).rounds[0, 0, :, 3]) == {ASKS}
        weekly = planned(country, levy(due(every="week")), RANAM, days=30, parameters=given)
        told = draws_of(weekly.one, values_of(weekly.one, country, range(1), 1), country).rounds[0, 0]
        assert (told[told[:, 0] >= 0][:-1, 3] == ASKS).all()

    def test_what_does_not_return_is_asked_once(self, country: Country) -> None:
        """Of a monthly levy of scrap, oilseed once and paper yearly, only the scrap returns, and a note says why."""
        found = planned(country, levy(due(every="month"), due("oilseed", 2), due("corn", 1, every="year")), RANAM)
        assert found.plan.again.tolist() == [1, 0, 0]
        assert "corn is asked every year; it is asked once" in " ".join(found.notes)

    @pytest.mark.parametrize(("arrears", "owed"), [(ONE, 28000), (0, 7000), (ONE // 2, 13125)])
    def test_arrears_add_up(self, arrears: int, owed: int) -> None:
        """Nobody can pay: after four times a household owes all, the last, or what is kept of each."""
        made = scrap(BROKE | {"arrears": arrears}, dig=0)
        ran = go(with_rounds(made, *((k, k + 5, k + 8, ASKS) for k in (2, 15, 30, 45))))
        assert set(ran.owed[0, :, 0].tolist()) == {owed}
        once = way(go(with_rounds(made, (2, 7, 10, ASKS))), "asked")
        assert (np.abs(way(ran, "asked") - 4 * once) <= 4).all()  # a won a time, by rounding
        assert way(ran, "own").sum() == handed(ran) == 0

    def test_a_return_without_arrears_is_a_fresh_levy(self) -> None:
        """As long as gathering is banned nobody can do anything; after it all is as if asked for the first time."""
        people, plan, draws = scrap(BROKE | {"hazard": ONE, "penalty": 5 * ONE})
        ban = {"kind": ints(LEVY, RESTRICTION), "bans": ints(NO_ITEM, 2), "last_line": ints(2, 2)}
        more = {name: np.append(getattr(plan, name), 0) for name in ("top", "whole", "cash", "cash_per", "closes")}
        more |= {name: ints(0, 0) for name in ("posts", "appeal", "shop")} | {"first_line": ints(0, 2)}
        plan = plan._replace(**ban, **more)
        days = {name: np.array([[2, days]]) for name, days in (("start", 0), ("due", 0), ("end", 12))}
        draws = draws._replace(**days, toll=draws.toll.repeat(2, 1), passing=draws.passing.repeat(2, 1))
        twice, fresh = (2, 8, 10, ASKS), (20, 30, 40, ASKS)
        again = go(with_rounds((people, plan, draws), twice, fresh))
        first = go(with_rounds((people, plan, draws), fresh))
        assert way(first, "gathered").sum() > 0
        for name in ("flows", "moves", "closing", "held_closing", "logs", "owed", "cash", "minutes"):
            assert np.array_equal(getattr(again, name), getattr(first, name)), name
        assert (way(again, "asked") == 2 * way(first, "asked")).all()
        draws.scalars["arrears"] = ONE
        more_owed = go(with_rounds((people, plan, draws), twice, fresh))
        assert way(more_owed, "gathered").sum() > way(first, "gathered").sum()


class TestLiability:
    FIRST, OTHERS = (2, 15, NO_ROUND, ASKS), (16, 25, 30, OF_UNIT)

    def liable(self, joint: int) -> Ran:
        made = scrap(SOME | {"joint": joint}, dig=0)
        made[2].own_most[:] = 40_000
        ran = go(with_rounds(made, self.FIRST, self.OTHERS))
        closes(ran, made[1])
        return ran

    def test_debt_moves_to_others_and_keeps_its_sum(self) -> None:
        """What is owed and what was handed in are always all that was asked."""
        alone, half, whole = (self.liable(joint) for joint in (0, ONE // 2, ONE))
        for ran in (alone, half, whole):
            assert int(ran.owed[0, :, 0].sum()) + handed(ran) == 600 * QUOTA
        assert way(alone, "again").sum() == 0
        assert 0 < way(half, "again").sum() < way(whole, "again").sum()
        assert handed(alone) < handed(half) < handed(whole)

    def test_only_those_who_owe_nothing_are_asked_for_others(self) -> None:
        """Of a unit, debtors are asked less by what others are asked more, but for a won each by rounding."""
        alone, half = self.liable(0), self.liable(ONE // 2)
        debtor = alone.owed[0, :, 0] > 0
        assert way(half, "again")[debtor].sum() == 0
        change = way(half, "asked") - way(alone, "asked")
        assert (change[debtor] < 0).all()
        assert np.array_equal(change[~debtor], way(half, "again")[~debtor])
        units = plain(Asked(), n=600)[0].unit
        moved = np.bincount(units, weights=change)
        with_members = np.bincount(units, weights=~debtor) > 0
        assert with_members.all()
        assert np.abs(moved).max() <= np.bincount(units).max()

    def test_members_share_evenly(self) -> None:
        """Shares of a unit differ by one gram at most: a won at first prices."""
        ran, units = self.liable(ONE), plain(Asked(), n=600)[0].unit
        asked = way(ran, "again")
        for unit in np.unique(units):
            shares = asked[(units == unit) & (asked > 0)]
            assert np.ptp(shares) <= 1

    def test_a_unit_of_debtors_alone_keeps_its_debt(self) -> None:
        made = scrap(BROKE | {"joint": ONE}, dig=0)
        ran = go(with_rounds(made, self.FIRST, self.OTHERS))
        assert set(ran.owed[0, :, 0].tolist()) == {QUOTA}
        assert way(ran, "again").sum() == 0

    def test_the_measure_tells_what_is_asked_for_others(self) -> None:
        """A mean of households, and nothing of an appeal, in which nobody answers for others."""
        ran, (_, plan, _) = self.liable(ONE), scrap()
        names = Names("KP0803", ("rice", "corn", "scrap metal", "oilseed"), ("r",), (("r", "scrap metal"),) * 2)
        measures = outcomes([Place(ran, plan, names)], np.arange(1))
        told = dict(measures.filter(group="all").select("measure", "value").iter_rows())
        assert told["asked for others"] == pytest.approx(way(ran, "again").mean())
        appeal = outcomes([Place(ran, plan._replace(appeal=ints(1)), names)], np.arange(1))
        assert "asked for others" not in appeal["measure"].to_list()


class TestAppeals:
    def called(self, appeal: int, more: dict[str, float]) -> Ran:
        people, plan, draws = plain(Asked(central=more), n=600)
        plan = plan._replace(appeal=ints(appeal))
        ran = go((people, plan, draws))
        closes(ran, plan)
        return ran

    def test_nobody_is_made_to_give(self) -> None:
        """Of a levy without a penalty, whoever leaves it and has the money is forced on the due day."""
        asked, appeal = (self.called(kind, {"hazard": 0, "force": ONE}) for kind in (0, 1))
        assert handed(asked, FORCED) > 0
        assert handed(appeal, FORCED) == 0

    def test_few_give_to_an_appeal_what_a_penalty_makes_them_give(self) -> None:
        asked, appeal = (self.called(kind, HARD) for kind in (0, 1))
        settled = [sum(way(ran, name) for name in WAYS[:6]).sum() for ran in (asked, appeal)]  # type: ignore[union-attr]
        assert settled[1] < 0.2 * settled[0]

    def test_leaving_it_costs_nothing(self) -> None:
        """Whatever the penalty of a levy would be, and with next to no noise, most leave it."""
        ran = self.called(1, HARD)
        left = sum(way(ran, name) for name in WAYS[:6]) == 0
        assert left.mean() > 0.5  # type: ignore[union-attr]
        assert way(ran, "cost")[left].sum() == 0

    def test_the_arrears_of_an_appeal_are_forgotten(self) -> None:
        made = scrap(BROKE | {"arrears": ONE}, dig=0)
        ran = go(with_rounds(made, (2, 8, 10, ASKS), (20, 26, 30, ASKS), appeal=ints(1)))
        assert set(ran.owed[0, :, 0].tolist()) == {QUOTA}

    def test_inputs_of_force_are_no_assumptions_of_an_appeal(self, country: Country) -> None:
        found = planned(country, levy(due(), voluntary=True), RANAM)
        assert found.plan.appeal.tolist() == [1]
        assert "nobody must give" in " ".join(found.notes)
        symbols = {i.symbol for i in used(found.plans, country)}
        assert not symbols & {"penalty", "force", "hazard", "joint", "arrears"}
        assert {"penalty", "force", "joint"} <= {
            i.symbol for i in used(planned(country, levy(due()), RANAM).plans, country)
        }


class TestShops:
    def sold(self, supply: int, serve: int = 5) -> tuple[Ran, Plan]:
        asked = Asked(kind=RELIEF, items=(RICE, CORN), amounts=(0, 0), start=5, central={"serve_days": serve})
        people, plan, draws = plain(asked, n=600)
        plan = plan._replace(shop=ints(1), supply=ints(supply, 0))
        ran = go((people, plan, draws), full=True)
        closes(ran, plan)
        return ran, plan

    def test_shops_lower_the_price(self) -> None:
        """From the day after they begin to sell; households are given nothing."""
        ran, _ = self.sold(3_000_000)
        gap = ran.logs[0, WITH, :, RICE] - ran.logs[0, WITHOUT, :, RICE]
        assert (gap[:6] == 0).all()
        assert gap[6] < 0
        assert gap.min() < -0.05 * 2**32
        assert ran.received.sum() == 0

    def test_all_that_arrives_is_sold_day_by_day(self) -> None:
        """1,000,003 g in four days: no gram stays in the depot, and days differ by a gram."""
        ran, plan = self.sold(1_000_003, 4)
        rows = postings(ran, plan, 0)
        of = rows.reason == REASONS.index("shop supply")
        assert rows.day[of].tolist() == [5, 6, 7, 8]
        assert rows.amount[of].sum() == 1_000_003
        assert np.ptp(rows.amount[of]) == 1

    def test_more_in_the_shops_is_a_lower_price(self) -> None:
        lows = [int(self.sold(supply)[0].logs[0, WITH, :, RICE].min()) for supply in (0, 500_000, 3_000_000)]
        assert lows == sorted(lows, reverse=True)
        assert len(set(lows)) == 3

    def test_only_supplies_of_what_the_market_sells_run(self, country: Country) -> None:
        """Rice has a price; honey powder has none, and shops entitle nobody."""
        terms = [
            {"role": "supply", "item": "rice", "amount": 10, "unit": "t", "per": "total"},
            {"role": "supply", "item": "soybean", "amount": 10, "unit": "t", "per": "total"},
            {"role": "supply", "item": "cash", "amount": 1000, "unit": "KPW", "per": "total"},
            {"role": "entitlement", "item": "corn", "amount": 5, "unit": "kg", "per": "household"},
        ]
        order = {"kind": "relief", "due": None, "channel": "shop"}
        found = planned(country, levy(*terms, **order), RANAM)
        assert (found.plan.shop.tolist(), found.plan.amount.tolist()) == ([1], [0])
        assert found.plan.supply.tolist() == [10_000_000]
        for why in ("no price of soybean", "goods only", "entitle nobody"):
            assert why in reasons(found)
        assert not {i.symbol for i in used(found.plans, country)} & {"share_mean", "none", "sold"}

    def test_a_city_gets_its_part_of_what_the_country_sells(self, country: Country) -> None:
        """A run of a district gets what falls to its city, whose market it shares."""
        term = {"role": "supply", "item": "rice", "amount": 1000, "unit": "t", "per": "total"}
        places = [{"name": "North Korea", "place": country.root}]
        found = planned(country, levy(term, kind="relief", due=None, channel="shop", places=places), RANAM)
        whole = country.gazetteer.places[country.root].households or 0
        assert found.plan.supply.tolist() == [10**9 * 80 // whole]


class TestBans:
    def banned(self, country: Country, place: dict[str, str], issued: str = "2021-10-15") -> Told:
        """A ban from above of 1 to 31 October, and a levy."""
        nation = [{"name": "North Korea", "place": country.root}]
        term = {"role": "other", "item": "levies"}
        days = {"start": "2021-10-01", "end": "2021-10-31", "issued": None, "due": None}
        ban = levy(term, kind="restriction", places=nation, **days)
        own = levy(due(), places=[place], issued=issued, due=None)
        given = {"start": "2021-10-01", "parameters": {"ban_effect": 0.3}}
        return planned(country, reports(own, ban), RANAM, assume=True, **given)

    def test_a_ban_stops_a_share_of_local_levies(self, country: Country) -> None:
        """Three in ten of the draws, in which no round is left and the levy begins after the run."""
        found = self.banned(country, {"name": "Ranam District", "place": RANAM})
        assert "not asked in a share of draws" in " ".join(found.notes)
        draws = draws_of(found.one, values_of(found.one, country, range(1000), 1), country)
        gone = (draws.rounds[:, 0, :, 0] == NO_ROUND).all(axis=1)
        assert 0.26 < gone.mean() < 0.34
        assert (draws.start[gone, 0] >= found.plan.days).all()
        assert (draws.start[~gone, 0] < found.plan.days).all()
        assert found.plan.closes.tolist() == [0, 0]
        again = draws_of(found.one, values_of(found.one, country, (7, 3), 1), country)
        assert np.array_equal(again.rounds[:, 0, 0, 0], draws.rounds[[7, 3], 0, 0, 0])
        assert "ban_effect" in {i.symbol for i in used(found.plans, country)}

    def test_no_levy_of_the_centre_is_stopped(self, country: Country) -> None:
        """The ban is left out, as it would change nothing."""
        found = self.banned(country, {"name": "North Korea", "place": country.root})
        assert "no levy is a local office's own" in reasons(found)
        assert found.plan.kind.tolist() == [LEVY]
        self.never_stopped(country, found)

    @pytest.mark.parametrize("place", ["after the ban", "centre's beside a local one"])
    def test_nor_what_the_ban_is_not_about(self, country: Country, place: str) -> None:
        """A local levy that begins after it, or the centre's in a run with a local one."""
        ranam = {"name": "Ranam District", "place": RANAM}
        if place == "after the ban":
            self.never_stopped(country, self.banned(country, ranam, "2021-11-02"))
            return
        both = self.banned(country, ranam)
        top = (dataclasses.replace(both.timing[0], top=CENTRE), *both.timing[1:])
        one = dataclasses.replace(both.one, timing=top)
        self.never_stopped(country, Told(dataclasses.replace(both.plans, areas=(one,))))

    def never_stopped(self, country: Country, found: Told) -> None:
        draws = draws_of(found.one, values_of(found.one, country, range(60), 1), country)
        assert (draws.rounds[:, 0, 0, 0] != NO_ROUND).all()

    def test_a_stopped_levy_asks_nothing(self) -> None:
        """The engine lives through it as without orders."""
        made = scrap()
        ran = go(with_rounds(made, (NO_ROUND, NO_ROUND, NO_ROUND, ASKS)))
        assert ran.ways.sum() == ran.owed.sum() == 0
        assert np.array_equal(ran.cash[0, WITH], ran.cash[0, WITHOUT])
        assert np.array_equal(ran.logs[0, WITH], ran.logs[0, WITHOUT])


class TestReach:
    def test_farms_reach_farmers_and_market_offices_traders(self, country: Country) -> None:
        """By what the population lives from; all other channels reach all."""
        households = homes(RANAM, CHONGJIN)
        households.livelihood[:] = np.arange(12) % 5
        ways = ("farm", "market office", "inminban", "workplace", "women's union", "school")
        orders = [levy(due(), channel=channel) for channel in ways]
        found = planned(country, reports(*orders), RANAM, households=households)
        beyond = people_of(found.one, country).beyond
        farmer, trader = (households.livelihood == LIVELIHOODS.index(name) for name in ("farmer", "trader"))
        assert np.array_equal(beyond, ~farmer * 1 + ~trader * 2)
        assert found.units == (pytest.approx(2 / 12), pytest.approx(3 / 12), 1, 1, 1, 1)

    def test_only_those_whom_a_levy_reaches_are_asked_and_answer_for_others(self) -> None:
        people, plan, draws = scrap(BROKE | {"joint": ONE}, dig=0)
        farmers = people.livelihood == FARMER
        people = people._replace(beyond=(~farmers).astype(np.int64))
        ran = go(with_rounds((people, plan, draws), (2, 8, NO_ROUND, ASKS), (9, 14, 20, OF_UNIT)))
        assert (way(ran, "asked") > 0).tolist() == farmers.tolist()
        assert ran.owed[0, :, 0].tolist() == (farmers * QUOTA).tolist()

    def test_relief_through_farms_is_shared_among_farmers(self) -> None:
        """Half of what they are due arrives, and every farmer gets half."""
        asked = Asked(kind=RELIEF, items=(RICE, CORN), amounts=(5000, 0), start=5, central={"diversion": 0})
        people, plan, draws = plain(asked, n=600)
        farmers = people.livelihood == FARMER
        people = people._replace(beyond=(~farmers).astype(np.int64))
        plan = plan._replace(supply=ints(int(farmers.sum()) * 2500, 0))
        ran = go((people, plan, draws))
        assert ran.received[0, :, 0].tolist() == (farmers * 2500).tolist()
        names = Names("KP0803", ("rice", "corn", "scrap metal", "oilseed"), ("r",), (("r", "rice"), ("r", "corn")))
        measures = outcomes([Place(ran, plan, names, lambda: people, np.array([2_000_000]))], np.arange(1))
        told = dict(measures.filter(group="all").select("measure", "value").iter_rows())
        assert told["received rice"] == pytest.approx(0.5)
        closes(ran, plan)

    def test_a_second_order_has_a_bit_of_its_own(self) -> None:
        """Beyond the second levy's reach, a household still owes the first."""
        people, plan, draws = world(3)
        beyond = np.full(people.number.size, 1 << 4)
        ran = go((people._replace(beyond=beyond), plan, draws))
        alone = go((people, plan, draws))
        levied = np.flatnonzero(plan.order == 4)
        assert ran.owed[0][:, levied].sum() == 0
        assert (way(ran, "asked") <= way(alone, "asked")).all()
        assert way(ran, "asked").sum() > 0


class TestWords:
    def test_channel_and_appeal_come_out_as_they_went_in(self) -> None:
        order = {"kind": "levy", "channel": "women's union", "voluntary": True, "terms": [due()]}
        report = Report.model_validate({"id": "r", "orders": [order]})
        for back in (from_json(to_json(report)), from_yaml(to_yaml(report))):
            assert (back.orders[0].channel, back.orders[0].voluntary) == ("women's union", True)
            assert back == report
        without = Report.model_validate({"id": "r", "orders": [{"kind": "levy"}]})
        assert "channel" not in to_json(without)
        assert "voluntary" not in to_yaml(without)

    def test_an_unknown_channel_is_refused_with_those_known(self) -> None:
        text = "id: r\norders:\n- kind: levy\n  channel: pigeon\n"
        with pytest.raises(InputError, match=r"line 4.*orders.0.channel.*market office.*found \"pigeon\""):
            from_yaml(text)

    def test_only_a_levy_can_be_an_appeal(self) -> None:
        with pytest.raises(InputError, match="voluntary: expected of a levy only, found it of a relief order"):
            from_yaml("id: r\norders:\n- kind: relief\n  voluntary: true\n")


def levied(seed: int, most: int = 60) -> World:
    """A random world with levies that return, units that answer for others, appeals, shops, and whom all reach."""
    people, plan, draws = world(seed, most)
    rnd = random.Random(seed)
    told = {order: random_rounds(rnd, plan.days, rnd.randint(0, 10)) for order in (0, 4)}
    table = np.full((1, 5, max(map(len, told.values())), 4), NO_ROUND, np.int64)
    for order, one in told.items():
        table[0, order, : len(one)] = one
    shop = rnd.random() < 0.5
    amount = plan.amount.copy()
    amount[2:5] = 0 if shop else amount[2:5]
    again = ints(*(rnd.randint(0, 1) for _ in plan.order))
    appeal = ints(rnd.randint(0, 1), 0, 0, 0, rnd.randint(0, 1))
    plan = plan._replace(shop=ints(0, shop, 0, 0, 0), amount=amount, again=again, appeal=appeal)
    beyond = ints(*(rnd.choice([0, 0, rnd.randint(0, 31)]) for _ in people.number))
    draws.scalars["joint"] = rnd.choice([0, draws.scalars["joint"][0], ONE])
    draws.scalars["arrears"] = rnd.choice([0, draws.scalars["arrears"][0], ONE])
    return people._replace(beyond=beyond), plan, draws._replace(rounds=table)


def random_rounds(rnd: random.Random, days: int, start: int) -> list[Round]:
    """Rounds one after the other, some settled and some followed by one of the unit."""
    found: list[Round] = []
    while start < days and len(found) < 6:
        end = start + rnd.randint(0, 8)
        kind = rnd.choice([ASKS, OF_UNIT]) if found else ASKS
        until = rnd.choice([NO_ROUND, end + rnd.randint(0, 6)])
        found.append((start, end, until, kind))
        start = max(end, until) + 1 + rnd.choice([0, 0, rnd.randint(0, 5)])
    return found


def lives(seed: int) -> None:
    people, plan, draws = levied(seed)
    ran = go((people, plan, draws))
    closes(ran, plan)
    settled = sum(ran.ways[0][:, WAYS.index(name)] for name in WAYS[:6])
    assert (settled <= way(ran, "asked")).all()
    assert ran.owed.min() >= 0
    assert not way(ran, "again").any() or draws.scalars["joint"][0] > 0


@pytest.mark.parametrize("seed", range(12))
def test_every_account_closes_whatever_returns(seed: int) -> None:
    lives(seed)


@pytest.mark.long
@settings(max_examples=500, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_every_account_closes_in_many_worlds(seed: int) -> None:
    lives(seed)


def test_compiled_or_not_rounds_come_to_the_same() -> None:
    """The rules as plain Python, in a process of their own, give the same cash and worth as compiled."""
    ran = go(levied(5, most=25))
    script = (
        "import numpy as np; np.seterr(over='ignore'); from tests.test_levies import go, levied;"
        "r = go(levied(5, most=25)); print(int(r.cash.sum()), int(r.flows.sum()), int(r.ways.sum()), int(r.owed.sum()))"
    )
    plainly = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    told = (int(table.sum()) for table in (ran.cash, ran.flows, ran.ways, ran.owed))
    assert plainly.stdout.split() == [str(number) for number in told]
