"""A file that grows over several starts: its bytes, and a journal of the blocks that are safe on the disk.

NAME.part         the bytes so far
NAME.part.jsonl   a journal: what they are a part of, then the end and CRC of each block

A killed process loses less than one block. Opened again, each block is checked; what lies behind the last good one is
cut off. The journal names where the bytes come from: bytes of another file are never continued.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import Final

import msgspec

from labdesk.core import storage
from labdesk.core.storage import Journal, explain, flush_folder, flush_to_disk, replay

#: With what a connection holds in its buffers, a kill costs less than 8 MiB.
BLOCK: Final = 2 * 1024 * 1024


class Origin(msgspec.Struct, frozen=True, tag="origin"):
    """Where the bytes come from. `etag`: what the server called this version of them; "" when it did not say."""

    url: str
    size: int
    etag: str = ""


class Block(msgspec.Struct, frozen=True, tag="block"):
    """The bytes up to `end` are on the disk; `crc` is of those since the block before."""

    end: int
    crc: int


Line = Origin | Block


class PartFile:
    """Bytes are added at the end. Use as a context manager; `finish` gives the file its name."""

    def __init__(self, target: Path, url: str, size: int, block: int = BLOCK) -> None:
        """Opens what an earlier start left, or an empty part. Raises StorageError."""
        self.target = target
        self.path = target.with_name(target.name + ".part")
        self._log = target.with_name(target.name + ".part.jsonl")
        self._block = block
        self.url, self.size = url, size
        self.etag = ""
        lines: list[Line] = replay(self._log, Line)  # type: ignore[arg-type]
        good = self._good(lines)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._file = open(self.path, "r+b" if self.path.exists() else "w+b")  # noqa: SIM115 - held open
            if good == 0:
                self._begin("")
            else:
                self._journal = Journal(self._log)
                self._file.truncate(good)
                self._file.seek(good)
                self.end = self._safe = good
                self._crc = 0
        except OSError as error:
            raise explain(error, self.path) from error

    def __enter__(self) -> PartFile:
        return self

    def __exit__(self, *_details: object) -> None:
        self.close()

    def close(self) -> None:
        """Keeps what came since the last block too, unless the disk refuses."""
        if not self._file.closed:
            try:
                self._keep()
            finally:
                self._file.close()
                self._journal.close()

    def add(self, data: bytes) -> None:
        """Append bytes; they are safe from one full block to the next. Raises StorageError."""
        try:
            self._file.write(data)
        except OSError as error:
            raise explain(error, self.target) from error
        self._crc = zlib.crc32(data, self._crc)
        self.end += len(data)
        if self.end - self._safe >= self._block:
            self._keep()

    def restart(self, etag: str = "") -> None:
        """Throw all bytes away: they are of another version, or wrong. Raises StorageError."""
        try:
            self._journal.close()
            self._begin(etag)
        except OSError as error:
            raise explain(error, self.path) from error

    def note_etag(self, etag: str) -> None:
        """The server named the version; only said once, at the beginning. Raises StorageError."""
        if etag != self.etag:
            self.etag = etag
            self._journal.append(Origin(self.url, self.size, etag))

    def flush(self) -> None:
        """All bytes are on the disk, to be read and checked. Raises StorageError."""
        self._keep()

    def finish(self) -> None:
        """The bytes were checked: they get their name. Raises StorageError."""
        self.close()
        try:
            self.path.replace(self.target)
            self._log.unlink(missing_ok=True)
            flush_folder(self.target.parent)
        except OSError as error:
            raise explain(error, self.target) from error

    def _begin(self, etag: str) -> None:
        self._log.unlink(missing_ok=True)
        self._file.truncate(0)
        self._file.seek(0)
        self.end = self._safe = self._crc = 0
        self.etag = etag
        self._journal = Journal(self._log)
        self._journal.append(Origin(self.url, self.size, etag))

    def _keep(self) -> None:
        if self.end == self._safe:
            return
        try:
            self._file.flush()
            flush_to_disk(self._file.fileno())
        except OSError as error:
            raise explain(error, self.target) from error
        self._journal.append(Block(self.end, self._crc))
        self._safe, self._crc = self.end, 0

    def _good(self, lines: list[Line]) -> int:
        """Where the last good block ends; 0 when the bytes are of something else."""
        if not lines or not self.path.exists():
            return 0
        good = 0
        with open(self.path, "rb") as file:
            for line in lines:
                if isinstance(line, Origin):
                    if (line.url, line.size) != (self.url, self.size):
                        return 0
                    self.etag = line.etag
                    continue
                if not good < line.end <= self.size:
                    break
                if not _matches(file, line.end - good, line.crc):
                    break
                good = line.end
        return good


def _matches(file: object, length: int, crc: int) -> bool:
    """Whether the next `length` bytes have this CRC; read in small steps, whatever a journal claims."""
    found = 0
    while length > 0:
        data = file.read(min(length, 1 << 20))  # type: ignore[attr-defined]
        if not data:
            return False
        found = zlib.crc32(data, found)
        length -= len(data)
    return found == crc


def discard(target: Path) -> None:
    """Delete the part of a file that is not wanted any more."""
    for suffix in (".part", ".part.jsonl"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)


def publish(folder: Path, final: Path) -> None:
    """Move a folder with checked files to its name, all at once. Raises StorageError."""
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        if final.exists():
            storage.remove_folder(final)
        os.replace(folder, final)  # noqa: PTH105 - one call for both systems
        flush_folder(final.parent)
    except OSError as error:
        raise explain(error, final) from error
