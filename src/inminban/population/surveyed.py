"""Households of a place from a user's own survey: its rows weighted to the margins of each market area, and laid out.

Each row is kept as often as its weight says; nothing of a row is changed. So what the margins do not know (who lives
from what, with how many) is the survey's, and what they know is the place's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.households import RESIDENCES, Area, Households
from inminban.model.places import Place
from inminban.population.apportion import ADULT, SCHOOL
from inminban.population.draws import BITS, DWELLING, SURVEY_ROW, SURVEY_SLOT, SURVEY_START, Draws
from inminban.population.homes import Homes, house
from inminban.population.layout import Layout, lay_out
from inminban.population.margins import Margins, areas_of, margins_of
from inminban.population.raking import Floats, Ints, calibrate
from inminban.population.survey import COUNTED, Survey
from inminban.population.synthesize import Show, checked, cut, each, joined

# Fractions of weights are counted in 1/1,048,576, so that the last bits of a float decide nothing; rounding so moves
# the sum of the 200,000 rows that a survey has at most by less than half a household.
FINE = 2**20
HOMES = ("dwelling", "heating", "cooking")


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows that may stand in an area: each of the survey in the residences that it may have.

    `row` is its number in the survey, `residence` a place in `RESIDENCES`, `start` its weight before it is fitted.
    """

    row: Ints
    residence: Ints
    start: Floats


def from_survey(  # noqa: PLR0913 (the arguments of synthesize, and the survey)
    place: str,
    survey: Survey,
    *,
    country: Country,
    seed: int = 1,
    year: int | None = None,
    sample: Fraction | str | float = 1,
    show: Show | None = None,
) -> Households:
    """Make the households of a place from those of a survey; arguments as of `synthesize`, and the same promises.

    The same seed gives the same households, and a city alone those that it has in its country. Households by residence
    are met exactly; persons, adults, students and workers to within a few.

    Raises:
        InputError: where the survey's households can't be weighted to the place; it names the total that is missed.

    """
    found = country.gazetteer.one(place)
    year, share = checked(country, seed, year, sample)

    def part(area: Place) -> tuple[Area, dict[str, Any]]:
        draws = Draws(seed, area.id)
        margins = margins_of(country, area, year)
        layout = lay_out(country, margins, draws)
        columns = settled(area, survey, margins, layout, draws)
        return cut(found, area.id, layout, columns, (share, draws))

    parts = each(areas_of(country.gazetteer, found), part, show)
    origin = ", ".join(part for part in (country.origin, f"own survey {survey.digest}") if part)
    return joined(parts, place=found.id, seed=seed, year=year, sample=share, origin=origin)


def settled(area: Place, survey: Survey, margins: Margins, layout: Layout, draws: Draws) -> dict[str, Any]:
    """Return the columns of an area: rows of the survey by their weights, dealt out by residence in drawn order."""
    rows = standing(area, survey, margins)
    counts = integers(rows, fitted(area, survey, rows, margins), survey, draws)
    chosen = np.zeros(margins.count, dtype=np.int64)
    for k, residence in enumerate(RESIDENCES):
        index = layout.households(residence)
        here = rows.residence == k
        order = index[np.argsort(draws.of(SURVEY_SLOT, index), kind="stable")]
        chosen[order] = np.repeat(rows.row[here], counts[here])
    columns: dict[str, Any] = {c: survey.counts[chosen, n].astype(np.uint8) for n, c in enumerate(COUNTED)}
    codes = {c: codes[chosen].astype(np.uint8) for c, codes in survey.codes.items() if c != "residence"}
    homes = completed(house(margins, layout, draws), codes, margins, layout, draws)
    return columns | {c: getattr(homes, c) for c in HOMES} | codes


