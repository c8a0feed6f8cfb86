"""The leaves to generate from, each with a check box; those that are not ready say why and cannot be checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from labdesk.gui.generate.leaf_survey import SurveyedLeaf
from labdesk.gui.widgets.two_line import TWO_LINE, TwoLine
from labdesk.gui.words import counted

Index = QModelIndex | QPersistentModelIndex


class LeafChoice(QAbstractListModel):
    """All ready leaves are chosen until the person says otherwise; a choice survives a new survey."""

    chosen_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._leaves: list[SurveyedLeaf] = []
        self._unchosen: set[str] = set()

    def show_leaves(self, leaves: Sequence[SurveyedLeaf]) -> None:
        """Takes a new survey by difference, so that the selection stays."""
        if not self._leaves and leaves:
            self.beginInsertRows(QModelIndex(), 0, len(leaves) - 1)
            self._leaves = list(leaves)
            self.endInsertRows()
        elif self._leaves != list(leaves):
            self._differ(leaves)
        self.chosen_changed.emit()

    def _differ(self, leaves: Sequence[SurveyedLeaf]) -> None:
        wanted = {leaf.path for leaf in leaves}
        for at in reversed(range(len(self._leaves))):
            if self._leaves[at].path not in wanted:
                self.beginRemoveRows(QModelIndex(), at, at)
                del self._leaves[at]
                self.endRemoveRows()
        for at, leaf in enumerate(leaves):
            self._place(at, leaf)

    def _place(self, at: int, leaf: SurveyedLeaf) -> None:
        here = at < len(self._leaves) and self._leaves[at].path == leaf.path
        old = at if here else next((i for i, known in enumerate(self._leaves) if known.path == leaf.path), None)
        if old is not None and old != at:
            self.beginRemoveRows(QModelIndex(), old, old)
            del self._leaves[old]
            self.endRemoveRows()
            old = None
        if old is None:
            self.beginInsertRows(QModelIndex(), at, at)
            self._leaves.insert(at, leaf)
            self.endInsertRows()
        elif self._leaves[at] != leaf:
            self._leaves[at] = leaf
            changed = self.index(at, 0)
            self.dataChanged.emit(changed, changed)

    @property
    def chosen(self) -> tuple[SurveyedLeaf, ...]:
        """The ready leaves that are checked."""
        return tuple(leaf for leaf in self._leaves if leaf.ready and leaf.path not in self._unchosen)

    @property
    def all_chosen(self) -> bool:
        """Whether nothing was left out."""
        return len(self.chosen) == len(self._leaves)

    def choose_only(self, paths: Sequence[str]) -> None:
        """Checks these leaves and no others."""
        self._unchosen = {leaf.path for leaf in self._leaves if leaf.path not in paths}
        if self._leaves:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._leaves) - 1, 0))
        self.chosen_changed.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._leaves)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or index.row() >= len(self._leaves):
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        return flags | Qt.ItemFlag.ItemIsUserCheckable if self._leaves[index.row()].ready else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._leaves):
            return None
        leaf = self._leaves[index.row()]
        if role == TWO_LINE:
            return _line(leaf)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _line(leaf).spoken
        if role == Qt.ItemDataRole.CheckStateRole and leaf.ready:
            return Qt.CheckState.Unchecked if leaf.path in self._unchosen else Qt.CheckState.Checked
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not self.flags(index) & Qt.ItemFlag.ItemIsUserCheckable:
            return False
        path = self._leaves[index.row()].path
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._unchosen.discard(path)
        else:
            self._unchosen.add(path)
        changed = self.index(index.row(), 0)
        self.dataChanged.emit(changed, changed, [Qt.ItemDataRole.CheckStateRole])
        self.chosen_changed.emit()
        return True


def _line(leaf: SurveyedLeaf) -> TwoLine:
    if leaf.problem:
        return TwoLine(leaf.title, leaf.problem, "x-circle-fill", "bad", "not ready", "bad", dim=True)
    return TwoLine(leaf.title, leaf.kind.capitalize(), aside=counted(leaf.seeds, "seed example"))
