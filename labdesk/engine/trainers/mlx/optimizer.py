"""AdamW with bias correction, the learning-rate schedule and gradient clipping, on flat dictionaries of arrays.

Own code because its whole state must be two dictionaries and a step number: that is what makes a resumed run exact.
"""

from __future__ import annotations

import math

import mlx.core as mx
import msgspec

from labdesk.engine.trainers import PhasePlan
from labdesk.engine.trainers.mlx.lora import Weights

BETA1 = 0.9
BETA2 = 0.99
EPSILON = 1e-8


class AdamState(msgspec.Struct, frozen=True):
    """First and second moments by parameter name, and how many updates they have seen."""

    first: Weights
    second: Weights
    updates: int

    @staticmethod
    def fresh(weights: Weights) -> AdamState:
        """The state before the first update."""
        return AdamState(
            {name: mx.zeros_like(value) for name, value in weights.items()},
            {name: mx.zeros_like(value) for name, value in weights.items()},
            0,
        )


def learning_rate(phase: PhasePlan, step: int, steps: int) -> float:
    """Rate of step 1..steps: rises linearly over the warm-up, then constant or falling as a half cosine to a tenth."""
    warm = round(phase.warmup * steps)
    if step <= warm:
        return phase.learning_rate * step / (warm + 1)
    if phase.schedule == "constant":
        return phase.learning_rate
    share = (step - warm) / max(1, steps - warm)
    return phase.learning_rate * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * share)))


def global_norm(gradients: Weights) -> mx.array:
    """Euclidean norm of all gradients together."""
    return mx.sqrt(mx.sum(mx.stack([mx.sum(mx.square(gradient)) for gradient in gradients.values()])))


def update(
    weights: Weights, gradients: Weights, state: AdamState, *, rate: float, decay: float, clip: float, norm: mx.array
) -> tuple[Weights, AdamState]:
    """One AdamW step (Loshchilov and Hutter 2019). `clip` bounds the global norm of the gradients; 0 = no bound."""
    factor = mx.minimum(1.0, clip / (norm + 1e-6)) if clip else mx.array(1.0)
    updates = state.updates + 1
    correction1, correction2 = 1 - BETA1**updates, 1 - BETA2**updates
    new: Weights = {}
    first: Weights = {}
    second: Weights = {}
    for name, weight in weights.items():
        gradient = gradients[name] * factor
        first[name] = BETA1 * state.first[name] + (1 - BETA1) * gradient
        second[name] = BETA2 * state.second[name] + (1 - BETA2) * mx.square(gradient)
        root = mx.sqrt(second[name] * (1 / correction2)) + EPSILON
        step = first[name] * (rate / correction1) / root
        new[name] = (weight * (1 - rate * decay) if decay else weight) - step
    return new, AdamState(first, second, updates)
