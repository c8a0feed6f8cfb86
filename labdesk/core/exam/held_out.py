"""Chooses the questions of an exam before anything is generated, and tells which training rows would give them away."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

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
    return _Held.of(other).given_away_by(_Held.of(one))


class LeakGuard:
    """Knows the held-out questions and recognises a training question that would give one away."""

    def __init__(self, held_out: Iterable[ExamQuestion]) -> None:
        self._held = [(_Held.of(one.question), _Held.of(one.context)) for one in held_out]

    def leaks(self, question: str, context: str = "") -> bool:
        """True when `question` is nearly a held-out one, or contains it whole ("Hi! ...", "..., please").

        What is asked about a text ("Write the line.") is given away only beside nearly the same text.
        """
        if not question:
            return False
        asked, about = _Held.of(question), _Held.of(context)
        return any(
            held.given_away_by(asked) and (not text.line or text.given_away_by(about)) for held, text in self._held
        )


class _Held(NamedTuple):
    """A text, ready to be compared by its words."""

    line: str
    words: frozenset[str]

    @classmethod
    def of(cls, text: str) -> _Held:
        found = words(text)
        return cls(" ".join(found), frozenset(found))

    def given_away_by(self, other: _Held) -> bool:
        whole = self.line.count(" ") > 1 and f" {self.line} " in f" {other.line} "
        union = len(self.words | other.words)
        return whole or (len(self.words & other.words) >= SAME * union if union else True)
