"""Parameters: every number that is not in a report, with its range, its source and what it may be used for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from inminban.model.source import Source


@dataclass(frozen=True, slots=True)
class Parameter:
    """One row of `parameters.csv`.

    Only rows with role `input` set anything; `target` rows are published outcomes to compare with, `context` rows tell
    what something is measured against. `transplanted_from` names the country that a figure was taken over from.
    """

    symbol: str
    name: str
    meaning: str
    role: Literal["input", "target", "context"]
    low: Decimal | None
    central: Decimal | None
    high: Decimal | None
    shape: str
    unit: str
    context: str
    transplanted_from: str
    source: str
    status: str

    @property
    def origin(self) -> Source:
        """How a page names this number."""
        ends = [f"{end:,}" for end in (self.low, self.high) if end is not None]
        middle = f"{self.central:,}" if self.central is not None else ""
        spread = f", range {'–'.join(ends)}" if len(ends) == 2 and ends[0] != ends[1] else ""
        kind: Literal["data", "assumed"] = "assumed" if self.status == "assumed" else "data"
        return Source(kind, self.meaning, f"{middle} {self.unit}{spread}; {self.source}", f"parameters:{self.symbol}")
