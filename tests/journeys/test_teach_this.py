"""The closed loop with the real teacher, student and chat: a wrong answer is corrected, taught, and asked again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labdesk.core import paths
from labdesk.core.workspace import Workspace
from labdesk.gui import theme
from labdesk.gui.app import make_context
from labdesk.gui.chat.view import ChatView
from labdesk.gui.context import SettingsStore
from labdesk.gui.window import Window

QUESTION = "What colour is the front door of Marrowby Light?"
RIGHT = "Bright orange"
HOUR = 3_600_000


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path) -> Iterator[Window]:
    theme.apply(qapp, "light")
    made = Window(make_context(Workspace.create(tmp_path / "lighthouse"), SettingsStore(paths.settings_file())))
    made.show()
    yield made
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_a_wrong_answer_is_corrected_taught_and_asked_again(window: Window, qtbot: QtBot) -> None:
    view = window.go("chat")
    assert isinstance(view, ChatView)
    qtbot.waitUntil(lambda: len(view.index.leaves) == 4, timeout=20_000)
    view.composer.field.setPlainText(QUESTION)
    qtbot.mouseClick(view.composer.send, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(view.session.chat.exchanges) and not view.session.busy, timeout=180_000)
    before = next(iter(view.session.chat.path()[0].answers.values())).text
    assert "orange" not in before.casefold()
    qtbot.waitUntil(lambda: bool(view.transcript.exchanges), timeout=5_000)
    card = next(iter(view.transcript.exchanges[0].answers.values()))
    qtbot.mouseClick(card.teach, Qt.MouseButton.LeftButton)
    dialog = view.teaching.dialog
    assert dialog is not None and dialog.leaf == "knowledge/places/marrowby_light"
    dialog.answer.setPlainText(RIGHT)
    qtbot.mouseClick(dialog.reteach, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(view.session.chat.exchanges) == 2 and not view.session.busy, timeout=2 * HOUR)
    after = view.session.chat.path()[0].answers
    assert after["before"].text == before
    assert "orange" in after["after"].text.casefold(), after["after"].text
    for child in window.context.jobs._children:
        child.wait(timeout=60)
