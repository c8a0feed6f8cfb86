"""Exponentials for a CPU: MLX computes them one by one there (16 ns each); here they are a dozen vectorised steps.

exp(x) = 2^k * 2^f with k and f taken from the bits of x * 2^23 / ln 2 + bias (Schraudolph 1999), and a polynomial of
degree four for 2^f. Relative error below 2e-5 for |x| < 87: far below what a quantized base differs from its original.
Each function has a hand-written derivative, so that nothing is differentiated through the bits. On a GPU the plain
operations are used instead.
"""

from __future__ import annotations

import math
from typing import Any, Final

import mlx.core as mx
import mlx.nn as nn
import numpy as np


def _polynomial() -> list[float]:
    """Coefficients of 2^(m-1) on [1, 2], from the Chebyshev nodes, lowest degree first."""
    nodes = 1.5 + 0.5 * np.cos(np.pi * (np.arange(200) + 0.5) / 200)
    fit = np.polynomial.chebyshev.Chebyshev.fit(nodes, 2.0 ** (nodes - 1), 4, domain=[1, 2])
    return [float(value) for value in fit.convert(kind=np.polynomial.Polynomial).coef]


_C0, _C1, _C2, _C3, _C4 = _polynomial()
_STEPS: Final = float(2**23 / math.log(2.0))
_BIAS: Final = float(127 * 2**23)


def exp(x: mx.array) -> mx.array:
    """e^x of a float32 array on the CPU, x clipped to [-87, 88]. Not differentiable by itself."""
    bits = (mx.minimum(mx.maximum(x, -87.0), 88.0) * _STEPS + _BIAS).astype(mx.int32)
    m = ((bits & 0x7FFFFF) | 0x3F800000).view(mx.float32)
    power = (bits & 0x7F800000).view(mx.float32)
    return ((((_C4 * m + _C3) * m + _C2) * m + _C1) * m + _C0) * power


@mx.custom_function
def _swiglu(gate: mx.array, up: mx.array) -> tuple[mx.array, mx.array]:
    sigmoid = 1.0 / (1.0 + exp(-gate))
    return gate * sigmoid * up, sigmoid


@_swiglu.vjp
def _swiglu_vjp(
    primals: tuple[mx.array, mx.array], cotangents: tuple[mx.array, mx.array], outputs: tuple[mx.array, mx.array]
) -> tuple[mx.array, mx.array]:
    gate, up = primals
    back, sigmoid = cotangents[0], outputs[1]
    silu = gate * sigmoid
    return back * up * (sigmoid + silu - silu * sigmoid), back * silu


@mx.custom_function
def _softmax(scores: mx.array) -> mx.array:
    weights = exp(scores - mx.max(scores, axis=-1, keepdims=True))
    return weights * (1.0 / mx.sum(weights, axis=-1, keepdims=True))


@_softmax.vjp
def _softmax_vjp(primals: mx.array, cotangent: mx.array, output: mx.array) -> mx.array:
    weighted = cotangent * output
    return weighted - output * mx.sum(weighted, axis=-1, keepdims=True)


def on_cpu() -> bool:
    """Whether arrays are computed on the processor (then the functions here pay)."""
    return bool(mx.default_device().type == mx.DeviceType.cpu)


def swiglu(gate: mx.array, up: mx.array) -> mx.array:
    """silu(gate) * up, elementwise."""
    if on_cpu() and gate.dtype == mx.float32:
        both: Any = _swiglu(gate, up)
        result: mx.array = both[0]
        return result
    gated: mx.array = nn.silu(gate) * up
    return gated


def softmax(scores: mx.array) -> mx.array:
    """Softmax over the last dimension."""
    if on_cpu() and scores.dtype == mx.float32:
        weights: Any = _softmax(scores)
        result: mx.array = weights
        return result
    return mx.softmax(scores, axis=-1, precise=True)
