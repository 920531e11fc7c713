"""Small runs made by hand: what an engine could have left, its plan, and a run folder in memory around it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from inminban.engine.inputs import CRACKDOWN, KINDS, LEVY, NO_ITEM, NOT_REPORTED, RELIEF, RESTRICTION, People, Plan
from inminban.engine.simulate import Ran, room_for
from inminban.measures.outcome import Names, Place, outcomes
from inminban.studies.folder import Run

ITEMS = ("rice", "corn", "scrap metal")
N, DAYS, DRAWS = 200, 20, 24
LINES = {LEVY: [(2, 7000)], RELIEF: [(0, 5000), (3, 800)], CRACKDOWN: [], RESTRICTION: []}


def ints(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def people(n: int = N) -> People:
    """Households of four, two of them adults; livelihoods in turn, one people's unit."""
    of = [np.full(n, v, dtype=np.int64) for v in (0, 4, 2, 2, 1)]
    return People(np.arange(n), *of, np.arange(n) % 5, np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64))


def plan(*kinds: int, days: int = DAYS, n: int = N) -> Plan:
    """One order of each kind: 7 kg of scrap, or 5 kg of rice and money, or nothing."""
    lines = [(number, *line) for number, kind in enumerate(kinds) for line in LINES[kind]]
    ends = np.cumsum([len(LINES[kind]) for kind in kinds])
    none, orders = ints(*[0] * len(lines)), ints(*[0] * len(kinds))
    return Plan(
        first_day=738078, days=days, burn_days=30, mean_days=28, gate_days=days, area=1, area_households=n,
        country_households=n, trade_days=7, posts=orders, appeal=orders, shop=orders, again=none,
        kcal=ints(3600, 3600, 0), market=ints(1, 1, 1), kind=ints(*kinds), top=orders + 2,
        first_line=ints(0, *ends[:-1]), last_line=ints(*ends), whole=orders, cash=orders, cash_per=orders,
        closes=ints(*[k == RESTRICTION for k in kinds]), bans=orders + NO_ITEM, order=ints(*[x[0] for x in lines]),
        item=ints(*[x[1] for x in lines]), amount=ints(*[x[2] for x in lines]), per=none, line_cash=none,
        line_cash_per=none, supply=none + NOT_REPORTED,
    )  # fmt: skip


def names(found: Plan) -> Names:
    orders = tuple(f"r{n}" for n in range(found.kind.size))
    lines = tuple((orders[o], (*ITEMS, "KPW")[i]) for o, i in zip(found.order, found.item, strict=True))
    return Names("KP0803", ITEMS, orders, lines)


def ran(found: Plan, draws: int, n: int = N) -> Ran:
    """Room for draws, prices of 1 money a base unit and bills that can be divided by."""
    out = room_for(n, found, draws, False)
    out.logs[:] = 16 << 32
    out.bill[:], out.mean[:] = 100, 200 << 8
    out.group[:] = (np.arange(n) % 5) * 10 + np.arange(n) * 10 // n
    return out


def lively(found: Plan, seed: int = 1, draws: int = DRAWS) -> tuple[Ran, pl.DataFrame]:
    """Draws that differ at random, and inputs of which none explains anything but the price of scrap."""
    rnd, out = np.random.default_rng(seed), ran(found, draws)
    out.ways[:, :, :6] = rnd.integers(0, 40, (draws, N, 6)) * rnd.integers(1, 9, (draws, 1, 6))
    out.ways[:, :, 6] = out.ways[:, :, :6].sum(axis=2) + rnd.integers(0, 300, (draws, 1))
    out.ways[:, :, 7] = out.ways[:, :, 6] // 2 + rnd.integers(1, 99, (draws, 1))
    out.received[:] = rnd.integers(0, 800, out.received.shape)
    out.short[:] = rnd.integers(0, 9, out.short.shape)
    out.cash[:] = rnd.integers(0, 99999, out.cash.shape)
    out.stall[:] = rnd.integers(1, 999, out.stall.shape)
    out.flows[:] = rnd.integers(0, 99, out.flows.shape)
    out.moves[:] = rnd.integers(0, 9_000_000, out.moves.shape)
    out.held_closing[:] = rnd.integers(0, 9_000_000, out.held_closing.shape)
    push = rnd.random(draws)
    climb = np.linspace(0, 1, out.logs.shape[2])[:, None] * push[:, None, None]
    out.logs[:, 1] += (climb * 2.0**31).astype(np.int64)
    values = {"levy_background": push, "penalty": rnd.random(draws), "reserve_days": np.arange(draws) % 2 * 7.0}
    frames = [pl.DataFrame({"draw": range(draws), "symbol": s, "value": v}) for s, v in values.items()]
    return out, pl.concat(frames).with_columns(pl.col("draw").cast(pl.Int32))


