"""Workers that died without a last word: what their log says about the cause, and when to stop trying.

Signatures are words that engines and systems write before they end a process; each comes with what a person can do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from labdesk.core.errors import JobError
from labdesk.core.events import LAST_EVENTS, Artifact, Event, Hello, Metric, Progress, SampleMade, Stage

#: So many starts in a row that ended in a death, none of them a step further than the one before.
MOST_DEATHS: Final = 3


class Signature(msgspec.Struct, frozen=True):
    """Words in a log, what they mean, and what helps."""

    words: tuple[str, ...]
    cause: str
    remedy: str


SIGNATURES: Final = (
    Signature(
        ("kIOGPUCommandBufferCallbackErrorTimeout", "Caused GPU Timeout Error"),
        "The graphics processor was busy too long with one piece of work, and macOS ended it.",
        "Close programs that use the graphics processor, choose a smaller batch size, and start again.",
    ),
    Signature(
        (
            "kIOGPUCommandBufferCallbackErrorOutOfMemory",
            "Insufficient Memory",
            "out of memory",
            "cudaErrorMemoryAllocation",
            "std::bad_alloc",
            "MemoryError",
            "failed to allocate",
        ),
        "The computer ran out of memory.",
        "Close other programs, choose a smaller batch size or a smaller model, and start again.",
    ),
    Signature(
        ("Illegal instruction", "SIGILL"),
        "A library was built for another kind of processor.",
        "Install labdesk again on this computer, so that its engines fit its processor.",
    ),
)
UNKNOWN: Final = Signature(
    (),
    "Why is not known; its last words are in worker.log.",
    "Report it with the file worker.log; nothing finished is lost.",
)


def why(log: str, code: int | None = None) -> Signature:
    """What the end of a log and an exit code (minus the signal, as Python has it) say about a death."""
    folded = log.casefold()
    for signature in SIGNATURES:
        if any(words.casefold() in folded for words in signature.words):
            return signature
    if code == -9:
        return Signature((), "It was ended by signal 9: often the system ran out of memory.", SIGNATURES[1].remedy)
    if code == -4:
        return SIGNATURES[2]
    return UNKNOWN


def deaths(events: Iterable[Event]) -> int:
    """How many starts in a row died, up to now, without a step further than all before. A last event or anything new
    (an artifact, a sample, a stage further than ever) begins the count anew."""
    count, open_start, stage = 0, False, ""
    known: set[tuple[str, str]] = set()
    furthest: dict[str, float] = {}
    for event in events:
        match event:
            case Hello():
                count += open_start
                open_start = True
            case Stage():
                stage = event.name
            case Progress() if event.done > furthest.get(stage, 0.0):
                furthest[stage] = event.done
                count = 0
            case Metric() if event.step > furthest.get(f"step of {event.phase}", -1):
                furthest[f"step of {event.phase}"] = event.step
                count = 0
            case Artifact() if (event.kind, event.path) not in known:
                known.add((event.kind, event.path))
                count = 0
            case SampleMade():
                count = 0
            case _ if isinstance(event, LAST_EVENTS):
                count, open_start = 0, False
            case _:
                pass
    return count + open_start


def raise_if_hopeless(events: Iterable[Event], log: str) -> None:
    """Raises JobError when the worker died so often in the same place that another start would die there too. The error
    ends the count: a person who has changed something may start again."""
    if deaths(events) >= MOST_DEATHS:
        known = why(log)
        raise JobError(
            f"The work died {MOST_DEATHS} times in the same place and was stopped.",
            cause=known.cause,
            remedy=known.remedy,
        )
