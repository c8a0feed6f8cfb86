"""Loads the llama.cpp library once, keeps it quiet, and remembers its last words to explain a failure."""

from __future__ import annotations

import ctypes
import os
from collections import deque
from pathlib import Path
from typing import Final

from labdesk.core.errors import ModelError
from labdesk.core.models.gguf_header import GgufHeader, read_header

# Read by GNU OpenMP when it is loaded, so it must be set before. Its threads spin while they wait for each other; with
# the default, any other busy program on the computer makes generation 5 to 10 times slower (2 cores, load 4 to 5:
# 12 tokens/s; with this 57), while alone this costs 10 to 15 per cent (one pair of runs).
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

try:
    from llama_cpp import llama_cpp as native
except (ImportError, OSError, RuntimeError) as error:  # not installed, or built for another machine
    raise ModelError(
        "The engine that runs models (llama.cpp) is not installed.",
        cause=str(error),
        remedy="Install labdesk with its engines, for example: uv sync --extra engines",
    ) from error

__all__ = ["NATIVE_LOG", "NativeLog", "checked_header", "native"]

# ggml_log_level: an error, and "same level as the line before".
_ERROR: Final = 4
_CONTINUED: Final = 5
_CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)


class NativeLog:
    """What llama.cpp wrote lately. The library has one log for the whole process, so there is one of these."""

    def __init__(self) -> None:
        self._lines: deque[tuple[int, str]] = deque(maxlen=1000)
        self._partial = ""
        self._level = 0
        # The library keeps only a pointer: the callback must live as long as the process.
        self._callback = _CALLBACK(self._take)
        native.llama_log_set(self._callback, ctypes.c_void_p(0))
        native.llama_backend_init()

    def _take(self, level: int, text: bytes | None, _user: object) -> None:
        if level != _CONTINUED:
            self._level = level
        self._partial += (text or b"").decode("utf-8", errors="replace")
        *done, self._partial = self._partial.split("\n")
        self._lines.extend((self._level, line.strip()) for line in done if line.strip(" ."))

    def clear(self) -> None:
        """Forget everything; call before something whose messages matter."""
        self._lines.clear()
        self._partial = ""

    def lines(self) -> list[str]:
        """What was written since `clear`, oldest first."""
        return [line for _, line in self._lines]

    def first_problem(self) -> str:
        """The first error since `clear` (later ones only repeat it), or an empty text."""
        return next((line[:300] for level, line in self._lines if level == _ERROR), "")


NATIVE_LOG: Final = NativeLog()


def checked_header(path: Path) -> GgufHeader:
    """The header of a model about to be loaded. Raises ModelError before any native code has seen a bad file."""
    header = read_header(path)
    if not header.architecture:
        raise ModelError(
            f"{path.name} does not say what kind of model it is.",
            cause="The key general.architecture is missing from its header.",
            remedy="Download the model again, or choose another file.",
        )
    return header
