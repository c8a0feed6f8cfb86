"""Each seed question in many wordings made by rule, all with the seed's answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import msgspec

from labdesk.core.samples.identity import choice_seed
from labdesk.core.samples.material import Material, Seed
from labdesk.core.samples.phrasing import subject_of, wordings
from labdesk.engine.pipeline.seams import Draft, Kit, Slot


class Wordings:
    """`per_seed` wordings of each seed question (fewer where the rules find fewer)."""

    type: ClassVar[str] = "Wordings"
    generates: ClassVar[bool] = False
    most_tokens = 0

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """How many wordings to make of each seed question, the question itself not counted."""

        per_seed: int = 24

    def __init__(self, options: Options) -> None:
        self._count = options.per_seed

    def units(self, material: Material, kit: Kit) -> Sequence[tuple[str, int]]:
        """As many as the rules find for each seed."""
        return [(seed.fact, len(self._wordings(seed, material, kit))) for seed in material.seeds]

    def make(self, material: Material, slots: Sequence[Slot], kit: Kit) -> Iterator[Draft]:
        """Wording number `index` of the seed that the slot names."""
        seeds = {seed.fact: seed for seed in material.seeds}
        found = {fact: self._wordings(seeds[fact], material, kit) for fact in {slot.unit for slot in slots}}
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

    def _wordings(self, seed: Seed, material: Material, kit: Kit) -> list[str]:
        subject = subject_of([one.question for one in material.seeds], material.title)
        drawn = choice_seed(kit.seed, material.leaf, seed.fact)
        return wordings(seed.question, seed.answer, subject, kit.book, self._count + 1, drawn)[1:]
