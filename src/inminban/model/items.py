"""Goods, money and labour: their base units, and exact conversion between a reported amount and integers.

Base units: gram, millilitre, piece, minute, square centimetre, the fen, the cent, and the country's own money as it is.
A ton is a tonne of 1,000 kg: the state the reports come from is metric.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Family = Literal["mass", "volume", "count", "money", "time", "area", "energy"]
Number = int | float

BASE: dict[str, tuple[str, Fraction]] = {
    "g": ("g", Fraction(1)),
    "kg": ("g", Fraction(1000)),
    "t": ("g", Fraction(1_000_000)),
    "ml": ("ml", Fraction(1)),
    "l": ("ml", Fraction(1000)),
    "m3": ("ml", Fraction(1_000_000)),
    "minute": ("minute", Fraction(1)),
    "hour": ("minute", Fraction(60)),
    "day": ("minute", Fraction(24 * 60)),
    "week": ("minute", Fraction(7 * 24 * 60)),
    "m2": ("cm2", Fraction(10_000)),
    "CNY": ("fen", Fraction(100)),
    "USD": ("cent", Fraction(100)),
}
MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Item:
    """A good, a currency or labour, as the country folder's `items.csv` has it.

    `kcal_per_kg` is None for what is not food, 0 for food without energy; `unit` is the one that orders usually use.
    """

    code: str
    name: str
    aliases: tuple[str, ...]
    family: Family
    unit: str
    kcal_per_kg: int | None
    status: str
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class Container:
    """How much a container, measure or vehicle holds: a bottle, a sack, a wagon (`containers.csv`).

    `item` is the item's code, empty where the measure serves several; `low` and `high` bound the assumed ones.
    """

    id: str
    item: str
    name: str
    low: Decimal
    quantity: Decimal
    high: Decimal
    unit: str
    status: str
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A whole number of base units (`g`, `ml`, `minute`, `cm2`, `fen`, `cent`, else the money or noun itself)."""

    base: int
    unit: str

    @classmethod
    def of(cls, amount: Number | Decimal | Fraction, unit: str) -> Quantity:
        """Turn an amount in a reported unit into base units, exactly; raises ValueError where it can't be.

        A unit that is not in the table counts pieces of its own kind: 20 buckets are 20 `bucket`.
        """
        base, scale = BASE.get(unit, (unit, Fraction(1)))
        units = (amount if isinstance(amount, Fraction) else Fraction(Decimal(str(amount)))) * scale
        if units < 0:
            raise ValueError(f"{amount} {unit} is negative")
        if units > MOST:
            raise ValueError(f"{amount} {unit} is more than can be counted (at most {MOST} {base})")
        if units.denominator != 1:
            raise ValueError(f"{amount} {unit} is no whole number of {base}")
        return cls(int(units), base)

    def amount_in(self, unit: str) -> Fraction:
        """Give the amount in another unit of the same base, exactly; raises ValueError for a different base."""
        base, scale = BASE.get(unit, (unit, Fraction(1)))
        if base != self.unit:
            raise ValueError(f"{self.unit} can't be told in {unit}")
        return self.base / scale
