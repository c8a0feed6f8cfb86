"""The left of Teach: search and filter, the tree, and its foot. Asks; changes nothing itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Mapping

from PySide6.QtCore import QModelIndex, QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from labdesk.core.taxonomy.facts import Glance
from labdesk.core.taxonomy.names import above
from labdesk.core.taxonomy.tree import Branch, Tree
from labdesk.gui.slices import Slices
from labdesk.gui.teach.leaf_book import LeafBook, Progress
from labdesk.gui.teach.tree_empty import tree_empty
from labdesk.gui.teach.tree_filter import TreeFilter, part_of
from labdesk.gui.teach.tree_foot import TreeFoot
from labdesk.gui.teach.tree_model import IS_LEAF, PATH, TaxonomyModel
from labdesk.gui.teach.tree_search import TreeSearch
from labdesk.gui.teach.tree_view import TreeView
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import column

_OPEN_AT_FIRST = 200  # leaves; a larger tree starts with its roots open
_OPEN_HITS = 300
_AT_ONCE = 200
_AGAIN_MS = 250


class TreePane(QWidget):
    """`leaf_chosen(path)`, `new_wanted(branch)`, and `shown()` whenever the tree shows what `mirror` was given."""

    leaf_chosen = Signal(str)
    new_wanted = Signal(str)
    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "clear")
        self.book = LeafBook()
        self.model = TaxonomyModel(self.book, self)
        self.view = TreeView(self.model)
        self.bar = TreeSearch(self.book)
        self.search = self.bar.field
        self.foot = TreeFoot(self.book)
        self.filter = TreeFilter(self.book, self)
        nothing = EmptyState(
            "magnifying-glass",
            "No leaf fits",
            "Search looks through names and all texts of the leaves.",
            button("Show all leaves", self.bar.clear),
        )
        self._stack = QStackedWidget()
        for page in (self.view, tree_empty(self.new_wanted.emit), nothing):
            self._stack.addWidget(page)
        self.setLayout(column(self.bar, self._stack, self.foot, gap=0))
        self.layout().setStretch(1, 1)  # type: ignore[union-attr]
        self._tree: Tree | None = None
        self._hits: set[str] | None = None
        self._current = ""
        self.wanted = ""  # what is to be selected as soon as its row is there
        self._opened = False
        self._busy = False  # rows come and go: what Qt then makes current was not chosen by a person
        self._open_before: list[str] = []
        self._reopen = False
        self._noting, self._mirroring = Slices(self), Slices(self)
        self._noting.done.connect(self._ask_filter)
        self._mirroring.done.connect(self._settle)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self._ask_filter)
        self._connect()

    def mirror(self, tree: Tree) -> None:
        """Shows a snapshot, keeping selection and open branches; a large one bit by bit, then `shown`."""
        self._tree = tree
        self._noting.start(self._note(tree))

    def show_seen(self, news: Iterable[Glance]) -> None:
        """Shows what was read of leaves."""
        touched: dict[str, None] = {}
        for seen in news:
            touched[seen.path] = None
            touched.update(dict.fromkeys(self.book.put(seen.path, seen)))
        self.touch(touched)

    def show_progress(self, progress: Mapping[str, Progress]) -> None:
        """Shows what became of these leaves."""
        news = [path for path, one in progress.items() if self.book.of(path) != one]
        self.book.progress.update((path, progress[path]) for path in news)
        self.touch(news)

    def touch(self, paths: Iterable[str]) -> None:
        """The book has news of these paths."""
        chosen = list(paths)
        if not chosen:
            return
        self.model.touch(chosen)
        self._show_foot()
        self.bar.show_counts()
        if self.bar.active:
            self._again.start()

    def select(self, path: str) -> None:
        """Selects a leaf or branch and opens the way to it; later, if it is not there yet."""
        self._current = self.wanted = path
        if self._hits is not None and path not in self._hits and path in self.book.tally:
            self.bar.clear()
        self._go_to_wanted()

    def selected(self) -> str:
        """The path that is current; "" for none."""
        return str(self.view.currentIndex().data(PATH) or "")

    def branch(self) -> str:
        """The branch in which something new would go."""
        index = self.view.currentIndex()
        return self.selected().rpartition("/")[0] if index.data(IS_LEAF) else self.selected()

    def rename_selected(self) -> None:
        """Lets the person type a new name in the row itself."""
        index = self.view.currentIndex()
        if index.isValid():
            self.view.scrollTo(index)
            self.view.edit(index)

    def close_work(self) -> None:
        """The window closes."""
        for work in (self._noting, self._mirroring, self.filter):
            work.stop()
        self._again.stop()

    def _connect(self) -> None:
        self.bar.changed.connect(self._ask_filter)
        self.bar.new_wanted.connect(lambda: self.new_wanted.emit(self.branch()))
        self.bar.left.connect(self.view.setFocus)
        self.filter.found.connect(self._show_hits)
        self.view.selectionModel().currentChanged.connect(self._choose)
        self.view.selectionModel().selectionChanged.connect(self._show_foot)

    def _note(self, tree: Tree) -> Generator[None]:
        """Every leaf that is new is counted as not read yet, every one that is gone is forgotten."""
        there = {leaf.path for leaf in tree.leaves}
        for number, path in enumerate([path for path in self.book.tally.leaves() if path not in there]):
            self.book.drop(path)
            if not number % _AT_ONCE:
                yield
        for number, path in enumerate(there):
            if path not in self.book.tally:
                self.book.put(path, None)
            if not number % _AT_ONCE:
                yield

    @Slot()
    def _ask_filter(self) -> None:
        if self._tree is not None:
            leaves = [leaf.path for leaf in self._tree.leaves]
            self.filter.ask(self.bar.text, self.bar.choice, leaves)

    @Slot(object)
    def _show_hits(self, hits: set[str] | None) -> None:
        if self._tree is None:
            return
        if (self._hits is None) != (hits is None):  # most rows come or go
            if hits is not None:
                self._open_before = self.view.open_branches()
            self._reopen = hits is None
            self.view.hold()
        self._hits = hits
        self.view.delegate.words = self.bar.text.lower().split()
        self._busy = True
        self._mirroring.start(self._mirror(self._tree.top, hits))

    def _mirror(self, top: Branch, hits: set[str] | None) -> Generator[None]:
        self.book.hits = None if hits is None else Counter(way for path in hits for way in above(path))
        part = top if hits is None else (yield from part_of(top, hits))
        yield from self.model.mirroring(part, roots=hits is None)

    @Slot()
    def _settle(self) -> None:
        """All rows are there: what was open and current is so again."""
        tree, hits = self._tree, self._hits
        if tree is None:
            return
        self.view.setUpdatesEnabled(True)
        self._open_rows(tree, hits)
        index = self.model.index_of(self._current)
        if index.isValid() and index != self.view.currentIndex() and not self.wanted:
            self.view.setCurrentIndex(index)
        self._busy = False
        bare = not tree.leaves and all(not root.branches for root in tree.top.branches)
        self._stack.setCurrentIndex(1 if bare else 2 if hits is not None and not hits else 0)
        self.bar.setVisible(not bare)
        self.bar.show_counts(None if hits is None else len(hits))
        self.view.viewport().update()
        self._show_foot()
        self._go_to_wanted()
        self.shown.emit()

    def _go_to_wanted(self) -> None:
        index = self.model.index_of(self.wanted)
        if index.isValid():
            self.wanted = ""
            if index == self.view.currentIndex():
                self._choose(index, index)
            else:
                self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def _open_rows(self, tree: Tree, hits: set[str] | None) -> None:
        if hits is not None:
            if len(hits) <= _OPEN_HITS:
                self.view.expandAll()
            else:
                self.view.expandToDepth(0)
        elif self._reopen:
            self._reopen = False
            self.view.open(self.model.index_of(path) for path in self._open_before)
            index = self.model.index_of(self._current)
            if index.isValid():
                self.view.scrollTo(index)
        elif not self._opened and tree.leaves:
            self._opened = True
            self.view.expandToDepth(9 if len(tree.leaves) <= _OPEN_AT_FIRST else 0)

    @Slot(QModelIndex, QModelIndex)
    def _choose(self, index: QModelIndex, _before: QModelIndex) -> None:
        if self._busy or not index.isValid():
            return
        self._current = str(index.data(PATH))
        if index.data(IS_LEAF):
            self.leaf_chosen.emit(self._current)

    def _show_foot(self) -> None:
        leaves, branches = self.view.selected()
        self.foot.show_paths(leaves, branches, self.bar.text.lower().split())
