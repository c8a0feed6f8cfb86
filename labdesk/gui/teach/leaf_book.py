"""What is known of every leaf and branch, for the tree, its filter and its foot: facts, counts, what was taught."""

from __future__ import annotations

import dataclasses
from collections import Counter

from labdesk.core.taxonomy.facts import Glance, LeafFacts
from labdesk.core.taxonomy.tree import ROOTS
from labdesk.gui.roles import Tone
from labdesk.gui.teach.facts import state_of
from labdesk.gui.teach.tally import Tally, worst
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.state_dot import SIGNS, State
from labdesk.gui.words import counted, number

PASSED = 75.0  # percent; from here on a leaf counts as learned (core.exam.report.LEARNED)

MEANING = {
    "knowledge": ("Knowledge", "Facts from a document: what the model should know."),
    "foundational_skills": ("Foundational skills", "Thinking that other skills rest on: reasoning, order, counting."),
    "compositional_skills": ("Compositional skills", "Tasks done with what it knows: writing, extracting, answering."),
}
_UNREAD = State("empty", "Not read yet")


@dataclasses.dataclass(frozen=True)
class Progress:
    """What became of a leaf. Scores are in percent, None before an exam asked about it."""

    generated: bool = False
    changed: bool = False
    before: float | None = None
    after: float | None = None

    @property
    def words(self) -> str:
        """For people; "" for a leaf of which nothing was made yet."""
        said = []
        if self.after is not None:
            said.append(f"Taught: {self.after:.0f} % of the exam right, {self.before or 0:.0f} % before.")
        elif self.generated:
            said.append("Samples are written, but no model was taught with them yet.")
        if self.changed:
            said.append("Changed since then: generate again to teach the change.")
        return " ".join(said)


NO_PROGRESS = Progress()


@dataclasses.dataclass(frozen=True)
class Badge:
    """What stands at the right of a row: a glyph and a text, each with its tone."""

    text: str = ""
    tone: Tone = "muted"
    glyph: str = ""
    glyph_role: str = "muted"


def title_of(path: str) -> str:
    """The name of a branch or leaf as a person reads it."""
    if path in MEANING:
        return MEANING[path][0]
    return harmless(path.rpartition("/")[2].replace("_", " ").strip().capitalize(), 200)


class LeafBook:
    """Plain data that the view fills in. Paths are relative to the taxonomy; "" is the whole tree."""

    def __init__(self) -> None:
        self.seen: dict[str, Glance] = {}
        self.progress: dict[str, Progress] = {}
        self.tally = Tally()
        self.hits: Counter[str] | None = None  # while something is searched for: by branch, how many leaves fit

    def put(self, path: str, seen: Glance | None) -> list[str]:
        """A leaf is there; `seen` says more, None that nothing is known of it yet. Returns the branches that
        differ now."""
        if seen is None:
            self.seen.pop(path, None)
            return self.tally.put(path, _UNREAD.kind)
        self.seen[path] = seen
        return self.tally.put(path, state_of(seen.facts).kind)

    def drop(self, path: str) -> list[str]:
        """A leaf is gone."""
        self.seen.pop(path, None)
        return self.tally.put(path, None)

    def facts(self, path: str) -> LeafFacts | None:
        """None before the leaf was read."""
        seen = self.seen.get(path)
        return seen.facts if seen else None

    def state(self, path: str) -> State:
        """The state of a leaf."""
        facts = self.facts(path)
        return state_of(facts) if facts else _UNREAD

    def of(self, path: str) -> Progress:
        """What became of a leaf."""
        return self.progress.get(path, NO_PROGRESS)

    def leaf_badge(self, path: str) -> Badge:
        """The score of its last exam, and a sign when it was changed since its samples were written."""
        progress = self.of(path)
        glyph = "arrows-clockwise" if progress.changed else ""
        if progress.after is None:
            return Badge(glyph=glyph, glyph_role="accent_text")
        tone: Tone = "good" if progress.after >= PASSED else "warn"
        return Badge(f"{progress.after:.0f} %", tone, glyph, "accent_text")

    def branch_badge(self, path: str) -> Badge:
        """How many of its leaves are ready, with the sign of the worst one when not all are. In a search how many
        of them fit: that is what the person asks then."""
        if self.hits is not None:
            return Badge(number(self.hits[path]))
        counts = self.tally.of(path)
        total, ready = counts.total(), counts["done"]
        if not total:
            return Badge()
        if ready == total:
            return Badge(number(total))
        glyph, role = SIGNS[worst(counts)]
        return Badge(f"{number(ready)} of {number(total)}", "muted", glyph, role)

    def leaf_words(self, path: str) -> str:
        """Everything about a leaf, in sentences."""
        facts = self.facts(path)
        said = [f"{self.state(path).words}."]
        if facts and facts.kind is not None:
            said.append(f"{counted(facts.seeds, 'example')}.")
        return " ".join([*said, self.of(path).words]).strip()

    def branch_words(self, path: str) -> str:
        """What a branch is for, and the states of its leaves."""
        counts = self.tally.of(path)
        total = counts.total()
        said = [MEANING[path][1]] if path in ROOTS else []
        if not total:
            return " ".join([*said, "Nothing in it yet."])
        parts = [
            f"{number(counts['done'])} ready" if counts["done"] else "",
            counted(counts["draft"], "draft") if counts["draft"] else "",
            f"{number(counts['attention'])} with problems" if counts["attention"] else "",
            f"{number(counts['bad'])} that cannot be read" if counts["bad"] else "",
            f"{number(counts['empty'])} not read yet" if counts["empty"] else "",
        ]
        known = ", ".join(part for part in parts if part)
        whole = f"{counted(total, 'leaf', 'leaves')}"
        return " ".join([*said, f"{whole}, all ready." if counts["done"] == total else f"{whole}: {known}."])
