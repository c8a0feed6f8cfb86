"""The fast exponential and what is built on it, held against the plain operations, with derivatives."""

from __future__ import annotations

import mlx.core as mx
import mlx.nn as nn
import pytest

from labdesk.engine.trainers.mlx import fast_math

pytestmark = pytest.mark.skipif(not fast_math.on_cpu(), reason="used on the processor only")


def test_the_exponential_is_right_over_its_whole_range() -> None:
    x = mx.linspace(-87, 88, 100_001)
    assert mx.max(mx.abs(fast_math.exp(x) / mx.exp(x) - 1)).item() < 3e-5
    assert mx.all(mx.isfinite(fast_math.exp(mx.array([-1e30, -200.0, 0.0, 200.0, 1e30])))).item()
    assert fast_math.exp(mx.array([-1e30])).item() < 1e-37


def test_swiglu_and_its_derivatives() -> None:
    gate, up = mx.random.normal((50, 40)) * 5, mx.random.normal((50, 40))
    weight = mx.random.normal((50, 40))
    fast = mx.value_and_grad(lambda g, u: (fast_math.swiglu(g, u) * weight).sum(), argnums=(0, 1))
    plain = mx.value_and_grad(lambda g, u: (nn.silu(g) * u * weight).sum(), argnums=(0, 1))
    (one, (one_g, one_u)), (two, (two_g, two_u)) = fast(gate, up), plain(gate, up)
    assert mx.allclose(one, two, rtol=1e-4).item()
    assert mx.allclose(one_g, two_g, atol=2e-4).item()
    assert mx.allclose(one_u, two_u, atol=2e-4).item()


def test_softmax_and_its_derivative_with_masked_cells() -> None:
    scores = mx.random.normal((8, 30, 30)) * 4
    mask = (mx.arange(30)[None] > mx.arange(30)[:, None]).astype(mx.float32) * -1e30
    weight = mx.random.normal((8, 30, 30))
    one, one_g = mx.value_and_grad(lambda s: (fast_math.softmax(s + mask) * weight).sum())(scores)
    two, two_g = mx.value_and_grad(lambda s: (mx.softmax(s + mask, axis=-1) * weight).sum())(scores)
    assert mx.allclose(one, two, rtol=1e-4).item()
    assert mx.allclose(one_g, two_g, atol=1e-4).item()
    assert fast_math.softmax(scores + mask)[0, 0, 1].item() < 1e-30
