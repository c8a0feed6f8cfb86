"""The line at the foot of the window: model, adapter, device, memory, speed, and the job at work."""

from __future__ import annotations

import os
import platform

import psutil
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QWidget

from labdesk.core.job_state import JobState
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.job_progress import doing, state_of
from labdesk.gui.widgets.layout import line, row
from labdesk.gui.widgets.state_dot import State, StateDot
from labdesk.gui.widgets.text import label
from labdesk.gui.words import size

_MEMORY_MS = 2000


def device() -> str:
    """What computes here, in a few words."""
    cores = os.cpu_count() or 1
    if platform.system() == "Darwin" and platform.machine() == "arm64":
        return f"Apple GPU, {cores} cores"
    return f"CPU, {cores} cores"


class StatusBar(QFrame):
    """`job_clicked` carries the id of the job that is shown."""

    job_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "footer")
        self._model = label("No model loaded", "small", "muted")
        self._device = label(device(), "small", "muted")
        self._memory = label(step="small", tone="muted")
        self._speed = label(step="small", tone="muted")
        self._dot = StateDot()
        self._job_id = ""
        self._job = button("", lambda: self.job_clicked.emit(self._job_id), kind="link")
        self._job.setProperty("type", "small")
        self.setLayout(
            row(
                self._model, line(vertical=True), self._device, line(vertical=True), self._memory, self._speed,
                None, self._dot, self._job, gap=M, margin=(L, S - 4, L, S - 4),
            )
        )  # fmt: skip
        self._timer = QTimer(self)
        self._timer.setInterval(_MEMORY_MS)
        self._timer.timeout.connect(self._show_memory)
        self._timer.start()
        self._show_memory()
        self.show_job("", "", JobState())

    def show_model(self, model: str, adapter: str) -> None:
        """What is loaded in Chat."""
        loaded = f"{model} + {adapter}" if adapter else model
        self._model.setText(loaded or "No model loaded")

    def show_speed(self, tokens_per_second: float) -> None:
        """0 hides it."""
        self._speed.setText(f"{tokens_per_second:.0f} tokens/s" if tokens_per_second else "")

    def show_job(self, job_id: str, title: str, state: JobState) -> None:
        """The job at work; "" for none."""
        self._job_id = job_id
        self._dot.setVisible(bool(job_id))
        self._job.setVisible(bool(job_id))
        words = f"{title}: {doing(state)}"
        self._job.setText(words)
        self._job.setAccessibleName(words if job_id else "No job is running")
        self._dot.show_state(state_of(state) if job_id else State("none", "No job is running"))
        self.show_speed(state.metrics.get("tokens_per_second", 0.0) if job_id else 0.0)

    def _show_memory(self) -> None:
        memory = psutil.virtual_memory()
        self._memory.setText(f"{size(memory.available)} of {size(memory.total)} memory free")
