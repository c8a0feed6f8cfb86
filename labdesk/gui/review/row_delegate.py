"""Paints an entry in two lines: its sign and the question, the answer quietly below."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from labdesk.gui import theme
from labdesk.gui.review.entries import Entry
from labdesk.gui.review.model import ENTRY, one_line
from labdesk.gui.theme import ICON, RADIUS, XS, M, S, roles_for
from labdesk.gui.widgets.state_dot import paint_state


class EntryDelegate(QStyledItemDelegate):
    """Fonts and metrics are made once: nothing is created while painting."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._font = theme.font("body")
        self._small = theme.font("small")
        self._metrics = QFontMetrics(self._font)
        self._small_metrics = QFontMetrics(self._small)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, self._metrics.height() + self._small_metrics.height() + XS + 2 * S)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry = index.data(ENTRY)
        if not isinstance(entry, Entry):
            return
        colours = roles_for(option.palette)
        painter.save()
        state = option.state
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            focused = bool(state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(QColor(colours.accent) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.selected if selected else colours.hover))
            painter.drawRoundedRect(option.rect.adjusted(XS, 1, -XS, -1), RADIUS, RADIUS)
        room = option.rect.adjusted(M, S, -M, -S)
        line = self._metrics.height()
        paint_state(painter, QRect(room.left(), room.top() + (line - ICON) // 2, ICON, ICON), entry.state, colours)
        words = room.adjusted(ICON + S, 0, 0, 0)
        gone = entry.standing in ("rejected", "discarded")
        self._line(painter, words, self._font, one_line(entry.question), colours.muted if gone else colours.text)
        below = words.adjusted(0, line + XS, 0, 0)
        self._line(painter, below, self._small, one_line(entry.answer), colours.muted)
        painter.restore()

    def _line(self, painter: QPainter, room: QRect, font: object, text: str, colour: str) -> None:
        metrics = self._metrics if font is self._font else self._small_metrics
        painter.setFont(self._font if font is self._font else self._small)
        painter.setPen(QColor(colour))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft), shown)
