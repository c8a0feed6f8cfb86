"""What a training will cost, in the words of the plan card. Pure."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from labdesk.core.job_state import JobState
from labdesk.gui.words import counted


@dataclasses.dataclass(frozen=True)
class Source:
    """A finished generation to train on."""

    job: str
    title: str
    leaves: int
    kept: int

    @classmethod
    def of(cls, job_id: str, title: str, state: JobState) -> Source:
        """From the state of its job."""
        funnels = {leaf: counts for leaf, counts in state.funnels.items() if leaf}
        total = state.funnels.get("", {}).get("kept", sum(counts.get("kept", 0) for counts in funnels.values()))
        return cls(job_id, title, len(funnels), total or state.kept)


def plan_rows(source: Source, student: str) -> list[tuple[str, str]]:
    """Label and value of each line."""
    rows = [("Student", student_name(student)), ("Samples", f"{counted(source.kept, 'sample')} kept")]
    if source.leaves:
        rows.append(("From", counted(source.leaves, "leaf", "leaves")))
    return [*rows, ("Phases", "knowledge, then skills, each with rehearsal")]


def student_name(path: str) -> str:
    """The file's name, or what "" stands for."""
    return Path(path).stem if path else "SmolLM2 135M (starter)"
