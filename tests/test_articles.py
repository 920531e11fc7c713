"""What a report may come as: plain text in three encodings, a web page, JSON, JSON lines, standard input."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
LEVY = (
    "On Oct. 15 the people's committee of Ranam District ordered each household to hand in seven kilograms of scrap "
    "metal by Oct. 28, a source in North Hamgyong Province said. Those without it pay KPW 30,000 in cash."
)
KOREAN = (
    "10월 15일 라남구역 인민위원회가 세대당 파철 7kg을 내라고 지시했다고 소식통이 전했다. "
    "못 내는 세대는 3만원을 바쳐야 한다."
)
PAGE = """<!DOCTYPE html><html lang="en"><head><title>Scrap for Ranam</title>
<meta property="article:published_time" content="2021-10-20T08:00:00+09:00">
<meta property="og:site_name" content="Daily NK">
<script>var n = 7123;</script><style>p {{ margin: 99px }}</style></head>
<body><nav><a href="/">Home</a> <a href="/m">Markets: rice 4,800 won a kilogram</a></nav>
<article><h1>Scrap for Ranam</h1><p>{levy}</p><p>The deadline has been read out in every people's unit, the source
added, and nobody expects it to be put off. Collection points have been set up beside the district office.</p>
</article><aside>Most read: the levy of 99 kilograms</aside>
<footer>Call +82 2 555 0199 or write to desk@example.org</footer></body></html>"""


def terms(record: dict[str, Any]) -> list[tuple[str, float, str | None]]:
    """Role, amount and bearer of the terms of a record."""
    return [(t["role"], t["amount"], t["per"]) for o in record["orders"] for t in o["terms"]]


ASKED = [("due", 7, "household"), ("cash_in_lieu", 30000, "household")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_is_read_in_any_of_these_encodings(inminban: Call, tmp_path: Path, encoding: str) -> None:
    """The record is the same, and what the text was read as is said."""
    (tmp_path / "r.txt").write_bytes(LEVY.encode(encoding))
    told = inminban("read", tmp_path / "r.txt", "--json")
    assert terms(json.loads(told.out)) == ASKED
    assert ("UTF-16" in told.err) == encoding.startswith("utf-16")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp949"])
def test_a_korean_text_is_read_in_any_of_these_encodings(inminban: Call, tmp_path: Path, encoding: str) -> None:
    """CP949, too, which Korean programs still write."""
    (tmp_path / "r.txt").write_bytes(KOREAN.encode(encoding))
    told = inminban("read", tmp_path / "r.txt", "--json")
    assert terms(json.loads(told.out)) == ASKED
    assert ("CP949" in told.err) == (encoding == "cp949")


@pytest.mark.parametrize("name", ["page.html", "page.htm", "page.txt"])
def test_of_a_web_page_only_the_article_is_read_and_the_rest_is_told(inminban: Call, tmp_path: Path, name: str) -> None:
    """Menus, adverts and scripts give no figures; title, day and outlet come from the page's own data."""
    (tmp_path / name).write_text(PAGE.format(levy=LEVY), encoding="utf-8")
    told = inminban("read", tmp_path / name, "--json")
    record = json.loads(told.out)
    assert terms(record) == ASKED
    assert (record["published"], record["outlet"], record["title"]) == ("2021-10-20", "Daily NK", "Scrap for Ranam")
    assert record["orders"][0]["due"] == "2021-10-28"
    assert not record["prices"]
    for elsewhere in ("7123", "4,800", "99 kilograms", "99px", "555 0199", "example.org"):
        assert elsewhere not in told.out
    assert "no part of the article" in told.err


