"""Every setting, declared once: value, label, help and choices. The settings page derives from it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from labdesk.core import storage
from labdesk.core.errors import ModelError
from labdesk.core.models.hub import HUB
from labdesk.core.models.remote import Server, is_here


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
    hub_mirror: Annotated[
        str,
        _setting(
            "Mirror of the hub",
            "Where models are searched and fetched. Empty: https://huggingface.co, or what the variable "
            "HF_ENDPOINT says.",
            "Models",
        ),
    ] = ""
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


def hub_endpoint(settings: Settings) -> str:
    """The address of the hub or its mirror, without a slash at its end: the setting, else HF_ENDPOINT, else the hub.

    Raises ModelError for one that is not encrypted, unless it is on this computer.
    """
    chosen = (settings.hub_mirror or os.environ.get("HF_ENDPOINT", "") or HUB).strip().rstrip("/")
    if not chosen.startswith("https://") and not (chosen.startswith("http://") and is_here(chosen)):
        raise ModelError(
            f"“{chosen[:100]}” cannot be a mirror of the hub.",
            cause="Its address must begin with https://, so that nobody on the way can read your token.",
            remedy="Correct it in Settings, under Models.",
        )
    return chosen


RECENT = 8


def remembered(settings: Settings, workspace: str) -> tuple[str, ...]:
    """The recent workspaces with this one first."""
    others = [path for path in settings.recent_workspaces if path != workspace]
    return (workspace, *others)[:RECENT]


def forgotten(settings: Settings, *workspaces: str) -> tuple[str, ...]:
    """The recent workspaces without these."""
    return tuple(path for path in settings.recent_workspaces if path not in workspaces)
