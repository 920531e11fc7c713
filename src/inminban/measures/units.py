"""The unit that each measure of a run is told in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

SHARES = ("settled ", "not settled", "received ", "short", "cost income", "hidden")
DAYS = ("received food days", "days short", "cost days")
PRICE, BOUGHT, KEPT, AT_UNIT = "price ", "bought by office ", "kept goods ", " unit"
THOUSAND = 1000
TOLD_IN = {"mass": ("kg", THOUSAND), "volume": ("l", THOUSAND), "time": ("min", 1), "area": ("cm2", 1)}
BASES = {"mass": "g", "volume": "ml", "time": "minute", "area": "cm2"}
STALL_GOODS, LABOUR = "stall goods", "labour"  # items of the ledger besides goods and money
HOUR = 60


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


def unit_of_item(item: str, facts: Mapping[str, Any]) -> Unit:
    """Return the unit that amounts of an item of the ledger are told in, from base units."""
    money, family = facts["money"], family_of(item, facts)
    if item in (money["currency"], STALL_GOODS):
        return Unit(str(money["currency"]), 1 / int(money["parts"]))
    if item == LABOUR and not family:
        return Unit("hours", 1 / HOUR)
    code, many = TOLD_IN.get(family, ("piece", 1))
    return Unit(code, 1 / many)


def base_of_item(item: str, facts: Mapping[str, Any]) -> str:
    """Name the base unit of an item of the ledger; of money counted in parts, the part (`1/100 EXD`)."""
    money, family = facts["money"], family_of(item, facts)
    if item in (money["currency"], STALL_GOODS):
        return str(money["currency"]) if int(money["parts"]) == 1 else f"1/{money['parts']} {money['currency']}"
    return "minute" if item == LABOUR and not family else BASES.get(family, "piece")


def family_of(item: str, facts: Mapping[str, Any]) -> str:
    """Family of a good of a run, as items.csv has it; empty for what is none."""
    return str(next((i["family"] for i in facts["items"] if i["code"] == item), ""))
