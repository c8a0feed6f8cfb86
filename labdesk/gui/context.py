"""What every place is given: workspace, bridge, settings, actions, jobs, and a way to ask the window for things.

Passed explicitly; there is no global window and no registry."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from labdesk.core import settings as core_settings
from labdesk.core.settings import Settings
from labdesk.core.workspace import Workspace
from labdesk.gui.actions import Actions
from labdesk.gui.bridge import Bridge
from labdesk.gui.job_starter import JobStarter


class SettingsStore(QObject):
    """The settings in force. `change` writes the file and announces it."""

    changed = Signal(object)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self.values: Settings = core_settings.load(path)

    def change(self, **values: Any) -> None:
        """Takes new values. Raises StorageError when the file cannot be written; then nothing has changed."""
        new = core_settings.changed(self.values, **values)
        if new != self.values:
            core_settings.save(self._path, new)
            self.values = new
            self.changed.emit(new)


class Intents(QObject):
    """What a place may ask of the window, as signals."""

    #: place name, item to show there (a leaf path, a sample id, a job id; None for just going)
    go = Signal(str, object)
    #: tone, heading, text: a banner above the places
    say = Signal(str, str, str)
    #: heading, text, a function that gives it up: a banner for work that takes a moment, with the button Cancel
    wait = Signal(str, str, object)
    #: another text in that banner: how far the work is
    wait_on = Signal(str)
    #: takes that banner away: what it said is over
    hush = Signal()
    #: an exception of labdesk: a banner with message, cause and remedy
    failed = Signal(object)
    #: the sign of a place in the rail may be another now
    states = Signal()
    #: leaves (tuple of paths; empty for all valid ones): the button Generate & train
    teach = Signal(object)
    #: the same, beginning tonight
    teach_tonight = Signal(object)
    #: model, adapter: what Chat has loaded; "" for nothing
    model_loaded = Signal(str, str)
    #: tokens per second of whatever writes at present
    speed = Signal(float)


@dataclasses.dataclass(frozen=True)
class GuiContext:
    """One per open window."""

    workspace: Workspace
    bridge: Bridge
    settings: SettingsStore
    actions: Actions
    intents: Intents
    jobs: JobStarter
