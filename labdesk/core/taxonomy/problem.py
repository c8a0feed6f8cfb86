"""What labdesk says about a leaf: a verdict, and problems with their place and, where one exists, a fix."""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from labdesk.core.errors import TaxonomyError

BOM = b"\xef\xbb\xbf"


class Verdict(StrEnum):
    """What instructlab-schema would decide about a qna.yaml."""

    VALID = "valid"
    SCHEMA_INVALID = "schema-invalid"
    DEPRECATED_VERSION = "deprecated-version"
    UNKNOWN_VERSION = "unknown-version"
    NOT_YAML = "not-yaml"
    NOT_A_MAPPING = "not-a-mapping"


class Level(StrEnum):
    """`error`: the leaf cannot be taught from. `warning`: advice that never blocks."""

    ERROR = "error"
    WARNING = "warning"


class Replacement(msgspec.Struct, frozen=True):
    """Characters `start` to `end` (offsets into the decoded text without its byte order mark) become `text`."""

    start: int
    end: int
    text: str


class Fix(msgspec.Struct, frozen=True):
    """One change that the person can accept with a click."""

    title: str
    replacements: tuple[Replacement, ...]

    def apply(self, data: bytes) -> bytes:
        """The file after the fix. Raises TaxonomyError when `data` is not the file that the fix was made for."""
        head = BOM if data.startswith(BOM) else b""
        text = data[len(head) :].decode("utf-8")
        for change in sorted(self.replacements, key=lambda one: one.start, reverse=True):
            if change.end > len(text):
                raise TaxonomyError("This fix no longer fits the file.", remedy="Check the leaf again.")
            text = text[: change.start] + change.text + text[change.end :]
        return head + text.encode("utf-8")


class Problem(msgspec.Struct, frozen=True):
    """One thing to say. `line` and `column` count from 1; `where` is e.g. `seed_examples[2].answer`, or empty.

    `gap`: a text that is still to be written, which makes a draft, not a mistake."""

    line: int
    column: int
    where: str
    message: str
    level: Level
    fix: Fix | None = None
    gap: bool = False


def where_of(path: tuple[str | int, ...]) -> str:
    """`("seed_examples", 2, "answer")` as `seed_examples[2].answer`."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).lstrip(".")


def path_of(where: str) -> tuple[str | int, ...]:
    """The opposite of `where_of`; `seed_examples.2.answer` is understood too. Raises TaxonomyError."""
    if not re.fullmatch(r"[^.\[\]\s]+(?:\.[^.\[\]\s]+|\[\d{1,6}\])*", where):
        raise TaxonomyError(
            f"“{where[:80]}” is not the name of a field.",
            remedy="Write it like created_by, seed_examples[0].answer or document.repo; counting begins at 0.",
        )
    parts = re.findall(r"[^.\[\]]+", where)
    return tuple(int(part) if part.isdecimal() and number else part for number, part in enumerate(parts))
