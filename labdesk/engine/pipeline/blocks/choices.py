"""Multiple-choice questions for the exam: each seed question with its answer and three wrong ones of the document."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import ClassVar

import msgspec

from labdesk.core.exam.choices import bare, in_lines, wrong_answers
from labdesk.core.samples.identity import choice_seed
from labdesk.core.samples.material import Material, Seed
from labdesk.engine.pipeline.seams import Draft, Kit, Slot


class Choices:
    """One sample per seed whose answer is short and has three others of its kind in the leaf; the rest get a fault.

    The question holds the choices in lettered lines, the answer is the right line.
    """

    type: ClassVar[str] = "Choices"
    generates: ClassVar[bool] = False
    most_tokens = 0

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """This block has no settings."""

    def __init__(self, options: Options) -> None:
        del options

    def units(self, material: Material, kit: Kit) -> Sequence[tuple[str, int]]:
        """One sample for each seed of a knowledge leaf."""
        return [(seed.fact, 1) for seed in material.seeds] if material.kind == "knowledge" else []

    def make(self, material: Material, slots: Sequence[Slot], kit: Kit) -> Iterator[Draft]:
        """The seeds as questions with four choices, in an order drawn from the job's seed."""
        seeds: dict[str, Seed] = {seed.fact: seed for seed in material.seeds}
        for slot in slots:
            seed = seeds[slot.unit]
            draw = random.Random(choice_seed("choices", kit.seed, material.leaf, seed.fact))
            right = bare(seed.answer)
            wrong = wrong_answers(right, seed.question, material, draw)
            choices = draw.sample([right, *wrong], 1 + len(wrong))
            yield Draft(
                slot=slot,
                origin="pattern",
                form="short",
                fact=seed.fact,
                question=in_lines(seed.question, choices),
                answer=f"{chr(65 + choices.index(right))}. {right}",
                fault="" if wrong else "The document does not say three other things of the same kind.",
            )
