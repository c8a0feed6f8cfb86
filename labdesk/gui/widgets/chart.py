"""A live line chart: heading, the newest values in words, and the curves. `faint` series are drawn thin and grey behind
the others, such as raw values behind smoothed ones.

The newest values also stand in the accessible description, because nobody can hear a curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from labdesk.gui.theme import M, S
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.line_plot import LinePlot
from labdesk.gui.widgets.text import label


class LiveChart(QWidget):
    """One or more series over a common x axis. `add` a point at a time; drawing happens when the event loop is idle."""

    def __init__(
        self,
        title: str,
        x_title: str,
        series: Sequence[str],
        parent: QWidget | None = None,
        *,
        faint: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self.title = title
        self._x_title = x_title
        self._points: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in series}
        self._values = {name: label("–", "number") for name in series}
        self._plot = LinePlot(x_title, faint)
        self._dirty = False
        heads = [column(label(name, "small", "muted"), self._values[name], gap=0) for name in series]
        self._column = column(row(label(title, "heading"), None, *heads, gap=M), self._plot, gap=S, margin=M)
        self._column.setStretch(1, 1)
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

    def _draw(self) -> None:
        self._describe()
        if self.isVisible():
            self._plot.show_series(self._points)

    def _describe(self) -> None:
        said = []
        for name, (xs, ys) in self._points.items():
            shown = f"{ys[-1]:.3g}" if ys else "–"
            self._value(name).setText(shown)
            said.append(f"{name} {shown} at {self._x_title} {xs[-1]:g}" if xs else f"{name}: no values yet")
        self.setAccessibleDescription("; ".join(said))

    def _value(self, name: str) -> QLabel:
        return self._values[name]
