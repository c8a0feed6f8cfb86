"""The view behind Generate: nothing to generate from, the plan, or the run. Decides which of them; they only ask."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from labdesk.core.changes import Change
from labdesk.core.conditions import Conditions, write_conditions
from labdesk.core.errors import LabdeskError
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.core.specs import GenerateSpec
from labdesk.core.steps import Step
from labdesk.gui.context import GuiContext
from labdesk.gui.errand import Errand
from labdesk.gui.generate.consent import ConsentDialog, with_leave
from labdesk.gui.generate.leaf_survey import LeafSurvey
from labdesk.gui.generate.options import chosen_servers
from labdesk.gui.generate.pipeline_dialog import PipelineDialog
from labdesk.gui.generate.plan import budgets_from, forecast_from
from labdesk.gui.generate.plan_view import PlanView
from labdesk.gui.generate.run_view import RunView
from labdesk.gui.job_request import JobRequest
from labdesk.gui.job_verbs import JobVerbs
from labdesk.gui.job_watch import JobWatch
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.jobs.requests import requesting_generation, requesting_preview

_LIVE = ("running", "waiting")


class GenerateView(QWidget):
    """`show_item` takes a job id, or a tuple of leaf paths to plan for."""

    def __init__(self, context: GuiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.watch = JobWatch(context.bridge, self)
        self.trial = JobWatch(context.bridge, self)
        self.survey = LeafSurvey(context.workspace, context.bridge, self)
        self.errand = Errand(self, asker=self)
        self._asked: tuple[object, ...] = ()  # what the forecast was made for
        self.plan = PlanView()
        self.run = RunView()
        self.empty = EmptyState(
            "sparkle",
            "Nothing to generate from yet",
            "Samples are made from leaves: small folders with a few questions and answers of yours. "
            "Write one, or mend one that has a problem.",
            button("Go to Teach", lambda: context.intents.go.emit("teach", None), kind="primary"),
        )
        self._stack = QStackedWidget()
        for page in (self.empty, self.plan, self.run):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.verbs = JobVerbs(context, self.watch, self.run.progress, self._banner, self)
        self.asking: ConsentDialog | None = None
        self._request, self._trial_request = JobRequest(context, self), JobRequest(context, self)
        self._planning = False  # the person asked for a new plan while an old run could be shown
        self._connect()
        self._choose_job()

    def showEvent(self, event: QShowEvent) -> None:
        """The leaves are looked at when the person comes here: the view itself is built ahead."""
        super().showEvent(event)
        if not self.survey.looked:
            self.survey.start()

    def show_item(self, item: object) -> None:
        """Called when another place sends a person here."""
        if isinstance(item, str):
            job = self._known(item)
            if job is not None and job.request.kind in ("generate", "teach"):
                self._show_job(self._writing(job))
        elif isinstance(item, tuple):
            self.show_plan()
            self.plan.choice.choose_only(item)

    def focus_first(self) -> None:
        """The place was entered by keyboard or rail."""
        page = self._stack.currentWidget()
        (self.run.sample_list if page is self.run else self.plan.card.primary).setFocus()

    def leave(self) -> None:
        """The window closes."""
        self.errand.close()
        for part in (self.survey, self._request, self._trial_request):
            part.close_work()

    def show_plan(self) -> None:
        """Back to the choice of leaves."""
        self._planning = True
        self.survey.start()
        self._show_page()

    def show_steps(self) -> None:
        """Opens the diagram of what will run."""
        choice = self.plan.choice
        leaves = None if choice.all_chosen else [leaf.path for leaf in choice.chosen]
        teacher = self._context.settings.values.teacher
        dialog = PipelineDialog(str(self._context.workspace.root), teacher, leaves, self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._count_again)
        dialog.open()

    def _count_again(self) -> None:
        """The pipeline may have been edited: its cost is another."""
        self._asked = ()
        self._count()

    def _connect(self) -> None:
        bridge, actions = self._context.bridge, self._context.actions
        self.watch.started.connect(self._on_started)
        self.watch.events.connect(self.run.take_events)
        self.watch.state_changed.connect(self._on_state)
        self.survey.surveyed.connect(self._on_survey)
        self._request.begun.connect(self._show_job)
        self._trial_request.begun.connect(self.trial.watch)
        for request in (self._request, self._trial_request):
            request.failed.connect(lambda error: self._banner().say_error(error))
        self.errand.failed.connect(self.plan.banner.say_error)
        self.errand.line.connect(self._on_counted)
        bridge.job_changed.connect(self._on_job)
        bridge.changed.connect(self._on_change)
        self._context.settings.changed.connect(self._on_survey)
        self.plan.start_wanted.connect(self._start)
        self.plan.trial_wanted.connect(self._try)
        self.plan.trial.stop_wanted.connect(self._stop_trial)
        self.trial.started.connect(self.plan.trial.clear)
        self.trial.events.connect(self.plan.trial.take_events)
        self.trial.state_changed.connect(self.plan.trial.show_state)
        self.run.review_wanted.connect(
            lambda: self._context.intents.go.emit("review", self.watch.job and self.watch.job.id)
        )
        self.run.train_wanted.connect(lambda: self._context.intents.go.emit("train", None))
        self.run.plan_wanted.connect(self.show_plan)
        self.run.now_wanted.connect(self._start_now)
        self.run.again_wanted.connect(self.verbs.resume)
        self.plan.steps_wanted.connect(self.show_steps)
        self.plan.options.teacher_chosen.connect(self._choose_teacher)
        self.plan.options.more_wanted.connect(lambda: self._context.intents.go.emit("settings", None))
        actions.on("generate.start", self.plan.card.primary.click)
        actions.on("generate.stop", self.verbs.stop)
        actions.on("generate.pause", self.verbs.pause)
        actions.on("generate.plan", self.show_plan)

    def _banner(self) -> Banner:
        return self.run.banner if self._stack.currentWidget() is self.run else self.plan.banner

    def _known(self, job_id: str) -> JobFolder | None:
        try:
            return self._context.workspace.job(job_id)
        except LabdeskError:
            return None

    def _writing(self, job: JobFolder) -> JobFolder:
        """The step of a teach job that writes samples; the job itself until that step exists."""
        steps = [child for child in self._context.bridge.jobs("generate") if child.request.parent == job.id]
        return steps[-1] if steps else job

    def _choose_job(self) -> None:
        """Shows the newest generation unless the person looks at one that still runs."""
        jobs = self._context.bridge.jobs("generate")
        if self.watch.job is not None and self.watch.job.request.kind == "teach" and not self._planning:
            self.watch.watch(self._writing(self.watch.job))
        if not jobs or self._planning:
            self._show_page()
            return
        if self.watch.job is None or (self.watch.job.id < jobs[-1].id and self.watch.state.status not in _LIVE):
            self._show_job(jobs[-1])

    def _show_job(self, job: JobFolder) -> None:
        self._planning = False
        self.watch.watch(job)
        self._show_page()

    def _show_page(self) -> None:
        running = self.watch.state.status == "running"
        if self.watch.job is not None and not self._planning:
            page: QWidget = self.run
        else:
            page = self.plan if self.survey.ready else self.empty
        self._stack.setCurrentWidget(page)
        actions = self._context.actions
        actions.allow("generate.start", page is self.plan)
        actions.allow("generate.stop", page is self.run and running)
        actions.allow("generate.pause", page is self.run and running)
        actions.allow("generate.plan", page is self.run and not running)

    def _start(self, leaves: tuple[str, ...]) -> None:
        asked = self._asking(leaves, self.plan.options.conditions)
        self._with_leave(lambda: self._request.ask(asked))

    def _asking(self, leaves: tuple[str, ...], conditions: Conditions) -> Generator[Step, Any, JobFolder]:
        teacher, budget = self._context.settings.values.teacher, self.plan.options.budget
        job = yield from requesting_generation(self._context.workspace, leaves, teacher, budget=budget)
        write_conditions(job.path, conditions)
        return job

    def _with_leave(self, verb: Callable[[], object]) -> None:
        """Runs a verb that lets the teacher write; asks first where texts would leave this computer."""
        store = self._context.settings
        self.asking = with_leave(store, chosen_servers(store.values), self, lambda: self.verbs.attempt(verb))

    def _start_now(self) -> None:
        """A waiting job begins at once, whatever it waited for."""
        job = self.watch.job
        if job is not None:
            self.verbs.attempt(lambda: write_conditions(self.verbs.whole(job).path, Conditions()))

    def _choose_teacher(self, name: str) -> None:
        self._banner().attempt(lambda: self._context.settings.change(teacher=name))

    def _try(self, leaves: tuple[str, ...]) -> None:
        teacher = self._context.settings.values.teacher
        asked = requesting_preview(self._context.workspace, leaves, teacher)
        self._with_leave(lambda: self._trial_request.ask(asked))

    def _stop_trial(self) -> None:
        job = self.trial.job
        if job is not None:
            self.verbs.attempt(lambda: self._context.jobs.stop(job))

    @Slot(object)
    def _on_started(self, job: JobFolder | None) -> None:
        self.run.clear(job.spec(GenerateSpec).leaves if job is not None else ())

    @Slot(object)
    def _on_state(self, state: JobState) -> None:
        self.run.show_state(state)
        self._show_page()

    @Slot()
    def _on_survey(self) -> None:
        self.plan.show_leaves(self.survey.found, self._context.settings.values)
        self._show_page()
        if self._stack.currentWidget() is self.plan:
            self._count()

    def _count(self) -> None:
        """Has the cost of all ready leaves counted, once for each state of them."""
        teacher = self._context.settings.values.teacher
        asked = (self.survey.ready, teacher)
        if asked != self._asked:
            self._asked = asked
            self.plan.show_forecast(None)
            self.errand.run("plan", str(self._context.workspace.root), "--teacher", teacher)

    @Slot(object)
    def _on_counted(self, answer: dict[str, object]) -> None:
        """A line of `labdesk plan`: the forecast of all leaves, then the budgets of one after the other."""
        if answer.get("type") == "budgets":
            self.plan.show_budgets(str(answer.get("leaf")), budgets_from(answer))
        else:
            self.plan.show_forecast(forecast_from(answer))

    @Slot(str, object)
    def _on_job(self, _job_id: str, state: JobState) -> None:
        if state.kind == "generate":
            self._choose_job()

    @Slot(object)
    def _on_change(self, change: Change) -> None:
        if change.part == "jobs":
            self._choose_job()
