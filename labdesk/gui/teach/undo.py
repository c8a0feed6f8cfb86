"""Undo and redo of everything that was done to the taxonomy, in words, also what was done before the last start."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction

from labdesk.core.changes import Change
from labdesk.core.errors import LabdeskError
from labdesk.core.history.acts import Move, turned
from labdesk.core.history.history import Step
from labdesk.core.taxonomy.tree import LEAF_FILE
from labdesk.gui.context import GuiContext
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.safe_text import harmless

_BELOW = "taxonomy/"
_LONGEST = 48


class Undo(QObject):
    """`undo()` and `redo()`. Afterwards `moved(from, to)` for what is elsewhere now, and `touched(path)` for the
    leaf or branch that a person wants to see: the first one that is there."""

    moved = Signal(str, str)
    touched = Signal(str)

    def __init__(self, context: GuiContext, banner: Banner, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = context.workspace
        self._actions = context.actions
        self._banner = banner
        context.bridge.changed.connect(self._on_change)
        for name in ("teach.undo", "teach.redo"):
            context.actions.allow(name, False)
        QTimer.singleShot(0, self, self.show_next)

    @Slot()
    def undo(self) -> None:
        """Takes the newest step back."""
        self._travel(back=True)

    @Slot()
    def redo(self) -> None:
        """Does the step again that was taken back last."""
        self._travel(back=False)

    @Slot()
    def show_next(self) -> None:
        """Names the two steps in the menu and in the tooltips."""
        try:
            undo, redo = self._workspace.history.next_undo, self._workspace.history.next_redo
        except LabdeskError:  # a journal that cannot be read: undo itself will say why
            undo = redo = None
        self._name("teach.undo", "Undo", undo)
        self._name("teach.redo", "Redo", redo)

    def _travel(self, *, back: bool) -> None:
        try:
            step = self._workspace.undo() if back else self._workspace.redo()
        except LabdeskError as error:
            if back and self._workspace.can_undo:
                self._banner.say_error(error, "Leave this step as it is", self._leave)
            else:
                self._banner.say_error(error)
            return
        self._banner.dismiss()
        self._show(step, back=back)

    def _leave(self) -> None:
        if self._banner.attempt(self._workspace.history.leave):
            self._banner.dismiss()
            self.show_next()

    def _show(self, step: Step, *, back: bool) -> None:
        acts = [turned(act) for act in reversed(step.acts)] if back else list(step.acts)
        paths = []
        for act in acts:
            if isinstance(act, Move):
                if act.source.startswith(_BELOW) and act.target.startswith(_BELOW):
                    self.moved.emit(act.source.removeprefix(_BELOW), act.target.removeprefix(_BELOW))
                paths.append(act.target)
            else:
                paths.append(act.path)
        inside = [path.removeprefix(_BELOW) for path in paths if path.startswith(_BELOW)]
        there = [path for path in inside if (self._workspace.taxonomy / path).exists()]
        leaves = [path.removesuffix(f"/{LEAF_FILE}") for path in there if path.endswith(f"/{LEAF_FILE}")]
        if leaves or there:
            self.touched.emit((leaves or there)[0])

    def _name(self, name: str, verb: str, step: Step | None) -> None:
        action: QAction = self._actions[name]
        label = harmless(step.label) if step else ""
        label = label if len(label) <= _LONGEST else f"{label[:_LONGEST]}…"
        action.setText(f"{verb} {label}".strip().replace("&", "&&"))
        action.setToolTip(f"{verb} {label}".strip())
        self._actions.allow(name, step is not None)

    @Slot(object)
    def _on_change(self, change: Change) -> None:
        if change.part == "taxonomy":
            self.show_next()
