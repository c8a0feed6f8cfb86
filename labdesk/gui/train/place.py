"""Train, as the rail knows it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from labdesk.gui.context import GuiContext
from labdesk.gui.place import ActionSpec
from labdesk.gui.widgets.job_progress import state_of
from labdesk.gui.widgets.state_dot import State

#: The steps of a teach job that belong to this place; writing samples is Generate's.
STEPS = ("train", "exam", "replay")


class Train:
    """The place where a student learns the samples."""

    name = "train"
    title = "Train"
    icon = "graduation-cap"
    hint = "Let a student model learn your samples, and see what it learned."
    actions = (
        ActionSpec("train.start", "&Train", "Ctrl+Return", "graduation-cap", "Start with the plan that is shown."),
        ActionSpec("train.stop", "&Stop", "Ctrl+.", "stop", "Stop at the next safe point. Nothing is lost."),
        ActionSpec("train.new", "&New run", "Ctrl+Alt+N", "plus", "Plan another training."),
        ActionSpec("train.chat", "&Compare in chat", "", "chats", "Ask the taught model beside the base."),
        ActionSpec("train.files", "Show &files", "", "folder-open", "Open the folder of this run."),
    )

    def build(self, context: GuiContext) -> QWidget:
        from labdesk.gui.train.view import TrainView  # built on first show, so that the window starts fast

        return TrainView(context)

    def state(self, context: GuiContext) -> State:
        """The newest run's, once it is past writing samples."""
        bridge = context.bridge
        trained = [job for job in bridge.jobs("teach") if "loss" in bridge.state(job.id).metrics]
        steps = [job for job in bridge.jobs() if job.request.kind in STEPS]
        jobs = sorted([*trained, *steps], key=lambda job: job.request.created)
        if not jobs:
            return State("empty", "Nothing trained yet")
        newest = context.bridge.state(jobs[-1].id)
        if newest.status == "done" and jobs[-1].request.parent:
            parent = context.bridge.state(jobs[-1].request.parent)
            return state_of(parent)
        return state_of(newest)


def place() -> Train:
    """Found by labdesk.gui.place."""
    return Train()
