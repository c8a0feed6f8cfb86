"""Throws out answers that say what their source does not: names and numbers must stand where the fact stands.

That a name occurs somewhere in a document proves little: two keepers of one lighthouse are easily swapped. So an answer
is held against the passage that its fact comes from: the seed example and the sentences that say what its answer says,
or the sentence itself; where the fact has no such place, one paragraph must hold all its names and numbers. And an
answer to a seed example's question must hold the names and numbers of the person's own answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from labdesk.core.exam.question import ExamQuestion
from labdesk.core.exam.scoring import STOP_WORDS, key_words, names_and_numbers, stem, words
from labdesk.core.samples.material import Material, Seed
from labdesk.core.samples.sample import Sample, Verdict
from labdesk.engine.pipeline.seams import Kit


class GroundingFilter:
    """Checks what the teacher wrote against the source document, the seeds and the sample's own context.

    Names and numbers of the question must occur in the source too. `content` is the share of the answer's other words
    that must occur.
    """

    type: ClassVar[str] = "GroundingFilter"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """Share of plain words of the answer that must stand in the source (0 = any words will do)."""

        content: float = 0.5

    def __init__(self, options: Options) -> None:
        self._content = options.content
        self._known: set[str] = set()
        self._form: set[str] = set()
        self._evidence: dict[str, set[str]] = {}
        self._owed: dict[str, tuple[str, ...]] = {}
        self._paragraphs: list[set[str]] = []

    def begin(self, material: Material, held_out: Sequence[ExamQuestion]) -> None:
        """Collect the words of the source, and those that prove each fact."""
        seeds = [f"{seed.question} {seed.answer}" for seed in material.seeds]
        self._known = _stems("\n".join([material.title, material.source, *seeds]))
        # A grounded skill's answer must come from its own context; what all seed answers say belongs to the form.
        answers = [_stems(said) for said in seeds]
        self._form = set.intersection(*answers) if answers else set()
        title = _stems(material.title)
        said = [_stems(part.text) for part in material.statements]
        self._evidence = {part.fact: title | stems for part, stems in zip(material.statements, said, strict=True)}
        self._evidence |= {seed.fact: title | _evidence(seed, said) for seed in material.seeds}
        keys = {seed.fact: key_words(seed.answer, seed.question) for seed in material.seeds}
        self._owed = {fact: words if strong else () for fact, (words, strong) in keys.items()}
        texts = [part.text for part in material.paragraphs] + [seed.context for seed in material.seeds]
        self._paragraphs = [title | _stems(text) for text in dict.fromkeys(texts) if text]

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
                return self._discard(f"The {what} says “{foreign[0]}”, which the source does not.")
        if not sample.context:
            elsewhere = self._elsewhere(sample)
            if elsewhere:
                return self._discard(f"The answer says “{elsewhere}”, which the source says of something else.")
            spoken = _stems(sample.answer)
            lacking = [word for word in self._owed.get(sample.fact, ()) if stem(word) not in spoken]
            if lacking:
                return self._discard(f"The answer does not say “{lacking[0]}”, as the seed example's answer does.")
        plain = [stem(word) for word in words(sample.answer) if word not in STOP_WORDS]
        share = sum(word in known for word in plain) / len(plain) if plain else 1.0
        if share < self._content:
            return self._discard(f"Only {share:.0%} of the answer's words stand in the source.", share)
        return Verdict(filter=self.type, passed=True, score=share)

    def _elsewhere(self, sample: Sample) -> str:
        """A name or number of the answer that does not stand where its fact stands; "" when all do."""
        asked = _stems(sample.question)
        said = [word for word in names_and_numbers(sample.answer) if stem(word) not in asked]
        places = [self._evidence[sample.fact]] if sample.fact in self._evidence else self._paragraphs
        missing = [[word for word in said if stem(word) not in place] for place in places]
        fewest = min(missing, key=len, default=[])
        return fewest[0] if fewest else ""

    def _discard(self, reason: str, score: float = 0.0) -> Verdict:
        return Verdict(filter=self.type, passed=False, score=score, reason=reason)


def _evidence(seed: Seed, said: Sequence[set[str]]) -> set[str]:
    """The words of a seed example, and of all statements that say its answer."""
    keys = {stem(word) for word in key_words(seed.answer, seed.question)[0]}
    found = _stems(f"{seed.question} {seed.answer}")
    for stems in said:
        if keys and keys <= stems:
            found |= stems
    return found


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text)}
