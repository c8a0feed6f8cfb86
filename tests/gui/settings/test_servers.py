"""Servers in Settings: added after a talk, a key never in the settings file, far ones only with leave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from labdesk.core import paths
from labdesk.core.models.remote import Server
from labdesk.gui.errand import Errand
from labdesk.gui.settings.server_dialog import ServerDialog
from labdesk.gui.settings.view import SettingsView
from labdesk.gui.window import Window

NEAR = {"server": {"address": "http://localhost:8080/v1", "model": "m"}, "models": ["m", "n"], "answer": "Blue."}
FAR = {"server": {"address": "https://api.example.com/v1", "model": "m"}, "models": [], "answer": "Blue."}


@pytest.fixture
def errands(monkeypatch: pytest.MonkeyPatch) -> list[tuple[tuple[str, ...], str]]:
    """What was asked of other processes, and what was said to them."""
    asked: list[tuple[tuple[str, ...], str]] = []

    def run(self: Errand, *arguments: str, said: str = "") -> None:
        asked.append((arguments, said))

    monkeypatch.setattr(Errand, "run", run)
    return asked


def dialog_of(window: Window) -> tuple[SettingsView, ServerDialog]:
    view = window.go("settings")
    assert isinstance(view, SettingsView)
    view.servers.add.click()
    return view, view.servers.findChildren(ServerDialog)[0]


def test_a_server_of_this_computer_is_tested_then_added(
    window: Window, errands: list[tuple[tuple[str, ...], str]], own_home: Path
) -> None:
    view, dialog = dialog_of(window)
    QTest.keyClicks(dialog.address, "localhost:8080")
    QTest.keyClicks(dialog.key, "sk-secret")
    dialog.test.click()
    assert errands[-1] == (("teachers", "test", "http://localhost:8080/v1", "--key"), "sk-secret")
    dialog._on_answer({**NEAR, "tokens_per_second": 20.0})
    assert dialog.model.count() == 2 and dialog.consent.isHidden() and dialog.ok.isEnabled()
    dialog.parallel.setValue(7)
    dialog.ok.click()
    assert errands[-1] == (("teachers", "key", "http://localhost:8080/v1"), "sk-secret")
    dialog.keeping.line.emit({})
    assert view._store.values.servers == (Server(address="http://localhost:8080/v1", model="m", parallel=7),)
    assert len(view.servers.rows) == 1
    assert b"sk-secret" not in paths.settings_file().read_bytes()


def test_a_far_server_is_added_only_with_leave(window: Window, errands: list[Any]) -> None:
    view, dialog = dialog_of(window)
    dialog.address.setText("https://api.example.com")
    dialog.test.click()
    dialog._on_answer({**FAR, "tokens_per_second": 20.0})
    assert not dialog.ok.isEnabled() and "api.example.com" in dialog.where.text()
    dialog.allowed.click()
    dialog.ok.click()
    assert view._store.values.servers[0].allowed


def test_another_address_needs_another_test(window: Window, errands: list[Any]) -> None:
    _view, dialog = dialog_of(window)
    dialog._on_answer({**FAR, "tokens_per_second": 20.0})
    dialog.allowed.click()
    dialog.address.setText("https://evil.example.com")
    assert dialog.server is None and dialog.ok.isHidden() and not dialog.allowed.isChecked()
    dialog.reject()


def test_a_wrong_address_is_explained_without_a_call(window: Window, errands: list[Any]) -> None:
    _view, dialog = dialog_of(window)
    dialog.address.setText("https://me:secret@host/v1")
    dialog.test.click()
    assert "password" in dialog.banner.words
    assert not any(arguments[0] == "teachers" for arguments, _said in errands)
    dialog.reject()


def test_a_removed_server_can_come_back_and_is_no_teacher_any_more(window: Window, errands: list[Any]) -> None:
    view = window.go("settings")
    assert isinstance(view, SettingsView)
    server = Server(address="http://localhost:8080/v1", model="m")
    view._store.change(servers=(server,), teacher=server.name)
    view.servers.rows[server.name].drop.click()
    assert (view._store.values.servers, view._store.values.teacher) == ((), "")
    assert errands[-1] == (("teachers", "key", server.address), "")
    view.servers._put_back(server)
    assert view._store.values.servers == (server,)


def test_the_real_command_says_that_nobody_answers(window: Window, qtbot: QtBot) -> None:
    view = window.go("settings")
    assert isinstance(view, SettingsView)
    server = Server(address="http://127.0.0.1:9/v1", model="m")
    view._store.change(servers=(server,))
    one = view.servers.rows[server.name]
    one.test.click()
    qtbot.waitUntil(lambda: "does not answer" in one.result.text(), timeout=60_000)
    view.leave()
