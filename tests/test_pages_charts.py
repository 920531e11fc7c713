"""Charts and maps: exact widths, equal bytes, nothing active, every text escaped."""

import datetime
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from inminban.model.country import load_country
from inminban.pages.charts import COLOURS, Bar, Drawing, Moment, clean, intervals, over_years, scatter
from inminban.pages.maps import Spot, map_of

NASTY = "<script>alert(1)</script> & \"a\" 'b' 🚂\u202e\u0007\x00 쌀 ]]> onload=x"
DAY = datetime.date(2020, 7, 1)


def bars(text: str) -> Drawing:
    rows = [Bar(text, 5.6, 6.5, 7.8, text), Bar("Whole list", 20, 23, 28, "23", series=2, open=True, dashed=True)]
    return intervals(rows, axis=text, source=text, label=text, band=(13, 15, text), series=(text, "Money"))


def years(text: str) -> Drawing:
    rows = [
        Moment(DAY, 1.6, 2.4, 2.7, f"{text}\n{text}", label=True),
        Moment(DAY.replace(year=2024), 5, 6, 7, text, open=True, dashed=True, label=True),
    ]
    return over_years(rows, axis=text, source=text, label=text)


def dots(text: str) -> Drawing:
    points = [(DAY.replace(year=2010 + n), 90.0 * 1.5**n) for n in range(12)]
    return scatter(points, axis=text, source=text, label=text)


def empty_bars(text: str) -> Drawing:
    return intervals([], axis=text, source=text, label=text)


def empty_years(text: str) -> Drawing:
    return over_years([], axis=text, source=text, label=text)


def empty_dots(text: str) -> Drawing:
    return scatter([], axis=text, source=text, label=text)


def mapped(text: str) -> str:
    return str(map_of(load_country(), [Spot(text, 37.97, 126.55), Spot("Hyesan", 41.4, 128.2, main=False)], label=text))


KINDS = (bars, years, dots, empty_bars, empty_years, empty_dots)


def safe(svg: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    for node in root.iter():
        assert node.tag.rpartition("}")[2] in {"svg", "g", "path", "text", "line", "rect", "circle", "title"}
        for name, value in node.attrib.items():
            assert not name.startswith("on")
            assert name not in {"style", "id", "href"}
            assert "url(" not in value or name == "aria-label"
        for name in ("fill", "stroke"):
            assert node.get(name) in {None, "none", *COLOURS}
    assert root.get("role") == "img"
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", svg)
    return root


@pytest.mark.parametrize("kind", KINDS)
def test_widths_bytes_and_safety(kind: Callable[[str], Drawing]) -> None:
    drawing = kind(NASTY)
    assert drawing == kind(NASTY)
    for svg, name, width in ((drawing.wide, "w", "700"), (drawing.narrow, "n", "345")):
        root = safe(str(svg))
        assert (root.get("class"), root.get("width")) == (name, width)
        assert root.get("viewBox") == f"0 0 {width} {root.get('height')}"
        assert root.get("aria-label") == clean(NASTY)
        assert "<script" not in svg


@pytest.mark.parametrize("kind", KINDS)
def test_text_stays_in_the_picture(kind: Callable[[str], Drawing]) -> None:
    for svg in (drawing := kind("A fairly long text of some words")).wide, drawing.narrow:
        root = ElementTree.fromstring(str(svg))
        for node in root.iter("{http://www.w3.org/2000/svg}text"):
            x, y = map(float, re.findall(r"-?[\d.]+", node.get("transform", "translate(0,0)")))
            assert 0 <= x <= float(root.get("width", 0))
            assert 0 <= y <= float(root.get("height", 0))


def test_labels_stand_beside_their_dots_where_there_is_room() -> None:
    rows = [
        Moment(datetime.date(2012, 7, 1), 1.6, 2.4, 2.7, "2012: scrap metal", label=True),
        Moment(datetime.date(2021, 10, 15), 5.5, 6.1, 7.9, "2021: sum for the\nwhole basket", label=True),
        Moment(datetime.date(2024, 8, 25), 5.7, 6.1, 6.3, "2024: flood\nrepairs", label=True),
    ]
    wide = over_years(rows, axis="kg of rice a household", source="", label="Levies").wide
    assert ">2024: flood</text>" in wide
    assert ">A</text>" not in wide


def test_a_dot_tells_its_value_and_a_pale_line_has_its_outline() -> None:
    wide = intervals([Bar("Rice", 1, 2, 3, "2 kg", series=3)], axis="kg", source="", label="Rice").wide
    assert "<title>Rice: 2 kg</title>" in wide
    assert "<line transform" in wide
    assert 'stroke="#4a86b8" stroke-width="5"' in wide


def test_a_log_axis_takes_wide_spans_and_zeros() -> None:
    rows = [Moment(DAY.replace(year=2010 + n), 0, 0.1 * 3**n, 0.2 * 3**n, "") for n in range(8)]
    safe(str(over_years(rows, axis="kg", source="", label="", log=True).wide))


def test_a_map_is_safe_and_the_same_each_time() -> None:
    svg = mapped(NASTY)
    assert svg == mapped(NASTY)
    root = safe(svg)
    assert (root.get("class"), root.get("width"), root.get("aria-label")) == ("map", "300", clean(NASTY))
    assert "Pyongyang" in svg


def test_a_map_of_no_spots_still_shows_the_country() -> None:
    assert "<title>" in map_of(load_country(), [], label="Map")
