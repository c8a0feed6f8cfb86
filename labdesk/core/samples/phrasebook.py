"""The phrase book: frames to ask a question in, and groups of words that may stand for one another in a question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from labdesk.core.errors import GenerationError


class Phrasebook(msgspec.Struct, frozen=True, kw_only=True):
    """Phrases of one language. A frame has {question} or {lower} (the question in lower case), and may have {subject}.

    `fillers` are words that say nothing about what is asked.
    `synonyms` lists groups; the first word of a group may be replaced by each of the others. `marks` are small words:
    a text that holds none of them is taken to be in another language. `near` names for a word some that a stranger
    might say instead, other forms of it first; they need not fit into its sentence.
    """

    language: str
    marks: tuple[str, ...]
    frames: tuple[str, ...]
    fillers: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, ...], ...]
    near: Mapping[str, tuple[str, ...]] = {}

    def speaks(self, text: str) -> bool:
        """Whether `text` seems to be in this language."""
        return not set(re.findall(r"[^\W\d_]+", text.lower())).isdisjoint(self.marks)


def read_phrasebook(path: Path, *, near: bool = True) -> Phrasebook:
    """Read a phrase book, with the near words that lie beside it (`english-near.txt` beside `english.json`: a line for
    each word; `near=False` saves a tenth of a second). Raises GenerationError when it is missing or damaged."""
    beside = path.with_name(f"{path.stem}-near.txt")
    try:
        book = msgspec.json.decode(path.read_bytes(), type=Phrasebook)
        lines = beside.read_text(encoding="utf-8").splitlines() if near and beside.is_file() else []
    except (OSError, UnicodeError, msgspec.DecodeError) as error:
        raise GenerationError(
            f"The phrase book “{path.name}” cannot be used.", cause=str(error), remedy="Install labdesk again."
        ) from error
    found = {word: tuple(others) for word, *others in map(str.split, filter(str.strip, lines))}
    return msgspec.structs.replace(book, near=found)


def lower_first(text: str) -> str:
    """`What is it?` becomes `what is it?`; `I` and acronyms keep their capital."""
    if not text or re.match(r"I\b|[A-Z]{2}", text):
        return text
    return text[0].lower() + text[1:]


def upper_first(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]
