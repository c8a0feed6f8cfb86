"""Each seed's answer as the answer to loose cue words from its question and its passage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import msgspec

from labdesk.core.samples.cues import cue_questions
from labdesk.core.samples.identity import choice_seed
from labdesk.core.samples.material import Material, Seed
from labdesk.core.samples.phrasing import subject_of
from labdesk.engine.pipeline.seams import Draft, Kit, Slot


class Cues:
    """`per_seed` cue questions for each seed (fewer where its words give fewer)."""

    type: ClassVar[str] = "Cues"
    generates: ClassVar[bool] = False
    most_tokens = 0

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """How many cue questions to make for each seed."""

        per_seed: int = 20

    def __init__(self, options: Options) -> None:
        self._count = options.per_seed

    def units(self, material: Material, kit: Kit) -> Sequence[tuple[str, int]]:
        """As many as can be drawn for each seed."""
        return [(seed.fact, len(self._questions(seed, material, kit))) for seed in material.seeds]

    def make(self, material: Material, slots: Sequence[Slot], kit: Kit) -> Iterator[Draft]:
        """Cue question number `index` of the seed that the slot names."""
        seeds = {seed.fact: seed for seed in material.seeds}
        found = {fact: self._questions(seeds[fact], material, kit) for fact in {slot.unit for slot in slots}}
        for slot in slots:
            seed = seeds[slot.unit]
            yield Draft(
                slot=slot,
                origin="pattern",
                form="short",
                fact=seed.fact,
                question=found[slot.unit][slot.index],
                answer=seed.answer,
            )

    def _questions(self, seed: Seed, material: Material, kit: Kit) -> list[str]:
        subject = subject_of([one.question for one in material.seeds], material.title)
        drawn = choice_seed("cues", kit.seed, material.leaf, seed.fact)
        return cue_questions(seed.question, seed.answer, seed.context, subject, kit.book, self._count, drawn)
