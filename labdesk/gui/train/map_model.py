"""The learning map as a Qt tree: each branch and leaf with its questions and its score before and after."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from labdesk.core.exam.learning_map import MapNode
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.words import counted

NODE = Qt.ItemDataRole.UserRole + 1
COLUMNS = ("Leaf", "Before", "After", "Gain")
NAME, BEFORE, AFTER, GAIN = range(4)

Index = QModelIndex | QPersistentModelIndex


class _Item:
    """One node with its place in the tree; the model owns all of them, as `createIndex` keeps no reference."""

    def __init__(self, node: MapNode, parent: _Item | None, row: int) -> None:
        names = [node.name]
        while parent is not None and len(node.children) == 1 and node.children[0].children:
            node = node.children[0]  # a branch with one branch below it says nothing of its own
            names.append(node.name)
        self.node = node
        self.parent = parent
        self.row = row
        self.title = " › ".join(harmless(name.replace("_", " ")).capitalize() for name in names)
        self.children = [_Item(child, self, at) for at, child in enumerate(node.children)]


class MapModel(QAbstractItemModel):
    """Shows one report at a time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._top: _Item | None = None

    def show_map(self, top: MapNode | None) -> None:
        """Another report: another tree."""
        self.beginResetModel()
        self._top = _Item(top, None, 0) if top is not None else None
        self.endResetModel()

    def node(self, index: Index) -> MapNode | None:
        """The node at an index."""
        item = self._item(index) if index.isValid() else None
        return item.node if item is not None else None

    def _item(self, index: Index) -> _Item | None:
        return index.internalPointer() if index.isValid() else self._top

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        item = self._item(parent)
        if item is None or parent.column() > 0 or not (0 <= row < len(item.children)) or not 0 <= column < len(COLUMNS):
            return QModelIndex()
        return self.createIndex(row, column, item.children[row])

    def parent(self, index: Index = QModelIndex()) -> Any:
        item = self._item(index) if index.isValid() else None
        if item is None or item.parent is None or item.parent is self._top:
            return QModelIndex()
        return self.createIndex(item.parent.row, 0, item.parent)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        item = self._item(parent)
        return 0 if item is None or parent.column() > 0 else len(item.children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self._item(index) if index.isValid() else None
        if item is None:
            return None
        node = item.node
        if role == NODE:
            return node
        if role == Qt.ItemDataRole.DisplayRole:
            return (item.title, percent(node.before), percent(node.after), gain(node.gain))[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return (
                f"{item.title}: {counted(node.questions, 'question')}, {percent(node.before)} before, "
                f"{percent(node.after)} after, {gain(node.gain)} points"
            )
        if role == Qt.ItemDataRole.ToolTipRole and node.between is not None:
            return f"{percent(node.between)} after the knowledge phase, {percent(node.after)} after the skills"
        return None


def percent(score: float) -> str:
    """ "68 %"."""
    return f"{score:.0f} %"


def gain(points: float) -> str:
    """ "+68", "−4", "±0"."""
    rounded = round(points)
    return f"+{rounded}" if rounded > 0 else f"−{-rounded}" if rounded < 0 else "±0"
