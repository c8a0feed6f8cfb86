"""Proposes question-answer pairs for a leaf: written by the teacher, filtered, and left for a person to accept.

samples.jsonl   every draft, kept or not, with the reason. Nothing is written into the taxonomy.
"""

from __future__ import annotations

import time

import msgspec

from labdesk.core import paths
from labdesk.core.errors import GenerationError
from labdesk.core.events import Done, Progress, SampleMade, Stage
from labdesk.core.samples.funnel import lost_at
from labdesk.core.samples.material import Material, material_of
from labdesk.core.samples.phrasebook import read_phrasebook
from labdesk.core.samples.sample import Sample
from labdesk.core.samples.statements import statements
from labdesk.core.specs import DraftSpec
from labdesk.core.storage import Journal, replay
from labdesk.core.taxonomy.leaf import LeafKind, read_leaf
from labdesk.engine.context import JobContext
from labdesk.engine.pipeline.definition import read_pipeline
from labdesk.engine.pipeline.pipeline import Pipeline
from labdesk.engine.pipeline.seams import Kit
from labdesk.jobs.datasets import SAMPLES
from labdesk.jobs.forecast import style_of
from labdesk.jobs.teacher import open_teacher

Spec = DraftSpec

#: With one example nothing shows what all have in common.
LEAST_EXAMPLES = 2
#: Few at a time: somebody waits for the first ones.
_WAVE = 8
#: Before this, a rate says nothing about the time left.
_SETTLED_SECONDS = 3.0
_NEXT = "Accept what is good, mend what nearly is, discard the rest."


def run(spec: DraftSpec, context: JobContext) -> Done:
    """Draft what an earlier start did not. Raises GenerationError when there is nothing to ask about, ModelError."""
    material = _material(spec, context)
    skill = material.kind != "knowledge"
    style = style_of(spec.teacher)
    definition = read_pipeline(paths.resources() / "pipelines" / f"draft-{material.kind}-{style}.yaml")
    context.report(Stage("load", "Load the teacher", 0, 2))
    done = {sample.id: sample for sample in replay(context.folder / SAMPLES, Sample)}
    with open_teacher(spec.teacher, context, 0) as runtime:
        book = read_phrasebook(paths.resources() / "phrasing" / "english.json")
        kit = Kit(runtime, book, seed=spec.seed, wave=_WAVE, should_stop=context.should_stop)
        pipeline = Pipeline(definition, kit)
        total = sum(pipeline.plan(material).values())
        if total == len(material.seeds):
            raise GenerationError(
                "There is nothing in this passage that a short question could ask for.",
                cause="No name, number, day or thing was found in its sentences. The rules for this know English only.",
                remedy="Choose a passage with facts in it, or write the questions by hand.",
            )
        context.report(Stage("draft", "Write examples" if skill else "Write questions", 1, 2))
        journal = Journal(context.folder / SAMPLES)

        started, before = time.monotonic(), len(done)

        def add(sample: Sample) -> None:
            journal.append(sample, durable=False)
            done[sample.id] = sample
            if sample.origin != "seed":
                context.report(_event(sample))
            seconds = time.monotonic() - started
            left = seconds * (total - len(done)) / (len(done) - before) if seconds > _SETTLED_SECONDS else None
            context.report(Progress(len(done), total, "tries", "Writing", left))

        try:
            pipeline.run(material, dict(done), add)
        except GenerationError:
            pass  # nothing was kept: said below in words that fit
        finally:
            journal.close()
    return _result([sample for sample in done.values() if sample.origin != "seed"], runtime.name, skill=skill)


def _material(spec: DraftSpec, context: JobContext) -> Material:
    """The leaf with the passage as its document; a skill with its own examples. Raises GenerationError."""
    taxonomy = context.workspace / "taxonomy"
    leaf = read_leaf(taxonomy / spec.leaf, taxonomy)
    own = material_of(leaf, {})
    if leaf.kind is LeafKind.KNOWLEDGE:
        sentences, paragraphs, _heading = statements("passage", spec.passage, leaf.title)
        return msgspec.structs.replace(own, statements=tuple(sentences), paragraphs=tuple(paragraphs))
    if len(own.seeds) < LEAST_EXAMPLES:
        raise GenerationError(
            f"“{leaf.title}” has fewer than {LEAST_EXAMPLES} examples.",
            cause="The teacher goes on in the manner of what you wrote; one example does not show what they share.",
            remedy=f"Write {LEAST_EXAMPLES} examples by hand, then ask again.",
        )
    return own


def _event(sample: Sample) -> SampleMade:
    return SampleMade(
        id=sample.id, leaf=sample.leaf, question=sample.question, answer=sample.answer, kept=sample.kept,
        reason=sample.reason, lost_at=lost_at(sample), context=sample.context,
    )  # fmt: skip


def _result(made: list[Sample], teacher: str, *, skill: bool) -> Done:
    """Raises GenerationError when no draft passed the checks: an empty result is no success."""
    kept = sum(sample.kept for sample in made)
    if kept:
        return Done(f"{kept} of {len(made)} tries are worth a look.", _NEXT)
    reasons = [sample.reason for sample in made]
    often = max(set(reasons), key=reasons.count) if reasons else ""
    raise GenerationError(
        f"{teacher} {'wrote no example' if skill else 'found no question'} that passes the checks.",
        cause=f"Most often: {often}" if often else "",
        remedy="Add another example by hand, so that the pattern is plainer, or choose a larger teacher in Settings."
        if skill
        else "Choose another passage, a larger teacher in Settings, or write the questions by hand.",
    )
