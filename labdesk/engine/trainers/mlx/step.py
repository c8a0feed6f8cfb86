"""The gradient of one optimizer step, computed by all cores at once.

MLX runs everything but matrix products on one core. Where there are many cores the rows of a step are therefore dealt
out to a few threads, each with its own MLX stream and its share of the cores for matrix products, and the gradients are
added in a fixed order. On a GPU there is one stream and no thread. A step that needs too much memory is done in waves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import mlx.core as mx

from labdesk.core.plans.training import streams_for
from labdesk.engine.convert.openblas import cpu_threads, set_blas_threads
from labdesk.engine.trainers import TrainingRow
from labdesk.engine.trainers.mlx.batches import Layout, lay_out, loss_weight, places_in, share_out, shared_prefix
from labdesk.engine.trainers.mlx.fast_math import on_cpu
from labdesk.engine.trainers.mlx.lora import Weights, set_lora_weights
from labdesk.engine.trainers.mlx.loss import batch_loss
from labdesk.engine.trainers.mlx.packed import Blur
from labdesk.engine.trainers.mlx.ranks import Ranks, number

T = TypeVar("T")
#: Some rows of a step, computed at once, and the noise on them.
Part = tuple[Layout, Blur | None]

#: Tokens that one thread works on at a time; more rows are computed one wave after another. Matrix products on a CPU
#: gain nothing from more, and memory stays below 3 GB for the starter whatever the batch size.
WAVE_TOKENS = 512
GPU_WAVE_TOKENS = 4096


def usable_streams() -> int:
    """How many threads this machine should use; one on a GPU."""
    return streams_for(cpu_threads()) if on_cpu() else 1


class Gradients:
    """Computes losses and gradients of a student with LoRA in `streams` threads (fixed for a whole run: the order of
    additions, and so the last bits of the result, depend on it)."""

    def __init__(self, model: Any, streams: int, *, checkpointing: bool = False, ranks: Ranks | None = None) -> None:
        self._model = model
        self._ranks = ranks or Ranks()
        self._width = streams
        self._checkpointing = checkpointing
        #: Tokens that one thread works on at a time; 0: as many as usual here.
        self.wave = 0
        # The model holds one set of weights: graphs are built one at a time, and computed together.
        self._building = threading.Lock()
        self._own = threading.local()
        self._threads = ThreadPoolExecutor(streams, "labdesk-train", self._open_stream) if streams > 1 else None
        if on_cpu():
            set_blas_threads(max(1, cpu_threads() // streams))

    def loss_and_gradients(
        self, weights: Weights, rows: Sequence[TrainingRow], blur: Blur | None = None
    ) -> tuple[mx.array, Weights]:
        """Mean loss of the rows' supervised tokens and its gradient by parameter name."""
        compute = mx.value_and_grad(self._loss)
        loss: mx.array | None = None
        gradients: Weights = {}
        for wave in self._waves(rows, blur):
            for value, gradient in self._together(lambda part: compute(weights, *part), wave):
                loss = value if loss is None else loss + value
                gradients = {name: gradients[name] + new for name, new in gradient.items()} if gradients else gradient
            if len(wave) == self._width:
                mx.eval(loss, gradients)
        set_lora_weights(self._model, weights)
        return self._ranks.add(loss, gradients, weights)

    def loss(self, weights: Weights, rows: Sequence[TrainingRow]) -> float:
        """Mean loss of the rows' supervised tokens, in nats."""
        total = 0.0
        for wave in self._waves(rows):
            total += sum(number(value) for value in self._together(lambda part: self._loss(weights, *part), wave))
        set_lora_weights(self._model, weights)
        return self._ranks.sum(total)

    def _open_stream(self) -> None:
        """MLX streams belong to the thread that made them."""
        self._own.stream = mx.new_stream(mx.cpu)

    def _together(self, compute: Callable[[Part], T], wave: Sequence[Part]) -> list[T]:
        """Results of one wave, evaluated, in the order of its parts."""

        def one(part: Part) -> T:
            with mx.stream(self._own.stream):
                with self._building:
                    result = compute(part)
                mx.eval(result)
            return result

        if self._threads is not None:
            mx.eval(self._model.parameters())  # threads cannot compute what another thread has only described
            return list(self._threads.map(one, wave))
        results = [compute(part) for part in wave]
        mx.eval(results)
        return results

    def _loss(self, weights: Weights, layout: Layout, blur: Blur | None) -> mx.array:
        set_lora_weights(self._model, weights)
        return batch_loss(self._model, layout, checkpointing=self._checkpointing, blur=blur)

    def _waves(self, rows: Sequence[TrainingRow], blur: Blur | None = None) -> list[list[Part]]:
        """The rows of a step in waves of one part for each thread; of each part what this process computes."""
        total = loss_weight(rows)
        lengths = [len(row.tokens) for row in rows]
        limit = self.wave or (WAVE_TOKENS if on_cpu() else GPU_WAVE_TOKENS)
        parts = max(self._width, -(-sum(lengths) // limit))
        made: list[Part] = []
        for place, pile in enumerate(share_out(lengths, parts)):
            noise = Blur(blur.share, blur.seed + place) if blur else None
            part = self._part([rows[row] for row in pile], total, noise)
            made += [part] if part is not None else []
        return [made[start : start + self._width] for start in range(0, len(made), self._width)]

    def _part(self, rows: Sequence[TrainingRow], total: float, blur: Blur | None) -> Part | None:
        """One part, or what of it is this process's own; None where that is nothing."""
        if self._ranks.size == 1:
            return lay_out(rows, total), blur
        own = self._ranks.own([len(row.tokens) for row in rows])
        if not own:
            return None
        prefix = shared_prefix(rows)
        if blur is not None:
            whole = prefix + sum(len(row.tokens) - prefix for row in rows)
            blur = Blur(blur.share, blur.seed, whole, places_in(rows, own, prefix))
        return lay_out([rows[row] for row in own], total, prefix), blur
