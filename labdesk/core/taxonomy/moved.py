"""Finds a leaf that another program has renamed or moved: its folder is elsewhere, but it is the same folder."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from labdesk.core.taxonomy.tree import LEAF_FILE, MAX_DEPTH

MOST_FOLDERS = 20_000


class Identity(msgspec.Struct, frozen=True):
    """What stays when a folder is renamed."""

    device: int
    inode: int


def identity_of(folder: Path) -> Identity | None:
    """None when there is no such folder."""
    try:
        info = folder.stat()
    except OSError:
        return None
    return Identity(info.st_dev, info.st_ino)


def moved_to(taxonomy: Path, was: str, identity: Identity) -> str | None:
    """Where the leaf's folder that was at `was` is now, as a path below the taxonomy; None when it is gone.

    Looks beside its old place first, then everywhere (folders of ordinary taxonomies are read in some 10 ms).
    """
    near = taxonomy / was.rpartition("/")[0]
    for start, depth in ((near, 1), (taxonomy, MAX_DEPTH)):
        found = _search(start, identity, depth)
        if found is not None and (found / LEAF_FILE).is_file():
            return found.relative_to(taxonomy).as_posix()
    return None


def _search(start: Path, identity: Identity, depth: int) -> Path | None:
    level, seen = [start], 0
    for _ in range(depth):
        inner: list[Path] = []
        for folder in level:
            seen += 1
            if seen > MOST_FOLDERS:
                return None
            try:
                with os.scandir(folder) as entries:
                    folders = [one for one in entries if one.is_dir(follow_symlinks=False)]
            except OSError:
                continue
            for entry in folders:
                if entry.inode() == identity.inode and identity_of(Path(entry.path)) == identity:
                    return Path(entry.path)
                if entry.name not in (".git", ".labdesk"):
                    inner.append(Path(entry.path))
        level = inner
    return None
