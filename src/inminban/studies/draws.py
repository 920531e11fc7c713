"""Turn drawn assumptions into the whole numbers that the engine runs on, draw by draw."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

from inminban.engine.inputs import (
    ENTRIES,
    KINDS,
    NOT_REPORTED,
    RELIEF,
    SCALAR_TYPE,
    Draws,
    Ints,
)
from inminban.engine.scales import LOG, MOST_LOG, price, tables
from inminban.errors import InputError
from inminban.measures.prices import price_of
from inminban.measures.setting import DAYS_A_MONTH
from inminban.model.country import Country
from inminban.model.households import LIVELIHOODS, RESIDENCES
from inminban.studies.assumptions import Input, inputs_of, sample
from inminban.studies.compiled import GATHER, YEARLY, Line
from inminban.studies.fields import CALORIES, JOINT, MINUTES, Q16, SCALED
from inminban.studies.plan import Planned, Plans
from inminban.studies.quotes import price_at
from inminban.studies.rounds import Values, ban_numbers, dues, padded, rounds, starts
from inminban.studies.terms import base_units

Q8 = 1 << 8
DAYS_A_YEAR = 365
DAYS = float(DAYS_A_MONTH)
FARMER = LIVELIHOODS.index("farmer")
TOLLS = ("trip_worth", "chain_curvature")
BELOW_OVERFLOW = 2.0**62
ROOM = 16  # what prices and stocks may grow to in a run, times those of the first day


def inputs_for(planned: Planned, country: Country) -> tuple[Input, ...]:
    """Make all inputs that a run draws: rows of the parameter table, and prices of the first day."""
    symbols = [f.symbol for f in (*SCALED, *JOINT)]
    symbols += [symbol for symbol in (wage_symbol(planned, country),) if symbol]
    rows = (f"{family}{code}" for family in (YEARLY, GATHER) for code in planned.items)
    symbols += [symbol for symbol in rows if symbol in country.parameters]
    quoted = (i for q in planned.quotes.values() for i in (q.given, q.ratio) if i is not None)
    return (*inputs_of(country, symbols, planned.overrides), *quoted)


def used(plans: Plans, country: Country) -> tuple[Input, ...]:
    """Inputs that matter to the orders that run: what a run names as its assumptions, those of all areas once."""
    found = {i.symbol: i for planned in reversed(plans.areas) for i in used_in(planned, country)}
    order = dict.fromkeys(i.symbol for planned in plans.areas for i in used_in(planned, country))
    return tuple(found[symbol] for symbol in order)


def used_in(planned: Planned, country: Country) -> tuple[Input, ...]:
    """Inputs that matter to the kinds of order that run in an area."""
    kinds = set(planned.kinds) | {"all"} | ({"relief and levy"} if planned.kinds & {"relief", "levy"} else set())
    idle = {f.symbol for f in (*SCALED, *JOINT) if f.use not in kinds}
    idle.add("siphon" if planned.siphoning_forbidden else "siphon_forbidden")
    if "levy" not in planned.kinds:
        idle |= {f"{GATHER}{code}" for code in planned.items}
    if all(c.shop for c in planned.orders if c.order.kind == "relief"):
        idle |= {"diversion", "none", "full", "sold", "share_mean", "kappa", "siphon", "siphon_forbidden"}
    idle |= idle_of_levies(planned)
    posts = planned.plan.posts
    decide = {*(TOLLS if posts.any() else ()), *(("posts",) if (posts == NOT_REPORTED).any() else ())}
    idle = (idle | {"posts", *TOLLS}) - decide
    return tuple(i for i in inputs_for(planned, country) if i.symbol not in idle)


def idle_of_levies(planned: Planned) -> set[str]:
    """Inputs of levies, and of bans on them, that play no part as the orders stand."""
    levies = [(c, t) for c, t in zip(planned.orders, planned.timing, strict=True) if c.order.kind == "levy"]
    idle = set() if any(c.stops for c in planned.orders) else {"ban_effect"}
    if all(t.due is not None for _, t in levies):
        idle.add("levy_term")
    if not any(t.returns for _, t in levies):
        idle.add("arrears")
    if all(c.order.voluntary for c, _ in levies):
        idle |= {"hazard", "penalty", "force", "joint", "joint_term", "arrears"}
    return idle


def values_of(planned: Planned, country: Country, draws: Sequence[int], seed: int) -> tuple[Values, ...]:
    """Draw every input of a run, and what decides whether a ban stops a levy, once for each draw by its number."""
    inputs = inputs_for(planned, country)
    return tuple({**sample(inputs, draw, seed), **ban_numbers(planned, draw, seed)} for draw in draws)


def draws_of(planned: Planned, values: Sequence[Values], country: Country) -> Draws:
    """Write the values of draws as whole numbers, the first axis the draw."""
    scalars = np.zeros(len(values), dtype=SCALAR_TYPE)
    for n, x in enumerate(values):
        for field in SCALED:
            scalars[field.field][n] = round(x[field.symbol] * field.scale)
        scalars["wage_day"][n] = wage_day(planned, country, x)
        scalars["restock"][n] = round(Q16 / x["restock_days"])
        scalars["siphon"][n] = round(x["siphon_forbidden" if planned.siphoning_forbidden else "siphon"] * Q16)
    prices = np.array([first_prices(planned, country, x) for x in values])
    goods = [goods_of(planned, country, x) for x in values]
    log_price = logarithms(prices)
    factor = carried(planned, country) * planned.parts
    relief, unused = RELIEF in planned.plan.kind, np.zeros(ENTRIES, np.int64)
    found = Draws(
        scalars=scalars,
        log_price=log_price,
        elasticity=rows(elasticities(planned, x) for x in values),
        supply_day=rows(g[0] for g in goods),
        common=rows(g[1] for g in goods),
        own_most=rows(g[2] for g in goods),
        yields=rows(yields(planned, country, x) for x in values),
        income=rows(incomes(x, factor) for x in values),
        ration=rows(split(x["ration"], x["ration_rice"]) for x in values),
        harvest=rows(harvest(planned, x) for x in values),
        bill=bills(planned, log_price, scalars["need_person"]),
        to_trade=rows(trading(planned, x)[0] for x in values),
        from_trade=rows(trading(planned, x)[1] for x in values),
        start=rows([starts(planned, x) for x in values]),
        due=rows([dues(planned, x) for x in values]),
        end=rows([ends(planned, x) for x in values]),
        rounds=padded([rounds(planned, x) for x in values]),
        posts=rows([posts_of(n, x) for n in planned.plan.posts] for x in values),
        toll=rows([toll_of(posts_of(n, x), x) for n in planned.plan.posts] for x in values),
        passing=rows([passing_of(posts_of(n, x), x) for n in planned.plan.posts] for x in values),
        beta=np.array([beta(x["share_mean"], x["kappa"]) if relief else unused for x in values]),
    )
    check_products(planned, found, prices)
    return found


def rows(values: object) -> Ints:
    """Make a table of whole numbers, one row a draw."""
    return np.array([list(row) for row in values], dtype=np.int64)  # type: ignore[attr-defined]


def wage_symbol(planned: Planned, country: Country) -> str | None:
    """Symbol of the state wage in force on the first day; None before the first that is known."""
    valid = [w.symbol for w in country.state_wages if w.since <= planned.first]
    return valid[-1] if valid else None


def wage_day(planned: Planned, country: Country, x: Values) -> int:
    """Wage of one worker for a day, Q8."""
    symbol = wage_symbol(planned, country)
    return round(x[symbol] * planned.parts / DAYS * Q8) if symbol else 0


def first_prices(planned: Planned, country: Country, x: Values) -> list[float]:
    """Price of one base unit of each good on the first day; 0 for what has none."""
    staple = planned.quotes[country.staple]
    quotes = (planned.quotes.get(code) for code in planned.items)
    return [price_at(q, staple, x) * planned.parts if q else 0.0 for q in quotes]


def logarithms(prices: npt.NDArray[np.float64]) -> Ints:
    """L⁰: logarithms to base 2 of prices in 1/65,536 of the money, in 2⁻³²; 0 for what has no price."""
    logs = np.log2(np.where(prices > 0, prices, 1 / Q16) * Q16)
    found: Ints = np.clip(np.rint(logs * (1 << LOG)), 0, MOST_LOG).astype(np.int64)
    return found


def bills(planned: Planned, log_price: Ints, need: Ints) -> Ints:
    """Q8 money a day that the two staples cost a person who eats nothing else, rounded up."""
    table = tables()
    found = np.zeros((len(log_price), 2), dtype=np.int64)
    for n, logs in enumerate(log_price):
        for j in range(2):
            below = int(planned.plan.kcal[j]) * (Q16 // Q8)
            found[n, j] = max(1, -(-int(price(int(logs[j]), table)) * int(need[n]) // below))
    return found


def elasticities(planned: Planned, x: Values) -> list[int]:
    """Elasticity of outside demand of each good: of the staples, and of what has no market history."""
    return [
        round(x["outside_elasticity" if j < 2 else "levy_item_elasticity"] * Q16) for j in range(len(planned.items))
    ]


def yearly(planned: Planned, country: Country, x: Values, code: str) -> float:
    """Base units of a good that a household is usually asked for in a year, or that shops are usually given for it."""
    symbol = f"{YEARLY}{code}"
    if symbol in x:
        return x[symbol] * float(base_units(country.parameters[symbol].unit))
    homes, amounts = planned.plan.area_households, []
    for line, units, order in zip(lines_of(planned), planned.units, planned.plan.order, strict=True):
        if line.item == code:
            amounts.append(line.supply / homes if planned.orders[order].shop else line.amount * units)
    return x["yearly_levy_multiple"] * sum(amounts)


def lines_of(planned: Planned) -> list[Line]:
    """Lines of all orders, as the plan numbers them."""
    return [line for c in planned.orders for line in c.lines]


def goods_of(planned: Planned, country: Country, x: Values) -> tuple[list[int], list[int], list[int]]:
    """Supply a day, what can be gathered, and the most that a household has lying about, of each good."""
    supply, common, own = [0, 0], [0, 0], [0, 0]
    homes = planned.plan.area_households
    for code in planned.items[2:]:
        year = yearly(planned, country, x, code)
        supply.append(max(1, round(x["levy_background"] * year / DAYS_A_YEAR * homes)))
        common.append(round(x["gatherable"] * year * homes) if f"{GATHER}{code}" in x else 0)
        own.append(round(x["own_most"] * year))
    return supply, common, own


def yields(planned: Planned, country: Country, x: Values) -> list[int]:
    """Base units gathered in a minute of each good, Q16; 0 for what can't be gathered."""
    found = []
    for code in planned.items:
        symbol = f"{GATHER}{code}"
        base = float(base_units(country.parameters[symbol].unit)) if symbol in x else 0.0
        found.append(round(x.get(symbol, 0.0) * base / MINUTES * Q16))
    return found


