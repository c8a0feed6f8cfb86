"""The new-leaf assistant, by mouse and by keyboard, up to the open draft."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QRadioButton
from pytestqt.qtbot import QtBot

from labdesk.core.taxonomy.leaf import LeafKind, read_leaf
from labdesk.core.taxonomy.tree import read_tree
from labdesk.core.workspace import Workspace
from labdesk.gui.teach.new_leaf import NewLeafDialog
from labdesk.gui.teach.view import TeachView
from labdesk.gui.window import Window

LIGHT = "knowledge/places/marrowby_light"
Settle = Callable[[Callable[[], bool]], None]


@pytest.fixture
def view(window: Window, settle: Settle) -> TeachView:
    made = window.go("teach")
    assert isinstance(made, TeachView)
    settle(lambda: made.editor.leaf is not None and made.facts.count == 4)
    return made


@pytest.fixture
def dialog(app: object, workspace: Workspace, qtbot: QtBot) -> NewLeafDialog:
    made = NewLeafDialog(read_tree(workspace.taxonomy).top)
    qtbot.addWidget(made)
    made.show()
    return made


def opened(view: TeachView) -> NewLeafDialog:
    view.verbs.ask_new("")
    return next(one for one in view.findChildren(NewLeafDialog) if one.isVisible())


def radio(dialog: NewLeafDialog, title: str) -> QRadioButton:
    return next(one for one in dialog.findChildren(QRadioButton) if one.text() == title)


def test_by_mouse_to_an_open_draft(view: TeachView, workspace: Workspace, tmp_path: Path, settle: Settle) -> None:
    source = tmp_path / "mill.md"
    source.write_text("# The mill\n\nThe mill of Oldwick grinds rye.\n", "utf-8")
    dialog = opened(view)
    card = radio(dialog, "Facts from a document").parentWidget()
    QTest.mouseDClick(card, Qt.MouseButton.LeftButton)
    QTest.keyClicks(dialog.details.about, "The mill of Oldwick and its museum")
    dialog.details.take_document(source)
    QTest.mouseClick(dialog._next, Qt.MouseButton.LeftButton)
    settle(lambda: view.editor.leaf is not None and view.editor.leaf.path == "knowledge/places/mill_oldwick_museum")
    leaf = read_leaf(workspace.taxonomy / "knowledge/places/mill_oldwick_museum", workspace.taxonomy)
    assert leaf.kind is LeafKind.KNOWLEDGE
    assert leaf.document_outline == "The mill of Oldwick and its museum"
    assert leaf.domain == "places"
    settle(lambda: "rye" in view.document.text.toPlainText())
    assert "is made, in Knowledge › Places" in view.banner.words
    assert "five passages" in view.banner.words


def test_by_keyboard_to_an_open_draft(view: TeachView, workspace: Workspace, settle: Settle) -> None:
    dialog = opened(view)
    QTest.keyClick(radio(dialog, "How to do a task"), Qt.Key.Key_Space)  # arrow keys need an active window
    assert radio(dialog, "How to do a task").isChecked()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    QTest.keyClicks(dialog.details.about, "Write a limerick")
    QTest.keyClick(dialog.details.about, Qt.Key.Key_Return)
    path = "compositional_skills/writing/freeform/poetry/limerick"
    settle(lambda: view.editor.leaf is not None and view.editor.leaf.path == path)
    assert read_leaf(workspace.taxonomy / path, workspace.taxonomy).task_description == "Write a limerick"
    assert "five examples" in view.banner.words


def test_a_name_that_is_taken_is_refused_with_ways_out(dialog: NewLeafDialog, qtbot: QtBot) -> None:
    dialog.forward()
    QTest.keyClicks(dialog.details.about, "Marrowby light")
    assert dialog.answer().path == LIGHT
    assert not dialog._next.isEnabled()
    assert "already a leaf" in dialog.details._trouble.text()
    dialog.details._better.click()
    assert dialog.answer().path == f"{LIGHT}_2"
    assert dialog._next.isEnabled()
    dialog.details.name.setText("Marrowby Light")
    with qtbot.waitSignal(dialog.open_wanted) as asked:
        dialog.details._open.click()
    assert asked.args == [LIGHT]


def test_what_is_typed_by_hand_is_not_proposed_away(dialog: NewLeafDialog) -> None:
    dialog.forward()
    details = dialog.details
    QTest.keyClicks(details.about, "A village")
    details.place.lineEdit().clear()
    QTest.keyClicks(details.place.lineEdit(), "Old Things/../x")
    details.name.clear()
    QTest.keyClicks(details.name, "../Über Town!")
    QTest.keyClicks(details.about, " of frogs and planets")
    assert dialog.answer().path == "knowledge/old_things/x/uber_town"
    dialog.back()
    dialog.forward()
    assert dialog.answer().path == "knowledge/old_things/x/uber_town"


def test_it_says_what_is_missing(dialog: NewLeafDialog) -> None:
    dialog.forward()
    assert "one sentence" in dialog._next.toolTip()
    dialog.details.about.setText("日本語の文法")  # QTest can type Latin only
    dialog.details._propose()
    assert "short name" in dialog._next.toolTip()
    assert not dialog._next.isEnabled()
    QTest.keyClicks(dialog.details.name, "grammar")
    assert dialog._next.isEnabled()


def test_only_facts_want_a_document(dialog: NewLeafDialog, tmp_path: Path) -> None:
    source = tmp_path / "sea-animals.md"
    source.write_text("x", "utf-8")
    dialog.forward()
    dialog.details.take_document(source)
    assert dialog.details.about.text() == "Sea animals"
    assert dialog.answer().document == source
    dialog.back()
    radio(dialog, "How to do a task").setChecked(True)
    dialog.forward()
    assert dialog.answer().document is None
    assert not dialog.details._document.isVisible()


def test_the_selected_branch_is_kept(app: object, workspace: Workspace, qtbot: QtBot) -> None:
    dialog = NewLeafDialog(read_tree(workspace.taxonomy).top, "compositional_skills/writing/freeform")
    qtbot.addWidget(dialog)
    assert radio(dialog, "How to do a task").isChecked()
    dialog.forward()
    dialog.details.about.setText("Tell a joke")
    dialog.details._propose()
    assert dialog.answer().path == "compositional_skills/writing/freeform/joke"
