"""Every QAction of the window, by name. A place's own actions work only while that place is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QSignalBlocker
from PySide6.QtGui import QAction, QKeySequence

from labdesk.gui.icons import icon


class Actions(QObject):
    """Owns the actions. `actions["teach.new_leaf"]`; `allow` says whether one makes sense at present."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: dict[str, QAction] = {}
        self._place: dict[str, str] = {}
        self._allowed: dict[str, bool] = {}
        self._current = ""

    def add(
        self, name: str, text: str, shortcut: str = "", glyph: str = "", help_text: str = "", place: str = ""
    ) -> QAction:
        """A new action. Raises ValueError for a name that exists."""
        if name in self._actions:
            raise ValueError(f"there are two actions named {name!r}")
        action = QAction(text, self)
        action.setObjectName(name)
        action.setToolTip(help_text or text.replace("&", "").rstrip("…"))
        action.setStatusTip(help_text)
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
        if glyph:
            action.setIcon(icon(glyph))
            action.setIconVisibleInMenu(False)
        self._actions[name] = action
        self._place[name] = place
        self._allowed[name] = True
        self._refresh(name)
        return action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def place_of(self, name: str) -> str:
        """The place in which an action works; "" for everywhere."""
        return self._place[name]

    def on(self, name: str, slot: Callable[[], object]) -> None:
        """Calls `slot` when the action is triggered."""
        self._actions[name].triggered.connect(lambda *_: slot())

    def allow(self, name: str, allowed: bool) -> None:
        """Whether the action makes sense at present (it also needs its place to be shown)."""
        self._allowed[name] = allowed
        self._refresh(name)

    def enter(self, place: str) -> None:
        """The place that is shown now."""
        self._current = place
        for name in self._actions:
            self._refresh(name)

    def set_checked(self, name: str, checked: bool) -> None:
        """Shows a checkable action as checked without triggering it."""
        with QSignalBlocker(self._actions[name]):
            self._actions[name].setChecked(checked)

    def _refresh(self, name: str) -> None:
        place = self._place[name]
        self._actions[name].setEnabled(self._allowed[name] and place in ("", self._current))
