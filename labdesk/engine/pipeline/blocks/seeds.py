"""The person's own seed examples, unchanged: what was written by hand is always taught."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import msgspec

from labdesk.core.samples.material import Material, Seed
from labdesk.engine.pipeline.seams import Draft, Kit, Slot


class Seeds:
    """One sample per seed example."""

    type: ClassVar[str] = "Seeds"
    generates: ClassVar[bool] = False
    most_tokens = 0

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """This block has no settings."""

    def __init__(self, options: Options) -> None:
        del options

    def units(self, material: Material, kit: Kit) -> Sequence[tuple[str, int]]:
        """One sample for each seed."""
        return [(seed.fact, 1) for seed in material.seeds]

    def make(self, material: Material, slots: Sequence[Slot], kit: Kit) -> Iterator[Draft]:
        """The seeds as they are."""
        seeds: dict[str, Seed] = {seed.fact: seed for seed in material.seeds}
        for slot in slots:
            seed = seeds[slot.unit]
            yield Draft(
                slot=slot,
                origin="seed",
                form="short",
                fact=seed.fact,
                question=seed.question,
                answer=seed.answer,
                context=seed.context if material.kind == "grounded" else "",
            )
