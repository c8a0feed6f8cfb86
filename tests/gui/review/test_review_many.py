"""Decisions on many samples with a preview, one undo for all, the same repair elsewhere, and where a sample comes from."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QDialog
from pytestqt.modeltest import ModelTester

from labdesk.core.job_folder import JobFolder
from labdesk.core.samples.identity import prompt_hash
from labdesk.core.samples.prompt_log import PromptWriter
from labdesk.core.samples.review import Decision
from labdesk.core.samples.sample import Provenance, Verdict
from labdesk.core.specs import GenerateSpec
from labdesk.core.workspace import Workspace
from labdesk.gui.review.many import BulkDialog, RepairDialog
from labdesk.gui.review.preview import PreviewModel
from labdesk.gui.review.provenance import PromptDialog
from labdesk.gui.review.view import ReviewView
from labdesk.gui.window import Window
from tests.gui.review.test_review import LEAF, Settle, add, sample

PROMPT = "Sentence: It burns oil.\nQuestion:"


def scored(number: int) -> object:
    """Samples 0 to 19: points 0.00, 0.05, ...; a wrong year in every answer; the teacher's own."""
    return msgspec.structs.replace(
        sample(number),
        answer=f"Lamp {number} was lit in 1881.",
        verdicts=(Verdict("JudgeFilter", True, number / 20),),
        provenance=Provenance(block="questions", teacher="nobody", prompt_sha=prompt_hash(PROMPT), seed=7),
    )


@pytest.fixture
def job(workspace: Workspace) -> JobFolder:
    made = workspace.add_job("generate", GenerateSpec(), "Write samples")
    add(made, [scored(number) for number in range(20)])  # type: ignore[misc]
    prompts = PromptWriter(made.path)
    prompts.add(PROMPT)
    prompts.close()
    return made


@pytest.fixture
def view(job: JobFolder, window: Window, settle: Settle) -> ReviewView:
    made = window.go("review")
    assert isinstance(made, ReviewView)
    settle(lambda: made.model.rowCount() == 20)
    return made


def dialog(view: ReviewView, kind: type[QDialog]) -> QDialog:
    (found,) = [one for one in view.findChildren(QDialog) if isinstance(one, kind)]
    return found


def close(one: QDialog) -> None:
    one.reject()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_all_over_a_score_are_accepted_after_a_preview_and_undone_at_once(
    view: ReviewView, job: JobFolder, workspace: Workspace, settle: Settle
) -> None:
    view.decide("rejected")
    view.decide_many()
    bulk = dialog(view, BulkDialog)
    assert isinstance(bulk, BulkDialog)
    bulk.leaf.setCurrentIndex(bulk.leaf.findData(LEAF))
    bulk.points.setValue(50)
    settle(lambda: bulk.preview.found == 7)
    assert bulk.ok.text() == "Accept 7 samples"
    bulk.preview.setData(bulk.preview.index(0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert bulk.ok.text() == "Accept 6 samples"
    bulk.ok.click()
    decided = {name: one.verdict for name, one in workspace.reviews(job.id).items()}
    assert decided.pop("s0") == "rejected"
    assert set(decided.values()) == {"accepted"} and len(decided) == 6
    assert all(int(name[1:]) >= 10 and int(name[1:]) % 3 for name in decided), "this leaf, 50 % and more"
    assert view._summary.text().startswith("7 of 20 reviewed")
    view.undo()
    assert set(workspace.reviews(job.id)) == {"s0"}
    view.undo()
    assert workspace.reviews(job.id) == {}


def test_rejecting_takes_those_under_the_score(view: ReviewView, settle: Settle) -> None:
    view.decide_many()
    bulk = dialog(view, BulkDialog)
    assert isinstance(bulk, BulkDialog)
    bulk.verdict.setCurrentIndex(1)
    bulk.points.setValue(20)
    settle(lambda: bulk.preview.found == 5)
    assert bulk.ok.text() == "Reject 5 samples"
    bulk.words.setText("no such word")
    settle(lambda: bulk.preview.found == 0)
    assert not bulk.ok.isEnabled() and "No sample fits" in bulk.summary.text()
    close(bulk)


def test_an_edit_offers_the_same_repair_elsewhere(view: ReviewView, job: JobFolder, workspace: Workspace) -> None:
    view.list.setCurrentIndex(view.model.index(3))
    view._save_edit("Question 3?", "Lamp 3 was lit in 1882.")
    assert "fits 19 other samples" in view.banner.words
    view.fix_alike()
    repair = dialog(view, RepairDialog)
    assert isinstance(repair, RepairDialog)
    assert repair.preview.data(repair.preview.index(0)).startswith("Lamp 0 was lit in 1882.")
    repair.ok.click()
    reviews = workspace.reviews(job.id)
    assert len(reviews) == 20 and reviews["s7"].answer == "Lamp 7 was lit in 1882."
    view.undo()
    assert set(workspace.reviews(job.id)) == {"s3"}


def test_the_prompt_and_the_neighbours_are_shown(view: ReviewView, settle: Settle) -> None:
    view.list.setCurrentIndex(view.model.index(4))
    links = view.card._made._links
    assert links and "Question" in links[0].text()
    view.card._made._open_prompt()
    (shown,) = view.card.findChildren(PromptDialog)
    settle(lambda: shown.text.toPlainText() == PROMPT)
    close(shown)
    links[0].click()
    assert view.list.currentIndex().row() != 4


def test_the_preview_is_a_sound_model(qtmodeltester: ModelTester, qapp: object) -> None:
    model = PreviewModel()
    qtmodeltester.check(model)
    rows = [(sample(n), Decision(sample=f"s{n}", verdict="accepted")) for n in range(1500)]
    model.show(rows)
    assert model.rowCount() == 1000 and len(model.decisions) == 1500
    model.setData(model.index(2), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert len(model.decisions) == 1499
    model.setData(model.index(2), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert len(model.decisions) == 1500
