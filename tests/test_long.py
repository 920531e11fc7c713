"""What takes long: fuzzed reports, long property tests, and kills at random moments. Run by `verify`."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inminban.measures.table import plain as plain_weighing
from inminban.measures.table import rows_of, to_csv
from inminban.measures.weigh import weigh
from inminban.model.country import SHIPPED
from inminban.model.orders import Report
from inminban.model.records import from_json, from_yaml, to_json, to_yaml
from inminban.pages.render import render
from inminban.reading.read import read

from .test_orders import reports

pytestmark = pytest.mark.long

GOLD = Path(__file__).parent / "gold"
TEXTS = [json.loads(p.read_text(encoding="utf-8"))["text"] for p in sorted(GOLD.glob("[lrc]*/*.json"))]
PIECES = sorted({piece for text in TEXTS for piece in text.replace("\n", " ").split(" ")})
LONG = settings(max_examples=3000, deadline=None)


@LONG
@given(reports())
def test_records_come_back_without_loss(report: Report) -> None:
    """JSON and YAML, three thousand records of any content."""
    assert from_json(to_json(report)) == report
    assert from_yaml(to_yaml(report)) == report


@LONG
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=80).map(" ".join))
def test_shuffled_words_are_read_and_weighed(text: str) -> None:
    """Words of real reports in any order: no exception, and every figure's quote stands in the text."""
    report = read(text, id="r", published="2021-10-20")
    for order in report.orders:
        for term in order.terms:
            assert term.quote is None or report.text[term.start : term.end] == term.quote
    to_csv(rows_of(weigh(report)))
    for weighing in weigh(report):
        json.dumps(plain_weighing(weighing))


def mutate(text: str, chance: random.Random) -> str:
    """Cut, double, swap, insert: what careless copying and hostile hands do to a text."""
    for _ in range(chance.randint(1, 12)):
        a, b = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        b = min(b, a + 200)
        text = chance.choice(
            [
                text[:a] + text[b:],
                text[:b] + text[a:b] + text[b:],
                text[:a] + text[a:b][::-1] + text[b:],
                text[:a]
                + chance.choice(
                    ["7", ",", "000", " kg", "½", "\u202e", "세대당 ", "3만원", " per ", "-", "1e9", "\n\n"]
                )
                + text[a:],
            ]
        )
        text = text or "7 kg"
    return text


def test_a_hundred_thousand_mutated_reports(country: object) -> None:
    """Ten minutes of mutated reports: no exception, no slow one, and nothing made up."""
    chance = random.Random(1)
    until = time.monotonic() + 600
    done = 0
    while done < 100_000 and time.monotonic() < until:
        text = mutate(chance.choice(TEXTS), chance)
        began = time.monotonic()
        report = read(text, id="r", published="2021-10-20")
        assert time.monotonic() - began < 5, text[:500]
        for order in report.orders:
            for term in order.terms:
                assert term.quote is None or report.text[term.start : term.end] == term.quote, text
        done += 1
    assert done > 5000


def test_every_mutated_report_makes_a_page() -> None:
    """Pages of damaged reports are pages."""
    chance = random.Random(2)
    for _ in range(150):
        report = read(mutate(chance.choice(TEXTS), chance), id="r", published="2021-10-20")
        assert render(report).rstrip().endswith("</html>")


def test_time_grows_with_the_text() -> None:
    """Twenty times the text takes at most fifty times as long: nothing quadratic."""

    def seconds(text: str) -> float:
        best = float("inf")
        for _ in range(3):
            began = time.perf_counter()
            read(text, id="r", published="2021-10-20")
            best = min(best, time.perf_counter() - began)
        return best

    short = "\n\n".join(TEXTS[:20])
    assert seconds("\n\n".join([short] * 20)) < 50 * seconds(short) + 0.5


