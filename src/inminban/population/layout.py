"""Where the households of a market area live: districts, neighbourhoods and people's units, as contiguous slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from inminban.errors import InputError
from inminban.model.country import Country
from inminban.model.households import RESIDENCES
from inminban.model.parameters import Parameter
from inminban.model.places import Place
from inminban.population.draws import BITS, NEIGHBOURHOOD_SIZE, UNIT_SIZE, Draws, Numbers, between, whole
from inminban.population.margins import Margins

NUMBERED = {"urban": "neighbourhood", "rural": "village"}  # what stands before the number of one without a name


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A neighbourhood: `start` is the index of its first household in the area, `place` its id if it has a name."""

    number: int
    name: str
    place: str
    district: str
    residence: str
    start: int
    households: int


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The neighbourhoods of a market area, and of each household the number of its neighbourhood and people's unit."""

    neighbourhoods: tuple[Neighbourhood, ...]
    neighbourhood: npt.NDArray[np.int32]
    unit: npt.NDArray[np.int32]

    @property
    def residence(self) -> npt.NDArray[np.uint8]:
        """Residence of each household, as a place in `RESIDENCES`."""
        kinds = np.array([RESIDENCES.index(n.residence) for n in self.neighbourhoods], dtype=np.uint8)
        return np.repeat(kinds, [n.households for n in self.neighbourhoods])

    def households(self, residence: str) -> Numbers:
        """Index of each household of a residence, in order."""
        return np.flatnonzero(self.residence == RESIDENCES.index(residence)).astype(np.int64)

    def slice_of(self, place: Place, area: str) -> slice:
        """Return where a place's households stand; refuses a place that the area was not divided into."""
        inside = [n for n in self.neighbourhoods if place.id in (area, n.district, n.place)]
        if not inside:
            raise InputError(
                f"{place.name} has no households",
                where="places.csv",
                field=place.id,
                hint=f"Give the city or county around it ({area})",
            )
        return slice(inside[0].start, inside[-1].start + inside[-1].households)


def lay_out(country: Country, margins: Margins, draws: Draws) -> Layout:
    """Divide a market area into districts, neighbourhoods and units, in the order of the table of places."""
    words = NUMBERED | country.settings.get("neighbourhood_words", {})
    parts = districts(country, margins)
    rural = whole(list(parts.values()), margins.households["rural"])
    made: list[Neighbourhood] = []
    start = 0
    for (district, homes), country_homes in zip(parts.items(), rural, strict=True):
        split = {"urban": homes - country_homes, "rural": country_homes}
        names = [p for p in country.gazetteer.places.values() if p.parent == district and p.level == "dong"]
        for residence, weights in neighbourhood_weights(country, split, names, draws, len(made)).items():
            for size in whole(weights, split[residence]):
                place = names.pop(0) if names else None
                number = len(made) + 1
                name = place.name if place else f"{words[residence]} {number}"
                made.append(Neighbourhood(number, name, place.id if place else "", district, residence, start, size))
                start += size
    unit_size = country.parameters["population_unit_size"]
    units = [size for n in made for size in unit_sizes(n, unit_size, draws)]
    return Layout(
        tuple(made),
        np.repeat(np.arange(1, len(made) + 1, dtype=np.int32), [n.households for n in made]),
        np.repeat(np.arange(1, len(units) + 1, dtype=np.int32), units),
    )


def districts(country: Country, margins: Margins) -> dict[str, int]:
    """Households by district of an area, in whole numbers that sum to the area's; an area without districts is one.

    A district counted in persons alone has the area's persons per household. Districts without any count share
    equally what the counted ones leave (`population_uncounted_districts`, whose rest is the area outside them).
    """
    places = country.gazetteer.places.values()
    inside = [p for p in places if p.parent == margins.area and p.level == "district"]
    area = country.gazetteer.places[margins.area]
    counted = Fraction(area.households or 0)
    mean = (area.persons or 0) / counted
    counts = {p.id: homes(p, mean) for p in inside}
    known = {i: count for i, count in counts.items() if count is not None}
    unknown = [i for i, count in counts.items() if count is None]
    left = max(Fraction(0), counted - sum(known.values()))
    if unknown and left:
        within = left * Fraction(country.parameters["population_uncounted_districts"].central or 0)
        counts |= dict.fromkeys(unknown, within / len(unknown))
        counts |= {margins.area: left - within} if left > within else {}
    elif not known:
        counts = {margins.area: Fraction(1)}
    weights = [count or Fraction(0) for count in counts.values()]
    return {i: n for i, n in zip(counts, whole(weights, margins.count), strict=True) if n}


def homes(place: Place, mean: Fraction) -> Fraction | None:
    """Households of a place: counted, else its persons over the mean size, else not known."""
    if place.households is not None:
        return Fraction(place.households)
    return None if place.persons is None else place.persons / mean


def neighbourhood_weights(
    country: Country, split: Mapping[str, int], names: Sequence[Place], draws: Draws, before: int
) -> dict[str, list[int]]:
    """Return the drawn sizes of a district's neighbourhoods by residence, before they are scaled to its households.

    There are at least as many as have names, and never an empty one. `before` is how many the area has already.
    """
    sizes = {r: country.parameters[f"population_neighbourhood_{r}"] for r in RESIDENCES}
    numbers = {r: max(1, round(split[r] / Fraction(sizes[r].central or 1))) if split[r] else 0 for r in RESIDENCES}
    for residence in RESIDENCES:
        short = len(names) - sum(numbers.values())
        numbers[residence] += max(0, min(short, split[residence] - numbers[residence]))
    found: dict[str, list[int]] = {}
    for residence in RESIDENCES:
        index = np.arange(before, before + numbers[residence], dtype=np.int64)
        weights: list[int] = between(sizes[residence], draws.of(NEIGHBOURHOOD_SIZE, index)).tolist()
        found[residence] = weights
        before += numbers[residence]
    return found


def unit_sizes(neighbourhood: Neighbourhood, size: Parameter, draws: Draws) -> list[int]:
    """Divide a neighbourhood into people's units of drawn sizes, all in the range where it is large enough for one.

    Sizes are drawn until the neighbourhood is full; what is then over or lacking is spread over the units by the room
    that each has left in the range.
    """
    low, high, households = int(size.low or 1), int(size.high or 1), neighbourhood.households
    most = households // low
    if most <= 1:
        return [households]
    index = np.arange(neighbourhood.start, neighbourhood.start + most, dtype=np.int64)
    sizes = low + (draws.of(UNIT_SIZE, index) * (high - low + 1) >> BITS)
    full = np.cumsum(sizes)
    count = int(np.searchsorted(full, households)) + 1
    if count > 1 and households - full[count - 2] < low:
        count -= 1
    count = min(max(count, -(-households // high)), most)
    drawn: list[int] = sizes[:count].tolist()
    over = households - sum(drawn)
    room = [high - n if over > 0 else n - low for n in drawn]
    sign = 1 if over > 0 else -1
    return [n + sign * part for n, part in zip(drawn, whole(room, abs(over)), strict=True)]
