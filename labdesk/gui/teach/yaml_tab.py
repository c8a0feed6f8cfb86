"""The leaf's file as text, for those who want it: with its problems, and kept in step with the form."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from labdesk.core.taxonomy.leaf import Leaf
from labdesk.core.taxonomy.places import line_of_path, path_at_line
from labdesk.core.taxonomy.problem import BOM, Level, Problem
from labdesk.core.taxonomy.rules import check
from labdesk.core.taxonomy.text_edit import spliced
from labdesk.core.taxonomy.yaml_source import YamlPath
from labdesk.gui.teach.leaf_editor import LeafEditor
from labdesk.gui.theme import L, M
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.code_edit import CodeEdit
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import ElidedLabel, label

_PAUSE_MS = 300
_MOST_CHECKED_LIVE = 64 << 10  # a larger file is checked when it is saved


class YamlTab(QWidget):
    """Tells the editor what is typed. Only lines that were typed on change in the file."""

    checked = Signal()

    def __init__(self, editor: LeafEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._leaf: Leaf | None = None
        self._waiting: Leaf | None = None
        self._shown = ""
        self._problems: Sequence[Problem] = ()
        self.text = CodeEdit("The file qna.yaml as text")
        self._note = button("", self._go_to_first, kind="link")
        self._kind = label(step="small", tone="muted")
        self.save_button = button("Save", self.save, kind="primary")
        self.revert_button = button("Discard changes", self.revert)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self.text.textChanged.connect(self._on_text)
        self._says = ElidedLabel(step="small", tone="muted")
        foot = row(self._note, self._says, self._kind, self.revert_button, self.save_button)
        foot.setStretch(1, 1)
        self.setLayout(column(self.text, foot, gap=M, margin=L))
        self._show_state()

    def show_leaf(self, leaf: Leaf) -> None:
        """Shows the file, or what is typed on it and not saved yet; at once only when somebody looks."""
        if not self.isVisible() and self._editor.typed_file is None:
            self._waiting = leaf
            return
        self._waiting = None
        shown = leaf.text if self._editor.typed_file is None else self._editor.typed_file
        known = self._leaf is not None and self._leaf.path == leaf.path and self._encoded() == shown
        self._leaf = leaf
        if not known or not self._shown:
            self._fill(leaf.text, shown)
        else:
            self._shown = self.text.plain_text() if self._editor.typed_file is None else self._shown
        self._show_problems(leaf.problems)
        self._show_state()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._catch_up()

    def _catch_up(self) -> None:
        if self._waiting is not None:
            leaf, self._waiting = self._waiting, None
            known, self._leaf = self._leaf, leaf
            if known is None or known.text != leaf.text or known.path != leaf.path or not self._shown:
                self._fill(leaf.text, leaf.text)
            self._show_problems(leaf.problems)
            self._show_state()

    def save(self) -> None:
        """Writes what is typed."""
        if self._waiting is not None:
            return
        self._tell()
        self._editor.commit()

    def revert(self) -> None:
        """Back to the file."""
        if self._leaf is not None:
            self._editor.type_file(None)
            self._fill(self._leaf.text, self._leaf.text)
            self._show_problems(self._leaf.problems)
            self._show_state()

    def go_to(self, line: int, column_number: int) -> None:
        """Puts the cursor on a line and column, counted from 1."""
        self._catch_up()
        self.text.go_to(line, column_number)
        self.text.setFocus()

    def go_to_path(self, path: YamlPath) -> None:
        """Puts the cursor on a field."""
        place = line_of_path(self._data(), path)
        if place is not None:
            self.go_to(*place)

    def path_at_caret(self) -> YamlPath:
        """The field that the cursor is in; () when it is in none."""
        return path_at_line(self._data(), self.text.caret()[0])

    def _data(self) -> bytes:
        return self._encoded() or (self._leaf.text if self._leaf else b"")

    def _fill(self, original: bytes, shown: bytes) -> None:
        readable = True
        try:
            shown.decode("utf-8")
        except UnicodeDecodeError:
            readable = False
        self.text.blockSignals(True)
        if original != shown and readable:
            self.text.setPlainText(_decoded(original))
            self._shown = self.text.plain_text()
        self.text.setPlainText(_decoded(shown))
        if original == shown or not readable:
            self._shown = self.text.plain_text()
        self.text.setReadOnly(not readable)
        self.text.blockSignals(False)
        self._kind.setText("" if readable else "Can be read, not changed")
        self._kind.setToolTip("" if readable else "This file is not UTF-8 text. Save it as UTF-8 to change it.")

    def _encoded(self) -> bytes | None:
        """The file as it would be saved."""
        if self._leaf is None:
            return None
        now = self.text.plain_text()
        if now == self._shown:
            return self._leaf.text
        try:
            return spliced(self._leaf.text, self._shown, now)
        except UnicodeDecodeError:
            return self._leaf.text

    def _on_text(self) -> None:
        self._pause.start()
        self._show_state()

    def _tell(self) -> None:
        self._pause.stop()
        data = self._encoded()
        if self._leaf is None or data is None:
            return
        wanted = None if data == self._leaf.text else data
        if wanted != self._editor.typed_file:
            self._editor.type_file(wanted)
        if len(data) <= _MOST_CHECKED_LIVE:
            self._show_problems(check(data, self._leaf.path).problems)

    def _show_problems(self, problems: Sequence[Problem]) -> None:
        self._problems = sorted(problems, key=lambda one: (one.level is not Level.ERROR, one.line, one.column))
        errors = [one for one in self._problems if one.level is Level.ERROR]
        self.text.mark_lines(one.line for one in errors)
        first = self._problems[0] if self._problems else None
        where = f"Line {first.line}, column {first.column}" if first else ""
        self._note.setText(where)
        self._note.setAccessibleName(f"Go to the problem: {where}")
        self._note.setVisible(first is not None)
        self._says.setText(first.message if first else "")
        self._says.setToolTip(first.message if first else "")
        self.checked.emit()

    def _go_to_first(self) -> None:
        if self._problems:
            self.go_to(self._problems[0].line, self._problems[0].column)

    def _show_state(self) -> None:
        modified = self._leaf is not None and self.text.plain_text() != self._shown
        self.save_button.setEnabled(modified)
        self.revert_button.setEnabled(modified)


def _decoded(data: bytes) -> str:
    return data.removeprefix(BOM).decode("utf-8", errors="replace")
