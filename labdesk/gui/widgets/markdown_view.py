"""Shows Markdown that may still be growing: running text, and blocks of code with a copy button.

While it grows, only its last block is read and laid out anew; whatever came before it is settled."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QColor, QPaintEvent, QTextCharFormat, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QTextEdit, QVBoxLayout, QWidget

from labdesk.gui.theme import S, roles_for
from labdesk.gui.widgets.code_block import CodeBlock
from labdesk.gui.widgets.markdown import LONGEST, Code, Piece, Plain, Prose, join, read_blocks, shortened
from labdesk.gui.widgets.markdown_writer import MarkdownWriter

#: Under so many characters everything is read anew at each step: that costs less than keeping track.
_SMALL = 300


class ProseText(QTextBrowser):
    """Running text, as high as it needs for its width. Opens nothing by itself."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setProperty("surface", "clear")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().rangeChanged.connect(self._stay)
        self.document().setDocumentMargin(0)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._measured: dict[int, int] = {}

    def loadResource(self, _kind: int, _name: QUrl | str) -> None:
        """Nothing is ever loaded."""
        return None

    def write(self, piece: Prose | Plain) -> None:
        """Appends."""
        writer = MarkdownWriter(self.document(), roles_for(self.palette()))
        if isinstance(piece, Prose):
            writer.write(piece.tokens)
        else:
            writer.plain(piece.text)
        self._measured.clear()
        self.updateGeometry()

    def wipe(self) -> None:
        """Takes everything away."""
        self.document().clear()
        self._measured.clear()

    def heightForWidth(self, width: int) -> int:
        edge = self._edge()
        if width not in self._measured:
            document = self.document()
            document.setTextWidth(max(1, width - edge))
            self._measured[width] = math.ceil(document.size().height()) + edge
        return self._measured[width]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Measuring may have left another width behind."""
        if self.document().textWidth() != self.viewport().width():
            self.document().setTextWidth(self.viewport().width())
        super().paintEvent(event)

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        width = max(1, self.width())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The conversation scrolls, not this text."""
        event.ignore()

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(self.textCursor().selection().toPlainText())
        return data

    def mark(self, spans: Sequence[tuple[int, int]]) -> None:
        """Highlights spans of `toPlainText` (in UTF-16 units, end exclusive)."""
        colours = roles_for(self.palette())
        form = QTextCharFormat()
        form.setBackground(QColor(colours.mark))
        form.setForeground(QColor(colours.text))
        selections = []
        for start, end in spans:
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            selection.cursor, selection.format = cursor, form
            selections.append(selection)
        self.setExtraSelections(selections)

    @Slot(int, int)
    def _stay(self, _least: int, most: int) -> None:
        """It never scrolls by itself, not even in the moment before it gets the height that it needs."""
        if most > 0:
            self.verticalScrollBar().setRange(0, 0)

    def _edge(self) -> int:
        """What the stylesheet's border and padding take, left and right (and above and below) together."""
        return self.width() - self.viewport().width() if self.width() > self.viewport().width() else 4


class MarkdownView(QWidget):
    """`show_text` the whole text so far; `link_wanted(url)` when a web address was clicked."""

    link_wanted = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._text = ""
        self._settled = 0  # so many characters are laid out for good
        self._fixed: list[ProseText | CodeBlock] = []
        self._tail: list[ProseText | CodeBlock] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(S)

    @property
    def prose(self) -> list[ProseText]:
        """The parts that are running text."""
        return [part for part in (*self._fixed, *self._tail) if isinstance(part, ProseText)]

    @property
    def code(self) -> list[CodeBlock]:
        """The parts that are code."""
        return [part for part in (*self._fixed, *self._tail) if isinstance(part, CodeBlock)]

    def shown(self) -> str:
        """What can be read, without Markdown's signs."""
        parts = (*self._fixed, *self._tail)
        return "\n".join(part.toPlainText() if isinstance(part, ProseText) else part.code for part in parts)

    def show_text(self, text: str, *, growing: bool = False) -> None:
        """Shows a text; `growing` when more of it will come and what is there will not change."""
        if not growing or not text.startswith(self._text[: self._settled]):
            self._begin_anew()
        self._text = text
        rest = text[self._settled : LONGEST]
        blocks = read_blocks(rest)
        if growing and len(rest) > _SMALL and len(blocks) > 1:
            lines = rest.splitlines(keepends=True)
            self._settle([piece for piece, _line in blocks[:-1]])
            self._settled += sum(map(len, lines[: blocks[-1][1]]))
            blocks = blocks[-1:]
        pieces = join(piece for piece, _line in blocks)
        left = len(text) - len(shortened(text))
        if left and not growing:
            pieces.append(Plain(f"… {left:,} more characters are not shown; copying takes all."))
        self._show_tail(pieces)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._text:
            self.show_text(self._text)

    def _begin_anew(self) -> None:
        for part in self._fixed:
            self._remove(part)
        self._fixed.clear()
        self._settled = 0

    def _settle(self, pieces: Sequence[Piece]) -> None:
        for piece in join(pieces):
            last = self._fixed[-1] if self._fixed else None
            if isinstance(piece, Prose | Plain) and isinstance(last, ProseText):
                last.write(piece)
            else:
                part = self._made(piece)
                self._column.insertWidget(len(self._fixed), part)
                self._fixed.append(part)

    def _show_tail(self, pieces: Sequence[Piece]) -> None:
        """Uses the widgets that are there where they are of the right kind."""
        while len(self._tail) > len(pieces):
            self._remove(self._tail.pop())
        for at, piece in enumerate(pieces):
            old = self._tail[at] if at < len(self._tail) else None
            if isinstance(piece, Code) and isinstance(old, CodeBlock):
                old.show_code(piece.text, piece.language)
            elif isinstance(piece, Prose | Plain) and isinstance(old, ProseText):
                old.wipe()
                old.write(piece)
            else:
                part = self._made(piece)
                if old is not None:
                    self._remove(old)
                    self._tail[at] = part
                else:
                    self._tail.append(part)
                self._column.insertWidget(len(self._fixed) + at, part)

    def _made(self, piece: Piece) -> ProseText | CodeBlock:
        if isinstance(piece, Code):
            block = CodeBlock()
            block.show_code(piece.text, piece.language)
            return block
        part = ProseText(self._name)
        part.anchorClicked.connect(lambda url: self.link_wanted.emit(url.toString()))
        part.write(piece)
        return part

    def _remove(self, part: QWidget) -> None:
        self._column.removeWidget(part)
        part.hide()
        part.deleteLater()
