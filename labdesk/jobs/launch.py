"""Starts a worker process on a job folder. The worker outlives whoever started it."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from labdesk.core.errors import JobError
from labdesk.core.job_folder import JobFolder
from labdesk.jobs.command import labdesk_command, worker_environment

#: A worker that has not taken its lock after this many seconds did not start.
START_SECONDS = 30.0


def launch(job: JobFolder) -> subprocess.Popen[bytes] | None:
    """Start (or continue) a job. Returns None when it already runs. Raises JobError when no process can be started.

    A long-lived process keeps the returned handle and polls it now and then, so that an ended worker is reaped.
    """
    if job.worker() is not None:
        return None
    job.order("")
    with open(job.path / "worker.log", "ab") as log:
        try:
            return subprocess.Popen(
                labdesk_command("--worker", str(job.path)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=worker_environment(keys=True),
                cwd=job.path,
                close_fds=True,
                start_new_session=os.name != "nt",
                creationflags=_own_group(),
            )
        except OSError as error:
            raise JobError(
                "The worker process could not be started.",
                cause=f"{error.strerror}.",
                remedy="Close other programs and try again. If it stays so, reinstall labdesk.",
            ) from error


def _own_group() -> int:
    """Windows: a process group of its own, so that closing the window or the console does not end the worker."""
    if sys.platform == "win32":
        return subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    return 0


def wait_until_started(job: JobFolder, process: subprocess.Popen[bytes] | None, seconds: float = START_SECONDS) -> None:
    """Return when the worker holds its lock or has already ended. Raises JobError when it does neither in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if job.worker() is not None or (process is not None and process.poll() is not None):
            return
        time.sleep(0.02)
    raise JobError("The worker did not start.", cause=f"See {job.path / 'worker.log'}.", remedy="Try again.")
