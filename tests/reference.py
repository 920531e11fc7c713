"""The slow second engine: docs/model.md, sections 2 to 7, in plain Python, to compare the fast one with.

Written from that page and from the input types alone. What the page leaves open, and how it is read here, stands in the
comment at the end of this file. `python -m tests.reference` checks the page's test vectors.
"""

from __future__ import annotations

import copy
import math
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import NormalDist
from types import SimpleNamespace

from inminban.engine.inputs import (
    ASKS,
    COUNTY,
    CRACKDOWN,
    LEVY,
    NO_ROUND,
    NOT_REPORTED,
    PROVINCE,
    RELIEF,
    RESTRICTION,
    SCALARS,
    Draws,
    People,
    Plan,
)

ONE = 2**16  # 1 in Q16
WORD = 2**32
ONCE = 2**32 - 1
ENTRIES = 4096
HIGHEST_LOG_PRICE = 40 * 2**32 - 1

STATE_WAGE, TRADER, FARMER, OFFICIAL, OTHER = range(5)
WAYS = ("own", "gathered", "bought", "cash", "bribe", "borrowed", "asked", "cost")
UPWARDS = ("unit", "neighbourhood", "county", "province", "centre")

# Purposes of keyed numbers (7.1)
INCOME, PAID, MARKET_DAY, OWN_STOCK, ANSWER_DAY, RELIEF_SHARE, FIRST_UNIT, TRADE = range(1, 9)
CAUTION = 11
EARNINGS, WAY, CHOICE, FORCE, FIRST_SERVED, FIRST_TO_GATHER, INSPECTION, TRIP = range(16, 24)


@dataclass
class Outcome:
    """What one run of one draw came to; accounts and items that hold nothing are not in `opening` and `closing`.

    `gate_prices` are those of the mornings up to the last of the gate, of the run without orders alone.
    """

    ledger: dict[tuple[int, int, str, int, str, str], tuple[int, int]]
    prices: list[list[int]]
    cash: list[int]
    stock: list[list[int]]
    open: list[int]
    forbidden: list[int]
    outstanding: list[list[int]]
    ways: list[dict[str, int]]
    received: list[list[int]]
    entitled: list[list[int]]
    days_short: list[int]
    minutes: list[int]
    opening: dict[tuple[str, int], int]
    closing: dict[tuple[str, int], int]
    asked_for_others: list[int]
    gate_prices: list[list[int]]


# ---------------------------------------------------------------------------------------------- 7.1 keyed numbers


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Philox4x32-10 (Salmon et al. 2011)."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        first, second = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (second >> 32) ^ c1 ^ k0, second % WORD, (first >> 32) ^ c3 ^ k1, first % WORD
        k0, k1 = (k0 + 0x9E3779B9) % WORD, (k1 + 0xBB67AE85) % WORD
    return c0, c1, c2, c3


def mix(x: int) -> int:
    x ^= x >> 16
    x = x * 0x7FEB352D % WORD
    x ^= x >> 15
    x = x * 0x846CA68B % WORD
    return x ^ (x >> 16)


def number(key: tuple[int, int], x: int) -> int:
    """N of household index x under a key."""
    return mix(mix((x + key[0]) % WORD) ^ key[1])


def further(n: int, k: int) -> int:
    """N[k]."""
    return mix((n + k) % WORD)


