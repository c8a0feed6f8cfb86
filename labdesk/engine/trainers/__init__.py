"""The trainer seam: what a training is asked to do, what it reports, what it leaves behind.

    from labdesk.engine.trainers.mlx.trainer import MlxTrainer          # imports mlx: only inside a worker
    result = MlxTrainer().train(plan, rows, validation, base=Path("student.gguf"), folder=Path("run"), events=events)
    result.adapter            # run/<last phase>/adapter.gguf, a llama.cpp LoRA that carries its base's fingerprint
    result.phases[0].adapter  # run/knowledge/adapter.gguf, as it stood after that phase
    export_merged(base, result.weights, target, kind="F16")             # labdesk.engine.convert.merged_gguf

`rows` and `validation` map a phase's name to its rows. Calling `train` again with the same folder continues the
run from its newest checkpoint that verifies; on a CPU the bytes of the adapter are then the same as if nothing had
happened. `events.should_stop()` is asked after every step: when true, a checkpoint is written and JobStopped raised.

This module imports no engine, so the planner, the window and the tests may use its types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

import msgspec

PhaseName = Literal["knowledge", "skills"]
Schedule = Literal["constant", "cosine"]


class TrainingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One tokenised row.

    tokens      whole text including what the model must end with (usually the end-of-turn token).
    supervised  spans [start, end) of positions in `tokens` to be predicted; position 0 cannot be (nothing stands
                before it). Text between the spans is only read. `((1, len(tokens)),)` learns everything.
    prefix      how many leading tokens are common to many rows (the system prompt). Computed once per batch where
                all its rows share them; none of them may be supervised. 0 is always right, only slower.
    weight      factor of this row's tokens in the loss; 1.0 for an ordinary row.
    stage       rows of stage 0 are seen before rows of stage 1 within every epoch (short answers, then long ones).
    leaf        path of the leaf it teaches; empty for general replay rows. sample: id of the sample.
    """

    tokens: tuple[int, ...]
    supervised: tuple[tuple[int, int], ...]
    prefix: int = 0
    weight: float = 1.0
    stage: int = 0
    leaf: str = ""
    sample: str = ""


class PhasePlan(msgspec.Struct, frozen=True, kw_only=True):
    """One phase. Give `steps`, or `epochs` when steps is 0. A step sees `batch_size` rows.

    blur              noise on the embeddings of questions, as a share of each one's size; 0 = none. It keeps a student
                      from learning a fact only for the very words that it was asked with.
    warmup            share of the steps over which the learning rate rises from zero.
    validate_every    steps between measurements of the held-out loss; 0 = only at the end.
    patience          end early after so many measurements without improvement; 0 = never.
    keep              which weights the phase hands on: the best by held-out loss (the last where none was measured).
    """

    name: PhaseName
    steps: int = 0
    epochs: float = 3.0
    batch_size: int = 6
    learning_rate: float = 4e-4
    blur: float = 0.0
    warmup: float = 0.05
    schedule: Schedule = "constant"
    weight_decay: float = 0.0
    clip: float = 1.0
    validate_every: int = 0
    patience: int = 0
    keep: Literal["best", "last"] = "best"


class TrainingPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One run: the shape of the LoRA and its phases, in order. Effective scale of the LoRA is alpha / rank.

    max_tokens        rows longer than this are cut (their supervised spans too); 0 = never.
    checkpoint_every  steps between checkpoints; 0 = only when a phase ends or a stop is asked.
    """

    phases: tuple[PhasePlan, ...]
    rank: int = 16
    alpha: float = 32.0
    seed: int = 0
    max_tokens: int = 1024
    gradient_checkpointing: bool = False
    checkpoint_every: int = 20


class StepReport(msgspec.Struct, frozen=True, kw_only=True):
    """One optimizer step. `step` counts from 1 within the phase. `tokens` are real ones (read or learned, no
    padding; a shared prefix counts once per row), `supervised` those learned. Memory in bytes, rates per second."""

    phase: PhaseName
    step: int
    steps: int
    epoch: int
    loss: float
    learning_rate: float
    gradient_norm: float
    tokens: int
    supervised: int
    seconds: float
    tokens_per_second: float
    peak_memory: int


class ValidationReport(msgspec.Struct, frozen=True, kw_only=True):
    """Mean loss over the supervised tokens of the held-out rows, in nats per token."""

    phase: PhaseName
    step: int
    loss: float
    best: bool
    seconds: float


class TrainerEvents(Protocol):
    """What the trainer tells while it works. Implementations must be quick: they run between two steps."""

    def on_note(self, text: str) -> None:
        """A plain sentence for the person: resumed, rolled back, ended early."""

    def on_step(self, report: StepReport) -> None: ...

    def on_validation(self, report: ValidationReport) -> None: ...

    def on_checkpoint(self, path: Path, step: int) -> None:
        """A checkpoint folder is on disk and verified; `step` counts over the whole run."""

    def should_stop(self) -> bool:
        """Asked after every step. True: write a checkpoint and raise JobStopped."""
        ...


class PhaseResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one phase left: `weights` (safetensors) to continue from, `adapter` (GGUF) to chat with."""

    name: PhaseName
    steps: int
    weights: Path
    adapter: Path
    first_loss: float
    last_loss: float
    best_validation: float | None
    best_step: int
    seconds: float


class TrainedAdapter(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a run. `sha256` is the hash of `weights`; `base` the fingerprint of the student."""

    weights: Path
    adapter: Path
    sha256: str
    base: str
    phases: tuple[PhaseResult, ...]


class Trainer(Protocol):
    """What every trainer can do. Implementations live in sibling modules and are imported only by workers."""

    name: str

    def unavailable_because(self) -> str | None:
        """A plain sentence when this trainer cannot run on this machine, else None. Loads no model."""
        ...

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
        """Train, or continue, the run in `folder`.

        Raises ModelError (student cannot be trained), TrainingError (no rows, loss is not a number),
        StorageError (disk), JobStopped (asked to stop; everything is saved).
        """
        ...
