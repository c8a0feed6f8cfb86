"""Earlier versions of files, each stored once under the SHA-256 of its content."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Container
from pathlib import Path

from labdesk.core import storage
from labdesk.core.errors import StorageError

SPARED_SECONDS = 30 * 86_400


class Blobs:
    """A folder of contents."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Store a content durably and return its SHA-256 in hex. Raises StorageError."""
        name = hashlib.sha256(data).hexdigest()
        path = self._path(name)
        if not path.is_file():
            storage.write_bytes(path, data)
        return name

    def get(self, name: str) -> bytes:
        """The content. Raises StorageError when it is lost or damaged."""
        try:
            data = self._path(name).read_bytes()
        except OSError:
            data = b""
        if hashlib.sha256(data).hexdigest() != name:
            raise StorageError(
                "An earlier version of this file is lost or damaged.",
                cause=f"{self._path(name)} does not hold what was stored there.",
                remedy="This step cannot be undone; the file as it is now is untouched.",
            )
        return data

    def keep_only(self, names: Container[str]) -> None:
        """Delete every content that is not among `names` and was stored more than a month ago."""
        for path in self.folder.glob("*/*"):
            if path.name not in names and time.time() - path.stat().st_mtime > SPARED_SECONDS:
                path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / name
