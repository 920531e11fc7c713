"""The slow second engine itself: rules of docs/model.md by hand in tiny worlds, and laws that all its worlds obey."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from inminban.engine.inputs import ASKS, CRACKDOWN, LEVY, OF_UNIT, RELIEF, RESTRICTION, SCALAR_TYPE, Draws, People
from tests import reference
from tests.reference import Country, Day, Household, Outcome, Run, Week
from tests.worlds import ONE, Area, Frame, Line, Ordered, areas, ints, plan_of, richer, row, with_days

WON = 16 * 2**32  # log₂ of a price of one won a base unit
TRADER, FARMER = 1, 2
CENTRAL = {
    "need_person": 2_000_000,
    "rice_least": ONE // 2,
    "rice_most": ONE // 2,
    "buffer_days": 20 * ONE,
    "buffer_bills": 4 * ONE,
    "work_minutes": 480,
    "market_every": 1,
    "stall_days": 10 * ONE,
    "forbidden_share": ONE // 2,
    "restock": ONE // 10,
    "stock_days": 7 * ONE,
    "price_memory": 7,
    "price_cap": 2**28,
    "farm_share": ONE,
    "closed_income": ONE // 2,
    "food_floor": ONE,
    "short_line": ONE // 2,
    "reserve_days": 10000 * ONE,
    "buying_days": 5,
    "serve_days": 4,
    "bargain": ONE // 2,
    "fine_days": 1000 * ONE,
    "revenue_target": ONE,
    "trade_speed": ONE,
    "trade_most": ONE,
}
ANSWERS = ("own stock", "handed in", "cash in lieu", "forced", "bribe")


def frame(days: int = 20, **scalars: int) -> Frame:
    held = np.zeros(1, SCALAR_TYPE)
    for name, value in (CENTRAL | scalars).items():
        held[name] = value
    return Frame(days, 30, days, 7, ints(3610, 3630, 0, 0, 0), ints(1, 1, 1, 0, 0), held)


def tiny(orders: list[Ordered], n: int = 6, days: int = 20, livelihood: int = FARMER, **scalars: int) -> Area:
    """Single adults in two people's units, all of one livelihood and with one income; every price is one won."""
    of, nothing = frame(days, **scalars), row(0, 0, 0, 0, 0)
    bills = [-(-ONE * of.scalar("need_person") // (int(kcal) << 8)) for kcal in of.kcal[:2]]
    draws = Draws(
        scalars=of.scalars,
        log_price=row(*[WON] * 5),
        elasticity=nothing,
        supply_day=row(0, 0, 1000, 0, 0),
        common=nothing,
        yields=nothing,
        own_most=nothing,
        income=row(*[3000 * 256] * 5),
        ration=row(60, 240),
        harvest=row(80, 320),
        bill=row(*bills),
        to_trade=row(0, 0),
        from_trade=row(0, 0),
        **dict.fromkeys(("start", "due", "end", "posts", "toll", "passing", "rounds"), nothing),
        beta=np.zeros((1, 4096), np.int64),
    )
    ones = np.ones(n, np.int64)
    who = People(np.arange(n), np.arange(n) // (n // 2), ones, ones, ones, 0 * ones, livelihood * ones, *[0 * ones] * 2)
    return who, plan_of(of, orders, 5, n), with_days(draws, orders)


def begun(area: Area) -> Run:
    """The run with orders, before its first day."""
    world = reference.read_world(area[1], area[2], 0, 7)
    households = reference.set_up(world, area[0])
    reference.burn_in(world, households)
    return Run(world, households, world.orders)


def an_open_day(run: Run, t: int) -> Day:
    day = run.open_market(t)
    run.watch(day)
    return day


def debts(run: Run, line: int = 0) -> list[int]:
    return [h.outstanding[line] for h in run.households]


def rows(told: Outcome, reason: str) -> dict[tuple[int, int, str, str], int]:
    """Amounts by day, item, giver and taker."""
    found: dict[tuple[int, int, str, str], int] = defaultdict(int)
    for (t, _, said, item, debit, credit), (amount, _) in told.ledger.items():
        if said == reason:
            found[t, item, debit, credit] += amount
    return dict(found)


def test_the_test_vectors() -> None:
    reference.check_test_vectors()


# ---------------------------------------------------------------------------------------------- 7.3, 7.8


LINES = [Line(3, 10, again=1), Line(4, 7)]  # not for sale, not to be gathered, nobody has any
ROUNDS = [(2, 5, 8, ASKS), (9, 12, 15, ASKS), (16, 19, 24, ASKS)]


@pytest.mark.parametrize(("appeal", "owed"), [(0, 13), (1, 10)])
def test_a_return_adds_arrears_to_what_it_asks(appeal: int, owed: int) -> None:
    """A quarter of 10, then of 12, stays owed; the line that does not return stays as it is, of an appeal nothing."""
    levy = Ordered(LEVY, LINES, appeal=appeal, rounds=ROUNDS)
    told = reference.simulate(*tiny([levy], arrears=ONE // 4), 0, 7)[1]
    assert told.outstanding == [[owed, 7]] * 6
    assert {ways["asked"] for ways in told.ways} == {10 + 10 + 10 + 7}
    assert told.asked_for_others == [0] * 6


def test_the_members_of_a_unit_answer_for_its_debtors() -> None:
    """Half of 10 and of 5 is shared by the two who owe nothing; who is not reached and the other unit stay out."""
    area = tiny([Ordered(LEVY, LINES[:1], rounds=[(0, 3, -1, ASKS), (4, 9, 14, OF_UNIT)])], n=10, joint=ONE // 2)
    run = begun((area[0]._replace(beyond=ints(0, 0, 0, 0, 1, *[0] * 5)), *area[1:]))
    run.begin_rounds(0)
    assert debts(run) == [10, 10, 10, 10, 0, *[10] * 5]
    for h, left in zip(run.households, [10, 5, 0, 0, 0, *[8] * 5], strict=True):
        h.outstanding[0] = left
    run.begin_rounds(4)
    assert debts(run) == [5, 3, 4, 3, 0, *[8] * 5]
    assert [h.ways["asked"] for h in run.households] == [5, 8, 14, 13, 0, *[10] * 5]
    assert [h.asked_for_others for h in run.households] == [0, 0, 4, 3, 0, *[0] * 5]
    assert (run.asked_for, run.handed_in) == ([90], [0])


@pytest.mark.parametrize("seed", range(4))
def test_a_round_of_the_unit_keeps_the_sum_of_debts(seed: int) -> None:
    run, shared = begun(richer(seed, 40)), 0
    for t in range(run.world.plan.days):
        for order in run.levies:
            now = order.round_of(t)
            if now is not None and now.start == t and not now.asks:
                before = [sum(debts(run, line)) for line in order.lines]
                run.begin_rounds(t)
                assert [sum(debts(run, line)) for line in order.lines] == before
                shared += 1
        run.live(t)
    assert shared or not any(not now.asks for order in run.levies for now in order.rounds)


def test_who_was_granted_less_answers_on_the_first_day_of_the_next_round_too() -> None:
    levy = Ordered(LEVY, LINES[:1], rounds=[(0, 3, -1, ASKS), (4, 9, 14, OF_UNIT)])
    run = begun(tiny([levy], n=200))
    for h in run.households:
        h.again = {0}
    assert [sum(run.answers(h, run.levies[0], t) for h in run.households) for t in (3, 4, 9)] == [200] * 3
    for h in run.households:
        h.again = set()
    assert 10 < sum(run.answers(h, run.levies[0], 4) for h in run.households) < 70
    assert not run.answers(run.households[0], run.levies[0], 10)


def test_nobody_pays_or_is_made_to_pay_for_leaving_an_appeal_unpaid() -> None:
    for appeal in (0, 1):
        levy = Ordered(LEVY, [Line(3, 10, cash=100)], appeal=appeal, rounds=[(2, 5, 10, ASKS)])
        told = reference.simulate(*tiny([levy], force=ONE, hazard=ONE, penalty=ONE), 0, 7)[1]
        assert (rows(told, "forced") == {}) == (appeal == 1)
    run = begun(tiny([Ordered(LEVY, LINES, appeal=1, rounds=ROUNDS)], hazard=ONE, penalty=ONE))
    assert run.choices(run.households[0], run.levies[0], [], (False, 10**6, 10**6), an_open_day(run, 5))[5] == 0


def test_orders_that_reach_nobody_change_nothing() -> None:
    who, plan, draws = richer(3, 30)
    plan = plan._replace(closes=plan.closes * 0, bans=plan.bans * 0 - 1, shop=plan.shop * 0)
    supplied = (plan.supply > 0) & (plan.kind[plan.order] == RELIEF)
    plan = plan._replace(supply=np.where(supplied, 0, plan.supply))
    without, ordered = reference.simulate(who._replace(beyond=0 * who.beyond + 2**62 - 1), plan, draws, 0, 7)
    assert without.ledger == ordered.ledger
    assert without.cash == ordered.cash


@pytest.mark.parametrize("seed", range(6))
def test_households_answer_within_a_round_and_offices_settle_after_it(seed: int) -> None:
    area = richer(seed, 40)
    world = reference.read_world(area[1], area[2], 0, 7)
    for t, o, reason, item, debit, _ in reference.simulate(*area, 0, 7)[1].ledger:
        if o < 0 or world.orders[o].kind != LEVY:
            continue
        now = world.orders[o].round_of(t)
        assert now is not None
        if reason in ANSWERS:
            assert now.start <= t <= now.due
        if reason == "office purchase":
            assert now.due < t <= now.until
        if reason == "passed up" and item == world.money and debit == "county":
            assert t == now.until


@pytest.mark.parametrize("seed", range(6))
def test_what_was_asked_is_settled_or_left_unpaid(seed: int) -> None:
    area = richer(seed, 40)
    world, told = reference.read_world(area[1], area[2], 0, 7), reference.simulate(*area, 0, 7)[1]
    returns = any(now.asks and not now.first for order in world.orders for now in order.rounds)
    for ways, owed in zip(told.ways, told.outstanding, strict=True):
        settled = sum(ways[way] for way in reference.WAYS[:-2])
        open_debt = sum(reference.pay(world.price[world.lines[k].item], q) for k, q in enumerate(owed) if q)
        assert ways["asked"] - settled >= open_debt
        assert returns or ways["asked"] - settled == open_debt


# ---------------------------------------------------------------------------------------------- 7.9 shops


def test_shops_sell_what_is_sold_in_the_market_over_their_days() -> None:
    """1,001 pieces in four days; what has no market stays in the depot; goods are there for tomorrow."""
    shop = Ordered(RELIEF, [Line(2, 0, supply=1001), Line(3, 0, supply=50)], top=1, shop=1, start=3)
    without, told = reference.simulate(*tiny([shop]), 0, 7)
    market = {t: amount for (t, *_), amount in rows(told, "shop supply").items()}
    assert market == {3: 250, 4: 250, 5: 250, 6: 251}
    assert told.closing["county", 3] == 50
    assert ("county", 2) not in told.closing
    assert rows(told, "relief")[3, 2, "rest", "province"] == 1001
    assert told.closing["market", 2] == without.closing["market", 2] + 1001


# ---------------------------------------------------------------------------------------------- 7.11


def crackdown(**more: int) -> Ordered:
    return Ordered(CRACKDOWN, start=3, end=12, **more)


def test_traders_hide_from_a_sure_inspection() -> None:
    """Market income counts the open half of the stall alone, and nobody loses anything; who is not reached does not."""
    who, plan, draws = tiny([crackdown()], livelihood=TRADER, inspect=ONE)
    run = begun((who._replace(beyond=ints(1, *[0] * 5)), plan, draws))
    for t in range(plan.days):
        run.live(t)
        assert [h.hidden for h in run.households] == [False, *[3 <= t <= 12] * 5]
    income = rows(run.outcome(), "market income")
    income = {t: sum(x for (day, *_), x in income.items() if day == t) for t in range(plan.days)}
    assert 6 * 3000 <= income[2] <= 6 * 3001
    assert 3000 + 5 * 1500 <= income[3] <= 3001 + 5 * 1501
    assert {reason for (_, o, reason, *_) in run.books.ledger if o == 0} == set()
    assert sum(h.forbidden for h in run.households) == 6 * 15000


def test_caution_and_the_closing_of_an_area_decide_who_hides() -> None:
    """A risk of 1,400 a day against 1,500 of income is borne, but not while half of that income is lost."""
    run = begun(tiny([crackdown()], livelihood=TRADER, inspect=ONE * 14 // 150, reward=ONE, fine_days=0))
    day = an_open_day(run, 3)
    assert not any(run.hides(h, day) for h in run.households)
    day.closed = True
    assert all(run.hides(h, day) for h in run.households)
    lots = begun(tiny([crackdown()], 200, livelihood=TRADER, inspect=ONE // 11, reward=ONE, fine_days=0, caution=ONE))
    day = an_open_day(lots, 3)
    assert 60 < sum(lots.hides(h, day) for h in lots.households) < 140


def caught(run: Run, t: int) -> Household:
    """Inspects the first household on a day on which nobody gets away and it has not hidden."""
    h, day = run.households[0], an_open_day(run, t)
    run.inspect(h, run.orders[0], day)
    return h


def test_goods_seized_come_back_for_a_ransom() -> None:
    """A later seizure moves the day; half comes back for a tenth; who can't pay gets nothing."""
    for cash in (900, 899):
        terms = {"return_days": 5, "returned": ONE // 2, "ransom_share": ONE // 10, "fine_days": 0, "reward": ONE}
        run = begun(tiny([crackdown()], livelihood=TRADER, inspect=ONE, **terms))
        h = caught(run, 3)
        assert (h.forbidden, h.held_back, h.return_day, run.taken) == (0, 15000, 8, [15000])
        h.forbidden = 3001
        caught(run, 6)
        assert (h.forbidden, h.held_back, h.return_day, run.taken) == (0, 18001, 11, [18001])
        h.cash = cash
        run.get_back(h, 8)
        assert (h.forbidden, h.held_back) == (0, 18001)
        run.get_back(h, 11)
        assert h.held_back == 0
        assert (h.forbidden, h.cash) == ((9000, 0) if cash == 900 else (0, 899))
        assert run.taken == ([18901] if cash == 900 else [18001])
        run.get_back(h, 11)
        assert h.forbidden in (0, 9000)


def test_a_group_that_has_its_target_inspects_less() -> None:
    """A third of the worth of the goods on the first morning."""
    run = begun(tiny([crackdown()], livelihood=TRADER, inspect=ONE // 2, revenue_target=ONE // 3, eased=ONE // 4))
    assert an_open_day(run, 3).inspect == {0: ONE // 2}
    assert run.at_first == [6 * 15000]
    run.taken[0] = (6 * 15000 * (ONE // 3)) // ONE - 1
    assert an_open_day(run, 4).inspect == {0: ONE // 2}
    run.taken[0] += 1
    assert an_open_day(run, 5).inspect == {0: ONE // 8}
    assert an_open_day(run, 13).inspect == {}


def test_checkpoints_take_a_toll_of_what_is_brought_past_them() -> None:
    """Three posts of a tenth each: 2,538 won's worth is all that 3,300 won can bring past them."""
    posts = {"posts": 3, "toll": ONE // 10, "passing": ONE}
    far, near = Ordered(RESTRICTION, start=0, end=20, posts=1, toll=ONE), crackdown(**posts)
    run = begun(tiny([far, near], livelihood=TRADER))
    h = run.households[0]
    h.beyond = 1
    for t, cash, x, toll in ((3, 3300, 2538, 759), (4, 10**6, 2999, 3 * 299), (13, 3300, 2999, 0)):
        h.open, h.forbidden, h.cash = 10000, 0, cash
        paid = reference.restock(run.world, run.books, h, an_open_day(run, t))
        assert paid == ((1, toll) if t < 13 else (-1, 0))
        assert (h.open, h.cash) == (10000 + x, cash - x - toll)
    h.open, h.beyond, run.orders[0].passing = 10000, 0, 0
    assert reference.restock(run.world, run.books, h, an_open_day(run, 3)) == (-1, 0)
    assert h.open == 10000


# ---------------------------------------------------------------------------------------------- 7.14 trade


def two_areas(country: int, **scalars: int) -> Country:
    """Two areas of 6 households that need 1,000 and 3,000 of item 2 a day; the first one's price is up by half log₂."""
    closing = Ordered(RESTRICTION, closes=1, start=14, end=16)
    runs = []
    for supply in (1000, 3000):
        who, plan, draws = tiny([closing] if supply == 1000 else [], days=30, **scalars)
        draws = draws._replace(supply_day=row(0, 0, supply, 0, 0))
        runs.append(begun((who, plan._replace(country_households=country), draws)))
    runs[0].log_price[2] += 2**31
    return Country(runs)


def test_who_sells_to_whom() -> None:
    """Δ̄ is an eighth, the first is 3/8 above, the second an eighth below: 375 a day on either side."""
    country = two_areas(12)
    country.meet(7)
    assert country.weights[2] == [375, 0, 0]
    assert [run.week.exports[2] for run in country.runs] == [0, 375]
    assert [run.week.dealt[2] for run in country.runs] == [0, 0]
    for t in range(7, 14):
        for run in country.runs:
            run.open_market(t)
    assert country.on_the_way(2) == 7 * 375 == country.runs[1].week.left[2]
    for run in country.runs:
        run.orders = []
    country.meet(14)
    assert [run.week.dealt[2] for run in country.runs] == [7 * 375, 0]
    day = country.runs[0].open_market(14)
    assert day.supply[2] == 1000 + 375 == day.available[2] - 7000 - 7 * 1000


def test_the_rest_of_the_country_trades_too() -> None:
    """As large as both areas, it sends 250 a day, of which nothing is in an area's books before it arrives."""
    country = two_areas(24)
    country.meet(7)
    assert country.weights[2] == [437, 0, 0]
    assert [run.week.exports[2] for run in country.runs] == [0, 187]
    assert country.on_the_way(2) == 7 * 250 == country.pool[2]
    country.runs[0].log_price[2] -= 2**32
    country.weights[2] = [1, 1, 2]
    country.pool[2] = 1001
    country.meet(21)
    assert [run.week.dealt[2] for run in country.runs] == [250, 250]
    assert country.on_the_way(2) == 500  # what the rest got is gone
    assert country.weights[2][2] > 0


def test_what_a_closed_area_was_to_get_waits() -> None:
    """Closed on days 14 to 16: the deal of day 14 passes it over; what was to come on these days waits."""
    country = two_areas(12)
    country.weights[2], country.pool[2] = [375, 0, 0], 700
    country.meet(14)
    assert country.pool[2] == 700
    assert country.weights[2] == [0, 0, 0]  # one open area has nobody to trade with
    country.runs[0].week = Week([50] * 5, [700] * 5, [0] * 5, [0] * 5)
    for t in range(14, 21):
        country.runs[0].open_market(t)
    week = country.runs[0].week
    assert (week.arrived[2], week.left[2]) == (400, 200)
    assert {t for t, *_ in rows(country.runs[0].outcome(), "trade")} == {17, 18, 19, 20}
    country.meet(21)
    assert country.pool[2] == 700 + 300 + 200  # no importers of the week before


@pytest.mark.parametrize("seed", range(3))
def test_what_left_less_what_arrived_is_on_the_way(seed: int) -> None:
    """In a whole country, by the areas' own books, every day."""
    whole = areas(seed, 15)
    households = sum(plan.area_households for _, plan, _ in whole)
    country = Country([begun((who, plan._replace(country_households=households), draws)) for who, plan, draws in whole])
    moved = 0
    for t in range(country.plan.days):
        country.live(t)
        for j in country.sold:
            abroad = sum(run.books.holdings["other areas", j] for run in country.runs)
            assert abroad == country.on_the_way(j) >= 0
            moved += abroad
    assert moved > 0


def test_without_trade_every_area_is_alone() -> None:
    several = areas(2, 15)
    for _, _, draws in several:
        draws.scalars["trade_speed"] = 0
    together = reference.simulate_areas(several, 0, 7)
    assert together == [reference.simulate(*area, 0, 7) for area in several]


# ---------------------------------------------------------------------------------------------- laws of all worlds


def closes(told: Outcome) -> None:
    """Opening − debits + credits = closing; households, offices and the market never hold less than nothing."""
    balance: dict[tuple[str, int], int] = defaultdict(int, told.opening)
    for (_, _, _, item, debit, credit), (amount, _) in told.ledger.items():
        balance[debit, item] -= amount
        balance[credit, item] += amount
    assert {key: held for key, held in balance.items() if held} == told.closing
    mayowe = {"farms", "rest", "time", "other areas"}
    assert min(held for (account, _), held in told.closing.items() if account not in mayowe) >= 0


@pytest.mark.parametrize("seed", range(8))
def test_every_account_closes(seed: int) -> None:
    for told in reference.simulate(*richer(seed, 40), 0, 7):
        closes(told)


@pytest.mark.parametrize("seed", range(4))
def test_every_account_of_every_area_closes(seed: int) -> None:
    for pair in reference.simulate_areas(areas(seed, 20), 0, 7):
        for told in pair:
            closes(told)


def test_rich_worlds_have_all_there_is() -> None:
    """Every reason of the ledger occurs in some of the random worlds, and debts that others answer for."""
    reasons: set[str] = set()
    for_others = 0
    for seed in range(24):
        told = reference.simulate(*richer(seed, 30), 0, 7)[1]
        reasons |= {reason for _, _, reason, *_ in told.ledger}
        for_others += sum(told.asked_for_others)
    assert for_others > 0
    assert {"shop supply", "returned", "ransom", "toll", "trade", "seized", "inspection bribe", "forced"} <= reasons
