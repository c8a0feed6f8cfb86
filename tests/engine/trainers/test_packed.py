"""The packed forward pass gives the loss and the gradients of mlx-lm's own model, row by row, for every family."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mlx.core as mx
import mlx.nn as nn
import numpy as np
import pytest

from labdesk.engine.convert.gguf_to_mlx import load_student
from labdesk.engine.trainers import TrainingRow
from labdesk.engine.trainers.mlx import step
from labdesk.engine.trainers.mlx.batches import loss_weight, supervised_positions
from labdesk.engine.trainers.mlx.lora import Weights, add_lora, lora_weights, set_lora_weights
from labdesk.engine.trainers.mlx.packed import Blur
from labdesk.engine.trainers.mlx.ranks import number
from labdesk.engine.trainers.mlx.step import Gradients
from tests.engine.convert.family_models import VARIANTS, write_variant
from tests.engine.trainers.training import make_rows

TOLERANCE = 1e-4


def adapted(folder: Path, variant: str) -> tuple[Any, Weights]:
    """A model with LoRA that does something."""
    student = load_student(write_variant(folder / "m.gguf", variant))
    add_lora(student.model, 4, 2.0, seed=1)
    random = np.random.default_rng(8)
    weights = {
        name: mx.array(random.standard_normal(value.shape).astype(np.float32) * 0.1) if name.endswith("_b") else value
        for name, value in lora_weights(student.model).items()
    }
    return student.model, weights


def plain(model: Any, weights: Weights, rows: list[TrainingRow]) -> tuple[mx.array, Weights]:
    """The same through mlx-lm: one row at a time, all logits."""

    def loss(weights: Weights) -> mx.array:
        set_lora_weights(model, weights)
        total = mx.array(0.0)
        for row in rows:
            logits = model(mx.array([row.tokens]))[0]
            at = np.array(supervised_positions(row))
            losses = nn.losses.cross_entropy(logits[mx.array(at - 1)], mx.array(row.tokens)[mx.array(at)])
            total = total + row.weight * losses.sum()
        return total / loss_weight(rows)

    return mx.value_and_grad(loss)(weights)


def largest_difference(one: Weights, two: Weights) -> float:
    return max(number(mx.abs(one[name] - two[name]).max() / mx.abs(two[name]).max()) for name in two)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("shared", [True, False])
def test_loss_and_gradients_equal_the_plain_computation(tmp_path: Path, variant: str, shared: bool) -> None:
    model, weights = adapted(tmp_path, variant)
    rows = make_rows(5)
    if not shared:
        rows[1] = TrainingRow(tokens=rows[1].tokens, supervised=((1, len(rows[1].tokens)),), weight=0.5)
    expected, expected_gradients = plain(model, weights, rows)
    loss, gradients = Gradients(model, 1).loss_and_gradients(weights, rows)
    assert number(loss) == pytest.approx(number(expected), rel=TOLERANCE)
    assert largest_difference(gradients, expected_gradients) < TOLERANCE
    assert Gradients(model, 1).loss(weights, rows) == pytest.approx(number(expected), rel=TOLERANCE)


@pytest.mark.parametrize(("streams", "checkpointing", "wave"), [(2, False, 512), (3, False, 40), (1, True, 512)])
def test_threads_waves_and_recomputing_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, streams: int, checkpointing: bool, wave: int
) -> None:
    model, weights = adapted(tmp_path, "qwen3")
    rows = make_rows(7)
    loss, gradients = Gradients(model, 1).loss_and_gradients(weights, rows)
    monkeypatch.setattr(step, "WAVE_TOKENS", wave)
    other, other_gradients = Gradients(model, streams, checkpointing=checkpointing).loss_and_gradients(weights, rows)
    assert number(other) == pytest.approx(number(loss), rel=1e-5)
    assert largest_difference(other_gradients, gradients) < 1e-5


def test_the_same_step_gives_the_same_bytes(tmp_path: Path) -> None:
    model, weights = adapted(tmp_path, "llama")
    rows = make_rows(6)
    threads = Gradients(model, 2)
    first = [np.array(value).tobytes() for value in threads.loss_and_gradients(weights, rows)[1].values()]
    for _ in range(5):
        again = [np.array(value).tobytes() for value in threads.loss_and_gradients(weights, rows)[1].values()]
        assert again == first


def test_blur_falls_on_questions_only_and_depends_on_its_seed_alone(tmp_path: Path) -> None:
    model, weights = adapted(tmp_path, "llama")
    rows = make_rows(5)
    gradients = Gradients(model, 1)

    def loss(of: list[TrainingRow], blur: Blur | None) -> float:
        return number(gradients.loss_and_gradients(weights, of, blur)[0])

    clear, blurred = loss(rows, None), loss(rows, Blur(0.5, 7))
    assert blurred != clear
    assert blurred == loss(rows, Blur(0.5, 7))
    assert blurred != loss(rows, Blur(0.5, 8))
    learned = [TrainingRow(tokens=row.tokens, supervised=((7, len(row.tokens)),), prefix=7) for row in rows]
    assert loss(learned, Blur(0.5, 7)) == loss(learned, None), "there is no question in these rows"
    assert gradients.loss(weights, rows) == pytest.approx(clear), "held-out rows are read clearly"
