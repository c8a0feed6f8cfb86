"""The worker's main: one process, one job. Whatever happens, the folder says so and nothing finished is lost."""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from labdesk.core.errors import JobError, JobStopped, LabdeskError
from labdesk.core.events import Artifact, Cancelled, Done, Event, Failed, Hello, Note, Progress
from labdesk.core.job_folder import JobFolder
from labdesk.core.storage import Journal
from labdesk.engine.context import JobContext
from labdesk.jobs.deaths import raise_if_hopeless
from labdesk.jobs.follow import log_tail
from labdesk.jobs.waiting import Waiting

#: Progress is for people: more often than this is waste.
PROGRESS_SECONDS = 0.25
ORDER_SECONDS = 0.2

DURABLE = (Hello, Artifact, Note, Done, Failed, Cancelled)


class JobKind(Protocol):
    """What a module in `jobs/kinds/` offers: the type of its spec, and the work itself."""

    Spec: type

    @staticmethod
    def run(spec: object, context: JobContext) -> Done: ...


class Reporter:
    """Writes events into the job's journal; drops progress that comes faster than anybody can read."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._last_progress = 0.0

    def __call__(self, event: Event) -> None:
        if isinstance(event, Progress):
            now = time.monotonic()
            if now - self._last_progress < PROGRESS_SECONDS and event.done < event.total:
                return
            self._last_progress = now
        self._journal.append(event, durable=isinstance(event, DURABLE))


class Orders:
    """Answers "should I stop?" from the control file (looked at a few times a second) and from SIGTERM."""

    def __init__(self, job: JobFolder) -> None:
        self._job = job
        self._checked = 0.0
        self._stop = False
        self.paused = False

    def __call__(self) -> bool:
        now = time.monotonic()
        if not self._stop and now - self._checked > ORDER_SECONDS:
            self._checked = now
            order = self._job.given_order()
            self._stop = order != ""
            self.paused = order == "pause"
        return self._stop

    def stop(self, *_signal: object) -> None:
        self._stop = True


def main(folder: str) -> int:
    """Work on the job in `folder`. Exit code 0: done or stopped; 1: failed (the folder says why)."""
    faulthandler.enable()
    _be_a_good_neighbour()
    job = JobFolder(Path(folder))
    try:
        with job.lock():
            journal = Journal(job.events_path)
            try:
                return _work(job, Reporter(journal))
            finally:
                journal.close()
    except LabdeskError as error:
        print(error, file=sys.stderr)
        return 1


def _work(job: JobFolder, report: Reporter) -> int:
    request = job.request
    orders = Orders(job)
    before = job.events()
    signal.signal(signal.SIGTERM, orders.stop)
    report(Hello(job.id, request.kind, os.getpid(), time.time()))
    started = time.monotonic()
    try:
        raise_if_hopeless(before, log_tail(job, 4000))
        kind = load_kind(request.kind)
        waiting = Waiting(job.path, report, orders)
        context = JobContext(job.path, Path(request.workspace), report, lambda: orders() or not waiting.may_work())
        done = _run_when_allowed(lambda: kind.run(job.spec(kind.Spec), context), waiting, orders)
        report(Done(done.summary, done.next_step, time.monotonic() - started))
        return 0
    except JobStopped:
        report(Cancelled(paused=orders.paused))
        return 0
    except LabdeskError as error:
        traceback.print_exc()
        report(Failed(error.message, error.cause, error.remedy, traceback.format_exc()))
    except MemoryError:
        report(
            Failed(
                "The computer ran out of memory.",
                "The model and its data need more than is free.",
                "Close other programs, or choose a smaller model, then start again.",
                traceback.format_exc(),
            )
        )
    except Exception as error:
        traceback.print_exc()
        report(
            Failed(
                "labdesk made a mistake.",
                f"{type(error).__name__}: {error}",
                "Start the job again: it continues. If it fails again, report it with the file worker.log.",
                traceback.format_exc(),
            )
        )
    return 1


def _run_when_allowed(run: Callable[[], Done], waiting: Waiting, orders: Orders) -> Done:
    """Run the job while its conditions hold: when they end it stops as if it were asked to, waits, and continues.

    Raises JobStopped when it was ordered to stop.
    """
    while True:
        waiting.until_allowed()
        try:
            return run()
        except JobStopped:
            if orders():
                raise


def load_kind(name: str) -> JobKind:
    """The module that does jobs of a kind. Raises JobError for an unknown kind."""
    if not name.isidentifier():
        raise JobError(f"“{name}” is no kind of job.")
    try:
        return importlib.import_module(f"labdesk.jobs.kinds.{name}")  # type: ignore[return-value]
    except ModuleNotFoundError as error:
        if error.name == f"labdesk.jobs.kinds.{name}":
            raise JobError(
                f"“{name}” is no kind of job.", remedy="Update labdesk: the job was made by a newer version."
            ) from error
        raise JobError(
            f"This kind of job needs “{error.name}”, which is not installed.",
            remedy="Install labdesk with its engines: pip install 'labdesk[engines]'.",
        ) from error


def _be_a_good_neighbour() -> None:
    """The window stays smooth and survives when memory runs short: the worker is the one to wait and to go."""
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(5)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
