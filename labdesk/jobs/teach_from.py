"""The verbs behind Train: a teach job that takes a finished generation, or a dataset, as its own first step."""

from __future__ import annotations

from pathlib import Path

from labdesk.core.errors import JobError
from labdesk.core.job_folder import JobFolder
from labdesk.core.samples.dataset import read_about
from labdesk.core.specs import GenerateSpec, TeachSpec
from labdesk.core.workspace import Workspace
from labdesk.jobs.steps import adopt, adopted


def request_teach_from(workspace: Workspace, generation: JobFolder, student: str = "") -> JobFolder:
    """The job that goes on from a generation (less what the person rejected): an unfinished one, or a new one. It
    examines, trains, merges and examines again; only the writing of samples is taken as done.

    Raises JobError when the generation is not finished, StorageError when the workspace cannot be written.
    """
    if generation.state().status != "done":
        raise JobError(
            "These samples are not finished yet.",
            cause="Their generation has not come to its end.",
            remedy="Wait until it is done, or continue it in Generate.",
        )
    asked = generation.spec(GenerateSpec)
    spec = TeachSpec(
        leaves=asked.leaves,
        teacher=asked.teacher,
        student=student,
        seed=asked.seed,
        recipe=asked.recipe,
        inputs=asked.inputs,
    )
    for job in reversed(workspace.jobs("teach")):
        if adopted(job) == generation.id and job.spec(TeachSpec) == spec and job.state().status != "done":
            return job
    job = workspace.add_job("teach", spec, generation.request.title.replace("Generate", "Train on", 1))
    adopt(job, generation)
    return job


def request_teach_dataset(workspace: Workspace, folder: Path, student: str = "") -> JobFolder:
    """The job that teaches a dataset of the workspace as it is, such as an imported or mixed one: an unfinished one, or
    a new one. Raises StorageError when the dataset cannot be read or the workspace not be written."""
    about = read_about(folder)
    spec = TeachSpec(
        leaves=tuple(one.leaf for one in about.leaves), student=student, inputs=about.inputs, dataset=str(folder)
    )
    for job in reversed(workspace.jobs("teach")):
        if job.spec(TeachSpec) == spec and job.state().status != "done":
            return job
    return workspace.add_job("teach", spec, f"Train on {about.name}")
