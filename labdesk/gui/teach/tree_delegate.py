"""Paints a row of the tree: sign, title with what was searched for marked in it, and the badge at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from labdesk.gui import icons, theme
from labdesk.gui.teach.leaf_book import Badge
from labdesk.gui.teach.tree_model import BADGE, IS_LEAF
from labdesk.gui.theme import XS, S, roles_for

_ROW = 30
_GLYPH = 14
_TONES = {"good": "good", "warn": "warn", "bad": "bad", "accent": "accent_text", "normal": "text"}

Index = QModelIndex | QPersistentModelIndex


class TreeDelegate(QStyledItemDelegate):
    """Fonts are made once: nothing is created while painting. `words` are the words searched for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._small = theme.font("small")
        self._branch = theme.font("label")
        self._metrics = QFontMetrics(self._small)
        self.words: Sequence[str] = ()

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        is_leaf = index.data(IS_LEAF)
        if not is_leaf:
            option.font = self._branch
        option.fontMetrics = QFontMetrics(option.font)
        room = option.rect.width() - self._width(index.data(BADGE)) - 2 * S - (24 if is_leaf else 0)
        option.text = option.fontMetrics.elidedText(option.text, Qt.TextElideMode.ElideRight, room)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(80, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if self.words:
            self._mark(painter, option, index)
        badge = index.data(BADGE)
        if badge and (badge.text or badge.glyph):
            self._paint_badge(painter, option, badge)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """As high as the row: the text alone would leave no room for the field's edges."""
        super().updateEditorGeometry(editor, option, index)
        editor.setGeometry(editor.x(), option.rect.y(), option.rect.right() - editor.x(), option.rect.height())

    def _width(self, badge: Badge | None) -> int:
        if badge is None:
            return 0
        text = self._metrics.horizontalAdvance(badge.text) if badge.text else 0
        return text + (_GLYPH + XS if badge.glyph else 0)

    def _paint_badge(self, painter: QPainter, option: QStyleOptionViewItem, badge: Badge) -> None:
        colours = roles_for(option.palette)
        room = option.rect.adjusted(0, 0, -S, 0)
        painter.save()
        painter.setFont(self._small)
        painter.setPen(QColor(getattr(colours, _TONES.get(badge.tone, "muted"))))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), badge.text)
        painter.restore()
        if badge.glyph:
            left = room.right() + 1 - self._width(badge)
            glyph = QRect(left, room.center().y() - _GLYPH // 2 + 1, _GLYPH, _GLYPH)
            icons.draw(painter, glyph, badge.glyph, QColor(getattr(colours, badge.glyph_role)))

    def _mark(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Underlines the words in the title: a mark behind the text would need the text painted again."""
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        style = shown.widget.style() if shown.widget else QApplication.style()
        room = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, shown, shown.widget)
        left = room.left() + style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin) + 1
        low, advance = shown.text.lower(), shown.fontMetrics.horizontalAdvance
        for word in self.words:
            at = low.find(word)
            if at >= 0:
                start, width = left + advance(shown.text[:at]), advance(shown.text[at : at + len(word)])
                line = QRect(start, room.center().y() + shown.fontMetrics.ascent() // 2 + 3, width, 2)
                painter.fillRect(line, QColor(roles_for(option.palette).accent))