def test_killed_at_any_moment_nothing_is_half_written(tmp_path: Path) -> None:
    """kill -9 while a folder is read: every record in the target is whole, and the next call gives all of them."""
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    for number in range(20):
        for path in GOLD.glob("levy/*.json"):
            data = json.loads(path.read_text(encoding="utf-8"))
            (source / f"{number}-{path.name}").write_text(
                json.dumps(data | {"id": f"{data['id']}-{number}"}), encoding="utf-8"
            )
    command = [sys.executable, "-m", "inminban", "read", str(source), "--out", str(out)]
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    whole = time.monotonic() - began
    want = {p.name: p.read_bytes() for p in out.iterdir()}
    chance = random.Random(3)
    for _ in range(20):
        shutil.rmtree(out, ignore_errors=True)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, whole * 1.1))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert all(want[p.name] == p.read_bytes() for p in out.iterdir()) if out.exists() else True
    subprocess.run(command, check=True, capture_output=True)
    assert {p.name: p.read_bytes() for p in out.iterdir()} == want


RANAM = ["--place", "Ranam", "--days", "20", "--draws", "60"]
EXAMPLIA = """
orders:
- id: levy
  published: 2015-06-13
  orders:
  - kind: levy
    places: [{name: Examplia, place: EX}]
    issued: 2015-06-12
    due: 2015-06-30
    terms: [{role: due, item: bog iron, amount: 4, unit: kg, per: household, every: quarter}]
place: EX
days: 300
draws: 2
seed: 5
parameters: {gate_short: [0, 1], gate_short_refused: [0, 1], gate_width: 1}
"""
OFTEN = "from inminban.studies import halfway; halfway.SECONDS = 0.1; from inminban.cli import main; main()"


def simulated(out: Path, *more: str) -> list[str]:
    """Make the command that simulates the levy of Ranam, slowly enough to be killed on the way."""
    levy = SHIPPED / "demo" / "reports" / "chongjin-levy.json"
    return [sys.executable, "-m", "inminban", "simulate", str(levy), *RANAM, "--seed", "5", "--out", str(out), *more]


def simulated_long(out: Path, *more: str) -> list[str]:
    """Make the command that simulates a levy in a country of several areas, each draw of which is kept on the way."""
    scenario = out.parent / "scenario.yaml"
    scenario.write_text(EXAMPLIA, encoding="utf-8")
    start = [sys.executable, "-c", OFTEN, "simulate", str(scenario)]
    return [*start, "--country", "examplia", "--threads", "1", "--out", str(out), *more]


@pytest.mark.parametrize("simulated", [simulated, simulated_long])
def test_a_run_killed_at_any_moment_resumes_to_the_same_digest(
    tmp_path: Path, simulated: Callable[..., list[str]]
) -> None:
    """Twenty times kill -9 at a random moment, then --resume: the digest is that of a run that was left alone."""
    whole, torn, chance = tmp_path / "whole", tmp_path / "torn", random.Random(7)
    subprocess.run(simulated(whole), check=True, capture_output=True)
    shutil.rmtree(whole)
    start = time.monotonic()
    subprocess.run(simulated(whole), check=True, capture_output=True)
    took = time.monotonic() - start
    kills = 0
    while kills < 20:
        shutil.rmtree(torn, ignore_errors=True)
        shutil.rmtree(tmp_path / "torn.partial", ignore_errors=True)
        more: tuple[str, ...] = ()
        while not torn.exists() and kills < 20:
            going = subprocess.Popen(simulated(torn, *more), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                going.wait(chance.uniform(0, took))
            except subprocess.TimeoutExpired:
                going.send_signal(signal.SIGKILL)
                going.wait()
                kills += 1
            more = ("--resume",) if (tmp_path / "torn.partial").exists() else ()
        if not torn.exists():
            subprocess.run(simulated(torn, *more), check=True, capture_output=True)
        digests = [json.loads((run / "run.json").read_text(encoding="utf-8"))["digest"] for run in (whole, torn)]
        assert digests[0] == digests[1]
