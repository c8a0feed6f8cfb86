"""The taxonomy as a Qt model: a mirror of the last snapshot (or of what a search left of it), by difference.

Never reset, so selection and open branches survive. Rows are known to Qt by number, not by pointer: a stale index finds
nothing instead of something else. The three roots are there even where their folder is not."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Container, Generator, Iterable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QIcon

from labdesk.core.taxonomy.tree import ROOTS, Branch, in_order
from labdesk.gui.teach.leaf_book import Badge, LeafBook, title_of
from labdesk.gui.teach.moving import MIME, packed, unpacked, welcome
from labdesk.gui.widgets.state_dot import sign

Index = QModelIndex | QPersistentModelIndex

PATH, BADGE, IS_LEAF = (int(Qt.ItemDataRole.UserRole) + number for number in range(3))
_Flag = Qt.ItemFlag
_LEAF = _Flag.ItemIsEnabled | _Flag.ItemIsSelectable | _Flag.ItemIsDragEnabled | _Flag.ItemIsEditable
_BRANCH = _LEAF | _Flag.ItemIsDropEnabled
_ROOT = _Flag.ItemIsEnabled | _Flag.ItemIsSelectable | _Flag.ItemIsDropEnabled
_BARE = _Flag.ItemNeverHasChildren  # until it has: it spares the view the question, for each row of each layout
_FLAGS = {whole: whole | _BARE for whole in (_LEAF, _BRANCH, _ROOT)}  # an “|” of flags costs microseconds
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
        wanted.sort(key=lambda one: (ROOTS.index(one.path) if one.path in ROOTS else len(ROOTS), in_order(one.path)))
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

    def branches(self) -> Iterator[QModelIndex]:
        """Every row that has rows below it, those nearer the top first."""
        level = [self._top]
        while level:
            level = [child for node in level for child in node.children if child.children]
            yield from (self.createIndex(_row(node), 0, node.number) for node in level)

    def within(self, chosen: QItemSelection) -> tuple[list[str], list[str]]:
        """The paths of the leaves and of the branches in a selection, which may be of ten thousand rows."""
        found: tuple[list[str], list[str]] = ([], [])
        for span in (chosen.at(number) for number in range(chosen.size())):
            for node in self._node(span.parent()).children[span.top() : span.bottom() + 1]:
                found[0 if node.is_leaf else 1].append(node.path)
        return found

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
        flags = _ROOT if node.path in ROOTS else _LEAF if node.is_leaf else _BRANCH
        return flags if node.children else _FLAGS[flags]

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
        yield from self._remove_others(node, {one.path for one in branches})
        row = 0
        while row < len(branches):
            if row >= len(node.children) or node.children[row].path != branches[row].path:
                yield from self._insert(node, row, branches)
            child, one = node.children[row], branches[row]
            row += 1
            if child.is_leaf != (one.leaf is not None):
                child.is_leaf = one.leaf is not None
                self.touch((child.path,))
            if child.children or one.branches:
                yield
                yield from self._mirror_children(child, one.branches)

    def _remove_others(self, node: _Node, wanted: Container[str]) -> Generator[None]:
        """Takes out the children at other paths: neighbours together, as each removal costs the view a look at all."""
        end = len(node.children)
        while end > 0:
            start = end
            while start > 0 and end - start < _AT_ONCE and node.children[start - 1].path not in wanted:
                start -= 1
            if start < end:
                self._remove(node, start, end)
                yield
            end = min(start, end - 1)

    def _insert(self, node: _Node, row: int, branches: Sequence[Branch]) -> Generator[None]:
        """Puts in the first of these and those after it that are missing too, as far as that is short. Of a large
        branch only the row itself: what is below it follows."""
        there = node.children[row].path if row < len(node.children) else ""
        fresh: list[_Node] = []
        room = _AT_ONCE
        for one in itertools.islice(branches, row, None):
            size = sum(1 for _ in itertools.islice(_below(one), _AT_ONCE))
            if one.path == there or (fresh and size > room):
                break
            fresh.append(self._made(one, node, whole=size < _AT_ONCE))
            room -= size
        self.beginInsertRows(self.index_of(node.path), row, row + len(fresh) - 1)
        node.children[row:row] = fresh
        for child in fresh:
            self._know(child)
        self.endInsertRows()
        yield

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

    def _remove(self, node: _Node, start: int, end: int) -> None:
        self.beginRemoveRows(self.index_of(node.path), start, end - 1)
        for child in node.children[start:end]:
            self._forget(child)
        del node.children[start:end]
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
