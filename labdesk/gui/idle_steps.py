"""Does work ahead of need in small steps, the event loop having its turns in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer

#: Until the first step: the window has to become usable first.
START_MS = 700
_BETWEEN_MS = 15


class IdleSteps(QObject):
    """Draws `steps` to its end; what the iterator does between two `yield`s is one step and should take under 50 ms.

    While `busy()` nothing is done: what the person waits for goes first."""

    def __init__(self, steps: Iterator[None], busy: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps = steps
        self._busy = busy
        self._timer = QTimer(self)
        self._timer.setInterval(_BETWEEN_MS)
        self._timer.timeout.connect(self._step)
        QTimer.singleShot(START_MS, self, self._timer.start)
        self.done = False  # whether nothing is left to do

    def stop(self) -> None:
        """Leaves the rest undone."""
        self.done = True
        self._timer.stop()

    def _step(self) -> None:
        if not self.done and self._busy():
            return
        if self.done or next(self._steps, self) is self:
            self.stop()
