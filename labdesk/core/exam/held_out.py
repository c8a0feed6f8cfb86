"""Chooses the questions of an exam before anything is generated, and tells which training rows would give them away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from labdesk.core.errors import ExamError
from labdesk.core.exam.question import ExamQuestion, Scoring
from labdesk.core.exam.scoring import words
from labdesk.core.samples.identity import choice_seed
from labdesk.core.samples.material import Material, Seed
from labdesk.core.samples.rebuilding import rebuilt

EXAM_FILE = "exam.jsonl"
#: Two questions that share this much of their words (Jaccard index of the sets) are the same question.
SAME = 0.85


class _Line(msgspec.Struct, frozen=True):
    question: str
    answer: str
    accepted: tuple[str, ...] = ()
    context: str = ""
    fact: str = ""
    scoring: Scoring = "contains"


def exam_for(material: Material, folder: Path, seed: int) -> list[ExamQuestion]:
    """The exam of a leaf: the questions in `exam.jsonl` beside its qna.yaml when there is one, else one unseen wording
    of each seed question. Raises ExamError when the file is damaged."""
    path = folder / EXAM_FILE
    if path.is_file():
        return read_exam(path, material)
    return [question for one in material.seeds if (question := _unseen(one, material, seed)) is not None]


def read_exam(path: Path, material: Material) -> list[ExamQuestion]:
    """The questions of a JSON-lines file {"question", "answer", "accepted"?, "context"?, "scoring"?}."""
    decoder = msgspec.json.Decoder(_Line)
    found: list[ExamQuestion] = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            one = decoder.decode(line)
        except msgspec.DecodeError as error:
            raise ExamError(
                f"Line {number} of “{path.name}” is not an exam question.",
                cause=str(error),
                remedy='Each line must look like {"question": "...", "answer": "..."}.',
            ) from error
        found.append(
            ExamQuestion(
                id=f"{material.leaf}#{number}",
                leaf=material.leaf,
                question=one.question,
                answer=one.answer,
                accepted=one.accepted,
                context=one.context,
                fact=one.fact,
                scoring=one.scoring,
            )
        )
    return found


def _unseen(one: Seed, material: Material, seed: int) -> ExamQuestion | None:
    """One rebuilt wording of a seed question; None when the rules know no other wording."""
    others = [
        text
        for text in rebuilt(one.question, one.answer)
        if text.endswith("?") and not same(text, one.question) and not same(one.question, text)
    ]
    if not others:
        return None
    return ExamQuestion(
        id=f"{material.leaf}#{one.fact}",
        leaf=material.leaf,
        question=others[choice_seed("exam", seed, material.leaf, one.fact) % len(others)],
        answer=one.answer,
        context=one.context if material.kind == "grounded" else "",
        fact=one.fact,
        scoring="contains" if material.kind == "knowledge" else "closeness",
    )


def same(one: str, other: str) -> bool:
    """Whether two questions are the same but for next to nothing, or one stands whole inside the other."""
    return LeakGuard([other]).leaks(one)


class LeakGuard:
    """Knows the held-out questions and recognises a training question that would give one away."""

    def __init__(self, held_out: Iterable[str]) -> None:
        self._held = [tuple(words(text)) for text in held_out]
        self._sets = [frozenset(held) for held in self._held]

    def leaks(self, question: str) -> bool:
        """True when `question` is nearly a held-out one, or contains it whole ("Hi! ...", "..., please")."""
        asked = words(question)
        spoken = frozenset(asked)
        line = f" {' '.join(asked)} "
        return any(
            _jaccard(spoken, held_set) >= SAME or (len(held) > 2 and f" {' '.join(held)} " in line)
            for held, held_set in zip(self._held, self._sets, strict=True)
        )


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 1.0


def without_leaks(questions: Sequence[str], held_out: Iterable[str]) -> list[str]:
    """The questions that give nothing of the exam away."""
    guard = LeakGuard(held_out)
    return [question for question in questions if not guard.leaks(question)]
