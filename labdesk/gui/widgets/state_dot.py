"""The state of something in one sign: a shape and a colour, with the words for it. Never colour alone."""

from __future__ import annotations

import dataclasses
from typing import Literal

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from labdesk.gui import icons
from labdesk.gui.roles import Roles
from labdesk.gui.theme import roles_for

Kind = Literal["none", "empty", "draft", "attention", "bad", "running", "paused", "done"]

#: Icon and colour role of each kind of state: the shapes differ, so that colour is never needed.
SIGNS: dict[Kind, tuple[str, str]] = {
    "none": ("", "muted"),
    "empty": ("circle-dashed", "muted"),
    "draft": ("circle-half", "muted"),
    "attention": ("warning-circle-fill", "warn"),
    "bad": ("x-circle-fill", "bad"),
    "running": ("spinner", "accent_text"),
    "paused": ("pause-circle-fill", "muted"),
    "done": ("check-circle-fill", "good"),
}


@dataclasses.dataclass(frozen=True)
class State:
    """A kind, the words a person (or a screen reader) gets, and 0 to 1 while running."""

    kind: Kind = "none"
    words: str = ""
    fraction: float | None = None


def sign(kind: Kind) -> QIcon:
    """The sign of a kind as an icon, for trees and lists; null for "none"."""
    name, role = SIGNS[kind]
    return icons.icon(name, role) if name else QIcon()


def paint_state(painter: QPainter, rect: QRect, state: State, colours: Roles) -> None:
    """Paints the sign of a state; a running one with a known fraction becomes a small ring that fills."""
    name, role = SIGNS[state.kind]
    if state.kind == "running":
        _paint_ring(painter, rect, state.fraction, QColor(getattr(colours, role)), QColor(colours.line))
    elif name:
        icons.draw(painter, rect, name, QColor(getattr(colours, role)))


def _paint_ring(painter: QPainter, rect: QRect, fraction: float | None, ink: QColor, ground: QColor) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inner = rect.adjusted(2, 2, -2, -2)
    pen = painter.pen()
    pen.setWidth(2)
    pen.setColor(ground)
    painter.setPen(pen)
    painter.drawEllipse(inner)
    pen.setColor(ink)
    painter.setPen(pen)
    share = 0.25 if fraction is None else max(0.02, min(1.0, fraction))
    painter.drawArc(inner, 90 * 16, -round(share * 360 * 16))
    painter.restore()


class StateDot(QWidget):
    """The sign of one state, 16 pixels, with its words as tooltip and accessible name."""

    SIZE = 16

    def __init__(self, state: State | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.state = State()
        self.show_state(state or State())

    def show_state(self, state: State) -> None:
        if state != self.state or not self.accessibleName():
            self.state = state
            self.setToolTip(state.words)
            self.setAccessibleName(state.words or "No state")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.SIZE, self.SIZE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_state(painter, self.rect(), self.state, roles_for(self.palette()))
        painter.end()
