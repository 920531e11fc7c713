"""Whether a household-day costs the same whatever the number of households: 0.1, 1 and 5.9 million, the year's orders.

    python bench/proportion.py [days]

Prints one JSON object on its last line. The smaller ones are every so many of the country's market areas by size; all
live the year of `country_year.py`, in turn, three times. `ns` is the time of a processor a household-day, medians;
`worst` how far the dearest is above the cheapest.
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
from country_year import areas_of, household_days

from inminban.engine.simulate import Area, How, run_areas
from inminban.model.country import load_country
from inminban.population.synthesize import synthesize

SHARES = (1 / 60, 1 / 6, 1)
ROUNDS = 3


def cost(areas: list[Area]) -> float:
    """Nanoseconds of a processor that a household-day takes."""
    start = time.process_time()
    run_areas(areas, np.arange(1), 1, How(areas=os.cpu_count() or 1))
    return (time.process_time() - start) / household_days(areas) * 1e9


def main() -> None:
    """Measure."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 365
    country = load_country()
    everyone = synthesize(country.root, country=country)
    given = [areas_of(country, everyone, days, share) for share in SHARES]
    run_areas(given[0][:1], np.arange(1), 1, How())
    start = time.perf_counter()
    rounds = [[cost(areas) for areas in given] for _ in range(ROUNDS)]
    seconds = time.perf_counter() - start
    ns = [statistics.median(costs) for costs in zip(*rounds, strict=True)]
    found = {
        "seconds": round(seconds, 1),
        "households": [sum(a.households for a in areas) for areas in given],
        "areas": [len(areas) for areas in given],
        "days": days,
        "ns": [round(n, 2) for n in ns],
        "worst": round(max(ns) / min(ns) - 1, 3),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "cpu": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
