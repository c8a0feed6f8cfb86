"""Builds an mlx-lm model from a GGUF file: the student is taught on exactly the weights that will be served.

Tensor by tensor, so that never more than the model and one unpacked tensor are in memory. Import only in a worker.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import mlx.core as mx
import mlx.nn as nn
import numpy as np

from labdesk.core.errors import ModelError
from labdesk.core.models.gguf_header import GgufHeader
from labdesk.engine.convert.families import ROPE_FACTORS, Family, family_of, heads_permuted, mlx_config, mlx_name
from labdesk.engine.convert.gguf_tensors import Array, GgufTensors


class Student:
    """A frozen mlx-lm model with what is needed to write its adapter back as GGUF."""

    def __init__(self, model: Any, family: Family, header: GgufHeader, config: dict[str, Any], path: Path) -> None:
        self.model = model
        self.family = family
        self.header = header
        self.config = config
        self.path = path


def load_student(path: Path, dtype: mx.Dtype = mx.float32) -> Student:
    """Read a GGUF file into an mlx-lm model whose weights have the type `dtype`.

    Raises ModelError for a damaged file, a family outside the table, or a tensor that the family does not have.
    """
    tensors = GgufTensors(path)
    family = family_of(tensors.header)
    config = mlx_config(
        tensors.header,
        vocabulary=tensors.shape("token_embd.weight")[0],
        tied="output.weight" not in tensors,
        bias="blk.0.attn_q.bias" in tensors,
    )
    module = importlib.import_module(f"mlx_lm.models.{family.mlx_model}")
    model = module.Model(module.ModelArgs.from_dict(config))
    weights = []
    for name in tensors.names:
        if name == ROPE_FACTORS:
            continue
        target = mlx_name(name)
        if target is None:
            raise _foreign(path, name)
        values = tensors.read(name)
        heads = heads_permuted(family, name, tensors.header)
        weights.append((target, mx.array(from_interleaved(values, heads) if heads else values).astype(dtype)))
        mx.eval(weights[-1][1])
    try:
        model.load_weights(weights, strict=True)
    except ValueError as error:
        raise ModelError(
            f"The model file {path.name} does not have the parts that its kind of model must have.",
            cause=" ".join(str(error).split())[:200],
            remedy="Choose another file of this model, or another student.",
        ) from error
    if ROPE_FACTORS in tensors:
        _apply_rope_factors(model, config, tensors.read(ROPE_FACTORS))
    model.freeze()
    mx.eval(model.parameters())
    return Student(model, family, tensors.header, config, path)


def from_interleaved(values: Array, heads: int) -> Array:
    """Rows of a q or k matrix (or bias) from llama.cpp's interleaved rotary order to mlx's half-and-half order."""
    pairs = values.shape[0] // heads // 2
    return np.ascontiguousarray(values.reshape(heads, pairs, 2, *values.shape[1:]).swapaxes(1, 2).reshape(values.shape))


def to_interleaved(values: Array, heads: int) -> Array:
    """The inverse of `from_interleaved`."""
    pairs = values.shape[0] // heads // 2
    return np.ascontiguousarray(values.reshape(heads, 2, pairs, *values.shape[1:]).swapaxes(1, 2).reshape(values.shape))


class FactorRope(nn.Module):  # type: ignore[misc]
    """Rotary positions with wavelengths stretched one by one (Llama 3): angle = position / (base^(2i/d) * factor_i)."""

    def __init__(self, size: int, base: float, factors: Array) -> None:
        super().__init__()
        self.size = size
        self._wavelengths = base ** (mx.arange(0, size, 2, dtype=mx.float32) / size) * mx.array(factors)

    def __call__(self, x: mx.array, offset: int | mx.array = 0) -> mx.array:
        return mx.fast.rope(
            x, self.size, traditional=False, base=None, scale=1.0, offset=offset, freqs=self._wavelengths
        )


def _apply_rope_factors(model: Any, config: dict[str, Any], factors: Array) -> None:
    for layer in model.layers:
        layer.self_attn.rope = FactorRope(config["head_dim"], config["rope_theta"], factors)


def _foreign(path: Path, name: str) -> ModelError:
    return ModelError(
        f"labdesk cannot teach the model in {path.name}.",
        cause=f"It has a part that labdesk does not know: {name!r}.",
        remedy="Choose another student, for example a SmolLM2, Llama, Qwen 2.5 or Qwen 3 model.",
    )
