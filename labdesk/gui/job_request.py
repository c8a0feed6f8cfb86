"""Asks for a job that has to read leaves first: in slices, so that a click is answered at once however many; a leaf
that takes long is read by the survey worker."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from labdesk.core.errors import LabdeskError
from labdesk.core.job_folder import JobFolder
from labdesk.core.steps import Part, Question, Step
from labdesk.core.taxonomy.readiness import left_out_words
from labdesk.gui.context import GuiContext
from labdesk.gui.slices import Slices
from labdesk.gui.teach.survey_client import SurveyClient
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.words import counted, number
from labdesk.jobs.requests import left_out

_TELL_SECONDS = 0.15


class JobRequest(QObject):
    """`ask` with a `requesting_...` of `jobs.requests`; then `begun(JobFolder)`, its worker started, or
    `failed(LabdeskError)`. A second wish takes the place of one that is not answered yet."""

    begun = Signal(object)
    failed = Signal(object)

    def __init__(self, context: GuiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._said = False
        self._told = 0.0
        self._work = Slices(self)
        self._work.done.connect(self._begin)
        self._work.failed.connect(self._fail)
        self._work.part.connect(self._tell)
        self._work.asked.connect(self._survey_leaf)
        workspace = context.workspace
        self._survey = SurveyClient(workspace.taxonomy, workspace.state, self)
        self._survey.seen.connect(self._work.answer)
        self._survey.failed.connect(self._fail)

    def ask(self, steps: Generator[Step, Any, JobFolder]) -> None:
        """Makes the job, and says so when it takes more than a moment."""
        self._said = False
        self._survey.close()
        self._work.start(steps)
        if self._work.busy:
            self._said = True
            words = ("Looking at the leaves…", "It starts by itself in a moment.")
            self._context.intents.wait.emit(*words, self.cancel)

    def cancel(self) -> None:
        """No job after all: nothing was made yet."""
        self.close_work()
        self._hush()

    def close_work(self) -> None:
        """The window closes."""
        self._work.stop()
        self._survey.close()

    @Slot(object)
    def _tell(self, part: Part) -> None:
        now = time.monotonic()
        if self._said and now - self._told >= _TELL_SECONDS:
            self._told = now
            far = f"{number(part.done)} of {counted(part.total, 'leaf', 'leaves')}"
            self._context.intents.wait_on.emit(f"{far}. It starts by itself in a moment.")

    @Slot(object)
    def _survey_leaf(self, question: Question) -> None:
        self._survey.ask((question.leaf,))

    @Slot(object)
    def _begin(self, job: JobFolder) -> None:
        self._hush()
        try:
            self._context.jobs.resume(job)
            missing = left_out(job)
        except LabdeskError as error:
            self.failed.emit(error)
            return
        if missing:
            heading, text = left_out_words(missing)
            self._context.intents.say.emit("warn", heading, harmless(f"{text} Mend them in Teach, then teach again."))
        self.begun.emit(job)

    @Slot(object)
    def _fail(self, error: LabdeskError) -> None:
        self._work.stop()
        self._hush()
        self.failed.emit(error)

    def _hush(self) -> None:
        if self._said:
            self._said = False
            self._context.intents.hush.emit()
