"""The leaves that differ, as a list: what each is called, where it lies, and whether it is new, changed or deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from labdesk.gui.roles import Tone
from labdesk.gui.teach.changes.answers import ChangedLeaf, LeafState
from labdesk.gui.teach.leaf_book import title_of
from labdesk.gui.widgets.two_line import TWO_LINE, TwoLine

_TOP = QModelIndex()
_SIGNS: dict[LeafState, tuple[str, Tone]] = {
    "new": ("plus-circle", "good"),
    "changed": ("pencil-simple", "accent"),
    "deleted": ("minus-circle", "bad"),
    "same": ("check-circle", "muted"),
}


class ChangedLeaves(QAbstractListModel):
    """With `checkable` each row has a box; all are ticked at first."""

    def __init__(self, parent: QObject | None = None, *, checkable: bool = False) -> None:
        super().__init__(parent)
        self.leaves: tuple[ChangedLeaf, ...] = ()
        self._lines: dict[int, TwoLine] = {}  # of the rows that were looked at
        self._checkable = checkable
        self._unticked: set[str] = set()

    def show_leaves(self, leaves: Sequence[ChangedLeaf]) -> None:
        """Other leaves. Those that stay as they were keep their rows."""
        if tuple(leaf.path for leaf in leaves) == tuple(leaf.path for leaf in self.leaves):
            self.leaves = tuple(leaves)
            self._lines = {}
            if self.leaves:
                self.dataChanged.emit(self.index(0), self.index(len(self.leaves) - 1))
            return
        self.beginResetModel()
        self.leaves = tuple(leaves)
        self._lines = {}
        self.endResetModel()

    @property
    def ticked(self) -> tuple[ChangedLeaf, ...]:
        """The leaves whose boxes are ticked."""
        return tuple(leaf for leaf in self.leaves if leaf.path not in self._unticked)

    def tick_only(self, paths: Sequence[str]) -> None:
        """Ticks these leaves and no others."""
        self._unticked = {leaf.path for leaf in self.leaves} - set(paths)
        if self.leaves:
            self.dataChanged.emit(self.index(0), self.index(len(self.leaves) - 1))

    def row_of(self, path: str) -> int:
        """The row of a leaf, -1 when it does not differ."""
        return next((row for row, leaf in enumerate(self.leaves) if leaf.path == path), -1)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(self.leaves)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsUserCheckable if self._checkable and index.isValid() else found

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.leaves):
            return None
        if role == TWO_LINE:
            return self._line(index.row())
        if role == Qt.ItemDataRole.CheckStateRole and self._checkable:
            ticked = self.leaves[index.row()].path not in self._unticked
            return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._line(index.row()).spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.leaves[index.row()].path
        return None

    def setData(
        self, index: QModelIndex | QPersistentModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not self._checkable or not index.isValid():
            return False
        path = self.leaves[index.row()].path
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._unticked.discard(path)
        else:
            self._unticked.add(path)
        self.dataChanged.emit(index, index)
        return True

    def _line(self, row: int) -> TwoLine:
        found = self._lines.get(row)
        if found is None:
            found = self._lines[row] = _line(self.leaves[row])
        return found


def _line(leaf: ChangedLeaf) -> TwoLine:
    glyph, tone = _SIGNS[leaf.state]
    role = {"accent": "accent_text"}.get(tone, tone)
    where = leaf.path.rpartition("/")[0].replace("_", " ").replace("/", " › ")
    return TwoLine(title_of(leaf.path), where, glyph, role, leaf.state, tone)
