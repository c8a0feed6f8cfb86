"""Proposes where a new leaf belongs and what it is called, from one sentence about it. Pure; reads one resource.

A branch speaks for itself by its name, by the leaves it holds and, where it is well known, by a list of words. What the
person's own tree already has goes before what InstructLab's trees have.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec
import yaml

from labdesk.core import paths
from labdesk.core.exam.scoring import STOP_WORDS, stem, words
from labdesk.core.taxonomy.names import MAX_PATH, safe_name
from labdesk.core.taxonomy.tree import Branch
from labdesk.core.taxonomy.wishes import Wish

MOST_PROPOSED = 5
_NAME_WORDS = 3
_NAMELESS = safe_name("")
#: An own branch with the same number of common words is better than a well-known one that does not exist yet.
_OWN = 0.5
_FILLER_WORDS = (
    "want teach learn model know about how what write answer make tell give should able when which short text facts"
    " document page list from with its their your some"
)
_FILLERS = frozenset(_FILLER_WORDS.split())


class KnownBranch(msgspec.Struct, frozen=True):
    """A branch below a root, and the words that speak for it."""

    path: str
    words: str = ""


class Proposal(msgspec.Struct, frozen=True):
    """A branch for the new leaf: `path` below the taxonomy, `why` in plain words; `exists` in the person's tree."""

    path: str
    why: str
    exists: bool


class Trouble(msgspec.Struct, frozen=True):
    """Why a leaf cannot be made at a path, what to do instead, a path that would do, and the `leaf` in the way."""

    message: str
    remedy: str
    better: str
    leaf: str = ""


@cache
def known_branches(file: Path | None = None) -> Mapping[str, tuple[KnownBranch, ...]]:
    """The well-known branches by the key that a Wish names."""
    source = file or paths.resources() / "taxonomy" / "branches.yaml"
    return msgspec.convert(yaml.safe_load(source.read_bytes()), dict[str, tuple[KnownBranch, ...]])


def propose(about: str, wish: Wish, tree: Branch | None, under: str = "") -> list[Proposal]:
    """Branches for a leaf about something, the best first; never empty. `under` is the branch that is selected."""
    said = _content(about)
    own = {path: held for path, held in _own_branches(tree, wish).items() if "/" in path}
    known = {f"{wish.root}/{one.path}": one.words for one in known_branches()[wish.known]}
    scored: list[tuple[float, int, Proposal]] = []
    for number, path in enumerate(dict.fromkeys([*own, *known])):
        exists = path in own
        common = said & (_content(f"{_below_root(path)} {known.get(path, '')}") | _content(" ".join(own.get(path, ()))))
        score = len(common) + _OWN * (exists and bool(common))
        scored.append((-score, number, Proposal(path, _why(exists, own.get(path, ())), exists)))
    scored.sort(key=lambda one: one[:2])
    best = [one for score, _number, one in scored if score < 0]
    rest = [one for score, _number, one in scored if score == 0 and one.exists]
    selected = under if under.count("/") and under.startswith(f"{wish.root}/") else ""
    first = [Proposal(selected, "The branch you had selected.", True)] if selected else []
    last = [Proposal(f"{wish.root}/{_catch_all(wish)}", "Where things go that fit nowhere else.", False)]
    found: dict[str, Proposal] = {}
    for one in (*first, *best, *rest, *last):
        found.setdefault(one.path, one)
    return list(found.values())[:MOST_PROPOSED]


def name_for(about: str) -> str:
    """A short folder name from a sentence; "" where it has no letters that every computer can write."""
    first = re.split(r"[,.;:(]", about, maxsplit=1)[0]
    plain = [word for word in re.findall(r"[\w'’-]+", first) if word.lower() not in STOP_WORDS | _FILLERS]
    name = safe_name(" ".join((plain or first.split())[:_NAME_WORDS]))
    return "" if name == _NAMELESS else name


