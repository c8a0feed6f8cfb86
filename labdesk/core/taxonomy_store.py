"""The verbs that change a workspace's taxonomy. Each is one step of the history and announces a Change."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from labdesk.core import storage, swap
from labdesk.core.changes import Change, Part
from labdesk.core.errors import TaxonomyError
from labdesk.core.history.acts import Act, FileChanged, Folder, Move, Write, digest
from labdesk.core.history.history import History, Step
from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.taxonomy.new_leaf import draft_leaf_text
from labdesk.core.taxonomy.tree import LEAF_FILE

Subscriber = Callable[[Change], None]
_TRASH = ".labdesk/trash"
_TRIES = 5


class TaxonomyStore:
    """`root` holds `taxonomy/` and `.labdesk/`. Paths given to the verbs are relative to the taxonomy, with slashes."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.taxonomy = self.root / "taxonomy"
        self.state = self.root / ".labdesk"
        self.history = History(self.root, self.state / "history")
        self._subscribers: list[Subscriber] = []

    def write_leaf_file(self, relative: str, data: bytes, origin: str = "", expected: bytes | None = None) -> None:
        """Make or replace one file. With `expected`, only if the file still holds exactly that.

        Raises FileChanged (nothing was written) when it does not, TaxonomyError for a path outside the taxonomy,
        StorageError. Whatever is replaced can be brought back with `undo`.
        """
        path = self.inside_taxonomy(relative)
        for attempt in range(_TRIES):
            found = swap.current(path)
            if expected is not None and found != expected:
                raise FileChanged(f"taxonomy/{relative}", found)
            if found == data:
                return
            name = f"taxonomy/{relative}"
            acts: list[Act] = [*self._parents(relative), Write(name, digest(found), digest(data))]
            try:
                label = f"{'Make' if found is None else 'Edit'} “{title(relative)}”"
                return self.do(label, acts, {name: data}, relative, origin=origin)
            except FileChanged:  # between reading and writing; without an expectation the newest is replaced
                if expected is not None or attempt == _TRIES - 1:
                    raise

    def inside_taxonomy(self, relative: str) -> Path:
        """The absolute path of something below the taxonomy. Raises TaxonomyError when it would lie outside."""
        path = self.taxonomy / relative
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.taxonomy)):
            raise TaxonomyError(
                f"“{relative}” lies outside the taxonomy.", remedy="Use a path below the taxonomy folder."
            )
        return path

    def new_leaf(
        self,
        path: str,
        kind: LeafKind,
        *,
        created_by: str = "",
        about: str = "",
        domain: str = "",
        documents: Mapping[str, bytes] | None = None,
    ) -> None:
        """Make a draft leaf, with its `documents` by file name. Raises TaxonomyError when there is one already."""
        if os.path.lexists(self._place(path) / LEAF_FILE):
            raise taken(path)
        files = dict(documents or {})
        text = draft_leaf_text(kind, created_by=created_by, about=about, domain=domain, patterns=tuple(files))
        files[LEAF_FILE] = text
        contents = {f"taxonomy/{path}/{name}": data for name, data in files.items()}
        for name in files:
            self.inside_taxonomy(f"{path}/{name}")
        writes = [Write(name, digest(swap.current(self.root / name)), digest(data)) for name, data in contents.items()]
        self.do(f"Make “{title(path)}”", [*self._parents(f"{path}/{LEAF_FILE}"), *writes], contents, path)

    def new_branch(self, path: str) -> None:
        """Make an empty folder to put leaves into. Raises TaxonomyError when it is there already."""
        if os.path.lexists(self._place(path)):
            raise taken(path)
        self.do(f"Make “{title(path)}”", [*self._parents(path), Folder(f"taxonomy/{path}")], {}, path)

    def duplicate(self, path: str, target: str = "") -> str:
        """Copy a leaf or a branch to `target` (default: beside it) and return where the copy is."""
        if not self._place(path).is_dir():
            raise TaxonomyError(f"There is no leaf or branch “{path}”.", remedy="Reload the taxonomy.")
        target = target or self._free_name(path)
        if os.path.lexists(self._place(target)):
            raise taken(target)
        staged = self._trash_place(target)
        try:
            self.root.joinpath(staged).parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(self.inside_taxonomy(path), self.root / staged, ignore=links_and_pipes)
        except (OSError, shutil.Error) as error:
            raise storage.explain(error, self.taxonomy / target) from error
        acts: list[Act] = [*self._parents(target), Move(staged, f"taxonomy/{target}")]
        self.do(f"Duplicate “{title(path)}”", acts, {}, target)
        return target

    def rename(self, relative: str, target: str) -> None:
        """Move a leaf or a branch to another place in the tree. Raises TaxonomyError, StorageError."""
        self._place(relative)
        self._place(target)
        if relative == target:
            return
        if f"{target}/".startswith(f"{relative}/"):
            raise TaxonomyError("A folder cannot be moved into itself.", remedy="Choose another place.")
        acts: list[Act] = [*self._parents(target), Move(f"taxonomy/{relative}", f"taxonomy/{target}")]
        verb = "Rename" if relative.rpartition("/")[0] == target.rpartition("/")[0] else "Move"
        self.do(f"{verb} “{title(relative)}”", acts, {}, relative, target)

    def remove(self, relative: str) -> Path:
        """Move a leaf or a branch into the workspace's own trash and return where it lies now."""
        self._place(relative)
        target = self._trash_place(relative)
        self.do(f"Delete “{title(relative)}”", [Move(f"taxonomy/{relative}", target)], {}, relative)
        return self.root / target

    def restore(self, lies: Path, relative: str) -> None:
        """Bring back what `remove` moved to `lies`. Raises TaxonomyError when its place is taken, StorageError."""
        self._place(relative)
        back = Move(lies.relative_to(self.root).as_posix(), f"taxonomy/{relative}")
        newest = self.history.next_undo
        if newest is not None and newest.acts == (Move(back.target, back.source),):
            self.undo()
        else:
            self.do(f"Bring “{title(relative)}” back", [*self._parents(relative), back], {}, relative)

    def save_copy(self, relative: str, data: bytes) -> str:
        """Keep a version of a file beside it, under a name that is never read as a leaf; returns that name."""
        folder, _, name = relative.rpartition("/")
        stamp = time.strftime("%Y-%m-%d-%H%M%S")
        for number in range(1, 1_000):
            copy = f"{folder}/version-{stamp}-{number}-{name}.copy".lstrip("/")
            if not os.path.lexists(self.inside_taxonomy(copy)):
                break
        self.write_leaf_file(copy, data)
        return copy

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back; `history.next_undo` says which."""
        return self.history.next_undo is not None

    @property
    def can_redo(self) -> bool:
        """Whether an undone step can be done again."""
        return self.history.next_redo is not None

    def undo(self) -> Step:
        """Take the newest step back. Raises TaxonomyError when a file has changed since; `history.leave()` skips it."""
        step = self.history.undo()
        self.announce("taxonomy", *_below_taxonomy(step), origin="undo")
        return step

    def redo(self) -> Step:
        """Do the newest undone step again. Raises TaxonomyError as `undo` does."""
        step = self.history.redo()
        self.announce("taxonomy", *_below_taxonomy(step), origin="undo")
        return step

    def do(self, label: str, acts: Sequence[Act], contents: Mapping[str, bytes], *ids: str, origin: str = "") -> None:
        """Do several acts as one step of the history and announce them. Raises TaxonomyError, StorageError."""
        self.ignore_state()
        self.history.do(label, acts, contents)
        self.announce("taxonomy", *ids, origin=origin)

    def ignore_state(self) -> None:
        """Keep `.labdesk/` out of a git repository around the workspace. Raises StorageError."""
        if not (self.state / ".gitignore").exists():
            storage.write_text(self.state / ".gitignore", "*\n")

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Call `callback` after every change; returns the function that ends the subscription."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def announce(self, part: Part, *ids: str, origin: str = "") -> None:
        """Tell all subscribers that something moved (also used when another process moved it)."""
        change = Change(part, ids, origin)
        for subscriber in tuple(self._subscribers):
            subscriber(change)

    def _place(self, relative: str) -> Path:
        """The absolute path of a leaf or branch. Raises TaxonomyError for the taxonomy itself and what climbs out."""
        pure = PurePosixPath(relative)
        if (
            not pure.parts
            or pure.is_absolute()
            or ".." in pure.parts
            or pure.as_posix() != relative
            or not relative.isprintable()
        ):
            raise TaxonomyError(
                f"“{relative}” is not a place below the taxonomy.", remedy="Give a path such as knowledge/history."
            )
        return self.inside_taxonomy(relative)

    def _parents(self, relative: str) -> list[Folder]:
        """The folders above `relative` that do not exist yet, outermost first."""
        above = [one.as_posix() for one in PurePosixPath(relative).parents if one.parts]
        return [Folder(f"taxonomy/{one}") for one in reversed(above) if not (self.taxonomy / one).is_dir()]

    def _trash_place(self, relative: str, used: set[str] | None = None) -> str:
        """A free place in the trash, relative to the workspace; none of `used`, and from now on one of them."""
        base = f"{_TRASH}/{relative.replace('/', '__')[-150:]}"
        number, place = 1, base
        while os.path.lexists(self.root / place) or (used is not None and place in used):
            number += 1
            place = f"{base}-{number}"
        if used is not None:
            used.add(place)
        return place

    def _free_name(self, path: str) -> str:
        number = 2
        while os.path.lexists(self.taxonomy / f"{path}_{number}"):
            number += 1
        return f"{path}_{number}"


def taken(path: str) -> TaxonomyError:
    """The error for a place that something else has."""
    return TaxonomyError(f"“{path}” is already there.", remedy="Choose another name.")


def _below_taxonomy(step: Step) -> list[str]:
    return [path.removeprefix("taxonomy/") for path in step.paths if path.startswith("taxonomy/")]


def title(relative: str) -> str:
    """`a/marrowby_light/qna.yaml` as a person reads it: `Marrowby light`."""
    leaf = relative.removesuffix(f"/{LEAF_FILE}")
    return leaf.rpartition("/")[2].replace("_", " ").strip().capitalize()


def links_and_pipes(folder: str, names: list[str]) -> set[str]:
    """What a copy leaves out: links, pipes and devices."""
    paths = {name: Path(folder, name) for name in names}
    return {name for name, path in paths.items() if path.is_symlink() or not (path.is_file() or path.is_dir())}
