"""A job at work: what it does now, how far it is, how long it will take, and the buttons to pause and stop it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QSizePolicy, QWidget

from labdesk.core.job_state import JobState, Status
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.state_dot import Kind, State, StateDot
from labdesk.gui.widgets.text import ElidedLabel, label
from labdesk.gui.words import number, time_left

_KINDS: dict[Status, tuple[Kind, str]] = {
    "waiting": ("paused", "Waiting to start"),
    "running": ("running", "Running"),
    "interrupted": ("attention", "Interrupted: start it again, nothing finished is lost"),
    "paused": ("paused", "Paused"),
    "stopped": ("paused", "Stopped"),
    "done": ("done", "Done"),
    "failed": ("bad", "Failed"),
}
_STEPS = 1000


def state_of(job: JobState) -> State:
    """The sign of a job's state."""
    kind, words = _KINDS[job.status]
    return State(kind, words, job.fraction if job.status == "running" else None)


def doing(job: JobState) -> str:
    """What the job does, in one line: "Writing samples · 40 of 120 samples · about 2 min left"."""
    if job.status != "running":
        return job.done.summary if job.done else job.failed.message if job.failed else state_of(job).words
    parts = [job.stage.title if job.stage else "Starting"]
    if job.progress and job.progress.total > 0:
        parts.append(f"{number(job.progress.done)} of {number(job.progress.total)} {job.progress.unit}".rstrip())
    if job.progress and job.progress.seconds_left is not None:
        parts.append(time_left(job.progress.seconds_left))
    return " · ".join(parts)


class JobProgress(QFrame):
    """Shows a JobState; the buttons only ask."""

    stop_wanted = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()

    def __init__(
        self,
        title: str,
        *,
        can_pause: bool = False,
        words: Callable[[JobState], str] = doing,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self.setProperty("surface", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._can_pause = can_pause
        self._dot = StateDot()
        self.title = label(title, "heading")
        self._doing = ElidedLabel(tone="muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(title)
        self.pause = button("Pause", self.pause_wanted.emit, kind="quiet", glyph="pause")
        self.resume = button("Continue", self.resume_wanted.emit, kind="plain", glyph="play")
        self.stop = button("Stop", self.stop_wanted.emit, kind="plain", glyph="stop")
        head = row(self._dot, self.title, None, self.pause, self.resume, self.stop, gap=S)
        self.setLayout(column(head, self._doing, self._bar, gap=S, margin=(L, M, L, M)))
        self.show_state(JobState())

    def show_state(self, job: JobState) -> None:
        """Updates everything in place."""
        running = job.status == "running"
        self._dot.show_state(state_of(job))
        self._doing.setText(self._words(job))
        fraction = 1.0 if job.status == "done" else job.fraction
        busy = running and fraction is None
        self._bar.setRange(0, 0 if busy else _STEPS)
        if not busy:
            self._bar.setValue(round(_STEPS * (fraction or 0.0)))
        self._bar.setAccessibleDescription(self._words(job))
        self.stop.setVisible(running)
        self.pause.setVisible(running and self._can_pause)
        self.resume.setVisible(job.status in ("paused", "interrupted", "stopped"))
