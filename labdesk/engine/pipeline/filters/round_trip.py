"""Judges by logits whether a question leads back to its answer: of its sentence's details it must be the likeliest.

Of several questions for the same answer only the one that leads there most surely passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from labdesk.core.exam.question import ExamQuestion
from labdesk.core.exam.scoring import words
from labdesk.core.samples.details import details
from labdesk.core.samples.material import Material
from labdesk.core.samples.sample import Sample, Verdict
from labdesk.engine.pipeline.blocks.detail_questions import shots
from labdesk.engine.pipeline.prompts import few_shot
from labdesk.engine.pipeline.seams import Kit
from labdesk.engine.runtimes import Scored, Scoring


class RoundTripFilter:
    """Rows about a statement of the document pass when the teacher, asked the question, would give their answer."""

    type: ClassVar[str] = "RoundTripFilter"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """The least mean log-probability per token of the answer after its question (0 is certain)."""

        least: float = -0.7

    def __init__(self, options: Options) -> None:
        self._options = options
        self._answered: set[tuple[str, str]] = set()
        self._own: set[str] = set()

    def begin(self, material: Material, held_out: Sequence[ExamQuestion]) -> None:
        """Nothing is answered yet but what the person's own examples answer."""
        self._answered = set()
        self._own = {" ".join(words(seed.answer)) for seed in material.seeds}

    def recall(self, sample: Sample) -> None:
        """What this filter let pass has its question already."""
        if any(verdict.filter == self.type and verdict.passed for verdict in sample.verdicts):
            self._answered.add((sample.fact, sample.answer))

    def judge(self, material: Material, samples: Sequence[Sample], kit: Kit) -> list[Verdict]:
        """One verdict per sample; fewer when the job was asked to stop."""
        parts = {part.fact: part.text for part in material.statements}
        asked = {sample.id: self._request(sample, parts[sample.fact]) for sample in samples if sample.fact in parts}
        scored = kit.score(list(asked.values()))
        if len(scored) < len(asked):
            return []
        marks = {key: _mark(asked[key], one) for key, one in scored.items()}
        verdicts = [self._verdict(sample, marks) for sample in samples]
        self._keep_best(samples, verdicts)
        return verdicts

    def _request(self, sample: Sample, sentence: str) -> Scoring:
        """The question with the answer and the other details of its sentence as what might follow."""
        some = [kind[0] for kind in shots().values()]
        records = [[("Sentence", s.sentence), ("Question", s.question), ("Answer", s.answer)] for s in some]
        prompt, _shared = few_shot(records, [("Sentence", sentence), ("Question", sample.question)], "Answer")
        rivals = [one.text for one in details(sentence) if one.text != sample.answer]
        endings = tuple(f" {text}\n" for text in (sample.answer, *dict.fromkeys(rivals)))
        return Scoring(key=sample.id, prompt=prompt, continuations=endings, special=False)

    def _verdict(self, sample: Sample, marks: dict[str, tuple[float, str]]) -> Verdict:
        if sample.id not in marks:
            return Verdict(filter=self.type, passed=True)
        own, likelier = marks[sample.id]
        reason = ""
        if " ".join(words(sample.answer)) in self._own:
            reason = "One of your own questions has this answer already."
        elif likelier:
            reason = f"Asked this, the teacher would rather answer “{likelier}”."
        elif own < self._options.least:
            reason = "Asked this, the teacher would not be sure of the answer."
        elif (sample.fact, sample.answer) in self._answered:
            reason = "There is a question for this answer already."
        return Verdict(filter=self.type, passed=not reason, score=own, reason=reason)

    def _keep_best(self, samples: Sequence[Sample], verdicts: list[Verdict]) -> None:
        best: dict[tuple[str, str], int] = {}
        for at, (sample, verdict) in enumerate(zip(samples, verdicts, strict=True)):
            if not verdict.passed or verdict.score is None:
                continue
            other = best.get((sample.fact, sample.answer))
            if other is not None and _rank(samples[other], verdicts[other]) >= _rank(sample, verdict):
                other, at = at, other
            if other is not None:
                reason = "Another question leads to this answer more surely."
                verdicts[other] = msgspec.structs.replace(verdicts[other], passed=False, reason=reason)
            best[(sample.fact, sample.answer)] = at
        self._answered |= best.keys()


def _rank(sample: Sample, verdict: Verdict) -> tuple[bool, float]:
    """What a rule wrote is better English than what a tiny teacher writes, however likely."""
    return not sample.provenance.prompt_sha, verdict.score or 0.0


def _mark(request: Scoring, scored: Scored) -> tuple[float, str]:
    """(mean log-probability per token of the answer, the text that is likelier than it or "")."""
    means = [total / max(1, count) for total, count in zip(scored.logprobs, scored.tokens, strict=True)]
    best = max(range(len(means)), key=means.__getitem__)
    return means[0], request.continuations[best].strip() if means[best] > means[0] else ""
