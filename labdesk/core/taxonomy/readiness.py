"""Which leaves can be taught from, which are left out and why; a clear refusal when not one of them can."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

import msgspec

from labdesk.core.errors import TaxonomyError
from labdesk.core.steps import Part, Question, Step, finished
from labdesk.core.taxonomy.facts import Glance, Seen, see, see_quickly
from labdesk.core.taxonomy.leaf_cache import LeafCache
from labdesk.core.taxonomy.names import above, title_of
from labdesk.core.taxonomy.problem import Level, Problem
from labdesk.core.taxonomy.tree import LEAF_FILE, LeafEntry, list_tree

_FEW = 60  # leaves that are sooner read than the cache
_NAMED = 3  # leaves that a sentence names


class LeftOut(msgspec.Struct, frozen=True):
    """A leaf that cannot be taught from yet, the first reason, and what mends it (or ""): line and column count from 1,
    0 without one."""

    path: str
    why: str = ""
    line: int = 0
    column: int = 0
    fix: str = ""


class Ready(msgspec.Struct, frozen=True):
    """The paths of the leaves to teach, and the leaves that were asked for and are not ready."""

    leaves: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def ready_leaves(taxonomy: Path, chosen: Sequence[str] = ()) -> Ready:
    """The leaves to teach: of the `chosen` ones (a branch means all leaves below it), or of all when it is empty.

    Raises TaxonomyError for a path that is no leaf; and when there are leaves but not one is ready: then it names the
    first broken one with line, column and what to do.
    """
    return finished(finding_ready(taxonomy, chosen))


def finding_ready(
    taxonomy: Path, chosen: Sequence[str] = (), cache: LeafCache | None = None
) -> Generator[Step, Glance | None, Ready]:
    """`ready_leaves` in steps that say how far it is. What the `cache` knows is not read again; for a leaf that takes
    long to read a Question comes first. Raises as it does."""
    tree = yield from list_tree(taxonomy)
    entries = _among(tree.leaves, tuple(wanted.strip("/") for wanted in chosen)) if chosen else tree.leaves
    unique = {entry.path: entry for entry in entries}
    known: dict[str, Seen] = {}
    for segment in cache.segments() if cache is not None and len(unique) > _FEW else ():
        known.update((seen.path, seen) for seen in segment if seen.path in unique)
        yield None
    ready: list[str] = []
    broken: list[Glance] = []
    for number, (path, entry) in enumerate(unique.items()):
        seen: Glance | None = known.get(path)
        if seen is None or not seen.is_still(entry):
            seen = see_quickly(entry, taxonomy) or (yield Question(path)) or see(entry, taxonomy)
            yield Part(number, len(unique))
        if seen.facts.valid:
            ready.append(path)
        else:
            broken.append(seen)
    if broken and not ready:
        raise refusal([_left_out(one) for one in broken])
    return Ready(tuple(ready), tuple(_left_out(one) for one in broken))


def left_out_words(left_out: Sequence[LeftOut]) -> tuple[str, str]:
    """What the window and the terminal say of the leaves that are left out: a heading, and which they are and why."""
    if not left_out:
        return "", ""
    many = len(left_out)
    heading = "1 leaf is not ready and is left out." if many == 1 else f"{many} leaves are not ready and are left out."
    named = [_one(one) for one in left_out[:_NAMED]]
    rest = f" And {many - _NAMED} more." if many > _NAMED else ""
    return heading, " ".join(named) + rest


def _one(leaf: LeftOut) -> str:
    why = leaf.why.rstrip()
    place = f" (line {leaf.line})" if leaf.line else ""
    return f"“{title_of(leaf.path)}”{place}: {why if why.endswith(('.', '!', '?')) else why + '.'}"


def _among(entries: Sequence[LeafEntry], chosen: Sequence[str]) -> list[LeafEntry]:
    """In the order they were chosen: the leaves at and below each path."""
    found: dict[str, list[LeafEntry]] = {path: [] for path in chosen}
    for entry in entries:
        for path in (entry.path, *above(entry.path)):
            if path in found:
                found[path].append(entry)
    missing = next((path for path, leaves in found.items() if not leaves), None)
    if missing is not None:
        raise TaxonomyError(
            f"There is no leaf “{missing}” in this taxonomy.",
            remedy="“labdesk taxonomy tree” lists the leaves. Give the path below the taxonomy folder.",
        )
    return [entry for leaves in found.values() for entry in leaves]


def _first(seen: Seen) -> Problem | None:
    return next((one for one in seen.report.problems if one.level is Level.ERROR), None)


def _left_out(seen: Glance) -> LeftOut:
    if not isinstance(seen, Seen):
        return LeftOut(seen.path, seen.facts.first)
    problem = _first(seen)
    if problem is None:
        return LeftOut(seen.path, f"It is {seen.report.verdict}.")
    return LeftOut(seen.path, problem.message, problem.line, problem.column, problem.fix.title if problem.fix else "")


def refusal(broken: Sequence[LeftOut], *, some_ready: bool = False) -> TaxonomyError:
    """The error that names the first of these leaves; where others are ready, it says how to teach those alone."""
    first = broken[0]
    place = f"{first.path}/{LEAF_FILE}"
    cause = f"{place}:{first.line}:{first.column}: {first.why}" if first.line else f"{place}: {first.why}"
    if len(broken) > 1:
        others = "1 more leaf has" if len(broken) == 2 else f"{len(broken) - 1} more leaves have"
        cause += f" ({others} problems.)"
    heading = f"The leaf “{title_of(first.path)}” cannot be taught from yet."
    several = f"{len(broken)} leaves" if some_ready else f"None of these {len(broken)} leaves"
    return TaxonomyError(
        heading if len(broken) == 1 else f"{several} {'cannot' if some_ready else 'can'} be taught from yet.",
        cause=cause,
        remedy=(f"{first.fix}. " if first.fix else "")
        + "“labdesk taxonomy check” shows all problems of all leaves; mend them and start again"
        + (", or teach the others alone with --ready." if some_ready else "."),
    )
