"""Moves a model into the trash of the system. The starter stays, and so does what another program keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from send2trash import send2trash

from labdesk.core import paths
from labdesk.core.errors import ModelError, StorageError
from labdesk.core.models.catalog import starter_model
from labdesk.core.models.other_programs import foreign_models

_WEIGHTS: Final = (".gguf", ".safetensors")


def throw_away(path: Path) -> int:
    """Moves a model file into the trash; a folder that labdesk fetched goes with its last weights. Returns its bytes,
    which are free when the trash is emptied. Raises ModelError when it must stay, StorageError."""
    _check(path)
    size = path.stat().st_size
    goes = path
    home = path.parent
    if paths.models_folder().resolve() in home.resolve().parents:
        others = [one for one in home.iterdir() if one != path and one.name.lower().endswith(_WEIGHTS)]
        goes = path if others else home
    try:
        send2trash(str(goes))
    except OSError as error:
        raise StorageError(
            f"“{path.name}” cannot be moved into the trash.",
            cause=str(error)[:300],
            remedy="Show the file, and delete it there.",
        ) from error
    return size


def _check(path: Path) -> None:
    if not path.is_file():
        raise ModelError(f"“{path.name}” is not there any more.", remedy="Look again: F5.")
    real = path.resolve()
    try:
        starter = starter_model().resolve()
    except ModelError:
        starter = None
    if real == starter:
        raise ModelError("The starter model belongs to labdesk.", remedy="It goes when you remove labdesk.")
    keeper = next((one.program for one in foreign_models() if one.path.resolve() == real), "")
    if keeper:
        raise ModelError(
            f"“{path.name}” belongs to {keeper}.",
            cause="labdesk uses it where it lies and never changes it.",
            remedy=f"Delete it in {keeper}.",
        )
