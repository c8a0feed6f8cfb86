"""The text of a source document: cited passages and the pieces it is cut into highlighted, chosen by mouse or keyboard.

Long documents come in slices; only what is in view is painted, so length costs nothing while reading."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from labdesk.core.documents.citations import Span
from labdesk.gui.theme import roles_for
from labdesk.gui.widgets.safe_text import WIDE, SafeText, harmless

_SLICE = 1 << 16
LONGEST = 16 << 20
#: Qt lays out a paragraph as a whole, in a time that grows with the square of its length: a longer line is shown as
#: several. Each such break is a character that only Qt counts, half a place before the one that it precedes.
_LINE = 2_000
_HEADING = re.compile(r"^ {0,3}#{1,6} .*$", re.MULTILINE)
_PLAIN, _BOLD = QTextCharFormat(), QTextCharFormat()
_BOLD.setFontWeight(QFont.Weight.DemiBold)
_KEYS = Qt.TextInteractionFlag.TextSelectableByKeyboard | Qt.TextInteractionFlag.TextSelectableByMouse


def _breaks(text: str, start: int, end: int) -> Iterator[int]:
    """The places between `start` and `end` where a line that is too long goes on in another, after a blank if any."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        while stop - start > _LINE:
            start = text.rfind(" ", start + _LINE // 2, start + _LINE) + 1 or start + _LINE
            yield start
        if stop == end and end < len(text) and text[end - 1] != "\n":
            yield end
        start = stop + 1


class DocumentText(SafeText):
    """`chosen()` when Return is pressed on a selection; `at(offset)` where the cursor is; `scrolled()` when the part
    in view changed."""

    chosen = Signal()
    at = Signal(int)
    scrolled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Text of the source document", parent)
        self.setTextInteractionFlags(_KEYS)
        self.setAccessibleDescription(
            "Return marks the paragraph at the cursor, or, when text is marked, makes it a passage. "
            "Shift and the arrow keys mark text."
        )
        self._text = ""
        self._loaded = 0
        self._pieces: Sequence[Span] = ()
        self._scroll_to: int | None = None
        self._loading = QTimer(self)
        self._loading.setInterval(0)
        self._loading.timeout.connect(self._load_some)
        self._painting = QTimer(self)
        self._painting.setSingleShot(True)
        self._painting.setInterval(0)
        self._painting.timeout.connect(self._after_scroll)
        self.cursorPositionChanged.connect(lambda: self.at.emit(self.offset()))
        self.verticalScrollBar().valueChanged.connect(self._on_scroll)

    @property
    def loading(self) -> bool:
        """Whether the end of the text is still to come."""
        return self._loaded < len(self._text)

    def show_document(self, text: str) -> None:
        """Shows a document from its beginning."""
        self._text, self._loaded, self._pieces, self._scroll_to = text, 0, (), None
        self.show_text("")
        self._load_some()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def mark(self, spans: Sequence[tuple[int, int]], *, scroll_to: int | None = None) -> None:
        """Highlights passages; scrolls to one of them."""
        self._spans = tuple(spans)
        self._painting.start()
        if scroll_to is not None and scroll_to < len(self._spans):
            self.go_to(self._spans[scroll_to][0])

    def mark_pieces(self, pieces: Sequence[Span]) -> None:
        """Shows pieces on bands of two colours in turn; none takes the bands away."""
        self._pieces = pieces
        self._painting.start()

    def go_to(self, offset: int) -> None:
        """Scrolls a place into the middle and puts the cursor there, as soon as that part is loaded."""
        if offset >= self._loaded and self.loading:
            self._scroll_to = offset
            return
        cursor = self.textCursor()
        cursor.setPosition(self._utf16(min(offset, self._loaded)))
        self.setTextCursor(cursor)
        self.centerCursor()

    def offset(self) -> int:
        """Where the cursor is, in characters of the text."""
        return self._characters(self.textCursor().position())

    def in_view(self) -> tuple[int, int]:
        """The characters that can be seen (start, end)."""
        last = self.cursorForPosition(QPoint(self.viewport().width() - 1, self.viewport().height() - 1))
        return self._characters(self.firstVisibleBlock().position()), self._characters(last.position())

    def choose_paragraph(self) -> None:
        """Marks the paragraph at the cursor; from an empty line the next one."""
        cursor = self.textCursor()
        block = cursor.block()
        while block.isValid() and not block.text().strip():
            block = block.next()
        if block.isValid():
            cursor.setPosition(block.position())
            cursor.setPosition(block.position() + len(block.text()), QTextCursor.MoveMode.KeepAnchor)
            cursor.setPosition(block.position() + block.length() - 1, QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            if self.textCursor().hasSelection():
                self.chosen.emit()
            else:
                self.choose_paragraph()
        elif event.key() == Qt.Key.Key_Escape and self.textCursor().hasSelection():
            cursor = self.textCursor()
            cursor.clearSelection()
            self.setTextCursor(cursor)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        first = menu.actions()[0] if menu.actions() else None
        take = menu.addAction("Make it a passage")
        take.setShortcut(QKeySequence(Qt.Key.Key_Return))
        take.setEnabled(self.textCursor().hasSelection())
        take.triggered.connect(lambda *_: self.chosen.emit())
        if first is not None:
            menu.insertAction(first, take)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._on_scroll()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._pieces:
            self._paint_marks()

    def _load_some(self) -> None:
        end = min(self._loaded + _SLICE, len(self._text), LONGEST)
        if end < len(self._text):  # at the end of a line, so that no heading is cut in two
            end = self._text.rfind("\n", self._loaded, end) + 1 or end
        breaks = list(_breaks(self._text, self._loaded, end))
        edges = [self._loaded, *breaks, end]
        pieces = [self._text[first:last] for first, last in itertools.pairwise(edges)]
        self._append(harmless("\n".join(pieces), _SLICE + len(pieces)))
        wide = [float(match.start()) for match in WIDE.finditer(self._text, self._loaded, end)]
        self._wide = self._wide or []
        self._wide += sorted([*wide, *(place - 0.5 for place in breaks)])
        self._loaded = end
        if self.loading and end < LONGEST:
            self._loading.start()
            return
        self._loading.stop()
        self._loaded = len(self._text)
        if self._scroll_to is not None:
            at, self._scroll_to = self._scroll_to, None
            self.go_to(at)
        self._on_scroll()

    def _append(self, text: str) -> None:
        """Adds text to the end; headings are bold."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        done = 0
        for heading in _HEADING.finditer(text):
            cursor.insertText(text[done : heading.start()], _PLAIN)
            cursor.insertText(heading.group(), _BOLD)
            done = heading.end()
        cursor.insertText(text[done:], _PLAIN)
        cursor.endEditBlock()

    def _on_scroll(self, *_value: int) -> None:
        """Never at once: selections set while a scroll bar moves in a long document crash Qt (seen with 6.11)."""
        self._painting.start()

    def _after_scroll(self) -> None:
        self._paint_marks()
        self.scrolled.emit()

    def _paint_marks(self) -> None:
        start, end = self.in_view()
        colours = roles_for(self.palette())
        first = bisect.bisect_right(self._pieces, start, key=lambda piece: piece.end)
        last = bisect.bisect_left(self._pieces, end, key=lambda piece: piece.start)
        bands = [
            self._selection(piece.start, piece.end, colours.good_soft if number % 2 else colours.accent_soft)
            for number, piece in enumerate(self._pieces[first:last], first)
        ]
        marks = [self._selection(a, b, colours.mark) for a, b in self._spans if b > start and a < end]
        self.setExtraSelections([*bands, *marks])

    def _selection(self, start: int, end: int, colour: str) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        last = min(end, self._loaded)
        cursor.setPosition(self._utf16(min(start, last)))
        cursor.setPosition(self._utf16(last), QTextCursor.MoveMode.KeepAnchor)
        made.cursor = cursor
        form = QTextCharFormat()
        form.setBackground(QColor(colour))
        form.setForeground(QColor(roles_for(self.palette()).text))
        made.format = form
        return made
