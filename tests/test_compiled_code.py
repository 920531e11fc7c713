"""Compiled code is kept between runs, and never outlives the source it was made from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import inminban

SETTLED = """
import numpy as np
from inminban.engine import trade
from inminban.engine.inputs import SCALAR_TYPE
from inminban.engine.state import ITEM
markets = np.zeros((3, 1), ITEM)
markets["market"], markets["usual"] = 1, 1 << 30
markets["log"][0], markets["waiting"][2], markets["pull"][0] = 1 << 32, 3, 1
x = np.zeros(1, SCALAR_TYPE)
x["trade_speed"], x["trade_most"] = 1 << 20, 1 << 14
trade.settle(markets, np.ones(3, bool), x[0], 7)
hits = sum(trade.settle.stats.cache_hits.values())
print(int(markets["pull"][0, 0]), hits)
"""


def settled(source: Path, cache: Path) -> tuple[int, int]:
    """What an area wants to import, worked out by a copy of the package, and how much of it was compiled before."""
    env = os.environ | {"PYTHONPATH": str(source), "XDG_CACHE_HOME": str(cache)}
    env.pop("NUMBA_CACHE_DIR", None)
    done = subprocess.run([sys.executable, "-c", SETTLED], env=env, capture_output=True, text=True, check=True)
    first, second = done.stdout.split()
    return int(first), int(second)


def test_a_changed_source_never_runs_stale_code(tmp_path: Path) -> None:
    """A constant changed in another module than the rule that uses it changes the result; changed back it is cached."""
    package = Path(inminban.__file__).parent
    leave_out = shutil.ignore_patterns("data", "__pycache__")
    shutil.copytree(package, tmp_path / "inminban", ignore=leave_out)
    scales = tmp_path / "inminban" / "engine" / "scales.py"
    usual = scales.read_text(encoding="utf-8")
    before, compiled = settled(tmp_path, tmp_path / "cache")
    assert compiled == 0
    scales.write_text(usual.replace("SHARE = 16 ", "SHARE = 15 "), encoding="utf-8")
    after, compiled = settled(tmp_path, tmp_path / "cache")
    assert (after, compiled) != (before, 1)
    assert after != before
    scales.write_text(usual, encoding="utf-8")
    assert settled(tmp_path, tmp_path / "cache") == (before, 1)