def branch_from(typed: str, root: str) -> str:
    """The branch that a person typed: `Science › Sea animals` is `knowledge/science/sea_animals`."""
    named = (safe_name(part) for part in re.split(r"[/\\›>]", typed))
    parts = [part for part in named if part != _NAMELESS]
    return "/".join([root, *(parts[1:] if parts and parts[0] == root else parts)])


def in_words(path: str) -> str:
    """A path as a person reads it: `knowledge/places/marrowby_light` is `Knowledge › Places › Marrowby light`."""
    return " › ".join(part.replace("_", " ").strip().capitalize() for part in path.split("/") if part)


def trouble_at(path: str, tree: Branch | None) -> Trouble | None:
    """What is in the way of a new leaf at `path`; None when nothing is. Case counts as equal: some disks think so."""
    if len(path) > MAX_PATH:
        return Trouble("The path is too long for some computers.", "Choose shorter names.", path)
    leaves, branches = _places(tree)
    wanted = path.lower()
    if wanted in leaves or wanted in branches:
        what = "leaf" if wanted in leaves else "branch"
        better = _free(path, leaves.keys() | branches.keys())
        message = f"There is already a {what} “{_title(path)}” here."
        return Trouble(message, f"Choose another name, such as “{_title(better)}”.", better, leaves.get(wanted, ""))
    above = path.split("/")
    for depth in range(2, len(above)):
        inner = "/".join(above[:depth])
        if inner.lower() in leaves:
            better = "/".join([*above[: depth - 1], above[-1]])
            return Trouble(
                f"“{_title(inner)}” is a leaf, and a leaf cannot hold another one.",
                "Choose the branch above it.",
                better,
            )
    return None


def _own_branches(tree: Branch | None, wish: Wish) -> dict[str, tuple[str, ...]]:
    """The person's branches below the wish's root, with the names of what each holds directly."""
    found: dict[str, tuple[str, ...]] = {}

    def walk(branch: Branch) -> None:
        if branch.leaf is None and branch.path.split("/")[0] == wish.root:
            found[branch.path] = tuple(inner.name for inner in branch.branches if inner.leaf is not None)
        for inner in branch.branches:
            walk(inner)

    if tree is not None:
        walk(tree)
    # Grounded skills stand apart by convention; the branches of one kind would only mislead for the other.
    return {
        path: held
        for path, held in found.items()
        if wish.root != "compositional_skills" or ("grounded" in path.split("/")) is (wish.known == "grounded")
    }


def _places(tree: Branch | None) -> tuple[dict[str, str], dict[str, str]]:
    """Paths of leaves and of branches by their lower-case form."""
    leaves: dict[str, str] = {}
    branches: dict[str, str] = {}
    pending = [tree] if tree is not None else []
    while pending:
        branch = pending.pop()
        (branches if branch.leaf is None else leaves)[branch.path.lower()] = branch.path
        pending.extend(branch.branches)
    return leaves, branches


def _free(path: str, taken: Collection[str]) -> str:
    number = 2
    while f"{path}_{number}".lower() in taken:
        number += 1
    return f"{path}_{number}"


def _why(exists: bool, held: Sequence[str]) -> str:
    if not exists:
        return "A branch that InstructLab uses; it will be made."
    if not held:
        return "One of your branches."
    return f"One of your branches; it holds “{_title(held[0])}”."


def _catch_all(wish: Wish) -> str:
    return {"knowledge": "miscellaneous_unknown", "grounded": "grounded/general"}.get(wish.known, "general")


def _below_root(path: str) -> str:
    return path.partition("/")[2].replace("/", " ").replace("_", " ")


def _title(path: str) -> str:
    return in_words(path.rpartition("/")[2])


def _content(text: str) -> set[str]:
    return _stems(word for word in words(text.replace("_", " ")) if word not in STOP_WORDS)


def _stems(found: Iterable[str]) -> set[str]:
    return {stem(word) for word in found}
