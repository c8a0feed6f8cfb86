"""The verbs behind buttons and commands about models: make the job a person asks for, or find the unfinished one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from labdesk.core.errors import JobError, ModelError
from labdesk.core.job_folder import JobFolder
from labdesk.core.models.card import safe_name
from labdesk.core.models.hub import HubModel, check_commit, check_files, waiting_room
from labdesk.core.specs import DownloadSpec, ExportKind, ExportSpec
from labdesk.core.storage import remove_folder
from labdesk.core.workspace import Workspace


def request_download(workspace: Workspace, model: HubModel, folder: Path, endpoint: str) -> JobFolder:
    """The job that fetches these files of a model, found or new. Raises ModelError when one may not be fetched."""
    spec = download_spec(model, folder, endpoint)
    for job in reversed(workspace.jobs("download")):
        if job.spec(DownloadSpec) == spec and job.state().status != "done":
            return job
    return workspace.add_job("download", spec, f"Fetch {model.repository}")


def download_spec(model: HubModel, folder: Path, endpoint: str) -> DownloadSpec:
    """What such a job is asked to do. Raises ModelError when a file may not be fetched."""
    check_commit(model.commit)
    check_files(model.files)
    return DownloadSpec(model=model, folder=str(folder.absolute()), endpoint=endpoint)


def forget_download(job: JobFolder) -> None:
    """Deletes the parts that a download left, and its job. Raises JobError while it is at work."""
    spec = job.spec(DownloadSpec)
    with job.lock():
        remove_folder(waiting_room(Path(spec.folder), spec.model))
    remove_folder(job.path)


def request_export(
    workspace: Workspace,
    target: Path,
    run: str = "",
    name: str = "",
    kinds: Iterable[str] = ("Q8_0",),
    *,
    ollama: bool = False,
    lm_studio: str = "",
) -> JobFolder:
    """A new job that exports a run (the newest when empty). Raises JobError when there is none, ModelError for a kind
    that labdesk cannot write."""
    wanted = tuple(dict.fromkeys(kinds))
    for kind in wanted:
        if kind not in get_args(ExportKind):
            raise ModelError(
                f"labdesk cannot write {kind}.", remedy=f"Choose one of {', '.join(get_args(ExportKind))}."
            )
    chosen = _run_folder(workspace, run)
    spec = ExportSpec(
        run=str(chosen),
        target=str(target.absolute()),
        name=safe_name(name or workspace.root.name),
        kinds=wanted,  # type: ignore[arg-type]
        ollama=ollama,
        lm_studio=lm_studio,
    )
    return workspace.add_job("export", spec, f"Export {spec.name}")


def _run_folder(workspace: Workspace, run: str) -> Path:
    """The folder of a run that a person names by its folder or its name; the newest finished one for ""."""
    if run:
        for folder in (Path(run), workspace.runs_folder / run):
            if (folder / "run.json").is_file():
                return folder.absolute()
        raise JobError(f"There is no run “{run}”.", remedy=f"The runs are in {workspace.runs_folder}.")
    found = [
        path.parent for path in workspace.runs_folder.glob("*/run.json") if (path.parent / "merged.gguf").is_file()
    ]
    if not found:
        raise JobError("Nothing was taught in this workspace yet.", remedy="Teach it first: “labdesk teach WORKSPACE”.")
    return max(found, key=lambda folder: (folder / "merged.gguf").stat().st_mtime).absolute()
