"""Asks the teacher whether an answer is right and reads P(Yes) from its logits: for teachers that obey."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from labdesk.core.exam.question import ExamQuestion
from labdesk.core.models.chat_template import Message
from labdesk.core.samples.material import Material
from labdesk.core.samples.sample import Sample, Verdict
from labdesk.engine.pipeline.prompts import Template
from labdesk.engine.pipeline.seams import Kit
from labdesk.engine.runtimes import Scored, Scoring, normalised

_ABOUT_TEXT = (
    "Text:\n{source}\n\nQuestion: {question}\nAnswer: {answer}\n\n"
    "Does the text say this answer to this question, with nothing added? Reply with Yes or No."
)
_ABOUT_TASK = (
    "Task: {task}\n\n{context}Question: {question}\nAnswer: {answer}\n\n"
    "Is this a correct and complete answer in the form that the task asks for? Reply with Yes or No."
)


class JudgeFilter:
    """Rows that the teacher wrote pass when P(Yes) is at least `threshold` of P(Yes) + P(No)."""

    type: ClassVar[str] = "JudgeFilter"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """The least probability of Yes, how much source text is shown, in characters, and what is asked."""

        threshold: float = 0.5
        source_characters: int = 3000
        prompt: str = _ABOUT_TEXT
        skill_prompt: str = _ABOUT_TASK

    def __init__(self, options: Options) -> None:
        self._options = options
        self._about_text = Template(options.prompt, ("source", "question", "answer"), needed=("question", "answer"))
        names = ("task", "context", "question", "answer")
        self._about_task = Template(options.skill_prompt, names, needed=("question", "answer"))

    def begin(self, material: Material, held_out: Sequence[ExamQuestion]) -> None:
        """Nothing to remember."""

    def recall(self, sample: Sample) -> None:
        """Its verdicts do not depend on earlier samples."""

    def judge(self, material: Material, samples: Sequence[Sample], kit: Kit) -> list[Verdict]:
        """One verdict per sample; fewer when the job was asked to stop."""
        asked = [sample for sample in samples if sample.provenance.prompt_sha]
        requests = [
            Scoring(
                key=sample.id,
                prompt=kit.runtime.chat_prompt([Message("user", self._text(sample, material))]),
                continuations=("Yes", "No"),
            )
            for sample in asked
        ]
        scored = kit.score(requests)
        verdicts: list[Verdict] = []
        for sample in samples:
            if not sample.provenance.prompt_sha:
                verdicts.append(Verdict(filter=self.type, passed=True))
            elif sample.id in scored:
                verdicts.append(self._verdict(scored[sample.id]))
            else:
                return verdicts
        return verdicts

    def _text(self, sample: Sample, material: Material) -> str:
        if material.kind != "knowledge":
            context = f"{sample.context}\n\n" if sample.context else ""
            return self._about_task.fill(
                task=material.task, context=context, question=sample.question, answer=sample.answer
            )[0]
        near = next(
            (
                part.text
                for part in material.paragraphs
                if sample.source and part.start <= sample.source.start < part.end
            ),
            next((seed.context for seed in material.seeds if seed.fact == sample.fact), material.source),
        )
        source = near[: self._options.source_characters]
        return self._about_text.fill(source=source, question=sample.question, answer=sample.answer)[0]

    def _verdict(self, scored: Scored) -> Verdict:
        if not any(scored.tokens):
            return Verdict(filter=self.type, passed=False, reason="The teacher could not say whether this is right.")
        yes = normalised(scored.logprobs)[0]
        passed = yes >= self._options.threshold
        reason = "" if passed else f"The teacher itself doubts this answer (it says Yes with {yes:.0%})."
        return Verdict(filter=self.type, passed=passed, score=yes, reason=reason)
