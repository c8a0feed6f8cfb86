"""Notices at once that another program touched the open leaf: the system tells, and a look now and then is the net."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from labdesk.core.taxonomy.attribution import ATTRIBUTION_FILE
from labdesk.core.taxonomy.tree import LEAF_FILE

POLL_MS = 2000
_SETTLE_MS = 60  # an editor that saves touches the folder several times
_FILES = (LEAF_FILE, ATTRIBUTION_FILE)
_Sign = tuple[tuple[int, int, int] | None, ...]


class LeafWatch(QObject):
    """`touched` when one of the leaf's own files may have changed."""

    touched = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._sign: _Sign = ()
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._later)
        self._watcher.fileChanged.connect(self._later)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._look)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look)

    def watch(self, folder: Path | None) -> None:
        """Watches the folder of a leaf from now on; None watches nothing."""
        if folder == self._folder:
            if folder is not None:
                self._sign = _sign(folder)
                self._attach()
            return
        self._folder = folder
        paths = [*self._watcher.directories(), *self._watcher.files()]
        if paths:
            self._watcher.removePaths(paths)
        self._settle.stop()
        if folder is None:
            self._poll.stop()
            return
        self._sign = _sign(folder)
        self._attach()
        self._poll.start()

    def _attach(self) -> None:
        """A file that was replaced by another is no longer watched; so it is named anew."""
        assert self._folder is not None
        known = {*self._watcher.directories(), *self._watcher.files()}
        wanted = [self._folder, *(self._folder / name for name in _FILES)]
        missing = [str(path) for path in wanted if str(path) not in known and path.exists()]
        if missing:
            self._watcher.addPaths(missing)

    def _later(self, _path: str) -> None:
        self._settle.start()

    def _look(self) -> None:
        if self._folder is None:
            return
        sign = _sign(self._folder)
        if sign != self._sign:
            self._sign = sign
            self._attach()
            self.touched.emit()


def _sign(folder: Path) -> _Sign:
    """What tells that a file is another one: its time, size and number."""
    found: list[tuple[int, int, int] | None] = []
    for name in _FILES:
        try:
            info = (folder / name).stat()
            found.append((info.st_mtime_ns, info.st_size, info.st_ino))
        except OSError:
            found.append(None)
    return tuple(found)
