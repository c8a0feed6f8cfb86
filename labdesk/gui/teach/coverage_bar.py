"""The margin of a source document: which parts of it the leaf's passages cite, and what is in view."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from labdesk.gui.theme import XS, roles_for
from labdesk.gui.words import counted, share

_WIDTH = 14
_THINNEST = 3.0
_ROUND = 2.0


class CoverageBar(QWidget):
    """`wanted(offset)` asks to show a place of the document. Up and Down go from passage to passage."""

    wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._length = 0
        self._spans: list[tuple[int, int, int]] = []  # start, end, passage from 0
        self._view = (0, 0)
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Which parts of the document have passages")

    def show_cover(self, length: int, spans: Sequence[tuple[int, int, int]]) -> None:
        """The document's length and its cited spans as (start, end, number of the passage from 0)."""
        self._length, self._spans = length, sorted(spans)
        cited = sum(end - start for start, end, _passage in self._spans)
        words = f"{counted(len({passage for *_, passage in spans}), 'passage')}, {share(cited, length)} of the document"
        self.setAccessibleDescription(f"{words}. Up and Down go from passage to passage.")
        self.update()

    def show_view(self, start: int, end: int) -> None:
        """The characters that can be seen."""
        if (start, end) != self._view:
            self._view = (start, end)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, 80)

    def offset_at(self, y: float) -> int:
        """The place of the document that a height in the bar stands for."""
        share_of = min(1.0, max(0.0, (y - XS) / max(1.0, self.height() - 2 * XS)))
        return min(max(0, self._length - 1), round(share_of * self._length))

    def step(self, direction: int) -> None:
        """To the next (1) or the previous (-1) passage."""
        starts = [start for start, _end, _passage in self._spans]
        if not starts:
            return
        found = bisect.bisect_right(starts, self._at) if direction > 0 else bisect.bisect_left(starts, self._at) - 1
        self._go(starts[min(len(starts) - 1, max(0, found))])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(self._snapped(event.position().y()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(self.offset_at(event.position().y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.step(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(0 if event.key() == Qt.Key.Key_Home else max(0, self._length - 1))
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self._snapped(event.pos().y())
            passage = next((p for start, end, p in self._spans if start <= at < end), None)
            where = f"{share(at, self._length)} into the document"
            QToolTip.showText(event.globalPos(), f"Passage {passage + 1}" if passage is not None else where, self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = roles_for(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.sunken))
        bar = QRectF(2, XS - 1, self.width() - 4, self.height() - 2 * XS + 2)
        painter.drawRoundedRect(bar, _ROUND, _ROUND)
        painter.setBrush(QColor(colours.accent))
        for start, end, _passage in self._spans if self._length else ():
            top, bottom = self._y(start), self._y(end)
            height = max(_THINNEST, bottom - top)
            painter.drawRoundedRect(QRectF(4, min(top, bar.bottom() - height), self.width() - 8, height), 1, 1)
        if self._length and self._view != (0, 0):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.outline), 1.0))
            top, bottom = self._y(self._view[0]), self._y(self._view[1])
            painter.drawRoundedRect(QRectF(1.5, top - 0.5, self.width() - 3, max(6.0, bottom - top)), _ROUND, _ROUND)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2.0))
            painter.drawRoundedRect(QRectF(1, 1, self.width() - 2, self.height() - 2), _ROUND, _ROUND)
        painter.end()

    def _y(self, offset: int) -> float:
        return XS + (self.height() - 2 * XS) * min(1.0, offset / max(1, self._length))

    def _snapped(self, y: float) -> int:
        """The start of the passage that is drawn at this height, if there is one, else the place itself."""
        for start, end, _passage in self._spans:
            if self._y(start) - 1 <= y <= max(self._y(end), self._y(start) + _THINNEST) + 1:
                return start
        return self.offset_at(y)

    def _go(self, offset: int) -> None:
        self._at = offset
        self.wanted.emit(offset)
