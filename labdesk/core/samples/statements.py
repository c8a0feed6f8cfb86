"""Cuts a document into statements: sentences that say by themselves what they are about.

"It was built in 1998." teaches nothing out of its place, so a pronoun at the start of a sentence is replaced by what
the sentence before spoke of; where that is unclear the two stay together. Rules for English; other languages pass
through unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from labdesk.core.samples.clauses import clauses
from labdesk.core.samples.phrasebook import upper_first

_PRONOUN = re.compile(r"^(It|He|She|They|Its|His|Her|Their)\b")
_POSSESSIVE = ("Its", "His", "Her", "Their")
_END = re.compile(r"(?<=[.!?])[\"'”’)]?\s+(?=[\"'“‘(]?[A-Z0-9À-Þ])")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|etc|e\.g|i\.e|approx|ca|[A-Z])\.$")
#: Longer sentences are cut at a semicolon, because a tiny student learns short statements better.
_LONG = 30
_MAX_CHARS = 400
#: Two sentences that need one another stay together up to so many words.
_TOGETHER = 45


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence (or paragraph) of a document. `text` stands alone; [start, end): the characters it is from."""

    document: str
    start: int
    end: int
    text: str

    @property
    def fact(self) -> str:
        """The name of what it teaches, within its leaf."""
        return f"document {self.start}-{self.end}"


def statements(document: str, text: str, title: str) -> tuple[list[Statement], list[Statement], str]:
    """(sentences, paragraphs, first heading or ""). `title` stands in for a pronoun that nothing else explains."""
    found = re.search(r"^# +(.+)$|^(\S.*)\n={3,}\s*$", text, re.M)
    heading = (found[1] or found[2]).strip(" #") if found else ""
    topic = heading or title
    sentences: list[Statement] = []
    paragraphs: list[Statement] = []
    for start, end in _paragraphs(text):
        paragraphs.append(Statement(document=document, start=start, end=end, text=_plain(text[start:end])))
        before = ""
        for first, last in _sentences(text, start, end):
            whole = _standing_alone(_plain(text[first:last]), before, topic)
            before = whole or before
            if _is_statement(whole):
                sentences.append(Statement(document=document, start=first, end=last, text=whole))
    return sentences, paragraphs, heading


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Spans of text between empty lines; headings, code fences, tables and rules are left out."""
    for match in re.finditer(r"\S(?:[^\n]|\n(?!\s*\n))*", text):
        block = match[0]
        start = match.start()
        while block.startswith("#"):  # a heading directly above its text
            line, _, block = block.partition("\n")
            start += len(line) + 1
        if re.search(r"\n(?:=+|-+)\s*$", block):  # a heading with a line under it
            continue
        if block.strip() and not re.match(r"(?:```|~~~|\||[-*_=]{3,}\s*$|<)", block):
            yield start, start + len(block.rstrip())


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of the sentences (list items count as sentences) of one paragraph."""
    at = start
    cuts = [m.end() for m in re.finditer(r"\n(?=\s*(?:[-*+]|\d+[.)])\s)", text[start:end])]
    cuts += [m.end() for m in _END.finditer(text[start:end])]
    for cut in sorted({*cuts, end - start}):
        piece = text[at : start + cut]
        if _ABBREVIATION.search(piece.rstrip()) and start + cut < end:
            continue
        yield from _clauses(text, at, start + cut)
        at = start + cut


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """One span, or two when a long sentence has a semicolon."""
    middle = text.find(";", start, end)
    if middle > 0 and len(text[start:end].split()) > _LONG:
        yield start, middle
        yield middle + 1, end
    elif text[start:end].strip():
        yield start, end


def _plain(text: str) -> str:
    """One line, without list marks, emphasis and links."""
    text = re.sub(r"^\s*(?:[-*+>]|\d+[.)])\s+", "", text)
    # The target of a link may hold brackets of its own, as Wikipedia's do.
    text = re.sub(r"!?\[([^\]]*)\]\((?:[^()]|\([^()]{0,200}\)){0,500}\)", r"\1", text)
    text = re.sub(r"(\*\*|__|`|\*|(?<!\w)_)(\S.*?)\1", r"\2", text)
    return " ".join(text.split())


def _is_statement(text: str) -> bool:
    """Worth teaching: four words or more, not a question, not endless."""
    return len(text.split()) >= 4 and not text.endswith("?") and len(text) <= _MAX_CHARS


def subject(sentence: str) -> str:
    """What a sentence speaks of, when its form is simple enough to be sure; else ""."""
    found = clauses(sentence)
    return found[0].subject if found and sentence.lstrip().startswith(found[0].subject[:3]) else ""


def _standing_alone(sentence: str, before: str, topic: str) -> str:
    """The sentence so that it can be understood alone; "" when that cannot be had.

    A pronoun stands for the subject of the sentence before, if that has a clear one of the same number; else the two
    sentences stay together. In the first sentence of a paragraph it can only mean the topic.
    """
    whole = sentence if sentence[-1:] in ".!?" else sentence.rstrip(",;:") + "."
    match = _PRONOUN.match(whole)
    if not match:
        return upper_first(whole)
    meant = subject(before) if before else topic
    if match[1] in ("He", "She", "His", "Her") and not re.match(r"(?!The |A |An )[A-Z]", meant):
        meant = ""  # whether “the source” or the person in it is meant, no rule can tell
    plural = meant.endswith("s") or " and " in meant or meant.startswith(("All ", "Some ", "Many "))
    if meant and plural == (match[1] in ("They", "Their")):
        return upper_first(meant + ("'s" if match[1] in _POSSESSIVE else "") + whole[match.end() :])
    together = f"{before} {whole}"
    return together if before and len(together.split()) <= _TOGETHER else ""
