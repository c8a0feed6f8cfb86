"""The chosen entries as a Qt list. Grows and changes in place; another choice is the one act that makes a new list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from labdesk.gui.review.entries import Choice, Entry
from labdesk.gui.review.samples import ReviewSamples
from labdesk.gui.widgets.safe_text import harmless

Index = QModelIndex | QPersistentModelIndex
ENTRY = int(Qt.ItemDataRole.UserRole)
_LONGEST_LINE = 240


class ReviewModel(QAbstractListModel):
    """An entry that no longer fits the choice (it was just accepted) stays until the choice changes."""

    def __init__(self, samples: ReviewSamples, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._samples = samples
        self._ids: list[str] = []
        self._rows: dict[str, int] = {}
        self.choice = Choice()
        samples.opened.connect(self._start_again)
        samples.added.connect(self._append)
        samples.decided.connect(self._touch)

    def choose(self, choice: Choice) -> None:
        """Shows other entries."""
        self.choice = choice
        self._start_again()

    def entry(self, index: Index) -> Entry | None:
        """The entry at an index."""
        return self._samples.entries[self._ids[index.row()]] if 0 <= index.row() < len(self._ids) else None

    def index_of(self, sample: str) -> QModelIndex:
        """The index of a sample; invalid when it is not in the choice."""
        return self.index(self._rows[sample]) if sample in self._rows else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index)
        if entry is None:
            return None
        if role == ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(entry.question)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{one_line(entry.question)} {one_line(entry.answer)} ({entry.state.words})"
        return None

    def _start_again(self) -> None:
        self.beginResetModel()
        self._ids = [name for name, entry in self._samples.entries.items() if self.choice.wants(entry)]
        self._rows = {name: row for row, name in enumerate(self._ids)}
        self.endResetModel()

    def _append(self, entries: Iterable[Entry]) -> None:
        fresh = [entry.sample.id for entry in entries if self.choice.wants(entry)]
        if fresh:
            first = len(self._ids)
            self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
            self._ids.extend(fresh)
            self._rows.update((name, row) for row, name in enumerate(fresh, start=first))
            self.endInsertRows()

    def _touch(self, samples: tuple[str, ...]) -> None:
        """One range around all of them: painting asks only for what is in view."""
        rows = [self._rows[sample] for sample in samples if sample in self._rows]
        if rows:
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))


def one_line(text: str) -> str:
    """The beginning of a text on one line, hidden characters made visible."""
    return " ".join(harmless(text, 2 * _LONGEST_LINE).split())[:_LONGEST_LINE]
