"""Models, as the rail knows it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from labdesk.gui.context import GuiContext
from labdesk.gui.place import ActionSpec
from labdesk.gui.widgets.state_dot import State


class Models:
    """The place with the model files of this computer."""

    name = "models"
    title = "Models"
    icon = "cube"
    hint = "The models on this computer, and what each can do here."
    actions = (
        ActionSpec("models.add", "&Add a file…", "Ctrl+Shift+O", "plus", "Add a model file (GGUF). It stays in place."),
        ActionSpec(
            "models.get",
            "&Get models…",
            "Ctrl+Shift+L",
            "download-simple",
            "Recommended ones, and a search on the hub.",
        ),
        ActionSpec(
            "models.token", "&Token for the hub…", "", "key", "For models whose owners ask you to agree to terms."
        ),
        ActionSpec("models.look", "&Look again", "F5", "arrow-counter-clockwise", "Read the model folders again."),
    )

    def build(self, context: GuiContext) -> QWidget:
        from labdesk.gui.models.view import ModelsView  # built on first show, so that the window starts fast

        return ModelsView(context)

    def state(self, context: GuiContext) -> State:
        """Whether something is fetched or exported, or waits to be continued."""
        mine = [context.bridge.state(job.id) for kind in ("download", "export") for job in context.bridge.jobs(kind)]
        running = [state for state in mine if state.status == "running"]
        if running:
            return State("running", "Fetching or exporting", running[-1].fraction)
        if any(state.status in ("interrupted", "failed") for state in mine):
            return State("attention", "A download or export did not finish")
        return State()


def place() -> Models:
    """Found by labdesk.gui.place."""
    return Models()
