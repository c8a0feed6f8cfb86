"""A hub on this computer, and the Models place asking it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from labdesk.core.models.catalog import starter_model
from labdesk.gui.models.view import ModelsView
from labdesk.gui.window import Window
from tests.engine.download.naughty_hub import Hub, serving


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """It offers the starter model; the window asks it because HF_ENDPOINT says so."""
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    with serving(Hub(starter_model().read_bytes(), "starter-Q4_1.gguf")) as made:
        monkeypatch.setenv("HF_ENDPOINT", made.url)
        yield made


@pytest.fixture
def view(window: Window, qtbot: QtBot) -> Iterator[ModelsView]:
    """The place Models, its list read once."""
    made = window.go("models")
    assert isinstance(made, ModelsView)
    qtbot.waitUntil(lambda: made.page.library.models.rowCount() > 0, timeout=30_000)
    yield made
    made.leave()
    for child in window.context.jobs._children:
        child.wait(30)


@pytest.fixture
def until(qtbot: QtBot) -> Callable[[Callable[[], bool]], None]:
    """Waits for another process (40 s at most: the machine may be busy)."""
    return lambda condition: qtbot.waitUntil(condition, timeout=40_000)
