"""This window's hold on its workspace: a second window on the same one is refused, and the first comes to the front."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from labdesk.core import paths
from labdesk.core.errors import JobError, StorageError
from labdesk.core.process_lock import ProcessLock

_CALL_MS = 60


class Claim(QObject):
    """Raises StorageError when another window of this person has the workspace open. `called`: somebody wanted it.

    The lock lies in labdesk's own folder, so that opening a workspace writes nothing into it. It knows of windows on
    this computer only; on a shared disk the journals and locks of the workspace itself keep two computers apart.
    """

    called = Signal()

    def __init__(self, root: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        key = hashlib.sha256(os.path.realpath(root).encode("utf-8", "surrogateescape")).hexdigest()[:24]
        name = f"labdesk-{key}"
        self._lock: ProcessLock | None = ProcessLock(paths.home() / "windows" / f"{key}.lock")
        try:
            self._lock.__enter__()
        except JobError as error:
            self._lock = None
            _call(name)
            raise StorageError(
                f"“{root.name}” is open in another window.",
                cause="Two windows on one workspace would write over each other.",
                remedy="Go on in the other window, which was asked to come to the front, or close it first.",
            ) from error
        except StorageError:  # nowhere to write: better two windows than none
            self._lock = None
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(name)  # of a process that died; the lock says that none lives
        self._server.newConnection.connect(self._on_call)
        self._server.listen(name)

    @Slot()
    def release(self) -> None:
        """The window is closed."""
        self._server.close()
        if self._lock is not None:
            self._lock.__exit__(None, None, None)
            self._lock = None

    @Slot()
    def _on_call(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.disconnectFromServer()
            self.called.emit()


def _call(name: str) -> None:
    """Asks the window that has the workspace to show itself. It may be busy: nobody waits for an answer."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    socket.waitForConnected(_CALL_MS)
    socket.abort()
