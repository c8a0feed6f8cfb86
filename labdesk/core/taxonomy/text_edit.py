"""Carries an edit of a text as an editor shows it back into the file: lines that were not touched keep their bytes.

A text editor shows every kind of line end alike, so what it gives back must not be written as it is."""

from __future__ import annotations

import re

from labdesk.core.taxonomy.problem import BOM

_LINE_END = re.compile(r"(\r\n|\r|\n|\u2029)")


def lines_of(text: str) -> list[str]:
    """The lines with their ends; the last one has none (it is empty when the text ends with a line break)."""
    parts = [*_LINE_END.split(text), ""]
    return [line + end for line, end in zip(parts[::2], parts[1::2], strict=True)]


def spliced(original: bytes, shown: str, now: str) -> bytes:
    """The file after `shown` (all of it, with \\n as line end) became `now`. Raises UnicodeDecodeError."""
    head = BOM if original.startswith(BOM) else b""
    text = original[len(head) :].decode("utf-8")
    lines, old, new = lines_of(text), shown.split("\n"), now.split("\n")
    if len(lines) != len(old):  # the editor counts lines in its own way: nothing to hold on to
        return head + now.encode("utf-8", "replace")
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    stop = 0
    while stop < min(len(old), len(new)) - start and old[-1 - stop] == new[-1 - stop]:
        stop += 1
    line_end = "\r\n" if "\r\n" in text else "\n"
    middle = [line + line_end for line in new[start : len(new) - stop]]
    if not stop and middle:
        middle[-1] = middle[-1].removesuffix(line_end)  # the last line of all
    before = lines[:start]
    if start and start == len(lines) and middle:
        before = [*lines[: start - 1], lines[start - 1] + line_end]  # the old last line had no end
    if not stop and not middle and before:
        before = [*before[:-1], before[-1].rstrip("\r\n\u2029")]  # the new last line has none
    result = "".join([*before, *middle, *lines[len(lines) - stop :]])
    if len(lines_of(result)) != len(new):  # a lone \\r met a \\n
        result = line_end.join(new)
    return head + result.encode("utf-8", "replace")
