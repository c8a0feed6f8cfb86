"""Holds an exam: the held-out questions of a dataset and the general ones, asked of one model, closed-book."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from labdesk.core import paths
from labdesk.core.events import Artifact, Done, Note, Progress, Stage
from labdesk.core.exam.choices import Choice, write_choices
from labdesk.core.exam.general import read_general
from labdesk.core.exam.question import ExamAnswer, ExamQuestion
from labdesk.core.exam.sitting import Sitting, write_sitting
from labdesk.core.samples import dataset
from labdesk.core.specs import ExamSpec
from labdesk.core.storage import Journal, replay
from labdesk.engine.context import JobContext
from labdesk.engine.exam.choosing import choose, multiple_choice
from labdesk.engine.exam.examiner import examine
from labdesk.engine.pipeline.definition import read_pipeline
from labdesk.engine.pipeline.seams import Kit
from labdesk.engine.runtimes import Runtime
from labdesk.engine.runtimes.scripted import ScriptedRuntime
from labdesk.jobs.forecast import english
from labdesk.jobs.materials import read_material
from labdesk.jobs.open_model import open_model

Spec = ExamSpec


def run(spec: ExamSpec, context: JobContext) -> Done:
    """Ask what was not answered by an earlier start. Raises ExamError, ModelError, StorageError, JobStopped."""
    held_out = dataset.read(Path(spec.dataset)).exam
    questions = (*held_out, *read_general(paths.resources() / "exam" / "general.jsonl"))
    answered = {answer.question: answer for answer in replay(context.folder / "answers.jsonl", ExamAnswer)}
    missing = [question for question in questions if question.id not in answered]
    context.report(Stage(spec.side, f"Ask {len(questions)} questions", 0, 1))
    started = time.monotonic()
    journal = Journal(context.folder / "answers.jsonl")

    def on_answer(_question: ExamQuestion, answer: ExamAnswer) -> None:
        journal.append(answer, durable=False)
        answered[answer.question] = answer
        context.report(Progress(len(answered), len(questions), "questions", "Asking"))

    try:
        with open_model(spec.model, spec.adapter) as runtime:
            name = runtime.name
            if missing:
                examine(runtime, missing, should_stop=context.should_stop, on_answer=on_answer)
            if spec.choices:
                _ask_choices(held_out, runtime, context)
    finally:
        journal.close()
    seconds = time.monotonic() - started
    answers = tuple(answered[question.id] for question in questions)
    sitting = Sitting(model=name, questions=questions, answers=answers, seconds=seconds)
    context.report(Artifact("sitting", str(write_sitting(context.folder, sitting))))
    return Done(f"{len(answers)} questions answered.")


def _ask_choices(held_out: Sequence[ExamQuestion], runtime: Runtime, context: JobContext) -> None:
    """Ask the held-out questions as multiple choice, as far as the documents hold wrong answers of the same kind.

    Raises JobStopped, ModelError, GenerationError, DocumentError.
    """
    context.report(Stage("choices", "Ask again with choices", 0, 1))
    definition = read_pipeline(paths.resources() / "pipelines" / "knowledge-choices.yaml")
    kit = Kit(ScriptedRuntime(), english(), should_stop=context.should_stop)
    choices: list[Choice] = []
    for leaf in dict.fromkeys(question.leaf for question in held_out):
        material, _notes = read_material(context.workspace / "taxonomy", leaf)
        choices += multiple_choice(definition, material, [one for one in held_out if one.leaf == leaf], kit)
    chosen = choose(runtime, choices, context.should_stop)
    context.report(Artifact("choices", str(write_choices(context.folder, chosen))))
    right = sum(one.correct for one in chosen)
    context.report(Note(f"Multiple choice: {right} of {len(chosen)} right; guessing gives {len(chosen) / 4:.0f}."))
