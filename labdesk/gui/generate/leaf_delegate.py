"""Paints a leaf's progress: its name, a bar, and "34 kept of 120 asked"."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from labdesk.gui import theme
from labdesk.gui.generate.leaf_model import ROW_ROLE, LeafRow
from labdesk.gui.theme import RADIUS, XS, M, S, roles_for

_BAR = 4


class LeafDelegate(QStyledItemDelegate):
    """Uniform rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._body = theme.font("body")
        self._small = theme.font("small")
        self._body_metrics = QFontMetrics(self._body)
        self._small_metrics = QFontMetrics(self._small)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(160, self._body_metrics.height() + self._small_metrics.height() + _BAR + XS + 2 * S + XS)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, LeafRow):
            return
        colours = roles_for(option.palette)
        rect: QRect = option.rect
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setBrush(QColor(colours.selected if state & QStyle.StateFlag.State_Selected else colours.hover))
            painter.drawRoundedRect(rect.adjusted(XS, 1, -XS, -1), RADIUS, RADIUS)
        inner = rect.adjusted(M, S, -M, -S)
        title = QRect(inner.left(), inner.top(), inner.width(), self._body_metrics.height())
        self._text(painter, title, row.title, colours.text if row.asked or row.active else colours.muted, small=False)
        bar = QRect(inner.left(), title.bottom() + XS, inner.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.line))
        painter.drawRoundedRect(bar, 2, 2)
        if row.fraction:
            painter.setBrush(QColor(colours.good))
            bar.setWidth(max(_BAR, round(bar.width() * row.fraction)))
            painter.drawRoundedRect(bar, 2, 2)
        below = QRect(inner.left(), bar.bottom() + XS, inner.width(), self._small_metrics.height())
        self._text(painter, below, row.words, colours.muted, small=True)
        painter.restore()

    def _text(self, painter: QPainter, rect: QRect, text: str, colour: str, *, small: bool) -> None:
        metrics = self._small_metrics if small else self._body_metrics
        painter.setFont(self._small if small else self._body)
        painter.setPen(QColor(colour))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter), shown)
