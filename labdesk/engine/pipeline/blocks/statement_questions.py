"""The teacher asks about statements of the document; the answer is always the author's own sentence.

A tiny teacher asks sensibly in about half of its tries but answers wrongly in most, so its answers are not used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import ClassVar

import msgspec

from labdesk.core.exam.scoring import STOP_WORDS, stem, words
from labdesk.core.samples.material import Material, Seed
from labdesk.core.samples.sample import SourceSpan
from labdesk.core.samples.statements import Statement
from labdesk.engine.pipeline.prompts import (
    Sampling,
    Style,
    Template,
    chat,
    completion,
    few_shot,
    first_question,
    in_language,
)
from labdesk.engine.pipeline.seams import Draft, Kit, Slot
from labdesk.engine.runtimes import Completion

_SHOTS = 5
_INSTRUCTION = (
    "You write questions for an exam about “{title}”.\n\nText:\n{paragraph}\n\n"
    "Write one question that this sentence of the text answers: “{statement}”\n"
    "The question must be clear to somebody who has not seen the text, so it names what it asks about. "
    "Question number {number} of several different ones. Write only the question."
)


class StatementQuestions:
    """`per_statement` questions for each of the first `limit` statements."""

    type: ClassVar[str] = "StatementQuestions"
    generates: ClassVar[bool] = True

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """How the teacher is spoken to, how many questions it writes, and how freely."""

        style: Style = "completion"
        per_statement: int = 2
        limit: int = 200
        sampling: Sampling = Sampling()
        prompt: str = _INSTRUCTION

    def __init__(self, options: Options) -> None:
        self._options = options
        names = ("title", "paragraph", "statement", "number")
        self._prompt = Template(options.prompt, names, own=("statement", "number"), needed=("statement",))
        self.most_tokens = options.sampling.max_tokens

    def units(self, material: Material, kit: Kit) -> Sequence[tuple[str, int]]:
        """The same number for each statement."""
        return [(part.fact, self._options.per_statement) for part in material.statements[: self._options.limit]]

    def make(self, material: Material, slots: Sequence[Slot], kit: Kit) -> Iterator[Draft]:
        """One question per slot; a slot where the teacher wrote none gets a fault."""
        parts = {part.fact: part for part in material.statements}
        shots = _shots(material)
        requests = {slot.id: self._request(slot, parts[slot.unit], material, shots, kit) for slot in slots}
        answers = kit.complete(list(requests.values()))
        for slot in slots:
            if slot.id not in answers:
                return
            part = parts[slot.unit]
            question = first_question(answers[slot.id].text)
            yield Draft(
                slot=slot,
                origin="document",
                form="long",
                fact=part.fact,
                question=question,
                answer=part.text,
                source=SourceSpan(part.document, part.start, part.end),
                prompt=requests[slot.id].prompt,
                fault=_fault(question, part),
            )

    def _request(
        self, slot: Slot, part: Statement, material: Material, shots: list[list[tuple[str, str]]], kit: Kit
    ) -> Completion:
        if self._options.style == "chat":
            paragraph = next((one.text for one in material.paragraphs if one.start <= part.start < one.end), part.text)
            text, common = self._prompt.fill(
                title=material.title, paragraph=paragraph, statement=part.text, number=slot.index + 1
            )
            return chat(slot, kit.runtime, text + in_language(material), common, self._options.sampling)
        prompt, shared = few_shot(shots, [("Sentence", part.text)], "Question")
        return completion(slot, prompt, shared, self._options.sampling)


def _shots(material: Material) -> list[list[tuple[str, str]]]:
    """Records made of seeds: the statement that holds the seed's answer, and the seed's question."""
    found: list[list[tuple[str, str]]] = []
    step = max(1, len(material.seeds) // _SHOTS)
    for seed in material.seeds[::step][:_SHOTS]:
        best = max(material.statements, key=partial(_shared, seed), default=None)
        if best is not None:
            found.append([("Sentence", best.text), ("Question", seed.question)])
    return found


def _shared(seed: Seed, part: Statement) -> int:
    """How many content words a statement shares with a seed."""
    return len(_content(part.text) & (_content(seed.question) | _content(seed.answer)))


def _content(text: str) -> set[str]:
    return {stem(word) for word in words(text) if word not in STOP_WORDS}


def _fault(question: str, part: Statement) -> str:
    """Why a question cannot belong to its statement; "" when it may."""
    if not question:
        return "The teacher wrote no question."
    common = _content(question) & _content(part.text)
    if len(common) < min(2, len(_content(part.text))):
        return "The question has too few words in common with the sentence it should ask about."
    return ""
