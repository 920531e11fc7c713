"""How well and how fast reports are read, beside three simpler ways of finding figures in the same reports, same run.

    python bench/reader.py                  # speed and scores
    python bench/reader.py --leave-one-out  # which rows of the word tables serve a single report, or none

Prints one JSON object on its last line. Rates are medians of five passes over the 53 reports that the rules were tuned
on, on one core. Scores are F1 (`inminban agree`): of the rules on those 53 and on the reports of tests/gold/further,
and of both readers on the 40 reports that nothing was tuned on or learned from. `found` is what the simpler ways can be
compared by: whether a coded figure's amount and unit were found at all (recall), and how many of those told were coded
(precision). quantulum3 comes with the extra `bench`.
"""

from __future__ import annotations

import contextlib
import csv
import importlib
import json
import os
import platform
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

from inminban.measures.agreement import agreement, codings, unit
from inminban.measures.weigh import weigh
from inminban.model.country import Country, load_country
from inminban.model.orders import Report
from inminban.reading.read import read
from inminban.reading.weights import NONE, Judges, shipped

GOLD = Path(__file__).parent.parent / "tests" / "gold"
NUMBER = re.compile(r"\d[\d,.]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b")
WITH_UNIT = re.compile(
    r"(?P<n>\d[\d,]*(?:\.\d+)?)\s?(?P<u>kg|kilograms?|kilos?|grams?|g|tons?|tonnes?|liters?|litres?|bottles?|packs?|won|KPW|"
    r"yuan|dollars?|days?|months?|hours?|percent|%|people|households?|persons?)\b"
)

LONG = 5_000_000
Found = set[tuple[float, str]]


def median_seconds(work: Callable[[], object]) -> float:
    """Median time of five calls after one that warms up."""
    work()
    times = []
    for _ in range(5):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


@dataclass(frozen=True)
class Hands:
    """Reports coded by hand, with their second codings."""

    reports: Sequence[Report]
    second: Mapping[str, Report]


def hands() -> dict[str, Hands]:
    """The 53 reports that the rules were tuned on, those they were not, and the 40 that nothing has learned from."""
    tuned = [r for kind in ("levy", "relief", "crackdown") for r in codings(GOLD / kind).values()]
    with (GOLD / "further" / "split.csv").open(encoding="utf-8", newline="") as rows:
        last = {r["report"] for r in csv.DictReader(rows) if r["used"] == "last"}
    further = list(codings(GOLD / "further").values())
    second = codings(GOLD / "second"), codings(GOLD / "further_second")
    unseen = [r for r in further if r.id in second[1] and r.id not in last]
    kept = [r for r in further if r.id in last]
    return {"tuned": Hands(tuned, second[0]), "unseen": Hands(unseen, second[1]), "last": Hands(kept, second[1])}


def read_again(report: Report, country: Country, judges: Judges = NONE) -> Report:
    """A report read from its text, by rules unless weights are given."""
    text, published, title = report.text, report.published, report.title
    return read(text, id=report.id, published=published, title=title, country=country, judges=judges)