def incomes(x: Values, factor: float) -> list[int]:
    """Median income a day of each livelihood, Q8: that of the surveys times what it is carried to the first day by."""
    median = x["income_median"] * x["income_scale"] * factor / DAYS * Q8
    shares = [x["farm_income"] if n == FARMER else 1.0 for n in range(len(LIVELIHOODS))]
    return [round(median * share) for share in shares]


def carried(planned: Planned, country: Country) -> float:
    """Return the staple's price on the first day over that in the year of the surveys, both medians of observations."""
    year = str(country.parameters["income_year"].central)
    then = price_of(country, country.staple, year, None)
    now = planned.quotes[country.staple]
    if then.value is None or now.given is None:
        raise InputError(f"no price of {country.staple} is known in {year}", field="income_year", hint=then.why)
    observed = price_of(country, country.staple, planned.first.isoformat(), planned.place)
    if observed.value is not None:
        return float(observed.value.central / then.value.central)
    return now.given.central / now.per / float(then.value.central)


def trading(planned: Planned, x: Values) -> tuple[list[int], list[int]]:
    """Shares by residence, Q16, of those on the state wage that trade in a draw, and of traders that do not."""
    into, out = [], []
    for (homes, waged, traders), residence in zip(planned.trade, RESIDENCES, strict=True):
        more = x[f"livelihood_trader_{residence}"] * homes - traders if homes else 0.0
        into.append(round(min(1.0, max(0.0, more) / waged) * Q16) if waged else 0)
        out.append(round(min(1.0, max(0.0, -more) / traders) * Q16) if traders else 0)
    return into, out


