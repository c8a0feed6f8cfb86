"""Notices that another program made, removed or changed leaves anywhere in the taxonomy, also among 10,000.

The system tells at once for as many folders as it may be asked to watch; a walk in small turns over all that is known
finds the rest within some seconds. One stat is some microseconds, so a walk over 10,000 leaves costs the window little.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from labdesk.core.taxonomy.tree import LEAF_FILE, Tree
from labdesk.gui.slices import Slices

WATCH = "another program"
"""The origin of a Change that this watch has found."""

#: Linux allows a person 8,192 watches at least (fs.inotify.max_user_watches); others need some too.
MOST_WATCHED = 2_000
REST_MS = 4_000
_SETTLE_MS = 250
_TURN_SECONDS = 0.004
_AT_ONCE = 20
_STEP = 200
_MANY = 4_000
_TICK_NS = 10_000_000  # the clock of the files goes in steps
_SHARE = 20  # a walk rests so many times as long as it took
_Sign = tuple[int, int, int] | None
_UNSEEN: _Sign = (0, 0, 0)


class TaxonomyWatch(QObject):
    """`changed(list of leaf paths)`: something differs; an empty list when folders came or went."""

    changed = Signal(object)

    def __init__(self, taxonomy: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._taxonomy = taxonomy
        self._signs: dict[str, _Sign] = {}
        self._found: set[str] = set()
        self._listed_ns = 0
        self._to_watch: list[str] = []
        self._walk: Iterator[str] = iter(())
        self._work = Slices(self)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._on_folder)
        self._walked = 0.0  # seconds that this walk took so far
        self._settle = self._timer(_SETTLE_MS, self._tell, single=True)
        self._turns = self._timer(0, self._turn)
        self._rest = self._timer(REST_MS, self._begin, single=True)

    def follow(self, tree: Tree) -> None:
        """This is the taxonomy as it is known now; only later changes are told."""
        self._work.start(self._following(tree))

    def _following(self, tree: Tree) -> Generator[None]:
        signs: dict[str, _Sign] = {}
        folders: list[str] = []
        for number, leaf in enumerate(tree.leaves):
            signs[leaf.where] = (leaf.mtime_ns, leaf.size, leaf.inode)
            if not number % _STEP:
                yield
        for number, folder in enumerate(_folders(tree)):
            signs[folder] = self._signs.get(folder, _UNSEEN)
            folders.append(folder)
            if not number % _STEP:
                yield
        self._signs, self._listed_ns = signs, time.time_ns() - _TICK_NS
        self._found.clear()
        self._to_watch = self._wanted(folders)
        if len(signs) > _MANY:
            self._rest.start(REST_MS)  # so many leaves are just being read
        else:
            self._begin()

    def note(self, paths: Iterable[str]) -> None:
        """labdesk itself changed these leaves: no news."""
        for path in paths:
            place = self._taxonomy / path
            for known in (str(place), str(place / LEAF_FILE), str(place.parent)):
                if known in self._signs:
                    self._signs[known] = _sign(known)
                self._found.discard(known)

    def stop(self) -> None:
        """The window closes."""
        for part in (self._work, self._settle, self._turns, self._rest):
            part.stop()
        if self._watcher.directories():
            self._watcher.removePaths(self._watcher.directories())

    def _timer(self, interval: int, slot: Callable[[], None], *, single: bool = False) -> QTimer:
        made = QTimer(self)
        made.setInterval(interval)
        made.setSingleShot(single)
        made.timeout.connect(slot)
        return made

    def _wanted(self, folders: list[str]) -> list[str]:
        """The folders to be watched that are not yet: those near the top first. The system forgets removed ones."""
        wanted = sorted(folders, key=lambda path: (path.count(os.sep), path))[:MOST_WATCHED]
        known = set(self._watcher.directories())
        return [path for path in wanted if path not in known]

    def _on_folder(self, folder: str) -> None:
        for path in (folder, str(Path(folder, LEAF_FILE))):
            self._compare(path)

    def _compare(self, path: str) -> None:
        known, sign = self._signs.get(path), _sign(path)
        if path not in self._signs or sign == known:
            return
        self._signs[path] = sign
        if known != _UNSEEN or sign is None or sign[0] > self._listed_ns:
            self._found.add(path)
            self._settle.start()

    def _begin(self) -> None:
        self._walk = iter([*self._signs])
        self._walked = 0.0
        self._turns.start()

    def _turn(self) -> None:
        began = time.perf_counter()
        deadline = began + _TURN_SECONDS
        while self._to_watch and time.perf_counter() < deadline:
            self._watcher.addPaths(self._to_watch[-_AT_ONCE:])
            del self._to_watch[-_AT_ONCE:]
        for path in self._walk:
            self._compare(path)
            if time.perf_counter() > deadline:
                self._walked += time.perf_counter() - began
                return
        self._turns.stop()
        self._rest.setInterval(max(REST_MS, round(_SHARE * 1000 * self._walked)))
        self._rest.start()

    def _tell(self) -> None:
        found, self._found = self._found, set()
        leaves = [Path(path).parent for path in found if path.endswith(LEAF_FILE)]
        self.changed.emit([folder.relative_to(self._taxonomy).as_posix() for folder in leaves])


def _folders(tree: Tree) -> Iterator[str]:
    root = str(tree.root)
    pending = [tree.top]
    while pending:
        branch = pending.pop()
        yield f"{root}{os.sep}{branch.path.replace('/', os.sep)}" if branch.path else root
        pending += branch.branches


def _sign(path: str) -> _Sign:
    """What tells that a file or a folder is not as it was; None when it is gone."""
    try:
        info = os.stat(path)  # noqa: PTH116 - a Path costs ten times what this call does
    except OSError:
        return None
    return info.st_mtime_ns, info.st_size, info.st_ino
