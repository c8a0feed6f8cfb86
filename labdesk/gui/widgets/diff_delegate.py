"""Paints one row of two texts beside each other: numbers, a sign, the words that differ; long lines are wrapped."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from labdesk.core.line_diff import DiffRow, Spans
from labdesk.gui import theme
from labdesk.gui.roles import Roles
from labdesk.gui.theme import XS, M, S, roles_for
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.words import counted

DIFF_ROW = Qt.ItemDataRole.UserRole + 11

_Index = QModelIndex | QPersistentModelIndex
_FEWEST_COLUMNS = 12
_MOST_LINES = 200
_DIGITS = 4
#: What stands before a line: its side is told by shape as well as by colour.
_SIGNS = {("removed", 0): "−", ("changed", 0): "−", ("added", 1): "+", ("changed", 1): "+"}


def wrapped(text: str, columns: int) -> list[tuple[int, int]]:
    """(start, end) of the visible lines of a text in a font of equal widths; words stay whole where they can."""
    wide = not text.isascii()
    if len(text) * (2 if wide else 1) <= columns:
        return [(0, len(text))]
    found: list[tuple[int, int]] = []
    start = space = used = 0
    for at, char in enumerate(text):
        used += 2 if wide and unicodedata.east_asian_width(char) in "WF" else 1
        if used > columns:
            end = space if space > start else at
            found.append((start, end))
            start, space = end, end
            used = at - end + 1
            if len(found) == _MOST_LINES:
                return found
        if char == " ":
            space = at + 1
    return [*found, (start, len(text))]


class DiffDelegate(QStyledItemDelegate):
    """For a list whose rows answer `DIFF_ROW` with a DiffRow."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._font = theme.font("mono")
        self._small = theme.font("small")
        self._metrics = QFontMetrics(self._font)
        self._line = self._metrics.height() + 2
        self._char = max(1, self._metrics.horizontalAdvance("0"))
        self._gutter = self._char * (_DIGITS + 2) + S
        self._columns = 0
        self._wraps: dict[str, list[tuple[int, int]]] = {}

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        row = index.data(DIFF_ROW)
        width = self._view.viewport().width()
        if not isinstance(row, DiffRow) or row.kind == "gap":
            return QSize(width, self._line + S)
        self._measure(width)
        lines = max(len(self._wrap(row.left)), len(self._wrap(row.right)))
        return QSize(width, lines * self._line + XS)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = index.data(DIFF_ROW)
        if not isinstance(row, DiffRow):
            return
        colours = roles_for(option.palette)
        rect: QRect = option.rect
        painter.save()
        if row.kind == "gap":
            self._paint_gap(painter, rect, row, colours)
        else:
            self._measure(rect.width())
            half = rect.width() // 2
            sides = ((row.left_number, row.left, row.left_spans), (row.right_number, row.right, row.right_spans))
            for side, (number, text, spans) in enumerate(sides):
                room = QRect(rect.left() + side * half, rect.top(), half, rect.height())
                self._paint_side(painter, room, _ground(row, side), colours)
                if number:
                    sign = _SIGNS.get((row.kind, side), "")
                    self._paint_text(painter, room, (number, text, spans, sign), colours)
            painter.setPen(QColor(colours.line))
            painter.drawLine(rect.left() + half, rect.top(), rect.left() + half, rect.bottom())
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QColor(colours.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        painter.restore()

    def _measure(self, width: int) -> None:
        columns = max(_FEWEST_COLUMNS, (width // 2 - self._gutter - S) // self._char)
        if columns != self._columns:
            self._columns = columns
            self._wraps = {}

    def _wrap(self, text: str) -> list[tuple[int, int]]:
        found = self._wraps.get(text)
        if found is None:
            found = self._wraps[text] = wrapped(text, self._columns)
        return found

    def _paint_gap(self, painter: QPainter, rect: QRect, row: DiffRow, colours: Roles) -> None:
        painter.fillRect(rect, QColor(colours.sunken))
        painter.setFont(self._small)
        painter.setPen(QColor(colours.muted))
        painter.drawText(rect.adjusted(M, 0, -M, 0), int(Qt.AlignmentFlag.AlignVCenter), gap_words(row))

    def _paint_side(self, painter: QPainter, room: QRect, ground: str, colours: Roles) -> None:
        painter.fillRect(room, QColor(colours.surface))
        if ground:
            painter.fillRect(room, QColor(getattr(colours, ground)))

    def _paint_text(self, painter: QPainter, room: QRect, line: tuple[int, str, Spans, str], colours: Roles) -> None:
        number, text, spans, sign = line
        shown = harmless(text, len(text)).replace("\t", "→")
        painter.setFont(self._font)
        gutter = QRect(room.left(), room.top() + XS // 2, self._char * _DIGITS + XS, self._line)
        painter.setPen(QColor(colours.muted))
        painter.drawText(gutter, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), str(number))
        painter.setPen(QColor(colours.text))
        painter.drawText(gutter.right() + S, gutter.top() + self._metrics.ascent() + 1, sign)
        left, top = room.left() + self._gutter, room.top() + XS // 2
        for start, end in self._wrap(text):
            for first, last in spans:
                one, other = max(first, start), min(last, end)
                if one < other:
                    x = left + self._metrics.horizontalAdvance(shown[start:one])
                    width = self._metrics.horizontalAdvance(shown[one:other])
                    painter.fillRect(QRect(x, top, width, self._line), QColor(colours.mark))
            painter.drawText(left, top + self._metrics.ascent() + 1, shown[start:end])
            top += self._line


def gap_words(row: DiffRow) -> str:
    """What a row says that stands for lines left out."""
    return f"⋯ {counted(row.left_number, 'line')} without a change"


def _ground(row: DiffRow, side: int) -> str:
    """The role of the background of a half."""
    if row.kind == "same":
        return ""
    if row.kind == "changed":
        return "good_soft" if side else "bad_soft"
    if row.kind == "removed":
        return "sunken" if side else "bad_soft"
    return "good_soft" if side else "sunken"
