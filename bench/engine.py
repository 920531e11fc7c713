"""How fast a run is on one place, beside the floor: the same bytes read and written.

    python bench/engine.py [draws]

Prints one JSON object on its last line: Ranam, 60 days, the levy of the demo. `seconds` is the engine alone, after
compiling, median of three; `ns` is per household-day and thread, burn-in and gate included; `floor_ns` what reading the
columns of a quiet day and writing those that change takes on this machine, measured in the same run.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import sys
import time

import numpy as np
from country_year import READ, WRITTEN, bandwidth

from inminban.engine.simulate import run
from inminban.model.country import SHIPPED, load_country
from inminban.model.scenario import Scenario
from inminban.population.synthesize import synthesize
from inminban.reading.folder import load_or_read
from inminban.studies.batches import people_of
from inminban.studies.draws import draws_of, values_of
from inminban.studies.plan import plan_of

BATCH = 20
MANY = 4_000_000  # households whose columns no cache holds


def seconds_of(work: object, times: int = 3) -> float:
    """Median time of some calls."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()  # type: ignore[operator]
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    """Measure."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    cores = os.cpu_count() or 1
    country = load_country()
    report = load_or_read(SHIPPED / "demo" / "reports" / "chongjin-levy.json", country, published=None)
    homes = synthesize("kp0205-ranam", seed=1, country=country)
    scenario = Scenario(orders=(report,), place="kp0205-ranam", days=60, draws=draws)
    planned = plan_of(scenario, [report], homes, country).one
    plan, people = planned.plan, people_of(planned, country)
    batches = [np.arange(low, min(draws, low + BATCH)) for low in range(0, draws, BATCH)]
    given = [draws_of(planned, values_of(planned, country, b.tolist(), 1), country) for b in batches]

    def all_draws(workers: int = cores) -> None:
        for numbers, drawn in zip(batches, given, strict=True):
            run(people, plan, drawn, numbers, 1, (False, workers))

    start = time.perf_counter()
    run(people, plan, given[0], batches[0][:1], 1, (False, 1))
    first = time.perf_counter() - start
    seconds = seconds_of(all_draws)
    alone = seconds_of(lambda: run(people, plan, given[0], batches[0], 1, (False, 1)))
    days = plan.burn_days + max(plan.days, plan.gate_days) + plan.days
    household_days = len(homes) * days * draws
    moved = READ + 2 * WRITTEN
    floor = moved / bandwidth(MANY) * cores
    per_day = alone / (len(homes) * days * len(batches[0]))
    found = {
        "seconds": round(seconds, 2),
        "seconds_first_draw_with_compiling": round(first, 2),
        "households": len(homes),
        "draws": draws,
        "days": plan.days,
        "household_days_per_second": round(household_days / seconds),
        "ns": round(per_day * 1e9, 1),
        "ns_all_cores": round(seconds * 1e9 / household_days, 1),
        "bytes_per_household_day": moved,
        "floor_ns": round(floor * 1e9, 2),
        "times_the_floor": round(per_day / floor, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "cpu": platform.processor() or platform.machine(),
        "cores": cores,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
