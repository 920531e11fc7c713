"""Turn orders, a place and a period into the plan that all draws of a run share; tell what does not run and why."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from inminban.engine.inputs import PER, Plan
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
from inminban.studies.quotes import Quote, check_prices, quote_of
from inminban.studies.terms import Left, check_readings, forbids_siphoning, left
from inminban.studies.timing import Timing, begin_of, timing_of, top_of
from inminban.studies.where import at_place, market_place, sharing_of


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and all that tells where it came from.

    `items` are codes by the engine's number, money is the one after them; `units` is the mean number of payers of each
    `PER` in a simulated household, `trade` by residence how many of them there are, how many live on the state wage and
    how many from trade. Money counts `parts` to the country's own unit. `orders` and `timing` go together.
    """

    plan: Plan
    place: str
    first: datetime.date
    parts: int
    items: tuple[str, ...]
    units: tuple[float, ...]
    trade: tuple[tuple[int, int, int], ...]
    quotes: Mapping[str, Quote]
    orders: tuple[Compiled, ...]
    timing: tuple[Timing, ...]
    siphoning_forbidden: bool
    not_simulated: tuple[Left, ...]
    notes: tuple[str, ...]
    overrides: Mapping[str, Override]

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of the orders that run."""
        return frozenset(c.order.kind for c in self.orders)

    @property
    def reported(self) -> tuple[Source, ...]:
        """Origins of the amounts: what was reported, and what it was converted with."""
        told = (s for c in self.orders for sources in (c.sources, *(x.sources for x in c.lines)) for s in sources)
        return tuple(dict.fromkeys(told))


def plan_of(
    scenario: Scenario,
    reports: Sequence[Report],
    households: Households,
    country: Country,
    *,
    assume: bool = False,
    readings: Mapping[str, str] | None = None,
) -> Planned:
    """Compile orders for the households of a place.

    Args:
        scenario: place, first day (None: that of the earliest order that runs), days, and what it sets of the inputs.
        reports: the records with the orders.
        households: the households of the scenario's place.
        country: the country folder.
        assume: run orders without amounts, crackdowns and restrictions, too.
        readings: answers to questions that the orders leave open, by question (`scope`, `basis`).

    Returns:
        The plan, the origin of its lines, and what does not run and why; an InputError where nothing does.

    """
    place = market_place(country, scenario, households)
    check_prices(country, scenario.parameters)
    reports = tuple(r.identified() for r in reports)
    check_ids(reports)
    check_readings(country, tuple(o for r in reports for o in r.orders), readings or {})
    here, elsewhere = at_place(country, reports, place)
    compiled = [
        compile_order(country, c, sharing_of(country, c.place, place, len(households)), readings or {}, assume)
        for c in here
    ]
    compiled = without_idle_bans(compiled)
    gone = [*elsewhere, *(g for c in compiled for g in c.left)]
    running = some([c for c in compiled if c.runs], gone)
    begins = {c.order.id: begin_of(country, c.report, c.order) for c in running}
    start = datetime.date.fromisoformat(scenario.start) if scenario.start else None
    first = start or min(b.day for b in begins.values())
    check_money(country, first, scenario.days)
    quotes = quotes_of(country, running, first, place, scenario.parameters)
    priced = [unpriced(c, frozenset(quotes)) for c in running]
    gone += [g for before, after in zip(running, priced, strict=True) for g in after.left[len(before.left) :]]
    running = some([c for c in priced if c.runs], gone)
    timing = tuple(
        timing_of(begins[c.order.id], c.order, top_of(country, c.place), first, scenario.days) for c in running
    )
    notes = [*(begins[c.order.id].note for c in running), *(n for c in running for n in c.notes)]
    late = [c.order.id for c, t in zip(running, timing, strict=True) if t.due is not None and t.due >= scenario.days]
    notes += [f"{order}: is due after the last day of the run" for order in late]
    frame = Frame(
        first, scenario.days, parts_at(country, first), items_of(country, running), frozenset(quotes), households
    )
    return Planned(
        plan=written(country, frame, running, timing, scenario.parameters),
        place=place.id,
        first=first,
        parts=frame.parts,
        items=frame.items,
        units=tuple(float(payers(households, per).mean()) for per in PER),
        trade=traders(households),
        quotes={code: quotes[code] for code in frame.items if code in quotes},
        orders=tuple(running),
        timing=timing,
        siphoning_forbidden=any(c.order.kind == "relief" and forbids_siphoning(country, c.report) for c in running),
        not_simulated=tuple(gone),
        notes=tuple(n for n in notes if n),
        overrides=scenario.parameters,
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


def without_idle_bans(compiled: Sequence[Compiled]) -> list[Compiled]:
    """Drop a ban on gathering what no levy asks for: it would change nothing."""
    asked = {line.item for c in compiled if c.order.kind == "levy" for line in c.lines}
    found = []
    for c in compiled:
        idle = c.bans is not None and c.bans not in asked
        why = left(c.order, None, f"no levy asks for {c.bans}, so that a ban on gathering it changes nothing")
        found.append(replace(c, bans=None, left=(*c.left, why)) if idle else c)
    return found


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
