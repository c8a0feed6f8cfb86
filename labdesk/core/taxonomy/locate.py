"""Finds the taxonomy, and the workspace if there is one, that a path on disk belongs to."""

from __future__ import annotations

from pathlib import Path

import msgspec

from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.tree import LEAF_FILE, ROOTS


class Place(msgspec.Struct, frozen=True):
    """Where a leaf or branch stands. `path` is its folder relative to `taxonomy`, with slashes."""

    taxonomy: Path
    path: str
    workspace: Path | None
    """The folder that holds `taxonomy/` and `.labdesk/`, or None for a bare taxonomy."""

    @property
    def file(self) -> str:
        """The leaf's qna.yaml, relative to the taxonomy."""
        return f"{self.path}/{LEAF_FILE}" if self.path else LEAF_FILE


def locate(path: Path) -> Place:
    """The place of a leaf's folder, of its qna.yaml, or of a folder that is still to be made.

    The taxonomy is the folder above the nearest `knowledge`, `foundational_skills` or `compositional_skills`. Raises
    TaxonomyError when no folder on the way has such a name.
    """
    folder = path.absolute().parent if path.name == LEAF_FILE else path.absolute()
    for above in (folder, *folder.parents):
        if above.name in ROOTS:
            taxonomy = above.parent
            return place_in(taxonomy, folder.relative_to(taxonomy).as_posix())
    raise TaxonomyError(
        f"“{path}” is not a place in a taxonomy.",
        cause=f"No folder on the way to it is named {', '.join(ROOTS[:-1])} or {ROOTS[-1]}.",
        remedy="Give the path of a leaf's folder, for example taxonomy/compositional_skills/writing/haiku.",
    )


def place_in(taxonomy: Path, path: str) -> Place:
    """The place of a leaf or branch of a known taxonomy."""
    return Place(taxonomy, path, _workspace(taxonomy.absolute()))


def _workspace(taxonomy: Path) -> Path | None:
    return taxonomy.parent if taxonomy.name == "taxonomy" and (taxonomy.parent / ".labdesk").is_dir() else None
