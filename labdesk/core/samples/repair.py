"""“Fix like this”: finds in a person's edit what was replaced by what, and where else the same repair fits.

An edit is read as at most one replacement in the question and one in the answer: what is left when the words that both
versions begin and end with are taken away. A row is alike when it holds the replaced words, in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

_PIECE = re.compile(r"\w+|\s+|[^\w\s]")


class Repair(msgspec.Struct, frozen=True, kw_only=True):
    """Replace `old` by `new` in one of the texts; `whole`: `old` is the whole text, so only an equal text is alike."""

    where: Literal["question", "answer"]
    old: str
    new: str
    whole: bool = False


def repairs(before: tuple[str, str], after: tuple[str, str]) -> tuple[Repair, ...]:
    """What an edit of (question, answer) did. A pure insertion takes the word before it along, so it can be found."""
    found: list[Repair] = []
    places: tuple[Literal["question", "answer"], ...] = ("question", "answer")
    for where, old, new in zip(places, before, after, strict=True):
        if old != new:
            found.append(_replacement(where, old, new))
    return tuple(found)


def repaired(made: tuple[Repair, ...], question: str, answer: str) -> tuple[str, str] | None:
    """The texts with the same repair; None when some part of it does not fit."""
    texts = {"question": question, "answer": answer}
    for one in made:
        text = texts[one.where]
        if one.whole:
            if text != one.old:
                return None
            texts[one.where] = one.new
            continue
        at = _find(text, one.old)
        if at < 0:
            return None
        texts[one.where] = text[:at] + one.new + text[at + len(one.old) :]
    changed = (texts["question"], texts["answer"])
    return changed if made and changed != (question, answer) and all(changed) else None


def _replacement(where: Literal["question", "answer"], old: str, new: str) -> Repair:
    left, right = _PIECE.findall(old), _PIECE.findall(new)
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    while True:  # something was only added, or stands there twice: hold on to what stands before it
        gone, come = "".join(left[start : len(left) - end]), "".join(right[start : len(right) - end])
        if start == 0 or (gone.strip() and _find(old, gone) >= 0):
            break
        start -= 1
    if not gone.strip() or gone == old or _find(old, gone) < 0:
        return Repair(where=where, old=old, new=new, whole=True)
    return Repair(where=where, old=gone, new=come)


def _find(text: str, part: str) -> int:
    """Where `part` stands in `text` as whole words; -1 when nowhere, or more than once: then it is not clear which."""
    places = list(_places(text, part))
    return places[0] if len(places) == 1 else -1


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        end = at + len(part)
        begins = at == 0 or not (text[at - 1].isalnum() and part[0].isalnum())
        ends = end == len(text) or not (text[end].isalnum() and part[-1].isalnum())
        if begins and ends:
            yield at
        at = text.find(part, at + 1)
