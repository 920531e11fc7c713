"""Division in vector units is exact: whole numbers divided as doubles come out as whole numbers would."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inminban.engine.scales import inverse_of, quotient, share_of

MOST, MOST_SHARED = 1 << 52, 1 << 49


@numba.njit
def quotients(a: Any, b: Any) -> Any:
    found = np.zeros(a.size, np.int64)
    for i in range(a.size):
        found[i] = quotient(a[i], b[i])
    return found


@numba.njit
def shares(a: Any, b: Any) -> Any:
    found = np.zeros(a.size, np.int64)
    for i in range(a.size):
        found[i] = share_of(a[i], inverse_of(b[i]))
    return found


@pytest.mark.parametrize(("divide", "most"), [(quotients, MOST), (shares, MOST_SHARED)])
@given(seed=st.integers(0, 2**32 - 1))
def test_quotients_are_those_of_whole_numbers(divide: Any, most: int, seed: int) -> None:
    """Next to multiples of the divisor, where doubles are rounded, and anywhere else, for divisors of all sizes."""
    draw = np.random.default_rng(seed)
    b = np.maximum(1, (most * 2.0 ** -draw.uniform(0, np.log2(most), 500)).astype(np.int64))
    times = (draw.random(500) * (most // b + 1)).astype(np.int64)
    for beside in (-1, 0, 1, b - 1, b // 2):
        a = np.clip(times * b + beside, 0, most - 1)
        assert np.array_equal(divide(a, b), a // b)
