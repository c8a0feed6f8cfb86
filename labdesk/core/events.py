"""What a worker says while it works: one JSON object a line, on its pipe and in the job's `events.jsonl`.

The first event of every start is `Hello`; the last of every ended job is `Done`, `Failed` or `Cancelled`. A reader
ignores tags it does not know (an older window, a newer worker).
"""

from __future__ import annotations

from typing import Literal

import msgspec

PROTOCOL_VERSION = 1


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """A worker started (or started again) on this job. `at` is UTC in seconds since 1970."""

    job: str
    kind: str
    pid: int
    at: float
    version: int = PROTOCOL_VERSION


class Stage(msgspec.Struct, frozen=True, tag="stage"):
    """A new part of the work began. `name` is a stable id, `title` is for a person; `index` is from 0 of `count`."""

    name: str
    title: str
    index: int = 0
    count: int = 0


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """`done` of `total` units in this stage; `seconds_left` is an estimate, None while unknown."""

    done: float
    total: float
    unit: str = ""
    label: str = ""
    seconds_left: float | None = None


class Metric(msgspec.Struct, frozen=True, tag="metric"):
    """Numbers at one step, e.g. {"loss": 1.2, "learning_rate": 4e-4, "tokens_per_second": 95}."""

    step: int
    values: dict[str, float]
    phase: str = ""


class Funnel(msgspec.Struct, frozen=True, tag="funnel"):
    """How many samples stand at each step of generation for one leaf ("" = all leaves)."""

    leaf: str
    counts: dict[str, int]


class SampleMade(msgspec.Struct, frozen=True, tag="sample"):
    """A sample was written to the job's journal. `lost_at` is the step of the funnel that discarded it."""

    id: str
    leaf: str
    question: str
    answer: str
    kept: bool
    reason: str = ""
    lost_at: str = ""
    context: str = ""


class Note(msgspec.Struct, frozen=True, tag="note"):
    """A sentence for the person. Warnings do not stop the job."""

    text: str
    level: Literal["info", "warning"] = "info"


class Artifact(msgspec.Struct, frozen=True, tag="artifact"):
    """Something finished and usable: dataset, adapter, merged, checkpoint, report, job (a child job)."""

    kind: str
    path: str


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The job ended well. `summary` says what came out, `next_step` what to do with it."""

    summary: str
    next_step: str = ""
    seconds: float = 0.0


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The job ended with an error; the three texts of LabdeskError, and a traceback for the log."""

    message: str
    cause: str = ""
    remedy: str = ""
    detail: str = ""


class Cancelled(msgspec.Struct, frozen=True, tag="cancelled"):
    """Somebody stopped or paused the job; everything finished so far is kept. Launching it again continues it."""

    paused: bool = False


Event = Hello | Stage | Progress | Metric | Funnel | SampleMade | Note | Artifact | Done | Failed | Cancelled

LAST_EVENTS = (Done, Failed, Cancelled)

_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def to_line(event: Event) -> bytes:
    """One event as one JSON line."""
    return msgspec.json.encode(event) + b"\n"


def from_line(line: bytes) -> Event | None:
    """The event in a line; None for log noise and for events of a newer version."""
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None
