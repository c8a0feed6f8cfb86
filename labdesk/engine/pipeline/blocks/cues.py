"""Each seed's answer as the answer to loose cue words from its question and its passage."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from labdesk.core.exam.scoring import words
from labdesk.core.samples.cues import cue_questions
from labdesk.core.samples.identity import choice_seed
from labdesk.core.samples.language import ENGLISH
from labdesk.core.samples.material import Material, Seed
from labdesk.core.samples.other_languages import plain_cues
from labdesk.engine.pipeline.seams import Kit
from labdesk.engine.pipeline.seed_questions import SeedQuestions


class Cues(SeedQuestions):
    """`per_seed` cue questions for each seed (fewer where its words give fewer)."""

    type: ClassVar[str] = "Cues"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """How many cue questions to make for each seed."""

        per_seed: int = 20

    def __init__(self, options: Options) -> None:
        self._count = options.per_seed

    def questions(self, seed: Seed, subject: str, material: Material, kit: Kit) -> list[str]:
        drawn = choice_seed("cues", kit.seed, material.leaf, seed.fact)
        if material.language != ENGLISH:
            book = kit.book_for(material)
            return plain_cues(seed.question, seed.answer, material.title, book, self._count, drawn)
        others = [frozenset(words(f"{one.question} {one.answer}")) for one in material.seeds if one is not seed]
        return cue_questions(seed.question, seed.answer, seed.context, subject, kit.book, self._count, drawn, others)
