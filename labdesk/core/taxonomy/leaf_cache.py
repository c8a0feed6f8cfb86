"""What was seen of the leaves, kept on disk, so that a large taxonomy is known again without opening a file of it.

A folder of segments, each a few hundred leaves: small enough to be read between two frames of a window. A later
segment counts before an earlier one; segments that other rules made, or that are damaged, are nothing.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

import labdesk
from labdesk.core import storage
from labdesk.core.errors import StorageError
from labdesk.core.taxonomy.facts import Glance, Seen

SEGMENT = 250
_MOST_SEGMENTS = 120


class _Segment(msgspec.Struct, frozen=True, array_like=True):
    rules: str
    leaves: list[Seen]


class _Glances(msgspec.Struct, frozen=True, array_like=True):
    """A segment less what a list does not show, which is most of it."""

    rules: str
    leaves: list[Glance]


_S = TypeVar("_S", _Segment, _Glances)


class LeafCache:
    """`folder` need not exist: then nothing is known yet, and `add` makes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rules = rules_version()

    @classmethod
    def of_workspace(cls, root: Path) -> LeafCache:
        """The cache of a workspace."""
        return cls(root / ".labdesk" / "cache" / "leaves")

    @classmethod
    def beside(cls, taxonomy: Path) -> LeafCache | None:
        """The cache for a taxonomy that may lie in a workspace; None where it does not."""
        return cls.of_workspace(taxonomy.parent) if (taxonomy.parent / ".labdesk").is_dir() else None

    def segments(self) -> Iterator[Sequence[Seen]]:
        """What is known, oldest first: a later entry for a path replaces an earlier one."""
        for file in self._files():
            segment = self._read(file, _Segment)
            yield segment.leaves if segment else ()

    def glances(self) -> Iterator[Sequence[Glance]]:
        """The same in short, in a third of the time."""
        for file in self._files():
            segment = self._read(file, _Glances)
            yield segment.leaves if segment else ()

    def add(self, leaves: Sequence[Seen]) -> None:
        """Keep what was seen. Raises StorageError."""
        for start in range(0, len(leaves), SEGMENT):
            segment = _Segment(self._rules, list(leaves[start : start + SEGMENT]))
            name = f"{time.time_ns():020d}.msgpack"
            storage.write_bytes(self.folder / name, msgspec.msgpack.encode(segment))

    @property
    def is_long(self) -> bool:
        """Whether there are so many segments that `tidy` may be worth its while."""
        return len(self._files()) > _MOST_SEGMENTS

    def tidy(self, paths: Collection[str]) -> None:
        """Write everything anew, less what is not among `paths`, if most of it is out of date. Raises StorageError."""
        files = self._files()
        if len(files) <= max(_MOST_SEGMENTS, 3 * len(paths) // SEGMENT):
            return
        newest = {seen.path: seen for segment in self.segments() for seen in segment if seen.path in paths}
        self.add(list(newest.values()))
        for file in files:
            with contextlib.suppress(OSError):
                file.unlink()

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.msgpack"))

    def _read(self, file: Path, kind: type[_S]) -> _S | None:
        try:
            segment = msgspec.msgpack.decode(file.read_bytes(), type=kind)
        except (OSError, msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
            return None
        return segment if segment.rules == self._rules else None


def keep(cache: LeafCache | None, leaves: Sequence[Seen]) -> None:
    """`add` where that is possible: a workspace that may only be read is looked at all the same."""
    if cache is not None and leaves:
        with contextlib.suppress(StorageError):
            cache.add(leaves)


def rules_version() -> str:
    """Changes whenever the same file might be judged otherwise: labdesk, the schema, in a checkout also the sources."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    newest = max((path.stat().st_mtime_ns for path in sources), default=0)
    return f"{labdesk.__version__} {importlib.metadata.version('instructlab-schema')} {newest}"
