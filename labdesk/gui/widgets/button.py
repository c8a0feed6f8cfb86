"""Buttons: primary (one per screen), plain, quiet, danger, link; and an icon-only one that always has a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QToolButton

from labdesk.gui.icons import icon
from labdesk.gui.theme import ICON, XS

Kind = Literal["primary", "plain", "quiet", "danger", "link"]
_ICON_ROLE: dict[Kind, str] = {
    "primary": "on_accent",
    "plain": "text",
    "quiet": "muted",
    "danger": "bad",
    "link": "accent_text",
}


def button(
    text: str, on_click: Callable[[], object] | None = None, *, kind: Kind = "plain", glyph: str = ""
) -> QPushButton:
    """A push button; `glyph` names an icon."""
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setAccessibleName(text.replace("&", ""))
    if glyph:
        made.setIcon(icon(glyph, _ICON_ROLE[kind]))
        made.setIconSize(QSize(ICON + XS, ICON))  # a little air between icon and words
    if on_click is not None:
        made.clicked.connect(lambda *_: on_click())
    return made


def tool_button(glyph: str, name: str, on_click: Callable[[], object] | None = None, *, hint: str = "") -> QToolButton:
    """An icon alone. `name` is its accessible name; `hint` (or the name) its tooltip."""
    made = QToolButton()
    made.setIcon(icon(glyph))
    made.setIconSize(QSize(ICON, ICON))
    made.setAccessibleName(name)
    made.setToolTip(hint or name)
    if on_click is not None:
        made.clicked.connect(lambda *_: on_click())
    return made


def action_button(action: QAction, *, kind: Kind = "plain") -> QPushButton:
    """A push button that triggers an action of the menu, with its words, shortcut hint and availability."""
    made = button(action.text().replace("&", ""), action.trigger, kind=kind)
    made.setIcon(action.icon())
    shortcut = action.shortcut().toString()
    made.setToolTip(f"{action.toolTip()} ({shortcut})" if shortcut else action.toolTip())

    def mirror() -> None:
        made.setEnabled(action.isEnabled())

    action.enabledChanged.connect(made.setEnabled)
    mirror()
    return made
