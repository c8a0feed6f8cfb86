"""Opens files of a taxonomy that may come from a stranger: regular files inside the root only, and never a huge one."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from labdesk.core.errors import TaxonomyError


def is_inside(path: Path, root: Path) -> bool:
    """Whether `path`, with every link followed, lies in `root`. False also for what cannot be resolved (loops)."""
    try:
        return path.resolve(strict=True).is_relative_to(root.resolve(strict=True))
    except (OSError, RuntimeError, ValueError):
        return False


def read_regular(path: Path, root: Path, limit: int) -> bytes:
    """The bytes of a regular file that lies in `root`; at most `limit` + 1 of them, so that the caller sees excess.

    Never blocks on a pipe and never reads a device. Raises TaxonomyError.
    """
    return b"".join(read_pieces(path, root, limit, limit + 1))


def read_pieces(path: Path, root: Path, limit: int, size: int) -> Iterator[bytes]:
    """As `read_regular`, in pieces of at most `size` bytes."""
    if not is_inside(path, root):
        raise TaxonomyError(
            f"“{path.name}” cannot be opened.",
            cause="It does not exist, or it is a link that leads out of the taxonomy folder.",
            remedy="Put the file itself into the folder.",
        )
    try:
        descriptor = os.open(path.resolve(strict=True), os.O_RDONLY | _flags())
    except (OSError, RuntimeError, ValueError) as error:
        raise _unreadable(path, error) from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise TaxonomyError(f"“{path.name}” is not an ordinary file.", remedy="Remove it or put a text file there.")
        left = limit + 1
        try:
            while left > 0 and (piece := file.read(min(size, left))):
                left -= len(piece)
                yield piece
        except OSError as error:
            raise _unreadable(path, error) from error


def _flags() -> int:
    """Do not wait for a pipe's writer, do not follow a link put there meanwhile; binary on Windows."""
    names = ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY")
    return sum(int(getattr(os, name, 0)) for name in names)


def _unreadable(path: Path, error: Exception) -> TaxonomyError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return TaxonomyError(
        f"“{path.name}” cannot be read.", cause=f"{reason}.", remedy="Check that you are allowed to read the file."
    )
