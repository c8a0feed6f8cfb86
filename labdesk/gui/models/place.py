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
        ActionSpec("models.look", "&Look again", "F5", "arrow-counter-clockwise", "Read the model folders again."),
    )

    def build(self, context: GuiContext) -> QWidget:
        from labdesk.gui.models.view import ModelsView  # built on first show, so that the window starts fast

        return ModelsView(context)

    def state(self, context: GuiContext) -> State:
        """Nothing to say: models need nobody."""
        return State()


def place() -> Models:
    """Found by labdesk.gui.place."""
    return Models()
