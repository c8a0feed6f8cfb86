"""What lies in a workspace's trash and among its imports: how large it is, and emptying it.

What was deleted lately stays unless the person wants everything gone: Undo needs it.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import msgspec

from labdesk.core import storage
from labdesk.core.history.acts import Move
from labdesk.core.history.history import History, Step

KEPT_DAYS = 30
_FOLDERS = ("trash", "imports")
_UNDER_WAY_SECONDS = 3_600


class Leftovers(msgspec.Struct, frozen=True):
    """`count` things of `size` bytes; of them `needed` (`needed_size` bytes) so that Undo can bring them back."""

    count: int
    size: int
    needed: int
    needed_size: int


def leftovers(root: Path) -> Leftovers:
    """Look through the trash and the imports of the workspace at `root`. Large ones take seconds."""
    sizes = {path: _size(path) for path in _things(root)}
    needed = _needed(root)
    kept = [path for path in sizes if _is_needed(path, root, needed)]
    return Leftovers(len(sizes), sum(sizes.values()), len(kept), sum(sizes[path] for path in kept))


def empty_leftovers(root: Path, *, everything: bool = False) -> Leftovers:
    """Delete for good what Undo does not need, or `everything`; returns what is left. Raises StorageError."""
    needed = frozenset[str]() if everything else _needed(root)
    for path in _things(root):
        if not _is_needed(path, root, needed):
            if path.is_dir() and not path.is_symlink():
                storage.remove_folder(path)
            else:
                _unlink(path)
    return leftovers(root)


def _things(root: Path) -> list[Path]:
    """What was moved there in one go each: the entries of both folders, and of the folder of chats in the trash."""
    found: list[Path] = []
    for name in _FOLDERS:
        folder = root / ".labdesk" / name
        if folder.is_dir() and not folder.is_symlink():
            inner = [folder / "chats"] if name == "trash" and (folder / "chats").is_dir() else []
            found += [path for path in sorted(folder.iterdir()) if path not in inner]
            found += [path for one in inner for path in sorted(one.iterdir())]
    return found


def _needed(root: Path) -> frozenset[str]:
    """What the steps of the last weeks would bring back: paths relative to the workspace."""
    history = History(root.resolve(), root.resolve() / ".labdesk" / "history")
    since = time.time() - KEPT_DAYS * 86_400
    done = (act.target for act in _moves(history.steps, since))
    undone = (act.source for act in _moves(history.undone, since))
    return frozenset((*done, *undone))


def _moves(steps: tuple[Step, ...], since: float) -> list[Move]:
    return [act for step in steps if step.time >= since for act in step.acts if isinstance(act, Move)]


def _is_needed(path: Path, root: Path, needed: frozenset[str]) -> bool:
    name = path.relative_to(root).as_posix()
    if path.parent.name == "imports" and time.time() - path.stat().st_mtime < _UNDER_WAY_SECONDS:
        return True
    return name in needed or any(one.startswith(f"{name}/") for one in needed)


def _size(path: Path) -> int:
    if path.is_symlink() or not path.is_dir():
        return path.lstat().st_size
    total = 0
    for folder, _names, files in os.walk(path):
        total += sum(Path(folder, name).lstat().st_size for name in files)
    return total


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise storage.explain(error, path) from error
