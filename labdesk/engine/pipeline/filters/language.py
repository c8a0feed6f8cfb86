"""Throws out what the teacher wrote in another language than the leaf's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from labdesk.core.exam.question import ExamQuestion
from labdesk.core.samples.language import ENGLISH, NAMES, language_of
from labdesk.core.samples.material import Material
from labdesk.core.samples.sample import Sample, Verdict
from labdesk.engine.pipeline.seams import Kit


class LanguageFilter:
    """Questions are short, so only a language that is sure counts; a text of none that is known passes."""

    type: ClassVar[str] = "LanguageFilter"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """From so many small words on a language is sure, beside a leaf in another language than English."""

        least: int = 2

    def __init__(self, options: Options) -> None:
        self._least = options.least
        self._allowed: set[str] = set()

    def begin(self, material: Material, held_out: Sequence[ExamQuestion]) -> None:
        """The languages of the seeds are allowed too: a skill may be to translate."""
        texts = [text for seed in material.seeds for text in (seed.question, seed.answer, seed.context)]
        self._allowed = {material.language, *(language_of(text, self._least) for text in texts)}

    def recall(self, sample: Sample) -> None:
        """Its verdicts do not depend on earlier samples."""

    def judge(self, material: Material, samples: Sequence[Sample], kit: Kit) -> list[Verdict]:
        """One verdict per sample."""
        faults = [self._fault(sample, material.language) for sample in samples]
        return [Verdict(filter=self.type, passed=not fault, reason=fault) for fault in faults]

    def _fault(self, sample: Sample, wanted: str) -> str:
        if not sample.provenance.prompt_sha:
            return ""
        least = self._least if wanted != ENGLISH else 2 * self._least
        for what, text in (("question", sample.question), ("answer", sample.answer)):
            found = language_of(text, least)
            if found and found not in self._allowed:
                return f"The {what} is in {NAMES[found]}, the leaf is in {NAMES[wanted]}."
        return ""
