"""Teach: the tree at the left, the open leaf in the middle, its source document at the right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Slot
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from labdesk.core.changes import Change
from labdesk.core.taxonomy.leaf import Leaf, LeafKind
from labdesk.core.taxonomy.tree import ROOTS, Tree
from labdesk.core.taxonomy.yaml_source import YamlPath
from labdesk.gui.context import GuiContext
from labdesk.gui.teach.changes.view import ChangesView
from labdesk.gui.teach.document_pane import DocumentPane
from labdesk.gui.teach.documents import Documents
from labdesk.gui.teach.facts import FactsReader
from labdesk.gui.teach.leaf_book import title_of
from labdesk.gui.teach.leaf_editor import ORIGIN, LeafEditor
from labdesk.gui.teach.leaf_pane import LeafPane
from labdesk.gui.teach.meters import Meters
from labdesk.gui.teach.seed_drafts import SeedDrafts
from labdesk.gui.teach.shapes import SEEDS
from labdesk.gui.teach.start_bar import StartBar
from labdesk.gui.teach.taught import Taught
from labdesk.gui.teach.taxonomy_watch import WATCH, TaxonomyWatch
from labdesk.gui.teach.tree_menu import tree_menu
from labdesk.gui.teach.tree_pane import TreePane
from labdesk.gui.teach.tree_reader import TreeReader
from labdesk.gui.teach.tree_verbs import TreeVerbs
from labdesk.gui.teach.undo import Undo
from labdesk.gui.theme import L, S
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.state_dot import State
from labdesk.gui.widgets.undo_keys import UndoKeys

_WIDTHS = (250, 520, 330)


class TeachView(QWidget):
    """Puts the three panes together and turns their wishes into verbs of the workspace."""

    def __init__(self, context: GuiContext) -> None:
        super().__init__()
        self._context = context
        self._workspace = context.workspace
        self._tree: Tree | None = None
        self._listed: Tree | None = None  # the same, until its rows are there
        self._first = True
        self.editor = LeafEditor(context.workspace, self)
        self.reader = TreeReader(context.workspace.taxonomy, self)
        self.facts = FactsReader(context.workspace, self)
        self.taught = Taught(context.workspace, context.bridge, self.facts.seen, self)
        self.watch = TaxonomyWatch(context.workspace.taxonomy, self)
        self.tree = TreePane()
        self.leaf = LeafPane(self.editor, context.workspace)
        self.document = DocumentPane(context.workspace)
        self.document.hide()
        self.banner = Banner()
        self.verbs = TreeVerbs(context, self.banner, self)
        self.documents = Documents(context.workspace, self.editor, self.document.importing, self.banner, self)
        self.undo = Undo(context, self.banner, self)
        self._undo_keys = UndoKeys(self)
        self.changes = ChangesView(context)
        self.bar = StartBar(self.facts)
        self.start = self.bar.start
        self.meters = Meters(self.leaf.form, context.settings, self)
        self.drafts = SeedDrafts(context, self.editor, self.leaf.form, self)
        self._lay_out()
        self._connect()
        self._refresh_later = QTimer(self)
        self._refresh_later.setSingleShot(True)
        self._refresh_later.setInterval(0)
        self._refresh_later.timeout.connect(self.refresh)
        self._refresh_later.start()

    def state(self) -> State:
        """The sign of Teach in the rail."""
        if self._tree is None:
            return State()
        return self.bar.state()

    @property
    def busy(self) -> bool:
        """Whether the tree is still being listed or read here (not: by the survey worker)."""
        return self._listed is not None or self.reader.busy or self.facts.turning

    def show_item(self, item: object) -> None:
        """Opens a leaf by its path."""
        self.pages.setCurrentIndex(0)
        self.refresh()
        self.tree.select(str(item))

    def focus_first(self) -> None:
        """The place was entered."""
        self.tree.view.setFocus()

    def leave(self) -> None:
        """The window closes: keep what was typed."""
        self.changes.leave()
        self.leaf.save()
        self.leaf.close_drafts()
        self.document.close()
        self.watch.stop()
        for part in (self.reader, self.facts, self.taught, self.tree):
            part.close_work()
        self.meters.close()

    def show_changes(self) -> None:
        """What differs from an earlier version, in place of the leaves."""
        self.leaf.save()
        self.pages.setCurrentWidget(self.changes)
        self.changes.show_all()

    def show_history(self) -> None:
        """The earlier versions of the open leaf, in place of the leaves."""
        self.leaf.save()
        if self.editor.leaf is not None:
            self.pages.setCurrentWidget(self.changes)
            self.changes.show_history(self.editor.leaf.path)

    @Slot()
    def show_leaves(self) -> None:
        """Back from what differs."""
        self.pages.setCurrentIndex(0)
        self.tree.view.setFocus()

    @Slot()
    def refresh(self) -> None:
        """Lists the taxonomy folder again and reads what changed; a large one in the background."""
        self._refresh_later.stop()
        self.reader.read()

    @Slot(object)
    def _on_listed(self, tree: Tree) -> None:
        self._tree = self.verbs.tree = self._listed = tree
        self.tree.mirror(tree)
        if self.editor.leaf is not None and tree.leaf(self.editor.leaf.path) is None:
            self.editor.reload(ours=True)
        if self._first and tree.leaves:
            self._first = False
            self.tree.select(self.tree.wanted or tree.leaves[0].path)

    @Slot()
    def _on_shown(self) -> None:
        """Rows first; then what is known of them."""
        tree, self._listed = self._listed, None
        if tree is not None:
            self.facts.want(tree.leaves)
            self.bar.show_reading()
            self.watch.follow(tree)
            self.taught.look()

    def _lay_out(self) -> None:
        notice = holder(row(self.banner, margin=(L, S, L, S)))
        notice.hide()
        self.banner.visibility.connect(notice.setVisible)
        panes = QSplitter()
        panes.setChildrenCollapsible(False)
        for pane, least in ((self.tree, 200), (self.leaf, 400), (self.document, 240)):
            pane.setMinimumWidth(least)
            panes.addWidget(pane)
        panes.setSizes(list(_WIDTHS))
        panes.setStretchFactor(1, 1)
        panes.setHandleWidth(1)
        body = column(self.bar, notice, panes, gap=0)
        body.setStretch(2, 1)
        self.pages = QStackedWidget()
        for page in (holder(body), self.changes):
            self.pages.addWidget(page)
        self.setLayout(column(self.pages))

    def _connect(self) -> None:
        self.tree.leaf_chosen.connect(self._open)
        self.tree.shown.connect(self._on_shown)
        self.tree.new_wanted.connect(self.verbs.ask_new)
        self.tree.model.renamed.connect(self.verbs.rename, Qt.ConnectionType.QueuedConnection)
        self.tree.model.moved.connect(self.verbs.move, Qt.ConnectionType.QueuedConnection)
        self.tree.view.looked_at.connect(self.facts.hurry)
        self.tree.view.customContextMenuRequested.connect(self._show_menu)
        self.leaf.new_wanted.connect(lambda: self.verbs.ask_new(self.tree.branch()))
        self.leaf.passage_wanted.connect(self.document.show_passage)
        self.document.passage_chosen.connect(self.documents.add_passage)
        self.document.document_wanted.connect(self.documents.ask)
        self.document.folder_wanted.connect(self.documents.ask_folder)
        self.document.files_dropped.connect(self.documents.add_dropped)
        self.documents.passage_added.connect(self._go_to)
        self.verbs.made.connect(self.show_item)
        self.verbs.document_given.connect(self.documents.add)
        self.verbs.moved.connect(self._follow)
        self.undo.moved.connect(self._follow)
        self.undo.touched.connect(self._show_undone)
        self.editor.changed.connect(self._on_leaf)
        self.editor.failed.connect(self.banner.say_error)
        self.editor.moved.connect(lambda was, target: self._follow(was, target))
        self.drafts.failed.connect(self.banner.say_error)
        self.drafts.offered.connect(self._offer_drafts)
        self.leaf.form.attribution.failed.connect(self.banner.say_error)
        self.facts.read.connect(self._on_facts)
        self.bar.finish_wanted.connect(self.tree.select)
        self.bar.leaf_wanted.connect(lambda: self.verbs.ask_new(""))
        self.bar.teach_wanted.connect(self._teach)
        self.bar.changes_wanted.connect(self.show_changes)
        self.facts.finished.connect(self._context.intents.states)
        self.facts.failed.connect(self.banner.say_error)
        self.reader.listed.connect(self._on_listed)
        self.reader.failed.connect(lambda error: self.banner.say_error(error, "Try again", self.refresh))
        self.taught.changed.connect(self._on_taught)
        self.verbs.undo_wanted.connect(self.undo.undo)
        self.changes.back_wanted.connect(self.show_leaves)
        self.changes.open_wanted.connect(self.show_item)
        self._context.bridge.changed.connect(self._on_change)
        self.watch.changed.connect(lambda leaves: self._workspace.announce("taxonomy", *leaves, origin=WATCH))
        self._connect_actions()

    def _connect_actions(self) -> None:
        def on_selected(verb: Callable[[list[str]], object]) -> Callable[[], object]:
            return lambda: verb([path for path in self.tree.view.paths() if path not in ROOTS])

        on = self._context.actions.on
        on("teach.start", self.bar.go)
        on("teach.new", lambda: self.verbs.ask_new(self.tree.branch()))
        on("teach.add", self.leaf.form.add_seed)
        on("teach.passage", self.document.use_selection)
        on("teach.draft", self._draft)
        on("teach.save", self.leaf.save)
        on("teach.undo", lambda: self._travel(self.undo.undo))
        on("teach.redo", lambda: self._travel(self.undo.redo))
        on("teach.branch", lambda: self.verbs.ask_branch(self.tree.branch()))
        on("teach.rename", self.tree.rename_selected)
        on("teach.duplicate", on_selected(self.verbs.duplicate))
        on("teach.move", on_selected(self.verbs.ask_move))
        on("teach.delete", on_selected(self.verbs.delete))
        on("teach.only", lambda: self._context.intents.teach.emit(tuple(self.tree.view.paths())))
        on("teach.tonight", self._teach_tonight)
        on("teach.search", self.tree.search.setFocus)
        on("teach.reload", self.refresh)
        on("teach.changes", self.show_changes)
        on("teach.history", self.show_history)

    @Slot(str)
    def _open(self, path: str) -> None:
        if self.editor.leaf is None or self.editor.leaf.path != path:
            self.leaf.save()
            self.editor.open(path)

    @Slot(str, str)
    def _follow(self, origin: str, target: str) -> None:
        """A leaf or branch is elsewhere now: keep it selected, and what was open in it open."""
        opened = self.editor.leaf.path if self.editor.leaf else ""
        self.refresh()
        if opened == origin or opened.startswith(f"{origin}/"):
            self.editor.open(target + opened[len(origin) :])
        self.tree.select(target)

    def _travel(self, way: Callable[[], None]) -> None:
        """What was typed and not yet saved is a step too: the newest."""
        self.leaf.save()
        way()

    @Slot(str)
    def _show_undone(self, path: str) -> None:
        self.refresh()
        self.tree.select(path)

    @Slot(object)
    def _go_to(self, path: YamlPath) -> None:
        """Shows a field of the open leaf, once its card is made."""
        QTimer.singleShot(0, self, lambda: self.leaf.form.go_to(path))

    def _draft(self) -> None:
        """For the passage with the cursor; else for the selection in the document, which becomes a passage. For a skill
        more examples."""
        if self.editor.leaf is not None and self.editor.leaf.kind is not LeafKind.KNOWLEDGE:
            self.drafts.draft_examples()
            return
        path = self.leaf.form.focused_path()
        if not path or path[0] != SEEDS:
            made: list[YamlPath] = []
            caught = self.documents.passage_added.connect(made.append)
            self.document.use_selection()
            self.documents.passage_added.disconnect(caught)
            path = made[0] if made else (SEEDS, 0)
        index = int(path[1])
        self.leaf.form.go_to((SEEDS, index))
        self.drafts.draft(index)

    @Slot(object)
    def _on_leaf(self, leaf: Leaf | None) -> None:
        if leaf is None:
            self.document.hide()
        else:
            self.document.show_leaf(leaf)
            self.facts.learn(leaf)
        actions = self._context.actions
        actions.allow("teach.add", leaf is not None)
        actions.allow("teach.save", leaf is not None)
        actions.allow("teach.draft", leaf is not None)

    @Slot(object)
    def _on_facts(self, paths: Sequence[str]) -> None:
        self.tree.show_seen(seen for path in paths if (seen := self.facts.seen(path)))
        self.tree.show_progress(self.taught.progress_of(paths))

    @Slot(object)
    def _on_taught(self, paths: Iterable[str]) -> None:
        self.tree.show_progress(self.taught.progress_of(paths))

    @Slot(object)
    def _on_change(self, change: Change) -> None:
        leaf = self.editor.leaf
        if change.part != "taxonomy":
            return
        if change.origin != ORIGIN or leaf is None or leaf.path not in self.tree.book.tally:
            self._refresh_later.start()
        if change.origin != WATCH:
            self.watch.note(change.ids)
        if change.origin != ORIGIN:
            self.editor.reload(ours=change.origin != WATCH)

    @Slot(QPoint)
    def _show_menu(self, position: QPoint) -> None:
        inside = self.tree.branch() if self.tree.view.indexAt(position).isValid() else ""
        menu = tree_menu(self._context.actions, self.tree.view.paths(), inside, self.verbs.ask_new, self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.tree.view.viewport().mapToGlobal(position))

    @Slot(int, object)
    def _offer_drafts(self, many: int, leaves: Sequence[str]) -> None:
        """Drafts that were finished while no window was open."""
        heading = "A draft waits for your decision." if many == 1 else f"{many} drafts wait for your decision."
        where = ", ".join(f"“{title_of(leaf)}”" for leaf in leaves[:3]) + (" and others" if len(leaves) > 3 else "")
        words = f"The teacher proposed them for {where}. You decide what enters the leaf."
        self.banner.say("normal", heading, words, "Show them", lambda: self._show_drafts(leaves[0]))

    def _show_drafts(self, leaf: str) -> None:
        self.banner.dismiss()
        self.show_item(leaf)

    @Slot()
    def _teach(self) -> None:
        self.leaf.save()
        self._context.intents.teach.emit(())

    @Slot()
    def _teach_tonight(self) -> None:
        self.leaf.save()
        self._context.intents.teach_tonight.emit(())
