"""Throws out repetitions: the same question again, or one that is next to the same as another or as the exam's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

import msgspec
from datasketch import MinHash, MinHashLSH

from labdesk.core.exam.held_out import LeakGuard
from labdesk.core.exam.question import ExamQuestion
from labdesk.core.exam.scoring import words
from labdesk.core.samples.material import Material
from labdesk.core.samples.sample import Sample, Verdict
from labdesk.engine.pipeline.seams import Kit

_PERMUTATIONS = 64


class DuplicateFilter:
    """Exact duplicates always go. Near duplicates (MinHash over runs of five letters) go when the teacher wrote them:
    wordings made by rule are alike on purpose. Whatever is nearly an exam question goes in any case."""

    type: ClassVar[str] = "DuplicateFilter"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """`similarity`: Jaccard index from which two questions count as the same."""

        similarity: float = 0.9

    def __init__(self, options: Options) -> None:
        self._options = options
        self.begin(Material(leaf="", root="knowledge", kind="knowledge", title=""), ())

    def begin(self, material: Material, held_out: Sequence[ExamQuestion]) -> None:
        """Remember the exam questions, and nothing else yet."""
        self._seen: set[tuple[str, str]] = set()
        self._near = MinHashLSH(threshold=self._options.similarity, num_perm=_PERMUTATIONS)
        self._exam = LeakGuard(held_out)

    def recall(self, sample: Sample) -> None:
        """Remember a sample that this filter let pass in an earlier start, whatever later filters said."""
        if any(verdict.filter == self.type and verdict.passed for verdict in sample.verdicts):
            self._remember(sample)

    def judge(self, material: Material, samples: Sequence[Sample], kit: Kit) -> list[Verdict]:
        """One verdict per sample; an accepted sample is remembered."""
        verdicts: list[Verdict] = []
        for sample in samples:
            fault = self._fault(sample)
            if not fault:
                self._remember(sample)
            verdicts.append(Verdict(filter=self.type, passed=not fault, reason=fault))
        return verdicts

    def _fault(self, sample: Sample) -> str:
        question = _plain(sample.question)
        if not question or sample.origin == "seed":
            return ""
        if self._exam.leaks(sample.question, sample.context):
            return "This question is nearly one of the exam's, so it must not be trained on."
        if self._key(sample) in self._seen:
            return "The same question is there already."
        if sample.origin in ("rephrased", "skill") and self._near.query(_hash(sample.question + sample.context)):
            return "A question that is nearly the same is there already."
        return ""

    def _remember(self, sample: Sample) -> None:
        self._seen.add(self._key(sample))
        if sample.question and sample.id not in self._near:
            self._near.insert(sample.id, _hash(sample.question + sample.context))

    @staticmethod
    def _key(sample: Sample) -> tuple[str, str]:
        return (_plain(sample.context), _plain(sample.question) or sample.id)


def _plain(text: str) -> str:
    """Words only, so that case, commas and question marks make no difference."""
    return " ".join(words(text))


def _hash(text: str) -> MinHash:
    """MinHash of the runs of five letters."""
    letters = re.sub(r"\W+", " ", text.lower())
    runs = {letters[at : at + 5] for at in range(max(1, len(letters) - 4))}
    found = MinHash(num_perm=_PERMUTATIONS, seed=1)
    found.update_batch([run.encode("utf-8") for run in sorted(runs)])
    return found
