"""Numbers that are not known exactly: a lowest, a central and a highest value, exact fractions throughout."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from inminban.model.parameters import Parameter
from inminban.model.source import Source

Exact = Fraction | int


@dataclass(frozen=True, slots=True)
class Range:
    """Low ≤ central ≤ high, none negative. Products and quotients join the ends, as all inputs are positive."""

    low: Fraction
    central: Fraction
    high: Fraction

    @classmethod
    def of(cls, low: Exact, central: Exact | None = None, high: Exact | None = None) -> Range:
        """Make a range; with one value it is a point."""
        return cls(
            Fraction(low), Fraction(low if central is None else central), Fraction(low if high is None else high)
        )

    @classmethod
    def parameter(cls, row: Parameter) -> Range:
        """Return the range of a parameter; a row without ends is a point."""
        values = [v for v in (row.low, row.central, row.high) if v is not None]
        middle = row.central if row.central is not None else values[len(values) // 2]
        return cls(Fraction(values[0]), Fraction(middle), Fraction(values[-1]))

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.central + other.central, self.high + other.high)

    def __mul__(self, other: Range | Exact) -> Range:
        if not isinstance(other, Range):
            return Range(self.low * other, self.central * other, self.high * other)
        return Range(self.low * other.low, self.central * other.central, self.high * other.high)

    def __truediv__(self, other: Range | Exact) -> Range:
        if not isinstance(other, Range):
            return self * (1 / Fraction(other))
        return Range(self.low / other.high, self.central / other.central, self.high / other.low)

    @property
    def known(self) -> bool:
        """Whether it is a point."""
        return self.low == self.high


def total(ranges: list[Range]) -> Range:
    """Sum of ranges, zero for none."""
    return sum(ranges, Range.of(0))


@dataclass(frozen=True, slots=True)
class Figure:
    """One weighed number: its range, its unit, what the range varies, and everything it was made from."""

    value: Range
    unit: str
    sources: tuple[Source, ...]
    varies: str = ""

    @property
    def kinds(self) -> dict[str, int]:
        """How many inputs are reported, data and assumed."""
        kinds = [s.kind for s in dict.fromkeys(self.sources)]
        return {kind: kinds.count(kind) for kind in ("reported", "data", "assumed")}

    def plain(self) -> dict[str, object]:
        """Return plain numbers for JSON."""
        value = self.value
        return {
            "low": rounded(value.low),
            "central": rounded(value.central),
            "high": rounded(value.high),
            "unit": self.unit,
            "varies": self.varies,
            **self.kinds,
            "sources": [s.ref for s in dict.fromkeys(self.sources)],
        }


def rounded(value: Exact) -> int | float:
    """Round to six significant digits for output; whole numbers stay whole."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return int(exact)
    short = Decimal(exact.numerator) / Decimal(exact.denominator)
    return float(f"{short:.6g}")


def short(value: Exact) -> str:
    """Write a number with the digits that matter, with a comma: 0.05, 8.6, 11.7, 34, 1,630.

    Two digits, or three from 10 to 20 and from 1,000 on.
    """
    exact = Fraction(value)
    if exact == 0:
        return "0"
    digits = 3 if exact >= 1000 or 10 <= exact < 20 else 2
    text = f"{float(exact):.{digits}g}"
    number = Decimal(text)
    return f"{int(number):,}" if number == number.to_integral_value() else f"{number.normalize():,f}"


def between(low: Exact, high: Exact) -> str:
    """Write a range with an en dash, both ends with a decimal if one has it; one number where both read the same."""
    first, last = short(low), short(high)
    if "." in first + last and 1 <= low <= high < 10:
        first, last = f"{float(low):.1f}", f"{float(high):.1f}"
    return first if first == last else f"{first}–{last}"
