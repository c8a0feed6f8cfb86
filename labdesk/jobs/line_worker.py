"""Starts and ends a worker that speaks JSON lines over its pipes, for programs without an event loop."""

from __future__ import annotations

import contextlib
import subprocess

from labdesk.jobs.command import labdesk_command, worker_environment

#: So long a worker may take to end by itself when its pipe closes.
_PATIENCE = 10


def start_line_worker(flag: str) -> subprocess.Popen[bytes]:
    """`labdesk FLAG` with pipes for commands and replies; what its libraries print is dropped."""
    return subprocess.Popen(
        labdesk_command(flag),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=worker_environment(),
    )


def end_line_worker(process: subprocess.Popen[bytes], farewell: bytes = b"") -> None:
    """Say `farewell`, close the pipe and wait until the worker has ended; one that does not end in time is killed."""
    if process.stdin is not None:
        with contextlib.suppress(OSError, ValueError):  # it may be gone already
            process.stdin.write(farewell)
            process.stdin.close()
    try:
        process.wait(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
