"""A choice that can be searched: entries by any part of their words, other texts as typed, told once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from labdesk.gui.widgets.choice import SearchableChoice

ENTRIES = (("MIT", "MIT License. Use it for anything."), ("CC-BY-4.0", "Creative Commons. Name the author."))


@pytest.fixture
def choice(app: QApplication, qtbot: QtBot) -> SearchableChoice:
    made = SearchableChoice("Licence", ENTRIES)
    qtbot.addWidget(made)
    made.show()
    return made


def typed(choice: SearchableChoice, text: str) -> QLineEdit:
    edit = choice.lineEdit()
    assert edit is not None
    edit.setText(text)  # keys would open the list, and no offscreen window can take the keyboard for it
    return edit


def test_it_starts_empty_and_has_its_name(choice: SearchableChoice) -> None:
    assert choice.key == "" and choice.currentText() == "" and choice.count() == 2
    edit = choice.lineEdit()
    assert edit is not None and edit.accessibleName() == choice.accessibleName() == "Licence"


def test_an_entry_is_found_by_any_part_of_its_words(choice: SearchableChoice, qtbot: QtBot) -> None:
    completer = choice.completer()
    completer.setCompletionPrefix("author")
    assert completer.completionCount() == 1 and completer.currentCompletion().startswith("CC-BY-4.0")
    told: list[str] = []
    choice.chosen.connect(told.append)
    completer.activated[str].emit(completer.currentCompletion())
    assert (told, choice.key) == (["CC-BY-4.0"], "CC-BY-4.0")
    qtbot.waitUntil(lambda: choice.currentText() == "CC-BY-4.0")


def test_another_text_is_taken_as_typed_and_told_once(choice: SearchableChoice) -> None:
    told: list[str] = []
    choice.chosen.connect(told.append)
    edit = typed(choice, "  My own terms ")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    edit.editingFinished.emit()
    assert (told, choice.key, choice.count()) == (["My own terms"], "My own terms", 2)


def test_showing_tells_nobody(choice: SearchableChoice) -> None:
    told: list[str] = []
    choice.chosen.connect(told.append)
    choice.show_key("MIT")
    choice.show_key("unknown")
    assert not told and choice.currentText() == "unknown" and choice.currentIndex() == -1


def test_an_entry_from_the_list_is_told_by_its_key(choice: SearchableChoice) -> None:
    told: list[str] = []
    choice.chosen.connect(told.append)
    choice.setCurrentIndex(0)
    choice.activated.emit(0)
    assert told == ["MIT"] and choice.currentText() == "MIT"


def test_the_wheel_scrolls_the_form_and_changes_nothing(choice: SearchableChoice) -> None:
    choice.show_key("MIT")
    choice.clearFocus()
    at, none = QPointF(5, 5), QPoint()
    wheel = QWheelEvent(
        at, at, none, QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(choice, wheel)
    assert choice.key == "MIT" and choice.currentText() == "MIT"
