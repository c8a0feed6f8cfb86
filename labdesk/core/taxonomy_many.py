"""The verbs of the taxonomy that take several leaves or branches at once: one step of the history for all of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

from labdesk.core import storage
from labdesk.core.errors import TaxonomyError
from labdesk.core.history.acts import Act, Move
from labdesk.core.taxonomy_store import TaxonomyStore, links_and_pipes, taken, title


class TaxonomyVerbs(TaxonomyStore):
    """Paths are relative to the taxonomy, with slashes; none may lie in another one. Nothing is done when one of them
    cannot be. All raise TaxonomyError and StorageError."""

    def remove_all(self, paths: Sequence[str]) -> None:
        """Move leaves and branches into the workspace's own trash; `undo` brings them back."""
        used: set[str] = set()
        acts: list[Act] = []
        for path in paths:
            self._place(path)
            acts.append(Move(f"taxonomy/{path}", self._trash_place(path, used)))
        self._do_all("Delete", acts, paths)

    def move_all(self, paths: Sequence[str], branch: str) -> list[tuple[str, str]]:
        """Move leaves and branches into a branch, which need not exist; returns (from, to) of those that moved."""
        self._place(branch)
        moves = [(path, f"{branch}/{path.rpartition('/')[2]}") for path in paths if path.rpartition("/")[0] != branch]
        targets = [target for _path, target in moves]
        for path, target in moves:
            self._place(path)
            if f"{branch}/".startswith(f"{path}/"):
                raise TaxonomyError("A branch cannot be moved into itself.", remedy="Choose another place.")
            if targets.count(target) > 1 or os.path.lexists(self.taxonomy / target):
                raise taken(target)
        acts: list[Act] = [Move(f"taxonomy/{path}", f"taxonomy/{target}") for path, target in moves]
        self._do_all("Move", [*self._parents(f"{branch}/-"), *acts], [path for path, _target in moves], *targets)
        return moves

    def duplicate_all(self, paths: Sequence[str]) -> list[str]:
        """Copy leaves and branches, each beside itself; returns where the copies are."""
        used: set[str] = set()
        acts: list[Act] = []
        targets = []
        for path in paths:
            if not self._place(path).is_dir():
                raise TaxonomyError(f"There is no leaf or branch “{path}”.", remedy="Reload the taxonomy.")
            targets.append(self._free_name(path))
            staged = self._trash_place(targets[-1], used)
            try:
                self.root.joinpath(staged).parent.mkdir(parents=True, exist_ok=True)
                shutil.copytree(self.inside_taxonomy(path), self.root / staged, ignore=links_and_pipes)
            except (OSError, shutil.Error) as error:
                raise storage.explain(error, self.taxonomy / path) from error
            acts.append(Move(staged, f"taxonomy/{targets[-1]}"))
        self._do_all("Duplicate", acts, paths, *targets)
        return targets

    def _do_all(self, verb: str, acts: Sequence[Act], paths: Sequence[str], *others: str) -> None:
        if paths:
            more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
            self.do(f"{verb} “{title(paths[0])}”{more}", acts, {}, *paths, *others)
