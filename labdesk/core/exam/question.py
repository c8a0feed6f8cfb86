"""Held-out questions and their answers: what a model is asked before and after teaching, never trained on."""

from __future__ import annotations

from typing import Literal

import msgspec

#: contains: every key word (name, number) of the expected answer must occur. closeness: ROUGE-L against the reference.
Scoring = Literal["contains", "closeness"]

#: The leaf name under which the general questions (which must not get worse) are kept.
GENERAL = "general"


class ExamQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """One question, asked closed-book: without the source document. `context` is only for grounded skills."""

    id: str
    leaf: str
    question: str
    answer: str
    accepted: tuple[str, ...] = ()
    context: str = ""
    fact: str = ""
    scoring: Scoring = "contains"


class ExamAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a model said to one question, with its score between 0 and 1."""

    question: str  # ExamQuestion.id
    text: str
    score: float