def split(grams: float, rice: float) -> tuple[int, int]:
    """Share grams out between the two staples."""
    first = round(grams * rice)
    return first, round(grams) - first


def harvest(planned: Planned, x: Values) -> list[int]:
    """Grams of the two staples a person and day that a farm household's harvest gives, shared out by energy."""
    energy = x["farm_cover"] * x["energy_need"] * CALORIES
    shares = (x["harvest_rice"], 1 - x["harvest_rice"])
    return [round(energy * share / int(planned.plan.kcal[j])) for j, share in enumerate(shares)]


def ends(planned: Planned, x: Values) -> list[int]:
    """Last day on which a crackdown or restriction is in force; of the others the day they are due."""
    forcing = [KINDS.index("crackdown"), KINDS.index("restriction")]
    days = zip(planned.plan.kind, planned.timing, dues(planned, x), strict=True)
    return [timing.end if kind in forcing else due for kind, timing, due in days]


def posts_of(reported: int, x: Values) -> int:
    """Checkpoints of an order: as reported, else as drawn."""
    return round(x["posts"]) if reported == NOT_REPORTED else int(reported)


def toll_of(posts: int, x: Values) -> int:
    """Price of a checkpoint, Q16 of the worth of the goods, where each sets its own."""
    return round(x["trip_worth"] / (posts + x["chain_curvature"]) * Q16) if posts else 0


