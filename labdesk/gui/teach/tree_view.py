"""The tree itself: many rows can be chosen, dragged and renamed in place; keyboard focus goes around the whole row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QColor, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QTreeView

from labdesk.gui.teach.moving import outermost
from labdesk.gui.teach.tree_delegate import TreeDelegate
from labdesk.gui.teach.tree_model import IS_LEAF, PATH, TaxonomyModel
from labdesk.gui.theme import roles_for

Index = QModelIndex | QPersistentModelIndex

_PAUSE_MS = 120
_INDENT = 16


class TreeView(QTreeView):
    """`looked_at(paths)`: the leaves in view, a moment after scrolling."""

    looked_at = Signal(object)

    def __init__(self, model: TaxonomyModel) -> None:
        super().__init__()
        self.setProperty("surface", "window")
        self.setAccessibleName("Taxonomy")
        self.setHeaderHidden(True)
        self.setModel(model)
        self._taxonomy = model
        self.delegate = TreeDelegate(self)
        self.setItemDelegate(self.delegate)
        self.setUniformRowHeights(True)
        self.setIndentation(_INDENT)
        self.setAnimated(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(True)  # onto branches only: between rows there is no place of one's own
        self.setAutoExpandDelay(600)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self.verticalScrollBar().valueChanged.connect(self._pause.start)

    def selected(self) -> tuple[list[str], list[str]]:
        """The paths of the leaves and of the branches that are selected."""
        return self._taxonomy.within(self.selectionModel().selection())

    def paths(self) -> list[str]:
        """What is selected, less what lies in another selected branch."""
        leaves, branches = self.selected()
        return outermost((*leaves, *branches))

    def open_branches(self) -> list[str]:
        """The branches that are open, those nearer the top first."""
        return [str(index.data(PATH)) for index in self._taxonomy.branches() if self.isExpanded(index)]

    def hold(self) -> None:
        """Rows come and go by the thousand: closed and unpainted they cost little. `setUpdatesEnabled` ends it."""
        self.setUpdatesEnabled(False)
        self.collapseAll()

    def open(self, branches: Iterable[QModelIndex]) -> None:
        """Opens these and no others; laid out once."""
        self.collapseAll()
        self.scheduleDelayedItemsLayout()
        for branch in branches:
            self.expand(branch)

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Rows are painted from the book: to paint those in view again costs less than to find where each row stands,
        and leaves a name alone that is being typed."""
        if QAccessible.isActive():
            super().dataChanged(first, last, list(roles))
        self.viewport().update()

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:
        super().drawRow(painter, options, index)
        if self.hasFocus() and index == self.currentIndex():
            painter.setPen(QColor(roles_for(self.palette()).accent))
            painter.drawRect(options.rect.adjusted(0, 0, -1, -1))

    def _tell(self) -> None:
        paths = []
        index, height = self.indexAt(self.viewport().rect().topLeft()), self.viewport().height()
        while index.isValid() and self.visualRect(index).top() < height:
            if index.data(IS_LEAF):
                paths.append(str(index.data(PATH)))
            index = self.indexBelow(index)
        self.looked_at.emit(paths)
