"""A taxonomy folder as a frozen snapshot of branches and leaves. It opens no leaf, so 10,000 are listed in a second."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Generator, Iterator
from pathlib import Path

import msgspec

from labdesk.core.errors import TaxonomyError
from labdesk.core.steps import finished
from labdesk.core.taxonomy.files import is_inside

LEAF_FILE = "qna.yaml"
ROOTS = ("knowledge", "foundational_skills", "compositional_skills")
MAX_DEPTH = 40
_STEP = 16  # folders that are listed at a time: a third of a millisecond
_NUMBER = re.compile(r"(\d+)")


class Notice(msgspec.Struct, frozen=True):
    """Something in the tree that is not used, and why. `path` is relative to the root, with slashes."""

    path: str
    message: str


class LeafEntry(msgspec.Struct, frozen=True, gc=False):
    """A leaf that was seen but not opened. `path` is its folder, relative to the root, with slashes ("" = the root).

    `where` is its qna.yaml, absolute (a Path for each of ten thousand would take longer than listing them); `size`,
    `mtime_ns` and `inode` tell whether that file changed since.
    """

    path: str
    where: str
    size: int
    mtime_ns: int
    inode: int

    @property
    def file(self) -> Path:
        """Its qna.yaml."""
        return Path(self.where)

    @property
    def name(self) -> str:
        """The last folder of the path."""
        return self.path.rpartition("/")[2]


class Branch(msgspec.Struct, frozen=True, gc=False):
    """A folder: its sub-folders that hold anything, and its own leaf if it has a qna.yaml."""

    path: str
    name: str
    branches: tuple[Branch, ...]
    leaf: LeafEntry | None
    folders_without_leaf: bool
    """True when this branch leads to no leaf at all (an empty place to put one)."""

    def leaves(self) -> Iterator[LeafEntry]:
        """Every leaf in and below this branch, in the order shown."""
        if self.leaf is not None:
            yield self.leaf
        for branch in self.branches:
            yield from branch.leaves()


class Tree(msgspec.Struct, frozen=True):
    """A snapshot of one taxonomy folder."""

    root: Path
    top: Branch
    leaves: tuple[LeafEntry, ...]
    notices: tuple[Notice, ...]

    def branch(self, path: str) -> Branch | None:
        """The branch at a relative path with slashes; "" is the top."""
        branch: Branch | None = self.top
        for part in path.split("/") if path else ():
            branch = next((one for one in branch.branches if one.name == part), None) if branch else None
        return branch

    def leaf(self, path: str) -> LeafEntry | None:
        """The leaf at a relative folder path."""
        branch = self.branch(path)
        return branch.leaf if branch else None

    @property
    def roots(self) -> tuple[Branch | None, ...]:
        """The branches of ROOTS, in that order; None for one that is absent."""
        return tuple(self.branch(name) for name in ROOTS)


def taxonomy_folder(folder: Path) -> Path:
    """The taxonomy in `folder`: itself, or its `taxonomy/` when it is a workspace."""
    inner = folder / "taxonomy"
    if inner.is_dir() and not any((folder / name).is_dir() for name in ROOTS):
        return inner
    return folder


def read_tree(root: Path) -> Tree:
    """List a taxonomy folder. Follows no link to a folder, opens no file. Raises TaxonomyError without a folder."""
    return finished(list_tree(root))


def list_tree(root: Path) -> Generator[None, None, Tree]:
    """`read_tree` a folder at a time, for who may not wait for ten thousand of them. Raises as it does."""
    if root.is_file():
        raise TaxonomyError(
            f"“{root}” is a file, not a folder.",
            remedy="“labdesk taxonomy import” brings a zip into a workspace; else choose its folder.",
        )
    if not root.is_dir():
        raise TaxonomyError(
            f"There is no folder “{root}”.",
            remedy="Choose the folder that holds “knowledge” or “compositional_skills”.",
        )
    walk = _Walk(root)
    top = yield from walk.branch(str(root), "", "", 0)
    return Tree(root, top, tuple(top.leaves()), tuple(walk.notices))


class _Walk:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.notices: list[Notice] = []
        self.folders = 0

    def branch(self, folder: str, path: str, name: str, depth: int) -> Generator[None, None, Branch]:
        """One folder and all below it."""
        self.folders += 1
        if not self.folders % _STEP:
            yield
        branches: list[Branch] = []
        leaf: LeafEntry | None = None
        for entry in self._entries(folder, path):
            inner = f"{path}/{entry.name}" if path else entry.name
            if entry.name == LEAF_FILE:
                leaf = self._leaf(entry, path)
            elif entry.is_dir(follow_symlinks=False):
                found = yield from self._descend(entry, inner, depth)
                if found is not None:
                    branches.append(found)
            else:
                self._odd(entry, inner)
        bare = leaf is None and all(one.folders_without_leaf for one in branches)
        return Branch(path, name, tuple(branches), leaf, bare)

    def _entries(self, folder: str, path: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
        except OSError as error:
            self._note(path, f"This folder cannot be read: {error.strerror or error}.")
            return []
        if len(found) > 1:  # most folders hold their leaf and nothing else
            found.sort(key=lambda entry: in_order(entry.name) if path else _order(entry.name))
        return found

    def _descend(self, entry: os.DirEntry[str], path: str, depth: int) -> Generator[None, None, Branch | None]:
        if entry.name in (".git", ".labdesk", "__pycache__"):
            return None
        if depth >= MAX_DEPTH:
            self._note(path, f"Folders more than {MAX_DEPTH} levels deep are not read.")
            return None
        return (yield from self.branch(entry.path, path, entry.name, depth + 1))

    def _leaf(self, entry: os.DirEntry[str], path: str) -> LeafEntry | None:
        where = f"{path}/{entry.name}" if path else entry.name
        try:
            if entry.is_symlink() and not is_inside(Path(entry.path), self.root):
                self._note(where, "This file is a link that leads out of the taxonomy; it is not read.")
                return None
            info = entry.stat()
        except OSError as error:
            self._note(where, f"This file cannot be read: {error.strerror or error}.")
            return None
        if not stat.S_ISREG(info.st_mode):
            self._note(where, "This is named qna.yaml but is not an ordinary file; it is not read.")
            return None
        return LeafEntry(path, entry.path, info.st_size, info.st_mtime_ns, entry.inode())

    def _odd(self, entry: os.DirEntry[str], path: str) -> None:
        if entry.is_symlink():
            self._note(path, "This is a link; labdesk does not follow it.")
        elif _nearly_leaf(entry.name):
            self._note(path, "A leaf's file must be named exactly “qna.yaml”. This file is not used; rename it.")

    def _note(self, path: str, message: str) -> None:
        self.notices.append(Notice(path, message))


def in_order(name: str) -> tuple[list[str | tuple[int, str]], str]:
    """Sorts names as people count: step_2 before step_10."""
    parts = _NUMBER.split(name)
    # Letters and numbers take turns, letters first, so that only like is compared with like.
    return [(len(part.lstrip("0")), part.lstrip("0")) if place % 2 else part for place, part in enumerate(parts)], name


def _order(name: str) -> tuple[int, tuple[list[str | tuple[int, str]], str]]:
    """At the top the three roots come first and in their order, then all by name."""
    return (ROOTS.index(name) if name in ROOTS else len(ROOTS), in_order(name))


def _nearly_leaf(name: str) -> bool:
    """`qna.yml`, `QNA.yaml`, ` qna.yaml`, `qna2.yaml`, `qna.yaml.txt`: meant as a leaf, but not read as one."""
    plain = name.strip().lower()
    return plain.startswith("qna") and any(sign in plain for sign in (".y", ".txt")) and name != LEAF_FILE
