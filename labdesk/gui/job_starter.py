"""Starts and continues jobs for the window. The workers outlive it; it only reaps those that end before it does."""

from __future__ import annotations

import subprocess
from typing import Any

from PySide6.QtCore import QObject, QTimer

from labdesk.core.job_folder import JobFolder
from labdesk.core.workspace import Workspace
from labdesk.jobs.launch import launch

_REAP_MS = 2000


class JobStarter(QObject):
    """`start` writes and launches a job, `resume` launches an earlier one again, `order` speaks to a running one."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._children: list[subprocess.Popen[bytes]] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_REAP_MS)
        self._timer.timeout.connect(self._reap)

    def start(self, kind: str, spec: Any, title: str) -> JobFolder:
        """A new job of a kind with a spec of `core.specs`. Raises StorageError or JobError."""
        job = self._workspace.add_job(kind, spec, title)
        self.resume(job)
        return job

    def resume(self, job: JobFolder) -> None:
        """Launches a job that is waiting, paused, stopped or interrupted. Raises JobError."""
        process = launch(job)
        if process is not None:
            self._children.append(process)
            self._timer.start()
        self._workspace.announce("jobs", job.id)

    def pause(self, job: JobFolder) -> None:
        """Asks the worker to stop at the next safe point, to be continued. Raises StorageError."""
        job.order("pause")

    def stop(self, job: JobFolder) -> None:
        """Asks the worker to end at the next safe point, keeping what is finished. Raises StorageError."""
        job.order("stop")

    def _reap(self) -> None:
        self._children = [child for child in self._children if child.poll() is None]
        if not self._children:
            self._timer.stop()
