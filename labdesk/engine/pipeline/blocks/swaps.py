"""Each seed of a grounded skill with other names and numbers in its text and its answer, made by rule."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import ClassVar

import msgspec

from labdesk.core.samples.material import Material
from labdesk.core.samples.swaps import copied, swapped
from labdesk.engine.pipeline.seams import Draft, Kit, Slot


class Swaps:
    """`per_seed` variants of each seed whose answer copies something from its text."""

    type: ClassVar[str] = "Swaps"
    generates: ClassVar[bool] = False
    most_tokens = 0

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """How many variants to make of each seed."""

        per_seed: int = 8

    def __init__(self, options: Options) -> None:
        self._count = options.per_seed

    def units(self, material: Material, kit: Kit) -> Sequence[tuple[str, int]]:
        """The same number for each seed that has something to exchange."""
        return [(seed.fact, self._count) for seed in material.seeds if copied(seed)]

    def make(self, material: Material, slots: Sequence[Slot], kit: Kit) -> Iterator[Draft]:
        """One variant per slot; a seed that found no other names gets a fault."""
        seeds = {seed.fact: seed for seed in material.seeds}
        for slot in slots:
            found = swapped(seeds[slot.unit], material.seeds, random.Random(slot.seed))
            made = found or seeds[slot.unit]
            yield Draft(
                slot=slot,
                origin="pattern",
                form="short",
                fact=slot.unit,
                question=made.question,
                answer=made.answer,
                context=made.context,
                fault="" if found else "The seed examples have no other name or number to put in.",
            )
