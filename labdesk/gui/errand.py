"""A short question that takes too long for the main thread: asked of labdesk's own command line in another process."""

from __future__ import annotations

import time
from typing import Any

import msgspec
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QProcess, QProcessEnvironment, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from labdesk.core.errors import JobError
from labdesk.gui.processes import bind
from labdesk.jobs.command import labdesk_command, worker_environment

_TURN_SECONDS = 0.008


class Errand(QObject):
    """`run("models", ...)` answers with one `line(dict)` for each JSON line, then `ended`; or `failed(LabdeskError)`.

    A new errand takes the place of one that is under way. With an `asker` nothing is asked before that widget is shown:
    places are built ahead of time, and an answer that nobody looks at is not worth a process."""

    line = Signal(object)
    failed = Signal(object)
    ended = Signal()

    def __init__(self, parent: QObject | None = None, asker: QWidget | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._asker = asker
        self._later: tuple[str, ...] = ()
        self._over = False  # the process has ended; what it said may still be read
        if asker is not None:
            asker.installEventFilter(self)

    def run(self, *arguments: str, said: str = "", online: bool = False) -> None:
        """Asks `labdesk ARGUMENTS --json`. `said` goes through its standard input: a secret is never an argument.
        `online`: it may ask the hub, because the person clicked for it.

        (With an asker nothing may be said: what waits would lie in memory for no reason.)
        """
        self.close()
        if self._asker is not None and not self._asker.isVisible():
            self._later = arguments
            return
        process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in worker_environment(keys=True, online=online).items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.SeparateChannels)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._on_end)
        process.errorOccurred.connect(self._on_error)
        program, *rest = labdesk_command(*arguments, "--json")
        self._process = process
        bind(process, self)
        process.start(program, rest)
        if said:
            process.write(f"{said}\n".encode())
        process.closeWriteChannel()

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._process is not None or bool(self._later)

    def close(self) -> None:
        """Gives up what is under way, without waiting for its end."""
        process, self._process = self._process, None
        self._later = ()
        self._over = False
        if process is not None:
            process.readyReadStandardOutput.disconnect(self._read)
            process.finished.disconnect(self._on_end)
            process.errorOccurred.disconnect(self._on_error)
            _dismiss(process)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The asker is shown: now the answer is wanted."""
        if event.type() == QEvent.Type.Show and self._later:
            arguments, self._later = self._later, ()
            self.run(*arguments)
        return super().eventFilter(watched, event)

    @Slot()
    def _read(self) -> None:
        """Takes what came, for some milliseconds; a long answer takes several turns of the event loop."""
        deadline = time.perf_counter() + _TURN_SECONDS
        while self._process is not None and self._process.canReadLine():
            self._take(bytes(self._process.readLine().data()))
            if time.perf_counter() > deadline:
                QTimer.singleShot(0, self, self._read)
                return
        if self._process is not None and self._over:
            self._end()

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

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        """A process that cannot even start never finishes."""
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            why = self._process.errorString()
            self._on_end()
            problem = "labdesk cannot start a process of its own."
            self.failed.emit(JobError(problem, cause=why, remedy="Install labdesk again."))

    @Slot()
    def _on_end(self) -> None:
        self._over = True
        self._read()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        self.ended.emit()


def _dismiss(process: QProcess) -> None:
    """Ends a process that nobody listens to any more; it outlives its errand until the system has taken it away."""
    application = QCoreApplication.instance()
    process.setParent(application)
    if application is not None:
        bind(process, application)
    process.finished.connect(process.deleteLater)
    process.kill()
