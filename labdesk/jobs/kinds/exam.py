"""Holds an exam: the held-out questions of a dataset and the general ones, asked of one model, closed-book."""

from __future__ import annotations

import time
from pathlib import Path

from labdesk.core import paths
from labdesk.core.events import Artifact, Done, Progress, Stage
from labdesk.core.exam.general import read_general
from labdesk.core.exam.question import ExamAnswer, ExamQuestion
from labdesk.core.exam.sitting import Sitting, write_sitting
from labdesk.core.samples import dataset
from labdesk.core.specs import ExamSpec
from labdesk.core.storage import Journal, replay
from labdesk.engine.context import JobContext
from labdesk.engine.exam.examiner import examine
from labdesk.jobs.open_model import open_model

Spec = ExamSpec


def run(spec: ExamSpec, context: JobContext) -> Done:
    """Ask what was not answered by an earlier start. Raises ExamError, ModelError, StorageError, JobStopped."""
    questions = (*dataset.read(Path(spec.dataset)).exam, *read_general(paths.resources() / "exam" / "general.jsonl"))
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
    finally:
        journal.close()
    seconds = time.monotonic() - started
    answers = tuple(answered[question.id] for question in questions)
    sitting = Sitting(model=name, questions=questions, answers=answers, seconds=seconds)
    context.report(Artifact("sitting", str(write_sitting(context.folder, sitting))))
    return Done(f"{len(answers)} questions answered.")
