"""The tree itself: many rows can be chosen, dragged and renamed in place; keyboard focus goes around the whole row."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QTreeView

from labdesk.gui.teach.moving import outermost
from labdesk.gui.teach.tree_delegate import TreeDelegate
from labdesk.gui.teach.tree_model import IS_LEAF, PATH, TaxonomyModel
from labdesk.gui.theme import roles_for

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

    def paths(self) -> list[str]:
        """What is selected, less what lies in another selected branch."""
        return outermost(str(index.data(PATH)) for index in self.selectionModel().selectedIndexes())

    def open_branches(self) -> list[str]:
        """The branches that are open, from the top; only those that can be seen."""
        found: list[str] = []
        index = self.model().index(0, 0)
        while index.isValid():
            if self.isExpanded(index):
                found.append(str(index.data(PATH)))
            index = self.indexBelow(index)
        return found

    def drawRow(
        self, painter: QPainter, options: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
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
