"""“Draft questions for me”: what the tray shows, what enters the leaf, and what never does."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from labdesk.core.events import Cancelled, Done, Failed, Hello, Progress, SampleMade, Stage
from labdesk.core.job_folder import JobFolder
from labdesk.core.specs import DraftSpec
from labdesk.core.taxonomy.leaf import Leaf, LeafKind, read_leaf
from labdesk.core.workspace import Workspace
from labdesk.gui import job_starter
from labdesk.gui.context import GuiContext
from labdesk.gui.teach.draft_decisions import Decision, decisions_of, note_decision
from labdesk.gui.teach.draft_session import DraftSession
from labdesk.gui.teach.draft_tray import DraftTray
from labdesk.gui.teach.view import TeachView
from labdesk.gui.window import Window
from tests.gui.jobs_by_hand import write

LIGHT = "knowledge/places/marrowby_light"
NOTE = "compositional_skills/writing/freeform/harbour_note"
BOOK = "compositional_skills/grounded/extraction/visitor_book"
Settle = Callable[[Callable[[], bool]], None]
WHO = SampleMade("1", LIGHT, "Who drew the plans?", "Edith Crane", True)
WHEN = SampleMade("2", LIGHT, "When was it lit?", "1874", True)
BAD = SampleMade("3", LIGHT, "What?", "x", False, "Too little.")


@pytest.fixture
def view(window: Window, settle: Settle, monkeypatch: pytest.MonkeyPatch) -> TeachView:
    """Teach with the lighthouse open; a draft job is written but no worker starts."""

    def no_worker(_job: JobFolder) -> subprocess.Popen[bytes] | None:
        return None

    monkeypatch.setattr(job_starter, "launch", no_worker)
    made = window.go("teach")
    assert isinstance(made, TeachView)
    settle(lambda: len(made.leaf.form.cards) == 5 and made.drafts.tray(4) is not None)
    return made


def leaf_of(workspace: Workspace, path: str = LIGHT) -> Leaf:
    return read_leaf(workspace.taxonomy / path, workspace.taxonomy)


def tray(view: TeachView, index: int = 0) -> DraftTray:
    found = view.drafts.tray(index)
    assert found is not None
    return found


def asked(view: TeachView, workspace: Workspace, index: int = 0) -> JobFolder:
    tray(view, index).ask.click()
    return workspace.jobs("draft")[-1]


def test_the_job_knows_the_passage_and_progress_is_shown(view: TeachView, workspace: Workspace, settle: Settle) -> None:
    job = asked(view, workspace)
    spec = job.spec(DraftSpec)
    assert (spec.leaf, spec.passage) == (LIGHT, leaf_of(workspace).seed_contexts[0].context)
    assert not tray(view).ask.isVisible()
    with job.lock():
        write(
            job,
            [
                Hello(job.id, "draft", 1, 0.0),
                Stage("draft", "Write questions"),
                WHO,
                BAD,
                Progress(2, 10, "tries", "Writing", 20.0),
            ],
        )
        settle(lambda: len(tray(view).cards) == 1)
        settle(lambda: "2 of 10 tries" in tray(view)._doing.text())
        tray(view).stop.click()
        assert job.given_order() == "stop"
        write(job, [Cancelled()])
        settle(lambda: tray(view).words.text().startswith("1 to decide"))


def test_nothing_enters_the_leaf_unasked(view: TeachView, workspace: Workspace, settle: Settle) -> None:
    before = (workspace.taxonomy / LIGHT / "qna.yaml").read_bytes()
    write(asked(view, workspace), [WHO, WHEN, Done("2 of 3 tries are worth a look.")])
    settle(lambda: len(tray(view).cards) == 2)
    tray(view).cards[0].discard.click()
    tray(view).cards[0].question.setPlainText("Something else?")
    assert (workspace.taxonomy / LIGHT / "qna.yaml").read_bytes() == before


def test_an_accepted_draft_is_one_step_as_it_was_edited(
    view: TeachView, workspace: Workspace, settle: Settle, context: GuiContext
) -> None:
    before = (workspace.taxonomy / LIGHT / "qna.yaml").read_bytes()
    write(asked(view, workspace), [WHO, WHEN, Done("2")])
    settle(lambda: len(tray(view).cards) == 2)
    tray(view).cards[0].question.setPlainText("Who drew the plans of Marrowby Light?")
    QTest.keyClick(tray(view).cards[0].question, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    pair = leaf_of(workspace).seed_contexts[0].pairs[-1]
    assert (pair.question, pair.answer) == ("Who drew the plans of Marrowby Light?", "Edith Crane")
    settle(lambda: len(tray(view).cards) == 1)
    assert tray(view).words.text() == "1 to decide · 1 accepted"
    workspace.undo()
    assert (workspace.taxonomy / LIGHT / "qna.yaml").read_bytes() == before


def test_an_empty_pair_is_filled_first(view: TeachView, workspace: Workspace, settle: Settle) -> None:
    empty = {"question": "", "answer": ""}
    view.editor.set(("seed_examples", 1, "questions_and_answers", 1), empty)
    write(asked(view, workspace, 1), [WHEN, Done("1")])
    settle(lambda: len(tray(view, 1).cards) == 1)
    tray(view, 1).cards[0].accept.click()
    pairs = leaf_of(workspace).seed_contexts[1].pairs
    assert len(pairs) == 3
    assert pairs[1].question == "When was it lit?"


def test_drafts_come_back_with_their_leaf(view: TeachView, workspace: Workspace, settle: Settle) -> None:
    job = asked(view, workspace)
    view.show_item("compositional_skills/writing/freeform/harbour_note")
    settle(lambda: view.editor.leaf is not None and "note" in view.editor.leaf.path)
    write(job, [WHO, Done("1")])
    view.show_item(LIGHT)
    settle(lambda: view.drafts.tray(0) is not None and len(tray(view).cards) == 1)


def test_a_worker_that_an_earlier_window_started_is_found(
    view: TeachView, workspace: Workspace, settle: Settle
) -> None:
    spec = DraftSpec(leaf=LIGHT, passage=leaf_of(workspace).seed_contexts[3].context)
    job = workspace.add_job("draft", spec, "Draft questions")
    with job.lock():
        write(job, [Hello(job.id, "draft", 1, 0.0), WHO])
        settle(lambda: len(tray(view, 3).cards) == 1)


def test_drafts_that_ended_while_no_window_was_open_are_offered(
    view: TeachView, workspace: Workspace, settle: Settle
) -> None:
    passage = leaf_of(workspace).seed_contexts[0].context
    job = workspace.add_job("draft", DraftSpec(leaf=LIGHT, passage=passage), "Draft")
    write(job, [Hello(job.id, "draft", 1, 0.0), WHO, WHEN, BAD, Done("2")])
    note_decision(job, Decision(WHO.question, "", accepted=True))
    settle(lambda: len(tray(view).cards) == 1)
    assert tray(view).cards[0].question.toPlainText() == WHEN.question
    settle(lambda: "A draft waits" in view.banner.words)
    tray(view).cards[0].discard.click()
    assert [one.accepted for one in decisions_of(job)] == [True, False]
    session = DraftSession(LIGHT, passage)
    assert not session.recall(job, job.reader().read_new(), decisions_of(job))


def test_no_draft_says_why_and_what_to_do(view: TeachView, workspace: Workspace, settle: Settle) -> None:
    failed = Failed(
        "The teacher found no question that passes the checks.", "Most often: Too little.", "Choose another."
    )
    write(asked(view, workspace), [BAD, failed])
    settle(lambda: "Choose another" in tray(view).notice.text())
    assert tray(view).ask.isVisible()


def test_the_same_question_is_not_proposed_twice(view: TeachView, workspace: Workspace, settle: Settle) -> None:
    write(asked(view, workspace), [WHO, Done("1")])
    settle(lambda: len(tray(view).cards) == 1)
    tray(view).cards[0].discard.click()
    write(asked(view, workspace), [WHO, Done("1")])
    settle(lambda: tray(view).words.text() == "1 discarded")
    assert not tray(view).cards


def test_an_empty_passage_is_not_asked_about(view: TeachView, workspace: Workspace) -> None:
    view.leaf.form.add_seed()
    view.drafts.refresh()
    if view.drafts.tray(5) is None:
        view.leaf.form.go_to(("seed_examples", 5))
    view.drafts.draft(5)
    assert "first" in tray(view, 5).notice.text()
    assert not workspace.jobs("draft")


def test_the_key_asks_about_the_passage_with_the_cursor_or_the_selection(
    view: TeachView, workspace: Workspace, context: GuiContext, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view.leaf.form, "focused_path", lambda: ("seed_examples", 2, "context"))
    context.actions["teach.draft"].trigger()
    assert workspace.jobs("draft")[-1].spec(DraftSpec).passage == leaf_of(workspace).seed_contexts[2].context


def test_a_selection_in_the_document_becomes_a_passage_to_ask_about(
    view: TeachView, workspace: Workspace, context: GuiContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = "Every keeper wrote a diary, and the diaries fill one long shelf."
    monkeypatch.setattr(view.leaf.form, "focused_path", lambda: ())
    monkeypatch.setattr(view.document, "use_selection", lambda: view.document.passage_chosen.emit(chosen))
    context.actions["teach.draft"].trigger()
    assert leaf_of(workspace).seed_contexts[-1].context == chosen
    assert workspace.jobs("draft")[-1].spec(DraftSpec).passage == chosen


def skill(view: TeachView, leaf: str, settle: Settle) -> DraftTray:
    view.show_item(leaf)
    settle(lambda: view.editor.leaf is not None and view.editor.leaf.path == leaf and view.drafts.examples.isVisible())
    return view.drafts.examples


def test_a_skill_is_given_examples_in_its_manner(
    view: TeachView, workspace: Workspace, context: GuiContext, settle: Settle
) -> None:
    assert not view.drafts.examples.isVisible()  # knowledge is asked about passage by passage
    found = skill(view, NOTE, settle)
    before = (workspace.taxonomy / NOTE / "qna.yaml").read_bytes()
    context.actions["teach.draft"].trigger()
    job = workspace.jobs("draft")[-1]
    assert job.spec(DraftSpec) == DraftSpec(leaf=NOTE, passage="") and "examples" in job.request.title
    write(job, [SampleMade("1", NOTE, "Write a harbour note about fog.", "Ahoy! Fog.", True), Done("1")])
    settle(lambda: len(found.cards) == 1)
    assert (workspace.taxonomy / NOTE / "qna.yaml").read_bytes() == before
    found.cards[0].answer.setPlainText("Ahoy from Marrowby! Fog. Fair winds and dry socks.")
    found.cards[0].accept.click()
    last = read_leaf(workspace.taxonomy / NOTE, workspace.taxonomy).seed_examples[-1]
    assert last.question.endswith("fog.") and last.answer.startswith("Ahoy from")
    settle(lambda: found.words.text() == "1 accepted")
    workspace.undo()
    assert (workspace.taxonomy / NOTE / "qna.yaml").read_bytes() == before


def test_a_grounded_draft_brings_its_text_and_fills_an_empty_example(
    view: TeachView, workspace: Workspace, settle: Settle
) -> None:
    found = skill(view, BOOK, settle)
    count = len(leaf_of(workspace, BOOK).seed_examples)
    view.editor.insert(("seed_examples",), 1, {"context": " ", "question": "", "answer": ""})
    view.editor.insert(("seed_examples",), 1, {"context": "Half written.", "question": "", "answer": ""})
    found.ask.click()
    made = SampleMade("1", BOOK, "Write the line.", "Ada | 2", True, context="Ada came with a friend.")
    write(workspace.jobs("draft")[-1], [made, Done("1")])
    settle(lambda: len(found.cards) == 1)
    found.cards[0].accept.click()
    written = leaf_of(workspace, BOOK).seed_examples
    assert len(written) == count + 2
    assert (written[1].context, written[2].context) == ("Half written.", "Ada came with a friend.")


def test_a_new_skill_is_told_to_begin_by_hand(view: TeachView, workspace: Workspace, settle: Settle) -> None:
    workspace.new_leaf("compositional_skills/writing/new_one", LeafKind.FREEFORM)
    found = skill(view, "compositional_skills/writing/new_one", settle)
    found.ask.click()
    assert "two examples first" in found.notice.text()
    assert not workspace.jobs("draft")


def test_a_session_counts(tmp_path: Path) -> None:
    session = DraftSession("leaf", "passage")
    assert session.summary() == ""
    session.begin(JobFolder(tmp_path))
    session.take([WHO, WHEN, BAD])
    assert session.running
    session.take([Done("2")])
    session.decide(session.waiting[0], accepted=True)
    session.decide(session.waiting[0], accepted=False)
    assert session.summary() == "1 accepted · 1 discarded"
