"""Crackdowns as those who report them know them: goods are hidden, bought back, groups ease off, posts take tolls."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from inminban.engine.inputs import CRACKDOWN, NOT_REPORTED, RESTRICTION, Draws, People, Plan
from inminban.engine.ledger import REASONS, balances, misses, postings
from inminban.engine.scales import scaled
from inminban.engine.simulate import WITH, WITHOUT, Ran, run
from inminban.engine.state import (
    AT_INSPECTORS,
    EARNED,
    FIXED_FLOWS,
    INSPECTED,
    MONEY,
    ORDER_FLOWS,
    RANSOM,
    RESTOCKED,
    RETURNED,
    SEIZED,
    STALL,
    TOLL,
    TRADER,
)
from inminban.measures.outcome import Place, outcomes
from inminban.model.country import Country
from inminban.model.orders import Report
from inminban.studies.draws import draws_of, used, values_of
from tests import runs as by_hand
from tests.plain_world import Asked, central, households, plan_of
from tests.test_plan import RANAM, levy, planned, reasons
from tests.worlds import ONE, world

N, DAYS = 1500, 45
GOODS = 4
FIRST = FIXED_FLOWS + GOODS + 2 * 11
RAID = Asked(kind=CRACKDOWN, amounts=(0, 0), start=5, end=DAYS - 1)
NO_TARGET = {"revenue_target": 1000 * ONE}
NEVER_BACK = {"returned": 0}
BRISK = {"stall_days": ONE, "caution": 0}  # who sells all there is in a day never hides it
FORCEFUL = {"bargain": ONE, "fine_days": 2 * ONE, "reward": 100 * ONE}  # nobody takes a bribe: all is seized


def go(asked: Asked, people: People | None = None, days: int = DAYS) -> tuple[Ran, Plan]:
    """Run a plain world with its ledger by day."""
    found = people or households(N)
    plan, n = plan_of(asked, N, days), found.number.size
    return run(found, plan, central(asked, n), np.arange(1), seed=1, how=(True, 1)), plan


def daily(ran: Ran, flow: int, arm: int = WITH) -> np.ndarray:
    """Amounts of a flow by day."""
    return ran.flows[0, arm, :-1, flow, :, 0].sum(axis=-1)


def taken(ran: Ran, flow: int) -> np.ndarray:
    """Amounts by day of a flow between households and inspectors."""
    return daily(ran, FIRST + flow)


def times(ran: Ran, flow: int) -> np.ndarray:
    """How many households such a flow touched, by day."""
    found: np.ndarray = ran.flows[0, WITH, :-1, FIRST + flow, :, 1].sum(axis=-1)
    return found


def hidden(ran: Ran) -> float:
    found = ran.watched[0].sum(axis=0)
    return float(found[0] / found[1])


def given(**central_values: float) -> Asked:
    """A raid with some assumptions of its own; by default groups have no target and nothing comes back."""
    return replace(RAID, central=NO_TARGET | NEVER_BACK | central_values)


class TestHiding:
    def test_a_higher_risk_hides_more_so_that_a_raid_finds_less(self) -> None:
        """The share hidden rises with the chance of an inspection; a raid ten times as likely then finds less a day."""
        shares, seized = [], []
        for inspect in (0.005, 0.02, 0.05, 0.1, 0.2, 0.4):
            ran, _ = go(given(**FORCEFUL, inspect=inspect * ONE, restock=0))
            shares.append(hidden(ran))
            seized.append(times(ran, SEIZED)[5:10].sum())
        assert shares == sorted(shares)
        assert shares[0] < 0.2
        assert shares[-1] > 0.9
        assert seized[2:] == sorted(seized[2:], reverse=True)
        assert seized[-1] < seized[1]
        by_risk = [count / inspect for count, inspect in zip(seized[1:], (0.02, 0.05, 0.1, 0.2, 0.4), strict=True)]
        assert by_risk == sorted(by_risk, reverse=True)

    def test_what_is_hidden_is_neither_sold_nor_inspected(self) -> None:
        """Traders that hide all earn the share of their open goods, pay nobody and keep all they have."""
        ran, _ = go(given(caution=0, inspect=ONE, restock=0, reward=0, fine_days=3 * ONE))
        assert hidden(ran) == 1
        assert sum(taken(ran, flow).sum() for flow in range(ORDER_FLOWS)) == 0
        earned = [ran.flows[0, arm, 10, EARNED, TRADER * 10 : TRADER * 10 + 10, 0].sum() for arm in (WITH, WITHOUT)]
        assert earned[0] / earned[1] == pytest.approx(0.8, abs=0.01)  # a fifth of the goods is forbidden
        assert np.array_equal(ran.stall[0, WITH], ran.stall[0, WITHOUT])

    def test_hiding_costs_traders_income_and_nobody_else(self) -> None:
        ran, _ = go(given(inspect=0.3 * ONE))
        assert 0.5 < hidden(ran) < 1
        with_raid, without = (ran.flows[0, arm, 5:-1, EARNED, :, 0].sum(axis=0) for arm in (WITH, WITHOUT))
        trading = np.arange(50) // 10 == TRADER
        assert with_raid[trading].sum() < 0.9 * without[trading].sum()
        assert np.array_equal(with_raid[~trading], without[~trading])

    def test_the_cautious_hide_first(self) -> None:
        """Where the risk is small only those who feel it strongly hide; without such differences nobody does."""
        assert hidden(go(given(inspect=0.01 * ONE, caution=0))[0]) == 0
        assert 0 < hidden(go(given(inspect=0.01 * ONE, caution=2 * ONE))[0]) < 0.5

    def test_nobody_beyond_a_crackdown_hides_or_is_inspected(self) -> None:
        """Its even households are beyond the order: nothing of theirs changes but what prices do."""
        people = households(N)
        spared = people.number % 2 == 0
        ran, _ = go(given(**FORCEFUL), people._replace(beyond=spared.astype(np.int64)))
        all_of, _ = go(given(**FORCEFUL))
        none, _ = go(given(**FORCEFUL), people._replace(beyond=np.ones(N, np.int64)))
        assert np.array_equal(none.stall[0, WITH], none.stall[0, WITHOUT])
        assert all_of.stall[0, WITH].sum() < ran.stall[0, WITH].sum() < ran.stall[0, WITHOUT].sum()
        assert taken(ran, SEIZED).sum() < 0.7 * taken(all_of, SEIZED).sum()
        assert ran.watched[0, :, 1].sum() < 0.7 * all_of.watched[0, :, 1].sum()

    def test_a_risk_too_large_for_a_product_is_the_same_number(self) -> None:
        """Losses of 2⁴⁰ felt 65,535 times over are multiplied in two parts, to the same number."""
        numbers = np.random.default_rng(1).integers(0, 2**40, 500).tolist()
        assert all(scaled.py_func(a, b >> 8) == a * (b >> 8) >> 16 for a, b in itertools.pairwise(numbers))


class TestTargets:
    def test_a_group_that_has_what_it_needs_eases_off(self) -> None:
        """Until its target a group takes the same with and without one; from then on next to nothing."""
        raid = FORCEFUL | {"inspect": 0.02 * ONE, "caution": 0, "restock": 0}
        free, _ = go(given(**raid))
        bound, _ = go(given(**raid, revenue_target=0.1 * ONE, eased=0))
        a, b = taken(free, SEIZED), taken(bound, SEIZED)
        worth = 0.2 * free.stall[0, WITHOUT].sum()
        done = int(np.argmax(np.cumsum(b) >= 0.1 * worth))
        assert 5 < done < DAYS - 10
        assert np.array_equal(a[: done + 1], b[: done + 1])
        assert b[done + 1 :].sum() == 0
        assert a[done + 1 :].sum() > 0

    def test_a_group_that_is_eased_takes_less_a_day(self) -> None:
        raid = FORCEFUL | {"inspect": 0.02 * ONE, "caution": 0, "restock": 0, "revenue_target": 0.05 * ONE}
        totals = [taken(go(given(**raid, eased=eased * ONE))[0], SEIZED).sum() for eased in (0.1, 0.5, 1)]
        assert totals == sorted(totals)
        assert totals[0] < 0.6 * totals[-1]

    def test_bribes_count_to_the_target(self) -> None:
        """Inspectors who are paid stop like those who seize."""
        raid = {"inspect": 0.05 * ONE, "caution": 0, "reward": 0, "revenue_target": 0.02 * ONE, "eased": 0}
        ran, _ = go(given(**raid))
        bribes = taken(ran, INSPECTED)
        worth = 0.2 * ran.stall[0, WITHOUT].sum()
        assert bribes.sum() > 0.02 * worth * 0.5
        assert bribes[-20:].sum() == 0


class TestReturns:
    def test_a_part_comes_back_against_a_ransom(self) -> None:
        """Of one day's seizures the part, five days later, at the price of the ransom; nothing without cash for it."""
        asked = given(**FORCEFUL, **BRISK, inspect=0.2 * ONE, returned=0.4 * ONE, ransom_share=0.25 * ONE, restock=0)
        ran, _ = go(replace(asked, end=5))
        seized, back, ransom = taken(ran, SEIZED), taken(ran, RETURNED), taken(ran, RANSOM)
        assert np.flatnonzero(seized).tolist() == [5]
        assert np.flatnonzero(back).tolist() == np.flatnonzero(ransom).tolist() == [10]
        assert 0 < back.sum() <= 0.4 * seized.sum()
        assert ransom.sum() == pytest.approx(0.25 * back.sum(), rel=0.01)
        dear, _ = go(replace(asked, end=5, central=asked.central | {"ransom_share": 900 * ONE}))
        assert taken(dear, RETURNED).sum() < 0.01 * back.sum()

    def test_what_came_back_stands_on_the_stall_again(self) -> None:
        asked = given(**FORCEFUL, **BRISK, inspect=0.2 * ONE, returned=ONE, ransom_share=0, restock=0)
        ran, _ = go(replace(asked, end=5))
        assert taken(ran, SEIZED).sum() == taken(ran, RETURNED).sum() > 0
        assert taken(ran, RANSOM).sum() == 0
        assert np.array_equal(ran.stall[0, WITH], ran.stall[0, WITHOUT])
        held = balances(ran, plan_of(asked, N, DAYS), 0)[1][50 + AT_INSPECTORS]
        assert held[GOODS + STALL] == held[GOODS + MONEY] == 0

    def test_goods_come_back_once(self) -> None:
        """Seized again and again, of each seizure no more than the part returns."""
        ran, _ = go(given(**FORCEFUL, **BRISK, inspect=0.3 * ONE, return_days=2, returned=0.4 * ONE, ransom_share=0))
        seized, back = taken(ran, SEIZED), taken(ran, RETURNED)
        assert np.count_nonzero(back) > 10
        assert back.sum() <= 0.4 * seized[:-2].sum()
        assert back.sum() == pytest.approx(0.4 * seized[:-2].sum(), rel=0.02)

    def test_what_is_held_at_the_end_stays_with_the_inspectors(self) -> None:
        asked = given(**FORCEFUL, returned=ONE, return_days=100)
        ran, plan = go(asked)
        held = balances(ran, plan, 0)[1][50 + AT_INSPECTORS, GOODS + STALL]
        assert held == taken(ran, SEIZED).sum() > 0


