"""One hash over what a job reads from the taxonomy: a job is only continued when its inputs are still the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from labdesk.core.taxonomy.tree import LEAF_FILE

LEAVES_JSON = "leaves.json"
"""In the folder of a job: `leaf_hashes` when it was asked for."""


def taxonomy_hash(taxonomy: Path, leaves: Iterable[str]) -> str:
    """Hex digest over the names and bytes of the regular files in these leaf folders (paths below `taxonomy`)."""
    digest = hashlib.sha256()
    for leaf in sorted(set(leaves)):
        folder = taxonomy / leaf
        for file in sorted(p for p in folder.iterdir() if p.is_file() and not p.is_symlink()):
            digest.update(f"{leaf}/{file.name}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def leaf_hashes(taxonomy: Path, leaves: Iterable[str]) -> dict[str, str]:
    """SHA-256 in hex of the qna.yaml of each leaf (paths below `taxonomy`), to tell later which of them changed."""
    return {leaf: hashlib.sha256((taxonomy / leaf / LEAF_FILE).read_bytes()).hexdigest() for leaf in leaves}
