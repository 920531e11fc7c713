"""A population on disk: a Parquet file with one row a household, and, when asked, one of persons beside it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from inminban.errors import InputError
from inminban.model.files import write_whole
from inminban.model.households import LIVELIHOODS, MOST_HOUSEHOLDS, Households
from inminban.model.randomness import number_of
from inminban.population.margins import SEXES
from inminban.population.synthesize import Persons

FORMAT = 1
AREA_BITS = 32  # a household's number is its area's number above these bits, its index in the area below
REMAKE = "Make it again with inminban synthesize"
COLUMNS = {
    "household": pl.Int64,
    "area": pl.Categorical,
    "neighbourhood": pl.Int32,
    "unit": pl.Int32,
    "members": pl.UInt8,
    "adults": pl.UInt8,
    "workers": pl.UInt8,
    "students": pl.UInt8,
    "livelihood": pl.Categorical,
}


def save(households: Households, path: Path, persons: Persons | None = None) -> None:
    """Write households to a Parquet file, whole or not at all; persons, where given, into a second file beside it.

    What they were made with stands in the file's metadata: place, area, seed, year, households of the whole area, names
    of neighbourhoods by number, and the format of the file.
    """
    about = metadata(households)
    if persons is not None:
        columns = {
            "household": numbered(households.area, persons.household),
            "age": persons.age,
            "sex": words_of(SEXES, persons.sex),
        }
        write_whole(persons_path(path), parquet(pl.DataFrame(columns), about))
    counts = {n: getattr(households, n) for n in COLUMNS if n not in ("household", "area", "livelihood")}
    frame = pl.DataFrame(
        {
            "household": numbered(households.area, households.index),
            **counts,
            "livelihood": words_of(LIVELIHOODS, households.livelihood),
        }
    ).with_columns(pl.lit(households.area, dtype=pl.Categorical).alias("area"))
    write_whole(path, parquet(frame.select(list(COLUMNS)), about))


def load(path: Path) -> Households:
    """Read households from a population file; refuses one that is damaged, foreign or of a later version."""
    about, frame = opened(path)
    fault = first_fault(about, frame)
    if fault:
        raise InputError(f"is a damaged population file: {fault}", where=str(path), hint=REMAKE)
    return Households(
        place=about["place"],
        area=about["area"],
        seed=int(about["seed"]),
        year=int(about["year"]),
        area_households=int(about["area_households"]),
        names={int(number): name for number, name in json.loads(about["names"]).items()},
        index=frame["household"].to_numpy(writable=True) & (2**AREA_BITS - 1),
        livelihood=frame["livelihood"].cast(pl.Enum(LIVELIHOODS)).to_physical().cast(pl.UInt8).to_numpy(writable=True),
        neighbourhood=frame["neighbourhood"].to_numpy(writable=True),
        unit=frame["unit"].to_numpy(writable=True),
        members=frame["members"].to_numpy(writable=True),
        adults=frame["adults"].to_numpy(writable=True),
        workers=frame["workers"].to_numpy(writable=True),
        students=frame["students"].to_numpy(writable=True),
    )


def persons_path(path: Path) -> Path:
    """Return where the persons of a population file stand: `kaesong.persons.parquet` beside `kaesong.parquet`."""
    return path.with_name(f"{path.stem}.persons{path.suffix or '.parquet'}")


def numbered(area: str, index: npt.NDArray[np.int64]) -> pl.Series:
    """Return the number of each household that is its own in the whole country: its area's number and its index."""
    return pl.Series(index + (number_of(area) << AREA_BITS), dtype=pl.Int64)


def words_of(words: Sequence[str], codes: npt.NDArray[np.uint8]) -> pl.Series:
    """Return places in a list of words as the words themselves, dictionary-coded."""
    return pl.Series(words, dtype=pl.Categorical).gather(codes)


def metadata(households: Households) -> dict[str, str]:
    """Return what a population was made with, as texts for the file's metadata."""
    return {
        "inminban": "population",
        "format": str(FORMAT),
        "place": households.place,
        "area": households.area,
        "seed": str(households.seed),
        "year": str(households.year),
        "area_households": str(households.area_households),
        "names": json.dumps({str(n): name for n, name in households.names.items()}, ensure_ascii=False),
    }


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
    lacking = [n for n in ("place", "area", "seed", "year", "area_households", "names") if n not in about]
    if lacking:
        return f"its metadata lack {', '.join(lacking)}"
    if not all(about[n].isdecimal() for n in ("seed", "year", "area_households")) or not named(about["names"]):
        return "its metadata can't be read"
    if int(about["area_households"]) > MOST_HOUSEHOLDS:
        return f"an area holds {MOST_HOUSEHOLDS:,} households at most"
    for name, kind in COLUMNS.items():
        if name not in frame.columns:
            return f"it lacks the column {name}"
        if frame[name].dtype != kind or frame[name].null_count():
            return f"its column {name} should be {kind.__name__} throughout and is {frame[name].dtype}"
    return first_odd_row(about, frame)


def named(names: str) -> bool:
    """Whether a text holds names of neighbourhoods by number, in JSON."""
    try:
        found = json.loads(names)
    except json.JSONDecodeError:
        return False
    return isinstance(found, dict) and all(n.isdecimal() and isinstance(name, str) for n, name in found.items())


def first_odd_row(about: Mapping[str, str], frame: pl.DataFrame) -> str:
    """Return what is wrong with the rows, in words: other places, wrong order, or counts that can't be."""
    household, size = frame["household"].to_numpy(), int(about["area_households"])
    first = number_of(about["area"]) << AREA_BITS
    strange = set(frame["livelihood"].cast(pl.String).unique()) - set(LIVELIHOODS)
    faults = {
        "it has no household": not len(frame),
        "it holds households of another area": bool(((household < first) | (household >= first + size)).any())
        or set(frame["area"].cast(pl.String).unique()) != {about["area"]},
        "its households are not in order": any(
            bool((np.diff(frame[n].to_numpy()) < least).any())
            for n, least in (("household", 1), ("neighbourhood", 0), ("unit", 0))
        ),
        f"it names an unknown livelihood ({', '.join(sorted(strange))})": bool(strange),
        "a household has no adult": bool((frame["adults"] == 0).any()),
        "a household has more adults and students than members, or more workers than adults": bool(
            (
                (frame["adults"].cast(pl.Int16) + frame["students"].cast(pl.Int16) > frame["members"].cast(pl.Int16))
                | (frame["workers"] > frame["adults"])
            ).any()
        ),
    }
    return next((words for words, found in faults.items() if found), "")
