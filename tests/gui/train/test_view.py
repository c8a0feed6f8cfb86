"""Train as a person meets it: nothing yet, the plan, a live run, its end with the learning map, the history."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from labdesk.core.errors import JobError
from labdesk.core.events import Artifact, Done, Failed, Metric
from labdesk.core.job_folder import JobFolder
from labdesk.core.samples import dataset
from labdesk.core.samples.dataset import DatasetAbout
from labdesk.core.samples.sample import Provenance, Sample
from labdesk.core.specs import GenerateSpec, TeachSpec, TrainSpec
from labdesk.core.storage import Journal
from labdesk.core.workspace import Workspace
from labdesk.gui.train.view import TrainView
from labdesk.gui.window import Window
from labdesk.jobs.requests import request_training
from labdesk.jobs.steps import adopted
from tests.gui.jobs_by_hand import LEAF, a_job, some_training, some_writing, write
from tests.gui.train.exams import write_exam

Settle = Callable[[Callable[[], bool]], None]


def opened(window: Window) -> TrainView:
    view = window.go("train")
    assert isinstance(view, TrainView)
    return view


def page(view: TrainView) -> object:
    return view._pages.currentWidget()


def generated(workspace: Workspace) -> JobFolder:
    spec = GenerateSpec(leaves=(LEAF,))
    return a_job(workspace, "generate", spec, "Generate “marrowby light”", [*some_writing(), Done("6 kept.")])


def taught(workspace: Workspace, *events: object) -> JobFolder:
    return a_job(workspace, "teach", TeachSpec(leaves=(LEAF,)), "Teach “marrowby light”", [*some_training(), *events])  # type: ignore[list-item]


def finished(workspace: Workspace) -> JobFolder:
    job = taught(workspace)
    merged = workspace.runs_folder / job.id / "merged.gguf"
    merged.parent.mkdir(parents=True)
    merged.write_bytes(b"GGUF")
    write_exam(merged.parent)
    write(job, [Artifact("merged", str(merged)), Done("Your model is taught.")])
    return job


def test_without_samples_the_place_says_where_they_come_from(window: Window) -> None:
    view = opened(window)
    assert page(view) is view.empty and "samples" in view.empty.sentence.text()


def test_training_goes_on_from_a_finished_generation(
    window: Window, workspace: Workspace, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labdesk.gui.job_starter.launch", lambda _job: None)
    generation = generated(workspace)
    view = opened(window)
    settle(lambda: page(view) is view.plan)
    assert ("Samples", "6 samples kept") in view.plan.card._rows
    view.plan.card.primary.click()
    (job,) = workspace.jobs("teach")
    assert adopted(job) == generation.id and job.spec(TeachSpec).leaves == (LEAF,)
    assert page(view) is view.run and view.history.rowCount() == 1


def test_the_plan_says_minutes_memory_and_whether_it_fits(window: Window, workspace: Workspace, qtbot: QtBot) -> None:
    job = generated(workspace)
    journal = Journal(job.path / "samples.jsonl")
    for number in range(20):
        text = f"The lamp of Marrowby was lit in {1800 + number}."
        journal.append(
            Sample(
                id=str(number),
                leaf=LEAF,
                root="knowledge",
                form="short",
                origin="seed",
                fact=str(number),
                question="When was it lit?",
                answer=text,
                provenance=Provenance(block="seeds"),
            )
        )
    journal.close()
    view = opened(window)
    qtbot.waitUntil(lambda: dict(view.plan.card._rows).get("Memory", "").startswith("up to"), timeout=60_000)
    assert "fits" in view.plan.card._verdict.text() or "tight" in view.plan.card._verdict.text()
    view.leave()


def test_a_loss_that_rises_offers_to_stop(window: Window, workspace: Workspace, settle: Settle) -> None:
    job = taught(workspace)
    with job.lock():
        view = opened(window)
        settle(lambda: len(view.run.live.losses) == 12)
        assert view.run.live.health.stop.isHidden(), "a healthy run needs no advice"
        worse = [Metric(step, {"loss": 0.2 * step, "validation_loss": 2.5}, "knowledge") for step in range(100, 150)]
        write(job, worse)
        settle(lambda: not view.run.live.health.stop.isHidden())
        assert view.run.live.chart.points("Held out")[-1] == (62, 2.5)
        view.run.live.health.stop.click()
        assert job.given_order() == "stop"


def test_the_loss_is_drawn_as_it_comes(window: Window, workspace: Workspace, settle: Settle) -> None:
    job = taught(workspace)
    with job.lock():
        view = opened(window)
        settle(lambda: len(view.run.live.losses) == 12)
        assert "Healthy" in view.run.live.health.accessibleName()
        assert "Smoothed" in view.run.live.chart.accessibleDescription()
        assert window.context.actions["train.stop"].isEnabled()
        view.run.progress.pause.click()
        assert job.given_order() == "pause"
        view.run.progress.stop.click()
        assert job.given_order() == "stop"


def test_the_end_shows_what_was_learned(window: Window, workspace: Workspace, settle: Settle, qtbot: QtBot) -> None:
    finished(workspace)
    view = opened(window)
    settle(lambda: view.run.tabs.isTabVisible(1))
    assert view.run.map.map.rowCount() == 2
    assert view.run.map.answers.rowCount() == 2
    assert view.run.map.pair.expected.text.text() == "Agnes"
    assert view.run.map.pair.between.text.text() == "halfway"
    heard: list[object] = []
    window.context.intents.go.disconnect()
    window.context.intents.go.connect(lambda _place, item: heard.append(item))
    view.run.chat_wanted.emit()
    assert [type(item) for item in heard] and isinstance(heard[0], Path)


def test_a_failed_run_can_be_started_again(
    window: Window, workspace: Workspace, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    launched: list[str] = []
    monkeypatch.setattr("labdesk.gui.job_starter.launch", lambda job: launched.append(job.id))
    job = taught(workspace, Failed("The computer ran out of memory.", "Too large.", "Choose a smaller model."))
    view = opened(window)
    settle(lambda: bool(view.run.banner.words))
    assert "Choose a smaller model." in view.run.banner.words
    assert view.run.live.health.accessibleName().startswith("The loss fell")
    view.run.progress.resume_wanted.emit()
    assert launched == [job.id]


def test_choosing_an_earlier_run_shows_it(window: Window, workspace: Workspace, settle: Settle) -> None:
    first = taught(workspace, Failed("It went wrong.", "", ""))
    second = finished(workspace)
    view = opened(window)
    settle(lambda: view.history.rowCount() == 2)
    older = view.history.row_of(first.id)
    view.runs.setCurrentIndex(view.history.index(older, 0))
    assert view.watch.job is not None and view.watch.job.id == first.id
    view.runs.setCurrentIndex(view.history.index(view.history.row_of(second.id), 0))
    settle(lambda: view.run.tabs.isTabVisible(1))
    assert not view.run.banner.words or "went wrong" not in view.run.banner.words


def test_a_mixed_dataset_can_be_trained_on(
    window: Window, workspace: Workspace, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labdesk.gui.job_starter.launch", lambda _job: None)
    row = Sample(
        id="1", leaf=LEAF, root="knowledge", form="short", origin="seed", fact="f", question="What?", answer="That.",
        provenance=Provenance(block="seeds"),
    )  # fmt: skip
    dataset.freeze(workspace.datasets_folder / "mine", DatasetAbout(name="Two and more", made_at=2.0), [row], [])
    view = opened(window)
    settle(lambda: page(view) is view.plan)
    assert view.plan.sources.currentText().startswith("Dataset Two and more")
    assert ("Samples", "1 sample kept") in view.plan.card._rows
    view.plan.card.primary.click()
    (job,) = workspace.jobs("teach")
    assert job.spec(TeachSpec).dataset == str(workspace.datasets_folder / "mine")
    assert request_training(workspace).spec(TrainSpec).dataset == str(workspace.datasets_folder / "mine")
    assert request_training(workspace, "mine").spec(TrainSpec).dataset.endswith("mine")
    with pytest.raises(JobError, match="yours"):
        request_training(workspace, "yours")
    view.leave()
