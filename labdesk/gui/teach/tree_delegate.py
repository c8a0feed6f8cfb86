"""Paints a row of the tree: sign, title, and the count at the right in a quiet colour."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from labdesk.gui import theme
from labdesk.gui.teach.tree_model import COUNT, IS_LEAF
from labdesk.gui.theme import S, roles_for

_ROW = 30
_COUNT_ROOM = 44


class TreeDelegate(QStyledItemDelegate):
    """Fonts are made once: nothing is created while painting."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._small = theme.font("small")
        self._branch = theme.font("label")

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if not index.data(IS_LEAF):
            option.font = self._branch
        metrics = QFontMetrics(option.font)
        room = option.rect.width() - _COUNT_ROOM - (24 if index.data(IS_LEAF) else 0)
        option.text = metrics.elidedText(option.text, Qt.TextElideMode.ElideRight, room)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        count = index.data(COUNT)
        if count:
            painter.save()
            painter.setFont(self._small)
            painter.setPen(QColor(roles_for(option.palette).muted))
            room = option.rect.adjusted(0, 0, -S, 0)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), count)
            painter.restore()
