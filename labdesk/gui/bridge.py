"""The only subscriber of the workspace. Re-emits its changes as a Qt signal, and follows the folders of jobs by timer.

Reads only new bytes of each job's events; one job a turn while catching up, so no turn of the event loop takes long."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from labdesk.core.changes import Change
from labdesk.core.errors import LabdeskError
from labdesk.core.events import Event
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import ENDED, JobState, fold_all

FAST_MS = 150
SLOW_MS = 2000
_LIVE = ("running", "waiting")


class Source(Protocol):
    """What the bridge needs of a workspace."""

    def subscribe(self, callback: Callable[[Change], None], /) -> Callable[[], None]: ...
    def jobs(self) -> list[JobFolder]: ...


class Reader(Protocol):
    """Gives the events that came since the last call."""

    def read_new(self) -> list[Event]: ...


@dataclasses.dataclass
class _Followed:
    job: JobFolder
    reader: Reader
    raw: JobState  # the pure fold
    state: JobState  # the same, corrected by whether the worker lives


class Bridge(QObject):
    """`changed(Change)`, `job_changed(job id, JobState)` and `job_events(job id, list of new events)`."""

    changed = Signal(object)
    job_changed = Signal(str, object)
    job_events = Signal(str, object)
    jobs_listed = Signal()

    def __init__(self, source: Source, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._followed: dict[str, _Followed] = {}
        self._new: deque[JobFolder] = deque()
        self._unsubscribe: Callable[[], None] | None = source.subscribe(self._on_change)
        self._fast = self._timer(FAST_MS, self._poll_live)
        self._slow = self._timer(SLOW_MS, self._poll_all)
        self._catch_up = self._timer(0, self._catch_up_one)
        self._fast.start()
        self._slow.start()
        QTimer.singleShot(0, self, self._look_for_jobs)

    def close(self) -> None:
        """Ends all following; for the window that closes."""
        for timer in (self._fast, self._slow, self._catch_up):
            timer.stop()
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    def jobs(self, kind: str | None = None) -> list[JobFolder]:
        """The followed jobs of a kind (of all kinds), oldest first. Reads nothing."""
        found = (entry.job for _id, entry in sorted(self._followed.items()))
        return [job for job in found if kind is None or job.request.kind == kind]

    def state(self, job_id: str) -> JobState:
        """The last known state; "waiting" for a job that is not known yet."""
        entry = self._followed.get(job_id)
        return entry.state if entry else JobState()

    def running(self) -> list[JobFolder]:
        """The jobs at work, newest last."""
        return [job for job in self.jobs() if self.state(job.id).status == "running"]

    def _timer(self, interval: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval)
        timer.timeout.connect(slot)
        return timer

    def _on_change(self, change: Change) -> None:
        if change.part == "jobs":
            self._look_for_jobs()
        self.changed.emit(change)

    def _look_for_jobs(self) -> None:
        known = self._followed.keys() | {job.id for job in self._new}
        fresh = [job for job in self._source.jobs() if job.id not in known]
        if fresh:
            self._new.extend(reversed(fresh))  # newest first: that is what people look at
            self._catch_up.start()

    def _catch_up_one(self) -> None:
        if not self._new:
            self._catch_up.stop()
            self.jobs_listed.emit()
            return
        job = self._new.popleft()
        entry = _Followed(job, job.reader(), JobState(), JobState())
        self._followed[job.id] = entry
        self._read(entry, first=True)

    def _poll_live(self) -> None:
        for entry in self._entries(lambda state: state.status in _LIVE):
            self._read(entry)

    def _poll_all(self) -> None:
        self._look_for_jobs()
        for entry in self._entries(lambda state: state.status not in ("done", *_LIVE)):
            self._read(entry)

    def _entries(self, wanted: Callable[[JobState], bool]) -> Sequence[_Followed]:
        return [entry for entry in self._followed.values() if wanted(entry.state)]

    def _read(self, entry: _Followed, *, first: bool = False) -> None:
        events = entry.reader.read_new()
        entry.raw = fold_all(events, entry.raw)
        try:
            state = entry.raw if entry.raw.status in ENDED else entry.job.corrected(entry.raw)
        except LabdeskError:  # the folder was removed while it was followed
            self._followed.pop(entry.job.id, None)
            return
        if events:
            self.job_events.emit(entry.job.id, events)
        if first or state != entry.state:
            entry.state = state
            self.job_changed.emit(entry.job.id, state)
