"""Runs of draws: set-up, burn-in, the run without orders and the run with them, in one area or several that trade."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from typing import Any, NamedTuple

import numpy as np

from inminban.engine.day import run_day
from inminban.engine.inputs import RELIEF, Draws, Ints, People, Plan
from inminban.engine.inspection import size_up
from inminban.engine.memory import give_back_large
from inminban.engine.midway import Arrays, Keep, Midway, posted, put_back, state_of
from inminban.engine.offices import entitle
from inminban.engine.opening import BLANK, balance, fitting, on_day, orders_of, world_of, written_on
from inminban.engine.sample import NOBODY, Kept, gather, groups_of, room, set_apart
from inminban.engine.scales import Tables, entry, tables
from inminban.engine.start import prepare
from inminban.engine.state import (
    BEYOND_GOODS,
    CELL,
    FIXED_FLOWS,
    GROUPS,
    HOLDERS,
    ITEM_MOVES,
    LINE_FLOWS,
    LINE_MOVES,
    ORDER_FLOWS,
    TODAY,
    Slate,
    World,
    order_of_keys,
)
from inminban.engine.trade import REST, markets_of, settle
from inminban.model.randomness import NO_DAY, keys

ARMS = 2
PAIR = 2  # amount and count; start and end; lowest and highest
WITHOUT, WITH = range(ARMS)
WAYS = ("own", "gathered", "bought", "cash", "bribe", "borrowed", "asked", "cost", "again")
Each = Callable[..., Iterable[Any]]
Show = Callable[[float], None]
Slates = SimpleQueue[Slate]


class Area(NamedTuple):
    """What is given of an area: a way to make its households, as they are only needed at the start, and how many.

    `sampled` are the places of those whose postings are kept.
    """

    people: Callable[[], People]
    households: int
    plan: Plan
    draws: Draws
    sampled: Ints = NOBODY


class How(NamedTuple):
    """Whether the ledger is kept by day, and how many draws, and how many areas of a draw, run side by side.

    `show` is told how many draws are done, in parts of one, where they run one after the other. Of a draw that is run
    alone, `keep` is offered what is needed to go on, each time that areas have traded; it goes on from `midway`.
    """

    full: bool = False
    draws: int = 1
    areas: int = 1
    show: Show | None = None
    keep: Keep | None = None
    midway: Midway | None = None


class Setting(NamedTuple):
    """What all draws of a run share: see `How`; tables, a way to do a thing for each area, slates for their days."""

    how: How
    made: Tables
    each: Each
    tell: Show
    slates: Slates


class Ran(NamedTuple):
    """What came of draws; first axis the draw, second the arm (0 without orders, 1 with them) where there is one.

    `flows` (draws, arms, rows, flows, groups, 2) and `moves` (draws, arms, rows, moves) are the postings, with one row
    a day where the full ledger is kept, else one in all; the last row is spare. `opening`, `closing` (draws, arms,
    groups, J + 3) are what households hold by livelihood and tenth, `held_opening`, `held_closing` (draws, arms,
    holders, J + 3) what others do. `logs` (draws, arms, days + 1, J) are the logarithms of prices in the morning.
    Per household: `ways` (draws, n, 9; see `WAYS`), `received` and `owed` (draws, n, lines), `short`, `cash` and
    `stall` (draws, arms, n), `minutes`, `mean` (Q8 a day), `bill`, `group` (draws, n). For the gate: `gate_cash`
    (draws, 2, n) at its start and end, `gate_short` (draws,) short household-days, `gate_logs` (draws, 2, J) lowest
    and highest logarithms. `watched` (draws, groups, 2) are household-days on which forbidden goods were hidden, and of
    traders with forbidden goods while a crackdown in force reaches them. `dry` is 1 where a market has no supply: then
    nothing was run. `kept` (draws,) is what is kept of sampled households, or None.
    """

    flows: Ints
    moves: Ints
    opening: Ints
    closing: Ints
    held_opening: Ints
    held_closing: Ints
    logs: Ints
    ways: Ints
    received: Ints
    owed: Ints
    short: Any
    cash: Ints
    stall: Ints
    minutes: Ints
    mean: Ints
    bill: Ints
    group: Any
    gate_cash: Any
    gate_short: Ints
    gate_logs: Ints
    watched: Ints
    dry: Ints
    kept: Any


def room_for(households: int, plan: Plan, draws: int, full: bool) -> Ran:
    """Make room for what comes of draws."""
    n, goods, lines, orders = households, plan.kcal.size, plan.item.size, plan.kind.size
    rows = (plan.days if full else 1) + 1
    flows = FIXED_FLOWS + goods + lines * LINE_FLOWS + orders * ORDER_FLOWS

    def zeros(*shape: int, of: Any = np.int64) -> Any:
        return np.zeros((draws, *shape), of)

    return Ran(
        flows=zeros(ARMS, rows, flows, GROUPS, PAIR),
        moves=zeros(ARMS, rows, goods * ITEM_MOVES + lines * LINE_MOVES),
        opening=zeros(ARMS, GROUPS, goods + BEYOND_GOODS),
        closing=zeros(ARMS, GROUPS, goods + BEYOND_GOODS),
        held_opening=zeros(ARMS, HOLDERS, goods + BEYOND_GOODS),
        held_closing=zeros(ARMS, HOLDERS, goods + BEYOND_GOODS),
        logs=zeros(ARMS, plan.days + 1, goods),
        ways=zeros(n, len(WAYS)),
        received=zeros(n, lines),
        owed=zeros(n, lines),
        short=zeros(ARMS, n, of=np.int16),
        cash=zeros(ARMS, n),
        stall=zeros(ARMS, GROUPS),
        minutes=zeros(n),
        mean=zeros(n),
        bill=zeros(n),
        group=zeros(n, of=np.int16),
        gate_cash=zeros(PAIR, of=np.float64),
        gate_short=zeros(),
        gate_logs=zeros(PAIR, goods),
        watched=zeros(GROUPS, PAIR),
        dry=zeros(),
        kept=np.full(draws, None, object),
    )


def run(people: People, plan: Plan, draws: Draws, numbers: Ints, seed: int, how: tuple[bool, int] = (False, 1)) -> Ran:
    """Run some draws of one area; see `run_areas`."""
    full, workers = how
    return run_areas([area_of(people, plan, draws)], numbers, seed, How(full, workers))[0]


def area_of(people: People, plan: Plan, draws: Draws) -> Area:
    """An area whose households stand in memory."""
    return Area(lambda: people, people.number.size, plan, draws)


def run_areas(areas: Sequence[Area], numbers: Ints, seed: int, how: How) -> list[Ran]:
    """Run some draws of areas that trade with one another.

    Args:
        areas: households, plan and assumptions of each; items, days and the days between trade are the same in all.
            `Draws` have one row for each of `numbers`.
        numbers: the draws' numbers.
        seed: seed of the run.
        how: what of the ledger is kept, and how the work is shared; no result depends on the threads.

    Returns:
        What came of the draws, one an area.

    """
    give_back_large()
    made = tables()
    slates: Slates = SimpleQueue()
    for _ in range(how.draws * how.areas):
        slates.put(BLANK)
    out = [room_for(area.households, area.plan, len(numbers), how.full) for area in areas]
    with ThreadPoolExecutor(how.draws) as side, ThreadPoolExecutor(how.areas) as inside:
        each: Each = inside.map if how.areas > 1 else map

        def tell(draw: int, part: float) -> None:
            if how.show and how.draws == 1 and part < 1:
                how.show(draw + part)

        def one(draw: int) -> None:
            found = [
                (area, keys_of(area.plan, seed, int(numbers[draw])), ran) for area, ran in zip(areas, out, strict=True)
            ]
            run_draw(draw, found, Setting(how, made, each, partial(tell, draw), slates))

        # One after the other they run in this thread, where an interrupt stops them at once.
        list(side.map(one, range(len(numbers))) if how.draws > 1 else map(one, range(len(numbers))))
    return out


def keys_of(plan: Plan, seed: int, draw: int) -> tuple[Ints, Ints]:
    """Keys of a draw in an area: those drawn once, and those of every day from the burn-in on."""
    once, daily = order_of_keys(plan.kcal.size, plan.item.size, plan.kind.size)
    days = np.arange(-plan.burn_days, max(plan.days, plan.gate_days)) + plan.first_day
    drawn_once = keys(seed, draw, plan.area, NO_DAY, once)
    return drawn_once.astype(np.int64), keys(seed, draw, plan.area, days[:, None], daily[None, :]).astype(np.int64)


def run_draw(draw: int, places: Sequence[tuple[Area, Any, Ran]], setting: Setting) -> None:
    """Run one draw: set-up, burn-in, and both arms from the state at its end."""
    made, each, midway = setting.made, setting.each, setting.how.midway

    def start(place: tuple[Area, Any, Ran]) -> Any:
        (people, _, plan, draws, sampled), (once, daily), out = place
        found = prepare(draw, (people(), plan, draws, sampled), draws.scalars[draw], once, daily, made)
        items = found[-1]
        out.dry[draw] = ((items["market"] == 1) & (items["usual"] == 0)).any()
        return found

    prepared = list(each(start, places))
    if any(out.dry[draw] for _, _, out in places):
        for _, _, out in places:
            out.dry[draw] = 1
        return
    for arm in range(ARMS):
        if midway is not None and arm < midway.arm:
            continue
        markets = markets_of([p[-1] for p in prepared], [area.plan for area, _, _ in places])
        lives = [
            Life(draw, arm, *place, world_in(draw, arm, place, (found, market), made))
            for place, found, market in zip(places, prepared, markets, strict=False)
        ]
        if arm == WITH:
            prepared.clear()
        live(lives, markets, setting)


def world_in(draw: int, arm: int, place: tuple[Area, Any, Ran], found: tuple[Any, Any], made: Tables) -> World:
    """An area as an arm of a draw finds it."""
    (_, _, plan, draws, sampled), (once, daily), out = place
    prepared, market = found
    if arm == WITH and sampled.size:
        _, _, tally, *_ = prepared
        out.kept[draw] = set_apart(tally, sampled, market.size)
    flows = out.flows[draw, arm]
    tallies = (flows.view(CELL).reshape(flows.shape[:-1]), out.moves[draw, arm])
    given = (tallies, once, daily[0], made.gumbel, draws.beta[draw])
    return world_of(prepared, market, orders_of(draw, plan, draws), given, arm == WITH)


class Life(NamedTuple):
    """An area in an arm of a draw: what was given, its keys, what comes of it, and the area as it stands."""

    draw: int
    arm: int
    area: Area
    keys: tuple[Ints, Ints]
    out: Ran
    world: World

    @property
    def scalars(self) -> Any:
        """The draw's assumptions."""
        return self.area.draws.scalars[self.draw]

    @property
    def kept(self) -> Kept | None:
        """What is kept of sampled households, in the arm with orders."""
        found: Kept | None = self.out.kept[self.draw] if self.arm == WITH else None
        return found


