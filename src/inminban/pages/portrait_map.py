"""The map of a synthetic population: provinces shaded by their households, or the point of a place in its province."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from inminban.measures.portrait import Portrait
from inminban.model.country import Country
from inminban.model.places import Place
from inminban.pages.maps import Spot, code_of, map_of
from inminban.pages.portrait_words import count
from inminban.pages.words import Voice

PALEST = 0.1  # how strong the shade of a province without households would be


def mapped(voice: Voice, portrait: Portrait) -> tuple[Markup, str, str]:
    """Draw the map with its title and the words under it; provinces are shaded where there are several."""
    places = voice.country.gazetteer.places
    if portrait.level in ("country", "province"):
        most, shades = max(portrait.provinces.values()), dict[str, tuple[float, str]]()
        for code, province in provinces_of(voice.country).items():
            if province in portrait.provinces:
                number = portrait.provinces[province]
                shades[code] = (PALEST + (1 - PALEST) * number / most, f"{places[province].name}: {count(number)}")
        title, ends = voice._("Where it is"), sorted(portrait.provinces.items(), key=lambda p: p[1])
        text = voice.say("{place}: {count} households.", place=places[ends[0][0]].name, count=count(ends[0][1]))
        if len(ends) > 1:
            title = voice._("Households by province")
            text = voice.say(
                "The darker, the more: from {first} in {low} to {last} in {high}.",
                first=count(ends[0][1]), low=places[ends[0][0]].name,
                last=count(ends[-1][1]), high=places[ends[-1][0]].name,
            )  # fmt: skip
        return map_of(voice.country, (), label=f"{title}. {text}", shades=shades), title, text
    spot = next(p for p in around(voice, portrait) if p.lat is not None and p.lon is not None)
    title = voice._("Where it is")
    text = voice._("No map below a county: a place is a point.")
    if spot.id != portrait.place:
        text = voice.say("The point is {place}, which it lies in. No map below a county.", place=spot.name)
    return map_of(voice.country, (Spot(spot.name, spot.lat or 0, spot.lon or 0),), label=spot.name), title, text


def provinces_of(country: Country) -> dict[str, str]:
    """Id of the province that each outline of the map, by its code, is or was counted in."""
    gazetteer, found = country.gazetteer, dict[str, str]()
    for feature in country.outlines["features"]:
        code = code_of(feature)
        ids = [p.id for p in gazetteer.places.values() if p.iso == code and code]
        for place in (ids or gazetteer.named(str(feature["properties"]["name"])))[:1]:
            found[code] = gazetteer.province(place) or ""
    return found


def around(voice: Voice, portrait: Portrait) -> Iterator[Place]:
    """The place, if it is a city, county or district, then those around it."""
    places = voice.country.gazetteer.places
    for place in voice.country.gazetteer.ancestors(portrait.place):
        if places[place].level != "dong":
            yield places[place]
