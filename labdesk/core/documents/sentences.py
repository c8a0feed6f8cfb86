"""Cuts a document into sentences that know their headings and their place in the original text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from labdesk.core.documents.plain import Block, BlockKind, blocks_of

_END = re.compile(r"(?:[.!?…]+[\"'”’»)\]]*(?=\s+[\"'“‘«(\[]*[^\s\"'“‘«(\[])|[。！？]+[」』”’）]*)")
_LAST_WORD = re.compile(r"[\w.]*\w\Z")
_ABBREVIATION_LIST = (
    "mr mrs ms dr prof st sr jr rev hon capt gen col lt sgt gov sen rep pres mt ft vs cf fig figs eq sec ch vol ed "
    "eds pp "
    "approx dept est inc ltd co corp bros jan feb mar apr jun jul aug sep sept oct nov dec e.g i.e viz al ca u.s u.k "
    "ph.d b.c a.d"
)
_ABBREVIATIONS = frozenset(_ABBREVIATION_LIST.split())
_BEFORE_NUMBERS = frozenset(("no", "nos", "p", "art", "nr", "c"))
_MAYBE_LAST = frozenset(("a.m", "p.m", "etc", "u.s", "u.k", "inc", "ltd", "co", "corp", "jr", "sr", "b.c", "a.d"))


class Sentence(msgspec.Struct, frozen=True):
    """A sentence in plain words. `start` and `end` are offsets of its words in the original text."""

    text: str
    start: int
    end: int
    titles: tuple[str, ...]
    kind: BlockKind = BlockKind.PARAGRAPH

    @property
    def heading(self) -> str:
        """The headings above, as one line."""
        return " › ".join(self.titles)


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """All sentences of a Markdown or plain text, in order. List items and table rows are sentences too."""
    return tuple(sentence for block in blocks_of(text) for sentence in sentences_of_block(block))


def sentences_of_block(block: Block) -> Iterator[Sentence]:
    """The sentences of one block; the line that introduces a list is repeated before each of its items."""
    words = block.plain.text
    if block.kind is BlockKind.PARAGRAPH and words.endswith(":"):
        return  # it comes again, with each item that it introduces
    pieces = [(0, len(words))] if block.kind is BlockKind.ROW else list(split_sentences(words))
    for number, (start, end) in enumerate(pieces):
        piece = words[start:end]
        if block.kind is not BlockKind.PARAGRAPH and piece[-1].isalnum():
            piece += "."
        if block.lead and number == 0:
            piece = f"{block.lead} {piece}"
        yield Sentence(piece, *block.plain.span(start, end), block.titles, block.kind)


def split_sentences(words: str) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences of plain words. Titles, initials and abbreviations do not end one."""
    start = 0
    for match in _END.finditer(words):
        if match.end() <= start or not _ends_sentence(words, match):
            continue
        yield start, match.end()
        start = match.end()
        while start < len(words) and words[start] == " ":
            start += 1
    if words[start:].strip():
        yield start, len(words)


def _ends_sentence(words: str, match: re.Match[str]) -> bool:
    mark = match.group()
    if mark[0] != "." or mark.startswith(".."):
        following = words[match.end() :].lstrip(" \"'“‘«([")
        # “Ahoy!” he said: the sentence goes on in lower case.
        return mark[0] in "。！？" or not following[:1].islower()
    following = words[match.end() :].lstrip(" \"'“‘«([")[:1]
    if following.islower():
        return False
    last = _LAST_WORD.search(words[max(0, match.start() - 20) : match.start()])
    word = last.group().lower() if last else ""
    if word in _BEFORE_NUMBERS and following.isdigit():
        return False
    if word in _MAYBE_LAST:
        return following.isupper()
    is_initial = len(word) == 1 and word.isalpha() and word != "i" and last is not None and last.group().isupper()
    return word not in _ABBREVIATIONS and not is_initial
