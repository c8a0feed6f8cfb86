"""Source documents in the window: converting, looking, adding; reading, marking passages, the coverage bar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labdesk.core import storage
from labdesk.core.documents.citations import Span
from labdesk.core.documents.conversion import Converted, Reading, Refused, Staged
from labdesk.core.errors import LabdeskError
from labdesk.core.taxonomy.leaf import LeafKind, read_leaf
from labdesk.core.workspace import Workspace
from labdesk.gui import slices
from labdesk.gui.teach.document_pane import DocumentPane
from labdesk.gui.teach.document_text import DocumentText
from labdesk.gui.teach.view import TeachView
from labdesk.gui.window import Window
from labdesk.jobs.fetching import fetch_documents
from tests.core.git.test_sources import URL, Local, committed

LEAF = "knowledge/history/mill"
TEXT = "# The Mill\n\nIt was built in 1802 by Jon Farrel. 😀 It ground barley.\n\nIt burnt down in 1900.\n"
Settle = Callable[[Callable[[], bool]], None]


@pytest.fixture
def view(window: Window, workspace: Workspace, settle: Settle) -> TeachView:
    """Teach with a new knowledge leaf open that has no document."""
    made = window.go("teach")
    assert isinstance(made, TeachView)
    workspace.new_leaf(LEAF, LeafKind.KNOWLEDGE)
    made.show_item(LEAF)
    settle(lambda: made.editor.leaf is not None and len(made.leaf.form.cards) == 5)
    return made


def staged(workspace: Workspace, *found: Converted) -> Staged:
    folder = storage.new_folder(workspace.state / "incoming" / "documents")
    for one in found:
        storage.write_text(folder / one.markdown, TEXT)
        if one.original:
            storage.write_text(folder / one.original, "%PDF")
    storage.write_json(folder / "staged.json", list(found))
    return Staged(str(folder), len(found), 0)


def mill(name: str = "mill", *notes: str) -> Converted:
    return Converted(f"{name}.pdf", f"{name}.md", f"originals/{name}.pdf", "PDF, 2 pages", len(TEXT), 1, notes)


def answer(view: TeachView, *outcomes: Reading | Converted | Refused | Staged) -> None:
    """What the converter would say, without its process."""
    importing = view.document.importing
    importing._errand.run = lambda *_: None  # type: ignore[method-assign]
    view.documents.add(Path("mill.pdf"))
    for one in outcomes:
        importing._on_line(
            {"type": type(one).__struct_config__.tag, **{n: getattr(one, n) for n in one.__struct_fields__}}
        )


def page(view: TeachView) -> object:
    return view.document._stack.currentWidget()


def test_a_document_is_looked_at_before_it_is_added(view: TeachView, workspace: Workspace, settle: Settle) -> None:
    importing = view.document.importing
    assert page(view) is view.document._empty
    answer(view, Reading("mill.pdf", 1, 1))
    assert page(view) is importing and importing._stack.currentWidget() is importing.busy
    before = (workspace.taxonomy / LEAF / "qna.yaml").read_bytes()
    one = mill("mill", "No text on page 2: probably pictures.")
    importing._on_line({"type": "converted", **{n: getattr(one, n) for n in one.__struct_fields__}})
    done = staged(workspace, one)
    importing._on_line({"type": "staged", "folder": done.folder, "converted": 1, "refused": 0})
    importing._on_end()
    assert importing._stack.currentWidget() is importing.preview
    assert "built in 1802" in importing.preview.text.toPlainText()
    assert "No text on page 2" in importing.preview._problems.rows[0].message
    assert (workspace.taxonomy / LEAF / "qna.yaml").read_bytes() == before
    assert importing.preview.add.text() == "Add to the leaf"
    importing.preview.add.click()
    settle(lambda: "built in 1802" in view.document.text.toPlainText())
    assert (workspace.taxonomy / LEAF / ".labdesk/originals/mill.pdf").exists()
    assert "mill.md" in view.banner.words


def test_of_several_documents_only_the_ticked_ones_are_added(
    view: TeachView, workspace: Workspace, settle: Settle
) -> None:
    found = [mill("mill"), mill("weir")]
    answer(view, *found, Refused("scan.pdf", "No text.", "Scanned.", "Use OCR."), staged(workspace, *found))
    view.document.importing._on_end()
    preview = view.document.importing.preview
    assert preview.add.text() == "Add 2 documents"
    assert "scan.pdf: No text. Scanned. Use OCR." in preview._problems.rows[-1].message
    preview.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    preview.list.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert not preview.add.isEnabled()
    preview.list.item(1).setCheckState(Qt.CheckState.Checked)
    preview.add.click()
    leaf = read_leaf(workspace.taxonomy / LEAF, workspace.taxonomy)
    assert leaf.document is not None and leaf.document.patterns == ("weir.md",)


def test_a_file_that_cannot_be_read_says_so_and_the_leaf_stays(view: TeachView, workspace: Workspace) -> None:
    answer(view, Refused("scan.pdf", "This PDF holds pictures of pages, but no text.", "It was scanned.", "Use OCR."))
    view.document.importing._on_end()
    preview = view.document.importing.preview
    assert preview.add.isHidden() and "OCR" in preview._problems.rows[0].message
    preview.discard.click()
    assert page(view) is view.document._empty
    assert not (workspace.taxonomy / LEAF / ".labdesk").exists()


def test_cancel_and_another_leaf_leave_no_trace(view: TeachView, workspace: Workspace, settle: Settle) -> None:
    answer(view, Reading("mill.pdf", 1, 1))
    view.show_item("knowledge/places/marrowby_light")
    settle(lambda: "tower" in view.document.text.toPlainText())
    assert page(view) is view.document._page
    view.show_item(LEAF)
    assert page(view) is view.document.importing
    view.document.importing.busy.cancel.click()
    assert page(view) is view.document._empty


def test_the_real_converter_answers_the_window(view: TeachView, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "mill.html").write_text(f"<html><h1>Mill</h1><p>{TEXT}</p></html>", "utf-8")
    view.documents.add(tmp_path / "mill.html")
    preview = view.document.importing.preview
    qtbot.waitUntil(lambda: view.document.importing._stack.currentWidget() is preview, timeout=60_000)
    assert preview._about.text().startswith("mill.html · web page")
    preview.discard.click()


def drop(widget: object, *paths: Path) -> None:
    """Drags files over the pane and lets them go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at, buttons, keys = QPoint(20, 20), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QDragEnterEvent(at, Qt.DropAction.CopyAction, data, buttons, keys))  # type: ignore[call-overload]
    QApplication.sendEvent(widget, QDropEvent(QPointF(at), Qt.DropAction.CopyAction, data, buttons, keys))  # type: ignore[call-overload]


