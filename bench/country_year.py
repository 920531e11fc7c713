"""A year of the whole country under a year's orders, beside the floor: the same bytes read and written once a phase.

    python bench/country_year.py [days] [share of areas]

Prints one JSON object on its last line. Every household of every market area, one draw: a levy with cash in lieu every
quarter in every area, crackdowns in every market every quarter, relief in one province, one closed area; each area with
and without the orders from the end of its burn-in. `household_days` counts all days that were simulated: burn-in, the
run without orders and the run with them. `bandwidth_gb_s` is measured in the same run, on columns of the same size.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from inminban.engine.simulate import Area, How, run_areas
from inminban.model.country import Country, load_country
from inminban.model.households import Households
from inminban.model.orders import Report
from inminban.model.scenario import Scenario
from inminban.population.synthesize import synthesize
from inminban.studies.batches import people_of
from inminban.studies.draws import draws_of, values_of
from inminban.studies.plan import plan_of

START = "2021-01-04"
QUARTERS = ("2021-02", "2021-05", "2021-08", "2021-11")
SEIZED = [{"role": "confiscated", "item": "medicine"}]
CLOSES = [{"role": "other", "item": "lockdown"}]
RELIEF_IN, CLOSED = "KP-09", "KP0803"
# A household's columns that a quiet day reads (wage, market, buffer, need, two kinds, inkind, index) and those that it
# also writes (cash, two stocks, short), in bytes.
READ, WRITTEN = 8 * 3 + 4 * 5, 8 + 4 + 4 + 2


def orders(country: Country) -> Report:
    """The year's orders."""
    everywhere = [{"name": country.name, "place": country.root}]
    levied = [
        {"role": "due", "item": "scrap metal", "amount": 7, "unit": "kg", "per": "household", "every": "quarter"},
        {"role": "due", "item": "oilseed", "amount": 2, "unit": "kg", "per": "household", "every": "quarter"},
        {"role": "cash_in_lieu", "item": "cash", "amount": 30000, "unit": "KPW", "per": "household"},
    ]
    dates = {"issued": f"{QUARTERS[0]}-01", "due": f"{QUARTERS[0]}-21"}
    found = [{"kind": "levy", "places": everywhere, "terms": levied, **dates}]
    for month in QUARTERS:
        raid = {"start": f"{month}-10", "end": f"{month}-24", "terms": SEIZED}
        found.append({"kind": "crackdown", "places": everywhere, **raid})
    given = [
        {"role": "entitlement", "item": "rice", "amount": 10, "unit": "kg", "per": "household"},
        {"role": "entitlement", "item": "corn", "amount": 5, "unit": "kg", "per": "person"},
    ]
    province = [{"name": country.gazetteer.places[RELIEF_IN].name, "place": RELIEF_IN}]
    found.append({"kind": "relief", "places": province, "issued": "2021-07-01", "terms": given})
    closed = [{"name": country.gazetteer.places[CLOSED].name, "place": CLOSED}]
    found.append({"kind": "restriction", "places": closed, "start": "2021-09-01", "end": "2021-09-21", "terms": CLOSES})
    return Report.model_validate({"id": "year", "published": "2021-01-01", "orders": found})


def bandwidth(households: int, times: int = 15) -> float:
    """Bytes a second that reading and writing a quiet day's columns moves, on all processors, the best of some."""
    workers = os.cpu_count() or 1
    part = households // workers
    held = [(np.zeros(part * READ // 8), np.zeros(part * WRITTEN // 8)) for _ in range(workers)]

    def day(columns: tuple[np.ndarray, np.ndarray]) -> None:
        read, written = columns
        np.max(read)
        np.add(written, 1, out=written)

    best = 0.0
    with ThreadPoolExecutor(workers) as pool:
        for _ in range(times):
            start = time.perf_counter()
            list(pool.map(day, held))
            best = max(best, households * (READ + 2 * WRITTEN) / (time.perf_counter() - start))
    return best


def some(homes: Households, share: float) -> tuple[Households, ...]:
    """A share of the market areas of the country, of all sizes."""
    every = max(1, round(1 / share))
    return tuple(sorted(homes.parts(), key=len)[every // 2 :: every])


def areas_of(country: Country, everyone: Households, days: int, share: float) -> list[Area]:
    """A share of the country's areas under the year's orders, ready to run."""
    report = orders(country)
    scenario = Scenario(orders=(report,), place=country.root, start=START, days=days, draws=1)
    kept = {part.area.id for part in some(everyone, share)}
    planned = [p for p in plan_of(scenario, [report], everyone, country, assume=True).areas if p.place in kept]
    drawn = [draws_of(p, values_of(p, country, [0], 1), country) for p in planned]
    people = [partial(people_of, p, country) for p in planned]
    return [Area(of, len(p.households), p.plan, d) for of, p, d in zip(people, planned, drawn, strict=True)]


def household_days(areas: list[Area]) -> int:
    """Days that are simulated of all households: burn-in, the run without orders and the gate, the run with them."""
    plan = areas[0].plan
    return sum(a.households for a in areas) * (plan.burn_days + max(plan.days, plan.gate_days) + plan.days)


def main() -> None:
    """Measure."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 365
    share = float(sys.argv[2]) if len(sys.argv) > 2 else 1
    country, cores = load_country(), os.cpu_count() or 1
    start = time.perf_counter()
    everyone = synthesize(country.root, country=country)
    made = time.perf_counter() - start
    start = time.perf_counter()
    areas = areas_of(country, everyone, days, share)
    written = time.perf_counter() - start
    start = time.perf_counter()
    run_areas([min(areas, key=lambda a: a.households)], np.arange(1), 1, How())
    compiled = time.perf_counter() - start
    start = time.perf_counter()
    ran = run_areas(areas, np.arange(1), 1, How(areas=cores))
    seconds = time.perf_counter() - start
    households, lived = sum(a.households for a in areas), household_days(areas)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    del ran
    speed, rate = bandwidth(households), lived / seconds
    print(
        json.dumps(
            {
                "seconds": round(seconds, 2),
                "households": households,
                "areas": len(areas),
                "days": days,
                "household_days": lived,
                "household_days_per_second": round(rate),
                "ns_a_thread": round(seconds * cores / lived * 1e9, 2),
                "orders": sum(a.plan.kind.size for a in areas),
                "bytes_per_household_day": READ + 2 * WRITTEN,
                "bandwidth_gb_s": round(speed / 1e9, 1),
                "bandwidth_fraction": round(rate * (READ + 2 * WRITTEN) / speed, 3),
                "seconds_synthesize": round(made, 2),
                "seconds_plan": round(written, 2),
                "seconds_first_area_with_compiling": round(compiled, 2),
                "peak_mb": peak,
                "cpu": platform.processor() or platform.machine(),
                "cores": cores,
            }
        )
    )


if __name__ == "__main__":
    main()
