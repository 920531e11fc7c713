"""Quantities: whole base units, exact there and back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inminban.model.items import BASE, MOST, Quantity

UNITS = st.sampled_from(sorted(BASE))


@given(base=st.integers(0, 10**15), unit=UNITS)
def test_base_units_come_back_exactly(base: int, unit: str) -> None:
    """Grams told in tonnes and read again are the same grams; nothing is rounded on the way."""
    amount = Quantity(base, BASE[unit][0]).amount_in(unit)
    assert Quantity.of(amount, unit) == Quantity(base, BASE[unit][0])


@given(thousandths=st.integers(0, 10**12))
def test_decimal_amounts_are_read_as_written(thousandths: int) -> None:
    """7.125 kg are 7,125 g, never a gram less by binary fractions."""
    assert Quantity.of(Decimal(thousandths) / 1000, "kg").base == thousandths
    assert Quantity.of(thousandths / 1000, "kg").base == thousandths


def test_a_ton_is_a_tonne() -> None:
    """180 tons are 180,000 kg, not short tons."""
    assert Quantity.of(180, "t") == Quantity(180_000_000, "g")


def test_an_own_noun_counts_pieces_of_its_kind() -> None:
    """A unit that no table has is its own base unit."""
    assert Quantity.of(20, "bucket") == Quantity(20, "bucket")


@pytest.mark.parametrize(
    ("amount", "unit", "says"),
    [
        (-1, "kg", "negative"),
        (0.0001, "kg", "no whole number"),
        (MOST, "t", "more than can be counted"),
        (0.5, "KPW", "no whole"),
    ],
)
def test_what_no_integer_holds_is_refused(amount: float, unit: str, says: str) -> None:
    """Negative, overflowing and finer-than-base amounts raise, they are never bent."""
    with pytest.raises(ValueError, match=says):
        Quantity.of(amount, unit)


def test_grams_are_not_told_in_litres() -> None:
    """Mass and volume stay apart."""
    with pytest.raises(ValueError, match="can't be told"):
        Quantity(1, "g").amount_in("l")
