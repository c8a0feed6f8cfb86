"""Tiny random models of every family in the table, made from the tiny llama: other keys, biases, rotary factors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from gguf import GGUFReader, GGUFValueType, GGUFWriter

from labdesk.engine.convert.gguf_tensors import GgufTensors
from tests.tiny_models import HEADS, LAYERS, write_tiny_model

VARIANTS = ("llama", "llama-tied", "llama-factors", "llama-linear", "qwen2", "qwen3", "granite", "smollm3")


def write_variant(path: Path, variant: str) -> Path:
    """Write a float32 model of the family named before the dash."""
    arch = variant.split("-")[0]
    if arch == "qwen3":
        return write_tiny_model(path, "qwen3")
    plain = write_tiny_model(path.with_suffix(".plain.gguf"), "llama", tied=variant == "llama-tied")
    writer = GGUFWriter(path, arch)
    _copy_keys(writer, plain, arch)
    if arch == "granite":
        for key, value in (
            ("attention.scale", 0.2),
            ("embedding_scale", 3.0),
            ("residual_scale", 0.4),
            ("logit_scale", 2.0),
        ):
            writer.add_float32(f"granite.{key}", value)
    if variant == "llama-linear":
        writer.add_string("llama.rope.scaling.type", "linear")
        writer.add_float32("llama.rope.scaling.factor", 4.0)
    tensors = _copy_tensors(writer, plain, arch)
    random = np.random.default_rng(5)
    if arch == "qwen2":
        for layer in range(LAYERS):
            for part in ("attn_q", "attn_k", "attn_v"):
                rows = tensors.shape(f"blk.{layer}.{part}.weight")[0]
                writer.add_tensor(f"blk.{layer}.{part}.bias", random.standard_normal(rows).astype(np.float32))
    if variant == "llama-factors":
        pairs = tensors.shape("token_embd.weight")[1] // HEADS // 2
        writer.add_tensor("rope_freqs.weight", random.uniform(1, 8, pairs).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _copy_keys(writer: GGUFWriter, plain: Path, arch: str) -> None:
    for key, field in GGUFReader(plain).fields.items():
        if key.startswith("GGUF.") or key in ("general.architecture", "llama.rope.dimension_count"):
            continue
        if arch == "smollm3" and key == "llama.block_count":
            writer.add_block_count(2 * LAYERS)
            continue
        kind = field.types[0]
        sub = field.types[-1] if kind == GGUFValueType.ARRAY else None
        writer.add_key_value(key.replace("llama.", f"{arch}.", 1), field.contents(), kind, sub_type=sub)


def _copy_tensors(writer: GGUFWriter, plain: Path, arch: str) -> GgufTensors:
    tensors = GgufTensors(plain)
    for name in tensors.names:
        writer.add_tensor(name, tensors.read(name).copy())
        if arch == "smollm3" and name.startswith("blk."):  # every fourth block has no rotary positions
            _blk, number, rest = name.split(".", 2)
            writer.add_tensor(f"blk.{LAYERS + int(number)}.{rest}", tensors.read(name).copy())
    return tensors
