"""Loads the llama.cpp library once, keeps it quiet, and remembers its last words to explain a failure."""

from __future__ import annotations

import ctypes
from collections import deque
from pathlib import Path
from typing import Final

from labdesk.core.errors import ModelError
from labdesk.core.models.gguf_header import GgufHeader, read_header

try:
    from llama_cpp import llama_cpp as native
except (ImportError, OSError, RuntimeError) as error:  # not installed, or built for another machine
    raise ModelError(
        "The engine that runs models (llama.cpp) is not installed.",
        cause=str(error),
        remedy="Install labdesk with its engines, for example: uv sync --extra engines",
    ) from error

__all__ = ["NATIVE_LOG", "NativeLog", "checked_header", "native"]

_CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)


class NativeLog:
    """The last lines llama.cpp wrote. The library has one log for the whole process, so there is one of these."""

    def __init__(self, lines: int = 400) -> None:
        self._lines: deque[str] = deque(maxlen=lines)
        self._partial = ""
        # The library keeps only a pointer: the callback must live as long as the process.
        self._callback = _CALLBACK(self._take)
        native.llama_log_set(self._callback, ctypes.c_void_p(0))
        native.llama_backend_init()

    def _take(self, _level: int, text: bytes | None, _user: object) -> None:
        self._partial += (text or b"").decode("utf-8", errors="replace")
        *done, self._partial = self._partial.split("\n")
        self._lines.extend(line for line in done if line.strip(" ."))

    def clear(self) -> None:
        """Forget everything; call before something whose messages matter."""
        self._lines.clear()
        self._partial = ""

    def lines(self) -> list[str]:
        """What was written since `clear`, oldest first."""
        return [*self._lines, self._partial] if self._partial else list(self._lines)

    def last_problem(self) -> str:
        """The last line that speaks of an error, else the last line, else an empty text."""
        lines = self.lines()
        for line in reversed(lines):
            if any(word in line.lower() for word in ("error", "fail", "unsupported", "unknown", "missing", "invalid")):
                return line.strip()[:300]
        return lines[-1].strip()[:300] if lines else ""


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
