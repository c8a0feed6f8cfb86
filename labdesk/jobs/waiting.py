"""Keeps a job to its conditions: it waits for its time and for mains power, with no model in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import psutil

from labdesk.core.conditions import WAIT, Conditions, clock_of, read_conditions
from labdesk.core.errors import JobStopped
from labdesk.core.events import Event, Stage

_LOOK_SECONDS: Final = 1.0


def on_mains() -> bool:
    """Whether the computer is plugged in, or has no battery at all."""
    battery = psutil.sensors_battery()
    return battery is None or battery.power_plugged is not False


class Waiting:
    """`may_work()` before and while a job works; `until_allowed()` returns when it may."""

    def __init__(self, job: Path, report: Callable[[Event], None], should_stop: Callable[[], bool]) -> None:
        self._job, self._report, self._should_stop = job, report, should_stop
        self._looked = 0.0
        self._conditions = read_conditions(job)
        self._allowed = True

    def may_work(self) -> bool:
        """Whether the conditions hold now, looked at once a second."""
        if time.monotonic() - self._looked > _LOOK_SECONDS:
            self._looked = time.monotonic()
            self._conditions = read_conditions(self._job)
            self._allowed = not _why_not(self._conditions)
        return self._allowed

    def until_allowed(self) -> None:
        """Raises JobStopped when the job is ordered to stop while it waits."""
        said = ""
        while not self.may_work():
            why = _why_not(self._conditions)
            if why and why != said:
                said = why
                self._report(Stage(WAIT, why))
            if self._should_stop():
                raise JobStopped
            time.sleep(0.2)


def _why_not(conditions: Conditions) -> str:
    """What a job waits for, in words; "" when it may work."""
    if time.time() < conditions.not_before:
        return f"Waits until {clock_of(conditions.not_before)}"
    if conditions.mains_only and not on_mains():
        return "Waits until the computer is plugged in"
    return ""