def test_a_text_that_is_dropped_is_added_at_once(view: TeachView, tmp_path: Path, settle: Settle) -> None:
    (tmp_path / "mill.md").write_text(TEXT, "utf-8")
    drop(view.document._stack, tmp_path / "mill.md")
    settle(lambda: "built in 1802" in view.document.text.toPlainText())
    assert page(view) is view.document._page


@pytest.fixture
def pane(view: TeachView, tmp_path: Path, settle: Settle) -> DocumentPane:
    """A document with a smiley (which Qt counts as two characters) in it."""
    (tmp_path / "mill.md").write_text(TEXT, "utf-8")
    view.documents.add(tmp_path / "mill.md")
    settle(lambda: "built in 1802" in view.document.text.toPlainText())
    return view.document


def test_return_marks_a_paragraph_and_return_again_takes_it(view: TeachView, pane: DocumentPane, qtbot: QtBot) -> None:
    text = pane.text
    for _ in range(2):
        qtbot.keyClick(text, Qt.Key.Key_Down)
    qtbot.keyClick(text, Qt.Key.Key_Return)
    assert text.textCursor().selectedText() == "It was built in 1802 by Jon Farrel. 😀 It ground barley."
    assert "words marked" in pane.view._marked.text()
    qtbot.keyClick(text, Qt.Key.Key_Return)
    assert view.editor.leaf is not None
    assert view.editor.leaf.seed_contexts[0].context == "It was built in 1802 by Jon Farrel. 😀 It ground barley."
    qtbot.waitUntil(lambda: not pane.view.finder.busy)
    assert pane._note.text().startswith("1 passage highlighted")
    assert not text.textCursor().hasSelection()


