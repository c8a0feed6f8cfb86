"""Datasets beside each other and mixed: counts that add up, nothing twice, no exam question among the samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from labdesk.core.errors import JobError
from labdesk.core.exam.question import ExamQuestion
from labdesk.core.samples import dataset
from labdesk.core.samples.dataset import DatasetAbout
from labdesk.core.samples.sample import Provenance, Sample
from labdesk.core.workspace import Workspace
from labdesk.jobs.dataset_mixing import compare, mix

LEAF, OTHER = "knowledge/places/marrowby_light", "knowledge/places/elsewhere"


def sample(number: int, leaf: str = LEAF, question: str = "") -> Sample:
    return Sample(
        id=f"{leaf}{number}", leaf=leaf, root="knowledge", form="short", origin="seed", fact=f"f{number}",
        question=question or f"What is thing number {number} called?", answer=f"Thing {number}",
        provenance=Provenance(block="seeds"),
    )  # fmt: skip


def question(number: int) -> ExamQuestion:
    return ExamQuestion(
        id=f"q{number}",
        leaf=LEAF,
        fact=f"f{number}",
        question=f"Which exam thing stands at place {number}?",
        answer="It.",
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "ws")


def frozen(workspace: Workspace, name: str, train: list[Sample], exam: list[ExamQuestion]) -> Path:
    folder = workspace.datasets_folder / name
    dataset.freeze(folder, DatasetAbout(name=name, job="job"), train, exam)
    return folder


def test_two_datasets_are_compared_leaf_by_leaf(workspace: Workspace) -> None:
    one = frozen(workspace, "one", [sample(1), sample(2), sample(3)], [])
    other = frozen(workspace, "other", [sample(2), sample(3), sample(4), sample(5, OTHER)], [])
    first, second = compare(one, other)
    assert (first.leaf, first.both, first.only_first, first.only_second) == (LEAF, 2, 1, 1)
    assert (second.leaf, second.both, second.only_first, second.only_second) == (OTHER, 0, 0, 1)
    assert compare(one, one)[0].both == 3


def test_a_mix_holds_everything_once_and_no_exam_question(workspace: Workspace) -> None:
    leak = sample(9, question="Which exam thing stands at place 2?")
    one = frozen(workspace, "one", [sample(1), sample(2), leak], [question(1)])
    other = frozen(workspace, "other", [sample(2), sample(3)], [question(1), question(2)])
    made = mix(workspace, [one, other])
    found = dataset.read(made.dataset)
    assert (made.samples, made.held_out) == (3, 1)
    assert sorted(row.answer for row in found.train) == ["Thing 1", "Thing 2", "Thing 3"]
    assert [one.id for one in found.exam] == ["q1", "q2"]
    assert found.about.name == "one and other"
    assert mix(workspace, [one, other]).dataset == made.dataset
    assert len(dataset.read(one).train) == 3


def test_one_dataset_is_no_mix(workspace: Workspace) -> None:
    with pytest.raises(JobError):
        mix(workspace, [frozen(workspace, "one", [sample(1)], [])])
