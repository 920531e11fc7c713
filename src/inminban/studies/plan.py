"""Turn orders, a place and a period into the plan that all draws of a run share; tell what does not run and why."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from inminban.engine.inputs import COUNTY, Plan
from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.households import LIVELIHOODS, RESIDENCES, Households
from inminban.model.orders import Report
from inminban.model.places import Place
from inminban.model.scenario import Scenario
from inminban.model.source import Source
from inminban.studies.assumptions import Override
from inminban.studies.columns import Frame, payers, written
from inminban.studies.compiled import Compiled, compile_order, unpriced
from inminban.studies.periods import ONCE
from inminban.studies.quotes import Quote, check_prices, quote_of
from inminban.studies.terms import Left, check_readings, forbids_siphoning, left
from inminban.studies.timing import Timing, begin_of, timing_of, top_of
from inminban.studies.where import at_place, check_any, place_of, reached, sharing_of


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan of one area, and all that tells where it came from.

    `items` are codes by the engine's number, money is the one after them; `units` is the mean number of payers of each
    line in a simulated household, `trade` by residence how many of them there are, how many live on the state wage and
    how many from trade. Money counts `parts` to the country's own unit. `orders` and `timing` go together.
    """

    plan: Plan
    place: str
    households: Households
    first: datetime.date
    parts: int
    items: tuple[str, ...]
    units: tuple[float, ...]
    trade: tuple[tuple[int, int, int], ...]
    quotes: Mapping[str, Quote]
    orders: tuple[Compiled, ...]
    timing: tuple[Timing, ...]
    siphoning_forbidden: bool
    overrides: Mapping[str, Override]

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of the orders that run."""
        return frozenset(c.order.kind for c in self.orders)


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans of all areas of a run's place, and what does not run and why."""

    place: str
    areas: tuple[Planned, ...]
    not_simulated: tuple[Left, ...]
    notes: tuple[str, ...]

    @property
    def one(self) -> Planned:
        """The plan of the first area, for what is the same in all: period, money, items."""
        return self.areas[0]

    @property
    def orders(self) -> tuple[tuple[Compiled, Timing], ...]:
        """Every order that runs anywhere, once, as it runs in the first such area."""
        found = {c.order.id: (c, t) for p in reversed(self.areas) for c, t in zip(p.orders, p.timing, strict=True)}
        order = dict.fromkeys(c.order.id for p in self.areas for c in p.orders)
        return tuple(found[i] for i in order)

    @property
    def reported(self) -> tuple[Source, ...]:
        """Origins of the amounts: what was reported, and what it was converted with."""
        told = (s for c, _ in self.orders for sources in (c.sources, *(x.sources for x in c.lines)) for s in sources)
        return tuple(dict.fromkeys(told))


class Area(NamedTuple):
    """A market area, or the part of one that is run, its households, and the orders that hold there."""

    place: Place
    households: Households
    orders: tuple[Compiled, ...]