def test_shift_and_arrows_mark_text_and_escape_lets_go(pane: DocumentPane, qtbot: QtBot) -> None:
    text = pane.text
    text.go_to(TEXT.index("It ground"))
    for _ in range(9):
        qtbot.keyClick(text, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert text.textCursor().selectedText() == "It ground"
    assert text.selected() == (TEXT.index("It ground"), TEXT.index("It ground") + 9)
    qtbot.keyClick(text, Qt.Key.Key_Escape)
    assert not text.textCursor().hasSelection() and not pane.use.isEnabled()


def test_the_bar_goes_to_passages_by_click_and_key(view: TeachView, pane: DocumentPane, qtbot: QtBot) -> None:
    view.documents.add_passage("It burnt down in 1900.")
    qtbot.waitUntil(lambda: bool(pane.view.bar._spans))
    bar, at = pane.view.bar, TEXT.index("It burnt")
    assert bar._spans == [(at, at + 22, 0)]
    assert "1 passage" in bar.accessibleDescription()
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, int(bar._y(at)) + 2))
    assert pane.text.offset() == at
    pane.text.moveCursor(QTextCursor.MoveOperation.Start)
    qtbot.keyClick(bar, Qt.Key.Key_Down)
    assert pane.text.offset() == at
    qtbot.keyClick(bar, Qt.Key.Key_Home)
    assert pane.text.offset() == 0
    view.leaf.passage_wanted.emit(0)
    assert pane.text.offset() == at


