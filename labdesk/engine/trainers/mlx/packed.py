"""The forward pass of training: all rows of a batch end to end, their common beginning computed once, nothing padded.

Only attention sees rows as a rectangle. The modules are mlx-lm's own, called in another order; a test holds the result
against mlx-lm's own forward pass for every family in the table. Gradients through the shared beginning are exact,
because it is part of the same computation.
"""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import msgspec
from mlx.nn.utils import checkpoint

from labdesk.engine.trainers.mlx.batches import Ints, Layout
from labdesk.engine.trainers.mlx.fast_math import softmax, swiglu


class Places:
    """Where the tokens of a batch lie, as arrays the forward pass needs once."""

    def __init__(self, layout: Layout) -> None:
        self.prefix, self.rows, self.longest = layout.prefix, layout.rows, layout.longest
        self.pad, self.unpad = mx.array(layout.pad), mx.array(layout.unpad)
        keys = mx.arange(self.prefix + self.longest)[None]
        behind = mx.arange(self.longest)[:, None] + self.prefix
        self.mask = (keys > behind).astype(mx.float32) * -1e30
        start = mx.arange(self.prefix)
        self.prefix_mask = (start[None] > start[:, None]).astype(mx.float32) * -1e30


class Blur(msgspec.Struct, frozen=True):
    """Noise on the embeddings of questions: normal, `share` times as large as each embedding; drawn from `seed` alone.

    After NEFTune (arXiv 2310.05914), which blurs every token; blurred answers would only teach the student to guess.
    Where several machines share a batch, each takes of the noise for its `whole` tokens what stands `at` its places.
    """

    share: float
    seed: int
    whole: int = 0
    at: Ints | None = None


def hidden_states(model: Any, layout: Layout, *, checkpointing: bool = False, blur: Blur | None = None) -> mx.array:
    """Final hidden states (T, width), after the last norm, of a batch laid out end to end."""
    places = Places(layout)
    args = model.args
    residual = float(getattr(args, "residual_multiplier", 1.0))
    x = model.model.embed_tokens(mx.array(layout.tokens)) * float(getattr(args, "embedding_multiplier", 1.0))
    if blur is not None:
        x = _blurred(x, layout, blur)
    for layer in model.layers:
        if checkpointing:
            x = checkpoint(layer, lambda y, layer=layer: _block(layer, y, places, residual))(x)
        else:
            x = _block(layer, x, places, residual)
    states: mx.array = model.model.norm(x)
    return states


def _blurred(x: mx.array, layout: Layout, blur: Blur) -> mx.array:
    """x (T, width) with noise on the tokens that are only read."""
    asked = mx.zeros((x.shape[0], 1)).at[mx.array(layout.read)].add(1.0)
    size = mx.sqrt(mx.mean(x * x, axis=-1, keepdims=True))
    noise = mx.random.normal((blur.whole or x.shape[0], x.shape[1]), key=mx.random.key(blur.seed))
    if blur.at is not None:
        noise = mx.take(noise, mx.array(blur.at), axis=0)
    return x + (asked * size * blur.share * noise).astype(x.dtype)


def _block(layer: Any, x: mx.array, places: Places, residual: float) -> mx.array:
    x = x + _scaled(_attention(layer.self_attn, layer.input_layernorm(x), places), residual)
    h = layer.post_attention_layernorm(x)
    mlp = layer.mlp
    return x + _scaled(mlp.down_proj(swiglu(mlp.gate_proj(h), mlp.up_proj(h))), residual)


def _scaled(x: mx.array, factor: float) -> mx.array:
    return x if factor == 1.0 else x * factor


def _attention(attention: Any, x: mx.array, places: Places) -> mx.array:
    """Causal self-attention of a packed batch; x: (T, width)."""
    heads, kv_heads = attention.n_heads, attention.n_kv_heads
    queries = _heads(attention.q_proj(x), heads, getattr(attention, "q_norm", None))
    keys = _heads(attention.k_proj(x), kv_heads, getattr(attention, "k_norm", None))
    values = _heads(attention.v_proj(x), kv_heads, None)
    p = places.prefix
    first: list[mx.array] = []
    if p:
        head_keys, head_values = attention.rope(_rectangle(keys[:p], 1, p)), _rectangle(values[:p], 1, p)
        head_queries = attention.rope(_rectangle(queries[:p], 1, p))
        out = _mix(head_queries, head_keys, head_values, attention.scale, places.prefix_mask)
        first.append(out.transpose(0, 2, 1, 3).reshape(p, -1))
    q = attention.rope(_rows(queries[p:], places), offset=p)
    k = attention.rope(_rows(keys[p:], places), offset=p)
    v = _rows(values[p:], places)
    if p:
        shape = (places.rows, *head_keys.shape[1:])
        k = mx.concatenate([mx.broadcast_to(head_keys, shape), k], axis=2)
        v = mx.concatenate([mx.broadcast_to(head_values, shape), v], axis=2)
    out = _mix(q, k, v, attention.scale, places.mask).transpose(0, 2, 1, 3)
    packed: Any = _pick(out.reshape(places.rows * places.longest, -1), places.unpad, places.pad)
    result: mx.array = attention.o_proj(mx.concatenate([*first, packed], axis=0))
    return result


def _heads(x: mx.array, heads: int, norm: Any) -> mx.array:
    """(tokens, heads * size) -> (tokens, heads, size), normed per head where the family does that."""
    x = x.reshape(x.shape[0], heads, -1)
    if norm is None:
        return x
    normed: mx.array = norm(x)
    return normed


def _rectangle(x: mx.array, rows: int, length: int) -> mx.array:
    """(rows * length, heads, size) -> (rows, heads, length, size)."""
    return x.reshape(rows, length, x.shape[1], x.shape[2]).transpose(0, 2, 1, 3)


def _rows(x: mx.array, places: Places) -> mx.array:
    """(R, heads, size) end to end -> (rows, heads, longest, size); empty cells are zero and masked."""
    heads, size = x.shape[1:]
    cells: Any = _pick(x.reshape(x.shape[0], -1), places.pad, places.unpad)
    return _rectangle(cells.reshape(-1, heads, size), places.rows, places.longest)


def _mix(q: mx.array, k: mx.array, v: mx.array, scale: float, mask: mx.array) -> mx.array:
    """softmax(q k^T * scale + mask) v with grouped heads; q: (rows, heads, length, size) -> the same shape."""
    rows, heads, length, size = q.shape
    groups = k.shape[1]
    q = (q * scale).reshape(rows, groups, heads // groups, length, size)
    scores = q @ k[:, :, None].swapaxes(-1, -2)
    out = softmax(scores + mask) @ v[:, :, None]
    return out.reshape(rows, heads, length, size)


@mx.custom_function
def _pick(x: mx.array, wanted: mx.array, inverse: mx.array) -> mx.array:
    """Rows `wanted` of x (n, width); the index n means a row of zeros. `inverse` picks the way back.

    A gather in both directions: the derivative that MLX would derive is a scatter, which is slow on a CPU.
    """
    return mx.take(mx.concatenate([x, mx.zeros((1, x.shape[1]), x.dtype)]), wanted, axis=0)


@_pick.vjp
def _pick_vjp(
    primals: tuple[mx.array, mx.array, mx.array], cotangent: mx.array, output: mx.array
) -> tuple[mx.array, mx.array, mx.array]:
    _x, wanted, inverse = primals
    back = mx.take(mx.concatenate([cotangent, mx.zeros((1, cotangent.shape[1]), cotangent.dtype)]), inverse, axis=0)
    return back, mx.zeros_like(wanted), mx.zeros_like(inverse)