def live(lives: list[Life], markets: Any, setting: Setting) -> None:
    """Live through an arm in all areas, week by week, and through the rest of the gate where no order is given.

    Areas that are done are let go, since a whole country takes much room.
    """
    how, made, each, tell, slates = setting
    plan, arm, x = lives[0].area.plan, lives[0].arm, lives[0].scalars
    day, todays = start_of(lives, markets, setting)
    ends = {plan.days, plan.gate_days} if arm == WITHOUT else {plan.days}
    last = max(ends)
    for end in sorted(ends | set(range(plan.trade_days, last, plan.trade_days))):
        if end <= day:
            continue

        def until(n: int, day: int = day, end: int = end) -> None:
            live_on(lives[n], todays[n], (day, end, how.full), (made, slates))

        list(each(until, range(len(lives))))
        day = end
        tell((arm + end / last) / ARMS)
        if arm == WITHOUT and end == plan.gate_days:
            list(each(look_back, lives))
        if end == plan.days and end < last:
            list(each(come_out, lives))
        elif end == plan.days:
            list(each(leave, [lives] * len(lives)))
        if end < last and end % plan.trade_days == 0:
            is_open = np.array([*(not closed(life, end) for life in lives), True])
            settle(markets, is_open, x, plan.trade_days)
            if how.keep is not None:
                how.keep(arm, end, states(lives, markets, todays))


