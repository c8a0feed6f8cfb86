"""The verbs behind buttons and commands: make the job a person asks for, or find the unfinished one."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

from labdesk.core import paths, settings
from labdesk.core.errors import NotAllowed, TaxonomyError
from labdesk.core.inputs import LEAVES_JSON, Inputs, reading_inputs
from labdesk.core.job_folder import JobFolder, new_id
from labdesk.core.models.gguf_header import read_header
from labdesk.core.models.remote import Server, is_remote, known_teacher, servers_of
from labdesk.core.specs import ExamSpec, GenerateSpec, PreviewSpec, ReplaySpec, TeachSpec, TrainSpec
from labdesk.core.steps import Step, finished
from labdesk.core.storage import read_json, write_json
from labdesk.core.taxonomy.leaf_cache import LeafCache
from labdesk.core.taxonomy.readiness import LeftOut, Ready, finding_ready, refusal
from labdesk.core.workspace import Workspace
from labdesk.jobs.dataset_files import find_dataset

LEFT_OUT_JSON = "left_out.json"
"""In the folder of a job: the leaves that were asked for and were not ready."""


def request_teach(
    workspace: Workspace,
    leaves: Iterable[str] = (),
    teacher: str = "",
    student: str = "",
    again: bool = False,
    *,
    whole: bool = False,
) -> JobFolder:
    """The teach job for these leaves (all when empty): an unfinished one with the same inputs, or a new one.

    Leaves that are not ready are left out, and `left_out` names them. Raises TaxonomyError when not one is ready, or,
    with `whole`, when one is not; StorageError when the workspace cannot be written.
    """
    return finished(requesting_teach(workspace, leaves, teacher, student, again, whole=whole))


def requesting_teach(
    workspace: Workspace,
    leaves: Iterable[str] = (),
    teacher: str = "",
    student: str = "",
    again: bool = False,
    *,
    whole: bool = False,
) -> Generator[Step, Any, JobFolder]:
    """`request_teach` in steps, for a window that must not wait for thousands of leaves. Raises as it does."""
    ready = yield from _checking(workspace, leaves, whole)
    check_models(teacher, student)
    inputs = yield from reading_inputs(workspace.taxonomy, ready.leaves)
    spec = TeachSpec(leaves=ready.leaves, teacher=teacher, student=student, inputs=inputs.sha256)
    return _find_or_add(workspace, "teach", spec, inputs, ready, again)


def request_generation(
    workspace: Workspace,
    leaves: Iterable[str] = (),
    teacher: str = "",
    again: bool = False,
    budget: int = 0,
    *,
    whole: bool = False,
) -> JobFolder:
    """The generate job for these leaves, found or new. `budget` as in GenerateSpec. Raises as `request_teach`."""
    return finished(requesting_generation(workspace, leaves, teacher, again, budget, whole=whole))


def requesting_generation(
    workspace: Workspace,
    leaves: Iterable[str] = (),
    teacher: str = "",
    again: bool = False,
    budget: int = 0,
    *,
    whole: bool = False,
) -> Generator[Step, Any, JobFolder]:
    """`request_generation` in steps. Raises as `request_teach`."""
    ready = yield from _checking(workspace, leaves, whole)
    check_models(teacher)
    inputs = yield from reading_inputs(workspace.taxonomy, ready.leaves)
    spec = GenerateSpec(leaves=ready.leaves, teacher=teacher, inputs=inputs.sha256, budget=budget)
    return _find_or_add(workspace, "generate", spec, inputs, ready, again)


def request_preview(workspace: Workspace, leaves: Iterable[str] = (), teacher: str = "", rows: int = 5) -> JobFolder:
    """A new job that writes a few rows to look at; each has another seed. Raises as `request_teach`."""
    return finished(requesting_preview(workspace, leaves, teacher, rows))


def requesting_preview(
    workspace: Workspace, leaves: Iterable[str] = (), teacher: str = "", rows: int = 5
) -> Generator[Step, Any, JobFolder]:
    """`request_preview` in steps. Raises as `request_teach`."""
    ready = yield from _checking(workspace, leaves)
    check_models(teacher)
    seed = 20 + len(workspace.jobs("preview"))
    spec = PreviewSpec(leaves=ready.leaves, teacher=teacher, seed=seed, rows=rows)
    return workspace.add_job("preview", spec, "Preview")


def left_out(job: JobFolder) -> tuple[LeftOut, ...]:
    """The leaves that were asked for with this job and were not ready, so that it does without them."""
    file = job.path / LEFT_OUT_JSON
    return read_json(file, tuple[LeftOut, ...]) if file.exists() else ()


def request_replay(workspace: Workspace, student: str = "") -> JobFolder:
    """The job in which the student answers everyday questions; a finished one for this student is reused."""
    spec = ReplaySpec(student=student)
    for job in reversed(workspace.jobs("replay")):
        if job.spec(ReplaySpec) == spec:
            return job
    return workspace.add_job("replay", spec, "Let the student answer everyday questions")


def request_training(
    workspace: Workspace, dataset: str = "", student: str = "", replay: str = "", again: bool = False
) -> JobFolder:
    """The train job for a dataset (the newest when empty), found or new. Raises JobError when there is no dataset."""
    chosen = named_dataset(workspace, dataset)
    check_models(student)
    workspace.require_writable()
    if not again:
        for job in reversed(workspace.jobs("train")):
            spec = job.spec(TrainSpec)
            same = (spec.dataset, spec.student) == (chosen, student)
            if same and not job.request.parent and job.state().status != "done":
                return job
    run = str(workspace.runs_folder / new_id("run"))
    return workspace.add_job(
        "train", TrainSpec(dataset=chosen, run=run, student=student, replay=replay), f"Train on {Path(chosen).name}"
    )


def request_exam(
    workspace: Workspace, dataset: str = "", model: str = "", adapter: str = "", choices: bool = False
) -> JobFolder:
    """A new exam of a model on a dataset (the newest when empty). `choices` as in ExamSpec. Raises JobError when there
    is no dataset."""
    chosen = named_dataset(workspace, dataset)
    check_models(model, adapter)
    name = Path(adapter or model).name if adapter or model else "the starter model"
    spec = ExamSpec(dataset=chosen, model=model, adapter=adapter, side="asked", choices=choices)
    return workspace.add_job("exam", spec, f"Examine {name}")


def named_teacher(text: str) -> str:
    """The teacher that a person means: a model file, "", or servers by their addresses. Raises ModelError."""
    return known_teacher(text, settings.load(paths.settings_file()).servers)


def check_models(*names: str) -> None:
    """Read the headers of model files ("" is the starter model): a damaged one is refused now, not in an hour.

    Raises ModelError, and NotAllowed for a server that nobody agreed to send texts to.
    """
    for name in names:
        if is_remote(name):
            check_allowed(servers_of(name, settings.load(paths.settings_file()).servers))
        elif name:
            read_header(Path(name))


def check_allowed(servers: Iterable[Server]) -> None:
    """Raises NotAllowed unless each server is on this computer or the person agreed to it."""
    for server in servers:
        if not server.here and not server.allowed:
            raise NotAllowed(
                f"Texts would be sent to {server.host}.",
                cause="It writes and judges samples, so it gets your seed examples and passages of your documents.",
                remedy=f"If you agree, start once in Generate, or: “labdesk teachers allow {server.address}”.",
            )


def newest_dataset(workspace: Workspace) -> str:
    """The folder of the newest dataset, also an imported or mixed one. Raises JobError when there is none."""
    return str(find_dataset(workspace))


def named_dataset(workspace: Workspace, name: str) -> str:
    """The folder of a dataset that a person means: its path, its name in the workspace, or "" for the newest.

    Raises JobError when there is none.
    """
    return str(Path(name).resolve() if name and Path(name).is_dir() else find_dataset(workspace, name))


def _checking(workspace: Workspace, leaves: Iterable[str], whole: bool = False) -> Generator[Step, Any, Ready]:
    cache = LeafCache.of_workspace(workspace.root)
    ready = yield from finding_ready(workspace.taxonomy, tuple(leaves), cache)
    if not ready.leaves:
        raise TaxonomyError(
            "There is nothing to teach yet.",
            cause=f"No leaf (a folder with a qna.yaml) was found below {workspace.taxonomy}.",
            remedy="Add a leaf with seed examples first.",
        )
    if whole and ready.left_out:
        raise refusal(ready.left_out, some_ready=True)
    return ready


def _find_or_add(workspace: Workspace, kind: str, spec: Any, inputs: Inputs, ready: Ready, again: bool) -> JobFolder:
    workspace.require_writable()
    job = None if again else _unfinished(workspace, kind, spec)
    if job is None:
        job = workspace.add_job(kind, spec, _title(kind.capitalize(), tuple(inputs.leaves)))
        write_json(job.path / LEAVES_JSON, inputs.leaves)
    if ready.left_out != left_out(job):
        write_json(job.path / LEFT_OUT_JSON, ready.left_out)
    return job


def _unfinished(workspace: Workspace, kind: str, spec: Any) -> JobFolder | None:
    for job in reversed(workspace.jobs(kind)):
        if not job.request.parent and job.spec(type(spec)) == spec and job.state().status != "done":
            return job
    return None


def _title(verb: str, leaves: tuple[str, ...]) -> str:
    if len(leaves) == 1:
        return f"{verb} “{leaves[0].rsplit('/', 1)[-1].replace('_', ' ')}”"
    return f"{verb} {len(leaves)} leaves"
