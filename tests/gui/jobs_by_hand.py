"""Job folders written by hand, so that a view can be shown any state without a worker."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from labdesk.core.events import Event, Funnel, Hello, Metric, Progress, SampleMade, Stage
from labdesk.core.job_folder import JobFolder
from labdesk.core.storage import Journal
from labdesk.core.workspace import Workspace

LEAF = "knowledge/places/marrowby_light"


def write(job: JobFolder, events: Iterable[Event]) -> None:
    """Appends events to a job, as its worker would."""
    journal = Journal(job.events_path)
    for event in events:
        journal.append(event, durable=False)
    journal.close()


def a_job(
    workspace: Workspace, kind: str, spec: Any, title: str, events: Iterable[Event], parent: str = ""
) -> JobFolder:
    """A job with these events behind it."""
    job = workspace.add_job(kind, spec, title, parent)
    write(job, [Hello(job.id, kind, 1, time.time()), *events])
    return job


def a_sample(number: int, *, kept: bool = True, lost_at: str = "", leaf: str = LEAF) -> SampleMade:
    """One sample event."""
    reason = "" if kept else "It says almost the same as another sample."
    lost = "" if kept else lost_at or "unique"
    return SampleMade(f"s{number}", leaf, f"Question {number}?", f"Answer {number}.", kept, reason, lost)


def some_writing(count: int = 10) -> list[Event]:
    """A generation at work: every third sample is discarded as a duplicate."""
    samples: list[Event] = [a_sample(n, kept=n % 3 != 0) for n in range(count)]
    kept = sum(1 for n in range(count) if n % 3)
    counts = {"asked": count, "written": count, "parsed": count, "unique": kept, "grounded": kept, "kept": kept}
    return [
        Stage(f"generate:{LEAF}", "Write samples", 0, 1),
        *samples,
        Funnel(LEAF, counts),
        Funnel("", counts),
        Metric(count, {"tokens_per_second": 120.0}),
        Progress(count, 2 * count, "samples", "Writing", 30.0),
    ]


def some_training(steps: int = 12) -> list[Event]:
    """A training in its knowledge phase with a falling loss."""
    return [
        Stage("prepare", "Prepare the rows", 0, 4),
        Stage("knowledge", "Learn the knowledge", 1, 4),
        *(
            Metric(n, {"loss": 3.0 / n, "learning_rate": 5e-4, "tokens_per_second": 100.0, "memory": 1e9}, "knowledge")
            for n in range(1, steps + 1)
        ),
        Progress(steps, 60, "steps", "Learn the knowledge", 40.0),
    ]