def start_of(lives: list[Life], markets: Any, setting: Setting) -> tuple[int, list[Any]]:
    """First day that an arm still has to live, and the records of days: its beginning, or where it was left."""
    midway = setting.how.midway
    if midway is None or midway.arm != lives[0].arm:
        return 0, [begin(life, setting.made) for life in lives]
    todays = [np.zeros(1, TODAY) for _ in lives]
    for n, (life, today) in enumerate(zip(lives, todays, strict=True)):
        put_back(state(life, today), life.kept, midway.of(n))
    markets[REST] = midway.of(len(lives))["rest"]
    return midway.day, todays


def states(lives: Sequence[Life], markets: Any, todays: Sequence[Any]) -> Iterator[Arrays]:
    """What to keep of each area in turn, and of the rest of the country."""
    for life, today in zip(lives, todays, strict=True):
        yield {**state(life, today), **posted(life.kept)}
    yield {"rest": markets[REST]}


def state(life: Life, today: Any) -> Arrays:
    """What to keep of an area in an arm."""
    return state_of(life.world, life.out, life.draw, today, life.kept, ordered=life.arm == WITH)


def look_back(life: Life) -> None:
    """Note for the gate how its time without orders ended."""
    life.out.gate_cash[life.draw, 1] = median_cash(life.world)
    life.out.gate_short[life.draw] = int(life.world.columns.short.sum())


