"""How far a reading can be trusted: the share of such readings that people who coded the same reports confirmed."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from inminban.model.country import SHIPPED

FILE = SHIPPED / "reading" / "confidence.csv"
Curve = tuple[Sequence[float], Sequence[float]]


@cache
def curves() -> Mapping[str, Curve]:
    """For terms and for prices: chances by the weights, and the share confirmed at each; both rise."""
    found: dict[str, tuple[list[float], list[float]]] = {}
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            chances, shares = found.setdefault(row["what"], ([], []))
            chances.append(float(row["chance"]))
            shares.append(float(row["confirmed"]))
    return found


def confidence(what: str, chance: float) -> float | None:
    """Share of readings with such a chance that coders confirmed; None where the weights were not asked (chance 1)."""
    if chance >= 1.0:
        return None
    chances, shares = curves()[what]
    return round(float(np.interp(chance, chances, shares)), 2)
