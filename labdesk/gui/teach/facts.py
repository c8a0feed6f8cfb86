"""What the tree shows of a leaf, read from its file in small turns: ten thousand leaves never hold up the window."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from labdesk.core.errors import LabdeskError
from labdesk.core.taxonomy.leaf import Leaf, LeafKind, read_leaf
from labdesk.core.taxonomy.problem import Level
from labdesk.core.taxonomy.tree import LeafEntry
from labdesk.gui.widgets.state_dot import State
from labdesk.gui.words import counted

_TURN_SECONDS = 0.008


@dataclasses.dataclass(frozen=True)
class LeafFacts:
    """A leaf in short. `search` is everything that the search field looks through, in lower case."""

    kind: LeafKind | None
    valid: bool
    errors: int
    warnings: int
    seeds: int
    gaps: int = 0  # fields that are still empty
    search: str = ""

    @property
    def state(self) -> State:
        """Its sign in the tree."""
        if self.kind is None:
            return State("bad", "This file cannot be read")
        if self.valid and self.warnings:
            return State("done", f"Ready to teach; {counted(self.warnings, 'remark')}")
        if self.valid:
            return State("done", "Ready to teach")
        if self.gaps:
            return State("draft", f"Draft: {counted(self.gaps, 'field')} to fill in")
        return State("attention", f"{counted(self.errors, 'problem')} to mend before it can be taught")


UNREADABLE = LeafFacts(None, False, 1, 0, 0)


def required_texts(leaf: Leaf) -> list[str]:
    """Every text that the form of a leaf of this kind asks for."""
    if leaf.kind is LeafKind.KNOWLEDGE:
        texts = [leaf.domain, leaf.document_outline, leaf.created_by]
        texts.append("".join(leaf.document.patterns) if leaf.document else "")
        for seed in leaf.seed_contexts:
            texts += [seed.context, *(text for pair in seed.pairs for text in (pair.question, pair.answer))]
        return texts
    texts = [leaf.task_description, leaf.created_by]
    for example in leaf.seed_examples:
        texts += [example.question, example.answer]
        texts += [example.context] if leaf.kind is LeafKind.GROUNDED else []
    return texts


def facts_of(leaf: Leaf) -> LeafFacts:
    """The facts of a leaf that was read."""
    errors = sum(problem.level is Level.ERROR for problem in leaf.problems)
    gaps = sum(not text.strip() for text in required_texts(leaf))
    texts = [leaf.task_description, leaf.domain, leaf.document_outline]
    texts += [f"{seed.question} {seed.answer}" for seed in leaf.seed_examples]
    texts += [f"{pair.question} {pair.answer}" for pair in leaf.pairs]
    seeds = len(leaf.pairs) if leaf.kind is LeafKind.KNOWLEDGE else len(leaf.seed_examples)
    return LeafFacts(
        leaf.kind, leaf.is_valid, errors, len(leaf.problems) - errors, seeds, gaps, " ".join(texts).lower()
    )


class FactsReader(QObject):
    """Reads the leaves it is given, a few milliseconds at a time; a file that did not change is not read again."""

    read = Signal(str, object)
    finished = Signal()

    def __init__(self, root: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = root
        self._known: dict[str, tuple[LeafEntry, LeafFacts]] = {}
        self._queue: dict[str, LeafEntry] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._turn)

    def want(self, leaves: Iterable[LeafEntry]) -> None:
        """These are all the leaves there are now."""
        wanted = {leaf.path: leaf for leaf in leaves}
        self._known = {path: known for path, known in self._known.items() if path in wanted}
        self._queue = {
            path: leaf for path, leaf in wanted.items() if path not in self._known or self._known[path][0] != leaf
        }
        self._timer.start()

    def facts(self, path: str) -> LeafFacts | None:
        """What is known of a leaf; None before its turn."""
        known = self._known.get(path)
        return known[1] if known else None

    @property
    def invalid(self) -> list[str]:
        """The leaves that cannot be taught as they are."""
        return [path for path, (_entry, facts) in self._known.items() if not facts.valid]

    @property
    def count(self) -> int:
        """How many leaves are known or waiting."""
        return len(self._known.keys() | self._queue.keys())

    def _turn(self) -> None:
        deadline = time.perf_counter() + _TURN_SECONDS
        while self._queue and time.perf_counter() < deadline:
            path, entry = next(iter(self._queue.items()))
            del self._queue[path]
            try:
                facts = facts_of(read_leaf(entry.file, self._root))
            except LabdeskError:
                facts = UNREADABLE
            self._known[path] = (entry, facts)
            self.read.emit(path, facts)
        if not self._queue:
            self._timer.stop()
            self.finished.emit()
