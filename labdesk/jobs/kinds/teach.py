"""The whole job: generate, let the student answer everyday questions, examine, train, merge, examine again.

It loads no model itself. Each step is a child job in a process of its own, one after another, so that teacher and
trainer are never in memory together, and a step that died is continued by starting `teach` again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from labdesk.core.events import LAST_EVENTS, Artifact, Done, Event, Hello, Note, Stage
from labdesk.core.exam.report import build_report, write_report
from labdesk.core.exam.sitting import read_sitting
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.core.specs import ExamSpec, GenerateSpec, ReplaySpec, TeachSpec, TrainSpec
from labdesk.core.workspace import Workspace
from labdesk.engine.context import JobContext
from labdesk.jobs.datasets import freeze_generation
from labdesk.jobs.follow import failure, run_to_end
from labdesk.jobs.steps import add_step, read_steps

Spec = TeachSpec

_EXAMS = {
    "before": "Examine the model as it is",
    "between": "Examine what the knowledge phase taught",
    "after": "Examine the taught model",
}
STEPS = ("generate", "replay", "exam-before", "train", "exam-between", "exam-after")


class Teacher:
    """Walks the steps of one teach job."""

    def __init__(self, spec: TeachSpec, context: JobContext) -> None:
        self.spec = spec
        self.context = context
        self.workspace = Workspace.open(context.workspace)
        self.steps = read_steps(context.folder)
        self._shown = 0

    def run(self) -> Done:
        spec = self.spec
        dataset = spec.dataset or self.generate()
        if spec.dataset:
            self.context.report(Artifact("dataset", dataset))
        rehearsal = self.step(
            "replay",
            "replay",
            "Let the student answer everyday questions",
            lambda: ReplaySpec(student=spec.student, recipe=spec.recipe),
        )
        before = self.exam("before", dataset, spec.student)
        run = str(self.workspace.runs_folder / self.context.folder.name)
        training = self.step(
            "train",
            "train",
            "Train in two phases",
            lambda: TrainSpec(
                dataset=dataset, run=run, student=spec.student, replay=artifact(rehearsal, "replay"), recipe=spec.recipe
            ),
        )
        merged = artifact(training, "merged")
        between = self.exam_between(dataset, Path(run))
        after = self.exam("after", dataset, merged)
        report = self.report(Path(run), before, between, after)
        self.context.report(Artifact("merged", merged))
        self.context.report(Artifact("report", report))
        return Done("Your model is taught.", f"Ask it something: labdesk chat --model {merged} --prompt “…”")

    def generate(self) -> str:
        """Have the samples written; the folder of the dataset made of them."""
        spec = self.spec
        generation = self.step(
            "generate",
            "generate",
            "Write samples",
            lambda: GenerateSpec(
                leaves=spec.leaves, teacher=spec.teacher, seed=spec.seed, recipe=spec.recipe, inputs=spec.inputs
            ),
        )
        return self.freeze(generation)

    def step(self, name: str, kind: str, title: str, make_spec: Callable[[], Any]) -> JobState:
        """Run (or continue, or just look up) one child job and return its final state."""
        self.context.raise_if_stopped()
        job = self._child(name, kind, title, make_spec)
        self.context.report(Stage(name, title, STEPS.index(name), len(STEPS)))
        state = job.state()
        if state.status == "done":
            return state
        state = run_to_end(job, self._show, self.context.should_stop)
        if state.failed is not None:
            raise failure(state.failed)
        self.context.raise_if_stopped()
        return state

    def _child(self, name: str, kind: str, title: str, make_spec: Callable[[], Any]) -> JobFolder:
        if name in self.steps:
            return self.workspace.job(self.steps[name])
        job = self.workspace.add_job(kind, make_spec(), title, parent=self.context.folder.name)
        add_step(self.context.folder, name, job.id)
        self.steps[name] = job.id
        self.context.report(Artifact("job", str(job.path)))
        return job

    def _show(self, event: Event) -> None:
        """Pass a child's event on as this job's own; its beginning and end are not ours."""
        if isinstance(event, (Hello, *LAST_EVENTS)):
            return
        if isinstance(event, Stage):
            event = Stage(event.name, event.title)  # part of a step: the steps are what is numbered
        self.context.report(event)

    def freeze(self, generation: JobState) -> str:
        """Freeze the generation's samples (less what the person rejected) into a dataset; its folder's path."""
        job = self.workspace.job(self.steps["generate"])
        dataset = freeze_generation(self.workspace, job)
        self.context.report(Artifact("dataset", str(dataset)))
        return str(dataset)

    def exam(self, side: str, dataset: str, model: str, adapter: str = "") -> JobState:
        spec = ExamSpec(dataset=dataset, model=model, adapter=adapter, side=side)
        return self.step(f"exam-{side}", "exam", _EXAMS[side], lambda: spec)

    def exam_between(self, dataset: str, run: Path) -> JobState | None:
        """The exam after the knowledge phase, where skills came after it: what did they cost?"""
        adapters = [run / phase / "adapter.gguf" for phase in ("knowledge", "skills")]
        if not all(adapter.is_file() for adapter in adapters):
            return None
        return self.exam("between", dataset, self.spec.student, str(adapters[0]))

    def report(self, run: Path, before: JobState, between: JobState | None, after: JobState) -> str:
        """Write the exam report of this run; the HTML file's path."""
        first, second = (read_sitting(Path(artifact(state, "sitting"))) for state in (before, after))
        found = build_report(
            self.context.folder.name,
            first.questions,
            first.by_id(),
            second.by_id(),
            between=read_sitting(Path(artifact(between, "sitting"))).by_id() if between else None,
            model_before=first.model,
            model_after="the taught model",
        )
        page = write_report(found, run / "exam")
        self.context.report(Note(found.verdict.headline))
        return str(page)


def artifact(state: JobState, kind: str) -> str:
    """The path of an artifact that a finished step must have left."""
    path = state.artifact(kind)
    assert path is not None, f"a finished job has no artifact {kind}"
    return path


def run(spec: TeachSpec, context: JobContext) -> Done:
    """Do the whole job, or go on where it stopped."""
    return Teacher(spec, context).run()
