"""Unit scales of the engine's whole numbers, its tables and how its rules are compiled (docs/model.md, 2 and 7.1)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from inminban.engine.inputs import ENTRIES, Ints
from inminban.model import randomness

F = TypeVar("F", bound=Callable[..., Any])

SHARE = 16  # shares, factors and prices in 2⁻¹⁶
ONE = 1 << SHARE
LOW_HALF = ONE - 1
INCOME = 8  # incomes in 2⁻⁸ of the money a day
PENNY = (1 << INCOME) - 1
LOG = 32  # logarithms in 2⁻³²
FRACTION = (1 << LOG) - 1
MOST_LOG = (40 << LOG) - 1  # a price of 2⁴⁰/65,536 a base unit
MOST_POWER = 16 << LOG  # factors from 2⁻¹⁶ to 2¹⁶
MANTISSA = 30
INDEX = 12  # tables have 2¹² entries
TOP_INDEX = 32 - INDEX
LOW_INDEX = TOP_INDEX - INDEX
LAST_INDEX = ENTRIES - 1
EXACT = 1 << 52  # whole numbers below it are divided as doubles
SLIGHTLY = 2.0**-51
BLOCK = 128  # households whose records are looked at together
VECTOR = 8  # columns are filled up to whole vectors of so many
RATIO = 20  # shares of food eaten and of demand in 2⁻²⁰
MOST_COST = 1 << 40
MOST_RATIO = 1 << 24
MOST_MINUTES = 1 << 31
TENTHS = 10
FIRST_SHIFT, SECOND_SHIFT = 16, 15  # of the mix


def rule(function: F) -> F:
    """Compile a rule of the model, to be called by other rules only: calling it from Python would crash.

    A rule makes no array, so that it need not count who holds one: counting costs more than most rules.
    """
    inner: Any = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False, "forceinline": True}
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy", **inner)(function))


def entry(function: F) -> F:
    """Compile a rule that Python calls."""
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


@rule
def mix(x: Any) -> Any:
    """`randomness.mix` in steps cut off at 32 bits: the same number, and vector code of twice as many lanes."""
    n = np.uint32(x)
    n = np.uint32(n ^ (n >> np.uint32(FIRST_SHIFT)))
    n = np.uint32(n * np.uint32(randomness.MIX_1))
    n = np.uint32(n ^ (n >> np.uint32(SECOND_SHIFT)))
    n = np.uint32(n * np.uint32(randomness.MIX_2))
    return np.uint32(n ^ (n >> np.uint32(FIRST_SHIFT)))


class Tables(NamedTuple):
    """Tables of 4,096 entries: 2^x in 2⁻³⁰ by its upper and lower bits, normal and Gumbel quantiles in Q16."""

    high: Ints
    low: Ints
    normal: Ints
    gumbel: npt.NDArray[np.int32]


@cache
def tables() -> Tables:
    """Make the tables of section 7.1."""
    steps = np.arange(ENTRIES)
    middles = (steps + 1 / 2) / ENTRIES
    return Tables(
        high=rounded(np.exp2(steps / ENTRIES) * (1 << MANTISSA)),
        low=rounded(np.exp2(steps / ENTRIES**2) * (1 << MANTISSA)),
        normal=rounded(ndtri(middles) * ONE),
        gumbel=rounded(-np.log(-np.log(middles)) * ONE).astype(np.int32),
    )


def rounded(values: npt.NDArray[np.float64]) -> Ints:
    """Round half to even."""
    return np.rint(values).astype(np.int64)


@rule
def drawn(key: Any, index: Any) -> Any:
    """32-bit number of household `index` under a key of two words."""
    return number_under(key[0], key[1], index)


@rule
def number_under(first: Any, second: Any, index: Any) -> Any:
    """32-bit number of household `index` under the key of two words."""
    return np.int64(mix(np.uint32(mix(np.uint32(np.uint32(index) + np.uint32(first))) ^ np.uint32(second))))


@rule
def further(number: Any, k: Any) -> Any:
    """The k-th further number of the same key and household."""
    return np.int64(mix(np.uint32(np.uint32(number) + np.uint32(k))))


@rule
def clip(value: Any, least: Any, most: Any) -> Any:
    """Keep a value within its bounds."""
    return min(max(value, least), most)


@rule
def mantissa(fraction: Any, t: Tables) -> Any:
    """2^fraction in 2⁻³⁰, too small by at most 6·10⁻⁸ of it."""
    return (t.high[fraction >> TOP_INDEX] * t.low[(fraction >> LOW_INDEX) & LAST_INDEX]) >> MANTISSA


@entry
def price(log: Any, t: Tables) -> Any:
    """Price in 1/65,536 won a base unit of its base-2 logarithm in 2⁻³², rounded half to even, at least 1."""
    m = mantissa(log & FRACTION, t)
    shift = MANTISSA - (log >> LOG)
    if shift <= 0:
        return m << -shift
    half = 1 << (shift - 1)
    whole = m >> shift
    rest = m - (whole << shift)
    if rest > half or (rest == half and whole & 1):
        whole += 1
    return max(1, whole)


@rule
def factor(log: Any, t: Tables) -> Any:
    """2^x in 2⁻¹⁶ of x in 2⁻³² (signed), rounded down."""
    x = clip(log, -MOST_POWER, MOST_POWER - 1)
    m = mantissa(x & FRACTION, t)
    shift = MANTISSA - SHARE - (x >> LOG)
    return m << -shift if shift <= 0 else m >> shift


@rule
def narrow(value: Any) -> Any:
    """The same number, below 2³¹ and said to be: a product of two such takes one step in vector units, not three."""
    return np.int64(np.int32(value))


@rule
def quotient(a: Any, b: Any) -> Any:
    """a ÷ b rounded down, 0 ≤ a < 2⁵², 0 < b ≤ 2⁵³, in vector units.

    The double's quotient can't be rounded up to a whole number: the next one lies at least 1 ÷ b above a ÷ b, more than
    half the distance of doubles there, as b times it is at most a + b.
    """
    return np.int64(np.float64(a) / np.float64(b))


@rule
def inverse_of(b: Any) -> Any:
    """1 ÷ b for `share_of`, too large by 2⁻⁵² to 2⁻⁵⁰ of it."""
    return (1 + SLIGHTLY) / b


@rule
def share_of(a: Any, inverse: Any) -> Any:
    """The same as `quotient`, 0 ≤ a, b < 2⁴⁹, where b is the same for many; `inverse` is `inverse_of` b.

    The product is never below a ÷ b, and above it by less than the 1 ÷ b at which the next whole number may lie.
    """
    return np.int64(np.float64(a) * inverse)


@rule
def scaled(amount: Any, by: Any) -> Any:
    """An amount times a factor in Q16, rounded down, where the product may be more than a whole number holds."""
    return (amount >> SHARE) * by + (((amount & LOW_HALF) * by) >> SHARE)


@rule
def up(a: Any, b: Any) -> Any:
    """a ÷ b rounded up, a ≥ 0, b > 0."""
    return (a + b - 1) // b


@rule
def pay(price: Any, quantity: Any) -> Any:
    """Won that a quantity costs, rounded up."""
    return (price * quantity + LOW_HALF) >> SHARE


@rule
def afford(price: Any, cash: Any) -> Any:
    """Most base units that the cash can buy."""
    return (cash << SHARE) // price
