"""One run: its phases, how it goes or went, and at the end what was learned."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QWidget

from labdesk.core.errors import JobError
from labdesk.core.events import Event
from labdesk.core.exam.report import ExamReport
from labdesk.core.job_state import JobState
from labdesk.gui.theme import L, M
from labdesk.gui.train.live_view import LiveView
from labdesk.gui.train.map_view import MapView
from labdesk.gui.train.phases import Reached, phases, reach
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.end_card import EndCard
from labdesk.gui.widgets.job_progress import JobProgress
from labdesk.gui.widgets.layout import column, holder
from labdesk.gui.widgets.phase_strip import PhaseStrip

LEARNED, WENT = "What it learned", "Progress"


class RunView(QWidget):
    """Asks with signals; decides nothing about jobs."""

    chat_wanted = Signal()
    files_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.progress = JobProgress("Train", can_pause=True)
        self.files = button("Show files", self.files_wanted.emit, kind="quiet", glyph="folder-open")
        self.chat = button("Compare in chat", self.chat_wanted.emit, kind="primary", glyph="chats")
        self.end = EndCard(self.files, self.chat)
        self.banner = Banner()
        self.strip = PhaseStrip()
        self.live = LiveView()
        self.live.stop_wanted.connect(self.progress.stop_wanted)
        self.map = MapView()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(holder(column(self.live, margin=(L, M, L, L))), WENT)
        self.tabs.addTab(self.map, LEARNED)
        self.tabs.tabBar().setAccessibleName("Views of this run")
        self.tabs.setTabVisible(1, False)
        self.tabs.tabBar().hide()
        self._reached = Reached()
        self._status = ""
        head = column(self.progress, self.end, self.banner, self.strip, gap=M, margin=(L, L, L, M))
        whole = column(head, self.tabs, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def clear(self, title: str) -> None:
        """Another run is shown from now on."""
        self.progress.title.setText(title)
        self.live.clear()
        self.show_report(None)
        self.banner.hide()
        self.end.hide()
        self._reached = Reached()
        self._status = ""

    def take_events(self, events: list[Event]) -> None:
        """New events of the run."""
        self._reached = reach(self._reached, events)
        self.live.take_events(events)

    def show_state(self, job: JobState) -> None:
        """The run's present state."""
        self.progress.show_state(job)
        self.strip.show_phases(phases(self._reached, job))
        if job.status != self._status:
            self._status = job.status
            self.live.show_running(job.status in ("running", "waiting"))
            self._show_end(job)

    def show_report(self, report: ExamReport | None) -> None:
        """The exam of this run; None while there is none."""
        self.map.show_report(report)
        self.tabs.setTabVisible(1, report is not None)
        self.tabs.tabBar().setVisible(report is not None)
        self.tabs.setCurrentIndex(1 if report is not None else 0)
        if report is not None:
            verdict = report.verdict
            words = " ".join(part for part in (verdict.cause, verdict.next_step) if part)
            good = verdict.outcome in ("learned", "partly")
            if good:
                self.end.say(verdict.headline, words or "Ask it something, or look at what it learned leaf by leaf.")
            else:
                self.end.hide()
                self.banner.say("warn", verdict.headline, words, "Compare in chat", self.chat_wanted.emit)

    def chat_allowed(self, allowed: bool) -> None:
        """Whether there is a merged model to ask."""
        self.chat.setEnabled(allowed)

    def _show_end(self, job: JobState) -> None:
        self.progress.setVisible(job.status not in ("done", "failed"))
        if job.status == "done" and job.done is not None:
            if self.end.isHidden() and not self.banner.words:
                self.end.say(job.done.summary, "This run has no exam: it was trained without one.")
        elif job.status == "failed" and job.failed is not None:
            error = JobError(job.failed.message, cause=job.failed.cause, remedy=job.failed.remedy)
            self.banner.say_error(error, "Start again", self.progress.resume_wanted.emit)
        elif job.status == "interrupted":
            self.banner.say(
                "warn", "The training was interrupted", "Nothing is lost. “Continue” goes on from the last checkpoint."
            )
        else:
            self.banner.hide()
            self.end.hide()
