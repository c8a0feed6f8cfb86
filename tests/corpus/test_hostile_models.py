"""T1 to T8: hostile templates, model folders, Markdown, archives and headers run nothing, read nothing outside, connect
nowhere, and cost little. Each family runs in a process of its own, watched by the interpreter's audit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: How many cases each family has at least; together more than two hundred.
LEAST = {"pickles": 30, "folders": 30, "names": 30, "templates": 55, "headers": 80, "archives": 20, "texts": 30}
MILLISECONDS = 250
MEGABYTES = 200


@pytest.mark.skipif(os.name == "nt", reason="pipes and links as on Unix")
@pytest.mark.parametrize("family", LEAST)
def test_nothing_gets_out(family: str, tmp_path: Path) -> None:
    folder = tmp_path / "case" / "inside"
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.corpus.hostile_run", family, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"{family}: {found['tried']} tried, most {found['ms']} ms of processor time, {found['mb']} MB")
    assert found["tried"] >= LEAST[family]
    assert found["broken"] == [] and found["outside"] == [], "something was run, read, or reached"
    assert found["wrong"] == []
    assert found["accepted"] == []
    assert found["ms"] <= MILLISECONDS, found["slowest"]
    assert found["mb"] <= MEGABYTES
