"""Questions asked of another process: answered, given up without waiting, and put off until somebody looks."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from labdesk.gui import errand as errand_module
from labdesk.gui.errand import Errand

_ANSWER = """import json, sys; print(json.dumps({"asked": sys.argv[1:]}), flush=True)"""
_NEVER = "import time; time.sleep(60)"


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What runs in place of labdesk's command line; tests change the list."""
    chosen = [sys.executable, "-c", _ANSWER]
    monkeypatch.setattr(errand_module, "labdesk_command", lambda *arguments: [*chosen, *arguments])
    return chosen


def test_an_answer_comes_line_by_line_and_then_the_end(app: QApplication, qtbot: QtBot, program: list[str]) -> None:
    errand = Errand()
    heard: list[object] = []
    errand.line.connect(heard.append)
    with qtbot.waitSignal(errand.ended):
        errand.run("plan", "somewhere")
    assert heard == [{"asked": ["plan", "somewhere", "--json"]}]
    assert not errand.busy


def test_a_long_answer_is_read_in_turns_and_whole(app: QApplication, qtbot: QtBot, program: list[str]) -> None:
    program[2] = "for n in range(20_000): print('{\"n\":', n, '}')"
    errand = Errand()
    heard: list[object] = []
    turns: list[int] = []
    errand.line.connect(heard.append)
    timer = QTimer(errand)
    timer.timeout.connect(lambda: turns.append(len(heard)))
    timer.start(0)
    with qtbot.waitSignal(errand.ended, timeout=30_000):
        errand.run("plan")
    assert heard == [{"n": n} for n in range(20_000)]
    assert len({count for count in turns if 0 < count < 20_000}) > 1  # the window had turns of its own in between


def test_giving_up_does_not_wait_and_the_process_ends(app: QApplication, qtbot: QtBot, program: list[str]) -> None:
    program[2] = _NEVER
    errand = Errand()
    errand.run("plan")
    process = errand.findChild(QProcess)
    assert process is not None
    assert process.waitForStarted()
    ended: list[int] = []
    process.finished.connect(lambda code, _status: ended.append(code))
    before = time.perf_counter()
    errand.close()
    assert time.perf_counter() - before < 1.0  # the process would sleep for 60 s
    assert not errand.busy
    qtbot.waitUntil(lambda: bool(ended))


def test_an_errand_that_is_replaced_says_nothing(app: QApplication, qtbot: QtBot, program: list[str]) -> None:
    errand = Errand()
    heard: list[object] = []
    errand.line.connect(heard.append)
    errand.run("first")
    with qtbot.waitSignal(errand.ended):
        errand.run("second")
    assert heard == [{"asked": ["second", "--json"]}]


def test_nothing_is_asked_before_the_asker_is_shown(app: QApplication, qtbot: QtBot, program: list[str]) -> None:
    asker = QWidget()
    qtbot.addWidget(asker)
    errand = Errand(asker, asker=asker)
    errand.run("first")
    errand.run("second")
    assert errand.busy
    assert errand.findChild(QProcess) is None
    heard: list[object] = []
    errand.line.connect(heard.append)
    with qtbot.waitSignal(errand.ended):
        asker.show()
    assert heard == [{"asked": ["second", "--json"]}]


def test_a_program_that_cannot_start_is_an_error(
    app: QApplication, qtbot: QtBot, program: list[str], tmp_path: Path
) -> None:
    program[:] = [str(tmp_path / "nothing")]
    errand = Errand()
    with qtbot.waitSignals([errand.failed, errand.ended]):
        errand.run("plan")
    assert not errand.busy
