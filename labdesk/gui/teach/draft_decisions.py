"""What a person decided about drafts, kept beside the job that made them: the next window offers only the others."""

from __future__ import annotations

from contextlib import closing

import msgspec

from labdesk.core.job_folder import JobFolder
from labdesk.core.storage import Journal, replay

DECISIONS = "decisions.jsonl"


class Decision(msgspec.Struct, frozen=True):
    """A draft (by its question and the text it works on) that was accepted or discarded."""

    question: str
    context: str
    accepted: bool


def note_decision(job: JobFolder, decision: Decision) -> None:
    """Raises StorageError."""
    with closing(Journal(job.path / DECISIONS)) as journal:
        journal.append(decision)


def decisions_of(job: JobFolder) -> list[Decision]:
    """All of a job, in the order they were made."""
    return replay(job.path / DECISIONS, Decision)
