"""A user's own counts of places: each row filled up, then the places around and inside moved with it.

A city or county that is counted moves its province and the country by the difference. A province that is counted
shares what its counted cities and counties leave among the others, in our proportions. Districts move with their city.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np

from inminban.errors import InputError
from inminban.model.country import CensusRow, Country
from inminban.model.households import RESIDENCES
from inminban.model.places import Place
from inminban.population.apportion import (
    SEXES,
    apportioned,
    by_residence,
    census_year,
    fitted,
    lowest,
    market_areas,
    national,
)
from inminban.population.draws import whole
from inminban.population.margins import regions
from inminban.population.table import Row, Table, whole_number

COUNTS = ("population", "households", "men", "women", "urban", "rural")
PAIRS = (("men", "women"), ("urban", "rural"))
FIELDS = {"population": "persons"}  # where the column is called otherwise than the field of a place
MOST_PERSONS = 2_000_000_000
Counts = dict[str, int | None]
Spread = Mapping[str, Counts]


def spread(country: Country, table: Table, told: str) -> tuple[dict[str, Place], Spread]:
    """Return all places whose counts a table changes, and the counts of all that matter as they were."""
    old = before(country)
    rows = rows_of(country, table)
    given = {i: filled(country, table, row, old[i]) for i, row in rows.items()}
    new: dict[str, Counts] = {}
    for province in [p for p in country.gazetteer.places.values() if p.level == "province"]:
        inside = [a.id for a in market_areas(country.gazetteer) if a.parent == province.id]
        mine = {i: given[i] for i in inside if i in given}
        if province.id in given:
            others = [i for i in inside if i not in mine]
            new |= shared(table, rows[province.id], given[province.id], mine, {i: old[i] for i in others})
            new[province.id] = given[province.id]
        elif mine:
            new[province.id] = moved(old[province.id], mine, old)
        new |= mine
    provinces = {i: c for i, c in new.items() if country.gazetteer.places[i].level == "province"}
    if provinces:
        new[country.root] = moved(old[country.root], provinces, old)
    new |= districts(country, table, rows, (given, new, old))
    sources = {i: rows[i].cells.get("source", "") or told for i in given}
    changed = {i: counts for i, counts in new.items() if i in given or counts != old[i]}
    places = country.gazetteer.places
    return {i: placed(places[i], counts, sources.get(i), told) for i, counts in changed.items()}, old


def before(country: Country) -> dict[str, Counts]:
    """Return the counts of all places as they are; those of cities and counties always by residence."""
    found: dict[str, Counts] = {
        p.id: {c: getattr(p, FIELDS.get(c, c)) for c in COUNTS} for p in country.gazetteer.places.values()
    }
    areas = market_areas(country.gazetteer)
    for area, split in zip(areas, by_residence(country, areas).tolist(), strict=True):
        found[area.id] |= dict(zip(RESIDENCES, split, strict=True))
    return found


def rows_of(country: Country, table: Table) -> dict[str, Row]:
    """Return the rows of a table by the ids of their places, each once and of a level whose counts are used."""
    gazetteer = country.gazetteer
    areas = {a.id for a in market_areas(gazetteer)}
    found: dict[str, Row] = {}
    for row in table.rows:
        try:
            place = gazetteer.one(row.cells["place"])
        except InputError as error:
            raise InputError(error.what, where=table.where, line=row.line, field="place", hint=error.hint) from None
        if place.id in found:
            what = f"{place.name} stands in line {found[place.id].line}, too"
            raise InputError(what, where=table.where, line=row.line, field="place", hint="Keep one of the two")
        if not (
            place.level == "province" or place.id in areas or (place.parent in areas and place.level == "district")
        ):
            raise InputError(
                f"{place.name} is a {place.level}, whose count is not used",
                where=table.where,
                line=row.line,
                field="place",
                hint="Count provinces, cities, counties or districts; what is around them follows",
            )
        found[place.id] = row
    return found


def filled(country: Country, table: Table, row: Row, old: Counts) -> Counts:
    """Fill up the counts of a row: what is empty follows from the others, else from ours in proportion."""
    given = {c: whole_number(table, row, c, most=MOST_PERSONS) for c in COUNTS}

    def wrong(what: str, field: str, hint: str = "Correct one of them, or leave both empty") -> InputError:
        return InputError(what, where=table.where, line=row.line, field=field, hint=hint)

    if all(v is None for v in given.values()):
        raise wrong("the row counts nothing", "population", "Give at least one count, or remove the row")
    pairs = [sum(given[c] or 0 for c in pair) for pair in PAIRS if None not in (given[pair[0]], given[pair[1]])]
    persons = given["population"] if given["population"] is not None else next(iter(pairs), old["population"])
    found: Counts = given | {"population": persons}
    for pair in PAIRS if persons is not None else ():
        known = [given[c] for c in pair]
        if None in known:
            found |= completed(pair, known, persons or 0, old)
        total = sum(found[c] or 0 for c in pair)
        if found[pair[0]] is not None and (total != persons or min(found[c] or 0 for c in pair) < 0):
            raise wrong(f"{pair[0]} and {pair[1]} are {total:,}, and all persons {persons:,}", pair[0])
    if found["households"] is None and old["households"] and old["population"] and persons is not None:
        found["households"] = round(Fraction(old["households"] * persons, old["population"]))
    homes, most = found["households"], max(lowest(r) for r in national(country, "household_size"))
    if homes is not None and persons is not None and not 0 < homes <= persons <= most * homes:
        what = f"{homes:,} households have {persons:,} persons"
        raise wrong(what, "households", f"A household has 1 to {most} persons")
    return found


def completed(pair: tuple[str, str], known: list[int | None], persons: int, old: Counts) -> Counts:
    """Return both counts of a pair of which one at most is given."""
    first, second = known
    if first is not None:
        return {pair[0]: first, pair[1]: persons - first}
    if second is not None:
        return {pair[0]: persons - second, pair[1]: second}
    weights = [old[c] for c in pair]
    if None in weights:
        return dict.fromkeys(pair)
    return dict(zip(pair, whole([w or 0 for w in weights], persons), strict=True))


def moved(old: Counts, inside: Spread, before: Spread) -> Counts:
    """Return the counts of a place with those of places inside it changed."""
    found = old.copy()
    for column, count in old.items():
        parts = [(inside[i][column], before[i][column]) for i in inside]
        if count is not None and all(a is not None and b is not None for a, b in parts):
            found[column] = count + sum((a or 0) - (b or 0) for a, b in parts)
    return found


def shared(table: Table, row: Row, province: Counts, mine: Spread, others: Spread) -> dict[str, Counts]:
    """Share what the counted places of a province leave of it among its others, in proportion to what they had."""
    rest = {c: (province[c] or 0) - sum(counts[c] or 0 for counts in mine.values()) for c in COUNTS}
    if min(rest.values()) < 0 or (not others and any(rest.values())):
        column = next(c for c in COUNTS if rest[c] < 0 or (rest[c] and not others))
        inside = (province[column] or 0) - rest[column]
        raise InputError(
            f"it has {province[column] or 0:,}, and its cities and counties in this table have {inside:,}",
            where=table.where,
            line=row.line,
            field=column,
            hint="Leave out the province, which is then their sum, or correct the counts",
        )
    ids = list(others)
    if not ids:
        return {}
    columns = {c: whole([others[i][c] or 0 for i in ids], rest[c]) for c in ("population", "households")}
    for pair in PAIRS:
        seed = np.array([[others[i][c] or 0 for c in pair] for i in ids], dtype=np.float64)
        wanted = np.array(columns["population"]), np.array([rest[c] for c in pair])
        columns |= dict(zip(pair, fitted(seed, *wanted).T.tolist(), strict=True))
    return {i: {c: int(columns[c][n]) for c in COUNTS} for n, i in enumerate(ids)}


def districts(
    country: Country, table: Table, rows: Mapping[str, Row], counts: tuple[Spread, Spread, Spread]
) -> dict[str, Counts]:
    """Return the counts of districts: those given, and those of cities that changed, moved with their city.

    `counts` are those given, the new ones so far, and the old ones.
    """
    given, new, old = counts
    found: dict[str, Counts] = {}
    for area in market_areas(country.gazetteer):
        inside = [p.id for p in country.gazetteer.places.values() if p.parent == area.id and p.level == "district"]
        whole_area = new.get(area.id, old[area.id])
        for column in COUNTS:
            counted = sum(given[i][column] or 0 for i in inside if i in given)
            if counted > (whole_area[column] or 0) and whole_area[column] is not None:
                first = next(i for i in inside if i in given)
                raise InputError(
                    f"districts of {area.name} have {counted:,}, and all of it {whole_area[column] or 0:,}",
                    where=table.where,
                    line=rows[first].line,
                    field=column,
                    hint=f"Count {area.name} ({area.id}) in a row of its own, too",
                )
        found |= {i: given[i] for i in inside if i in given}
        if area.id in new:
            found |= {i: scaled(old[i], new[area.id], old[area.id]) for i in inside if i not in given}
    return found


def scaled(counts: Counts, after: Counts, before: Counts) -> Counts:
    """Return counts changed as those of the place around them are."""
    found = counts.copy()
    for column, count in counts.items():
        if count is not None and before[column]:
            found[column] = round(Fraction(count * (after[column] or 0), before[column] or 1))
    return found


def placed(place: Place, counts: Counts, source: str | None, told: str) -> Place:
    """Return a place with new counts: its own, with the user's source, or moved with those of others."""
    changed = {FIELDS.get(c, c): n for c, n in counts.items()}
    if source is not None:
        about = {"status": "own", "note": "own count", "source": source, "count_spread": Fraction(0)}
    else:
        about = {"status": "derived", "note": "moved with own counts", "source": f"{place.source}; {told}"}
    return replace(place, **changed, **about)  # type: ignore[arg-type]


