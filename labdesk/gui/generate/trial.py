"""Five rows before the whole run: what this teacher makes of the chosen leaves, kept or not and why."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QListView, QSizePolicy, QWidget

from labdesk.core.events import Event, SampleMade
from labdesk.core.job_state import JobState
from labdesk.gui.generate.sample_model import SampleModel
from labdesk.gui.theme import XS, L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label
from labdesk.gui.widgets.two_line import TwoLineDelegate, list_view

ROWS = 5
_INVITATION = "Let the teacher write five rows first: you see in seconds whether it is any good at these leaves."


class Trial(QFrame):
    """`wanted()` when the person asks for rows, `stop_wanted()` when they have seen enough; `grown(rows)`."""

    wanted = Signal()
    stop_wanted = Signal()
    grown = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.samples = SampleModel(self)
        self.list = list_view("Rows that the teacher tried", self.samples, TwoLineDelegate())
        self.list.setSizeAdjustPolicy(QListView.SizeAdjustPolicy.AdjustToContents)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.hide()
        self.words = label(_INVITATION, tone="muted", wrap=True)
        self.start = button("Try five rows", self.wanted.emit, glyph="eye")
        self.start.setToolTip("Loads the teacher and writes five rows; nothing is trained on them")
        self.stop = button("Stop", self.stop_wanted.emit, kind="quiet", glyph="stop")
        self.stop.hide()
        head = row(label("Preview", "heading"), None, self.stop, self.start, gap=S, margin=(M, 0, M, 0))
        self.setLayout(column(head, row(self.words, margin=(M, 0, M, 0)), self.list, gap=XS, margin=(XS, M, XS, M)))
        self.samples.rowsInserted.connect(self._fit)
        self.samples.modelReset.connect(self._fit)

    def clear(self) -> None:
        """Another trial begins."""
        self.samples.clear()

    def take_events(self, events: list[Event]) -> None:
        """New events of the trial."""
        self.samples.take(event for event in events if isinstance(event, SampleMade))

    def show_state(self, job: JobState | None) -> None:
        """How far the trial is; None: there is none."""
        busy = job is not None and job.status in ("running", "waiting")
        self.start.setText("Try five other rows" if job is not None and job.status == "done" else "Try five rows")
        self.start.setVisible(not busy)
        self.stop.setVisible(busy)
        self.words.setText(_words(job))

    def allow(self, possible: bool) -> None:
        """Whether there is something to try."""
        self.start.setEnabled(possible)

    def _fit(self) -> None:
        """As high as its rows: the page scrolls nowhere."""
        rows = self.samples.rowCount()
        self.grown.emit(rows)
        self.list.setVisible(rows > 0)
        self.list.setFixedHeight(rows * self.list.sizeHintForRow(0) + 2 * XS if rows else L)


def _words(job: JobState | None) -> str:
    if job is None:
        return _INVITATION
    if job.status == "done" and job.done is not None:
        return f"{job.done.summary} {job.done.next_step}"
    if job.status == "failed" and job.failed is not None:
        return " ".join(part for part in (job.failed.message, job.failed.cause, job.failed.remedy) if part)
    if job.status in ("running", "waiting"):
        return f"{job.stage.title}…" if job.stage is not None else "Starting…"
    return _INVITATION
