"""The view behind Train: the runs at the left; beside them nothing to train on, the plan, or one run."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSignalBlocker, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QStackedWidget, QWidget

from labdesk.core.changes import Change
from labdesk.core.errors import LabdeskError
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.gui.context import GuiContext
from labdesk.gui.errand import Errand
from labdesk.gui.job_verbs import JobVerbs
from labdesk.gui.job_watch import JobWatch
from labdesk.gui.theme import M, S
from labdesk.gui.train.history import History
from labdesk.gui.train.plan import Source, forecast_from
from labdesk.gui.train.plan_view import PlanView
from labdesk.gui.train.run_files import exam_report, merged_model, run_folder
from labdesk.gui.train.run_view import RunView
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import column, line, panel, row
from labdesk.gui.widgets.text import label
from labdesk.gui.widgets.two_line import TwoLineDelegate, list_view
from labdesk.jobs.dataset_files import datasets
from labdesk.jobs.teach_from import request_teach_dataset, request_teach_from

RUNS = ("teach", "train")
_HISTORY = 224


class TrainView(QWidget):
    """`show_item` takes the id of a teach or train job, or of a generation to train on."""

    def __init__(self, context: GuiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.watch = JobWatch(context.bridge, self)
        self.history = History(self)
        self.runs = list_view("Runs", self.history, TwoLineDelegate())
        self.errand = Errand(self, asker=self)
        self._counting = ""  # the generation whose training is being counted
        self.plan = PlanView()
        self.run = RunView()
        self.empty = EmptyState(
            "graduation-cap",
            "No samples to train on yet",
            "A student learns from samples. Generate some first; “Generate & train” in Teach does both in one go.",
            button("Go to Generate", lambda: context.intents.go.emit("generate", None), kind="primary"),
        )
        self._pages = QStackedWidget()
        for page in (self.empty, self.plan, self.run):
            self._pages.addWidget(page)
        self.verbs = JobVerbs(context, self.watch, self.run.progress, self._banner, self)
        self._lay_out()
        self._connect()
        self._planning = False  # the person asked for a new run
        self._datasets: list[Source] = []
        self._take_jobs()

    def show_item(self, item: object) -> None:
        """Called when another place sends a person here."""
        if not isinstance(item, str):
            return
        self._take_jobs()
        try:
            job = self._context.workspace.job(item)
        except LabdeskError:
            return
        if job.request.kind == "generate":
            self.show_plan()
            self.plan.choose(job.id)
        elif job.request.kind in (*RUNS, "exam", "replay"):
            self._show_run(self.verbs.whole(job))

    def focus_first(self) -> None:
        """The place was entered by keyboard or rail."""
        page = self._pages.currentWidget()
        (self.plan.card.primary if page is self.plan else self.runs).setFocus()

    def show_plan(self) -> None:
        """Plan another run."""
        self._planning = True
        with QSignalBlocker(self.runs.selectionModel()):
            self.runs.clearSelection()
            self.runs.setCurrentIndex(QModelIndex())
        self.watch.watch(None)
        self._show_sources()

    def leave(self) -> None:
        """The window closes."""
        self.errand.close()

    @Slot(str)
    def _count(self, job_id: str) -> None:
        """Has the cost of a training counted in another process."""
        if job_id != self._counting:
            self._counting = job_id
            student = self._context.settings.values.student
            root = str(self._context.workspace.root)
            self.errand.run("plan", root, "--training", job_id, "--student", student)

    @Slot(object)
    def _on_counted(self, answer: dict[str, object]) -> None:
        if (forecast := forecast_from(answer)) is not None:
            self.plan.show_forecast(self._counting, forecast)

    @Slot()
    def _on_count_ended(self) -> None:
        self._counting = ""

    def _lay_out(self) -> None:
        new = button("New run", self.show_plan, kind="quiet", glyph="plus")
        new.setToolTip("Plan another training")
        head = row(label("Runs", "heading"), None, new, gap=S, margin=(M, S, S, S))
        self._side = panel(gap=0, margin=0, surface="bar")
        self._side.layout().addLayout(column(head, line(), self.runs, gap=0))  # type: ignore[union-attr]
        self._side.setFixedWidth(_HISTORY)
        across = row(self._side, line(vertical=True), self._pages, gap=0)
        across.setStretch(2, 1)
        self.setLayout(across)

    def _connect(self) -> None:
        actions, bridge = self._context.actions, self._context.bridge
        self.watch.started.connect(self._on_started)
        self.watch.events.connect(self.run.take_events)
        self.watch.state_changed.connect(self._on_state)
        self.runs.selectionModel().currentChanged.connect(self._on_chosen)
        bridge.job_changed.connect(self._on_job)
        bridge.jobs_listed.connect(self._take_jobs)
        bridge.changed.connect(self._on_change)
        self._context.settings.changed.connect(self._show_sources)
        self.plan.start_wanted.connect(self._start)
        self.plan.forecast_wanted.connect(self._count)
        self.errand.line.connect(self._on_counted)
        self.errand.failed.connect(self.plan.banner.say_error)
        self.errand.ended.connect(self._on_count_ended)
        self.run.chat_wanted.connect(self._chat)
        self.run.files_wanted.connect(self._files)
        for name, slot in (
            ("start", self.plan.card.primary.click), ("stop", self.verbs.stop), ("new", self.show_plan),
            ("chat", self._chat), ("files", self._files),
        ):  # fmt: skip
            actions.on(f"train.{name}", slot)

    def _take_jobs(self) -> None:
        for job in self._context.bridge.jobs():
            self._take_job(job)
        self._read_datasets()
        if self.watch.job is None and not self._planning and self.history.newest is not None:
            self._show_run(self.history.newest)
        self._show_sources()

    def _take_job(self, job: JobFolder) -> None:
        if job.request.kind in RUNS and not job.request.parent:
            self.history.show_job(job, self._context.bridge.state(job.id))

    def _show_sources(self) -> None:
        bridge = self._context.bridge
        done = [job for job in reversed(bridge.jobs("generate")) if bridge.state(job.id).status == "done"]
        sources = [Source.of(job.id, job.request.title, bridge.state(job.id)) for job in done] + self._datasets
        self.plan.show_sources(sources, self._context.settings.values.student)
        self._show_page()

    @Slot(object)
    def _on_change(self, change: Change) -> None:
        if change.part == "datasets":
            self._read_datasets()
            self._show_sources()

    def _read_datasets(self) -> None:
        """The datasets that are more than a frozen generation: imported and mixed ones, the newest first."""
        try:
            found = datasets(self._context.workspace)
        except LabdeskError as error:
            self.plan.banner.say_error(error)
            found = []
        titles = {job.id: job.request.title for job in self._context.bridge.jobs("generate")}
        made = [(path, about) for path, about in reversed(found) if about.name != titles.get(about.job)]
        self._datasets = [Source.of_dataset(path.name, about) for path, about in made]

    def _show_page(self) -> None:
        page: QWidget = self.run if self.watch.job is not None else self.plan if self.plan.chosen else self.empty
        self._pages.setCurrentWidget(page)
        self._side.setVisible(self.history.rowCount() > 0)
        state, actions = self.watch.state, self._context.actions
        on_run = page is self.run
        actions.allow("train.start", page is self.plan)
        actions.allow("train.stop", on_run and state.status == "running")
        actions.allow("train.chat", on_run and merged_model(state) is not None)
        actions.allow("train.files", on_run)
        self.run.chat_allowed(merged_model(state) is not None)

    def _show_run(self, job: JobFolder) -> None:
        self._planning = False
        self.history.show_job(job, self._context.bridge.state(job.id))
        with QSignalBlocker(self.runs.selectionModel()):
            self.runs.setCurrentIndex(self.history.index(self.history.row_of(job.id), 0))
        self.watch.watch(job)
        self._show_page()

    def _start(self, generation_id: str) -> None:
        def verb() -> None:
            workspace = self._context.workspace
            student = self._context.settings.values.student
            if any(one.job == generation_id for one in self._datasets):
                job = request_teach_dataset(workspace, workspace.datasets_folder / generation_id, student)
            else:
                job = request_teach_from(workspace, workspace.job(generation_id), student)
            self._context.jobs.resume(job)
            self._show_run(job)

        self.verbs.attempt(verb)

    def _banner(self) -> Banner:
        return self.run.banner if self._pages.currentWidget() is self.run else self.plan.banner

    def _chat(self) -> None:
        if (merged := merged_model(self.watch.state)) is not None:
            self._context.intents.go.emit("chat", merged)

    def _files(self) -> None:
        job = self.watch.job
        if job is not None:
            folder = run_folder(job, self._context.workspace.runs_folder)
            shown = folder if folder.is_dir() else job.path
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(shown)))

    @Slot(object)
    def _on_started(self, job: JobFolder | None) -> None:
        self.run.clear(job.request.title if job is not None else "")

    @Slot(object)
    def _on_state(self, state: JobState) -> None:
        job = self.watch.job
        if job is None:
            return
        if state.status == "done":
            self.run.show_report(exam_report(job, self._context.workspace.runs_folder))
        self.run.show_state(state)
        self._show_page()

    @Slot(str, object)
    def _on_job(self, job_id: str, state: JobState) -> None:
        job = next((job for job in self._context.bridge.jobs(state.kind) if job.id == job_id), None)
        if job is None:
            return
        before = self.history.newest
        self._take_job(job)
        newest = self.history.newest
        following = self.watch.job is None or self.watch.state.status != "running"
        if newest is not None and newest is not before and state.status == "running" and following:
            self._show_run(newest)
        if state.kind == "generate":
            self._show_sources()

    @Slot(QModelIndex, QModelIndex)
    def _on_chosen(self, index: QModelIndex, _before: QModelIndex) -> None:
        job = self.history.job(index)
        if job is not None:
            self._show_run(job)
