"""Counts of leaves by state, for every branch: kept up to date one leaf at a time, never counted anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from labdesk.core.taxonomy.names import above
from labdesk.gui.widgets.state_dot import Kind

#: From best to worst.
ORDER: tuple[Kind, ...] = ("done", "empty", "draft", "attention", "bad")


class Tally:
    """`put` a leaf's state; `of(branch)` says how many leaves below it have which. "" is the whole tree."""

    def __init__(self) -> None:
        self._state: dict[str, Kind] = {}
        self._counts: dict[str, Counter[Kind]] = {}

    def put(self, path: str, kind: Kind | None) -> list[str]:
        """A leaf has a state, or (None) is gone. Returns the branches whose counts changed."""
        before = self._state.pop(path, None)
        if kind is not None:
            self._state[path] = kind
        if before == kind:
            return []
        touched = list(above(path))
        for branch in touched:
            counts = self._counts.get(branch)
            if counts is None:  # making one to throw it away would cost as much as all the rest
                counts = self._counts[branch] = Counter()
            if before is not None:
                counts[before] -= 1
            if kind is not None:
                counts[kind] += 1
        return touched

    def of(self, branch: str) -> Counter[Kind]:
        """The counts of a branch; a leaf that lies in a branch's own folder counts as below it."""
        return self._counts.get(branch, Counter())

    def __contains__(self, path: str) -> bool:
        return path in self._state

    def leaves(self) -> Iterator[str]:
        """Every leaf that was put."""
        return iter(tuple(self._state))


def worst(counts: Counter[Kind]) -> Kind:
    """The worst state of which there is a leaf; "none" for no leaf."""
    return next((kind for kind in reversed(ORDER) if counts[kind] > 0), "none")
