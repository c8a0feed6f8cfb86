"""Which child jobs a teach job has: a journal in its folder, so that a restart finds them instead of making others."""

from __future__ import annotations

from pathlib import Path

import msgspec

from labdesk.core.job_folder import JobFolder
from labdesk.core.storage import Journal, replay

FILE = "steps.jsonl"
GENERATE = "generate"


class Step(msgspec.Struct, frozen=True):
    """One step and the job that does it."""

    name: str
    job: str


def read_steps(folder: Path) -> dict[str, str]:
    """Job id per step name."""
    return {step.name: step.job for step in replay(folder / FILE, Step)}


def add_step(folder: Path, name: str, job_id: str) -> None:
    """Record a step durably, before its job is launched. Raises StorageError."""
    journal = Journal(folder / FILE)
    try:
        journal.append(Step(name, job_id))
    finally:
        journal.close()


def adopt(job: JobFolder, generation: JobFolder) -> None:
    """Let a new teach job take an earlier generation as its own first step. Raises StorageError."""
    add_step(job.path, GENERATE, generation.id)


def adopted(job: JobFolder) -> str:
    """The id of the generation that a teach job works with; "" before it has one."""
    return read_steps(job.path).get(GENERATE, "")
