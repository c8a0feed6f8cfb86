"""How a training goes: the loss as it falls, the figures beside it, and a sentence about its health."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from labdesk.core.events import Event, Metric
from labdesk.gui.icons import icon
from labdesk.gui.roles import Tone
from labdesk.gui.theme import L, M, S
from labdesk.gui.train.curve import Curve, Health, health
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.chart import LiveChart
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label, set_property
from labdesk.gui.words import number, size

_SIGN = 20
_FIGURES = 224
_GLYPHS: dict[Tone, str] = {
    "good": "heartbeat",
    "warn": "warning-circle",
    "bad": "warning-octagon",
    "muted": "hourglass",
}
RAW, SMOOTH, HELD = "Each step", "Smoothed", "Held out"


class LiveView(QWidget):
    """Takes events; forgets nothing until `clear`."""

    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart = LiveChart("Loss", "step", (SMOOTH, RAW, HELD), faint=(RAW,))
        self.health = HealthLine(self.stop_wanted.emit)
        self.figures = Figures()
        self._curve = Curve()
        self._values: dict[str, float] = {}
        self._running = True
        card = QFrame()
        card.setProperty("surface", "card")
        card.setLayout(column(self.chart, margin=S))
        middle = row(card, self.figures, gap=M)
        middle.setStretch(0, 1)
        whole = column(self.health, middle, gap=M)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self._show_health()

    def clear(self) -> None:
        """Another run is shown from now on."""
        self._curve = Curve()
        self._values = {}
        self.chart.clear()
        self.figures.show_values({}, 0)
        self._show_health()

    def take_events(self, events: list[Event]) -> None:
        """New events of the run."""
        fresh = False
        for event in events:
            if isinstance(event, Metric) and event.phase:
                point = self._curve.add(event)
                self._values.update(event.values)
                fresh = True
                held = event.values.get("validation_loss")
                if held is not None:
                    self.chart.add(HELD, len(self._curve.points), held)
                if point is not None:
                    self.chart.add(RAW, point.x, point.loss)
                    self.chart.add(SMOOTH, point.x, point.smooth)
        if fresh:
            self.figures.show_values(self._values, len(self._curve.points))
            self._show_health()

    def show_running(self, running: bool) -> None:
        """Whether the run is at work: an ended one needs no advice."""
        self._running = running
        self._show_health()

    def _show_health(self) -> None:
        points = self._curve.of_phase if self._running else self._curve.points
        self.health.show_health(health(points, running=self._running))

    @property
    def losses(self) -> list[float]:
        """The raw losses in order."""
        return [point.loss for point in self._curve.points]


class HealthLine(QFrame):
    """One sentence in its tone, with an icon, and what to do; a button where that is to stop."""

    def __init__(self, stop: Callable[[], object]) -> None:
        super().__init__()
        self._sign = QLabel()
        self._words = label(step="heading", wrap=True)
        self._advice = label(tone="muted", wrap=True)
        self.stop = button("Stop and save", stop, kind="plain", glyph="stop")
        self.stop.setToolTip("Stop at the next safe point. What was learned so far is kept, and it can go on later.")
        self.stop.hide()
        across = row(self._sign, column(self._words, self._advice, gap=0), self.stop, gap=M, margin=(L, S, L, S))
        across.setStretch(1, 1)
        self.setLayout(across)

    def show_health(self, shown: Health) -> None:
        """Shows how it goes."""
        set_property(self, "surface", shown.tone)
        self._sign.setPixmap(icon(_GLYPHS.get(shown.tone, "info"), shown.tone).pixmap(QSize(_SIGN, _SIGN)))
        self._words.setText(shown.words)
        self._advice.setText(shown.advice)
        self._advice.setVisible(bool(shown.advice))
        self.stop.setVisible(shown.stop)
        self.setAccessibleName(f"{shown.words} {shown.advice}".strip())


class Figures(QFrame):
    """The numbers of the last step, each with a sentence about what it is."""

    _ROWS = (
        ("loss", "Loss", "How far the model's answers are from the samples. It should fall."),
        ("validation_loss", "Held-out loss", "The same on samples that are not trained on."),
        ("learning_rate", "Learning rate", "How large each correction is."),
        ("tokens_per_second", "Tokens per second", "How fast this computer trains."),
        ("memory", "Memory", "The most that the trainer has needed so far."),
        ("step", "Steps", "Corrections made so far, over all phases."),
    )

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self.setFixedWidth(_FIGURES)
        self._values: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setContentsMargins(L, L, L, L)
        grid.setVerticalSpacing(M)
        for index, (key, title, words) in enumerate(self._ROWS):
            name, value = label(title, "small", "muted"), label("–", "heading")
            name.setToolTip(words)
            value.setToolTip(words)
            value.setAccessibleDescription(words)
            grid.addLayout(column(name, value, gap=0), index, 0)
            self._values[key] = value
        grid.setRowStretch(len(self._ROWS), 1)
        self.setLayout(grid)

    def show_values(self, values: dict[str, float], steps: int) -> None:
        """Shows the figures of the last step; a dash for what is not known."""
        memory = values.get("memory") or values.get("peak_memory")
        rate, speed = values.get("learning_rate"), values.get("tokens_per_second")
        shown = {
            "loss": _float(values.get("loss")),
            "validation_loss": _float(values.get("validation_loss")),
            "learning_rate": f"{rate:.1e}".replace("e-0", "e-") if rate else "–",
            "tokens_per_second": number(speed) if speed else "–",
            "memory": size(memory) if memory else "–",
            "step": number(steps) if steps else "–",
        }
        for key, _title, _words in self._ROWS:
            self._values[key].setText(shown[key])
            self._values[key].setAccessibleName(f"{_title}: {shown[key]}")


def _float(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
