"""Chat as a person meets it: nothing loaded yet, two sides, one side, stopping, errors, the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from labdesk.core.events import Artifact, Done, Metric
from labdesk.core.specs import TeachSpec
from labdesk.core.workspace import Workspace
from labdesk.gui.chat.choices import Choices
from labdesk.gui.chat.opening import ChatOpening
from labdesk.gui.chat.view import ChatView
from labdesk.gui.window import Window
from tests.gui.jobs_by_hand import a_job, write
from tests.gui.train.exams import write_exam

Settle = Callable[[Callable[[], bool]], None]


def taught(workspace: Workspace, name: str = "merged.gguf") -> Path:
    job = a_job(workspace, "teach", TeachSpec(), "Teach 4 leaves", [Metric(1, {"loss": 1.0}, "skills")])
    merged = workspace.runs_folder / job.id / name
    merged.parent.mkdir(parents=True)
    merged.write_bytes(b"GGUF")
    write_exam(merged.parent)
    write(job, [Artifact("merged", str(merged)), Done("Your model is taught.")])
    return merged


@pytest.fixture
def view(window: Window, qtbot: QtBot) -> Iterator[ChatView]:
    made = window.go("chat")
    assert isinstance(made, ChatView)
    yield made
    made.leave()


def answered(view: ChatView) -> bool:
    path = view.session.chat.path()
    return bool(path) and not view.session.busy and view.transcript.exchange(path[-1].id) is not None


def test_the_newest_taught_model_is_chosen_and_not_yet_in_memory(
    workspace: Workspace, view: ChatView, qtbot: QtBot
) -> None:
    merged = taught(workspace)
    qtbot.waitUntil(lambda: view.header.choice is not None and view.header.choice.model == merged, timeout=5000)
    assert view.client.state == "empty" and "first message" in view.header.proof.text()
    offers = [button.text() for button in view.transcript.findChildren(QPushButton)]
    assert "Who lit the lamp?" in offers


def test_base_and_taught_answer_side_by_side_in_plain_text(workspace: Workspace, view: ChatView, qtbot: QtBot) -> None:
    merged = taught(workspace)
    qtbot.waitUntil(lambda: view.choices.row_of(merged) >= 0, timeout=5000)
    view.show_item(ChatOpening(merged, ("Who lit the lamp?",)))
    view.composer.field.setPlainText("Who are you?")
    qtbot.waitUntil(lambda: view.client.state == "ready", timeout=30_000)
    qtbot.keyClick(view.composer.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: answered(view), timeout=10_000)
    answers = view.transcript.exchanges[0].answers
    assert list(answers) == ["base", "tuned"] and "merged" in answers["tuned"].text
    for answer in answers.values():
        assert "<b>and more</b>" in answer.body.shown()
        assert "tokens" in answer.foot.text()
    proof = view.header.proof.text()
    assert "merged.gguf" in proof and "both phases" in proof and "base" in proof and "adapter 0badcafe" not in proof


def test_a_question_loads_the_model_first(view: ChatView, qtbot: QtBot) -> None:
    view.ask("Who are you?")
    qtbot.waitUntil(lambda: answered(view), timeout=30_000)
    assert view.transcript.exchanges[0].answers["base"].text.startswith("I am SmolLM2")
    assert not view.header.compare.isVisible()
    qtbot.waitUntil(view.composer.meter.isVisible, timeout=5000)


def test_without_comparison_only_the_taught_model_is_loaded(workspace: Workspace, view: ChatView, qtbot: QtBot) -> None:
    merged = taught(workspace)
    qtbot.waitUntil(lambda: view.header.choice is not None and view.header.choice.model == merged, timeout=5000)
    view.header.compare.click()
    view.ask("Who are you?")
    qtbot.waitUntil(lambda: answered(view), timeout=30_000)
    assert list(view.transcript.exchanges[0].answers) == ["tuned"]
    assert view.client.model is not None and [side.key for side in view.client.model.sides] == ["tuned"]


def test_escape_stops_and_what_is_written_stays(window: Window, view: ChatView, qtbot: QtBot) -> None:
    view.ask("Who are you?")
    qtbot.waitUntil(lambda: answered(view), timeout=30_000)
    view.ask("Be slow")
    assert view.composer.stop.isVisible() and window.context.actions["chat.stop"].isEnabled()
    view.session.stop()
    qtbot.waitUntil(lambda: view.client.state == "ready", timeout=10_000)
    assert view.composer.send.isVisible() and not window.context.actions["chat.stop"].isEnabled()


def test_a_broken_model_is_explained_and_the_chat_goes_on(view: ChatView, qtbot: QtBot, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF")
    view.show_item(broken)
    qtbot.waitUntil(lambda: bool(view.banner.words), timeout=30_000)
    assert "Get it again." in view.banner.words
    starter = view.choices.choice(0)
    assert starter is not None
    view._pick(starter)
    view.ask("Who are you?")
    qtbot.waitUntil(lambda: answered(view), timeout=30_000)


def test_shift_enter_begins_a_line_and_an_empty_message_is_not_sent(view: ChatView, qtbot: QtBot) -> None:
    field = view.composer.field
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not view.transcript.exchanges
    qtbot.keyClicks(field, "one")
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(field, "two")
    assert field.toPlainText() == "one\ntwo" and not view.transcript.exchanges


def test_a_new_chat_forgets_the_old_one(view: ChatView, qtbot: QtBot) -> None:
    view.ask("Who are you?")
    qtbot.waitUntil(lambda: answered(view), timeout=30_000)
    view.header.new.click()
    assert view.transcript.length == 0 and view.transcript.currentIndex() == 0
    view.ask("And now?")
    qtbot.waitUntil(lambda: answered(view), timeout=10_000)


def test_no_label_of_the_chat_reads_markup(view: ChatView, qtbot: QtBot) -> None:
    view.ask("<img src='file:///x'>")
    qtbot.waitUntil(lambda: answered(view), timeout=30_000)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in view.findChildren(QLabel) if label.text())


def test_the_picker_is_updated_by_difference(workspace: Workspace, qtmodeltester: ModelTester, view: ChatView) -> None:
    choices: Choices = view.choices
    qtmodeltester.check(choices)
    assert choices.rowCount() >= 1
    first = choices.choice(0)
    assert first is not None
    choices.show_choices([])
    choices.show_choices([first])
    assert choices.row_of(first.model) == 0
