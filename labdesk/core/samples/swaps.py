"""New rows of a grounded skill by rule: what the answer copies from its text is exchanged for something else in both.

    Ivy Stone came with 3 guests from Oldwick.    ->    Ivy Stone | 3 guests | Oldwick
    Martin Dale came with 7 guests from Ashby.    ->    Martin Dale | 7 guests | Ashby

What was copied is still copied, so the new row is as right as the seed, and only many of them teach a small student to
read the text instead of repeating the few names it knows. (Exchanging entities to part reading from remembering:
Longpre et al. 2021, arXiv 2109.05052, section 3.)
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

import msgspec

from labdesk.core.exam.scoring import STOP_WORDS
from labdesk.core.samples.material import Seed

_CAPITALS = re.compile(r"[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*")
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_][\w'’-]*|\d+")
_PLACES = frozenset(["in", "on", "at", "from", "to", "near", "of"])
#: A number is exchanged for one of the same range, so that hours, days and minutes stay what they are. Years stay:
#: what happened before what is often part of the text.
_RANGES = ((2, 12), (13, 31), (32, 59), (60, 99), (100, 999), (2101, 9999))
#: In longer texts names and numbers hang together in ways that no rule sees (totals, order, shares).
_MOST_WORDS = 60


class Copied(msgspec.Struct, frozen=True):
    """A name or a number of an answer that stands in its text too. `place`: the text says "from" or "in" before it."""

    words: tuple[str, ...]
    place: bool = False

    @property
    def number(self) -> bool:
        """Whether it is a number."""
        return self.words[0].isdigit()

    def like(self, other: Copied) -> bool:
        """Whether names may lend each other words."""
        return not (self.number or other.number) and (len(self.words), self.place) == (len(other.words), other.place)


def copied(seed: Seed) -> list[Copied]:
    """What an answer copies from a short text. No numbers when one of them is not there: it may be computed."""
    found: list[Copied] = []
    if len(seed.context.split()) > _MOST_WORDS:
        return found
    for match in _CAPITALS.finditer(seed.answer):
        words = match[0].split()
        while words and (words[0].lower() in STOP_WORDS or not _stands_in(" ".join(words), seed.context)):
            words = words[1:]
        if words:
            before = seed.context.partition(" ".join(words))[0].split()
            found.append(Copied(tuple(words), bool(before) and before[-1].lower() in _PLACES))
    numbers = _NUMBER.findall(seed.answer)
    if all(_stands_in(number, seed.context) for number in numbers):
        found += [Copied((number,)) for number in numbers if _range(number)]
    return list(dict.fromkeys(found))


def swapped(seed: Seed, seeds: Sequence[Seed], draw: random.Random) -> Seed | None:
    """The seed with other names, put together from words of like names in `seeds`, and other numbers; None when it
    copies nothing that can be exchanged."""
    taken = set(_WORD.findall(f"{seed.context} {seed.question} {seed.answer}"))
    lenders = [name for other in seeds for name in copied(other)]
    new: dict[str, str] = {}
    for one in copied(seed):
        for at, word in enumerate(one.words):
            if word in new:
                continue
            choices = _numbers_like(word) if one.number else [name.words[at] for name in lenders if one.like(name)]
            free = sorted({choice for choice in choices if choice not in taken})
            if free:
                new[word] = draw.choice(free)
                taken.add(new[word])
    if not new:
        return None
    texts = (_with(new, text) for text in (seed.question, seed.answer, seed.context))
    return msgspec.structs.replace(seed, **dict(zip(("question", "answer", "context"), texts, strict=True)))


def _with(new: dict[str, str], text: str) -> str:
    return _WORD.sub(lambda match: new.get(match[0], match[0]), text)


def _stands_in(phrase: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text) is not None


def _range(number: str) -> tuple[int, int] | None:
    """The range of a number; None for one that is not exchanged: 0, 1, a year, a long code."""
    ranges: Iterator[tuple[int, int]] = (one for one in _RANGES if one[0] <= int(number) <= one[1])
    return None if number.startswith("0") or len(number) > 4 else next(ranges, None)


def _numbers_like(number: str) -> list[str]:
    low, high = _range(number) or (0, -1)
    return [str(one) for one in range(low, high + 1)]
