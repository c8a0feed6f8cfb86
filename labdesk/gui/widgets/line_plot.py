"""A painted line plot: a few series over a common x axis, with a value axis of round numbers.

Painted here rather than with a plotting library, because importing one stops the main thread for half a second to a
second (measured: numpy 0.5 s and pyqtgraph 1.2 s on a busy machine), and it must never stop for a tenth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from labdesk.gui import theme
from labdesk.gui.roles import Roles
from labdesk.gui.theme import L, M, S, roles_for

Points = tuple[Sequence[float], Sequence[float]]

#: Colour roles of the series in the order they are given, with the dash that tells them apart without colour.
STYLES = (("accent_text", Qt.PenStyle.SolidLine), ("warn", Qt.PenStyle.DashLine), ("good", Qt.PenStyle.DotLine))
_TICKS = 5
_LEAST = 160


def ticks(low: float, high: float, most: int = _TICKS) -> list[float]:
    """Round numbers (1, 2 or 5 times a power of ten) from at or above `low` to at or below `high`."""
    if not high > low:
        return [low]
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    first = math.ceil(low / step - 1e-9)
    return [n * step for n in range(first, math.floor(high / step + 1e-9) + 1)]


class LinePlot(QWidget):
    """`show_series` takes x and y of each series; values that are not numbers are left out."""

    def __init__(self, x_title: str, faint: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._x_title = x_title
        self._faint = set(faint)
        self._series: dict[str, list[QPointF]] = {}
        self._font = theme.font("small")
        self._metrics = QFontMetrics(self._font)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_series(self, series: Mapping[str, Points]) -> None:
        """Shows these points."""
        self._series = {
            name: [QPointF(x, y) for x, y in zip(xs, ys, strict=True) if math.isfinite(y)]
            for name, (xs, ys) in series.items()
        }
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, _LEAST)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = roles_for(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        everything = [point for points in self._series.values() for point in points]
        if everything:
            self._paint(painter, colours, _range(everything))
        else:
            painter.setPen(QColor(colours.muted))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), "The curve begins with the first step.")
        painter.end()

    def _paint(self, painter: QPainter, colours: Roles, world: QRectF) -> None:
        rows = ticks(world.top(), world.bottom())
        labels = [_short(value) for value in rows]
        left = max(self._metrics.horizontalAdvance(text) for text in labels) + S
        line = self._metrics.height()
        area = QRectF(left, line / 2, self.width() - left - M, self.height() - line * 2.5 - S)
        for value, text in zip(rows, labels, strict=True):
            y = area.bottom() - (value - world.top()) / world.height() * area.height()
            painter.setPen(QColor(colours.line))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(colours.muted))
            place = QRect(0, round(y - line / 2), left - S, line)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
        self._paint_x(painter, area, world, line)
        painter.setClipRect(area.adjusted(-2, -2, 2, 2))
        for name, points in sorted(self._series.items(), key=lambda pair: pair[0] not in self._faint):
            painter.setPen(self._pen(name, colours))
            painter.drawPolyline(QPolygonF([_mapped(point, area, world) for point in points]))
            if len(points) == 1:
                painter.drawEllipse(_mapped(points[0], area, world), 2, 2)

    def _paint_x(self, painter: QPainter, area: QRectF, world: QRectF, line: int) -> None:
        for value in ticks(world.left(), world.right(), max(2, int(area.width() // 90))):
            x = _mapped(QPointF(value, world.top()), area, world).x()
            place = QRect(round(x - L * 2), round(area.bottom()) + S, L * 4, line)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), _short(value))
        below = QRect(round(area.left()), self.height() - line, round(area.width()), line)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), self._x_title)

    def _pen(self, name: str, colours: Roles) -> QPen:
        if name in self._faint:
            return QPen(QColor(colours.outline), 1)
        plain = [other for other in self._series if other not in self._faint]
        role, dash = STYLES[plain.index(name) % len(STYLES)]
        pen = QPen(QColor(getattr(colours, role)), 2, dash)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen


def _range(points: Sequence[QPointF]) -> QRectF:
    """The part of the world to show: all points, with a little air above and below."""
    xs, ys = [point.x() for point in points], [point.y() for point in points]
    low, high = min(ys), max(ys)
    air = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    width = max(xs) - min(xs) or 1.0
    return QRectF(min(xs), low - air, width, high - low + 2 * air)


def _mapped(point: QPointF, area: QRectF, world: QRectF) -> QPointF:
    x = area.left() + (point.x() - world.left()) / world.width() * area.width()
    return QPointF(x, area.bottom() - (point.y() - world.top()) / world.height() * area.height())


def _short(value: float) -> str:
    return f"{value:.6g}"
