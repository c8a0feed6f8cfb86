"""A generation at work or ended: progress, funnel, leaves, samples as they come, one sample whole, the next step."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QSplitter, QWidget

from labdesk.core.conditions import WAIT
from labdesk.core.errors import JobError
from labdesk.core.events import Event, SampleMade
from labdesk.core.job_state import JobState
from labdesk.gui.generate.leaf_delegate import LeafDelegate
from labdesk.gui.generate.leaf_model import LeafModel
from labdesk.gui.generate.sample_detail import SampleDetail
from labdesk.gui.generate.sample_model import SampleModel, Wanted
from labdesk.gui.theme import XS, L, M, S
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.end_card import EndCard
from labdesk.gui.widgets.funnel import STEPS, Funnel
from labdesk.gui.widgets.job_progress import JobProgress
from labdesk.gui.widgets.layout import column, holder, line, panel, row
from labdesk.gui.widgets.text import ElidedLabel, label
from labdesk.gui.widgets.two_line import TwoLineDelegate, list_view
from labdesk.gui.words import counted, number, share

_LEAVES, _SAMPLES, _DETAIL = 220, 480, 360
_TITLES = {step.name: step.title for step in STEPS}


class RunView(QWidget):
    """Asks with signals; decides nothing about jobs."""

    review_wanted = Signal()
    train_wanted = Signal()
    plan_wanted = Signal()
    now_wanted = Signal()
    again_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.progress = JobProgress("Generate samples", can_pause=True)
        self.funnel = Funnel()
        self.banner = Banner()
        self.end = EndCard(
            button("New plan", self.plan_wanted.emit, kind="quiet", glyph="arrow-counter-clockwise"),
            button("Review them", self.review_wanted.emit, glyph="cards"),
            button("Train", self.train_wanted.emit, kind="primary", glyph="graduation-cap"),
        )
        self.samples = SampleModel(self)
        self.leaves = LeafModel(self)
        self.sample_list = list_view("Samples", self.samples, TwoLineDelegate())
        self.leaf_list = list_view("Leaves", self.leaves, LeafDelegate())
        self.detail = SampleDetail()
        self._filter = ElidedLabel(step="small", tone="muted")
        self.lift = button("Show all", self._lift_filter, kind="link")
        self._speed = label(step="small", tone="muted")
        self._status = ""
        self._leaves: tuple[str, ...] = ()
        head = column(self.progress, self.end, self.banner, self.funnel, gap=M, margin=(L, L, L, M))
        whole = column(head, line(), self._split(), gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self.funnel.chosen.connect(self._filter_step)
        self.leaf_list.selectionModel().currentChanged.connect(self._filter_leaf)
        self.sample_list.selectionModel().currentChanged.connect(self._show_sample)
        self.samples.rowsInserted.connect(self._say_filter)
        self.samples.modelReset.connect(self._say_filter)
        self._say_filter()

    def _split(self) -> QSplitter:
        over = row(self._filter, self.lift, self._speed, gap=S, margin=(M, XS, M, XS))
        over.setStretch(0, 1)
        middle = column(holder(over), line(), self.sample_list, gap=0)
        middle.setStretch(2, 1)
        leaves = panel(
            holder(row(label("Leaves", "small", "muted"), margin=(M, XS, M, XS))),
            line(),
            self.leaf_list,
            gap=0,
            margin=0,
        )
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(leaves)
        split.addWidget(panel(holder(middle), gap=0, margin=0))
        split.addWidget(self.detail)
        split.setChildrenCollapsible(False)
        split.setSizes([_LEAVES, _SAMPLES, _DETAIL])
        split.setStretchFactor(1, 1)
        return split

    def clear(self, leaves: Sequence[str] = ()) -> None:
        """Another job, about these leaves, is shown from now on."""
        self._leaves = tuple(leaves)
        self.samples.clear()
        self.leaves.clear()
        self.funnel.show_counts({})
        self.detail.show_row(None)
        self.banner.hide()
        self._status = ""

    def take_events(self, events: list[Event]) -> None:
        """New events of the job."""
        self.samples.take(event for event in events if isinstance(event, SampleMade))

    def show_state(self, job: JobState) -> None:
        """The job's present state."""
        self.progress.show_state(job)
        stage = job.stage.name if job.stage is not None and job.status == "running" else ""
        self.leaves.show_funnels(job.funnels, self._leaves, stage.removeprefix("generate:"))
        counts = job.funnels.get("") or _summed(job)
        self.funnel.show_counts(counts)
        speed = job.metrics.get("tokens_per_second", 0.0)
        limit = job.metrics.get("tokens_per_second_limit", 0.0)
        of_limit = f" · {share(min(speed, limit), limit)} of the fastest measured here" if limit else ""
        self._speed.setText(f"{number(speed)} tokens/s{of_limit}" if speed and job.status == "running" else "")
        status = f"{job.status} {stage == WAIT}"
        if status != self._status:
            self._status = status
            self._show_end(job)
            if stage == WAIT and job.stage is not None:
                words = "Nothing is in memory meanwhile. The computer must stay on and awake."
                self.banner.say("normal", job.stage.title, words, "Start now", self.now_wanted.emit)

    def _show_end(self, job: JobState) -> None:
        self.end.setVisible(job.status == "done")
        self.progress.setVisible(job.status not in ("done", "failed"))
        if job.status == "done" and job.done is not None:
            kept = job.funnels.get("", {}).get("kept", job.kept)
            self.end.say(f"{counted(kept, 'sample')} to teach from", job.done.summary)
        elif job.status == "failed" and job.failed is not None:
            self.banner.say_error(
                JobError(job.failed.message, cause=job.failed.cause, remedy=job.failed.remedy),
                "Try again",
                self.again_wanted.emit,
                other="New plan",
                run_other=self.plan_wanted.emit,
            )
        elif job.status == "interrupted":
            self.banner.say(
                "warn", "The work was interrupted", "Nothing finished is lost. “Continue” writes only what is missing."
            )
        else:
            self.banner.hide()

    @Slot(str)
    def _filter_step(self, name: str) -> None:
        step = "" if name in ("asked", "written") else name
        self.samples.show_only(Wanted(step, self.samples.wanted.leaf))

    @Slot(QModelIndex, QModelIndex)
    def _filter_leaf(self, index: QModelIndex, _before: QModelIndex) -> None:
        chosen = self.leaves.row(index)
        self.samples.show_only(Wanted(self.samples.wanted.step, chosen.leaf if chosen else ""))

    def _lift_filter(self) -> None:
        self.funnel.lift()
        self.leaf_list.selectionModel().clear()
        self.samples.show_only(Wanted())

    @Slot(QModelIndex, QModelIndex)
    def _show_sample(self, index: QModelIndex, _before: QModelIndex) -> None:
        self.detail.show_row(self.samples.row(index))

    @Slot()
    def _say_filter(self) -> None:
        wanted, shown = self.samples.wanted, self.samples.rowCount()
        filtered = wanted != Wanted()
        self.lift.setVisible(filtered)
        if not filtered:
            self._filter.setText(counted(shown, "sample") if shown else "Samples appear here as they are written.")
            return
        what = {"": "samples", "kept": "kept samples"}.get(
            wanted.step, f"samples that did not reach “{_TITLES.get(wanted.step, '')}”"
        )
        leaf = f" of {wanted.leaf.rsplit('/', 1)[-1].replace('_', ' ')}" if wanted.leaf else ""
        self._filter.setText(f"{number(shown)} {what}{leaf}")


def _summed(job: JobState) -> dict[str, int]:
    total: dict[str, int] = {}
    for counts in job.funnels.values():
        for name, count in counts.items():
            total[name] = total.get(name, 0) + count
    return total
