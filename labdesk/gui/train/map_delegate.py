"""Paints the learning map: a number with a bar for each score, and an arrow with the gain. Never colour alone."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from labdesk.core.exam.learning_map import MapNode
from labdesk.gui import icons, theme
from labdesk.gui.roles import Roles
from labdesk.gui.theme import XS, M, S, roles_for
from labdesk.gui.train.map_model import AFTER, BEFORE, GAIN, NODE, Index, gain, percent

_BAR, _ICON, _ROW = 6, 16, 32
_NUMBER = 44
#: Fewer points than this are noise of a small exam: shown as "no change".
SAME = 5.0


def tone_of(score: float) -> str:
    """The colour role of a score: good from 75, warn from 40, else bad."""
    return "good" if score >= 75 else "warn" if score >= 40 else "bad"


def arrow_of(points: float) -> tuple[str, str]:
    """Icon and colour role of a gain."""
    if points >= SAME:
        return "arrow-up-right", "good"
    return ("arrow-down-right", "bad") if points <= -SAME else ("arrow-right", "muted")


class MapDelegate(QStyledItemDelegate):
    """For the columns with numbers; the name is the stock delegate's."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._font = theme.font("body")
        self._metrics = QFontMetrics(self._font)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        hint.setHeight(max(_ROW, hint.height()))
        return hint

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        node = index.data(NODE)
        if index.column() not in (BEFORE, AFTER, GAIN) or not isinstance(node, MapNode):
            super().paint(painter, option, index)
            return
        QApplication.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        colours = roles_for(option.palette)
        if index.column() == GAIN:
            self._gain(painter, option.rect, node.gain, colours)
        else:
            self._score(painter, option.rect, node.before if index.column() == BEFORE else node.after, colours)
        painter.restore()

    def _score(self, painter: QPainter, rect: QRect, score: float, colours: Roles) -> None:
        words = QRect(rect.left() + S, rect.top(), _NUMBER, rect.height())
        painter.setPen(QColor(colours.text))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), percent(score))
        room = rect.right() - words.right() - 2 * M
        bar = QRect(words.right() + S, rect.center().y() - _BAR // 2, max(0, room), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.line))
        painter.drawRoundedRect(bar, 3, 3)
        if score > 0:
            bar.setWidth(max(_BAR, round(bar.width() * min(score, 100.0) / 100)))
            painter.setBrush(QColor(getattr(colours, tone_of(score))))
            painter.drawRoundedRect(bar, 3, 3)

    def _gain(self, painter: QPainter, rect: QRect, points: float, colours: Roles) -> None:
        glyph, role = arrow_of(points)
        ink = QColor(getattr(colours, role))
        sign = QRect(rect.left() + S, rect.center().y() - _ICON // 2, _ICON, _ICON)
        icons.draw(painter, sign, glyph, ink)
        painter.setPen(ink)
        painter.drawText(rect.adjusted(S + _ICON + XS, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), gain(points))
