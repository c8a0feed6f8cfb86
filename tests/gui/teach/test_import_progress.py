"""How long converting still takes: told by the bytes read, and by nothing but the limit within the first file."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labdesk.gui.teach.import_progress import ImportProgress


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_time_left_follows_the_bytes(app: QApplication, qtbot: QtBot) -> None:
    clock = Clock()
    made = ImportProgress(clock=clock)
    qtbot.addWidget(made)
    made.begin("Reading 4 documents", 120.0)
    assert made.left.text() == ""  # nothing is known yet
    clock.now = 10.0
    made.say("Reading b.pdf (2 of 4)", 0.25)
    assert made.left.text() == "About 30 s left"
    clock.now = 20.0
    made._show_left()
    assert made.left.text() == "About 20 s left"
    clock.now = 45.0
    made._show_left()
    assert made.left.text() == "35 s so far; a file that takes longer than 2 min is left out"


def test_a_single_file_has_a_limit_and_a_host_has_none(app: QApplication, qtbot: QtBot) -> None:
    clock = Clock()
    made = ImportProgress(clock=clock)
    qtbot.addWidget(made)
    made.begin("Reading mill.pdf", 120.0)
    clock.now = 8.0
    made._show_left()
    assert made.left.text() == "8 s so far; a file that takes longer than 2 min is left out"
    made.begin("Asking example.org")
    clock.now = 16.0
    made._show_left()
    assert made.left.text() == "8 s so far"
