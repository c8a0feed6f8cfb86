"""Freezing a generation: the exam's questions stay out, and nothing else does."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from labdesk.core.exam.question import ExamQuestion
from labdesk.core.samples import dataset
from labdesk.core.samples.sample import Provenance, Sample
from labdesk.core.specs import GenerateSpec
from labdesk.core.storage import Journal, write_json
from labdesk.core.workspace import Workspace
from labdesk.jobs.datasets import EXAM, SAMPLES, freeze_generation

LEAF = "compositional_skills/visitor_book"
TASK = "Write the line for the visitor board."


def a_sample(key: str, question: str, context: str) -> Sample:
    return Sample(
        id=key, leaf=LEAF, root="compositional_skills", form="short", origin="seed", fact=key, question=question,
        answer="Anna West | 2 guests | Ashby", context=context, provenance=Provenance(block="seeds"),
    )  # fmt: skip


def test_a_grounded_skill_is_trained_though_its_exam_sets_the_same_task(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "curriculum")
    job = workspace.add_job("generate", GenerateSpec(leaves=(LEAF,)), "Generate")
    taught = a_sample("1", TASK, "Anna West came from Ashby with 2 guests.")
    leaked = a_sample("2", TASK, "Laura Finch came from Oldwick with 6 guests.")
    held_out = ExamQuestion(
        id="x", leaf=LEAF, question=TASK, answer="Laura Finch | 6 guests | Oldwick", context=leaked.context
    )
    with closing(Journal(job.path / SAMPLES)) as journal:
        journal.append(taught)
        journal.append(leaked)
    write_json(job.path / EXAM, [held_out])
    assert [sample.id for sample in dataset.read(freeze_generation(workspace, job)).train] == ["1"]
