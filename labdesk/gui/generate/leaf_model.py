"""How far each leaf is, as a Qt list: all leaves first, then one row per leaf, updated in place."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from labdesk.core.samples.funnel import PLANNED
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.words import counted, number

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
ALL = ""

Index = QModelIndex | QPersistentModelIndex


@dataclasses.dataclass(frozen=True)
class LeafRow:
    """One line: `kept` of `asked` samples so far, `planned` in the end (0: not known). `leaf` is "" for the line of all
    leaves; `active` while it is written."""

    leaf: str
    title: str
    branch: str
    asked: int
    kept: int
    active: bool = False
    planned: int = 0

    @classmethod
    def of(cls, leaf: str, counts: Mapping[str, int], *, active: bool = False) -> LeafRow:
        """From the counts of a Funnel event."""
        title = harmless(leaf.rsplit("/", 1)[-1].replace("_", " ")) if leaf else "All leaves"
        branch = harmless(leaf.rsplit("/", 1)[0].replace("_", " ").replace("/", " › ")) if "/" in leaf else ""
        asked, kept, planned = (counts.get(name, 0) for name in ("asked", "kept", PLANNED))
        return cls(leaf, title, branch, asked, kept, active, planned)

    @property
    def fraction(self) -> float:
        """How far it is, 0 to 1; where that is not known, the share that was kept."""
        if self.planned:
            return min(1.0, self.asked / self.planned)
        return min(1.0, self.kept / self.asked) if self.asked else 0.0

    @property
    def words(self) -> str:
        """ "writing · 34 of 120 kept"."""
        if not self.asked:
            to_come = f" · {counted(self.planned, 'sample')} to come" if self.planned else ""
            return f"{'writing' if self.active else 'waiting'}{to_come}"
        kept = f"{number(self.kept)} kept"
        if self.planned > self.asked:
            return f"{number(self.asked)} of {number(self.planned)} · {kept}"
        return f"{'writing · ' if self.active else ''}{number(self.kept)} of {number(self.asked)} kept"


class LeafModel(QAbstractListModel):
    """`show_funnels` takes JobState.funnels."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[LeafRow] = []

    def show_funnels(
        self, funnels: Mapping[str, Mapping[str, int]], leaves: Sequence[str] = (), active: str = ""
    ) -> None:
        """Takes the present counts of the job's leaves; `active` is the one that is written now. Rows that are new are
        added at the end, others change where they stand."""
        planned = sum(counts.get(PLANNED, 0) for leaf, counts in funnels.items() if leaf != ALL)
        everything = [ALL, *leaves, *(leaf for leaf in funnels if leaf != ALL and leaf not in leaves)]
        for leaf in everything:
            counts = funnels.get(leaf, {}) if leaf != ALL else {**funnels.get(ALL, {}), PLANNED: planned}
            row = LeafRow.of(leaf, counts, active=bool(leaf) and leaf == active)
            at = next((i for i, old in enumerate(self._rows) if old.leaf == leaf), None)
            if at is None:
                at = len(self._rows)
                self.beginInsertRows(QModelIndex(), at, at)
                self._rows.insert(at, row)
                self.endInsertRows()
            elif self._rows[at] != row:
                self._rows[at] = row
                changed = self.index(at, 0)
                self.dataChanged.emit(changed, changed)

    def clear(self) -> None:
        """Forgets all rows: another job is shown."""
        if self._rows:
            self.beginRemoveRows(QModelIndex(), 0, len(self._rows) - 1)
            self._rows = []
            self.endRemoveRows()

    def row(self, index: Index) -> LeafRow | None:
        """The row at an index."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{row.title}: {row.words}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return None
        return row if role == ROW_ROLE else None
