"""Asks the survey worker, another process, about leaves that would hold up the window if it read them itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from labdesk.core.errors import JobError
from labdesk.core.taxonomy.facts import UNREADABLE, Glance
from labdesk.gui.line_process import LineProcess
from labdesk.jobs.command import labdesk_command

_BATCH = 50
_AHEAD = 2 * _BATCH  # leaves that the worker knows of; the others can still be put in another order
_IDLE_MS = 5_000
_PATIENCE_MS = 10_000  # it may be writing what it saw
_MOST_ENDS = 3

_seen = msgspec.json.Decoder(Glance)


class SurveyClient(QObject):
    """`ask(paths)`; `seen(Glance)` for each, in any order; `failed(LabdeskError)` when the process cannot go on."""

    seen = Signal(object)
    failed = Signal(object)

    def __init__(self, root: Path, state: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = labdesk_command("--survey", str(root), str(state))
        self._process: LineProcess | None = None
        self._waiting: dict[str, None] = {}
        self._asked: dict[str, None] = {}
        self._ends = 0
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(_IDLE_MS)
        self._idle.timeout.connect(self.close)

    def ask(self, paths: Iterable[str]) -> None:
        """Wants these leaves read too."""
        self._waiting.update((path, None) for path in paths if path not in self._asked)
        self._ends = 0
        self._feed()

    def drop(self) -> None:
        """Forgets what was asked and not begun."""
        self._waiting = {}

    def hurry(self, paths: Iterable[str]) -> None:
        """These first: the person looks at them."""
        urgent = {path: None for path in paths if path in self._waiting}
        if urgent:
            self._waiting = urgent | self._waiting

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._waiting or self._asked)

    @Slot()
    def close(self) -> None:
        """Ends the process without waiting for it."""
        self._waiting, self._asked = {}, {}
        process, self._process = self._process, None
        if process is not None:
            process.retire(_PATIENCE_MS)

    def _feed(self) -> None:
        while self._waiting and len(self._asked) < _AHEAD:
            batch = list(self._waiting)[:_BATCH]
            for path in batch:
                del self._waiting[path]
                self._asked[path] = None
            self._running().write(msgspec.json.encode(batch) + b"\n")
        if self.busy:
            self._idle.stop()
        elif self._process is not None:
            self._process.write(b"[]\n")  # that was all: it keeps what it saw
            self._idle.start()

    def _running(self) -> LineProcess:
        if self._process is None:
            process = LineProcess(self)
            process.line.connect(self._read)
            process.ended.connect(self._on_end)
            process.not_started.connect(self._on_no_start)
            self._process = process
            process.start(self._command)
        return self._process

    @Slot(bytes)
    def _read(self, line: bytes) -> None:
        try:
            seen = _seen.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        self._asked.pop(seen.path, None)
        self.seen.emit(seen)
        if len(self._asked) <= _BATCH:
            self._feed()

    @Slot(str)
    def _on_end(self, last_words: str) -> None:
        """It ended over a leaf: that one counts as unreadable, the others are asked for again."""
        self._forget()
        self._ends += 1
        if not self._asked or self._ends > _MOST_ENDS:
            remedy = "Look for changes again (F5). If it happens again, restart labdesk."
            self._fail(JobError("The check of the leaves ended by itself.", cause=last_words, remedy=remedy))
            return
        culprit, *others = self._asked
        self._asked = {}
        self._waiting = dict.fromkeys(others) | self._waiting
        self.seen.emit(Glance(culprit, 0, 0, 0, False, "", UNREADABLE, ""))
        self._feed()

    @Slot()
    def _on_no_start(self) -> None:
        self._forget()
        self._fail(JobError("The check of the leaves could not be started.", remedy="Close other programs, press F5."))

    def _fail(self, error: JobError) -> None:
        self._waiting, self._asked = {}, {}
        self.failed.emit(error)

    def _forget(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.retire()
