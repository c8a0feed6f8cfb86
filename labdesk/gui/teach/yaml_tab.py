"""The leaf's file as text, for those who want it; saved as a whole, with the file's own line ends."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from labdesk.core.taxonomy.leaf import Leaf
from labdesk.core.taxonomy.problem import BOM
from labdesk.gui.teach.leaf_editor import LeafEditor
from labdesk.gui.theme import L, M
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label


class YamlTab(QWidget):
    """Keeps what is typed until it is saved or thrown away, even when the file changes meanwhile."""

    def __init__(self, editor: LeafEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._leaf: Leaf | None = None
        self.text = QPlainTextEdit()
        self.text.setProperty("type", "mono")
        self.text.setAccessibleName("The file qna.yaml as text")
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._note = label(step="small", tone="muted")
        self.save_button = button("Save", self.save, kind="primary")
        self.revert_button = button("Discard changes", self.revert)
        self.text.document().modificationChanged.connect(self._show_state)
        self.setLayout(column(self.text, row(self._note, None, self.revert_button, self.save_button), gap=M, margin=L))
        self._show_state(False)

    def show_leaf(self, leaf: Leaf) -> None:
        """Shows the file, unless unsaved typing on the same leaf stands here."""
        same = self._leaf is not None and self._leaf.path == leaf.path
        changed = not same or (self._leaf is not None and self._leaf.text != leaf.text)
        if same and self.text.document().isModified():
            if changed:
                self._note.setText("The file changed meanwhile. Saving here replaces it.")
            return
        self._leaf = leaf
        if changed:
            self.revert()

    def save(self) -> None:
        """Writes what is typed."""
        if self._leaf is None or not self.text.document().isModified():
            return
        data = self._encoded(self._leaf.text)
        self.text.document().setModified(False)
        self._editor.replace(data)

    def revert(self) -> None:
        """Back to the file."""
        if self._editor.leaf is not None:
            self._leaf = self._editor.leaf
        if self._leaf is None:
            return
        try:
            shown, readable = self._leaf.text.removeprefix(BOM).decode("utf-8"), True
        except UnicodeDecodeError:
            shown, readable = self._leaf.text.decode("utf-8", errors="replace"), False
        self.text.setPlainText(shown)
        self.text.setReadOnly(not readable)
        self.text.document().setModified(False)
        self._note.setText("" if readable else "This file is not UTF-8 text; it can be read here but not changed.")

    def go_to(self, line: int, column_number: int) -> None:
        """Puts the cursor on a line and column, counted from 1."""
        block = self.text.document().findBlockByNumber(line - 1)
        cursor = QTextCursor(block)
        cursor.movePosition(
            QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.MoveAnchor, min(column_number, block.length()) - 1
        )
        self.text.setTextCursor(cursor)
        self.text.centerCursor()
        self.text.setFocus()

    def _encoded(self, original: bytes) -> bytes:
        text = self.text.toPlainText()
        if b"\r\n" in original:
            text = text.replace("\n", "\r\n")
        return (BOM if original.startswith(BOM) else b"") + text.encode("utf-8")

    def _show_state(self, modified: bool) -> None:
        self.save_button.setEnabled(modified)
        self.revert_button.setEnabled(modified)