@dataclass
class Keys:
    """The keys of one draw."""

    seed: int
    draw: int
    area: int
    known: dict[tuple[int, int, int], tuple[int, int]] = field(default_factory=dict)

    def key(self, day: int, purpose: int, subject: int = 0) -> tuple[int, int]:
        if (day, purpose, subject) not in self.known:
            counter = (self.draw, self.area, day, purpose + 256 * subject)
            words = philox(counter, (self.seed % WORD, self.seed // WORD))
            self.known[day, purpose, subject] = words[0], words[1]
        return self.known[day, purpose, subject]


NORMAL = [round(ONE * NormalDist().inv_cdf((k + 0.5) / ENTRIES)) for k in range(ENTRIES)]
GUMBEL = [round(-ONE * math.log(-math.log((k + 0.5) / ENTRIES))) for k in range(ENTRIES)]
HIGH = [round(2**30 * 2 ** (k / ENTRIES)) for k in range(ENTRIES)]
LOW = [round(2**30 * 2 ** (k / 2**24)) for k in range(ENTRIES)]


def power(x: int) -> tuple[int, int]:
    """(m, n) of 2^x ≈ m·2^(n−30)."""
    n, f = x >> 32, x % WORD
    return (HIGH[f >> 20] * LOW[(f >> 8) % 4096]) >> 30, n


def price(log_price: int) -> int:
    m, n = power(log_price)
    if n >= 30:
        return max(1, m << (n - 30))
    whole, rest, half = m >> (30 - n), m % 2 ** (30 - n), 2 ** (29 - n)
    if rest > half or (rest == half and whole % 2 == 1):
        whole += 1
    return max(1, whole)


def factor(x: int) -> int:
    m, n = power(clip(x, -16 * WORD, 16 * WORD - 1))
    return m << (n - 14) if n >= 14 else m >> (14 - n)


# ---------------------------------------------------------------------------------------------- 2 whole numbers


def clip(x: int, least: int, most: int) -> int:
    return max(least, min(x, most))


def up(x: int, y: int) -> int:
    """⌈x/y⌉."""
    return -(-x // y)


def pay(p: int, q: int) -> int:
    return up(p * q, ONE)


def afford(p: int, c: int) -> int:
    return c * ONE // p


def gathering_minutes(x: int, a_minute: int) -> int:
    return min(2**31, up(x * ONE, a_minute))


# ---------------------------------------------------------------------------------------------- what a run is given


@dataclass
class Round:
    """A round of a levy: the days it reaches households, is due and is settled, and whether it asks, or asks anew."""

    start: int
    due: int
    until: int
    asks: bool
    first: bool


@dataclass
class Order:
    """An order with its days in this draw."""

    number: int
    kind: int
    top: int
    lines: list[int]
    whole: bool
    cash: int
    cash_per: int
    closes: bool
    bans: int
    start: int
    end: int
    appeal: bool
    shop: bool
    posts: int
    toll: int
    passing: int
    rounds: list[Round]

    def round_of(self, t: int) -> Round | None:
        """The round of a day: the last that has begun."""
        begun = [r for r in self.rounds if r.start <= t]
        return max(begun, key=lambda r: r.start) if begun else None

    @property
    def tier(self) -> str:
        """The account of the issuing tier."""
        return {COUNTY: "county", PROVINCE: "province"}.get(self.top, "centre")

    def bundles(self) -> list[list[int]]:
        return [self.lines] if self.whole else [[line] for line in self.lines]


@dataclass
class Line:
    order: int
    item: int
    amount: int
    per: int
    cash: int
    cash_per: int
    supply: int
    again: int


@dataclass
class World:
    """What does not change in a draw: the plan and the draw's assumptions as plain numbers and lists."""

    plan: Plan
    keys: Keys
    a: SimpleNamespace  # the scalars of the draw
    goods: int  # J
    kcal: list[int]
    market: list[int]
    log_price: list[int]  # L⁰
    price: list[int]  # P⁰
    elasticity: list[int]
    supply_day: list[int]
    common: list[int]  # R⁰
    yields: list[int]
    own_most: list[int]
    income: list[int]
    ration: list[int]
    harvest: list[int]
    bill: list[int]
    to_trade: list[int]
    from_trade: list[int]
    beta: list[int]
    orders: list[Order]
    lines: list[Line]
    supply: list[int] = field(default_factory=list)  # S⁰, known after the burn-in
    outside: list[int] = field(default_factory=list)  # O⁰

    @property
    def money(self) -> int:
        return self.goods

    @property
    def stall_goods(self) -> int:
        return self.goods + 1

    @property
    def labour(self) -> int:
        return self.goods + 2

    @property
    def foods(self) -> list[int]:
        return [j for j in range(self.goods) if self.kcal[j] > 0]

    def once(self, purpose: int, x: int, subject: int = 0) -> int:
        return number(self.keys.key(ONCE, purpose, subject), x)

    def daily(self, t: int, purpose: int, x: int, subject: int = 0) -> int:
        return number(self.keys.key(self.plan.first_day + t, purpose, subject), x)


def read_rounds(rows: list[list[int]]) -> list[Round]:
    used = [row for row in rows if row[0] != NO_ROUND]
    return [Round(start, due, until, kind == ASKS, k == 0) for k, (start, due, until, kind) in enumerate(used)]


def read_orders(plan: Plan, draws: Draws, draw: int) -> tuple[list[Order], list[Line]]:
    start, end, rounds = draws.start[draw].tolist(), draws.end[draw].tolist(), draws.rounds[draw].tolist()
    orders, lines = [], []
    for o, kind in enumerate(plan.kind.tolist()):
        orders.append(
            Order(
                number=o,
                kind=kind,
                top=int(plan.top[o]),
                lines=list(range(int(plan.first_line[o]), int(plan.last_line[o]))),
                whole=int(plan.whole[o]) == 1,
                cash=int(plan.cash[o]),
                cash_per=int(plan.cash_per[o]),
                closes=int(plan.closes[o]) == 1,
                bans=int(plan.bans[o]),
                start=start[o],
                end=end[o],
                appeal=int(plan.appeal[o]) == 1,
                shop=int(plan.shop[o]) == 1,
                posts=int(draws.posts[draw, o]),
                toll=int(draws.toll[draw][o]),
                passing=int(draws.passing[draw][o]),
                rounds=read_rounds(rounds[o]) if kind == LEVY else [],
            )
        )
    order_of = {line: order.number for order in orders for line in order.lines}
    columns = (plan.item, plan.amount, plan.per, plan.line_cash, plan.line_cash_per, plan.supply, plan.again)
    for number_of_line, row in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        lines.append(Line(order_of[number_of_line], *row))
        if lines[-1].item == len(plan.kcal) and orders[lines[-1].order].kind == LEVY:
            raise ValueError("a levy's line asks for money")
    return orders, lines


def read_world(plan: Plan, draws: Draws, draw: int, seed: int) -> World:
    orders, lines = read_orders(plan, draws, draw)
    log_price = draws.log_price[draw].tolist()
    return World(
        plan=plan,
        keys=Keys(seed, draw, int(plan.area)),
        a=SimpleNamespace(**{name: int(draws.scalars[draw][name]) for name in SCALARS}),
        goods=len(plan.kcal),
        kcal=plan.kcal.tolist(),
        market=plan.market.tolist(),
        log_price=log_price,
        price=[price(x) for x in log_price],
        elasticity=draws.elasticity[draw].tolist(),
        supply_day=draws.supply_day[draw].tolist(),
        common=draws.common[draw].tolist(),
        yields=draws.yields[draw].tolist(),
        own_most=draws.own_most[draw].tolist(),
        income=draws.income[draw].tolist(),
        ration=draws.ration[draw].tolist(),
        harvest=draws.harvest[draw].tolist(),
        bill=draws.bill[draw].tolist(),
        to_trade=draws.to_trade[draw].tolist(),
        from_trade=draws.from_trade[draw].tolist(),
        beta=draws.beta[draw].tolist(),
        orders=orders,
        lines=lines,
    )


# ---------------------------------------------------------------------------------------------- 7.2 households


@dataclass
class Household:
    position: int
    index: int
    unit: int
    members: int
    adults: int
    workers: int
    students: int
    livelihood: int
    residence: int
    beyond: int = 0
    # constant in a draw
    paid: bool = False
    wage: int = 0
    market: int = 0
    mean: int = 0
    mean_won: int = 0
    need: int = 0
    in_kind: list[int] = field(default_factory=lambda: [0, 0])
    inkind: int = 0
    rice_share: int = 0  # w₀
    bill_won: int = 0
    buffer: int = 0
    spending: int = 0
    minute: int = 0
    reserve: int = 0
    offset: int = 0
    target: int = 0
    account: str = ""
    # changing
    cash: int = 0
    stock: list[int] = field(default_factory=list)
    open: int = 0
    forbidden: int = 0
    days_short: int = 0
    minutes: int = 0
    asked: list[int] = field(default_factory=list)  # amount · units, by line
    asked_for_others: int = 0
    outstanding: list[int] = field(default_factory=list)
    entitled: list[int] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    ways: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WAYS, 0))
    again: set[int] = field(default_factory=set)  # orders to answer again, having been granted less than wanted
    held_back: int = 0  # held_i: what was seized from it and may be returned
    return_day: int = -1
    seized_by: int = -1  # the order of the last seizure
    # of the day
    hidden: bool = False
    food: list[int] = field(default_factory=lambda: [0, 0])
    food_cost: int = 0  # f
    committed: int = 0
    to_gather: dict[int, int] = field(default_factory=dict)  # by line
    to_buy: dict[int, int] = field(default_factory=dict)  # by line

    def reached(self, order: int) -> bool:
        return (self.beyond >> order) % 2 == 0

    def units(self, order: int, per: int) -> int:
        if not self.reached(order):
            return 0
        return (1, self.members, self.adults, self.workers, self.students)[per]

    def time(self, minutes: int) -> int:
        """What so many minutes cost."""
        return up(minutes * self.minute, 2**8)

    def held(self, world: World) -> int:
        """Calories in stock."""
        return sum(world.kcal[j] * self.stock[j] for j in world.foods)

    def market_day(self, world: World, t: int) -> bool:
        return (t + self.offset) % world.a.market_every == 0

    def left(self, world: World, t: int) -> int:
        return world.a.market_every - (t + self.offset) % world.a.market_every


def set_up(world: World, people: People) -> list[Household]:
    rows = zip(*(column.tolist() for column in people), strict=True)
    households = [Household(position, *row) for position, row in enumerate(rows)]
    for h in households:
        set_trade(world, h)
        set_income(world, h)
        set_budget(world, h)
        set_start(world, h)
    ranked = sorted(households, key=lambda h: (h.mean, h.position))
    for rank, h in enumerate(ranked):
        h.account = f"household/{h.livelihood}/{10 * rank // len(households)}"
    return households


def set_trade(world: World, h: Household) -> None:
    n = world.once(TRADE, h.index) >> 16
    if h.livelihood == STATE_WAGE and n < world.to_trade[h.residence]:
        h.livelihood = TRADER
    elif h.livelihood == TRADER and n < world.from_trade[h.residence]:
        h.livelihood = STATE_WAGE


def set_income(world: World, h: Household) -> None:
    a = world.a
    z = NORMAL[world.once(INCOME, h.index) >> 20]
    total = (world.income[h.livelihood] * factor(a.sigma * z)) >> 16
    h.paid = h.livelihood in (STATE_WAGE, OFFICIAL) and (world.once(PAID, h.index) >> 16) < a.paid_share
    h.wage = a.wage_day * h.workers if h.paid else 0
    h.market = max(0, total - h.wage)
    h.mean = h.wage + h.market
    h.mean_won = h.mean >> 8
    h.need = h.members * a.need_person
    if h.paid:
        h.in_kind = [h.members * gram for gram in world.ration]
    elif h.livelihood == FARMER:
        h.in_kind = [h.members * gram for gram in world.harvest]
    h.inkind = sum(world.kcal[j] * h.in_kind[j] for j in (0, 1))


def set_budget(world: World, h: Household) -> None:
    a = world.a
    rice_bill, corn_bill = h.members * world.bill[0], h.members * world.bill[1]
    x = min(2**24, h.mean * ONE // corn_bill)
    h.rice_share = clip((a.taste * max(0, x - ONE)) >> 16, a.rice_least, a.rice_most)
    bill = (h.rice_share * rice_bill + (ONE - h.rice_share) * corn_bill) >> 16
    h.bill_won = max(1, up(bill, 2**8))
    h.buffer = (a.buffer_days * min(h.mean, (a.buffer_bills * bill) >> 16)) >> 24
    h.spending = max(1, h.mean_won, (a.spending_floor * h.bill_won) >> 16)
    h.minute = up(h.mean, a.work_minutes * max(1, h.adults))
    h.reserve = (a.reserve_days * h.bill_won) >> 16
    h.offset = world.once(MARKET_DAY, h.index) % a.market_every


def set_start(world: World, h: Household) -> None:
    a = world.a
    h.cash = h.buffer if h.mean_won * h.need >= h.bill_won * max(0, h.need - h.inkind) else 0
    h.stock = [0] * world.goods
    h.stock[1] = h.need * a.market_every // world.kcal[1]
    levied = {world.lines[line].item for order in world.orders if order.kind == LEVY for line in order.lines}
    for j in sorted(levied):
        n = world.once(OWN_STOCK, h.index, j)
        if world.kcal[j] == 0 and (n >> 16) < a.own_share:
            h.stock[j] = (world.own_most[j] * (n % ONE)) >> 16
    if h.livelihood == TRADER:
        h.target = (a.stall_days * h.market) >> 24
        h.forbidden = (h.target * a.forbidden_share) >> 16
        h.open = h.target - h.forbidden


# ---------------------------------------------------------------------------------------------- 7.13 the ledger


@dataclass
class Books:
    """The ledger, and what every account holds but households and the market, whose holdings are their own state."""

    ledger: dict[tuple[int, int, str, int, str, str], tuple[int, int]] = field(default_factory=dict)
    holdings: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))

    def post(self, t: int, order: int, reason: str, item: int, amount: int, debit: str, credit: str) -> None:
        """Notes one movement; none of nothing."""
        assert amount >= 0, (t, order, reason, item, amount, debit, credit)
        if amount == 0:
            return
        row = (t, order, reason, item, debit, credit)
        before, count = self.ledger.get(row, (0, 0))
        self.ledger[row] = (before + amount, count + 1)
        self.holdings[debit, item] -= amount
        self.holdings[credit, item] += amount

    def balances(self, world: World, households: list[Household], stock: list[int]) -> dict[tuple[str, int], int]:
        """What every account holds, read from the state."""
        own = {"market"} | {h.account for h in households}
        elsewhere = {key: amount for key, amount in self.holdings.items() if key[0] not in own}
        balance: dict[tuple[str, int], int] = defaultdict(int, elsewhere)
        for j in range(world.goods):
            balance["market", j] = stock[j]
        for h in households:
            for j in range(world.goods):
                balance[h.account, j] += h.stock[j]
            balance[h.account, world.money] += h.cash
            balance[h.account, world.stall_goods] += h.open + h.forbidden
            balance[h.account, world.labour] += h.minutes
        return {key: amount for key, amount in balance.items() if amount != 0}


