"""The questions of the Changes view, each asked in another process: nothing of git is read on the main thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from labdesk.core.errors import LabdeskError
from labdesk.gui.errand import Errand
from labdesk.gui.teach.changes.answers import ChangedLeaf, Standing, Version, read


class Queries(QObject):
    """Asks for the workspace at `root`; `asker` is the widget that has to be shown for the first questions."""

    standing_read = Signal(object)
    leaves_read = Signal(object)
    rows_read = Signal(object)
    history_read = Signal(str, object)
    done = Signal(object)
    failed = Signal(object)

    def __init__(self, root: Path, asker: QWidget) -> None:
        super().__init__(asker)
        self._root = str(root)
        self._leaves: list[ChangedLeaf] = []
        self._versions: list[Version] = []
        self._leaf = ""
        self._wrong = False
        self._bases = self._errand(asker, self._on_standing)
        self._diff = self._errand(asker, self._on_leaf)
        self._rows = self._errand(None, self._on_rows)
        self._history = self._errand(None, self._on_version)
        self._verb = self._errand(None, self._on_done)
        self._diff.ended.connect(self._on_leaves_end)
        self._history.ended.connect(self._on_history_end)

    @property
    def busy(self) -> bool:
        """Whether the list of leaves is being read."""
        return self._diff.busy

    def look(self, base: str) -> None:
        """What there is to compare with, and what differs from `base`."""
        self._leaves = []
        self._wrong = False
        self._bases.run("taxonomy", "bases", self._root)
        self._diff.run("taxonomy", "diff", self._root, "--base", base, "--rows")

    def look_at(self, leaf: str, base: str) -> None:
        """The lines of one leaf."""
        self._rows.run("taxonomy", "diff", self._root, "--base", base, "--leaf", leaf, "--rows")

    def look_back(self, leaf: str) -> None:
        """The earlier versions of a leaf."""
        self._leaf, self._versions = leaf, []
        self._history.run("taxonomy", "history", self._root, leaf, "--rows")

    def do(self, *arguments: str) -> None:
        """One of the verbs: mark, restore, repository. `done` carries its answer."""
        verb, *rest = arguments
        self._verb.run("taxonomy", verb, self._root, *rest)

    def close(self) -> None:
        """Gives up what is under way."""
        for errand in (self._bases, self._diff, self._rows, self._history, self._verb):
            errand.close()

    def _errand(self, asker: QWidget | None, on_line: Any) -> Errand:
        made = Errand(self, asker)
        made.line.connect(on_line)
        made.failed.connect(self._on_failure)
        return made

    @Slot(object)
    def _on_failure(self, error: LabdeskError) -> None:
        self._wrong = True
        self.failed.emit(error)

    @Slot(object)
    def _on_standing(self, answer: object) -> None:
        self._take(lambda: self.standing_read.emit(read(Standing, answer)))

    @Slot(object)
    def _on_leaf(self, answer: object) -> None:
        self._take(lambda: self._leaves.append(read(ChangedLeaf, answer)))

    @Slot()
    def _on_leaves_end(self) -> None:
        if not self._wrong:
            self.leaves_read.emit(tuple(self._leaves))

    @Slot(object)
    def _on_rows(self, answer: object) -> None:
        self._take(lambda: self.rows_read.emit(read(ChangedLeaf, answer)))

    @Slot(object)
    def _on_version(self, answer: object) -> None:
        self._take(lambda: self._versions.append(read(Version, answer)))

    @Slot()
    def _on_history_end(self) -> None:
        self.history_read.emit(self._leaf, tuple(self._versions))

    @Slot(object)
    def _on_done(self, answer: object) -> None:
        self.done.emit(answer)

    def _take(self, verb: Any) -> None:
        try:
            verb()
        except LabdeskError as error:
            self._on_failure(error)