def test_a_long_document_comes_in_slices_and_keeps_its_places(app: QApplication, qtbot: QtBot) -> None:
    text = "".join(f"Line {n} 😀 of a long document about a mill.\n" for n in range(30_000))
    made = DocumentText()
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.show()
    made.show_document(text)
    assert made.loading
    far = text.index("Line 25000 ")
    made.go_to(far)
    made.mark([(far, far + 10)])
    qtbot.waitUntil(lambda: not made.loading, timeout=20_000)
    assert made.offset() == far
    start, end = made.in_view()
    assert start <= far < end
    qtbot.waitUntil(lambda: [one.cursor.selectedText() for one in made.extraSelections()] == ["Line 25000"])
    made.verticalScrollBar().setValue(0)
    qtbot.waitUntil(lambda: made.extraSelections() == [])
    made.mark_pieces([Span(at, at + 90) for at in range(0, len(text) - 100, 100)])
    for step in range(60):  # marking while the bar moves once crashed the process
        made.verticalScrollBar().setValue(step * made.verticalScrollBar().maximum() // 60)
        QApplication.processEvents()


def test_a_repository_is_fetched_at_a_press_of_a_button_that_names_the_host(
    view: TeachView, workspace: Workspace, tmp_path: Path, settle: Settle
) -> None:
    repo, commit = committed(tmp_path / "r", {"docs/mill.md": (0o100644, TEXT.encode())})
    view.editor.set(("document",), {"repo": URL, "commit": commit, "patterns": ["docs/*.md"]})
    pane, importing = view.document, view.document.importing
    settle(lambda: pane._fetch_too.isVisible())
    assert pane._fetch_too.text() == "Fetch from example.org"
    asked: list[tuple[str, ...]] = []
    importing._errand.run = lambda *words: asked.append(words)  # type: ignore[method-assign]
    pane._fetch_too.click()
    assert asked == [("taxonomy", "fetch", str(workspace.taxonomy / LEAF))]
    importing._on_line({"type": "received", "host": "example.org", "bytes": 1_500_000})
    assert importing.busy._what.text() == "Fetching from example.org · 1.5 MB"
    leaf = read_leaf(workspace.taxonomy / LEAF, workspace.taxonomy)
    assert leaf.document is not None
    fetch_documents(workspace.state, leaf.document, lambda _: None, transport=Local(repo))
    importing._on_end()
    assert "built in 1802" in pane.text.toPlainText()
    assert "kept for offline use" in pane._note.text() and pane.fetch.isHidden()


def test_the_facts_that_are_taught_are_shown_as_bands(view: TeachView, pane: DocumentPane, qtbot: QtBot) -> None:
    pane.cut.click()
    qtbot.waitUntil(lambda: len(pane.text._pieces) == 2, timeout=60_000)
    assert pane._note.text().startswith("2 facts")
    bands = ["It was built in 1802 by Jon Farrel. 😀 It ground barley.", "It burnt down in 1900."]
    qtbot.waitUntil(lambda: [one.cursor.selectedText() for one in pane.text.extraSelections()] == bands)
    pane.cut.click()
    qtbot.waitUntil(lambda: pane.text.extraSelections() == [])
    assert "facts" not in pane._note.text()


def test_an_unsafe_repository_has_no_button_and_a_failed_fetch_says_why(view: TeachView, settle: Settle) -> None:
    view.editor.set(("document",), {"repo": "file:///etc", "commit": "main", "patterns": ["*.md"]})
    assert view.document._fetch_too.isHidden()
    assert "Only plain https" in view.document._empty.sentence.text()
    view.editor.set(("document",), {"repo": "https://example.org/x", "commit": "a" * 40, "patterns": ["*.md"]})
    importing = view.document.importing
    importing._errand.run = lambda *_: None  # type: ignore[method-assign]
    view.document._fetch_too.click()
    importing._on_failure(LabdeskError("“example.org” did not send the document.", remedy="Check the address."))
    importing._on_end()
    assert "did not send" in importing.preview._problems.rows[0].message
    importing.preview.discard.click()
    assert page(view) is view.document._empty


@given(st.lists(st.sampled_from(("word ", "\n", "x" * 1500, "😀", "# Head\n", "é" * 3000, " ")), max_size=40))
@settings(max_examples=60)
def test_a_line_that_is_cut_for_show_keeps_its_places(qapp: QApplication, parts: list[str]) -> None:
    whole = "".join(parts)
    made = DocumentText()
    made.show_document(whole)
    while made.loading:
        made._load_some()
    block = made.document().begin()
    while block.isValid():
        assert block.length() <= 4002  # in units of UTF-16
        block = block.next()
    for offset in range(0, len(whole) - 1, 97):
        cursor = made.textCursor()
        cursor.setPosition(made._utf16(offset))
        assert made._characters(cursor.position()) == offset
        cursor.setPosition(made._utf16(offset + 1), QTextCursor.MoveMode.KeepAnchor)
        assert cursor.selection().toPlainText().replace("\n", "") == whole[offset].replace("\n", "")
    made.selectAll()
    assert made.selected() == (0, len(whole))
    made.deleteLater()


def test_a_long_document_is_read_in_slices(
    view: TeachView, workspace: Workspace, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "SLICE_SECONDS", 0.0)  # a step at a time: a quick machine reads all of it in one slice
    from_disk = "The mill ground barley. " * 100 + "\n\n"
    text = from_disk * (8_000_000 // len(from_disk))
    (workspace.taxonomy / LEAF / "mill.md").write_text(text)
    leaf = read_leaf(workspace.taxonomy / LEAF, workspace.taxonomy)
    pane = DocumentPane(workspace)
    pane.show_leaf(leaf)
    while pane._finding.busy:
        pane._finding._slice()
    assert pane.busy and not pane.view.text.toPlainText() and "Reading" in pane._note.text()
    settle(lambda: not pane.busy)
    assert pane._document is not None and pane._document.text == text
    pane.close()
    pane.deleteLater()


def test_what_is_far_too_long_for_a_passage_is_not_offered(view: TeachView, pane: DocumentPane) -> None:
    pane.view.show_document("word " * 30_000)
    while pane.text.loading:
        pane.text._load_some()
    pane.text.selectAll()
    assert not pane.use.isEnabled() and "too much" in pane.view._marked.text()
    pane.use_selection()
    assert view.editor.leaf is not None and not view.editor.leaf.seed_contexts[0].context.strip()
