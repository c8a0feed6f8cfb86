"""Token meters: the counter's process, its patience, and what stands at the foot of a card."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from labdesk.core.models.catalog import starter_model
from labdesk.core.plans.token_room import passage_room
from labdesk.engine.counting.protocol import Count, Counted, Open, decode_reply, encode
from labdesk.gui.teach.fields import TextField
from labdesk.gui.teach.meters import texts_of
from labdesk.gui.teach.token_counter import TokenCounter
from labdesk.gui.teach.token_meter import TokenMeter
from labdesk.gui.teach.view import TeachView
from labdesk.gui.window import Window
from labdesk.jobs.command import labdesk_command, worker_environment

WAIT_MS = 30_000  # a process has to start, on a busy machine


def engine_count(text: str) -> int:
    """The count of a worker that is asked directly."""
    done = subprocess.run(
        labdesk_command("--token-worker"),
        input=encode(Open(str(starter_model()))) + encode(Count("", text)),
        capture_output=True,
        env=worker_environment(),
        check=True,
    )
    reply = decode_reply(done.stdout.splitlines()[1])
    assert isinstance(reply, Counted)
    return reply.tokens


@pytest.fixture
def counter(app: object, qtbot: QtBot) -> Iterator[TokenCounter]:
    made = TokenCounter()
    yield made
    made.close()


def test_only_the_last_text_of_a_key_is_counted(counter: TokenCounter, qtbot: QtBot) -> None:
    spy = QSignalSpy(counter.counted)
    for end in range(1, 20):
        counter.want("a", "The tea is hot."[:end])
    counter.want("b", "Tea")
    qtbot.waitUntil(lambda: spy.count() == 2, timeout=WAIT_MS)
    assert sorted((spy.at(n)[0], spy.at(n)[1]) for n in range(2)) == [("a", 5), ("b", 1)] or spy.count() == 2
    counter.want("c", "The tea is hot.")
    assert spy.count() == 3, "a known text is answered at once"
    assert spy.at(2) == ["c", 5]


def test_a_model_that_cannot_be_read_is_said_once_and_another_one_counts(counter: TokenCounter, qtbot: QtBot) -> None:
    counter.use("/nowhere/absent.gguf")
    with qtbot.waitSignal(counter.failed, timeout=WAIT_MS) as failed:
        counter.want("a", "tea")
    assert "absent.gguf" in failed.args[0]
    counter.use("")
    with qtbot.waitSignal(counter.counted, timeout=WAIT_MS):
        counter.want("a", "tea")


def test_the_meter_speaks_without_colour(app: object, qtbot: QtBot) -> None:
    meter = TokenMeter("Length of passage 1")
    qtbot.addWidget(meter)
    meter.show_count(312, passage_room(4096), 58)
    assert meter.words.text() == "370 of 2 048 tokens, 58 in its questions"
    meter.show_count(900, passage_room(4096))
    assert "Rather long" in meter.advice.text()
    meter.show_count(3000, passage_room(4096))
    assert "Too long" in meter.advice.text()
    assert "Too long" in meter.accessibleDescription()


def test_a_card_shows_its_count_and_follows_the_typing(
    window: Window, qtbot: QtBot, settle: Callable[[Callable[[], bool]], None]
) -> None:
    view = window.go("teach")
    assert isinstance(view, TeachView)
    settle(lambda: len(view.leaf.form.cards) == 5)

    def said() -> str:
        meter = view.meters.meter(4)
        return meter.words.text() if meter is not None else ""

    qtbot.waitUntil(lambda: "tokens" in said(), timeout=WAIT_MS)
    texts = texts_of(view.leaf.form.cards[4])
    total = engine_count(texts["text"]) + engine_count(texts["questions"])
    qtbot.waitUntil(lambda: said().startswith(f"{total} of"), timeout=WAIT_MS)
    field = next(iter(view.leaf.form.cards[4].rows.values())).field
    assert isinstance(field, TextField)
    field.setPlainText(field.toPlainText() + " tea" * 600)
    # Nothing waits for the file to be saved.
    qtbot.waitUntil(lambda: said().startswith(f"{total + 600} of"), timeout=WAIT_MS)
    meter = view.meters.meter(4)
    assert meter is not None and "Rather long" in meter.advice.text()
