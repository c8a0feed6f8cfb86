"""Which step of the funnel a discarded sample did not reach. Pure."""

from __future__ import annotations

from labdesk.core.events import SampleMade

#: Words that the filters' reasons use, by the funnel step they belong to. A reason that names none was the last check.
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("unique", ("already", "same as", "repeats", "duplicate", "copy of", "too close", "too similar")),
    ("grounded", ("document", "source", "passage", "supported")),
    ("parsed", ("no question", "no answer", "empty", "unfinished", "form", "too short", "too long", "cut off", "tag")),
)


def lost_at(event: SampleMade) -> str:
    """The step's name: parsed, unique, grounded or kept."""
    reason = event.reason.lower()
    return next((step for step, words in _WORDS if any(word in reason for word in words)), "kept")
