"""How fast the households of the whole country are made, beside the floor and beside two libraries for one table.

    python bench/population.py

Prints one JSON object on its last line. `seconds` is all households of the country, `seconds_persons` their persons
(`peak_mb` is measured after both, `peak_mb_with_files` at the end), `seconds_file` writing both Parquet files of them.
`floor_seconds` is the bytes of the columns over the memory bandwidth measured in the same run: each written once.
`floor_operations` is what can't be left out, at the speed of this run and on all cores: 11 numbers drawn a household
and 2 a person, 4 sorted a household and 2 a person. `worst_margin` is the largest error of a margin that is to be exact
or has no note beside it, `worst_of_all` the largest of any, with its name.

The same table is fitted and rounded three ways: households of North Hamgyong by county, residence, size and dwelling
(16 × 2 × 10 × 4), from the same start and to the same four targets. Ours: `rake` and `whole_rows`, each residence of a
county rounded to its households by largest remainders. humanleague: `ipf` (C++), then `integerise` over the flat table
to its total. ipfn: `ipfn` on a numpy array, which does not round: `whole_rows` after it, with ours. `error_…` is the
largest difference of a margin of the whole table from its target, in households. Where the extra `bench` is not
installed, these figures are null.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from inminban.model.country import load_country
from inminban.model.households import DWELLINGS, RESIDENCES
from inminban.population.draws import HOUSEHOLD_SIZE, Draws
from inminban.population.file import persons_path, save
from inminban.population.fit import fit
from inminban.population.margins import areas_of, margins_of, size_weights
from inminban.population.raking import rake, whole_rows
from inminban.population.synthesize import persons, synthesize

PROVINCE = "KP-09"
AREA = 1 << 15  # households of a county
BIG = 1 << 24  # numbers in the array that the bandwidth is measured with: 128 MB


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the time of one call, and what it gives."""
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def median(work: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    """Return the median time of some calls after one that warms up, and what the last one gives."""
    found = work()
    taken = []
    for _ in range(times):
        seconds, found = timed(work)
        taken.append(seconds)
    return statistics.median(taken), found


def library(name: str) -> Any:
    """Return a library of the extra `bench`, or None."""
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"{name} is not installed (pip install '.[bench]'): its figures are null", file=sys.stderr)
        return None


def table() -> tuple[Any, list[tuple[tuple[int, ...], Any]]]:
    """Return the start of a table of a province's households, and its targets: by axes, whole numbers.

    Axes are county, residence, size, dwelling. The start has more large households in houses than in apartments.
    """
    country = load_country()
    areas = areas_of(country.gazetteer, country.gazetteer.places[PROVINCE])
    made = [margins_of(country, a) for a in areas]
    sizes = np.array([[m.sizes[r][1:] for r in RESIDENCES] for m in made], dtype=np.float64)
    lived = np.array([[m.dwellings[r].sum(axis=(1, 2)) for r in RESIDENCES] for m in made], dtype=np.float64)
    size, kinds = np.arange(1, len(size_weights(country, RESIDENCES[0]))), np.arange(len(DWELLINGS))
    start = np.exp(-0.1 * size[:, None] * (kinds == DWELLINGS.index("apartment")))
    seed = np.broadcast_to(start, (len(made), len(RESIDENCES), len(size), len(kinds))).copy()
    targets = [
        ((0, 1), sizes.sum(axis=2)),
        ((0, 1, 2), sizes),
        ((0, 1, 3), lived),
        ((1, 3), lived.sum(axis=0)),
    ]
    return seed, targets


def rounded(fitted: Any, homes: Any) -> Any:
    """Round a fitted table, each residence of a county to its households."""
    flat = np.rint(fitted.reshape(homes.size, -1) * 2**20).astype(np.int64)
    return whole_rows(flat, homes.reshape(-1).astype(np.int64)).reshape(fitted.shape)


def worst(found: Any, targets: list[tuple[tuple[int, ...], Any]]) -> float:
    """Return the largest difference between a sum of the table and its target."""
    over = [tuple(k for k in range(found.ndim) if k not in axes) for axes, _ in targets]
    return max(float(np.abs(found.sum(axis=o) - t).max()) for o, (_, t) in zip(over, targets, strict=True))


def by_humanleague(lib: Any, seed: Any, targets: list[tuple[tuple[int, ...], Any]]) -> Any:
    """Fit and round with humanleague."""
    fitted, _ = lib.ipf(seed, [np.array(axes) for axes, _ in targets], [t for _, t in targets])
    flat, _ = lib.integerise(np.asarray(fitted).reshape(-1), round(targets[0][1].sum()))
    return np.asarray(flat).reshape(seed.shape)


