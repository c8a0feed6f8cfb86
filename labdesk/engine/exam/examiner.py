"""Asks a model the questions of an exam, closed-book, all at once, and scores what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from labdesk.core.errors import ExamError, JobStopped
from labdesk.core.exam.question import ExamAnswer, ExamQuestion
from labdesk.core.exam.scoring import score
from labdesk.core.models.chat_template import Message
from labdesk.engine.runtimes import Completed, Completion, Runtime

#: An answer needs no more: key words come early, and a model that rambles is not helped by rambling longer.
ANSWER_TOKENS = 64


def examine(
    runtime: Runtime,
    questions: Sequence[ExamQuestion],
    *,
    should_stop: Callable[[], bool] = lambda: False,
    on_answer: Callable[[ExamQuestion, ExamAnswer], None] = lambda question, answer: None,
    max_tokens: int = ANSWER_TOKENS,
) -> dict[str, ExamAnswer]:
    """The answer to each question by its id. Temperature 0, the model's own chat template and default system prompt.

    The source document is never shown; only grounded skills see their context. Raises ExamError when there is no
    question, JobStopped when asked to stop, ModelError from the engine.
    """
    if not questions:
        raise ExamError(
            "There is no question to ask.",
            cause="The dataset has no held-out questions.",
            remedy="Generate again: one question per fact is held out then.",
        )
    by_id = {question.id: question for question in questions}
    answers: dict[str, ExamAnswer] = {}

    def on_done(done: Completed) -> None:
        question = by_id[done.key]
        text = done.text.strip()
        answers[done.key] = ExamAnswer(question=done.key, text=text, score=score(question, text))
        on_answer(question, answers[done.key])

    runtime.complete([_request(runtime, question, max_tokens) for question in by_id.values()], on_done, should_stop)
    if len(answers) < len(by_id):
        raise JobStopped
    return answers


def _request(runtime: Runtime, question: ExamQuestion, max_tokens: int) -> Completion:
    asked = f"{question.context}\n\n{question.question}" if question.context else question.question
    prompt = runtime.chat_prompt([Message("user", asked)])
    return Completion(
        key=question.id,
        prompt=prompt,
        max_tokens=max_tokens if question.scoring == "contains" else 4 * max_tokens,
        prefix_chars=max(0, prompt.find(asked)),
    )
