"""The levy-year task in starsim: people are households, the levy an intervention with states and random streams."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import starsim as ss

from levy.task import (
    BOUGHT,
    DISTRICTS,
    EVERY,
    FIND,
    FIND_KG,
    FLOWS,
    GOODS,
    LIVING,
    MONTH,
    OWN,
    STOCKS,
    Done,
    Good,
    Homes,
    homes,
    judged,
    means,
    next_price,
    timed,
    usual_prices,
)


class Levy(ss.Intervention):  # type: ignore[misc]
    """The task's day."""

    def __init__(self, given: Homes) -> None:
        super().__init__()
        names = ("members", "income", "cash", *STOCKS, "arrears", *(f"owed_{s}" for s in STOCKS))
        self.define_states(*(ss.FloatArr(name, default=0.0) for name in names))
        self.noise, self.luck = ss.random(name="noise"), ss.random(name="luck")
        self.limits = [ss.random(name=f"limit_{s}") for s in STOCKS]
        self.risks = [ss.random(name=f"risk_{s}") for s in STOCKS]
        self.given, self.district = given, given["district"]
        self.counts = np.maximum(1, np.bincount(self.district, minlength=DISTRICTS))
        self.sums, self.prices, self.day = np.zeros((len(GOODS), FLOWS)), usual_prices(), 0

    def init_post(self) -> None:
        """Give people what the task's households have."""
        super().init_post()
        for name in ("members", "income", "cash", *STOCKS):
            getattr(self, name)[:] = self.given[name]

    def step(self) -> None:
        """Live through a day."""
        everyone = self.sim.people.auids
        self.cash[:] = self.cash + self.income / MONTH * (0.5 + self.noise.rvs(everyone))
        self.cash[:] = self.cash - np.minimum(self.cash, LIVING * self.members)
        luck = self.luck.rvs(everyone)
        self.scrap[:] = self.scrap + np.where(luck < FIND, luck * FIND_KG, 0)
        for g, good in enumerate(GOODS):
            self.answer(g, good, getattr(self, STOCKS[g]), getattr(self, f"owed_{STOCKS[g]}"))
        self.day += 1

    def answer(self, g: int, good: Good, stock: Any, owed: Any) -> None:
        """Answer what is open of a good."""
        if self.day % EVERY == 0:
            owed[:] = owed + good.asked
        who = (owed > 0).uids
        where, asked, held, purse = self.district[who], owed[who], stock[who], self.cash[who]
        draws = self.limits[g].rvs(who), self.risks[g].rvs(who)
        flows, paid, lost, closed = judged(good, self.prices[g][where], asked, held, purse, draws)
        self.cash[who], stock[who] = purse - paid, held - flows[OWN]
        self.arrears[who] = self.arrears[who] + lost
        owed[who] = np.where(closed, 0, asked)
        self.sums[g] += [flow.sum() for flow in flows]
        bought = np.bincount(where, flows[BOUGHT], DISTRICTS)
        self.prices[g] = next_price(good, self.prices[g], bought, self.counts)


def run(n: int, days: int, seed: int) -> Done:
    """Do the task."""
    start = datetime.date(2020, 1, 1)
    stop = start + datetime.timedelta(days=days - 1)
    levy = Levy(homes(n))
    span = {"start": start.isoformat(), "stop": stop.isoformat(), "dt": ss.days(1)}
    sim = ss.Sim(n_agents=n, interventions=levy, rand_seed=seed, verbose=0, copy_inputs=False, **span)
    sim.init()
    seconds, _ = timed(sim.run)
    assert levy.day == days
    return Done(seconds, means(levy.sums, {k: getattr(levy, k).values for k in ("cash", "scrap", "arrears")}))
