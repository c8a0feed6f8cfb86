"""What a person changed: the state of every leaf against a base, and its earlier versions."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import msgspec
from dulwich.objects import Blob

from labdesk.core.errors import TaxonomyError
from labdesk.core.git.bases import HEAD, opened
from labdesk.core.git.repository import GitFolder
from labdesk.core.taxonomy.files import read_regular
from labdesk.core.taxonomy.tree import LEAF_FILE
from labdesk.core.taxonomy_transfer import MAX_FILE, files_of

MAX_VERSIONS = 200


class LeafState(StrEnum):
    """A leaf, with the files beside it, against the base."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    DELETED = "deleted"


class LeafDifference(msgspec.Struct, frozen=True):
    """`path` is the leaf's folder; `files` are those that differ, all relative to the taxonomy."""

    path: str
    state: LeafState
    files: tuple[str, ...] = ()


class Version(msgspec.Struct, frozen=True):
    """A commit that changed a leaf. `time` in seconds since 1970; `blob` is its qna.yaml's number, "" if deleted."""

    commit: str
    author: str
    time: int
    message: str
    blob: str


class Comparison:
    """A taxonomy beside a base; made by `compared`."""

    def __init__(self, taxonomy: Path, folder: GitFolder | None, base: str) -> None:
        self._root = taxonomy.resolve()
        self._folder = folder
        self._then = dict(folder.files_in(folder.base_tree(base))) if folder is not None else {}

    def leaves(self) -> tuple[LeafDifference, ...]:
        """Every leaf here or in the base, sorted by path. Raises StorageError for a folder that cannot be read."""
        now = {name: _same_or_new(self._root, name, self._then.get(name)) for name in files_of(self._root)}
        return _by_leaf(self._then, now)

    def before(self, file: str) -> bytes | None:
        """A file (relative to the taxonomy) as it is in the base; None where it is not there."""
        number = self._then.get(file)
        return self._folder.blob(number) if number and self._folder is not None else None

    def after(self, file: str) -> bytes | None:
        """A file as it is on disk; None where it is not there. Raises TaxonomyError for what is no ordinary file."""
        path = self._root / file
        return read_regular(path, self._root, MAX_FILE) if path.is_file() else None


@contextlib.contextmanager
def compared(taxonomy: Path, base: str = HEAD) -> Iterator[Comparison]:
    """Compare with a base (see bases.py). Where there is none everything is new. Raises TaxonomyError."""
    with opened(taxonomy, base) as (folder, name):
        yield Comparison(taxonomy, folder, name)


def leaf_differences(taxonomy: Path, base: str = HEAD) -> tuple[LeafDifference, ...]:
    """Every leaf here or in the base, sorted by path. Raises TaxonomyError for an unknown base, StorageError."""
    with compared(taxonomy, base) as comparison:
        return comparison.leaves()


def _by_leaf(then: dict[str, str], now: dict[str, str]) -> tuple[LeafDifference, ...]:
    """`now` maps a file to its blob number: that of `then` when the content is the same."""
    leaves = {name.removesuffix(LEAF_FILE).rstrip("/") for name in (*then, *now) if _is_leaf_file(name)}
    changed: dict[str, list[str]] = {leaf: [] for leaf in leaves}
    for name in sorted(then.keys() | now.keys()):
        if then.get(name) != now.get(name):
            owner = _owner(name, leaves)
            if owner is not None:
                changed[owner].append(name)
    found = []
    for leaf in sorted(leaves):
        file = f"{leaf}/{LEAF_FILE}"
        if file not in now:
            state = LeafState.DELETED
        elif file not in then:
            state = LeafState.NEW
        else:
            state = LeafState.CHANGED if changed[leaf] else LeafState.SAME
        found.append(LeafDifference(leaf, state, tuple(changed[leaf])))
    return tuple(found)


def _is_leaf_file(name: str) -> bool:
    return name.endswith(f"/{LEAF_FILE}")


def _owner(name: str, leaves: set[str]) -> str | None:
    """The nearest leaf whose folder a file lies in."""
    folder = name.rpartition("/")[0]
    while folder and folder not in leaves:
        folder = folder.rpartition("/")[0]
    return folder or None


def _same_or_new(root: Path, name: str, known: str | None) -> str:
    """The blob number of a file on disk; `known` also when only its line ends differ, as git on Windows makes them."""
    try:
        data = read_regular(root / name, root, MAX_FILE)
    except TaxonomyError:
        return ""
    number: str = Blob.from_string(data).id.decode()
    if known is None or number == known or b"\r\n" not in data:
        return number
    plain: str = Blob.from_string(data.replace(b"\r\n", b"\n")).id.decode()
    return known if plain == known else number


def leaf_versions(folder: GitFolder, leaf: str, limit: int = MAX_VERSIONS) -> tuple[Version, ...]:
    """The commits that changed a leaf's qna.yaml, newest first; none in a repository without commits."""
    if not folder.state.head:
        return ()
    path = f"{folder.prefix}{leaf}/{LEAF_FILE}".encode()
    found: list[Version] = []
    for entry in folder.repo.get_walker(paths=[path], max_entries=limit):
        commit = entry.commit
        files = dict(folder.files_in(folder.tree_of(commit), leaf))
        found.append(
            Version(
                commit.id.decode(),
                commit.author.decode("utf-8", "replace"),
                int(commit.commit_time),
                commit.message.decode("utf-8", "replace").strip(),
                files.get(f"{leaf}/{LEAF_FILE}", ""),
            )
        )
    return tuple(found)
