"""How many samples came to each step of a pipeline, and how many passed it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from labdesk.core.samples.sample import Sample


class StepCount(msgspec.Struct, frozen=True):
    """`came`: samples that a block was asked for, or that reached a filter. `passed`: those of them that went on."""

    came: int = 0
    passed: int = 0


def counted_by_step(samples: Iterable[Sample]) -> dict[str, StepCount]:
    """By the name of each block and the type of each filter."""
    came: dict[str, int] = {}
    passed: dict[str, int] = {}
    for sample in samples:
        made = sample.provenance.block
        first = sample.verdicts[0] if sample.verdicts else None
        broken = first is not None and first.filter == made
        steps = [(made, not broken), *((one.filter, one.passed) for one in sample.verdicts[int(broken) :])]
        for step, good in steps:
            came[step] = came.get(step, 0) + 1
            passed[step] = passed.get(step, 0) + good
    return {step: StepCount(count, passed[step]) for step, count in came.items()}
