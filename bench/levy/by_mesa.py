"""The levy-year task in Mesa: one agent a household, all told to step once a day."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import mesa
import numpy as np

from levy.task import (
    BOUGHT,
    DEFAULT,
    DEFAULT_CASH,
    DEFAULTED,
    DISTRICTS,
    EVERY,
    FIND,
    FIND_KG,
    FLOWS,
    GOODS,
    LIEU,
    LIVING,
    MONTH,
    OWN,
    OWN_PRICE,
    STOCKS,
    Done,
    Homes,
    homes,
    means,
    next_price,
    usual_prices,
)

ASKED, RATES = [g.asked for g in GOODS], [g.lieu for g in GOODS]


class Household(mesa.Agent):  # type: ignore[misc]
    """A household of the task: what it spends on living and earns in a day, what it has and owes, its district."""

    def __init__(self, model: Any, money: tuple[float, ...], stock: tuple[float, float], at: int) -> None:
        super().__init__(model)
        self.living, self.daily, self.cash = money
        self.stock, self.owed, self.arrears, self.at = list(stock), [0.0, 0.0], 0.0, at

    def step(self) -> None:
        """Live through a day."""
        draw = self.model.random.random
        self.cash += self.daily * (0.5 + draw())
        self.cash -= min(self.cash, self.living)
        luck = draw()
        if luck < FIND:
            self.stock[0] += FIND_KG * luck
        owed = self.owed
        if self.model.asks:
            owed[0] += ASKED[0]
            owed[1] += ASKED[1]
        if owed[0] > 0:
            self.answer(0, draw)
        if owed[1] > 0:
            self.answer(1, draw)

    def answer(self, g: int, draw: Callable[[], float]) -> None:
        """Answer a claim."""
        owed, price, sums = self.owed[g], self.model.prices[g][self.at], self.model.sums[g]
        use = min(self.stock[g], owed)
        need, instead, limit = price * (owed - use), RATES[g] * owed, draw() * self.cash
        if need <= limit and (instead > limit or need + OWN_PRICE * price * use <= instead):
            self.cash -= need
            self.stock[g] -= use
            sums[OWN][self.at] += use
            sums[BOUGHT][self.at] += owed - use
        elif instead <= limit:
            self.cash -= instead
            sums[LIEU][self.at] += instead
        elif draw() * (1 + self.cash / DEFAULT_CASH) < DEFAULT:
            self.arrears += owed
            sums[DEFAULTED][self.at] += owed
        else:
            return
        self.owed[g] = 0.0


class Levy(mesa.Model):  # type: ignore[misc]
    """The country."""

    def __init__(self, given: Homes, seed: int) -> None:
        super().__init__(seed=seed)
        n = len(given["cash"])
        columns = (LIVING * given["members"], given["income"] / MONTH, given["cash"])
        money = list(zip(*(c.tolist() for c in columns), strict=True))
        stocks = list(zip(*(given[s].tolist() for s in STOCKS), strict=True))
        Household.create_agents(self, n, money, stocks, given["district"].tolist())
        self.counts = np.maximum(1, np.bincount(given["district"], minlength=DISTRICTS))
        self.prices, self.totals, self.day = usual_prices().tolist(), np.zeros((len(GOODS), FLOWS)), 0

    def step(self) -> None:
        """A day of everyone, then the prices of the next one."""
        self.asks = self.day % EVERY == 0
        self.sums = np.zeros((len(GOODS), FLOWS, DISTRICTS)).tolist()
        self.agents.do("step")
        for g, good in enumerate(GOODS):
            found = np.array(self.sums[g])
            self.totals[g] += found.sum(axis=1)
            self.prices[g] = next_price(good, np.array(self.prices[g]), found[BOUGHT], self.counts).tolist()
        self.day += 1


def run(n: int, days: int, seed: int) -> Done:
    """Do the task."""
    model = Levy(homes(n), seed)
    start = time.perf_counter()
    for _ in range(days):
        model.step()
    seconds = time.perf_counter() - start
    held = {k: [getattr(a, k) for a in model.agents] for k in ("cash", "arrears")}
    return Done(seconds, means(model.totals, held | {"scrap": [a.stock[0] for a in model.agents]}))
