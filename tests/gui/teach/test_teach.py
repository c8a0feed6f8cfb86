"""Teach: what a person does there, on the starter taxonomy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from labdesk.core.taxonomy.leaf import LeafKind, read_leaf
from labdesk.core.workspace import Workspace
from labdesk.gui.context import GuiContext
from labdesk.gui.teach.example_cards import OddCard
from labdesk.gui.teach.fields import TextField
from labdesk.gui.teach.new_leaf import NewLeaf
from labdesk.gui.teach.view import TeachView
from labdesk.gui.window import Window

LIGHT = "knowledge/places/marrowby_light"
NOTE = "compositional_skills/writing/freeform/harbour_note"
Settle = Callable[[Callable[[], bool]], None]


@pytest.fixture
def view(window: Window, settle: Settle) -> TeachView:
    """Teach with its first leaf open and all of its cards made."""
    made = window.go("teach")
    assert isinstance(made, TeachView)
    settle(lambda: made.editor.leaf is not None and len(made.leaf.form.cards) == 5)
    settle(lambda: made.facts.count == 4 and not made.facts.invalid)
    return made


def _file(workspace: Workspace, leaf: str) -> Path:
    return workspace.taxonomy / leaf / "qna.yaml"


def _field(view: TeachView, *path: str | int) -> TextField:
    field = view.leaf.form.rows()[path].field
    assert isinstance(field, TextField)
    return field


def test_opening_every_leaf_changes_no_file(view: TeachView, workspace: Workspace, settle: Settle) -> None:
    before = {file: file.read_bytes() for file in workspace.taxonomy.rglob("*") if file.is_file()}
    for leaf in (NOTE, LIGHT, "compositional_skills/grounded/extraction/visitor_book"):
        view.tree.select(leaf)
        settle(lambda leaf=leaf: view.editor.leaf is not None and view.editor.leaf.path == leaf)
        view.leaf.save()
        view.leaf.tabs.setCurrentIndex(1)
        view.leaf.tabs.setCurrentIndex(0)
    assert {file: file.read_bytes() for file in before} == before


def test_an_answer_that_was_typed_changes_only_its_line(view: TeachView, workspace: Workspace) -> None:
    before = _file(workspace, LIGHT).read_text("utf-8")
    field = _field(view, "seed_examples", 0, "questions_and_answers", 0, "answer")
    field.setPlainText("Fennick Isle")
    field.save()
    assert _file(workspace, LIGHT).read_text("utf-8") == before.replace(
        "        answer: Fennick Island", "        answer: Fennick Isle", 1
    )


def test_undo_brings_the_file_back_byte_by_byte(view: TeachView, workspace: Workspace, context: GuiContext) -> None:
    before = _file(workspace, LIGHT).read_bytes()
    view.editor.set(("domain",), "lighthouses")
    assert _file(workspace, LIGHT).read_bytes() != before
    context.actions["teach.undo"].trigger()
    assert _file(workspace, LIGHT).read_bytes() == before
    assert _field(view, "domain").toPlainText() == "places"
    context.actions["teach.redo"].trigger()
    assert _field(view, "domain").toPlainText() == "lighthouses"


def test_a_change_made_by_another_program_survives_an_edit(view: TeachView, workspace: Workspace) -> None:
    file = _file(workspace, LIGHT)
    file.write_text(file.read_text("utf-8").replace("domain: places", "domain: elsewhere"), "utf-8")
    view.editor.set(("created_by",), "ada")
    text = file.read_text("utf-8")
    assert "domain: elsewhere" in text
    assert "created_by: ada" in text
    assert _field(view, "domain").toPlainText() == "elsewhere"


def test_typing_is_not_overwritten_by_a_change_elsewhere(view: TeachView, window: Window, qtbot: QtBot) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    field = _field(view, "domain")
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.setPlainText("half a wor")
    view.editor.set(("created_by",), "ada")
    assert field.toPlainText() == "half a wor"


def test_examples_are_added_moved_duplicated_and_removed(view: TeachView, workspace: Workspace, settle: Settle) -> None:
    view.tree.select(NOTE)
    settle(lambda: len(view.leaf.form.cards) == 6)
    first = _field(view, "seed_examples", 0, "question").toPlainText()
    view.leaf.form._obey(0, "down")
    assert _field(view, "seed_examples", 1, "question").toPlainText() == first
    view.leaf.form._obey(1, "copy")
    settle(lambda: len(view.leaf.form.cards) == 7)
    view.leaf.form.add_seed()
    settle(lambda: len(view.leaf.form.cards) == 8)
    view.leaf.form._obey(7, "remove")
    view.leaf.form._obey(2, "remove")
    settle(lambda: len(view.leaf.form.cards) == 6)
    leaf = read_leaf(workspace.taxonomy / NOTE, workspace.taxonomy)
    assert leaf.is_valid
    assert leaf.seed_examples[1].question == first


def test_a_problem_stands_beside_its_field_and_its_fix_mends_it(view: TeachView, workspace: Workspace) -> None:
    file = _file(workspace, LIGHT)
    file.write_text(file.read_text("utf-8").replace('answer: "1874"', "answer: 1874"), "utf-8")
    view.editor.reload()
    row = view.leaf.form.rows()[("seed_examples", 0, "questions_and_answers", 2, "answer")]
    assert row.problem.text()
    row.fix.click()
    assert not row.problem.text()
    assert read_leaf(file, workspace.taxonomy).is_valid


def test_a_file_that_is_not_yaml_is_shown_as_text_and_can_be_mended(
    view: TeachView, workspace: Workspace, settle: Settle
) -> None:
    file = _file(workspace, LIGHT)
    good = file.read_text("utf-8")
    file.write_text(good.replace("domain: places", "domain: [places"), "utf-8")
    view.editor.reload()
    assert view.leaf.problems.rows
    view.leaf.problems.chosen.emit(0)
    assert view.leaf.tabs.currentWidget() is view.leaf.yaml
    view.leaf.yaml.text.selectAll()
    view.leaf.yaml.text.insertPlainText(good)
    view.leaf.yaml.save_button.click()
    assert file.read_text("utf-8") == good
    settle(lambda: not view.leaf.problems.rows and len(view.leaf.form.cards) == 5)


def test_windows_line_ends_survive_the_yaml_tab(view: TeachView, workspace: Workspace) -> None:
    file = _file(workspace, LIGHT)
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    view.editor.reload()
    view.leaf.tabs.setCurrentIndex(1)
    text = view.leaf.yaml.text
    text.setPlainText(text.toPlainText().replace("domain: places", "domain: coasts"))
    text.document().setModified(True)
    view.leaf.yaml.save()
    data = file.read_bytes()
    assert b"domain: coasts\r\n" in data
    assert data.count(b"\n") == data.count(b"\r\n")


@pytest.mark.parametrize("kind", list(LeafKind))
def test_a_new_leaf_is_a_draft_with_no_red_in_it(
    view: TeachView, workspace: Workspace, settle: Settle, kind: LeafKind
) -> None:
    root = "knowledge" if kind is LeafKind.KNOWLEDGE else "compositional_skills"
    view.verbs.make_leaf(NewLeaf(f"{root}/history/my_town", kind, "My town and its mill"))
    settle(lambda: view.editor.leaf is not None and view.editor.leaf.path.endswith("my_town"))
    settle(lambda: len(view.leaf.form.cards) == 5)
    assert view.editor.leaf is not None
    assert view.editor.leaf.kind is kind
    assert not any(row.problem.text() for row in view.leaf.form.rows().values())
    assert not view.leaf.problems.rows
    settle(lambda: view.facts.invalid == [f"{root}/history/my_town"])
    settle(lambda: view.bar.rest.text() == "Finish the one left out")
    assert view.start.text() == "Generate && train"
    assert "My town" in view.bar.rest.toolTip()


def test_the_button_asks_to_teach_when_all_is_ready(view: TeachView, window: Window, qtbot: QtBot) -> None:
    window.context.intents.teach.disconnect()
    with qtbot.waitSignal(window.context.intents.teach) as asked:
        view.start.click()
    assert asked.args == [()]


def test_the_button_leads_to_what_is_missing(view: TeachView, workspace: Workspace, settle: Settle) -> None:
    file = _file(workspace, NOTE)
    workspace.write_leaf_file(f"{NOTE}/qna.yaml", file.read_bytes().replace(b"version: 3", b"version: 9"))
    settle(lambda: view.facts.invalid == [NOTE])
    view.bar.rest.click()
    assert view.tree.selected() == NOTE


def test_with_nothing_ready_the_button_leads_to_the_first(
    view: TeachView, workspace: Workspace, settle: Settle
) -> None:
    leaves = [file.relative_to(workspace.taxonomy).parent.as_posix() for file in workspace.taxonomy.rglob("qna.yaml")]
    for leaf in leaves:
        workspace.write_leaf_file(f"{leaf}/qna.yaml", b"version: 9\n")
    settle(lambda: len(view.facts.invalid) == len(leaves))
    settle(lambda: view.start.text().startswith("Finish"))
    assert view.bar.rest.isHidden()
    view.start.click()
    assert view.tree.selected() == view.facts.invalid[0]


def test_rename_keeps_the_leaf_open_and_trash_can_be_undone(
    view: TeachView, workspace: Workspace, settle: Settle
) -> None:
    view.verbs.rename(LIGHT, "old_light")
    new = "knowledge/places/old_light"
    assert view.editor.leaf is not None
    assert view.editor.leaf.path == new
    view.verbs.delete([new])
    settle(lambda: view.editor.leaf is None)
    assert not (workspace.taxonomy / new).exists()
    assert view.banner._action is not None
    view.banner._action.click()
    assert (workspace.taxonomy / new / "qna.yaml").exists()
    assert view.tree.selected() == new


def test_selected_text_of_the_document_becomes_a_passage(view: TeachView, settle: Settle) -> None:
    settle(lambda: bool(view.document.text.toPlainText()))
    cursor = view.document.text.textCursor()
    start = view.document.text.toPlainText().index("The tower is round")
    cursor.setPosition(start)
    cursor.setPosition(start + 40, QTextCursor.MoveMode.KeepAnchor)
    view.document.text.setTextCursor(cursor)
    view.document.use.click()
    settle(lambda: len(view.leaf.form.cards) == 6)
    assert view.editor.leaf is not None
    assert view.editor.leaf.seed_contexts[5].context.startswith("The tower is round and thick")


def test_a_document_that_is_chosen_is_copied_beside_the_leaf(
    view: TeachView, workspace: Workspace, tmp_path: Path, settle: Settle
) -> None:
    view.verbs.make_leaf(NewLeaf("knowledge/history/my_town", LeafKind.KNOWLEDGE, "My town"))
    source = tmp_path / "town.md"
    source.write_text("# My town\n\nIt has a mill.\n", "utf-8")
    view.documents.add(source)
    assert (workspace.taxonomy / "knowledge/history/my_town/town.md").read_bytes() == source.read_bytes()
    settle(lambda: "mill" in view.document.text.toPlainText())


def test_attribution_is_saved_when_a_field_is_left(view: TeachView, workspace: Workspace) -> None:
    edit = view.leaf.form.attribution._edits["creators"]
    edit.setText("Ada Byron")
    edit.editingFinished.emit()
    assert "Creator names: Ada Byron" in (workspace.taxonomy / LIGHT / "attribution.txt").read_text("utf-8")


def test_return_in_the_search_field_and_arrow_keys_reach_a_leaf(view: TeachView, qtbot: QtBot) -> None:
    view.tree.view.setFocus()
    before = view.tree.selected()
    qtbot.keyClick(view.tree.view, Qt.Key.Key_Down)
    assert view.tree.selected() != before


def test_an_entry_that_is_no_example_has_a_card_of_its_own_and_shifts_no_other(
    view: TeachView, workspace: Workspace, settle: Settle
) -> None:
    file = _file(workspace, NOTE)
    good = file.read_bytes()
    file.write_bytes(good.replace(b"seed_examples:\n", b"seed_examples:\n  - just a word\n"))
    view.tree.select(NOTE)
    settle(lambda: len(view.leaf.form.cards) == 7)
    assert view.editor.leaf is not None
    assert isinstance(view.leaf.form.cards[0], OddCard)
    question = _field(view, "seed_examples", 3, "question")
    question.setPlainText("Which boat is it?")
    question.save()
    assert read_leaf(file, workspace.taxonomy).seed_examples[2].question == "Which boat is it?"
    view.leaf.form._obey(0, "remove")
    settle(lambda: len(view.leaf.form.cards) == 6 and not any(isinstance(c, OddCard) for c in view.leaf.form.cards))
    assert read_leaf(file, workspace.taxonomy).is_valid
