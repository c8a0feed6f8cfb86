"""A text editor with line numbers and marked lines, for files that are edited as text."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from labdesk.gui.theme import S, roles_for

_PARAGRAPH = "\u2029"


class CodeEdit(QPlainTextEdit):
    """Plain text in a fixed-width font, not wrapped."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("type", "mono")
        self.setAccessibleName(name)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._marked: frozenset[int] = frozenset()
        self._numbers = _Numbers(self)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._scroll)
        self._make_room()

    def plain_text(self) -> str:
        """The text; unlike `toPlainText` it keeps blanks that do not break."""
        return self.document().toRawText().replace(_PARAGRAPH, "\n")

    def mark_lines(self, lines: Iterable[int]) -> None:
        """Marks lines, counted from 1."""
        self._marked = frozenset(lines)
        self._paint_marks()

    def go_to(self, line: int, column: int) -> None:
        """Puts the cursor on a line and column, counted from 1, and the line in the middle."""
        block = self.document().findBlockByNumber(max(1, line) - 1)
        if not block.isValid():
            block = self.document().lastBlock()
        cursor = QTextCursor(block)
        text = block.text()[: max(1, column) - 1]
        cursor.setPosition(block.position() + len(text.encode("utf-16-le")) // 2)
        self.setTextCursor(cursor)
        self.centerCursor()

    def caret(self) -> tuple[int, int]:
        """Line and column of the cursor, counted from 1."""
        cursor = self.textCursor()
        return cursor.blockNumber() + 1, cursor.positionInBlock() + 1

    def numbers_width(self) -> int:
        """Room for the line numbers."""
        digits = max(3, len(str(self.blockCount())))
        return digits * self.fontMetrics().horizontalAdvance("9") + 2 * S

    def paint_numbers(self, event: QPaintEvent) -> None:
        """Draws the numbers of the lines in view."""
        colours = roles_for(self.palette())
        painter = QPainter(self._numbers)
        painter.setFont(self.font())
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= event.rect().bottom():
            height = self.blockBoundingRect(block).height()
            number = block.blockNumber() + 1
            painter.setPen(QColor(colours.bad if number in self._marked else colours.muted))
            room = QRect(0, round(top), self._numbers.width() - S, round(height))
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number))
            block = block.next()
            top += height
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inner = self.contentsRect()
        self._numbers.setGeometry(QRect(inner.left(), inner.top(), self.numbers_width(), inner.height()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._make_room()
            self._paint_marks()

    def _make_room(self, *_count: object) -> None:
        self.setViewportMargins(self.numbers_width(), 0, 0, 0)

    def _scroll(self, area: QRect, by: int) -> None:
        if by:
            self._numbers.scroll(0, by)
        else:
            self._numbers.update(0, area.y(), self._numbers.width(), area.height())

    def _paint_marks(self) -> None:
        form = QTextCharFormat()
        form.setBackground(QColor(roles_for(self.palette()).bad_soft))
        form.setProperty(QTextFormat.Property.FullWidthSelection, True)
        selections = []
        for line in sorted(self._marked):
            selection = QTextEdit.ExtraSelection()
            selection.cursor = QTextCursor(self.document().findBlockByNumber(line - 1))
            selection.format = form
            selections.append(selection)
        self.setExtraSelections(selections)
        self._numbers.update()


class _Numbers(QWidget):
    """The strip at the left. Not reached by keyboard: it only repeats what the cursor's place says."""

    def __init__(self, edit: CodeEdit) -> None:
        super().__init__(edit)
        self._edit = edit

    def sizeHint(self) -> QSize:
        return QSize(self._edit.numbers_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._edit.paint_numbers(event)
