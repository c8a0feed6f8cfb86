"""Walks through the bytes of a GGUF header; every step is checked, and a bad one is a ModelError."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Final

from labdesk.core.errors import ModelError

MAX_STRING: Final = 4 * 1024 * 1024
REMEDY: Final = "Delete the file and download it again, or choose another model."


def damaged(path: Path, why: str) -> ModelError:
    """The error for a file that contradicts itself."""
    return ModelError(
        f"The model file {path.name} is damaged or incomplete.",
        cause=f"Its header does not add up: {why}.",
        remedy=REMEDY,
    )


class Cursor:
    """Reads little-endian values one after another and never past the end of the file."""

    def __init__(self, path: Path, data: mmap.mmap, size: int) -> None:
        self.path = path
        self.size = size
        self.at = 0
        self._data = data

    def bytes(self, count: int) -> bytes:
        """The next `count` bytes."""
        start = self.at
        self.skip(count)
        return self._data[start : self.at]

    def skip(self, count: int) -> None:
        """Pass over `count` bytes."""
        if count > self.size - self.at:
            raise damaged(self.path, "it ends in the middle of a value")
        self.at += count

    def scalar(self, code: str) -> int | float | bool:
        """One number, by its struct code."""
        raw = self.bytes(struct.calcsize(code))
        value: int | float | bool = struct.unpack(code, raw)[0]
        return value

    def integer(self, code: str = "<Q") -> int:
        """One whole number."""
        return int(self.scalar(code))

    def count(self, limit: int, what: str, code: str = "<Q") -> int:
        """One whole number that may not exceed `limit`."""
        value = self.integer(code)
        if value > limit:
            raise damaged(self.path, f"it claims {value} {what}, more than the {limit} allowed")
        return value

    def text(self, limit: int = MAX_STRING) -> str:
        """One text, its length in front."""
        raw = self.bytes(self.count(limit, "bytes in one text"))
        return raw.decode("utf-8", errors="replace")
