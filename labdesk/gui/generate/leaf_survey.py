"""Which leaves there are, their seed examples, whether they can be taught: read one leaf a turn of the event loop.

A leaf that did not change on disk is not read again."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from labdesk.core.changes import Change
from labdesk.core.errors import LabdeskError, TaxonomyError
from labdesk.core.taxonomy.leaf import read_leaf
from labdesk.core.taxonomy.problem import Level
from labdesk.core.taxonomy.tree import LeafEntry, Tree
from labdesk.core.workspace import Workspace
from labdesk.gui.bridge import Bridge
from labdesk.gui.teach.tree_reader import TreeReader
from labdesk.gui.widgets.safe_text import harmless


@dataclasses.dataclass(frozen=True)
class SurveyedLeaf:
    """One leaf. `problem` is the first reason why it cannot be taught from; "" for a ready leaf."""

    path: str
    title: str
    kind: str
    seeds: int
    problem: str

    @property
    def ready(self) -> bool:
        return not self.problem


class LeafSurvey(QObject):
    """`found` holds the leaves; `surveyed` says that all of them are read."""

    surveyed = Signal()

    def __init__(self, workspace: Workspace, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._cache: dict[tuple[str, int, int], SurveyedLeaf] = {}
        self._waiting: deque[LeafEntry] = deque()
        self._found: list[SurveyedLeaf] = []
        self.found: tuple[SurveyedLeaf, ...] = ()
        self.error: LabdeskError | None = None
        self.looked = False  # whether anybody asked yet
        self._reader = TreeReader(workspace.taxonomy, self)
        self._reader.listed.connect(self._on_listed)
        self._reader.failed.connect(self._on_no_list)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._read_one)
        bridge.changed.connect(self._on_change)

    def start(self) -> None:
        """Looks again at all leaves."""
        self.looked = True
        self._reader.read()

    @Slot(object)
    def _on_listed(self, tree: Tree) -> None:
        self._begin(tree.leaves, None)

    @Slot(object)
    def _on_no_list(self, error: LabdeskError) -> None:
        self._begin((), error)

    def _begin(self, leaves: Iterable[LeafEntry], error: LabdeskError | None) -> None:
        self._waiting, self.error, self._found = deque(leaves), error, []
        self._timer.start()

    @property
    def ready(self) -> tuple[SurveyedLeaf, ...]:
        """The leaves that can be taught."""
        return tuple(leaf for leaf in self.found if leaf.ready)

    @Slot(object)
    def _on_change(self, change: Change) -> None:
        if change.part == "taxonomy" and self.looked:
            self.start()

    def _read_one(self) -> None:
        if not self._waiting:
            self._timer.stop()
            self.found = tuple(self._found)
            self.surveyed.emit()
            return
        entry = self._waiting.popleft()
        key = (entry.path, entry.mtime_ns, entry.size)
        if key not in self._cache:
            self._cache[key] = self._survey(entry)
        self._found.append(self._cache[key])

    def _survey(self, entry: LeafEntry) -> SurveyedLeaf:
        try:
            leaf = read_leaf(self._workspace.taxonomy / entry.path, self._workspace.taxonomy)
        except TaxonomyError as error:
            return SurveyedLeaf(entry.path, harmless(entry.name.replace("_", " ").capitalize()), "", 0, error.message)
        seeds = len(leaf.pairs) or len(leaf.seed_examples)
        problem = ""
        if not leaf.is_valid:
            first = next((p.message for p in leaf.problems if p.level is Level.ERROR), f"It is {leaf.verdict}.")
            problem = harmless(first)
        return SurveyedLeaf(entry.path, harmless(leaf.title), str(leaf.kind.value), seeds, problem)
