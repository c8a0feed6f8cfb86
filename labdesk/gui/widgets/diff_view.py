"""Two versions of a text beside each other, row by row (core/line_diff.py): what was, what is, where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QListView, QWidget

from labdesk.core.line_diff import DiffRow
from labdesk.gui.theme import M, S
from labdesk.gui.widgets.diff_delegate import DIFF_ROW, DiffDelegate, gap_words
from labdesk.gui.widgets.layout import column, panel, row
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import ElidedLabel

_TOP = QModelIndex()


class DiffModel(QAbstractListModel):
    """The rows of one comparison."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[DiffRow, ...] = ()

    def show_rows(self, rows: Sequence[DiffRow]) -> None:
        """Another comparison."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        found = self.rows[index.row()]
        if role == DIFF_ROW:
            return found
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return spoken(found)
        return None


def spoken(found: DiffRow) -> str:
    """What a screen reader says of a row."""
    if found.kind == "gap":
        return gap_words(found)
    if found.kind == "changed":
        return f"Line {found.right_number} changed from {harmless(found.left)} to {harmless(found.right)}"
    text, number = (found.left, found.left_number) if found.kind == "removed" else (found.right, found.right_number)
    return f"Line {number} {found.kind}: {harmless(text)}"


class DiffView(QWidget):
    """`show_rows` fills it; `name_sides` says what stands left and right. Ctrl+C copies the chosen lines."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = DiffModel(self)
        self._left = ElidedLabel(step="small", tone="muted")
        self._right = ElidedLabel(step="small", tone="muted")
        self.list = QListView()
        self.list.setAccessibleName(name)
        self.list.setModel(self.model)
        self.list.setItemDelegate(DiffDelegate(self.list))
        self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setLayoutMode(QListView.LayoutMode.Batched)
        self.list.setBatchSize(200)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.list, self.copy)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        head = row(self._left, self._right, gap=0, margin=(M, S, M, S))
        head.setStretch(0, 1)
        head.setStretch(1, 1)
        self.setLayout(column(panel(head, margin=0, surface="bar"), self.list, gap=0))

    def name_sides(self, left: str, right: str) -> None:
        """What the two halves are."""
        self._left.setText(left)
        self._right.setText(right)

    def show_rows(self, rows: Sequence[DiffRow]) -> None:
        """Shows a comparison from its first change."""
        self.model.show_rows(rows)
        self.list.scrollToTop()

    def copy(self) -> None:
        """The chosen lines as they are now (as they were, where they are gone) to the clipboard."""
        chosen = sorted(index.row() for index in self.list.selectedIndexes())
        rows = [self.model.rows[number] for number in chosen]
        lines = [one.right if one.right_number else one.left for one in rows if one.kind != "gap"]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))
