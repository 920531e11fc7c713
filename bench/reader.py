"""How fast reports are read, beside the floor: one pass of a plain regular expression for numbers over the same texts.

    python bench/reader.py

Prints one JSON object on its last line. Rates are medians of five passes over the 53 coded reports, on one core.
"""

from __future__ import annotations

import json
import os
import platform
import re
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from inminban.measures.weigh import weigh
from inminban.model.country import load_country
from inminban.reading.read import read

GOLD = Path(__file__).parent.parent / "tests" / "gold"
NUMBER = re.compile(r"\d[\d,.]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b")


def median_seconds(work: Callable[[], object]) -> float:
    """Median time of five calls after one that warms up."""
    work()
    times = []
    for _ in range(5):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    began = time.perf_counter()
    articles = [json.loads(p.read_text(encoding="utf-8")) for p in sorted(GOLD.glob("[lrc]*/*.json"))]
    country = load_country()
    reports = [read(a["text"], id=a["id"], published=a["published"], country=country) for a in articles]
    reading = median_seconds(
        lambda: [read(a["text"], id=a["id"], published=a["published"], country=country) for a in articles]
    )
    weighing = median_seconds(lambda: [weigh(r, country=country) for r in reports])
    floor = median_seconds(lambda: [NUMBER.findall(a["text"]) for a in articles])
    characters = sum(len(a["text"]) for a in articles)
    result = {
        "seconds": round(time.perf_counter() - began, 3),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "cpu": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "reports": len(articles),
        "reports_per_second": round(len(articles) / reading, 1),
        "characters_per_second": round(characters / reading),
        "weighings_per_second": round(sum(len(r.orders) for r in reports) / weighing, 1),
        "floor_reports_per_second": round(len(articles) / floor, 1),
        "ratio_to_floor": round(reading / floor, 1),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