def carried(country: Country, old: Spread, places: Mapping[str, Place]) -> tuple[CensusRow, ...]:
    """Return the rows of the census, national and regional counts moved as the places they count are.

    Without this the totals by residence and age, and the places that the census knew in other boundaries, would still
    be those of the places as they were, and contradict the new ones.
    """
    after = {i: {c: getattr(p, FIELDS.get(c, c)) for c in COUNTS} for i, p in places.items()}
    areas = [a.id for a in market_areas(country.gazetteer)]
    factors = national_factors(country, old, after)
    for name, parts in regions(country):
        inside = [i for i in areas if set(country.gazetteer.ancestors(i)) & set(parts)]
        for column, key in (("households", "households"), ("population", "persons")):
            factors[name, key, "total", ""] = factor(inside, column, old, after)
    return tuple(carried_row(row, factors) for row in country.census)


def national_factors(country: Country, old: Spread, after: Spread) -> dict[tuple[str, ...], Fraction]:
    """Return by how much the country's households grew, by residence, and its persons in the model of ages, by sex."""
    areas = [a.id for a in market_areas(country.gazetteer)]
    root = country.root
    everyone = {c: factor([root], c, old, after) for c in ("men", "women", "population")}
    found: dict[tuple[str, ...], Fraction] = {
        (root, "ages", "total", sex): everyone[c] for sex, c in zip(SEXES, ("men", "women"), strict=True)
    }
    found[root, "ages", "total", "total"] = everyone["population"]
    homes = apportioned(country, census_year(country)).households.sum(axis=0).tolist()
    total = round(sum(homes) * factor(areas, "households", old, after))
    grown = [n * factor(areas, r, old, after) for n, r in zip(homes, RESIDENCES, strict=True)]
    for residence, now, was in zip(RESIDENCES, whole(grown, total), homes, strict=True):
        found[root, "households", residence, ""] = Fraction(now, was or 1)
    found[root, "households", "total", ""] = Fraction(total, sum(homes))
    return found


def factor(places: Iterable[str], column: str, old: Spread, after: Spread) -> Fraction:
    """By how much a count of several places together has grown."""
    places = list(places)
    before = sum(old[i][column] or 0 for i in places)
    return Fraction(sum(after.get(i, old[i])[column] or 0 for i in places), before or 1)


def carried_row(row: CensusRow, factors: Mapping[tuple[str, ...], Fraction]) -> CensusRow:
    """Return a row with its count moved; shares and means stay."""
    kind = "ages" if row.table.startswith(("age_sex_model", "age_sex_census")) else row.unit
    grown = factors.get((row.place, kind, row.residence, row.sex if kind == "ages" else ""), Fraction(1))
    if grown == 1 or row.table in ("household_size_mean", "later"):
        return row
    note = "; ".join(part for part in (row.note, "moved with own counts") if part)
    return replace(row, value=Decimal(round(Fraction(row.value) * grown)), status="derived", note=note)
