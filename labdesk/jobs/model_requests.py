"""The verbs behind buttons and commands about models: make the job a person asks for, or find the unfinished one."""

from __future__ import annotations

from pathlib import Path

from labdesk.core.job_folder import JobFolder
from labdesk.core.models.hub import HubModel, check_commit, check_files
from labdesk.core.specs import DownloadSpec
from labdesk.core.workspace import Workspace


def request_download(workspace: Workspace, model: HubModel, folder: Path, endpoint: str) -> JobFolder:
    """The job that fetches these files of a model, found or new. Raises ModelError when one may not be fetched."""
    check_commit(model.commit)
    check_files(model.files)
    spec = DownloadSpec(model=model, folder=str(folder.absolute()), endpoint=endpoint)
    for job in reversed(workspace.jobs("download")):
        if job.spec(DownloadSpec) == spec and job.state().status != "done":
            return job
    return workspace.add_job("download", spec, f"Fetch {model.repository}")
