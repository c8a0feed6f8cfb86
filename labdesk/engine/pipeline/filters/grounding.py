"""Throws out answers that say what the source does not: every name and number of an answer must occur in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from labdesk.core.exam.scoring import STOP_WORDS, names_and_numbers, stem, words
from labdesk.core.samples.material import Material
from labdesk.core.samples.sample import Sample, Verdict
from labdesk.engine.pipeline.seams import Kit


class GroundingFilter:
    """Checks what the teacher wrote against the source document, the seeds and the sample's own context.

    `names` of the question must occur too. `content` is the share of the answer's other words that must occur.
    """

    type: ClassVar[str] = "GroundingFilter"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """Share of plain words of the answer that must stand in the source (0 = any words will do)."""

        content: float = 0.5

    def __init__(self, options: Options) -> None:
        self._content = options.content
        self._known: set[str] = set()
        self._form: set[str] = set()

    def begin(self, material: Material, held_out: Sequence[str]) -> None:
        """Collect the words of the source."""
        seeds = [f"{seed.question} {seed.answer}" for seed in material.seeds]
        self._known = _stems("\n".join([material.title, material.source, *seeds]))
        # A grounded skill's answer must come from its own context; what all seed answers say belongs to the form.
        answers = [_stems(f"{seed.question} {seed.answer}") for seed in material.seeds]
        self._form = set.intersection(*answers) if answers else set()

    def recall(self, sample: Sample) -> None:
        """Its verdicts do not depend on earlier samples."""

    def judge(self, material: Material, samples: Sequence[Sample], kit: Kit) -> list[Verdict]:
        """One verdict per sample."""
        return [self._verdict(sample) for sample in samples]

    def _verdict(self, sample: Sample) -> Verdict:
        if sample.origin in ("seed", "pattern", "replay") or sample.form == "document":
            return Verdict(filter=self.type, passed=True)
        known = self._form | _stems(f"{sample.context} {sample.question}") if sample.context else self._known
        for what, text in (("answer", sample.answer), ("question", sample.question)):
            foreign = [word for word in names_and_numbers(text) if stem(word) not in known]
            if foreign:
                reason = f"The {what} says “{foreign[0]}”, which the source does not."
                return Verdict(filter=self.type, passed=False, score=0.0, reason=reason)
        plain = [stem(word) for word in words(sample.answer) if word not in STOP_WORDS]
        share = sum(word in known for word in plain) / len(plain) if plain else 1.0
        if share < self._content:
            reason = f"Only {share:.0%} of the answer's words stand in the source."
            return Verdict(filter=self.type, passed=False, score=share, reason=reason)
        return Verdict(filter=self.type, passed=True, score=share)


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text)}
