"""The chat client against a worker process: loading, streaming, stopping, failing, dying, ending."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import psutil
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labdesk.core.errors import LabdeskError
from labdesk.engine.chat.protocol import Ask, Finished, Load, Measure, Measured, SideModel
from labdesk.gui.chat.client import ChatClient
from labdesk.gui.line_process import LineProcess


@pytest.fixture
def client(app: QApplication) -> Iterator[ChatClient]:
    made = ChatClient()
    yield made
    made.close()


def load(*models: str) -> Load:
    return Load(tuple(SideModel(model, f"{model}.gguf") for model in models))


class Heard:
    """What a client said."""

    def __init__(self, client: ChatClient) -> None:
        self.texts: dict[str, str] = {}
        self.pieces = 0
        self.ends: list[Finished] = []
        self.errors: list[LabdeskError] = []
        client.text.connect(self._take)
        client.finished.connect(self.ends.append)
        client.failed.connect(lambda error, _asked: self.errors.append(error))

    def _take(self, _asked: str, side: str, text: str) -> None:
        self.pieces += 1
        self.texts[side] = self.texts.get(side, "") + text


def loaded(client: ChatClient, qtbot: QtBot, request: Load) -> Heard:
    heard = Heard(client)
    with qtbot.waitSignal(client.loaded, timeout=30_000):
        client.load(request)
    return heard


def test_both_sides_answer_the_same_question(client: ChatClient, qtbot: QtBot) -> None:
    heard = loaded(client, qtbot, load("base", "tuned"))
    with qtbot.waitSignal(client.changed, check_params_cb=lambda state: state == "answering"):
        client.ask(Ask("Who are you?"))
    qtbot.waitUntil(lambda: len(heard.ends) == 2, timeout=10_000)
    assert {side: text.split()[2] for side, text in heard.texts.items()} == {"base": "base", "tuned": "tuned"}
    assert client.state == "ready" and [end.side for end in heard.ends] == ["base", "tuned"]


def test_tokens_come_in_batches(client: ChatClient, qtbot: QtBot) -> None:
    heard = loaded(client, qtbot, load("base"))
    client.ask(Ask("Be slow", max_tokens=400))
    qtbot.waitUntil(lambda: bool(heard.ends), timeout=10_000)
    assert heard.ends[0].tokens > 100 and heard.pieces < heard.ends[0].tokens / 4


def test_a_model_that_cannot_be_opened_is_explained(client: ChatClient, qtbot: QtBot) -> None:
    heard = Heard(client)
    client.load(load("broken"))
    qtbot.waitUntil(lambda: bool(heard.errors), timeout=30_000)
    assert heard.errors[0].remedy == "Get it again." and client.state == "empty"
    with qtbot.waitSignal(client.loaded, timeout=30_000):
        client.load(load("good"))


def test_a_worker_that_dies_is_noticed_and_replaced(client: ChatClient, qtbot: QtBot) -> None:
    heard = loaded(client, qtbot, load("base"))
    client.ask(Ask("Please die"))
    qtbot.waitUntil(lambda: bool(heard.errors), timeout=10_000)
    assert "ended by itself" in heard.errors[0].message and client.state == "empty"
    loaded(client, qtbot, load("base"))


def test_a_message_is_measured_between_questions(client: ChatClient, qtbot: QtBot) -> None:
    loaded(client, qtbot, load("base"))
    with qtbot.waitSignal(client.measured, timeout=10_000) as blocker:
        client.measure(Measure("one two three", "base"))
    found = blocker.args[0]
    assert isinstance(found, Measured) and found.context == 4096 and found.prompt_tokens > 3


def ended(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_closing_ends_the_process_without_waiting_for_it(client: ChatClient, qtbot: QtBot) -> None:
    loaded(client, qtbot, load("base"))
    assert client._process is not None
    pid = client._process.pid
    start = time.process_time(), time.monotonic()
    client.close()
    assert time.process_time() - start[0] < 0.05 and client.state == "empty"
    qtbot.waitUntil(lambda: ended(pid), timeout=10_000)


def test_one_that_does_not_listen_is_killed(app: QApplication, qtbot: QtBot) -> None:
    process = LineProcess()
    with qtbot.waitSignal(process.line, timeout=10_000):
        process.start([sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"])
    pid = process.pid
    process.retire(50)
    qtbot.waitUntil(lambda: ended(pid), timeout=10_000)


def test_a_closed_client_may_be_deleted_and_its_process_ends_later(app: QApplication, qtbot: QtBot) -> None:
    client = ChatClient()
    loaded(client, qtbot, load("base"))
    assert client._process is not None
    pid = client._process.pid
    client.ask(Ask("Be slow"))
    client.close()
    client.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: ended(pid), timeout=10_000)


def test_what_a_retired_process_still_says_is_not_heard(client: ChatClient, qtbot: QtBot) -> None:
    heard = loaded(client, qtbot, load("base"))
    client.ask(Ask("Be slow"))
    client.close()
    with qtbot.waitSignal(client.loaded, timeout=30_000):
        client.load(load("other"))
    assert client.state == "ready" and not heard.ends and not heard.errors
