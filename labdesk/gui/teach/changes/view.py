"""Changes: which leaves differ from a version, how, what they were earlier; and from there to a commit."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QSplitter, QStackedWidget, QWidget

from labdesk.core.changes import Change
from labdesk.core.errors import LabdeskError
from labdesk.gui.context import GuiContext
from labdesk.gui.teach.changes.answers import HEAD, ChangedLeaf, Standing, Version
from labdesk.gui.teach.changes.contribution import ContributionDialog
from labdesk.gui.teach.changes.file_pane import FilePane
from labdesk.gui.teach.changes.leaf_list import ChangedLeaves
from labdesk.gui.teach.changes.mark_dialog import MarkDialog
from labdesk.gui.teach.changes.queries import Queries
from labdesk.gui.teach.changes.top_bar import TopBar
from labdesk.gui.theme import L, S
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.two_line import TwoLineDelegate, list_view

_LIST = 280
_AGAIN_MS = 600
_NONE, _LEAVES = range(2)


class ChangesView(QWidget):
    """`back_wanted`: to the leaves; `open_wanted(leaf)`: to one of them."""

    back_wanted = Signal()
    open_wanted = Signal(str)

    def __init__(self, context: GuiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._base = HEAD
        self._wanted = ""  # the leaf to show when the list is read
        self._past = ""  # the leaf whose history was asked for
        self._said = ("", "")  # what to say when a verb is done
        self.queries = Queries(context.workspace.root, self)
        self.bar = TopBar()
        self.banner = Banner()
        self.leaves = ChangedLeaves(self)
        self.list = list_view("Leaves that differ", self.leaves, TwoLineDelegate())
        self.files = FilePane()
        self.mark_button = button("Mark this version…", self.ask_mark, kind="primary", glyph="bookmark-simple")
        self.empty = EmptyState("git-diff", "", "", self.mark_button)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self.look)
        self._lay_out()
        self._connect()

    def show_leaf(self, path: str) -> None:
        """Shows what differs, this leaf first."""
        self._wanted = path
        self.look()

    def show_all(self) -> None:
        """Shows what differs."""
        self._past = ""
        self.look()

    def show_history(self, path: str) -> None:
        """Shows the earlier versions of a leaf, whether it differs or not."""
        self._past = path
        self.files.show_leaf(ChangedLeaf(path, "same"))
        self.show_leaf(path)

    def look(self) -> None:
        """Compares again."""
        self.bar.show_count(None)
        if self._past:
            self._pages.setCurrentIndex(_LEAVES)
        elif not self.leaves.leaves:
            self.mark_button.hide()
            self.empty.say("Looking for changes…", "Your leaves are compared with an earlier version.")
            self._pages.setCurrentIndex(_NONE)
        self.queries.look(self._base)

    def leave(self) -> None:
        """The window closes."""
        self.queries.close()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.list.setFocus()

    def _lay_out(self) -> None:
        panes = QSplitter()
        panes.setChildrenCollapsible(False)
        panes.setHandleWidth(1)
        panes.addWidget(self.list)
        panes.addWidget(self.files)
        panes.setSizes([_LIST, 3 * _LIST])
        panes.setStretchFactor(1, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(panes)
        notice = holder(row(self.banner, margin=(L, S, L, S)))
        notice.hide()
        self.banner.visibility.connect(notice.setVisible)
        body = column(self.bar, notice, self._pages, gap=0)
        body.setStretch(2, 1)
        self.setLayout(body)

    def _connect(self) -> None:
        queries, bar, files = self.queries, self.bar, self.files
        queries.standing_read.connect(self._on_standing)
        queries.leaves_read.connect(self._on_leaves)
        queries.rows_read.connect(self._on_rows)
        queries.history_read.connect(self._on_history)
        queries.done.connect(self._on_done)
        queries.failed.connect(self._on_failure)
        bar.back_wanted.connect(self.back_wanted)
        bar.look_wanted.connect(self.look)
        bar.base_chosen.connect(self.compare_with)
        bar.mark_wanted.connect(self.ask_mark)
        bar.repository_wanted.connect(self.make_repository)
        bar.give_wanted.connect(self.give)
        files.history_wanted.connect(queries.look_back)
        files.rows_wanted.connect(lambda leaf: queries.look_at(leaf, self._base))
        files.restore_wanted.connect(self.restore_file)
        files.history.restore_wanted.connect(self.restore_version)
        files.open_wanted.connect(self.open_wanted)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self._context.bridge.changed.connect(self._on_change)
        back = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.back_wanted.emit)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    @Slot(str)
    def compare_with(self, base: str) -> None:
        """Another version to compare with."""
        self._base = base
        self.look()

    @Slot()
    def ask_mark(self) -> None:
        """Asks for a name and keeps all leaves as they are."""
        dialog = MarkDialog(self)
        dialog.chosen.connect(self.mark)
        self._open(dialog)

    def mark(self, name: str) -> None:
        """Keeps all leaves as they are, under a name."""
        self._said = (f"“{name}” is marked.", "Whatever you change from now on can be compared with it.")
        self._base = HEAD if not self.bar.standing.repository else self._base
        self.queries.do("mark", name)

    @Slot()
    def make_repository(self) -> None:
        """Makes the taxonomy folder a git repository."""
        self._said = ("This taxonomy is a git repository now.", "Nothing is committed yet: choose Commit to begin.")
        self._base = HEAD
        self.queries.do("repository")

    @Slot(str)
    def restore_file(self, file: str) -> None:
        """Brings a file back as it is in what is compared with."""
        self._said = (f"“{file}” is as it was.", "Undo in Teach takes that back.")
        self.queries.do("restore", file, "--base", self._base)

    @Slot(object)
    def restore_version(self, version: Version) -> None:
        """Brings an earlier version of the shown leaf back."""
        leaf = self.files.leaf
        if leaf is not None:
            self._said = (f"“{version.title}” is back.", "Undo in Teach takes that back.")
            file = f"{leaf.path}/qna.yaml"
            self.queries.do("restore", file, "--version", version.number, "--source", version.source)

    @Slot()
    def give(self) -> None:
        """Opens the way to a commit or, without a repository, to a report."""
        dialog = ContributionDialog(self._context, self.leaves.leaves, self.bar.standing, self)
        dialog.committed.connect(self.look)
        self._open(dialog)

    def _open(self, dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(object)
    def _on_standing(self, standing: Standing) -> None:
        self.bar.show_standing(standing, self._base)
        self.files.name_sides(self.bar.base_words)
        if not self.queries.busy:
            self._show_page()

    @Slot(object)
    def _on_leaves(self, leaves: tuple[ChangedLeaf, ...]) -> None:
        shown = self._wanted or (self.files.leaf.path if self.files.leaf else "")
        self._wanted = ""
        self.leaves.show_leaves(leaves)
        self._show_page()
        row_number = self.leaves.row_of(shown)
        if leaves and (row_number >= 0 or not self._past):
            self.list.setCurrentIndex(self.leaves.index(max(0, row_number)))
            self.files.show_leaf(leaves[max(0, row_number)])
            if self._past:
                self.files.show_history()

    def _show_page(self) -> None:
        count = len(self.leaves.leaves)
        comparable = self.bar.standing.comparable
        self.bar.show_count(None if self.queries.busy else count)
        self.mark_button.setVisible(not comparable)
        if not comparable:
            self.empty.say(
                "Nothing to compare with yet",
                "Mark this version: from then on you see here what you changed, and can bring any of it back. "
                "labdesk also marks one by itself before each generation and after an import.",
            )
        elif not count:
            self.empty.say("Nothing differs", f"All leaves are as in “{self.bar.base_words}”.")
        self._pages.setCurrentIndex(_LEAVES if self._past or (comparable and count) else _NONE)

    @Slot(object)
    def _on_rows(self, leaf: ChangedLeaf) -> None:
        row_number = self.leaves.row_of(leaf.path)
        if row_number >= 0:
            known = list(self.leaves.leaves)
            known[row_number] = leaf
            self.leaves.show_leaves(known)
            if self.files.leaf is not None and self.files.leaf.path == leaf.path:
                self.files.show_leaf(leaf)

    @Slot(str, object)
    def _on_history(self, leaf: str, versions: tuple[Version, ...]) -> None:
        if self.files.leaf is not None and self.files.leaf.path == leaf:
            self.files.history.show_versions(versions)

    @Slot(object)
    def _on_done(self, _answer: object) -> None:
        self.banner.say("good", *self._said)
        self._context.workspace.announce("taxonomy")

    @Slot(object)
    def _on_failure(self, error: LabdeskError) -> None:
        self.banner.say_error(error, "Look again", self.look)
        self.bar.show_count(len(self.leaves.leaves))

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.files.show_leaf(self.leaves.leaves[current.row()])

    @Slot(object)
    def _on_change(self, change: Change) -> None:
        if change.part == "taxonomy" and self.isVisible():
            self._again.start()
