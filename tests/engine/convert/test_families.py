"""Models that labdesk cannot teach are refused in words, before a weight is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from gguf import GGUFReader, GGUFValueType, GGUFWriter

from labdesk.core.errors import ModelError
from labdesk.core.models.gguf_header import read_header
from labdesk.engine.convert.families import FAMILIES, MATRICES, family_of, gguf_name, mlx_name
from labdesk.engine.convert.gguf_tensors import GgufTensors
from labdesk.engine.convert.gguf_to_mlx import load_student
from tests.engine.convert.family_models import VARIANTS
from tests.tiny_models import write_tiny_model


def altered(path: Path, arch: str = "llama", extra_tensor: str = "", drop: str = "", **keys: str | int) -> Path:
    """A tiny llama under another architecture name, with added keys, an added or a missing tensor."""
    plain = write_tiny_model(path.with_suffix(".plain.gguf"), "llama")
    writer = GGUFWriter(path, arch)
    for key, field in GGUFReader(plain).fields.items():
        if not key.startswith("GGUF.") and key != "general.architecture":
            kind = field.types[0]
            sub = field.types[-1] if kind == GGUFValueType.ARRAY else None
            writer.add_key_value(key.replace("llama.", f"{arch}.", 1), field.contents(), kind, sub_type=sub)
    for key, value in keys.items():
        name = f"{arch}." + key.replace("__", ".")
        if isinstance(value, str):
            writer.add_string(name, value)
        else:
            writer.add_uint32(name, value)
    tensors = GgufTensors(plain)
    for name in tensors.names:
        if name != drop:
            writer.add_tensor(name, tensors.read(name).copy())
    if extra_tensor:
        writer.add_tensor(extra_tensor, tensors.read("output_norm.weight").copy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_every_family_of_the_table_has_a_parity_test() -> None:
    assert set(FAMILIES) == {variant.split("-")[0] for variant in VARIANTS}


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"arch": "gemma3"}, "gemma3"),
        ({"expert_count": 8}, "experts"),
        ({"rope__scaling__type": "yarn"}, "yarn"),
        ({"attention__key_length": 32, "attention__value_length": 16}, "heads"),
        ({"extra_tensor": "blk.0.attn_sinks.weight"}, "attn_sinks"),
        ({"drop": "blk.1.ffn_up.weight"}, "up_proj"),
    ],
)
def test_what_cannot_be_taught_is_refused_with_a_reason(tmp_path: Path, arguments: dict[str, str], word: str) -> None:
    with pytest.raises(ModelError) as caught:
        load_student(altered(tmp_path / "m.gguf", **arguments))  # type: ignore[arg-type]
    assert word in caught.value.cause
    assert caught.value.remedy


def test_names_go_there_and_back() -> None:
    for part in MATRICES:
        name = mlx_name(f"blk.11.{part}.weight")
        assert name is not None
        assert gguf_name(name.removesuffix(".weight")) == f"blk.11.{part}.weight"
    assert mlx_name("blk.x.attn_q.weight") is None
    assert mlx_name("v.patch_embd.weight") is None


def test_a_plain_llama_is_taken(tmp_path: Path) -> None:
    assert family_of(read_header(write_tiny_model(tmp_path / "m.gguf"))).architecture == "llama"
