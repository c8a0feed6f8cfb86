"""kill -9 of real generating and training workers: what was finished stays, the next start ends where it would have."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from labdesk.core.exam.question import ExamQuestion
from labdesk.core.job_folder import JobFolder
from labdesk.core.samples.dataset import DatasetAbout, freeze
from labdesk.core.samples.sample import Provenance, Root, Sample
from labdesk.core.specs import GenerateSpec, TrainSpec
from labdesk.core.storage import replay
from labdesk.core.workspace import Workspace
from labdesk.jobs.datasets import read_samples
from labdesk.jobs.follow import run_to_end
from labdesk.jobs.launch import launch, wait_until_started
from tests.tiny_models import write_tiny_model

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL")


def kill_when(job: JobFolder, ready: Callable[[], bool]) -> bool:
    """Start the job and kill its worker as soon as `ready`; False when it ended before."""
    process = launch(job)
    assert process is not None
    wait_until_started(job, process)
    while process.poll() is None:
        holder = job.worker()
        if holder is not None and ready():
            os.kill(holder.pid, signal.SIGKILL)
            process.wait()
            return True
        time.sleep(0.005)
    return False


def a_sample(number: int, root: Root) -> Sample:
    return Sample(
        id=f"{root}{number}", leaf=f"{root}/leaf", root=root, form="short", origin="pattern", fact=f"fact {number % 4}",
        question=f"What is the name of thing {number}?", answer=f"name {number}", provenance=Provenance(block="b"),
    )  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "workspace")


def a_training(workspace: Workspace, name: str) -> JobFolder:
    student = workspace.root / "student.gguf"
    if not student.exists():
        write_tiny_model(student, arch="llama", quant="f32")
    folder = workspace.datasets_folder / "one"
    if not folder.exists():
        train = [a_sample(n, root) for root in ("knowledge", "compositional_skills") for n in range(24)]
        exam = [ExamQuestion(id="q", leaf="knowledge/leaf", question="Who?", answer="name 1")]
        freeze(folder, DatasetAbout(name="one"), train, exam)
    spec = TrainSpec(dataset=str(folder), run=str(workspace.runs_folder / name), student=str(student))
    return workspace.add_job("train", spec, "Train")


def adapter_bytes(job: JobFolder) -> bytes:
    found = job.state().artifact("adapter")
    assert found is not None
    return Path(found).read_bytes()


@pytest.mark.timeout(600)
def test_a_training_killed_again_and_again_ends_in_the_same_bytes(workspace: Workspace) -> None:
    whole = a_training(workspace, "whole")
    assert run_to_end(whole).status == "done"
    broken = a_training(workspace, "broken")
    draw = random.Random(7)
    for _ in range(2):  # three deaths in one place are reported instead (tests/jobs/test_deaths.py)
        before = len(broken.events())
        wanted = before + draw.randrange(3, 12)
        if not kill_when(broken, lambda wanted=wanted: len(broken.events()) >= wanted):  # type: ignore[misc]
            break
        assert broken.state().status == "interrupted"
    assert run_to_end(broken).status == "done"
    assert adapter_bytes(broken) == adapter_bytes(whole)
    merged = broken.state().artifact("merged")
    assert merged is not None
    assert Path(merged).read_bytes() == Path(whole.state().artifact("merged") or "").read_bytes()


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(1500)
def test_a_generation_killed_again_and_again_loses_and_doubles_nothing(workspace: Workspace) -> None:
    leaf = "compositional_skills/grounded/extraction/visitor_book"
    spec = GenerateSpec(leaves=(leaf,))
    whole = workspace.add_job("generate", spec, "Generate")
    assert run_to_end(whole).status == "done"
    expected = {sample.id for sample in read_samples(whole)}
    finished: dict[str, Sample] = {}
    broken = workspace.add_job("generate", spec, "Generate")
    path = broken.path / "samples.jsonl"
    draw = random.Random(11)
    for _ in range(4):
        seen = len(replay(path, Sample))
        wanted = seen + draw.randrange(1, max(2, len(expected) // 5))
        if not kill_when(broken, lambda wanted=wanted: len(replay(path, Sample)) >= wanted):  # type: ignore[misc]
            break
        journal = replay(path, Sample)
        assert len(journal) >= wanted
        assert len(journal) == len({sample.id for sample in journal})
        finished |= {sample.id: sample for sample in journal}
    assert run_to_end(broken).status == "done"
    ended = read_samples(broken)
    assert ended == read_samples(whole), "the same ids and the same texts"
    assert all(sample == finished.get(sample.id, sample) for sample in ended)
