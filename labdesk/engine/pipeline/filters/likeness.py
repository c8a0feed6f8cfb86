"""Throws out new skill examples that do not have the form that all seed examples have in common.

What every seed's question or answer begins or ends with, and every mark they all hold (such as "|"), belongs to the
skill: an example without it teaches something else. Lengths must stay near those of the seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from labdesk.core.exam.question import ExamQuestion
from labdesk.core.samples.material import Material
from labdesk.core.samples.sample import Sample, Verdict
from labdesk.engine.pipeline.seams import Kit

_MARKS = "|#*<>{}[]=/"


class LikenessFilter:
    """Compares what the teacher wrote with what the seeds share."""

    type: ClassVar[str] = "LikenessFilter"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """How much longer or shorter than the longest and shortest seed an answer may be, as a factor."""

        stretch: float = 1.6

    def __init__(self, options: Options) -> None:
        self._stretch = options.stretch
        self._question = _Common(())
        self._answer = _Common(())

    def begin(self, material: Material, held_out: Sequence[ExamQuestion]) -> None:
        """Learn the common form of the seeds."""
        self._question = _Common([seed.question for seed in material.seeds])
        self._answer = _Common([seed.answer for seed in material.seeds])

    def recall(self, sample: Sample) -> None:
        """Its verdicts do not depend on earlier samples."""

    def judge(self, material: Material, samples: Sequence[Sample], kit: Kit) -> list[Verdict]:
        """One verdict per sample."""
        return [self._verdict(sample) for sample in samples]

    def _verdict(self, sample: Sample) -> Verdict:
        if sample.origin != "skill":
            return Verdict(filter=self.type, passed=True)
        fault = self._question.fault("question", sample.question, self._stretch)
        fault = fault or self._answer.fault("answer", sample.answer, self._stretch)
        return Verdict(filter=self.type, passed=not fault, reason=fault)


class _Common:
    """What some texts share."""

    def __init__(self, texts: Sequence[str]) -> None:
        several = len(texts) > 1
        self._start = _whole_words(_common_start(texts)) if several else ""
        self._end = _whole_words(_common_start([text[::-1] for text in texts]))[::-1] if several else ""
        self._marks = {
            mark: texts[0].count(mark) for mark in _MARKS if several and len({t.count(mark) for t in texts}) == 1
        }
        lengths = [len(text.split()) for text in texts] or [1]
        self._least, self._most = min(lengths), max(lengths)

    def fault(self, what: str, text: str, stretch: float) -> str:
        """A plain sentence, or "" when the text has the common form."""
        if not text.startswith(self._start):
            return f"The {what} does not begin with “{self._start.strip()}”, as all seed examples do."
        if not text.endswith(self._end):
            return f"The {what} does not end with “{self._end.strip()}”, as all seed examples do."
        wrong = next((mark for mark, count in self._marks.items() if text.count(mark) != count), None)
        if wrong is not None:
            return f"The {what} does not have as many “{wrong}” as all seed examples do."
        length = len(text.split())
        if not self._least / stretch <= length <= self._most * stretch:
            return f"The {what} has {length} words; those of the seed examples have {self._least} to {self._most}."
        return ""


def _common_start(texts: Sequence[str]) -> str:
    """The letters with which all texts begin."""
    shortest = min(texts, key=len)
    end = next((at for at in range(len(shortest)) if any(text[at] != shortest[at] for text in texts)), len(shortest))
    return shortest[:end]


def _whole_words(text: str) -> str:
    """The text up to its last space or mark, so that a common start does not end within a word."""
    cut = max((at for at, letter in enumerate(text) if not letter.isalnum()), default=-1)
    return text[: cut + 1]
