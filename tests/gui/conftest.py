"""A dressed application, a workspace with the starter taxonomy, and windows that do not outlive their test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labdesk.core import paths
from labdesk.core.workspace import Workspace
from labdesk.gui import theme
from labdesk.gui.app import make_context
from labdesk.gui.context import GuiContext, SettingsStore
from labdesk.gui.window import Window


@pytest.fixture
def app(qapp: QApplication) -> QApplication:
    """The application in the light scheme."""
    theme.apply(qapp, "light")
    return qapp


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with the starter taxonomy."""
    return Workspace.create(tmp_path / "lighthouse")


@pytest.fixture
def context(app: QApplication, workspace: Workspace) -> Iterator[GuiContext]:
    """What a place is given; its timers stop with the test."""
    owner = QObject()
    made = make_context(workspace, SettingsStore(paths.settings_file(), owner), owner)
    yield made
    made.bridge.close()
    owner.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(context: GuiContext, qtbot: QtBot) -> Window:
    """The whole window on the starter workspace."""
    made = Window(context)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def settle(qtbot: QtBot) -> Callable[[Callable[[], bool]], None]:
    """Lets the event loop run until something is true (20 s at most: the machine may be busy)."""
    return lambda condition: qtbot.waitUntil(condition, timeout=20_000)
