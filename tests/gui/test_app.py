"""The application: opens, creates, remembers, and says what went wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from labdesk.core import paths
from labdesk.core.workspace import Workspace
from labdesk.gui import roles, theme
from labdesk.gui.app import Desk, catch_bugs
from labdesk.gui.claim import Claim
from labdesk.gui.context import SettingsStore
from labdesk.gui.welcome import Welcome
from labdesk.gui.window import Window


@pytest.fixture
def desk(app: QApplication) -> Iterator[Desk]:
    made = Desk(app, SettingsStore(paths.settings_file()))
    yield made
    if made.window is not None:
        made.window.close()
        made.window.deleteLater()
    made.theme.deleteLater()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_first_start_shows_the_welcome(desk: Desk) -> None:
    desk.start()
    assert isinstance(desk.window, Welcome)


def test_a_new_workspace_is_opened_and_remembered(desk: Desk, tmp_path: Path) -> None:
    window = desk.create(tmp_path / "mine")
    assert isinstance(window, Window)
    assert desk.settings.values.recent_workspaces == (str((tmp_path / "mine").resolve()),)
    desk.start()
    assert isinstance(desk.window, Window)
    assert desk.window.context.workspace.root.name == "mine"


def test_opening_another_workspace_replaces_the_window(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    first = desk.create(tmp_path / "one")
    with qtbot.waitSignal(first.destroyed):
        desk.create(tmp_path / "two")
    assert [Path(path).name for path in desk.settings.values.recent_workspaces] == ["two", "one"]


def test_a_workspace_that_is_gone_is_said_on_the_welcome(desk: Desk, tmp_path: Path) -> None:
    desk.start(tmp_path / "nowhere")
    assert isinstance(desk.window, Welcome)
    assert "There is no folder" in desk.window.banner.words


def test_the_workspace_that_is_open_comes_to_the_front(desk: Desk, tmp_path: Path) -> None:
    window = desk.create(tmp_path / "one")
    assert desk.open(tmp_path / "one") is window


def test_a_workspace_that_another_window_has_is_refused(desk: Desk, tmp_path: Path) -> None:
    other = Claim(Workspace.create(tmp_path / "taken").root)
    desk.start(tmp_path / "taken")
    assert isinstance(desk.window, Welcome)
    assert "open in another window" in desk.window.banner.words
    other.release()
    desk.start(tmp_path / "taken")
    assert isinstance(desk.window, Window)


def test_missing_recent_workspaces_are_greyed_and_forgotten(desk: Desk, tmp_path: Path) -> None:
    root = Workspace.create(tmp_path / "there").root
    gone = str(tmp_path / "gone")
    desk.settings.change(recent_workspaces=(gone, str(root)))
    desk.start()
    assert isinstance(desk.window, Welcome)
    buttons = {button.accessibleName(): button for button in desk.window.findChildren(QPushButton)}
    assert not buttons["gone"].isEnabled() and buttons["there"].isEnabled() and "Forget there" not in buttons
    buttons["Forget gone"].click()
    assert desk.settings.values.recent_workspaces == (str(root),)
    desk.settings.change(recent_workspaces=(str(root), gone))
    window = desk.open(root)
    actions = window.context.actions
    assert not actions["file.recent.0"].isEnabled() and "not found" in actions["file.recent.0"].text()
    actions["file.forget"].trigger()
    assert desk.settings.values.recent_workspaces == (str(root),)


def test_the_colour_scheme_of_the_settings_is_taken_at_once(desk: Desk, app: QApplication) -> None:
    desk.settings.change(colour_scheme="dark")
    assert theme.roles_for(app.palette()) is roles.DARK
    desk.settings.change(colour_scheme="light")
    assert theme.roles_for(app.palette()) is roles.LIGHT


def test_a_bug_is_told_to_the_person_and_the_window_stays(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    window = desk.open(Workspace.create(tmp_path / "mine").root)
    catch_bugs(desk)
    try:
        raise ZeroDivisionError("a slot divided by nothing")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert "a slot divided by nothing" in window.banner.words
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert window.isVisible()
