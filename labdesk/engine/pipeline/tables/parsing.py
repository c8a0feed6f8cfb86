"""Reads columns out of what a teacher wrote: between marks, or by a pattern of the pipeline file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import regex

from labdesk.core.errors import GenerationError

_MOST_PATTERN: Final = 2_000
#: Seconds that a pattern may think about one answer: one with a trap in it would think for ever.
_PATIENCE: Final = 2.0


class ParserOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`parser_kwargs`: with the name "custom" the pattern is used, else the marks of the prompt's file."""

    parser_name: str | None = None
    parsing_pattern: str | None = None
    parser_cleanup_tags: tuple[str, ...] | None = None


class Parser:
    """One for each block."""

    def __init__(
        self, columns: Sequence[str], starts: Sequence[str | None], ends: Sequence[str | None], options: ParserOptions
    ) -> None:
        """Raises GenerationError for a pattern that cannot be used."""
        self._columns = tuple(columns)
        self._marks = [(start or "", end or "") for start, end in zip(starts, ends, strict=False)]
        self._tidy = options.parser_cleanup_tags or ()
        self._pattern: Any | None = None
        if options.parser_name == "custom":
            self._pattern = _compiled(options.parsing_pattern or "")

    @property
    def many(self) -> bool:
        """Whether one answer is meant to hold several rows."""
        return self._pattern is not None

    def read(self, text: str) -> list[dict[str, str]]:
        """The rows in an answer, with the columns each. Marks that do not come in pairs end the reading, so that a
        question never gets another one's answer."""
        if self._pattern is not None:
            return self._by_pattern(text)
        if not self._marks:
            return [{self._columns[0]: text.strip()}] if self._columns and text.strip() else []
        found = [_between(text, start, end) for start, end in self._marks[: len(self._columns)]]
        if len({len(one) for one in found}) > 1:
            least = min(len(one) for one in found)
            found = [one[: least if least < 2 else 0] for one in found]
        return [dict(zip(self._columns, values, strict=False)) for values in zip(*found, strict=True)]

    def _by_pattern(self, text: str) -> list[dict[str, str]]:
        assert self._pattern is not None
        try:
            matches = self._pattern.findall(text, timeout=_PATIENCE)
        except TimeoutError:
            return []
        rows = [match if isinstance(match, tuple) else (match,) for match in matches]
        return [dict(zip(self._columns, map(self._clean, row), strict=False)) for row in rows]

    def _clean(self, text: str) -> str:
        for mark in self._tidy:
            text = text.replace(mark, "")
        return text.strip()


def _between(text: str, start: str, end: str) -> list[str]:
    """What stands between the marks, each time. Without marks it is the whole text."""
    if not start and not end:
        return [text.strip()] if text.strip() else []
    found, at = [], 0
    while (begin := text.find(start, at)) >= 0:
        begin += len(start)
        stop = text.find(end, begin) if end else len(text)
        if stop < 0:
            break
        found.append(text[begin:stop].strip())
        at = stop + max(1, len(end))
    return found


def _compiled(pattern: str) -> Any:
    try:
        if not pattern or len(pattern) > _MOST_PATTERN:
            raise regex.error("it is empty or too long")
        return regex.compile(pattern, regex.DOTALL)
    except (regex.error, RecursionError, OverflowError) as error:
        raise GenerationError(
            "The parsing_pattern of a block cannot be used.", cause=f"{error}.", remedy="Correct the pattern."
        ) from error
