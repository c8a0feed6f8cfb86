"""Every setting, declared once: value, label, help and choices. The settings page derives from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from labdesk.core import storage
from labdesk.core.models.remote import Server


def _setting(label: str, help_text: str, section: str) -> msgspec.Meta:
    return msgspec.Meta(title=label, description=help_text, extra={"section": section})


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a person chose. Unknown keys of a newer version are ignored, missing ones take the default."""

    colour_scheme: Annotated[
        Literal["system", "light", "dark"],
        _setting("Colour scheme", "Light, dark, or whatever the system uses.", "Appearance"),
    ] = "system"
    teacher: Annotated[
        str,
        _setting(
            "Teacher",
            "What writes and judges samples: a model file (GGUF), or a server below. Empty: the starter model.",
            "Models",
        ),
    ] = ""
    student: Annotated[
        str,
        _setting("Student", "The model file (GGUF) that learns. Empty: the starter model.", "Models"),
    ] = ""
    servers: Annotated[
        tuple[Server, ...],
        _setting("Servers", "Teachers behind an OpenAI-compatible server.", "Models"),
    ] = ()
    model_folders: Annotated[
        tuple[str, ...],
        _setting("Model folders", "More folders in which labdesk looks for models. One per line.", "Models"),
    ] = ()
    model_files: Annotated[
        tuple[str, ...],
        _setting("Model files", "Single model files that you added in Models. One per line.", "Models"),
    ] = ()
    recent_workspaces: Annotated[
        tuple[str, ...],
        _setting("Recent workspaces", "The workspaces you opened last.", "Workspaces"),
    ] = ()
    author: Annotated[
        str,
        _setting("Your name", "Written as created_by into new leaves, and into the commits you make.", "Workspaces"),
    ] = ""
    email: Annotated[
        str,
        _setting("Your e-mail address", "Stands beside your name in the commits you make.", "Workspaces"),
    ] = ""


def load(path: Path) -> Settings:
    """The stored settings; the defaults when there are none or they are damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settings)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return Settings()


def save(path: Path, settings: Settings) -> None:
    """Write the settings atomically. Raises StorageError."""
    storage.write_json(path, settings)


def changed(settings: Settings, **values: Any) -> Settings:
    """A copy with some values changed."""
    return msgspec.structs.replace(settings, **values)


RECENT = 8


def remembered(settings: Settings, workspace: str) -> tuple[str, ...]:
    """The recent workspaces with this one first."""
    others = [path for path in settings.recent_workspaces if path != workspace]
    return (workspace, *others)[:RECENT]


def forgotten(settings: Settings, *workspaces: str) -> tuple[str, ...]:
    """The recent workspaces without these."""
    return tuple(path for path in settings.recent_workspaces if path not in workspaces)
