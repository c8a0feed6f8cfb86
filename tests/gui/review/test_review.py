"""Review: decisions by single keys, durable, undoable; filters; the source at the right."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from labdesk.core.job_folder import JobFolder
from labdesk.core.samples.sample import Provenance, Sample, SourceSpan, Verdict
from labdesk.core.specs import GenerateSpec
from labdesk.core.storage import Journal
from labdesk.core.workspace import Workspace
from labdesk.gui.review.card import check_name
from labdesk.gui.review.entries import Choice, Entry
from labdesk.gui.review.model import ReviewModel
from labdesk.gui.review.samples import ReviewSamples
from labdesk.gui.review.view import ReviewView
from labdesk.gui.window import Window
from labdesk.jobs.datasets import SAMPLES

LEAF = "knowledge/places/marrowby_light"
Settle = Callable[[Callable[[], bool]], None]


def sample(number: int, *, kept: bool = True, source: SourceSpan | None = None) -> Sample:
    """A sample; every third one belongs to another leaf."""
    return Sample(
        id=f"s{number}",
        leaf=LEAF if number % 3 else "foundational_skills/reasoning/order/last_aboard",
        root="knowledge",
        form="short",
        origin="pattern",
        fact=f"f{number}",
        question=f"Question {number}?",
        answer=f"Answer {number}.",
        source=source,
        provenance=Provenance(block="test", teacher="nobody"),
        verdicts=(Verdict("grounding", kept, 0.5, "" if kept else "The document does not say so."),),
    )


def add(job: JobFolder, samples: list[Sample]) -> None:
    journal = Journal(job.path / SAMPLES)
    for one in samples:
        journal.append(one, durable=False)
    journal.close()


@pytest.fixture
def job(workspace: Workspace) -> JobFolder:
    """A generation with five kept samples and one that a check discarded."""
    made = workspace.add_job("generate", GenerateSpec(), "Write samples")
    add(made, [*(sample(n, source=SourceSpan("marrowby_light.md", 2, 16)) for n in range(5)), sample(5, kept=False)])
    return made


@pytest.fixture
def view(job: JobFolder, window: Window, settle: Settle, qtbot: QtBot) -> ReviewView:
    """Review with the samples loaded and the keyboard in its list."""
    made = window.go("review")
    assert isinstance(made, ReviewView)
    settle(lambda: made.model.rowCount() == 5)
    with pytest.warns(DeprecationWarning):  # offscreen, the platform grants it only to the first window of a process
        QApplication.setActiveWindow(window)
    made.list.setFocus()
    return made


def press(qtbot: QtBot, view: ReviewView, key: Qt.Key) -> None:
    qtbot.keyClick(view.list, key)


def test_keys_move_accept_reject_and_undo(view: ReviewView, job: JobFolder, workspace: Workspace, qtbot: QtBot) -> None:
    press(qtbot, view, Qt.Key.Key_J)
    assert view.list.currentIndex().row() == 1
    press(qtbot, view, Qt.Key.Key_K)
    press(qtbot, view, Qt.Key.Key_A)
    press(qtbot, view, Qt.Key.Key_R)
    assert {name: d.verdict for name, d in workspace.reviews(job.id).items()} == {"s0": "accepted", "s1": "rejected"}
    assert view.list.currentIndex().row() == 2
    press(qtbot, view, Qt.Key.Key_U)
    assert set(workspace.reviews(job.id)) == {"s0"}
    assert view.list.currentIndex().row() == 1
    assert view._summary.text().startswith("1 of 5 reviewed")


def test_an_edit_is_kept_beside_the_sample(
    view: ReviewView, job: JobFolder, workspace: Workspace, qtbot: QtBot
) -> None:
    press(qtbot, view, Qt.Key.Key_E)
    assert view.card.is_editing
    view.card.answer.setPlainText("A better answer.")
    qtbot.keyClick(view.card.answer, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    decision = workspace.reviews(job.id)["s0"]
    assert (decision.verdict, decision.question, decision.answer) == ("edited", "Question 0?", "A better answer.")
    assert not view.card.is_editing
    assert view.card.answer.toPlainText() == "A better answer."


def test_escape_leaves_a_sample_as_it_was(view: ReviewView, job: JobFolder, workspace: Workspace, qtbot: QtBot) -> None:
    press(qtbot, view, Qt.Key.Key_E)
    view.card.answer.setPlainText("Never mind.")
    qtbot.keyClick(view.card.answer, Qt.Key.Key_Escape)
    assert view.card.answer.toPlainText() == "Answer 0."
    assert workspace.reviews(job.id) == {}


def test_letters_typed_into_the_search_field_decide_nothing(
    view: ReviewView, job: JobFolder, workspace: Workspace, qtbot: QtBot, settle: Settle
) -> None:
    press(qtbot, view, Qt.Key.Key_Slash)
    qtbot.waitUntil(view.search.hasFocus)
    qtbot.keyClicks(view.search, "answer 3")
    settle(lambda: view.model.rowCount() == 1)
    assert workspace.reviews(job.id) == {}


def test_what_a_check_discarded_is_found_with_its_reason_and_can_be_accepted(
    view: ReviewView, job: JobFolder, workspace: Workspace
) -> None:
    view._choose(Choice("discarded"))
    assert view.model.rowCount() == 1
    assert "The document does not say so." in " ".join(line.text() for line in view.card._lines)
    view.decide("accepted")
    assert workspace.reviews(job.id)["s5"].verdict == "accepted"


def test_decisions_are_still_there_in_the_next_window(view: ReviewView, job: JobFolder, workspace: Workspace) -> None:
    view.decide("rejected")
    again = ReviewSamples(workspace)
    again.open(job)
    assert again.entries["s0"].standing == "rejected"
    assert again.counts().decided == 1


def test_the_source_is_shown_and_marked(view: ReviewView) -> None:
    view.step(1)
    assert view.source.text.toPlainText().startswith("# Marrowby Light")
    marked = view.source.text.extraSelections()
    assert [mark.cursor.selectedText() for mark in marked] == ["Marrowby Light"]


def test_samples_that_arrive_later_are_appended(view: ReviewView, job: JobFolder) -> None:
    kept = view.list.currentIndex().row()
    journal = Journal(job.path / SAMPLES)
    journal.append(sample(9), durable=False)
    journal.close()
    view.samples.read_new()
    assert view.model.rowCount() == 6
    assert view.list.currentIndex().row() == kept


def test_filter_by_leaf(view: ReviewView) -> None:
    view._choose(Choice(None, "foundational_skills/reasoning/order/last_aboard"))
    assert view.model.rowCount() == 2


def test_without_samples_the_place_says_what_to_do(window: Window) -> None:
    view = window.go("review")
    assert isinstance(view, ReviewView)
    assert view._stack.currentIndex() == 0


def test_the_model_keeps_its_promises(workspace: Workspace, job: JobFolder, qtmodeltester: ModelTester) -> None:
    samples = ReviewSamples(workspace)
    model = ReviewModel(samples)
    qtmodeltester.check(model)
    samples.open(job)
    assert samples.decide("s0", "accepted")
    model.choose(Choice("accepted"))
    assert model.rowCount() == 1
    samples.undo()
    model.choose(Choice())
    assert model.rowCount() == 5


def test_words_are_found_in_question_answer_and_context() -> None:
    entry = Entry(sample(1))
    assert Choice(None, "", "question 1").wants(entry)
    assert not Choice(None, "", "question 2").wants(entry)


def test_a_question_of_the_person_shows_the_passage_it_was_written_for(
    view: ReviewView, job: JobFolder, settle: Settle
) -> None:
    own = msgspec.structs.replace(sample(7), id="own", question="How tall is the tower of Marrowby Light?")
    add(job, [own])
    view.samples.read_new()
    view.show_item("own")
    marks = view.source.text.extraSelections()
    assert marks[0].cursor.selectedText().startswith("The tower is 92 feet tall")


def test_checks_have_names_that_a_person_understands() -> None:
    assert check_name("GroundingFilter") == "Is supported by its source"
    assert check_name("ToneOfVoiceFilter") == "Tone of voice"
