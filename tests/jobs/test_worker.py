"""Real worker processes on a job without a model: run, stop, fail, die, continue."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from labdesk.core.errors import JobError
from labdesk.core.events import Cancelled, Event, Progress
from labdesk.core.job_folder import JobFolder
from labdesk.core.storage import replay
from labdesk.jobs.follow import run_to_end
from labdesk.jobs.kinds.rehearsal import Counted, Spec
from labdesk.jobs.launch import launch, wait_until_started


def make_job(tmp_path: Path, **spec: float) -> JobFolder:
    return JobFolder.create(tmp_path / "jobs", tmp_path, "rehearsal", Spec(**spec), "Count")  # type: ignore[arg-type]


def counted(job: JobFolder) -> list[int]:
    return [entry.number for entry in replay(job.path / "counted.jsonl", Counted)]


def test_a_job_runs_to_its_end(tmp_path: Path) -> None:
    job = make_job(tmp_path, steps=5)
    seen: list[Event] = []
    state = run_to_end(job, seen.append)
    assert state.status == "done"
    assert counted(job) == [0, 1, 2, 3, 4]
    assert any(isinstance(event, Progress) for event in seen)


def test_a_failure_reaches_the_person_with_its_remedy(tmp_path: Path) -> None:
    state = run_to_end(make_job(tmp_path, steps=5, fail_at=2))
    assert state.failed is not None
    assert state.failed.message == "The count went wrong."
    assert state.failed.remedy == "Ask for something else."


def test_a_stopped_job_continues_where_it_stopped(tmp_path: Path) -> None:
    job = make_job(tmp_path, steps=60, seconds=0.02)
    stop_after = time.monotonic() + 0.6
    state = run_to_end(job, should_stop=lambda: time.monotonic() > stop_after)
    assert state.status == "stopped"
    assert isinstance(job.events()[-1], Cancelled)
    first = counted(job)
    assert 0 < len(first) < 60
    assert run_to_end(job).status == "done"
    assert counted(job) == list(range(60))


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_a_killed_worker_is_reported_and_loses_nothing_finished(tmp_path: Path) -> None:
    job = make_job(tmp_path, steps=200, seconds=0.01)
    process = launch(job)
    wait_until_started(job, process)
    while len(counted(job)) < 10:
        time.sleep(0.01)
    holder = job.worker()
    assert holder is not None
    os.kill(holder.pid, signal.SIGKILL)
    assert process is not None
    process.wait()
    kept = counted(job)
    assert job.state().status == "interrupted"
    assert run_to_end(job).status == "done"
    assert counted(job)[: len(kept)] == kept
    assert counted(job) == list(range(200))


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_following_a_dying_worker_raises_with_a_cause(tmp_path: Path) -> None:
    job = make_job(tmp_path, steps=500, seconds=0.01)

    def kill(event: Event) -> None:
        holder = job.worker()
        if isinstance(event, Progress) and holder is not None:
            os.kill(holder.pid, signal.SIGKILL)

    with pytest.raises(JobError, match="died") as caught:
        run_to_end(job, kill)
    assert "signal 9" in caught.value.cause


def test_two_workers_cannot_take_the_same_job(tmp_path: Path) -> None:
    job = make_job(tmp_path, steps=3)
    with job.lock(), pytest.raises(JobError, match="already running"), job.lock():
        pass
    assert run_to_end(job).status == "done"


def test_an_unknown_kind_is_explained(tmp_path: Path) -> None:
    job = JobFolder.create(tmp_path / "jobs", tmp_path, "telepathy", Spec(), "Guess")
    state = run_to_end(job)
    assert state.failed is not None
    assert "no kind of job" in state.failed.message
