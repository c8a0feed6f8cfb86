"""Where a leaf is now that was somewhere else when a job noted its path: follows the moves of the history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from labdesk.core.history.acts import Move, turned
from labdesk.core.history.history import Step

_TAXONOMY = "taxonomy/"


class Whereabouts:
    """Renames and moves since a time, deletions and what brought a leaf back among them.

    `done` and `undone` are the history's: oldest first, and the step that was undone last at the end."""

    def __init__(self, done: Sequence[Step], undone: Sequence[Step], since: float) -> None:
        """`since` is in seconds since 1970."""
        back = [turned(act) for step in undone if step.time < since for act in reversed(step.acts)]
        # Undone steps are newer than all done ones; one from before that time can only have been undone after it.
        self._moves = [*_moves(act for step in done if step.time >= since for act in step.acts), *_moves(back)]

    def now(self, leaf: str) -> str:
        """The path below the taxonomy that the leaf at this path has now; "" when it lies in the trash."""
        place = _TAXONOMY + leaf
        for source, target in self._moves:
            if place == source or place.startswith(f"{source}/"):
                place = target + place[len(source) :]
        return place.removeprefix(_TAXONOMY) if place.startswith(_TAXONOMY) else ""


def _moves(acts: Iterable[object]) -> list[tuple[str, str]]:
    return [(act.source, act.target) for act in acts if isinstance(act, Move)]
