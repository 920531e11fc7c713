"""The unit that each measure of a run is told in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

SHARES = ("settled ", "not settled", "received ", "short", "cost income")
DAYS = ("received food days", "days short", "cost days")
PRICE, BOUGHT, KEPT, AT_UNIT = "price ", "bought by office ", "kept goods ", " unit"
THOUSAND = 1000
TOLD_IN = {"mass": ("kg", THOUSAND), "volume": ("l", THOUSAND), "time": ("min", 1), "area": ("cm2", 1)}


class Unit(NamedTuple):
    """Code of a unit (`share`, `days`, `hours`, a currency, `kg`, `CURRENCY/kg`), and what values are times by."""

    code: str
    factor: float

    @property
    def share(self) -> bool:
        """Whether it is a share, which people read in percent."""
        return self.code == "share"


def item_of(measure: str) -> str:
    """Code of the good that a measure is about; empty where it is about none."""
    for begins in (PRICE, BOUGHT, KEPT):
        if measure.startswith(begins):
            return measure.removeprefix(begins).removesuffix(AT_UNIT if begins == KEPT else "")
    whole = ("received any", "received food days")
    return measure.removeprefix("received ") if measure.startswith("received ") and measure not in whole else ""


def unit_of(measure: str, facts: Mapping[str, Any]) -> Unit:
    """Return the unit of a measure of a run."""
    if measure in DAYS:
        return Unit("days", 1)
    if measure == "labour":
        return Unit("hours", 1)
    if measure.startswith(SHARES):
        return Unit("share", 1)
    money = str(facts["money"]["currency"])
    if item := item_of(measure):
        families = {i["code"]: i["family"] for i in facts["items"]}
        code, many = TOLD_IN.get(families.get(item, ""), ("piece", 1))
        return Unit(f"{money}/{code}", many) if measure.startswith(PRICE) else Unit(code, 1 / many)
    return Unit(money, 1)
