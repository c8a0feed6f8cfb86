"""The tree of Teach: search, filter, many at once, drag and drop, names typed in place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from labdesk.core.taxonomy.tree import ROOTS
from labdesk.core.workspace import Workspace
from labdesk.gui import slices
from labdesk.gui.context import GuiContext
from labdesk.gui.teach.dialogs import MoveDialog, NameDialog
from labdesk.gui.teach.leaf_book import Progress
from labdesk.gui.teach.moving import outermost, packed, welcome
from labdesk.gui.teach.tree_filter import CHOICES
from labdesk.gui.teach.tree_menu import tree_menu
from labdesk.gui.teach.tree_model import BADGE, IS_LEAF, PATH
from labdesk.gui.teach.view import TeachView
from labdesk.gui.window import Window

LIGHT = "knowledge/places/marrowby_light"
NOTE = "compositional_skills/writing/freeform/harbour_note"
BOOK = "compositional_skills/grounded/extraction/visitor_book"
ABOARD = "foundational_skills/reasoning/order/last_aboard"
Settle = Callable[[Callable[[], bool]], None]


@pytest.fixture
def view(window: Window, settle: Settle) -> TeachView:
    made = window.go("teach")
    assert isinstance(made, TeachView)
    settle(lambda: made.editor.leaf is not None and made.facts.known == 4)
    settle(lambda: made.tree.book.tally.of("")["done"] == 4)
    return made


def _leaves(view: TeachView, parent: QModelIndex | None = None) -> set[str]:
    parent, found = parent or QModelIndex(), set()
    for row in range(view.tree.model.rowCount(parent)):
        index = view.tree.model.index(row, 0, parent)
        found |= _leaves(view, index)
        if index.data(IS_LEAF):
            found.add(index.data(PATH))
    return found


def _select(view: TeachView, *paths: str) -> None:
    view.tree.select(paths[0])
    for path in paths[1:]:
        index = view.tree.model.index_of(path)
        view.tree.view.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)


def test_search_finds_names_places_and_texts_and_opens_the_way_to_them(view: TeachView, settle: Settle) -> None:
    view.tree.search.setText("oil walnut")
    settle(lambda: _leaves(view) == {LIGHT})
    assert view.tree.view.isExpanded(view.tree.model.index_of("knowledge/places"))
    view.tree.search.setText("harbour")
    settle(lambda: NOTE in _leaves(view))
    view.tree.search.setText("no such words")
    settle(lambda: not _leaves(view))
    assert view.tree._stack.currentIndex() == 2
    view.tree.bar.clear()
    settle(lambda: len(_leaves(view)) == 4)
    assert view.tree.selected() == LIGHT
    assert view.editor.leaf is not None
    assert view.editor.leaf.path == LIGHT


def test_branches_count_what_fits_while_something_is_searched_for(view: TeachView, settle: Settle) -> None:
    root = view.tree.model.index_of("knowledge")
    ready = root.data(BADGE).text
    view.tree.search.setText("walnut oil")
    settle(lambda: _leaves(view) == {LIGHT})
    assert view.tree.model.index_of("knowledge/places").data(BADGE).text == "1"
    view.tree.bar.clear()
    settle(lambda: len(_leaves(view)) == 4)
    assert view.tree.model.index_of("knowledge").data(BADGE).text == ready


def test_teach_is_not_called_ready_before_its_leaves_are_checked(window: Window, settle: Settle) -> None:
    made = window.go("teach")
    assert isinstance(made, TeachView)
    settle(lambda: made.facts.known == 4)
    settle(lambda: "4 leaves ready" in window.rail.entry("teach").accessibleDescription())
    made.facts._known.popitem()
    assert made.state().kind == "running" and "Checking 4 leaves" in made.state().words


def test_what_was_closed_before_a_search_is_closed_after_it(view: TeachView, settle: Settle) -> None:
    view.tree.view.collapse(view.tree.model.index_of("compositional_skills"))
    view.tree.search.setText("harbour")
    settle(lambda: view.tree.view.isExpanded(view.tree.model.index_of("compositional_skills")))
    view.tree.search.clear()
    settle(lambda: len(_leaves(view)) == 4)
    assert not view.tree.view.isExpanded(view.tree.model.index_of("compositional_skills"))
    assert view.tree.view.isExpanded(view.tree.model.index_of("knowledge"))


def test_what_is_selected_before_its_row_is_there_is_opened_when_it_is(
    context: GuiContext, qtbot: QtBot, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "SLICE_SECONDS", 0.0)  # as if the taxonomy were large: one step a turn
    window = Window(context)
    qtbot.addWidget(window)
    view = window.go("teach", NOTE)
    assert isinstance(view, TeachView)
    assert not view.tree.selected()
    settle(lambda: view.editor.leaf is not None and view.editor.leaf.path == NOTE)
    assert view.tree.selected() == NOTE
    settle(lambda: view.facts.known == 4)
    view.verbs.rename(LIGHT, "tower")
    settle(lambda: view.tree.selected() == "knowledge/places/tower")
    settle(lambda: view.editor.leaf is not None and view.editor.leaf.path == "knowledge/places/tower")
    view.undo.undo()
    settle(lambda: view.editor.leaf is not None and view.editor.leaf.path == LIGHT)


def test_a_filter_follows_what_becomes_of_the_leaves(view: TeachView, workspace: Workspace, settle: Settle) -> None:
    view.tree.bar.choose(CHOICES[2])
    settle(lambda: not _leaves(view))
    file = workspace.taxonomy / NOTE / "qna.yaml"
    workspace.write_leaf_file(f"{NOTE}/qna.yaml", file.read_bytes().replace(b"version: 3", b"version: 9"))
    settle(lambda: _leaves(view) == {NOTE})
    assert "1 of 4" in view.tree.bar._said.text()
    view.tree.show_progress({LIGHT: Progress(True, False, 3.0, 90.0)})
    view.tree.bar.choose(CHOICES[4])
    settle(lambda: _leaves(view) == {LIGHT})
    view.tree.bar.choose(CHOICES[5])
    settle(lambda: _leaves(view) == {NOTE, BOOK, ABOARD})


def test_many_are_deleted_moved_and_copied_as_one_step(
    view: TeachView, workspace: Workspace, context: GuiContext, settle: Settle
) -> None:
    before = sorted(path for path in workspace.taxonomy.rglob("*") if path.is_file())
    _select(view, NOTE, BOOK)
    context.actions["teach.delete"].trigger()
    settle(lambda: _leaves(view) == {LIGHT, ABOARD})
    assert context.actions["teach.undo"].text() == "Undo Delete “Visitor book” and 1 more"
    assert view.banner._action is not None
    view.banner._action.click()
    settle(lambda: len(_leaves(view)) == 4)
    view.verbs.move([NOTE, BOOK], "knowledge/places")
    settle(lambda: {"knowledge/places/harbour_note", "knowledge/places/visitor_book"} <= _leaves(view))
    context.actions["teach.undo"].trigger()
    settle(lambda: {NOTE, BOOK} <= _leaves(view))
    view.verbs.duplicate([NOTE, "knowledge/places"])
    settle(lambda: {f"{NOTE}_2", "knowledge/places_2/marrowby_light"} <= _leaves(view))
    context.actions["teach.undo"].trigger()
    assert sorted(path for path in workspace.taxonomy.rglob("*") if path.is_file()) == before


def test_a_branch_and_a_leaf_in_it_count_once(view: TeachView) -> None:
    _select(view, "knowledge/places", LIGHT, NOTE)
    assert view.tree.view.paths() == [NOTE, "knowledge/places"]
    assert outermost(["a/b", "a", "a b", "a/c"]) == ["a", "a b"]


def test_rows_are_dropped_onto_branches_only_and_never_into_themselves(
    view: TeachView, workspace: Workspace, settle: Settle
) -> None:
    model = view.tree.model
    assert not welcome(["knowledge/places"], "knowledge/places")
    assert not welcome([LIGHT], "knowledge/places")
    carried, move = packed([NOTE]), Qt.DropAction.MoveAction
    assert not model.canDropMimeData(carried, move, -1, -1, model.index_of(LIGHT))
    assert not model.canDropMimeData(carried, move, -1, -1, QModelIndex())
    assert not model.flags(model.index_of("knowledge")) & Qt.ItemFlag.ItemIsDragEnabled
    assert model.canDropMimeData(carried, move, -1, -1, model.index_of("knowledge/places"))
    model.dropMimeData(carried, move, -1, -1, model.index_of("knowledge/places"))
    settle(lambda: "knowledge/places/harbour_note" in _leaves(view))
    assert (workspace.taxonomy / "knowledge/places/harbour_note/qna.yaml").exists()


def test_a_name_is_typed_in_the_row_itself(
    view: TeachView, workspace: Workspace, context: GuiContext, settle: Settle
) -> None:
    view.tree.select(LIGHT)
    context.actions["teach.rename"].trigger()
    field = view.tree.view.findChild(QLineEdit)
    assert field is not None
    assert field.text() == "Marrowby light"
    field.setText("Old Tower!")
    QApplication.sendPostedEvents()
    view.tree.view.commitData(field)
    view.tree.view.closeEditor(field, view.tree.view.delegate.EndEditHint.NoHint)
    settle(lambda: view.tree.selected() == "knowledge/places/old_tower")
    settle(lambda: view.editor.leaf is not None and view.editor.leaf.path == "knowledge/places/old_tower")
    assert (workspace.taxonomy / "knowledge/places/old_tower/qna.yaml").exists()


def test_a_name_that_is_taken_changes_nothing_and_says_so(view: TeachView, workspace: Workspace) -> None:
    workspace.duplicate(LIGHT)
    view.verbs.rename(LIGHT, "marrowby light 2")
    assert "taken" in view.banner.words
    assert (workspace.taxonomy / LIGHT).is_dir()


def test_a_new_branch_is_made_and_shown(view: TeachView, qtbot: QtBot, settle: Settle, workspace: Workspace) -> None:
    dialog = NameDialog("knowledge", view)
    qtbot.addWidget(dialog)
    dialog.chosen.connect(view.verbs.make_branch)
    dialog.name.setText("Über Places")
    dialog.accept()
    settle(lambda: view.tree.selected() == "knowledge/uber_places")
    assert view.tree.branch() == "knowledge/uber_places"
    assert "Nothing in it yet" in view.tree.foot._words.text()


def test_a_place_is_found_by_typing_and_taken_by_return(view: TeachView, qtbot: QtBot) -> None:
    dialog = MoveDialog("it", ["knowledge", "knowledge/places", "compositional_skills/writing"], view)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.field.setText("writ")
    assert dialog.branch() == "compositional_skills/writing"
    with qtbot.waitSignal(dialog.chosen) as chosen:
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert chosen.args == ["compositional_skills/writing"]
    dialog.field.setText("nowhere")
    assert not dialog._ok.isEnabled()


def test_the_menu_offers_what_fits_the_rows(view: TeachView, context: GuiContext) -> None:
    def texts(*paths: str) -> set[str]:
        menu = tree_menu(context.actions, paths, "knowledge", view.verbs.ask_new, view)
        return {action.text() for action in menu.actions() if action.text()}

    assert {"Rename", "Move to trash"} & texts("knowledge") == set()
    assert {"Rename", "Duplicate", "Move to…", "Move to trash", "Teach only this"} <= texts(LIGHT)
    assert "Rename" not in texts(LIGHT, NOTE)
    assert "Move to trash" in texts(LIGHT, NOTE)


def test_the_foot_says_in_words_what_is_selected(view: TeachView) -> None:
    view.tree.select("knowledge")
    assert "Facts from a document" in view.tree.foot._words.text()
    assert "1 leaf, all ready" in view.tree.foot._words.text()
    _select(view, LIGHT, NOTE)
    assert view.tree.foot._title.text() == "2 leaves selected"


def test_an_empty_taxonomy_explains_the_three_roots(
    context: GuiContext, workspace: Workspace, qtbot: QtBot, settle: Settle
) -> None:
    for root in ROOTS:
        workspace.remove(root)
    window = Window(context)
    qtbot.addWidget(window)
    view = window.go("teach")
    assert isinstance(view, TeachView)
    settle(lambda: view.tree._stack.currentIndex() == 1)
    settle(lambda: view.start.text() == "Make a first leaf")
