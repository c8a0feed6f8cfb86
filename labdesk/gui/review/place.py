"""Review in the rail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from labdesk.gui.context import GuiContext
from labdesk.gui.place import ActionSpec, Place
from labdesk.gui.widgets.state_dot import State

if TYPE_CHECKING:
    from labdesk.gui.review.view import ReviewView


class ReviewPlace:
    """List, card, source."""

    name = "review"
    title = "Review"
    icon = "cards"
    hint = "Look at what the teacher wrote; accept, reject or correct it."
    actions: tuple[ActionSpec, ...] = (
        ActionSpec("review.next", "Next sample", "J", "arrow-down"),
        ActionSpec("review.previous", "Previous sample", "K", "arrow-up"),
        ActionSpec("review.accept", "Accept", "A", "check-circle", "It will be taught.", separator=True),
        ActionSpec("review.reject", "Reject", "R", "x-circle", "It will not be taught."),
        ActionSpec("review.edit", "Edit", "E", "pencil-simple", "Correct the question or the answer."),
        ActionSpec("review.undo", "Undo the last decision", "U", "arrow-u-up-left"),
        ActionSpec("review.many", "Decide on many…", "M", "checks", "Accept or reject by leaf, points or words."),
        ActionSpec("review.alike", "Fix like this…", "F", "magic-wand", "Repair similar samples as in the last edit."),
        ActionSpec("review.datasets", "Datasets…", "D", "database", "Make, export, import, compare and mix datasets."),
        ActionSpec("review.search", "Search", "/", "magnifying-glass", separator=True),
    )

    def __init__(self) -> None:
        self._view: ReviewView | None = None

    def build(self, context: GuiContext) -> QWidget:
        from labdesk.gui.review.view import ReviewView  # here, so that the window starts without it

        self._view = ReviewView(context)
        return self._view

    def state(self, context: GuiContext) -> State:
        if self._view is not None:
            return self._view.state()
        jobs = context.bridge.jobs("generate")
        if not jobs:
            return State("empty", "No samples yet")
        kept = context.bridge.state(jobs[-1].id).kept
        return State("draft", f"{kept} samples to look at") if kept else State("empty", "No samples yet")


def place() -> Place:
    """Found by `gui.place.find_places`."""
    return ReviewPlace()