def leave(lives: list[Life]) -> None:
    """Keep what came of one of the areas, and let it go."""
    come_out(lives.pop())


def live_on(life: Life, todays: Any, span: tuple[int, int, bool], given: tuple[Tables, Slates]) -> None:
    """Live through some days in one area; with sampled households flows are tallied apart, then added to the groups."""
    made, slates = given
    slate = fitting(slates.get(), life.world)
    w, known = written_on(life.world, slate), (life.area.plan, life.keys[1], made)
    live_through(life, w, todays, span, known)
    slates.put(slate)


def live_through(life: Life, w: World, todays: Any, span: tuple[int, int, bool], known: Any) -> None:
    """The same, where the days have room to write."""
    (first, end, full), kept = span, life.kept
    if kept is None:
        live_days(w, life.scalars, todays, known, (*span, False), watched(life))
        return
    apart = room(end - first, w.flows.shape[1], kept)
    live_days(w._replace(flows=apart), life.scalars, todays, known, (*span, True), watched(life))
    rows, came = life.out.flows[life.draw, life.arm], gather(apart, first, kept)
    if full:
        rows[first:end] = came
    else:
        rows[0] += came.sum(axis=0)


def begin(life: Life, made: Tables) -> Any:
    """Note what everyone holds as an arm starts, reckon what relief entitles to; return the record of days."""
    draw, arm, w, out = life.draw, life.arm, life.world, life.out
    today = np.zeros(1, TODAY)
    today["stalls"] = 1
    if arm == WITH:
        today["others"] = w.columns.extra.size > 0
        today["orders"] = w.orders.size
        entitle_all(w, life.scalars)
        if w.dealers.size:
            beyond = np.zeros(w.columns.cash.size, np.int64)
            beyond[w.place] = w.beyond if w.beyond.size else 0
            size_up(w, beyond, life.scalars, made)
    else:
        out.gate_cash[draw, 0] = median_cash(w)
    mine = balanced(life, out.opening[draw, arm], out.held_opening[draw, arm])
    if life.kept is not None:
        life.kept.opening[:] = mine
    logs, bounds = watched(life)
    logs[0] = bounds[:] = w.items["log"]
    return today


