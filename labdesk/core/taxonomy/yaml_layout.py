"""Repairs of indentation: a text that is not indented under its field, a field out of line with its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from labdesk.core.taxonomy.problem import Fix, Replacement
from labdesk.core.taxonomy.spans import line_stop

_KNOWN = (
    "version|created_by|task_description|domain|document_outline|document|seed_examples|questions_and_answers|question|"
    "answer|context|repo|commit|patterns|attribution|source|license"
)
_FIELD = re.compile(rf"(?P<lead> *(?:- *)?)(?:{_KNOWN}):(?=\s|$)(?P<rest>.*)")


def layout_fixes(text: str, starts: Sequence[int]) -> Iterator[Fix]:
    """Candidates, untested. `starts` are offsets of the line YAML stumbles over and some above it, nearest first."""
    strays = tuple(_stray_lines(text))
    if strays:
        yield Fix("Indent the text under its field", strays)
    start = starts[0]
    line = text[start : line_stop(text, start)]
    indent = len(line) - len(line.lstrip(" \t"))
    title = "Replace the tabs by spaces" if "\t" in line[:indent] else "Align the line with those above"
    wanted: list[int] = []
    for above in starts[1:]:
        previous = text[above : line_stop(text, above)]
        match = _FIELD.match(previous)
        if match:  # beside other fields only: next to a text the field would become part of it
            wanted.extend((len(previous) - len(previous.lstrip(" ")), len(match["lead"])))
    for column in dict.fromkeys(wanted):
        if line[:indent] != " " * column and line.strip():
            yield Fix(title, (Replacement(start, start + indent, " " * column),))


def _stray_lines(text: str) -> Iterator[Replacement]:
    """Lines of text that stand no further right than the field they belong to: each moved two to its right."""
    column: int | None = None
    shift = 0
    start = 0
    while start < len(text):
        stop = line_stop(text, start)
        line = text[start:stop]
        body = line.strip()
        match = _FIELD.match(line)
        if match:
            takes_text = match["rest"].strip() not in ("", "[]") and match["rest"].strip()[0] not in "\"'[{"
            column = len(match["lead"]) if takes_text else None
            shift = 0
        elif body and column is not None and not body.startswith(("#", "---")):
            indent = len(line) - len(line.lstrip(" "))
            if indent <= column and not shift:
                shift = column + 2 - indent
            if shift:
                yield Replacement(start, start, " " * shift)
        start = stop
