"""Models that other programs on this computer keep: Ollama, LM Studio, the hub's cache. Used where they lie, never
moved."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

_MANIFESTS: Final = 2000
_MODEL_LAYER: Final = "application/vnd.ollama.image.model"
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


class Foreign(msgspec.Struct, frozen=True):
    """A model file of another program. name: as that program calls it."""

    path: Path
    program: str
    name: str


class _Layer(msgspec.Struct):
    mediaType: str = ""
    digest: str = ""


class _Manifest(msgspec.Struct):
    layers: list[_Layer] = []


def foreign_models() -> tuple[Foreign, ...]:
    """GGUF files that other programs keep; a program that is not there has none. Reads names and manifests only."""
    return (*_ollama(), *_lm_studio(), *_hub_cache())


def lm_studio_models() -> Path:
    """The folder in which LM Studio looks for models."""
    old = Path.home() / ".cache" / "lm-studio" / "models"
    return old if old.is_dir() else Path.home() / ".lmstudio" / "models"


def _ollama() -> Iterator[Foreign]:
    """Ollama keeps blobs by hash; its manifests say which of them are models, and their names."""
    root = Path(os.environ.get("OLLAMA_MODELS", "") or Path.home() / ".ollama" / "models")
    manifests = root / "manifests"
    for count, path in enumerate(_files(manifests, "")):
        if count >= _MANIFESTS or path.stat().st_size > 1_000_000:
            return
        try:
            manifest = msgspec.json.decode(path.read_bytes(), type=_Manifest)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            continue
        for layer in manifest.layers:
            blob = root / "blobs" / layer.digest.replace(":", "-")
            if layer.mediaType == _MODEL_LAYER and _DIGEST.fullmatch(layer.digest) and blob.is_file():
                parts = path.relative_to(manifests).parts
                yield Foreign(blob, "Ollama", ":".join(parts[-2:]))


def _lm_studio() -> Iterator[Foreign]:
    root = lm_studio_models()
    for path in _files(root, ".gguf"):
        yield Foreign(path, "LM Studio", path.stem)


def _hub_cache() -> Iterator[Foreign]:
    """The hub's client keeps blobs by hash and links to them by name."""
    home = Path(os.environ.get("HF_HOME", "") or Path.home() / ".cache" / "huggingface")
    root = Path(os.environ.get("HF_HUB_CACHE", "") or home / "hub")
    for snapshot in sorted(root.glob("models--*/snapshots/*")):
        blobs = snapshot.parent.parent / "blobs"
        for path in sorted(snapshot.glob("*.gguf")):
            real = path.resolve()
            if real.is_file() and real.parent in (blobs.resolve(), path.parent.resolve()):
                yield Foreign(path, "Hugging Face", path.stem)


def _files(root: Path, suffix: str) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders.sort()
        if len(Path(folder).relative_to(root).parts) > 5:
            folders.clear()
        for name in sorted(names):
            path = Path(folder, name)
            if name.lower().endswith(suffix) and not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path