def long_text(reports: Sequence[Report]) -> str:
    """Five million bytes of reports, one after another."""
    one = "\n\n".join(r.text for r in reports) + "\n\n"
    return (one * (LONG // len(one) + 1)).encode()[:LONG].decode("utf-8", "ignore")


def seconds(work: Callable[[], object]) -> float:
    """Time of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def scores(given: Hands, country: Country, judges: Judges = NONE) -> dict[str, float]:
    """F1 by measure."""
    ours = {r.id: read_again(r, country, judges) for r in given.reports}
    found = agreement(given.reports, ours, country.gazetteer, given.second)
    return {name: round(s.f1, 3) for name, s in found.scores.items()} | {"unquoted": found.unquoted}


def coded(report: Report) -> Found:
    """Amount and unit of everything that was coded in a report."""
    terms = {(float(t.amount), unit(t.unit)) for o in report.orders for t in o.terms if t.amount is not None}
    return terms | {(float(p.price), unit(p.currency)) for p in report.prices}


def by_expression(text: str) -> Found:
    """Number and unit by a plain regular expression."""
    return {(float(m["n"].replace(",", "")), unit(m["u"].replace("%", "percent"))) for m in WITH_UNIT.finditer(text)}


def by_quantulum(text: str) -> Found:
    """Quantities as quantulum3 finds them."""
    importlib.import_module("quantulum3.classifier").USE_CLF = False  # its model needs an older scikit-learn
    parser = importlib.import_module("quantulum3.parser")
    names = {"kilogram": "kg", "gram": "g", "tonne": "t", "ton": "t", "litre": "l", "South Korean won": "KPW"}
    found = {(float(q.value), unit(names.get(q.unit.name, q.unit.name))) for q in parser.parse(text)}
    return {(v, u) for v, u in found if u != "dimensionless"}


def found_by(way: Callable[[Report], Found], given: Hands) -> dict[str, float]:
    """Recall over what both hands coded, precision over what either did."""
    right = due = told = good = 0
    for report in given.reports:
        first, other = coded(report), coded(given.second.get(report.id, report))
        ours = way(report)
        due, right = due + len(first & other), right + len(first & other & ours)
        told, good = told + len(ours), good + len(ours & (first | other))
    return {"recall": round(right / due, 3), "precision": round(good / told, 3) if told else 0.0}


def compared(given: Hands, country: Country, judges: Judges) -> dict[str, dict[str, float]]:
    """Ours and the simpler ways over the same reports."""
    ways: dict[str, Callable[[Report], Found]] = {
        "ours": lambda r: coded(read_again(r, country, judges)),
        "expression": lambda r: by_expression(r.text),
    }
    with contextlib.suppress(ImportError):
        importlib.import_module("quantulum3.parser")
        ways["quantulum3"] = lambda r: by_quantulum(r.text)
    return {name: found_by(way, given) for name, way in ways.items()}


def main() -> None:
    """Measure and print."""
    began = time.perf_counter()
    country, given, weights = load_country(), hands(), shipped()
    tuned = given["tuned"].reports
    reports = [read_again(r, country) for r in tuned]
    reading = median_seconds(lambda: [read_again(r, country, weights) for r in tuned])
    by_rules = median_seconds(lambda: [read_again(r, country) for r in tuned])
    long = long_text(tuned)
    weighing = median_seconds(lambda: [weigh(r, country=country) for r in reports])
    floor = median_seconds(lambda: [NUMBER.findall(r.text) for r in tuned])
    result = {
        "seconds": round(time.perf_counter() - began, 3),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "cpu": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "reports": len(tuned),
        "reports_per_second": round(len(tuned) / reading, 1),
        "reports_per_second_by_rules": round(len(tuned) / by_rules, 1),
        "five_megabytes_seconds": round(seconds(lambda: read(long, country=country, judges=weights)), 1),
        "five_megabytes_seconds_by_rules": round(seconds(lambda: read(long, country=country, judges=NONE)), 1),
        "characters_per_second": round(sum(len(r.text) for r in tuned) / reading),
        "weighings_per_second": round(sum(len(r.orders) for r in reports) / weighing, 1),
        "floor_reports_per_second": round(len(tuned) / floor, 1),
        "ratio_to_floor": round(reading / floor, 1),
        "scores": {f"rules, {name}": scores(part, country) for name, part in given.items()}
        | {"weights, last": scores(given["last"], country, weights)},
        "reports_scored": {name: len(part.reports) for name, part in given.items()},
        "found": {name: compared(part, country, weights if name == "last" else NONE) for name, part in given.items()},
    }
    print(json.dumps(result))


class Without(Country):
    """The country without one row of one word table."""

    def words(self, table: str) -> tuple[dict[str, str], ...]:
        """Rows of a table, the one left out aside."""
        rows = super().words(table)
        left, number = LEFT_OUT
        return tuple(r for n, r in enumerate(rows) if n != number) if table == left else rows

    @property
    def words_digest(self) -> str:
        """Another digest, so that no lexicon is shared."""
        return f"{LEFT_OUT}"


LEFT_OUT = ("", -1)
TABLES = ("units", "items", "per", "every", "roles", "kinds", "offices", "voice", "skip", "symbols")


def leave_one_out() -> None:
    """Read the reports that hold a row's words without that row; print rows that serve one report, or none."""
    global LEFT_OUT
    country, given = load_country(), hands()
    everything = [*given["tuned"].reports, *given["unseen"].reports]
    second = {**given["tuned"].second, **given["unseen"].second}
    full = {r.id: right_in(r, second[r.id], country) for r in everything}
    rows = [(t, n, r) for t in TABLES for n, r in enumerate(country.words(t)) if r.get("lang", "en") == "en"]
    told: dict[str, list[str]] = {"one": [], "none": []}
    for table, number, row in track(rows, "Leaving out", transient=True):
        holding = [r for r in everything if holds(r.text, row)]
        LEFT_OUT = (table, number)
        without = Without(**{f: getattr(country, f) for f in country.__dataclass_fields__})
        served = [r.id for r in holding if right_in(r, second[r.id], without) < full[r.id]]
        name = f"{table}: {(row.get('words') or row.get('pattern') or '')[:60]}"
        if len(served) == 1:
            told["one"].append(f"{name} ({served[0]})")
        elif not served:
            told["none"].append(name)
    for line in told["one"]:
        print(line)
    print(json.dumps({"rows": len(rows), "serve_one_report": len(told["one"]), "serve_none": len(told["none"])}))


def holds(text: str, row: Mapping[str, str]) -> bool:
    """Whether a text has any of a row's words."""
    if pattern := row.get("pattern"):
        return bool(re.search(pattern, text))
    low = text.casefold()
    return any(w.casefold() in low for w in row["words"].split("|"))


def right_in(report: Report, second: Report, country: Country) -> int:
    """How much of a report is read right, less what is made up, over all measures."""
    found = agreement([report], {report.id: read_again(report, country)}, country.gazetteer, {report.id: second})
    return sum(2 * s.right - s.coded for s in found.scores.values())


if __name__ == "__main__":
    leave_one_out() if "--leave-one-out" in sys.argv else main()
