"""Datasets out of and into labdesk: InstructLab's files, plain chat messages, rows of other programs."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Literal

import msgspec

from labdesk.core.errors import JobError
from labdesk.core.exam.held_out import LeakGuard
from labdesk.core.samples import dataset
from labdesk.core.samples.dataset import Dataset, DatasetAbout
from labdesk.core.samples.export_instructlab import SYSTEM_PROMPT, ExportLeaf, export_instructlab
from labdesk.core.samples.import_rows import read_rows
from labdesk.core.samples.messages import export_messages
from labdesk.core.storage import MANIFEST
from labdesk.core.taxonomy.leaf import read_leaf
from labdesk.core.workspace import Workspace
from labdesk.jobs.materials import read_material

Format = Literal["instructlab", "messages"]


class Exported(msgspec.Struct, frozen=True):
    """What an export wrote: the files and the number of samples in them."""

    files: tuple[Path, ...]
    samples: int


class Imported(msgspec.Struct, frozen=True):
    """What an import made: the new dataset, the rows in it, and those left out because the exam asks them."""

    dataset: Path
    rows: int
    held_out: int


def datasets(workspace: Workspace) -> list[tuple[Path, DatasetAbout]]:
    """The whole datasets of a workspace, oldest first. Raises StorageError for a damaged description."""
    folders = sorted(path for path in workspace.datasets_folder.glob("*") if (path / MANIFEST).is_file())
    return sorted(((path, dataset.read_about(path)) for path in folders), key=lambda one: one[1].made_at)


def find_dataset(workspace: Workspace, name: str = "") -> Path:
    """A dataset by the name of its folder, or the newest. Raises JobError when there is none."""
    known = datasets(workspace)
    chosen = next((path for path, _about in reversed(known) if name in ("", path.name)), None)
    if chosen is None:
        raise JobError(
            f"There is no dataset “{name}” here." if name else "There is no dataset in this workspace yet.",
            remedy="`labdesk dataset list` names them; `labdesk generate` makes one.",
        )
    return chosen


def export_dataset(
    workspace: Workspace, chosen: Path, kind: Format, target: Path, system: str = SYSTEM_PROMPT
) -> Exported:
    """Write a dataset as InstructLab's files into the folder `target`, or as chat messages into the file `target`.

    Raises StorageError, and TaxonomyError or GenerationError when a leaf it needs for its documents is gone.
    """
    found = dataset.read(chosen)
    asked = [sample for sample in found.train if sample.question]
    if kind == "messages":
        return Exported((target,), export_messages(asked, target))
    stamp = time.strftime("%Y-%m-%dT%H_%M_%S", time.gmtime())
    leaves = {leaf: _about_leaf(workspace, leaf) for leaf in found.leaves}
    return Exported(tuple(export_instructlab(found, leaves, target, stamp, system)), len(asked))


def import_rows(workspace: Workspace, file: Path, leaf: str, chosen: Path) -> Imported:
    """A new dataset: the rows of `file`, taught as part of `leaf`, added to those of the dataset `chosen`.

    Rows that the exam asks nearly word by word are left out. Raises GenerationError when the file cannot be used.
    """
    workspace.require_writable()
    old: Dataset = dataset.read(chosen)
    guard = LeakGuard(old.exam)
    known = {(sample.question, sample.answer) for sample in old.train}
    rows = [one for one in read_rows(file, leaf) if (one.question, one.answer) not in known]
    fresh = [one for one in rows if not guard.leaks(one.question, one.context)]
    train = [*old.train, *fresh]
    digest = hashlib.sha256(b"".join(msgspec.json.encode(one) for one in (*train, *old.exam))).hexdigest()[:8]
    folder = workspace.datasets_folder / f"{old.about.job}-{digest}"
    about = msgspec.structs.replace(old.about, name=f"{old.about.name} and {file.name}", made_at=time.time())
    if not folder.is_dir():
        dataset.freeze(folder, about, train, old.exam)
        workspace.announce("datasets", folder.name)
    return Imported(folder, len(fresh), len(rows) - len(fresh))


def _about_leaf(workspace: Workspace, leaf: str) -> ExportLeaf:
    material, _notes = read_material(workspace.taxonomy, leaf)
    return ExportLeaf(material, read_leaf(workspace.taxonomy / leaf, workspace.taxonomy).domain)
