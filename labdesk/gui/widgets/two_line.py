"""A list row of two lines: sign, title, words at the right, and a muted second line. One delegate for all such lists.

A model answers `TWO_LINE` with a `TwoLine`; everything is measured once and `paint` makes no font and no layout."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from labdesk.gui import icons, theme
from labdesk.gui.roles import Roles, Tone
from labdesk.gui.theme import RADIUS, XS, M, S, roles_for

TWO_LINE = Qt.ItemDataRole.UserRole + 7
_SIGN = 16

Index = QModelIndex | QPersistentModelIndex


@dataclasses.dataclass(frozen=True)
class TwoLine:
    """What a row says. `glyph` is an icon in the colour of `glyph_role`; `tone` colours the words at the right."""

    title: str
    detail: str = ""
    glyph: str = ""
    glyph_role: str = "muted"
    aside: str = ""
    tone: Tone = "muted"
    detail_tone: Tone = "muted"
    dim: bool = False

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return ", ".join(part for part in (self.title, self.detail, self.aside) if part)


class TwoLineDelegate(QStyledItemDelegate):
    """Uniform rows; a check box is painted when the model gives a check state."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._body = theme.font("body")
        self._small = theme.font("small")
        self._body_metrics = QFontMetrics(self._body)
        self._small_metrics = QFontMetrics(self._small)
        self._height = self._body_metrics.height() + self._small_metrics.height() + XS + 2 * S

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(160, self._height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(TWO_LINE)
        if not isinstance(line, TwoLine):
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
        left = rect.left() + M
        checked = index.data(Qt.ItemDataRole.CheckStateRole)
        if checked is not None:
            self._paint_check(painter, self._check_box(rect), Qt.CheckState(checked) == Qt.CheckState.Checked, colours)
            left += _SIGN + S
        elif line.glyph:
            sign = QRect(left, rect.top() + S + 1, _SIGN, _SIGN)
            icons.draw(painter, sign, line.glyph, QColor(getattr(colours, line.glyph_role)))
            left += _SIGN + S
        self._paint_words(
            painter, QRect(left, rect.top() + S, rect.right() - M - left, rect.height() - 2 * S), line, colours
        )
        painter.restore()

    def _paint_words(self, painter: QPainter, room: QRect, line: TwoLine, colours: Roles) -> None:
        first = QRect(room.left(), room.top(), room.width(), self._body_metrics.height())
        if line.aside:
            painter.setFont(self._small)
            painter.setPen(_ink(colours, line.tone))
            painter.drawText(first, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), line.aside)
            first.setWidth(first.width() - self._small_metrics.horizontalAdvance(line.aside) - S)
        painter.setFont(self._body)
        painter.setPen(QColor(colours.muted if line.dim else colours.text))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(
            first, middle, self._body_metrics.elidedText(line.title, Qt.TextElideMode.ElideRight, first.width())
        )
        second = QRect(room.left(), first.bottom() + XS, room.width(), self._small_metrics.height())
        painter.setFont(self._small)
        painter.setPen(_ink(colours, line.detail_tone))
        painter.drawText(
            second, middle, self._small_metrics.elidedText(line.detail, Qt.TextElideMode.ElideRight, second.width())
        )

    def _check_box(self, rect: QRect) -> QRect:
        return QRect(rect.left() + M, rect.top() + S + 1, _SIGN, _SIGN)

    def _paint_check(self, painter: QPainter, box: QRect, checked: bool, colours: Roles) -> None:
        glyph = "check-square-fill" if checked else "square"
        icons.draw(painter, box, glyph, QColor(colours.accent_text if checked else colours.outline))

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        """A click anywhere in a row with a check box turns it, as does the space bar."""
        checked = index.data(Qt.ItemDataRole.CheckStateRole)
        if checked is None:
            return False
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            turned = (
                Qt.CheckState.Unchecked if Qt.CheckState(checked) == Qt.CheckState.Checked else Qt.CheckState.Checked
            )
            return bool(model.setData(index, turned, Qt.ItemDataRole.CheckStateRole))
        if event.type() == QEvent.Type.KeyPress:
            return super().editorEvent(event, model, option, index)
        return False


def _ink(colours: Roles, tone: Tone) -> QColor:
    return QColor(getattr(colours, {"normal": "text", "accent": "accent_text"}.get(tone, tone)))


def list_view(name: str, model: QAbstractItemModel, delegate: QStyledItemDelegate) -> QListView:
    """A list that shows such rows: named, uniform, without a horizontal bar."""
    made = QListView()
    made.setAccessibleName(name)
    made.setModel(model)
    delegate.setParent(made)
    made.setItemDelegate(delegate)
    made.setUniformItemSizes(True)
    made.setMouseTracking(True)
    made.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return made