def test_a_page_says_how_to_get_what_reads_it(inminban: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra there is one clear message."""
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    (tmp_path / "page.html").write_text(PAGE.format(levy=LEVY), encoding="utf-8")
    told = inminban("read", tmp_path / "page.html")
    assert told.code == 2
    assert "inminban[html]" in told.err


@pytest.mark.parametrize("sort", ["text", "json", "jsonl", "html", "utf-16"])
def test_standard_input_is_read_like_a_file(inminban: Call, monkeypatch: pytest.MonkeyPatch, sort: str) -> None:
    """`-` takes whatever comes: a text, a page, one JSON object or several lines of them."""
    article = json.dumps({"id": "a", "text": LEVY})
    raw = {
        "text": LEVY.encode(),
        "json": article.encode(),
        "jsonl": (article + "\n" + article.replace('"a"', '"b"') + "\n").encode(),
        "html": PAGE.format(levy=LEVY).encode(),
        "utf-16": LEVY.encode("utf-16"),
    }[sort]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    told = inminban("read", "-", "--json")
    data = json.loads(told.out)
    records = data if isinstance(data, list) else data.get("reports", [data])
    assert len(records) == (2 if sort == "jsonl" else 1)
    assert all(terms(record) == ASKED for record in records)


def test_a_file_of_json_lines_gives_a_record_a_line(inminban: Call, tmp_path: Path) -> None:
    """Thousands of lines, with ids of their own or made of the line's number, beyond the size of a single report."""
    lines = [{"text": LEVY, "published": "2021-10-20", "id": f"r{n}"} for n in range(300)] + [{"text": LEVY}]
    (tmp_path / "many.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    told = inminban("read", tmp_path / "many.jsonl", "--out", tmp_path / "out")
    assert told.code == 0
    assert "301 reports read, 301 orders" in told.err
    assert len(list((tmp_path / "out").iterdir())) == 301
    assert (tmp_path / "out" / "many-301.json").is_file()


def test_a_file_of_json_lines_may_be_long_but_no_line_of_it(inminban: Call, tmp_path: Path) -> None:
    """A line longer than a report may be is named."""
    path = tmp_path / "many.jsonl"
    path.write_text(json.dumps({"text": LEVY}) + "\n" + json.dumps({"text": "a " * 5_000_000}) + "\n", encoding="utf-8")
    told = inminban("read", path, "--out", tmp_path / "out")
    assert told.code == 2
    assert "line 2" in told.err
    assert not (tmp_path / "out").exists()


def test_many_reports_need_a_target(inminban: Call, tmp_path: Path) -> None:
    """Records of a file of JSON lines are not poured into the terminal."""
    (tmp_path / "many.jsonl").write_text(json.dumps({"text": LEVY}), encoding="utf-8")
    told = inminban("read", tmp_path / "many.jsonl")
    assert told.code == 2
    assert "--out" in told.err


def test_every_figure_is_explained(inminban: Call, tmp_path: Path) -> None:
    """The text is printed with each figure and what became of it; what nothing explains comes first."""
    text = (
        LEVY + " A bridge in the district was built in 4,711 hours of work by night. Some 190,000 people live there. "
        "Rice was 5,000 won a kilogram. It happened 2 km from the 3rd bridge."
    )
    (tmp_path / "r.txt").write_text(text, encoding="utf-8")
    told = inminban("read", tmp_path / "r.txt", "--published", "2021-10-20", "--explain")
    assert told.code == 0
    flat = " ".join(told.out.split())
    assert "[seven kilograms of scrap metal → term]" in flat
    assert "[Oct. 28 → date]" in flat
    assert "5,000 won → price]" in flat
    assert "[4,711 → leftover]" in flat
    assert "[190,000 → rejected]" in flat
    assert "[2 → rejected]" in flat
    assert "levy: due 7 kg scrap metal per household" in flat
    lines = told.out.split("became", 1)[1].splitlines()[2:]
    assert "4,711" in lines[0]


def test_what_a_page_leaves_out_is_shown_when_it_is_explained(inminban: Call, tmp_path: Path) -> None:
    """Every dropped line can be seen, so that nobody has to trust the extraction."""
    (tmp_path / "page.html").write_text(PAGE.format(levy=LEVY), encoding="utf-8")
    told = inminban("read", tmp_path / "page.html", "--explain")
    for line in ("Markets: rice 4,800 won a kilogram", "Most read: the levy of 99 kilograms"):
        assert line in told.out


def test_what_is_doubtful_is_told_first(inminban: Call, tmp_path: Path) -> None:
    """Leftover numbers stand above the orders."""
    (tmp_path / "r.txt").write_text(
        LEVY + " A bridge in the district was built in 4,711 hours of work by night.", encoding="utf-8"
    )
    told = inminban("read", tmp_path / "r.txt").out
    assert told.index("4,711") < told.index("scrap metal")


def test_explaining_is_for_single_reports(inminban: Call, tmp_path: Path) -> None:
    """Not for folders, and not together with records."""
    (tmp_path / "r.txt").write_text(LEVY, encoding="utf-8")
    assert inminban("read", tmp_path / "r.txt", "--explain", "--json").code == 2
    assert inminban("read", tmp_path, "--explain", "--out", tmp_path / "out").code == 2
