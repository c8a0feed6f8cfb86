"""Cuts a document into statements: sentences that say by themselves what they are about.

"It was built in 1998." teaches nothing out of its place, so a pronoun at the start of a sentence is replaced by what
the sentence before spoke of, or by the title. Rules for English; other languages pass through unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from labdesk.core.samples.phrasebook import upper_first

_PRONOUN = re.compile(r"^(It|He|She|They|Its|His|Her|Their)\b")
_POSSESSIVE = ("Its", "His", "Her", "Their")
_END = re.compile(r"(?<=[.!?])[\"'”’)]?\s+(?=[\"'“‘(]?[A-Z0-9À-Þ])")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|etc|e\.g|i\.e|approx|ca|[A-Z])\.$")
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|must|may|will|does|do|did|became|began|holds?|takes?|costs?|runs?|lives?"
    r"|comes?|goes|makes?|gives?|keeps?|[a-z]{3,}ed|[a-z]{3,}s)\b"
)
_APPOSITION = re.compile(r"(?:The|Today's|His|Her|Its|Our|A|An)\b[^,]{2,40}, ((?:the |a |an )?[A-Z][^,]{1,40}), (?:is|was|has|had)\b")
_NOT_SUBJECT = re.compile(r"(?i)^(?:in|on|at|when|if|to|for|after|before|since|until|while|because|although|every time|once|only)\b")
#: Longer sentences are cut at a semicolon, because a tiny student learns short statements better.
_LONG = 30
_MAX_CHARS = 400


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence (or paragraph) of a document. `text` stands by itself; [start, end) are the characters it comes from."""

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
    heading = next((line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("# ")), "")
    topic = heading or title
    sentences: list[Statement] = []
    paragraphs: list[Statement] = []
    for start, end in _paragraphs(text):
        paragraphs.append(Statement(document=document, start=start, end=end, text=_plain(text[start:end])))
        spoken_of = ""
        for first, last in _sentences(text, start, end):
            raw = _plain(text[first:last])
            whole = resolved(raw, spoken_of or topic)
            spoken_of = subject(whole) or spoken_of
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
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"(\*\*|__|`)(.+?)\1", r"\2", text)
    return " ".join(text.split())


def _is_statement(text: str) -> bool:
    """Worth teaching: four words or more, not a question, not endless."""
    return 4 <= len(text.split()) and not text.endswith("?") and len(text) <= _MAX_CHARS


def subject(sentence: str) -> str:
    """What a sentence speaks of: the words before its verb when they look like a name or a noun; "" when unsure."""
    if match := _APPOSITION.match(sentence):
        return match[1]
    match = _VERB.search(sentence)
    if not match or match.start() == 0 or _NOT_SUBJECT.match(sentence):
        return ""
    words = re.sub(r" (?:who|that|which)$", "", sentence[: match.start()].strip())
    return words if "," not in words and 0 < len(words.split()) <= 6 and not _PRONOUN.match(words) else ""


def resolved(sentence: str, spoken_of: str) -> str:
    """The sentence with a pronoun at its start replaced by `spoken_of`; ends with a full stop."""
    whole = sentence if sentence[-1:] in ".!?" else sentence.rstrip(",;:") + "."
    match = _PRONOUN.match(whole)
    if match and spoken_of:
        whole = spoken_of + ("'s" if match[1] in _POSSESSIVE else "") + whole[match.end() :]
    return upper_first(whole)
