"""Where a number comes from: the words of a report, a row of a table, an assumption, or a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["reported", "data", "assumed", "simulated"]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a report and where they stand in its text.

    Offsets count code points of the NFC text with LF line ends; `prefix` and `suffix` (up to 32 code points each)
    tell a repeated quote from its double.
    """

    exact: str
    start: int
    end: int
    prefix: str
    suffix: str

    @classmethod
    def cut(cls, text: str, start: int, end: int) -> Quote:
        """Cut the quote out of a text."""
        return cls(text[start:end], start, end, text[max(0, start - 32) : start], text[end : end + 32])


@dataclass(frozen=True, slots=True)
class Source:
    """The origin of one number, as pages and tables name it.

    `what` is the number in words, `detail` its quote, row or range, `ref` the address of the row or quote
    (`prices:p0123`, `REPORT#o1t2`).
    """

    kind: Kind
    what: str
    detail: str
    ref: str
