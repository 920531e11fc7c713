"""A population on disk: a Parquet file with one row a household, and, when asked, one of persons beside it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from inminban.errors import InputError
from inminban.model.files import write_whole
from inminban.model.households import (
    COOKING,
    DWELLINGS,
    HEATING,
    LIVELIHOODS,
    MOST_HOUSEHOLDS,
    RESIDENCES,
    Area,
    Households,
)
from inminban.model.randomness import number_of
from inminban.population.apportion import INDUSTRIES, SEXES
from inminban.population.synthesize import Persons

FORMAT = 1
AREA_BITS = 32  # a household's number is its area's number above these bits, its index in the area below
REMAKE = "Make it again with inminban synthesize"
COLUMNS = {
    "household": pl.Int64,
    "area": pl.Categorical,
    "neighbourhood": pl.Int32,
    "unit": pl.Int32,
    "residence": pl.Categorical,
    "members": pl.UInt8,
    "adults": pl.UInt8,
    "workers": pl.UInt8,
    "students": pl.UInt8,
    "livelihood": pl.Categorical,
    "dwelling": pl.Categorical,
    "heating": pl.Categorical,
    "cooking": pl.Categorical,
    "weight": pl.Float64,
}
CODED = {
    "residence": RESIDENCES,
    "livelihood": LIVELIHOODS,
    "dwelling": DWELLINGS,
    "heating": HEATING,
    "cooking": COOKING,
}
ORIGIN = r"(own (census|survey) [0-9a-f]{32}(, (?!$)|$))*"  # tables of a user's that it was made from
COUNTED = ("neighbourhood", "unit", "members", "adults", "workers", "students")


def save(households: Households, path: Path, persons: Persons | None = None) -> None:
    """Write households to a Parquet file, whole or not at all; persons, where given, into a second file beside it.

    What they were made with stands in the file's metadata: place, seed, year, sample, the market areas with the
    households of all of each and the names of its neighbourhoods by number, and the format of the file.
    """
    about = metadata(households)
    identity = numbered(households)
    if persons is not None:
        columns = {
            "household": identity.gather(persons.household),
            "age": persons.age,
            "sex": words_of(SEXES, persons.sex),
            "industry": words_of((*INDUSTRIES, None), persons.industry),
        }
        write_whole(persons_path(path), parquet(pl.DataFrame(columns), about))
    frame = pl.DataFrame(
        {"household": identity, "area": words_of([a.id for a in households.areas], households.area_of)}
        | {name: getattr(households, name) for name in COUNTED}
        | {name: words_of(words, getattr(households, name)) for name, words in CODED.items()}
        | {"weight": households.weights}
    )
    write_whole(path, parquet(frame.select(list(COLUMNS)), about))


def load(path: Path) -> Households:
    """Read households from a population file; refuses one that is damaged, foreign or of a later version."""
    about, frame = opened(path)
    fault = first_fault(about, frame)
    if fault:
        raise InputError(f"is a damaged population file: {fault}", where=str(path), hint=REMAKE)
    areas = read_areas(about["areas"])
    counts = {a.id: 0 for a in areas} | dict(frame.group_by(pl.col("area").cast(pl.String)).len().iter_rows())
    return Households(
        place=about["place"],
        seed=int(about["seed"]),
        year=int(about["year"]),
        sample=Fraction(about["sample"]),
        areas=areas,
        area_starts=np.cumsum([0, *counts.values()]).astype(np.int64),
        index=(frame["household"].to_numpy() & (2**AREA_BITS - 1)).astype(np.int32),
        **{name: frame[name].to_numpy(writable=True) for name in COUNTED},
        **{
            name: frame[name].cast(pl.Enum(words)).to_physical().cast(pl.UInt8).to_numpy(writable=True)
            for name, words in CODED.items()
        },
        origin=about.get("origin", ""),
    )


def persons_path(path: Path) -> Path:
    """Return where the persons of a population file stand: `kaesong.persons.parquet` beside `kaesong.parquet`."""
    return path.with_name(f"{path.stem}.persons{path.suffix or '.parquet'}")


def numbered(households: Households) -> pl.Series:
    """Return the number of each household that is its own in the whole country: its area's number and its index."""
    areas = np.array([number_of(a.id) for a in households.areas], dtype=np.int64) << AREA_BITS
    return pl.Series(np.repeat(areas, np.diff(households.area_starts)) + households.index, dtype=pl.Int64)


def words_of(words: Sequence[str | None], codes: npt.NDArray[np.integer]) -> pl.Series:
    """Return places in a list of words as the words themselves, dictionary-coded."""
    return pl.Series(words, dtype=pl.Categorical).gather(codes)


