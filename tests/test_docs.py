"""What the README and the tutorial tell a newcomer to type works, and prints what they say."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"```(\w+)(?: (\S+))?\n(.*?)```", re.S)


def run_blocks(text: str, inminban: Callable[..., Any]) -> int:
    """Write the files, run the commands and the Python of a document; returns how many blocks ran."""
    done = 0
    for language, name, body in BLOCK.findall(text):
        if language == "file":
            Path(name).write_text(body, encoding="utf-8")
        elif language == "console":
            for command, shown in re.findall(r"^\$ inminban (.*)\n((?:[^$].*\n)*)", body, re.M):
                outcome = inminban(*shlex.split(command))
                assert outcome.code == (2 if shown.startswith("inminban:") else 0), outcome.err
                assert shown in outcome.out + outcome.err
        elif language == "python":
            exec(compile(body, "example", "exec"), {})
        else:
            continue
        done += 1
    return done


def test_the_tutorial_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inminban: Callable[..., Any]) -> None:
    """Every command of the tutorial, in its order, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    assert run_blocks((ROOT / "docs/tutorial.md").read_text(encoding="utf-8"), inminban) > 8
    assert (tmp_path / "burdens.csv").read_text(encoding="utf-8").count("\n") >= 4


def test_the_readme_example_prints_what_is_due(
    capsys: pytest.CaptureFixture[str], inminban: Callable[..., Any]
) -> None:
    """The Python of the README finds the two figures and weighs them."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    body = next(body for language, _, body in BLOCK.findall(text) if language == "python")
    exec(compile(body, "README", "exec"), {})
    out = capsys.readouterr().out
    assert "due scrap metal 7 kg household" in out
    assert "cash_in_lieu cash 30000 KPW household" in out
    assert "4% to 6% of a median month" in out


def test_the_two_lines_of_the_readme_are_the_contract() -> None:
    """Newcomers copy these lines; continuous integration runs the second."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    ci = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt . && .venv/bin/inminban demo\n" in text
    second = (
        "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e '.[dev]' && .venv/bin/python -m pytest\n"
    )
    assert second in text
    assert second.replace("pip install", "pip install -q") in ci


def test_links_in_the_docs_lead_somewhere() -> None:
    """No link to a file that is not there."""
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page.name}: {target}"