def plan_of(
    scenario: Scenario,
    reports: Sequence[Report],
    households: Households,
    country: Country,
    *,
    assume: bool = False,
    readings: Mapping[str, str] | None = None,
) -> Plans:
    """Compile orders for the households of a place.

    Args:
        scenario: place, first day (None: that of the earliest order that runs), days, and what it sets of the inputs.
        reports: the records with the orders.
        households: the households of the scenario's place.
        country: the country folder.
        assume: run orders without amounts, crackdowns and restrictions, too.
        readings: answers to questions that the orders leave open, by question (`scope`, `basis`).

    Returns:
        The plans, the origin of their lines, and what does not run and why; an InputError where nothing does.

    """
    place = place_of(country, scenario, households)
    check_prices(country, scenario.parameters)
    reports = tuple(r.identified() for r in reports)
    check_ids(reports)
    check_readings(country, tuple(o for r in reports for o in r.orders), readings or {})
    areas, gone = compiled_in(country, reports, (place, households), readings or {}, assume)
    running = some([c for area in areas for c in area.orders], gone)
    begins = {c.order.id: begin_of(country, c.report, c.order) for c in running}
    start = datetime.date.fromisoformat(scenario.start) if scenario.start else None
    first = start or min(b.day for b in begins.values())
    check_money(country, first, scenario.days)
    quotes = [quotes_of(country, running, first, area.place, scenario.parameters) for area in areas]
    priced = [[unpriced(c, frozenset(q)) for c in area.orders] for area, q in zip(areas, quotes, strict=True)]
    gone += [g for area, after in zip(areas, priced, strict=True) for g in newly_left(area.orders, after)]
    running = some([c for compiled in priced for c in compiled if c.runs], gone)
    items = items_of(country, running)
    notes = [n for c in running for n in (begins[c.order.id].note, *c.notes)]
    planned = []
    for area, known, compiled in zip(areas, quotes, priced, strict=True):
        held = [c for c in compiled if c.runs]
        top = [top_of(country, c.place) for c in held]
        timing = tuple(
            timing_of(begins[c.order.id], c.order, t, first, scenario.days, c.every)
            for c, t in zip(held, top, strict=True)
        )
        late = [c.order.id for c, t in zip(held, timing, strict=True) if t.due is not None and t.due >= scenario.days]
        notes += [f"{order}: is due after the last day of the run" for order in late]
        notes += [note for c, t in zip(held, timing, strict=True) for note in repeating(c, t)]
        sold = frozenset(c for c in known if c in items)
        frame = Frame(first, scenario.days, parts_at(country, first), items, sold, area.households)
        planned.append(planned_in(country, frame, (area, held, timing), known, scenario.parameters))
    listed = tuple(dict.fromkeys(n for n in notes if n))
    return Plans(place.id, tuple(planned), tuple(dict.fromkeys(gone)), listed)


def compiled_in(
    country: Country,
    reports: Sequence[Report],
    where: tuple[Place, Households],
    readings: Mapping[str, str],
    assume: bool,
) -> tuple[list[Area], list[Left]]:
    """The areas of a run's place with their orders; what does not hold or run anywhere."""
    place, households = where
    areas, gone, elsewhere = list[Area](), list[Left](), list[Left]()
    for part in households.parts():
        own = place if len(households.areas) == 1 else country.gazetteer.places[part.area.id]
        here, away = at_place(country, reports, own)
        found = [compile_order(country, c, sharing_of(country, c, own, part), readings, assume) for c in here]
        found = without_idle_bans(country, found)
        gone += [g for c in found for g in c.left]
        elsewhere += away
        areas.append(Area(own, part, tuple(c for c in found if c.runs)))
    held = {c.order.id for area in areas for c in area.orders} | {g.order for g in gone}
    if not gone:
        check_any([c for area in areas for c in area.orders], elsewhere)
    return areas, [*(g for g in elsewhere if g.order not in held), *gone]


def newly_left(before: Sequence[Compiled], after: Sequence[Compiled]) -> list[Left]:
    """What a later look at the orders left out."""
    return [g for b, a in zip(before, after, strict=True) for g in a.left[len(b.left) :]]


def planned_in(
    country: Country,
    frame: Frame,
    asked: tuple[Area, Sequence[Compiled], tuple[Timing, ...]],
    quotes: Mapping[str, Quote],
    overrides: Mapping[str, Override],
) -> Planned:
    """Write the plan of one area."""
    (place, households, _), running, timing = asked
    return Planned(
        plan=written(country, frame, running, timing, overrides),
        place=place.id,
        households=households,
        first=frame.first,
        parts=frame.parts,
        items=frame.items,
        units=tuple(
            float((payers(households, x.per) * reached(country, c, households)).mean())
            for c in running
            for x in c.lines
        ),
        trade=traders(households),
        quotes={code: quotes[code] for code in frame.items if code in quotes},
        orders=tuple(running),
        timing=timing,
        siphoning_forbidden=any(c.order.kind == "relief" and forbids_siphoning(country, c.report) for c in running),
        overrides=overrides,
    )


def traders(households: Households) -> tuple[tuple[int, int, int], ...]:
    """Households by residence, and how many of them live on the state wage and from trade; none to vary in a survey."""
    found = []
    if "survey" in households.origin:
        return ((0, 0, 0),) * len(RESIDENCES)
    for r in range(len(RESIDENCES)):
        living = households.livelihood[households.residence == r]
        waged, trading = (int((living == LIVELIHOODS.index(name)).sum()) for name in ("state wage", "trader"))
        found.append((len(living), waged, trading))
    return tuple(found)


