"""Teach this: the real window, by mouse and by keyboard; the training itself is played by hand-written job folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from labdesk.core.events import Artifact, Done, Failed, Hello, Stage
from labdesk.core.job_folder import JobFolder
from labdesk.core.specs import TeachSpec
from labdesk.core.taxonomy.leaf import read_leaf
from labdesk.core.workspace import Workspace
from labdesk.gui.chat.leaf_choices import NEW, LeafChoices
from labdesk.gui.chat.lesson_card import LessonCard
from labdesk.gui.chat.teach_dialog import TeachDialog
from labdesk.gui.chat.view import ChatView
from labdesk.gui.window import Window
from tests.gui.chat.test_view import answered, taught
from tests.gui.jobs_by_hand import write
from tests.tiny_models import write_tiny_model

LEAF = "knowledge/places/marrowby_light"
ASKED = "Which keeper of Marrowby Light kept a goose?"


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[JobFolder]:
    """The jobs that were started, none of which really runs."""
    jobs: list[JobFolder] = []
    monkeypatch.setattr("labdesk.gui.job_starter.launch", lambda job: jobs.append(job))
    return jobs


@pytest.fixture
def view(workspace: Workspace, window: Window, qtbot: QtBot) -> Iterator[ChatView]:
    merged = write_tiny_model(taught(workspace))
    made = window.go("chat")
    assert isinstance(made, ChatView)
    qtbot.waitUntil(lambda: made.header.choice is not None and made.header.choice.model == merged, timeout=5000)
    qtbot.waitUntil(lambda: len(made.index.leaves) == 4, timeout=5000)
    made.header.compare.click()
    made.ask(ASKED)
    qtbot.waitUntil(lambda: answered(made), timeout=30_000)
    yield made
    made.leave()


def the_dialog(view: ChatView) -> TeachDialog:
    assert view.teaching.dialog is not None
    return view.teaching.dialog


def card_of(view: ChatView) -> LessonCard:
    """The card of the first exchange; an empty one while its view is being made."""
    made = view.transcript.exchanges
    return made[0].lesson if made else LessonCard()


def finish(job: JobFolder, workspace: Workspace, name: str = "newer.gguf") -> Path:
    """What the worker would have left."""
    merged = workspace.runs_folder / job.id / name
    merged.parent.mkdir(parents=True)
    merged.write_bytes(b"GGUF")
    write(
        job, [Hello(job.id, "teach", 1, 0.0), Stage("train", "Train"), Artifact("merged", str(merged)), Done("Done.")]
    )
    return merged


def pairs(workspace: Workspace) -> dict[str, str]:
    leaf = read_leaf(workspace.taxonomy / LEAF, workspace.taxonomy)
    return {pair.question: pair.answer for pair in leaf.pairs}


def test_by_mouse_from_a_wrong_answer_to_a_new_one(
    workspace: Workspace, view: ChatView, launched: list[JobFolder], qtbot: QtBot
) -> None:
    exchange = view.transcript.exchanges[0]
    wrong = exchange.answers["tuned"].text
    qtbot.mouseClick(exchange.answers["tuned"].teach, Qt.MouseButton.LeftButton)
    dialog = the_dialog(view)
    assert dialog.leaf == LEAF and dialog.answer.toPlainText() == wrong  # the best guess is chosen already
    dialog.answer.setPlainText("Thomas Bell.")
    qtbot.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    assert pairs(workspace)[ASKED] == "Thomas Bell." and view.teaching.dialog is None
    qtbot.waitUntil(lambda: card_of(view).isVisible())
    card = card_of(view)
    assert "Marrowby light" in card.heading.text() and not launched
    qtbot.mouseClick(card.reteach, Qt.MouseButton.LeftButton)
    job = launched[0]
    spec = job.spec(TeachSpec)
    assert spec.leaves == (LEAF,) and spec.student.endswith("merged.gguf")  # it goes on from what is taught already
    finish(job, workspace)
    qtbot.waitUntil(lambda: len(view.session.chat.exchanges) == 2 and answered(view), timeout=30_000)
    answers = view.session.chat.path()[0].answers
    assert answers["before"].text == wrong and answers["after"].text.startswith("I am newer")
    headings = [card.heading.text() for card in view.transcript.exchanges[0].answers.values()]
    assert headings == ["Before", "After teaching"]
    assert view.header.choice is not None and view.header.choice.job == job.id


def test_by_keyboard_alone(
    workspace: Workspace, window: Window, view: ChatView, launched: list[JobFolder], qtbot: QtBot
) -> None:
    window.context.actions["chat.teach"].trigger()  # Ctrl+T
    dialog = the_dialog(view)
    qtbot.keyClick(dialog.answer, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(dialog.answer, "Thomas Bell did.")
    qtbot.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog.leaf != LEAF
    qtbot.keyClick(dialog.search, Qt.Key.Key_Up)
    assert dialog.leaf == LEAF
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert pairs(workspace)[ASKED] == "Thomas Bell did." and len(launched) == 1
    finish(launched[0], workspace)
    qtbot.waitUntil(lambda: len(view.session.chat.exchanges) == 2 and answered(view), timeout=30_000)
    assert view.session.chat.path()[0].answers["after"].text.startswith("I am newer")


def test_undo_takes_the_correction_back(workspace: Workspace, view: ChatView, qtbot: QtBot) -> None:
    before = (workspace.taxonomy / LEAF / "qna.yaml").read_bytes()
    view.teaching.begin_with_last()
    dialog = the_dialog(view)
    dialog.answer.setPlainText("Thomas Bell.")
    dialog.keep.click()
    assert (workspace.taxonomy / LEAF / "qna.yaml").read_bytes() != before
    workspace.undo()
    assert (workspace.taxonomy / LEAF / "qna.yaml").read_bytes() == before


def test_a_new_leaf_begins_with_the_correction_and_says_what_it_needs(
    workspace: Workspace, view: ChatView, qtbot: QtBot
) -> None:
    view.teaching.begin_with_last()
    dialog = the_dialog(view)
    dialog.choose(NEW)
    assert dialog.name_row.isVisible() and not dialog.keep.isEnabled()
    dialog.name.setText("Geese of the coast!")
    assert dialog.keep.isEnabled() and not dialog.reteach.isEnabled()
    dialog.answer.setPlainText("Admiral.")
    dialog.keep.click()
    leaf = read_leaf(workspace.taxonomy / "compositional_skills/from_chats/geese_of_the_coast", workspace.taxonomy)
    assert leaf.seed_examples[0].question == ASKED and leaf.seed_examples[0].answer == "Admiral."
    qtbot.waitUntil(lambda: "4 more examples" in card_of(view).words.text())
    assert card_of(view).reteach.isHidden()


def test_what_cannot_be_kept_stays_in_the_dialog(workspace: Workspace, view: ChatView, qtbot: QtBot) -> None:
    view.teaching.begin_with_last()
    dialog = the_dialog(view)
    dialog.choose("compositional_skills/grounded/extraction/visitor_book")
    dialog.answer.setPlainText("Admiral.")
    dialog.keep.click()
    assert view.teaching.dialog is dialog and "choose another leaf" in dialog.problem.text()
    dialog.answer.clear()
    assert not dialog.keep.isEnabled()
    dialog.reject()
    assert view.teaching.dialog is None


def test_a_failed_teaching_says_why_and_can_be_tried_again(
    workspace: Workspace, view: ChatView, launched: list[JobFolder], qtbot: QtBot
) -> None:
    view.teaching.begin_with_last()
    the_dialog(view).answer.setPlainText("Thomas Bell.")
    the_dialog(view).reteach.click()
    failed = Failed("The computer ran out of memory.", "", "Close other programs.")
    write(launched[0], [Hello(launched[0].id, "teach", 1, 0.0), failed])
    qtbot.waitUntil(lambda: "out of memory" in card_of(view).words.text(), timeout=5000)
    card = card_of(view)
    assert "Close other programs." in card.words.text() and not card.reteach.isHidden()


def test_a_teaching_that_ended_in_another_window_is_shown_with_its_chat(
    workspace: Workspace, view: ChatView, launched: list[JobFolder], qtbot: QtBot
) -> None:
    view.teaching.begin_with_last()
    the_dialog(view).answer.setPlainText("Thomas Bell.")
    the_dialog(view).reteach.click()
    chat = view.session.chat.id
    view.session.new()
    finish(launched[0], workspace)
    qtbot.waitUntil(lambda: view.choices.rowCount() >= 3, timeout=5000)
    view.session.open(chat)
    qtbot.waitUntil(lambda: bool(view.transcript.exchanges), timeout=5000)
    qtbot.waitUntil(lambda: len(view.session.chat.exchanges) == 2 and answered(view), timeout=30_000)
    assert "after" in view.session.chat.path()[0].answers


def test_the_choices_behave(app: QApplication, qtmodeltester: ModelTester) -> None:
    choices = LeafChoices()
    qtmodeltester.check(choices)
    leaves = [f"knowledge/a/leaf_{number}" for number in range(30)]
    choices.show_ranked([(leaves[3], 0.5), (leaves[1], 0.2)], leaves)
    assert [choices.leaf(row) for row in range(3)] == [leaves[3], leaves[1], leaves[0]]
    choices.show_ranked([(leaves[29], 0.5)], leaves, "leaf 29")
    assert [choices.leaf(row) for row in range(choices.rowCount())] == [leaves[29], NEW]
    choices.show_ranked([], leaves)
    assert choices.row_of(NEW) == 30
