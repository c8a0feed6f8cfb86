"""What a decision on many samples would do, row by row, before it is taken; single rows can be left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from labdesk.core.samples.review import Decision
from labdesk.core.samples.sample import Sample
from labdesk.gui.review.model import one_line
from labdesk.gui.widgets.two_line import TWO_LINE, TwoLine

Index = QModelIndex | QPersistentModelIndex
#: More rows than anybody looks through; the decision is about all of them nevertheless.
_MOST_SHOWN = 1000


class PreviewModel(QAbstractListModel):
    """Rows (sample, what would be decided). `turned()` when a row was left out or taken in again."""

    turned = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[tuple[Sample, Decision]] = ()
        self._out: set[str] = set()

    @property
    def decisions(self) -> list[Decision]:
        """What would be decided, without the rows that were left out."""
        return [decision for sample, decision in self._rows if sample.id not in self._out]

    @property
    def found(self) -> int:
        """Rows in all, those left out counted too."""
        return len(self._rows)

    def show(self, rows: Sequence[tuple[Sample, Decision]]) -> None:
        """Shows other rows, all of them taken in."""
        self.beginResetModel()
        self._rows, self._out = rows, set()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else min(len(self._rows), _MOST_SHOWN)

    def flags(self, index: Index) -> Qt.ItemFlag:
        known = super().flags(index)
        return known | Qt.ItemFlag.ItemIsUserCheckable if index.isValid() else known

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < self.rowCount():
            return None
        sample, decision = self._rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Unchecked if sample.id in self._out else Qt.CheckState.Checked
        if role == TWO_LINE:
            return _line(sample, decision)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _line(sample, decision).spoken
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        name = self._rows[index.row()][0].id
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._out.discard(name)
        else:
            self._out.add(name)
        self.dataChanged.emit(index, index, [role])
        self.turned.emit()
        return True


def _line(sample: Sample, decision: Decision) -> TwoLine:
    if decision.verdict != "edited":
        return TwoLine(one_line(sample.question) or one_line(sample.answer), one_line(sample.answer))
    old, new = sample.answer, decision.answer
    if old == new:
        old, new = sample.question, decision.question
    return TwoLine(one_line(new), f"instead of: {one_line(old)}")
