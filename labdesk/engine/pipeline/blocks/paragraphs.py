"""The paragraphs of the source document as plain text, to be learned word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import msgspec

from labdesk.core.samples.material import Material
from labdesk.core.samples.sample import SourceSpan
from labdesk.engine.pipeline.seams import Draft, Kit, Slot


class Paragraphs:
    """One sample without a question per paragraph, in the order of the document."""

    type: ClassVar[str] = "Paragraphs"
    generates: ClassVar[bool] = False
    most_tokens = 0

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """At most so many paragraphs of a document."""

        limit: int = 400

    def __init__(self, options: Options) -> None:
        self._limit = options.limit

    def units(self, material: Material, kit: Kit) -> Sequence[tuple[str, int]]:
        """One sample per paragraph."""
        return [(part.fact, 1) for part in material.paragraphs[: self._limit]]

    def make(self, material: Material, slots: Sequence[Slot], kit: Kit) -> Iterator[Draft]:
        """The paragraphs as they are."""
        parts = {part.fact: part for part in material.paragraphs}
        for slot in slots:
            part = parts[slot.unit]
            yield Draft(
                slot=slot,
                origin="document",
                form="document",
                fact=part.fact,
                question="",
                answer=part.text,
                source=SourceSpan(part.document, part.start, part.end),
            )
