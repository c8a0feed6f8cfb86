"""Follows one job for one view: the events from its beginning, each once and in order, and its state.

Reads with a reader of its own, poked by the bridge: a view that is built late misses nothing and sees nothing twice."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from labdesk.core.events import Event
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.core.storage import JournalReader
from labdesk.gui.bridge import Bridge

#: Bytes of events read at once: a job of ten thousand samples holds nobody up.
_SLICE = 128_000


class JobWatch(QObject):
    """`started(JobFolder or None)` when another job is watched, then `events(list)` and `state_changed(JobState)`."""

    started = Signal(object)
    events = Signal(object)
    state_changed = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.job: JobFolder | None = None
        self._reader: JournalReader[Event] | None = None
        bridge.job_events.connect(self._on_events)
        bridge.job_changed.connect(self._on_state)

    @property
    def state(self) -> JobState:
        """The state of the watched job; "waiting" without one."""
        return self._bridge.state(self.job.id) if self.job is not None else JobState()

    def watch(self, job: JobFolder | None) -> None:
        """Watches another job (None: nothing) from its first event. Watching the same job again does nothing."""
        if self.job is not None and job is not None and self.job.id == job.id:
            return
        self.job = job
        self._reader = job.reader() if job is not None else None
        self.started.emit(job)
        self._read()
        self.state_changed.emit(self.state)

    @Slot(str, object)
    def _on_events(self, job_id: str, _events: object) -> None:
        if self.job is not None and job_id == self.job.id:
            self._read()

    @Slot(str, object)
    def _on_state(self, job_id: str, state: JobState) -> None:
        if self.job is not None and job_id == self.job.id:
            self._read()
            self.state_changed.emit(state)

    def _read(self) -> None:
        fresh = self._reader.read_new(_SLICE) if self._reader is not None else []
        if self._reader is not None and self._reader.rest:
            QTimer.singleShot(0, self, self._read)
        if fresh:
            self.events.emit(fresh)
