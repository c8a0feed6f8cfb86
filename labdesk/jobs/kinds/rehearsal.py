"""A job without a model: it counts, and keeps what it counted. For tests, demos and stall measurements."""

from __future__ import annotations

import math
import time

import msgspec

from labdesk.core.errors import TrainingError
from labdesk.core.events import Done, Metric, Progress, Stage
from labdesk.core.storage import Journal, replay
from labdesk.engine.context import JobContext


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """`fail_at` raises at that step; `seconds` is the pause between steps."""

    steps: int = 20
    seconds: float = 0.01
    fail_at: int = -1


class Counted(msgspec.Struct, frozen=True):
    """One finished unit of work."""

    number: int


def run(spec: Spec, context: JobContext) -> Done:
    """Count from where an earlier start stopped. Raises TrainingError at `fail_at`, JobStopped."""
    done = {counted.number for counted in replay(context.folder / "counted.jsonl", Counted)}
    journal = Journal(context.folder / "counted.jsonl")
    context.report(Stage("count", "Count", 0, 1))
    try:
        for number in range(spec.steps):
            if number in done:
                continue
            context.raise_if_stopped()
            if number == spec.fail_at:
                raise TrainingError("The count went wrong.", cause="It was asked to.", remedy="Ask for something else.")
            time.sleep(spec.seconds)
            journal.append(Counted(number))
            context.report(
                Metric(number, {"loss": 3 * math.exp(-number / 50), "tokens_per_second": 100.0}, "knowledge")
            )
            context.report(Progress(number + 1, spec.steps, "steps", "Count"))
    finally:
        journal.close()
    return Done(f"Counted to {spec.steps}.")
