"""Generate as a person meets it: the plan, the run, the end, the errors."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from labdesk.core.events import Cancelled, Done, Failed
from labdesk.core.job_folder import JobFolder
from labdesk.core.specs import GenerateSpec
from labdesk.core.workspace import Workspace
from labdesk.gui.generate.view import GenerateView
from labdesk.gui.window import Window
from tests.gui.jobs_by_hand import LEAF, a_job, a_sample, some_writing, write

Settle = Callable[[Callable[[], bool]], None]


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the jobs that would have been launched."""
    ids: list[str] = []
    monkeypatch.setattr("labdesk.gui.job_starter.launch", lambda job: ids.append(job.id))
    return ids


def opened(window: Window) -> GenerateView:
    view = window.go("generate")
    assert isinstance(view, GenerateView)
    return view


def page(view: GenerateView) -> object:
    return view._stack.currentWidget()


def test_the_plan_counts_leaves_and_seeds_before_anything_runs(window: Window, settle: Settle) -> None:
    view = opened(window)
    settle(lambda: page(view) is view.plan and view.plan.choice.rowCount() == 4)
    rows = dict(view.plan.card._rows)
    assert rows["Leaves"] == "4 leaves" and rows["Seed examples"] == "33"
    assert view.plan.card.primary.isEnabled()
    view.leave()


def test_the_plan_says_samples_and_minutes_when_they_are_counted(window: Window, qtbot: QtBot) -> None:
    view = opened(window)
    qtbot.waitUntil(lambda: dict(view.plan.card._rows).get("Samples", "").startswith("about"), timeout=60_000)
    assert dict(view.plan.card._rows)["Time"].startswith("about")


def test_with_no_leaf_the_place_says_where_to_go(window: Window, workspace: Workspace, settle: Settle) -> None:
    shutil.rmtree(workspace.taxonomy)
    workspace.taxonomy.mkdir()
    view = opened(window)
    settle(lambda: page(view) is view.empty)
    assert "leaves" in view.empty.sentence.text()


def test_starting_makes_a_job_for_the_chosen_leaves(
    window: Window, workspace: Workspace, settle: Settle, launched: list[str]
) -> None:
    view = opened(window)
    settle(lambda: view.plan.choice.rowCount() == 4)
    view.plan.choice.choose_only([LEAF])
    view.plan.card.primary.click()
    settle(lambda: bool(launched))
    (job,) = workspace.jobs("generate")
    assert job.spec(GenerateSpec).leaves == (LEAF,) and launched == [job.id]
    assert page(view) is view.run
    view.leave()


def test_a_broken_leaf_is_refused_with_its_remedy(
    window: Window, workspace: Workspace, settle: Settle, launched: list[str]
) -> None:
    view = opened(window)
    settle(lambda: view.plan.choice.rowCount() == 4)
    (workspace.taxonomy / LEAF / "qna.yaml").write_text("version: 3\n")
    view.plan.choice.choose_only([LEAF])
    view.plan.card.primary.click()
    settle(lambda: bool(view.plan.banner.words))
    assert "cannot be taught" in view.plan.banner.words and "mend" in view.plan.banner.words
    assert not launched
    view.leave()


def running(workspace: Workspace) -> JobFolder:
    return a_job(workspace, "generate", GenerateSpec(leaves=(LEAF,)), "Generate “marrowby light”", some_writing())


def test_samples_stream_in_and_the_funnel_filters_them(window: Window, workspace: Workspace, settle: Settle) -> None:
    job = running(workspace)
    with job.lock():
        view = opened(window)
        settle(lambda: view.run.samples.rowCount() == 10)
        write(job, [a_sample(100), a_sample(101, kept=False, lost_at="grounded")])
        settle(lambda: view.run.samples.rowCount() == 12)
        cells = {cell.accessibleName().split(":")[0]: cell for cell in view.run.funnel.findChildren(QAbstractButton)}
        cells["Grounded"].click()
        assert view.run.samples.rowCount() == 1
        view.run.lift.click()
        assert view.run.samples.rowCount() == 12
        assert window.context.actions["generate.stop"].isEnabled()


def test_stopping_orders_the_worker_to_stop(window: Window, workspace: Workspace, settle: Settle) -> None:
    job = running(workspace)
    with job.lock():
        view = opened(window)
        settle(lambda: view.run.progress.stop.isVisible())
        view.run.progress.stop.click()
        assert job.given_order() == "stop"
        write(job, [Cancelled()])
    settle(lambda: view.run.progress.resume.isVisible())


def test_the_end_offers_review_and_training(window: Window, workspace: Workspace, settle: Settle) -> None:
    job = a_job(workspace, "generate", GenerateSpec(), "Generate", [*some_writing(), Done("6 of 10 samples kept.")])
    view = opened(window)
    settle(lambda: view.run.end.isVisible())
    assert "6 samples" in view.run.end.heading.text()
    with_signal: list[tuple[str, object]] = []
    window.context.intents.go.disconnect()
    window.context.intents.go.connect(lambda place, item: with_signal.append((place, item)))
    for button in view.run.end.findChildren(QAbstractButton):
        button.click()
    assert ("review", job.id) in with_signal and any(place == "train" for place, _ in with_signal)


def test_a_failure_shows_cause_and_remedy(window: Window, workspace: Workspace, settle: Settle) -> None:
    failed = Failed("The teacher wrote nothing usable.", "All were discarded.", "Choose a larger teacher.")
    a_job(workspace, "generate", GenerateSpec(), "Generate", [*some_writing(), failed])
    view = opened(window)
    settle(lambda: bool(view.run.banner.words))
    assert "All were discarded. Choose a larger teacher." in view.run.banner.words


def test_an_interrupted_job_can_be_continued(
    window: Window, workspace: Workspace, settle: Settle, launched: list[str]
) -> None:
    job = running(workspace)
    view = opened(window)
    settle(lambda: view.run.progress.resume.isVisible())
    assert "interrupted" in view.run.banner.words
    view.run.progress.resume.click()
    assert launched == [job.id]
