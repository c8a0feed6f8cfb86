"""A short question that takes too long for the main thread: asked of labdesk's own command line in another process."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal, Slot

from labdesk.core.errors import JobError
from labdesk.jobs.command import labdesk_command, worker_environment

_END_MS = 300


class Errand(QObject):
    """`run("models", ...)` answers with one `line(dict)` for each JSON line, then `ended`; or `failed(LabdeskError)`.

    A new errand takes the place of one that is under way."""

    line = Signal(object)
    failed = Signal(object)
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None

    def run(self, *arguments: str) -> None:
        """Asks `labdesk ARGUMENTS --json`."""
        self.close()
        process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in worker_environment().items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.SeparateChannels)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._on_end)
        program, *rest = labdesk_command(*arguments, "--json")
        self._process = process
        process.start(program, rest)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._process is not None

    def close(self) -> None:
        """Gives up what is under way."""
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(_END_MS)
            process.deleteLater()

    @Slot()
    def _read(self) -> None:
        while self._process is not None and self._process.canReadLine():
            self._take(bytes(self._process.readLine().data()))

    def _take(self, line: bytes) -> None:
        try:
            answer: Any = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        if not isinstance(answer, dict):
            return
        if answer.get("type") == "error":
            texts = (str(answer.get(name, "")) for name in ("message", "cause", "remedy"))
            message, cause, remedy = texts
            self.failed.emit(JobError(message, cause=cause, remedy=remedy))
        else:
            self.line.emit(answer)

    @Slot()
    def _on_end(self) -> None:
        self._read()
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        self.ended.emit()
