"""What blocks share that ask for each seed's answer in other questions, made by rule: no teacher, no chance."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar

from labdesk.core.samples.material import Material, Seed
from labdesk.core.samples.phrasing import subject_of
from labdesk.engine.pipeline.seams import Draft, Kit, Slot


class SeedQuestions(ABC):
    """A block is a subclass with a `type` that says which questions lead to a seed's answer."""

    generates: ClassVar[bool] = False
    most_tokens = 0

    @abstractmethod
    def questions(self, seed: Seed, subject: str, material: Material, kit: Kit) -> list[str]:
        """The questions for one seed, always the same ones. `subject` is what the leaf is about."""

    def units(self, material: Material, kit: Kit) -> Sequence[tuple[str, int]]:
        """As many as the rules find for each seed."""
        return [(fact, len(found)) for fact, found in self._of_all(material.seeds, material, kit).items()]

    def make(self, material: Material, slots: Sequence[Slot], kit: Kit) -> Iterator[Draft]:
        """Question number `index` of the seed that the slot names."""
        seeds = {seed.fact: seed for seed in material.seeds}
        wanted = dict.fromkeys(slot.unit for slot in slots)
        found = self._of_all([seeds[fact] for fact in wanted], material, kit)
        for slot in slots:
            seed = seeds[slot.unit]
            yield Draft(
                slot=slot,
                origin="pattern",
                form="short",
                fact=seed.fact,
                question=found[slot.unit][slot.index],
                answer=seed.answer,
                context=seed.context if material.kind == "grounded" else "",
            )

    def _of_all(self, seeds: Sequence[Seed], material: Material, kit: Kit) -> dict[str, list[str]]:
        subject = subject_of([one.question for one in material.seeds], material.title)
        return {seed.fact: self.questions(seed, subject, material, kit) for seed in seeds}