def by_ipfn(lib: Any, seed: Any, targets: list[tuple[tuple[int, ...], Any]]) -> Any:
    """Fit with ipfn, and round as we do."""
    work = lib.ipfn(seed.copy(), [t for _, t in targets], [list(axes) for axes, _ in targets])
    return rounded(work.iteration(), targets[0][1])


def libraries() -> dict[str, Any]:
    """Fit and round one table with ours and with both libraries."""
    seed, targets = table()
    ours, found = median(lambda: rounded(rake(seed, targets), targets[0][1]))
    told: dict[str, Any] = {
        "table": "x".join(map(str, seed.shape)),
        "ms_ours": round(ours * 1e3, 2),
        "error_ours": worst(found, targets),
    }
    for name, module, make in (("humanleague", "humanleague", by_humanleague), ("ipfn", "ipfn.ipfn", by_ipfn)):
        lib = library(module)
        seconds, theirs = median(partial(make, lib, seed, targets)) if lib else (None, None)
        told |= {
            f"ms_{name}": None if seconds is None else round(seconds * 1e3, 2),
            f"error_{name}": None if theirs is None else worst(theirs, targets),
            f"ours_to_{name}": None if seconds is None else round(ours / seconds, 2),
        }
    return told


def bandwidth() -> float:
    """Bytes that one core writes in a second."""
    held = np.zeros(BIG)
    seconds, _ = median(lambda: held.fill(1.0), 9)
    return held.nbytes / seconds


def operations(households: int, people: int) -> float:
    """Seconds in which as many numbers as a population needs are drawn and sorted, area by area, on all cores."""
    index = np.arange(AREA, dtype=np.int64)
    drawing, numbers = median(lambda: Draws(1, PROVINCE).of(HOUSEHOLD_SIZE, index), 51)
    sorting, _ = median(lambda: np.argsort(numbers), 51)
    drawn, ordered = 11 * households + 2 * people, 4 * households + 2 * people
    return (drawn * drawing + ordered * sorting) / AREA / (os.cpu_count() or 1)


def columns_of(record: Any) -> list[Any]:
    """Arrays of a record."""
    names = getattr(record, "__slots__", None) or vars(record)
    return [c for c in (getattr(record, n) for n in names) if isinstance(c, np.ndarray)]


def main() -> None:
    """Measure and print."""
    country = load_country()
    synthesize("KP0326", country=country)  # tables read, margins of the country raked
    seconds, homes = timed(lambda: synthesize("KP", country=country))
    written = sum(c.nbytes for c in columns_of(homes))
    seconds_persons, people = timed(lambda: persons(homes, country=country))
    written_persons = sum(c.nbytes for c in columns_of(people))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kp.parquet"
        seconds_file, _ = timed(lambda: save(homes, path, people))
        size, size_persons = path.stat().st_size, persons_path(path).stat().st_size
    seconds_fit, fits = timed(lambda: fit(homes, people, country=country))
    bound = [abs(f.error) for f in fits if f.exact or not f.note]
    most = max(fits, key=lambda f: abs(f.error))
    rate = bandwidth()
    floor, least = written / rate, operations(len(homes), len(people))
    found = {
        "seconds": round(seconds, 2),
        "peak_mb": round(peak),
        "cpu": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "households": len(homes),
        "persons": len(people),
        "households_per_second": round(len(homes) / seconds),
        "worst_margin": max(bound),
        "worst_of_all": [f"{most.margin}, {most.group}, {most.place}", round(most.error, 3)],
        "margins": len(fits),
        "seconds_persons": round(seconds_persons, 2),
        "seconds_file": round(seconds_file, 2),
        "seconds_fit": round(seconds_fit, 2),
        "size_mb": round(size / 1e6, 1),
        "size_persons_mb": round(size_persons / 1e6, 1),
        "peak_mb_with_files": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "bytes_per_household": round(written / len(homes), 1),
        "gb_per_second": round(rate / 1e9, 1),
        "floor_seconds": round(floor, 3),
        "times_the_floor": round(seconds / floor),
        "floor_operations": round(least, 2),
        "times_the_operations": round(seconds / least, 1),
        "floor_seconds_persons": round(written_persons / rate, 3),
        "ns_per_person_and_core": round((seconds * (os.cpu_count() or 1)) * 1e9 / len(people), 1),
    }
    print(json.dumps(found | libraries()))


if __name__ == "__main__":
    main()
