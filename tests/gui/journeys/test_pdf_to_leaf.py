"""From an empty workspace and a PDF to a valid knowledge leaf with five passages of three questions: in the real window,
with the real converter, once by mouse (the keyboard only types into fields) and once by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLineEdit, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from labdesk.core.taxonomy.leaf import LeafKind, read_leaf
from labdesk.core.workspace import Workspace
from labdesk.gui.teach.document_import import DocumentImport
from labdesk.gui.teach.new_leaf import NewLeafDialog
from labdesk.gui.teach.view import TeachView
from labdesk.gui.window import Window
from tests.documents_by_hand import article

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
PATIENCE = 60_000
PARAGRAPHS = [
    f"In {1800 + 20 * n} the miller {name} {deed}, as the parish book of Ostrow tells on page {7 * n + 3}. It took {n + 2} "
    f"men and {n + 4} oxen, and the work was paid with {n + 5} sacks of barley from the same harvest."
    for n, (name, deed) in enumerate(
        [
            ("Jon Farrel", "built the mill of quarry stone"),
            ("Peer Farrel", "laid the long wooden channel"),
            ("Ada Holm", "replaced the two grinding stones"),
            ("Ben Fisk", "put up the granary beside the brook"),
            ("Cara Lund", "cast the iron wheel at Holmport"),
            ("Dan Moor", "opened the mill to visitors"),
        ]
    )
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace without a single leaf."""
    (tmp_path / "mills" / "taxonomy").mkdir(parents=True)
    return Workspace.open(tmp_path / "mills")


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "mill.pdf"
    path.write_bytes(article("The mill at Ostrow", PARAGRAPHS, heading="Its millers"))
    return path


@pytest.fixture
def view(window: Window, qtbot: QtBot) -> TeachView:
    made = window.go("teach")
    assert isinstance(made, TeachView)
    qtbot.waitUntil(lambda: made.start.text() == "Make a first leaf", timeout=PATIENCE)
    return made


def the_leaf_is_valid(workspace: Workspace, path: str) -> None:
    leaf = read_leaf(workspace.taxonomy / path, workspace.taxonomy)
    assert leaf.is_valid, [problem.message for problem in leaf.problems]
    assert leaf.kind is LeafKind.KNOWLEDGE
    assert [seed.context for seed in leaf.seed_contexts] == PARAGRAPHS[:5]
    assert all(len(seed.pairs) == 3 and all(p.question and p.answer for p in seed.pairs) for seed in leaf.seed_contexts)
    assert leaf.document is not None and leaf.document.patterns == ("mill.md",)
    folder = workspace.taxonomy / path
    assert (folder / "mill.md").is_file() and (folder / ".labdesk/originals/mill.pdf").is_file()


def question(n: int, k: int) -> tuple[str, str]:
    return f"What does passage {n} say, for the {k}. time?", f"It says thing {k} of passage {n}."


# ------------------------------------------------------------------------------------------------- by mouse


def click(widget: QWidget, at: QPoint | None = None) -> None:
    assert widget.isVisible() and widget.isEnabled(), widget
    QTest.mouseClick(widget, LEFT, NONE, at or widget.rect().center())


