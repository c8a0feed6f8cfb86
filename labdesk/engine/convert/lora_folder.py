"""A trained LoRA as a folder that mlx-lm loads: adapters.safetensors and adapter_config.json."""

from __future__ import annotations

from pathlib import Path

from labdesk.core.storage import commit_folder, new_folder, write_json
from labdesk.engine.convert.lora_file import read_lora, save_lora


def export_lora_folder(weights: Path, target: Path, model: str) -> None:
    """Write the LoRA file `weights` as the folder `target`; it appears when it is complete. Raises ModelError,
    StorageError."""
    lora = read_lora(weights)
    layers = {int(name.split(".")[2]) for name in lora.weights if name.startswith("model.layers.")}
    keys = sorted({".".join(name.split(".")[3:-1]) for name in lora.weights if name.startswith("model.layers.")})
    folder = new_folder(target)
    save_lora(folder / "adapters.safetensors", lora.weights, rank=lora.rank, alpha=lora.alpha, base=lora.base)
    config = {
        "model": model,
        "fine_tune_type": "lora",
        "num_layers": len(layers),
        "lora_parameters": {"rank": lora.rank, "scale": lora.scale, "dropout": 0.0, "keys": keys},
    }
    write_json(folder / "adapter_config.json", config)
    commit_folder(folder, target)
