"""A trained LoRA as a GGUF adapter: seconds to write, loaded by llama.cpp beside the base it was trained on."""

from __future__ import annotations

from pathlib import Path

from labdesk.core.models.fingerprint import ADAPTER_BASE_KEY
from labdesk.core.models.gguf_header import read_header
from labdesk.engine.convert.families import family_of
from labdesk.engine.convert.gguf_writing import writing_gguf
from labdesk.engine.convert.lora_file import as_gguf, read_lora


def export_adapter(base: Path, weights: Path, target: Path, *, name: str = "labdesk adapter") -> None:
    """Write the LoRA file `weights`, trained on the GGUF `base`, as the adapter `target` (float32).

    It carries the fingerprint of its base. Raises ModelError (unreadable, wrong base) or StorageError (disk).
    """
    header = read_header(base)
    lora = read_lora(weights)
    pairs = as_gguf(lora, family_of(header), header)
    with writing_gguf(target, header.architecture) as writer:
        writer.add_string("general.type", "adapter")
        writer.add_string("general.name", name)
        writer.add_string("adapter.type", "lora")
        writer.add_float32("adapter.lora.alpha", lora.alpha)
        writer.add_string(ADAPTER_BASE_KEY, lora.base)
        for tensor, (down, up) in pairs.items():
            writer.add_tensor(f"{tensor}.lora_a", down)
            writer.add_tensor(f"{tensor}.lora_b", up)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
