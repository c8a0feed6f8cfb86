"""Rows of two lines with something behind each: datasets, leaves, imported rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.two_line import TWO_LINE, TwoLine
from labdesk.gui.words import counted

Index = QModelIndex | QPersistentModelIndex


class DatasetRow(msgspec.Struct, frozen=True):
    """A dataset, as `labdesk dataset list` tells of it."""

    name: str
    title: str
    samples: int
    path: str
    made_at: float = 0.0
    teacher: str = ""
    leaves: tuple[str, ...] = ()

    def line(self, when: str) -> TwoLine:
        """What its row says."""
        detail = f"{counted(len(self.leaves), 'leaf', 'leaves')} · made {when} · {self.name[-8:]}"
        return TwoLine(harmless(self.title), detail, "database", aside=counted(self.samples, "sample"))


class Lines(QAbstractListModel):
    """Lines shown as they are given, `keys[row]` behind each."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[TwoLine, ...] = ()
        self.keys: tuple[Any, ...] = ()

    def show(self, lines: Sequence[TwoLine], keys: Sequence[Any]) -> None:
        """Other lines: the person asked for another list."""
        self.beginResetModel()
        self._lines, self.keys = tuple(lines), tuple(keys)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.spoken
        return line if role == TWO_LINE else None
