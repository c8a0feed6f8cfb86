"""What a running piece of work is given: how to report, how to learn that it should stop, and where to put results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from labdesk.core.errors import JobStopped
from labdesk.core.events import Event


class JobContext:
    """Handed to every job kind. It knows nothing of pipes or processes; tests make one from a list."""

    def __init__(
        self, folder: Path, workspace: Path, report: Callable[[Event], None], should_stop: Callable[[], bool]
    ) -> None:
        self.folder = folder
        self.workspace = workspace
        self.report = report
        self.should_stop = should_stop

    def raise_if_stopped(self) -> None:
        """Raises JobStopped when somebody asked the job to stop. Call it where nothing would be lost."""
        if self.should_stop():
            raise JobStopped
