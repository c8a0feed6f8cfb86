"""Keys of servers: in the system's keyring, or in an environment variable where no keyring works. Never in a file.

Asking a keyring may wait for a person to unlock it, so only the command line and workers do, never the window.
"""

from __future__ import annotations

import os
from typing import Final

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from labdesk.core.errors import StorageError
from labdesk.core.models.remote import variable

SERVICE: Final = "labdesk teacher"
#: Backends that keep passwords readable in a file, or nowhere at all.
_UNSAFE: Final = ("keyrings.alt", "keyring.backends.fail", "keyring.backends.null")


def find_key(address: str) -> str:
    """The key of a server; "" when it has none. The environment comes first."""
    given = os.environ.get(variable(address), "").strip()
    if given:
        return given
    try:
        return (keyring.get_password(SERVICE, address) or "") if _safe(keyring.get_keyring()) else ""
    except (KeyringError, OSError, RuntimeError):
        return ""


def keep_key(address: str, key: str) -> None:
    """Put a key into the keyring; "" takes it away. Raises StorageError that names the variable to use instead."""
    try:
        if not _safe(keyring.get_keyring()):
            raise KeyringError("This system has no keyring that keeps passwords encrypted")
        if key:
            keyring.set_password(SERVICE, address, key)
        elif keyring.get_password(SERVICE, address) is not None:
            keyring.delete_password(SERVICE, address)
    except (KeyringError, OSError, RuntimeError) as error:
        if not key:
            return  # nothing could be kept there
        raise StorageError(
            "The key cannot be kept: no keyring of the system works.",
            cause=f"{str(error)[:200] or type(error).__name__}.",
            remedy=f"Set the environment variable {variable(address)} to the key before you start labdesk.",
        ) from error


def _safe(backend: KeyringBackend) -> bool:
    """Whether a backend encrypts what it keeps. A chain of backends is as safe as the first one it asks."""
    inner = getattr(backend, "backends", None)
    if inner is not None:
        first = next(iter(inner), None)
        return first is not None and _safe(first)
    return not type(backend).__module__.startswith(_UNSAFE)
