"""The bridge: one subscriber, new events of running jobs, and jobs that another process started."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from labdesk.core.events import Done, Event, Hello, Progress
from labdesk.core.job_folder import JobFolder
from labdesk.core.specs import GenerateSpec
from labdesk.core.storage import Journal
from labdesk.core.workspace import Workspace
from labdesk.gui.bridge import Bridge

Settle = Callable[[Callable[[], bool]], None]


def say(job: JobFolder, *events: Event) -> None:
    journal = Journal(job.events_path)
    for event in events:
        journal.append(event, durable=False)
    journal.close()


def hello(job: JobFolder) -> Hello:
    return Hello(job.id, "generate", 1, 0.0)


def test_a_change_of_the_workspace_becomes_a_signal(app: object, workspace: Workspace, qtbot: QtBot) -> None:
    owner = QObject()
    bridge = Bridge(workspace, owner)
    with qtbot.waitSignal(bridge.changed) as heard:
        workspace.announce("taxonomy", "knowledge/x")
    assert heard.args is not None
    assert heard.args[0].ids == ("knowledge/x",)
    bridge.close()
    with qtbot.assertNotEmitted(bridge.changed):
        workspace.announce("taxonomy")


def test_events_are_handed_over_once_and_in_order(app: object, workspace: Workspace, settle: Settle) -> None:
    owner = QObject()
    job = workspace.add_job("generate", GenerateSpec(), "Write")
    bridge = Bridge(workspace, owner)
    heard: list[Event] = []
    bridge.job_events.connect(lambda _job, events: heard.extend(events))
    with job.lock():
        say(job, hello(job))
        settle(lambda: bridge.state(job.id).status == "running")
        assert [one.id for one in bridge.running()] == [job.id]
        for number in range(5):
            say(job, Progress(number, 5))
        settle(lambda: len(heard) == 6)
    say(job, Done("Ready."))
    settle(lambda: bridge.state(job.id).status == "done")
    assert [event.done for event in heard if isinstance(event, Progress)] == [0, 1, 2, 3, 4]
    assert bridge.running() == []
    bridge.close()


def test_a_job_whose_worker_died_is_interrupted(app: object, workspace: Workspace, settle: Settle) -> None:
    owner = QObject()
    job = workspace.add_job("generate", GenerateSpec(), "Write")
    say(job, hello(job), Progress(1, 5))
    bridge = Bridge(workspace, owner)
    settle(lambda: bridge.state(job.id).status == "interrupted")
    bridge.close()


def test_a_job_that_another_process_started_is_found(app: object, workspace: Workspace, settle: Settle) -> None:
    owner = QObject()
    bridge = Bridge(workspace, owner)
    other = Workspace.open(workspace.root)
    job = other.add_job("generate", GenerateSpec(), "Write")
    settle(lambda: bool(bridge.jobs("generate")))
    assert bridge.jobs("generate")[0].id == job.id
    assert bridge.jobs("train") == []
    bridge.close()
