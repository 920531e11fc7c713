"""A map of the country: outlines of its provinces, points for places; nothing below a county."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from inminban.model.country import Country
from inminban.pages.charts import DOUBT, INK, LAND, PAPER, SERIES, SOFT, TEXT, clean, width_of

WIDTH = 300.0
MARGIN = 6.0
MOST_LABELS = 14
Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to show as a point; `main` ones are larger and in the colour of the eye's first look."""

    name: str
    lat: float
    lon: float
    main: bool = True


def map_of(
    country: Country, spots: Sequence[Spot], *, label: str, shades: Mapping[str, tuple[float, str]] | None = None
) -> Markup:
    """Draw the provinces and the spots, 300 units wide; a name that would lie on another is left out.

    `shades` gives provinces, by the code of their outline, a strength from 0 to 1 and a title.
    """
    project, height = projection(country)
    shapes = [
        outline(feature, project, (shades or {}).get(code_of(feature))) for feature in country.outlines["features"]
    ]
    taken: list[Box] = []
    drawn = [aside(neighbour, project, taken, height) for neighbour in country.settings.get("neighbours", ())]
    marks = [s for s in landmarks(country) if all(s.name != spot.name for spot in spots)]
    everyone = [*spots, *marks]
    taken += [(x - 6, y - 6, x + 6, y + 6) for x, y in (project(s.lon, s.lat) for s in everyone)]
    for spot in [*sorted(spots, key=lambda s: (not s.main, s.name)), *marks]:
        drawn.append(dot(spot, project))
        if len(taken) < MOST_LABELS + len(everyone):
            drawn.append(named(spot, project, taken, height))
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="map" width="300" height="{h:.0f}" viewBox="0 0 300 {h:.0f}" '
        'role="img" aria-label="{label}">{body}</svg>'
    ).format(h=height, label=clean(label), body=Markup("").join([*shapes, *drawn]))


def aside(
    neighbour: dict[str, Any], project: Callable[[float, float], Point], taken: list[Box], height: float
) -> Markup:
    """Name of a country beside this one, kept inside the picture."""
    name = clean(str(neighbour["name"]))
    wide = width_of(name, 12.5)
    x, y = project(float(neighbour["lon"]), float(neighbour["lat"]))
    x, y = min(max(x, MARGIN), WIDTH - wide), min(y, height - 4)
    taken.append((x, y - TEXT, x + wide, y + 3))
    return Markup('<text x="{:.1f}" y="{:.1f}" fill="{}" font-family="sans-serif" font-size="12.5">{}</text>').format(
        x, y, SOFT, name
    )


def landmarks(country: Country) -> list[Spot]:
    """Places that every map of the country names."""
    found = [country.gazetteer.places[i] for i in country.settings.get("landmarks", ())]
    return [Spot(p.name, p.lat, p.lon, main=False) for p in found if p.lat is not None and p.lon is not None]


def projection(country: Country) -> tuple[Callable[[float, float], Point], float]:
    """Degrees to units: both axes to one scale at the mean latitude; and the height that the map then has."""
    points = [p for feature in country.outlines["features"] for ring in rings(feature) for p in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * narrow)
    height = (north - south) * scale + 2 * MARGIN

    def project(lon: float, lat: float) -> Point:
        return MARGIN + (lon - west) * narrow * scale, MARGIN + (north - lat) * scale

    return project, height


def rings(feature: dict[str, Any]) -> Iterator[list[list[float]]]:
    """Outlines of one province, islands too."""
    shape = feature["geometry"]
    for part in [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]:
        yield from part


def code_of(feature: dict[str, Any]) -> str:
    """Code of a province's outline, as the table of places has it."""
    return str(feature["properties"].get("iso_3166_2", ""))


def outline(
    feature: dict[str, Any], project: Callable[[float, float], Point], shade: tuple[float, str] | None = None
) -> Markup:
    """Path of one province, points closer than half a unit left out; a shade lies over it."""
    parts = []
    for ring in rings(feature):
        kept: list[Point] = []
        for lon, lat in ring:
            x, y = project(lon, lat)
            if not kept or abs(kept[-1][0] - x) + abs(kept[-1][1] - y) >= 0.5:
                kept.append((x, y))
        if len(kept) > 2:
            parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + "Z")
    shape = Markup('<path fill="{}"{} stroke="{}" stroke-width="0.8" d="{}"><title>{}</title></path>')
    path, name = "".join(parts), clean(feature["properties"]["name"])
    ground = shape.format(LAND, "", PAPER, path, name)
    if shade is None:
        return ground
    strength, told = shade
    opacity = Markup(' fill-opacity="{:.2f}"').format(strength)
    return ground + shape.format(SERIES[1], opacity, PAPER, path, clean(told))


def dot(spot: Spot, project: Callable[[float, float], Point]) -> Markup:
    """Point of a place."""
    x, y = project(spot.lon, spot.lat)
    radius, colour = (5.5, DOUBT) if spot.main else (3, INK)
    shape = '<circle cx="{:.1f}" cy="{:.1f}" r="{}" fill="{}" stroke="{}" stroke-width="1.5"><title>{}</title></circle>'
    return Markup(shape).format(x, y, radius, colour, PAPER, clean(spot.name))  # noqa: S704 – our own shape


def named(spot: Spot, project: Callable[[float, float], Point], taken: list[Box], height: float) -> Markup:
    """Name beside a point: right, left, above or below, the first that is free; nothing where none is."""
    x, y = project(spot.lon, spot.lat)
    name = clean(spot.name)
    wide = width_of(name, bold=spot.main)
    for left, base in ((x + 9, y + 4.5), (x - 9 - wide, y + 4.5), (x - wide / 2, y - 10), (x - wide / 2, y + 19)):
        box = (left, base - TEXT, left + wide, base + 3)
        inside = box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= height
        if inside and all(box[2] < b[0] or b[2] < box[0] or box[3] < b[1] or b[3] < box[1] for b in taken):
            taken.append(box)
            weight = "600" if spot.main else "400"
            shape = (
                '<text x="{:.1f}" y="{:.1f}" fill="{}" stroke="{}" stroke-width="3" stroke-linejoin="round" '
                'paint-order="stroke" font-family="sans-serif" font-size="13" font-weight="{}">{}</text>'
            )
            return Markup(shape).format(left, base, INK, LAND, weight, name)  # noqa: S704 – our own shape
    return Markup("")
