"""The survey worker: reads and checks leaves for a window that must not wait, and keeps in a cache what it saw.

One JSON line in: a list of leaf paths; an empty one says that no more are wanted for now. One JSON line out for each
leaf: a `core.taxonomy.facts.Seen` in short. It ends when its pipe closes.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from labdesk.core.errors import LabdeskError
from labdesk.core.taxonomy.facts import Seen, in_short, see
from labdesk.core.taxonomy.leaf_cache import SEGMENT, LeafCache, keep
from labdesk.core.taxonomy.tree import LEAF_FILE, LeafEntry, read_tree

_requests = msgspec.json.Decoder(list[str])


def main(taxonomy: str, state: str) -> int:
    """`taxonomy` is the folder; `state` is the workspace's own folder, without which nothing is kept."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    cache = LeafCache(Path(state) / "cache" / "leaves") if Path(state).is_dir() else None
    survey(sys.stdin.buffer, replies, Path(taxonomy), cache)
    return 0


def survey(requests: BinaryIO, replies: BinaryIO, root: Path, cache: LeafCache | None) -> None:
    """Answers until the requests end."""
    seen: list[Seen] = []
    for line in requests:
        paths = _requests.decode(line)
        for path in paths:
            one = see(_entry(root, path), root)
            replies.write(msgspec.json.encode(in_short(one)) + b"\n")
            seen.append(one)
        replies.flush()
        if len(seen) >= SEGMENT or not paths:
            keep(cache, seen)
            seen = []
    keep(cache, seen)
    if cache is not None and cache.is_long:
        with contextlib.suppress(LabdeskError):  # the next one will be as able to
            cache.tidy({leaf.path for leaf in read_tree(root).leaves})


def _entry(root: Path, path: str) -> LeafEntry:
    """The leaf at a path, with its file as it is now; zeros when it is gone."""
    file = root / path / LEAF_FILE
    try:
        info = file.stat()
        return LeafEntry(path, str(file), info.st_size, info.st_mtime_ns, info.st_ino)
    except OSError:
        return LeafEntry(path, str(file), 0, 0, 0)
