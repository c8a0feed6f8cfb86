"""A list of two-line rows that are shown all at once: answers of a search, files to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from labdesk.gui.widgets.two_line import TWO_LINE, TwoLine

Index = QModelIndex | QPersistentModelIndex
Thing = TypeVar("Thing")


class LineList(QAbstractListModel, Generic[Thing]):
    """`show` takes things and how each reads."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._things: tuple[Thing, ...] = ()
        self._lines: tuple[TwoLine, ...] = ()

    def show(self, entries: Sequence[tuple[Thing, TwoLine]]) -> None:
        """Other rows in place of these."""
        self.beginResetModel()
        self._things = tuple(thing for thing, _line in entries)
        self._lines = tuple(line for _thing, line in entries)
        self.endResetModel()

    @property
    def things(self) -> tuple[Thing, ...]:
        """All of them, in order."""
        return self._things

    def thing(self, index: Index) -> Thing | None:
        """The one at an index."""
        return self._things[index.row()] if index.isValid() and index.row() < len(self._things) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._things)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.thing(index) is None:
            return None
        if role == TWO_LINE:
            return self._lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._lines[index.row()].spoken
        return None
