"""Wordings, recall questions and cues where the English rules do not hold: right in any grammar, never English.

Der Turm wurde 1874 von Edith Crane gebaut.
  -> Der Turm wurde … von Edith Crane gebaut?   -> Turm Edith Crane gebaut …?
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from labdesk.core.samples.phrasebook import Phrasebook, upper_first
from labdesk.core.samples.statements import Statement

_WORD = re.compile(r"[^\W_][\w'’-]*")
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_NAME = re.compile(r"(?<=[^\s.!?:] )[^\W\d_a-zà-þß-ÿ][\w'’-]+(?: [^\W\d_a-zà-þß-ÿ][\w'’-]+)*")
_OPENING = "¿¡„“\"'( "
#: Stands for what is asked for.
GAP = "…"
_ATTEMPTS = 4


def plain_wordings(question: str, subject: str, book: Phrasebook, count: int, seed: int) -> list[str]:
    """Up to `count` different wordings of a question, itself first: in its language's frames, and its key words."""
    draw = random.Random(seed)
    framed = [
        upper_first(frame.format(question=question, lower=question, subject=subject))
        for frame in draw.sample(book.frames, len(book.frames))
    ]
    return list(dict.fromkeys([question, *framed, _joined(keys(question, book))]))[:count]


def plain_cues(question: str, answer: str, subject: str, book: Phrasebook, count: int, seed: int) -> list[str]:
    """Up to `count` questions of the asking word and some key words of the question, the subject now and then."""
    draw = random.Random(seed)
    asker, *rest = _WORD.findall(question) or [""]
    told = {word.lower() for word in _WORD.findall(answer)}
    own = [word for word in keys(" ".join(rest), book) if word.lower() not in told]
    found: dict[str, None] = {}
    for _attempt in range(_ATTEMPTS * count if own else 0):
        if len(found) == count:
            break
        chosen = draw.sample(own, min(len(own), draw.randint(2, 4)))
        if draw.random() < 0.5:
            chosen.insert(draw.randint(0, len(chosen)), subject)
        chosen.insert(draw.choice((0, len(chosen))), asker)
        found[_joined(chosen)] = None
    return list(found)


def plain_recall(statement: Statement, subject: str, book: Phrasebook, count: int, seed: int) -> list[str]:
    """Up to `count` questions that a sentence answers: itself with a gap, and loose key words with a gap."""
    draw = random.Random(seed)
    body = statement.text.rstrip(".!")
    spans = list(_details(body))
    gaps = [f"{body[:start]}{GAP}{body[end:]}?" for start, end in spans]
    found = dict.fromkeys([*gaps, *(f"{subject}: {gap}" for gap in gaps[:1])])
    for _attempt in range(_ATTEMPTS * count):
        if len(found) >= count:
            break
        start, end = draw.choice(spans or [(0, 0)])
        own = keys(f"{body[:start]} {body[end:]}", book)
        chosen = draw.sample(range(len(own)), min(len(own), draw.randint(3, 6)))
        words = [own[at] for at in sorted(chosen)]
        found[_joined([*words, GAP] if draw.random() < 0.5 else [f"{subject}:", *words, GAP])] = None
    return list(found)[:count]


def keys(text: str, book: Phrasebook) -> list[str]:
    """The words that matter: those that are not among the smallest of the language."""
    return list(dict.fromkeys(word for word in _WORD.findall(text) if word.lower() not in book.marks))


def _details(body: str) -> Iterator[tuple[int, int]]:
    """Spans of numbers and of names (a capital within the sentence), else of the last word."""
    found = [match.span() for match in _NUMBER.finditer(body)]
    found += [span for match in _NAME.finditer(body) if (span := match.span())]
    if not found and (last := re.search(r"[\w'’-]+$", body)):
        found = [last.span()]
    yield from found


def _joined(words: list[str]) -> str:
    return upper_first(" ".join(words).strip(_OPENING)) + "?"
