"""When a job may work: not before a time, only on mains power. Kept beside the job; may change while it waits."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from labdesk.core import storage
from labdesk.core.errors import JobError, StorageError

FILE: Final = "conditions.json"
#: The stage of a job that waits for its conditions; views offer to start it at once.
WAIT: Final = "wait"
#: When "tonight" begins.
TONIGHT: Final = "22:00"


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """`not_before`: UTC in seconds since 1970, 0 for at once."""

    not_before: float = 0.0
    mains_only: bool = False


def read_conditions(job: Path) -> Conditions:
    """The conditions of the job in a folder; none when they cannot be read."""
    try:
        return storage.read_json(job / FILE, Conditions)
    except StorageError:
        return Conditions()


def write_conditions(job: Path, conditions: Conditions) -> None:
    """Raises StorageError."""
    storage.write_json(job / FILE, conditions)


def next_time(clock: str, now: float | None = None) -> float:
    """The next moment at which clocks here show `clock` ("22:00", or "tonight"). Raises JobError."""
    here = datetime.fromtimestamp(time.time() if now is None else now).astimezone()
    try:
        hour, minute = (int(part) for part in (TONIGHT if clock == "tonight" else clock).split(":"))
        wanted = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
    except ValueError as error:
        raise JobError(f"“{clock}” is no time of day.", remedy="Write it like 22:00, or “tonight”.") from error
    if wanted <= here:
        wanted += timedelta(days=1)
    return wanted.timestamp()


def clock_of(moment: float, now: float | None = None) -> str:
    """A moment of the next days, for people: 22:00, or 22:00 tomorrow."""
    here = datetime.fromtimestamp(time.time() if now is None else now)
    then = datetime.fromtimestamp(moment)
    days = (then.date() - here.date()).days
    return f"{then:%H:%M}" + ("" if days <= 0 else " tomorrow" if days == 1 else f" in {days} days")
