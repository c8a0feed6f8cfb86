"""The taxonomy as a Qt model: a mirror of the last `Tree` snapshot, brought up to date by difference.

Never reset, so selection and open branches survive. Rows are known to Qt by number, not by pointer: a stale index finds
nothing instead of something else."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon

from labdesk.core.taxonomy.tree import ROOTS, Branch, Tree
from labdesk.gui.teach.facts import LeafFacts
from labdesk.gui.widgets.state_dot import sign
from labdesk.gui.words import counted

Index = QModelIndex | QPersistentModelIndex

PATH, COUNT, SEARCH, IS_LEAF = (int(Qt.ItemDataRole.UserRole) + number for number in range(4))

_MEANING = {
    "knowledge": ("Knowledge", "Facts from a document: what the model should know."),
    "foundational_skills": ("Foundational skills", "Thinking that other skills rest on: reasoning, order, counting."),
    "compositional_skills": ("Compositional skills", "Tasks done with what it knows: writing, extracting, answering."),
}


@dataclasses.dataclass(eq=False)
class _Node:
    number: int
    path: str
    is_leaf: bool
    parent: _Node | None
    children: list[_Node] = dataclasses.field(default_factory=list)
    facts: LeafFacts | None = None
    leaves: int = 0

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


def title_of(path: str) -> str:
    """The name of a branch or leaf as a person reads it."""
    if path in _MEANING:
        return _MEANING[path][0]
    return path.rpartition("/")[2].replace("_", " ").strip().capitalize()


class TaxonomyModel(QAbstractItemModel):
    """One column. `mirror` takes a snapshot, `show_facts` what was read of a leaf."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._top = _Node(0, "", False, None)
        self._by_number: dict[int, _Node] = {0: self._top}
        self._by_path: dict[str, _Node] = {}
        self._shown: dict[int, Callable[[_Node], Any]] = {
            Qt.ItemDataRole.DisplayRole: lambda node: title_of(node.path),
            Qt.ItemDataRole.DecorationRole: _sign,
            Qt.ItemDataRole.ToolTipRole: _words,
            Qt.ItemDataRole.AccessibleTextRole: lambda node: f"{title_of(node.path)}. {_words(node)}",
            PATH: lambda node: node.path,
            COUNT: _count,
            SEARCH: lambda node: f"{title_of(node.path).lower()} {node.facts.search if node.facts else ''}",
            IS_LEAF: lambda node: node.is_leaf,
        }

    def mirror(self, tree: Tree) -> None:
        """Becomes equal to a snapshot."""
        self._mirror_children(self._top, tree.top)

    def show_facts(self, path: str, facts: LeafFacts) -> None:
        """Shows what was read of a leaf."""
        node = self._by_path.get(path)
        if node is not None and node.facts != facts:
            node.facts = facts
            index = self.index_of(path)
            self.dataChanged.emit(index, index)

    def index_of(self, path: str) -> QModelIndex:
        """The index of a branch or leaf; invalid when there is none."""
        node = self._by_path.get(path)
        if node is None or node.parent is None:
            return QModelIndex()
        return self.createIndex(node.parent.children.index(node), 0, node.number)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.column() > 0 else len(self._node(parent).children)

    def columnCount(self, _parent: Index = QModelIndex()) -> int:
        return 1

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        children = self._node(parent).children
        if column != 0 or not 0 <= row < len(children):
            return QModelIndex()
        return self.createIndex(row, column, children[row].number)

    def parent(self, index: Index | None = None) -> Any:  # serves QObject.parent() too
        if index is None:
            return super().parent()
        node = self._node(index).parent
        if node is None or node.parent is None:
            return QModelIndex()
        return self.createIndex(node.parent.children.index(node), 0, node.number)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self._node(index)
        if node is self._top:
            return None
        shown = self._shown.get(role)
        return shown(node) if shown else None

    def _node(self, index: Index) -> _Node:
        if not index.isValid():
            return self._top
        return self._by_number.get(int(index.internalId()), self._top)

    def _mirror_children(self, node: _Node, branch: Branch) -> None:
        wanted = {one.path: one for one in branch.branches}
        for row in range(len(node.children) - 1, -1, -1):
            if node.children[row].path not in wanted:
                self._remove(node, row)
        for row, one in enumerate(branch.branches):
            if row >= len(node.children) or node.children[row].path != one.path:
                self._insert(node, row, one.path)
            child = node.children[row]
            leaves = sum(1 for _leaf in one.leaves())
            if (child.is_leaf, child.leaves) != (one.leaf is not None, leaves):
                child.is_leaf, child.leaves = one.leaf is not None, leaves
                index = self.index_of(child.path)
                self.dataChanged.emit(index, index)
            self._mirror_children(child, one)

    def _insert(self, node: _Node, row: int, path: str) -> None:
        self.beginInsertRows(self.index_of(node.path), row, row)
        child = _Node(next(self._numbers), path, False, node)
        node.children.insert(row, child)
        self._by_number[child.number] = child
        self._by_path[path] = child
        self.endInsertRows()

    def _remove(self, node: _Node, row: int) -> None:
        self.beginRemoveRows(self.index_of(node.path), row, row)
        self._forget(node.children.pop(row))
        self.endRemoveRows()

    def _forget(self, node: _Node) -> None:
        self._by_number.pop(node.number, None)
        self._by_path.pop(node.path, None)
        for child in node.children:
            self._forget(child)


def _count(node: _Node) -> str:
    if node.is_leaf:
        return str(node.facts.seeds) if node.facts else ""
    return str(node.leaves) if node.leaves else ""


def _sign(node: _Node) -> QIcon | None:
    return sign(node.facts.state.kind if node.facts else "empty") if node.is_leaf else None


def _words(node: _Node) -> str:
    if node.path in ROOTS:
        return _MEANING[node.path][1]
    if node.is_leaf:
        return f"{node.facts.state.words}. {counted(node.facts.seeds, 'example')}." if node.facts else "Not read yet"
    return counted(node.leaves, "leaf", "leaves")
