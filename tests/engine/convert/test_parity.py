"""What is trained is what is served: MLX and llama.cpp agree on base, base with adapter, and merged model."""

from __future__ import annotations

from pathlib import Path

import mlx.core as mx
import numpy as np
import pytest

from labdesk.core.errors import ModelError
from labdesk.core.models.fingerprint import ADAPTER_BASE_KEY, fingerprint
from labdesk.core.models.gguf_header import read_header
from labdesk.engine.convert.adapter_gguf import export_adapter
from labdesk.engine.convert.gguf_to_mlx import Student, load_student
from labdesk.engine.convert.lora_file import save_lora
from labdesk.engine.convert.merged_gguf import export_merged
from labdesk.engine.trainers.mlx.lora import add_lora, lora_weights, set_lora_weights
from tests.engine.convert.family_models import VARIANTS, write_variant
from tests.engine.convert.reference import Logits, llama_logits, relative_difference
from tests.tiny_models import write_tiny_model

TOLERANCE = 1e-3
RANK, ALPHA = 4, 8.0


def tokens_for(student: Student, count: int = 48) -> list[int]:
    vocabulary = student.config["vocab_size"]
    return [int(token) for token in np.random.default_rng(1).integers(0, vocabulary, count)]


def mlx_logits(student: Student, tokens: list[int]) -> Logits:
    return np.array(student.model(mx.array([tokens])).astype(mx.float32))[0]


def add_random_lora(student: Student, file: Path, base: str, size: float = 0.05) -> None:
    add_lora(student.model, RANK, ALPHA / RANK, seed=3)
    random = np.random.default_rng(4)
    weights = {
        name: mx.array(random.standard_normal(value.shape).astype(np.float32) * size) if name.endswith("_b") else value
        for name, value in lora_weights(student.model).items()
    }
    set_lora_weights(student.model, weights)
    save_lora(file, weights, rank=RANK, alpha=ALPHA, base=base)


@pytest.mark.parametrize("variant", VARIANTS)
def test_base_adapter_and_merged_model_agree_with_llama_cpp(tmp_path: Path, variant: str) -> None:
    base = write_variant(tmp_path / "base.gguf", variant)
    student = load_student(base)
    tokens = tokens_for(student)
    plain = mlx_logits(student, tokens)
    assert relative_difference(llama_logits(base, tokens), plain) < TOLERANCE

    add_random_lora(student, tmp_path / "lora.safetensors", fingerprint(base))
    tuned = mlx_logits(student, tokens)
    assert relative_difference(plain, tuned) > 20 * TOLERANCE, "the adapter must matter, or nothing is tested"

    export_adapter(base, tmp_path / "lora.safetensors", tmp_path / "lora.gguf")
    assert relative_difference(llama_logits(base, tokens, tmp_path / "lora.gguf"), tuned) < TOLERANCE
    export_merged(base, tmp_path / "lora.safetensors", tmp_path / "merged.gguf", kind="F32")
    assert relative_difference(llama_logits(tmp_path / "merged.gguf", tokens), tuned) < TOLERANCE


@pytest.mark.parametrize(("kind", "tolerance"), [("F16", 4e-3), ("Q8_0", 4e-2)])
def test_a_quantized_base_is_trained_as_it_is_served(tmp_path: Path, kind: str, tolerance: float) -> None:
    base = write_tiny_model(tmp_path / "base.gguf", "qwen3", "q8_0")
    student = load_student(base)
    tokens = tokens_for(student)
    add_random_lora(student, tmp_path / "lora.safetensors", fingerprint(base))
    tuned = mlx_logits(student, tokens)
    export_merged(base, tmp_path / "lora.safetensors", tmp_path / "merged.gguf", kind=kind)  # type: ignore[arg-type]
    merged = llama_logits(tmp_path / "merged.gguf", tokens)
    assert relative_difference(merged, tuned) < tolerance
    assert read_header(tmp_path / "merged.gguf").quantization == kind


def test_every_key_of_the_base_is_in_the_merged_file(tmp_path: Path) -> None:
    base = write_tiny_model(tmp_path / "base.gguf", "llama", "q8_0")
    student = load_student(base)
    add_random_lora(student, tmp_path / "lora.safetensors", fingerprint(base))
    export_merged(base, tmp_path / "lora.safetensors", tmp_path / "merged.gguf", kind="F16")
    before, after = read_header(base).kv, read_header(tmp_path / "merged.gguf").kv
    assert {key: value for key, value in before.items() if key != "general.file_type"} == {
        key: value for key, value in after.items() if key != "general.file_type"
    }
    assert after["general.file_type"] == 1


def test_the_adapter_names_its_base_and_refuses_another(tmp_path: Path) -> None:
    base = write_tiny_model(tmp_path / "base.gguf", "llama")
    other = write_tiny_model(tmp_path / "other.gguf", "llama", seed=9)
    add_random_lora(load_student(base), tmp_path / "lora.safetensors", fingerprint(base))
    export_adapter(base, tmp_path / "lora.safetensors", tmp_path / "lora.gguf")
    assert read_header(tmp_path / "lora.gguf").text(ADAPTER_BASE_KEY) == fingerprint(base)
    with pytest.raises(ModelError, match="another model"):
        export_merged(other, tmp_path / "lora.safetensors", tmp_path / "merged.gguf")
    assert not (tmp_path / "merged.gguf").exists()


def test_a_failed_export_leaves_the_old_file_and_no_rubbish(tmp_path: Path) -> None:
    base = write_tiny_model(tmp_path / "base.gguf", "llama")
    add_random_lora(load_student(base), tmp_path / "lora.safetensors", fingerprint(base))
    target = tmp_path / "out" / "merged.gguf"
    target.parent.mkdir()
    target.write_bytes(b"old")

    def fail(share: float) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_merged(base, tmp_path / "lora.safetensors", target, progress=fail)
    assert [path.name for path in target.parent.iterdir()] == ["merged.gguf"]
    assert target.read_bytes() == b"old"
