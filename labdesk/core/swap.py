"""Replaces a file only if it still is what was read: the check happens at the moment of replacing, not before it.

Linux and macOS can exchange two names in one step; what comes out is compared, and put back when it is not what was
expected. Elsewhere the old file is renamed away first, which takes exactly what lay there, and the new one is put in
its place only if the place is still free. Either way the version of another program is never overwritten unseen.
A program that writes into the open file (instead of replacing it) during these microseconds is beyond any such check.

Processes of labdesk also wait for each other: while one puts back what it should not have taken, another could read the
moment between and build on it.
"""

from __future__ import annotations

import ctypes
import functools
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from labdesk.core import storage
from labdesk.core.errors import StorageError

if sys.platform != "win32":
    import fcntl

_AT_FDCWD = -100
_EXCHANGE = 2


class Changed(Exception):
    """The file is not what was expected. `found` is what lies there (None: nothing)."""

    def __init__(self, found: bytes | None) -> None:
        super().__init__("the file has changed")
        self.found = found


def current(path: Path) -> bytes | None:
    """What lies at `path` now; None when nothing does. Raises StorageError."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise StorageError(f"“{path.name}” is not an ordinary file.", remedy="Remove it or put a file there.")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise storage.explain(error, path) from error


def replace(path: Path, data: bytes | None, expected: bytes | None) -> None:
    """Make `path` hold `data` (None: remove it) if it holds `expected` now (None: nothing). Durable.

    Raises Changed, with the file untouched, when it does not; StorageError when the disk refuses.
    """
    target = Path(os.path.realpath(path))
    with _alone_in(target.parent):
        if (found := current(target)) != expected:
            raise Changed(found)
        if data is not None or expected is not None:
            _replace(path, target, data, expected)


def _replace(path: Path, target: Path, data: bytes | None, expected: bytes | None) -> None:
    new = storage.write_beside(target, data) if data is not None else None
    try:
        if expected is None:
            _publish(_some(new), target)
        elif new is None or not _exchange_checked(new, target, expected):
            _take_and_put(new, target, expected)
        storage.flush_folder(target.parent)
    except OSError as error:
        raise storage.explain(error, path) from error
    finally:
        if new is not None:
            new.unlink(missing_ok=True)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """No other process of labdesk replaces anything in this folder meanwhile. The folder itself is locked, so that no
    file is left; where that cannot be (Windows, some network disks, no such folder yet), the checks have to do."""
    if sys.platform == "win32":
        yield
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        yield
        return
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _exchange_checked(new: Path, target: Path, expected: bytes) -> bool:
    """True when done; False when this system or disk cannot exchange. Raises Changed."""
    swap = _exchanger()
    if swap is None:
        return False
    ours = new.read_bytes()
    try:
        swap(new, target)
    except FileNotFoundError:
        raise Changed(current(target)) from None
    except OSError:
        return False
    displaced = new.read_bytes()
    if displaced == expected:
        return True
    swap(new, target)
    while (out := new.read_bytes()) != ours:  # it changed once more meanwhile: the newer one goes back
        ours, displaced = displaced, out
        swap(new, target)
    raise Changed(current(target))


def _take_and_put(new: Path | None, target: Path, expected: bytes) -> None:
    """Rename the old file away, look at it, and put the new one where it lay. Raises Changed."""
    aside = Path(tempfile.mkdtemp(prefix=storage.TEMPORARY_PREFIX, dir=target.parent))
    taken = aside / target.name
    try:
        try:
            target.rename(taken)
        except FileNotFoundError:
            raise Changed(None) from None
        if taken.read_bytes() != expected:
            found = taken.read_bytes()
            _publish(taken, target)
            raise Changed(found)
        if new is not None:
            try:
                _publish(new, target)
            except OSError:
                _publish(taken, target)
                raise
    finally:
        storage.remove_folder(aside)


def _publish(new: Path, target: Path) -> None:
    """Give `new` the name `target` if that name is free. Raises Changed."""
    try:
        os.link(new, target)
    except FileExistsError:
        raise Changed(current(target)) from None
    except OSError:  # a disk without hard links
        if os.path.lexists(target):
            raise Changed(current(target)) from None
        new.rename(target)


def _some(new: Path | None) -> Path:
    assert new is not None
    return new


@functools.cache
def _exchanger() -> Callable[[Path, Path], None] | None:
    """The system's call that exchanges two names, or None where there is none."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        call = library.renameat2 if sys.platform == "linux" else library.renamex_np
    except (OSError, AttributeError, TypeError):
        return None

    def exchange(one: Path, other: Path) -> None:
        if sys.platform == "linux":
            failed = call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE)
        else:
            failed = call(os.fsencode(one), os.fsencode(other), _EXCHANGE)
        if failed:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    return exchange
