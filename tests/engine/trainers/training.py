"""Small rows, a small plan and a listener for trainer tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from labdesk.engine.trainers import PhasePlan, StepReport, TrainingPlan, TrainingRow, ValidationReport
from tests.tiny_models import write_tiny_model

VOCABULARY = 300
PREFIX = (1, 40, 41, 42, 43, 44, 45)


def make_rows(count: int, *, prefix: tuple[int, ...] = PREFIX, seed: int = 0, stage: int = 0) -> list[TrainingRow]:
    """Random rows of 8 to 30 tokens behind a shared prefix; the last five of each are learned."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        body = tuple(int(token) for token in random.integers(3, VOCABULARY, int(random.integers(8, 30))))
        tokens = (*prefix, *body)
        rows.append(
            TrainingRow(
                tokens=tokens,
                supervised=((len(tokens) - 5, len(tokens)),),
                prefix=len(prefix),
                leaf="knowledge/x",
                sample=f"s{number}",
                stage=stage,
            )
        )
    return rows


def small_plan(*phases: PhasePlan, seed: int = 1, checkpoint_every: int = 3) -> TrainingPlan:
    return TrainingPlan(phases=phases, rank=4, alpha=8.0, seed=seed, checkpoint_every=checkpoint_every)


def tiny_base(folder: Path) -> Path:
    return write_tiny_model(folder / "base.gguf", "llama", "q8_0")


class Listener:
    """Collects what a trainer says; `at_step` is called with the count of steps seen."""

    def __init__(self, at_step: Callable[[int], None] = lambda _count: None, stop_after: int = 0) -> None:
        self.notes: list[str] = []
        self.steps: list[StepReport] = []
        self.validations: list[ValidationReport] = []
        self.checkpoints: list[Path] = []
        self._at_step, self._stop_after = at_step, stop_after

    def on_note(self, text: str) -> None:
        self.notes.append(text)

    def on_step(self, report: StepReport) -> None:
        self.steps.append(report)
        self._at_step(len(self.steps))

    def on_validation(self, report: ValidationReport) -> None:
        self.validations.append(report)

    def on_checkpoint(self, path: Path, step: int) -> None:
        self.checkpoints.append(path)

    def should_stop(self) -> bool:
        return bool(self._stop_after) and len(self.steps) >= self._stop_after