def standing(area: Place, survey: Survey, margins: Margins) -> Rows:
    """Return the rows that may stand in an area; a survey without residence stands in town and country alike."""
    every = np.arange(len(survey), dtype=np.int64)
    found = []
    for k, residence in enumerate(RESIDENCES):
        row = every[survey.codes["residence"] == k] if "residence" in survey.codes else every
        homes = margins.households[residence]
        if homes and not len(row):
            raise InputError(
                f"{area.name} has {homes:,} {residence} households, and the survey has none",
                field="residence",
                hint="Leave the column out, so that each household may stand in town and country, or give such ones",
            )
        if homes:
            weights = survey.weights[row]
            found.append((row, np.full(len(row), k), weights / weights.sum() * homes))
    return Rows(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def targets(margins: Margins) -> dict[str, float]:
    """Return the totals of an area that rows are weighted to, the surest first."""
    ages = margins.ages.sum(axis=0)
    known = {f"{r} households": margins.households[r] for r in RESIDENCES}
    known |= {f"{r} persons": margins.persons[r] for r in RESIDENCES}
    known |= {
        "adults": int(ages[ADULT:].sum()),
        "students": int(ages[SCHOOL:ADULT].sum()),
        "workers": int(margins.industries.sum()),
    }
    return {name: float(count) for name, count in known.items()}


def traits(survey: Survey, rows: Rows) -> dict[str, Floats]:
    """Return what each row counts for each of the totals."""
    members, adults, workers, students = survey.counts[rows.row].astype(np.float64).T
    inside = {r: (rows.residence == k).astype(np.float64) for k, r in enumerate(RESIDENCES)}
    found = {f"{r} households": flags for r, flags in inside.items()}
    found |= {f"{r} persons": flags * members for r, flags in inside.items()}
    return found | {"adults": adults, "students": students, "workers": workers}


def fitted(area: Place, survey: Survey, rows: Rows, margins: Margins) -> Floats:
    """Return the weight of each row, such that all totals are met; where they can't, says which one is missed."""
    of_rows, wanted = traits(survey, rows), targets(margins)
    names = [n for n in wanted if wanted[n] or of_rows[n].any()]
    try:
        return calibrate(rows.start, *stacked(of_rows, wanted, names))
    except InputError:
        pass
    for n in range(1, len(names) + 1):
        try:
            calibrate(rows.start, *stacked(of_rows, wanted, names[:n]))
        except InputError:
            break
    missed = names[n - 1]
    homes = sum(margins.households.values())
    base = margins.households[missed.split()[0]] if " " in missed else homes
    now = float((rows.start * of_rows[missed]).sum()) / max(1, base)
    raise InputError(
        f"the survey can't be weighted to the {missed} of {area.name}: it has {wanted[missed] / max(1, base):.2f} a "
        f"household, and the survey {now:.2f}",
        field=missed.split()[-1],
        hint="The survey needs households of every kind that the place has: large and small, with and without children "
        "and workers; add some, or bring an own census (--census) with the counts of the place",
    )


def stacked(of_rows: dict[str, Floats], wanted: dict[str, float], names: Sequence[str]) -> tuple[Floats, Floats]:
    """Return traits as columns, and their totals, of the totals that are named."""
    return np.column_stack([of_rows[n] for n in names]), np.array([wanted[n] for n in names])


def integers(rows: Rows, weights: Floats, survey: Survey, draws: Draws) -> Ints:
    """Return how often each row is kept: its weight cut to a whole number, and one more for some.

    Who gets one more is a systematic sample by what the cut left, of rows sorted by residence and then by members,
    adults, students and workers, so that households by residence come out exactly and persons nearly so.
    """
    fine = np.rint(weights * FINE).astype(np.int64)
    counts, rest = np.divmod(fine, FINE)
    for k in range(len(RESIDENCES)):
        here = np.flatnonzero(rows.residence == k)
        wanted = round(float(weights[here].sum())) - int(counts[here].sum())
        if not wanted:
            continue
        members, adults, workers, students = survey.counts[rows.row[here]].T
        tie = draws.of(SURVEY_ROW, rows.row[here])
        order = here[np.lexsort((tie, workers, students, adults, members))]
        ends = np.cumsum(rest[order])
        # The rests are stretched to the wanted number, which rounding to 1/1,048,576 misses by a hair.
        begin = int(draws.of(SURVEY_START, np.array([k]))[0])
        steps = (np.arange(wanted) * 2.0**BITS + begin) / (wanted * 2.0**BITS) * float(ends[-1])
        counts += np.bincount(order[np.searchsorted(ends, steps, side="right")], minlength=len(counts))
    return counts


def completed(homes: Homes, codes: dict[str, Any], margins: Margins, layout: Layout, draws: Draws) -> Homes:
    """Return dwellings and fuels of an area that go with those of the survey, where it has some of the three only.

    Without any they are the area's own. Else households that the survey gives the same share, by residence, the
    area's cells that have it, in its proportions.
    """
    given = [c for c in HOMES if c in codes]
    if not given or len(given) == len(HOMES):
        return homes
    free = [c for c in HOMES if c not in codes]
    found = {c: getattr(homes, c).copy() for c in free}
    for residence in RESIDENCES:
        index = layout.households(residence)
        index = index[np.argsort(draws.of(DWELLING, index), kind="stable")]
        table = np.moveaxis(margins.dwellings[residence], [HOMES.index(c) for c in given], range(len(given)))
        groups, of = np.unique(np.stack([codes[c][index] for c in given]), axis=1, return_inverse=True)
        for n in range(groups.shape[1]):
            cells = table[tuple(groups[:, n])]
            mine = index[of == n]
            share = cells.reshape(-1).astype(np.float64) if cells.any() else np.ones(cells.size)
            ends = np.rint(np.cumsum(share) / share.sum() * len(mine)).astype(np.int64)
            dealt = np.unravel_index(np.repeat(np.arange(cells.size), np.diff(ends, prepend=0)), cells.shape)
            for c, column in zip(free, dealt, strict=True):
                found[c][mine] = column
    return replace(homes, **found)
