"""Multiplies the seed examples of the chosen leaves into samples: first the exam is set aside, then the pipeline runs.

exam.json       the held-out questions, chosen before anything is generated
samples.jsonl   every sample, kept or not, as soon as it is judged
prompts.jsonl   every prompt that samples were made with
coverage.json   the fact ledger of each leaf, and how many samples teach each fact
pipelines/      the pipelines that run, as they were at the first start
engine.json     how the first start set the teacher up
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import closing

from labdesk.core.errors import LabdeskError
from labdesk.core.events import Artifact, Done, Funnel, Metric, Note, Progress, SampleMade, Stage
from labdesk.core.exam.held_out import exam_for
from labdesk.core.exam.question import ExamQuestion
from labdesk.core.git.marks import mark_version
from labdesk.core.samples.funnel import PLANNED, FunnelCounts, lost_at
from labdesk.core.samples.ledger import COVERED_FROM, coverage
from labdesk.core.samples.material import Material
from labdesk.core.samples.prompt_log import PromptWriter
from labdesk.core.samples.sample import Sample
from labdesk.core.specs import GenerateSpec
from labdesk.core.storage import Journal, read_json, replay, write_json
from labdesk.engine.context import JobContext
from labdesk.engine.pipeline.pipeline import Pipeline
from labdesk.engine.pipeline.seams import Kit, wave_for
from labdesk.engine.pipeline.within_budget import within_budget
from labdesk.jobs.datasets import EXAM, SAMPLES
from labdesk.jobs.forecast import english, planned_loads, style_of
from labdesk.jobs.materials import read_material
from labdesk.jobs.pipelines import keep_for_job, pipeline_for
from labdesk.jobs.teacher import measured_speed, open_teacher

Spec = GenerateSpec
COVERAGE = "coverage.json"

#: Before this, a rate says nothing about the time left.
SETTLED_SECONDS = 3.0


def run(spec: GenerateSpec, context: JobContext) -> Done:
    """Make the samples that an earlier start did not. Raises GenerationError, DocumentError, ModelError, JobStopped."""
    _mark(len(spec.leaves), context)
    found = [read_material(context.workspace / "taxonomy", leaf) for leaf in spec.leaves]
    for note in dict.fromkeys(note for _material, notes in found for note in notes):
        context.report(Note(note))
    materials = [material for material, _notes in found]
    exam = _set_exam_aside(materials, spec, context)
    style, book = style_of(spec.teacher), english()
    pipelines = keep_for_job(context.folder, context.workspace, (one.kind for one in materials), style)
    loads = planned_loads(materials, style, book, spec.seed, spec.budget, pipelines)
    tokens = sum(load.rows * load.max_tokens for leaf in loads.values() for load in leaf)
    planned = {leaf: sum(load.rows for load in blocks) for leaf, blocks in loads.items()}
    with (
        closing(_Counter(context, planned)) as counter,
        closing(PromptWriter(context.folder)) as prompts,
        open_teacher(spec.teacher, context, tokens) as runtime,
    ):
        wave = wave_for(runtime.parallel)
        kit = Kit(runtime, book, seed=spec.seed, wave=wave, should_stop=context.should_stop, on_prompt=prompts.add)
        limit = measured_speed(spec.teacher)
        counter.speeds = lambda: _speeds(kit, limit)
        for number, material in enumerate(materials):
            title = f"Write samples for “{material.title}”"
            context.report(Stage(f"generate:{material.leaf}", title, number, len(materials)))
            held_out = [question for question in exam if question.leaf == material.leaf]
            definition = within_budget(pipeline_for(material, style, pipelines), material, kit, spec.budget)
            Pipeline(definition, kit).run(material, counter.done, counter.add, held_out)
            counter.show(material.leaf)
    covered = _keep_coverage(materials, counter.done.values(), context)
    kept = counter.funnel.of()["kept"]
    return Done(
        f"{kept} of {counter.funnel.of()['asked']} samples kept. {covered}", "Review them, or train on them now."
    )


def _keep_coverage(materials: list[Material], samples: Iterable[Sample], context: JobContext) -> str:
    """Measure what the samples teach of each leaf's facts, keep it, and say it in a sentence."""
    rows = list(samples)
    found = [coverage(material, rows) for material in materials]
    write_json(context.folder / COVERAGE, found)
    context.report(Artifact("coverage", str(context.folder / COVERAGE)))
    for material, one in zip(materials, found, strict=True):
        thin = [row for row in one.thin if row.fact.quote]  # what a skill teaches is not in any one example
        if thin:
            worst = min(thin, key=lambda row: row.kept)
            few = f"{len(thin)} of {len(one.facts)} facts have fewer than {COVERED_FROM} samples"
            such = f"such as number {worst.fact.number}: “{worst.fact.quote[:120]}”"
            context.report(Note(f"{material.title}: {few}, {such} {worst.reason}".strip()))
    return f"{sum(one.covered for one in found)} of {sum(len(one.facts) for one in found)} facts are covered."


