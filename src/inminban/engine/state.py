"""What a draw holds while it runs: records by household, line and item, and the tallies of what moves."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from inminban.engine.inputs import Ints
from inminban.model.randomness import purpose

# Purposes of docs/model.md, section 7.1.
INCOME_KEY, PAID_KEY, MARKET_DAY_KEY, OWN_KEY, ANSWER_DAY_KEY, RELIEF_KEY, SERVE_KEY, TRADE_KEY = range(1, 9)
CAUTION_KEY, SAMPLED_KEY = 11, 12
EARN_KEY, WAY_KEY, CHOICE_KEY, FORCE_KEY, SHARE_KEY, GATHER_KEY, INSPECT_KEY, TRIP_KEY = range(16, 24)

STAPLES = 2
STATE_WAGE, TRADER, FARMER, OFFICIAL, OTHER = range(5)
GROUPS = 50  # livelihoods × tenths

# Flows of households. Those of a line follow one another for every line, those of an order for every order.
WAGE, EARNED, KIND, FOOD, FOOD_PAID, SPENT, RESTOCKED = 0, 1, 2, 4, 6, 8, 9
FIXED_FLOWS = 10
OWN, GATHERED, BOUGHT, BOUGHT_PAID, HANDED, LABOUR, CASH, FORCED, BRIBE, BORROWED, RELIEVED = range(11)
LINE_FLOWS = 11
SEIZED, INSPECTED, RETURNED, RANSOM, TOLL = range(5)
ORDER_FLOWS = 5
# Flows of a day that no household is part of, by item, line and order.
SUPPLIED, OUTSIDE, OUTSIDE_PAID, LEFT, LEFT_PAID, CAME, CAME_PAID = range(7)
ITEM_MOVES = 7
ARRIVED, SERVED, SOLD, SOLD_PAID, UP, OFFICE_BOUGHT, OFFICE_PAID, REMITTED, UP_CASH, SHELVED = range(10)
LINE_MOVES = 10
# Who holds things besides households; the last four only keep count of what came from and went to them.
AT_CENTRE, AT_PROVINCE, AT_COUNTY, AT_NEIGHBOURHOOD, AT_UNIT, AT_MARKET, AT_INSPECTORS = range(7)
FARMS, REST, TIME, AREAS = range(7, 11)
HOLDERS = 11
# Kinds of things after the goods: money, stall goods, labour.
MONEY, STALL, MINUTES = range(3)
BEYOND_GOODS = 3


def record(wide: tuple[str, ...], narrow: tuple[str, ...] = (), small: tuple[str, ...] = ()) -> np.dtype[Any]:
    """A record of int64, int32 and uint8 fields. Rules take records: passing one costs nothing, and it can change."""
    fields: list[tuple[str, Any]] = [(name, np.int64) for name in wide]
    fields += [(name, np.int32) for name in narrow] + [(name, np.uint8) for name in small]
    return np.dtype((np.record, np.dtype(fields, align=True)))


# A household as it is set up (7.2), before columns are made of it. Narrow fields are bounded by the plan's limits.
HOUSE = record(
    ("wage", "market", "buffer", "target", "cash"),
    ("index", "group", "offset", "need", "kind0", "kind1", "inkind", "rice"),
)
# What only orders ask for: who lives there, what time and money mean, and what came of levies.
FAMILY = record(
    ("income", "bill", "minutes", "asked", "cost"),
    ("own", "gathered", "bought", "cash", "bribe", "borrowed", "again"),
    ("members", "adults", "workers", "students"),
)
# What a household wants today for a line of a levy.
WANT = record(("buy", "dig"))
# An item in the market; the queues of those who buy and those who gather where it is scarce. Of trade: what the area
# exports a day, what it was dealt, what left and came this week, how much it wants to import, what waits for someone.
ITEM = record(
    (
        *(
            "kcal",
            "market",
            "elasticity",
            "supply_day",
            "own_most",
            "first_log",
            "first_price",
            "first_common",
            "yields",
        ),
        *("log", "price", "stock", "demand", "supply", "common", "rate", "usual", "outside"),
        *("outside_today", "delivered", "wanted", "dug", "demanded"),
        *("exports", "dealt", "gone", "come", "pull", "waiting"),
        *("before", "origin", "start", "left", "dig_before", "dig_origin", "dig_start", "dig_left", "got", "spent"),
    )
)
LINE = record(
    (
        *("order", "good", "amount", "per", "cash", "cash_per", "supply", "asked", "handed", "due", "ratio", "again"),
        *("handed_today", "reached_today", "given_today", "office", "own", "dig", "buy"),
    )
)
# Of a levy, `start`, `due` and `until` are those of the round that began last, `next` numbers the one after it.
ORDER = record(
    (
        *("kind", "top", "first", "last", "whole", "cash", "cash_per", "closes", "bans", "start", "due", "end"),
        *("purse", "cash_today", "bribe_today", "until", "next", "appeal", "shop", "levy"),
        *("posts", "toll", "passing", "risk", "worth", "taken", "back"),
    )
)
# What inspectors have to do with a household: goods off its stall today, goods they hold of it, until which day and for
# which order; orders beyond it, the loss it can be made to bear, how much it fears an inspection (Q16).
DEALER = record(("hidden", "held", "back", "last", "beyond", "fine", "fear"))
# One tally of household postings: their sum and their number.
CELL = record(("amount", "times"))
# What the morning knows; `orders` is how many there are (0 in the run without).
TODAY = record(
    (
        *("t", "phase", "orders", "mix", "appetite", "closed", "levies", "relief", "scarce", "raids", "earn0", "earn1"),
        *("since", "week", "seen"),
        *("stalls", "others", "hungry", "acting", "again", "trips", "returns"),
    )
)


class Slate(NamedTuple):
    """What a day writes down of households and has wiped when it is over: areas that wait need none."""

    food0: Any
    food1: Any
    acting: Any
    wanting: Any
    wants: Any


class World(NamedTuple):
    """All that a run of a draw reads and writes: columns and records by household, records by line and item, tallies.

    What changes daily stands in `columns`; `place` (n,) is where a household stands there and `who` (places,) the
    household at a place, −1 for none, or empty where no relief brings other food than the staples. `tally` (n,) is
    where its flows are counted: its group, or a tally of its own where its postings are kept. `beyond` (n,) has bit o
    set where order o does not reach the household, and is empty where all reach everyone. `stock` (n, J − 2) are the
    goods that the columns do not hold, `claims` (n, lines) what a household still owes on a line of a levy, or got of
    a line of relief.

    Of levies: `rounds` (orders, most rounds, 4), `repeats` (n, levies) is the day on which a household answers once
    more, `turns` (levies, n) are households in the order of the day on which they answer, those of the round's k-th
    day from `turn_ends[k]` to before `turn_ends[k + 1]`; `acting` and `again` list those that answer today and once
    more tomorrow, `wanting` (n,) is 1 for who has not got yet what it wants for a levy, `wants` (n, lines) are its
    wants: they and `acting` are of a slate.

    `flows` (rows, flows, groups) are amounts and counts of household postings, `moves` (rows, moves) of all others;
    `held` (holders, J + 3); `serve` (orders, units) is the day of each people's unit, whose households stand from
    `units[k]` to before `units[k + 1]`; `once` and `daily` keys; `gumbel`, `beta` tables. `dealers` (stalls,) are
    empty where nobody inspects or takes tolls; `watched` (groups, 2) counts household-days of hiding, and of having
    what a crackdown may find.
    """

    columns: Any
    place: Any
    who: Any
    tally: Any
    families: Any
    beyond: Ints
    stock: Ints
    claims: Any
    rounds: Ints
    repeats: Any
    turns: Any
    turn_ends: Ints
    acting: Any
    wanting: Any
    wants: Any
    again: Any
    units: Ints
    items: Any
    lines: Any
    orders: Any
    flows: Ints
    moves: Ints
    held: Ints
    serve: Ints
    once: Ints
    daily: Ints
    gumbel: Ints
    beta: Ints
    dealers: Any
    watched: Ints


def order_of_keys(items: int, lines: int, orders: int) -> tuple[Any, Any]:
    """Purpose words of the keys drawn once and daily, in the order that the engine finds them in."""
    word = np.uint64

    def each(number: int, count: int) -> list[int]:
        return [purpose(number, subject) for subject in range(count)]

    once = [INCOME_KEY, PAID_KEY, MARKET_DAY_KEY, *each(OWN_KEY, items), *each(ANSWER_DAY_KEY, orders)]
    once += [*each(RELIEF_KEY, orders), *each(SERVE_KEY, orders), CAUTION_KEY, TRADE_KEY]
    daily = [EARN_KEY, *each(WAY_KEY, lines), *each(CHOICE_KEY, lines), *each(FORCE_KEY, lines)]
    daily += [*each(SHARE_KEY, items), *each(GATHER_KEY, items), *each(INSPECT_KEY, orders), TRIP_KEY]
    return np.array(once, dtype=word), np.array(daily, dtype=word)
