"""What every leaf is about, by its words: read a little at a time while nothing else happens, to guess where a question
belongs."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from labdesk.core.changes import Change
from labdesk.core.chats.likeness import Likeness
from labdesk.core.errors import LabdeskError
from labdesk.core.taxonomy.files import read_regular
from labdesk.core.taxonomy.tree import LEAF_FILE, MAX_DEPTH

_SLICE = 0.006
_LONGEST = 200_000
#: Under this likeness (0 to 1) a question is about no leaf in particular.
LIKE_ENOUGH = 0.08


class LeafIndex(QObject):
    """`start` begins (or goes on) reading; `grown` while it goes on, `complete` at its end."""

    grown = Signal()
    complete = Signal()

    def __init__(self, taxonomy: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = taxonomy
        self._likeness = Likeness()
        self._stamps: dict[str, int] = {}
        self._walk: Iterator[tuple[str, Path, int]] | None = None
        self._seen: set[str] = set()
        self._fresh = False
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._read_some)

    @property
    def leaves(self) -> list[str]:
        """The paths of the leaves known so far."""
        return sorted(self._stamps)

    @Slot(object)
    def on_change(self, change: Change) -> None:
        """The taxonomy has changed: looked at again when it is next needed."""
        if change.part == "taxonomy":
            self._fresh = False

    def start(self) -> None:
        """Reads what is new since the last time."""
        if self._walk is None and not self._fresh:
            self._walk = _leaf_files(self._root)
            self._seen = set()
            self._timer.start()

    def rank(self, text: str, most: int = 5) -> list[tuple[str, float]]:
        """The leaves most like a text with their likeness, among those known so far."""
        return self._likeness.rank(text, most)

    def guess(self, text: str) -> str:
        """The leaf that a text is about; "" when none is like it."""
        ranked = self.rank(text, 1)
        return ranked[0][0] if ranked and ranked[0][1] >= LIKE_ENOUGH else ""

    def _read_some(self) -> None:
        end = time.perf_counter() + _SLICE
        while time.perf_counter() < end:
            found = next(self._walk, None) if self._walk is not None else None
            if found is None:
                self._end()
                return
            self._take(*found)
        self.grown.emit()

    def _take(self, path: str, file: Path, stamp: int) -> None:
        self._seen.add(path)
        if self._stamps.get(path) == stamp:
            return
        try:
            text = read_regular(file, self._root, _LONGEST).decode("utf-8", "replace")
        except LabdeskError:
            text = ""
        name = path.replace("/", " ").replace("_", " ")
        self._likeness.put(path, f"{name} {text}")
        self._stamps[path] = stamp

    def _end(self) -> None:
        self._timer.stop()
        self._walk, self._fresh = None, True
        for gone in set(self._stamps) - self._seen:
            self._likeness.drop(gone)
            del self._stamps[gone]
        self.complete.emit()


def _leaf_files(root: Path) -> Iterator[tuple[str, Path, int]]:
    """Path, file and time of change of each leaf below a folder; follows no links."""
    waiting = [(root, 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False) and depth < MAX_DEPTH and not entry.name.startswith("."):
                        waiting.append((Path(entry.path), depth + 1))
                    elif entry.name == LEAF_FILE and entry.is_file(follow_symlinks=False):
                        path = folder.relative_to(root).as_posix()
                        yield ("" if path == "." else path), Path(entry.path), entry.stat().st_mtime_ns
        except OSError:
            continue
