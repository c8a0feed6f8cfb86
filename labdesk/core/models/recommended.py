"""Models to begin with, by how much memory a computer has (resources/models/recommended.yaml)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import yaml

from labdesk.core.errors import ModelError
from labdesk.core.models.hub import HubFile, HubModel, clean_repository, gguf_files


class Recommended(msgspec.Struct, frozen=True, kw_only=True):
    """A model of the hub and which of its files suits. `prefer` is a part of that file's name."""

    repository: str
    prefer: str
    roles: tuple[str, ...]
    about: str


class MemoryClass(msgspec.Struct, frozen=True, kw_only=True):
    """What suits a computer with this many GB."""

    memory: int
    models: tuple[Recommended, ...]


def read_recommended(path: Path) -> tuple[MemoryClass, ...]:
    """All classes, small ones first. Raises ModelError when the file is damaged."""
    try:
        classes = msgspec.convert(yaml.safe_load(path.read_text("utf-8")), tuple[MemoryClass, ...])
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise ModelError("The list of recommended models is damaged.", cause=str(error)) from error
    for one in classes:
        for model in one.models:
            clean_repository(model.repository)
    return tuple(sorted(classes, key=lambda one: one.memory))


def class_for(classes: tuple[MemoryClass, ...], memory: int) -> MemoryClass:
    """The largest class that a computer with `memory` bytes belongs to: a little less than named is normal, because
    the system keeps some for itself. The smallest when it has less than all of them."""
    fitting = [one for one in classes if one.memory * 0.9e9 <= memory]
    return fitting[-1] if fitting else classes[0]


def preferred(model: HubModel, prefer: str) -> HubFile:
    """The file of a model whose name holds `prefer`, else one of about four bits, else the smallest. Raises
    ModelError when it has no GGUF file."""
    files = gguf_files(model)
    if not files:
        raise ModelError(
            f"{model.repository} has no model file that labdesk can use.",
            cause="It needs a GGUF in one file.",
            remedy="Search for the same name with “GGUF” behind it.",
        )
    for part in (prefer, "Q4_K_M", "Q8_0"):
        for file in files:
            if part and part.casefold() in file.name.casefold():
                return file
    return files[0]
