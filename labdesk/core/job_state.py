"""Folds a job's events into what a person wants to know about it. Pure: reads no file, asks no clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from labdesk.core.events import (
    Artifact,
    Cancelled,
    Done,
    Event,
    Failed,
    Funnel,
    Hello,
    Metric,
    Note,
    Progress,
    SampleMade,
    Stage,
)

#: `interrupted` is a job without a last event whose worker is gone: killed, crashed, or the power went.
Status = Literal["waiting", "running", "interrupted", "paused", "stopped", "done", "failed"]

ENDED: tuple[Status, ...] = ("done", "failed", "stopped")


class JobState(msgspec.Struct, frozen=True):
    """Everything the events of one job say. `status` is "running" while no last event came: whether the worker really
    lives is for `job_folder` to correct."""

    status: Status = "waiting"
    kind: str = ""
    starts: int = 0
    started_at: float = 0.0
    stage: Stage | None = None
    progress: Progress | None = None
    metrics: dict[str, float] = {}
    phase: str = ""
    funnels: dict[str, dict[str, int]] = {}
    samples: int = 0
    kept: int = 0
    notes: tuple[Note, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    done: Done | None = None
    failed: Failed | None = None

    def artifact(self, kind: str) -> str | None:
        """The path of the newest artifact of a kind."""
        return next((a.path for a in reversed(self.artifacts) if a.kind == kind), None)

    @property
    def fraction(self) -> float | None:
        """How far the present stage is, 0 to 1; None while unknown."""
        if self.progress is None or self.progress.total <= 0:
            return None
        return min(1.0, self.progress.done / self.progress.total)


def fold(state: JobState, event: Event) -> JobState:
    """The state after one more event."""
    match event:
        case Hello():
            return msgspec.structs.replace(
                state,
                status="running",
                kind=event.kind,
                starts=state.starts + 1,
                started_at=state.started_at or event.at,
                progress=None,
                failed=None,
                done=None,
            )
        case Stage():
            return msgspec.structs.replace(state, stage=event, progress=None)
        case Progress():
            return msgspec.structs.replace(state, progress=event)
        case Metric():
            return msgspec.structs.replace(state, metrics={**state.metrics, **event.values}, phase=event.phase)
        case Funnel():
            return msgspec.structs.replace(state, funnels={**state.funnels, event.leaf: event.counts})
        case SampleMade():
            return msgspec.structs.replace(state, samples=state.samples + 1, kept=state.kept + event.kept)
        case Note():
            return msgspec.structs.replace(state, notes=(*state.notes, event))
        case Artifact():
            return msgspec.structs.replace(state, artifacts=(*state.artifacts, event))
        case Done():
            return msgspec.structs.replace(state, status="done", done=event)
        case Failed():
            return msgspec.structs.replace(state, status="failed", failed=event)
        case Cancelled():
            return msgspec.structs.replace(state, status="paused" if event.paused else "stopped")


def fold_all(events: Iterable[Event], state: JobState | None = None) -> JobState:
    """Fold many events, from the start or from an earlier state."""
    result = state or JobState()
    for event in events:
        result = fold(result, event)
    return result
