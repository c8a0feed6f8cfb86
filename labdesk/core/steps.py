"""Work as a generator that yields between short steps: a window runs it in slices, everyone else to its end at once.

A step yields None, a `Part` where the work knows how far it is, or a `Question` that may be answered by `send`."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeAlias, TypeVar

import msgspec

T = TypeVar("T")


class Part(msgspec.Struct, frozen=True):
    """So many of so many are done."""

    done: int
    total: int


class Question(msgspec.Struct, frozen=True):
    """The next step looks at this leaf, which may take long: a window has another process do it and sends what that
    one saw. Without an answer the step does it itself."""

    leaf: str


Step: TypeAlias = Part | Question | None


def finished(steps: Generator[Any, None, T]) -> T:
    """What the work returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
