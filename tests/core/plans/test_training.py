"""The planner's formulas, held against numbers worked out by hand and against a measured run."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from labdesk.core.errors import ModelError
from labdesk.core.models.gguf_header import read_header
from labdesk.core.plans.training import (
    GIB,
    Machine,
    StudentShape,
    TrainingLoad,
    best_change,
    disk_needed,
    forecast,
    operations_per_step,
    peak_memory,
    shape_of,
    verdict,
)
from tests.tiny_models import write_tiny_model

STARTER = StudentShape(
    layers=30, width=576, feed_forward=1536, heads=9, kv_heads=3, head_size=64, vocabulary=49152, tied=True
)
LOAD = TrainingLoad(steps=100, tokens=489, supervised=160, longest=105)


def test_the_starter_has_the_size_that_its_name_says() -> None:
    assert STARTER.weights == pytest.approx(134.5e6, rel=0.001)
    assert STARTER.block_weights == 30 * (576 * 576 * 2 + 576 * 192 * 2 + 3 * 576 * 1536)
    assert STARTER.lora_weights(16) == 30 * 16 * (576 * 2 * 2 + (576 + 192) * 2 + (576 + 1536) * 3)


def test_a_header_gives_the_shape(tmp_path: Path) -> None:
    header = read_header(write_tiny_model(tmp_path / "m.gguf", "qwen3"))
    shape = shape_of(header)
    assert (shape.layers, shape.width, shape.feed_forward, shape.heads, shape.kv_heads) == (2, 64, 128, 4, 2)
    assert shape.head_size == 16
    assert not shape.tied
    norms = 2 * (2 * 64 + 2 * 16) + 64
    assert shape.weights == header.parameters - norms


def test_a_header_without_sizes_is_refused(tmp_path: Path) -> None:
    header = read_header(write_tiny_model(tmp_path / "m.gguf"))
    with pytest.raises(ModelError, match="cannot be told"):
        shape_of(msgspec.structs.replace(header, architecture="other"))


def test_operations_are_four_per_weight_and_token_and_six_with_recomputing() -> None:
    plain = operations_per_step(STARTER, LOAD)
    assert plain == pytest.approx(4 * STARTER.block_weights * 489, rel=0.2)
    recomputed = operations_per_step(STARTER, msgspec.structs.replace(LOAD, gradient_checkpointing=True))
    assert 1.35 < recomputed / plain < 1.5
    only_read = operations_per_step(STARTER, msgspec.structs.replace(LOAD, supervised=0))
    assert plain - only_read == 4 * 49152 * 576 * 160


def test_minutes_follow_from_speed() -> None:
    slow = forecast(STARTER, LOAD, Machine(memory=8 * GIB, flops=50e9))
    fast = forecast(STARTER, LOAD, Machine(memory=8 * GIB, flops=200e9))
    assert slow.seconds == pytest.approx(4 * fast.seconds)
    assert fast.seconds == pytest.approx(100 * operations_per_step(STARTER, LOAD) / (0.6 * 200e9))


@pytest.mark.parametrize(
    ("tokens", "longest", "measured"), [(320, 70, 1.32e9), (489, 105, 1.56e9), (514, 105, 1.69e9), (850, 125, 2.19e9)]
)
def test_peak_memory_is_that_of_measured_steps(tokens: int, longest: int, measured: float) -> None:
    """Peak resident bytes of the trainer with the starter, two threads, rank 16, on Linux."""
    load = msgspec.structs.replace(LOAD, tokens=tokens, longest=longest)
    assert peak_memory(STARTER, load) == pytest.approx(measured, rel=0.08)


def test_large_steps_are_computed_in_waves_and_need_no_more() -> None:
    loads = [msgspec.structs.replace(LOAD, tokens=tokens) for tokens in (1024, 2048, 8192)]
    assert len({peak_memory(STARTER, load) for load in loads}) == 1


def test_the_verdict_and_the_change_that_helps() -> None:
    assert verdict(80, 100) == "fits"
    assert verdict(90, 100) == "tight"
    assert verdict(101, 100) == "does not fit"
    large = msgspec.structs.replace(LOAD, tokens=1024, supervised=1000)
    peak = peak_memory(STARTER, large)
    assert forecast(STARTER, large, Machine(memory=2 * peak, flops=1e11)).advice == ""
    assert "Halve the batch" in best_change(STARTER, large, Machine(memory=int(peak / 1.1), flops=1e11))
    assert "Recompute" in best_change(STARTER, large, Machine(memory=int(peak / 1.6), flops=1e11))
    assert "smaller student" in best_change(STARTER, large, Machine(memory=GIB // 4, flops=1e11))


def test_disk_counts_checkpoints_and_the_merged_model() -> None:
    lora = 4 * STARTER.lora_weights(16)
    small = disk_needed(STARTER, msgspec.structs.replace(LOAD, merged_as="Q8_0", phases=1))
    assert small == pytest.approx(STARTER.weights * 34 / 32 + 17 * lora, rel=0.001)
    assert disk_needed(STARTER, LOAD) > small
