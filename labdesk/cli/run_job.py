"""Runs one job to its end while showing it; Ctrl-C stops it at a safe point, a second Ctrl-C leaves at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import nullcontext

from labdesk.cli.output import JobPrinter
from labdesk.core.errors import JobStopped
from labdesk.core.events import Event
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.jobs.follow import failure, run_to_end


def run_job(job: JobFolder, as_json: bool, show: Callable[[Event], None] | None = None) -> JobState:
    """The state of the finished job; `show` is given its events instead of the printer.

    Raises JobStopped when a person stopped it, LabdeskError when it failed.
    """
    asked = threading.Event()

    def on_interrupt(*_details: object) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        with nullcontext(show) if show is not None else JobPrinter(as_json) as printer:
            state = run_to_end(job, printer, asked.is_set)
    finally:
        signal.signal(signal.SIGINT, before)
    if state.failed is not None:
        raise failure(state.failed)
    if state.status in ("stopped", "paused"):
        raise JobStopped
    return state
