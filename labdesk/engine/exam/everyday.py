"""Lets the student answer everyday questions before it learns; rehearsing its answers keeps it from forgetting.

Self-made general rows as replay: arXiv 2506.09428; LAB's replay buffer (arXiv 2403.01081) would need its training data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from labdesk.core.errors import GenerationError, JobStopped
from labdesk.core.exam.question import GENERAL
from labdesk.core.models.chat_template import Message
from labdesk.core.samples.identity import sample_id
from labdesk.core.samples.sample import Provenance, Sample
from labdesk.engine.runtimes import Completed, Completion, Runtime
from labdesk.engine.trainers.rows import CUT


class _Line(msgspec.Struct, frozen=True):
    question: str


def read_prompts(path: Path) -> list[str]:
    """The questions of a JSON-lines file {"question"}. Raises GenerationError when it is missing or damaged."""
    try:
        lines = path.read_bytes().splitlines()
        return [msgspec.json.decode(line, type=_Line).question for line in lines if line.strip()]
    except (OSError, msgspec.DecodeError) as error:
        raise GenerationError(
            "The everyday questions could not be read.", cause=f"{path.name}: {error}", remedy="Install labdesk again."
        ) from error


def answer_everyday(
    runtime: Runtime,
    questions: Sequence[str],
    max_tokens: int,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    on_answer: Callable[[int], None] = lambda count: None,
) -> list[Sample]:
    """One replay sample per question, in order, at temperature 0. An answer that was cut off teaches no end.

    Raises JobStopped when asked to stop, ModelError from the engine.
    """
    answers: dict[str, Completed] = {}

    def on_done(done: Completed) -> None:
        answers[done.key] = done
        on_answer(len(answers))

    prompts = {question: runtime.chat_prompt([Message("user", question)]) for question in questions}
    requests = [
        Completion(key=question, prompt=prompt, max_tokens=max_tokens, prefix_chars=max(0, prompt.find(question)))
        for question, prompt in prompts.items()
    ]
    runtime.complete(requests, on_done, should_stop)
    if len(answers) < len(prompts):
        raise JobStopped
    return [
        _sample(question, answers[question], runtime.name) for question in prompts if answers[question].text.strip()
    ]


def _sample(question: str, answer: Completed, student: str) -> Sample:
    cut = CUT if answer.finish == "length" else ""
    return Sample(
        id=sample_id(0, GENERAL, "everyday", question, 0),
        leaf=GENERAL,
        root="knowledge",
        form="short",
        origin="replay",
        fact=f"{cut}{question}",
        question=question,
        answer=answer.text.rstrip() if cut else answer.text.strip(),
        provenance=Provenance(block="everyday", teacher=student),
    )
