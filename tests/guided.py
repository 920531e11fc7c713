"""Fuzzing led by coverage: atheris changes fragments of the coded reports towards code that none has reached yet.

    python -m tests.guided SECONDS [FOLDER]     # from the root of the repository; FOLDER keeps what was found

Ends with another code than 0 at the first text that breaks a rule of `mutations.check`, and writes that text to a file
`crash-…` in the folder. Started by test_long.py.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["inminban.reading"]):
    from inminban.reading import read as _read  # noqa: F401
    from inminban.reading import weights

from . import mutations

LONGEST = 600  # bytes of a text
FRAGMENTS = 400


def one(raw: bytes) -> None:
    """Read some bytes as a report, by rules alone, or where the first byte is even, by weights too."""
    text = raw[1:].decode("utf-8", "replace")
    judges = weights.shipped() if raw[:1] and raw[0] % 2 == 0 else weights.NONE
    if text.strip():
        mutations.check(text, judges)


def main() -> None:
    """Lay out fragments to begin with, and run for some seconds."""
    seconds, *rest = sys.argv[1:]
    mutations.SECONDS_A_LETTER = 0.01  # counting what code runs takes long
    with tempfile.TemporaryDirectory() as made:
        folder = Path(rest[0] if rest else made)
        corpus = folder / "texts"
        corpus.mkdir(parents=True, exist_ok=True)
        chance, whole = random.Random(5), mutations.texts()
        for number in range(FRAGMENTS):
            text = mutations.fragment(chance.choice(whole), chance)[: LONGEST // 3]
            (corpus / f"{number}").write_bytes(bytes([number % 256]) + text.encode())
        words = folder / "words"
        bits = {b.encode("utf-8", "replace") for b in mutations.BITS if b.strip()}
        lines = ("".join(f"\\x{byte:02x}" for byte in b) for b in sorted(bits))
        words.write_text("".join(f'"{line}"\n' for line in lines))
        options = [
            f"-max_total_time={seconds}",
            f"-max_len={LONGEST}",
            "-seed=5",
            "-timeout=20",
            "-print_final_stats=1",
        ]
        atheris.Setup([sys.argv[0], *options, f"-dict={words}", f"-artifact_prefix={folder}/", str(corpus)], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
