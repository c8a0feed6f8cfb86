"""Which leaves can be taught from, and a clear refusal for those that cannot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.leaf import Leaf, read_leaf
from labdesk.core.taxonomy.problem import Level
from labdesk.core.taxonomy.tree import LEAF_FILE, LeafEntry, read_tree


def ready_leaves(taxonomy: Path, chosen: Sequence[str] = ()) -> tuple[str, ...]:
    """The paths of the leaves to teach: `chosen` ones (a branch means all leaves below it), or all when it is empty.

    Raises TaxonomyError that names the first broken leaf with line, column and what to do, or a path that is no leaf.
    """
    tree = read_tree(taxonomy)
    if chosen:
        paths = [entry.path for wanted in chosen for entry in _leaves_at(tree.leaves, wanted.strip("/"))]
    else:
        paths = [entry.path for entry in tree.leaves]
    unique = tuple(dict.fromkeys(paths))
    broken = [leaf for path in unique if not (leaf := read_leaf(taxonomy / path, taxonomy)).is_valid]
    if broken:
        raise _refusal(broken)
    return unique


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