def balanced(life: Life, groups: Ints, held: Ints) -> Ints:
    """Add up what households hold by group, and note what others do; return what each sampled household holds."""
    tallied = np.zeros((GROUPS + life.area.sampled.size, groups.shape[1]), np.int64)
    balance(life.world, tallied, held)
    groups += tallied[:GROUPS]
    mine = tallied[GROUPS:]
    if life.kept is not None:
        np.add.at(groups, life.kept.groups, mine)
    return mine


def median_cash(w: World) -> float:
    """Cash of the median household."""
    return float(np.median(w.columns.cash[w.place]))


def watched(life: Life) -> tuple[Any, Any]:
    """Where an arm notes the logarithms of prices, and their bounds."""
    logs, bounds = life.out.logs[life.draw, life.arm], life.out.gate_logs[life.draw]
    return logs, bounds if life.arm == WITHOUT else np.zeros_like(bounds)


def closed(life: Life, day: int) -> bool:
    """Whether an order closes the area on a day."""
    plan, draws = life.area.plan, life.area.draws
    start, end = draws.start[life.draw], draws.end[life.draw]
    return life.arm == WITH and bool(((plan.closes == 1) & (start <= day) & (day <= end)).any())


@entry
def entitle_all(w: World, x: Any) -> None:
    """Reckon what relief orders entitle to."""
    for number in range(w.orders.size):
        if w.orders[number].kind == RELIEF:
            entitle(number, w, x, w.once[1 + 1 + 1 + w.items.size + w.orders.size + w.orders.size + number])


@entry
def live_days(w: World, x: Any, todays: Any, setting: Any, span: Any, watched: Any) -> None:
    """Live through days; note prices and their bounds.

    `span` is (first, end, whether the ledger is kept by day, whether the flows are of these days alone, day by day).
    """
    plan, daily, t = setting
    first, end, full, apart = span
    logs, bounds = watched
    today = todays[0]
    for day in range(first, end):
        keys_today = daily[plan.burn_days + day]
        today.t, today.phase = day, day % x.market_every
        today.since, today.week = day % plan.trade_days, plan.trade_days
        today.earn0, today.earn1 = keys_today[0, 0], keys_today[0, 1]
        row = (day if full else 0) if day < plan.days else w.moves.shape[0] - 1
        run_day(on_day(w, row, day - first if apart else row, keys_today), x, today, t)
        for j in range(w.items.size):
            log = w.items[j].log
            if day < plan.days:
                logs[day + 1, j] = log
            if day < plan.gate_days:
                bounds[0, j] = min(bounds[0, j], log)
                bounds[1, j] = max(bounds[1, j], log)


def come_out(life: Life) -> None:
    """Keep what came of the households."""
    draw, arm, w, out = life.draw, life.arm, life.world, life.out
    mine = balanced(life, out.closing[draw, arm], out.held_closing[draw, arm])
    if life.kept is not None:
        life.kept.closing[:] = mine
    c, group = w.columns, groups_of(w.tally, life.kept)
    out.short[draw, arm], out.cash[draw, arm] = c.short[w.place], c.cash[w.place]
    whose = np.repeat(c.group, np.diff(c.stalls))
    out.stall[draw, arm] = np.bincount(whose, c.open + c.forbidden, GROUPS).astype(np.int64)
    if arm == WITH:
        out.mean[draw], out.bill[draw] = w.families["income"], w.families["bill"]
        out.group[draw] = group
        out.minutes[draw], out.watched[draw] = w.families["minutes"], w.watched
        given = w.orders["kind"][w.lines["order"]] == RELIEF
        out.received[draw, :, given], out.owed[draw, :, ~given] = w.claims[:, given].T, w.claims[:, ~given].T
        for k, name in enumerate(WAYS):
            out.ways[draw, :, k] = w.families[name]
