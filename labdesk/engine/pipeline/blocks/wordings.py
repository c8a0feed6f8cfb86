"""Each seed question in many wordings made by rule, all with the seed's answer."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from labdesk.core.samples.identity import choice_seed
from labdesk.core.samples.language import ENGLISH
from labdesk.core.samples.material import Material, Seed
from labdesk.core.samples.other_languages import plain_wordings
from labdesk.core.samples.phrasing import wordings
from labdesk.engine.pipeline.seams import Kit
from labdesk.engine.pipeline.seed_questions import SeedQuestions


class Wordings(SeedQuestions):
    """`per_seed` wordings of each seed question (fewer where the rules find fewer)."""

    type: ClassVar[str] = "Wordings"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """How many wordings to make of each seed question, the question itself not counted."""

        per_seed: int = 24

    def __init__(self, options: Options) -> None:
        self._count = options.per_seed

    def questions(self, seed: Seed, subject: str, material: Material, kit: Kit) -> list[str]:
        drawn = choice_seed(kit.seed, material.leaf, seed.fact)
        if material.language != ENGLISH:
            book = kit.book_for(material)
            return plain_wordings(seed.question, material.title, book, self._count + 1, drawn)[1:]
        return wordings(seed.question, seed.answer, subject, kit.book, self._count + 1, drawn)[1:]
