"""The only module that writes durable files: a reader sees the old content or the new, never a half.

Knows nothing about what it stores. A file is written beside its target, flushed to the disk, renamed over the target,
and the folder entry is flushed too; a journal is appended line by line, each with a sequence number and a CRC, so
that a torn last line is recognised and dropped on replay.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from labdesk.core.errors import StorageError

T = TypeVar("T")

TEMPORARY_PREFIX = ".labdesk-tmp-"
MANIFEST = "MANIFEST.json"


def flush_to_disk(descriptor: int) -> None:
    """fsync; on macOS F_FULLFSYNC, because fsync alone stops at the drive's cache there."""
    if sys.platform == "darwin":
        import fcntl

        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
        except OSError:
            pass
    os.fsync(descriptor)


def flush_folder(folder: Path) -> None:
    """Make renames inside `folder` durable. Windows has no such call."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def explain(error: OSError, path: Path) -> StorageError:
    """The StorageError that tells a person what this OSError means for `path`."""
    if error.errno == errno.ENOSPC:
        return StorageError(
            f"The disk is full: “{path.name}” could not be written.",
            cause=f"No space is left in {path.parent}.",
            remedy="Free some space, then continue: nothing that was saved before is lost.",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(
            f"labdesk may not write into {path.parent}.",
            cause=os.strerror(error.errno or 0) + ".",
            remedy="Choose a folder that you can write to, or change its permissions.",
        )
    return StorageError(
        f"“{path.name}” could not be written.",
        cause=f"{os.strerror(error.errno) if error.errno else error}.",
        remedy="Check the folder and try again: the earlier version is untouched.",
    )


def write_bytes(path: Path, data: bytes) -> None:
    """Replace `path` by `data`, atomically and durably. A symlink stays a symlink. Raises StorageError."""
    target = Path(os.path.realpath(path))
    temporary = write_beside(target, data)
    try:
        temporary.replace(target)
        flush_folder(target.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise explain(error, path) from error


def _mode_of(target: Path) -> int:
    """The permissions of a file; the usual ones when it is not there, or gone this moment."""
    try:
        return target.stat().st_mode & 0o7777
    except FileNotFoundError:
        return 0o644


def write_beside(target: Path, data: bytes) -> Path:
    """`data` in a flushed temporary file in the folder of `target`, with its mode: ready to take its place. Raises
    StorageError.
    """
    temporary: str | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, dir=target.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            flush_to_disk(file.fileno())
        Path(temporary).chmod(_mode_of(target))
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise explain(error, target) from error
    return Path(temporary)


def flush_everything() -> None:
    """Flush all that was written so far: quicker than file by file after thousands of them."""
    if hasattr(os, "sync"):
        os.sync()


def write_new(path: Path, data: bytes) -> None:
    """Make a file in a folder that only this process knows yet, not flushed: call `flush_everything` before that
    folder is moved into place. Raises StorageError; never writes over anything.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "xb") as file:
            file.write(data)
    except OSError as error:
        raise explain(error, path) from error


def write_text(path: Path, text: str) -> None:
    """`write_bytes` of UTF-8 text; line ends are kept as they are."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, value: Any) -> None:
    """`write_bytes` of any msgspec-encodable value as indented JSON."""
    write_bytes(path, msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def read_json(path: Path, kind: type[T]) -> T:
    """Read what `write_json` wrote. Raises StorageError with the reason when it is missing or damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise StorageError(
            f"“{path.name}” could not be read.",
            cause=f"{error.strerror}.",
            remedy=f"Look whether {path} is still there.",
        ) from error
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise StorageError(
            f"“{path.name}” is damaged.",
            cause=str(error),
            remedy=f"Restore {path} from a backup, or delete it and start again.",
        ) from error


class Journal:
    """An append-only file of JSON lines: `{"n": sequence, "c": crc32 of v, "v": value}`.

    `append` returns only when the line is on the disk (unless `durable=False`). Opening cuts a torn last line off.
    `end`: where this journal ended before, (bytes, lines); if it still does, it is not read again.
    """

    def __init__(self, path: Path, end: tuple[int, int] = (0, 0)) -> None:
        self.path = path
        self._next = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if end[0] and path.exists() and path.stat().st_size == end[0]:
                good_bytes, self._next = end
            else:
                good_bytes = self._scan()
            self._file = open(path, "ab")  # noqa: SIM115 - held for the life of the journal
            if self._file.tell() > good_bytes:
                self._file.truncate(good_bytes)
        except OSError as error:
            raise explain(error, path) from error

    def _scan(self) -> int:
        """Count good lines; return the byte offset behind the last one."""
        offset = 0
        if self.path.exists():
            for _value, end in _lines(self.path.read_bytes()):
                self._next += 1
                offset = end
        return offset

    def append(self, value: Any, *, durable: bool = True) -> None:
        """Write one value as the next line. Raises StorageError."""
        self.append_all([value], durable=durable)

    def append_all(self, values: Sequence[Any], *, durable: bool = True) -> None:
        """Write values as the next lines, in one go. Raises StorageError."""
        bodies = [msgspec.json.encode(value) for value in values]
        lines = [
            b'{"n":%d,"c":%d,"v":%s}\n' % (number, zlib.crc32(body), body)
            for number, body in enumerate(bodies, start=self._next)
        ]
        try:
            self._file.write(b"".join(lines))
            self._file.flush()
            if durable:
                flush_to_disk(self._file.fileno())
        except OSError as error:
            raise explain(error, self.path) from error
        self._next += len(lines)

    @property
    def end(self) -> tuple[int, int]:
        """Where the journal ends now: (bytes, lines)."""
        return self._file.tell(), self._next

    def close(self) -> None:
        self._file.close()


