"""What a training will really compute: counted from its rows and batches, before the first step."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from labdesk.core.plans.training import TrainingLoad
from labdesk.engine.trainers import PhasePlan, TrainingPlan, TrainingRow
from labdesk.engine.trainers.mlx.batches import (
    batches_per_epoch,
    epoch_batches,
    share_out,
    shared_prefix,
    supervised_positions,
)
from labdesk.engine.trainers.mlx.fast_math import on_cpu
from labdesk.engine.trainers.mlx.step import GPU_WAVE_TOKENS, WAVE_TOKENS, usable_streams

Rows = Mapping[str, Sequence[TrainingRow]]


def steps_of(phase: PhasePlan, rows: Sequence[TrainingRow]) -> int:
    """How many optimizer steps a phase has; 0 without rows."""
    if not rows:
        return 0
    return phase.steps or math.ceil(phase.epochs * batches_per_epoch([row.stage for row in rows], phase.batch_size))


def load_of(plan: TrainingPlan, rows: Rows) -> TrainingLoad:
    """The load of a plan on these rows. Steps beyond the first epoch are taken to be like those of the first."""
    threads = usable_streams()
    total, tokens, learned, largest, longest = 0, 0.0, 0.0, 0, 0
    for phase in plan.phases:
        own = rows.get(phase.name, ())
        steps = steps_of(phase, own)
        if not steps:
            continue
        batches = epoch_batches([row.stage for row in own], phase.batch_size, plan.seed, 0)
        waves = [_waves([own[row] for row in batch], threads) for batch in batches]
        total += steps
        tokens += steps * sum(map(sum, waves)) / len(batches)
        learned += steps * sum(len(supervised_positions(row)) for row in own) / len(batches)
        largest = max(largest, *(max(some) for some in waves))
        longest = max(longest, *(len(row.tokens) for row in own))
    return TrainingLoad(
        steps=total,
        tokens=tokens / max(1, total),
        supervised=learned / max(1, total),
        longest=longest,
        largest=largest * threads,
        rank=plan.rank,
        gradient_checkpointing=plan.gradient_checkpointing,
        threads=threads,
        phases=len(plan.phases),
    )


def _waves(rows: Sequence[TrainingRow], threads: int) -> list[int]:
    """Tokens of each part of a step, its shared beginning counted once: as `step.Gradients` divides it."""
    lengths = [len(row.tokens) for row in rows]
    parts = max(threads, -(-sum(lengths) // (WAVE_TOKENS if on_cpu() else GPU_WAVE_TOKENS)))
    found = []
    for pile in share_out(lengths, parts):
        prefix = shared_prefix([rows[row] for row in pile])
        found.append(prefix + sum(lengths[row] - prefix for row in pile))
    return found