# ---------------------------------------------------------------------------------------------- 7.6 a household's day


@dataclass
class Day:
    """What a day has given when it opens."""

    t: int
    closed: bool
    price: list[int]
    supply: list[int]
    outside: list[int]
    available: list[int]
    yields: list[int]
    mix: int = ONE
    appetite: int = ONE
    posts: list[Order] = field(default_factory=list)  # orders in force with checkpoints
    inspect: dict[int, int] = field(default_factory=dict)  # inspect_o of the crackdowns in force, by order


def earn(world: World, books: Books, h: Household, day: Day) -> None:
    n = world.daily(day.t, EARNINGS, h.index)
    wage = (h.wage + n % 2**8) >> 8
    market = h.market
    if h.livelihood == TRADER and h.target > 0:
        shown = h.open if h.hidden else h.open + h.forbidden
        market = market * min(shown, h.target) // h.target
    if day.closed:
        market = (market * world.a.closed_income) >> 16
    market = (market + (n >> 8) % 2**8) >> 8
    h.cash += wage + market
    books.post(day.t, -1, "wage", world.money, wage, "rest", h.account)
    books.post(day.t, -1, "market income", world.money, market, "rest", h.account)
    for j in (0, 1):
        h.stock[j] += h.in_kind[j]
        books.post(day.t, -1, "harvest" if h.livelihood == FARMER else "ration", j, h.in_kind[j], "farms", h.account)


def want_food(world: World, h: Household, day: Day) -> None:
    """Sets the wants of items 0 and 1 and what they cost."""
    h.food, h.food_cost = [0, 0], 0
    if not h.market_day(world, day.t):
        return
    m = world.a.market_every
    energy = max(0, ((h.need * m) * day.appetite >> 16) - h.held(world) - (m - 1) * h.inkind)
    a = (h.rice_share * day.mix) >> 16
    rest = ONE - h.rice_share
    w = a * ONE // (a + rest) if a + rest > 0 else 0
    rice_energy = (energy * w) >> 16
    h.food = [up(rice_energy, world.kcal[0]), up(energy - rice_energy, world.kcal[1])]
    if sum(pay(day.price[j], h.food[j]) for j in (0, 1)) > h.cash:
        h.food = food_within_cash(world, h.cash, energy, day.price)
    h.food_cost = sum(pay(day.price[j], h.food[j]) for j in (0, 1))


