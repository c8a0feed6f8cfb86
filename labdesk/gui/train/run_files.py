"""Where a run's results lie: its merged model, its exam report, the folder to show."""

from __future__ import annotations

from pathlib import Path

import msgspec

from labdesk.core.errors import StorageError
from labdesk.core.exam.report import REPORT_JSON, ExamReport, read_report
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.core.specs import TrainSpec


def run_folder(job: JobFolder, runs: Path) -> Path:
    """The folder of the run that a teach or train job makes."""
    if job.request.kind == "train":
        try:
            return Path(job.spec(TrainSpec).run)
        except msgspec.ValidationError:
            return job.path
    return runs / job.id


def merged_model(job: JobState) -> Path | None:
    """The merged model of a finished run, when it is on the disk."""
    found = job.artifact("merged")
    return Path(found) if found and Path(found).is_file() else None


def exam_report(job: JobFolder, runs: Path) -> ExamReport | None:
    """The exam report of a run; None while there is none."""
    folder = run_folder(job, runs) / "exam"
    if not (folder / REPORT_JSON).is_file():
        return None
    try:
        return read_report(folder)
    except StorageError:
        return None
