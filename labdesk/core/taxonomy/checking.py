"""Checks every leaf of a taxonomy, those again that may have changed; what was seen is kept for the next time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import msgspec

from labdesk.core.errors import StorageError
from labdesk.core.taxonomy.facts import Seen, see
from labdesk.core.taxonomy.leaf_cache import SEGMENT, LeafCache, keep
from labdesk.core.taxonomy.rules import Report
from labdesk.core.taxonomy.tree import LeafEntry, Tree


class Checked(msgspec.Struct, frozen=True):
    """A leaf and what is to be said about it."""

    entry: LeafEntry
    report: Report


def check_all(tree: Tree, cache: LeafCache | None) -> Iterator[Checked]:
    """Every leaf in the order of the tree; one that cannot be read counts as not YAML.

    The cache is kept up to date where it may be written; None for a taxonomy that has no place for one.
    """
    known = {seen.path: seen for segment in cache.segments() for seen in segment} if cache is not None else {}
    fresh: list[Seen] = []
    for entry in tree.leaves:
        seen = known.get(entry.path)
        if seen is None or not seen.is_still(entry):
            seen = see(entry, tree.root, seen)
            fresh.append(seen)
        if len(fresh) >= SEGMENT:
            keep(cache, fresh)
            fresh = []
        yield Checked(entry, seen.report)
    keep(cache, fresh)
    if cache is not None:
        with contextlib.suppress(StorageError):  # a workspace that may only be read is checked all the same
            cache.tidy({entry.path for entry in tree.leaves})
