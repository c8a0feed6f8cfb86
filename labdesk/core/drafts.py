"""What is typed into a leaf and not yet part of its file, kept below `.labdesk/drafts` in case the window dies.

One folder per window, held by a lock that dies with it; one journal per leaf. Lines reach the system at once but are
not flushed to the disk: a killed program loses nothing, and typing never waits for a disk.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from labdesk.core import storage
from labdesk.core.process_lock import ProcessLock, holder
from labdesk.core.taxonomy.yaml_source import YamlPath

_LOCK = "lock"


class Draft(msgspec.Struct, frozen=True):
    """Typing on the leaf at a path, on top of the file that held `base`. `time` is in seconds since 1970.

    Either single `fields`, or the whole `file` as it stood in the YAML tab.
    """

    leaf: str
    base: bytes
    fields: dict[YamlPath, str] = {}
    file: bytes | None = None
    time: float = 0.0


class _Base(msgspec.Struct, frozen=True, tag="base"):
    leaf: str
    data: bytes


class _Field(msgspec.Struct, frozen=True, tag="field"):
    """`text` None: nothing is typed there any more."""

    path: YamlPath
    text: str | None
    time: float


class _File(msgspec.Struct, frozen=True, tag="file"):
    data: bytes | None
    time: float


class Drafts:
    """The drafts of one window. Writes nothing before something is kept. Close it when the window closes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = folder / uuid.uuid4().hex
        self._lock: ProcessLock | None = None
        self._open: dict[str, storage.Journal] = {}
        self._kept: dict[str, Draft] = {}

    def keep(self, leaf: str, base: bytes, fields: Mapping[YamlPath, str], file: bytes | None = None) -> None:
        """Write down what is typed now; only what differs from the last call is written. Raises StorageError."""
        known = self._kept.get(leaf)
        if not fields and file is None:
            if known is not None:
                self.forget(leaf)
            return
        if known is None or known.base != base:
            self._close(leaf)
            known = Draft(leaf, base)
            self._append(leaf, _Base(leaf, base))
        now = time.time()
        for path in [*fields, *(path for path in known.fields if path not in fields)]:
            if fields.get(path) != known.fields.get(path):
                self._append(leaf, _Field(path, fields.get(path), now))
        if file != known.file:
            self._append(leaf, _File(file, now))
        self._kept[leaf] = Draft(leaf, base, dict(fields), file, now)

    def forget(self, leaf: str) -> None:
        """The typing of this window became part of the file, or was thrown away."""
        self._close(leaf)
        self._path(leaf).unlink(missing_ok=True)

    def remove_left_behind(self, leaf: str) -> None:
        """Somebody decided about what windows that died had left: taken up here, or thrown away."""
        for path in [*self._left_behind(leaf)]:
            path.unlink(missing_ok=True)
            self._sweep(path.parent)

    def find(self, leaf: str) -> Draft | None:
        """What this window has kept of a leaf, or the newest draft that a window left behind when it died."""
        if leaf in self._kept:
            return self._kept[leaf]
        found = [draft for path in self._left_behind(leaf) if (draft := read(path)) is not None]
        return max((one for one in found if one.leaf == leaf), key=lambda one: one.time, default=None)

    def close(self) -> None:
        """Let go of the files. Drafts that are left count as left behind."""
        for leaf in [*self._open]:
            self._close(leaf)
        if self._lock is not None:
            self._lock.__exit__(None, None, None)
            self._lock = None
            self._sweep(self._own)

    def _append(self, leaf: str, line: _Base | _Field | _File) -> None:
        if self._lock is None:
            self._lock = ProcessLock(self._own / _LOCK).__enter__()
        if leaf not in self._open:
            self._path(leaf).unlink(missing_ok=True)
            self._open[leaf] = storage.Journal(self._path(leaf))
        self._open[leaf].append(line, durable=False)

    def _close(self, leaf: str) -> None:
        self._kept.pop(leaf, None)
        journal = self._open.pop(leaf, None)
        if journal is not None:
            journal.close()

    def _path(self, leaf: str) -> Path:
        return self._own / _name(leaf)

    def _left_behind(self, leaf: str) -> Iterator[Path]:
        for path in sorted(self._folder.glob(f"*/{_name(leaf)}")):
            if path.parent != self._own and holder(path.parent / _LOCK) is None:
                yield path

    def _sweep(self, folder: Path) -> None:
        if not any(path.suffix == ".jsonl" for path in folder.glob("*")):
            (folder / _LOCK).unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                folder.rmdir()


def read(path: Path) -> Draft | None:
    """The draft that a journal tells of; None when nothing is left in it."""
    leaf, base, file, last = "", b"", None, 0.0
    fields: dict[YamlPath, str] = {}
    for line in storage.replay(path, _Base | _Field | _File):  # type: ignore[arg-type]
        match line:
            case _Base():
                leaf, base = line.leaf, line.data
            case _Field():
                fields.pop(line.path, None)
                if line.text is not None:
                    fields[line.path] = line.text
                last = line.time
            case _File():
                file, last = line.data, line.time
    return Draft(leaf, base, fields, file, last) if fields or file is not None else None


def _name(leaf: str) -> str:
    return hashlib.sha256(leaf.encode("utf-8")).hexdigest()[:24] + ".jsonl"
