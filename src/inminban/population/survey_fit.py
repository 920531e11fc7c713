"""Hold a population made from a survey against the totals of its cities and counties; it has no persons to compare."""

from __future__ import annotations

import numpy as np

from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.households import RESIDENCES, Households
from inminban.model.source import Source
from inminban.population.fit import Fit, join
from inminban.population.margins import margins_of
from inminban.population.surveyed import targets

WEIGHTED = "the survey's rows, weighted and cut to whole households"
OF_CITY = "the place is a part of it: it has no totals of its own"


def survey_fit(households: Households, *, country: Country) -> tuple[Fit, ...]:
    """Compare each market area of a population with the totals that its survey was weighted to, the worst first.

    Of a place inside an area nothing is compared but its households, as a part has no totals of its own.

    Raises:
        InputError: for a population that no survey made, or one made with other counts than the country's.

    """
    origin = households.origin.rpartition("own survey ")
    if not origin[1] or origin[0].removesuffix(", ") != country.origin:
        raise InputError(
            "it was made of no survey, or with other counts than these",
            where=households.place,
            hint="Give the same own census, or fit it with its persons",
        )
    found: list[Fit] = []
    for n, area in enumerate(households.areas):
        margins = margins_of(country, country.gazetteer.places[area.id], households.year)
        counted = country.counted(country.gazetteer.places[area.id])
        if area.inside < area.households:
            homes = float(households.weights.sum())
            found.append(
                Fit("households", "all", households.place, area.inside, homes, "households", False, counted, OF_CITY)
            )
            continue
        got = totals(households, slice(*households.area_starts[n : n + 2].tolist()))
        for name, target in targets(margins).items():
            group, _, margin = name.rpartition(" ")
            unit, exact = ("households" if margin == "households" else "persons"), households.sample == 1
            note = join("" if margin == "households" else WEIGHTED, "" if group else "the country's ages and work")
            source = counted if group else Source("data", f"{margin} of {area.id}", "census", f"places:{area.id}")
            met = exact and margin == "households"
            found.append(Fit(margin, group or "all", area.id, target, got[name], unit, met, source, note))
    return tuple(sorted(found, key=lambda f: (f.holds, -abs(f.error))))


def totals(households: Households, part: slice) -> dict[str, float]:
    """Return what households come to, by their weights, for each of the totals that a survey is weighted to."""
    weights = households.weights[part]
    found: dict[str, float] = {}
    for k, residence in enumerate(RESIDENCES):
        inside = weights * (households.residence[part] == k)
        found[f"{residence} households"] = float(inside.sum())
        found[f"{residence} persons"] = float((inside * households.members[part]).sum())
    columns = {name: getattr(households, name)[part] for name in ("adults", "students", "workers")}
    return found | {name: float(np.sum(weights * column)) for name, column in columns.items()}
