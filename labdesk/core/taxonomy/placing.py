"""Proposes where a new leaf belongs and what it is called, from one sentence about it. Pure; reads one resource.

A branch speaks for itself by its name, by the leaves it holds and, where it is well known, by a list of words. What the
person's own tree already has goes before what InstructLab's trees have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec
import yaml

from labdesk.core import paths
from labdesk.core.exam.scoring import STOP_WORDS
from labdesk.core.taxonomy.names import safe_name
from labdesk.core.taxonomy.outline import Outline, content, last_in_words
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


@cache
def known_branches(file: Path | None = None) -> Mapping[str, tuple[KnownBranch, ...]]:
    """The well-known branches by the key that a Wish names."""
    source = file or paths.resources() / "taxonomy" / "branches.yaml"
    return msgspec.convert(yaml.safe_load(source.read_bytes()), dict[str, tuple[KnownBranch, ...]])


def propose(about: str, wish: Wish, outline: Outline, under: str = "") -> list[Proposal]:
    """Branches for a leaf about something, the best first; never empty. `under` is the branch that is selected."""
    said = content(about)
    own = {path: held for path, held in outline.branches_below(wish.root).items() if _suits(path, wish)}
    known = {f"{wish.root}/{one.path}": _known_words(one) for one in known_branches()[wish.known]}
    scored: list[tuple[float, int, Proposal]] = []
    for number, path in enumerate(dict.fromkeys([*own, *known])):
        exists = path in own
        common = said & (known.get(path, frozenset()) | (outline.words_of(path) if exists else frozenset()))
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


def _suits(path: str, wish: Wish) -> bool:
    """Grounded skills stand apart by convention; the branches of one kind would only mislead for the other."""
    return wish.root != "compositional_skills" or ("grounded" in path.split("/")) is (wish.known == "grounded")


@cache
def _known_words(branch: KnownBranch) -> frozenset[str]:
    return frozenset(content(f"{branch.path.replace('/', ' ')} {branch.words}"))


def _why(exists: bool, held: Sequence[str]) -> str:
    if not exists:
        return "A branch that InstructLab uses; it will be made."
    if not held:
        return "One of your branches."
    return f"One of your branches; it holds “{last_in_words(held[0])}”."


def _catch_all(wish: Wish) -> str:
    return {"knowledge": "miscellaneous_unknown", "grounded": "grounded/general"}.get(wish.known, "general")
