"""Real files in the window: each opens, its fields and its YAML tab show what it holds, what is wrong with it is said,
nothing is written unasked, and an edit in the form changes the lines of its field alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labdesk.core.taxonomy.problem import where_of
from labdesk.core.taxonomy.spans import content_end
from labdesk.core.taxonomy.yaml_source import Fault, read_yaml
from labdesk.core.workspace import Workspace
from labdesk.gui import theme
from labdesk.gui.teach.field_problems import texts_of
from labdesk.gui.teach.fields import TextField
from labdesk.gui.teach.leaf_editor import LeafEditor
from labdesk.gui.teach.leaf_pane import LeafPane
from tests.corpus.conftest import CorpusFile

WRITTEN = "Written in the form: with a colon\n\nand a second paragraph"
#: Opening every card of the largest leaves says nothing new.
MOST_CARDS = 60


class Reader:
    """One pane that opens one file after another, as a person would who goes through a tree."""

    def __init__(self, pane: LeafPane, editor: LeafEditor, workspace: Workspace, qtbot: QtBot) -> None:
        self.pane, self.editor, self.workspace, self._qtbot = pane, editor, workspace, qtbot
        self.refused: list[object] = []
        editor.failed.connect(self.refused.append)

    def settle(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=60_000)

    def open(self, file: CorpusFile) -> Path:
        path = self.workspace.taxonomy / (file.folder or "knowledge/x") / "qna.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
        done: list[None] = []
        caught = self.pane.form.completed.connect(lambda: done.append(None))
        self.editor.open(path.parent.relative_to(self.workspace.taxonomy).as_posix())
        self.settle(lambda: bool(done) and self.is_quiet())
        if len(self.pane.form.shape.seeds) <= MOST_CARDS:
            self.pane.form.open_all(True)
            self.settle(self.is_quiet)
        self.pane.form.completed.disconnect(caught)
        return path

    def is_quiet(self) -> bool:
        return not (self.pane.form._builder.isActive() or self.pane._place_later.isActive())

    def close(self, path: Path) -> None:
        self.editor.open("")
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        path.unlink()


@pytest.fixture
def reader(qapp: QApplication, tmp_path: Path, qtbot: QtBot) -> Iterator[Reader]:
    theme.apply(qapp, "light")
    (tmp_path / "w" / "taxonomy").mkdir(parents=True)
    workspace = Workspace.open(tmp_path / "w")
    editor = LeafEditor(workspace)
    pane = LeafPane(editor, workspace)
    pane.resize(700, 800)
    pane.show()
    yield Reader(pane, editor, workspace, qtbot)
    pane.close_drafts()
    pane.close()
    pane.deleteLater()


def hard_ones(files: list[CorpusFile]) -> list[CorpusFile]:
    """The largest, the smallest, the longest lines, odd line ends and characters, anchors, and some of each verdict."""
    by_size = sorted(files, key=lambda file: len(file.data))
    by_line = sorted(files, key=lambda file: max(map(len, file.data.split(b"\n"))))
    odd = (b"\r\n", b"\t", b"\xef\xbb\xbf", b"&", b"<<:", b"? ", b"%YAML", b"\xf0\x9f", b"\x85", b"\xe2\x80\xa8", b"!!")
    chosen = [*by_size[:4], *by_size[-6:], *by_line[-4:]]
    chosen += [file for mark in odd for file in [one for one in files if mark in one.data][:2]]
    for verdict in sorted({file.verdict for file in files}):
        chosen += [file for file in files if file.verdict == verdict][7:100:31]
    return list({file.id: file for file in chosen}.values())


def test_hard_files(reader: Reader, corpus: list[CorpusFile]) -> None:
    chosen = hard_ones(corpus)
    assert len(chosen) >= 35
    for file in chosen:
        _check(reader, file)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(3000)
def test_all_files(reader: Reader, corpus: list[CorpusFile]) -> None:
    for file in corpus:
        _check(reader, file)


def _check(reader: Reader, file: CorpusFile) -> None:
    pane = reader.pane
    path = reader.open(file)
    leaf = reader.editor.leaf
    assert leaf is not None, file.id
    if file.verdict != "valid":
        assert pane._shown or pane._placed, (file.id, "nothing is said about it")
    _shows_what_it_holds(pane, file)
    pane.tabs.setCurrentWidget(pane.yaml)
    assert _lines(pane.yaml.text.plain_text()) == _lines(leaf.text.decode("utf-8-sig", "replace")), file.id
    pane.tabs.setCurrentWidget(pane.form)
    pane.save()
    assert path.read_bytes() == file.data, (file.id, "saved without an edit")
    _edit_one(reader, file, path)
    reader.close(path)


def _shows_what_it_holds(pane: LeafPane, file: CorpusFile) -> None:
    leaf = pane._editor.leaf
    assert leaf is not None
    if pane.form.shape.why_not:
        assert not pane.form._unfit.isHidden(), file.id
        return
    held = texts_of(pane.form, leaf)
    rows = pane.form.rows()
    for where, made in rows.items():
        assert isinstance(made.field, TextField)
        expected = held[where_of(where)]
        shown = made.field.plain_text()
        assert _lines(shown) == _lines(expected if expected.strip() else ""), (file.id, where)
    if len(pane.form.shape.seeds) <= MOST_CARDS:
        unseen = {where for where, text in held.items() if text.strip()} - {where_of(path) for path in rows}
        assert not unseen, (file.id, unseen)


def _edit_one(reader: Reader, file: CorpusFile, path: Path) -> None:
    """Types into one field and leaves it; the parsed file says what was typed, and only its lines are others."""
    rows = {where: made for where, made in reader.pane.form.rows().items() if len(where) > 1 or made.isVisible()}
    if reader.pane.form.shape.why_not or not rows:
        return
    where = random.Random(file.id).choice(list(rows))
    field = rows[where].field
    assert isinstance(field, TextField)
    field.setPlainText(WRITTEN)
    reader.refused.clear()
    reader.pane.save()
    source = read_yaml(file.data)
    if reader.refused:
        assert source.has_aliases or source.has_merges, (file.id, where, reader.refused)
        assert path.read_bytes() == file.data
        return
    written = path.read_bytes()
    value = read_yaml(written).data
    for part in where:
        value = value[part]
    assert value.strip() == WRITTEN, (file.id, where)
    try:
        node = source.find(where)
    except Fault:
        node = None
    before, after = file.data.decode().split("\n"), written.decode().split("\n")
    if node is None:  # a field that the file did not have
        assert [line for line in before if line.strip()] == [
            line for line in after if line.strip() and line in before
        ], (file.id, where)
        return
    first, last = node.start_mark.line, source.text.count("\n", 0, content_end(source.text, node))
    assert before[:first] == after[:first], (file.id, where)
    below = len(before) - last - 1
    assert before[last + 1 :] == after[len(after) - below :], (file.id, where)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