def road(posts: int, k: float = 9.0, worth: float = 0.3) -> dict[str, float]:
    """Posts on a road, each with the price of one of several monopolists in a row."""
    passing = (k / (posts + k)) ** k * ONE
    return {"posts": posts, "toll": worth / (posts + k) * ONE if posts else 0, "passing": passing}


def barred(posts: int, k: float = 9.0, last: int = DAYS - 1, days: int = DAYS) -> Ran:
    """Raids empty the stalls of traders who never hide, and posts stand on the road while they last."""
    raid = given(**FORCEFUL, **BRISK, inspect=0.1 * ONE, forbidden_share=0.5 * ONE, restock=ONE / 8)
    return go(replace(raid, **road(posts, k), end=last), days=days)[0]


class TestCheckpoints:
    @staticmethod
    def trips(posts: int, k: float = 9.0) -> tuple[float, float]:
        """Toll of one post by the worth of the goods, and the part of the trips without posts that is made."""
        ran, free = barred(posts, k), barred(0)
        made, wished = (r.flows[0, WITH, 6:-1, RESTOCKED, :, 1].sum() for r in (ran, free))
        return float(taken(ran, TOLL).sum() / daily(ran, RESTOCKED)[5:].sum() / posts), float(made / wished)

    def test_more_posts_take_less_each_and_together_more_by_less_than_their_number(self) -> None:
        """Olken and Barron's monopolists in a row: prices and trips fall, a trip's total rises less than the posts."""
        many = (1, 2, 4, 8)
        prices, made = zip(*(self.trips(posts) for posts in many), strict=True)
        assert list(prices) == sorted(prices, reverse=True)
        assert list(made) == sorted(made, reverse=True)
        assert made[0] < 1
        whole = [posts * price for posts, price in zip(many, prices, strict=True)]
        assert all(a < b < 2 * a for a, b in itertools.pairwise(whole))

    def test_the_price_of_a_post_falls_as_the_closed_form_says(self) -> None:
        """Its elasticity to the number N of posts is −N/(N + k)."""
        for posts, k in ((2, 9.0), (5, 9.0), (4, 28.0)):
            fewer, more = (self.trips(n, k)[0] for n in (posts, posts + 1))
            slope = (math.log(more) - math.log(fewer)) / (math.log(posts + 1) - math.log(posts))
            assert slope == pytest.approx(-(posts + 0.5) / (posts + 0.5 + k), rel=0.1)  # tolls are whole won

    def test_stalls_are_emptier_while_posts_stand_and_fill_up_after(self) -> None:
        """Trips that are not made leave the stalls emptier; once the posts are gone they are as full as others."""
        now = [barred(posts, last=20, days=21).stall[0, WITH].sum() for posts in (0, 2, 8)]
        assert now == sorted(now, reverse=True)
        assert now[2] < 0.8 * now[0]
        later = barred(8, last=20, days=60)
        assert later.stall[0, WITH].sum() > 0.98 * later.stall[0, WITHOUT].sum()

    def test_a_restriction_may_have_posts_and_full_stalls_pay_none(self) -> None:
        """Who needs nothing makes no trip; an empty road costs nobody."""
        plain = Asked(kind=RESTRICTION, amounts=(0, 0), start=5, end=DAYS - 1)
        ran, _ = go(replace(plain, **road(5)))
        assert taken(ran, TOLL).sum() == 0
        assert np.array_equal(ran.cash[0, WITH], ran.cash[0, WITHOUT])

    def test_nobody_beyond_the_posts_is_tolled(self) -> None:
        """Raids empty stalls, a restriction has the posts: whom it does not reach fills its stall for nothing."""
        people, plan, draws = world(4)
        draws.posts[:], draws.passing[:], draws.scalars["inspect"] = [[0, 0, 0, 2, 0]], ONE, ONE // 50
        draws.toll[:], draws.start[0, 2:4], draws.end[0, 2:4] = ONE // 20, 3, 39
        beyond = np.full(people.number.size, 1 << 3)
        tolls, seized = [], []
        for found in (people, people._replace(beyond=beyond)):
            rows = postings(run(found, plan, draws, np.arange(1), seed=7, how=(True, 1)), plan, 0)
            tolls.append(int(rows.amount[rows.reason == REASONS.index("toll")].sum()))
            seized.append(int(rows.amount[rows.reason == REASONS.index("seized")].sum()))
        assert tolls[0] > 0
        assert tolls[1] == 0
        assert min(seized) > 0

    def test_goods_and_tolls_never_take_more_than_the_cash(self) -> None:
        """Where a toll is ten times the goods, a trader still ends with nothing less than nothing."""
        raid = given(**FORCEFUL, **BRISK, inspect=0.1 * ONE, restock=ONE, spend_rate=ONE, buffer_days=0)
        ran, plan = go(replace(raid, posts=10, toll=ONE, passing=ONE))
        assert taken(ran, TOLL).sum() > 9 * daily(ran, RESTOCKED)[5:].sum() > 0
        assert ran.cash[0, WITH].min() >= 0
        assert balances(ran, plan, 0)[1][50 + AT_INSPECTORS, GOODS + MONEY] == taken(ran, TOLL).sum()


