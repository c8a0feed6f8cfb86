"""Long work on the main thread, cut into slices of a few milliseconds, so that no frame waits for it."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from labdesk.core.errors import LabdeskError
from labdesk.core.steps import Part, Question, Step

SLICE_SECONDS = 0.008


class Slices(QObject):
    """`start(generator)` runs it from `yield` to `yield`; `done(what it returned)` or `failed(LabdeskError)`.
    `part(core.steps.Part)` after a slice, where the work says how far it is. `asked(core.steps.Question)`: it waits
    for `answer`, where somebody listens.

    The first slice is run at once, so short work is done when `start` returns. New work takes the place of old."""

    done = Signal(object)
    failed = Signal(object)
    part = Signal(object)
    asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: Generator[Step, Any, Any] | None = None
        self._answer: object = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._slice)

    def start(self, steps: Generator[Step, Any, Any]) -> None:
        """Runs this work from now on."""
        self._steps, self._answer = steps, None
        self._timer.start()
        self._slice()

    def answer(self, answer: object) -> None:
        """Goes on with the answer to what was asked; with None the work finds it out by itself."""
        if self._steps is not None and not self._timer.isActive():
            self._answer = answer
            self._timer.start()

    @property
    def busy(self) -> bool:
        """Whether there is work left."""
        return self._steps is not None

    def stop(self) -> None:
        """Leaves the rest undone."""
        self._steps = None
        self._timer.stop()

    def _slice(self) -> None:
        # Processor time: on a busy machine a slice is not cut off before it has begun. One step is always done. That
        # clock is slow to read, and no thread has worked for longer than the wall clock went: ask that one first.
        steps, deadline, soonest = self._steps, time.thread_time() + SLICE_SECONDS, time.perf_counter() + SLICE_SECONDS
        part: Part | None = None
        while steps is not None and steps is self._steps:
            try:
                answer, self._answer = self._answer, None
                step = steps.send(answer)
            except StopIteration as end:
                self.stop()
                self.done.emit(end.value)
            except LabdeskError as error:
                self.stop()
                self.failed.emit(error)
            else:
                if isinstance(step, Question):
                    self._timer.stop()
                    self.asked.emit(step)
                    break
                part = step or part
            if time.perf_counter() >= soonest and time.thread_time() >= deadline:
                break
        if part is not None and steps is self._steps:
            self.part.emit(part)
