"""Chat, as the rail knows it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from labdesk.gui.context import GuiContext
from labdesk.gui.place import ActionSpec
from labdesk.gui.widgets.state_dot import State


class Chat:
    """The place where a person talks with a model."""

    name = "chat"
    title = "Chat"
    icon = "chats"
    hint = "Ask the taught model, beside the model as it was before."
    actions = (
        ActionSpec("chat.new", "&New chat", "Ctrl+N", "plus", "Forget this conversation and begin another."),
        ActionSpec("chat.compare", "&Compare", "Ctrl+B", "columns", "Ask several models the same, side by side."),
        ActionSpec("chat.teach", "&Teach this", "Ctrl+T", "graduation-cap", "Correct the last answer."),
        ActionSpec("chat.style", "How it &answers", "Ctrl+Shift+Y", "sliders-horizontal", "What it is told."),
        ActionSpec("chat.history", "Your c&hats", "Ctrl+Shift+H", "clock-counter-clockwise", "The chats at the left."),
        ActionSpec(
            "chat.serve", "&Use from other programs…", "", "broadcast", "A server for programs on this computer."
        ),
        ActionSpec("chat.stop", "&Stop the answer", "Esc", "stop", "What is written so far stays."),
    )

    def build(self, context: GuiContext) -> QWidget:
        from labdesk.gui.chat.view import ChatView  # built on first show, so that the window starts fast

        return ChatView(context)

    def state(self, context: GuiContext) -> State:
        """Done once something was taught that can be asked."""
        for kind in ("teach", "train"):
            jobs = context.bridge.jobs(kind)
            if any(context.bridge.state(job.id).artifact("merged") for job in jobs):
                return State("done", "A taught model is ready to be asked")
        return State("empty", "Nothing taught yet; the base model can be asked")


def place() -> Chat:
    """Found by labdesk.gui.place."""
    return Chat()
