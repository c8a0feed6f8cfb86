"""Work as a generator that yields between short steps: a window runs it in slices, everyone else to its end at once.

A step yields None, or a `Part` where the work knows how far it is."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


class Part(msgspec.Struct, frozen=True):
    """So many of so many are done."""

    done: int
    total: int


def finished(steps: Generator[Any, None, T]) -> T:
    """What the work returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
