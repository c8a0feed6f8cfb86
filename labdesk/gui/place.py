"""What a place of the window is, and how places are found: `labdesk/gui/<name>/place.py` with `def place() -> Place`.

A `place.py` is light (no view, no model): the window imports all of them at start, and builds a view when it is first
shown."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterator
from typing import Protocol

from PySide6.QtWidgets import QWidget

from labdesk.gui.context import GuiContext
from labdesk.gui.widgets.state_dot import State

#: The rail from top to bottom; the second group stands at its foot. Ctrl+1 to Ctrl+7 in this order.
VERBS = ("teach", "generate", "review", "train", "chat")
BELOW = ("models", "settings")


@dataclasses.dataclass(frozen=True)
class ActionSpec:
    """An action of a place, as it stands in the menu. Single letters work while no text field has the focus."""

    name: str
    text: str
    shortcut: str = ""
    glyph: str = ""
    help: str = ""
    separator: bool = False  # a line above it in the menu


class Place(Protocol):
    """One entry of the rail and the view behind it."""

    name: str  # the folder's name: "teach"
    title: str  # what people read: "Teach"
    icon: str  # a Phosphor name
    hint: str  # one sentence: tooltip and accessible description
    actions: tuple[ActionSpec, ...]  # its menu; the view connects to context.actions[name]

    def build(self, context: GuiContext) -> QWidget:
        """Makes the view, once. A view may have `show_item(item: object)` (another place sends a person here),
        `focus_first()` (it is shown), `leave()` (the window closes: save what was typed) and a property `busy`
        (others are not built ahead while it works on what the person waits for)."""
        ...

    def state(self, context: GuiContext) -> State:
        """The sign beside the entry. Called often: must be quick, and must work before `build`."""
        ...


def load(place: Place) -> Iterator[None]:
    """Imports the modules of a place, one a step, so that `build` need not: half of the time of a first opening."""
    package = f"{__package__}.{place.name}"
    found = importlib.util.find_spec(package)
    folders = found.submodule_search_locations if found is not None else None
    for module in pkgutil.iter_modules(folders or [], f"{package}."):
        if module.name not in sys.modules:
            importlib.import_module(module.name)
            yield


def find_places() -> list[Place]:
    """Every place that exists, in the order of the rail."""
    found: list[Place] = []
    for name in (*VERBS, *BELOW):
        module = f"{__package__}.{name}.place"
        if importlib.util.find_spec(f"{__package__}.{name}") and importlib.util.find_spec(module):
            found.append(importlib.import_module(module).place())
    return found
