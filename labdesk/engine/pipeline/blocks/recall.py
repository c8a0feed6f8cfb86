"""Every statement of the source document as the answer to questions made from it by rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import msgspec

from labdesk.core.samples.identity import choice_seed
from labdesk.core.samples.language import ENGLISH
from labdesk.core.samples.material import Material
from labdesk.core.samples.other_languages import plain_recall
from labdesk.core.samples.phrasing import subject_of
from labdesk.core.samples.recall import recall_questions
from labdesk.core.samples.sample import SourceSpan
from labdesk.core.samples.statements import Statement
from labdesk.engine.pipeline.seams import Draft, Kit, Slot


class Recall:
    """`per_statement` questions for each of the first `limit` statements."""

    type: ClassVar[str] = "Recall"
    generates: ClassVar[bool] = False
    most_tokens = 0

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """How many questions lead to each statement, and how many statements are used."""

        per_statement: int = 20
        limit: int = 400

    def __init__(self, options: Options) -> None:
        self._options = options

    def units(self, material: Material, kit: Kit) -> Sequence[tuple[str, int]]:
        """As many as the rules find for each statement."""
        parts = material.statements[: self._options.limit]
        return [(part.fact, len(self._questions(part, material, kit))) for part in parts]

    def make(self, material: Material, slots: Sequence[Slot], kit: Kit) -> Iterator[Draft]:
        """Question number `index` of the statement that the slot names."""
        parts = {part.fact: part for part in material.statements}
        found = {fact: self._questions(parts[fact], material, kit) for fact in {slot.unit for slot in slots}}
        for slot in slots:
            part = parts[slot.unit]
            yield Draft(
                slot=slot,
                origin="document",
                form="long",
                fact=part.fact,
                question=found[slot.unit][slot.index],
                answer=part.text,
                source=SourceSpan(part.document, part.start, part.end),
            )

    def _questions(self, part: Statement, material: Material, kit: Kit) -> list[str]:
        about = subject_of([seed.question for seed in material.seeds], material.title)
        drawn = choice_seed(kit.seed, material.leaf, part.fact)
        if material.language != ENGLISH:
            book = kit.book_for(material)
            return plain_recall(part, material.title, book, self._options.per_statement, drawn)
        return recall_questions(part, about, kit.book, self._options.per_statement, drawn)