def facts(found: Plan, *, assume: bool = False) -> dict[str, Any]:
    """`run.json` of such a run."""
    kinds = [KINDS[k] for k in found.kind]
    orders, records = [], []
    for number, kind in enumerate(kinds):
        lines = [
            {"item": (*ITEMS, "KPW")[i], "amount": int(a), "per": "household", "term": "", "cash": None}
            for o, i, a in zip(found.order, found.item, found.amount, strict=True)
            if o == number
        ]
        days = {"begin": 2, "due": 9 if kind == "levy" else None, "end": None, "delayed": True}
        orders.append({"id": f"r{number}", "report": "r", "kind": kind, "place": "KP0803", "lines": lines} | days)
        due = {"role": "due", "item": "scrap metal", "amount": 7, "unit": "kg", "per": "household", "quote": "7 kg"}
        records.append({"id": f"r{number}", "kind": kind, "terms": [due] if kind == "levy" else []})
    rows = [
        ("levy_background", "levy background", 0.1, 1.0, "assumed", ""),
        ("penalty", "penalty <b>", 0.2, 5.0, "assumed", "Indonesia"),
        ("reserve_days", "reserve days", 0.0, 7.0, "assumed", ""),
    ]
    parameters = [
        {"symbol": s, "name": n, "low": a, "central": b, "high": b, "kind": k, "transplanted_from": t, "unit": "ratio",
         "source": "no source", "ref": f"parameters:{s}", "shape": "uniform"}
        for s, n, a, b, k, t in rows
    ]  # fmt: skip
    return {
        "words": "orders by hand", "digest": "abc", "scenario": {"assume": assume}, "draws": DRAWS, "households": N,
        "draws_left_out": [{"draw": 99, "reasons": ["cash leaves the gate"]}], "orders": orders, "versions": {"x": "1"},
        "place": {"id": "KP0803", "label": "Kaesong City"},
        "money": {"currency": "KPW", "parts": 1, "month": "2021-10"},
        "period": {"start": "2021-10-15", "end": "2021-11-03", "days": DAYS},
        "items": [{"code": c, "family": "mass", "sold": True} for c in ITEMS],
        "records": [{"id": "r", "outlet": "An <i>outlet</i>", "orders": records}], "parameters": parameters,
        "not_simulated": [{"order": "r0", "term": "t", "what": "medicine", "why": "no amount"}],
        "reported": [{"kind": "reported", "what": "7 kg of scrap", "detail": "“7 kg”", "ref": "r#1"}],
        "counts": {"reported": 1, "data": 2, "assumed": 3}, "warnings": ["part of an area"], "notes": ["taken whole"],
    }  # fmt: skip


def run_of(*kinds: int, assume: bool = False) -> Run:
    """A run of orders of some kinds."""
    found = plan(*kinds)
    out, inputs = lively(found)
    need = np.full(DRAWS, 2_000_000)
    measures = outcomes([Place(out, found, names(found), people, need)], np.arange(DRAWS))
    empty = pl.DataFrame()
    return Run(Path("run"), facts(found, assume=assume), measures, inputs, empty, empty, empty)
