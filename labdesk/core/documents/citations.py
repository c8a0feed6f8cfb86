"""Finds the place of a quotation in a document: seed contexts and evidence of samples point back to their source."""

from __future__ import annotations

import bisect
import functools
import re
import unicodedata
from collections.abc import Generator, Iterable, Iterator

import msgspec

_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
_MARKS = r"*_`#>|\\\[\]"
_TOKEN = re.compile(
    rf"(?P<marks>[{_MARKS}]+)|(?P<link>(?<=\])\([^)\n]{{0,500}}\))|(?P<blank>\s+)"
    rf"|(?P<run>[^\s{_MARKS}]{{1,500}}(?: [^\s{_MARKS}]{{1,500}}){{0,9}})"
)
_STEP = 5_000
_PARTS = 3_000
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
    """A document made ready to look up many quotations.

    Making a long one ready takes a while (some 100 ms for each million characters). Who must not wait makes it with
    `ready=False` and walks through `prepare` at leisure before asking.
    """

    def __init__(self, document: str, *, ready: bool = True) -> None:
        self._document = document
        self._plain = _Plain()
        self._text = self._lower = ""
        if ready:
            for _ in self.prepare():
                pass

    def prepare(self) -> Iterator[None]:
        """The work of making it ready, in steps of a few milliseconds at most."""
        pause = _STEP
        for token in _TOKEN.finditer(self._document):
            self._plain.take(token)
            if token.end() > pause:
                pause = token.end() + _STEP
                yield
        pieces, lower = [], []
        for piece in self._plain.pieces():
            pieces.append(piece)
            lower.append(piece.lower())
            yield
        self._text = "".join(pieces)
        yield
        self._lower = "".join(lower)

    def find(self, quote: str) -> Span | None:
        """The first place of the whole quotation; capital letters may differ when nothing else fits."""
        wanted = _normal(quote).strip()
        if not wanted:
            return None
        at = self._text.find(wanted)
        if at < 0 and len(self._lower) == len(self._text):
            at = self._lower.find(wanted.lower())
        return Span(*self._plain.span(at, at + len(wanted))) if at >= 0 else None

    def find_parts(self, quote: str) -> tuple[Span, ...]:
        """As `find`; a quotation that left something out gives the places of its sentences or lines."""
        search = self.finding_parts(quote)
        while True:
            try:
                next(search)
            except StopIteration as end:
                found: tuple[Span, ...] = end.value
                return found

    def finding_parts(self, quote: str) -> Generator[None, None, tuple[Span, ...]]:
        """As `find_parts`, part by part: in a long document each takes some milliseconds."""
        whole = self.find(quote)
        if whole:
            return (whole,)
        found: list[Span] = []
        for part in re.split(r"\n+|(?<=[.!?])\s+", quote):
            yield
            span = self.find(part.strip()) if len(part.strip()) >= MIN_PART else None
            if span:
                found.append(span)
        return merge(found)


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


class _Plain:
    """Text with one kind of blank, quotation mark and dash and without Markdown marks; knows its original places.

    Kept as runs: character `starts[n] + k` of the plain text is character `origins[n] + k` of the original.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._starts: list[int] = []
        self._origins: list[int] = []
        self._length = 0

    def take(self, token: re.Match[str]) -> None:
        """The next token of the original."""
        run = token["run"]
        if run is not None:
            same = run.translate(_SAME)
            if same.isascii() or unicodedata.is_normalized("NFKC", same):
                self._put(same, token.start())
            else:
                for place, character in enumerate(run, token.start()):
                    self._put_odd(_same(character), place)
        elif token["blank"] is not None:
            self._put_odd(" ", token.start())

    def pieces(self) -> Iterator[str]:
        """All of it, in pieces of some 100,000 characters."""
        for first in range(0, len(self._parts), _PARTS):
            yield "".join(self._parts[first : first + _PARTS])

    def text(self) -> str:
        """All of it."""
        return "".join(self._parts)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where plain characters `start` to `end` (at least one) stand in the original."""
        return self._origin(start), self._origin(end - 1) + 1

    def _origin(self, place: int) -> int:
        run = bisect.bisect_right(self._starts, place) - 1
        return self._origins[run] + place - self._starts[run]

    def _put(self, text: str, origin: int) -> None:
        self._parts.append(text)
        self._starts.append(self._length)
        self._origins.append(origin)
        self._length += len(text)

    def _put_odd(self, characters: str, origin: int) -> None:
        """Characters that all stand at one place; several blanks become one."""
        for character in characters:
            blank = character.isspace()
            if not blank or (self._parts and not self._parts[-1].endswith(" ")):
                self._put(" " if blank else character, origin)
            elif not self._parts:
                self._put(" ", origin)


@functools.lru_cache(maxsize=4096)
def _same(character: str) -> str:
    """What a character is looked up as; one character may become several."""
    return unicodedata.normalize("NFKC", character).translate(_SAME)


def _normal(text: str) -> str:
    plain = _Plain()
    for token in _TOKEN.finditer(text):
        plain.take(token)
    return plain.text()
