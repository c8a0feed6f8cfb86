"""A job waits for its time and for mains power, in a real worker process, and obeys while it waits."""

from __future__ import annotations

import time
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from labdesk.core.conditions import Conditions, write_conditions
from labdesk.core.errors import JobStopped
from labdesk.core.events import Event, Stage
from labdesk.core.job_folder import JobFolder
from labdesk.core.workspace import Workspace
from labdesk.jobs.kinds.rehearsal import Spec
from labdesk.jobs.launch import launch
from labdesk.jobs.waiting import Waiting, on_mains

Battery = namedtuple("Battery", "percent secsleft power_plugged")


@pytest.mark.parametrize(
    ("battery", "plugged"), [(None, True), (Battery(50, 9, True), True), (Battery(50, 9, False), False)]
)
def test_a_computer_without_battery_is_plugged_in(
    monkeypatch: pytest.MonkeyPatch, battery: object, plugged: bool
) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: battery, raising=False)
    assert on_mains() is plugged


def test_on_battery_it_waits_until_it_is_plugged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugged = iter([False, False, True, True, True])
    monkeypatch.setattr("labdesk.jobs.waiting.on_mains", lambda: next(plugged))
    monkeypatch.setattr("labdesk.jobs.waiting._LOOK_SECONDS", 0.0)
    write_conditions(tmp_path, Conditions(mains_only=True))
    said: list[Event] = []
    Waiting(tmp_path, said.append, lambda: False).until_allowed()
    assert said == [Stage("wait", "Waits until the computer is plugged in")]


def test_an_order_ends_the_wait(tmp_path: Path) -> None:
    write_conditions(tmp_path, Conditions(not_before=time.time() + 3600))
    with pytest.raises(JobStopped):
        Waiting(tmp_path, lambda event: None, lambda: True).until_allowed()


def test_a_real_job_waits_is_paused_resumed_and_started_at_once(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "ws")
    job = workspace.add_job("rehearsal", Spec(steps=3), "Count")
    write_conditions(job.path, Conditions(not_before=time.time() + 3600))
    process = launch(job)
    assert process is not None
    _wait(lambda: (stage := job.state().stage) is not None and stage.name == "wait")
    job.order("pause")
    assert process.wait(20) == 0 and job.state().status == "paused"
    again = launch(job)
    assert again is not None
    _wait(lambda: job.state().starts == 2 and job.state().status == "running")
    assert not (job.path / "counted.jsonl").exists()
    write_conditions(job.path, Conditions())
    assert again.wait(20) == 0 and job.state().status == "done"


def test_unplugged_in_the_middle_it_waits_and_goes_on(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "ws")
    job = workspace.add_job("rehearsal", Spec(steps=60, seconds=0.05), "Count")
    process = launch(job)
    assert process is not None
    _wait(lambda: _counted(job) > 3)
    write_conditions(job.path, Conditions(not_before=time.time() + 3600))  # as good as unplugged
    _wait(lambda: (stage := job.state().stage) is not None and stage.name == "wait")
    stood = _counted(job)
    time.sleep(0.3)
    assert _counted(job) == stood < 60
    write_conditions(job.path, Conditions())
    assert process.wait(30) == 0
    assert (job.state().status, job.state().starts, _counted(job)) == ("done", 1, 60)


def _counted(job: JobFolder) -> int:
    path = job.path / "counted.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.05)
