"""A thin bar and a line of words: how much of what the teacher can read at once a seed example takes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from labdesk.core.plans.token_room import Level, Room, read
from labdesk.gui.theme import XS, S, roles_for
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import ElidedLabel, label, set_tone
from labdesk.gui.words import number

_WHAT = "Tokens are the words and word parts that a model reads."
_HELP = f"{_WHAT} Counted with the vocabulary of your teacher."
_WIDTH = 120


class TokenMeter(QWidget):
    """Hidden until something was counted. `explain` says below it what a token is: once in a form is enough."""

    def __init__(self, what: str, *, explain: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = what
        self._bar = _Bar()
        self.words = ElidedLabel(step="small", tone="muted")
        self.words.setToolTip(_HELP)
        self.setToolTip(_HELP)
        line = row(self._bar, self.words, gap=S)
        line.setStretch(1, 1)
        self._explain = explain
        self.advice = label(step="small", tone="muted", wrap=True)
        self.setLayout(column(line, self.advice, gap=XS))
        self.hide()

    def show_count(self, tokens: int, room: Room, questions: int = 0) -> None:
        """Shows a count in its room; `questions` are the tokens of a passage's questions and answers."""
        reading = read(tokens, room, questions)
        said = f"{number(tokens + questions)} of {number(room.most)} tokens"
        if questions:
            said += f", {number(questions)} in its questions"
        self.words.setText(said)
        self._below(reading.advice)
        tone = {"good": "muted", "near": "warn", "over": "bad"}[reading.level]
        for text in (self.words, self.advice):
            set_tone(text, tone)  # type: ignore[arg-type]
        self._bar.show_reading(reading.fraction, room.advised / room.most, reading.level)
        self.setAccessibleName(f"{self._what}: {said}")
        self.setAccessibleDescription(f"{reading.advice} {_HELP}".strip())
        self.show()

    def _below(self, advice: str) -> None:
        """Advice, or once in a form what a token is."""
        self.advice.setText(advice or (_WHAT if self._explain else ""))
        self.advice.setVisible(bool(self.advice.text()))

    def say(self, words: str) -> None:
        """Says why there is no count."""
        self._bar.hide()
        self._below("")
        self.words.setText(words)
        self.setAccessibleName(words)
        self.show()


class _Bar(QWidget):
    """The bar, with a tick where the advised length ends. Colour never speaks alone: the words say the same."""

    def __init__(self) -> None:
        super().__init__()
        self._fraction = self._tick = 0.0
        self._level: Level = "good"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_reading(self, fraction: float, tick: float, level: Level) -> None:
        self._fraction, self._tick, self._level = fraction, tick, level
        self.show()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, 2 * S)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = roles_for(self.palette())
        ink = {"good": colours.accent, "near": colours.warn, "over": colours.bad}[self._level]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = self.height() / 2
        ground = QRectF(0, middle - XS / 2, self.width(), XS)
        painter.setBrush(QColor(colours.hover))
        painter.drawRoundedRect(ground, XS / 2, XS / 2)
        if self._fraction > 0:
            painter.setBrush(QColor(ink))
            painter.drawRoundedRect(QRectF(0, ground.top(), max(XS, self.width() * self._fraction), XS), XS / 2, XS / 2)
        if 0 < self._tick < 1:
            painter.setBrush(QColor(colours.outline))
            painter.drawRect(QRectF(self.width() * self._tick, middle - XS, 1, 2 * XS))
        painter.end()
