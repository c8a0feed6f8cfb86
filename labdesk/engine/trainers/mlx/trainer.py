"""The MLX trainer: Metal, CUDA or CPU. Import only in a worker process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from labdesk.core.errors import TrainingError
from labdesk.core.models.fingerprint import fingerprint
from labdesk.engine.convert.gguf_to_mlx import load_student
from labdesk.engine.trainers import TrainedAdapter, TrainerEvents, TrainingPlan, TrainingRow
from labdesk.engine.trainers.mlx.batches import cut, supervised_positions
from labdesk.engine.trainers.mlx.checkpoint import Checkpoint, Checkpoints, Progress
from labdesk.engine.trainers.mlx.lora import Weights, add_lora, lora_weights
from labdesk.engine.trainers.mlx.ranks import Ranks
from labdesk.engine.trainers.mlx.run import Run, plan_hash
from labdesk.engine.trainers.mlx.step import usable_streams


class MlxTrainer:
    """Implements `labdesk.engine.trainers.Trainer`."""

    name = "mlx"

    def unavailable_because(self) -> str | None:
        """None: whoever could import this module has MLX."""
        return None

    def train(
        self,
        plan: TrainingPlan,
        rows: Mapping[str, Sequence[TrainingRow]],
        validation: Mapping[str, Sequence[TrainingRow]],
        *,
        base: Path,
        folder: Path,
        events: TrainerEvents,
    ) -> TrainedAdapter:
        """See the seam. `folder` is made when it is missing; the caller makes sure that nobody else trains in it.

        Started by `mlx.launch` in several processes, they train together; each needs a folder of its own.
        """
        rows, validation = _usable(rows, plan), _usable(validation, plan)
        if not any(rows.get(phase.name) for phase in plan.phases):
            raise TrainingError(
                "There is nothing to train on.",
                cause="No row has a token to be learned.",
                remedy="Generate samples first, or accept some in Review.",
            )
        identity = fingerprint(base)
        student = load_student(base)
        add_lora(student.model, plan.rank, plan.alpha / plan.rank, plan.seed)
        initial = lora_weights(student.model)
        checkpoints = Checkpoints(folder / "checkpoints", rank=plan.rank, alpha=plan.alpha, base=identity)
        ranks = Ranks()
        start = _start(checkpoints, plan_hash(plan, rows, validation, identity), initial, events, ranks)
        run = Run(
            plan,
            rows,
            validation,
            start=start,
            model=student.model,
            checkpoints=checkpoints,
            base=base,
            base_fingerprint=identity,
            folder=folder,
            events=events,
            ranks=ranks,
        )
        return run.finish()


def _start(checkpoints: Checkpoints, plan: str, initial: Weights, events: TrainerEvents, ranks: Ranks) -> Checkpoint:
    newest = checkpoints.newest()
    if ranks.size > 1:  # a process may have died before it wrote what the others wrote
        newest = checkpoints.at(ranks.least(newest.progress.total if newest else -1))
    if newest is None:
        return Checkpoint(Progress(plan=plan, streams=usable_streams()), initial, None)
    if newest.progress.plan != plan or _shapes(newest.weights) != _shapes(initial):
        raise TrainingError(
            "This folder holds the checkpoints of another training.",
            cause="The plan, the rows or the student have changed since it was begun.",
            remedy="Start a new run; the old one stays as it is.",
        )
    events.on_note(f"Continued after step {newest.progress.total}.")
    return newest


def _shapes(weights: Weights) -> dict[str, Any]:
    return {name: tuple(value.shape) for name, value in weights.items()}


def _usable(rows: Mapping[str, Sequence[TrainingRow]], plan: TrainingPlan) -> dict[str, list[TrainingRow]]:
    """Rows cut to the plan's length; those with nothing left to learn are dropped."""
    cuts = {name: [cut(row, plan.max_tokens) for row in some] for name, some in rows.items()}
    return {name: [row for row in some if supervised_positions(row)] for name, some in cuts.items()}
