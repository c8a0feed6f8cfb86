"""Cross-entropy on the supervised tokens only, in slices: the table of all logits never exists.

Most of a small model's arithmetic is its vocabulary matrix; here it is applied to the tokens to be learned and to no
other. The derivative with respect to the hidden states is formed slice by slice together with the loss.
"""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import mlx.nn as nn

from labdesk.engine.trainers.mlx import fast_math
from labdesk.engine.trainers.mlx.batches import Layout
from labdesk.engine.trainers.mlx.packed import Blur, hidden_states

#: Supervised tokens per slice at most: 128 x 49,152 logits in float32 are 25 MB. Each slice reads the whole vocabulary
#: matrix twice, so few slices of equal size are faster than many.
SLICE = 128


def batch_loss(model: Any, layout: Layout, *, checkpointing: bool = False, blur: Blur | None = None) -> mx.array:
    """Weighted sum of the cross-entropies, in nats, of the supervised tokens of a batch (weights: see `lay_out`)."""
    states = hidden_states(model, layout, checkpointing=checkpointing, blur=blur)
    chosen = mx.take(states, mx.array(layout.source), axis=0)
    head = model.model.embed_tokens if model.args.tie_word_embeddings else model.lm_head
    scale = 1.0 / float(getattr(model.args, "logits_scaling", 1.0))
    return cross_entropy(head, chosen * scale if scale != 1.0 else chosen, layout)


def cross_entropy(head: nn.Module, states: mx.array, layout: Layout) -> mx.array:
    """sum_i weight_i * -log softmax(head(states_i))[target_i]; states: (S, width)."""
    target, weight = mx.array(layout.target), mx.array(layout.weight)

    @mx.custom_function
    def loss(states: mx.array) -> tuple[mx.array, mx.array]:
        losses, gradients = [], []
        count = states.shape[0]
        size = -(-count // -(-count // SLICE))
        for start in range(0, count, size):
            part = slice(start, start + size)
            value, gradient = _slice_loss(head.weight, states[part], target[part], weight[part])
            losses.append(value)
            gradients.append(gradient)
        return mx.sum(mx.stack(losses)), mx.concatenate(gradients)

    @loss.vjp
    def back(primal: mx.array, cotangents: tuple[mx.array, mx.array], outputs: tuple[mx.array, mx.array]) -> mx.array:
        return cotangents[0] * outputs[1]

    result: Any = loss(states)
    value: mx.array = result[0]
    return value


def _slice_loss(table: mx.array, states: mx.array, target: mx.array, weight: mx.array) -> tuple[mx.array, mx.array]:
    """Loss of one slice and its derivative with respect to `states`: weight * (softmax @ table - table[target])."""
    logits = (states @ table.T).astype(mx.float32)
    top = mx.max(logits, axis=-1, keepdims=True)
    powers = fast_math.exp(logits - top) if fast_math.on_cpu() else mx.exp(logits - top)
    total = mx.sum(powers, axis=-1, keepdims=True)
    right = mx.take(table, target, axis=0)
    of_target = mx.sum(states.astype(mx.float32) * right.astype(mx.float32), axis=-1)
    value = mx.sum(weight * (mx.log(total[:, 0]) + top[:, 0] - of_target))
    gradient = (powers.astype(table.dtype) @ table) * (1.0 / total).astype(table.dtype) - right
    return value, gradient * weight[:, None].astype(table.dtype)
