"""“Generate & train”: the window walks along, ends in Chat, and leaves alone who went elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from labdesk.core.conditions import read_conditions
from labdesk.core.events import Artifact, Cancelled, Done, Failed
from labdesk.core.job_folder import JobFolder
from labdesk.core.models.remote import Server
from labdesk.core.specs import ExamSpec, GenerateSpec, TeachSpec
from labdesk.core.workspace import Workspace
from labdesk.gui.chat.view import ChatView
from labdesk.gui.window import Window
from tests.gui.jobs_by_hand import LEAF, a_job, some_training, some_writing, write
from tests.gui.train.exams import write_exam

Settle = Callable[[Callable[[], bool]], None]


@pytest.fixture(autouse=True)
def not_launched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labdesk.gui.job_starter.launch", lambda _job: None)
    monkeypatch.setattr("labdesk.gui.chat.client.ChatClient.load", lambda *_: None)


def begun(window: Window, workspace: Workspace, settle: Settle) -> JobFolder:
    window.context.intents.teach.emit((LEAF,))
    settle(lambda: window.current == "generate")
    (job,) = workspace.jobs("teach")
    return job


def arrive(workspace: Workspace, job: JobFolder) -> Path:
    """What the last steps of a teach job leave."""
    merged = workspace.runs_folder / job.id / "merged.gguf"
    merged.parent.mkdir(parents=True)
    merged.write_bytes(b"GGUF")
    write_exam(merged.parent)
    report = merged.parent / "exam" / "report.html"
    write(job, [Artifact("merged", str(merged)), Artifact("report", str(report)), Done("Your model is taught.")])
    return merged


def test_it_walks_from_teach_to_an_open_chat(window: Window, workspace: Workspace, settle: Settle) -> None:
    job = begun(window, workspace, settle)
    assert window.current == "generate" and job.spec(TeachSpec).leaves == (LEAF,)
    with job.lock():
        write(job, some_writing())
        writing = a_job(workspace, "generate", GenerateSpec(), "Write", [*some_writing(), Done("6 kept.")], job.id)
        settle(lambda: window.context.bridge.state(writing.id).status == "done")
        assert window.current == "generate"
        exam = a_job(workspace, "exam", ExamSpec(dataset=""), "Examine", [], job.id)
        with exam.lock():
            settle(lambda: window.current == "train")
        write(job, some_training())
        merged = arrive(workspace, job)
        settle(lambda: window.current == "chat")
    chat = window._views["chat"]
    assert isinstance(chat, ChatView) and chat.header.choice is not None and chat.header.choice.model == merged


def test_a_person_who_went_elsewhere_is_told_and_not_moved(
    window: Window, workspace: Workspace, settle: Settle
) -> None:
    job = begun(window, workspace, settle)
    with job.lock():
        write(job, some_writing())
        settle(lambda: window.context.bridge.state(job.id).status == "running")
        window.go("settings")
        arrive(workspace, job)
        settle(lambda: "taught" in window.banner.words)
    assert window.current == "settings"


def test_an_early_end_is_told(window: Window, workspace: Workspace, settle: Settle) -> None:
    job = begun(window, workspace, settle)
    with job.lock():
        write(job, some_writing())
        settle(lambda: window.context.bridge.state(job.id).status == "running")
        window.go("models")
        write(job, [Failed("The teacher wrote nothing.", "", "")])
        settle(lambda: "ended early" in window.banner.words)


def test_what_cannot_start_is_explained(window: Window, workspace: Workspace, settle: Settle) -> None:
    (workspace.taxonomy / LEAF / "qna.yaml").write_text("version: 3\n")
    window.context.intents.teach.emit((LEAF,))
    settle(lambda: "cannot be taught" in window.banner.words)
    assert not workspace.jobs("teach")


def test_the_same_wish_again_continues_the_unfinished_job(window: Window, workspace: Workspace, settle: Settle) -> None:
    job = begun(window, workspace, settle)
    with job.lock():
        write(job, [*some_writing(), Cancelled()])
    window.context.intents.teach.emit((LEAF,))
    assert [one.id for one in workspace.jobs("teach")] == [job.id]


def test_the_rail_shows_where_the_job_is(window: Window, workspace: Workspace, settle: Settle) -> None:
    job = begun(window, workspace, settle)
    writing = a_job(workspace, "generate", GenerateSpec(), "Write", some_writing(), job.id)
    with job.lock(), writing.lock():
        settle(lambda: "Running" in window.rail.entry("generate").accessibleDescription())
        assert "Nothing trained yet" in window.rail.entry("train").accessibleDescription()


def test_a_far_teacher_is_agreed_to_before_the_whole_job_begins(
    window: Window, workspace: Workspace, settle: Settle
) -> None:
    far = Server(address="https://api.example.com/v1", model="large")
    window.context.settings.change(servers=(far,), teacher=far.name)
    window.context.intents.teach.emit((LEAF,))
    assert window.flow.asking is not None and not workspace.jobs("teach")
    window.flow.asking.agree.click()
    settle(lambda: len(workspace.jobs("teach")) == 1)


def test_the_whole_job_can_wait_for_the_evening(window: Window, workspace: Workspace, settle: Settle) -> None:
    window.context.intents.teach_tonight.emit((LEAF,))
    settle(lambda: window.current == "generate")
    (job,) = workspace.jobs("teach")
    assert read_conditions(job.path).not_before > 0
