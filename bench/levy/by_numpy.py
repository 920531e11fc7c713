"""The levy-year task in NumPy: arrays of single precision, and an index of the open claims of a good."""

from __future__ import annotations

import numpy as np

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
    homes,
    judged,
    means,
    next_price,
    timed,
    usual_prices,
)

F = np.float32


def run(n: int, days: int, seed: int) -> Done:
    """Do the task."""
    state = homes(n)
    draw = np.random.Generator(np.random.SFC64(seed))
    district, claims = state["district"], [np.zeros(n, F) for _ in GOODS]
    counts, prices = np.maximum(1, np.bincount(district, minlength=DISTRICTS)), usual_prices().astype(F)
    sums = np.zeros((days, len(GOODS), FLOWS, DISTRICTS))

    def day_of(day: int) -> None:
        cash = state["cash"]
        cash += state["income"] * F(1 / MONTH) * (F(0.5) + draw.random(n, dtype=F))
        cash -= np.minimum(cash, F(LIVING) * state["members"].astype(F))
        luck = draw.random(n, dtype=F)
        state["scrap"] += np.where(luck < F(FIND), luck * F(FIND_KG), F(0))
        for g, good in enumerate(GOODS):
            owed, stock = claims[g], state[STOCKS[g]]
            if day % EVERY == 0:
                owed += F(good.asked)
            open_now = np.flatnonzero(owed > 0)
            where, asked, held, purse = (a[open_now] for a in (district, owed, stock, cash))
            draws = draw.random(len(where), dtype=F), draw.random(len(where), dtype=F)
            flows, paid, lost, closed = judged(good, prices[g][where], asked, held, purse, draws)
            cash[open_now], stock[open_now] = purse - paid, held - flows[OWN]
            state["arrears"][open_now] += lost
            owed[open_now] = np.where(closed, F(0), asked)
            for k, flow in enumerate(flows):
                sums[day, g, k] = np.bincount(where, flow, DISTRICTS)
            prices[g] = next_price(good, prices[g], sums[day, g, BOUGHT], counts)

    seconds, _ = timed(lambda: [day_of(day) for day in range(days)])
    return Done(seconds, means(sums.sum(axis=(0, 3)), state))