def metadata(households: Households) -> dict[str, str]:
    """Return what a population was made with, as texts for the file's metadata."""
    areas = [{"id": a.id, "households": a.households, "inside": a.inside, "names": a.names} for a in households.areas]
    return {
        "inminban": "population",
        "format": str(FORMAT),
        "place": households.place,
        "seed": str(households.seed),
        "year": str(households.year),
        "sample": str(households.sample),
        "areas": json.dumps(areas, ensure_ascii=False),
        "origin": households.origin,
    }


def read_areas(text: str) -> tuple[Area, ...]:
    """Read the market areas of a population file's metadata."""
    return tuple(
        Area(
            str(a["id"]), int(a["households"]), int(a["inside"]), {int(n): str(name) for n, name in a["names"].items()}
        )
        for a in json.loads(text)
    )


def parquet(frame: pl.DataFrame, about: Mapping[str, str]) -> bytes:
    """Return a table and its metadata as the bytes of a Parquet file."""
    out = io.BytesIO()
    frame.write_parquet(out, metadata=dict(about))
    return out.getvalue()


def opened(path: Path) -> tuple[dict[str, str], pl.DataFrame]:
    """Open a population file: its metadata and table; refuses what is none, saying what to do."""
    where = str(path)
    if not path.is_file():
        raise InputError("no such file, a population file was expected", where=where, hint=REMAKE)
    try:
        raw = path.read_bytes()
        about = pl.read_parquet_metadata(io.BytesIO(raw))
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise InputError(f"can't be read as Parquet: {error}", where=where, hint=REMAKE) from None
    if about.get("inminban") != "population":
        raise InputError("is Parquet, but no population file of inminban", where=where, hint=REMAKE)
    if about.get("format") != str(FORMAT):
        raise InputError(
            f"has format {about.get('format')}, this version reads format {FORMAT}",
            where=where,
            field="format",
            hint="Install a later version of inminban, or make the file again with this one",
        )
    try:
        return about, pl.read_parquet(io.BytesIO(raw))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise InputError(f"can't be read as Parquet: {error}", where=where, hint=REMAKE) from None


def first_fault(about: Mapping[str, str], frame: pl.DataFrame) -> str:
    """Return what is wrong with a population, in words; nothing where all of it can be used."""
    lacking = [n for n in ("place", "seed", "year", "sample", "areas") if n not in about]
    if lacking:
        return f"its metadata lack {', '.join(lacking)}"
    try:
        areas = read_areas(about["areas"])
        share = Fraction(about["sample"])
    except (ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError):
        return "its metadata can't be read"
    if not (about["seed"].isdecimal() and about["year"].isdecimal() and 0 < share <= 1 and areas):
        return "its metadata can't be read"
    if not re.fullmatch(ORIGIN, about.get("origin", "")):
        return "its metadata can't be read"
    if any(not 0 < a.households <= MOST_HOUSEHOLDS for a in areas):
        return f"an area holds {MOST_HOUSEHOLDS:,} households at most"
    if any(not 0 < a.inside <= a.households for a in areas) or len({a.id for a in areas}) < len(areas):
        return "its metadata can't be read"
    for name, kind in COLUMNS.items():
        if name not in frame.columns:
            return f"it lacks the column {name}"
        if frame[name].dtype != kind or frame[name].null_count():
            return f"its column {name} should be {kind.__name__} throughout and is {frame[name].dtype}"
    return first_odd_row(areas, frame)


def first_odd_row(areas: Sequence[Area], frame: pl.DataFrame) -> str:
    """Return what is wrong with the rows, in words: other places, wrong order, or counts that can't be."""
    ids = [a.id for a in areas]
    known = {**CODED, "area": ids}
    found = {name: frame[name].cast(pl.String).unique() for name in known}
    strange = sorted(word for name, words in known.items() for word in found[name] if word not in words)
    if strange:
        return f"it names what is not known: {', '.join(strange[:5])}"
    if not len(frame):
        return "it has no household"
    area = frame["area"].cast(pl.Enum(ids)).to_physical().to_numpy().astype(np.int64)
    same = np.diff(area, prepend=-1) == 0
    within = frame["household"].to_numpy() - (np.array([number_of(i) for i in ids], dtype=np.int64) << AREA_BITS)[area]
    back = [np.diff(frame[n].to_numpy(), prepend=0) < 0 for n in ("neighbourhood", "unit")]
    members, adults, workers, students = (
        frame[n].cast(pl.Int16).to_numpy() for n in ("members", "adults", "workers", "students")
    )
    faults = {
        "it holds households of another area": (within < 0) | (within >= np.array([a.households for a in areas])[area]),
        "its households are not in order": (np.diff(area, prepend=0) < 0)
        | (same & ((np.diff(within, prepend=-1) < 1) | back[0] | back[1])),
        "a household has no adult": adults == 0,
        "a household has more adults and students than members, or more workers than adults": (
            (adults + students > members) | (workers > adults)
        ),
    }
    return next((words for words, flags in faults.items() if flags.any()), "")
