"""A handful of rows before the whole generation: is this teacher any good at these leaves?

samples.jsonl   what it wrote, kept or not; no dataset is ever made of it
"""

from __future__ import annotations

from labdesk.core.events import Done, Note, Progress, SampleMade, Stage
from labdesk.core.exam.held_out import exam_for
from labdesk.core.samples.funnel import lost_at
from labdesk.core.samples.sample import Sample
from labdesk.core.specs import PreviewSpec
from labdesk.core.storage import Journal
from labdesk.engine.context import JobContext
from labdesk.engine.pipeline.pipeline import Pipeline
from labdesk.engine.pipeline.seams import Kit
from labdesk.jobs.datasets import SAMPLES
from labdesk.jobs.forecast import english, style_of
from labdesk.jobs.materials import read_material
from labdesk.jobs.pipelines import edited_folder, pipeline_for
from labdesk.jobs.teacher import open_teacher

Spec = PreviewSpec


def run(spec: PreviewSpec, context: JobContext) -> Done:
    """Write `rows` rows, spread over the first leaves (seconds of work, so a stopped start begins again).

    Raises GenerationError, DocumentError, ModelError, JobStopped.
    """
    taxonomy = context.workspace / "taxonomy"
    leaves = spec.leaves[: spec.rows]
    style, book = style_of(spec.teacher), english()
    pipelines = edited_folder(context.workspace)
    kept = made = 0
    context.report(Stage("preview", "Load the teacher", 0, 1))
    journal = Journal(context.folder / SAMPLES)
    try:
        with open_teacher(spec.teacher, context, 0) as runtime:
            kit = Kit(runtime, book, seed=spec.seed, should_stop=context.should_stop)
            for number, leaf in enumerate(leaves):
                material, notes = read_material(taxonomy, leaf)
                for note in notes:
                    context.report(Note(note))
                context.report(Stage("preview", f"Try “{material.title}”", number, len(leaves)))
                count = spec.rows // len(leaves) + (number < spec.rows % len(leaves))
                held_out = exam_for(material, taxonomy / leaf, spec.seed)
                for sample in Pipeline(pipeline_for(material, style, pipelines), kit).preview(
                    material, count, held_out
                ):
                    journal.append(sample, durable=False)
                    context.report(_made(sample))
                    made, kept = made + 1, kept + sample.kept
                context.report(Progress(made, spec.rows, "rows"))
    finally:
        journal.close()
    return Done(f"{kept} of {made} rows would be kept.", "Generate all of them, or choose another teacher.")


def _made(sample: Sample) -> SampleMade:
    return SampleMade(
        id=sample.id, leaf=sample.leaf, question=sample.question, answer=sample.answer, kept=sample.kept,
        reason=sample.reason, lost_at=lost_at(sample),
    )  # fmt: skip
