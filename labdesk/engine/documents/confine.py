"""What the document worker may do while it reads a stranger's file: use so much memory and time, write into one folder.

Python's own audit hook refuses everything else that leaves the process: the network, other programs, other files. It
cannot be taken back. A second thread ends the process when a limit is passed, also while a library is busy in C.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

_LOOK_SECONDS = 0.05
_REFUSED = (
    "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname",
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.fork", "os.forkpty",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown", "os.truncate",
    "shutil.rmtree", "shutil.move", "shutil.copyfile", "ctypes.dlopen", "pty.spawn", "urllib.Request",
)  # fmt: skip


class Refused(PermissionError):
    """Something that reading a document does not need."""


def forbid(folder: Path) -> None:
    """From now on this process writes only below `folder` and reads only there and its own program. For good."""
    writable = os.path.realpath(folder)
    readable = (writable, *(os.path.realpath(place) for place in (sys.prefix, sys.base_prefix, *_program())))
    own_size = tuple(f"/proc/{os.getpid()}/{name}" for name in ("stat", "statm"))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            flags = arguments[2] if isinstance(arguments[2], int) else 0
            places = (writable,) if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC) else readable
            if path not in own_size and not any(path == place or path.startswith(place + os.sep) for place in places):
                raise Refused(f"a document is not allowed to open {path}")
        elif event in _REFUSED and not _inside(arguments, writable):
            raise Refused(f"a document is not allowed: {event}")

    sys.addaudithook(hook)


def limit_memory(size: int) -> None:
    """Let the kernel refuse what goes far beyond `size` bytes, and keep no image of a crash. Linux and macOS only."""
    if sys.platform == "win32":
        return
    import resource

    limits = ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, size + psutil.Process().memory_info().vms))
    for kind, most in limits:
        with contextlib.suppress(ValueError, OSError):  # a stricter limit is in force already
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


class Watch:
    """Ends the process, after `say(why)`, when one file takes more `seconds` or `memory` (bytes) than allowed."""

    def __init__(self, seconds: float, memory: int, say: Callable[[str], None]) -> None:
        self._seconds = seconds
        self._process = psutil.Process()
        self._most = memory + self._process.memory_info().rss
        self._say = say
        self._since = time.monotonic()
        threading.Thread(target=self._run, daemon=True).start()

    def next_file(self) -> None:
        """The clock starts anew."""
        self._since = time.monotonic()

    def _run(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            if time.monotonic() - self._since > self._seconds:
                self._end("time")
            if self._process.memory_info().rss > self._most:
                self._end("memory")

    def _end(self, why: str) -> None:
        self._say(why)
        os._exit(3)


def _program() -> list[str]:
    """Where this program's own modules lie, besides Python's: not the current folder, which may be anybody's."""
    return [str(Path(__file__).resolve().parents[2]), *(path for path in sys.path if path.endswith("-packages"))]


def _inside(arguments: tuple[Any, ...], folder: str) -> bool:
    """Whether every path among the arguments of an event lies below `folder`, and there is one."""
    paths = [os.path.realpath(os.fsdecode(one)) for one in arguments if isinstance(one, str | bytes | os.PathLike)]
    return bool(paths) and all(f"{path}{os.sep}".startswith(folder + os.sep) for path in paths)