def passing_of(posts: int, x: Values) -> int:
    """Share of trips, Q16, that are still made past so many checkpoints."""
    k = x["chain_curvature"]
    return round(math.pow(k / (posts + k), k) * Q16)


def beta(mean: float, kappa: float) -> Ints:
    """Quantiles of the share of relief that is passed on, Q16."""
    middles = (np.arange(ENTRIES) + 1 / 2) / ENTRIES
    found: Ints = np.rint(betaincinv(mean * kappa, (1 - mean) * kappa, middles) * Q16).astype(np.int64)
    return found


def check_products(planned: Planned, found: Draws, prices: npt.NDArray[np.float64]) -> None:
    """Refuse draws whose products of prices, amounts and yields could exceed the engine's whole numbers."""
    homes = planned.plan.area_households
    asked = [0.0] * len(planned.items)
    plan = planned.plan
    for line, (number, order) in enumerate(zip(plan.item, plan.order, strict=True)):
        if number < len(asked):
            times = 1 + len(planned.timing[order].returns) * int(plan.again[line])
            asked[int(number)] += float(plan.amount[line]) * planned.units[line] * homes * times
            asked[int(number)] += float(plan.supply[line]) if plan.shop[order] else 0.0
    goods = (np.array(asked) + found.supply_day + found.common) * ROOM
    products = {
        "price × quantity": goods * prices * Q16,
        "yield × stock to gather": found.common * found.yields.astype(float),
        "income": found.income.astype(float) * 2.0**32,
    }
    for name, product in products.items():
        if not np.all(product < BELOW_OVERFLOW) or not math.isfinite(float(np.sum(product))):
            raise InputError(
                f"{name} is more than can be computed with",
                field="parameters",
                hint="Look for an amount, a price or a parameter that is far too large",
            )
