"""What the tree knows of each leaf: from the cache, read here in small turns, or by the survey worker when it is much.

A leaf whose file did not change is not read again. Ten thousand leaves never hold up the window."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from labdesk.core.taxonomy.facts import Glance, LeafFacts, in_short, see_quickly, seen_of
from labdesk.core.taxonomy.leaf import Leaf
from labdesk.core.taxonomy.leaf_cache import LeafCache
from labdesk.core.taxonomy.tree import LeafEntry
from labdesk.core.workspace import Workspace
from labdesk.gui.teach.survey_client import SurveyClient
from labdesk.gui.widgets.state_dot import State
from labdesk.gui.words import counted

_TURN_SECONDS = 0.008
_TELL_MS = 150
_MANY = 400  # news at a time: the tree is painted anew for each telling, and takes some milliseconds to learn so many
_FEW = 60  # leaves that are sooner read than a process is started


def state_of(facts: LeafFacts) -> State:
    """The sign of a leaf in the tree and above its form."""
    if facts.kind is None:
        return State("bad", "This file cannot be read")
    if facts.valid and facts.warnings:
        return State("done", f"Ready to teach; {counted(facts.warnings, 'remark')}")
    if facts.valid:
        return State("done", "Ready to teach")
    if facts.gaps:
        fill = f"Draft: {counted(facts.gaps, 'field')} to fill in"
        return State("draft", f"{fill}, {counted(facts.mistakes, 'problem')} to mend" if facts.mistakes else fill)
    return State("attention", f"{counted(facts.errors, 'problem')} to mend before it can be taught")


class FactsReader(QObject):
    """`read(paths)` after every turn; `finished()` when all leaves are known; `failed(LabdeskError)`.

    `text`: whether to keep what a search looks through."""

    read = Signal(object)
    finished = Signal()
    failed = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None, *, text: bool = True) -> None:
        super().__init__(parent)
        self._root = workspace.taxonomy
        self._text = text
        self._segments: Iterator[Sequence[Glance]] | None = LeafCache.of_workspace(workspace.root).glances()
        self._cached: dict[str, Glance] = {}
        self._entries: dict[str, LeafEntry] = {}
        self._known: dict[str, Glance] = {}
        self._invalid: dict[str, None] = {}
        self._queue: dict[str, LeafEntry] = {}
        self._unread: dict[str, LeafEntry] = {}
        self._news: dict[str, None] = {}
        self._unfinished = False
        self._told = 0.0
        self._client = SurveyClient(workspace.taxonomy, workspace.state, self)
        self._client.seen.connect(self._take)
        self._client.failed.connect(self.failed)
        self._timer = self._every(0, self._turn)
        self._teller = self._every(_TELL_MS, self._tell)

    def want(self, leaves: Iterable[LeafEntry]) -> None:
        """These are all the leaves there are now."""
        before, self._entries = self._entries, {leaf.path: leaf for leaf in leaves}
        for path in before.keys() - self._entries.keys():
            self._known.pop(path, None)
            self._invalid.pop(path, None)
        self._queue = {
            path: leaf
            for path, leaf in self._entries.items()
            if path not in self._known or path not in before or _stamp(before[path]) != _stamp(leaf)
        }
        self._unread = {}
        self._client.drop()
        self._unfinished = True
        self._timer.start()

    def learn(self, leaf: Leaf) -> None:
        """A leaf that was read elsewhere: the one that is open."""
        entry = self._entries.get(leaf.path)
        if entry is not None:
            self._note(seen_of(leaf, entry, settled=False))
            self._unfinished = True
            self._tell()

    def hurry(self, paths: Iterable[str]) -> None:
        """These first: the person looks at them."""
        self._client.hurry(paths)

    def close_work(self) -> None:
        """Reads no more; for the window that closes."""
        self._timer.stop()
        self._teller.stop()
        self._client.close()

    def facts(self, path: str) -> LeafFacts | None:
        """What is known of a leaf; None before its turn."""
        known = self._known.get(path)
        return known.facts if known else None

    def seen(self, path: str) -> Glance | None:
        """The same with its text and its hash."""
        return self._known.get(path)

    @property
    def invalid(self) -> list[str]:
        """The leaves that cannot be taught as they are."""
        return list(self._invalid)

    @property
    def count(self) -> int:
        """How many leaves there are."""
        return len(self._entries)

    @property
    def known(self) -> int:
        """How many of them are known."""
        return len(self._known)

    @property
    def turning(self) -> bool:
        """Whether leaves are being taken from the cache or read here."""
        return self._timer.isActive()

    @Slot()
    def _turn(self) -> None:
        deadline = time.perf_counter() + _TURN_SECONDS
        while time.perf_counter() < deadline:
            if self._segments is not None:
                self._load_segment()
            elif self._queue:
                self._match(*next(iter(self._queue.items())))
            elif self._unread and not self._far():
                self._read_here(*next(iter(self._unread.items())))
            else:
                self._timer.stop()
                self._client.ask(self._unread)
                self._unread = {}
                break
        late = time.perf_counter() - self._told > _TELL_MS / 1000
        if late or len(self._news) >= _MANY or not self._timer.isActive():
            self._tell()

    def _load_segment(self) -> None:
        segment = next(self._segments, None) if self._segments is not None else None
        if segment is None:
            self._segments = None
        else:
            self._cached.update((seen.path, in_short(seen, text=self._text)) for seen in segment)

    def _match(self, path: str, entry: LeafEntry) -> None:
        """From the cache if the file is still the same."""
        del self._queue[path]
        cached = self._cached.pop(path, None)
        if cached is not None and cached.is_still(entry):
            self._note(cached)
        else:
            self._unread[path] = entry

    def _far(self) -> bool:
        return len(self._unread) > _FEW

    def _read_here(self, path: str, entry: LeafEntry) -> None:
        del self._unread[path]
        seen = see_quickly(entry, self._root)
        if seen is None:
            self._client.ask((path,))
        else:
            self._note(seen)

    @Slot(object)
    def _take(self, seen: Glance) -> None:
        if seen.path in self._entries:
            self._note(seen)

    def _note(self, seen: Glance) -> None:
        self._known[seen.path] = in_short(seen, text=self._text)
        self._news[seen.path] = None
        if seen.facts.valid:
            self._invalid.pop(seen.path, None)
        else:
            self._invalid[seen.path] = None

    @Slot()
    def _tell(self) -> None:
        news, self._news = self._news, {}
        self._told = time.perf_counter()
        if news:
            self.read.emit(tuple(news))
        if self._timer.isActive() or self._client.busy:
            self._teller.start()
            return
        self._teller.stop()
        if self._unfinished:
            self._unfinished, self._cached = False, {}
            self.finished.emit()

    def _every(self, interval: int, slot: object) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval)
        timer.timeout.connect(slot)
        return timer


def _stamp(entry: LeafEntry) -> tuple[int, int, int]:
    return entry.mtime_ns, entry.size, entry.inode
