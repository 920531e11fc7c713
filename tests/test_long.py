"""What takes long: fuzzed reports, long property tests, and kills at random moments. Run by `verify`."""

from __future__ import annotations

import importlib.util
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
from inminban.reading.weights import NONE, shipped

from .mutations import check, mutated, texts
from .test_orders import reports

pytestmark = pytest.mark.long

GOLD = Path(__file__).parent / "gold"
TEXTS = [json.loads(p.read_text(encoding="utf-8"))["text"] for p in sorted(GOLD.glob("[lrc]*/*.json"))]
PIECES = sorted({piece for text in TEXTS for piece in text.replace("\n", " ").split(" ")})
LONG = settings(max_examples=3000, deadline=None)
MUTATED, PARTS = 1_000_000, 4
SIZE = 30_000  # letters of the shorter artificial texts


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


@pytest.mark.parametrize("part", range(PARTS))
def test_a_million_mutated_fragments(part: int) -> None:
    """Fragments of reports, damaged by letter, byte and word: no exception, no slow one, nothing made up.

    Every other one is read by rules alone. What is checked stands in `mutations.check`.
    """
    chance, whole, judges = random.Random(part), texts(), shipped()
    for number in range(MUTATED // PARTS):
        text = mutated(whole, chance)
        try:
            check(text, judges if number % 2 else NONE)
        except Exception as error:
            pytest.fail(f"{error!r} by {'weights' if number % 2 else 'rules'}: {text!r}")


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris has no wheel for this Python or system"
)
def test_fuzzing_led_by_coverage(tmp_path: Path) -> None:
    """Four minutes of atheris: no text that it finds breaks a rule."""
    command = [sys.executable, "-m", "tests.guided", "240", str(tmp_path)]
    done = subprocess.run(command, cwd=GOLD.parent.parent, capture_output=True, text=True, timeout=900)
    found = [path.read_bytes() for path in tmp_path.glob("*-*") if path.is_file()]
    assert done.returncode == 0, f"{found}\n{done.stderr[-3000:]}"
    assert "Done " in done.stderr


def test_every_mutated_report_makes_a_page() -> None:
    """Pages of damaged reports are pages."""
    chance = random.Random(2)
    whole = texts()
    for _ in range(150):
        report = read(mutated(whole, chance), id="r", published="2021-10-20")
        assert render(report).rstrip().endswith("</html>")


ARTIFICIAL = {
    "list of ones": "1,",
    "numbers": "7 ",
    "letters": "a ",
    "won": "won ",
    "brackets": "(",
    "to": "to ",
    "dots": ". ",
    "no blanks": "abcdefghij1234567890",
    "digits": "123456789",
    "half": "a half ",
    "money": "1 won ",
    "dollars": "$5 ",
    "Hangul without blanks": "가나다라마바사",
    "Korean": "세대당 파철 7kg 3만원 내라고 ",
    "hyphens": "a-",
    "owners": "a's ",
    "names": "Kim Chol-su, 43, and Ri Myong-hui from Hyesan, Ranam District, Ryanggang Province said; ",
    "addresses": "a@b ",
    "links": "http://",
    "phones": "+82 10 1234 5678 ",
    "dates": "Oct. 15, 2020 and ",
    "goods": "5 kg of rice and ",
    "prices": "a kilogram of rice cost 4,800 won and 3,000 in Sinuiju ",
    "lines": "\n",
    "orders": "each household must hand in 5 kg of rice and ",
    "shut": "lockdown for 20 days in Hyesan. ",
    "blanks": " ",
    "quotes": "\"' ",
    "seized": "bribe of rice confiscated corn ",
    "unknown places": "Xx District ",
    "nothing given": "Nothing was given, not 5 kg of rice, from 8 PM to 5 AM. ",
}


@pytest.mark.parametrize("by", ["rules", "weights"])
@pytest.mark.parametrize("name", ARTIFICIAL)
def test_time_doubles_with_the_text(name: str, by: str) -> None:
    """Twice as much of an artificial text takes about twice as long: nothing in either reader is quadratic."""
    piece, judges = ARTIFICIAL[name], shipped() if by == "weights" else NONE

    def seconds(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size]
        times = []
        for _ in range(2):
            began = time.process_time()
            read(text, id="r", published="2021-10-20", judges=judges)
            times.append(time.process_time() - began)
        return min(times)

    seconds(2_000)
    short, long = seconds(SIZE), seconds(4 * SIZE)
    assert long < 8 * short + 0.2, f"{long:.2f} s for four times what took {short:.2f} s"


def test_time_grows_with_many_reports_in_one() -> None:
    """Eight times as many reports in one text take at most sixteen times as long."""

    def seconds(text: str) -> float:
        began = time.process_time()
        read(text, id="r", published="2021-10-20")
        return time.process_time() - began

    short = "\n\n".join(texts())[:250_000]
    assert seconds("\n\n".join([short] * 8)) < 16 * min(seconds(short), seconds(short)) + 0.5


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
