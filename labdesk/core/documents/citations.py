"""Finds the place of a quotation in a document: seed contexts and evidence of samples point back to their source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import msgspec

from labdesk.core.documents.plain import Mapped

_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ", "…": "."})
_MARKS = re.compile(r"[*_`#>|\\]+|(?<=\])\([^)\n]{0,500}\)|[\[\]]")
MIN_PART = 24
"""Characters that a part of a quotation needs to count as found on its own."""


class Span(msgspec.Struct, frozen=True, order=True):
    """Characters `start` to `end` of a document's text."""

    start: int
    end: int


def find_quote(document: str, quote: str) -> Span | None:
    """Where `quote` stands in `document`; blanks, line breaks, Markdown marks and kinds of quote may differ."""
    return Quotable(document).find(quote)


class Quotable:
    """A document made ready to look up many quotations."""

    def __init__(self, document: str) -> None:
        self._plain = _normal(document)
        self._lower = self._plain.text.lower()

    def find(self, quote: str) -> Span | None:
        """The first place of the whole quotation; capital letters may differ when nothing else fits."""
        wanted = _normal(quote).text.strip()
        if not wanted:
            return None
        at = self._plain.text.find(wanted)
        if at < 0 and len(self._lower) == len(self._plain.text):
            at = self._lower.find(wanted.lower())
        return Span(*self._plain.span(at, at + len(wanted))) if at >= 0 else None

    def find_parts(self, quote: str) -> tuple[Span, ...]:
        """As `find`; a quotation that left something out gives the places of its sentences or lines."""
        whole = self.find(quote)
        if whole:
            return (whole,)
        parts = (part.strip() for part in re.split(r"\n+|(?<=[.!?])\s+", quote))
        found = (self.find(part) for part in parts if len(part) >= MIN_PART)
        return merge(span for span in found if span)


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, overlapping ones made one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def coverage(document: str, quotes: Iterable[str]) -> tuple[tuple[Span, ...], float]:
    """The spans that the quotations cite, and their share (0 to 1) of the document's visible characters."""
    source = Quotable(document)
    spans = merge(span for quote in quotes for span in source.find_parts(quote))
    visible = sum(not character.isspace() for character in document)
    cited = sum(not character.isspace() for span in spans for character in document[span.start : span.end])
    return spans, (cited / visible if visible else 0.0)


def _normal(text: str) -> Mapped:
    """Text with one kind of blank, quotation mark and dash and without Markdown marks; knows its original places."""
    characters: list[str] = []
    offsets: list[int] = []
    skip = {place for mark in _MARKS.finditer(text) for place in range(*mark.span())}
    for place, character in enumerate(text):
        if place in skip:
            continue
        plain = unicodedata.normalize("NFKC", character).translate(_SAME) if ord(character) > 127 else character
        for one in plain:
            if one.isspace():
                if characters and characters[-1] == " ":
                    continue
                one = " "
            characters.append(one)
            offsets.append(place)
    return Mapped("".join(characters), tuple(offsets))
