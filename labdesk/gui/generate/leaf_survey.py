"""Which leaves there are, their seed examples, whether they can be taught: from the same cache as the tree of Teach."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator

from PySide6.QtCore import QObject, Signal, Slot

from labdesk.core.changes import Change
from labdesk.core.errors import LabdeskError
from labdesk.core.taxonomy.names import title_of
from labdesk.core.taxonomy.tree import Tree
from labdesk.core.workspace import Workspace
from labdesk.gui.bridge import Bridge
from labdesk.gui.slices import Slices
from labdesk.gui.teach.facts import FactsReader
from labdesk.gui.teach.tree_reader import TreeReader
from labdesk.gui.widgets.safe_text import harmless

_AT_ONCE = 200


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
        self.found: tuple[SurveyedLeaf, ...] = ()
        self.ready: tuple[SurveyedLeaf, ...] = ()
        self.error: LabdeskError | None = None
        self.looked = False  # whether anybody asked yet
        self._tree: Tree | None = None
        self._reader = TreeReader(workspace.taxonomy, self)
        self._reader.listed.connect(self._on_listed)
        self._reader.failed.connect(self._on_failure)
        self._facts = FactsReader(workspace, self, text=False)
        self._facts.finished.connect(self._gather)
        self._facts.failed.connect(self._on_failure)
        self._work = Slices(self)
        self._work.done.connect(self._show)
        bridge.changed.connect(self._on_change)

    def start(self) -> None:
        """Looks again at all leaves. One that did not change on disk is not read again."""
        self.looked = True
        self._reader.read()

    def close_work(self) -> None:
        """The window closes."""
        for part in (self._reader, self._facts):
            part.close_work()
        self._work.stop()

    @Slot(object)
    def _on_listed(self, tree: Tree) -> None:
        self._tree, self.error = tree, None
        self._facts.want(tree.leaves)

    @Slot(object)
    def _on_failure(self, error: LabdeskError) -> None:
        self.error = error
        self._show(())

    @Slot(object)
    def _on_change(self, change: Change) -> None:
        if change.part == "taxonomy" and self.looked:
            self.start()

    @Slot()
    def _gather(self) -> None:
        if self._tree is not None:
            self._work.start(self._gathering(self._tree))

    def _gathering(self, tree: Tree) -> Generator[None, None, tuple[SurveyedLeaf, ...]]:
        found: list[SurveyedLeaf] = []
        for number, entry in enumerate(tree.leaves):
            facts = self._facts.facts(entry.path)
            if facts is not None:
                kind = str(facts.kind.value) if facts.kind else ""
                problem = "" if facts.valid else harmless(facts.first or "It is not ready.")
                found.append(SurveyedLeaf(entry.path, harmless(title_of(entry.path)), kind, facts.seeds, problem))
            if not number % _AT_ONCE:
                yield
        return tuple(found)

    @Slot(object)
    def _show(self, found: tuple[SurveyedLeaf, ...]) -> None:
        self.found = found
        self.ready = tuple(leaf for leaf in found if leaf.ready)
        self.surveyed.emit()
