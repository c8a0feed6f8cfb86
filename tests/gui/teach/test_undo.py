"""Undo reaches over leaf edits and verbs of the tree, says what it will do, and works after a restart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from labdesk.core.workspace import Workspace
from labdesk.gui.context import GuiContext
from labdesk.gui.teach.view import TeachView
from labdesk.gui.window import Window

LIGHT = "knowledge/places/marrowby_light"
Settle = Callable[[Callable[[], bool]], None]


@pytest.fixture
def view(window: Window, settle: Settle) -> TeachView:
    made = window.go("teach")
    assert isinstance(made, TeachView)
    settle(lambda: made.editor.leaf is not None and len(made.leaf.form.cards) == 5)
    return made


def _files(workspace: Workspace) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in workspace.taxonomy.rglob("*") if file.is_file()}


def test_edits_and_verbs_are_undone_in_turn_and_done_again(
    view: TeachView, workspace: Workspace, context: GuiContext
) -> None:
    first = _files(workspace)
    view.editor.set(("domain",), "coasts")
    view.verbs.rename(LIGHT, "old_light")
    view.verbs.delete(["knowledge/places/old_light"])
    last = _files(workspace)
    undo, redo = context.actions["teach.undo"], context.actions["teach.redo"]
    assert undo.text() == "Undo Delete “Old light”"
    undo.trigger()
    assert view.tree.selected() == "knowledge/places/old_light"
    undo.trigger()
    assert view.editor.leaf is not None
    assert view.editor.leaf.path == LIGHT
    undo.trigger()
    assert _files(workspace) == first
    assert not undo.isEnabled()
    assert redo.text() == "Redo Edit “Marrowby light”"
    for _ in range(3):
        redo.trigger()
    assert _files(workspace) == last
    assert not redo.isEnabled()


def test_what_was_done_before_the_window_opened_can_be_undone(
    workspace: Workspace, context: GuiContext, qtbot: QtBot, settle: Settle
) -> None:
    Workspace.open(workspace.root).rename(LIGHT, "knowledge/places/tower")
    window = Window(context)
    qtbot.addWidget(window)
    window.go("teach")
    settle(lambda: context.actions["teach.undo"].isEnabled())
    assert context.actions["teach.undo"].text() == "Undo Rename “Marrowby light”"
    context.actions["teach.undo"].trigger()
    assert (workspace.taxonomy / LIGHT / "qna.yaml").exists()


def test_a_step_that_another_program_changed_since_can_be_left_out(
    view: TeachView, workspace: Workspace, context: GuiContext
) -> None:
    view.verbs.rename("compositional_skills/writing", "letters")
    view.editor.set(("domain",), "coasts")
    file = workspace.taxonomy / LIGHT / "qna.yaml"
    file.write_bytes(file.read_bytes() + b"# by hand\n")
    context.actions["teach.undo"].trigger()
    assert file.read_bytes().endswith(b"# by hand\n")
    assert view.banner._action is not None
    view.banner._action.click()
    context.actions["teach.undo"].trigger()
    assert (workspace.taxonomy / "compositional_skills/writing").is_dir()


def test_the_key_belongs_to_the_field_only_while_it_has_typing_to_take_back(view: TeachView, qtbot: QtBot) -> None:
    field = view.tree.search
    view._undo_keys._follow(None, field)
    qtbot.keyClicks(field, "light")
    assert _keeps_the_key(field)
    field.undo()
    assert not _keeps_the_key(field)
    view._undo_keys._follow(field, None)


def _keeps_the_key(field: QWidget) -> bool:
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    event.ignore()
    QApplication.sendEvent(field, event)
    return event.isAccepted()
