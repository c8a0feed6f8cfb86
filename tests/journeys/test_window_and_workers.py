"""The real window with real worker processes: workers outlive it, a new one finds them, a killed one is noticed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labdesk.core import paths
from labdesk.core.job_folder import JobFolder
from labdesk.core.workspace import Workspace
from labdesk.gui import theme
from labdesk.gui.app import make_context
from labdesk.gui.context import SettingsStore
from labdesk.gui.window import Window
from labdesk.jobs.kinds.rehearsal import Spec


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "lighthouse")


@pytest.fixture
def windows(qapp: QApplication, workspace: Workspace) -> Iterator[list[Window]]:
    """Windows made by `opened`, closed at the end."""
    theme.apply(qapp, "light")
    made: list[Window] = []
    yield made
    for window in made:
        for child in window.context.jobs._children:
            child.wait(timeout=30)  # every worker of a test ends by itself or was stopped
        window.close()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def opened(workspace: Workspace, windows: list[Window]) -> Window:
    context = make_context(workspace, SettingsStore(paths.settings_file()))
    window = Window(context)
    for owned in (context.bridge, context.actions, context.intents, context.jobs, context.settings):
        owned.setParent(window)
    windows.append(window)
    window.show()
    return window


def status(window: Window, job: JobFolder) -> str:
    return window.context.bridge.state(job.id).status


def started(window: Window, steps: int, seconds: float, fail_at: int = -1) -> JobFolder:
    spec = Spec(steps=steps, seconds=seconds, fail_at=fail_at)
    return window.context.jobs.start("rehearsal", spec, "Rehearse")


def test_a_job_outlives_its_window_and_the_next_window_follows_it_to_its_end(
    workspace: Workspace, windows: list[Window], qtbot: QtBot
) -> None:
    first = opened(workspace, windows)
    job = started(first, steps=60, seconds=0.1)
    qtbot.waitUntil(lambda: status(first, job) == "running", timeout=20_000)
    worker = job.worker()
    assert worker is not None
    first.close()
    assert psutil.pid_exists(worker.pid)
    second = opened(workspace, windows)
    qtbot.waitUntil(lambda: "Rehearse" in second.status._job.text(), timeout=20_000)
    assert status(second, job) == "running" and job.worker() == worker
    qtbot.waitUntil(lambda: status(second, job) == "done", timeout=60_000)
    qtbot.waitUntil(lambda: second.status._job.isHidden(), timeout=5_000)


@pytest.mark.skipif(sys.platform == "win32", reason="uses POSIX signals")
def test_a_killed_worker_is_noticed_and_continues_where_it_was(
    workspace: Workspace, windows: list[Window], qtbot: QtBot
) -> None:
    window = opened(workspace, windows)
    job = started(window, steps=40, seconds=0.05)
    qtbot.waitUntil(lambda: (window.context.bridge.state(job.id).fraction or 0) > 0.2, timeout=20_000)
    worker = job.worker()
    assert worker is not None
    os.kill(worker.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: status(window, job) == "interrupted", timeout=20_000)
    window.context.jobs.resume(job)
    qtbot.waitUntil(lambda: status(window, job) == "done", timeout=60_000)
    counted = (job.path / "counted.jsonl").read_text("utf-8").splitlines()
    assert len(counted) == 40


def test_a_failing_worker_is_shown_with_its_remedy(workspace: Workspace, windows: list[Window], qtbot: QtBot) -> None:
    window = opened(workspace, windows)
    job = started(window, steps=10, seconds=0.01, fail_at=3)
    qtbot.waitUntil(lambda: status(window, job) == "failed", timeout=20_000)
    failed = window.context.bridge.state(job.id).failed
    assert failed is not None and failed.remedy == "Ask for something else."


def test_stopping_from_the_window_ends_the_worker_and_keeps_what_it_did(
    workspace: Workspace, windows: list[Window], qtbot: QtBot
) -> None:
    window = opened(workspace, windows)
    job = started(window, steps=400, seconds=0.05)
    qtbot.waitUntil(lambda: window.context.bridge.state(job.id).progress is not None, timeout=20_000)
    window.context.jobs.stop(job)
    qtbot.waitUntil(lambda: status(window, job) == "stopped", timeout=20_000)
    qtbot.waitUntil(lambda: job.worker() is None, timeout=20_000)
    assert (job.path / "counted.jsonl").stat().st_size > 0
