"""One sitting of an exam: who was asked which questions, and what it answered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from labdesk.core.exam.question import GENERAL, ExamAnswer, ExamQuestion
from labdesk.core.storage import read_json, write_json

FILE = "sitting.json"


class Sitting(msgspec.Struct, frozen=True, kw_only=True):
    """`model` is the name a person reads. The answers are in the order of the questions."""

    model: str
    questions: tuple[ExamQuestion, ...]
    answers: tuple[ExamAnswer, ...]
    seconds: float = 0.0

    def by_id(self) -> dict[str, ExamAnswer]:
        """The answers by the id of their question."""
        return {answer.question: answer for answer in self.answers}


def write_sitting(folder: Path, sitting: Sitting) -> Path:
    """Write a sitting into a folder; the file's path. Raises StorageError."""
    path = folder / FILE
    write_json(path, sitting)
    return path


def read_sitting(path: Path) -> Sitting:
    """Read what `write_sitting` wrote. Raises StorageError."""
    return read_json(path, Sitting)


def leaf_scores(sitting: Sitting) -> list[tuple[str, float, int]]:
    """(leaf, mean score from 0 to 1, number of questions), general questions last."""
    scores = {answer.question: answer.score for answer in sitting.answers}
    leaves = sorted(dict.fromkeys(q.leaf for q in sitting.questions), key=lambda leaf: leaf == GENERAL)
    return [(leaf, *_mean([scores[q.id] for q in sitting.questions if q.leaf == leaf])) for leaf in leaves]


def _mean(scores: Sequence[float]) -> tuple[float, int]:
    return sum(scores) / len(scores), len(scores)