class _Line(msgspec.Struct):
    n: int
    c: int
    v: msgspec.Raw


_line_decoder = msgspec.json.Decoder(_Line)


def _lines(data: bytes, expected: int = 0) -> Iterator[tuple[bytes, int]]:
    """Yield (value bytes, end offset) of each good line, stopping at the first bad one."""
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        try:
            line = _line_decoder.decode(data[start:end])
        except (msgspec.DecodeError, msgspec.ValidationError):
            return
        body = bytes(line.v)
        if line.n != expected or zlib.crc32(body) != line.c:
            return
        expected += 1
        start = end + 1
        yield body, start


class JournalReader(Generic[T]):
    """Reads a journal that somebody else appends to: each call returns what is new, reading only new bytes."""

    def __init__(self, path: Path, kind: type[T]) -> None:
        self.path = path
        self._decoder = msgspec.json.Decoder(kind)
        self._offset = 0
        self._count = 0
        self.rest = 0

    def read_new(self, most_bytes: int = -1) -> list[T]:
        """The values appended since the last call. Values this version does not know are left out.

        With `most_bytes` only about so much of the file is read; `rest` says how many bytes are left.
        """
        try:
            with open(self.path, "rb") as file:
                file.seek(self._offset)
                data = file.read(most_bytes)
                if most_bytes > 0 and not data.endswith(b"\n"):
                    data += file.readline()
                read_to = file.tell()
                self.rest = file.seek(0, os.SEEK_END) - read_to
        except FileNotFoundError:
            return []
        values: list[T] = []
        start = self._offset
        for body, end in _lines(data, self._count):
            self._count += 1
            self._offset = start + end
            try:
                values.append(self._decoder.decode(body))
            except msgspec.ValidationError:
                continue
        if self._offset == start:
            self.rest = 0  # behind a damaged or unfinished line there is nothing to come
        return values


def replay(path: Path, kind: type[T]) -> list[T]:
    """Every value of a journal up to the first damaged line; [] when there is no file."""
    return JournalReader(path, kind).read_new()


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file, read in blocks."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_file(source: Path, target: Path) -> None:
    """`target` holds what `source` does: as a second name where the disk can do that, else as a copy that appears when
    it is complete. Raises StorageError.
    """
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=target.parent))
        made = temporary / target.name
        try:
            made.hardlink_to(source)
        except OSError:
            shutil.copyfile(source, made)
            with open(made, "rb+") as file:
                flush_to_disk(file.fileno())
        made.replace(target)
        flush_folder(target.parent)
    except OSError as error:
        raise explain(error, target) from error
    finally:
        if temporary is not None:
            remove_folder(temporary)


def new_folder(final: Path) -> Path:
    """A temporary folder beside `final`, to be filled and then given to `commit_folder`."""
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=final.parent))
    except OSError as error:
        raise explain(error, final) from error


def commit_folder(temporary: Path, final: Path) -> None:
    """Seal `temporary` with a manifest of sizes and hashes, flush everything, and rename it to `final`."""
    try:
        manifest: dict[str, dict[str, int | str]] = {}
        for file in sorted(p for p in temporary.rglob("*") if p.is_file()):
            with open(file, "rb+") as handle:
                flush_to_disk(handle.fileno())
            name = file.relative_to(temporary).as_posix()
            manifest[name] = {"size": file.stat().st_size, "sha256": sha256_of(file)}
        write_json(temporary / MANIFEST, manifest)
        if final.exists():
            remove_folder(final)
        temporary.replace(final)
        flush_folder(final.parent)
    except OSError as error:
        remove_folder(temporary)
        raise explain(error, final) from error


def verify_folder(folder: Path) -> bool:
    """True when every file that the manifest names is there with its size and hash."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=dict[str, dict[str, int | str]])
        return all(
            (folder / name).stat().st_size == entry["size"] and sha256_of(folder / name) == entry["sha256"]
            for name, entry in manifest.items()
        )
    except (OSError, KeyError, msgspec.DecodeError, msgspec.ValidationError):
        return False


def remove_folder(folder: Path) -> None:
    """Delete a folder of labdesk's own making, with all it holds; no complaint when it is gone."""
    shutil.rmtree(folder, ignore_errors=True)


def sweep_temporaries(folder: Path) -> None:
    """Delete what an interrupted write left directly in `folder`. Call it only while holding the folder's lock."""
    for leftover in folder.glob(TEMPORARY_PREFIX + "*"):
        if leftover.is_dir():
            remove_folder(leftover)
        else:
            leftover.unlink(missing_ok=True)
