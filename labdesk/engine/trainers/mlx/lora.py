"""Low-rank adapters on every matrix of a student's blocks, and their weights as a flat dictionary.

y = W x + (alpha / rank) * B^T A^T x with A (in, rank) and B (rank, out); B starts at zero (Hu et al. 2021).
"""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx
import mlx.nn as nn
import numpy as np
from mlx.utils import tree_flatten, tree_unflatten

from labdesk.engine.convert.families import MATRICES

Weights = dict[str, mx.array]


class LoraLinear(nn.Module):  # type: ignore[misc]
    """A frozen linear layer with a trained low-rank addition."""

    def __init__(self, linear: nn.Module, lora_a: mx.array, lora_b: mx.array, scale: float) -> None:
        super().__init__()
        self.linear = linear
        self.scale = scale
        self.lora_a = lora_a
        self.lora_b = lora_b

    def __call__(self, x: mx.array) -> mx.array:
        """x: (tokens, in) -> (tokens, out); also with leading batch dimensions."""
        return mx.addmm(self.linear(x), x @ self.lora_a, self.lora_b, alpha=self.scale)


def add_lora(model: Any, rank: int, scale: float, seed: int) -> None:
    """Put an adapter on every matrix of every block, in place. The start is a function of `seed` alone."""
    random = np.random.Generator(np.random.PCG64([seed, rank]))
    for layer in model.layers:
        for module in MATRICES.values():
            parent, name = getattr(layer, module.split(".")[0]), module.split(".")[1]
            linear = getattr(parent, name)
            outputs, inputs = linear.weight.shape
            bound = 1 / math.sqrt(inputs)
            lora_a = random.uniform(-bound, bound, (inputs, rank)).astype(np.float32)
            lora_b = np.zeros((rank, outputs), np.float32)
            setattr(parent, name, LoraLinear(linear, mx.array(lora_a), mx.array(lora_b), scale))
    model.freeze()
    for _name, module in model.named_modules():
        if isinstance(module, LoraLinear):
            module.unfreeze(keys=["lora_a", "lora_b"], recurse=False)


def lora_weights(model: Any) -> Weights:
    """The trained arrays by name, for example `model.layers.0.mlp.up_proj.lora_a`.

    Sorted, as a file holds them: sums over all of them must run in the same order before and after a resume.
    """
    return dict(sorted(tree_flatten(model.trainable_parameters())))


def set_lora_weights(model: Any, weights: Weights) -> None:
    """Replace trained arrays; names and shapes must be those of `lora_weights`."""
    model.update(tree_unflatten(list(weights.items())))