def food_within_cash(world: World, cash: int, energy: int, prices: list[int]) -> list[int]:
    """What a household that can't pay for the mix it likes wants of items 0 and 1."""
    kcal = world.kcal
    a = 0 if prices[0] * kcal[1] <= prices[1] * kcal[0] else 1
    b = 1 - a
    cost_a, cost_b = (pay(prices[j], up(energy, kcal[j])) for j in (a, b))
    q = [0, 0]
    q[a] = min(up(energy, kcal[a]), afford(prices[a], cash))
    if cost_a <= cash and cost_b > cost_a:
        energy_b = min(energy, energy * (cash - cost_a) // (cost_b - cost_a))
        q_b = energy_b // kcal[b]
        if pay(prices[b], q_b) <= cash:
            q[b] = q_b
            q[a] = min(up(energy - energy_b, kcal[a]), afford(prices[a], cash - pay(prices[b], q_b)))
            q[a] = max(0, q[a])
    return q


def eat(world: World, books: Books, h: Household, t: int) -> None:
    held, left, eaten = h.held(world), h.left(world, t), 0
    e = min(h.need, held, (held + (left - 1) * h.inkind) // left)
    if held > 0:
        s = e * 2**20 // held
        for j in world.foods:
            x = (h.stock[j] * s) >> 20
            h.stock[j] -= x
            eaten += world.kcal[j] * x
            books.post(t, -1, "eaten", j, x, h.account, "rest")
    if eaten * ONE < h.need * world.a.short_line:
        h.days_short += 1


def restock(world: World, books: Books, h: Household, day: Day) -> tuple[int, int]:
    """Restocks a stall, on a trip past checkpoints where there are any; the order of the posts and what they took."""
    if h.livelihood != TRADER or h.open + h.forbidden >= h.target:
        return -1, 0
    most = min(h.target - h.open - h.forbidden, (h.target * world.a.restock) >> 16)
    passed = next((order for order in day.posts if h.reached(order.number)), None)
    if passed is None:
        toll, x = 0, min(most, h.cash)
    elif (world.daily(day.t, TRIP, h.index) >> 16) >= passed.passing:
        return -1, 0
    else:
        x = min(most, h.cash * ONE // (ONE + passed.posts * passed.toll))
        toll = passed.posts * ((x * passed.toll) >> 16)
    h.cash -= x + toll
    h.open += x
    books.post(day.t, -1, "restock", world.money, x, h.account, "rest")
    books.post(day.t, -1, "restock", world.stall_goods, x, "rest", h.account)
    if passed is None:
        return -1, 0
    books.post(day.t, passed.number, "toll", world.money, toll, h.account, "inspectors")
    return passed.number, toll


def spend(world: World, books: Books, h: Household, t: int) -> None:
    x = (world.a.spend_rate * max(0, h.cash - h.buffer)) >> 16
    h.cash -= x
    books.post(t, -1, "spending", world.money, x, h.account, "rest")


# ---------------------------------------------------------------------------------------------- 7.4 burn-in


def burn_in(world: World, households: list[Household]) -> None:
    """Lets the days before the first go by, and sets S⁰ and O⁰."""
    plan, nothing = world.plan, [0] * world.goods
    books, demand = Books(), [0, 0]
    for t in range(-plan.burn_days, 0):
        day = Day(t, False, world.price, nothing, nothing, nothing, nothing)
        for h in households:
            earn(world, books, h, day)
            want_food(world, h, day)
            for j in (0, 1):
                h.cash -= pay(world.price[j], h.food[j])
                h.stock[j] += h.food[j]
                if t >= -plan.mean_days:
                    demand[j] += h.food[j]
            eat(world, books, h, t)
            spend(world, books, h, t)
    for h in households:
        h.days_short = h.minutes = 0
    n = len(households)
    world.supply, world.outside = list(world.supply_day), list(world.supply_day)
    for j in (0, 1):
        mean = demand[j] // plan.mean_days
        world.outside[j] = mean * (plan.area_households - n) // n
        world.supply[j] = mean + world.outside[j]
    for j in range(world.goods):
        if not world.market[j]:
            world.supply[j] = world.outside[j] = 0
        elif world.supply[j] == 0:
            raise ValueError(f"refused: no supply of item {j}")


# ---------------------------------------------------------------------------------------------- 3 a run


@dataclass
class Week:
    """What an area trades in a week, by item: planned to leave a day, dealt to it, and what did leave and arrive."""

    exports: list[int]  # e
    dealt: list[int]  # A
    left: list[int]
    arrived: list[int]


def quiet_week(goods: int) -> Week:
    """A week without trade."""
    return Week(*([0] * goods for _ in range(4)))


@dataclass
class LinePlan:
    """How a household would settle a line of a levy today."""

    line: int
    outstanding: int
    value: int  # V
    own: int = 0
    gather: int = 0
    buy: int = 0
    cost: int = 0
    possible: bool = True


class Run:
    """One run of a draw, from the state at the end of the burn-in."""

    def __init__(self, world: World, households: list[Household], orders: list[Order]) -> None:
        self.world, self.orders = world, orders
        self.households = copy.deepcopy(households)
        self.books = Books()
        goods, lines = range(world.goods), len(world.lines)
        self.log_price = list(world.log_price)
        self.stock = [(world.supply[j] * world.a.stock_days) >> 16 for j in goods]
        self.mean_demand = [world.supply[j] * 2**8 for j in goods]
        self.mean_supply = [world.supply[j] * 2**8 for j in goods]
        self.to_gather = list(world.common)  # R
        self.levies = [order for order in orders if order.kind == LEVY]
        self.reliefs = [order for order in orders if order.kind == RELIEF]
        self.asked_for = [0] * lines  # outstanding on the day s of the last round that asked
        self.handed_in = [0] * lines  # since then
        self.handed_in_today = [0] * lines
        self.kept_today = [0] * lines
        self.cash_today = [0] * len(world.orders)  # cash in lieu and forced, by order
        self.order_cash = [0] * len(world.orders)  # what the county holds of it
        self.granted: list[list[int]] = []  # by item and household, in the market
        self.granted_common: list[list[int]] = []  # by item and household, gathered
        self.office_wants: dict[int, int] = {}  # by line
        self.office_granted: dict[int, int] = {}
        self.taken = [0] * len(world.orders)  # R_o
        self.at_first = [0] * len(world.orders)  # B_o
        self.week = quiet_week(world.goods)
        self.prices = [list(self.log_price)]
        self.opening = self.books.balances(world, self.households, self.stock)
        for h in self.households:
            self.set_amounts(h)
        self.due = {line: sum(h.entitled[line] for h in self.households) for o in self.reliefs for line in o.lines}

    def set_amounts(self, h: Household) -> None:
        """7.3: what a household is asked for when a round asks, and what it is entitled to."""
        lines = len(self.world.lines)
        h.asked, h.outstanding, h.entitled, h.received = ([0] * lines for _ in range(4))
        for order in self.levies + self.reliefs:
            for number_of_line in order.lines:
                line = self.world.lines[number_of_line]
                amount = line.amount * h.units(order.number, line.per)
                (h.entitled if order.kind == RELIEF else h.asked)[number_of_line] = amount

    def outcome(self) -> Outcome:
        """What the run has come to by now."""
        told = Outcome(
            ledger=self.books.ledger,
            prices=self.prices,
            cash=[h.cash for h in self.households],
            stock=[h.stock for h in self.households],
            open=[h.open for h in self.households],
            forbidden=[h.forbidden for h in self.households],
            outstanding=[h.outstanding for h in self.households],
            ways=[h.ways for h in self.households],
            received=[h.received for h in self.households],
            entitled=[h.entitled for h in self.households],
            days_short=[h.days_short for h in self.households],
            minutes=[h.minutes for h in self.households],
            opening=self.opening,
            closing=self.books.balances(self.world, self.households, self.stock),
            asked_for_others=[h.asked_for_others for h in self.households],
            gate_prices=[],
        )
        return copy.deepcopy(told)

    def live(self, t: int) -> None:
        """One day, in the order of section 3."""
        day = self.open_market(t)
        self.begin_rounds(t)
        self.watch(day)
        self.relief_arrives(t)
        for h in self.households:
            self.decide(h, day)
        self.relief_passed_down(t)
        self.offices_want(day)
        self.share_out(day)
        for h in self.households:
            self.settle(h, day)
        self.offices_buy(day)
        self.sell_diverted(day)
        self.supply_shops(day)
        self.pass_up(t)
        self.close_market(day)
        self.prices.append(list(self.log_price))

    # ------------------------------------------------------------------------------------------ 7.5 the market

    def in_force(self, kind: int, t: int) -> list[Order]:
        return [order for order in self.orders if order.kind == kind and order.start <= t <= order.end]

    def closed(self, t: int) -> bool:
        return any(order.closes for order in self.in_force(RESTRICTION, t))

    def open_market(self, t: int) -> Day:
        world, a, goods = self.world, self.world.a, range(self.world.goods)
        closed = self.closed(t)
        banned = {order.bans for order in self.in_force(RESTRICTION, t)}
        gap = [self.log_price[j] - world.log_price[j] for j in goods]
        day = Day(t, closed, [price(x) for x in self.log_price], *([0] * world.goods for _ in range(4)))
        for j in goods:
            if world.market[j]:
                base = (world.supply[j] * a.farm_share) >> 16 if closed else world.supply[j]
                day.supply[j] = (base * factor((a.supply_elasticity * gap[j]) >> 16)) >> 16
                day.outside[j] = (world.outside[j] * factor(-((world.elasticity[j] * gap[j]) >> 16))) >> 16
                self.books.post(t, -1, "supply", j, day.supply[j], "farms", "market")
                if not closed:
                    self.trade(j, day)
                self.stock[j] += day.supply[j]
                day.available[j] = self.stock[j]
            if world.common[j] > 0 and j not in banned:
                day.yields[j] = world.yields[j] * self.to_gather[j] // world.common[j]
        day.mix = factor(-((a.substitution * (gap[0] - gap[1])) >> 16))
        day.appetite = max(a.food_floor, factor(-((a.food_elasticity * ((gap[0] + gap[1]) >> 1)) >> 16)))
        return day

    def trade(self, j: int, day: Day) -> None:
        """7.14: what leaves and arrives of an item on a day of the week."""
        days, p, week = self.world.plan.trade_days, day.price[j], self.week
        k = day.t % days
        left = min(week.exports[j], day.supply[j])
        arrived = week.dealt[j] * (k + 1) // days - week.dealt[j] * k // days
        week.left[j] += left
        week.arrived[j] += arrived
        day.supply[j] += arrived - left
        self.books.post(day.t, -1, "trade", j, left, "market", "other areas")
        self.books.post(day.t, -1, "trade", self.world.money, pay(p, left), "other areas", "farms")
        self.books.post(day.t, -1, "trade", j, arrived, "other areas", "market")
        self.books.post(day.t, -1, "trade", self.world.money, pay(p, arrived), "farms", "other areas")

    def close_market(self, day: Day) -> None:
        """Averages and prices; stocks changed with every sale, `day.supply` with what came since the morning."""
        a = self.world.a
        for j in range(self.world.goods):
            if not self.world.market[j]:
                continue
            self.mean_demand[j] += (self.demand[j] * 2**8 - self.mean_demand[j]) // a.price_memory
            self.mean_supply[j] += (day.supply[j] * 2**8 - self.mean_supply[j]) // a.price_memory
            both = self.mean_demand[j] + self.mean_supply[j]
            if both > 0:
                r = ((self.mean_demand[j] - self.mean_supply[j]) * 2**20) // both
                step = clip((a.price_speed * r) >> 20, -a.price_cap, a.price_cap)
                self.log_price[j] = clip(self.log_price[j] + step, 0, HIGHEST_LOG_PRICE)

    # ------------------------------------------------------------------------------------------ 7.7 sharing out

    def share_out(self, day: Day) -> None:
        goods = range(self.world.goods)
        self.demand = [0] * self.world.goods
        self.granted, self.granted_common, self.office_granted = [], [], {}
        for j in goods:
            self.granted.append(self.share_market(j, day))
            wants = [sum(q for line, q in h.to_gather.items() if self.item(line) == j) for h in self.households]
            first = self.world.daily(day.t, FIRST_TO_GATHER, 0, j) % len(wants)
            granted = one_after_the_other(wants, first, self.to_gather[j])
            self.to_gather[j] -= sum(granted)
            self.granted_common.append(granted)

    def share_market(self, j: int, day: Day) -> list[int]:
        """What each household is granted of an item; grants outside demand and offices theirs, too."""
        if not self.world.market[j]:
            return [0] * len(self.households)
        wants = [self.wanted(h, j) for h in self.households]
        lines = [line for line in self.office_wants if self.item(line) == j]
        offices_want = [self.office_wants[line] for line in lines]
        available, outside, offices = day.available[j], day.outside[j], sum(offices_want)
        demand = self.demand[j] = sum(wants) + outside + offices
        if demand > available:
            outside = available * outside // demand
            offices = available * offices // demand
        rest = available - outside - offices
        first = self.world.daily(day.t, FIRST_SERVED, 0, j) % len(wants)
        granted = one_after_the_other(wants, first, rest)
        self.office_granted.update(zip(lines, one_after_the_other(offices_want, 0, offices), strict=True))
        self.stock[j] -= outside
        self.books.post(day.t, -1, "outside", j, outside, "market", "rest")
        self.books.post(day.t, -1, "outside", self.world.money, pay(day.price[j], outside), "rest", "farms")
        return granted

    def item(self, line: int) -> int:
        return self.world.lines[line].item

    def wanted(self, h: Household, j: int) -> int:
        food = h.food[j] if j < 2 else 0
        return food + sum(q for line, q in h.to_buy.items() if self.item(line) == j)

    # ------------------------------------------------------------------------------------------ households decide

    def decide(self, h: Household, day: Day) -> None:
        h.committed, h.to_gather, h.to_buy = 0, {}, {}
        h.hidden = self.hides(h, day)
        earn(self.world, self.books, h, day)
        self.receive_relief(h, day.t)
        want_food(self.world, h, day)
        for order in self.levies:
            if self.answers(h, order, day.t):
                for bundle in order.bundles():
                    self.answer(h, order, bundle, day)

    def answers(self, h: Household, order: Order, t: int) -> bool:
        """Whether a household answers a levy today."""
        now = order.round_of(t)
        if now is None or t > now.due:
            return False
        own_day = now.start + self.world.once(ANSWER_DAY, h.index, order.number) % (now.due - now.start + 1)
        return t in (own_day, now.due) or order.number in h.again

    # ------------------------------------------------------------------------------------------ 7.8 rounds

    def begin_rounds(self, t: int) -> None:
        for order in self.levies:
            now = order.round_of(t)
            if now is None or now.start != t:
                continue
            for line in order.lines:
                if not now.asks:
                    self.share_debts(order, line)
                elif now.first or self.world.lines[line].again == 1:
                    self.ask(order, line)
                if now.asks:
                    self.asked_for[line] = sum(h.outstanding[line] for h in self.households)
                    self.handed_in[line] = 0

    def ask(self, order: Order, line: int) -> None:
        """Asks a line, for the first time (nothing is outstanding then) or again."""
        p = self.world.price[self.item(line)]
        for h in self.households:
            kept = 0 if order.appeal else (h.outstanding[line] * self.world.a.arrears) >> 16
            h.outstanding[line] = h.asked[line] + kept
            h.ways["asked"] += pay(p, h.outstanding[line]) - pay(p, kept)

    def share_debts(self, order: Order, line: int) -> None:
        """Asks part of what is left unpaid of a line of the other members of every people's unit."""
        p = self.world.price[self.item(line)]
        for unit in sorted({h.unit for h in self.households}):
            asked = [h for h in self.households if h.unit == unit and h.asked[line] > 0 and h.reached(order.number)]
            debtors = [h for h in asked if h.outstanding[line] > 0]
            members = [h for h in asked if h.outstanding[line] == 0]
            if not members:
                continue
            together = 0
            for h in debtors:
                q = h.outstanding[line]
                moved = (q * self.world.a.joint) >> 16
                together += moved
                h.outstanding[line] -= moved
                h.ways["asked"] -= pay(p, q) - pay(p, q - moved)
            each, rest = divmod(together, len(members))
            for k, h in enumerate(members):
                h.outstanding[line] = each + (1 if k < rest else 0)
                h.ways["asked"] += pay(p, h.outstanding[line])
                h.asked_for_others += pay(p, h.outstanding[line])

    # ------------------------------------------------------------------------------------------ 7.8 levies

    def utility(self, h: Household, n: int, k: int, cost: int) -> int:
        return GUMBEL[further(n, k) >> 20] - self.world.a.choice_scale * min(cost, 2**40) // h.spending

    def answer(self, h: Household, order: Order, bundle: list[int], day: Day) -> None:
        """A household chooses how to settle a bundle, and does what can be done before goods are shared out."""
        if not any(h.outstanding[line] > 0 for line in bundle):
            return
        plans = [self.plan_line(h, line, day) for line in bundle if h.outstanding[line] > 0]
        in_lieu, cash = self.cash_in_lieu(h, order, bundle)
        rate = self.rate(h, bundle, plans, cash) if in_lieu else sum(plan.value for plan in plans)
        bribe = (self.world.a.bribe_ratio * rate) >> 16
        costs = self.choices(h, order, plans, (in_lieu, rate, bribe), day)
        n = self.world.daily(day.t, CHOICE, h.index, bundle[0])
        choice = max(sorted(costs), key=lambda k: self.utility(h, n, k, costs[k]))
        if choice == 1:
            self.choose_goods(h, plans, day)
        elif choice == 2:
            self.pay_unit(h, order, bundle, (rate, "cash in lieu", "cash"), day.t)
        elif choice == 3:
            self.pay_unit(h, order, bundle, (bribe, "bribe", "bribe"), day.t)
        elif choice == 4:
            self.borrow(h, order, plans, (in_lieu, rate), day)
        elif day.t == self.round_now(order, day.t).due and in_lieu and not order.appeal:
            n = self.world.daily(day.t, FORCE, h.index, bundle[0])
            if (n >> 16) < self.world.a.force and rate <= h.cash - h.food_cost - h.committed:
                self.pay_unit(h, order, bundle, (rate, "forced", "cash"), day.t)

    def round_now(self, order: Order, t: int) -> Round:
        now = order.round_of(t)
        assert now is not None
        return now

    def plan_line(self, h: Household, line: int, day: Day) -> LinePlan:
        """The ways to settle a line in goods, and the best of them."""
        world, a, j, q = self.world, self.world.a, self.item(line), h.outstanding[line]
        plan = LinePlan(line, q, pay(day.price[j] if world.market[j] else world.price[j], q))
        costs = {}
        if h.stock[j] > 0:
            costs[1] = (plan.value * a.own_price) >> 16
        if day.yields[j] >= 1:
            costs[2] = h.time(gathering_minutes(q, day.yields[j]))
        if world.market[j]:
            costs[3] = plan.value + h.time(a.search_minutes)
        if not costs:
            plan.possible = False
            return plan
        n = world.daily(day.t, WAY, h.index, line)
        utilities = {k: self.utility(h, n, k, cost) for k, cost in costs.items()}
        way = max(sorted(utilities), key=lambda k: utilities[k])
        plan.cost, rest = costs[way], q
        if way == 1:
            plan.own = min(h.stock[j], q)
            rest = q - plan.own
            del utilities[1]
            way = max(sorted(utilities), key=lambda k: utilities[k], default=0)
        plan.gather = rest if way == 2 else 0
        plan.buy = rest if way == 3 else 0
        return plan

    def cash_in_lieu(self, h: Household, order: Order, bundle: list[int]) -> tuple[bool, int]:
        """Whether there is cash in lieu of a bundle, and how much of all that was asked."""
        line = self.world.lines[bundle[0]]
        cash, per = (order.cash, order.cash_per) if order.whole else (line.cash, line.cash_per)
        asked = cash * h.units(order.number, per)
        return asked > 0, asked

    def value(self, bundle: list[int], amounts: list[int]) -> int:
        """What amounts of a bundle's lines are worth at the prices of the first day."""
        return sum(pay(self.world.price[self.item(line)], amounts[line]) for line in bundle)

    def rate(self, h: Household, bundle: list[int], plans: list[LinePlan], cash: int) -> int:
        return up(cash * self.value(bundle, h.outstanding), self.value(bundle, h.asked))

    def choices(
        self, h: Household, order: Order, plans: list[LinePlan], terms: tuple[bool, int, int], day: Day
    ) -> dict[int, int]:
        """The choices that are possible, by number, and what each costs."""
        a = self.world.a
        in_lieu, rate, bribe = terms
        avail = h.cash - h.food_cost - h.committed - h.reserve
        buy_cash = sum(pay(day.price[self.item(plan.line)], plan.buy) for plan in plans)
        costs = {}
        if all(plan.possible for plan in plans) and (buy_cash <= avail or buy_cash == 0):
            costs[1] = sum(plan.cost for plan in plans)
        if in_lieu and rate <= avail:
            costs[2] = rate
        if bribe <= avail:
            costs[3] = bribe
        sold = all(self.world.market[self.item(plan.line)] for plan in plans)
        if rate <= (a.borrow_days * h.mean_won) >> 16 and (in_lieu or sold):
            costs[4] = rate + up(a.borrow_cost * rate, ONE)
        now = self.round_now(order, day.t)
        hazard = a.hazard * (day.t - now.start + 1) // (now.due - now.start + 1)
        costs[5] = 0 if order.appeal else (((hazard * a.penalty) >> 16) * rate) >> 16
        return costs

    def choose_goods(self, h: Household, plans: list[LinePlan], day: Day) -> None:
        for plan in plans:
            j = self.item(plan.line)
            order = self.world.lines[plan.line].order
            h.stock[j] -= plan.own
            self.books.post(day.t, order, "own stock", j, plan.own, h.account, "unit")
            self.deliver(h, plan.line, plan.own, "own")
            h.ways["cost"] += (pay(day.price[j], plan.own) * self.world.a.own_price) >> 16
            if plan.gather > 0:
                h.to_gather[plan.line] = plan.gather
            if plan.buy > 0:
                self.want_to_buy(h, plan.line, plan.buy, day)

    def want_to_buy(self, h: Household, line: int, q: int, day: Day) -> None:
        h.to_buy[line] = q
        h.committed += pay(day.price[self.item(line)], q)

    def deliver(self, h: Household, line: int, x: int, way: str) -> None:
        """Goods reach the people's unit and settle part of a line."""
        p, q = self.world.price[self.item(line)], h.outstanding[line]
        h.ways[way] += pay(p, q) - pay(p, q - x)
        h.outstanding[line] -= x
        self.handed_in[line] += x
        self.handed_in_today[line] += x

    def pay_unit(self, h: Household, order: Order, bundle: list[int], payment: tuple[int, str, str], t: int) -> None:
        """Money to the people's unit settles a bundle: cash in lieu, forced or not, or a bribe."""
        amount, reason, way = payment
        h.cash -= amount
        self.books.post(t, order.number, reason, self.world.money, amount, h.account, "unit")
        if reason != "bribe":
            self.cash_today[order.number] += amount
        h.ways["cost"] += amount
        h.ways[way] += self.value(bundle, h.outstanding)
        for line in bundle:
            h.outstanding[line] = 0

    def borrow(self, h: Household, order: Order, plans: list[LinePlan], terms: tuple[bool, int], day: Day) -> None:
        in_lieu, rate = terms
        h.cash += rate
        self.books.post(day.t, order.number, "borrowed", self.world.money, rate, "rest", h.account)
        h.ways["cost"] += up(self.world.a.borrow_cost * rate, ONE)
        if in_lieu:
            self.pay_unit(h, order, [plan.line for plan in plans], (rate, "cash in lieu", "borrowed"), day.t)
        else:
            for plan in plans:
                self.want_to_buy(h, plan.line, plan.outstanding, day)

    # ------------------------------------------------------------------------------------------ households settle

    def settle(self, h: Household, day: Day) -> None:
        h.again = set()
        labour: dict[int, int] = defaultdict(int)  # minutes by line
        for j in range(self.world.goods):
            self.hand_in_gathered(h, j, labour, day)
            self.take_bought(h, j, labour, day)
        for line, minutes in labour.items():
            h.minutes += minutes
            self.books.post(
                day.t, self.world.lines[line].order, "labour", self.world.labour, minutes, "time", h.account
            )
        eat(self.world, self.books, h, day.t)
        order_of_posts, toll = restock(self.world, self.books, h, day)
        if toll > 0:
            self.taken[order_of_posts] += toll
        spend(self.world, self.books, h, day.t)
        self.get_back(h, day.t)
        for order in self.in_force(CRACKDOWN, day.t):
            self.inspect(h, order, day)

    def hand_in_gathered(self, h: Household, j: int, labour: dict[int, int], day: Day) -> None:
        left = self.granted_common[j][h.position]
        for line in sorted(line for line in h.to_gather if self.item(line) == j):
            order, x = self.world.lines[line].order, min(h.to_gather[line], left)
            left -= x
            if x < h.to_gather[line]:
                h.again.add(order)
            if x > 0:
                minutes = gathering_minutes(x, day.yields[j])
                labour[line] += minutes
                h.ways["cost"] += h.time(minutes)
                self.books.post(day.t, order, "gathered", j, x, "rest", h.account)
                self.hand_in(h, line, x, "gathered", day.t)

    def take_bought(self, h: Household, j: int, labour: dict[int, int], day: Day) -> None:
        """Pays for what was granted of an item: food first, then the lines in order; hands the lines' goods in."""
        p, left = day.price[j], self.granted[j][h.position]
        taken = min(left, h.food[j]) if j < 2 else 0
        self.stock[j] -= left
        left -= taken
        h.stock[j] += taken
        h.cash -= pay(p, taken)
        self.books.post(day.t, -1, "food", j, taken, "market", h.account)
        self.books.post(day.t, -1, "food", self.world.money, pay(p, taken), h.account, "farms")
        for line in sorted(line for line in h.to_buy if self.item(line) == j):
            order, x = self.world.lines[line].order, min(h.to_buy[line], left)
            left -= x
            if x < h.to_buy[line]:
                h.again.add(order)
            if x > 0:
                cost = pay(p, taken + x) - pay(p, taken)
                taken += x
                h.cash -= cost
                labour[line] += self.world.a.search_minutes
                h.ways["cost"] += cost + h.time(self.world.a.search_minutes)
                self.books.post(day.t, order, "bought", j, x, "market", h.account)
                self.books.post(day.t, order, "bought", self.world.money, cost, h.account, "farms")
                self.hand_in(h, line, x, "bought", day.t)

    def hand_in(self, h: Household, line: int, x: int, way: str, t: int) -> None:
        self.books.post(t, self.world.lines[line].order, "handed in", self.item(line), x, h.account, "unit")
        self.deliver(h, line, x, way)

    # ------------------------------------------------------------------------------------------ 7.11 inspections

    def watch(self, day: Day) -> None:
        """What is in force this morning: checkpoints, and how often each crackdown inspects."""
        a = self.world.a
        day.posts = [o for o in self.orders if o.kind in (CRACKDOWN, RESTRICTION) and o.start <= day.t <= o.end]
        day.posts = [order for order in day.posts if order.posts > 0]
        for order in self.in_force(CRACKDOWN, day.t):
            o = order.number
            if day.t == max(0, order.start):
                reached = [h for h in self.households if h.livelihood == TRADER and h.reached(o)]
                self.at_first[o] = sum(h.forbidden for h in reached)
            enough = self.taken[o] >= (a.revenue_target * self.at_first[o]) >> 16
            day.inspect[o] = (a.inspect * a.eased) >> 16 if enough else a.inspect

    def at_stake(self, h: Household) -> tuple[bool, int]:
        """Whether a trader pays a bribe when it is inspected now, and how much."""
        a = self.world.a
        fine, reward = (a.fine_days * h.mean_won) >> 16, (a.reward * h.forbidden) >> 16
        bribe = (a.bargain * min(fine, h.forbidden) + (ONE - a.bargain) * reward) >> 16
        return reward < fine and bribe <= h.cash, bribe

    def hides(self, h: Household, day: Day) -> bool:
        a = self.world.a
        if h.livelihood != TRADER or h.forbidden == 0 or h.target == 0:
            return False
        p = min(ONE, sum(inspect for o, inspect in day.inspect.items() if h.reached(o)))
        pays, bribe = self.at_stake(h)
        loss = min(2**40, bribe if pays else h.forbidden)
        risk = ((p * loss) >> 16) * factor(a.caution * NORMAL[self.world.once(CAUTION, h.index) >> 20]) >> 16
        margin = (h.market * h.forbidden // h.target) >> 8
        if day.closed:
            margin = (margin * a.closed_income) >> 16
        return risk > margin

    def get_back(self, h: Household, t: int) -> None:
        """Goods seized some days ago, for a ransom."""
        a = self.world.a
        if h.held_back == 0 or t != h.return_day:
            return
        back = (h.held_back * a.returned) >> 16
        ransom = up(back * a.ransom_share, ONE)
        if back > 0 and ransom <= h.cash:
            h.cash -= ransom
            h.forbidden += back
            self.taken[h.seized_by] += ransom
            self.books.post(t, h.seized_by, "ransom", self.world.money, ransom, h.account, "inspectors")
            self.books.post(t, h.seized_by, "returned", self.world.stall_goods, back, "inspectors", h.account)
        h.held_back = 0

    def inspect(self, h: Household, order: Order, day: Day) -> None:
        """At the stall, after spending."""
        o, worth = order.number, h.forbidden
        if h.livelihood != TRADER or worth == 0 or h.hidden or not h.reached(o):
            return
        if (self.world.daily(day.t, INSPECTION, h.index, o) >> 16) >= day.inspect[o]:
            return
        pays, bribe = self.at_stake(h)
        if pays:
            h.cash -= bribe
            self.taken[o] += bribe
            self.books.post(day.t, o, "inspection bribe", self.world.money, bribe, h.account, "inspectors")
        else:
            h.forbidden = 0
            self.taken[o] += worth
            h.held_back, h.return_day, h.seized_by = h.held_back + worth, day.t + self.world.a.return_days, o
            self.books.post(day.t, o, "seized", self.world.stall_goods, worth, h.account, "inspectors")

    # ------------------------------------------------------------------------------------------ 7.9 relief

    def arrived(self, line: int) -> int:
        supply = self.world.lines[line].supply
        return self.due[line] if supply == NOT_REPORTED else supply

    def ratio(self, line: int) -> int:
        return min(ONE, self.arrived(line) * ONE // self.due[line]) if self.due[line] > 0 else 0

    def relief_arrives(self, t: int) -> None:
        for order in self.reliefs:
            if order.start == t:
                way = ["rest", *reversed(UPWARDS[2 : UPWARDS.index(order.tier) + 1])]
                for line in order.lines:
                    self.move(t, order.number, "relief", self.item(line), self.arrived(line), way)

    def move(self, t: int, order: int, reason: str, item: int, amount: int, way: list[str]) -> None:
        """From the first of the accounts to the last, step by step."""
        for giver, taker in pairwise(way):
            self.books.post(t, order, reason, item, amount, giver, taker)

    def served(self, order: Order, unit: int, t: int) -> bool:
        """Whether a people's unit is served relief today."""
        if order.start < 0:
            return False
        units = max(h.unit for h in self.households) + 1
        first = self.world.once(FIRST_UNIT, 0, order.number) % units
        return t == order.start + ((unit - first) % units) * self.world.a.serve_days // units

    def relief_share(self, h: Household, order: Order) -> int:
        a = self.world.a
        if a.diversion == 0:
            return ONE
        n = self.world.once(RELIEF_SHARE, h.index, order.number)
        if (n >> 16) < a.none:
            share = 0
        elif (n >> 16) < a.none + ((a.full * (ONE - a.none)) >> 16):
            share = ONE
        else:
            share = self.world.beta[further(n, 1) >> 20]
        return ONE - ((a.siphon * (ONE - share)) >> 16)

    def receive_relief(self, h: Household, t: int) -> None:
        for order in self.reliefs:
            if not self.served(order, h.unit, t):
                continue
            for line in order.lines:
                x = (h.entitled[line] * self.ratio(line)) >> 16
                give = (x * self.relief_share(h, order)) >> 16
                self.kept_today[line] += x - give
                h.received[line] += give
                if self.item(line) == self.world.money:
                    h.cash += give
                else:
                    h.stock[self.item(line)] += give
                self.books.post(t, order.number, "relief", self.item(line), give, "unit", h.account)

    def relief_passed_down(self, t: int) -> None:
        """What the units served today were given for their households: county → neighbourhood → people's unit."""
        for order in self.reliefs:
            served = [h for h in self.households if self.served(order, h.unit, t)]
            for line in order.lines:
                x = sum((h.entitled[line] * self.ratio(line)) >> 16 for h in served)
                self.move(t, order.number, "relief", self.item(line), x, ["county", "neighbourhood", "unit"])

    def sell_diverted(self, day: Day) -> None:
        for order in self.reliefs:
            for line in order.lines:
                j, kept = self.item(line), self.kept_today[line]
                self.kept_today[line] = 0
                if j == self.world.money or not self.world.market[j]:
                    continue
                sold = (kept * self.world.a.sold) >> 16
                self.stock[j] += sold
                day.supply[j] += sold
                self.books.post(day.t, order.number, "diverted sold", j, sold, "unit", "market")
                money = pay(day.price[j], sold)
                self.books.post(day.t, order.number, "diverted sold", self.world.money, money, "farms", "unit")

    def supply_shops(self, day: Day) -> None:
        """What shops sell goes from the county's depot to the market, for tomorrow."""
        days = self.world.a.serve_days
        for order in self.reliefs:
            k = day.t - order.start
            if not order.shop or order.start < 0 or not 0 <= k < days:
                continue
            for line in order.lines:
                j, arrived = self.item(line), self.arrived(line)
                if j == self.world.money or not self.world.market[j]:
                    continue
                x = arrived * (k + 1) // days - arrived * k // days
                self.stock[j] += x
                day.supply[j] += x
                self.books.post(day.t, order.number, "shop supply", j, x, "county", "market")

    # ------------------------------------------------------------------------------------------ 7.10 offices

    def offices_want(self, day: Day) -> None:
        a, self.office_wants = self.world.a, {}
        for order in self.levies:
            now = order.round_of(day.t)
            if now is None or not now.due < day.t <= now.until:
                continue
            cash = self.order_cash[order.number]
            for line in order.lines:
                j = self.item(line)
                if not self.world.market[j]:
                    continue
                shortfall = self.asked_for[line] - self.handed_in[line]
                want = ((a.remit_goods * shortfall) >> 16) // a.buying_days
                want = min(want, afford(day.price[j], cash))
                cash -= pay(day.price[j], want)
                self.office_wants[line] = want

    def offices_buy(self, day: Day) -> None:
        for line, x in self.office_granted.items():
            order, j = self.orders[self.world.lines[line].order], self.item(line)
            cost = pay(day.price[j], x)
            self.stock[j] -= x
            self.order_cash[order.number] -= cost
            self.books.post(day.t, order.number, "office purchase", j, x, "market", "county")
            self.books.post(day.t, order.number, "office purchase", self.world.money, cost, "county", "farms")
            self.move(day.t, order.number, "passed up", j, x, self.upwards("county", order.tier))

    def upwards(self, lowest: str, highest: str) -> list[str]:
        return list(UPWARDS[UPWARDS.index(lowest) : UPWARDS.index(highest) + 1])

    def pass_up(self, t: int) -> None:
        """What households handed in today goes up; when a round is settled, part of the county's cash, too."""
        money = self.world.money
        for order in self.levies:
            o = order.number
            for line in order.lines:
                x, self.handed_in_today[line] = self.handed_in_today[line], 0
                self.move(t, o, "passed up", self.item(line), x, self.upwards("unit", order.tier))
            cash, self.cash_today[o] = self.cash_today[o], 0
            self.order_cash[o] += cash
            self.move(t, o, "passed up", money, cash, self.upwards("unit", "county"))
            now = order.round_of(t)
            if now is not None and t == now.until:
                remitted = (self.world.a.remit_cash * self.order_cash[o]) >> 16
                self.order_cash[o] -= remitted
                way = ["county", "rest"] if order.tier == "county" else self.upwards("county", order.tier)
                self.move(t, o, "passed up", money, remitted, way)


def one_after_the_other(wants: list[int], first: int, rest: int) -> list[int]:
    """Starting at a position, each gets what it wants or what is left."""
    granted = [0] * len(wants)
    for step in range(len(wants)):
        position = (first + step) % len(wants)
        granted[position] = min(wants[position], rest)
        rest -= granted[position]
    return granted


# ---------------------------------------------------------------------------------------------- 7.14 trade


class Country:
    """The areas of a run in one arm, and what is on the way between them and from and to the rest of the country."""

    def __init__(self, runs: list[Run]) -> None:
        self.runs = runs
        self.plan = runs[0].world.plan
        goods, self.partners = runs[0].world.goods, [*runs, None]  # None is the rest of the country
        self.sold = [j for j in range(goods) if runs[0].world.market[j]]
        self.pool = [0] * goods
        self.weights = [[0] * len(self.partners) for _ in range(goods)]  # x of the importers, by item and partner

    def live(self, t: int) -> None:
        if t > 0 and t % self.plan.trade_days == 0:
            self.meet(t)
        for run in self.runs:
            run.live(t)

    def meet(self, t: int) -> None:
        """The areas trade on the morning of a day."""
        weeks = [quiet_week(len(self.pool)) for _ in self.runs]
        for j in self.sold:
            self.pool[j] += sum(run.week.left[j] + run.week.dealt[j] - run.week.arrived[j] for run in self.runs)
            for week, dealt in zip(weeks, self.deal(j, t), strict=True):
                week.dealt[j] = dealt
            *exports, of_rest = self.plan_exports(j, t)
            for week, export in zip(weeks, exports, strict=True):
                week.exports[j] = export
            self.pool[j] += self.plan.trade_days * of_rest
        for run, week in zip(self.runs, weeks, strict=True):
            run.week = week

    def is_open(self, t: int) -> list[bool]:
        """Which partners are open on a day; the rest always is."""
        return [run is None or not run.closed(t) for run in self.partners]

    def deal(self, j: int, t: int) -> list[int]:
        """Deals the pool out to the importers of the week before, and tells what each area gets."""
        weights = [x if is_open else 0 for x, is_open in zip(self.weights[j], self.is_open(t), strict=True)]
        importers = [k for k, x in enumerate(weights) if x > 0]
        gets = [0] * len(weights)
        if importers:
            for k in importers[:-1]:
                gets[k] = (self.pool[j] * (weights[k] * 2**20 // sum(weights))) >> 20
            gets[importers[-1]] = self.pool[j] - sum(gets)
            self.pool[j] = 0
        return gets[:-1]

    def shares(self, j: int) -> list[int]:
        """W of every partner."""
        shares = [run.world.supply[j] for run in self.runs]
        whole, part = self.plan.country_households, sum(int(run.world.plan.area_households) for run in self.runs)
        return [*shares, sum(shares) * max(0, whole - part) // part]

    def plan_exports(self, j: int, t: int) -> list[int]:
        """Who sells to whom: sets the importers' weights and tells e of every partner."""
        a = self.runs[0].world.a
        shares = [w if is_open else 0 for w, is_open in zip(self.shares(j), self.is_open(t), strict=True)]
        self.weights[j] = [0] * len(shares)
        exporters = [0] * len(shares)
        if sum(shares) == 0:
            return exporters
        rises = [(run.log_price[j] - run.world.log_price[j]) >> 16 for run in self.runs] + [0]
        mean = sum(w * rise for w, rise in zip(shares, rises, strict=True)) // sum(shares)
        for k, (w, rise) in enumerate(zip(shares, rises, strict=True)):
            x = (w * min((a.trade_speed * abs(rise - mean)) >> 16, a.trade_most)) >> 16
            if rise > mean:
                self.weights[j][k] = x
            elif rise < mean:
                exporters[k] = x
        traded, offered = min(sum(self.weights[j]), sum(exporters)), sum(exporters)
        return [(x * (traded * ONE // offered)) >> 16 if offered > 0 else 0 for x in exporters]

    def on_the_way(self, j: int) -> int:
        """What has left an area, or the rest, and has not arrived."""
        return self.pool[j] + sum(run.week.left[j] + run.week.dealt[j] - run.week.arrived[j] for run in self.runs)


# ---------------------------------------------------------------------------------------------- 3 a pair of runs


def simulate_areas(areas: list[tuple[People, Plan, Draws]], draw: int, seed: int) -> list[tuple[Outcome, Outcome]]:
    """The run of a draw without orders and the one with them, `plan.days` long, of every area."""
    begun = []
    for people, plan, draws in areas:
        world = read_world(plan, draws, draw, seed)
        households = set_up(world, people)
        burn_in(world, households)
        begun.append((world, households))
    days, gate_days = begun[0][0].plan.days, begun[0][0].plan.gate_days
    without = Country([Run(world, households, []) for world, households in begun])
    for t in range(days):
        without.live(t)
    told = [run.outcome() for run in without.runs]
    for t in range(days, gate_days):
        without.live(t)
    for outcome, run in zip(told, without.runs, strict=True):
        outcome.gate_prices = run.prices[: gate_days + 1]
    ordered = Country([Run(world, households, world.orders) for world, households in begun])
    for t in range(days):
        ordered.live(t)
    return list(zip(told, [run.outcome() for run in ordered.runs], strict=True))


def simulate(people: People, plan: Plan, draws: Draws, draw: int, seed: int) -> tuple[Outcome, Outcome]:
    """The same of one area."""
    return simulate_areas([(people, plan, draws)], draw, seed)[0]


def check_test_vectors() -> None:
    """The numbers that section 7.1 prints."""
    ones = 0xFFFFFFFF
    assert philox((0, 0, 0, 0), (0, 0)) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)
    assert philox((ones,) * 4, (ones,) * 2) == (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)
    digits = philox((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0))
    assert digits == (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)
    assert Keys(1, 0, 5).key(0, 7) == (3330525292, 3517420971)
    assert number((1, 2), 3) == 3867407481
    assert number((1, 2), 4) == 1073353521


if __name__ == "__main__":
    check_test_vectors()

# What docs/model.md leaves open, and how it is read here (numbers are its sections)
#
#  1. 7.13  Single movements. A household's labour of a day and line is one movement; own
#           stock, gathered, bought and handed in are one a line; food and eaten one an item. Cash passed up is one a
#           step, day and order (cash in lieu and forced of all bundles together). Relief passed down is one a step,
#           day and line for all units served that day; what is given is one a household and line. Office purchases
#           are one a line. Movements of nothing are none.
#  2. 7.13  Cash in lieu paid with borrowed money has the reason "cash in lieu" (after "borrowed") and is passed up.
#  3. 7.13  An order's own reserve of cash (7.10) is kept beside what the county holds; the ledger has one county.
#  4. 7.8   "Granted less than it wanted" is told by household and order, of what it wanted for that levy only (bought
#           or gathered, any line); a household short of food in the market does not answer again for that.
#  5. 7.8   There is cash in lieu if C times units is above 0.
#  6. 7.8   "Every line" in the table of choices means every line of the bundle with something outstanding.
#  7. 7.8   `sold` in "buy (if sold)", "every line is sold" and 7.9 is market_j = 1.
#  8. 7.8   On the due day a household that is made to pay has chosen "leave unpaid" on that day; a household that
#           chose goods on the due day and was granted less is never made to pay.
#  9. 7.8   Subjects "line" and "first line of the bundle" are numbers among all lines of the plan, "order" among all
#           orders, whatever their kind.
# 10. 7.8   Cash paid or borrowed when deciding moves at once, so `avail` of the next bundle is told from it; own
#           stock handed in is gone for the next order's line of the same item. R_j and y_j are those of the morning.
# 11. 7.8   `asked` of a household counts the rounds whose day s is a day of the run; in the run without orders it is
#           0, and so are what is outstanding and entitlements.
# 12. 7.8   A household that borrowed to buy and was granted less keeps the money, and may borrow again the next day;
#           the cost of each borrowing counts.
# 13. 7.8   A levy's line that asks for money (item J) is not written down anywhere: a plan with one raises
#           ValueError.
# 14. 7.6   E_b is at most E, as the mix can cost more than cash by rounding alone.
# 15. 7.6   w is 0 if a + 2¹⁶ − w₀ = 0 (rice share 1, mix 0).
# 16. 7.6   Earnings and relief are in cash and stock before food is wanted ("held" has the day's in kind in it), and
#           what is handed in of own stock leaves before eating, food included.
# 17. 7.6   "While the area is closed" cuts market income of every livelihood; wages and harvests are whole.
# 18. 7.5   R_j falls by what is gathered and never grows back.
# 19. 7.7   What offices get of an item when there is too little goes to orders and lines in order, each min(want,
#           left). Rounding can leave a unit or two of the households' rest unsold; it stays in stock.
# 20. 7.7   Offices pay line by line, pay(P, granted), not once an item and day.
# 21. 7.9   U is the highest unit + 1. Relief due to arrive before day 0 never arrives and nothing of it is served;
#           relief that arrives is served as far as the days of the run go. With no one entitled the ratio is 0, and
#           reported supply still arrives and stays in the depot.
# 22. 7.9   "Of each line's total of the day": over all units served that day, one rounding a line. Money kept is
#           kept.
# 23. 7.10  The cash of an order is cash in lieu and forced of all its bundles, without bribes. Lines that are not
#           sold in the market are not wanted. Buying days past the run's end do not happen. It is one sum for all
#           rounds: what the county kept of one round buys in the next, and counts again as "cash left". At the end of
#           day `until` part of it is passed on also where until = due (no day to buy), after that day's cash came in.
# 24. 7.10  The shortfall (of an appeal, too) counts what was not handed in as goods, whether or not it was settled in
#           cash or by a bribe.
# 25. 7.4   A refused draw (S⁰_j = 0 for an item with a market) raises ValueError. With mean_days above burn_days the
#           sum is still divided by mean_days.
# 26. 7.13  Opening and closing balances leave out what is 0; farms, rest, time and offices begin at 0 after the burn-
#           in.
# 27. 7.11  A bribe of 0 is "paid": the goods stay, and no row is written. Two crackdowns are answered one after the
#           other.
# 28. 7.2   What a household has lying about of non-food is drawn for items of all levies of the plan, in both runs;
#           the burn-in and the run without orders see it, too.
# 29. 7.8   Rounds are rows of Draws.rounds whose start is not NO_ROUND; the first of them asks every line. One that
#           begins before day 0 is never asked. Draws.start and due of a levy are not used. The round of a day is the
#           last that has begun. Rounds begin in the morning, before anything is decided.
# 30. 7.8   A line that does not return stays outstanding as it is: whoever owes on it answers for it in later rounds,
#           rounds of the unit move it, and it counts in the shortfall with what is outstanding on day s.
# 31. 7.8   Who was granted less on the due day answers on the next day, if a next round begins then.
# 32. 7.8   The hazard, the due day and being made to pay are those of each round, also of one that a round of the
#           unit follows. N of the answer day is one for all rounds.
# 33. 7.8   Rounds of the unit move every line of the levy. "Asked for others" never falls, also where who owes for
#           others is a debtor in a later round.
# 34. 7.3   What closes the area or bans gathering does so for all, whomever the order reaches. Cash in lieu is counted
#           in units, too, and is 0 for who is not reached.
# 35. 7.9   A shop's line of which no supply is reported brings nothing. Money, what is not sold in the market, and
#           what would come after the run stays in the depot. Deliveries to shops are movements one a line and day.
# 36. 7.11  R and B are those of the morning, before households earn. B of a crackdown that began before day 0 is that
#           of day 0. With a target of 0 (B = 0) a group has it from the first day. R does not fall by what is returned.
#           Inspections and hiding of a day go by the same inspect_o.
# 37. 7.11  Traders are those of the draw; whom an order reaches says its mask alone.
# 38. 7.11  The margin is rounded down to won before closed_income is applied. "Loss is at most 2⁴⁰" is read as a bound
#           that is applied.
# 39. 7.11  Goods come back after restocking and spending, directly before inspections; also to who has hidden (it is
#           not inspected) and to who has not (it may lose them again the same day). With return_days = 0 they never
#           come back, as that day's moment has passed.
# 40. 7.11  Hidden goods count where restocking compares the stall with its target.
# 41. 7.11  "The first of them counts": the first in order of orders with posts > 0 in force that reaches the trader.
#           The toll is one movement a household and day; what is restocked on a trip has no order. Who has its target
#           makes no trip.
# 42. 7.14  The morning's order is: what is on the way is dealt out, exports are planned, the rest adds to the pool.
# 43. 7.14  The weight of the rest counts all areas of the run, also closed ones. Closed areas take no part in Δ̄.
# 44. 7.14  Importers are those with x > 0: one with gap > 0 but x = 0 is not "the last of them".
# 45. 7.14  trade_speed, trade_most, trade_days and the country's households are those of the first area.
# 46. 7.14  min(e, S_j) counts the day's own supply, before what arrives. The row "supply" has S_j in full; what leaves
#           and what arrives are a row each, one movement an item and day, each paid on its own.
# 47. 7.14  What arrives is supply in the averages, but S⁰ never changes.
