"""The gradient of one optimizer step, computed by all cores at once.

MLX runs everything but matrix products on one core. So the rows of a step are dealt out to as many CPU streams as there
are cores, each with single-threaded matrix products, and the gradients are added: every core is busy with everything.
On a GPU there is one stream. A step that would need too much memory at once is computed in several waves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mlx.core as mx

from labdesk.engine.convert.openblas import cpu_threads, set_blas_threads
from labdesk.engine.trainers import TrainingRow
from labdesk.engine.trainers.mlx.batches import Layout, lay_out, loss_weight, share_out
from labdesk.engine.trainers.mlx.fast_math import on_cpu
from labdesk.engine.trainers.mlx.lora import Weights, set_lora_weights
from labdesk.engine.trainers.mlx.loss import batch_loss

#: Tokens that one stream works on at a time; more rows are computed one wave after another.
WAVE_TOKENS = 2048


def usable_streams() -> int:
    """How many streams this machine should use: its cores, at most 16; one on a GPU."""
    return min(cpu_threads(), 16) if on_cpu() else 1


def number(value: mx.array) -> float:
    """The one value of a scalar array."""
    result: Any = value.item()
    return float(result)


class Gradients:
    """Computes losses and gradients of a student with LoRA, on `streams` streams (fixed for a whole run: the order of
    additions, and so the last bits of the result, depend on it)."""

    def __init__(self, model: Any, streams: int, *, checkpointing: bool = False) -> None:
        self._model = model
        self._checkpointing = checkpointing
        self._cpu = on_cpu()
        self._streams = [mx.new_stream(mx.cpu) for _ in range(streams)] if self._cpu else [mx.default_stream(mx.gpu)]
        if self._cpu:
            set_blas_threads(max(1, cpu_threads() // streams))

    def loss_and_gradients(self, weights: Weights, rows: Sequence[TrainingRow]) -> tuple[mx.array, Weights]:
        """Mean loss of the rows' supervised tokens and its gradient by parameter name; not yet evaluated."""
        compute = mx.value_and_grad(self._loss)
        loss: mx.array | None = None
        gradients: Weights = {}
        waves = self._waves(rows)
        for number, wave in enumerate(waves):
            results = []
            for stream, layout in zip(self._streams, wave, strict=False):
                with mx.stream(stream):
                    results.append(compute(weights, layout))
            for value, gradient in results:
                loss = value if loss is None else loss + value
                gradients = {name: gradients[name] + new for name, new in gradient.items()} if gradients else gradient
            if number < len(waves) - 1:
                mx.eval(loss, gradients)
        set_lora_weights(self._model, weights)
        assert loss is not None
        return loss, gradients

    def loss(self, weights: Weights, rows: Sequence[TrainingRow]) -> float:
        """Mean loss of the rows' supervised tokens, in nats."""
        total = 0.0
        for wave in self._waves(rows):
            values = []
            for stream, layout in zip(self._streams, wave, strict=False):
                with mx.stream(stream):
                    values.append(self._loss(weights, layout))
            mx.eval(values)
            total += sum(number(value) for value in values)
        set_lora_weights(self._model, weights)
        return total

    def _loss(self, weights: Weights, layout: Layout) -> mx.array:
        set_lora_weights(self._model, weights)
        return batch_loss(self._model, layout, checkpointing=self._checkpointing)

    def _waves(self, rows: Sequence[TrainingRow]) -> list[list[Layout]]:
        total = loss_weight(rows)
        lengths = [len(row.tokens) for row in rows]
        parts = max(len(self._streams), -(-sum(lengths) // WAVE_TOKENS))
        layouts = [lay_out([rows[row] for row in pile], total) for pile in share_out(lengths, parts)]
        width = len(self._streams)
        return [layouts[start : start + width] for start in range(0, len(layouts), width)]
