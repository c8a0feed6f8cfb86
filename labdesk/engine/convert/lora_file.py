"""The trained LoRA on disk, before it becomes GGUF: a safetensors file, and its weights under their GGUF names.

Names inside are mlx-lm's (`model.layers.0.mlp.up_proj.lora_a`, shapes (in, rank) and (rank, out)), so mlx-lm can load
it. The header carries rank, alpha, and the fingerprint of the base.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mlx.core as mx
import msgspec
import numpy as np
import numpy.typing as npt

from labdesk.core.errors import ModelError
from labdesk.core.models.gguf_header import GgufHeader
from labdesk.engine.convert.families import Family, gguf_name, heads_permuted
from labdesk.engine.convert.gguf_to_mlx import to_interleaved

Array = npt.NDArray[np.float32]


class LoraFile(msgspec.Struct, frozen=True):
    """What a LoRA file holds. weights: by mlx-lm name. base: fingerprint of the student it was trained on."""

    weights: dict[str, mx.array]
    rank: int
    alpha: float
    base: str

    @property
    def scale(self) -> float:
        """The factor of the low-rank product."""
        return self.alpha / self.rank


def save_lora(path: Path, weights: Mapping[str, mx.array], *, rank: int, alpha: float, base: str) -> None:
    """Write a LoRA. The bytes are a function of the arguments alone. `path` must lie in a folder not yet committed."""
    metadata = {"format": "mlx", "rank": str(rank), "alpha": repr(float(alpha)), "base": base}
    mx.save_safetensors(str(path), dict(sorted(weights.items())), metadata=metadata)


def load_arrays(path: Path) -> tuple[dict[str, mx.array], dict[str, str]]:
    """Arrays, sorted by name, and metadata of a safetensors file. Raises what mlx raises."""
    loaded: Any = mx.load(str(path), return_metadata=True)
    mx.eval(loaded[0])  # mlx reads lazily: without this, damage would show anywhere, and other threads could not read
    return dict(sorted(loaded[0].items())), dict(loaded[1])


def read_lora(path: Path) -> LoraFile:
    """Read what `save_lora` wrote. Raises ModelError when it is missing or damaged."""
    try:
        weights, metadata = load_arrays(path)
        return LoraFile(weights, int(metadata["rank"]), float(metadata["alpha"]), metadata["base"])
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise ModelError(
            f"The adapter “{path.name}” cannot be read.",
            cause=str(error),
            remedy="Train again, or choose another run.",
        ) from error


def as_gguf(lora: LoraFile, family: Family, header: GgufHeader) -> dict[str, tuple[Array, Array]]:
    """By GGUF tensor name the two factors (rank, in) and (out, rank), rows ordered as the base GGUF orders them.

    The change of the weight is `lora.scale * second @ first`. Raises ModelError when the adapter is not of this base.
    """
    pairs: dict[str, tuple[Array, Array]] = {}
    for name in sorted(lora.weights):
        module, _, part = name.rpartition(".")
        if part != "lora_a":
            continue
        try:
            tensor = gguf_name(module)
            down = np.array(lora.weights[name].astype(mx.float32)).T
            up = np.array(lora.weights[f"{module}.lora_b"].astype(mx.float32)).T
        except (KeyError, ValueError) as error:
            raise ModelError(
                "This adapter does not belong to this student.",
                cause=f"It changes {module!r}, which the student does not have.",
                remedy="Choose the student it was trained on.",
            ) from error
        heads = heads_permuted(family, tensor, header)
        pairs[tensor] = (np.ascontiguousarray(down), np.ascontiguousarray(to_interleaved(up, heads) if heads else up))
    return pairs
