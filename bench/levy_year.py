"""How fast the levy-year task runs in the engine's manner, beside the limit of this machine and beside other libraries.

    python bench/levy_year.py [households] [days]

Prints one JSON object on its last line. The task (`levy/task.py`) is a small model that every peer can write: income,
living, finds, a levy of two goods every 90 days, own stock, buying, money in lieu, default, prices by district. Ours
(`levy/ours.py`) is whole numbers with exact totals, of the engine's rules where they fit (`engine`); what is only there
its docstring says. `e5` (`levy/limit.py`) is the limit kernel: floats, fast-math. Both run on all cores, and both with
every day of all districts before the next one (`k1`) and with 30 days of a district in a row (`k30`).

`seconds` and `rate`, in household-days a second, are ours with k1, `ratio_to_e5_…` the median of the ratios of runs
side by side, other ratios those of the median rates: ours with k1, and in `ratio_k30_to_…` with k30. Peers are given
`peers.….households`; a peer that is not installed (`pip install '.[bench]'`) has null and a reason. `worst_mean` is the
largest relative difference of `CHECKED` means a household from ours, on the same households and days, over all runs.
`closes` tells whether ours accounts for every won and gram. `peak_mb` is measured before the peers run.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import itertools
import json
import os
import platform
import resource
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from levy import limit, ours
from levy.task import DISTRICTS, EVERY, homes, timed

HOUSEHOLDS, DAYS = 6_000_000, 90
ROUNDS, PEER_ROUNDS = 5, 3
TOGETHER = {"k1": 1, "k30": 30}
PARTS = 16  # of the districts, shared out over the threads
PEERS = {"numpy": 6_000_000, "polars": 1_000_000, "starsim": 1_000_000, "mesa": 100_000}
CHECKED = ("own_scrap", "bought_scrap", "lieu_scrap", "defaulted_scrap", "cash", "arrears")
Means = dict[str, float]


def worst(found: Means, right: Means) -> tuple[float, str]:
    """The largest relative difference of a mean, and which it is."""
    return max((round(abs(found[k] / right[k] - 1), 5), k) for k in CHECKED)


def mean(found: list[Means]) -> Means:
    """Means over some runs."""
    return {k: statistics.fmean(f[k] for f in found) for k in found[0]}


class Runner:
    """Runs ours and the limit on all cores."""

    def __init__(self, days: int) -> None:
        self.days, self.threads = days, ThreadPoolExecutor(os.cpu_count() or 1)
        ends = [DISTRICTS * k // PARTS for k in range(PARTS + 1)]
        self.parts = list(itertools.pairwise(ends))

    def run(self, kernel: Any, land: Any, together: int, seed: int) -> tuple[float, Any]:
        """Return the time of a run, and its totals."""
        return timed(lambda: kernel.run(land, (self.days, together), seed, self.threads, self.parts))

    def means(self, kernel: Any, given: Any, runs: int = 1) -> Means:
        """Means a household of a version of the task, over some runs."""
        found = []
        for seed in range(runs):
            land = kernel.land_of(given)
            found.append(kernel.means_of(land, self.run(kernel, land, max(TOGETHER.values()), seed)[1]))
        return mean(found)


def beside_limit(runner: Runner, n: int) -> dict[str, Any]:
    """Measure ours and the limit, run for run side by side."""
    given = homes(n, by_district=True)
    for kernel in (ours, limit):
        runner.means(kernel, homes(DISTRICTS, by_district=True))
    rates: dict[str, list[float]] = {}
    means: dict[str, list[Means]] = {}
    exact = True
    for seed in range(ROUNDS):
        for name, together in TOGETHER.items():
            for kernel, whose in ((limit, "e5"), (ours, "ours")):
                land = kernel.land_of(given)
                before = ours.held(land) if kernel is ours else None
                seconds, totals = runner.run(kernel, land, together, seed)
                rates.setdefault(f"{whose}_{name}", []).append(n * runner.days / seconds)
                means.setdefault(whose, []).append(kernel.means_of(land, totals))
                asked = n * -(-runner.days // EVERY)
                exact = exact and (before is None or ours.closes(before, ours.held(land), totals, asked))
    found: dict[str, Any] = {f"rate_{k}": round(statistics.median(v)) for k, v in rates.items()}
    for name in TOGETHER:
        ratios = [a / b for a, b in zip(rates[f"ours_{name}"], rates[f"e5_{name}"], strict=True)]
        found[f"ratio_to_e5_{name}"] = round(statistics.median(ratios), 3)
        found[f"ratios_to_e5_{name}"] = [round(r, 3) for r in sorted(ratios)]
    right = mean(means["ours"])
    found |= {"means": {k: round(v, 4) for k, v in right.items()}, "closes": exact}
    return found | {"worst_mean_e5": worst(mean(means["e5"]), right)}


def beside_peers(runner: Runner, n: int, rates: dict[str, float]) -> dict[str, Any]:
    """Measure the peers, each on as many households as it takes; ratios of our rates to theirs."""
    found: dict[str, Any] = {"peers": {}}
    for name, most in PEERS.items():
        size = min(n, most)
        told: dict[str, Any] = {"households": size, "days": runner.days}
        found["peers"][name] = told
        found |= {f"ratio_to_{name}": None, f"ratio_k30_to_{name}": None}
        try:
            peer = importlib.import_module(f"levy.by_{name}")
        except ImportError as error:
            found[f"reason_{name}"] = f"not installed: {error}"
            continue
        runs = [peer.run(size, runner.days, seed) for seed in range(PEER_ROUNDS)]
        rate = size * runner.days / statistics.median(r.seconds for r in runs)
        right = runner.means(ours, homes(size, by_district=True), ROUNDS)
        told |= {"version": importlib.metadata.version(name), "rate": round(rate)}
        told["worst_mean"] = worst(mean([r.means for r in runs]), right)
        found[f"ratio_to_{name}"] = round(rates["k1"] / rate, 1)
        found[f"ratio_k30_to_{name}"] = round(rates["k30"] / rate, 1)
    return found


def main() -> None:
    """Measure."""
    n = int(float(sys.argv[1])) if len(sys.argv) > 1 else HOUSEHOLDS
    days = int(sys.argv[2]) if len(sys.argv) > 2 else DAYS
    runner = Runner(days)
    told = beside_limit(runner, n)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    rates = {name: told[f"rate_ours_{name}"] for name in TOGETHER}
    found = {
        "seconds": round(n * days / rates["k1"], 3),
        "peak_mb": peak,
        "cpu": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "households": n,
        "days": days,
        "rate": rates["k1"],
        "engine": ours.ENGINE,
    }
    print(json.dumps(found | told | beside_peers(runner, n, rates)))


if __name__ == "__main__":
    main()
