"""What was learned from coded reports: the weight of each clue for each answer, and how likely an answer is by them.

`training/learn.py` makes the file from the coded reports under tests/gold; reading only adds up weights.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, repeat
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from inminban.model.country import SHIPPED

SEPARATOR = "\0"  # no text has it
FILE = SHIPPED / "reading" / "weights.npz"
QUESTIONS = ("role", "good", "priced", "per", "place", "day", "levy", "relief", "crackdown", "restriction")


@dataclass(frozen=True)
class Judge:
    """Weights for one question: a row a clue, a column an answer."""

    rows: Mapping[str, int]
    answers: tuple[str, ...]
    matrix: npt.NDArray[np.float32]

    @cached_property
    def padded(self) -> npt.NDArray[np.float32]:
        """The matrix with a last row of zeros, for clues that were never learned: they weigh nothing."""
        return np.vstack([self.matrix, np.zeros((1, self.matrix.shape[1]), np.float32)])

    def marks(self, clues: Mapping[str, float]) -> npt.NDArray[np.float32]:
        """Sum of the weights of the clues, for each answer."""
        rows = np.array(list(map(self.rows.get, clues, repeat(-1))), np.intp)
        return np.asarray(np.array(list(clues.values()), np.float32) @ self.padded.take(rows, 0), np.float32)

    def chances(self, clues: Mapping[str, float]) -> dict[str, float]:
        """How likely each answer is; the chances add up to one."""
        marks = self.marks(clues)
        parts = np.exp(marks - marks.max())
        return dict(zip(self.answers, (parts / parts.sum()).tolist(), strict=True))

    def yes(self, clues: Mapping[str, float]) -> float:
        """Chance of "yes" for a question that is answered with yes or no."""
        return self.chances(clues)["yes"]

    def among(self, options: Sequence[Mapping[str, float]]) -> list[float]:
        """Chance of each of some options to be the right one of them; none may be without a clue."""
        names, strengths = chain.from_iterable(options), chain.from_iterable(o.values() for o in options)
        rows = np.array(list(map(self.rows.get, names, repeat(-1))), np.intp)
        weights = self.padded.take(rows, 0)[:, 0] * np.array(list(strengths), np.float32)
        marks = np.add.reduceat(weights, np.cumsum([0, *map(len, options[:-1])]))
        parts = np.exp(marks - marks.max())
        return [float(p) for p in parts / parts.sum()]

    def strongest(self, clues: Mapping[str, float], answer: str, most: int) -> list[tuple[str, float]]:
        """The clues that speak most for an answer against the mean of all answers, the strongest first."""
        column = self.answers.index(answer)
        found = [
            (name, strength * float(self.matrix[row, column] - self.matrix[row].mean()))
            for name, strength in clues.items()
            if (row := self.rows.get(name)) is not None
        ]
        return sorted(found, key=lambda f: -abs(f[1]))[:most]


Judges = Mapping[str, Judge]
NONE: Judges = MappingProxyType({})  # to read by rules alone


@cache
def shipped() -> Judges:
    """The weights that come with the package."""
    return loaded(FILE)


def loaded(path: Path) -> Judges:
    """Weights of a file."""
    with np.load(path, allow_pickle=False) as arrays:
        found = {}
        for question in {name.split(".")[0] for name in arrays.files}:
            names = bytes(arrays[f"{question}.clues"]).decode("utf-8").split(SEPARATOR)
            answers = tuple(bytes(arrays[f"{question}.answers"]).decode("utf-8").split(SEPARATOR))
            matrix = arrays[f"{question}.weights"].astype(np.float32)
            found[question] = Judge({name: row for row, name in enumerate(names)}, answers, matrix)
    return found


def saved(judges: Judges, path: Path) -> None:
    """Write weights; the same weights give the same bytes, whenever they are written."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for question in sorted(judges):
            judge = judges[question]
            parts: dict[str, npt.NDArray[Any]] = {
                "clues": text(SEPARATOR.join(judge.rows)),
                "answers": text(SEPARATOR.join(judge.answers)),
                "weights": judge.matrix.astype(np.float16),
            }
            for name, array in parts.items():
                with archive.open(zipfile.ZipInfo(f"{question}.{name}.npy"), "w") as file:
                    np.lib.format.write_array(file, array, allow_pickle=False)


def text(value: str) -> npt.NDArray[np.uint8]:
    """A text as an array of its bytes."""
    return np.frombuffer(value.encode("utf-8"), np.uint8)


def best(chances: Mapping[str, float], barred: Sequence[str] = ()) -> tuple[str, float]:
    """Likeliest answer that is not barred, and its chance."""
    return max(((a, c) for a, c in chances.items() if a not in barred), key=lambda e: (e[1], e[0]))
