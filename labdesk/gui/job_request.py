"""Asks for a job that has to read leaves first: in slices, so that a click is answered at once however many."""

from __future__ import annotations

from collections.abc import Generator

from PySide6.QtCore import QObject, Signal, Slot

from labdesk.core.errors import LabdeskError
from labdesk.core.job_folder import JobFolder
from labdesk.gui.context import GuiContext
from labdesk.gui.slices import Slices


class JobRequest(QObject):
    """`ask` with a `requesting_...` of `jobs.requests`; then `begun(JobFolder)`, its worker started, or
    `failed(LabdeskError)`. A second wish takes the place of one that is not answered yet."""

    begun = Signal(object)
    failed = Signal(object)

    def __init__(self, context: GuiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._said = False
        self._work = Slices(self)
        self._work.done.connect(self._begin)
        self._work.failed.connect(self._fail)

    def ask(self, steps: Generator[None, None, JobFolder]) -> None:
        """Makes the job, and says so when it takes more than a moment."""
        self._said = False
        self._work.start(steps)
        if self._work.busy:
            self._said = True
            self._context.intents.say.emit("muted", "Looking at the leaves…", "It starts by itself in a moment.")

    def close_work(self) -> None:
        """The window closes."""
        self._work.stop()

    @Slot(object)
    def _begin(self, job: JobFolder) -> None:
        self._hush()
        try:
            self._context.jobs.resume(job)
        except LabdeskError as error:
            self.failed.emit(error)
        else:
            self.begun.emit(job)

    @Slot(object)
    def _fail(self, error: LabdeskError) -> None:
        self._hush()
        self.failed.emit(error)

    def _hush(self) -> None:
        if self._said:
            self._context.intents.hush.emit()
