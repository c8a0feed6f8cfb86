"""Lists the taxonomy folder without holding up the window. A small one is there at once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from labdesk.core.taxonomy.tree import Tree, list_tree
from labdesk.gui.slices import Slices


class TreeReader(QObject):
    """`read()`, then `listed(Tree)` or `failed(LabdeskError)`; possibly before `read` returns."""

    listed = Signal(object)
    failed = Signal(object)

    def __init__(self, root: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = root
        self._again = False
        self._work = Slices(self)
        self._work.done.connect(self._finish)
        self._work.failed.connect(self.failed)

    def read(self) -> None:
        """Looks at the folder. What changes while it is being listed is seen by a second look."""
        if self._work.busy:
            self._again = True
        else:
            self._work.start(list_tree(self._root))

    @property
    def busy(self) -> bool:
        """Whether a list is still to come."""
        return self._work.busy

    def close_work(self) -> None:
        """Gives up what is under way."""
        self._work.stop()

    @Slot(object)
    def _finish(self, tree: Tree) -> None:
        again, self._again = self._again, False
        self.listed.emit(tree)
        if again:
            self.read()