def check_ids(reports: Sequence[Report]) -> None:
    """Refuse two orders of one id: results could not be told apart."""
    ids = [o.id for r in reports for o in r.orders]
    for name in ids:
        if ids.count(name) > 1:
            raise InputError(f"two orders have the id {name}", field="orders", hint="Give each report its own id")


def without_idle_bans(country: Country, compiled: Sequence[Compiled]) -> list[Compiled]:
    """Drop bans that change nothing: on gathering what no levy asks for, on levies where none is a local office's."""
    levies = [c for c in compiled if c.order.kind == "levy" and c.lines]
    asked = {line.item for c in levies for line in c.lines}
    local = any(top_of(country, c.place) == COUNTY for c in levies)
    found = []
    for c in compiled:
        kept = c
        if c.bans is not None and c.bans not in asked:
            why = left(c.order, None, f"no levy asks for {c.bans}, so that a ban on gathering it changes nothing")
            kept = replace(kept, bans=None, left=(*kept.left, why))
        if c.stops and not local:
            why = left(c.order, None, "no levy is a local office's own, so that a ban on these changes nothing")
            kept = replace(kept, stops=False, left=(*kept.left, why))
        found.append(kept)
    return found


def repeating(found: Compiled, timing: Timing) -> Iterator[str]:
    """Tell how often an order is asked, and what a ban on levies does."""
    name, every = found.order.id, found.every
    if timing.returns:
        yield f"{name}: returns every {every}, and is asked {1 + len(timing.returns)} times in the run"
    elif every != ONCE:
        yield f"{name}: returns every {every}, for the first time after the last day of the run"
    for line in found.lines:
        if line.every != every:
            told = "once" if line.every == ONCE else f"every {line.every}"
            yield f"{name}: {line.item} is asked {told}; it is asked once, as the order returns every {every}"
    if found.order.voluntary:
        yield f"{name}: is an appeal: nobody must give to it, and leaving it costs nothing"
    if found.stops:
        yield f"{name}: levies of local offices that begin while it is in force are not asked in a share of draws"


def some(running: list[Compiled], gone: Sequence[Left]) -> list[Compiled]:
    """Refuse to run nothing."""
    if not running:
        listed = "; ".join(dict.fromkeys(map(str, gone))) or "the orders have no terms"
        raise InputError(
            f"nothing of these orders can be simulated: {listed}",
            field="orders",
            hint="What needs it runs with --assume" if "--assume" in listed else "Such orders can be weighed",
        )
    return running


def check_money(country: Country, first: datetime.date, days: int) -> None:
    """Refuse a run across a day on which the currency was exchanged."""
    last = first + datetime.timedelta(days=days - 1)
    for broken in country.money_breaks:
        if first < broken.date <= last:
            raise InputError(
                f"the currency was exchanged on {broken.date}, within the run from {first} to {last}",
                field="days",
                hint="Let the run end before that day or start on it",
            )


def parts_at(country: Country, first: datetime.date) -> int:
    """How many parts of the country's money the run counts as one whole."""
    parts = [p["parts"] for p in country.settings.get("money_parts", ()) if first <= p["until"]]
    return int(parts[0]) if parts else 1


def staples(country: Country) -> tuple[str, str]:
    """Codes of the staple and the cheaper staple."""
    return country.staple, str(country.settings["cheaper_staple"])


def items_of(country: Country, running: Sequence[Compiled]) -> tuple[str, ...]:
    """Codes of the goods of a run: the two staples, then those of its orders."""
    named = (line.item for c in running for line in c.lines)
    banned = (c.bans for c in running if c.bans)
    return tuple(c for c in dict.fromkeys((*staples(country), *named, *banned)) if c != country.currency)


def quotes_of(
    country: Country, running: Sequence[Compiled], first: datetime.date, place: Place, overrides: Mapping[str, Override]
) -> dict[str, Quote]:
    """Prices of the goods of a run on its first day; the two staples must have one."""
    found = {}
    for code in items_of(country, running):
        quote = quote_of(country, code, first.isoformat(), place.id, overrides)
        if quote is not None:
            found[code] = quote
    for code in staples(country):
        if code not in found or (code == country.staple and found[code].given is None):
            raise InputError(
                f"no price of {code} is known near {first}",
                field="start",
                hint=f"Start near a day of prices.csv, or set “price {code}” in the scenario's parameters",
            )
    return found
