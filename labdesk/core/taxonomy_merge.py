"""Saves a leaf that was edited while another program wrote it too: merged if that is possible, else nothing is lost."""

from __future__ import annotations

import msgspec

from labdesk.core import swap
from labdesk.core.history.acts import FileChanged
from labdesk.core.taxonomy.merging import Merge, merge
from labdesk.core.taxonomy_store import TaxonomyStore

_TRIES = 10


class Saved(msgspec.Struct, frozen=True):
    """What became of a save. `data` is what lies on the disk now; `merge` what was tried when the file had changed.

    Not `written`: the person must decide about `merge.conflicts`. Mine is kept in the workspace's history until then.
    """

    written: bool
    data: bytes
    merge: Merge | None = None


def save_leaf_file(store: TaxonomyStore, relative: str, base: bytes, mine: bytes, origin: str = "") -> Saved:
    """Write `mine`, which was made from `base`, merging what another program wrote meanwhile.

    Raises TaxonomyError when the file is gone or never comes to rest, StorageError.
    """
    merged: Merge | None = None
    for attempt in range(_TRIES):
        theirs = swap.current(store.inside_taxonomy(relative))
        if theirs is None:  # deleted by somebody: mine is the only version left
            store.write_leaf_file(relative, mine, origin)
            return Saved(True, mine)
        if theirs != base:
            store.history.blobs.put(mine)
            merged = merge(base, mine, theirs)
            if merged.conflicts:
                return Saved(False, theirs, merged)
        wanted = merged.data if merged else mine
        try:
            store.write_leaf_file(relative, wanted, origin, expected=theirs)
            return Saved(True, wanted, merged)
        except FileChanged:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")
