"""Follows a job by reading its folder, whoever started it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

import msgspec

from labdesk.core.errors import JobError, LabdeskError
from labdesk.core.events import LAST_EVENTS, Event, Failed
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState, fold
from labdesk.jobs.deaths import UNKNOWN, why
from labdesk.jobs.launch import launch, wait_until_started

POLL_SECONDS = 0.1


def run_to_end(
    job: JobFolder,
    on_event: Callable[[Event], None] = lambda _event: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> JobState:
    """Launch the job unless it runs already, hand over each event as it comes, and return the final state.

    When `should_stop` turns true the worker is ordered to stop and this waits for it. Events of earlier starts are
    folded into the state but not handed over again. Raises JobError when the worker died without a last word.
    """
    reader = job.reader()
    state = JobState()
    running = job.worker() is not None
    for event in reader.read_new():
        state = fold(state, event)
    process = launch(job)
    if not running:
        state = msgspec.structs.replace(state, status="waiting")
    wait_until_started(job, process)
    ordered = False
    while True:
        alive = _alive(job, process)
        for event in reader.read_new():
            state = fold(state, event)
            on_event(event)
            if isinstance(event, LAST_EVENTS):
                _reap(process)
                return state
        if not alive:
            raise died(job, process)
        if should_stop() and not ordered:
            job.order("stop")
            ordered = True
        time.sleep(POLL_SECONDS)


def _alive(job: JobFolder, process: subprocess.Popen[bytes] | None) -> bool:
    if process is not None:
        return process.poll() is None
    return job.worker() is not None


def _reap(process: subprocess.Popen[bytes] | None) -> None:
    if process is None:
        return
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def died(job: JobFolder, process: subprocess.Popen[bytes] | None) -> JobError:
    """The error for a worker that vanished: what is known of the cause, and that nothing finished is lost."""
    code = process.returncode if process is not None else None
    known = why(log_tail(job, 4000), code)
    if known is not UNKNOWN:
        cause, remedy = known.cause, known.remedy
    else:
        cause = f"Its exit code was {code}." if code is not None else "Its process is gone."
        remedy = "Start the same job again."
    tail = log_tail(job)
    return JobError(
        "The worker process died before it finished.",
        cause=cause + (f" Its last words: {tail}" if tail else ""),
        remedy=f"{remedy} It continues behind the last finished sample or checkpoint.",
    )


def log_tail(job: JobFolder, characters: int = 300) -> str:
    """The end of the worker's log, for an error text."""
    try:
        return (job.path / "worker.log").read_text("utf-8", errors="replace").strip()[-characters:]
    except OSError:
        return ""


def failure(event: Failed) -> LabdeskError:
    """The error a worker reported, as an exception with the same three texts."""
    return JobError(event.message, cause=event.cause, remedy=event.remedy)
