"""Where two answers differ, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_WORD = re.compile(r"\S+")
#: Longer answers are compared in their beginning only: what a person can see at once.
MOST_WORDS = 400
#: Answers that share less than this are simply two answers: a page full of marks would say nothing.
ALIKE = 0.3


def differences(one: str, other: str) -> list[tuple[int, int]]:
    """Spans of `other` (in UTF-16 units, as Qt counts) whose words are not in the same place of `one`."""
    before = [match.group() for match in _WORD.finditer(one)][:MOST_WORDS]
    found = list(_WORD.finditer(other))[:MOST_WORDS]
    after = [match.group() for match in found]
    spans: list[tuple[int, int]] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < ALIKE:
        return []
    for kind, _a, _b, start, end in matcher.get_opcodes():
        if kind in ("replace", "insert"):
            spans.append((_units(other, found[start].start()), _units(other, found[end - 1].end())))
    return spans


def _units(text: str, offset: int) -> int:
    return offset + sum(1 for character in text[:offset] if ord(character) > 0xFFFF)
