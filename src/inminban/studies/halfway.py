"""A draw that takes long is kept on the way: a folder in that of the run under way, one file an area."""

from __future__ import annotations

import json
import shutil
import time
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from inminban.engine.midway import Arrays, Keep, Midway
from inminban.errors import OutputError
from inminban.studies.checkpoint import Checkpoint

SECONDS = 8.0  # of work, after which a draw is kept at the next day of trade
FOLDER = "halfway-"
WRITING = "halfway.new"
WHERE = "where.json"


def keeper(checkpoint: Checkpoint, seconds: float) -> Keep:
    """Keep the draw that is under way from time to time; `seconds` is the time it took before this process."""
    start = last = time.monotonic()

    def keep(arm: int, day: int, areas: Iterator[Arrays]) -> None:
        nonlocal last
        if time.monotonic() - last < SECONDS:
            return
        took = seconds + time.monotonic() - start
        write(checkpoint, {"draws": checkpoint.draws, "arm": arm, "day": day, "seconds": took}, areas)
        last = time.monotonic()

    return keep


def write(checkpoint: Checkpoint, where: dict[str, Any], areas: Iterator[Arrays]) -> None:
    """Write what is kept into a new folder, which takes the place of the one before once it is whole."""
    before, new = folders(checkpoint), checkpoint.folder / WRITING
    try:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        files = 0
        for arrays in areas:
            np.savez(new / f"{files:04}.npz", **arrays)
            files += 1
        (new / WHERE).write_text(json.dumps(where | {"files": files}), encoding="utf-8")
        number = int(before[-1].name.removeprefix(FOLDER)) + 1 if before else 0
        new.rename(checkpoint.folder / f"{FOLDER}{number:06}")
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        raise OutputError(f"can't be written: {error.strerror}", where=str(new), hint="Make room") from None
    for folder in before:
        shutil.rmtree(folder, ignore_errors=True)


def left_at(checkpoint: Checkpoint) -> tuple[Midway | None, float]:
    """Where the draw that was under way goes on, and the time it took so far; None where it starts anew."""
    for folder in folders(checkpoint)[-1:]:
        try:
            where = json.loads((folder / WHERE).read_text(encoding="utf-8"))
            if where["draws"] == checkpoint.draws and whole(folder, where["files"]):
                return Midway(where["arm"], where["day"], partial(arrays_of, folder)), where["seconds"]
        except (OSError, ValueError, KeyError):
            pass
    return None, 0.0


def whole(folder: Path, files: int) -> bool:
    """Whether all files are there and undamaged: a draw whose files are not starts anew, which only takes time."""
    try:
        return all(sound(folder / f"{n:04}.npz") for n in range(files))
    except (OSError, zipfile.BadZipFile):
        return False


def sound(path: Path) -> bool:
    """Whether a file holds what was written."""
    with zipfile.ZipFile(path) as file:
        return file.testzip() is None


def arrays_of(folder: Path, area: int) -> Arrays:
    """What was kept of an area, in the order of areas, or last of the rest of the country."""
    with np.load(folder / f"{area:04}.npz") as arrays:
        return dict(arrays)


def folders(checkpoint: Checkpoint) -> list[Path]:
    """Folders of draws under way that are whole, the newest last."""
    return sorted(checkpoint.folder.glob(f"{FOLDER}*"))


def let_go(checkpoint: Checkpoint) -> None:
    """Remove what was kept of a draw that is done."""
    for folder in (*folders(checkpoint), checkpoint.folder / WRITING):
        shutil.rmtree(folder, ignore_errors=True)
