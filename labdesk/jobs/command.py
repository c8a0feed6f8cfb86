"""How labdesk starts itself again as a worker: from source, from an installed package, or frozen into one program."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from labdesk.core.models.remote import KEY_PREFIX


def labdesk_command(*arguments: str) -> list[str]:
    """argv of labdesk with these arguments. In a frozen application `sys.executable` is the application itself."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, "-m", "labdesk", *arguments]


def worker_environment(*, keys: bool = False, online: bool = False) -> dict[str, str]:
    """The worker's environment: this process's own, less what a worker has no business with, and offline.

    `keys`: it may speak with teachers behind servers, so it gets the keys that stand in variables. `online`: it asks
    the hub because a person clicked; a variable of the person's own that forbids this still does.
    """
    private = ("QT_", "HF_TOKEN", "HUGGING", *(() if keys else (KEY_PREFIX,)))
    environment = {key: value for key, value in os.environ.items() if not key.startswith(private)}
    environment["PYTHONUNBUFFERED"] = "1"
    environment["PYTHONIOENCODING"] = "utf-8"
    if not online:
        environment["HF_HUB_OFFLINE"] = "1"
        environment["TRANSFORMERS_OFFLINE"] = "1"
    source = str(Path(__file__).resolve().parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(part for part in (source, environment.get("PYTHONPATH", "")) if part)
    return environment
