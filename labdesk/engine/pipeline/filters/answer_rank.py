"""Judges by logits without writing a word: after its question, a sample's answer must be likelier than rival answers.

A tiny teacher cannot say whether a pair is right, but it can be asked which of the leaf's own answers fits a question
best. Rivals are the answers of the leaf that share most words with the question, so the test is as hard as it can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from labdesk.core.exam.question import ExamQuestion
from labdesk.core.exam.scoring import STOP_WORDS, stem, words
from labdesk.core.samples.material import Material
from labdesk.core.samples.sample import Sample, Verdict
from labdesk.engine.pipeline.seams import Kit
from labdesk.engine.runtimes import Scored, Scoring


class AnswerRankFilter:
    """Rows of `origins` pass when their answer is among the first `best` of itself and `rivals` others."""

    type: ClassVar[str] = "AnswerRankFilter"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """Which rows are judged, against how many rivals, and how far down a good answer may stand."""

        origins: tuple[str, ...] = ("rephrased", "document")
        blocks: tuple[str, ...] = ()
        rivals: int = 3
        best: int = 1

    def __init__(self, options: Options) -> None:
        self._options = options

    def begin(self, material: Material, held_out: Sequence[ExamQuestion]) -> None:
        """Nothing to remember."""

    def recall(self, sample: Sample) -> None:
        """Its verdicts do not depend on earlier samples."""

    def judge(self, material: Material, samples: Sequence[Sample], kit: Kit) -> list[Verdict]:
        """One verdict per sample; fewer when the job was asked to stop."""
        asked = {sample.id: self._request(sample, material) for sample in samples if self._concerns(sample)}
        scored = kit.score([request for request in asked.values() if request is not None])
        verdicts: list[Verdict] = []
        for sample in samples:
            request = asked.get(sample.id)
            if request is None:
                verdicts.append(Verdict(filter=self.type, passed=True))
            elif sample.id in scored:
                verdicts.append(self._verdict(scored[sample.id]))
            else:
                return verdicts
        return verdicts

    def _concerns(self, sample: Sample) -> bool:
        by_teacher = bool(sample.provenance.prompt_sha)
        named = not self._options.blocks or sample.provenance.block in self._options.blocks
        return by_teacher and named and sample.origin in self._options.origins

    def _request(self, sample: Sample, material: Material) -> Scoring | None:
        """The pair and its rivals after the same question; None when the leaf has no rivals."""
        if sample.origin == "rephrased":
            pool = [seed.answer for seed in material.seeds]
        else:
            pool = [part.text for part in material.statements]
        spoken = _content(sample.question)
        others = [text for text in dict.fromkeys(pool) if text != sample.answer]
        others.sort(key=lambda text: (-len(_content(text) & spoken), text))
        if not others:
            return None
        source = next((seed.context for seed in material.seeds if seed.fact == sample.fact), "")
        head = f"{source}\n\n" if source else ""
        continuations = tuple(f" {text}" for text in (sample.answer, *others[: self._options.rivals]))
        return Scoring(
            key=sample.id,
            prompt=f"{head}Question: {sample.question}\nAnswer:",
            continuations=continuations,
            special=False,
        )

    def _verdict(self, scored: Scored) -> Verdict:
        """Compares mean log-probabilities per token, so that long answers are not at a disadvantage."""
        means = [total / max(1, count) for total, count in zip(scored.logprobs, scored.tokens, strict=True)]
        place = 1 + sum(other > means[0] for other in means[1:])
        passed = place <= self._options.best
        reason = (
            ""
            if passed
            else f"The question fits {place - 1} other answer{'s' if place > 2 else ''} of this leaf better."
        )
        return Verdict(filter=self.type, passed=passed, score=1.0 - (place - 1) / len(means), reason=reason)


def _content(text: str) -> set[str]:
    return {stem(word) for word in words(text) if word not in STOP_WORDS}
