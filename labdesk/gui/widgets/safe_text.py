"""Text from documents, files and models: shown as plain characters, never as markup, never loading anything.

Control and direction-changing characters are made visible, so that what a person reads is what is there."""

from __future__ import annotations

import bisect
import math
import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from labdesk.gui.roles import Roles
from labdesk.gui.theme import roles_for

LONGEST = 200_000
#: Explicit direction marks and isolates, zero-width and other invisible format characters (Unicode TR 9, section 2).
_INVISIBLE = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x061C}
WIDE = re.compile("[\U00010000-\U0010ffff]")
_VISIBLE = {
    **{code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"},
    **dict.fromkeys(range(0x7F, 0xA0), 0xFFFD),
    **dict.fromkeys(_INVISIBLE, 0x2423),
}


def harmless(text: str, longest: int = LONGEST) -> str:
    """The text with one visible character for each hidden one (so offsets stay true), cut at `longest` characters."""
    return text[:longest].translate(_VISIBLE)


class SafeText(QPlainTextEdit):
    """Read-only plain text with highlighted spans."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setAccessibleName(name)
        self.setUndoRedoEnabled(False)
        self.setProperty("surface", "clear")
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(0)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._spans: tuple[tuple[int, int], ...] = ()
        self._wide: list[float] | None = None

    def show_text(self, text: str, length: int = 0) -> None:
        """Shows a text from its beginning; `length` is that of the whole when `text` is only its start."""
        shown = harmless(text)
        if max(len(text), length) > LONGEST:
            shown += f"\n\n… {max(len(text), length) - LONGEST:,} more characters are not shown here."
        self._spans = ()
        self._forget_widths()
        self.setPlainText(shown)

    def append_text(self, text: str) -> None:
        """Adds to the end; follows it only if the end was in view. Call with batches, not with single tokens."""
        bar = self.verticalScrollBar()
        follow = bar.value() >= bar.maximum() - 4
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(harmless(text, max(0, LONGEST - cursor.position())))
        self._forget_widths()
        if follow:
            bar.setValue(bar.maximum())

    def mark(self, spans: Sequence[tuple[int, int]], *, scroll_to: int | None = None) -> None:
        """Highlights character spans (start, end; end exclusive) and scrolls one of them into view."""
        self._spans = tuple(spans)
        self._paint_marks()
        if scroll_to is not None and self._spans:
            cursor = self.textCursor()
            cursor.setPosition(self._utf16(self._spans[scroll_to][0]))
            self.setTextCursor(cursor)
            self.centerCursor()

    def selected(self) -> tuple[int, int]:
        """The selection in characters of the text (Qt counts UTF-16 units)."""
        cursor = self.textCursor()
        return self._characters(cursor.selectionStart()), self._characters(cursor.selectionEnd())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._spans:
            self._paint_marks()

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(self.textCursor().selection().toPlainText())
        return data

    def _utf16(self, offset: int) -> int:
        return offset + bisect.bisect_left(self._wide_characters(), offset)

    def _characters(self, position: int) -> int:
        wide = self._wide_characters()
        return position - bisect.bisect_right(range(len(wide)), position, key=lambda n: math.ceil(wide[n]) + n + 1)

    def _wide_characters(self) -> list[float]:
        """Places of the characters that Qt counts as two (emoji, rare scripts)."""
        if self._wide is None:
            self._wide = [match.start() for match in WIDE.finditer(self.toPlainText())]
        return self._wide

    def _forget_widths(self) -> None:
        """The text changed."""
        self._wide = None

    def _paint_marks(self) -> None:
        colours: Roles = roles_for(self.palette())
        form = QTextCharFormat()
        form.setBackground(QColor(colours.mark))
        form.setForeground(QColor(colours.text))
        selections = []
        for start, end in self._spans:
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(self._utf16(start))
            cursor.setPosition(self._utf16(end), QTextCursor.MoveMode.KeepAnchor)
            selection.cursor = cursor
            selection.format = form
            selections.append(selection)
        self.setExtraSelections(selections)
