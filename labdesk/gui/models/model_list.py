"""The models as a Qt list, kept in order and updated by difference as their cards come in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from labdesk.gui.models.model_rows import ModelRow
from labdesk.gui.widgets.two_line import TWO_LINE

Index = QModelIndex | QPersistentModelIndex


class ModelList(QAbstractListModel):
    """`put` adds or replaces one, `keep_only` drops those that are gone."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ModelRow] = []

    def put(self, row: ModelRow) -> None:
        """Shows a model; one with the same file is replaced where it stands, or moved to its place."""
        at = self.row_of(row.card.path)
        if at >= 0 and self._rows[at].order == row.order:
            if self._rows[at] != row:
                self._rows[at] = row
                self.dataChanged.emit(self.index(at, 0), self.index(at, 0))
            return
        if at >= 0:
            self._remove(at)
        place = sum(1 for other in self._rows if other.order < row.order)
        self.beginInsertRows(QModelIndex(), place, place)
        self._rows.insert(place, row)
        self.endInsertRows()

    def keep_only(self, paths: set[Path]) -> None:
        """Drops the models whose files are not among these."""
        for at in reversed(range(len(self._rows))):
            if self._rows[at].card.path not in paths:
                self._remove(at)

    def _remove(self, at: int) -> None:
        self.beginRemoveRows(QModelIndex(), at, at)
        del self._rows[at]
        self.endRemoveRows()

    def row_of(self, path: Path) -> int:
        """Where a file stands; -1 when it is not here."""
        return next((at for at, row in enumerate(self._rows) if row.card.path == path), -1)

    def model_row(self, index: Index) -> ModelRow | None:
        """The model at an index."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    @property
    def rows(self) -> tuple[ModelRow, ...]:
        """All models in order."""
        return tuple(self._rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.model_row(index)
        if row is None:
            return None
        if role == TWO_LINE:
            return row.line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.line.spoken
        return None
