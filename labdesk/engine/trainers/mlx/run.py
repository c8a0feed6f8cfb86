"""One training run: phases, steps, measurements, checkpoints, and going on where it was interrupted."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import mlx.core as mx
import msgspec

from labdesk.core.errors import JobStopped, TrainingError
from labdesk.core.storage import sha256_of
from labdesk.engine.convert.adapter_gguf import export_adapter
from labdesk.engine.convert.lora_file import save_lora
from labdesk.engine.trainers import (
    PhasePlan,
    PhaseResult,
    StepReport,
    TrainedAdapter,
    TrainerEvents,
    TrainingPlan,
    TrainingRow,
    ValidationReport,
)
from labdesk.engine.trainers.mlx import memory_watch
from labdesk.engine.trainers.mlx.batches import batches_from, supervised_positions
from labdesk.engine.trainers.mlx.checkpoint import ADAPTER, Checkpoint, Checkpoints, PhaseRecord, Progress
from labdesk.engine.trainers.mlx.costs import steps_of
from labdesk.engine.trainers.mlx.lora import Weights
from labdesk.engine.trainers.mlx.machine import peak_memory
from labdesk.engine.trainers.mlx.optimizer import AdamState, global_norm, learning_rate, update
from labdesk.engine.trainers.mlx.packed import Blur
from labdesk.engine.trainers.mlx.ranks import Ranks, number
from labdesk.engine.trainers.mlx.step import Gradients

ADAPTER_GGUF = "adapter.gguf"
#: Steps in a row whose loss is not a number, before the run gives up.
MAX_BAD_STEPS = 4
#: Room between the seeds of two steps: a step is never computed in so many parts.
_MOST_PARTS = 4096

Rows = Mapping[str, Sequence[TrainingRow]]


def plan_hash(plan: TrainingPlan, rows: Rows, validation: Rows, base: str) -> str:
    """SHA-256 of everything that determines the result: a folder is only continued with the same."""
    data = msgspec.msgpack.encode([plan, dict(rows), dict(validation), base], order="sorted")
    return hashlib.sha256(data).hexdigest()


class Run:
    """The state of a run in memory. Everything that must survive is in `progress`, `weights` and `optimizer`."""

    def __init__(
        self,
        plan: TrainingPlan,
        rows: Rows,
        validation: Rows,
        *,
        start: Checkpoint,
        model: Any,
        checkpoints: Checkpoints,
        base: Path,
        base_fingerprint: str,
        folder: Path,
        events: TrainerEvents,
        ranks: Ranks,
    ) -> None:
        self.ranks = ranks
        self.plan, self.rows, self.validation = plan, rows, validation
        self.base, self.base_fingerprint, self.folder, self.events = base, base_fingerprint, folder, events
        self.checkpoints = checkpoints
        self.progress = start.progress
        self.weights: Weights = start.weights
        self.optimizer = start.optimizer or AdamState.fresh(start.weights)
        self.gradients = Gradients(
            model, start.progress.streams, checkpointing=plan.gradient_checkpointing, ranks=ranks
        )

    def finish(self) -> TrainedAdapter:
        """Train what is left and return the result. Raises JobStopped, TrainingError, StorageError."""
        while self.progress.phase < len(self.plan.phases):
            phase = self.plan.phases[self.progress.phase]
            if self.rows.get(phase.name):
                self._train_phase(phase)
            self._hand_over(phase)
        return self._result()

    def _train_phase(self, phase: PhasePlan) -> None:
        rows = self.rows[phase.name]
        stages = [row.stage for row in rows]
        steps = steps_of(phase, rows)
        batches = batches_from(stages, phase.batch_size, self.plan.seed, self.progress.step)
        while self.progress.step < steps:
            epoch, batch = next(batches)
            self._watch_memory()
            self._step(phase, steps, epoch, [rows[row] for row in batch])
            done = self.progress.step == steps
            if self.validation.get(phase.name) and (
                done or (phase.validate_every and self.progress.step % phase.validate_every == 0)
            ):
                self._validate(phase)
                if phase.patience and self.progress.without_gain >= phase.patience and not done:
                    self.events.on_note(
                        f"Ended early at step {self.progress.step} of {steps}: the held-out loss no longer falls."
                    )
                    return
            if not done:
                self._save_when_due()

    def _step(self, phase: PhasePlan, steps: int, epoch: int, rows: Sequence[TrainingRow]) -> None:
        """One optimizer step. A loss that is not a number changes nothing but halves the learning rate."""
        started = time.perf_counter()
        before = self.progress
        rate = learning_rate(phase, before.step + 1, steps) * before.rate_factor
        loss, gradients = self.gradients.loss_and_gradients(self.weights, rows, self._blur(phase))
        norm = global_norm(gradients)
        weights, optimizer = update(
            self.weights,
            gradients,
            self.optimizer,
            rate=rate,
            decay=phase.weight_decay,
            clip=phase.clip,
            norm=norm,
        )
        mx.eval(loss, norm, weights, optimizer.first, optimizer.second)
        value, size = number(loss), number(norm)
        seconds = time.perf_counter() - started
        changes: dict[str, Any] = {
            "step": before.step + 1,
            "total": before.total + 1,
            "seconds": before.seconds + seconds,
        }
        if math.isfinite(value) and math.isfinite(size):
            self.weights, self.optimizer = weights, optimizer
            first = value if before.first_loss == 0.0 else before.first_loss
            changes |= {"bad_steps": 0, "last_loss": value, "first_loss": first}
        else:
            changes |= {"bad_steps": before.bad_steps + 1, "rate_factor": before.rate_factor / 2}
            self._note_bad_step(before)
        self.progress = msgspec.structs.replace(before, **changes)
        tokens = sum(len(row.tokens) for row in rows)
        self.events.on_step(
            StepReport(
                phase=phase.name,
                step=self.progress.step,
                steps=steps,
                epoch=epoch,
                loss=value,
                learning_rate=rate,
                gradient_norm=size,
                tokens=tokens,
                supervised=sum(len(supervised_positions(row)) for row in rows),
                seconds=seconds,
                tokens_per_second=tokens / seconds,
                peak_memory=peak_memory(),
            )
        )

    def _watch_memory(self) -> None:
        """Compute fewer tokens at a time where memory runs short. It is kept, so that a resumed run does the same."""
        wave = self.progress.wave or memory_watch.first_wave()
        if memory_watch.is_short() and memory_watch.step_down(wave) < wave:
            wave = memory_watch.step_down(wave)
            mx.clear_cache()
            self.events.on_note(f"Memory is running short: from now on {wave} tokens are computed at a time.")
            self.progress = msgspec.structs.replace(self.progress, wave=wave)
        self.gradients.wave = self.progress.wave

    def _blur(self, phase: PhasePlan) -> Blur | None:
        """This step's noise: another in every step, and the same again after a resume."""
        seed = (self.plan.seed * 1_000_003 + self.progress.total) * _MOST_PARTS
        return Blur(phase.blur, seed) if phase.blur else None

    def _note_bad_step(self, before: Progress) -> None:
        if before.bad_steps + 1 >= MAX_BAD_STEPS:
            raise TrainingError(
                "The training went astray and was stopped.",
                cause=f"The loss was not a number {MAX_BAD_STEPS} times in a row at step {before.step + 1}.",
                remedy="Choose a lower learning rate and train again; the last good checkpoint is kept.",
            )
        self.events.on_note(
            f"Step {before.step + 1} gave no usable number: it was undone and the learning rate halved."
        )

    def _validate(self, phase: PhasePlan) -> None:
        started = time.perf_counter()
        loss = self.gradients.loss(self.weights, self.validation[phase.name])
        best = self.progress.best_loss is None or loss < self.progress.best_loss
        changes: dict[str, Any] = {"without_gain": 0 if best else self.progress.without_gain + 1}
        if best:
            changes |= {"best_loss": loss, "best_step": self.progress.step}
        self.progress = msgspec.structs.replace(self.progress, **changes)
        if best and phase.keep == "best":
            self.checkpoints.save_best(phase.name, self._checkpoint())
        self.events.on_validation(
            ValidationReport(
                phase=phase.name,
                step=self.progress.step,
                loss=loss,
                best=best,
                seconds=time.perf_counter() - started,
            )
        )

    def _save_when_due(self) -> None:
        stop = self.ranks.any(self.events.should_stop())
        if stop or (self.plan.checkpoint_every and self.progress.total % self.plan.checkpoint_every == 0):
            self._save()
        if stop:
            raise JobStopped

    def _save(self) -> None:
        path = self.checkpoints.save(self._checkpoint())
        self.events.on_checkpoint(path, self.progress.total)

    def _checkpoint(self) -> Checkpoint:
        return Checkpoint(self.progress, self.weights, self.optimizer)

    def _hand_over(self, phase: PhasePlan) -> None:
        """End a phase: choose its weights, write its adapter, and begin the next with a fresh optimizer."""
        done = self.progress
        if phase.keep == "best" and done.best_loss is not None and done.best_step != done.step:
            best = self.checkpoints.best(phase.name, done.best_step)
            if best is not None:
                self.weights = best.weights
        finished = done.finished
        if self.rows.get(phase.name):
            finished = (*finished, self._write_phase(phase, done))
        self.progress = Progress(
            plan=done.plan,
            phase=done.phase + 1,
            total=done.total,
            streams=done.streams,
            rate_factor=done.rate_factor,
            wave=done.wave,
            finished=finished,
        )
        self.optimizer = AdamState.fresh(self.weights)
        self._save()
        if self.progress.phase < len(self.plan.phases) and self.ranks.any(self.events.should_stop()):
            raise JobStopped

    def _write_phase(self, phase: PhasePlan, done: Progress) -> PhaseRecord:
        place = self.folder / phase.name
        place.mkdir(parents=True, exist_ok=True)
        weights = place / ADAPTER
        save_lora(weights, self.weights, rank=self.plan.rank, alpha=self.plan.alpha, base=self.base_fingerprint)
        export_adapter(self.base, weights, place / ADAPTER_GGUF, name=f"labdesk {phase.name}")
        return PhaseRecord(
            name=phase.name,
            steps=done.step,
            first_loss=done.first_loss,
            last_loss=done.last_loss,
            best_validation=done.best_loss,
            best_step=done.best_step,
            seconds=done.seconds,
        )

    def _result(self) -> TrainedAdapter:
        phases = tuple(
            PhaseResult(
                weights=self.folder / record.name / ADAPTER,
                adapter=self.folder / record.name / ADAPTER_GGUF,
                **msgspec.structs.asdict(record),
            )
            for record in self.progress.finished
        )
        last = phases[-1]
        return TrainedAdapter(
            weights=last.weights,
            adapter=last.adapter,
            sha256=sha256_of(last.weights),
            base=self.base_fingerprint,
            phases=phases,
        )
