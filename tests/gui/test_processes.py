"""A program that ends without an event loop, or an owner that goes, takes its processes along: without a word of Qt."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import psutil
import pytest

_BEGIN = """
    import sys
    from PySide6.QtWidgets import QApplication
    from labdesk.gui.errand import Errand
    from labdesk.gui.line_process import LineProcess

    app = QApplication([])
    process = LineProcess(app)
    process.start([sys.executable, "-c", "import sys, time; sys.stdin.read(); time.sleep(60)"])
    while not process.pid:
        app.processEvents()
    errand = Errand(app)
    errand.run("models")
    errand._process.waitForStarted()
    print(process.pid, errand._process.processId(), flush=True)
"""


@pytest.mark.parametrize(
    "end",
    ["", "process.retire(60_000); errand.close()", "process.setParent(None); del process, errand"],
    ids=["at work", "not wanted any more", "without an owner"],
)
def test_nothing_is_left_and_nothing_is_said(end: str) -> None:
    script = textwrap.dedent(_BEGIN) + end
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "QProcess" not in done.stderr and "Error" not in done.stderr
    assert not any(psutil.pid_exists(int(pid)) for pid in done.stdout.split())
