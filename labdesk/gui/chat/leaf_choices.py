"""The leaves a correction may go to: the most similar first, then what a search finds, and a new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.two_line import TWO_LINE, TwoLine

Index = QModelIndex | QPersistentModelIndex
#: Stands for a leaf that does not exist yet; no path is like it.
NEW = "/new"
_MOST = 60
_ROOTS = {"knowledge": "Knowledge", "foundational_skills": "Foundational skill", "compositional_skills": "Skill"}


class LeafChoices(QAbstractListModel):
    """`show_ranked` takes the guesses and all leaves."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[str] = []
        self._lines: dict[str, TwoLine] = {}

    def show_ranked(self, ranked: Sequence[tuple[str, float]], leaves: Sequence[str], search: str = "") -> None:
        """Shows the guesses, then the other leaves, those only that have every word of `search` in their path."""
        words = search.casefold().replace(" ", "_").split("_")
        likely = [path for path, _score in ranked]
        every = [*likely, *(path for path in leaves if path not in likely)]
        wanted = [path for path in every if all(word in path.casefold() for word in words)][:_MOST]
        self._lines = {path: _line(path, best=bool(likely) and path == likely[0]) for path in wanted}
        self._lines[NEW] = TwoLine("New leaf…", "For what no leaf teaches yet", "plus", "accent_text")
        self._become([*wanted, NEW])

    def row_of(self, leaf: str) -> int:
        """Where a leaf stands; -1 when it is not here."""
        return self._rows.index(leaf) if leaf in self._rows else -1

    def leaf(self, row: int) -> str:
        """The leaf in a row; "" for none."""
        return self._rows[row] if 0 <= row < len(self._rows) else ""

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self._lines.get(self.leaf(index.row())) if index.isValid() else None
        if line is None:
            return None
        if role == TWO_LINE:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return line.spoken
        return None

    def _become(self, rows: list[str]) -> None:
        """By difference, so that the chosen row is not lost while a person types."""
        for at in reversed(range(len(self._rows))):
            if self._rows[at] not in rows:
                self.beginRemoveRows(QModelIndex(), at, at)
                del self._rows[at]
                self.endRemoveRows()
        for at, leaf in enumerate(rows):
            old = self.row_of(leaf)
            if old == at:
                continue
            if old >= 0:
                self.beginMoveRows(QModelIndex(), old, old, QModelIndex(), at)
                self._rows.insert(at, self._rows.pop(old))
                self.endMoveRows()
            else:
                self.beginInsertRows(QModelIndex(), at, at)
                self._rows.insert(at, leaf)
                self.endInsertRows()
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 0))


def _line(path: str, *, best: bool) -> TwoLine:
    parts = path.split("/")
    title = harmless(parts[-1].replace("_", " ").capitalize(), 80)
    where = " › ".join([_ROOTS.get(parts[0], parts[0]), *(part.replace("_", " ") for part in parts[1:-1])])
    glyph = "book-open" if parts[0] == "knowledge" else "pencil-simple"
    return TwoLine(title, harmless(where, 120), glyph, aside="best guess" if best else "", tone="accent")
