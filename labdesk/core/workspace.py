"""One folder that holds everything: `taxonomy/` and `.labdesk/` (jobs, datasets, runs, chats).

The one store: verbs write the disk and announce a Change. Views never write it themselves.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from labdesk.core import paths, storage
from labdesk.core.chats.store import ChatStore
from labdesk.core.errors import StorageError, TaxonomyError
from labdesk.core.job_folder import JobFolder
from labdesk.core.samples.review import Decision, ReviewJournal
from labdesk.core.taxonomy_many import TaxonomyVerbs


class Workspace(TaxonomyVerbs):
    """An opened workspace: the verbs of its taxonomy (see TaxonomyStore, TaxonomyVerbs), and its jobs, datasets, runs
    and chats.

    `subscribe` is the only way to learn of changes.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._reviews: dict[str, ReviewJournal] = {}

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
        self.ignore_state()

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

    @property
    def chats(self) -> ChatStore:
        """The conversations that are kept."""
        return ChatStore(self.chats_folder, self.state / "trash" / "chats")

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

    def reviews(self, job_id: str) -> dict[str, Decision]:
        """The person's decisions on the samples of a generation, by sample id."""
        return self._review(job_id).read()

    def decide(self, job_id: str, *decisions: Decision) -> None:
        """Record decisions of the person, durably. Raises StorageError."""
        self._review(job_id).add(decisions)
        self.announce("reviews", *(decision.sample for decision in decisions))

    def _review(self, job_id: str) -> ReviewJournal:
        if job_id not in self._reviews:
            self._reviews[job_id] = ReviewJournal(self.job(job_id).path)
        return self._reviews[job_id]
