"""Which orders hold for the place of a run, and how many of their households are simulated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from inminban.engine.inputs import Ints
from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.households import LIVELIHOODS, Households
from inminban.model.orders import Order, Report
from inminban.model.places import Place
from inminban.model.scenario import Scenario
from inminban.studies.compiled import Compiled, Sharing
from inminban.studies.terms import Left, left

CHANNELS = {"farm": "farmer", "market office": "trader"}  # whom a channel reaches, where it does not reach all


def market_place(country: Country, scenario: Scenario, households: Households) -> Place:
    """Return the place of the run: it lies in a market area, and the households are its own."""
    place = country.gazetteer.one(scenario.place)
    if country.gazetteer.area(place.id) is None:
        raise InputError(
            f"{place.name} is a {place.level} and has no market of its own",
            field="place",
            hint="Give a city, a county, or a part of one",
        )
    if households.place != place.id:
        raise InputError(
            f"the households are those of {country.gazetteer.label(households.place)}, not of {place.name}",
            field="place",
            hint="Synthesize the households of the scenario's place",
        )
    if not len(households):
        raise InputError(f"{place.name} has no households", field="place")
    return place


def at_place(country: Country, reports: Sequence[Report], place: Place) -> tuple[list[Compiled], list[Left]]:
    """Orders that hold for the whole of the run's place; the others are left out, and if all are, refused."""
    gazetteer = country.gazetteer
    around = gazetteer.ancestors(place.id)
    here: list[Compiled] = []
    elsewhere: list[Left] = []
    for report in reports:
        for order in report.orders:
            own = places_of(country, order)
            fits = [i for i in around if i in own]
            if fits or not own:
                note = () if fits else (f"{order.id}: names no place of the table; taken for {place.name}",)
                here.append(Compiled(report, order, fits[0] if fits else place.id, notes=note))
                continue
            names = "; ".join(gazetteer.label(i) for i in own)
            elsewhere.append(left(order, None, f"holds for {names}, not for {gazetteer.label(place.id)}"))
    if not here:
        raise InputError(
            "; ".join(map(str, elsewhere)) or "there are no orders",
            field="place",
            hint="Simulate the order's own place" if elsewhere else "",
        )
    return here, elsewhere


def places_of(country: Country, order: Order) -> tuple[str, ...]:
    """Ids of the places that an order names."""
    gazetteer = country.gazetteer
    found: list[str] = []
    for name in order.places:
        ids = (name.place,) if name.place in gazetteer.places else gazetteer.named(name.name, name.within)
        ids = gazetteer.meant(name.name, [i for i in ids if i]) if len(ids) > 1 else ids
        found += [i for i in ids if i]
    return tuple(dict.fromkeys(found))


def sharing_of(country: Country, own: str, place: Place, households: Households) -> Sharing:
    """How many of an order's households are simulated."""
    counted, simulated = country.gazetteer.places[own].households, len(households)
    return Sharing(simulated, simulated if own == place.id else counted, households.area.households)


def reached(households: Households, found: Compiled) -> npt.NDArray[np.bool_]:
    """Households that an order reaches by its channel: a farm farmers, a market office traders, any other all."""
    living = CHANNELS.get(found.order.channel or "")
    if living is None:
        return np.ones(len(households), np.bool_)
    reaches: npt.NDArray[np.bool_] = households.livelihood == LIVELIHOODS.index(living)
    return reaches


def beyond_of(households: Households, orders: Sequence[Compiled]) -> Ints:
    """Bits of the orders that do not reach each household."""
    found = np.zeros(len(households), np.int64)
    for number, compiled in enumerate(orders):
        found |= (~reached(households, compiled)).astype(np.int64) << number
    return found
