"""Work ahead of need: drawn to its end, one step a turn, and the window builds its places with it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QStackedWidget
from pytestqt.qtbot import QtBot

from labdesk.gui.idle_steps import IdleSteps
from labdesk.gui.window import Window


def _count(found: list[int], to: int) -> Iterator[None]:
    for number in range(to):
        found.append(number)
        yield


def test_all_steps_are_taken(app: QApplication, qtbot: QtBot) -> None:
    found: list[int] = []
    owner = QObject()
    steps = IdleSteps(_count(found, 4), lambda: False, owner)
    assert found == []  # nothing before the window had its time
    qtbot.waitUntil(lambda: steps.done)
    assert found == [0, 1, 2, 3]


def test_stopped_steps_leave_the_rest(app: QApplication, qtbot: QtBot) -> None:
    found: list[int] = []
    owner = QObject()
    steps = IdleSteps(_count(found, 100_000), lambda: False, owner)
    qtbot.waitUntil(lambda: len(found) >= 2)
    steps.stop()
    many = len(found)
    qtbot.wait(200)
    assert len(found) == many


def test_nothing_is_done_while_the_person_waits_for_something_else(app: QApplication, qtbot: QtBot) -> None:
    found: list[int] = []
    owner = QObject()
    busy = [True]
    steps = IdleSteps(_count(found, 4), lambda: busy[0], owner)
    qtbot.wait(900)
    assert found == []
    busy[0] = False
    qtbot.waitUntil(lambda: steps.done)
    assert found == [0, 1, 2, 3]


def test_steps_stopped_before_they_began_never_begin(app: QApplication, qtbot: QtBot) -> None:
    found: list[int] = []
    owner = QObject()
    IdleSteps(_count(found, 3), lambda: False, owner).stop()
    qtbot.wait(900)
    assert found == []


def test_the_window_builds_every_place_ahead_and_stays_where_it_is(window: Window, qtbot: QtBot) -> None:
    stack = window.findChild(QStackedWidget)
    assert stack is not None
    assert stack.count() == 1
    qtbot.waitUntil(lambda: stack.count() == len(window.places), timeout=60_000)
    assert window.current == "teach"
    assert stack.currentIndex() == 0
