"""What a run is given: a plan that all draws share, and each draw's assumptions, all as whole numbers.

The names are the symbols of docs/model.md, the units those given there: Q16 is in 2⁻¹⁶, Q8 in 2⁻⁸ won a day.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

LEVY, RELIEF, CRACKDOWN, RESTRICTION = range(4)
KINDS = ("levy", "relief", "crackdown", "restriction")
HOUSEHOLD, MEMBERS, ADULTS, WORKERS, STUDENTS = range(5)
PER = ("household", "person", "adult", "worker", "student")
CENTRE, PROVINCE, COUNTY = range(3)
NOT_REPORTED = -1
NO_ITEM = -1
NO_ROUND = -1
START, DUE, UNTIL, ROUND_KIND = range(4)
ASKS, OF_UNIT = range(2)
ENTRIES = 4096

SCALARS = (
    "need_person",
    "sigma",
    "paid_share",
    "wage_day",
    "taste",
    "rice_least",
    "rice_most",
    "buffer_days",
    "buffer_bills",
    "spending_floor",
    "spend_rate",
    "work_minutes",
    "reserve_days",
    "market_every",
    "stall_days",
    "forbidden_share",
    "restock",
    "stock_days",
    "price_memory",
    "price_speed",
    "price_cap",
    "supply_elasticity",
    "farm_share",
    "closed_income",
    "substitution",
    "food_elasticity",
    "food_floor",
    "short_line",
    "own_share",
    "own_price",
    "search_minutes",
    "choice_scale",
    "bribe_ratio",
    "borrow_days",
    "borrow_cost",
    "hazard",
    "penalty",
    "force",
    "buying_days",
    "remit_goods",
    "remit_cash",
    "diversion",
    "none",
    "full",
    "siphon",
    "sold",
    "serve_days",
    "inspect",
    "fine_days",
    "reward",
    "bargain",
    "arrears",
    "joint",
    "caution",
    "revenue_target",
    "eased",
    "return_days",
    "returned",
    "ransom_share",
    "trade_speed",
    "trade_most",
)
SCALAR_TYPE = np.dtype((np.record, np.dtype([(name, np.int64) for name in SCALARS])))


class People(NamedTuple):
    """Households as the engine reads them: int64 columns of shape (n,).

    `number` is the index in the county, `unit` counts people's units from 0, `residence` is 0 in town and 1 in the
    country. Bit o of `beyond` is 1 where order o does not reach the household.
    """

    number: Ints
    unit: Ints
    members: Ints
    adults: Ints
    workers: Ints
    students: Ints
    livelihood: Ints
    residence: Ints
    beyond: Ints


class Plan(NamedTuple):
    """What all draws of a run share. Items are numbered 0…J−1 (0 the staple, 1 the cheaper staple), money is item J.

    `kcal` and `market` are of shape (J,): calories per base unit, and 1 for what is sold. Orders and their lines stand
    in arrays of shape (orders,) and (lines,): an order's lines are those from `first_line` to before `last_line`.
    `cash` is won in lieu of all lines (`whole` = 1) per `cash_per` unit, `line_cash` of one line; 0 is none.
    `order` is the order of a line, `item` its item, `supply` what arrives of a relief line, `NOT_REPORTED` for all that
    is due. `bans` is an item that must not be gathered under a restriction, or `NO_ITEM`; `closes` is 1 for one that
    closes the area, `posts` the number of checkpoints that is reported of a crackdown or restriction, `NOT_REPORTED`
    where draws differ in it. `appeal` is 1 for a levy that nobody must give to, `again` for a line that is asked in
    every return of its levy, `shop` for relief that is sold in shops. Areas trade every `trade_days` days;
    `country_households` are those of the whole country.
    """

    first_day: int
    days: int
    burn_days: int
    mean_days: int
    gate_days: int
    area: int
    area_households: int
    country_households: int
    trade_days: int
    kcal: Ints
    market: Ints
    kind: Ints
    top: Ints
    first_line: Ints
    last_line: Ints
    whole: Ints
    cash: Ints
    cash_per: Ints
    closes: Ints
    bans: Ints
    posts: Ints
    appeal: Ints
    shop: Ints
    order: Ints
    item: Ints
    amount: Ints
    per: Ints
    line_cash: Ints
    line_cash_per: Ints
    supply: Ints
    again: Ints


class Draws(NamedTuple):
    """The assumptions of every draw, as whole numbers: first axis the draw.

    `scalars` is a structured array of `SCALARS`; `log_price` the L⁰ of items, `elasticity` of outside demand,
    `supply_day` the supply of items without a market history, `common` what can be gathered, `yields` of gathering
    (Q16 base units a minute), `own_most` the most that a household has lying about, all (draws, J). `income` is Q8
    by livelihood (draws, 5); `ration` and `harvest` grams of items 0 and 1 a person and day, `bill` Q8 a person
    (draws, 2). `to_trade` and `from_trade` are the shares, Q16, of those on the state wage who trade in a draw, and of
    traders who live on the state wage, by residence (draws, 2). `start`, `due`, `end` are days of the run (draws,
    orders): of a levy and of relief `start` is the day it reaches households or depot, of a crackdown or restriction
    `start` to `end` (included) the days it is in force. `rounds` of levies (draws, orders, most rounds, 4) have a
    `START`, `DUE`, `UNTIL` and `ROUND_KIND` each, `NO_ROUND` where there is none. `posts` are the checkpoints of an
    order, `toll` the price of each, `passing` the share of trips that are still made, both Q16 (draws, orders).
    `beta` is (draws, 4096).
    """

    scalars: npt.NDArray[np.void]
    log_price: Ints
    elasticity: Ints
    supply_day: Ints
    common: Ints
    yields: Ints
    own_most: Ints
    income: Ints
    ration: Ints
    harvest: Ints
    bill: Ints
    to_trade: Ints
    from_trade: Ints
    start: Ints
    due: Ints
    end: Ints
    rounds: Ints
    posts: Ints
    toll: Ints
    passing: Ints
    beta: Ints
