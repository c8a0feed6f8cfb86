"""Paints a sample as two lines: its sign and question, then its answer or why it was discarded.

Everything is measured once; `paint` makes no font and no layout."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from labdesk.gui import icons, theme
from labdesk.gui.generate.sample_model import ROW_ROLE, SampleRow
from labdesk.gui.theme import RADIUS, XS, M, S, roles_for

_SIGN = 16
_FIRST_LINE = 300


class SampleDelegate(QStyledItemDelegate):
    """Uniform rows; the view sets `setUniformItemSizes(True)`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._body = theme.font("body")
        self._small = theme.font("small")
        self._body_metrics = QFontMetrics(self._body)
        self._small_metrics = QFontMetrics(self._small)
        self._height = self._body_metrics.height() + self._small_metrics.height() + XS + 2 * S

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, self._height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, SampleRow):
            return
        colours = roles_for(option.palette)
        rect: QRect = option.rect
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.selected if state & QStyle.StateFlag.State_Selected else colours.hover))
            painter.drawRoundedRect(rect.adjusted(XS, 1, -XS, -1), RADIUS, RADIUS)
        top = rect.top() + S
        sign = QRect(rect.left() + M, top + 1, _SIGN, _SIGN)
        icons.draw(
            painter,
            sign,
            "check-circle" if row.kept else "prohibit",
            QColor(colours.good if row.kept else colours.outline),
        )
        left = sign.right() + S
        width = rect.right() - M - left
        self._line(
            painter,
            QRect(left, top, width, self._body_metrics.height()),
            row.question,
            colours.text if row.kept else colours.muted,
        )
        below = QRect(left, top + self._body_metrics.height() + XS, width, self._small_metrics.height())
        self._second(painter, below, row, colours.muted, colours.warn)
        painter.restore()

    def _line(self, painter: QPainter, rect: QRect, text: str, colour: str) -> None:
        painter.setFont(self._body)
        painter.setPen(QColor(colour))
        shown = self._body_metrics.elidedText(_flat(text), Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _second(self, painter: QPainter, rect: QRect, row: SampleRow, muted: str, warn: str) -> None:
        painter.setFont(self._small)
        painter.setPen(QColor(muted if row.kept else warn))
        text = row.answer if row.kept else row.reason or "Discarded"
        shown = self._small_metrics.elidedText(_flat(text), Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter), shown)


def _flat(text: str) -> str:
    return " ".join(text[:_FIRST_LINE].split())
