"""The levy-year task in Polars: one lazy plan a day; numbers and prices join the frame as columns."""

from __future__ import annotations

import time

import numpy as np
import polars as pl

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
    Good,
    homes,
    means,
    next_price,
    usual_prices,
)

DRAWN = ("noise", "luck", "u0", "v0", "u1", "v1")  # numbers of a day


def number(value: float) -> pl.Expr:
    """A number of single precision."""
    return pl.lit(value, dtype=pl.Float32)


def answered(frame: pl.LazyFrame, g: int, good: Good) -> pl.LazyFrame:
    """Add the columns of a day's answers on a good to a plan."""
    stock, owed, cash, price = pl.col(STOCKS[g]), pl.col(f"owed{g}"), pl.col("cash"), pl.col(f"price{g}")
    use, need, instead, limit = (pl.col(k) for k in ("use", "need", "instead", "limit"))
    buys, pays, fails = pl.col("buys"), pl.col("pays"), pl.col("fails")
    none, asked = number(0), owed > 0
    own_cost = number(OWN_PRICE) * price * use
    risk = pl.col(f"v{g}") * (number(1) + cash / number(DEFAULT_CASH))
    frame = frame.with_columns(
        use=pl.min_horizontal(stock, owed), instead=number(good.lieu) * owed, limit=pl.col(f"u{g}") * cash
    )
    frame = frame.with_columns(need=price * (owed - use))
    frame = frame.with_columns(
        buys=asked & (need <= limit) & ((instead > limit) | (need + own_cost <= instead)),
        pays=asked & (instead <= limit),
    )
    frame = frame.with_columns(pays=pays & ~buys)
    frame = frame.with_columns(fails=asked & ~buys & ~pays & (risk < number(DEFAULT)))
    flows = ((buys, use), (buys, owed - use), (pays, instead), (fails, owed))
    frame = frame.with_columns(
        paid=pl.when(buys).then(need).otherwise(none),
        **{f"flow{g}{k}": pl.when(when).then(flow).otherwise(none) for k, (when, flow) in enumerate(flows)},
    )
    return frame.with_columns(
        pl.when(buys | pays | fails).then(none).otherwise(owed).alias(f"owed{g}"),
        (stock - pl.col(f"flow{g}{OWN}")).alias(STOCKS[g]),
        cash=cash - pl.col("paid") - pl.col(f"flow{g}{LIEU}"),
        arrears=pl.col("arrears") + pl.col(f"flow{g}{DEFAULTED}"),
    )


def lived(frame: pl.DataFrame, drawn: pl.DataFrame, sold: pl.DataFrame, asks: bool) -> pl.LazyFrame:
    """The plan of a day: numbers beside the frame, prices by district joined to it, income, living, finds, answers."""
    plan = pl.concat([frame, drawn], how="horizontal").lazy()
    plan = plan.join(sold.lazy(), on="district", how="left", maintain_order="left")
    cash, luck, living = pl.col("cash"), pl.col("luck"), pl.col("members").cast(pl.Float32) * number(LIVING)
    plan = plan.with_columns(
        cash=cash + pl.col("income") * number(1 / MONTH) * (number(0.5) + pl.col("noise")),
        scrap=pl.col("scrap") + pl.when(luck < number(FIND)).then(luck * number(FIND_KG)).otherwise(number(0)),
    )
    plan = plan.with_columns(cash=cash - pl.min_horizontal(cash, living))
    for g, good in enumerate(GOODS):
        if asks:
            plan = plan.with_columns((pl.col(f"owed{g}") + number(good.asked)).alias(f"owed{g}"))
        plan = answered(plan, g, good)
    return plan


def run(n: int, days: int, seed: int) -> Done:
    """Do the task."""
    frame = pl.DataFrame(homes(n)).with_columns(owed0=number(0), owed1=number(0))
    names, flows = frame.columns, [f"flow{g}{k}" for g in range(len(GOODS)) for k in range(FLOWS)]
    draw = np.random.Generator(np.random.SFC64(seed))
    counts = np.maximum(1, np.bincount(frame["district"].to_numpy(), minlength=DISTRICTS))
    prices, sums = usual_prices(), np.zeros(len(flows))
    start = time.perf_counter()
    for day in range(days):
        drawn = pl.DataFrame({k: draw.random(n, dtype=np.float32) for k in DRAWN})
        sold = pl.DataFrame({"district": np.arange(DISTRICTS), "price0": prices[0], "price1": prices[1]})
        plan = lived(frame, drawn, sold.cast({"price0": pl.Float32, "price1": pl.Float32}), day % EVERY == 0)
        made = plan.select(*names, *flows).collect()
        totals = made.group_by("district").agg(pl.col(flows).sum())
        found = np.zeros((DISTRICTS, len(flows)))
        found[totals["district"].to_numpy()] = totals.select(flows).to_numpy()
        for g, good in enumerate(GOODS):
            prices[g] = next_price(good, prices[g], found[:, g * FLOWS + BOUGHT], counts)
        sums += found.sum(axis=0)
        frame = made.select(names)
    seconds = time.perf_counter() - start
    return Done(seconds, means(sums, {k: frame[k].to_numpy() for k in ("cash", "scrap", "arrears")}))
