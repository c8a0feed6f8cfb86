"""The teacher continues the seed examples of a skill with new ones of the same kind."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import ClassVar

import msgspec

from labdesk.core.samples.material import Material, Seed
from labdesk.engine.pipeline.prompts import Sampling, Style, Template, chat, completion, few_shot, in_language
from labdesk.engine.pipeline.seams import Draft, Kit, Slot
from labdesk.engine.runtimes import Completion

_SHOTS = 5
_INSTRUCTION = (
    "You write training examples for this task: {task}\n\nHere are some:\n\n{shots}\n\n"
    "Write one new example of the same kind about something else, in exactly the same form."
)


class Examples:
    """`per_seed` new examples for each seed; each request shows the seeds in another order."""

    type: ClassVar[str] = "Examples"
    generates: ClassVar[bool] = True

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """How the teacher is spoken to, how many examples it tries, and how freely."""

        style: Style = "completion"
        per_seed: int = 6
        sampling: Sampling = Sampling(temperature=0.8, top_p=0.95, max_tokens=120)
        prompt: str = _INSTRUCTION

    def __init__(self, options: Options) -> None:
        self._options = options
        self._prompt = Template(options.prompt, ("task", "shots"), own=("shots",), needed=("shots",))
        self.most_tokens = options.sampling.max_tokens

    def units(self, material: Material, kit: Kit) -> Sequence[tuple[str, int]]:
        """The same number for each seed."""
        return [(seed.fact, self._options.per_seed) for seed in material.seeds]

    def make(self, material: Material, slots: Sequence[Slot], kit: Kit) -> Iterator[Draft]:
        """One example per slot; a broken record gets a fault."""
        requests = {slot.id: self._request(slot, material, kit) for slot in slots}
        answers = kit.complete(list(requests.values()))
        for slot in slots:
            if slot.id not in answers:
                return
            context, question, answer = parse(answers[slot.id].text, grounded=material.kind == "grounded")
            yield Draft(
                slot=slot,
                origin="skill",
                form="short",
                fact=f"{slot.unit} example {slot.index}",
                question=question,
                answer=answer,
                context=context,
                prompt=requests[slot.id].prompt,
                fault="" if question and answer else "The teacher did not keep to the form of the examples.",
            )

    def _request(self, slot: Slot, material: Material, kit: Kit) -> Completion:
        draw = random.Random(slot.seed)
        chosen = draw.sample(material.seeds, min(_SHOTS, len(material.seeds)))
        shots = [_record(seed, material.kind == "grounded") for seed in chosen]
        ask = "Context" if material.kind == "grounded" else "Question"
        if self._options.style == "chat":
            lines = "\n\n".join("\n".join(f"{label}: {text}" for label, text in shot) for shot in shots)
            text, _shared = self._prompt.fill(task=material.task, shots=lines)
            text += in_language(material)
            return chat(slot, kit.runtime, text, "", self._options.sampling)
        prompt, shared = few_shot(shots, [], ask)
        return completion(slot, prompt, shared, self._options.sampling, stop=(f"\n\n{ask}:", "\n\n"))


def _record(seed: Seed, grounded: bool) -> list[tuple[str, str]]:
    context = [("Context", seed.context)] if grounded else []
    return [*context, ("Question", seed.question), ("Answer", seed.answer)]


def parse(text: str, *, grounded: bool) -> tuple[str, str, str]:
    """(context, question, answer) from a record whose first label may be missing, as when it stood in the prompt."""
    fields: dict[str, list[str]] = {}
    label = "context" if grounded else "question"
    for line in text.strip().splitlines():
        name, mark, rest = line.partition(":")
        known = name.strip().lower() if mark else ""
        if known in ("context", "question", "answer"):
            if known in fields:
                break  # the next record begins
            label, line = known, rest
        fields.setdefault(label, []).append(line.strip())
    context, question, answer = (" ".join(fields.get(name, [])).strip() for name in ("context", "question", "answer"))
    return (context, question, answer) if not grounded or context else ("", "", "")
