"""Freezes a finished generation into a dataset: what the filters kept and the person did not reject, and the exam."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection
from pathlib import Path

import msgspec

from labdesk.core.exam.held_out import LeakGuard
from labdesk.core.exam.question import ExamQuestion
from labdesk.core.job_folder import JobFolder
from labdesk.core.samples import dataset
from labdesk.core.samples.dataset import DatasetAbout
from labdesk.core.samples.review import reviewed
from labdesk.core.samples.sample import Sample
from labdesk.core.specs import GenerateSpec
from labdesk.core.storage import read_json, replay
from labdesk.core.workspace import Workspace

SAMPLES = "samples.jsonl"
EXAM = "exam.json"


def freeze_generation(workspace: Workspace, job: JobFolder) -> Path:
    """The folder of the dataset of this generation as it stands after review; the same decisions give the same dataset.

    Raises GenerationError when nothing is left to train on, StorageError when the disk refuses.
    """
    samples = read_samples(job)
    standing = reviewed(samples, workspace.reviews(job.id))
    exam = read_json(job.path / EXAM, list[ExamQuestion])
    guard = LeakGuard(exam)
    train = [sample for sample in standing if not guard.leaks(sample.question, sample.context)]
    spec = job.spec(GenerateSpec)
    digest = hashlib.sha256(b"".join(msgspec.json.encode(one) for one in (*train, *exam))).hexdigest()[:8]
    folder = workspace.datasets_folder / f"{job.id}-{digest}"
    if not folder.is_dir():
        about = DatasetAbout(
            name=job.request.title,
            made_at=time.time(),
            teacher=spec.teacher,
            job=job.id,
            seed=spec.seed,
            inputs=spec.inputs,
        )
        dataset.freeze(folder, about, train, exam)
        workspace.announce("datasets", folder.name)
    return folder


def samples_of_newest(workspace: Workspace, leaves: Collection[str]) -> list[Sample]:
    """The samples of some leaves in the newest generation that has any of them. Raises StorageError."""
    for job in reversed(workspace.jobs("generate")):
        if set(leaves).isdisjoint(job.spec(GenerateSpec).leaves) or not (job.path / SAMPLES).exists():
            continue
        found = [sample for sample in replay(job.path / SAMPLES, Sample) if sample.leaf in leaves]
        if found:
            return found
    return []


def read_samples(job: JobFolder) -> list[Sample]:
    """Every sample of a generation, kept or not, ordered by leaf, fact and id: a restarted job gives the same order."""
    place = {leaf: number for number, leaf in enumerate(job.spec(GenerateSpec).leaves)}
    samples = replay(job.path / SAMPLES, Sample)
    return sorted(samples, key=lambda sample: (place.get(sample.leaf, len(place)), sample.fact, sample.id))