def drop(widget: QWidget, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at = widget.rect().center()
    QApplication.sendEvent(widget, QDragEnterEvent(at, Qt.DropAction.CopyAction, data, LEFT, NONE))
    QApplication.sendEvent(widget, QDropEvent(QPointF(at), Qt.DropAction.CopyAction, data, LEFT, NONE))


def mark_by_mouse(view: TeachView, words: str) -> None:
    """A click into a word, twice for the word, a third time for its paragraph."""
    text = view.document.text
    cursor = text.document().find(words[:30])
    assert not cursor.isNull()
    cursor.setPosition(cursor.selectionStart() + 3)
    if not text.viewport().rect().contains(text.cursorRect(cursor)):
        bar = text.verticalScrollBar()
        bar.setValue(bar.value() + 5)
    at = text.cursorRect(cursor).center()
    QTest.mouseDClick(text.viewport(), LEFT, NONE, at)
    QTest.mouseClick(text.viewport(), LEFT, NONE, at)
    assert text.textCursor().selectedText().strip() == words


def type_into(view: TeachView, path: tuple[str | int, ...], words: str) -> None:
    field = view.leaf.form.rows()[path].field
    view.leaf.form._scroll.ensureWidgetVisible(field)
    QTest.mouseClick(field.viewport(), LEFT)  # type: ignore[attr-defined]
    QTest.keyClicks(field, words)


def test_by_mouse(view: TeachView, workspace: Workspace, pdf: Path, qtbot: QtBot) -> None:
    click(view.start)
    dialog = next(one for one in view.findChildren(NewLeafDialog) if one.isVisible())
    facts = next(one for one in dialog.findChildren(QRadioButton) if one.text() == "Facts from a document")
    QTest.mouseDClick(facts.parentWidget(), LEFT)
    QTest.keyClicks(dialog.details.about, "The mill at Ostrow and its millers")
    click(dialog._next)
    qtbot.waitUntil(lambda: view.editor.leaf is not None and len(view.leaf.form.cards) == 5, timeout=PATIENCE)
    assert view.editor.leaf is not None
    path = view.editor.leaf.path

    drop(view.document._stack, pdf)
    preview = view.document.importing.preview
    qtbot.waitUntil(preview.add.isVisible, timeout=PATIENCE)
    assert PARAGRAPHS[0] in preview.text.toPlainText()
    click(preview.add)
    qtbot.waitUntil(lambda: PARAGRAPHS[0] in view.document.text.toPlainText(), timeout=PATIENCE)

    for n in range(5):
        mark_by_mouse(view, PARAGRAPHS[n])
        click(view.document.use)
        qtbot.waitUntil(lambda n=n: view.editor.leaf.seed_contexts[n].context == PARAGRAPHS[n], timeout=PATIENCE)
        qtbot.wait(20)
        for k in range(3):
            asked, said = question(n, k)
            type_into(view, ("seed_examples", n, "questions_and_answers", k, "question"), asked)
            type_into(view, ("seed_examples", n, "questions_and_answers", k, "answer"), said)
    type_into(view, ("created_by",), "ada")
    view.leaf.save()
    the_leaf_is_valid(workspace, path)
    qtbot.waitUntil(lambda: view.bar.state().kind == "done", timeout=PATIENCE)
    assert view.start.text() == "Generate && train"


# ---------------------------------------------------------------------------------------------- by keyboard


def focus(window: QWidget) -> QWidget:
    """What would get the keys (also while the window manager gives them to another window)."""
    found = window.focusWidget()
    assert found is not None
    return found


def press(window: QWidget, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(focus(window), key, keys)


def tab_to(window: QWidget, wanted: Callable[[QWidget], bool]) -> QWidget:
    """Tab until the wanted widget has the keys."""
    for _ in range(400):
        if wanted(focus(window)):
            return focus(window)
        press(window, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never comes there; it stands at {focus(window)}")


def named(words: str) -> Callable[[QWidget], bool]:
    return lambda widget: isinstance(widget, QAbstractButton) and widget.text().replace("&", "").startswith(words)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of the file dialog's list of completions
def test_by_keyboard(
    view: TeachView, window: Window, workspace: Workspace, pdf: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pdf.parent)  # where the dialog for files opens
    view.focus_first()
    tab_to(window, named("Make a first leaf"))
    press(window, Qt.Key.Key_Space)
    dialog = next(one for one in view.findChildren(NewLeafDialog) if one.isVisible())
    tab_to(dialog, lambda widget: isinstance(widget, QRadioButton))
    press(dialog, Qt.Key.Key_Down)
    while not any(b.isChecked() and b.text() == "Facts from a document" for b in dialog.findChildren(QRadioButton)):
        press(dialog, Qt.Key.Key_Up)
    tab_to(dialog, named("Next"))
    press(dialog, Qt.Key.Key_Space)
    tab_to(dialog, lambda widget: widget is dialog.details.about)
    QTest.keyClicks(focus(dialog), "The mill at Ostrow and its millers")
    tab_to(dialog, named("Make the leaf"))
    press(dialog, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.editor.leaf is not None and len(view.leaf.form.cards) == 5, timeout=PATIENCE)
    assert view.editor.leaf is not None
    path = view.editor.leaf.path

    tab_to(window, named("Choose a document"))
    press(window, Qt.Key.Key_Space)
    files = next(one for one in view.findChildren(QFileDialog) if one.isVisible())
    name = tab_to(files, lambda widget: isinstance(widget, QLineEdit))
    QTest.keyClicks(name, pdf.name)
    press(files, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not files.isVisible(), timeout=PATIENCE)
    importing: DocumentImport = view.document.importing
    qtbot.waitUntil(importing.preview.add.isVisible, timeout=PATIENCE)
    assert focus(window) is importing.preview.add
    press(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: PARAGRAPHS[0] in view.document.text.toPlainText(), timeout=PATIENCE)

    for n in range(5):
        tab_to(window, lambda widget: widget is view.document.text)
        while not view.document.text.textCursor().block().text().startswith(PARAGRAPHS[n][:20]):
            press(window, Qt.Key.Key_Down)
        press(window, Qt.Key.Key_Return)
        press(window, Qt.Key.Key_Return)
        first = ("seed_examples", n, "questions_and_answers", 0, "question")
        qtbot.waitUntil(lambda first=first: getattr(focus(window), "path", None) == first, timeout=PATIENCE)
        for k in range(3):
            for words, part in zip(question(n, k), ("question", "answer"), strict=True):
                where = ("seed_examples", n, "questions_and_answers", k, part)
                tab_to(window, lambda widget, where=where: getattr(widget, "path", None) == where)
                QTest.keyClicks(focus(window), words)
    tab_to(window, lambda widget: getattr(widget, "path", None) == ("created_by",))
    QTest.keyClicks(focus(window), "ada")
    press(window, Qt.Key.Key_Tab)
    view.leaf.save()
    the_leaf_is_valid(workspace, path)
