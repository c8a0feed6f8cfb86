"""A worker on pipes ends when its pipe closes, is killed when it does not, and may be gone already."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from labdesk.jobs import line_worker


def program(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_it_hears_the_farewell_and_ends_by_itself() -> None:
    worker = program("import sys; sys.exit(0 if sys.stdin.read() == 'bye' else 3)")
    line_worker.end_line_worker(worker, b"bye")
    assert worker.returncode == 0


def test_one_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_worker, "_PATIENCE", 0.2)
    worker = program("import time; time.sleep(60)")
    line_worker.end_line_worker(worker)
    assert worker.returncode == (-signal.SIGKILL if sys.platform != "win32" else 1)


def test_one_that_is_gone_already_is_no_trouble() -> None:
    worker = program("")
    worker.wait()
    line_worker.end_line_worker(worker, b"bye" * 100_000)
    assert worker.returncode == 0


def test_ending_twice_is_no_trouble() -> None:
    worker = program("")
    line_worker.end_line_worker(worker, b"bye")
    line_worker.end_line_worker(worker, b"bye")
    assert worker.returncode == 0
