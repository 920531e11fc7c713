"""A population on disk: what is saved comes back, and a file that can't be right is refused before it is used."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inminban.errors import InputError
from inminban.model.households import Area
from inminban.model.randomness import number_of
from inminban.population.apportion import INDUSTRIES, SEXES
from inminban.population.file import load, persons_path, save

from .populations import AREAS, CITY, COUNTY, DISTRICT, NEIGHBOURHOOD, PROVINCE, made, people, same

POPULATIONS: dict[str, tuple[Any, ...]] = {
    "district": (DISTRICT,),
    "neighbourhood": (NEIGHBOURHOOD, 2**64 - 1),
    "county of 2020": (COUNTY, 3, 2020),
    "sample of a province": (PROVINCE, 1, None, "0.01"),
    "province": (PROVINCE,),
    "tiny sample of a province of 2015": (PROVINCE, 5, 2015, "1/100000"),
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("population") / "ranam.parquet"
    save(made(DISTRICT), path, people(DISTRICT))
    return path


@pytest.fixture(scope="module")
def kept_province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("population") / "province.parquet"
    save(made(*POPULATIONS["sample of a province"]), path)
    return path


def changed(
    source: Path, target: Path, column: pl.Expr | None = None, metadata: Mapping[str, str] | None = None
) -> Path:
    """Write a population file again with one column or some metadata changed."""
    frame = pl.read_parquet(source)
    about = {k: v for k, v in pl.read_parquet_metadata(source).items() if k != "ARROW:schema"}
    (frame if column is None else frame.with_columns(column)).write_parquet(
        target, metadata=about | dict(metadata or {})
    )
    return target


class TestBack:
    @pytest.mark.parametrize("which", POPULATIONS)
    def test_what_is_saved_comes_back(self, tmp_path: Path, which: str) -> None:
        """Every column of every kind of place, and what the households were made with."""
        households = made(*POPULATIONS[which])
        save(households, tmp_path / "p.parquet")
        assert same(load(tmp_path / "p.parquet"), households)

    def test_own_tables_are_remembered(self, tmp_path: Path) -> None:
        """A population of a user's tables says by their digests which ones."""
        own = dataclasses.replace(made(COUNTY), origin=f"own census {'0' * 32}, own survey {'a' * 32}")
        save(own, tmp_path / "p.parquet")
        assert load(tmp_path / "p.parquet").origin == own.origin

    def test_the_columns_are_those_of_the_contract(self, kept: Path) -> None:
        """Other programs read the file, so its columns and types are fixed."""
        frame = pl.read_parquet(kept)
        words = dict.fromkeys(("livelihood", "dwelling", "heating", "cooking"), "Categorical")
        assert [(n, str(t).split("(")[0]) for n, t in frame.schema.items()] == [
            ("household", "Int64"),
            ("area", "Categorical"),
            ("neighbourhood", "Int32"),
            ("unit", "Int32"),
            ("residence", "Categorical"),
            *((n, "UInt8") for n in ("members", "adults", "workers", "students")),
            *words.items(),
            ("weight", "Float64"),
        ]
        assert frame["household"][0] == (number_of(CITY) << 32) + int(made(DISTRICT).index[0])
        assert frame["area"].unique().to_list() == [CITY]

    def test_households_have_numbers_of_their_own(self, tmp_path: Path) -> None:
        """No two areas of the country share a number, so that no two households of it do."""
        assert len({number_of(a) for a in AREAS}) == len(AREAS)
        save(made(PROVINCE), tmp_path / "p.parquet")
        assert pl.read_parquet(tmp_path / "p.parquet")["household"].is_unique().all()

    def test_weights_of_a_sample_stand_in_the_file(self, kept_province: Path) -> None:
        """Summed over the file they are the households of each area."""
        frame = pl.read_parquet(kept_province).group_by(pl.col("area").cast(pl.String)).agg(pl.col("weight").sum())
        counts = {a.id: a.households for a in made(*POPULATIONS["sample of a province"]).areas}
        assert dict(frame.iter_rows()) == pytest.approx(counts)

    def test_persons_stand_beside_their_households(self, kept: Path) -> None:
        """The second file has one row a person, of the households of the first; who is not in work has no industry."""
        frame, homes = pl.read_parquet(persons_path(kept)), pl.read_parquet(kept)
        assert persons_path(kept).name == "ranam.persons.parquet"
        assert frame.columns == ["household", "age", "sex", "industry"]
        counted = frame.group_by("household", maintain_order=True).agg(
            pl.len().cast(pl.UInt8).alias("members"),
            pl.col("industry").cast(pl.String).is_not_null().sum().cast(pl.UInt8).alias("workers"),
        )
        assert counted.equals(homes.select("household", "members", "workers"))
        assert set(frame["sex"].cast(pl.String).unique()) == set(SEXES)
        assert set(frame["industry"].cast(pl.String).unique()) == {*INDUSTRIES, None}

    def test_the_same_households_are_the_same_bytes(self, kept: Path, tmp_path: Path) -> None:
        """Nothing of the day or the machine is in the file."""
        save(made(DISTRICT), tmp_path / "again.parquet")
        assert (tmp_path / "again.parquet").read_bytes() == kept.read_bytes()
        assert [p.name for p in tmp_path.iterdir()] == ["again.parquet"]

    def test_a_target_that_can_t_be_written_is_left_alone(self, tmp_path: Path) -> None:
        """A folder of that name stays a folder."""
        (tmp_path / "here.parquet").mkdir()
        with pytest.raises(InputError, match="is a folder, a file was expected"):
            save(made(NEIGHBOURHOOD), tmp_path / "here.parquet")


