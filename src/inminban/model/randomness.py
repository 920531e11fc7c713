"""The keyed generator: seed, draw, area, day and purpose give a key; a key and a household's index give a number.

Nothing is drawn in sequence, so a number depends neither on order nor on threads, and a household keeps its numbers
whether it stands in a neighbourhood, a sample or the whole country. The test vectors stand in docs/model.md.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

# Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", table 2).
ROUNDS = 10
MULTIPLIER_0 = 0xD2511F53
MULTIPLIER_1 = 0xCD9E8D57
WEYL_0 = 0x9E3779B9
WEYL_1 = 0xBB67AE85
# The 32-bit finaliser "lowbias32" (Wellons 2018, hash-prospector).
MIX_1 = 0x7FEB352D
MIX_2 = 0x846CA68B
WORD = 0xFFFFFFFF
# A purpose holds its number in the low 8 bits and what it is drawn for (an order, an item) above them.
SUBJECT_BITS = 8
NO_DAY = WORD

Words = npt.NDArray[np.uint64]


def philox(counter: tuple[Any, Any, Any, Any], key: tuple[Any, Any]) -> tuple[Words, Words, Words, Words]:
    """Philox4x32-10 of four counter words and two key words (numbers or arrays that broadcast): four 32-bit words."""
    given = [np.asarray(word, dtype=np.uint64) for word in (*counter, *key)]
    c0, c1, c2, c3, k0, k1 = (np.array(word) for word in np.broadcast_arrays(*given))
    word, half = np.uint64(WORD), np.uint64(32)
    for _ in range(ROUNDS):
        left, right = np.uint64(MULTIPLIER_0) * c0, np.uint64(MULTIPLIER_1) * c2
        c0, c1, c2, c3 = (right >> half) ^ c1 ^ k0, right & word, (left >> half) ^ c3 ^ k1, left & word
        k0, k1 = (k0 + np.uint64(WEYL_0)) & word, (k1 + np.uint64(WEYL_1)) & word
    return c0, c1, c2, c3


def keys(seed: int, draw: Any, area: Any, day: Any, purpose: Any) -> Words:
    """Keys of 64 bits for every combination that the arguments broadcast to, as pairs of 32-bit words: shape (…, 2)."""
    first, second, _, _ = philox((draw, area, day, purpose), (seed & WORD, seed >> 32))
    return np.stack((first, second), axis=-1)


def mix(x: Any) -> Any:
    """One round of the 32-bit mix; `x` below 2³², as a number or an array of uint64. The engine compiles it, too."""
    x = x ^ (x >> 16)
    x = (x * MIX_1) & WORD
    x = x ^ (x >> 15)
    x = (x * MIX_2) & WORD
    return x ^ (x >> 16)


def drawn(first: Any, second: Any, index: Any) -> Any:
    """Return the 32-bit number of household `index` of its county under a key (its two words)."""
    return mix(mix((index + first) & WORD) ^ second)


def purpose(number: int, subject: int = 0) -> int:
    """Purpose word: a numbered purpose, and which order or item it is for."""
    return number | subject << SUBJECT_BITS


def number_of(name: str) -> int:
    """Return the 31-bit number of a place or symbol: the same in every run and version."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "little") >> 1
