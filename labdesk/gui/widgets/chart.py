"""A live line chart (pyqtgraph). The library is imported with the first chart, not with the window: it costs 0.3 s.

The newest values also stand in the accessible description, because nobody can hear a curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from labdesk.gui.theme import M, S, roles_for
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label

#: Colour roles of the series in the order they are added, with the dash that tells them apart without colour.
_STYLES = (("accent_text", Qt.PenStyle.SolidLine), ("warn", Qt.PenStyle.DashLine), ("good", Qt.PenStyle.DotLine))


class LiveChart(QWidget):
    """One or more series over a common x axis. `add` a point at a time; drawing happens when the event loop is idle."""

    def __init__(self, title: str, x_title: str, series: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self._x_title = x_title
        self._points: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in series}
        self._values = {name: label("–", "number") for name in series}
        self._plot: Any = None
        self._curves: dict[str, Any] = {}
        self._dirty = False
        heads = [column(label(name, "small", "muted"), self._values[name], gap=0) for name in series]
        self._column = column(row(label(title, "heading"), None, *heads, gap=M), gap=S, margin=M)
        self.setLayout(self._column)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)
        self._describe()

    def clear(self) -> None:
        """Forgets all points."""
        for xs, ys in self._points.values():
            xs.clear()
            ys.clear()
        self._later()

    def add(self, series: str, x: float, y: float) -> None:
        """Adds a point at the end of a series."""
        xs, ys = self._points[series]
        xs.append(x)
        ys.append(y)
        self._later()

    def points(self, series: str) -> list[tuple[float, float]]:
        """The points of a series."""
        return list(zip(*self._points[series], strict=True))

    def _later(self) -> None:
        if not self._dirty:
            self._dirty = True
            self.startTimer(50, Qt.TimerType.CoarseTimer)

    def timerEvent(self, event: Any) -> None:
        self.killTimer(event.timerId())
        self._dirty = False
        self._draw()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self._later()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and self._plot is not None:
            self._dress()
        super().changeEvent(event)

    def _draw(self) -> None:
        self._describe()
        if not self.isVisible():
            return
        if self._plot is None:
            self._make_plot()
        for name, curve in self._curves.items():
            curve.setData(*self._points[name])

    def _make_plot(self) -> None:
        import pyqtgraph  # here, because it is slow to import (see above)

        pyqtgraph.setConfigOptions(antialias=True)
        self._plot = pyqtgraph.PlotWidget(parent=self)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.setLabel("bottom", self._x_title)
        self._plot.setMinimumHeight(160)
        self._curves = {name: self._plot.plot([], []) for name in self._points}
        self._column.addWidget(self._plot, 1)
        self._dress()

    def _dress(self) -> None:
        import pyqtgraph

        colours = roles_for(self.palette())
        self._plot.setBackground(None)
        self._plot.showGrid(x=False, y=True, alpha=0.15)
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(pyqtgraph.mkPen(colours.line))
            axis.setTextPen(pyqtgraph.mkPen(colours.muted))
        for (role, dash), curve in zip(_STYLES, self._curves.values(), strict=False):
            curve.setPen(pyqtgraph.mkPen(getattr(colours, role), width=2, style=dash))

    def _describe(self) -> None:
        said = []
        for name, (xs, ys) in self._points.items():
            shown = f"{ys[-1]:.3g}" if ys else "–"
            self._value(name).setText(shown)
            said.append(f"{name} {shown} at {self._x_title} {xs[-1]:g}" if xs else f"{name}: no values yet")
        self.setAccessibleDescription("; ".join(said))

    def _value(self, name: str) -> QLabel:
        return self._values[name]
