"""The taxonomy as a Qt model: a mirror of the last snapshot (or of what a search left of it), by difference.

Never reset, so selection and open branches survive. Rows are known to Qt by number, not by pointer: a stale index finds
nothing instead of something else. The three roots are there even where their folder is not."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QIcon

from labdesk.core.taxonomy.tree import ROOTS, Branch
from labdesk.gui.teach.leaf_book import Badge, LeafBook, title_of
from labdesk.gui.teach.moving import MIME, packed, unpacked, welcome
from labdesk.gui.widgets.state_dot import sign

Index = QModelIndex | QPersistentModelIndex

PATH, BADGE, IS_LEAF = (int(Qt.ItemDataRole.UserRole) + number for number in range(3))
_Flag = Qt.ItemFlag
_AT_ONCE = 200  # nodes made between two frames


@dataclasses.dataclass(eq=False, slots=True)
class _Node:
    number: int
    path: str
    is_leaf: bool
    parent: _Node | None
    children: list[_Node] = dataclasses.field(default_factory=list)
    row: int = 0  # where it stood last: nearly always still true


class TaxonomyModel(QAbstractItemModel):
    """One column. `mirror` takes a snapshot; `touch` says that the book has news of some paths.

    `renamed(path, name typed)` and `moved(paths, branch)` are wishes: the model changes when the disk has."""

    renamed = Signal(str, str)
    moved = Signal(object, str)

    def __init__(self, book: LeafBook, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self._numbers = itertools.count(1)
        self._top = _Node(0, "", False, None)
        self._by_number: dict[int, _Node] = {0: self._top}
        self._by_path: dict[str, _Node] = {}
        self._shown: dict[int, Callable[[_Node], Any]] = {
            Qt.ItemDataRole.DisplayRole: lambda node: title_of(node.path),
            Qt.ItemDataRole.EditRole: lambda node: title_of(node.path),
            Qt.ItemDataRole.DecorationRole: self._sign,
            Qt.ItemDataRole.ToolTipRole: self._words,
            Qt.ItemDataRole.AccessibleTextRole: lambda node: f"{title_of(node.path)}. {self._words(node)}",
            PATH: lambda node: node.path,
            BADGE: self._badge,
            IS_LEAF: lambda node: node.is_leaf,
        }

    def mirror(self, top: Branch, *, roots: bool = True) -> None:
        """Becomes equal to a snapshot."""
        for _step in self.mirroring(top, roots=roots):
            pass

    def mirroring(self, top: Branch, *, roots: bool = True) -> Generator[None]:
        """`mirror` in steps, each short. `roots`: show the three roots also where there is nothing of them."""
        missing = [name for name in ROOTS if roots and all(one.path != name for one in top.branches)]
        wanted = [*top.branches, *(Branch(name, name, (), None, True) for name in missing)]
        wanted.sort(key=lambda one: (ROOTS.index(one.path) if one.path in ROOTS else len(ROOTS), one.path))
        yield from self._mirror_children(self._top, wanted)

    def touch(self, paths: Iterable[str]) -> None:
        """The book has news of these: shown anew, brothers in one go."""
        spans: dict[int, tuple[_Node, int, int]] = {}
        for path in paths:
            node = self._by_path.get(path)
            if node is None or node.parent is None:
                continue
            row = _row(node)
            _parent, first, last = spans.get(node.parent.number, (node.parent, row, row))
            spans[node.parent.number] = (node.parent, min(first, row), max(last, row))
        for parent, first, last in spans.values():
            ends = (self.createIndex(row, 0, parent.children[row].number) for row in (first, last))
            self.dataChanged.emit(*ends)

    def index_of(self, path: str) -> QModelIndex:
        """The index of a branch or leaf; invalid when there is none."""
        node = self._by_path.get(path)
        if node is None or node.parent is None:
            return QModelIndex()
        return self.createIndex(_row(node), 0, node.number)

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
        return self.createIndex(_row(node), 0, node.number)

    def flags(self, index: Index) -> Qt.ItemFlag:
        node = self._node(index)
        if node is self._top:
            return _Flag.ItemIsDropEnabled if not index.isValid() else _Flag.NoItemFlags
        flags = _Flag.ItemIsEnabled | _Flag.ItemIsSelectable
        if node.path not in ROOTS:
            flags |= _Flag.ItemIsDragEnabled | _Flag.ItemIsEditable
        return flags if node.is_leaf else flags | _Flag.ItemIsDropEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self._node(index)
        if node is self._top:
            return None
        shown = self._shown.get(role)
        return shown(node) if shown else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A name was typed. Says it; the row changes when the folder has."""
        node = self._node(index)
        if role != Qt.ItemDataRole.EditRole or node is self._top or str(value) == title_of(node.path):
            return False
        self.renamed.emit(node.path, str(value))
        return True

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return packed([self._node(index).path for index in indexes])

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, _row: int, _column: int, parent: Index) -> bool:
        node = self._node(parent)
        return action == Qt.DropAction.MoveAction and not node.is_leaf and welcome(unpacked(data), node.path)

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """Says what the person wants. False: the view must not take the rows out by itself."""
        if self.canDropMimeData(data, action, row, column, parent):
            self.moved.emit(unpacked(data), self._node(parent).path)
        return False

    def _node(self, index: Index) -> _Node:
        if not index.isValid():
            return self._top
        return self._by_number.get(int(index.internalId()), self._top)

    def _mirror_children(self, node: _Node, branches: Sequence[Branch]) -> Generator[None]:
        wanted = {one.path for one in branches}
        for row in range(len(node.children) - 1, -1, -1):
            if node.children[row].path not in wanted:
                self._remove(node, row)
                yield
        for row, one in enumerate(branches):
            if row >= len(node.children) or node.children[row].path != one.path:
                yield from self._insert(node, row, one)
                continue
            child = node.children[row]
            if child.is_leaf != (one.leaf is not None):
                child.is_leaf = one.leaf is not None
                self.touch((child.path,))
            if child.children or one.branches:
                yield
                yield from self._mirror_children(child, one.branches)

    def _insert(self, node: _Node, row: int, branch: Branch) -> Generator[None]:
        """A small branch is put in whole, a large one a piece at a time."""
        whole = sum(1 for _ in itertools.islice(_below(branch), _AT_ONCE)) < _AT_ONCE
        child = self._made(branch, node, whole=whole)
        self.beginInsertRows(self.index_of(node.path), row, row)
        node.children.insert(row, child)
        self._know(child)
        self.endInsertRows()
        yield
        if not whole:
            yield from self._mirror_children(child, branch.branches)

    def _made(self, branch: Branch, parent: _Node, *, whole: bool) -> _Node:
        node = _Node(next(self._numbers), branch.path, branch.leaf is not None, parent)
        if whole:
            node.children = [self._made(one, node, whole=True) for one in branch.branches]
        return node

    def _know(self, node: _Node) -> None:
        self._by_number[node.number] = node
        self._by_path[node.path] = node
        for child in node.children:
            self._know(child)

    def _remove(self, node: _Node, row: int) -> None:
        self.beginRemoveRows(self.index_of(node.path), row, row)
        self._forget(node.children.pop(row))
        self.endRemoveRows()

    def _forget(self, node: _Node) -> None:
        self._by_number.pop(node.number, None)
        self._by_path.pop(node.path, None)
        for child in node.children:
            self._forget(child)

    def _sign(self, node: _Node) -> QIcon | None:
        return sign(self._book.state(node.path).kind) if node.is_leaf else None

    def _badge(self, node: _Node) -> Badge:
        return self._book.leaf_badge(node.path) if node.is_leaf else self._book.branch_badge(node.path)

    def _words(self, node: _Node) -> str:
        return self._book.leaf_words(node.path) if node.is_leaf else self._book.branch_words(node.path)


def _row(node: _Node) -> int:
    """Where a node stands among its brothers."""
    assert node.parent is not None
    brothers = node.parent.children
    if node.row >= len(brothers) or brothers[node.row] is not node:
        node.row = brothers.index(node)
    return node.row


def _below(branch: Branch) -> Generator[Branch]:
    yield branch
    for one in branch.branches:
        yield from _below(one)
