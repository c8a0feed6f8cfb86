"""Chat workers of the tests are real processes with a scripted model."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labdesk.gui.line_process import LineProcess

WORKER = Path(__file__).parent / "scripted_worker.py"


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labdesk.gui.chat.client.labdesk_command", lambda *_: [sys.executable, str(WORKER)])


@pytest.fixture(autouse=True)
def ended_processes(qapp: QApplication, qtbot: QtBot) -> Iterator[None]:
    """No retired process outlives its test."""
    yield
    for process in qapp.findChildren(LineProcess):
        process.retire(0)
    qtbot.waitUntil(lambda: not qapp.findChildren(LineProcess), timeout=10_000)
