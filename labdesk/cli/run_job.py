"""Runs one job to its end while showing it; Ctrl-C stops it at a safe point, a second Ctrl-C leaves at once."""

from __future__ import annotations

import signal
import threading

from labdesk.cli.output import JobPrinter
from labdesk.core.errors import JobStopped
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.jobs.follow import failure, run_to_end


def run_job(job: JobFolder, as_json: bool) -> JobState:
    """The state of the finished job. Raises JobStopped when a person stopped it, LabdeskError when it failed."""
    asked = threading.Event()

    def on_interrupt(*_details: object) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        with JobPrinter(as_json) as show:
            state = run_to_end(job, show, asked.is_set)
    finally:
        signal.signal(signal.SIGINT, before)
    if state.failed is not None:
        raise failure(state.failed)
    if state.status in ("stopped", "paused"):
        raise JobStopped
    return state
