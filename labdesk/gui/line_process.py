"""A worker process that speaks in lines over its pipes, for the window: nothing here ever waits for it.

A process that is not wanted any more is *retired*: its pipe is closed, which is enough for a worker of labdesk; one
that does not listen is killed after a moment. Until it is gone it belongs to the application, so that its owner may
go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QProcessEnvironment, QTimer, Signal, Slot

from labdesk.gui.processes import bind
from labdesk.jobs.command import worker_environment

PATIENCE_MS = 1500
_LOG = 4000


class LineProcess(QObject):
    """`line(bytes)` for each line of its output; `ended(last words of its log)` when it ends without being retired."""

    line = Signal(bytes)
    ended = Signal(str)
    not_started = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log = b""
        self._gone = False
        self._retired = False
        self._process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in worker_environment().items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_log)
        self._process.finished.connect(self._on_end)
        self._process.errorOccurred.connect(self._on_error)

    def start(self, command: Sequence[str]) -> None:
        """Starts it; `not_started` when the system cannot."""
        program, *arguments = command
        bind(self._process, self)
        self._process.start(program, arguments)

    def write(self, line: bytes) -> None:
        """Sends a line, its newline included."""
        if not self._gone:
            self._process.write(line)

    @property
    def pid(self) -> int:
        """The system's number for it; 0 when it does not run."""
        return int(self._process.processId())

    def retire(self, patience_ms: int = PATIENCE_MS) -> None:
        """Ends it without waiting. It says nothing any more, and deletes itself when it is gone."""
        if self._retired:
            return
        self._retired = True
        self.blockSignals(True)
        application = QCoreApplication.instance()
        self.setParent(application)
        if self._gone or self._process.state() == QProcess.ProcessState.NotRunning:
            self.deleteLater()
            return
        self._process.closeWriteChannel()
        QTimer.singleShot(patience_ms, self, self._process.kill)

    @Slot()
    def _read(self) -> None:
        while not self._retired and self._process.canReadLine():
            self.line.emit(bytes(self._process.readLine().data()))
        if self._retired:
            self._process.readAllStandardOutput()

    @Slot()
    def _read_log(self) -> None:
        self._log = (self._log + bytes(self._process.readAllStandardError().data()))[-_LOG:]

    @Slot()
    def _on_end(self) -> None:
        self._read()
        self._read_log()
        self._finish(lambda words: self.ended.emit(words[-1] if words else ""))

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._finish(lambda _words: self.not_started.emit())

    def _finish(self, tell: Callable[[list[str]], None]) -> None:
        if self._gone:
            return
        self._gone = True
        tell(self._log.decode("utf-8", "replace").strip().splitlines())
        if self._retired:
            self.deleteLater()