def _mark(leaves: int, context: JobContext) -> None:
    """Remember what is taught from, to show later what changed since. Nothing depends on it."""
    try:
        mark_version(context.workspace / "taxonomy", f"{leaves} {'leaf' if leaves == 1 else 'leaves'}", "generation")
    except LabdeskError as error:
        context.report(Note(f"This state of the taxonomy could not be marked: {error.message}"))


def _speeds(kit: Kit, limit: float) -> dict[str, float]:
    """Tokens per second so far, and the fastest that was measured for this teacher here (if it was)."""
    rate = kit.generated_tokens / kit.seconds if kit.seconds else 0.0
    return {"tokens_per_second": rate} | ({"tokens_per_second_limit": limit} if limit else {})


def _set_exam_aside(materials: list[Material], spec: GenerateSpec, context: JobContext) -> list[ExamQuestion]:
    """The held-out questions of all leaves: those of an earlier start, or chosen now and written before any sample."""
    path = context.folder / EXAM
    if not path.exists():
        taxonomy = context.workspace / "taxonomy"
        write_json(path, [question for one in materials for question in exam_for(one, taxonomy / one.leaf, spec.seed)])
    return read_json(path, list[ExamQuestion])


class _Counter:
    """Keeps every sample on disk and tells how far the work is. `planned`: samples to come, by leaf."""

    def __init__(self, context: JobContext, planned: dict[str, int]) -> None:
        self._context = context
        path = context.folder / SAMPLES
        self.done = {sample.id: sample for sample in replay(path, Sample)}
        self.funnel = FunnelCounts(self.done.values())
        self._planned = planned
        self.total = sum(planned.values())
        self._journal = Journal(path)
        self.speeds: Callable[[], dict[str, float]] = dict
        self._started: float | None = None  # when the first sample of this start came
        self._before = len(self.done)
        self._shown = 0.0
        for leaf in planned:
            self._show_leaf(leaf)

    def add(self, sample: Sample) -> None:
        """Record one sample. What the teacher wrote is flushed to the disk; what a rule makes again is not."""
        self._started = self._started or time.monotonic()
        self._journal.append(sample, durable=bool(sample.provenance.teacher))
        self.done[sample.id] = sample
        self.funnel.add(sample)
        made = SampleMade(
            id=sample.id, leaf=sample.leaf, question=sample.question, answer=sample.answer, kept=sample.kept,
            reason=sample.reason, lost_at=lost_at(sample),
        )  # fmt: skip
        self._context.report(made)
        if time.monotonic() - self._shown > 0.5:
            self.show(sample.leaf)

    def show(self, leaf: str) -> None:
        """Report the funnels and the progress."""
        self._shown = time.monotonic()
        self._context.report(Funnel("", self.funnel.of()))
        self._show_leaf(leaf)
        seconds = time.monotonic() - (self._started or time.monotonic())
        rate = max(1, len(self.done) - self._before) / max(seconds, 1e-3)
        self.total = max(self.total, len(self.done))  # what is hard is tried more often than planned
        left = (self.total - len(self.done)) / rate if seconds > SETTLED_SECONDS else None
        self._context.report(Metric(len(self.done), self.speeds()))
        self._context.report(Progress(len(self.done), self.total, "samples", "Writing", left))

    def _show_leaf(self, leaf: str) -> None:
        self._context.report(Funnel(leaf, {**self.funnel.of(leaf), PLANNED: self._planned.get(leaf, 0)}))

    def close(self) -> None:
        self._journal.close()
