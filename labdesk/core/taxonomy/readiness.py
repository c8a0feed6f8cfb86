"""Which leaves can be taught from, and a clear refusal for those that cannot."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

from labdesk.core.errors import TaxonomyError
from labdesk.core.steps import finished
from labdesk.core.taxonomy.facts import Seen
from labdesk.core.taxonomy.leaf import Leaf, read_leaf
from labdesk.core.taxonomy.leaf_cache import LeafCache
from labdesk.core.taxonomy.problem import Level
from labdesk.core.taxonomy.tree import LEAF_FILE, LeafEntry, list_tree

_FEW = 60  # leaves that are sooner read than the cache


def ready_leaves(taxonomy: Path, chosen: Sequence[str] = ()) -> tuple[str, ...]:
    """The paths of the leaves to teach: `chosen` ones (a branch means all leaves below it), or all when it is empty.

    Raises TaxonomyError that names the first broken leaf with line, column and what to do, or a path that is no leaf.
    """
    return finished(finding_ready(taxonomy, chosen))


def finding_ready(
    taxonomy: Path, chosen: Sequence[str] = (), cache: LeafCache | None = None
) -> Generator[None, None, tuple[str, ...]]:
    """`ready_leaves` in steps. What the `cache` knows to be valid is not read again. Raises as it does."""
    tree = yield from list_tree(taxonomy)
    entries = tree.leaves
    if chosen:
        entries = tuple(entry for wanted in chosen for entry in _leaves_at(tree.leaves, wanted.strip("/")))
    unique = {entry.path: entry for entry in entries}
    known: dict[str, Seen] = {}
    for segment in cache.segments() if cache is not None and len(unique) > _FEW else ():
        known.update((seen.path, seen) for seen in segment if seen.path in unique)
        yield
    broken: list[Leaf] = []
    for path, entry in unique.items():
        seen = known.get(path)
        if seen is not None and seen.facts.valid and seen.is_still(entry):
            continue
        leaf = read_leaf(taxonomy / path, taxonomy)
        broken += [] if leaf.is_valid else [leaf]
        yield
    if broken:
        raise _refusal(broken)
    return tuple(unique)


def _leaves_at(entries: Sequence[LeafEntry], wanted: str) -> list[LeafEntry]:
    found = [entry for entry in entries if entry.path == wanted or entry.path.startswith(wanted + "/")]
    if not found:
        raise TaxonomyError(
            f"There is no leaf “{wanted}” in this taxonomy.",
            remedy="“labdesk taxonomy tree” lists the leaves. Give the path below the taxonomy folder.",
        )
    return found


def _refusal(broken: Sequence[Leaf]) -> TaxonomyError:
    first = broken[0]
    problem = next((one for one in first.problems if one.level is Level.ERROR), None)
    place = f"{first.path}/{LEAF_FILE}"
    cause = f"{place}:{problem.line}:{problem.column}: {problem.message}" if problem else f"{place} is {first.verdict}."
    if len(broken) > 1:
        cause += f" ({len(broken) - 1} more leaves have problems.)"
    fix = f"{problem.fix.title}. " if problem and problem.fix else ""
    return TaxonomyError(
        f"The leaf “{first.title}” cannot be taught from yet.",
        cause=cause,
        remedy=f"{fix}“labdesk taxonomy check” shows all problems of all leaves; mend them and start again.",
    )
