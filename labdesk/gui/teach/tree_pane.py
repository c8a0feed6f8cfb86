"""The left of Teach: search field and tree, with its context menu. Asks; changes nothing itself."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter
from PySide6.QtWidgets import QLineEdit, QMenu, QStackedWidget, QStyleOptionViewItem, QTreeView, QWidget

from labdesk.core.taxonomy.tree import Tree
from labdesk.gui.icons import icon
from labdesk.gui.teach.facts import LeafFacts
from labdesk.gui.teach.tree_delegate import TreeDelegate
from labdesk.gui.teach.tree_model import IS_LEAF, PATH, SEARCH, TaxonomyModel
from labdesk.gui.theme import M, S, roles_for
from labdesk.gui.widgets.button import button, tool_button
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import column, row

_OPEN_AT_FIRST = 200  # leaves; a larger tree starts with its roots open


class _Tree(QTreeView):
    """Shows the keyboard focus around the whole current row."""

    def drawRow(
        self, painter: QPainter, options: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().drawRow(painter, options, index)
        if self.hasFocus() and index == self.currentIndex():
            painter.setPen(QColor(roles_for(self.palette()).accent))
            painter.drawRect(options.rect.adjusted(0, 0, -1, -1))


class TreePane(QWidget):
    """`leaf_chosen(path)` and the wishes of the menu; paths are relative to the taxonomy."""

    leaf_chosen = Signal(str)
    new_wanted = Signal(str)
    rename_wanted = Signal(str)
    delete_wanted = Signal(str)
    teach_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "clear")
        self.model = TaxonomyModel(self)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self.model)
        self._proxy.setFilterRole(SEARCH)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._proxy.setRecursiveFilteringEnabled(True)
        self._proxy.setAutoAcceptChildRows(True)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search the taxonomy")
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("magnifying-glass"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._filter)
        self.view = self._make_view()
        empty = EmptyState(
            "leaf",
            "Nothing to teach yet",
            "Make a first leaf: one thing that a model should know or be able to do.",
            button("New leaf…", lambda: self.new_wanted.emit(""), kind="primary", glyph="plus"),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(empty)
        add = tool_button("plus", "New leaf", lambda: self.new_wanted.emit(self.branch()), hint="New leaf (Ctrl+N)")
        self.setLayout(column(row(self.search, add, gap=S, margin=(M, M, M, S)), self._stack, gap=0))
        self._opened = False

    def mirror(self, tree: Tree) -> None:
        """Shows a snapshot, keeping selection and open branches."""
        self.model.mirror(tree)
        self._stack.setCurrentIndex(0 if tree.leaves or tree.top.branches else 1)
        if not self._opened and tree.leaves:
            self._opened = True
            self.view.expandToDepth(9 if len(tree.leaves) <= _OPEN_AT_FIRST else 0)

    def show_facts(self, path: str, facts: LeafFacts) -> None:
        """Shows what was read of a leaf."""
        self.model.show_facts(path, facts)

    def select(self, path: str) -> None:
        """Selects a leaf or branch and opens the way to it."""
        index = self._proxy.mapFromSource(self.model.index_of(path))
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def selected(self) -> str:
        """The path that is selected; "" for none."""
        return str(self.view.currentIndex().data(PATH) or "")

    def branch(self) -> str:
        """The branch in which something new would go."""
        index = self.view.currentIndex()
        return self.selected().rpartition("/")[0] if index.data(IS_LEAF) else self.selected()

    def _make_view(self) -> QTreeView:
        view = _Tree()
        view.setProperty("surface", "window")
        view.setAccessibleName("Taxonomy")
        view.setHeaderHidden(True)
        view.setModel(self._proxy)
        view.setItemDelegate(TreeDelegate(view))
        view.setUniformRowHeights(True)
        view.setIndentation(16)
        view.setAnimated(False)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)
        view.selectionModel().currentChanged.connect(self._choose)
        return view

    def _choose(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid() and index.data(IS_LEAF):
            self.leaf_chosen.emit(index.data(PATH))

    def _filter(self, text: str) -> None:
        self._proxy.setFilterFixedString(text.strip())
        if text.strip():
            self.view.expandAll()

    def _show_menu(self, position: QPoint) -> None:
        index = self.view.indexAt(position)
        menu = self.menu_for(str(index.data(PATH) or ""), bool(index.data(IS_LEAF)))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.view.viewport().mapToGlobal(position))

    def menu_for(self, path: str, is_leaf: bool) -> QMenu:
        """The context menu of a row."""
        menu = QMenu(self)
        inside = path.rpartition("/")[0] if is_leaf else path

        def add(text: str, glyph: str, signal: Signal, value: str) -> None:
            action = QAction(icon(glyph), text, menu)
            action.triggered.connect(lambda *_: signal.emit(value))  # type: ignore[attr-defined]
            menu.addAction(action)

        add("New leaf here…", "plus", self.new_wanted, inside)  # type: ignore[arg-type]
        if path:
            add("Teach only this", "graduation-cap", self.teach_wanted, path)  # type: ignore[arg-type]
        if "/" in path:
            menu.addSeparator()
            add("Rename…", "pencil-simple", self.rename_wanted, path)  # type: ignore[arg-type]
            add("Move to trash", "trash", self.delete_wanted, path)  # type: ignore[arg-type]
        return menu
