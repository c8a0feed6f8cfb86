"""Generate, as the rail knows it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from labdesk.gui.context import GuiContext
from labdesk.gui.place import ActionSpec
from labdesk.gui.widgets.job_progress import state_of
from labdesk.gui.widgets.state_dot import State


class Generate:
    """The place where seed examples become samples."""

    name = "generate"
    title = "Generate"
    icon = "sparkle"
    hint = "Let a teacher model write many samples from your seed examples."
    actions = (
        ActionSpec(
            "generate.start", "&Generate samples", "Ctrl+Return", "sparkle", "Start with the plan that is shown."
        ),
        ActionSpec(
            "generate.stop", "&Stop", "Ctrl+.", "stop", "Stop at the next safe point. Nothing finished is lost."
        ),
        ActionSpec("generate.pause", "&Pause", "", "pause", "Free the memory; “Continue” writes what is missing."),
        ActionSpec("generate.plan", "&New plan", "", "arrow-counter-clockwise", "Back to the choice of leaves."),
    )

    def build(self, context: GuiContext) -> QWidget:
        from labdesk.gui.generate.view import GenerateView  # built on first show, so that the window starts fast

        return GenerateView(context)

    def state(self, context: GuiContext) -> State:
        """The newest generation's."""
        jobs = context.bridge.jobs("generate")
        if not jobs:
            return State("empty", "Nothing generated yet")
        return state_of(context.bridge.state(jobs[-1].id))


def place() -> Generate:
    """Found by labdesk.gui.place."""
    return Generate()
