"""No process of the window outlives it: ended when the program quits, and when what owns it is destroyed.

A script or a test may end without an event loop, so that `aboutToQuit` is never heard; Qt would then end the process
itself, with a warning and after thirty seconds at worst."""

from __future__ import annotations

import functools
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, QProcess

_PATIENCE_MS = 1000


def bind(process: QProcess, owner: QObject) -> None:
    """Ends `process` with the program and with `owner`, whose child it is."""
    end = functools.partial(_end_now, process)
    owner.destroyed.connect(end)  # said before an object deletes its children
    application = QCoreApplication.instance()
    if application is not None:
        application.aboutToQuit.connect(end)
        process.finished.connect(functools.partial(_forget, application, end))


def _forget(application: QCoreApplication, end: Callable[[], None], *_result: object) -> None:
    if shiboken6.isValid(application):
        application.aboutToQuit.disconnect(end)


def _end_now(process: QProcess, *_destroyed: QObject) -> None:
    """Kills it and waits until the system has taken it away."""
    if shiboken6.isValid(process) and process.state() != QProcess.ProcessState.NotRunning:
        process.kill()
        process.waitForFinished(_PATIENCE_MS)
