"""Chat workers of the tests are real processes with a scripted model."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

WORKER = Path(__file__).parent / "scripted_worker.py"


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labdesk.gui.chat.client.labdesk_command", lambda *_: [sys.executable, str(WORKER)])
