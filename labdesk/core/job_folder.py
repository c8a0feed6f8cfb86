"""One job on disk: the request, the events, the last order given to it, and who works on it.

job.json        the immutable request
events.jsonl    append-only journal of events
control         the last order: pause or stop
lock            the process at work
worker.log      what the worker and its libraries printed
"""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import msgspec

from labdesk.core import storage
from labdesk.core.events import Event
from labdesk.core.job_state import JobState, Status, fold_all
from labdesk.core.process_lock import Holder, ProcessLock, holder

S = TypeVar("S")

Order = Literal["", "pause", "stop"]


class JobRequest(msgspec.Struct, frozen=True):
    """What was asked for. `spec` is the JSON of one of `core.specs`; `parent` the id of the job that started this
    one.
    """

    id: str
    kind: str
    title: str
    created: float
    workspace: str
    spec: msgspec.Raw
    parent: str = ""


def new_id(kind: str) -> str:
    """A readable id that sorts by time, to the microsecond: 20261123-154500-048213-generate-3fa9."""
    seconds, rest = divmod(time.time_ns(), 1_000_000_000)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(seconds))
    return f"{stamp}-{rest // 1000:06d}-{kind}-{secrets.token_hex(2)}"


class JobFolder:
    """A job, known by its folder. Opening it reads nothing; every question reads the disk, which is the truth."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = path.name
        self._request: JobRequest | None = None

    @classmethod
    def create(cls, jobs: Path, workspace: Path, kind: str, spec: Any, title: str, parent: str = "") -> JobFolder:
        """Write a new job below `jobs`. Raises StorageError."""
        folder = cls(jobs / new_id(kind))
        request = JobRequest(
            folder.id, kind, title, time.time(), str(workspace), msgspec.Raw(msgspec.json.encode(spec)), parent
        )
        storage.write_json(folder.path / "job.json", request)
        return folder

    @property
    def request(self) -> JobRequest:
        if self._request is None:
            self._request = storage.read_json(self.path / "job.json", JobRequest)
        return self._request

    def spec(self, kind: type[S]) -> S:
        """The request's spec as a typed value."""
        return msgspec.json.decode(self.request.spec, type=kind)

    @property
    def events_path(self) -> Path:
        return self.path / "events.jsonl"

    def reader(self) -> storage.JournalReader[Event]:
        """A reader that returns the events appended since its last call."""
        return storage.JournalReader(self.events_path, cast(type[Event], Event))

    def events(self) -> list[Event]:
        """All events so far."""
        return self.reader().read_new()

    def state(self) -> JobState:
        """The fold of all events, corrected by whether a worker lives."""
        return self.corrected(fold_all(self.events()))

    def corrected(self, state: JobState) -> JobState:
        """`state` with "running" turned into "interrupted" when nobody works on the job, and its kind filled in."""
        status: Status = state.status
        if status == "running" and self.worker() is None:
            status = "interrupted"
        if status == "waiting" and self.worker() is not None:
            status = "running"
        return msgspec.structs.replace(state, status=status, kind=state.kind or self.request.kind)

    def worker(self) -> Holder | None:
        """The process at work on this job, if one is."""
        return holder(self.path / "lock")

    def lock(self) -> ProcessLock:
        """The lock that a worker holds while it works."""
        return ProcessLock(self.path / "lock")

    def order(self, order: Order) -> None:
        """Give the worker an order; "" takes the last one back. It is obeyed at the next safe point."""
        storage.write_text(self.path / "control", order)

    def given_order(self) -> Order:
        """The last order, "" when there is none."""
        try:
            text = (self.path / "control").read_text("utf-8").strip()
        except OSError:
            return ""
        return text if text in ("pause", "stop") else ""  # type: ignore[return-value]
