"""A sample with what the person decided about it, and the choice of which are shown. Plain data."""

from __future__ import annotations

import dataclasses
from typing import Literal

from labdesk.core.samples.review import Decision
from labdesk.core.samples.sample import Sample
from labdesk.gui.widgets.state_dot import State

Standing = Literal["open", "accepted", "edited", "rejected", "discarded"]

WORDS: dict[Standing, str] = {
    "open": "To review",
    "accepted": "Accepted",
    "edited": "Edited",
    "rejected": "Rejected",
    "discarded": "Discarded",
}
_SIGNS: dict[Standing, State] = {
    "open": State("empty", "Not reviewed yet"),
    "accepted": State("done", "Accepted: it will be taught"),
    "edited": State("done", "Edited: your version will be taught"),
    "rejected": State("bad", "Rejected: it will not be taught"),
    "discarded": State("attention", "Discarded by a check: it will not be taught"),
}


@dataclasses.dataclass(frozen=True)
class Entry:
    """One row of Review."""

    sample: Sample
    decision: Decision | None = None

    @property
    def standing(self) -> Standing:
        """Where it stands: what the person said counts more than what the checks said."""
        if self.decision is None or self.decision.verdict == "undone":
            return "open" if self.sample.kept else "discarded"
        return self.decision.verdict

    @property
    def state(self) -> State:
        """Its sign."""
        return _SIGNS[self.standing]

    @property
    def question(self) -> str:
        """As it stands, with the person's edit."""
        return self.decision.question if self.decision and self.decision.verdict == "edited" else self.sample.question

    @property
    def answer(self) -> str:
        """As it stands, with the person's edit."""
        return self.decision.answer if self.decision and self.decision.verdict == "edited" else self.sample.answer


@dataclasses.dataclass(frozen=True)
class Choice:
    """Which entries are shown; empty means all."""

    standing: Standing | None = "open"
    leaf: str = ""
    words: str = ""

    def wants(self, entry: Entry) -> bool:
        """Whether an entry belongs to the choice. Words are looked for in question, answer and context."""
        if self.leaf and entry.sample.leaf != self.leaf:
            return False
        if self.standing is not None and entry.standing != self.standing:
            return False
        if not self.words:
            return True
        text = f"{entry.question}\n{entry.answer}\n{entry.sample.context}".lower()
        return all(word in text for word in self.words.lower().split())


@dataclasses.dataclass(frozen=True)
class Counts:
    """How many samples stand where."""

    by_standing: dict[Standing, int]

    @property
    def decided(self) -> int:
        """What the person has looked at."""
        return sum(self.by_standing.get(one, 0) for one in ("accepted", "edited", "rejected"))

    @property
    def to_decide(self) -> int:
        """What the person has looked at or may still look at: all but what the checks discarded."""
        return self.decided + self.by_standing.get("open", 0)

    @property
    def total(self) -> int:
        return sum(self.by_standing.values())
