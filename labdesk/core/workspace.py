"""One folder that holds everything: `taxonomy/` and `.labdesk/` (jobs, datasets, runs, chats).

The one store: verbs write the disk and announce a Change. Views never write it themselves.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from labdesk.core import paths, storage
from labdesk.core.changes import Change, Part
from labdesk.core.errors import StorageError, TaxonomyError
from labdesk.core.job_folder import JobFolder
from labdesk.core.samples.review import Decision, ReviewJournal

Subscriber = Callable[[Change], None]


class Workspace:
    """An opened workspace. `subscribe` is the only way to learn of changes."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.taxonomy = self.root / "taxonomy"
        self.state = self.root / ".labdesk"
        self._subscribers: list[Subscriber] = []

    @classmethod
    def open(cls, root: Path) -> Workspace:
        """Open a folder that has a taxonomy. Writes nothing. Raises StorageError or TaxonomyError."""
        if not root.is_dir():
            raise StorageError(
                f"There is no folder {root}.", remedy="Give the path of a workspace, or create one first."
            )
        workspace = cls(root)
        if not workspace.taxonomy.is_dir():
            raise TaxonomyError(
                f"{root} is not a workspace: it has no folder named “taxonomy”.",
                remedy="Choose the folder that contains “taxonomy”, or create a workspace there first.",
            )
        return workspace

    @classmethod
    def create(cls, root: Path, template: Path | None = None) -> Workspace:
        """A new workspace with the starter taxonomy (or `template`); an existing taxonomy is kept. Raises
        StorageError.
        """
        target = root / "taxonomy"
        if not target.exists():
            try:
                root.mkdir(parents=True, exist_ok=True)
                shutil.copytree(template or paths.starter_taxonomy(), target, ignore=shutil.ignore_patterns(".keep"))
            except OSError as error:
                raise storage.explain(error, target) from error
        return cls.open(root)

    def require_writable(self) -> None:
        """Raises StorageError when jobs could not be written here: better before an hour of work than after."""
        probe = self.state / ".probe"
        storage.write_bytes(probe, b"")
        probe.unlink(missing_ok=True)
        try:
            ignore = self.state / ".gitignore"
            if not ignore.exists():
                storage.write_text(ignore, "*\n")
        except OSError as error:
            raise storage.explain(error, self.state) from error

    @property
    def jobs_folder(self) -> Path:
        return self.state / "jobs"

    @property
    def datasets_folder(self) -> Path:
        return self.state / "datasets"

    @property
    def runs_folder(self) -> Path:
        return self.state / "runs"

    @property
    def chats_folder(self) -> Path:
        return self.state / "chats"

    def jobs(self, kind: str | None = None) -> list[JobFolder]:
        """The jobs of a kind (all kinds when None), oldest first."""
        if not self.jobs_folder.is_dir():
            return []
        folders = sorted(p for p in self.jobs_folder.iterdir() if (p / "job.json").is_file())
        found = [JobFolder(path) for path in folders]
        return [job for job in found if kind is None or job.request.kind == kind]

    def job(self, job_id: str) -> JobFolder:
        """One job by its id. Raises StorageError when there is none."""
        path = self.jobs_folder / Path(job_id).name
        if not (path / "job.json").is_file():
            raise StorageError(
                f"There is no job “{job_id}” here.", remedy="`labdesk jobs` lists the jobs of a workspace."
            )
        return JobFolder(path)

    def add_job(self, kind: str, spec: Any, title: str, parent: str = "") -> JobFolder:
        """Write a new job; it runs when it is launched."""
        self.require_writable()
        job = JobFolder.create(self.jobs_folder, self.root, kind, spec, title, parent)
        self.announce("jobs", job.id)
        return job

    def write_leaf_file(self, relative: str, data: bytes, origin: str = "") -> None:
        """Replace one file below the taxonomy. Raises TaxonomyError for a path outside it, StorageError."""
        path = self.inside_taxonomy(relative)
        storage.write_bytes(path, data)
        self.announce("taxonomy", relative, origin=origin)

    def inside_taxonomy(self, relative: str) -> Path:
        """The absolute path of something below the taxonomy. Raises TaxonomyError when it would lie outside."""
        path = self.taxonomy / relative
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.taxonomy)):
            raise TaxonomyError(
                f"“{relative}” lies outside the taxonomy.", remedy="Use a path below the taxonomy folder."
            )
        return path

    def rename(self, relative: str, target: str) -> None:
        """Move a leaf or a branch to another place in the tree. Raises TaxonomyError, StorageError."""
        source, destination = self.inside_taxonomy(relative), self.inside_taxonomy(target)
        if destination.exists():
            raise TaxonomyError(f"“{target}” is already there.", remedy="Choose another name.")
        try:
            destination.parent.mkdir(parents=True, exist_ok=True)
            source.rename(destination)
        except OSError as error:
            raise storage.explain(error, destination) from error
        self.announce("taxonomy", relative, target)

    def remove(self, relative: str) -> Path:
        """Move a leaf or a branch into the workspace's own trash and return where it lies now."""
        source = self.inside_taxonomy(relative)
        bin_folder = self.state / "trash"
        target = bin_folder / relative.replace("/", "__")
        number = 1
        while target.exists():
            number += 1
            target = bin_folder / f"{relative.replace('/', '__')}-{number}"
        try:
            bin_folder.mkdir(parents=True, exist_ok=True)
            source.rename(target)
        except OSError as error:
            raise storage.explain(error, source) from error
        self.announce("taxonomy", relative)
        return target

    def restore(self, lies: Path, relative: str) -> None:
        """Bring back what `remove` moved to `lies`. Raises TaxonomyError when its place is taken, StorageError."""
        target = self.inside_taxonomy(relative)
        if target.exists():
            raise TaxonomyError(f"“{relative}” is already there.", remedy="Rename the new one first.")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            lies.rename(target)
        except OSError as error:
            raise storage.explain(error, target) from error
        self.announce("taxonomy", relative)

    def reviews(self, job_id: str) -> dict[str, Decision]:
        """The person's decisions on the samples of a generation, by sample id."""
        return ReviewJournal.read(self.job(job_id).path)

    def decide(self, job_id: str, decision: Decision) -> None:
        """Record one decision of the person, durably."""
        ReviewJournal.add(self.job(job_id).path, decision)
        self.announce("reviews", decision.sample)

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Call `callback` after every change; returns the function that ends the subscription."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def announce(self, part: Part, *ids: str, origin: str = "") -> None:
        """Tell all subscribers that something moved (also used when another process moved it)."""
        change = Change(part, ids, origin)
        for subscriber in tuple(self._subscribers):
            subscriber(change)