def areas_text(**changes: object) -> str:
    """Metadata of the areas of the district's file with something changed."""
    (area,) = made(DISTRICT).areas
    return json.dumps([{"id": area.id, "households": area.households, "inside": area.inside, "names": {}} | changes])


class TestDamage:
    def test_a_missing_foreign_or_broken_file_is_refused(self, kept: Path, tmp_path: Path) -> None:
        """The message says what the file is not, and what to do."""
        broken, foreign = tmp_path / "broken.parquet", tmp_path / "foreign.parquet"
        pl.DataFrame({"a": [1]}).write_parquet(foreign)
        for path, words in ((tmp_path / "none.parquet", "no such file"), (foreign, "no population file of inminban")):
            with pytest.raises(InputError, match=f"{words}.*inminban synthesize"):
                load(path)
        raw = kept.read_bytes()
        for part in (b"", b"PAR1", raw[:1000], raw[: len(raw) // 2], raw[:-1], raw[100:], b"text, not Parquet"):
            broken.write_bytes(part)
            with pytest.raises(InputError, match=r"(?s)can't be read as Parquet.*inminban synthesize"):
                load(broken)

    @settings(max_examples=40)
    @given(st.data())
    def test_a_byte_that_changed_is_refused_or_harmless(self, kept_province: Path, data: st.DataObject) -> None:
        """Whatever happens to the file, reading it gives households or a message, never a crash."""
        raw = bytearray(kept_province.read_bytes())
        for _ in range(data.draw(st.integers(1, 5))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        broken = kept_province.with_name("bytes.parquet")
        broken.write_bytes(raw)
        with contextlib.suppress(InputError):
            found = load(broken)
            assert len(found) == found.area_starts[-1] > 0

    def test_a_later_format_is_refused(self, kept: Path, tmp_path: Path) -> None:
        """A file of a later version asks for that version."""
        with pytest.raises(InputError, match="has format 2, this version reads format 1.*later version"):
            load(changed(kept, tmp_path / "later.parquet", metadata={"format": "2"}))

    @pytest.mark.parametrize(
        ("column", "words"),
        [
            (pl.col("unit").cast(pl.Int64), "its column unit should be Int32"),
            (pl.col("weight").cast(pl.Float32), "its column weight should be Float64"),
            (
                pl.when(pl.col("unit") > 2500).then(pl.col("members")).alias("members"),
                "its column members should be UInt8",
            ),
            (pl.col("unit").reverse(), "not in order"),
            (pl.col("household") + 2**33, "households of another area"),
            (pl.lit("KP0326", dtype=pl.Categorical).alias("area"), "not known: KP0326"),
            (pl.lit(0, dtype=pl.UInt8).alias("adults"), "no adult"),
            (pl.lit(200, dtype=pl.UInt8).alias("workers"), "more workers than adults"),
            (pl.lit(200, dtype=pl.UInt8).alias("students"), "more adults and students than members"),
            *(
                (pl.lit("pirate", dtype=pl.Categorical).alias(n), "not known: pirate")
                for n in ("livelihood", "residence", "dwelling", "heating", "cooking")
            ),
        ],
        ids=lambda x: x if isinstance(x, str) else "",
    )
    def test_rows_that_can_t_be_are_refused(self, kept: Path, tmp_path: Path, column: pl.Expr, words: str) -> None:
        """A file that was changed by hand is found out before anything is computed with it."""
        with pytest.raises(InputError, match=f"is a damaged population file: .*{words}"):
            load(changed(kept, tmp_path / "odd.parquet", column))

    @pytest.mark.parametrize("column", ["household", "area", "unit", "residence", "dwelling", "weight"])
    def test_a_column_that_is_gone_is_named(self, kept: Path, tmp_path: Path, column: str) -> None:
        """All columns are needed."""
        about = {k: v for k, v in pl.read_parquet_metadata(kept).items() if k != "ARROW:schema"}
        pl.read_parquet(kept).drop(column).write_parquet(tmp_path / "odd.parquet", metadata=about)
        with pytest.raises(InputError, match=f"it lacks the column {column}"):
            load(tmp_path / "odd.parquet")

    @pytest.mark.parametrize(
        ("metadata", "words"),
        [
            ({"seed": "one"}, "metadata can't be read"),
            ({"year": "-5"}, "metadata can't be read"),
            ({"sample": "0"}, "metadata can't be read"),
            ({"sample": "3/2"}, "metadata can't be read"),
            ({"sample": "1/0"}, "metadata can't be read"),
            ({"areas": "[1"}, "metadata can't be read"),
            ({"areas": "[]"}, "metadata can't be read"),
            ({"areas": '{"id": 1}'}, "metadata can't be read"),
            ({"areas": areas_text(inside=0)}, "metadata can't be read"),
            ({"areas": areas_text(inside=10**6)}, "metadata can't be read"),
            ({"areas": areas_text()[:-1] + "," + areas_text()[1:]}, "metadata can't be read"),
            ({"origin": "somebody's table"}, "metadata can't be read"),
            ({"areas": areas_text(households=5, inside=5)}, "households of another area"),
            ({"areas": areas_text(households=2**24 + 1)}, "16,777,216 households at most"),
            ({"areas": areas_text(id="KP0326")}, "not known: KP0205"),
        ],
    )
    def test_metadata_that_can_t_be_are_refused(
        self, kept: Path, tmp_path: Path, metadata: dict[str, str], words: str
    ) -> None:
        """So is one whose metadata do not fit its rows."""
        with pytest.raises(InputError, match=words):
            load(changed(kept, tmp_path / "odd.parquet", metadata=metadata))

    @pytest.mark.parametrize("name", ["place", "seed", "year", "sample", "areas"])
    def test_metadata_that_are_gone_are_named(self, kept: Path, tmp_path: Path, name: str) -> None:
        """What the households were made with has to be there."""
        about = {k: v for k, v in pl.read_parquet_metadata(kept).items() if k not in ("ARROW:schema", name)}
        pl.read_parquet(kept).write_parquet(tmp_path / "odd.parquet", metadata=about)
        with pytest.raises(InputError, match=f"metadata lack {name}"):
            load(tmp_path / "odd.parquet")

    def test_areas_out_of_order_are_refused(self, kept_province: Path, tmp_path: Path) -> None:
        """Households stand area by area, in the order of the metadata."""
        areas = json.loads(pl.read_parquet_metadata(kept_province)["areas"])
        with pytest.raises(InputError, match="not in order"):
            load(changed(kept_province, tmp_path / "odd.parquet", metadata={"areas": json.dumps(areas[::-1])}))

    def test_an_area_without_households_is_kept(self, tmp_path: Path) -> None:
        """An area of which a sample kept nobody comes back as an empty stretch."""
        h = made(COUNTY)
        empty = Area("KP0325", 10, 10, {})
        two = dataclasses.replace(h, areas=(*h.areas, empty), area_starts=np.append(h.area_starts, len(h)))
        save(two, tmp_path / "p.parquet")
        assert same(load(tmp_path / "p.parquet"), two)
