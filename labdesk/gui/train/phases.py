"""Which phase of teaching a run is in: Prepare > Knowledge > Skills > Merge > Exam. Pure fold over the events."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from labdesk.core.events import Artifact, Event, Metric, Progress, Stage
from labdesk.core.job_state import JobState
from labdesk.gui.widgets.phase_strip import PHASES, Phase
from labdesk.gui.widgets.state_dot import State
from labdesk.gui.words import number

PREPARE, KNOWLEDGE, SKILLS, MERGE, EXAM = range(5)
#: The phase that a stage's id begins. Everything else (writing samples, the first exam) belongs to the phase before.
_NAMES = {"knowledge": KNOWLEDGE, "skills": SKILLS, "merge": MERGE} | dict.fromkeys(
    ("between", "exam-between", "after", "exam-after"), EXAM
)


@dataclasses.dataclass(frozen=True)
class Reached:
    """The furthest phase so far, what it does now, and which phases had steps."""

    phase: int = PREPARE
    title: str = ""
    done: float = 0.0
    total: float = 0.0
    unit: str = ""
    trained: frozenset[int] = frozenset()


def reach(reached: Reached, events: Iterable[Event]) -> Reached:
    """The phase after some more events. It never goes back: a restart tells finished stages again."""
    for event in events:
        match event:
            case Stage():
                phase = _NAMES.get(event.name, reached.phase)
                reached = dataclasses.replace(
                    reached, phase=max(phase, reached.phase), title=event.title, done=0.0, total=0.0, unit=""
                )
            case Metric() if event.phase in ("knowledge", "skills"):
                phase = KNOWLEDGE if event.phase == "knowledge" else SKILLS
                reached = dataclasses.replace(
                    reached, phase=max(phase, reached.phase), trained=reached.trained | {phase}
                )
            case Progress():
                reached = dataclasses.replace(reached, done=event.done, total=event.total, unit=event.unit)
            case Artifact(kind="merged"):
                reached = dataclasses.replace(reached, phase=max(MERGE, reached.phase))
            case _:
                pass
    return reached


def phases(reached: Reached, job: JobState) -> list[Phase]:
    """The five phases as the strip shows them."""
    return [_shown(index, title, reached, job) for index, title in enumerate(PHASES)]


def _shown(index: int, title: str, reached: Reached, job: JobState) -> Phase:
    if job.status == "done":
        skipped = index in (KNOWLEDGE, SKILLS) and index not in reached.trained
        unexamined = index == EXAM and reached.phase < EXAM
        if skipped or unexamined:
            return Phase(title, State("empty", "not needed"))
        return Phase(title, State("done", "done"))
    if index < reached.phase:
        skipped = index in (KNOWLEDGE, SKILLS) and index not in reached.trained
        return Phase(title, State("empty", "not needed") if skipped else State("done", "done"))
    if index > reached.phase or job.status == "waiting":
        return Phase(title)
    kind = {"running": "running", "failed": "bad", "interrupted": "attention"}.get(job.status, "paused")
    words = {"running": "running", "failed": "failed", "interrupted": "interrupted"}.get(job.status, "stopped")
    fraction = reached.done / reached.total if reached.total > 0 else None
    return Phase(title, State(kind, words, fraction if kind == "running" else None), _detail(reached))  # type: ignore[arg-type]


def _detail(reached: Reached) -> str:
    if reached.total > 0:
        return f"{number(reached.done)} of {number(reached.total)} {reached.unit}".rstrip()
    return reached.title
