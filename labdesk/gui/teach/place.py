"""Teach in the rail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from labdesk.gui.context import GuiContext
from labdesk.gui.place import ActionSpec, Place
from labdesk.gui.widgets.state_dot import State

if TYPE_CHECKING:
    from labdesk.gui.teach.view import TeachView


class TeachPlace:
    """Tree, leaf form, source document."""

    name = "teach"
    title = "Teach"
    icon = "tree-structure"
    hint = "Write down what the model should learn."
    actions: tuple[ActionSpec, ...] = (
        ActionSpec(
            "teach.start", "Generate && train", "Ctrl+Return", "graduation-cap", "Teach all leaves to the model."
        ),
        ActionSpec("teach.new", "New leaf…", "Ctrl+N", "plus", separator=True),
        ActionSpec("teach.add", "Add an example", "Ctrl+E", "plus-circle"),
        ActionSpec(
            "teach.passage", "Make the selection a passage", "Ctrl+D", "quotes", "For text marked in the document."
        ),
        ActionSpec(
            "teach.draft",
            "Draft for me",
            "Ctrl+Shift+D",
            "magic-wand",
            "The teacher proposes questions about the passage or the selected text, or more examples of a skill.",
        ),
        ActionSpec("teach.save", "Save", "Ctrl+S", "floppy-disk", "Typing is also saved when you move on."),
        ActionSpec("teach.undo", "Undo", "Ctrl+Z", "arrow-u-up-left", separator=True),
        ActionSpec("teach.redo", "Redo", "Ctrl+Shift+Z", "arrow-u-up-right"),
        ActionSpec("teach.branch", "New branch…", "Ctrl+Shift+B", "folder-plus", "A branch groups leaves."),
        ActionSpec("teach.rename", "Rename", "F2", "pencil-simple", "Type another name in the tree.", separator=True),
        ActionSpec("teach.duplicate", "Duplicate", "Ctrl+J", "copy", "Copies what is selected, beside itself."),
        ActionSpec("teach.move", "Move to…", "Ctrl+Shift+M", "folder-simple", "Puts it into another branch."),
        ActionSpec("teach.delete", "Move to trash", "Ctrl+Backspace", "trash", "Undo brings it back."),
        ActionSpec("teach.only", "Teach only this", "Ctrl+Shift+Return", "graduation-cap", "The selected leaves."),
        ActionSpec("teach.tonight", "Generate && train tonight", "", "moon", "All leaves, from 22:00 on."),
        ActionSpec("teach.search", "Search the taxonomy", "Ctrl+F", "magnifying-glass", separator=True),
        ActionSpec("teach.changes", "Changes", "Ctrl+Shift+G", "git-diff", "What differs.", separator=True),
        ActionSpec("teach.history", "History of this leaf", "Ctrl+Shift+H", "clock-counter-clockwise"),
        ActionSpec("teach.reload", "Look for changes on disk", "F5", "arrow-clockwise"),
    )

    def __init__(self) -> None:
        self._view: TeachView | None = None

    def build(self, context: GuiContext) -> QWidget:
        from labdesk.gui.teach.view import TeachView  # here, so that the window starts without it

        self._view = TeachView(context)
        return self._view

    def state(self, context: GuiContext) -> State:
        return self._view.state() if self._view else State()


def place() -> Place:
    """Found by `gui.place.find_places`."""
    return TeachPlace()
