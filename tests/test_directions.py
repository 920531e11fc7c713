"""Directions that must hold without tuning, each under the condition that docs/model.md names."""

from __future__ import annotations

import numpy as np

from inminban.engine.inputs import CRACKDOWN, RELIEF, RESTRICTION
from inminban.engine.simulate import WAYS, WITH, WITHOUT, Ran
from tests.plain_world import CORN, RICE, SCRAP, Asked, happen
from tests.worlds import ONE

NO_NOISE = 2**22
GOODS = [WAYS.index(way) for way in ("own", "gathered", "bought")]


def share(ran: Ran, way: str) -> float:
    total = ran.ways[0].sum(axis=0)
    return float(total[WAYS.index(way)] / total[WAYS.index("asked")])


def highest(ran: Ran, item: int) -> int:
    """Highest logarithm of a price with the order, over that without."""
    return int((ran.logs[0, WITH, :, item] - ran.logs[0, WITHOUT, :, item]).max())


def lowest(ran: Ran, item: int) -> int:
    return int((ran.logs[0, WITH, :, item] - ran.logs[0, WITHOUT, :, item]).min())


def test_a_larger_quota_is_settled_more_in_cash() -> None:
    """The same cash in lieu replaces more goods, so more households take it."""
    shares = [share(happen(Asked(amounts=(quota, 2000))), "cash") for quota in (3000, 7000, 20000, 60000)]
    assert shares == sorted(shares)
    assert shares[-1] > shares[0]


def test_a_larger_quota_makes_scrap_dearer_while_it_is_worth_less_than_the_cash() -> None:
    """7 kg at 0.6 won a gram are 4,200 won, far below 30,000."""
    peaks = [highest(happen(Asked(amounts=(quota, 500))), SCRAP) for quota in (1000, 3000, 7000)]
    assert peaks == sorted(peaks)
    assert peaks[0] < peaks[-1]


def test_cash_below_the_price_of_the_goods_moves_all_who_can_pay_to_cash() -> None:
    """With next to no noise, own stock at its full price, nothing to gather, and all else dearer than the cash."""
    sure = {"choice_scale": NO_NOISE, "own_price": ONE, "hazard": ONE}
    dear = {"bribe_ratio": 20 * ONE, "borrow_cost": 20 * ONE, "penalty": 100 * ONE}
    ran = happen(Asked(cash=3000, dig=0, central=sure | dear))
    ways = ran.ways[0]
    daily = ran.mean[0] / 256
    able = (daily > 2 * ran.bill[0]) & (daily < 40_000)  # of the richest the difference is less than the noise
    assert able.sum() > 200
    assert ways[able][:, GOODS].sum() == 0
    assert (ways[able, WAYS.index("cash")] == ways[able, WAYS.index("asked")]).all()


def test_diverted_relief_that_is_sold_lowers_the_price() -> None:
    relief = {"kind": RELIEF, "items": (RICE, CORN), "amounts": (20000, 20000), "start": 5}
    sold = happen(Asked(**relief, central={"none": 0.8 * ONE, "sold": ONE}))
    kept = happen(Asked(**relief, central={"none": 0.8 * ONE, "sold": 0}))
    assert lowest(sold, RICE) < lowest(kept, RICE)
    assert lowest(sold, CORN) < 0


def test_a_lockdown_raises_the_price_of_rice() -> None:
    """As long as incomes do not collapse with it."""
    ran = happen(Asked(kind=RESTRICTION, amounts=(0, 0), closes=1, start=5, end=40, central={"closed_income": ONE}))
    assert highest(ran, RICE) > 0.1 * 2**32
    assert lowest(ran, RICE) >= 0


def test_a_raid_leaves_less_on_the_stalls() -> None:
    """While it lasts; stalls are restocked with what is not forbidden afterwards."""
    ran = happen(Asked(kind=CRACKDOWN, amounts=(0, 0), start=5, end=44, central={"inspect": 0.1 * ONE, "restock": 0}))
    assert ran.stall[0, WITH].sum() < ran.stall[0, WITHOUT].sum()
    assert (ran.stall[0, WITH] <= ran.stall[0, WITHOUT]).all()


def test_no_order_no_difference() -> None:
    """An order that asks nothing changes nothing."""
    ran = happen(Asked(amounts=(0, 0), cash=0))
    assert np.array_equal(ran.logs[0, WITH], ran.logs[0, WITHOUT])
    assert np.array_equal(ran.cash[0, WITH], ran.cash[0, WITHOUT])
