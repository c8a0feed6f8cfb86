"""A lock that belongs to a living process: the system takes it back when the process dies, however it dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import IO

import msgspec
import psutil

from labdesk.core.errors import JobError
from labdesk.core.storage import explain


class Holder(msgspec.Struct, frozen=True):
    """Who holds a lock. `started` tells a process from a later one that was given the same number."""

    pid: int
    started: float


class ProcessLock:
    """`with ProcessLock(path):` holds it; raises JobError when another living process does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None

    def __enter__(self) -> ProcessLock:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = open(self.path, "a+b")
        except OSError as error:
            raise explain(error, self.path) from error
        try:
            _lock(file)
        except OSError:
            file.close()
            raise JobError(
                "This job is already running.",
                cause=f"Another process holds {self.path.name}.",
                remedy="Wait until it ends, or stop it first.",
            ) from None
        file.truncate(0)
        file.write(msgspec.json.encode(Holder(os.getpid(), psutil.Process().create_time())))
        file.flush()
        self._file = file
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None


def holder(path: Path) -> Holder | None:
    """The living process that holds the lock, or None."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Holder)
        process = psutil.Process(found.pid)
        alive = abs(process.create_time() - found.started) < 1.0 and process.status() != psutil.STATUS_ZOMBIE
        return found if alive else None
    except (OSError, msgspec.DecodeError, msgspec.ValidationError, psutil.Error):
        return None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        # Windows locks are mandatory, so the locked byte lies far behind the text that others read.
        file.seek(1 << 30)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
