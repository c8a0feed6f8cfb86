"""Finds model files with the same content: only files of one size are read, and of those the large ones once."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

_EDGE: Final = 1_000_000


def duplicates(files: Iterable[Path]) -> Iterator[tuple[Path, ...]]:
    """Groups of two or more files with the same bytes, in the order given. Two names of one file are no duplicates:
    they take the disk once. A file that cannot be read is like no other."""
    sizes: dict[int, dict[tuple[int, int], Path]] = defaultdict(dict)
    for path in files:
        try:
            about = path.stat()
        except OSError:
            continue
        sizes[about.st_size].setdefault((about.st_dev, about.st_ino), path)
    for size, same in sizes.items():
        for group in _split(tuple(same.values()), partial(_edges, size=size)):
            yield from _split(group, _whole)


def _split(files: Sequence[Path], key: Callable[[Path], str]) -> Iterator[tuple[Path, ...]]:
    if len(files) < 2:
        return
    found: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        try:
            found[key(path)].append(path)
        except OSError:
            continue
    yield from (tuple(group) for group in found.values() if len(group) > 1)


def _edges(path: Path, size: int) -> str:
    """The first and the last bytes: files of one size that differ mostly differ there."""
    with open(path, "rb") as opened:
        first = opened.read(_EDGE)
        opened.seek(max(0, size - _EDGE))
        return hashlib.sha256(first + opened.read(_EDGE)).hexdigest()


def _whole(path: Path) -> str:
    with open(path, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
