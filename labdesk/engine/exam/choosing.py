"""Asks a model multiple-choice questions closed-book: the choice it finds likeliest counts, nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from labdesk.core.errors import GenerationError, JobStopped
from labdesk.core.exam.choices import Choice, Chosen, from_lines
from labdesk.core.exam.question import ExamQuestion
from labdesk.core.models.chat_template import Message
from labdesk.core.samples.material import Material, Seed
from labdesk.core.samples.sample import Sample
from labdesk.engine.pipeline.definition import PipelineDefinition
from labdesk.engine.pipeline.pipeline import Pipeline
from labdesk.engine.pipeline.seams import Kit
from labdesk.engine.runtimes import Runtime, Scored, Scoring, normalised


def multiple_choice(
    definition: PipelineDefinition, material: Material, questions: Sequence[ExamQuestion], kit: Kit
) -> list[Choice]:
    """The questions of one leaf with choices, as the pipeline makes them; [] where the document holds no wrong answers
    of their kind. Raises GenerationError for a broken pipeline."""
    pipeline = Pipeline(definition, kit)
    seeds = tuple(Seed(fact=one.id, question=one.question, answer=one.answer) for one in questions)
    made: list[Sample] = []
    try:
        pipeline.run(msgspec.structs.replace(material, seeds=seeds), {}, made.append)
    except GenerationError:  # not one could be made, which is no fault of the exam
        return []
    return [_as_choice(sample) for sample in made if sample.kept]


def _as_choice(sample: Sample) -> Choice:
    question, choices = from_lines(sample.question)
    right = ord(sample.answer[0]) - ord("A")
    return Choice(id=sample.id, leaf=sample.leaf, fact=sample.fact, question=question, choices=choices, right=right)


def choose(
    runtime: Runtime, choices: Sequence[Choice], should_stop: Callable[[], bool] = lambda: False
) -> list[Chosen]:
    """What the model chooses, in order. The choices are not shown: each is scored as the answer to the bare question,
    by its mean log-probability per token, so that neither its letter nor its length decides.

    Raises JobStopped, ModelError.
    """
    found: dict[str, Scored] = {}
    requests = [Scoring(one.id, runtime.chat_prompt([Message("user", one.question)]), one.choices) for one in choices]
    runtime.score(requests, lambda scored: found.update({scored.key: scored}), should_stop)
    if len(found) < len(requests):
        raise JobStopped
    return [_chosen(one, found[one.id]) for one in choices]


def _chosen(choice: Choice, scored: Scored) -> Chosen:
    means = [total / max(1, count) for total, count in zip(scored.logprobs, scored.tokens, strict=True)]
    return Chosen(choice=choice, chosen=means.index(max(means)), probability=normalised(means)[choice.right])
