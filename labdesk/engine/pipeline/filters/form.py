"""Throws out what is no question and answer at all: empty texts, left-over marks, loops, endless answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

import msgspec

from labdesk.core.exam.question import ExamQuestion
from labdesk.core.samples.material import Material
from labdesk.core.samples.sample import Sample, Verdict
from labdesk.engine.pipeline.seams import Kit

_MARKS = re.compile(
    r"<\|[^|]*\|>|\[/?(?:INST|QUESTION|ANSWER|END)\]|^(?:Question|Answer|Q|A|Sentence)\s*:", re.I | re.M
)
#: Control characters, halves of characters, marks that turn the direction of reading, and the sign for "unreadable".
_NO_TEXT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffd\ufeff]"
)
_REFUSAL = re.compile(r"(?i)\bas an ai\b|\bi (?:cannot|can't|am unable to) (?:help|answer|assist)\b")


class FormFilter:
    """Form and length. Lengths are in words; seeds and document text are only checked for emptiness."""

    type: ClassVar[str] = "FormFilter"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """The fewest and most words of questions and answers."""

        question_least: int = 2
        question_most: int = 60
        answer_least: int = 1
        answer_most: int = 200

    def __init__(self, options: Options) -> None:
        self._options = options

    def begin(self, material: Material, held_out: Sequence[ExamQuestion]) -> None:
        """Nothing to remember."""

    def recall(self, sample: Sample) -> None:
        """Its verdicts do not depend on earlier samples."""

    def judge(self, material: Material, samples: Sequence[Sample], kit: Kit) -> list[Verdict]:
        """One verdict per sample."""
        return [Verdict(filter=self.type, passed=not (fault := self._fault(one)), reason=fault) for one in samples]

    def _fault(self, sample: Sample) -> str:
        if not sample.answer.strip():
            return "The answer is empty."
        if sample.form == "document" or sample.origin == "seed":
            return ""
        asked, said = len(sample.question.split()), len(sample.answer.split())
        options = self._options
        if not sample.question.strip():
            return "The question is empty."
        if asked < options.question_least:
            return "The question is too short to be one."
        if asked > options.question_most:
            return f"The question has more than {options.question_most} words."
        if said < options.answer_least:
            return "The answer is too short."
        if said > options.answer_most:
            return f"The answer has more than {options.answer_most} words."
        for what, text in (("question", sample.question), ("answer", sample.answer)):
            if _NO_TEXT.search(text):
                return f"The {what} holds characters that are no text."
            if _MARKS.search(text):
                return f"The {what} holds marks that belong to the prompt."
            if _loops(text):
                return f"The {what} repeats itself."
        return "The answer is a refusal." if _REFUSAL.search(sample.answer) else ""


def _loops(text: str) -> bool:
    """Whether a run of four words occurs three times, as when a small model gets stuck."""
    words = text.lower().split()
    runs = Counter(tuple(words[at : at + 4]) for at in range(len(words) - 3))
    return any(count >= 3 for count in runs.values())
