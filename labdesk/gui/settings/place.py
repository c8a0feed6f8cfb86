"""Settings in the rail."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from labdesk.gui.context import GuiContext
from labdesk.gui.place import ActionSpec, Place
from labdesk.gui.widgets.state_dot import State


class SettingsPlace:
    """The form of all settings."""

    name = "settings"
    title = "Settings"
    icon = "gear-six"
    hint = "How labdesk looks, which models it uses, and your name."
    actions: tuple[ActionSpec, ...] = ()

    def build(self, context: GuiContext) -> QWidget:
        from labdesk.gui.settings.view import SettingsView  # here, so that the window starts without it

        return SettingsView(context)

    def state(self, context: GuiContext) -> State:
        return State()


def place() -> Place:
    """Found by `gui.place.find_places`."""
    return SettingsPlace()
