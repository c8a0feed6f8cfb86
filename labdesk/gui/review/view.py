"""Review: samples at the left, one card in the middle, its source at the right; decided with single keys."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QModelIndex, QTimer, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QListView, QProgressBar, QSplitter, QStackedWidget, QWidget

from labdesk.core.samples.repair import Repair, repairs
from labdesk.core.samples.review import Decision
from labdesk.gui.context import GuiContext
from labdesk.gui.icons import icon
from labdesk.gui.review.card import SampleCard
from labdesk.gui.review.dataset_dialog import DatasetDialog
from labdesk.gui.review.entries import WORDS, Choice, Entry, Standing
from labdesk.gui.review.many import BulkDialog, RepairDialog, open_for
from labdesk.gui.review.model import ReviewModel
from labdesk.gui.review.row_delegate import EntryDelegate
from labdesk.gui.review.samples import ReviewSamples, Verb
from labdesk.gui.review.source_pane import SourcePane
from labdesk.gui.teach.leaf_book import title_of
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import action_button, button
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import column, holder, panel, row
from labdesk.gui.widgets.state_dot import State
from labdesk.gui.widgets.text import label
from labdesk.gui.words import counted, number, share

_WIDTHS = (320, 480, 300)
_SEARCH_MS = 150
#: Share of common words below which two samples are not called alike.
_ALIKE = 0.3


class ReviewView(QWidget):
    """Follows the newest generation, or the one that it is sent to."""

    def __init__(self, context: GuiContext) -> None:
        super().__init__()
        self._context = context
        self.samples = ReviewSamples(context.workspace, self)
        self.model = ReviewModel(self.samples, self)
        self.list = QListView()
        self.card = SampleCard()
        self.source = SourcePane(context.workspace)
        self.banner = Banner()
        self._progress = QProgressBar()
        self._summary = label(tone="muted")
        self.search = QLineEdit()
        self.standing = QComboBox()
        self.leaf = QComboBox()
        self._nothing = label("Nothing here fits the choice.", tone="muted", wrap=True)
        self._repair: tuple[Repair, ...] = ()  # what the last edit replaced, and in which sample
        self._repaired = ""
        self._search_later = QTimer(self)
        self._search_later.setSingleShot(True)
        self._search_later.setInterval(_SEARCH_MS)
        self._lay_out()
        self._connect()
        self._follow_newest()

    def state(self) -> State:
        """The sign of Review in the rail."""
        counts = self.samples.counts()
        if not counts.to_decide:
            return State("empty", "No samples yet")
        left = counts.by_standing.get("open", 0)
        if left:
            return State("draft", f"{number(left)} of {counted(counts.to_decide, 'sample')} not reviewed yet")
        return State("done", "Everything is reviewed")

    def show_item(self, item: object) -> None:
        """Shows a generation by its job id, or one sample by its id."""
        jobs = {job.id: job for job in self._context.bridge.jobs("generate")}
        if item in jobs:
            self.samples.open(jobs[str(item)])
        elif str(item) in self.samples.entries:
            self._choose(Choice(None))
            self.list.setCurrentIndex(self.model.index_of(str(item)))

    def focus_first(self) -> None:
        """The place was entered."""
        self._follow_newest()
        self.list.setFocus()

    def _lay_out(self) -> None:
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(160)
        self._progress.setAccessibleName("Reviewed")
        bar = panel(row(self._summary, self._progress, None, *self._verbs(), gap=M), margin=(L, M, L, M), surface="bar")
        self._set_up_filters()
        self._set_up_list()
        left = panel(
            column(self.search, row(self.standing, self.leaf, gap=S), gap=S, margin=M), self._nothing, self.list,
            gap=0, margin=0, surface="clear",
        )  # fmt: skip
        self._nothing.setContentsMargins(M, M, M, M)
        self.panes = QSplitter()
        self.panes.setChildrenCollapsible(False)
        self.panes.setHandleWidth(1)
        for pane, least in ((left, 240), (self.card, 360), (self.source, 220)):
            pane.setMinimumWidth(least)
            self.panes.addWidget(pane)
        self.panes.setSizes(list(_WIDTHS))
        self.panes.setStretchFactor(1, 1)
        notice = holder(row(self.banner, margin=(L, S, L, S)))
        notice.hide()
        self.banner.visibility.connect(notice.setVisible)
        page = QWidget()
        page.setLayout(column(bar, notice, self.panes, gap=0))
        page.layout().setStretch(2, 1)  # type: ignore[union-attr]
        self._empty = EmptyState(
            "cards",
            "No samples yet",
            "Generate some, and look at what the teacher made of your examples before anything is trained.",
            button(
                "Go to Generate",
                lambda: self._context.intents.go.emit("generate", None),
                kind="primary",
                glyph="sparkle",
            ),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(page)
        self.setLayout(column(self._stack))

    def _verbs(self) -> list[QWidget]:
        actions = self._context.actions
        made = [action_button(actions[f"review.{name}"]) for name in ("datasets", "many", "undo", "edit", "reject")]
        made[2].setText("Undo")
        accept = action_button(actions["review.accept"], kind="primary")
        accept.setIcon(icon("check-circle", "on_accent"))
        return [*made, accept]

    def _set_up_filters(self) -> None:
        self.search.setPlaceholderText("Search questions and answers")
        self.search.setAccessibleName("Search samples")
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("magnifying-glass"), QLineEdit.ActionPosition.LeadingPosition)
        self.standing.setAccessibleName("Which samples")
        for standing, words in WORDS.items():
            self.standing.addItem(words, standing)
        self.standing.addItem("All", None)
        self.leaf.setAccessibleName("Leaf")
        self.leaf.addItem("All leaves", "")
        self.leaf.setMinimumContentsLength(8)

    def _set_up_list(self) -> None:
        self.list.setModel(self.model)
        self.list.setItemDelegate(EntryDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setProperty("surface", "window")
        self.list.setAccessibleName("Samples")
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)

    def _connect(self) -> None:
        self.list.selectionModel().currentChanged.connect(self._show_current)
        self.model.modelReset.connect(self._select_first)
        self.model.rowsInserted.connect(self._on_rows)
        self.samples.added.connect(self._on_added)
        self.samples.opened.connect(self._on_added)
        self.samples.decided.connect(self._on_decided)
        self.samples.failed.connect(self.banner.say_error)
        self.card.edited.connect(self._save_edit)
        self.card.wanted.connect(self.show_item)
        self.card.editing_ended.connect(self.list.setFocus)
        self.search.textChanged.connect(self._search_later.start)
        self.search.returnPressed.connect(self.list.setFocus)
        self._search_later.timeout.connect(self._apply_choice)
        self.standing.activated.connect(self._apply_choice)
        self.leaf.activated.connect(self._apply_choice)
        self._context.bridge.job_events.connect(self._on_job_events)
        self._context.bridge.jobs_listed.connect(self._follow_newest)
        on = self._context.actions.on
        on("review.next", lambda: self.step(1))
        on("review.previous", lambda: self.step(-1))
        on("review.accept", lambda: self.decide("accepted"))
        on("review.reject", lambda: self.decide("rejected"))
        on("review.edit", self.card.edit)
        on("review.undo", self.undo)
        on("review.many", self.decide_many)
        on("review.alike", self.fix_alike)
        on("review.datasets", self.show_datasets)
        on("review.search", self.search.setFocus)

    def step(self, by: int) -> None:
        """Selects the next (1) or previous (-1) sample."""
        row_number = self.list.currentIndex().row() + by
        if 0 <= row_number < self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(row_number))

    def decide(self, verb: Verb) -> None:
        """Accepts or rejects the sample that is shown, and goes on to the next."""
        entry = self._current()
        if entry is not None and self.samples.decide(entry.sample.id, verb):
            self.step(1)

    def undo(self) -> None:
        """Takes the last decision back and shows its sample again."""
        index = self.model.index_of(self.samples.undo())
        if index.isValid():
            self.list.setCurrentIndex(index)

    def decide_many(self) -> None:
        """Offers to decide on all samples that a rule takes."""
        samples = [entry.sample for entry in self.samples.entries.values()]
        decided = {name: e.decision for name, e in self.samples.entries.items() if e.decision is not None}
        choice = self.model.choice
        open_for(BulkDialog(samples, decided, choice.leaf, choice.words, self), self._decide_all)

    def fix_alike(self) -> None:
        """Offers the last edit's repair for the samples it fits."""
        rows = self.samples.alike(self._repair, self._repaired)
        if rows:
            open_for(RepairDialog(rows, self), self._decide_all)
        else:
            self.banner.say("normal", "The last edit fits no other sample.", "Correct a sample first, with E.")

    def show_datasets(self) -> None:
        """Opens the datasets of the workspace."""
        dialog = DatasetDialog(self._context.workspace.root, self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _decide_all(self, decisions: list[Decision]) -> None:
        if self.samples.decide_all(decisions):
            self.banner.say(
                "good", f"{counted(len(decisions), 'sample')} decided at once.", "", "Undo", self._undo_from_banner
            )
            self._apply_choice(again=True)

    def _undo_from_banner(self) -> None:
        self.undo()
        self.banner.dismiss()

    def _save_edit(self, question: str, answer: str) -> None:
        entry = self._current()
        if entry is None:
            return
        self._repair = repairs((entry.question, entry.answer), (question, answer))
        self._repaired = entry.sample.id
        if self.samples.decide(entry.sample.id, "edited", question, answer):
            fits = len(self.samples.alike(self._repair, self._repaired))
            if fits:
                words = f"The same repair fits {counted(fits, 'other sample')}."
                self.banner.say("normal", words, "", "Fix like this…", self.fix_alike)

    def _current(self) -> Entry | None:
        return self.model.entry(self.list.currentIndex())

    @Slot()
    def _follow_newest(self) -> None:
        jobs = self._context.bridge.jobs("generate")
        if jobs and self.samples.job is None:
            self.samples.open(jobs[-1])
        else:
            self.samples.read_new()
        self._show_counts()

    @Slot(str, object)
    def _on_job_events(self, job_id: str, _events: object) -> None:
        jobs = self._context.bridge.jobs("generate")
        if jobs and jobs[-1].id == job_id and (self.samples.job is None or self.samples.job.id < job_id):
            self.samples.open(jobs[-1])
        elif self.samples.job is not None and self.samples.job.id == job_id:
            self.samples.read_new()

    def _on_added(self, _entries: object = None) -> None:
        known = {self.leaf.itemData(number) for number in range(self.leaf.count())}
        for leaf in self.samples.leaves():
            if leaf not in known:
                self.leaf.addItem(title_of(leaf), leaf)
        self._show_counts()

    def _on_rows(self, _parent: QModelIndex, first: int, _last: int) -> None:
        self._nothing.setVisible(False)
        if first == 0 and not self.list.currentIndex().isValid():
            self._select_first()

    def _on_decided(self, samples: tuple[str, ...]) -> None:
        entry = self._current()
        if entry is not None and entry.sample.id in samples:
            self._show_entry(entry)
        self._show_counts()

    def _apply_choice(self, *_: object, again: bool = False) -> None:
        standing: Standing | None = self.standing.currentData()
        wanted = Choice(standing, self.leaf.currentData() or "", self.search.text().strip())
        if again or wanted != self.model.choice:
            self.model.choose(wanted)

    def _choose(self, choice: Choice) -> None:
        self.standing.setCurrentIndex(self.standing.findData(choice.standing))
        self.leaf.setCurrentIndex(max(0, self.leaf.findData(choice.leaf)))
        self.search.setText(choice.words)
        self.model.choose(dataclasses.replace(choice))

    def _select_first(self) -> None:
        any_rows = self.model.rowCount() > 0
        self._nothing.setVisible(not any_rows)
        if any_rows:
            self.list.setCurrentIndex(self.model.index(0))
        self.card.setEnabled(any_rows)

    @Slot(QModelIndex, QModelIndex)
    def _show_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        entry = self.model.entry(index)
        if entry is not None:
            self.card.setEnabled(True)
            self._show_entry(entry)
            self.source.show_sample(entry.sample)

    def _show_entry(self, entry: Entry) -> None:
        samples = self.samples
        near = samples.neighbours.nearest(entry.sample)
        alike = [(samples.entries[name].sample, likeness) for name, likeness in near if likeness >= _ALIKE]
        self.card.show_entry(entry, samples.job.path if samples.job else None, alike)

    def _show_counts(self) -> None:
        counts = self.samples.counts()
        self._stack.setCurrentIndex(1 if counts.total else 0)
        self._progress.setRange(0, max(1, counts.to_decide))
        self._progress.setValue(counts.decided)
        percent = share(counts.decided, counts.to_decide)
        self._summary.setText(f"{number(counts.decided)} of {number(counts.to_decide)} reviewed · {percent}")
        for position, standing in enumerate(WORDS):
            self.standing.setItemText(position, f"{WORDS[standing]} ({number(counts.by_standing.get(standing, 0))})")
        for name in ("accept", "reject", "edit", "next", "previous", "many"):
            self._context.actions.allow(f"review.{name}", bool(counts.total))
        self._context.actions.allow("review.alike", bool(self._repair))
        self._context.actions.allow("review.undo", self.samples.can_undo)
