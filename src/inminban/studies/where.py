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
from inminban.population.synthesize import inside_of
from inminban.studies.compiled import Compiled, Sharing
from inminban.studies.terms import Left, left

TOLD = 3  # reasons that an error tells
CHANNELS = {"farm": "farmer", "market office": "trader"}  # whom a channel reaches, where it does not reach all


def place_of(country: Country, scenario: Scenario, households: Households) -> Place:
    """Return the place of the run: the households are its own."""
    place = country.gazetteer.one(scenario.place)
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
    """Orders that hold for a place or for a part of it, and those that do not.

    A crackdown or a restriction of a part is left out: markets and roads belong to the whole area.
    """
    gazetteer = country.gazetteer
    around = gazetteer.ancestors(place.id)
    here: list[Compiled] = []
    elsewhere: list[Left] = []
    for report in reports:
        for order in report.orders:
            own = places_of(country, order)
            fits = [i for i in around if i in own]
            parts = tuple(i for i in own if place.id in gazetteer.ancestors(i))
            if parts and not fits and order.kind in ("levy", "relief"):
                here.append(Compiled(report, order, parts[0], parts=parts))
                continue
            if fits or not own:
                note = () if fits else (f"{order.id}: names no place of the table; taken for {place.name}",)
                here.append(Compiled(report, order, fits[0] if fits else place.id, notes=note))
                continue
            names = "; ".join(gazetteer.label(i) for i in own)
            elsewhere.append(left(order, None, f"holds for {names}, not for {gazetteer.label(place.id)}"))
    return here, elsewhere


def check_any(here: Sequence[Compiled], elsewhere: Sequence[Left]) -> None:
    """Refuse a place that no order holds for."""
    if not here:
        reasons = list(dict.fromkeys(map(str, elsewhere)))
        more = [f"and {len(reasons) - TOLD} more"] if len(reasons) > TOLD else []
        raise InputError(
            "; ".join(reasons[:TOLD] + more) or "there are no orders",
            field="place",
            hint="Simulate the order's own place" if elsewhere else "",
        )


def places_of(country: Country, order: Order) -> tuple[str, ...]:
    """Ids of the places that an order names."""
    gazetteer = country.gazetteer
    found: list[str] = []
    for name in order.places:
        ids = (name.place,) if name.place in gazetteer.places else gazetteer.named(name.name, name.within)
        ids = gazetteer.meant(name.name, [i for i in ids if i]) if len(ids) > 1 else ids
        found += [i for i in ids if i]
    return tuple(dict.fromkeys(found))


def sharing_of(country: Country, found: Compiled, place: Place, households: Households) -> Sharing:
    """How many of the households of an order's places are simulated in a place."""
    own, places = places_of(country, found.order), country.gazetteer.places
    simulated, area = int(living(country, found, households).sum()), households.area.households
    if set(own) <= {place.id} or (found.parts and set(own) == set(found.parts)):
        return Sharing(simulated, simulated, area)
    counts = [places[i].households for i in own]
    return Sharing(simulated, None if None in counts else sum(c for c in counts if c), area)


def living(country: Country, found: Compiled, households: Households) -> npt.NDArray[np.bool_]:
    """Households of an area that live where an order holds."""
    kept = np.full(len(households), not found.parts)
    for part in found.parts:
        inside = inside_of(country, households, country.gazetteer.places[part])
        kept |= (households.index >= inside.start) & (households.index < inside.stop)
    return kept


def reached(country: Country, found: Compiled, households: Households) -> npt.NDArray[np.bool_]:
    """Households that an order reaches: by its place, and by its channel (a farm farmers, a market office traders)."""
    kept = living(country, found, households)
    livelihood = CHANNELS.get(found.order.channel or "")
    return kept if livelihood is None else kept & (households.livelihood == LIVELIHOODS.index(livelihood))


def beyond_of(country: Country, households: Households, orders: Sequence[Compiled]) -> Ints:
    """Bits of the orders that do not reach each household."""
    found = np.zeros(len(households), np.int64)
    for number, compiled in enumerate(orders):
        found |= (~reached(country, compiled, households)).astype(np.int64) << number
    return found
