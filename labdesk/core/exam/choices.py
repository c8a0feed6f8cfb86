"""Multiple-choice questions: the right answer and three wrong ones of the same kind, taken from the same document.

The question names its choices, so it can be asked of any model by likelihood, without anything being written. Guessing
is right in one of four.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from labdesk.core.exam.scoring import NUMBER_WORDS, STOP_WORDS, names_and_numbers, stem, words
from labdesk.core.samples.details import details
from labdesk.core.samples.material import Material
from labdesk.core.storage import read_json, write_json

Kind = Literal["year", "amount", "name", "thing"]
FILE = "choices.json"
#: Wrong answers beside the right one.
WRONG = 3
#: Longer answers give themselves away by their length, and have no others of their kind.
LONGEST = 6
_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})\b")
_ARTICLE = re.compile(r"(?i)^(?:the|an?) ")


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One question with its choices, the right one at place `right`."""

    id: str
    leaf: str
    fact: str
    question: str
    choices: tuple[str, ...]
    right: int


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What a model chose: the place of the likeliest choice, and the probability it gives to the right one."""

    choice: Choice
    chosen: int
    probability: float

    @property
    def correct(self) -> bool:
        return self.chosen == self.choice.right


def choice_scores(chosen: Sequence[Chosen]) -> list[tuple[str, float, int]]:
    """(leaf, share of right choices, number of questions)."""
    leaves = dict.fromkeys(one.choice.leaf for one in chosen)
    own = {leaf: [one.correct for one in chosen if one.choice.leaf == leaf] for leaf in leaves}
    return [(leaf, sum(right) / len(right), len(right)) for leaf, right in own.items()]


def write_choices(folder: Path, chosen: Sequence[Chosen]) -> Path:
    """Keep what a model chose in the folder of its exam; the file's path. Raises StorageError."""
    write_json(folder / FILE, list(chosen))
    return folder / FILE


def read_choices(folder: Path) -> list[Chosen]:
    """What `write_choices` wrote. Raises StorageError."""
    return read_json(folder / FILE, list[Chosen])


def kind_of(answer: str) -> Kind | None:
    """What kind of thing a short answer is; None for one that is too long to have others of its kind."""
    if not 0 < len(answer.split()) <= LONGEST:
        return None
    if _YEAR.search(answer):
        return "year"
    if any(word[0].isdigit() for word in words(answer)) or set(answer.lower().split()) & set(NUMBER_WORDS):
        return "amount"
    return "name" if answer != answer.lower() and (names_and_numbers(f"is {answer}")) else "thing"


def wrong_answers(answer: str, question: str, material: Material, draw: random.Random) -> tuple[str, ...]:
    """Three other answers of the same kind out of the leaf, or () when it has fewer.

    None says what the question or the right answer says, and none holds another. First come those that are asked for in
    the same way ("Who", "Where"), then those whose last word is the same ("34 minutes", "12 minutes").
    """
    kind = kind_of(answer)
    said = _content(answer) | _content(question)
    unit = words(answer)[-1] if words(answer) else ""
    found: dict[frozenset[str], str] = {}
    asked = _asked_with(material)
    for text in _candidates(material):
        content = _content(text)
        if kind is not None and kind_of(text) == kind and content and not content & said:
            found.setdefault(content, _like(text, answer))
    pool = list(found.items())
    draw.shuffle(pool)
    wanted = asked.get(_content(answer), "")
    pool.sort(key=lambda one: (asked.get(one[0], "") != wanted, words(one[1])[-1] != unit))
    chosen: list[tuple[frozenset[str], str]] = []
    for content, text in pool:
        if len(chosen) < WRONG and not any(content & other for other, _text in chosen):
            chosen.append((content, text))
    return tuple(text for _content_of, text in chosen) if len(chosen) == WRONG else ()


def _candidates(material: Material) -> list[str]:
    """Everything in a leaf that could be an answer."""
    own = [seed.answer.rstrip(".") for seed in material.seeds]
    found = [detail.text for part in material.statements for detail in details(part.text)]
    # Of plain words only those with an article are surely things, not "steep" or "always answered".
    return [*own, *(text for text in found if kind_of(text) != "thing" or _ARTICLE.match(text))]


def _asked_with(material: Material) -> dict[frozenset[str], str]:
    """With which word the document's details are asked for."""
    found = [detail for part in material.statements for detail in details(part.text) if detail.asks]
    return {_content(detail.text): detail.asks[0] for detail in found}


def bare(answer: str) -> str:
    """An answer without article and full stop, so that its dress does not tell it from the others."""
    return _ARTICLE.sub("", answer.strip().rstrip("."))


def _like(text: str, answer: str) -> str:
    """The text with a large or small first letter as the answer has it."""
    plain = bare(text)
    return plain[:1].upper() + plain[1:] if answer[:1].isupper() else plain


def _content(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text) if word not in STOP_WORDS)


def in_lines(question: str, choices: Sequence[str]) -> str:
    """The question with its choices in lettered lines, as a person reads it."""
    return "\n".join([question, *(f"{chr(65 + at)}. {text}" for at, text in enumerate(choices))])


def from_lines(text: str) -> tuple[str, tuple[str, ...]]:
    """What `in_lines` put together: (question, choices)."""
    question, *lines = text.split("\n")
    return question, tuple(line[3:] for line in lines)
