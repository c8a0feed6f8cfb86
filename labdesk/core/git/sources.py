"""Fetches the source documents that a knowledge leaf names in a git repository, when the person asks for it.

The leaf may come from a stranger: only https to a public host, only a full commit number, no check-out, no hooks, no
links, limits on everything. Files are read from the fetched objects and kept in a cache; from then on it works offline.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from dulwich.errors import ObjectFormatException
from dulwich.object_store import DiskObjectStore
from dulwich.objects import Blob, Commit, ObjectID, Tree

from labdesk.core import storage
from labdesk.core.documents.fetched import fetched_folder
from labdesk.core.documents.source import MAX_BYTES, SUFFIXES, matches
from labdesk.core.errors import DocumentError
from labdesk.core.git.references import check_reference
from labdesk.core.taxonomy.leaf import DocumentRef

MAX_PACK = 256 << 20
MAX_ENTRIES = 200_000
MAX_FILES = 500
MAX_DEPTH = 40
_KINDS = (*SUFFIXES, ".pdf")


class Transport(Protocol):
    """Brings the objects of one commit."""

    def fetch(self, url: str, commit: str, into: DiskObjectStore) -> None:
        """Fetch `commit` with its files into `into`. Raises DocumentError."""


def cached_files(ref: DocumentRef, cache: Path) -> Path | None:
    """The folder with the files that were fetched before, or None. Offline."""
    folder = fetched_folder(ref, cache)
    return folder if storage.verify_folder(folder) else None


def fetch_files(ref: DocumentRef, cache: Path, transport: Transport) -> Path:
    """Fetch the files that `ref` names into `cache` and return their folder; only once for the same commit.

    Raises DocumentError: an unsafe reference, nothing that matches, too much, or a host that does not answer.
    """
    check_reference(ref)
    known = cached_files(ref, cache)
    if known is not None:
        return known
    found = _fetched(ref, cache, transport)
    if not found:
        raise DocumentError(
            "No document in the repository matches.",
            cause=f"Nothing at that commit is named like {', '.join(ref.patterns)[:200] or 'nothing'}.",
            remedy="Correct the patterns, for example docs/*.md.",
        )
    final = fetched_folder(ref, cache)
    fresh = storage.new_folder(final)
    for name, data in found.items():
        storage.write_new(fresh / name, data)
    storage.commit_folder(fresh, final)
    return final


def _fetched(ref: DocumentRef, cache: Path, transport: Transport) -> dict[str, bytes]:
    """The matching files, through a store of objects that is thrown away."""
    objects = storage.new_folder(cache / "objects")
    store = DiskObjectStore.init(str(objects / "store"))
    try:
        transport.fetch(ref.repo.strip(), ref.commit.strip(), store)
        return dict(_matching(store, ref))
    except (KeyError, ObjectFormatException, ValueError, zlib.error) as error:
        raise DocumentError(
            "The repository did not send what was asked for.",
            cause="The commit is incomplete or damaged.",
            remedy="Check the commit number, or put the document beside qna.yaml.",
        ) from error
    finally:
        store.close()
        storage.remove_folder(objects)


def _matching(store: DiskObjectStore, ref: DocumentRef) -> Iterator[tuple[str, bytes]]:
    """(path, content) of the ordinary files that a pattern means: matched against names, never against a disk."""
    commit = store[ObjectID(ref.commit.strip().encode())]
    if not isinstance(commit, Commit):
        raise ValueError("not a commit")
    count = 0
    for name, number in _files(store, commit.tree, "", 0, [MAX_ENTRIES]):
        if not name.lower().endswith(_KINDS) or not any(matches(pattern, name) for pattern in ref.patterns):
            continue
        count += 1
        blob = store[number]
        if count > MAX_FILES or not isinstance(blob, Blob) or blob.raw_length() > MAX_BYTES:
            raise DocumentError(
                "The documents are too many or too large.",
                cause=f"At most {MAX_FILES} files of {MAX_BYTES >> 20} MB are taken.",
                remedy="Name fewer of them in the patterns.",
            )
        yield name, blob.data


def _files(
    store: DiskObjectStore, tree: ObjectID, path: str, depth: int, left: list[int]
) -> Iterator[tuple[str, ObjectID]]:
    """Ordinary files only: links, submodules and odd names do not exist here. `left` holds how many may still come."""
    found = store[tree]
    if not isinstance(found, Tree) or depth > MAX_DEPTH:
        return
    for entry in found.items():
        left[0] -= 1
        if left[0] < 0:
            raise DocumentError("The repository has too many files.", remedy="Put the document beside qna.yaml.")
        name = (entry.path or b"").decode("utf-8", "replace")
        if not name.isprintable() or name in ("", ".", "..") or re.search(r'[\\/:*?"<>|\ufffd]', name):
            continue
        if entry.mode == 0o040000 and entry.sha:
            yield from _files(store, entry.sha, f"{path}{name}/", depth + 1, left)
        elif entry.mode in (0o100644, 0o100755, 0o100664) and entry.sha:
            yield f"{path}{name}", entry.sha
