"""Downloads and exports: one card each while they work or wait, and what came of those that ended in this window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from labdesk.core.errors import LabdeskError
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.core.specs import DownloadSpec
from labdesk.gui.context import GuiContext
from labdesk.gui.errand import Errand
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.job_progress import JobProgress, doing
from labdesk.gui.widgets.layout import column, holder, line, row, scrolling
from labdesk.gui.widgets.text import label
from labdesk.gui.words import size, time_left

KINDS = ("download", "export")
_TALLEST = 250
_UNFINISHED = ("running", "waiting", "paused", "interrupted", "stopped", "failed")


def transfer_words(job: JobState) -> str:
    """ "1.2 of 2.5 GB · 4.2 MB a second · about 5 min left" of a download; others in the common words."""
    progress = job.progress
    if (
        job.kind != "download"
        or progress is None
        or progress.total <= 0
        or job.status not in ("running", "paused", "interrupted", "stopped")
    ):
        return doing(job)
    done, total = size(progress.done * 1e6), size(progress.total * 1e6)
    parts = [f"{done} of {total}"]
    if job.status == "running" and progress.seconds_left:
        parts += [f"{size((progress.total - progress.done) * 1e6 / progress.seconds_left)} a second"]
        parts += [time_left(progress.seconds_left)]
    elif job.status != "running":
        parts += ["what is here stays: continue at any time"]
    return " · ".join(parts)


class ModelJobs(QFrame):
    """`finished(JobFolder, JobState)` when one ended well while it was watched; `failed(LabdeskError)`;
    `token_wanted()`; `show_wanted(Path)` for what came of one."""

    finished = Signal(object, object)
    failed = Signal(object)
    token_wanted = Signal()
    show_wanted = Signal(object)

    def __init__(self, context: GuiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.cards: dict[str, JobCard] = {}
        self._seen_running: set[str] = set()
        self._column: QVBoxLayout = column(gap=S, margin=(L, M, L, M))
        self._inside = holder(self._column)
        self._area = scrolling(self._inside, "Downloads and exports")
        self.setLayout(column(self._area, line(), gap=0))
        self.hide()
        context.bridge.job_changed.connect(self._on_job)
        for job in context.bridge.jobs():
            self._on_job(job.id, context.bridge.state(job.id))

    def close_errands(self) -> None:
        """The window closes."""
        for card in self.cards.values():
            card.errand.close()

    def dismiss(self, job_id: str) -> None:
        """Takes a card away."""
        card = self.cards.pop(job_id, None)
        if card is not None:
            card.errand.close()
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.setVisible(bool(self.cards))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As tall as its cards, but never so tall that the models below have no room."""
        self._column.activate()
        wanted = self._inside.heightForWidth(self.width()) if self.cards else 0
        self._area.setFixedHeight(max(0, min(max(wanted, self._inside.minimumSizeHint().height()), _TALLEST)))

    @Slot(str, object)
    def _on_job(self, job_id: str, state: JobState) -> None:
        job = next((one for one in self._context.bridge.jobs() if one.id == job_id), None)
        if job is None or job.request.kind not in KINDS or job.request.parent:
            return
        if state.status in ("running", "waiting"):
            self._seen_running.add(job_id)
        card = self.cards.get(job_id)
        if card is None:
            if state.status not in _UNFINISHED and job_id not in self._seen_running:
                return
            card = self.cards[job_id] = JobCard(self._context, job, self)
            self._column.addWidget(card)
            self.show()
        before, card.state = card.state, state
        card.show_state(state)
        if before.status != state.status:
            self._fit()
        if state.status == "done" and before.status != "done":
            self.finished.emit(job, state)


class JobCard(QFrame):
    """One job with its buttons; when it ended, what came of it and what to do next."""

    def __init__(self, context: GuiContext, job: JobFolder, owner: ModelJobs) -> None:
        super().__init__(owner)
        self.setProperty("surface", "card")
        self._context, self.job, self._owner = context, job, owner
        self.state = JobState()
        download = job.request.kind == "download"
        self.progress = JobProgress(job.request.title, can_pause=download, words=transfer_words)
        self.progress.setProperty("surface", "clear")
        self.words = label(step="small", tone="muted", wrap=True)
        self.again = button("Try again", self._resume, glyph="arrow-counter-clockwise")
        self.token = button("Token…", owner.token_wanted.emit, glyph="key")
        self.give_up = button("Give up", self._give_up, kind="quiet", glyph="trash")
        self.give_up.setToolTip("Deletes what came so far.")
        self.show_it = button("Show it", self._show_it, kind="primary", glyph="cube" if download else "folder-open")
        self.close_it = button("Dismiss", lambda: owner.dismiss(job.id), kind="quiet", glyph="x")
        self._foot = row(
            self.words, self.again, self.token, self.give_up, self.close_it, self.show_it, gap=S, margin=(L, 0, L, M)
        )
        self._foot.setStretch(0, 1)
        self.setLayout(column(self.progress, self._foot, gap=0))
        self.errand = Errand(self)
        self.errand.ended.connect(lambda: owner.dismiss(job.id))
        self.errand.failed.connect(owner.failed)
        self.progress.pause_wanted.connect(lambda: self._try(lambda: context.jobs.pause(job)))
        self.progress.stop_wanted.connect(lambda: self._try(lambda: context.jobs.stop(job)))
        self.progress.resume_wanted.connect(self._resume)

    def show_state(self, state: JobState) -> None:
        """Updates everything in place."""
        self.progress.show_state(state)
        failed, done = state.failed, state.done
        words = ""
        if state.status == "failed" and failed is not None:
            words = " ".join(part for part in (failed.cause, failed.remedy) if part)
        elif state.status == "done" and done is not None:
            words = " ".join((*(note.text for note in state.notes), done.next_step))
        self.words.setText(words)
        download = self.job.request.kind == "download"
        resting = state.status in ("paused", "interrupted", "stopped", "failed")
        self.again.setVisible(state.status == "failed")
        self.token.setVisible(
            state.status == "failed" and download and "know who you are" in (failed.message if failed else "")
        )
        self.give_up.setVisible(resting and download)
        self.show_it.setVisible(state.status == "done")
        self.close_it.setVisible(state.status == "done" or (resting and not download))
        margins = self._foot.contentsMargins()
        empty = not words and state.status in ("running", "waiting")
        margins.setBottom(0 if empty else M)
        self._foot.setContentsMargins(margins)

    def _resume(self) -> None:
        self._try(lambda: self._context.jobs.resume(self.job))

    def _give_up(self) -> None:
        self.give_up.setEnabled(False)
        self.errand.run("hub", "forget", self.job.id, "--workspace", str(self._context.workspace.root))

    def _show_it(self) -> None:
        kind = "model" if self.job.request.kind == "download" else "export"
        found = self.state.artifact(kind)
        if found:
            self._owner.show_wanted.emit(Path(found))

    def _try(self, verb: Callable[[], object]) -> None:
        try:
            verb()
        except LabdeskError as error:
            self._owner.failed.emit(error)


def same_download(context: GuiContext, spec: DownloadSpec) -> JobFolder | None:
    """The unfinished download of the same files, so that it goes on instead of beginning again."""
    for job in reversed(context.bridge.jobs("download")):
        if context.bridge.state(job.id).status != "done" and job.spec(DownloadSpec) == spec:
            return job
    return None
