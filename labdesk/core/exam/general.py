"""The general questions: everyday knowledge that teaching must not damage. Never trained on."""

from __future__ import annotations

from pathlib import Path

import msgspec

from labdesk.core.errors import ExamError
from labdesk.core.exam.question import GENERAL, ExamQuestion


class _Line(msgspec.Struct, frozen=True):
    question: str
    answer: str
    accepted: tuple[str, ...] = ()


def read_general(path: Path) -> tuple[ExamQuestion, ...]:
    """The questions of a JSON-lines file {"question", "answer", "accepted"?}. Raises ExamError with the line."""
    decoder = msgspec.json.Decoder(_Line)
    questions: list[ExamQuestion] = []
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise ExamError(
            "The general questions could not be read.",
            cause=f"{path}: {error.strerror}.",
            remedy="Install labdesk again: this file comes with it.",
        ) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            one = decoder.decode(line)
        except msgspec.DecodeError as error:
            raise ExamError(f"Line {number} of “{path.name}” is not a question.", cause=str(error)) from error
        questions.append(
            ExamQuestion(
                id=f"{GENERAL}-{number}",
                leaf=GENERAL,
                question=one.question,
                answer=one.answer,
                accepted=one.accepted or (one.answer,),
            )
        )
    return tuple(questions)
