"""Rows, columns and lines on the 4-pixel grid."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from labdesk.gui.theme import L, S

#: What a row or column may hold: a widget, a layout, a number of pixels, or None for a spring.
Item = QWidget | QLayout | int | None


def fill(layout: QBoxLayout, *items: Item, gap: int = S, margin: int | tuple[int, int, int, int] = 0) -> None:
    """Puts items into a layout."""
    left, top, right, bottom = (margin,) * 4 if isinstance(margin, int) else margin
    layout.setContentsMargins(left, top, right, bottom)
    layout.setSpacing(gap)
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QWidget):
            layout.addWidget(item)
        else:
            layout.addLayout(item)


def row(*items: Item, gap: int = S, margin: int | tuple[int, int, int, int] = 0) -> QHBoxLayout:
    """Items side by side."""
    layout = QHBoxLayout()
    fill(layout, *items, gap=gap, margin=margin)
    return layout


def column(*items: Item, gap: int = S, margin: int | tuple[int, int, int, int] = 0) -> QVBoxLayout:
    """Items below each other."""
    layout = QVBoxLayout()
    fill(layout, *items, gap=gap, margin=margin)
    return layout


def panel(*items: Item, gap: int = S, margin: int | tuple[int, int, int, int] = L, surface: str = "pane") -> QFrame:
    """Items below each other on a surface of their own ("pane", "card", "sunken", "bar", or a tone)."""
    frame = QFrame()
    frame.setProperty("surface", surface)
    frame.setLayout(column(*items, gap=gap, margin=margin))
    return frame


def holder(layout: QLayout) -> QWidget:
    """A plain widget around a layout, for places that want a widget."""
    made = QWidget()
    made.setLayout(layout)
    return made


def line(*, vertical: bool = False) -> QFrame:
    """A hairline."""
    made = QFrame()
    made.setProperty("surface", "line")
    if vertical:
        made.setFixedWidth(1)
    else:
        made.setFixedHeight(1)
    return made


def scrolling(content: QWidget, name: str, *, widest: int = 0) -> QScrollArea:
    """`content` in a vertical scroll area; with `widest` it stays that narrow and in the middle, for reading.

    `name` is what a screen reader calls the area."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setAccessibleName(name)
    if widest:
        content.setMaximumWidth(widest)
        content.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        content = holder(row(content))
    content.setProperty("surface", "clear")
    area.setWidget(content)
    return area
