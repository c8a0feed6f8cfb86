"""Brings a taxonomy in and takes it out, as a folder or a zip. Nothing that is there is overwritten unasked."""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

import msgspec

from labdesk.core import storage, swap
from labdesk.core.errors import StorageError, TaxonomyError
from labdesk.core.history.acts import Act, Move, Write, digest, over
from labdesk.core.taxonomy.archive import MAX_ENTRIES, unpack
from labdesk.core.taxonomy.files import read_regular
from labdesk.core.taxonomy.tree import MAX_DEPTH, ROOTS, taxonomy_folder
from labdesk.core.taxonomy_store import TaxonomyStore

MAX_FILE = 64 << 20
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class ImportPlan(msgspec.Struct, frozen=True):
    """What an import would do. Paths are relative to the taxonomy; `source` is a copy inside the workspace."""

    source: Path
    new: tuple[str, ...]
    same: tuple[str, ...]
    different: tuple[str, ...]
    """Files that are here with another content: each is only replaced when the person says so."""


def plan_import(store: TaxonomyStore, source: Path) -> ImportPlan:
    """Copy the taxonomy in the folder or zip `source` into the workspace's own space and compare. The taxonomy itself
    is not changed. Raises TaxonomyError, StorageError.
    """
    store.ignore_state()
    staged = store.state / "imports" / f"{time.strftime('%Y-%m-%d-%H%M%S')}-{os.getpid()}-{time.monotonic_ns()}"
    try:
        staged.mkdir(parents=True)
    except OSError as error:
        raise storage.explain(error, staged) from error
    if source.is_dir():
        _copy_folder(source, staged)
    else:
        unpack(source, staged)
    new: list[str] = []
    same: list[str] = []
    different: list[str] = []
    for name in files_of(staged):
        found = swap.current(store.inside_taxonomy(name))
        kind = new if found is None else same if found == (staged / name).read_bytes() else different
        kind.append(name)
    return ImportPlan(staged, tuple(new), tuple(same), tuple(different))


def run_import(store: TaxonomyStore, plan: ImportPlan, overwrite: Collection[str] = ()) -> None:
    """Do a planned import as one step that can be undone: everything new, and of `plan.different` those in `overwrite`.

    Raises TaxonomyError when something was put meanwhile where a new file belongs, StorageError.
    """
    acts: list[Act] = []
    contents: dict[str, bytes] = {}
    moved: set[str] = set()
    folder = plan.source.relative_to(store.root).as_posix()
    for name in plan.new:
        top = _topmost_new(store, name)
        if top in moved:
            continue
        moved.add(top)
        acts.append(Move(f"{folder}/{top}", f"taxonomy/{top}"))
    for name in plan.different:
        if name in overwrite:
            contents[f"taxonomy/{name}"] = (plan.source / name).read_bytes()
            before = digest(swap.current(store.inside_taxonomy(name)))
            acts.append(Write(f"taxonomy/{name}", before, digest(contents[f"taxonomy/{name}"])))
    if acts:
        storage.flush_everything()
        store.do("Import a taxonomy", acts, contents)


def discard_import(plan: ImportPlan) -> None:
    """Forget a plan that the person did not follow."""
    storage.remove_folder(plan.source)


def export_taxonomy(root: Path, target: Path, below: str = "") -> int:
    """Write the taxonomy at `root` (or the branch `below` in it) to `target`, a .zip or else a new folder.

    Returns the number of files. The same taxonomy gives the same zip, byte for byte. Raises StorageError when the
    target is there already, TaxonomyError when there is nothing to export.
    """
    names = [name for name in files_of(root) if not below or name.startswith(f"{below.strip('/')}/")]
    if not names:
        raise TaxonomyError("There is nothing to export here.", remedy="Give a taxonomy that holds leaves.")
    if os.path.lexists(target):
        raise StorageError(f"“{target}” is already there.", remedy="Choose another name, or remove it first.")
    fresh = storage.new_folder(target.absolute())
    try:
        if target.suffix.lower() == ".zip":
            _write_zip(root, names, fresh / target.name)
            over(fresh / target.name, target.absolute())
        else:
            for name in names:
                _copy(root, name, fresh)
            fresh.chmod(0o755)
            over(fresh, target.absolute())
    except OSError as error:
        raise storage.explain(error, target) from error
    finally:
        storage.remove_folder(fresh)
    return len(names)


def files_of(root: Path) -> Iterator[str]:
    """Every ordinary file below the three roots, sorted, without links and hidden ones. Raises StorageError."""
    count = 0
    for name in ROOTS:
        if (root / name).is_dir() and not (root / name).is_symlink():
            for found in _walk(root / name, name, 1):
                count += 1
                if count > MAX_ENTRIES:
                    raise StorageError(
                        f"The taxonomy has more than {MAX_ENTRIES:,} files.", remedy="Take a part of it."
                    )
                yield found


def _walk(folder: Path, path: str, depth: int) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise storage.explain(error, folder) from error
    for entry in ordered:
        if entry.name.startswith(".") or entry.name == "__pycache__" or entry.is_symlink():
            continue
        if not entry.name.isprintable():  # also names that are no text at all
            continue
        if entry.is_dir():
            if depth < MAX_DEPTH:
                yield from _walk(Path(entry.path), f"{path}/{entry.name}", depth + 1)
        elif entry.is_file():
            yield f"{path}/{entry.name}"


def _copy_folder(source: Path, staged: Path) -> None:
    root = taxonomy_folder(source)
    count = 0
    for name in files_of(root):
        count += 1
        _copy(root, name, staged)
    if not count:
        storage.remove_folder(staged)
        raise TaxonomyError(
            f"There is no taxonomy in “{source.name}”.",
            cause=f"It has no folder named {', '.join(ROOTS[:-1])} or {ROOTS[-1]} with files in it.",
            remedy="Choose the folder that holds these.",
        )


def _copy(root: Path, name: str, target: Path) -> None:
    data = read_regular(root / name, root, MAX_FILE)
    if len(data) > MAX_FILE:
        raise StorageError(f"“{name}” is larger than {MAX_FILE >> 20} MB.", remedy="Make it smaller or leave it out.")
    storage.write_new(target / name, data)


def _write_zip(root: Path, names: list[str], target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, read_regular(root / name, root, MAX_FILE))


def _topmost_new(store: TaxonomyStore, name: str) -> str:
    """The outermost folder on the way to a new file that is not there yet, or the file itself."""
    path = PurePosixPath(name)
    above = [one.as_posix() for one in reversed(path.parents) if one.parts]
    return next((one for one in above if not os.path.lexists(store.taxonomy / one)), name)
