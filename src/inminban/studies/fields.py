"""Which symbol of the parameter table sets which whole number of the engine, in which unit, within which bounds."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

Use = Literal["all", "levy", "relief", "crackdown", "restriction", "relief and levy"]

Q16 = 1 << 16
LOG = 1 << 32
LOG2_E = math.log2(math.e)
MINUTES = 60
CALORIES = 1000
MANY = 1000
MOST_DAYS = 3660


class Field(NamedTuple):
    """A symbol, the engine's field that it sets, and how: `round(value · scale)`, from `least` to `most` of the symbol.

    `unit` names the engine's unit, `use` the kind of order that it matters to, `section` where docs/model.md uses it.
    """

    symbol: str
    field: str
    scale: float
    least: float
    most: float
    unit: str
    use: Use
    section: str


def share(symbol: str, use: Use, section: str, field: str = "") -> Field:
    """Make a field that lies between none and all."""
    return Field(symbol, field or symbol, Q16, 0, 1, "Q16", use, section)


def ratio(symbol: str, use: Use, section: str, most: float = MANY) -> Field:
    """Make a field in 2⁻¹⁶ that may exceed 1."""
    return Field(symbol, symbol, Q16, 0, most, "Q16", use, section)


def whole(symbol: str, use: Use, section: str, least: float = 1) -> Field:
    """Make a field of whole days."""
    return Field(symbol, symbol, 1, least, MOST_DAYS, "days", use, section)


# Fields of Draws.scalars that one symbol sets.
SCALED = (
    Field("energy_need", "need_person", CALORIES, 100, 10_000, "calories a day", "all", "7.2"),
    Field("income_sigma", "sigma", LOG2_E * Q16, 0, 3, "Q16 of log₂", "all", "7.2"),
    share("paid_share", "all", "7.2"),
    ratio("taste", "all", "7.2"),
    share("rice_least", "all", "7.2"),
    share("rice_most", "all", "7.2"),
    ratio("buffer_days", "all", "7.2"),
    ratio("buffer_bills", "all", "7.2"),
    ratio("spending_floor", "all", "7.2"),
    share("spend_rate", "all", "7.6"),
    Field("work_hours", "work_minutes", MINUTES, 1, 24, "minutes a day", "all", "7.2"),
    ratio("reserve_days", "levy", "7.2"),
    whole("market_every", "all", "7.6"),
    ratio("stall_days", "all", "7.2"),
    share("forbidden_share", "all", "7.2"),
    ratio("stock_days", "all", "7.4"),
    whole("price_memory", "all", "7.5"),
    Field("price_speed", "price_speed", LOG2_E * LOG, 0, 2, "2⁻³² of log₂", "all", "7.5"),
    Field("price_cap", "price_cap", LOG2_E * LOG, 0, 2, "2⁻³² of log₂", "all", "7.5"),
    ratio("supply_elasticity", "all", "7.5", 10),
    share("farm_share", "restriction", "7.5"),
    share("closed_income", "restriction", "7.6"),
    ratio("substitution", "all", "7.6", 20),
    ratio("food_elasticity", "all", "7.6", 10),
    share("food_floor", "all", "7.6"),
    share("short_line", "all", "7.6"),
    share("own_share", "levy", "7.2"),
    ratio("own_price", "levy", "7.8"),
    Field("search_hours", "search_minutes", MINUTES, 0, 24, "minutes", "levy", "7.8"),
    ratio("choice_scale", "levy", "7.8", 63),
    ratio("bribe_ratio", "levy", "7.8"),
    ratio("borrow_days", "levy", "7.8", MOST_DAYS),
    ratio("borrow_cost", "levy", "7.8"),
    share("hazard", "levy", "7.8"),
    ratio("penalty", "levy", "7.8"),
    share("force", "levy", "7.8"),
    whole("buying_days", "levy", "7.10"),
    share("remit_goods", "levy", "7.10"),
    share("remit_cash", "levy", "7.10"),
    Field("diversion", "diversion", 1, 0, 1, "0 or 1", "relief", "7.9"),
    share("none", "relief", "7.9"),
    share("full", "relief", "7.9"),
    share("sold", "relief", "7.9"),
    whole("serve_days", "relief", "7.9"),
    share("inspect", "crackdown", "7.11"),
    ratio("fine_days", "crackdown", "7.11"),
    ratio("reward", "crackdown", "7.11"),
    share("bargain", "crackdown", "7.11"),
    share("arrears", "levy", "7.8"),
    share("joint", "levy", "7.8"),
    Field("caution", "caution", LOG2_E * Q16, 0, 3, "Q16 of log₂", "crackdown", "7.11"),
    ratio("revenue_target", "crackdown", "7.11"),
    share("eased", "crackdown", "7.11"),
    whole("return_days", "crackdown", "7.11"),
    share("returned", "crackdown", "7.11"),
    ratio("ransom_share", "crackdown", "7.11"),
    Field("trade_speed", "trade_speed", Q16 / LOG2_E, 0, 10, "Q16 of log₂", "all", "7.14"),
    share("trade_most", "all", "7.14"),
)

# Symbols that set something together with others, or with the plan; `field` says what.
JOINT = (
    Field("restock_days", "restock = 1 ÷ restock_days", Q16, 1, MOST_DAYS, "Q16", "all", "7.6"),
    Field("income_median", "income", 1, 1, 2**31, "Q8 a day", "all", "7.2"),
    Field("income_scale", "income", 1, 0, 100, "Q8 a day", "all", "7.2"),
    Field("livelihood_trader_urban", "to_trade, from_trade", Q16, 0, 1, "Q16", "all", "7.2"),
    Field("livelihood_trader_rural", "to_trade, from_trade", Q16, 0, 1, "Q16", "all", "7.2"),
    Field("farm_income", "income of farmers", 1, 0, 100, "Q8 a day", "all", "7.2"),
    Field("ration", "ration", 1, 0, 5000, "g a person and day", "all", "7.2"),
    Field("ration_rice", "ration", 1, 0, 1, "g a person and day", "all", "7.2"),
    Field("farm_cover", "harvest", 1, 0, 10, "g a person and day", "all", "7.2"),
    Field("harvest_rice", "harvest", 1, 0, 1, "g a person and day", "all", "7.2"),
    Field("outside_elasticity", "elasticity of items 0 and 1", Q16, 0, 10, "Q16", "all", "7.5"),
    Field("levy_item_elasticity", "elasticity of other items", Q16, 0, 10, "Q16", "relief and levy", "7.5"),
    Field("levy_background", "supply_day", 1, 0, MANY, "base units a day", "relief and levy", "7.4"),
    Field("yearly_levy_multiple", "supply_day, common, own_most", 1, 0, MANY, "base units", "relief and levy", "7.4"),
    Field("gatherable", "common", 1, 0, MANY, "base units", "levy", "7.4"),
    Field("own_most", "own_most", 1, 0, MANY, "base units", "levy", "7.2"),
    Field("share_mean", "beta, as b", 1, 0.001, 0.999, "table", "relief", "7.1"),
    Field("kappa", "beta, as κ", 1, 0.1, MANY, "table", "relief", "7.1"),
    Field("siphon", "siphon", Q16, 0, 1, "Q16", "relief", "7.9"),
    Field("siphon_forbidden", "siphon, where siphoning is forbidden", Q16, 0, 1, "Q16", "relief", "7.9"),
    Field("delay_centre", "start", 1, 0, MOST_DAYS, "days", "all", "7.8"),
    Field("delay_province", "start", 1, 0, MOST_DAYS, "days", "all", "7.8"),
    Field("delay_county", "start of a levy", 1, 0, MOST_DAYS, "days", "levy", "7.8"),
    Field("levy_term", "due, where none is reported", 1, 0, MOST_DAYS, "days", "levy", "7.8"),
    Field("joint_term", "rounds of the unit", 1, 1, MOST_DAYS, "days", "levy", "7.8"),
    Field("ban_effect", "start of a local levy", Q16, 0, 1, "Q16", "restriction", "8"),
    Field("posts", "posts, where none is reported", 1, 1, MANY, "number", "crackdown", "7.11"),
    Field("trip_worth", "toll", Q16, 0, MANY, "Q16", "crackdown", "7.11"),
    Field("chain_curvature", "toll, passing", 1, 0.1, MANY, "Q16", "crackdown", "7.11"),
)

# Symbols that are never drawn: the plan and the gate take them as they stand.
FIXED = (
    whole("burn_days", "all", "7.4"),
    whole("mean_days", "all", "7.4"),
    whole("gate_days", "all", "7.12"),
    whole("trade_days", "all", "7.14"),
    Field("gate_width", "the gate", 1, 0, 1, "share", "all", "7.12"),
    Field("gate_short", "the gate, both ends", 1, 0, 1, "share", "all", "7.12"),
    Field("gate_short_refused", "the gate, both ends", 1, 0, 1, "share", "all", "7.12"),
    Field("levy_part", "amount of a levy without one (--assume)", 1, 0, MANY, "share", "levy", "7.3"),
)

# Families of symbols, one row an item or a period.
FAMILIES = (
    Field("state_wage…", "wage_day", 1, 0, 2**31, "Q8 a day", "all", "7.2"),
    Field("price_ratio …", "log_price", 1, 1e-6, 1e6, "2⁻³² of log₂", "all", "7.5"),
    Field("yearly_levy …", "supply_day, common, own_most", 1, 0, 1e9, "base units", "relief and levy", "7.4"),
    Field("gather_yield …", "yields", 1, 0, 1e9, "Q16 a minute", "levy", "7.8"),
)
