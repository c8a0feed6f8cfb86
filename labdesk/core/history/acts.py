"""What one step of the history does to the disk: files written, files and folders moved, folders made.

An act knows both of its sides, so that it can be done, undone, and recognised as done or undone after a crash.
All paths are relative to the workspace, with slashes.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

from labdesk.core import storage, swap
from labdesk.core.errors import StorageError, TaxonomyError
from labdesk.core.history.blobs import Blobs


class Write(msgspec.Struct, frozen=True, tag="write"):
    """A file's content went from one SHA-256 to another; None stands for no file."""

    path: str
    before: str | None
    after: str | None


class Move(msgspec.Struct, frozen=True, tag="move"):
    """A file or folder went from one place to another."""

    source: str
    target: str


class Folder(msgspec.Struct, frozen=True, tag="folder"):
    """An empty folder was made."""

    path: str


Act = Write | Move | Folder


class FileChanged(TaxonomyError):
    """A file is not what labdesk last saw. `path` is relative to the workspace, `found` what lies there now."""

    def __init__(self, path: str, found: bytes | None) -> None:
        name = path.removeprefix("taxonomy/")
        super().__init__(
            f"“{name}” was changed by another program.",
            cause="Nothing was written: that would have overwritten the change.",
            remedy="Look at both versions; merge them, or save yours as a copy.",
        )
        self.path = path
        self.found = found


def digest(data: bytes | None) -> str | None:
    """SHA-256 in hex; None for no file."""
    return None if data is None else hashlib.sha256(data).hexdigest()


def turned(act: Act) -> Act:
    """The act that takes this one back."""
    match act:
        case Write():
            return Write(act.path, act.after, act.before)
        case Move():
            return Move(act.target, act.source)
        case Folder():
            return act


def check(root: Path, act: Act, *, fresh: bool = False) -> None:
    """Raises TaxonomyError when the act can neither be done nor (unless `fresh`) has been done already."""
    if isinstance(act, Write):
        found = swap.current(root / act.path)
        if digest(found) != act.before and (fresh or digest(found) != act.after):
            raise FileChanged(act.path, found)
    elif isinstance(act, Move) and (fresh or not _is_moved(root, act)):
        if not os.path.lexists(root / act.source):
            raise TaxonomyError(
                f"“{_short(act.source)}” is not there any more.",
                cause="It was moved or deleted by another program.",
                remedy="Put it back, or go on without it.",
            )
        if os.path.lexists(root / act.target) and not _same_file(root / act.source, root / act.target):
            raise TaxonomyError(
                f"The place “{_short(act.target)}” is taken by something else.", remedy="Rename that first."
            )


def do(root: Path, act: Write | Move, blobs: Blobs, data: bytes | None = None) -> None:
    """Do a checked act; `data` is the new content if it is no blob yet. Doing it twice changes nothing.

    Raises TaxonomyError (FileChanged when another program was faster), StorageError.
    """
    if isinstance(act, Move):
        if not _is_moved(root, act):
            move(root / act.source, root / act.target)
        return
    path = root / act.path
    found = swap.current(path)
    if digest(found) == act.after:
        return
    if digest(found) != act.before:
        raise FileChanged(act.path, found)
    if found is not None:
        blobs.put(found)
    if data is None and act.after is not None:
        data = blobs.get(act.after)
    try:
        swap.replace(path, data, found)
    except swap.Changed as change:
        raise FileChanged(act.path, change.found) from None


def set_folder(root: Path, act: Folder, *, present: bool) -> None:
    """Make the folder, or take it away if nothing lies in it (a folder in use stays)."""
    path = root / act.path
    try:
        if present:
            path.mkdir(parents=True, exist_ok=True)
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    except OSError as error:
        raise storage.explain(error, path) from error


def move(source: Path, target: Path) -> None:
    """Rename, durably; never onto something. Raises StorageError, TaxonomyError."""
    if os.path.lexists(target) and not _same_file(source, target):
        raise TaxonomyError(f"“{target.name}” is already there.", remedy="Choose another name.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)
        storage.flush_folder(target.parent)
        if source.parent != target.parent:
            storage.flush_folder(source.parent)
    except FileNotFoundError as error:
        raise StorageError(f"“{source.name}” is not there any more.", remedy="Reload the taxonomy.") from error
    except OSError as error:
        raise storage.explain(error, target) from error


def over(new: Path, old: Path) -> None:
    """Put a finished file in the place of an older one. Raises StorageError."""
    try:
        new.replace(old)
        storage.flush_folder(old.parent)
    except OSError as error:
        raise storage.explain(error, old) from error


def _same_file(source: Path, target: Path) -> bool:
    """On disks that do not tell capitals apart, a rename may change only these."""
    try:
        return source.samefile(target)
    except OSError:
        return False


def _is_moved(root: Path, act: Move) -> bool:
    return not os.path.lexists(root / act.source) and os.path.lexists(root / act.target)


def _short(path: str) -> str:
    return path.removeprefix("taxonomy/")
