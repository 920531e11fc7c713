"""The command line as a newcomer uses it, and what it says when the input is wrong."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inminban.model.files import MOST_BYTES

Call = Callable[..., Any]

LEVY = (
    "On Oct. 15 the people's committee of Ranam District ordered each household to hand in seven kilograms of scrap "
    "metal by Oct. 28, a source in North Hamgyong Province said. Those without it pay KPW 30,000 in cash."
)
WEATHER = "It rained in the hills, and the source said that nobody was surprised by it."
GOLD = Path(__file__).parent / "gold"


@pytest.fixture
def levy(tmp_path: Path) -> Path:
    """A report as a text file."""
    path = tmp_path / "levy.txt"
    path.write_text(LEVY, encoding="utf-8")
    return path


def test_a_report_is_read_weighed_and_shown(inminban: Call, levy: Path, tmp_path: Path) -> None:
    """Text to record to table to page, each saved under the name given."""
    record = json.loads(inminban("read", levy, "--published", "2021-10-20", "--json").out)
    assert record["format"] == 1
    assert [t["amount"] for t in record["orders"][0]["terms"]] == [7, 30000]
    assert record["orders"][0]["due"] == "2021-10-28"
    assert inminban("read", levy, "--published", "2021-10", "--out", tmp_path / "records").code == 0
    weighed = json.loads(inminban("weigh", tmp_path / "records/levy.json", "--json").out)
    assert weighed["weighings"][0]["readings"][0]["figures"]["money"]["central"] == 30000
    assert inminban("weigh", tmp_path / "records", "--out", tmp_path / "burdens.csv").code == 0
    rows = list(csv.DictReader((tmp_path / "burdens.csv").read_text(encoding="utf-8").splitlines()))
    assert {r["item"] for r in rows} == {"scrap metal", "cash"}
    assert inminban("render", tmp_path / "records/levy.json", "--out", tmp_path / "page.html").code == 0
    assert "scrap metal" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_the_same_input_gives_the_same_bytes(inminban: Call, tmp_path: Path) -> None:
    """Records, tables and pages of two calls are identical."""
    for name in ("a", "b"):
        inminban("read", GOLD / "levy", "--out", tmp_path / name)
        inminban("weigh", tmp_path / name, "--out", tmp_path / f"{name}.csv")
    first, second = (sorted((tmp_path / n).iterdir()) for n in ("a", "b"))
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    assert len(first) == 18
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_reading_a_folder_takes_only_the_text(inminban: Call, tmp_path: Path) -> None:
    """Of a coded JSON only id, published, outlet, title, address and text are used: the coding never leaks in."""
    report = json.loads((GOLD / "levy/2023-01-scrap-on-first-workday.json").read_text(encoding="utf-8"))
    for name, orders in (("with", report["orders"]), ("without", [])):
        (tmp_path / name).mkdir()
        (tmp_path / name / "r.json").write_text(json.dumps(report | {"orders": orders, "prices": []}), encoding="utf-8")
        inminban("read", tmp_path / name, "--out", tmp_path / f"{name}-out")
    one, two = (next((tmp_path / f"{n}-out").iterdir()).read_bytes() for n in ("with", "without"))
    assert one == two


def test_ids_survive_a_second_reading(inminban: Call, levy: Path, tmp_path: Path) -> None:
    """A sentence put before the order moves nothing; the term keeps the id that others may have cited."""
    out = tmp_path / "records"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "levy.txt").write_text(LEVY, encoding="utf-8")
    inminban("read", tmp_path / "in", "--out", out)
    record = json.loads((out / "levy.json").read_text(encoding="utf-8"))
    record["orders"][0]["terms"][0]["id"] = "levy#o1t9"
    (out / "levy.json").write_text(json.dumps(record), encoding="utf-8")
    inminban("read", tmp_path / "in", "--out", out)
    again = json.loads((out / "levy.json").read_text(encoding="utf-8"))
    assert again["orders"][0]["terms"][0]["id"] == "levy#o1t9"


def bad_inputs(folder: Path) -> dict[str, tuple[list[object], str]]:
    """Every kind of bad input: the call, and words of the message it must get."""

    def file(name: str, content: bytes | str) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    order = "text: ten kilograms\norders:\n  - kind: levy\n    places: [{name: Hyesan}]\n    terms:\n"
    term = "      - {{role: due, item: {item}, amount: {amount}, unit: kg, per: household}}\n"
    twice = folder / "twice"
    (twice / "a").mkdir(parents=True)
    (twice / "b").mkdir()
    for name in ("a", "b"):
        (twice / name / "same.txt").write_text(LEVY, encoding="utf-8")
    empty = folder / "nothing"
    empty.mkdir()
    dates = "orders:\n  - {kind: levy, issued: 2021-10-28, due: 2021-10-15}\n"
    return {
        "empty": (["read", file("empty.txt", "")], "is empty"),
        "binary": (["read", file("page.txt", b"\x89PNG\x00\x01\xff\xfe")], "UTF-8"),
        "utf-16 cut off": (["read", file("sixteen.txt", LEVY.encode("utf-16")[:-1])], "UTF-8"),
        "a page without an article": (["read", file("none.html", "<html><body></body></html>")], "no article"),
        "orders in utf-16": (["weigh", file("sixteen.yaml", order.encode("utf-16"))], "UTF-16"),
        "16 MB": (["read", file("big.txt", (LEVY + "\n") * (2 * MOST_BYTES // len(LEVY)))], "larger than 8 MB"),
        "no order": (["read", file("weather.txt", WEATHER)], "no order and no price"),
        "no order to weigh": (["weigh", folder / "weather.txt"], "no order"),
        "no order to show": (["render", folder / "weather.txt", "--out", folder / "x.html"], "no order"),
        "missing": (["read", folder / "gone.txt"], "no such file"),
        "bad date": (["read", file("dated.txt", LEVY), "--published", "October"], "expected a date"),
        "folder without target": (["read", twice], "--out"),
        "two of one id": (["read", twice, "--out", folder / "out"], "stands in"),
        "empty folder": (["read", empty, "--out", folder / "out"], "holds no"),
        "unknown place": (["weigh", file("p.yaml", order.replace("Hyesan", "Atlantis"))], "no place is called"),
        "two places": (["weigh", file("q.yaml", order.replace("Hyesan", "Unsan"))], "names 2 places"),
        "unknown place option": (
            ["weigh", file("o.yaml", order + term.format(item="rice", amount=1)), "--place", "Qx"],
            "no place",
        ),
        "unknown item": (
            ["weigh", file("i.yaml", order + term.format(item="scrap mettal", amount=1))],
            "Did you mean scrap metal",
        ),
        "negative": (
            ["weigh", file("n.yaml", order + term.format(item="rice", amount=-3))],
            "expected a number from 0",
        ),
        "absurd": (
            ["weigh", file("h.yaml", order + term.format(item="rice", amount="9e20"))],
            "expected a number from 0",
        ),
        "overflow": (
            ["weigh", file("f.yaml", order + term.format(item="rice", amount="1e15").replace("kg", "t"))],
            "can be counted",
        ),
        "due before issue": (["weigh", file("d.yaml", dates)], "not before issued"),
        "alias": (["weigh", file("a.yaml", "a: &x 1\nid: *x\n")], "anchors"),
        "tag": (["weigh", file("t.yaml", "id: !!python/name:os x\n")], "tags"),
        "doubled key": (["weigh", file("k.yaml", "id: a\nid: b\n")], "duplicate key"),
        "json": (["weigh", file("j.json", '{"id": "r", "orders": [')], "is no JSON"),
        "later format": (["weigh", file("l.json", '{"id": "r", "format": 9, "orders": []}')], "newer"),
        "jsonl line": (["read", make_jsonl(folder), "--out", folder / "out"], "line 2"),
        "country": (["weigh", folder / "dated.txt", "--country", "atlantis"], "no country folder"),
        "out is a file": (["read", make_texts(folder), "--out", file("taken", "")], "a folder was expected"),
        "out is a folder": (["weigh", folder / "dated.txt", "--out", empty], "a file was expected"),
        "out below a file": (
            ["render", folder / "dated.txt", "--out", folder / "taken" / "x.html"],
            "can't be written",
        ),
        "demo into other files": (["demo", "--out", twice], "holds other files"),
    }


def make_jsonl(folder: Path) -> Path:
    """A folder with one JSONL whose second line is broken."""
    (folder / "lines").mkdir()
    (folder / "lines" / "r.jsonl").write_text(
        json.dumps({"id": "a", "text": LEVY}) + '\n{"id": "b"\n', encoding="utf-8"
    )
    return folder / "lines"


def make_texts(folder: Path) -> Path:
    """A folder with one good report."""
    (folder / "texts").mkdir()
    (folder / "texts" / "r.txt").write_text(LEVY, encoding="utf-8")
    return folder / "texts"


def test_every_bad_input_gets_one_clear_message(inminban: Call, tmp_path: Path) -> None:
    """Exit code 2, one line on stderr that names what is wrong, nothing on stdout, nothing half-written."""
    calls = bad_inputs(tmp_path)
    before = sorted(p for p in tmp_path.rglob("*"))
    for name, (arguments, says) in calls.items():
        outcome = inminban(*arguments)
        assert outcome.code == 2, f"{name}: {outcome}"
        assert says in outcome.err, f"{name}: {outcome.err}"
        assert outcome.err.count("\n") == 1, f"{name}: {outcome.err}"
        assert "Traceback" not in outcome.err
        assert outcome.out == "", f"{name}: {outcome.out}"
    assert sorted(p for p in tmp_path.rglob("*")) == before


def test_an_unreadable_file_is_named(inminban: Call, levy: Path) -> None:
    """A file without permission gets its own message."""
    if os.geteuid() == 0:
        pytest.skip("root reads every file")
    levy.chmod(0)
    outcome = inminban("read", levy)
    assert outcome.code == 2
    assert "can't be read" in outcome.err


def test_usage_mistakes_are_the_users(inminban: Call) -> None:
    """An unknown command or option exits with 2, too."""
    assert inminban("raed").code == 2
    assert inminban("read", "--nope").code == 2
    assert inminban("--version").code == 0


def test_interrupting_exits_with_130(inminban: Call, levy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C says so and leaves nothing half-written."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("inminban.reading.folder.read_article", stop)
    outcome = inminban("read", levy)
    assert outcome.code == 130
    assert "interrupted" in outcome.err
