"""Icons by name, one family (Phosphor, through QtAwesome), coloured at paint time from the current palette.

Because the colour is looked up while painting, nobody has to make icons anew when the scheme changes."""

from __future__ import annotations

import functools
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap
from qtawesome.iconic_font import IconicFont

from labdesk.gui.theme import roles_for

_FAMILY = ("ph", "phosphor-1.3.0.ttf", "phosphor-charmap-1.3.0.json")
_FILL_OF_BOX = 0.96  # the glyphs of this family already carry their own margin


@functools.lru_cache(maxsize=1)
def _family() -> Any:
    """The font and its table of names. Loaded once, after the application object exists: 20 ms."""
    return IconicFont(_FAMILY)


@functools.lru_cache(maxsize=256)
def _glyph(name: str) -> str:
    try:
        return str(_family().charmap["ph"][name])
    except KeyError:
        raise KeyError(f"there is no icon named {name!r} in the Phosphor family") from None


def draw(painter: QPainter, rect: QRect, name: str, colour: QColor) -> None:
    """Paints one icon into `rect`; nothing into an empty one."""
    if rect.width() < 2 or rect.height() < 2:
        return
    painter.save()
    painter.setFont(_family().font("ph", round(min(rect.width(), rect.height()) * _FILL_OF_BOX)))
    painter.setPen(colour)
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), _glyph(name))
    painter.restore()


class _Engine(QIconEngine):
    """Paints a glyph in a role's colour; PySide keeps it alive with its icon."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name = name
        self._role = role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        colours = roles_for(QGuiApplication.palette())
        role = "outline" if mode == QIcon.Mode.Disabled else self._role
        draw(painter, rect, self._name, QColor(getattr(colours, role)))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        if size.isEmpty():
            return QPixmap()
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._role)


def icon(name: str, role: str = "muted") -> QIcon:
    """The icon `name` (Phosphor's own names, such as "tree-structure" or "check-circle-fill") in a role's colour.

    Raises KeyError for a name the family does not have, at once and not while painting."""
    _glyph(name)
    return QIcon(_Engine(name, role))
