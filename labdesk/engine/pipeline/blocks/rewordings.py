"""The teacher rewords the seed questions; the seed's answer stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

import msgspec

from labdesk.core.exam.scoring import names_and_numbers, stem, words
from labdesk.core.samples.language import ENGLISH
from labdesk.core.samples.material import Material, Seed
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

#: What a tiny teacher sees before the question it has to reword: everyday pairs of ours.
_SHOTS = (
    ("Who built the bridge in Altona?", "What is the name of the person who built the bridge in Altona?"),
    ("When was the museum opened?", "In which year did the museum open?"),
    ("How many rooms does the hotel have?", "What is the number of rooms in the hotel?"),
    ("What is the dog of Mr Brown called?", "What name did Mr Brown give to his dog?"),
    ("Where does the train from Lund stop?", "At which place does the train from Lund come to a halt?"),
    ("What does the baker sell on Sunday?", "On Sunday, what can you buy from the baker?"),
)
_INSTRUCTION = (
    "Write the following question in other words. It must ask for exactly the same thing, keep all names and numbers, "
    "and have another form than before. This is version {number} of several.\n\n"
    "Question: {question}\n\nWrite only the question."
)
_KINDS = {
    "who": "who whom whose person name which woman man named",
    "when": "when year date day time month long which since",
    "where": "where place location city town country spot which at in",
    "how many": "many number count amount total",
    "why": "why reason cause what for",
}


class Rewordings:
    """`per_seed` rewordings of each seed question."""

    type: ClassVar[str] = "Rewordings"
    generates: ClassVar[bool] = True

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """How the teacher is spoken to, how many rewordings it tries, and how freely."""

        style: Style = "completion"
        per_seed: int = 4
        sampling: Sampling = Sampling()
        prompt: str = _INSTRUCTION

    def __init__(self, options: Options) -> None:
        self._options = options
        self._prompt = Template(
            options.prompt, ("question", "number"), own=("number", "question"), needed=("question",)
        )
        self.most_tokens = options.sampling.max_tokens

    def units(self, material: Material, kit: Kit) -> Sequence[tuple[str, int]]:
        """The same number for each seed; none in a language that the examples for a tiny teacher are not in."""
        if self._options.style == "completion" and material.language != ENGLISH:
            return []
        return [(seed.fact, self._options.per_seed) for seed in material.seeds]

    def make(self, material: Material, slots: Sequence[Slot], kit: Kit) -> Iterator[Draft]:
        """One rewording per slot; one that lost a name or changed what it asks for gets a fault."""
        seeds = {seed.fact: seed for seed in material.seeds}
        requests = {slot.id: self._request(slot, seeds[slot.unit], in_language(material), kit) for slot in slots}
        answers = kit.complete(list(requests.values()))
        for slot in slots:
            if slot.id not in answers:
                return
            seed = seeds[slot.unit]
            question = first_question(_restore(answers[slot.id].text, seed.question))
            yield Draft(
                slot=slot,
                origin="rephrased",
                form="short",
                fact=seed.fact,
                question=question,
                answer=seed.answer,
                context=seed.context if material.kind == "grounded" else "",
                prompt=requests[slot.id].prompt,
                fault=_fault(question, seed),
            )

    def _request(self, slot: Slot, seed: Seed, language: str, kit: Kit) -> Completion:
        if self._options.style == "chat":
            text, common = self._prompt.fill(question=seed.question, number=slot.index + 1)
            return chat(slot, kit.runtime, text + language, common, self._options.sampling)
        shots = [[("Question", one), ("In other words", other)] for one, other in _SHOTS]
        prompt, shared = few_shot(shots, [("Question", _stand_in(seed.question))], "In other words")
        return completion(slot, prompt, shared, self._options.sampling)


_STAND_INS = ("London", "Paris", "Berlin", "Rome", "Madrid")


def _names(question: str) -> list[str]:
    """The names in a question, longest first, without its first word."""
    inner = re.sub(r"^\W*\w+", "", question)
    found = re.findall(r"[A-Z][\w'’-]*(?: (?:of |the )?[A-Z][\w'’-]*)*", inner)
    return sorted(dict.fromkeys(found), key=len, reverse=True)[: len(_STAND_INS)]


def _stand_in(question: str) -> str:
    """The question with common names for rare ones: a tiny teacher misspells what it has never read."""
    for name, stand_in in zip(_names(question), _STAND_INS, strict=False):
        question = question.replace(name, stand_in)
    return question


def _restore(text: str, question: str) -> str:
    """The rare names again."""
    for name, stand_in in zip(_names(question), _STAND_INS, strict=False):
        text = text.replace(stand_in, name)
    return text


def _fault(question: str, seed: Seed) -> str:
    """Why a rewording is none; "" when it may be one."""
    if not question:
        return "The teacher wrote no question."
    new, old = {stem(word) for word in words(question)}, seed.question
    lost = [name for name in names_and_numbers(old) if stem(name) not in new]
    if lost:
        return f"The rewording lost “{lost[0]}”."
    if words(question) == words(old):
        return "The teacher repeated the question."
    kind = next((kind for kind in _KINDS if old.lower().startswith(kind)), "")
    if kind and new.isdisjoint(stem(word) for word in _KINDS[kind].split()):
        return "The rewording asks for another kind of thing."
    said = {stem(word) for word in words(seed.answer)} - {stem(word) for word in words(old)}
    if any(stem(name) in new & said for name in names_and_numbers(seed.answer)):
        return "The rewording gives the answer away."
    return ""
