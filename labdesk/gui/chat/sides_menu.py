"""Who answers beside the chosen model, and how a comparison is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from labdesk.gui.chat.sides import BASE, MOST, SideOption


class SidesMenu(QMenu):
    """`changed` when other sides are wanted; `shown_changed` when only the showing is another."""

    changed = Signal()
    shown_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self._wanted: set[str] = {BASE}
        self._options: list[SideOption] = []
        self._own = ""
        self.blind = self._check("Hide who is who until I vote", "The answers come in a random order, without names")
        self.marking = self._check("Mark differences", "Highlights what the first answer does not say")
        self.marking.setChecked(True)
        self._offered: list[QAction] = []
        self._end = self.addSeparator()
        self.addActions([self.blind, self.marking])
        for action in (self.blind, self.marking):
            action.toggled.connect(lambda *_: self.shown_changed.emit())

    def show_options(self, options: Sequence[SideOption]) -> None:
        """Offers these sides; the first is the chosen model, which always answers."""
        self._options = list(options)
        self._own = options[0].key if options else ""
        for old in self._offered:
            self.removeAction(old)
            old.deleteLater()
        self._offered = [self._option(side) for side in options[1:]]
        self.insertActions(self._end, self._offered)

    def chosen(self) -> list[SideOption]:
        """The wanted sides, the base first and the chosen model after those it grew from."""
        found = [side for side in self._options if side.key in self._wanted or side.key == self._own]
        own = next((side for side in found if side.key == self._own), None)
        before = [side for side in found if side.key != self._own and side.title != "Other"]
        others = [side for side in found if side.title == "Other" and side.key != self._own]
        return [*before, *([own] if own else []), *others][:MOST]

    def _option(self, side: SideOption) -> QAction:
        words = side.title if side.title != "Other" else side.name
        action = self._check(words.replace("&", "&&"), side.proof)
        action.setChecked(side.key in self._wanted)
        action.toggled.connect(lambda on, key=side.key: self._want(key, on))
        return action

    def _want(self, key: str, on: bool) -> None:
        self._wanted = self._wanted | {key} if on else self._wanted - {key}
        self.changed.emit()

    def _check(self, text: str, hint: str) -> QAction:
        action = QAction(text, self)
        action.setCheckable(True)
        action.setToolTip(hint)
        return action