class TestLedger:
    @pytest.mark.parametrize("seed", range(40))
    def test_what_inspectors_take_and_give_back_closes(self, seed: int) -> None:
        made = world(seed)
        beyond = np.random.default_rng(seed).integers(0, 32, made[0].number.size)
        ran = run(made[0]._replace(beyond=beyond), *made[1:], np.arange(1), seed=7, how=(True, 1))
        rows = postings(ran, made[1], 0)
        assert not misses(rows, *balances(ran, made[1], 0)).any()
        assert balances(ran, made[1], 0)[1][: 50 + AT_INSPECTORS + 1].min() >= 0
        assert ran.watched[0, :, 0].sum() <= ran.watched[0, :, 1].sum()

    def test_every_new_reason_is_posted_somewhere(self) -> None:
        seen = set()
        for seed in range(12):
            made = world(seed)
            rows = postings(run(*made, np.arange(1), seed=7, how=(True, 1)), made[1], 0)
            seen |= {REASONS[n] for n in rows.reason}
        assert {"seized", "inspection bribe", "returned", "ransom", "toll"} <= seen

    def test_threads_and_other_draws_change_nothing(self) -> None:
        people, plan, draws = world(3)
        many = Draws(*(np.repeat(column, 4, axis=0) for column in draws))
        many.scalars["inspect"] = np.arange(4) * ONE // 8
        one = run(people, plan, many, np.arange(4), 7, (True, 1))
        two = run(people, plan, many, np.arange(4), 7, (True, 2))
        alone = run(people, plan, Draws(*(c[2:3] for c in many)), np.array([2]), 7, (True, 1))
        for a, b, c in zip(one, two, alone, strict=True):
            assert np.array_equal(a, b)
            assert np.array_equal(a[2:3], c)


