"""A synthetic population's portrait as plain rows: JSON of all of it, CSV of its counts, CSV of its margins."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from inminban.measures.portrait import Portrait
from inminban.measures.table import harmless
from inminban.population.fit import Fit

FIT_COLUMNS = (
    "margin",
    "group",
    "place",
    "target",
    "got",
    "error",
    "unit",
    "exact",
    "holds",
    "kind",
    "source",
    "ref",
    "note",
)
COUNT_COLUMNS = ("table", "group", "category", "unit", "got", "target", "kind")
PLAIN = "synthetic households matched to the census, not observed; no row is a real family"


def decimals(value: float | None) -> int | float | None:
    """Round to six decimals; whole numbers stay whole."""
    if value is None:
        return None
    near = round(value, 6)
    return int(near) if near == int(near) else near


def about(portrait: Portrait) -> dict[str, Any]:
    """Return what a population was made with and how many of its margins hold."""
    return {
        "format": 1,
        "says": PLAIN,
        "place": portrait.place,
        "label": portrait.label,
        "year": portrait.year,
        "census_year": portrait.census_year,
        "seed": portrait.seed,
        "sample": str(portrait.sample),
        "origin": portrait.origin,
        "margins": len(portrait.fits),
        "holding": portrait.holding,
    }


def fit_rows(fits: Sequence[Fit]) -> Iterator[dict[str, Any]]:
    """One flat record a margin; `source` is in words, `ref` the address of its row."""
    for f in fits:
        yield {
            "margin": f.margin,
            "group": f.group,
            "place": f.place,
            "target": decimals(f.target),
            "got": decimals(f.got),
            "error": decimals(f.error),
            "unit": f.unit,
            "exact": f.exact,
            "holds": f.holds,
            "kind": f.source.kind,
            "source": f"{f.source.what}. {f.source.detail}",
            "ref": f.source.ref,
            "note": f.note,
        }


def count_rows(portrait: Portrait) -> Iterator[dict[str, Any]]:
    """One flat record a number of the portrait: counts, ages, breakdowns and sizes."""

    def row(table: str, group: str, category: str, unit: str, counts: tuple[float, float | None]) -> dict[str, Any]:
        got, target = (decimals(c) for c in counts)
        values = (table, group, category, unit, got, target, "simulated")
        return dict(zip(COUNT_COLUMNS, values, strict=True))

    for c in portrait.counts:
        yield row("counts", "all", c.name, c.unit, (c.got, c.target))
    for a in portrait.ages:
        yield row("age", "men", a.label, "persons", (a.men, a.men_target))
        yield row("age", "women", a.label, "persons", (a.women, a.women_target))
    for b in portrait.breakdowns:
        for p in b.parts:
            yield row(b.name, p.residence, p.category, b.unit, (p.got, p.target))
    for e in portrait.extents:
        for name, value in (("number", e.number), ("least", e.least), ("median", e.median), ("most", e.most)):
            unit = e.name if name == "number" else "households"
            yield row("size", e.name, name, unit, (value, None))
        if e.outside is not None:
            yield row("size", e.name, f"outside {e.low} to {e.high}", e.name, (e.outside, None))


def plain(portrait: Portrait) -> dict[str, Any]:
    """Return a whole portrait as plain values for JSON: shapes as in `Portrait`, numbers rounded to six decimals."""

    def source(found: Any) -> str | None:
        return found.ref if found else None

    return about(portrait) | {
        "market_areas": portrait.areas,
        "count_spread": float(portrait.spread),
        "persons_in_no_part": portrait.uncounted,
        "provinces": {i: decimals(n) for i, n in portrait.provinces.items()},
        "counts": [
            {"name": c.name, "unit": c.unit, "got": decimals(c.got), "target": decimals(c.target)}
            | {"source": source(c.source), "note": c.note}
            for c in portrait.counts
        ],
        "ages": [
            {"age": a.label} | {n: decimals(getattr(a, n)) for n in ("men", "women", "men_target", "women_target")}
            for a in portrait.ages
        ],
        **{
            b.name.replace(" ", "_"): {
                "unit": b.unit,
                "sources": [s.ref for s in b.sources],
                "parts": [
                    asdict(p) | {"got": decimals(p.got), "of": decimals(p.of), "target": decimals(p.target)}
                    for p in b.parts
                ],
            }
            for b in portrait.breakdowns
        },
        "sizes": [asdict(e) | {"source": e.source.ref} for e in portrait.extents],
        "fits": list(fit_rows(portrait.fits)),
    }


def told(portrait: Portrait, *, margins: bool, as_csv: bool) -> str:
    """Write a portrait, or its margins alone, as a CSV table or one JSON document."""
    if as_csv:
        rows = fit_rows(portrait.fits) if margins else count_rows(portrait)
        return to_csv(FIT_COLUMNS if margins else COUNT_COLUMNS, rows)
    found = about(portrait) | {"fits": list(fit_rows(portrait.fits))} if margins else plain(portrait)
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def to_csv(columns: Sequence[str], rows: Iterator[Mapping[str, Any]]) -> str:
    """Write records as CSV with a head line; flags are true and false, what is missing stays empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: str(v).lower() if isinstance(v, bool) else harmless(v) for k, v in row.items()})
    return out.getvalue()
