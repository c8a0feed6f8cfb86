"""A worker that dies again and again in one place is stopped with words; one that gets on is not."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from labdesk.core.errors import JobError
from labdesk.core.events import Artifact, Done, Event, Failed, Hello, Progress, SampleMade, Stage
from labdesk.core.job_folder import JobFolder
from labdesk.core.storage import Journal
from labdesk.jobs.deaths import MOST_DEATHS, deaths, raise_if_hopeless, why
from labdesk.jobs.follow import run_to_end
from labdesk.jobs.kinds.rehearsal import Spec

START = Hello("job", "train", 1, 0.0)
STAGE = Stage("knowledge", "Learn")


def test_deaths_are_counted_until_something_is_new() -> None:
    same: list[Event] = [START, STAGE, Artifact("run", "/r"), Progress(5, 40)]
    assert deaths([]) == 0
    assert deaths(same) == 1
    assert deaths(same * 3) == 3
    assert deaths([*same * 2, START, STAGE, Progress(6, 40)]) == 1, "it got a step further"
    assert deaths([*same * 2, START, Artifact("checkpoint", "/c")]) == 1
    assert deaths([*same * 2, START, SampleMade("a", "l", "q", "a", True)]) == 1
    assert deaths([*same * 3, Failed("It was stopped.")]) == 0, "the person was told and may try again"
    assert deaths([*same, Done("ok"), START]) == 1


@pytest.mark.parametrize(
    ("log", "code", "word"),
    [
        ("[METAL] Command buffer: Caused GPU Timeout Error (00000002:kIOGPU...", -6, "busy too long"),
        ("libc++abi: terminating: [metal::malloc] Insufficient Memory", -6, "memory"),
        ("", -9, "memory"),
        ("", -4, "processor"),
        ("some library said something", 3, "not known"),
    ],
)
def test_known_crashes_are_named_with_their_remedy(log: str, code: int, word: str) -> None:
    found = why(log, code)
    assert word in found.cause
    assert found.remedy


def test_three_deaths_stop_with_the_cause() -> None:
    with pytest.raises(JobError, match=f"{MOST_DEATHS} times") as caught:
        raise_if_hopeless([START] * 3, "CUDA: out of memory")
    assert "memory" in caught.value.cause
    raise_if_hopeless([START] * 2, "CUDA: out of memory")


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_a_worker_says_so_instead_of_dying_a_fourth_time(tmp_path: Path) -> None:
    job = JobFolder.create(tmp_path / "jobs", tmp_path, "rehearsal", Spec(steps=1), "Count")
    journal = Journal(job.events_path)
    for _ in range(3):
        journal.append(START, durable=False)
    journal.close()
    (job.path / "worker.log").write_text(f"killed by {signal.SIGKILL.name}\nstd::bad_alloc\n", encoding="utf-8")
    state = run_to_end(job)
    assert state.failed is not None
    assert "3 times" in state.failed.message
    assert run_to_end(job).status == "done", "the next start is a new beginning"
