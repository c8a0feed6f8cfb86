"""Which places of a taxonomy are taken, and what its branches hold: made once of a tree, then asked at every key."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from labdesk.core.exam.scoring import STOP_WORDS, stem, words
from labdesk.core.taxonomy.names import MAX_PATH
from labdesk.core.taxonomy.tree import Branch

#: More branches and leaves than these tell nothing new about where something belongs, and cost time at every key.
_MOST_BRANCHES = 300
_MOST_HELD = 6


class Trouble(msgspec.Struct, frozen=True):
    """Why a leaf cannot be made at a path, what to do instead, a path that would do, and the `leaf` in the way."""

    message: str
    remedy: str
    better: str
    leaf: str = ""


class Outline:
    """Of the top of a tree; None is an empty one. Case counts as equal, because some disks think so."""

    def __init__(self, top: Branch | None) -> None:
        self._leaves: dict[str, str] = {}
        self._branches: dict[str, str] = {}
        self._held: dict[str, tuple[str, ...]] = {}
        self._words: dict[str, set[str]] = {}
        pending = [top] if top is not None else []
        while pending:
            branch = pending.pop()
            (self._branches if branch.leaf is None else self._leaves)[branch.path.lower()] = branch.path
            pending.extend(reversed(branch.branches))
            if branch.leaf is None and "/" in branch.path and len(self._held) < _MOST_BRANCHES:
                names = [inner.name for inner in branch.branches if inner.leaf is not None]
                self._held[branch.path] = tuple(names[:_MOST_HELD])

    def branches_below(self, root: str) -> Mapping[str, tuple[str, ...]]:
        """Branches below a root, with the names of some leaves that each holds directly."""
        return {path: names for path, names in self._held.items() if path.startswith(f"{root}/")}

    def words_of(self, branch: str) -> set[str]:
        """Stems of the words that a branch and its leaves are named by."""
        if branch not in self._words:
            names = (branch.partition("/")[2], *self._held.get(branch, ()))
            self._words[branch] = content(" ".join(names).replace("/", " "))
        return self._words[branch]

    def trouble_at(self, path: str) -> Trouble | None:
        """What is in the way of a new leaf at `path`; None when nothing is."""
        if len(path) > MAX_PATH:
            return Trouble("The path is too long for some computers.", "Choose shorter names.", path)
        wanted = path.lower()
        if wanted in self._leaves or wanted in self._branches:
            what = "leaf" if wanted in self._leaves else "branch"
            better = self._free(path)
            message = f"There is already a {what} “{last_in_words(path)}” here."
            remedy = f"Choose another name, such as “{last_in_words(better)}”."
            return Trouble(message, remedy, better, self._leaves.get(wanted, ""))
        above = path.split("/")
        for depth in range(2, len(above)):
            inner = "/".join(above[:depth])
            if inner.lower() in self._leaves:
                better = "/".join([*above[: depth - 1], above[-1]])
                message = f"“{last_in_words(inner)}” is a leaf, and a leaf cannot hold another one."
                return Trouble(message, "Choose the branch above it.", better)
        return None

    def _free(self, path: str) -> str:
        number = 2
        while f"{path}_{number}".lower() in self._leaves or f"{path}_{number}".lower() in self._branches:
            number += 1
        return f"{path}_{number}"


def in_words(path: str) -> str:
    """A path as a person reads it: `knowledge/places/marrowby_light` is `Knowledge › Places › Marrowby light`."""
    return " › ".join(part.replace("_", " ").strip().capitalize() for part in path.split("/") if part)


def last_in_words(path: str) -> str:
    """The last part of a path as a person reads it."""
    return in_words(path.rpartition("/")[2])


def content(text: str) -> set[str]:
    """Stems of the words that mean something."""
    return {stem(word) for word in words(text.replace("_", " ")) if word not in STOP_WORDS}
