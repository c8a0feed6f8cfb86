"""Stop, pause and continue for the job that a view watches: the buttons of its JobProgress, errors in its banner."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from labdesk.core.job_folder import JobFolder
from labdesk.gui.context import GuiContext
from labdesk.gui.job_watch import JobWatch
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.job_progress import JobProgress


class JobVerbs(QObject):
    """What a person does with a job at work. A step of Generate & train is stopped and continued as a whole."""

    def __init__(
        self,
        context: GuiContext,
        watch: JobWatch,
        progress: JobProgress,
        banner: Callable[[], Banner],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._watch, self._banner = context, watch, banner
        progress.stop_wanted.connect(self.stop)
        progress.pause_wanted.connect(self.pause)
        progress.resume_wanted.connect(self.resume)

    def stop(self) -> None:
        """Ends the job at its next safe point."""
        self._give(self._context.jobs.stop)

    def pause(self) -> None:
        """Ends the worker, which frees its memory; the job waits to be continued."""
        self._give(self._context.jobs.pause)

    def resume(self) -> None:
        """Goes on where the job stopped."""
        self._give(self._context.jobs.resume)

    def attempt(self, verb: Callable[[], object]) -> bool:
        """Runs a verb; what goes wrong stands in the banner of the page that is shown."""
        return self._banner().attempt(verb)

    def _give(self, order: Callable[[JobFolder], None]) -> None:
        job = self._watch.job
        if job is not None:
            self.attempt(lambda: order(self.whole(job)))

    def whole(self, job: JobFolder) -> JobFolder:
        """The job that a person started."""
        parent = job.request.parent
        return next((one for one in self._context.bridge.jobs() if one.id == parent), job) if parent else job