def report(kind: str, *terms: dict[str, object]) -> Report:
    """Make a record of a crackdown or restriction in Ranam."""
    return levy(*terms, kind=kind, issued=None, due=None, start="2021-10-15", end="2021-10-30")


def posts(amount: float | None, role: str = "other") -> dict[str, object]:
    return {"role": role, "item": "checkpoint", "amount": amount, "unit": "piece", "per": "total"}


class TestReports:
    @pytest.mark.parametrize("kind", ["crackdown", "restriction"])
    @pytest.mark.parametrize("role", ["other", "headcount"])
    def test_a_reported_number_of_posts_is_taken(self, country: Country, kind: str, role: str) -> None:
        found = planned(country, report(kind, posts(6, role)), RANAM, assume=True)
        assert found.plan.posts.tolist() == [6]
        assert [s.kind for s in found.reported] == ["reported"]
        draws = draws_of(found.one, values_of(found.one, country, range(30), 1), country)
        assert (draws.posts == 6).all()
        assert not found.plan.closes.any()
        assert {"trip_worth", "chain_curvature"} <= {i.symbol for i in used(found.plans, country)}
        assert "posts" not in {i.symbol for i in used(found.plans, country)}

    def test_posts_without_a_number_are_drawn_and_priced_as_monopolists_in_a_row(self, country: Country) -> None:
        """toll · (N + k) = trip_worth, and (k ÷ (N + k))^k of the trips are made, in every draw of its own."""
        found = planned(country, report("crackdown", posts(None)), RANAM, assume=True)
        assert found.plan.posts.tolist() == [NOT_REPORTED]
        assert "the number is drawn" in " ".join(found.notes)
        values = values_of(found.one, country, range(200), 1)
        draws = draws_of(found.one, values, country)
        assert set(draws.posts.ravel().tolist()) == set(range(1, 9))
        for n, x in enumerate(values):
            number, k = int(draws.posts[n, 0]), x["chain_curvature"]
            assert draws.toll[n, 0] * (number + k) / ONE == pytest.approx(x["trip_worth"], rel=0.01)
            assert draws.passing[n, 0] / ONE == pytest.approx((1 - number / (number + k)) ** k, abs=1e-5)
        assert {"posts", "trip_worth", "chain_curvature"} <= {i.symbol for i in used(found.plans, country)}

    def test_without_such_a_term_there_are_none(self, country: Country) -> None:
        """A crackdown of which nobody tells posts has none, nor are they among its assumptions."""
        found = planned(country, report("crackdown"), RANAM, assume=True)
        draws = draws_of(found.one, values_of(found.one, country, range(3), 1), country)
        assert not found.plan.posts.any()
        assert not draws.posts.any()
        assert not draws.toll.any()
        assert not {"posts", "trip_worth", "chain_curvature"} & {i.symbol for i in used(found.plans, country)}
        assert planned(country, report("restriction"), RANAM, assume=True).plan.closes.tolist() == [1]

    def test_a_closed_area_may_have_posts(self, country: Country) -> None:
        lockdown = {"role": "other", "item": "lockdown", "amount": 15, "unit": "day", "per": "total"}
        plan = planned(country, report("restriction", lockdown, posts(2)), RANAM, assume=True).plan
        assert (plan.closes.tolist(), plan.posts.tolist()) == ([1], [2])

    @pytest.mark.parametrize(("amounts", "why"), [((0,), "nothing"), ((2000,), "1,000"), ((2, 3), "a second number")])
    def test_what_is_no_number_of_posts_is_left_out(self, country: Country, amounts: tuple[int], why: str) -> None:
        found = planned(country, report("crackdown", *map(posts, amounts)), RANAM, assume=True)
        assert why in reasons(found)
        assert found.plan.posts.tolist() == [amounts[0] if len(amounts) > 1 else 0]


def test_measures_of_inspections_by_hand() -> None:
    """Two traders of ten households: 90 given back for 30, 12 of toll, hidden on 3 of 8 days with something to hide."""
    found, n = by_hand.plan(CRACKDOWN, n=10)._replace(posts=np.array([2])), 10
    out = by_hand.ran(found, 1, n)
    first = FIXED_FLOWS + 3
    for flow, amount in ((RETURNED, 90), (RANSOM, 30), (TOLL, 12)):
        out.flows[0, 1, 0, first + flow, 16, 0] = amount
    out.watched[0, 16] = 3, 8
    table = outcomes([Place(out, found, by_hand.names(found))], np.array([0]))
    told = {m: v for m, g, v in table.select("measure", "group", "value").iter_rows() if g == "trader"}
    assert (told["returned"], told["ransoms"], told["tolls"], told["hidden"]) == (45, 15, 6, 3 / 8)
    plain = outcomes([Place(out, found._replace(posts=np.array([0])), by_hand.names(found))], np.array([0]))
    assert "tolls" not in plain["measure"]
    closed = found._replace(kind=np.array([RESTRICTION]))
    assert {"tolls", "stalls"} <= set(outcomes([Place(out, closed, by_hand.names(found))], np.array([0]))["measure"])
