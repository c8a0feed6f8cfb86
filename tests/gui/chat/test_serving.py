"""The server from the window: off until it is started, a new key each time, gone with the window."""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from labdesk.gui.chat.view import ChatView
from labdesk.gui.window import Window

SCRIPT = Path(__file__).parent / "server_script.py"


@pytest.fixture
def view(window: Window, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatView]:
    monkeypatch.setattr("labdesk.gui.chat.server_client.labdesk_command", lambda *_: [sys.executable, str(SCRIPT)])
    made = window.go("chat")
    assert isinstance(made, ChatView)
    yield made
    made.leave()


def ask(address: str, key: str) -> int:
    port = int(address.rpartition(":")[2].partition("/")[0])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        body = json.dumps({"messages": [{"role": "user", "content": "Hello"}]})
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        connection.request("POST", "/v1/chat/completions", body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_started_copied_counted_and_stopped(view: ChatView, qtbot: QtBot) -> None:
    assert view.server.state == "off"
    dialog = view.serve()
    assert dialog is not None and dialog.details.isHidden()
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.server.state == "on", timeout=30_000)
    address, key = view.server.address, view.server.key
    assert dialog.address.text() == address and dialog.key.text() == key and address.startswith("http://127.0.0.1:")
    assert key not in dialog.example.code and dialog.example.isVisible()
    with qtbot.waitSignal(view.server.served, timeout=10_000):
        assert ask(address, key) == 200
    assert "1 answer" in dialog.said.text() and ask(address, "wrong") == 401
    qtbot.mouseClick(dialog.stop, Qt.MouseButton.LeftButton)
    assert view.server.state == "off" and dialog.key.text() == ""
    qtbot.waitUntil(lambda: refused(address, key), timeout=10_000)
    dialog.start.click()
    qtbot.waitUntil(lambda: view.server.state == "on", timeout=30_000)
    assert view.server.key != key
    dialog.accept()


def refused(address: str, key: str) -> bool:
    try:
        ask(address, key)
    except OSError:
        return True
    return False


def test_what_goes_wrong_is_said_and_can_be_tried_again(view: ChatView, qtbot: QtBot, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF")
    view.show_item(broken)
    dialog = view.serve()
    assert dialog is not None
    dialog.start.click()
    qtbot.waitUntil(lambda: "damaged" in dialog.failure.text(), timeout=30_000)
    assert view.server.state == "off" and dialog.start.isVisible() and "Get it again." in dialog.failure.text()
    dialog.accept()


def test_the_key_is_in_no_argument_and_no_environment(view: ChatView, qtbot: QtBot) -> None:
    import psutil

    view.server.start("model.gguf", "model")
    qtbot.waitUntil(lambda: view.server.state == "on", timeout=30_000)
    assert view.server._process is not None
    process = psutil.Process(view.server._process.pid)
    assert view.server.key not in " ".join([*process.cmdline(), *process.environ().values()])
